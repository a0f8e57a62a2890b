"""Goes in: a library. Comes out: whether the rules of safety hold for every request, or where not.

The proof stands before a release, `proofreading` reads leaflets then; `guard` stands before each.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.invariants import load_invariants
from handouts.proof import Failure, prove_all
from handouts.slices import Slicer

if TYPE_CHECKING:
    from handouts.content.library import Library
    from handouts.invariants import Invariants
    from handouts.selection.request import Request


class Report(Struct, frozen=True, kw_only=True):
    """What was proven, over how much, and what failed."""

    rules: int
    obligations: int
    """Claims about a few blocks each, proven for every region, status and set of flags."""
    cases: int
    """Representative requests put to the selection."""
    flag_sets: int
    """Requests that the cases stand for."""
    failures: tuple[Failure, ...]


def prove(library: Library, invariants: Invariants | None = None) -> Report:
    """Prove every rule for every request there can be."""
    known = invariants or load_invariants(library)
    tally, failures = prove_all(known)
    return Report(
        rules=len(known.rules),
        obligations=tally.obligations,
        cases=tally.cases,
        flag_sets=count_requests(library),
        failures=tuple(_smallest(failures)),
    )


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
        f"{report.cases} cases that stand for all {report.flag_sets} requests."
    )
    return "\n".join(lines)
