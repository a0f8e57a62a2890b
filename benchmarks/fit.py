"""Measures how many sides leaflets take, and whether page 1 keeps its promises.

    python benchmarks/fit.py                         # a sample of pairs and triples
    python benchmarks/fit.py --every-pair            # each pair in every context
    python benchmarks/fit.py --edition standard --pairs 200 --triples 200 --random 100

Leaflets are laid out, not drawn. They are chosen by rule or from a fixed seed, so that two runs
measure the same. Exit code 1 says that a promise was broken: of sides (SIDES, GRAVE); title,
message, the whole emergency box, and the first thing to do on page 1 (with more than three flags,
and in the short editions, that may be on page 2).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts import pipeline
from handouts.content.load import resource
from handouts.content.vocabulary import EDITIONS, FULL, SHEET, STANDARD, USUAL_EDITION
from handouts.leaflet.tree import Panel
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources, paginate
from handouts.safety.proof import command_of
from handouts.safety.reduction import Slicer
from handouts.selection.sheet import why_no_sheet
from handouts.system.processes import cores, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.safety.atoms import Context
    from handouts.selection.request import Request

FEW = 3
MANY = 10
SIDES = {FULL: (6, 8, 8), STANDARD: (4, 6, 8), SHEET: (2, 2, 2)}
"""By edition: the sides with up to FEW flags, to MANY, and with any; with a list, see ASKING."""
GRAVE = frozenset(
    {"pregnancy", "pregnant", "cancer-history", "cancer-now", "cancer-past"}
    | {"blood-thinners", "warfarin", "other-blood-thinner", "bleeding-disorder"}
)
"""With pain of the neck or the upper back, one of these and another flag may take a sheet more.

There are most warning signs, these flags add to them, and what they say belongs on page 1."""
ASKING = 2
"""The sides that a list to tick takes, on a page to hand over."""
SEED = 2026
OLDER = "age-65-plus"
"""With this fact most people have two more, so these threes have a group of their own."""
LONGEST = ("thoracic", "chronic", False)
"""The context whose leaflets are longest: it is always among those that are measured."""
_PIECE = 25
_SHOWN = 400


class Fit(Struct, frozen=True):
    """How one leaflet fits: its sides, and what should be on page 1 and is not."""

    group: str
    request: Request
    sides: int
    missing: tuple[str, ...]
    has_list: bool
    """It has a list to tick before a medicine is taken."""

    @property
    def is_grave(self) -> bool:
        """Whether it is a standard leaflet of the kind that may take a third sheet; see GRAVE."""
        one = self.request
        high = one.region != "lumbar" and len(one.flags) > 1
        return one.look.edition == STANDARD and high and bool(GRAVE & set(one.flags))

    @property
    def broken(self) -> str:
        """Say which promise is broken, or nothing."""
        count = len(self.request.flags)
        few = count <= FEW and not self.is_grave
        edition = self.request.look.edition
        most = SIDES[edition][(count > FEW or self.is_grave) + (count > MANY)]
        most += ASKING if self.has_list and edition != SHEET else 0
        first = few and edition == FULL
        late = [one for one in self.missing if first or one != "first thing to do"]
        said = [f"{self.sides} sides"] if self.sides > most else []
        return ", ".join([*said, *(f"not on page 1: {one}" for one in late)])


# ------------------------------------------------------------------ which leaflets
def requests(options: argparse.Namespace) -> Iterator[tuple[str, Request]]:
    """Yield every leaflet to measure, with the group it is counted in."""
    slicer = Slicer(pipeline.open_publisher().library)
    flags = tuple(slicer.library.flags)
    contexts = [one for one in slicer.contexts if one.edition == options.edition]
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret

    def allowed(some: tuple[str, ...]) -> bool:
        return any(set(some) <= set(world) for world in slicer.worlds)

    for context in contexts:
        yield "no flag", slicer.request(context, ())
    for context in contexts:
        yield from (("one flag", slicer.request(context, (flag,))) for flag in flags)
    pairs = list(filter(allowed, combinations(flags, 2)))
    if options.pairs:
        pairs = draw.sample(pairs, options.pairs)
    for number, pair in enumerate(pairs):
        for context in contexts if options.every_pair else _three(contexts, number):
            yield "two flags", slicer.request(context, pair)
    triples = list(filter(allowed, combinations(flags, 3)))
    for number, some in enumerate(draw.sample(triples, options.triples)):
        yield "three flags", slicer.request(_longest_or(contexts, number), some)
    older = [one for one in triples if OLDER in one]
    yield from _older(slicer, contexts, random.Random(SEED).sample(older, options.older))  # noqa: S311
    while options.random:
        drawn = set(draw.sample(flags, draw.randint(0, len(flags))))
        given = tuple(flag for flag in flags if flag in drawn)
        if allowed(given):
            options.random -= 1
            yield "any flags", slicer.request(draw.choice(contexts), given)


def _older(
    slicer: Slicer, contexts: Sequence[Context], triples: Iterable[tuple[str, ...]]
) -> Iterator[tuple[str, Request]]:
    """Yield each triple with an age where everything was asked, in one context in turn."""
    asked = [one for one in contexts if one.screened]
    for number, some in enumerate(triples):
        yield "65 or over, two flags", slicer.request(asked[number % len(asked)], some)


def _three(contexts: Sequence[Context], number: int) -> Iterator[Context]:
    """Give the longest context and two others, in turn."""
    others = [one for one in contexts if _key(one) != LONGEST]
    yield _longest_or(contexts, 0)
    yield others[number % len(others)]
    yield others[(number + len(others) // 2) % len(others)]


def _longest_or(contexts: Sequence[Context], number: int) -> Context:
    """Give the longest context every second time, else one in turn."""
    if number % 2:
        return contexts[number // 2 % len(contexts)]
    return next(one for one in contexts if _key(one) == LONGEST)


def _key(context: Context) -> tuple[str, str, bool]:
    return context.region, context.status, context.screened


# ------------------------------------------------------------------ measuring
_OPEN: list[tuple[pipeline.Publisher, Resources]] = []


def _open() -> None:
    publisher = pipeline.open_publisher()
    case = Resources(typeface(), publisher.library.figures, resource("templates"))
    _OPEN[:] = [(publisher, case)]


def _measure(piece: Sequence[tuple[str, Request]]) -> list[Fit]:
    publisher, case = _OPEN[0]
    found = []
    for group, request in piece:
        if any(why_no_sheet(publisher.library, request)):
            continue
        leaflet = pipeline.prepare(publisher, request)
        pages = [
            ["first" if one.item.first_thing else one.item.name for one in page.placed]
            for page in paginate(leaflet, case).pages
        ]
        every = {name for page in pages for name in page}
        missing = [
            label
            for name, label in (("top", "title and message"), ("first", "first thing to do"))
            if name in every and name not in pages[0]
        ]
        whole = "emergency" in pages[0] and not any("emergency" in page for page in pages[1:])
        missing += [] if whole else ["the whole emergency box"]
        has_list = any(
            isinstance(part, Panel) and part.kind == "note"
            for section in leaflet.sections
            for part in section.parts
        )
        found.append(Fit(group, request, len(pages), tuple(missing), has_list))
    return found


# ------------------------------------------------------------------ telling
def table(fits: Sequence[Fit]) -> str:
    """Lay out how many leaflets of each group take how many sides."""
    sides = sorted({one.sides for one in fits})
    groups = list(dict.fromkeys(one.group for one in fits))
    lines = ["| leaflets | how many | " + " | ".join(f"{n} sides" for n in sides) + " |"]
    lines.append("|---|" + "--:|" * (len(sides) + 1))
    for group in groups:
        counts = Counter(one.sides for one in fits if one.group == group)
        cells = " | ".join(str(counts[n] or "") for n in sides)
        lines.append(f"| {group} | {counts.total()} | {cells} |")
    return "\n".join(lines)


def main() -> int:
    """Measure, print the table and whatever breaks a promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every-pair", action="store_true", help="in all contexts, not in three")
    parser.add_argument("--edition", choices=EDITIONS, default=USUAL_EDITION)
    parser.add_argument("--pairs", type=int, default=0, help="a sample of so many; 0 for all")
    parser.add_argument("--triples", type=int, default=1500)
    parser.add_argument("--older", type=int, default=300, help="so many with an age and two flags")
    parser.add_argument("--random", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=cores())
    options = parser.parse_args()
    start = time.perf_counter()
    asked = list(requests(options))
    pieces = [asked[at : at + _PIECE] for at in range(0, len(asked), _PIECE)]
    fits: list[Fit] = []
    for some in in_order(_measure, pieces, options.workers, _open):
        fits += some
        if sys.stderr.isatty():
            print(f"\r{len(fits)} of {len(asked)}", end="", file=sys.stderr, flush=True)
    print(table(fits))
    late = sum("first thing to do" in one.missing for one in fits)
    broken = [one for one in fits if one.broken]
    print(
        f"\n{len(fits)} leaflets in {time.perf_counter() - start:.0f} s; in {late} of them the "
        f"first thing to do is on page 2; {len(broken)} break a promise."
    )
    grave = [one for one in fits if one.is_grave and len(one.request.flags) <= FEW]
    if grave:
        third = sum(one.sides > SIDES[STANDARD][0] for one in grave if not one.has_list)
        screened = sum(not one.has_list for one in grave)
        print(f"{third} of {screened} with such pain and a grave flag take six.")
    for one in broken[:_SHOWN]:
        print(f"{one.broken}: {command_of(one.request)}")
    if len(broken) > _SHOWN:
        print(f"and {len(broken) - _SHOWN} more")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
