"""Define what can be placed on a page: columns, frames, list items, icons, figures: `Flowable`.

`FlowItem` is a flowable with what page breaking needs to know: the gap above, the penalty of a
break before it, its frame. `Columns` shares pieces among columns so that the tallest is
shortest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from handouts.render.drawings.figure import draw_figure, drawing_operators
from handouts.render.layout.style import DANGER, INK
from handouts.render.pdf.graphics import MM, PAPER, disc, line, rectangle, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.content.figure import Figure
    from handouts.render.drawings.icons import Icons
    from handouts.render.drawings.pen import Theme
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.graphics import Colour
    from handouts.render.pdf.structure import TagPath

    SpacedFlowable = tuple["Flowable", float]
    """A flowable, and the gap above it in points."""


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

    text: TextBlock
    mark: Mark
    path: TagPath
    """Where the mark belongs: the label of the list item."""
    icons: Icons
    number: TextBlock | None = None
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

    inner: TextBlock
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


class FigureFlowable(Struct):
    """A figure at a scale in points per body unit; its path ends in a tag with its alternative."""

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
        """Give the height; a figure does not depend on the width it is offered."""
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the figure as one content item."""
        drawing = draw_figure(self.figure, self.theme, self.scale)
        box = (x, y - self.height, x + self.width, y)
        canvas.figure(self.path, box, drawing_operators(drawing).decode("ascii"))


TORN_GROUP = 30.0
"""A group goes on in the next column only when that saves more than this, in points."""


class _Layout(Struct, frozen=True):
    """One way to divide the pieces; lengths in points."""

    height: float
    """Of the tallest column."""
    count: int
    column: float
    """The width of one column."""
    heights: Sequence[float]
    """Of each piece."""
    starts: Sequence[int]
    """The first piece of each column."""


class Columns(Struct):
    """Pieces in columns of nearly equal height, read down each column from left to right."""

    inners: Sequence[Flowable]
    gaps: Sequence[float]
    """Space above each piece in points, dropped at the top of a column."""
    gutter: float
    """Space between columns, in points."""
    counts: Sequence[int] = (2,)
    """How many columns to try; the least tall wins, then the fewest."""
    starts_group: Sequence[bool] = ()
    """Where a column had better start; elsewhere only when it saves a good deal."""
    layout: _Layout | None = None

    def wrap(self, width: float) -> float:
        """Lay out in each number of columns, and keep the one that is least tall."""
        tries = [self._lay_out(width, count) for count in self.counts]
        self.layout = best = min(tries, key=lambda one: (one.height, one.count))
        if best is not tries[-1]:
            for inner in self.inners:
                inner.wrap(best.column)
        return best.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw column by column."""
        layout, top = self.layout, y
        if layout is None:
            message = "this is a bug, please report it: columns drawn before they were laid out"
            raise ValueError(message)
        for number, (inner, height) in enumerate(zip(self.inners, layout.heights, strict=True)):
            if number and number in layout.starts:
                x, y = x + layout.column + self.gutter, top
            elif number:
                y -= self.gaps[number]
            inner.draw(canvas, x, y)
            y -= height

    def _lay_out(self, width: float, count: int) -> _Layout:
        column = (width - self.gutter * (count - 1)) / count
        heights = [inner.wrap(column) for inner in self.inners]
        _, starts = self._share(heights, 0, count)
        ends = [*starts[1:], len(self.inners)]
        tallest = max(self._height(heights, a, b) for a, b in zip(starts, ends, strict=True))
        return _Layout(tallest, count, column, heights, starts)

    def _share(
        self, heights: Sequence[float], first: int, count: int
    ) -> tuple[float, tuple[int, ...]]:
        """Share the pieces from `first` on among columns so that the tallest is least tall.

        Gives the height of the tallest, torn groups added, and the first piece of each column.
        """
        end = len(self.inners)
        whole: tuple[float, tuple[int, ...]] = (self._height(heights, first, end), (first,))
        if count == 1 or first + 1 >= end:
            return whole
        options = [whole]
        for cut in range(first + 1, end):
            tallest, starts = self._share(heights, cut, count - 1)
            torn = 0.0 if not self.starts_group or self.starts_group[cut] else TORN_GROUP
            tallest = max(self._height(heights, first, cut), tallest) + torn
            options.append((tallest, (first, *starts)))
        return min(options)

    def _height(self, heights: Sequence[float], first: int, last: int) -> float:
        return sum(heights[first:last]) + sum(self.gaps[first + 1 : last])


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


class EmergencyBand(Struct):
    """The head of an emergency box: white words on a filled band, between two icons."""

    heading: Bookmarked
    style: Style
    icons: Icons
    width: float = 0.0
    height: float = 0.0

    def wrap(self, width: float) -> float:
        """Lay out the heading between the icons."""
        self.width = width
        words = self.heading.wrap(width - self._words - 16 * MM * self.style.mark_factor)
        self.height = words + 3.4 * MM
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the band over the frame's upper edge."""
        style, danger = self.style, self.style.ink(DANGER)
        middle = y - self.height / 2
        band = f"{danger.operands()} rg {rectangle(x, y, self.width, self.height)} f"
        size, phone = _WARNING * style.mark_factor, _PHONE * style.mark_factor
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
        return style.rail or style.pad + _WARNING * style.mark_factor + 3 * MM


FORBIDDEN = float("inf")
"""The cost of a page break that is forbidden."""


class FlowItem(Struct, kw_only=True):
    """A piece that never splits, with what the page needs to know of it; lengths in points."""

    flowable: Flowable
    gap: float = 0.0
    """Space above it, dropped at the top of a page."""
    frame: Frame | None = None
    """Neighbours that share a frame stand in one box, drawn anew on each page."""
    opens_frame: bool = False
    """The first piece in its frame."""
    break_penalty: float = 0.0
    """How bad a page break before it is; NEVER forbids one."""
    stretch: float = 0.0
    """How much more space above it may take when the page has room to spare."""
    is_heading: bool = False
    """It is the heading of a section: no page ends after it."""
    fresh_page: bool = False
    fresh_page_if_free: bool = False
    """It starts a fresh page only where that takes no page more."""
    at_foot: bool = False
    """Stands at the foot of the last page, whatever is above."""
    name: str = ""
    """The section or card it belongs to."""
    height: float = 0.0
    """Set when it is wrapped."""


def framed(
    frame: Frame, pieces: Sequence[SpacedFlowable], gap: float, tear: float, before: float = 0.0
) -> Iterator[FlowItem]:
    """Put pieces in one box with `gap` points above it.

    `tear` is the cost of a page break inside it, `before` that of one before it. The first two
    pieces never part.
    """
    for number, (piece, above) in enumerate(pieces):
        yield FlowItem(
            flowable=piece,
            gap=above if number else gap,
            frame=frame,
            opens_frame=number == 0,
            break_penalty=tear if number > 1 else FORBIDDEN if number else before,
            stretch=0.0 if number else 1.5 * MM,
        )
