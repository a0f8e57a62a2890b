"""Set the days of a week to tick below the figure of each exercise: `WeekRow`.

Cards leave white there, so it takes less room than the strip with a row for each exercise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.leaflet.tree import Run, Section, Table, is_panel
from handouts.render.layout.flowables import THIN
from handouts.render.layout.forms import table_is_week
from handouts.render.layout.style import INK
from handouts.render.pdf.graphics import MM, rectangle
from handouts.render.pdf.structure import UNNUMBERED, Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.leaflet.tree import Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath


BOX = 6.5 * MM
"""The height of a day, which is as wide as a seventh of the figures; in points, as all here."""
_ABOVE = 3.0
_LETTER_LEFT = 2.5


class WeekRow(Struct):
    """A box to tick for each day of a week, which begins with the letter of the day.

    The first row of a leaflet has above it what the boxes are for.
    """

    label: TextBlock | None
    days: Sequence[TextBlock]
    style: Style
    width: float = 0

    def wrap(self, width: float) -> float:
        """Lay out the label and the letters; return the height, with the gap above."""
        self.width = width
        wide = width / len(self.days)
        for day in self.days:
            day.wrap(wide)
        return _ABOVE + (self.label.wrap(width) if self.label else 0.0) + BOX

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the label, then each box and its letter."""
        top = y - _ABOVE
        if self.label:
            self.label.draw(canvas, x, top)
            top -= self.label.height
        wide = self.width / len(self.days)
        boxes = " ".join(rectangle(x + wide * n, top, wide, BOX) for n in range(len(self.days)))
        canvas.artifact(f"{self.style.ink(INK).operands()} RG {THIN} w {boxes} S")
        for number, day in enumerate(self.days):
            day.draw(canvas, x + wide * number + _LETTER_LEFT, top - (BOX - day.height) / 2)


def set_week_row(builder: Builder, table: Table, path: TagPath) -> WeekRow:
    """Set the days of a week; a screen reader says their names, of which the letters are drawn."""
    style = builder.style
    label, *days = table.head
    said = builder.text((Run(label),), style.small_strong, (*path, Tag("P"))) if label else None
    root = (*path, Tag("L", attributes=UNNUMBERED))
    letters = [
        builder.text((Run(day[:1]),), style.small, (*root, Tag("LI"), Tag("LBody", actual=day)))
        for day in days
    ]
    return WeekRow(said, letters, style)


def with_week_on_cards(section: Section) -> Section:
    """Return the exercises with the week to tick on each card, not in a strip below them."""
    week = next((one for one in section.parts if _is_week(one)), None)
    if not isinstance(week, Table):
        return section
    parts: list[Part] = []
    first = True
    for part in section.parts:
        if is_panel(part, "card"):
            row = replace(week, head=(week.head[0] if first else "", *week.head[1:]), rows=())
            parts.append(replace(part, parts=(*part.parts, row)))
            first = False
        elif part is not week:
            parts.append(part)
    return replace(section, parts=tuple(parts))


def _is_week(part: object) -> bool:
    return isinstance(part, Table) and table_is_week(part)
