"""Balance flowables in columns, the tallest as short as possible: `Columns`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.render.layout.flowables import Flowable
    from handouts.render.pdf.canvas import TaggedCanvas


TORN_GROUP = 30.0
"""A group is split between two columns only if that saves more than this, in points."""


class _Layout(Struct, frozen=True):
    """One way to divide the flowables into columns; lengths in points."""

    height: float
    """The height of the tallest column."""
    count: int
    column: float
    """The width of one column."""
    heights: Sequence[float]
    """The height of each flowable."""
    starts: Sequence[int]
    """The index of the first flowable of each column."""


class Columns(Struct):
    """Flowables in columns of nearly equal height, read down each column from left to right."""

    inners: Sequence[Flowable]
    gaps: Sequence[float]
    """Space above each flowable in points, dropped at the top of a column."""
    gutter: float
    """Space between columns, in points."""
    counts: Sequence[int] = (2,)
    """The numbers of columns to try; the shortest layout wins, then the fewest columns."""
    starts_group: Sequence[bool] = ()
    """For each flowable whether it starts a group; any other start of a column costs `torn`."""
    torn: float = TORN_GROUP
    """How much taller, in points, columns may be for the sake of a group that stays whole."""
    layout: _Layout | None = None

    def wrap(self, width: float) -> float:
        """Lay out in each number of columns and keep the shortest layout."""
        layouts = [self._lay_out(width, count) for count in self.counts]
        self.layout = best = min(layouts, key=lambda layout: (layout.height, layout.count))
        if best is not layouts[-1]:
            for inner in self.inners:
                inner.wrap(best.column)
        return best.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw column by column; raises ValueError if `wrap` was never called."""
        layout, top = self.layout, y
        if layout is None:
            message = "this is a bug, please report it: columns drawn before they were laid out"
            raise ValueError(message)
        for number, (inner, height) in enumerate(zip(self.inners, layout.heights, strict=True)):
            if number and number in layout.starts:
                x, y = x + layout.column + self.gutter, top
            elif number:
                y -= self.gaps[number]
            inner.draw(canvas, x, y)
            y -= height

    def _lay_out(self, width: float, count: int) -> _Layout:
        column = (width - self.gutter * (count - 1)) / count
        heights = [inner.wrap(column) for inner in self.inners]
        _, starts = self._balance(heights, 0, count)
        ends = [*starts[1:], len(self.inners)]
        tallest = max(self._height(heights, a, b) for a, b in zip(starts, ends, strict=True))
        return _Layout(tallest, count, column, heights, starts)

    def _balance(
        self, heights: Sequence[float], first: int, count: int
    ) -> tuple[float, tuple[int, ...]]:
        """Divide the flowables from `first` on into columns, the tallest as short as possible.

        Return that height, with `torn` added for each split group, and the index of the first
        flowable of each column. Exhaustive search: there are three columns at most.
        """
        end = len(self.inners)
        whole: tuple[float, tuple[int, ...]] = (self._height(heights, first, end), (first,))
        if count == 1 or first + 1 >= end:
            return whole
        best = whole
        for split in range(first + 1, end):
            height = self._height(heights, first, split)
            if height > best[0]:
                break  # as is each longer column
            tallest, starts = self._balance(heights, split, count - 1)
            split_cost = 0.0 if not self.starts_group or self.starts_group[split] else self.torn
            best = min(best, (max(height, tallest) + split_cost, (first, *starts)))
        return best

    def _height(self, heights: Sequence[float], first: int, last: int) -> float:
        return sum(heights[first:last]) + sum(self.gaps[first + 1 : last])
