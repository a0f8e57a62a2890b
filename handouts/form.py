"""Goes in: a table to tick, or lines to fill in by hand. Comes out: flowables that draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.leaflet import Run
from handouts.shapes import line, rectangle
from handouts.slots import MARK
from handouts.structure import Tag
from handouts.style import INK, MM, TINT
from handouts.tagging import Glyphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.leaflet import Form, Table
    from handouts.paragraph import Text
    from handouts.setter import Setter
    from handouts.shaping import Face
    from handouts.structure import Path
    from handouts.style import Colour
    from handouts.tagging import TaggedCanvas

FIRST_COLUMN = 35 * MM
HEAD_ROW = 8.2 * MM
ROW = 10 * MM
CELL_PAD = 1.6 * MM
LINE_ROW = 10 * MM
NARROW_FIELD = 46 * MM
FIELD_GAP = 8 * MM
VALUE_GAP = 2 * MM
_SCOPES = {
    "row": (("Table", (("Scope", "/Row"),)),),
    "column": (("Table", (("Scope", "/Column"),)),),
}
"""Which cells a head speaks for (ISO 32000-1, 14.8.5.7)."""


class Grid(Struct):
    """A table to fill in: a head row, and rows that start with their head.

    Empty cells are tagged too.
    """

    rows: Sequence[Sequence[Text]]
    """The heads only: of the columns, then one of each row."""
    empty: Sequence[Path]
    """The cells to fill in, in reading order; they have no text."""
    columns: int
    tint: Colour
    ink: Colour
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
        canvas.artifact(f"{self.tint.operands()} rg {' '.join(ground)} f")
        rules = [f"{x:.2f} {top:.2f} m {x + self.width:.2f} {top:.2f} l" for top in tops]
        rules += [
            f"{x + edge:.2f} {y:.2f} m {x + edge:.2f} {y - self.height:.2f} l" for edge in edges
        ]
        canvas.artifact(f"{self.ink.operands()} RG 1 w {' '.join(rules)} S")
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


class Blank(Struct):
    """A line left for a name that comes later, as wide as there is room."""

    line: Text
    """An empty line in the name's style."""
    face: Face
    path: Path
    room: float = 0

    @property
    def height(self) -> float:
        """The height in points."""
        return self.line.style.leading

    def wrap(self, width: float) -> float:
        """Take all the room; give the height of one line."""
        self.room = width
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Leave a slot; (x, y) is the top left corner."""
        style, baseline = self.line.style, y - self.line.first_baseline
        canvas.slot(
            self.path, Glyphs(x, baseline, self.face, style.size, style.colour, ()), self.room
        )


class Line(Struct, frozen=True):
    """A line to fill in: its label, and what is filled in already. Lengths in points."""

    label: Text
    value: Text | Blank | None
    left: float
    width: float
    row: int


class Lines(Struct):
    """The lines at the foot of the last page, to fill in with a pen."""

    lines: Sequence[Line]
    ink: Colour
    heights: Sequence[float] = ()

    def wrap(self, _width: float) -> float:
        """Lay out the labels and values; a long value takes a second line."""
        tall = [LINE_ROW] * (max(one.row for one in self.lines) + 1)
        for one in self.lines:
            one.label.wrap(one.width)
            if one.value:
                high = one.value.wrap(one.width - one.label.width - VALUE_GAP)
                tall[one.row] = max(tall[one.row], high + 2 * MM)
        self.heights = tall
        return sum(tall)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw rules, labels and values; text sits 1 mm above its rule."""
        for one in self.lines:
            foot = y - sum(self.heights[: one.row + 1])
            canvas.artifact(line(x + one.left, foot, one.width, 1, self.ink))
            base = foot + 1 * MM
            one.label.draw(canvas, x + one.left, base + one.label.style.leading)
            if one.value:
                left = one.left + one.label.width + VALUE_GAP
                one.value.draw(canvas, x + left, base + one.value.height)


def set_table(setter: Setter, part: Table, path: Path) -> Grid:
    """Set a table to fill in."""
    table = (*path, Tag("Table"))
    row = (*table, Tag("TR"))
    rows = [[_head(setter, cell, row, "column") for cell in part.head]]
    empty: list[Path] = []
    for head, *cells in part.rows:
        row = (*table, Tag("TR"))
        rows.append([_head(setter, head, row, "row")])
        empty.extend((*row, Tag("TD")) for _ in cells)
    style = setter.style
    return Grid(rows, empty, len(part.head) - 1, style.ink(TINT), style.ink(INK))


def _head(setter: Setter, cell: str, row: Path, scope: str) -> Text:
    tag = Tag("TH", attributes=_SCOPES[scope])
    return setter.text((Run(cell),), setter.style.small_strong, (*row, tag))


def set_form(setter: Setter, part: Form, path: Path) -> Lines:
    """Set the lines to fill in: a wide and a narrow field share a row, a full one has its own."""
    style, full = setter.style, setter.width
    places = {
        "wide": (0.0, full - NARROW_FIELD - FIELD_GAP),
        "narrow": (full - NARROW_FIELD, NARROW_FIELD),
        "full": (0.0, full),
    }
    row, lines = 0, []
    for field in part.fields:
        left, width = places[field.width]
        row += field.width == "full"
        tag = (*path, Tag("P"))
        label = setter.text((Run(field.label + (" " if field.value else "")),), style.field, tag)
        value = _value(setter, field.value, tag)
        lines.append(Line(label, value, left, width, row))
    return Lines(lines, style.ink(INK))


def _value(setter: Setter, value: str, path: Path) -> Text | Blank | None:
    """Set what a line is filled in with: words, or a slot for the name that comes later."""
    style = setter.style.body
    if value == MARK:
        return Blank(setter.text((Run(" "),), style, path), setter.faces[style.weight], path)
    return setter.text((Run(value),), style, path) if value else None
