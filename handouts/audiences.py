"""Goes in: an audience, in sets of flag sets. Comes out: the same in words, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.flagsets import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.flagsets import Case, FlagSets
    from handouts.impact import Audience, Impact
    from handouts.safety.reduction import Context

_MOST = 6
"""Cases told one by one; the rest is counted."""
_FEW = 4
"""More flags than these after "without" are counted first, so that the sentence can be read."""
EVERY = "every request"


def who(impact: Impact, audience: Audience) -> list[str]:
    """Word an audience: for each group of contexts, which flag sets, and how many requests."""
    groups: dict[tuple[int, int], list[Context]] = {}
    for context, found in audience.items():
        if found != NONE:
            groups.setdefault((found, impact.requests[context]), []).append(context)
    return [
        f"{_contexts(contexts, list(impact.requests))}: {_flags(impact, found, among)}"
        f" ({impact.sets.count(found) * len(contexts):,} requests)"
        for (found, among), contexts in groups.items()
    ]


def share(part: int, whole: int) -> str:
    """Say how many of how many: the exact numbers, and their share for the eye."""
    percent = 100 * part / whole if whole else 0
    shown = f"{percent:.2g} %" if percent < 1 else f"{percent:.1f} %"
    return f"{part:,} of {whole:,} requests ({shown})"


def _contexts(some: Sequence[Context], every: Sequence[Context]) -> str:
    """Join contexts to few phrases: `neck, lumbar: acute; screened or not`."""
    by_region: dict[str, frozenset[tuple[str, bool]]] = {}
    for region in dict.fromkeys(one.region for one in some):
        inner = frozenset((one.status, one.screened) for one in some if one.region == region)
        by_region[region] = inner
    groups: dict[frozenset[tuple[str, bool]], list[str]] = {}
    for region, inner in by_region.items():
        groups.setdefault(inner, []).append(region)
    regions = len({one.region for one in every})
    return " / ".join(
        f"{'every region' if len(names) == regions else ', '.join(names)}, {_inner(inner, every)}"
        for inner, names in groups.items()
    )


def _inner(inner: frozenset[tuple[str, bool]], every: Sequence[Context]) -> str:
    statuses = dict.fromkeys(one.status for one in every)
    asked: dict[frozenset[bool], list[str]] = {}
    for status in statuses:
        if found := frozenset(screened for name, screened in inner if name == status):
            asked.setdefault(found, []).append(status)
    words = {
        frozenset({True}): "screened", frozenset({False}): "not screened",
        frozenset({True, False}): "screened or not",
    }  # fmt: skip
    return " and ".join(f"{' or '.join(names)}, {words[found]}" for found, names in asked.items())


def _flags(impact: Impact, found: int, among: int) -> str:
    """Word the flag sets, or those that are not meant where that is shorter."""
    sets = impact.sets
    if found == among:
        return EVERY
    cases, number = sets.cases(found, among, _MOST)
    others, left = sets.cases(sets.minus(among, found), among, _MOST)
    words = [_case(sets, one, among) for one in sorted(cases, key=_size)]
    but = [_case(sets, one, among) for one in sorted(others, key=_size)]
    if left < number or (left == number and sum(map(len, but)) < sum(map(len, words))):
        return "all but those " + _joined(but, left)
    return "all " + _joined(words, number)


def _size(case: Case) -> tuple[int, int, Case]:
    return len(case.given) + len(case.absent), len(case.absent), case


def _joined(words: Sequence[str], number: int) -> str:
    more = f"; and {number - len(words)} more cases" if number > len(words) else ""
    return "; or ".join(words) + more


def _case(sets: FlagSets, case: Case, among: int) -> str:
    given = " and ".join(case.given)
    each = [sets.given([flag]) for flag in case.given]
    meant = sets.meet(among, *each, sets.other(sets.given(case.absent)))
    if meant == sets.meet(among, sets.exactly(case.given)):
        return f"with {given} alone" if given else "without any flag"
    if not case.absent:
        return f"with {given}"
    many = len(case.absent) > _FEW
    absent = ", ".join(case.absent) if many else " or ".join(case.absent)
    absent = f"any of these {len(case.absent)}: {absent}" if many else absent
    return f"with {given} and without {absent}" if given else f"without {absent}"
