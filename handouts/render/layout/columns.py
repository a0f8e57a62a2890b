"""Balance flowables in columns, the tallest as short as possible: `Columns`.

Where a column starts inside a group, the name of the group is repeated above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.render.layout.flowables import Flowable
    from handouts.render.pdf.canvas import TaggedCanvas


TORN_GROUP = 30.0
"""A group is split between two columns only if that saves more than this, in points."""


class GroupHead(Protocol):
    """The name of a group, as it is repeated where a column starts inside the group."""

    def wrap(self, width: float) -> float:
        """Return its height with the space below, in points."""

    def draw(
        self, canvas: TaggedCanvas, corner: tuple[float, float], part: tuple[int, int]
    ) -> None:
        """Draw it, its top left corner at a point, above a part of so many of the group."""


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
    heads: Sequence[float]
    """The height of what is repeated above each flowable if a column starts with it."""


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
    heads: Sequence[GroupHead | None] = ()
    """For each flowable the name of its group, to repeat above it; None where it has none."""
    repeats: bool = True
    """Whether names are repeated."""
    layout: _Layout | None = None

    def wrap(self, width: float) -> float:
        """Lay out in each number of columns and keep the shortest layout."""
        layouts = [self._lay_out(width, count) for count in self.counts]
        self.layout = best = min(layouts, key=lambda layout: (layout.height, layout.count))
        if best is not layouts[-1]:
            for inner in self.inners:
                inner.wrap(best.column)
        return best.height

    @property
    def lacks_name(self) -> bool:
        """Whether a column starts inside a group, whose name is not repeated."""
        starts = self.layout.starts if self.layout and self.heads and not self.repeats else ()
        return any(self.heads[at] and not self.starts_group[at] for at in starts)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw column by column; raises ValueError if `wrap` was never called."""
        layout, top = self.layout, y
        if layout is None:
            message = "this is a bug, please report it: columns drawn before they were laid out"
            raise ValueError(message)
        for number, (inner, height) in enumerate(zip(self.inners, layout.heights, strict=True)):
            if number in layout.starts:
                x, y = x + (layout.column + self.gutter if number else 0.0), top
                head = self._repeated(number)
                if head:
                    head.draw(canvas, (x, y), self._part(head, number))
                y -= layout.heads[number]
            else:
                y -= self.gaps[number]
            inner.draw(canvas, x, y)
            y -= height

    def _repeated(self, number: int) -> GroupHead | None:
        """Return what a column repeats that starts with a flowable; None if a group does there."""
        if not (self.repeats and self.heads) or self.starts_group[number]:
            return None
        return self.heads[number]

    def _part(self, head: GroupHead, number: int) -> tuple[int, int]:
        """Return which part of its group a column starts with, and how many there are."""
        starts = self.layout.starts if self.layout else ()
        later = [at for at in starts if self._repeated(at) is head]
        return later.index(number) + 2, len(later) + 1  # it began above, or on the page before

    def _lay_out(self, width: float, count: int) -> _Layout:
        column = (width - self.gutter * (count - 1)) / count
        sizes = _Sizes(
            [inner.wrap(column) for inner in self.inners],
            [
                head.wrap(column) if (head := self._repeated(number)) else 0.0
                for number in range(len(self.inners))
            ],
        )
        _, starts = self._balance(sizes, 0, count)
        ends = [*starts[1:], len(self.inners)]
        tallest = max(self._height(sizes, a, b) for a, b in zip(starts, ends, strict=True))
        return _Layout(tallest, count, column, sizes.inners, starts, sizes.heads)

    def _balance(self, heights: _Sizes, first: int, count: int) -> tuple[float, tuple[int, ...]]:
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

    def _height(self, heights: _Sizes, first: int, last: int) -> float:
        inners = sum(heights.inners[first:last])
        return heights.heads[first] + inners + sum(self.gaps[first + 1 : last])


class _Sizes(Struct, frozen=True):
    """The heights of flowables, and of what is repeated above each if a column starts with it."""

    inners: Sequence[float]
    heads: Sequence[float]
