"""Goes in: the matrix and a request. Comes out: each advice class's level, and who decided it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.library import Matrix
    from handouts.request import Request


class AdviceLevel(Struct, frozen=True):
    """The final level of one advice class, and what decided it: flags, status, then baseline."""

    level: Level
    decided_by: tuple[str, ...]
    changed: bool
    """An active flag made it stricter than it would be without any flag."""


NOT_ASKED = "not asked"
BASELINE = "baseline"


def decide_advice(matrix: Matrix, request: Request) -> Mapping[str, AdviceLevel]:
    """Take the worst of baseline, status, `not asked` and every active flag, class by class."""
    return MappingProxyType({name: _decide_class(matrix, request, name) for name in matrix.classes})


def level_by_flags(matrix: Matrix, request: Request, name: str) -> Level:
    """Take the worst of the flags alone (and of `not asked`), leaving baseline and status out."""
    return max(
        (level for _, level in _flag_levels(matrix, request, name)),
        default=Level.OK,
    )


def _decide_class(matrix: Matrix, request: Request, name: str) -> AdviceLevel:
    baseline = matrix.baseline[name]
    status = matrix.statuses.get(request.status, {}).get(name, Level.OK)
    by_flags = _flag_levels(matrix, request, name)
    asked = [(who, level) for who, level in by_flags if who != NOT_ASKED]
    without = max(baseline, status, *(lv for who, lv in by_flags if who == NOT_ASKED), Level.OK)
    level = max(without, *(lv for _, lv in asked), Level.OK)
    deciders = [who for who, lv in asked if lv == level]
    if matrix.statuses.get(request.status, {}).get(name) == level:
        deciders.append(request.status)
    if any(who == NOT_ASKED and lv == level for who, lv in by_flags):
        deciders.append(NOT_ASKED)
    if baseline == level:
        deciders.append(BASELINE)
    return AdviceLevel(level=level, decided_by=tuple(deciders), changed=level > without)


def _flag_levels(matrix: Matrix, request: Request, name: str) -> list[tuple[str, Level]]:
    """Every (flag, level), and (`not asked`, level) when nobody asked about the other flags."""
    levels = [(flag, matrix.flags[flag][name]) for flag in request.flags]
    if not request.screened and name in matrix.not_asked:
        levels.append((NOT_ASKED, matrix.not_asked[name]))
    return levels
