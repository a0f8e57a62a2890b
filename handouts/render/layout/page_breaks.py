"""Break flow items into pages at the least total penalty: `break_pages`.

Dynamic programming over all breaks of the leaflet, as Knuth and Plass break lines: fewest pages
first, then no heading at a page end, no split box, and no page left nearly empty.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, TypesettingError
from handouts.render.layout.flowables import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.render.layout.flowables import FlowItem, Frame


_PAGE = 10_000.0
"""A page more is worse than any break."""
_EMPTY = 300.0
"""What an empty page costs; half empty costs a quarter of it."""
_STUB = 600.0
"""A page of a few lines after a full one."""
_STUB_SHARE = 0.16


class PlacedItem(Struct, frozen=True):
    """A slab on its page; `top` is the distance from the top of the usable area, in points."""

    item: FlowItem
    top: float


class PageLayout(Struct, frozen=True):
    """One page: its slabs, and the frames behind them as (frame, top, height)."""

    placed: tuple[PlacedItem, ...]
    frames: tuple[tuple[Frame, float, float], ...]


def break_pages(slabs: Sequence[FlowItem], width: float, height: float) -> list[PageLayout]:
    """Wrap slabs to a width and divide them into pages of a height, both in points.

    Raises TypesettingError for a slab that fits no page.
    """
    for slab in slabs:
        slab.height = slab.flowable.wrap(width)
    pages: list[PageLayout] = []
    start = 0
    stops = [*(n for n, slab in enumerate(slabs) if n and slab.fresh_page), len(slabs)]
    for stop, after in zip(stops, [*stops[1:], 0], strict=True):
        part = slabs[start:stop]
        breaks = _best_breaks(part, height)
        if after and slabs[stop].fresh_page_if_free:
            fresh = len(breaks) + len(_best_breaks(slabs[stop:after], height))
            if len(_best_breaks(slabs[start:after], height)) < fresh:
                continue  # what follows starts below it
        for first, last in breaks:
            is_last = start + last == len(slabs)
            pages.append(_lay_out(part[first:last], height, is_last=is_last))
        start = stop
    return pages


def _best_breaks(slabs: Sequence[FlowItem], height: float) -> list[tuple[int, int]]:
    """Choose the breaks that cost least; each page is (first slab, one past its last)."""
    best: list[float] = [0.0, *[FORBIDDEN] * len(slabs)]
    came_from = [0] * (len(slabs) + 1)
    for first in range(len(slabs)):
        if best[first] == FORBIDDEN:
            continue
        for last in range(first + 1, len(slabs) + 1):
            used = _used(slabs[first:last])
            if used > height + 0.01:
                break
            cost = best[first] + _page_cost(slabs, last, used, height)
            if cost < best[last]:
                best[last], came_from[last] = cost, first
    if best[-1] == FORBIDDEN:
        raise _too_tall(slabs, best, height)
    ends = [len(slabs)]
    while ends[-1]:
        ends.append(came_from[ends[-1]])
    ends.reverse()
    return list(pairwise(ends))


def _page_cost(slabs: Sequence[FlowItem], last: int, used: float, height: float) -> float:
    free = (height - used) / height
    if last == len(slabs):
        return _PAGE + (_STUB if used < _STUB_SHARE * height and len(slabs) > 1 else 0.0)
    return _PAGE + slabs[last].break_penalty + _EMPTY * free * free


def _too_tall(slabs: Sequence[FlowItem], best: list[float], height: float) -> TypesettingError:
    reached = max(n for n, cost in enumerate(best) if cost < FORBIDDEN)
    slab = slabs[min(reached, len(slabs) - 1)]
    return TypesettingError(
        Fault(
            message=f"`{slab.name or 'a part'}` is {slab.height:.0f} pt tall "
            f"and does not fit a page of {height:.0f} pt",
            hint="shorten the text, or ask for fewer exercises",
        )
    )


def _used(slabs: Sequence[FlowItem]) -> float:
    """Measure slabs as one page: gaps between them, room inside their frames."""
    total, frame = 0.0, None
    for number, slab in enumerate(slabs):
        if slab.frame is not frame:
            total += frame.foot if frame else 0.0
            total += _head_room(slab)
            frame = slab.frame
        total += (slab.gap if number else 0.0) + slab.height
    return total + (frame.foot if frame else 0.0)


def _lay_out(slabs: Sequence[FlowItem], height: float, *, is_last: bool) -> PageLayout:
    """Place the slabs of one page, sharing out spare room where the design allows it."""
    spare = 0.0 if is_last else height - _used(slabs)
    room = sum(slab.stretch for slab in slabs[1:])
    share = min(1.0, spare / room) if room else 0.0
    placed: list[PlacedItem] = []
    frames: list[tuple[Frame, float, float]] = []
    y, frame, frame_top = 0.0, None, 0.0
    for number, slab in enumerate(slabs):
        gap = slab.gap + slab.stretch * share if number else 0.0
        if slab.frame is not frame:
            if frame:
                y += frame.foot
                frames.append((frame, frame_top, y - frame_top))
            y += gap
            frame, frame_top = slab.frame, y
            y += _head_room(slab)
        else:
            y += gap
        top = height - slab.height if slab.at_foot and is_last else y
        placed.append(PlacedItem(slab, top))
        y = top + slab.height
    if frame:
        frames.append((frame, frame_top, y + frame.foot - frame_top))
    return PageLayout(tuple(placed), tuple(frames))


def _head_room(slab: FlowItem) -> float:
    if slab.frame is None:
        return 0.0
    return slab.frame.top if slab.opens_frame else slab.frame.again
