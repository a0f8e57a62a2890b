"""Goes in: a library. Comes out: whether the rules of safety hold for every request, or where not.

The proof stands before a release; `guard` stands before each leaflet.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.composition import compose_leaflet, load_templates
from handouts.guard import layout_messages
from handouts.invariants import load_invariants
from handouts.library import resource
from handouts.proof import Failure, prove_all
from handouts.reading import Page
from handouts.selection import select_blocks
from handouts.slices import Slicer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handouts.invariants import Invariants
    from handouts.leaflet import Leaflet
    from handouts.model import Library, Request, Selection

    Compose = Callable[[Selection], Leaflet]

DEEP = 3
"""Flags that deep checks put together in a leaflet; the proof of selection knows no such limit."""


class Report(Struct, frozen=True, kw_only=True):
    """What was proven, over how much, and what failed."""

    rules: int
    obligations: int
    """Claims about a few blocks each, proven for every region, status and set of flags."""
    cases: int
    """Representative requests put to the selection."""
    leaflets: int
    """Leaflets composed and read."""
    flag_sets: int
    """Requests that the cases stand for."""
    failures: tuple[Failure, ...]


def prove(library: Library, *, deep: bool = False, invariants: Invariants | None = None) -> Report:
    """Prove every rule; `deep` also reads the leaflets of every two and three flags."""
    known = invariants or load_invariants(library)
    tally, failures = prove_all(known)
    leaflets = 0
    if any(rule.layout for rule in known.rules):
        for request in leaflet_requests(library, deep=deep):
            leaflets += 1
            failures += _read_leaflet(known, request)
    return Report(
        rules=len(known.rules),
        obligations=tally.obligations,
        cases=tally.cases,
        leaflets=leaflets,
        flag_sets=count_requests(library),
        failures=tuple(_smallest(failures)),
    )


def leaflet_requests(library: Library, *, deep: bool = False) -> Iterator[Request]:
    """List the requests whose leaflets are read: each flag; deep, every two and three of them."""
    slicer = Slicer(library)
    for context in slicer.contexts:
        most = (DEEP if context.screened else DEEP - 1) if deep else int(context.screened)
        for count in range(most + 1):
            for flags in combinations(library.flags, count):
                if any(set(flags) <= set(world) for world in slicer.worlds):
                    yield slicer.request(context, flags)


def count_requests(library: Library) -> int:
    """Count every request there can be: each context with each set of flags that can be."""
    slicer = Slicer(library)
    pairs = {
        frozenset((flag.id, other)) for flag in library.flags.values() for other in flag.excludes
    }
    bound = sorted(frozenset().union(*pairs))
    allowed = sum(
        not any(pair <= set(some) for pair in pairs)
        for count in range(len(bound) + 1)
        for some in combinations(bound, count)
    )
    free = len(library.flags) - len(bound)
    return len(slicer.contexts) * allowed << free


def _read_leaflet(known: Invariants, request: Request) -> list[Failure]:
    selection = select_blocks(known.library, request)
    page = Page(known.library, selection, composer(known.library)(selection))
    return [
        Failure(invariant=rule.number, says=rule.says, message=message, request=request)
        for rule in known.rules
        for message in layout_messages(rule, page)
    ]


_COMPOSERS: list[tuple[Library, Compose]] = []
"""The last library with its composer, so that a proof opens the templates once."""


def composer(library: Library) -> Compose:
    """Open the templates for a library that was already read."""
    if not _COMPOSERS or _COMPOSERS[0][0] is not library:
        templates = load_templates(resource("templates"))
        _COMPOSERS[:] = [(library, lambda chosen: compose_leaflet(library, chosen, templates))]
    return _COMPOSERS[0][1]


def _smallest(failures: list[Failure]) -> list[Failure]:
    """Keep, of the same failure of the same rule, the one with the fewest flags."""
    found: dict[tuple[int, str], Failure] = {}
    for one in failures:
        key = (one.invariant, one.message)
        if key not in found or _size(one) < _size(found[key]):
            found[key] = one
    return list(found.values())


def _size(failure: Failure) -> int:
    return len(failure.request.flags) if failure.request else 0


# ------------------------------------------------------------------ for people
def command_of(request: Request) -> str:
    """Give the command that shows a request, block by block."""
    words = ["handout", "explain", "--region", request.region, "--status", request.status]
    words += ["--screened"] if request.screened else []
    words += [word for flag in request.flags for word in ("--flag", flag)]
    return " ".join(words)


def report_text(report: Report) -> str:
    """Word a report for a terminal: each failure with the command that shows it, then the count."""
    lines = []
    for failure in report.failures:
        lines += [f"rule {failure.invariant} does not hold: {failure.message}", f"  {failure.says}"]
        lines += [f"  see: {command_of(failure.request)}"] if failure.request else []
    kept = report.rules - len({failure.invariant for failure in report.failures})
    lines.append(
        f"{kept} of {report.rules} rules of safety hold: {report.obligations} claims, proven over "
        f"{report.cases} cases that stand for all {report.flag_sets} requests; "
        f"{report.leaflets} leaflets read."
    )
    return "\n".join(lines)
