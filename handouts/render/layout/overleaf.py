"""Repeat the heading of a box or a section where it goes on overleaf: `Overleaf`.

The repeated heading is shown but not read again: it is an artifact of the PDF, for the box or the
section is still one element to a screen reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.leaflet.tree import Run
from handouts.render.layout.style import ACCENT, DANGER, INK
from handouts.render.pdf.graphics import MM, PAPER, rectangle

if TYPE_CHECKING:
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.graphics import Colour


_ICON = 7 * MM
_ICON_GAP = 3 * MM
_BAND_PAD = 1.2 * MM
_HEAD_PAD = 2 * MM
_BELOW = 1.6 * MM
_ABOVE_MORE = 1.0
"""Space above the words at the foot of a box that goes on, in points."""
_BESIDE_MORE = 4.0
"""The white on both sides of them, where they interrupt the edge, in points."""
_BELOW_NAME = 1.5
"""Space below the name of a group, in points."""
_MOST = 8
"""A page number as wide as any, to measure with."""


class Overleaf(Struct, eq=False, kw_only=True):
    """The heading that a page starts with where its first item belongs to something begun before.

    Items of one box or section share it; two with the same words are not the same.
    """

    builder: Builder
    text: str
    style: TextStyle
    icon: str = ""
    band: bool = False
    """Whether it is white on a band in the colour of danger, across the page."""
    boxed: bool = False
    """Whether it stands in a box, at the edge of the words inside."""
    inside: Overleaf | None = None
    """The heading of the box that it is in, which stands above it."""
    height: float = 0.0

    def wrap(self, width: float) -> float:
        """Return the height with the space below, in points."""
        words = self._words(_MOST, _MOST).wrap(width - self._left - _ICON_GAP)
        high = max(words, self._size if self.icon else 0.0)
        above = self.inside.wrap(width) if self.inside else 0.0
        self.height = above + high + 2 * self._pad + _BELOW
        return self.height

    def draw(
        self,
        canvas: TaggedCanvas,
        corner: tuple[float, float],
        width: float,
        *parts: tuple[int, int],
    ) -> None:
        """Draw it, its top left corner at a point, below that of its box.

        `parts` are the page of each and how many there are, the outermost first.
        """
        (x, y), style = corner, self.builder.style
        *outer, part = parts
        high = self.height - _BELOW
        if self.inside:
            self.inside.draw(canvas, corner, width, *outer)
            y -= self.inside.height
            high -= self.inside.height
        middle = y - high / 2
        ink = style.ink(DANGER if self.band else INK)
        shapes = []
        if self.band:
            shapes.append(f"{ink.operands()} rg {rectangle(x, y, width, high)} f")
        if self.icon:
            at = x + self._left - _ICON_GAP - self._size, middle + self._size / 2
            shown, ground = (PAPER, ink) if self.band else (ink, PAPER)
            shapes.append(self.builder.icons.operators(self.icon, at, self._size, shown, ground))
        words = self._words(*part)
        words.wrap(width - self._left - _ICON_GAP)
        lines = words.glyphs(x + self._left, middle + words.height / 2)
        canvas.pagination("Header", lines, " ".join(shapes))

    @property
    def more(self) -> float:
        """The height of what the foot of its box says where that goes on, in points."""
        return more_height(self.builder)

    def draw_more(
        self,
        canvas: TaggedCanvas,
        left: float,
        width: float,
        ends: tuple[float, float],
        number: int,
    ) -> None:
        """Say at the foot of its box on which page that goes on.

        `ends` are where the last words in the box end, and the box. Without room between them the
        words stand on its edge, which they interrupt.
        """
        style = self.builder.style
        said = self.builder.more.format(n=number)
        line = style.closing
        across = self.builder.faces[line.weight].width(said, line.size)
        right = left + width - (style.list_right if style.rail else style.pad)
        words = self.builder.text((Run(said),), line, ())
        words.wrap(width)
        last, edge = ends
        top = last - _ABOVE_MORE
        if top - words.height < edge:
            corner = right - across - _BESIDE_MORE, top, across + 2 * _BESIDE_MORE, words.height
            canvas.artifact(f"{PAPER.operands()} rg {rectangle(*corner)} f")
        canvas.repeated(words.glyphs(right - across, top))

    def _words(self, number: int, count: int) -> TextBlock:
        text = _part_of(self.builder, self.text, number, count)
        words = self.builder.text((Run(text),), self.style, ())
        words.even = True
        return words

    @property
    def _pad(self) -> float:
        if self.inside:
            return 0.0
        return _BAND_PAD if self.band else _HEAD_PAD if self.boxed else 0.0

    @property
    def _size(self) -> float:
        return _ICON * self.builder.style.mark_factor

    @property
    def _left(self) -> float:
        """From the left edge to the words."""
        style = self.builder.style
        if not (self.boxed or self.band):
            return 0.0
        beside = self._size + _ICON_GAP if self.icon else 0.0
        return style.rail or style.pad + beside


def _part_of(builder: Builder, heading: str, number: int, count: int) -> str:
    """Return a heading with which part it heads; no line ends inside "(2 of 2)"."""
    before, between, after = builder.overleaf.partition("{heading}")
    space = after[: len(after) - len(after.lstrip())]
    after = space + after.lstrip().replace(" ", "\u00a0")
    return f"{before}{between}{after}".format(heading=heading, n=number, total=count)


def more_height(builder: Builder) -> float:
    """Return the height of what the foot of a box says where that goes on overleaf, in points."""
    return _ABOVE_MORE + builder.style.closing.leading if builder.more else 0.0


class InColumn(Struct, eq=False):
    """The name of a group of signs, repeated where a column starts inside the group."""

    builder: Builder
    name: str

    def wrap(self, width: float) -> float:
        """Return the height with the space below, in points."""
        return self._words(_MOST, _MOST).wrap(width) + _BELOW_NAME

    def draw(
        self, canvas: TaggedCanvas, corner: tuple[float, float], part: tuple[int, int]
    ) -> None:
        """Draw it, its top left corner at a point, above a part of so many of the group."""
        words = self._words(*part)
        words.wrap(self.builder.width)
        canvas.repeated(words.glyphs(*corner))

    def _words(self, number: int, count: int) -> TextBlock:
        text = _part_of(self.builder, self.name, number, count)
        return self.builder.text((Run(text),), self.builder.style.group_heading, ())


def _of(builder: Builder, colour: Colour) -> TextStyle:
    """Return the type of a repeated heading in one of the colours of the design."""
    style = builder.style
    return replace(style.overleaf, colour=style.ink(colour))


def section_overleaf(builder: Builder, heading: str) -> Overleaf:
    """Return the heading of a section as it is repeated at the top of a page."""
    return Overleaf(builder=builder, text=heading, style=_of(builder, ACCENT))


def box_overleaf(builder: Builder, heading: str, icon: str = "") -> Overleaf:
    """Return the heading of a box as it is repeated inside the box."""
    return Overleaf(builder=builder, text=heading, style=_of(builder, INK), icon=icon, boxed=True)


def band_overleaf(builder: Builder, heading: str) -> Overleaf:
    """Return the heading of an emergency box, on a band as at its start but lower."""
    return Overleaf(
        builder=builder, text=heading, style=_of(builder, PAPER), icon="warning", band=True
    )


def part_overleaf(builder: Builder, heading: str) -> Overleaf:
    """Return the heading of a part of a section, as it is repeated below that of the section."""
    return Overleaf(builder=builder, text=heading, style=_of(builder, INK))


def group_overleaf(builder: Builder, name: str, inside: Overleaf) -> Overleaf:
    """Return the name of a group of signs as it is repeated below the heading of its box."""
    style = builder.style.group_heading
    return Overleaf(builder=builder, text=name, style=style, boxed=True, inside=inside)
