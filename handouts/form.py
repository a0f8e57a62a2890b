"""Goes in: lines to fill in by hand. Comes out: a flowable that draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.fastpath.name_slot import MARK
from handouts.leaflet.tree import Run
from handouts.shapes import MM, line
from handouts.structure import Tag
from handouts.style import INK
from handouts.tagging import Glyphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.leaflet.tree import Form
    from handouts.paragraph import Text
    from handouts.setter import Setter
    from handouts.shapes import Colour
    from handouts.shaping import Face
    from handouts.structure import Path
    from handouts.tagging import TaggedCanvas

LINE_ROW = 10 * MM
NARROW_FIELD = 46 * MM
FIELD_GAP = 8 * MM
VALUE_GAP = 2 * MM


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
    row: float = LINE_ROW
    heights: Sequence[float] = ()

    def wrap(self, _width: float) -> float:
        """Lay out the labels and values; a long value takes a second line."""
        tall = [self.row] * (max(one.row for one in self.lines) + 1)
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


def set_form(setter: Setter, part: Form, path: Path) -> Lines:
    """Set the lines to fill in: a wide and a narrow field share a row, a full one has its own."""
    style, full = setter.style, setter.width
    places = {
        "wide": (0.0, full - NARROW_FIELD - FIELD_GAP),
        "narrow": (full - NARROW_FIELD, NARROW_FIELD),
        "full": (0.0, full),
    }
    row = 0
    lines: list[Line] = []
    for field in part.fields:
        kind = field.width if style.columns else "full"
        left, width = places[kind]
        row += kind == "full" and bool(lines)
        tag = (*path, Tag("P"))
        label = setter.text((Run(field.label + (" " if field.value else "")),), style.field, tag)
        value = _value(setter, field.value, tag)
        lines.append(Line(label, value, left, width, row))
    return Lines(lines, style.ink(INK), LINE_ROW * style.grow)


def _value(setter: Setter, value: str, path: Path) -> Text | Blank | None:
    """Set what a line is filled in with: words, or a slot for the name that comes later."""
    style = setter.style.body
    if value == MARK:
        return Blank(setter.text((Run(" "),), style, path), setter.faces[style.weight], path)
    return setter.text((Run(value),), style, path) if value else None
