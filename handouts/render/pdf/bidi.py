"""Order text that runs from right to left: `levels`, `visual_order` (UAX 9).

Embeddings, overrides and isolates are left out: typed text that has one is refused. A number in
groups, such as a phone number, keeps its order: the plain algorithm turns the groups round, and
the result looks like a number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

One = TypeVar("One")


_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_BRACKETS = {"(": ")", "[": "]", "{": "}", "\u2329": "\u232a", "\u3008": "\u3009"}
_OPENED_BY = {closing: opening for opening, closing in _BRACKETS.items()}
_SIDES = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
"""What a type counts as beside neutrals: numbers count as right to left."""
_GROUPED = re.compile(r"[+(]*[0-9][0-9()./ \u00a0-]*[0-9]")
"""A number in groups: one phone number, date or range, as it was typed."""
_NOWHERE = re.compile(r"(?!)")
MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
"""Signs whose picture is turned round in a text from right to left."""


def runs_from_right(text: str) -> bool:
    """Tell whether a paragraph is read from right to left: by its first letter (P2, P3)."""
    kinds = (unicodedata.bidirectional(one) for one in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def has_right_to_left(text: str) -> bool:
    """Tell whether some letter of a text is read from right to left."""
    return any(unicodedata.bidirectional(one) in ("R", "AL", "AN") for one in text)


def grouped_numbers(text: str) -> re.Pattern[str]:
    """Return what finds the numbers in groups of a text; nothing where all is from left to right.

    A reader of the text orders them by the plain algorithm, which would turn their groups round.
    """
    return _GROUPED if not text.isascii() and has_right_to_left(text) else _NOWHERE


def isolated(text: str) -> str:
    """Return a plain text with each number in groups isolated (U+2066 and U+2069)."""
    return grouped_numbers(text).sub("\u2066\\g<0>\u2069", text)


def levels(text: str, base: int, *, grouped: bool = True) -> list[int]:
    """Return the embedding level of each character; `base`, that of the paragraph, is 0 or 1.

    Without `grouped`, numbers in groups are ordered as the plain algorithm does.
    """
    typed = [unicodedata.bidirectional(one) or "L" for one in text]
    kinds = list(typed)
    for found in _GROUPED.finditer(text) if grouped else ():
        kinds[found.start() : found.end()] = ["EN"] * (found.end() - found.start())
    start = "R" if base else "L"
    _resolve_marks(kinds, start)
    _resolve_numbers(kinds, start)
    _resolve_brackets(text, kinds, typed, start)
    for first, last in _stretches(kinds, _NEUTRAL.__contains__):  # N1, N2
        before = _SIDES[kinds[first - 1]] if first else start
        after = _SIDES[kinds[last]] if last < len(kinds) else start
        kinds[first:last] = [before if before == after else start] * (last - first)
    deeper = {"L": 1, "EN": 1, "AN": 1} if base else {"R": 1, "AN": 2, "EN": 2}
    return [base + deeper.get(kind, 0) for kind in kinds]  # I1, I2


def visual_order(items: Sequence[One], level_of: Callable[[One], int]) -> list[One]:
    """Return the items of a line from left to right, by their levels (L2)."""
    order = list(items)
    for level in range(max(map(level_of, order), default=0), 0, -1):
        for first, last in list(_stretches(order, lambda one: level_of(one) >= level)):  # noqa: B023 - used at once
            order[first:last] = reversed(order[first:last])
    return order


def _resolve_marks(kinds: list[str], start: str) -> None:
    """W1 to W3: marks are as what they stand on, European numbers after Arabic are Arabic."""
    before = strong = start
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = before
        before = kinds[at]
        if before in ("L", "R", "AL"):
            strong = before
        elif before == "EN" and strong == "AL":
            kinds[at] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]


def _resolve_numbers(kinds: list[str], start: str) -> None:
    """W4 to W7: signs in and beside numbers go with them, others are neutral."""
    for at in range(1, len(kinds) - 1):
        before, kind, after = kinds[at - 1 : at + 2]
        if before == after and (
            (kind == "ES" and after == "EN") or (kind == "CS" and after in ("EN", "AN"))
        ):
            kinds[at] = after
    for first, last in _stretches(kinds, "ET".__eq__):
        if "EN" in (kinds[first - 1] if first else "", kinds[last] if last < len(kinds) else ""):
            kinds[first:last] = ["EN"] * (last - first)
    strong = start
    for at, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS", "BN"):
            kinds[at] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _resolve_brackets(text: str, kinds: list[str], typed: Sequence[str], start: str) -> None:
    """N0: both brackets of a pair go with what is in them, or before them."""
    for opening, closing in _pairs(text, kinds):
        inside = {_SIDES[kind] for kind in kinds[opening + 1 : closing] if kind in _SIDES}
        if not inside:
            continue
        side = start
        if start not in inside:
            earlier = (_SIDES[kind] for kind in reversed(kinds[:opening]) if kind in _SIDES)
            side = next(iter(inside)) if next(earlier, start) != start else start
        for at in (opening, closing):
            kinds[at] = side
            for after in range(at + 1, len(kinds)):
                if typed[after] != "NSM":
                    break
                kinds[after] = side


def _pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Return where brackets that belong together open and close (BD16)."""
    opened: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for at, one in enumerate(text):
        if kinds[at] != "ON":
            continue
        if one in _BRACKETS:
            opened.append((one, at))
        elif one in _OPENED_BY:
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][0] == _OPENED_BY[one]:
                    found.append((opened[depth][1], at))
                    del opened[depth:]
                    break
    return sorted(found)


def _stretches(items: Sequence[One], wanted: Callable[[One], bool]) -> Iterator[tuple[int, int]]:
    """Yield where each longest stretch of wanted items begins and ends."""
    first = None
    for at, one in enumerate(items):
        if wanted(one):
            first = at if first is None else first
        elif first is not None:
            yield first, at
            first = None
    if first is not None:
        yield first, len(items)
