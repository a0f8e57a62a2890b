"""Set the head of page 1, the box about the service and the clinician's note: `set_masthead`.

The service's name and logo stand beside the title where they take no extra height.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, SelectionError
from handouts.leaflet.tree import ADDRESS, Heading, Paragraph, Picture
from handouts.render.drawings.logo import logo_operators, logo_size, pixel_image
from handouts.render.drawings.qr_code import EDGE, SIDE, bars
from handouts.render.layout.flowables import (
    FORBIDDEN,
    Bookmarked,
    Columns,
    FlowItem,
    Frame,
    Indent,
    Stack,
    framed,
)
from handouts.render.layout.style import ACCENT, INK
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.content.profile import Logo
    from handouts.leaflet.tree import Panel, Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath


_OVERLAP = 0.04
"""How far a row reaches under the one above, in points: viewers draw hairlines between rows."""

MASTHEAD = 3
"""Parts of the masthead: the title, the stage, who hands the leaflet out."""
_PAD = 4 * MM
_LINE_GAP = 1.2
_STAGE_GAP = 0.6 * MM
_GUTTER = 8 * MM
_LOGO_GAP = 4 * MM
_OVER_NAME = 2.0
_LEAST_LOGO = 9 * MM
"""Lower than this it moves to where it has more room."""
_NAME_DROP = 8.0
"""From the top of the title to that of a name beside it: their first lines look level."""


class LogoBox(Struct):
    """The logo of a service; without a text of its own it is decoration."""

    logo: Logo
    mono: bool
    path: TagPath
    width: float = 0.0
    height: float = 0.0

    def fit(self, width: float, height: float) -> float:
        """Take the largest size that fits a box; give its height."""
        self.width, self.height = logo_size(self.logo, max(width, 1.0), max(height, 1.0))
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw with the top left corner at (x, y)."""
        foot = y - self.height
        if self.logo.pixels:
            name = canvas.image(*pixel_image(self.logo.pixels, mono=self.mono))
            operators = f"{self.width:.3f} 0 0 {self.height:.3f} 0 0 cm {name} Do"
        else:
            operators = logo_operators(self.logo, self.height, mono=self.mono)
        if self.path:
            canvas.figure(self.path, (x, foot, x + self.width, y), operators)
        else:
            canvas.artifact(f"1 0 0 1 {x:.2f} {foot:.2f} cm {operators}")


class Masthead(Struct):
    """The title and stage, with the service's name beside them, or above where it is too long.

    A logo stands on the right, where it takes no height of its own.
    """

    name: TextBlock
    title: Bookmarked
    title_text: TextBlock
    stage: TextBlock
    logo: LogoBox | None = None
    width: float = 0.0
    beside: bool = False
    title_height: float = 0.0
    name_at: tuple[float, float] = (0.0, 0.0)
    logo_left: float = 0.0
    logo_top: float = 0.0
    """Where both stand, from the top left corner, y down."""

    def wrap(self, width: float) -> float:
        """Lay out the name beside the title if it is no taller there."""
        self.width = width
        self.title_height = self.title.wrap(width)
        left = self.title_height + _STAGE_GAP + self.stage.wrap(width)
        room = width - max(self.title_text.width, self.stage.width) - _GUTTER
        right = _NAME_DROP + self.name.wrap(room)
        self.beside = right <= left and self.name.width <= room
        whole = left if self.beside else left + self.name.wrap(width)
        self.name_at = (width - self.name.width, _NAME_DROP) if self.beside else (0.0, 0.0)
        if self.logo:
            self._place(self.logo, room, whole)
        return whole

    def _place(self, logo: LogoBox, room: float, whole: float) -> None:
        """Put the logo right of all, else above a name beside the title, else where it has room."""
        name = self.name
        free = (room if self.beside else self.width) - name.width - _LOGO_GAP
        self.logo_left = self.logo_top = 0.0
        high = logo.fit(min(free, room), whole) >= _LEAST_LOGO
        if self.beside and not high:
            # On the line of the stage, which is shorter than the title, the name may need one line.
            name.wrap(self.width - self.stage.width - _GUTTER)
            logo.fit(room, whole - name.height - _OVER_NAME)
            # One left edge for both, where the title leaves room for it; else one right edge.
            self.logo_left = self.width - max(logo.width, name.width if name.width <= room else 0)
            self.name_at = self.width - max(logo.width, name.width), whole - name.height
            return
        if not high and logo.fit(room, whole - name.height) > logo.fit(free, name.height):
            logo.fit(room, whole - name.height)
            self.logo_top = name.height
        self.logo_left = self.width - logo.width
        if self.beside:
            self.name_at = self.logo_left - _LOGO_GAP - name.width, _NAME_DROP

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw in reading order: the title, the stage, the name, the logo."""
        top = y if self.beside else y - self.name.height
        self.title.draw(canvas, x, top)
        self.stage.draw(canvas, x, top - self.title_height - _STAGE_GAP)
        self.name.draw(canvas, x + self.name_at[0], y - self.name_at[1])
        if self.logo:
            self.logo.draw(canvas, x + self.logo_left, y - self.logo_top)


class TextBesideCode(Struct):
    """Words with a square code on their right; the words are read first."""

    words: Flowable
    code: QrCode
    width: float = 0.0

    def wrap(self, width: float) -> float:
        """Lay out the words in what the code leaves."""
        self.width = width
        side = self.code.wrap(width)
        return max(side, self.words.wrap(width - side))

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the words, then the code."""
        self.words.draw(canvas, x, y)
        self.code.draw(canvas, x + self.width - self.code.wrap(self.width), y)


def is_masthead(parts: Sequence[Part]) -> bool:
    """Say whether a section opens with the title, and says who hands the leaflet out."""
    kinds = [part.kind for part in parts[:MASTHEAD] if isinstance(part, Paragraph)]
    return kinds == ["stage", "service"]


def set_masthead(setter: Builder, parts: Sequence[Part], path: TagPath) -> FlowItem:
    """Set the head of page 1: the title, the stage, who hands the leaflet out."""
    style = setter.style
    (stage, name), (title,) = (
        [part for part in parts if isinstance(part, Paragraph)],
        [part for part in parts if isinstance(part, Heading)],
    )
    text = setter.text(title.runs, style.title, (*path, Tag(f"H{title.level}")))
    head = Masthead(
        setter.paragraph(name, style.service, path),
        Bookmarked(text, title.level - 1, text.plain),
        text,
        setter.paragraph(stage, style.stage, path),
        _logo(setter, path),
    )
    return FlowItem(flowable=head)


def _logo(setter: Builder, path: TagPath) -> LogoBox | None:
    if setter.logo is None:
        return None
    figure = (*path, Tag("Figure", alt=setter.logo_alt)) if setter.logo_alt else ()
    return LogoBox(setter.logo, setter.style.theme == "mono", figure)


def set_service(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the box on the service: its name, then how to reach it, in columns."""
    style = setter.style
    heads = [
        setter.heading(p, style.box_heading, path) for p in panel.parts if isinstance(p, Heading)
    ]
    lines = [setter.paragraph(p, style.body, path) for p in panel.parts if isinstance(p, Paragraph)]
    codes = [p for p in panel.parts if isinstance(p, Picture) and p.figure.startswith(ADDRESS)]
    columns = Columns(lines, [_LINE_GAP] * len(lines), 8 * MM, (1,) if codes else (1, 2))
    stack: Flowable = Stack([*heads, columns], [_LINE_GAP] * (len(heads) + 1))
    for code in codes:
        tag = Tag("Figure", alt=code.alt)
        stack = TextBesideCode(stack, QrCode(code.figure, (*path, tag)))
    inside = Indent(stack, _PAD, setter.width - 2 * _PAD)
    frame = Frame(top=2 * MM, foot=2.4 * MM, edge=1, colour=style.ink(ACCENT), radius=8)
    yield FlowItem(
        flowable=inside, gap=2.6 * MM, frame=frame, opens_frame=True, break_penalty=FORBIDDEN
    )


def set_clinician(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what the clinician adds; raises SelectionError for a word longer than a line."""
    style = setter.style
    pieces: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.heading, path)
            pieces.append((setter.railed(heading, style.wide_measure, boxed=True), 0))
        elif isinstance(part, Paragraph):
            text = setter.paragraph(part, style.body, path)
            room = min(style.wide_measure, setter.width - style.rail - 2 * style.pad)
            text.wrap(room)
            if text.width > room + 1:
                raise SelectionError(
                    Fault(message="a word of the note is too long", hint="split it with a space")
                )
            pieces.append((setter.railed(text, style.wide_measure, boxed=True), _LINE_GAP))
    frame = Frame(top=2.2 * MM, foot=2.6 * MM, edge=1.5, colour=style.ink(INK), bar=True)
    yield from framed(frame, pieces, 3.6 * MM, FORBIDDEN, before=60)


class QrCode(Struct):
    """A code on a page, read aloud as its alternative text."""

    address: str
    path: TagPath

    def wrap(self, _width: float) -> float:
        """Give the height, white edge and all; it does not depend on the width."""
        squares, _ = bars(self.address)
        return SIDE * (squares + 2 * EDGE) / squares

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the code as one figure with its top left corner at (x, y)."""
        squares, dark = bars(self.address)
        unit = SIDE / squares
        whole = self.wrap(0)
        shapes = [
            f"{(EDGE + column) * unit:.3f} {whole - (EDGE + row + 1) * unit:.3f} "
            f"{length * unit:.3f} {unit + _OVERLAP:.3f} re"
            for column, row, length in dark
        ]
        operators = f"1 g 0 0 {whole:.3f} {whole:.3f} re f 0 g {' '.join(shapes)} f"
        canvas.figure(self.path, (x, y - whole, x + whole, y), operators)
