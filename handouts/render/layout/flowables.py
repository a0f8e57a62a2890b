"""Define what can be placed on a page: frames, list items, icons, figures: `Flowable`.

`FlowItem` is a flowable with what page breaking needs to know: the gap above it, the penalty of
a break before it, its frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from handouts.render.drawings.figure import draw_figure, drawing_operators
from handouts.render.drawings.logo import logo_operators, pixel_image
from handouts.render.drawings.pen import MONO
from handouts.render.layout.style import DANGER, INK
from handouts.render.pdf.graphics import MM, PAPER, disc, line, rectangle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.content.figure import Figure
    from handouts.content.profile import Logo
    from handouts.render.drawings.icons import Icons
    from handouts.render.drawings.pen import Theme
    from handouts.render.layout.overleaf import Overleaf
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.graphics import Colour
    from handouts.render.pdf.structure import Tag, TagPath

    SpacedFlowable = tuple["Flowable", float]
    """A flowable, and the gap above it in points."""


class Flowable(Protocol):
    """Anything that can be laid out to a width and then drawn."""

    def wrap(self, width: float) -> float:
        """Lay out to a width in points; return the height in points."""

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw what the last `wrap` laid out.

        (x, y) is the top left corner, in points from the lower left corner of the page.
        """


class Indent(Struct):
    """A flowable indented from the left, no wider than a measure; both in points."""

    inner: Flowable
    left: float
    measure: float

    def wrap(self, width: float) -> float:
        """Lay out to the measure, or to the width that is left if that is less."""
        return self.inner.wrap(min(self.measure, width - self.left))

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the inner flowable at the indent."""
        self.inner.draw(canvas, x + self.left, y)


class Stack(Struct):
    """Flowables one below the other; `gaps`, in points, are above each; the first is ignored."""

    inners: Sequence[Flowable]
    gaps: Sequence[float]
    heights: Sequence[float] = ()

    def wrap(self, width: float) -> float:
        """Lay out each; return the sum of the heights and gaps."""
        self.heights = [inner.wrap(width) for inner in self.inners]
        return sum(self.heights) + sum(self.gaps[1:])

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw from top to bottom."""
        for number, (inner, height) in enumerate(zip(self.inners, self.heights, strict=True)):
            y -= self.gaps[number] if number else 0
            inner.draw(canvas, x, y)
            y -= height


class Mark(Struct, frozen=True):
    """The bullet, number or icon of a list item; lengths in points."""

    shape: str
    """disc, square, box (to tick), number, or the name of an icon."""
    offset: float
    """From the left edge of the text to that of the mark; negative for a hanging mark."""
    size: float
    colour: Colour


class Marked(Struct):
    """A list item: a mark hanging to the left of its text, level with the first line."""

    text: TextBlock
    mark: Mark
    path: TagPath
    """The tag path of the mark: the `Lbl` of the list item."""
    icons: Icons
    number: TextBlock | None = None
    """The mark of a numbered list; None draws `mark` instead."""

    def wrap(self, width: float) -> float:
        """Lay out the text and the number; the height is that of the text."""
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
    """An icon in the rail; `left` and `top` in points from the top left of what it is beside."""

    name: str
    size: float
    left: float
    top: float
    colour: Colour
    paper: Colour = PAPER
    hangs: bool = False
    """It may reach below the text beside it, whose height alone counts."""


class Iconed(Struct):
    """A flowable with an icon beside it; the icon is decoration, an artifact in the PDF."""

    inner: Flowable
    icon: Icon
    icons: Icons
    level: bool = False
    """Whether text shorter than the icon is centred on it vertically."""
    drop: float = 0

    def wrap(self, width: float) -> float:
        """Lay out; the height is at least that of the icon, unless that may hang below."""
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


class RunIn(Struct):
    """A heading, and beside it text whose other lines start at an edge of their own; in points.

    A text that fits one line, but not beside the heading, stands below: as high, and not divided.
    """

    head: TextBlock
    text: TextBlock
    left: float
    """The edge of the lines below the first, right of that of the heading."""
    measure: float
    gap: float
    drop: float = 0.0
    """From the top of the heading to that of the text."""

    def wrap(self, width: float) -> float:
        """Lay out the text from the line of the heading, on the same baseline, or below it."""
        self.head.wrap(width)
        measure = min(self.measure, width - self.left)
        self.drop = max(0.0, self.head.first_baseline - self.text.first_baseline)
        self.text.indent = 0.0
        whole = self.text.wrap(measure)
        self.text.indent = max(0.0, self.head.width + self.gap - self.left)
        beside = self.text.wrap(measure)
        if whole < beside and whole <= self.text.leading:
            self.text.indent = 0.0
            self.drop += self.text.leading
            self.text.wrap(measure)
        return self.drop + self.text.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the heading, then the text."""
        self.head.draw(canvas, x, y)
        self.text.draw(canvas, x + self.left, y - self.drop)


class Ruled(Struct):
    """A section heading below a rule across the full width; lengths in points."""

    inner: Flowable
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


class Lined(Struct):
    """A flowable below a thin rule across the full width; lengths in points."""

    inner: Flowable
    gap: float
    colour: Colour
    width: float = 0

    def wrap(self, width: float) -> float:
        """Lay out the flowable below its rule."""
        self.width = width
        return THIN + self.gap + self.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the rule, then the flowable."""
        canvas.artifact(line(x, y - THIN / 2, self.width, THIN, self.colour))
        self.inner.draw(canvas, x, y - THIN - self.gap)


class Boxed(Struct):
    """A flowable with an edge round it, inside another box; lengths in points."""

    inner: Flowable
    pad: float
    """Above and below the flowable."""
    side: float
    """On its left and right."""
    colour: Colour
    width: float = 0
    height: float = 0

    def wrap(self, width: float) -> float:
        """Lay out the flowable inside the padding."""
        self.width = width
        self.height = self.inner.wrap(width - 2 * self.side) + 2 * self.pad
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the edge, then the flowable."""
        shape = rectangle(x, y, self.width, self.height)
        canvas.artifact(f"{self.colour.operands()} RG 2 w {shape} S")
        self.inner.draw(canvas, x + self.side, y - self.pad)


class Bookmarked(Struct):
    """A heading that is also a bookmark in the PDF outline; level 0 is the outermost."""

    inner: Flowable
    level: int
    label: str

    def wrap(self, width: float) -> float:
        """Lay out the heading."""
        return self.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Add the bookmark, then draw the heading."""
        canvas.bookmark(self.label, y, self.level)
        self.inner.draw(canvas, x, y)


class FigureFlowable(Struct):
    """A figure at a scale in points per body unit.

    Its tag path ends in a `Figure` tag that holds the alternative text.
    """

    figure: Figure
    scale: float
    path: TagPath
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
        """Return the height; a figure does not adapt to the width."""
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the figure as one marked-content sequence."""
        box = (x, y - self.height, x + self.width, y)
        if own := self.figure.picture:
            size = self.width, self.height
            operators = picture_operators(canvas, own, size, mono=self.theme is MONO)
        else:
            drawing = draw_figure(self.figure, self.theme, self.scale)
            operators = drawing_operators(drawing).decode("ascii")
        canvas.figure(self.path, box, operators)


def picture_operators(
    canvas: TaggedCanvas, picture: Logo, size: tuple[float, float], *, mono: bool
) -> str:
    """Return the operators of a logo or own picture, which is embedded where it has pixels."""
    if picture.pixels is None:
        return logo_operators(picture, size[1], mono=mono)
    name = canvas.image(*pixel_image(picture.pixels, mono=mono))
    return f"{size[0]:.3f} 0 0 {size[1]:.3f} 0 0 cm {name} Do"


THIN = 1.1
"""The thickness of a rule inside a section or a box, in points: a thinner one dies when copied."""
_WARNING, _PHONE = 10.4 * MM, 9.6 * MM
"""Sizes of the two icons of an emergency band, in points."""
_BAND_PADS, _ABOVE_BAND, _LEAST_SHARE = 3.4 * MM, 1.5 * MM, 0.5
"""The padding of an emergency band in all, and above its text, in points."""
BAR = 7.0
"""The width of the thick left edge of a box, in points."""


class Frame(Struct, frozen=True, kw_only=True):
    """The box round one or more flow items: its look and its padding; lengths in points."""

    top: float
    foot: float
    edge: float
    colour: Colour = INK
    """The colour of the edge."""
    ground: Colour | None = None
    """The background; None leaves the paper."""
    bar: bool = False
    """Whether the left edge is thick, so that the box can be recognised without colour."""
    side: float = 0.0
    """The width of a thicker edge on the left, whatever the edge round the box; 0 for none."""

    def operators(self, x: float, y: float, width: float, height: float) -> str:
        """Return the PDF operators of the frame, its top left corner at (x, y)."""
        half = self.edge / 2
        inside = (x + half, y - half, width - self.edge, height - self.edge)
        shape = rectangle(*inside)
        stroke = f"{self.colour.operands()} RG"
        if self.side:
            ground = self.ground or PAPER
            area = f"{ground.operands()} rg {rectangle(x, y, width, height)} f"
            bar = f"{self.colour.operands()} rg {rectangle(x, y, self.side, height)} f"
            edge = f" {stroke} {self.edge:g} w {shape} S" if self.edge else ""
            return f"{area} {bar}{edge}"
        if self.ground is not None:
            return f"{self.ground.operands()} rg {stroke} {self.edge:g} w {shape} B"
        if self.bar:
            bar = f"{rectangle(x, y, BAR, height)} f"
            return f"{self.colour.operands()} rg {bar} {stroke} {self.edge:g} w {shape} S"
        return f"{stroke} {self.edge:g} w {shape} S"


class EmergencyBand(Struct):
    """The head of an emergency box: white text on a filled band, between two icons."""

    heading: Bookmarked
    style: Style
    icons: Icons
    width: float = 0.0
    height: float = 0.0

    def wrap(self, width: float) -> float:
        """Lay out the heading between the icons."""
        self.width = width
        height = self.heading.wrap(width - self._text_left - 16 * MM * self.style.mark_factor)
        self.height = height + _BAND_PADS * self._share
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the band over the upper edge of the frame."""
        style, danger = self.style, self.style.ink(DANGER)
        middle = y - self.height / 2
        band = f"{danger.operands()} rg {rectangle(x, y, self.width, self.height)} f"
        most = self.height - 1 * MM
        size = min(_WARNING * style.mark_factor, most)
        phone = min(_PHONE * style.mark_factor, most)
        left = x + (style.rail - size - 1 * MM if style.rail else style.pad)
        warning = self.icons.operators("warning", (left, middle + size / 2), size, PAPER, danger)
        right = x + self.width - max(5 * MM, style.pad) - phone
        call = self.icons.operators("phone", (right, middle + phone / 2), phone, PAPER, danger)
        canvas.artifact(f"{band} {warning} {call}")
        self.heading.draw(canvas, x + self._text_left, y - _ABOVE_BAND * self._share)

    @property
    def _share(self) -> float:
        """The share of the padding that is left: half where the style has no gaps at all."""
        return 1.0 if self.style.gap_factor else _LEAST_SHARE

    @property
    def _text_left(self) -> float:
        """From the left edge to the text: the rail, or the padding and the icon."""
        style = self.style
        return style.rail or style.pad + _WARNING * style.mark_factor + 3 * MM


FORBIDDEN = float("inf")
"""The penalty that forbids a page break."""
TORN = 30_000.0
"""The penalty of a page break that is taken only where a part is taller than a page."""
MOST_STRETCH = 3 * MM
"""How much a gap grows at most where a page has room to spare."""


class FlowItem(Struct, kw_only=True):
    """A flowable that is never split, with what page breaking needs to know; lengths in points."""

    flowable: Flowable
    roomier: Sequence[Flowable] = ()
    """What is printed instead where its page has room, the best first."""
    gap: float = 0.0
    """Space above it, dropped at the top of a page."""
    least_gap: float = 0.0
    """The least of it in a style that multiplies all gaps."""
    frame: Frame | None = None
    """Neighbours with the same frame share one box, which is drawn again on each page."""
    opens_frame: bool = False
    """Whether it is the first item in its frame."""
    opens_part: bool = False
    """Whether a page may start with it inside its frame, below the padding: it has a head."""
    opens_table: bool = False
    """Whether the rows of the medicines start with it: it is what is said of all, or the first."""
    break_penalty: float = 0.0
    """The penalty of a page break before it; FORBIDDEN rules one out."""
    late_penalty: float = 0.0
    """What such a break costs more if it ends page 1, where the item belongs."""
    stretch: float = 0.0
    """How much the gap above may grow where the page has room to spare."""
    first_stretch: float = 0.0
    """How much of that room it gets before other gaps grow, where reading is hardest."""
    is_heading: bool = False
    """Whether it is the heading of a section; no page ends after it."""
    has_head: bool = False
    """Whether it has a heading of its own, so that it may stand by itself on another page."""
    first_thing: bool = False
    """It is part of what to do first."""
    fresh_page: bool = False
    """Whether it starts a new page."""
    fresh_page_if_free: bool = False
    """With `fresh_page`: only where that adds no page and not much white."""
    overleaf: Overleaf | None = None
    """What stands above it where it starts a page; None where it starts a box or a section."""
    in_table: bool = False
    """Whether it is a row of the medicines, which are not divided between pages."""
    at_foot: bool = False
    """Whether it goes to the foot of the last page, whatever is above."""
    name: str = ""
    """The id of the section, or the card, that it belongs to."""
    section_tag: Tag | None = None
    """The tag of its section, for what is set anew to stand in its place."""
    height: float = 0.0
    """Set by `break_pages`, which wraps it."""
    wrapped_to: float = -1.0
    """The width that it was wrapped to, so that several orders measure it once."""

    def wrap(self, width: float) -> None:
        """Set its height at a width, once."""
        if self.wrapped_to != width:
            self.height, self.wrapped_to = self.flowable.wrap(width), width


def framed(
    frame: Frame,
    flowables: Sequence[SpacedFlowable],
    gap: float,
    penalties: Sequence[float],
    overleaf: Overleaf | None = None,
) -> Iterator[FlowItem]:
    """Put flowables in one box, `gap` points below what is above it.

    `penalties` are those of a page break before each flowable; the last one holds for all others.
    The first two flowables always stay together. `overleaf` heads the box on the next page.
    """
    for number, (flowable, above) in enumerate(flowables):
        penalty = penalties[min(number, len(penalties) - 1)]
        yield FlowItem(
            flowable=flowable,
            gap=above if number else gap,
            frame=frame,
            opens_frame=number == 0,
            break_penalty=FORBIDDEN if number == 1 else penalty,
            stretch=0.0 if number else MOST_STRETCH,
            overleaf=overleaf if number else None,
        )
