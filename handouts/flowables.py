"""Goes in: texts and pictures with their place. Comes out: pieces of a page that measure and draw themselves.

A flowable is wrapped to a width and gives its height, then is drawn with its top left corner at
(x, y), y up from the foot of the page. None of them splits: `pages` decides where a page ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from handouts.style import ACCENT, DANGER, INK, PAPER, TINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.icons import Icons
    from handouts.paragraph import Text
    from handouts.style import Colour
    from handouts.tagging import Path, TaggedCanvas

TORN_GROUP = 30.0
"""A group goes on in the next column only when that saves more than this, in points."""
KAPPA = 0.5523
"""A quarter circle as a Bézier curve."""


class Flowable(Protocol):
    """Something that takes a width, gives a height, and draws itself."""

    def wrap(self, width: float) -> float:
        """Lay out to a width in points; give the height in points."""

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw with the top left corner at (x, y)."""


# ------------------------------------------------------------------ shapes as operators
def rectangle(x: float, y: float, width: float, height: float) -> str:
    """Path of a rectangle whose top left corner is (x, y)."""
    return f"{x:.2f} {y - height:.2f} {width:.2f} {height:.2f} re"


def disc(x: float, y: float, radius: float) -> str:
    """Path of a circle round (x, y)."""
    r, k = radius, KAPPA * radius
    return (
        f"{x + r:.2f} {y:.2f} m "
        f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c h"
    )


def rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """Path of a rectangle with round corners whose top left corner is (x, y)."""
    r, k = radius, radius * (1 - KAPPA)
    right, foot = x + width, y - height
    return (
        f"{x + r:.2f} {y:.2f} m {right - r:.2f} {y:.2f} l "
        f"{right - k:.2f} {y:.2f} {right:.2f} {y - k:.2f} {right:.2f} {y - r:.2f} c "
        f"{right:.2f} {foot + r:.2f} l "
        f"{right:.2f} {foot + k:.2f} {right - k:.2f} {foot:.2f} {right - r:.2f} {foot:.2f} c "
        f"{x + r:.2f} {foot:.2f} l "
        f"{x + k:.2f} {foot:.2f} {x:.2f} {foot + k:.2f} {x:.2f} {foot + r:.2f} c "
        f"{x:.2f} {y - r:.2f} l "
        f"{x:.2f} {y - k:.2f} {x + k:.2f} {y:.2f} {x + r:.2f} {y:.2f} c h"
    )


def line(x: float, y: float, width: float, thickness: float, colour: Colour) -> str:
    """Operators of a horizontal rule."""
    return f"{colour.operands()} RG {thickness:g} w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S"


# ------------------------------------------------------------------ pieces
@dataclass(slots=True)
class Indent:
    """A flowable moved in from the left, and kept to a measure."""

    inner: Flowable
    left: float
    measure: float

    def wrap(self, width: float) -> float:
        """Lay out to the measure, or to what the width leaves."""
        return self.inner.wrap(min(self.measure, width - self.left))

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the inner flowable at the indent."""
        self.inner.draw(canvas, x + self.left, y)


@dataclass(slots=True)
class Stack:
    """Flowables one under the other; `gaps` stand before each of them but the first."""

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


@dataclass(slots=True)
class Marked:
    """A list item: a mark that hangs left of its text, level with the first line."""

    text: Text
    mark: str
    """disc, square, box (to tick), or the name of an icon; nothing where a number counts."""
    path: Path
    """Where the mark belongs: the label of the list item."""
    offset: float
    """The left edge of the mark, from the left edge of the text (usually negative)."""
    colour: Colour
    size: float
    icons: Icons
    number: Text | None = None

    def wrap(self, width: float) -> float:
        """Lay out the text."""
        if self.number:
            self.number.wrap(width)
        return self.text.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the mark, then the text."""
        left, middle = x + self.offset, y - self.text.middle
        if self.number:
            self.number.draw(canvas, left, y)
        elif self.mark == "disc":
            shape = disc(left + self.size / 2, middle, self.size / 2)
            canvas.draw(self.path, f"{self.colour.operands()} rg {shape} f")
        elif self.mark == "box":
            shape = rectangle(left, middle + self.size / 2, self.size, self.size)
            canvas.draw(self.path, f"{self.colour.operands()} RG 1 w {shape} S")
        elif self.mark == "square":
            shape = rectangle(left, middle + self.size / 2, self.size, self.size)
            canvas.draw(self.path, f"{self.colour.operands()} rg {shape} f")
        else:
            top = middle + self.size / 2
            icon = self.icons.operators(self.mark, left, top, self.size, self.colour, PAPER)
            canvas.draw(self.path, icon)
        self.text.draw(canvas, x, y)


@dataclass(slots=True)
class Iconed:
    """A flowable with an icon in the rail beside it, as decoration."""

    inner: Flowable
    icon: str
    size: float
    left: float
    top: float
    colour: Colour
    icons: Icons
    paper: Colour = PAPER
    height: float = 0

    def wrap(self, width: float) -> float:
        """Lay out; never lower than the icon."""
        self.height = max(self.inner.wrap(width), self.size + self.top)
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the icon, then the flowable."""
        top = y - self.top
        canvas.artifact(
            self.icons.operators(self.icon, x + self.left, top, self.size, self.colour, self.paper)
        )
        self.inner.draw(canvas, x, y)


@dataclass(slots=True)
class Ruled:
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


@dataclass(slots=True)
class Bookmarked:
    """A heading that also stands in the outline of the file."""

    inner: Text
    level: int
    label: str = ""
    """What the outline says; the words of the heading where it is empty."""

    @property
    def middle(self) -> float:
        """The middle of the first line, from the top."""
        return self.inner.middle

    def wrap(self, width: float) -> float:
        """Lay out the heading."""
        return self.inner.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the heading and note its place."""
        canvas.bookmark(self.label or self.inner.plain, y, self.level)
        self.inner.draw(canvas, x, y)


@dataclass(slots=True)
class Drawing:
    """A figure: operators for a box of known size, tagged with its alternative text."""

    operators: str
    width: float
    height: float
    path: Path

    def wrap(self, _width: float) -> float:
        """Give the height; a figure does not depend on the width it is offered."""
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the figure as one content item."""
        box = (x, y - self.height, x + self.width, y)
        canvas.figure(self.path, box, self.operators)


@dataclass(slots=True)
class Columns:
    """Pieces in columns of nearly equal height, read down each column from left to right."""

    inners: Sequence[Flowable]
    gaps: Sequence[float]
    """Space above each piece, dropped at the top of a column."""
    gutter: float
    counts: Sequence[int] = (2,)
    """How many columns to try; the least tall wins."""
    starts_group: Sequence[bool] = ()
    """Where a column had better start; elsewhere only when it saves a good deal."""
    heights: Sequence[float] = ()
    starts: Sequence[int] = ()
    """The first piece of each column."""
    column: float = 0

    def wrap(self, width: float) -> float:
        """Lay out in each number of columns, and keep the one that is least tall."""
        tries = [(self._lay_out(width, count), count) for count in self.counts]
        _, count = min(tries)
        return self._lay_out(width, count)

    def _lay_out(self, width: float, count: int) -> float:
        self.column = (width - self.gutter * (count - 1)) / count
        self.heights = [inner.wrap(self.column) for inner in self.inners]
        _, self.starts = self._share(0, count)
        ends = [*self.starts[1:], len(self.inners)]
        return max(self._height(a, b) for a, b in zip(self.starts, ends, strict=True))

    def _share(self, first: int, count: int) -> tuple[float, tuple[int, ...]]:
        """Share the pieces from `first` on among columns so that the tallest is least tall."""
        whole = (self._height(first, len(self.inners)), (first,))
        if count == 1 or first + 1 >= len(self.inners):
            return whole
        options = [whole]
        for cut in range(first + 1, len(self.inners)):
            tallest, starts = self._share(cut, count - 1)
            torn = 0.0 if not self.starts_group or self.starts_group[cut] else TORN_GROUP
            options.append((max(self._height(first, cut), tallest) + torn, (first, *starts)))
        return min(options)

    def _height(self, first: int, last: int) -> float:
        return sum(self.heights[first:last]) + sum(self.gaps[first + 1 : last])

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw column by column."""
        top = y
        for number, (inner, height) in enumerate(zip(self.inners, self.heights, strict=True)):
            if number and number in self.starts:
                x, y = x + self.column + self.gutter, top
            elif number:
                y -= self.gaps[number]
            inner.draw(canvas, x, y)
            y -= height


# ------------------------------------------------------------------ frames
@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The box round one or more pieces: how its edge and ground look, and the room inside (points)."""

    kind: str
    top: float
    foot: float
    edge: float
    again: float = 8.0
    """Room at the top where the box goes on after a page break."""

    def operators(self, x: float, y: float, width: float, height: float) -> str:
        """Draw the frame with its top left corner at (x, y)."""
        half = self.edge / 2
        inside = (x + half, y - half, width - self.edge, height - self.edge)
        match self.kind:
            case "emergency" | "warnings":
                return f"{DANGER.operands()} RG {self.edge:g} w {rectangle(*inside)} S"
            case "medicine-warning":
                return f"{DANGER.operands()} RG {self.edge:g} w {rectangle(*inside)} S"
            case "just-for-you":
                shape = rounded(*inside, 11.3)
                colours = f"{TINT.operands()} rg {ACCENT.operands()} RG"
                return f"{colours} {self.edge:g} w {shape} B"
            case "note":
                shape = rounded(*inside, 11.3)
                return f"{ACCENT.operands()} RG {self.edge:g} w {shape} S"
            case "today":
                bar = rectangle(x, y, 7, height)
                return (
                    f"{INK.operands()} RG {INK.operands()} rg {self.edge:g} w "
                    f"{rectangle(*inside)} S {bar} f"
                )
        return f"{INK.operands()} RG {self.edge:g} w {rectangle(*inside)} S"
