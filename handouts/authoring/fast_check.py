"""Check quickly what an edit touched since the last check without a fault: `fast_check`.

Every file is read whole and held against the rules of words. Of the leaflets only some are made:
those that the edited units can print in. That no leaflet breaks a rule is proved by the whole
check alone.
"""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.blocks import AllOf, AnyOf, HasFlag, Not
from handouts.content.vocabulary import EDITIONS
from handouts.fastpath import cache as store
from handouts.governance.units import signed_units
from handouts.safety.certain import certain_faults
from handouts.safety.coverage import least_contents
from handouts.safety.least import read_rules
from handouts.safety.other_regions import words_of_others
from handouts.safety.proofread import ONE, Proofreader, proofread, requests_of, word_faults
from handouts.safety.readability import load_plain_words
from handouts.safety.urgency import urgency_faults
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from handouts.content.blocks import Rule
    from handouts.content.library import Library
    from handouts.errors import Fault
    from handouts.pipeline import Publisher
    from handouts.safety.guard import Invariant
    from handouts.safety.proofread import Finding
    from handouts.selection.request import Request


MOST_LEAFLETS = 30
_MOST_TRIED = 150
_KIND, _MOST_KEPT = "checked", 16


class FastReport(Struct, frozen=True, kw_only=True):
    """What a quick check found."""

    touched: tuple[str, ...]
    """The units that differ from the last check without a fault, or from those reviewed."""
    since: str
    """Since when, in words."""
    leaflets: int
    faults: tuple[Fault, ...]
    wrong: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return not (self.faults or self.wrong)


def fast_check(publisher: Publisher, folder: Path) -> FastReport:
    """Check the words, and the leaflets that the edited units can print in."""
    library = publisher.library
    touched, since = _touched(publisher, folder)
    blocks = [one for one in library.blocks if one.id in touched or not touched]
    plain, rules = load_plain_words(folder), read_rules(folder)
    faults = [
        *(_of_rule(rule, fault) for rule in publisher.rules for fault in rule.faults),
        *word_faults(replace(library, blocks=tuple(blocks)), folder, plain),
        *certain_faults(library, rules),
        *urgency_faults(library, folder),
        *least_contents(library, rules),
        *words_of_others(library),
    ]
    reader = Proofreader(library, publisher.rules, plain)
    requests = list(islice(_requests(library, set(touched)), MOST_LEAFLETS))
    found = proofread(reader, requests)
    return FastReport(
        touched=tuple(touched),
        since=since,
        leaflets=found.leaflets,
        faults=tuple(dict.fromkeys(faults)),
        wrong=found.wrong,
    )


def remember_good(library: Library, folder: Path) -> None:
    """Keep what the content is now, after a whole check that found nothing."""
    store.keep(_KIND, _key(folder), _digests(library), _MOST_KEPT)


def _of_rule(rule: Invariant, fault: Fault) -> Fault:
    """Say of a fault in words alone which rule finds it, as the whole check does."""
    message = f"rule {rule.number} does not hold: {fault.message}"
    return replace(fault, message=message, hint=fault.hint or rule.says)


# ------------------------------------------------------------------ what an edit touched
def _key(folder: Path) -> str:
    return os.path.realpath(folder)


def _digests(library: Library) -> dict[str, str]:
    return {name: one.digest for name, one in signed_units(library).items()}


def _touched(publisher: Publisher, folder: Path) -> tuple[list[str], str]:
    good = store.recall(_KIND, _key(folder))
    if not isinstance(good, dict):
        return list(publisher.changes), "since the content was reviewed"
    now = _digests(publisher.library)
    names = [one for one in {**now, **good} if now.get(one) != good.get(one)]
    return names, "since the last whole check without a fault"


# ------------------------------------------------------------------ which leaflets
def _requests(library: Library, touched: set[str]) -> Iterator[Request]:
    """Yield requests whose leaflets have an edited block; others where no block was edited."""
    blocks = {one.id: one for one in library.blocks if one.id in touched}
    flags = {one.partition(":")[2] for one in touched if one.startswith("flag:")}
    flags |= {flag for one in blocks.values() for flag in _flags(one.when)}
    every = [one for one in requests_of(library, ONE) if set(one.flags) <= flags]
    plain = [one for one in every if not one.flags]
    tried = [*plain, *_spread([one for one in every if one.flags], _MOST_TRIED - len(plain))]
    if not blocks:
        yield from _spread(tried, MOST_LEAFLETS)
        return
    seen: dict[tuple[str, str], int] = {}
    most = max(1, MOST_LEAFLETS // (len(EDITIONS) * len(blocks)))
    for request in tried:
        chosen = {choice.block.id for choice in select_blocks(library, request).chosen}
        hit = {(one, request.look.edition) for one in chosen & set(blocks)}
        # A block is looked at a few times in each edition, and leaves room for others.
        if any(seen.get(one, 0) < most for one in hit):
            seen.update({one: seen.get(one, 0) + 1 for one in hit})
            yield request


def _spread(requests: list[Request], most: int) -> list[Request]:
    """Take some from all over a list."""
    step = -(-len(requests) // max(1, most)) or 1
    return requests[::step]


def _flags(rule: Rule) -> Iterator[str]:
    """Yield the flags that a condition names."""
    match rule:
        case HasFlag(flags):
            yield from flags
        case AllOf(rules) | AnyOf(rules):
            for one in rules:
                yield from _flags(one)
        case Not(one):
            yield from _flags(one)
        case _:
            pass


# ------------------------------------------------------------------ waiting for an edit
Stamps = dict[str, tuple[int, int]]
"""The time and size of each file."""


def stamps(folder: Path) -> Stamps:
    """Return the stamps of the files that a check reads; a folder that is gone has none."""
    found = (*folder.glob("*.yaml"), *folder.glob("*.csv"), *(folder / "blocks").glob("*.yaml"))
    return {str(one): (stat.st_mtime_ns, stat.st_size) for one in found if (stat := _stat(one))}


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None  # an editor replaces a file by taking it away first


def edited(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Name the files that came, went or changed between two looks."""
    return sorted(one for one in {**before, **after} if before.get(one) != after.get(one))
