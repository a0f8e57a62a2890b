"""Goes in: texts and pictures. Comes out: pieces of a page that measure and draw themselves.

A flowable is wrapped to a width and gives its height, both in points, then is drawn with its top
left corner at (x, y), y up from the foot of the page. None splits: `pages` ends the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from handouts.figures.drawing import draw_figure
from handouts.figures.pdf import drawing_operators
from handouts.shapes import PAPER, disc, line, rectangle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.content.figure import Figure
    from handouts.figures.theme import Theme
    from handouts.icons import Icons
    from handouts.paragraph import Text
    from handouts.shapes import Colour
    from handouts.structure import Path
    from handouts.tagging import TaggedCanvas


class Flowable(Protocol):
    """Something that takes a width, gives a height, and draws itself."""

    def wrap(self, width: float) -> float:
        """Lay out to a width in points; give the height in points."""

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw with the top left corner at (x, y), in the layout of the last `wrap`."""


class Indent(Struct):
    """A flowable moved in from the left, and kept to a measure; both in points."""

    inner: Flowable
    left: float
    measure: float

    def wrap(self, width: float) -> float:
        """Lay out to the measure, or to what the width leaves."""
        return self.inner.wrap(min(self.measure, width - self.left))

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the inner flowable at the indent."""
        self.inner.draw(canvas, x + self.left, y)


class Stack(Struct):
    """Flowables one under the other; `gaps` stand before each of them but the first, in points."""

    inners: Sequence[Flowable]
    gaps: Sequence[float]
    heights: Sequence[float] = ()

    def wrap(self, width: float) -> float:
        """Lay out all; give the sum of heights and gaps."""
        self.heights = [inner.wrap(width) for inner in self.inners]
        return sum(self.heights) + sum(self.gaps[1:])

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw from top to foot."""
        for number, (inner, height) in enumerate(zip(self.inners, self.heights, strict=True)):
            y -= self.gaps[number] if number else 0
            inner.draw(canvas, x, y)
            y -= height


class Mark(Struct, frozen=True):
    """What stands before the items of a list: how it looks, and where; lengths in points."""

    shape: str
    """disc, square, box (to tick), number, or the name of an icon."""
    offset: float
    """The left edge of the mark, from the left edge of the text (negative: it hangs)."""
    size: float
    colour: Colour


class Marked(Struct):
    """A list item: a mark that hangs left of its text, level with the first line."""

    text: Text
    mark: Mark
    path: Path
    """Where the mark belongs: the label of the list item."""
    icons: Icons
    number: Text | None = None
    """The mark, where the list counts."""

    def wrap(self, width: float) -> float:
        """Lay out the text."""
        if self.number:
            self.number.wrap(width)
        return self.text.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the mark, then the text."""
        left = x + self.mark.offset
        if self.number:
            self.number.draw(canvas, left, y)
        else:
            canvas.draw(self.path, self._shape(left, y - self.text.middle))
        self.text.draw(canvas, x, y)

    def _shape(self, left: float, middle: float) -> str:
        size, colour = self.mark.size, self.mark.colour
        top = middle + size / 2
        match self.mark.shape:
            case "disc":
                return f"{colour.operands()} rg {disc(left + size / 2, middle, size / 2)} f"
            case "square":
                return f"{colour.operands()} rg {rectangle(left, top, size, size)} f"
            case "box":
                return f"{colour.operands()} RG 1 w {rectangle(left, top, size, size)} S"
        return self.icons.operators(self.mark.shape, (left, top), size, colour)


class Icon(Struct, frozen=True, kw_only=True):
    """An icon in the rail; lengths in points, from the top left corner of what it stands beside."""

    name: str
    size: float
    left: float
    top: float
    colour: Colour
    paper: Colour = PAPER
    hangs: bool = False
    """It may hang below the words, which alone count for the height."""


class Iconed(Struct):
    """A flowable with an icon in the rail beside it, as decoration."""

    inner: Flowable
    icon: Icon
    icons: Icons
    level: bool = False
    """Whether words that are less tall than the icon stand level with its middle."""
    drop: float = 0

    def wrap(self, width: float) -> float:
        """Lay out; never lower than the icon, unless that may hang."""
        height = self.inner.wrap(width)
        if self.level:
            self.drop = max(0.0, (self.icon.size - height) / 2)
            return max(height, self.icon.size)
        return height if self.icon.hangs else max(height, self.icon.size + self.icon.top)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the icon, then the flowable."""
        icon = self.icon
        corner = x + icon.left, y - icon.top
        canvas.artifact(self.icons.operators(icon.name, corner, icon.size, icon.colour, icon.paper))
        self.inner.draw(canvas, x, y - self.drop)


class Ruled(Struct):
    """A heading under a rule over the full width: the start of a section."""

    inner: Text
    gap: float
    thickness: float
    colour: Colour
    width: float = 0

    def wrap(self, width: float) -> float:
        """Lay out the heading below its rule."""
        self.width = width
        return self.thickness + self.gap + self.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the rule, then the heading."""
        canvas.artifact(line(x, y - self.thickness / 2, self.width, self.thickness, self.colour))
        self.inner.draw(canvas, x, y - self.thickness - self.gap)


class Bookmarked(Struct):
    """A heading that also stands in the outline of the file; level 0 is the outermost."""

    inner: Flowable
    level: int
    label: str

    def wrap(self, width: float) -> float:
        """Lay out the heading."""
        return self.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Note the place of the heading, then draw it."""
        canvas.bookmark(self.label, y, self.level)
        self.inner.draw(canvas, x, y)


class Drawing(Struct):
    """A figure at a scale in points per body unit; its path ends in a tag with its alternative."""

    figure: Figure
    scale: float
    path: Path
    theme: Theme

    @property
    def width(self) -> float:
        """The width of the figure's frame, in points."""
        left, _, right, _ = self.figure.frame
        return (right - left) * self.scale

    @property
    def height(self) -> float:
        """The height of the figure's frame, in points."""
        _, bottom, _, top = self.figure.frame
        return (top - bottom) * self.scale

    def wrap(self, _width: float) -> float:
        """Give the height; a figure does not depend on the width it is offered."""
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the figure as one content item."""
        drawing = draw_figure(self.figure, self.theme, self.scale)
        box = (x, y - self.height, x + self.width, y)
        canvas.figure(self.path, box, drawing_operators(drawing).decode("ascii"))
