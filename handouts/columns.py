"""Goes in: pieces that belong together. Comes out: the same in columns, as short as they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.flowables import Flowable
    from handouts.tagging import TaggedCanvas

TORN_GROUP = 30.0
"""A group goes on in the next column only when that saves more than this, in points."""


class _Layout(Struct, frozen=True):
    """One way to divide the pieces; lengths in points."""

    height: float
    """Of the tallest column."""
    count: int
    column: float
    """The width of one column."""
    heights: Sequence[float]
    """Of each piece."""
    starts: Sequence[int]
    """The first piece of each column."""


class Columns(Struct):
    """Pieces in columns of nearly equal height, read down each column from left to right."""

    inners: Sequence[Flowable]
    gaps: Sequence[float]
    """Space above each piece in points, dropped at the top of a column."""
    gutter: float
    """Space between columns, in points."""
    counts: Sequence[int] = (2,)
    """How many columns to try; the least tall wins, then the fewest."""
    starts_group: Sequence[bool] = ()
    """Where a column had better start; elsewhere only when it saves a good deal."""
    layout: _Layout | None = None

    def wrap(self, width: float) -> float:
        """Lay out in each number of columns, and keep the one that is least tall."""
        tries = [self._lay_out(width, count) for count in self.counts]
        self.layout = best = min(tries, key=lambda one: (one.height, one.count))
        if best is not tries[-1]:
            for inner in self.inners:
                inner.wrap(best.column)
        return best.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw column by column."""
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
        _, starts = self._share(heights, 0, count)
        ends = [*starts[1:], len(self.inners)]
        tallest = max(self._height(heights, a, b) for a, b in zip(starts, ends, strict=True))
        return _Layout(tallest, count, column, heights, starts)

    def _share(
        self, heights: Sequence[float], first: int, count: int
    ) -> tuple[float, tuple[int, ...]]:
        """Share the pieces from `first` on among columns so that the tallest is least tall.

        Gives the height of the tallest, torn groups added, and the first piece of each column.
        """
        end = len(self.inners)
        whole: tuple[float, tuple[int, ...]] = (self._height(heights, first, end), (first,))
        if count == 1 or first + 1 >= end:
            return whole
        options = [whole]
        for cut in range(first + 1, end):
            tallest, starts = self._share(heights, cut, count - 1)
            torn = 0.0 if not self.starts_group or self.starts_group[cut] else TORN_GROUP
            tallest = max(self._height(heights, first, cut), tallest) + torn
            options.append((tallest, (first, *starts)))
        return min(options)

    def _height(self, heights: Sequence[float], first: int, last: int) -> float:
        return sum(heights[first:last]) + sum(self.gaps[first + 1 : last])
