"""Goes in: the look of a box. Comes out: its edge and ground as operators, and its head band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.shapes import MM, PAPER, rectangle, rounded
from handouts.style import DANGER, INK

if TYPE_CHECKING:
    from handouts.flowables import Bookmarked
    from handouts.icons import Icons
    from handouts.shapes import Colour
    from handouts.style import Style
    from handouts.tagging import TaggedCanvas

_WARNING, _PHONE = 11 * MM, 9.6 * MM
"""The icons of a band."""
BAR = 7.0
"""The width of a thick left edge, in points."""


class Frame(Struct, frozen=True, kw_only=True):
    """The box round one or more pieces: its look, and the room inside; lengths in points."""

    top: float
    foot: float
    edge: float
    colour: Colour = INK
    """Of the edge."""
    ground: Colour | None = None
    radius: float = 0.0
    """Of the corners."""
    bar: bool = False
    """Whether the left edge is thick, so that the box is told apart without its colour."""
    again: float = 8.0
    """Room at the top where the box goes on after a page break."""

    def operators(self, x: float, y: float, width: float, height: float) -> str:
        """Draw the frame with its top left corner at (x, y)."""
        half = self.edge / 2
        inside = (x + half, y - half, width - self.edge, height - self.edge)
        shape = rounded(*inside, self.radius) if self.radius else rectangle(*inside)
        stroke = f"{self.colour.operands()} RG"
        if self.ground is not None:
            return f"{self.ground.operands()} rg {stroke} {self.edge:g} w {shape} B"
        if self.bar:
            bar = f"{rectangle(x, y, BAR, height)} f"
            return f"{self.colour.operands()} rg {bar} {stroke} {self.edge:g} w {shape} S"
        return f"{stroke} {self.edge:g} w {shape} S"


class Band(Struct):
    """The head of an emergency box: white words on a filled band, between two icons."""

    heading: Bookmarked
    style: Style
    icons: Icons
    width: float = 0.0
    height: float = 0.0

    def wrap(self, width: float) -> float:
        """Lay out the heading between the icons."""
        self.width = width
        words = self.heading.wrap(width - self._words - 16 * MM * self.style.grow)
        self.height = words + 3.4 * MM
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the band over the frame's upper edge."""
        style, danger = self.style, self.style.ink(DANGER)
        middle = y - self.height / 2
        band = f"{danger.operands()} rg {rectangle(x, y, self.width, self.height)} f"
        size, phone = _WARNING * style.grow, _PHONE * style.grow
        left = x + ((style.rail - size) / 2 if style.rail else style.pad)
        warning = self.icons.operators("warning", (left, middle + size / 2), size, PAPER, danger)
        right = x + self.width - max(5 * MM, style.pad) - phone
        call = self.icons.operators("phone", (right, middle + phone / 2), phone, PAPER, danger)
        canvas.artifact(f"{band} {warning} {call}")
        self.heading.draw(canvas, x + self._words, y - 1.5 * MM)

    @property
    def _words(self) -> float:
        """Where the words start: right of the rail, or of the icon."""
        style = self.style
        return style.rail or style.pad + _WARNING * style.grow + 3 * MM
