"""Set the masthead, the box about the service and the clinician's note: `set_masthead`.

The service's name and logo are beside the title where that adds no height.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, SelectionError
from handouts.leaflet.tree import ADDRESS, Heading, Paragraph, Picture
from handouts.render.drawings.logo import logo_size
from handouts.render.drawings.qr_code import EDGE, SIDE, bars
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import (
    FORBIDDEN,
    Bookmarked,
    FlowItem,
    Frame,
    Indent,
    Stack,
    framed,
    picture_operators,
)
from handouts.render.layout.style import ACCENT
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
"""How far a row overlaps the one above, in points: viewers show hairlines between rows."""

MASTHEAD = 3
"""The number of parts in a masthead: the title, the stage, who hands the leaflet out."""
_PAD = 4 * MM
_LINE_GAP = 1.2
_STAGE_GAP = 0.6 * MM
_GUTTER = 8 * MM
_LOGO_GAP = 4 * MM
_OVER_NAME = 2.0
_LEAST_LOGO = 9 * MM
"""A logo lower than this, in points, moves to where it has more room."""
_NAME_DROP = 8.0
"""From the top of the title to that of a name beside it, in points, so that they look level."""


class LogoBox(Struct):
    """The logo of a service; with an empty path, for want of a text, it is an artifact."""

    logo: Logo
    mono: bool
    path: TagPath
    width: float = 0.0
    height: float = 0.0

    def fit(self, width: float, height: float) -> float:
        """Take the largest size that fits a box in points; return the height."""
        self.width, self.height = logo_size(self.logo, max(width, 1.0), max(height, 1.0))
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the logo with its top left corner at (x, y)."""
        foot = y - self.height
        size = self.width, self.height
        operators = picture_operators(canvas, self.logo, size, mono=self.mono)
        if self.path:
            canvas.figure(self.path, (x, foot, x + self.width, y), operators)
        else:
            canvas.artifact(f"1 0 0 1 {x:.2f} {foot:.2f} cm {operators}")


class Masthead(Struct):
    """The title and stage, with the service's name beside them, or above where it is too long.

    A logo is on the right, and never adds height.
    """

    name: TextBlock
    title: Bookmarked
    title_text: TextBlock
    stage: TextBlock
    logo: LogoBox | None = None
    width: float = 0.0
    beside: bool = False
    """Whether the name is beside the title."""
    title_height: float = 0.0
    name_at: tuple[float, float] = (0.0, 0.0)
    """The top left corner of the name, from that of the masthead, y down."""
    logo_left: float = 0.0
    logo_top: float = 0.0
    """The top left corner of the logo, measured likewise."""

    def wrap(self, width: float) -> float:
        """Lay out the name beside the title if that adds no height; return the height."""
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
        """Place the logo at the right edge, above a name beside the title, or where it fits."""
        name = self.name
        free = (room if self.beside else self.width) - name.width - _LOGO_GAP
        self.logo_left = self.logo_top = 0.0
        high = logo.fit(min(free, room), whole) >= _LEAST_LOGO
        if self.beside and not high:
            # Beside the stage, which is shorter than the title, the name may fit on one line.
            name.wrap(self.width - self.stage.width - _GUTTER)
            logo.fit(room, whole - name.height - _OVER_NAME)
            # Align logo and name on the left if the title leaves room; else on the right.
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
        """Draw in reading order: title, stage, name, logo."""
        top = y if self.beside else y - self.name.height
        self.title.draw(canvas, x, top)
        self.stage.draw(canvas, x, top - self.title_height - _STAGE_GAP)
        self.name.draw(canvas, x + self.name_at[0], y - self.name_at[1])
        if self.logo:
            self.logo.draw(canvas, x + self.logo_left, y - self.logo_top)


class TitleLine(Struct):
    """The title with the stage right of it on its baseline, or below where that has no room."""

    title: Bookmarked
    title_text: TextBlock
    stage: TextBlock
    left: float = 0.0
    top: float = 0.0
    """The top left corner of the stage, from that of the title, y down."""

    def wrap(self, width: float) -> float:
        """Lay out the stage beside the title if both have room; return the height."""
        height, below = self.title.wrap(width), self.stage.wrap(width)
        self.left, self.top = 0.0, height + _STAGE_GAP
        if self.title_text.width + _GUTTER + self.stage.width > width:
            return self.top + below
        self.left = width - self.stage.width
        self.top = self.title_text.first_baseline - self.stage.first_baseline
        return height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the title, then the stage."""
        self.title.draw(canvas, x, y)
        self.stage.draw(canvas, x + self.left, y - self.top)


class TextBesideCode(Struct):
    """Text with a QR code on its right; the text is read first."""

    words: Flowable
    code: QrCode
    width: float = 0.0

    def wrap(self, width: float) -> float:
        """Lay out the text in the width that the code leaves."""
        self.width = width
        side = self.code.wrap(width)
        return max(side, self.words.wrap(width - side))

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the text, then the code."""
        self.words.draw(canvas, x, y)
        self.code.draw(canvas, x + self.width - self.code.wrap(self.width), y)


def is_masthead(parts: Sequence[Part]) -> bool:
    """Return whether the first parts of a section are a title, a stage and a service."""
    kinds = [part.kind for part in parts[:MASTHEAD] if isinstance(part, Paragraph)]
    return kinds == ["stage", "service"]


def set_masthead(builder: Builder, parts: Sequence[Part], path: TagPath) -> FlowItem:
    """Set the masthead; `parts` are those for which `is_masthead` holds."""
    style = builder.style
    (stage, name), (title,) = (
        [part for part in parts if isinstance(part, Paragraph)],
        [part for part in parts if isinstance(part, Heading)],
    )
    text = builder.text(title.runs, style.title, (*path, Tag(f"H{title.level}")))
    head = Masthead(
        builder.paragraph(name, style.service, path),
        Bookmarked(text, title.level - 1, text.plain),
        text,
        builder.paragraph(stage, style.stage, path),
        _logo(builder, path),
    )
    return FlowItem(flowable=head)


def set_title(builder: Builder, title: Heading, stage: Paragraph, path: TagPath) -> FlowItem:
    """Set the title and the stage, on one line where they have room."""
    style = builder.style
    text = builder.text(title.runs, style.title, (*path, Tag(f"H{title.level}")))
    marked = Bookmarked(text, title.level - 1, text.plain)
    return FlowItem(flowable=TitleLine(marked, text, builder.paragraph(stage, style.stage, path)))


def _logo(builder: Builder, path: TagPath) -> LogoBox | None:
    if builder.logo is None:
        return None
    figure = (*path, Tag("Figure", alt=builder.logo_alt)) if builder.logo_alt else ()
    return LogoBox(builder.logo, builder.style.theme == "mono", figure)


def set_service(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the box about the service: its name, how to reach it, and any QR code."""
    style = builder.style
    heads = [
        builder.heading(p, style.box_heading, path) for p in panel.parts if isinstance(p, Heading)
    ]
    lines = [
        builder.paragraph(p, style.body, path) for p in panel.parts if isinstance(p, Paragraph)
    ]
    codes = [p for p in panel.parts if isinstance(p, Picture) and p.figure.startswith(ADDRESS)]
    columns = Columns(lines, [_LINE_GAP] * len(lines), 8 * MM, (1,) if codes else (1, 2))
    stack: Flowable = Stack([*heads, columns], [_LINE_GAP] * (len(heads) + 1))
    for code in codes:
        tag = Tag("Figure", alt=code.alt)
        stack = TextBesideCode(stack, QrCode(code.figure, (*path, tag)))
    inside = Indent(stack, _PAD, builder.width - 2 * _PAD)
    frame = Frame(top=2 * MM, foot=2.4 * MM, edge=0.75, colour=style.ink(ACCENT))
    yield FlowItem(
        flowable=inside, gap=2.6 * MM, frame=frame, opens_frame=True, break_penalty=FORBIDDEN
    )


def set_clinician(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the clinician's note; raises SelectionError for a word that is longer than a line."""
    style = builder.style
    flowables: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = builder.heading(part, style.heading, path)
            flowables.append((builder.railed(heading, style.measure, boxed=True), 0))
        elif isinstance(part, Paragraph):
            text = builder.paragraph(part, style.body, path)
            room = min(style.measure, builder.width - style.rail - 2 * style.pad)
            text.wrap(room)
            if text.width > room + 1:
                raise SelectionError(
                    Fault(message="a word of the note is too long", hint="split it with a space")
                )
            flowables.append((builder.railed(text, style.measure, boxed=True), _LINE_GAP))
    frame = Frame(top=2.2 * MM, foot=2.6 * MM, edge=0.75, colour=style.ink(ACCENT))
    yield from framed(frame, flowables, 11.0, [60, FORBIDDEN])


class QrCode(Struct):
    """A QR code on a page; its tag holds the alternative text."""

    address: str
    path: TagPath

    def wrap(self, _width: float) -> float:
        """Return the side in points with its quiet zone, whatever the width."""
        modules, _ = bars(self.address)
        return SIDE * (modules + 2 * EDGE) / modules

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the code as one figure, its top left corner at (x, y)."""
        modules, dark_runs = bars(self.address)
        unit = SIDE / modules
        whole = self.wrap(0)
        shapes = [
            f"{(EDGE + column) * unit:.3f} {whole - (EDGE + row + 1) * unit:.3f} "
            f"{length * unit:.3f} {unit + _OVERLAP:.3f} re"
            for column, row, length in dark_runs
        ]
        operators = f"1 g 0 0 {whole:.3f} {whole:.3f} re f 0 g {' '.join(shapes)} f"
        canvas.figure(self.path, (x, y - whole, x + whole, y), operators)
