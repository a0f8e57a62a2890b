"""Goes in: an account of a leaflet. Comes out: the clinician's sheet, in words and ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import Kind
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from handouts.accounts import Account
    from handouts.selection.select import Choice, Selection

_DECIDERS = re.compile(r" \(([^()]*)\)")
"""What decided a level, in a reason such as "heat is ask (pregnancy)"."""
_FOR_EVERYONE = ("region ", "status ", "no flag ")
"""Parts of a reason that say nothing of the patient's facts."""
_FEW = 3


class Advice(Struct, frozen=True, kw_only=True):
    """The level of one class, as a word, and what decided it."""

    level: str
    word: str
    name: str
    because: str


class Group(Struct, frozen=True):
    """Ids that share what stands before them: a reason, or a section."""

    head: str
    ids: tuple[str, ...]


class Listing(Struct, frozen=True):
    """Ids under a heading; the only part of a sheet that may be cut short."""

    heading: str
    groups: tuple[Group, ...]

    @property
    def size(self) -> int:
        """Count the ids."""
        return sum(len(group.ids) for group in self.groups)

    def cut(self, most: int, more: str) -> tuple[Group, ...]:
        """Give the first ids, and say with `more` how many others there are."""
        if most >= self.size:
            return self.groups
        found: list[Group] = []
        for group in self.groups:
            found.append(Group(group.head, group.ids[:most]))
            most -= len(group.ids)
            if most <= 0:
                break
        last = found[-1]
        shown = sum(len(group.ids) for group in found)
        found[-1] = Group(last.head, (*last.ids, more.format(n=self.size - shown)))
        return tuple(found)


class Sheet(Struct, frozen=True, kw_only=True):
    """The sheet in reading order; nothing on it is a name."""

    language: str
    paper: str
    words: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    long_facts: tuple[tuple[str, str], ...]
    """Those that take the full width: a code is one long word."""
    note: str
    advice: tuple[tuple[str, tuple[Advice, ...]], ...]
    """Each with its heading."""
    listings: tuple[Listing, ...]


def sheet_of(account: Account) -> Sheet:
    """Put an account on a sheet: request, advice, what prints, and what these facts left out."""
    request, library, words = account.selection.request, account.library, account.words
    region, stage = library.regions[request.region].label, library.statuses[request.status].label
    place = library.places[request.place]
    content = words["content"].format(version=library.version[:8])
    flags = "; ".join(library.flags[flag].label for flag in request.flags)
    return Sheet(
        language=place.language,
        paper=request.look.paper,
        words=words,
        facts=(
            (words["leaflet"], f"{region}; {stage}"),
            (words["date"], f"{request.date.isoformat()}, {place.label}, {request.look.paper}"),
            (words["exercises"], account.exercises or words["usual-exercises"]),
            (words["words"], f"{account.approval}; {content}; {_standings(account)}"),
            (words["asked"], words["asked-yes" if request.screened else "asked-no"]),
        ),
        long_facts=(
            (words["code"], account.code),
            (words["facts"], flags or words["no-facts"]),
        ),
        note=account.note,
        advice=tuple(_advice(account)),
        listings=tuple(_listings(account)),
    )


def _standings(account: Account) -> str:
    """Say how the blocks that print stand; a few that stand apart are named."""
    found: dict[str, list[str]] = {}
    for one in account.selection.chosen:
        found.setdefault(account.standing(one.block.id), []).append(one.block.id)
    return "; ".join(
        f"{standing}: "
        + (", ".join(ids) if len(ids) <= _FEW else account.words["blocks"].format(n=len(ids)))
        for standing, ids in found.items()
    )


# ------------------------------------------------------------------ advice
def _advice(account: Account) -> Iterator[tuple[str, tuple[Advice, ...]]]:
    """First what a fact made stricter, then the rest; the strictest come first."""
    words, flags = account.words, account.library.flags
    verdicts = sorted(account.selection.advice.items(), key=lambda one: -one[1].level)
    for heading, changed in (("stricter", True), ("unchanged", False)):
        some = tuple(
            Advice(
                level=str(verdict.level),
                word=words[f"level-{verdict.level}"],
                name=name,
                # Flags that ask for what anyone is told decided nothing.
                because=", ".join(one for one in verdict.decided_by if changed or one not in flags),
            )
            for name, verdict in verdicts
            if verdict.changed is changed
        )
        if some:
            yield words[heading if account.selection.request.flags else "advice"], some


# ------------------------------------------------------------------ blocks and sources
def _listings(account: Account) -> Iterator[Listing]:
    """List what these facts bring and leave out, the sources, and the usual leaflet.

    Questions to tick come and go by the dozen; so they stand last, where the page may be full.
    """
    selection, usual = account.selection, _usual(account)
    reasons = {one.block.id: _DECIDERS.sub("", one.reason) for one in usual.chosen}
    own, own_asked = _apart(one for one in selection.chosen if not _is_usual(one, reasons))
    left, left_asked = _apart(one for one in selection.left_out if one.block.id in reasons)
    rest = [one for one in selection.chosen if _is_usual(one, reasons)]
    yield from _listing(account, "brought", own, _reason)
    yield from _listing(account, "left-out", left, _reason)
    sources = sorted({key for one in selection.chosen for key in one.block.sources})
    heading = account.words["sources"].format(n=len(sources))
    yield Listing(heading, (Group("", tuple(sources)),))
    yield from _listing(account, "usual", rest, _section)
    yield from _listing(account, "questions-added", own_asked, _reason)
    yield from _listing(account, "questions-left-out", left_asked, _reason)


def _listing(
    account: Account, name: str, choices: Sequence[Choice], head: Callable[[Choice], str]
) -> Iterator[Listing]:
    """Give a listing of some blocks, grouped in the order of sections; none of no blocks."""
    order = list(account.library.sections)
    found: dict[str, list[str]] = {}
    for one in sorted(choices, key=lambda one: order.index(one.block.section)):
        found.setdefault(head(one), []).append(one.block.id)
    if found:
        heading = account.words[name].format(n=len(choices))
        yield Listing(heading, tuple(Group(why, tuple(ids)) for why, ids in found.items()))


def _apart(choices: Iterable[Choice]) -> tuple[list[Choice], list[Choice]]:
    """Part blocks from questions to tick."""
    parts: tuple[list[Choice], list[Choice]] = [], []
    for one in choices:
        parts[one.block.kind is Kind.SELF_CHECK].append(one)
    return parts


def _usual(account: Account) -> Selection:
    """Select for a reader who was asked about every fact, and has none."""
    request = replace(account.selection.request, flags=(), screened=True, exercises=(), doses=())
    return select_blocks(account.library, request)


def _is_usual(one: Choice, reasons: Mapping[str, str]) -> bool:
    return reasons.get(one.block.id) == _DECIDERS.sub("", one.reason)


def _section(one: Choice) -> str:
    return one.block.section


def _reason(one: Choice) -> str:
    """Shorten a reason to what the patient's facts have to do with it.

    Long lists of what decided a level stand with the advice, and are not said again.
    """
    parts = [part for part in one.reason.split("; ") if not part.startswith(_FOR_EVERYONE)]
    brief = "; ".join(parts) or one.reason
    return _DECIDERS.sub(lambda found: found[0] if found[1].count(",") < _FEW else "", brief)
