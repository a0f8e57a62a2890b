"""Goes in: a table to tick, or lines to fill in by hand. Comes out: flowables that draw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handouts.flowables import line, rectangle
from handouts.style import INK, MM, TINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.paragraph import Text
    from handouts.tagging import Path, TaggedCanvas

FIRST_COLUMN = 35 * MM
HEAD_ROW = 8.2 * MM
ROW = 10 * MM
CELL_PAD = 1.6 * MM


@dataclass(slots=True)
class Grid:
    """A table to fill in: a head row, and rows that start with their head. Empty cells are tagged too."""

    rows: Sequence[Sequence[Text]]
    empty: Sequence[Path]
    """The cells to fill in, in reading order; they have no text."""
    columns: int
    width: float = 0
    height: float = 0

    def wrap(self, width: float) -> float:
        """Lay out the heads; give the height of all rows."""
        self.width = width
        for row in self.rows:
            for number, cell in enumerate(row):
                cell.wrap(self._edges()[number + 1] - self._edges()[number])
        self.height = HEAD_ROW + ROW * (len(self.rows) - 1)
        return self.height

    def _edges(self) -> list[float]:
        wide = (self.width - FIRST_COLUMN) / self.columns
        return [0.0, *(FIRST_COLUMN + wide * n for n in range(self.columns + 1))]

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw ground and rules, then the heads; the cells to fill in follow their row's head."""
        edges = self._edges()
        tops = [y, *(y - HEAD_ROW - ROW * n for n in range(len(self.rows)))]
        ground = [rectangle(x, y, self.width, HEAD_ROW), rectangle(x, y, FIRST_COLUMN, self.height)]
        canvas.artifact(f"{TINT.operands()} rg {' '.join(ground)} f")
        rules = [f"{x:.2f} {top:.2f} m {x + self.width:.2f} {top:.2f} l" for top in tops]
        rules += [
            f"{x + edge:.2f} {y:.2f} m {x + edge:.2f} {y - self.height:.2f} l" for edge in edges
        ]
        canvas.artifact(f"{INK.operands()} RG 1 w {' '.join(rules)} S")
        each = self.columns
        for number, row in enumerate(self.rows):
            middle = (tops[number] + tops[number + 1]) / 2
            for column, cell in enumerate(row):
                room = edges[column + 1] - edges[column]
                left = CELL_PAD if column == 0 else (room - cell.width) / 2
                cell.draw(canvas, x + edges[column] + left, middle + cell.style.leading / 2)
            if number:
                for path in self.empty[(number - 1) * each : number * each]:
                    canvas.empty(path)


@dataclass(frozen=True, slots=True)
class Line:
    """A line to fill in: its label, and what is filled in already. Lengths in points."""

    label: Text
    value: Text | None
    left: float
    width: float
    row: int


@dataclass(slots=True)
class Lines:
    """The lines at the foot of the last page, to fill in with a pen."""

    lines: Sequence[Line]
    row: float
    heights: Sequence[float] = ()

    def wrap(self, _width: float) -> float:
        """Lay out the labels and values; a long value takes a second line."""
        tall = [self.row] * (max(one.row for one in self.lines) + 1)
        for one in self.lines:
            one.label.wrap(one.width)
            if one.value:
                high = one.value.wrap(one.width - one.label.width - 2 * MM)
                tall[one.row] = max(tall[one.row], high + 2 * MM)
        self.heights = tall
        return sum(tall)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw rules, labels and values; text sits 1 mm above its rule."""
        for one in self.lines:
            foot = y - sum(self.heights[: one.row + 1])
            canvas.artifact(line(x + one.left, foot, one.width, 1, INK))
            base = foot + 1 * MM
            one.label.draw(canvas, x + one.left, base + one.label.style.leading)
            if one.value:
                high = one.value.wrap(one.width - one.label.width - 2 * MM)
                one.value.draw(canvas, x + one.left + one.label.width + 2 * MM, base + high)
