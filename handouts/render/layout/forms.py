"""Set tables and lines to fill in by hand: `set_table`, `set_form`.

Empty table cells are tagged, and header cells have a scope (ISO 32000-1, 14.8.5.7). In large
print the diary becomes a list, because its columns do not fit.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.fastpath.name_slot import NAME_PLACEHOLDER
from handouts.leaflet.tree import Run
from handouts.render.layout.flowables import FORBIDDEN, MOST_STRETCH, THIN, FlowItem, Stack
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.reading_order import runs_in
from handouts.render.layout.style import INK, TINT
from handouts.render.pdf.canvas import Glyphs
from handouts.render.pdf.graphics import MM, line, rectangle
from handouts.render.pdf.structure import UNNUMBERED, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Form, Table
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.fonts import Face
    from handouts.render.pdf.graphics import Colour
    from handouts.render.pdf.structure import TagPath


LINE_ROW, NEAR_ROW = 10 * MM, 8 * MM
"""The height of a row with lines to fill in; and where the style has no gaps, in points."""
NARROW_FIELD = 54 * MM
FIELD_GAP = 8 * MM
VALUE_GAP = 2 * MM


class NameBlank(Struct):
    """A blank for a name that is filled in after typesetting, as wide as there is room."""

    line: TextBlock
    """A line in the style of the name, whose metrics count."""
    face: Face
    path: TagPath
    room: float = 0

    @property
    def height(self) -> float:
        """The height of one line, in points."""
        return self.leading

    @property
    def leading(self) -> float:
        """The leading of the line, in points."""
        return self.line.leading

    @property
    def last_baseline(self) -> float:
        """From the top to the baseline of the line, in points."""
        return self.line.first_baseline

    def wrap(self, width: float) -> float:
        """Take the whole width; return the height of one line."""
        self.room = width
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Reserve a slot for the name, with its top left corner at (x, y)."""
        style, baseline = self.line.style, y - self.line.first_baseline
        canvas.slot(
            self.path, Glyphs(x, baseline, self.face, style.size, style.colour, ()), self.room
        )


class FormLine(Struct, frozen=True):
    """A line to fill in: its label, and what is already filled in. Lengths in points."""

    label: TextBlock
    value: TextBlock | NameBlank | None
    """None is a line for the pen."""
    left: float
    width: float
    row: int


class FormLines(Struct):
    """The lines to fill in at the foot of the last page."""

    lines: Sequence[FormLine]
    ink: Colour
    row: float = LINE_ROW
    heights: Sequence[float] = ()

    def wrap(self, _width: float) -> float:
        """Lay out the labels and values; a value that takes several lines makes its row taller."""
        heights = [self.row] * (max(one.row for one in self.lines) + 1)
        for one in self.lines:
            one.label.wrap(one.width)
            if one.value:
                high = one.value.wrap(one.width - one.label.width - VALUE_GAP)
                heights[one.row] = max(heights[one.row], high + 2 * MM)
        for one in self.lines:
            self._tell_neighbours(one)
        self.heights = heights
        return sum(heights)

    def _tell_neighbours(self, one: FormLine) -> None:
        """Tell a value how many words are beside it, which readers take into its line."""
        if isinstance(one.value, TextBlock):
            row = [other for other in self.lines if other.row == one.row]
            beside = [other.label for other in row]
            values = [other.value for other in row if isinstance(other.value, TextBlock)]
            beside += [value for value in values if value.height == value.leading]
            one.value.beside = sum(runs_in(text.plain) for text in beside if text is not one.value)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw rules, labels and values; text is 1 mm above its rule."""
        for one in self.lines:
            foot = y - sum(self.heights[: one.row + 1])
            canvas.artifact(line(x + one.left, foot, one.width, 1, self.ink))
            # Letters that are taller than ours are deeper too.
            deeper = one.value.leading - one.label.leading if one.value else 0
            base = foot + 1 * MM + deeper / 2
            one.label.draw(canvas, x + one.left, base + one.label.leading)
            if one.value:
                left = one.left + one.label.width + VALUE_GAP
                level = base + one.label.leading - one.label.first_baseline
                one.value.draw(canvas, x + left, level + one.value.last_baseline)


def set_form(builder: Builder, part: Form, path: TagPath) -> FormLines:
    """Set the lines to fill in: a wide and a narrow field share a row, a full one has its own."""
    style, full = builder.style, builder.width
    narrow = NARROW_FIELD * max(1.0, style.mark_factor)
    places = {
        "wide": (0.0, full - narrow - FIELD_GAP),
        "narrow": (full - narrow, narrow),
        "full": (0.0, full),
    }
    row = 0
    lines: list[FormLine] = []
    for field in part.fields:
        left, width = places[field.width]
        row += field.width == "full" and bool(lines)
        tag = (*path, Tag("P"))
        label = builder.text((Run(field.label + (" " if field.value else "")),), style.field, tag)
        value = _value(builder, field.value, tag)
        lines.append(FormLine(label, value, left, width, row))
    return FormLines(lines, style.ink(INK), LINE_ROW if style.gap_factor else NEAR_ROW)


def _value(builder: Builder, value: str, path: TagPath) -> TextBlock | NameBlank | None:
    """Return what a line is filled in with: text, a blank for the name to come, or None."""
    style = builder.style.body
    if value == NAME_PLACEHOLDER:
        return NameBlank(builder.text((Run(" "),), style, path), builder.faces[style.weight], path)
    return builder.text((Run(value),), style, path) if value else None


FIRST_COLUMN, WIDEST_FIRST = 35 * MM, 68 * MM
"""What the heads of the rows of a diary take beside the days: the least, and the most."""
HEAD_ROW = 8.2 * MM
ROW, LEAST_ROW = 10 * MM, 8 * MM
"""The height of a row of the diary, and that of one of many."""
_MANY_ROWS = 4
_TALL_ROWS = tuple(high * MM for high in range(28, 9, -2))
"""The heights of the rows where a page has room for a grid for each week, the tallest first."""
_BETWEEN_WEEKS = 8 * MM
WEEK_HEAD, WEEK_ROW = 6.8 * MM, 7.2 * MM
WEEK_FIRST = 0.42
"""The share of the width that the names of the exercises take beside the days."""
CELL_PAD = 1.6 * MM
_CELL_GAP = 3.0
"""What a row is taller than the text in it, at least."""
_WITH_EXERCISES, _BELOW_EXERCISE = 100.0, 3000.0
"""The penalty of a page break above the week to tick; in one column it would stand alone."""
WEEK_STRIP = "week"
"""The name of the flow item with a week to tick."""
WEEK = 7
"""The most columns of a grid where the style has no columns: a week."""
_DOWN_ROW = 11.5 * MM
_SCOPES = {
    "row": (("Table", (("Scope", "/Row"),)),),
    "column": (("Table", (("Scope", "/Column"),)),),
}
"""Which cells a header cell applies to (ISO 32000-1, 14.8.5.7)."""


class Grid(Struct):
    """A table to fill in: a header row, then rows that start with their header cell.

    The empty cells are tagged too.
    """

    rows: Sequence[Sequence[TextBlock]]
    """The header cells only: those of the columns, then one for each row."""
    empty: Sequence[TagPath]
    """The tag paths of the cells to fill in, in reading order."""
    columns: int
    """The number of columns to fill in, without the header column."""
    style: Style
    head: float
    """The height of the first row, in points."""
    row: float
    """That of each row below it."""
    first: float
    """The width of the header column, in points."""
    width: float = 0
    heights: Sequence[float] = ()

    def wrap(self, width: float) -> float:
        """Lay out the header cells; a row is taller where its header takes two lines."""
        self.width = width
        edges, heights = self._edges(), []
        for index, row in enumerate(self.rows):
            high = self.row if index else self.head
            for number, cell in enumerate(row):
                room = edges[number + 1] - edges[number] - (0 if number else CELL_PAD)
                high = max(high, cell.wrap(room) + _CELL_GAP)
            heights.append(high)
        self.heights = heights
        return sum(heights)

    def _edges(self) -> list[float]:
        wide = (self.width - self.first) / self.columns
        return [0.0, *(self.first + wide * n for n in range(self.columns + 1))]

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw background and rules, then row by row its header cell and its empty cells."""
        edges = self._edges()
        tops = [y, *(y - below for below in accumulate(self.heights))]
        foot = tops[-1]
        ground = [
            rectangle(x, y, self.width, self.heights[0]),
            rectangle(x, y, self.first, y - foot),
        ]
        canvas.artifact(f"{self.style.ink(TINT).operands()} rg {' '.join(ground)} f")
        rules = [f"{x:.2f} {top:.2f} m {x + self.width:.2f} {top:.2f} l" for top in tops]
        rules += [f"{x + edge:.2f} {y:.2f} m {x + edge:.2f} {foot:.2f} l" for edge in edges]
        canvas.artifact(f"{self.style.ink(INK).operands()} RG {THIN} w {' '.join(rules)} S")
        count = self.columns
        for number, row in enumerate(self.rows):
            middle = (tops[number] + tops[number + 1]) / 2
            for column, cell in enumerate(row):
                room = edges[column + 1] - edges[column]
                left = CELL_PAD if column == 0 else (room - cell.width) / 2
                cell.draw(canvas, x + edges[column] + left, middle + cell.height / 2)
            if number:
                for path in self.empty[(number - 1) * count : number * count]:
                    canvas.empty(path)


class DiaryStrips(Struct):
    """A list to fill in, its items side by side: each has a head, and below it a cell for each day.

    The first item names the days.
    """

    heads: Sequence[TextBlock]
    days: Sequence[TextBlock]
    """The text of the cells of the first item; the other cells are empty."""
    style: Style
    width: float = 0
    head: float = 0
    """The height of the heads."""

    def wrap(self, width: float) -> float:
        """Lay out heads and days; return the height of all rows."""
        self.width = width
        wide = width / len(self.heads)
        self.head = max(one.wrap(wide - 2 * CELL_PAD) for one in self.heads) + 2 * CELL_PAD
        for one in self.days:
            one.wrap(wide)
        return self.head + _DOWN_ROW * len(self.days)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw background and rules, then one item after the other."""
        wide, foot = self.width / len(self.heads), self.head + _DOWN_ROW * len(self.days)
        ground = [rectangle(x, y, self.width, self.head), rectangle(x, y, wide, foot)]
        canvas.artifact(f"{self.style.ink(TINT).operands()} rg {' '.join(ground)} f")
        tops = [y, *(y - self.head - _DOWN_ROW * n for n in range(len(self.days) + 1))]
        rules = [f"{x:.2f} {top:.2f} m {x + self.width:.2f} {top:.2f} l" for top in tops]
        for number in range(len(self.heads) + 1):
            edge = x + wide * number
            rules.append(f"{edge:.2f} {y:.2f} m {edge:.2f} {y - foot:.2f} l")
        canvas.artifact(f"{self.style.ink(INK).operands()} RG 1 w {' '.join(rules)} S")
        for number, head in enumerate(self.heads):
            head.draw(canvas, x + wide * number + CELL_PAD, y - CELL_PAD)
            for top, day in zip(tops[1:], () if number else self.days, strict=False):
                middle = top - _DOWN_ROW / 2
                day.draw(canvas, x + CELL_PAD, middle + day.style.leading / 2)


def set_table(builder: Builder, part: Table, path: TagPath) -> Iterator[FlowItem]:
    """Set a table to fill in: as one grid, as a grid for each week, or in large print as a list."""
    gap = 1.6 * MM
    if table_is_week(part):
        grid = _grid(builder, part, path, 1, len(part.head))
        parted = _WITH_EXERCISES if builder.style.columns else _BELOW_EXERCISE
        yield FlowItem(
            flowable=grid, gap=11.0, break_penalty=parted, stretch=MOST_STRETCH, name=WEEK_STRIP
        )
    elif builder.style.columns:
        grid = _grid(builder, part, path, 1, len(part.head))
        weeks = [_weeks(builder, part, path, row) for row in _TALL_ROWS]
        yield FlowItem(flowable=grid, roomier=weeks, gap=gap, break_penalty=FORBIDDEN)
    elif builder.style.mark_factor > 1:
        yield FlowItem(flowable=_strips(builder, part, path), gap=gap, break_penalty=FORBIDDEN)
    else:
        for first in range(1, len(part.head), WEEK):
            grid = _grid(builder, part, path, first, first + WEEK)
            yield FlowItem(
                flowable=grid, gap=gap if first == 1 else 4 * MM, break_penalty=FORBIDDEN
            )


def _weeks(builder: Builder, part: Table, path: TagPath, row: float) -> Stack:
    """Set a grid for each week, one below the other, with rows of a height to write in."""
    starts = range(1, len(part.head), WEEK)
    grids = [_grid(builder, part, path, first, first + WEEK) for first in starts]
    for grid in grids:
        grid.row = row
    return Stack(grids, [_BETWEEN_WEEKS] * len(grids))


def table_is_week(part: Table) -> bool:
    """Return whether a table is the strip to tick for a week."""
    return part.kind == WEEK_STRIP


def _strips(builder: Builder, part: Table, path: TagPath) -> DiaryStrips:
    """Set each row of the table as a list item, the header row first; the text keeps its order."""
    style, root = builder.style, (*path, Tag("L", attributes=UNNUMBERED))
    bodies = [(*root, Tag("LI"), Tag("LBody")) for _ in range(1 + len(part.rows))]
    texts = [part.head[0] + " ", *(row[0] for row in part.rows)]
    heads = [
        builder.text((Run(text),), style.small_strong, body)
        for text, body in zip(texts, bodies, strict=True)
    ]
    days = [builder.text((Run(f"{day} "),), style.small, bodies[0]) for day in part.head[1:]]
    return DiaryStrips(heads, days, style)


def _grid(builder: Builder, part: Table, path: TagPath, first: int, last: int) -> Grid:
    """Set columns `first` to before `last`, with the header cells of the rows."""
    table = (*path, Tag("Table"))
    row = (*table, Tag("TR"))
    heads = (part.head[0], *part.head[first:last])
    rows = [[_head(builder, cell, row, "column") for cell in heads]]
    empty: list[TagPath] = []
    for head, *cells in part.rows:
        row = (*table, Tag("TR"))
        rows.append([_head(builder, head, row, "row")])
        empty.extend((*row, Tag("TD")) for _ in cells[first - 1 : last - 1])
    top, high, first_column = HEAD_ROW, ROW, FIRST_COLUMN
    if table_is_week(part):
        top, high, first_column = WEEK_HEAD, WEEK_ROW, builder.width * WEEK_FIRST
    elif builder.style.columns and len(part.rows) >= _MANY_ROWS:
        high = LEAST_ROW
        for first_cell, *_ in rows:
            first_cell.wrap(WIDEST_FIRST - 2 * CELL_PAD)
        widest = max(cells[0].width for cells in rows) + 2 * CELL_PAD
        first_column = max(FIRST_COLUMN, widest)
    return Grid(rows, empty, len(heads) - 1, builder.style, top, high, first_column)


def _head(builder: Builder, cell: str, row: TagPath, scope: str) -> TextBlock:
    tag = Tag("TH", attributes=_SCOPES[scope])
    return builder.text((Run(cell),), builder.style.small_strong, (*row, tag))
