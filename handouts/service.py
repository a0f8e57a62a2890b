"""Goes in: who hands the leaflet out. Comes out: the head of page 1, and their boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.columns import Columns
from handouts.errors import Fault, SelectionError
from handouts.flowables import Bookmarked, Indent, Stack
from handouts.frames import Frame
from handouts.leaflet import ADDRESS, Heading, Paragraph, Picture
from handouts.qrcode import QrCode
from handouts.slabs import NEVER, Slab, framed
from handouts.structure import Tag
from handouts.style import ACCENT, INK, MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.flowables import Flowable
    from handouts.leaflet import Panel, Part
    from handouts.paragraph import Text
    from handouts.setter import Setter
    from handouts.slabs import Piece
    from handouts.structure import Path
    from handouts.tagging import TaggedCanvas

MASTHEAD = 3
"""Parts of the masthead: the title, the stage, who hands the leaflet out."""
_PAD = 4 * MM
_LINE_GAP = 1.2
_STAGE_GAP = 0.6 * MM
_GUTTER = 8 * MM
_NAME_DROP = 8.0
"""From the top of the title to that of a name beside it: their first lines look level."""


class Masthead(Struct):
    """The title and stage, with the service's name beside them, or above where it is too long."""

    name: Text
    title: Bookmarked
    title_text: Text
    stage: Text
    width: float = 0.0
    beside: bool = False
    title_height: float = 0.0

    def wrap(self, width: float) -> float:
        """Lay out the name beside the title if it is no taller there."""
        self.width = width
        self.title_height = self.title.wrap(width)
        left = self.title_height + _STAGE_GAP + self.stage.wrap(width)
        room = width - max(self.title_text.width, self.stage.width) - _GUTTER
        right = _NAME_DROP + self.name.wrap(room)
        self.beside = right <= left and self.name.width <= room
        return left if self.beside else left + self.name.wrap(width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw in reading order: the title, the stage, the name."""
        top = y if self.beside else y - self.name.height
        self.title.draw(canvas, x, top)
        self.stage.draw(canvas, x, top - self.title_height - _STAGE_GAP)
        if self.beside:
            self.name.draw(canvas, x + self.width - self.name.width, y - _NAME_DROP)
        else:
            self.name.draw(canvas, x, y)


class BesideCode(Struct):
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


def set_masthead(setter: Setter, parts: Sequence[Part], path: Path) -> Slab:
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
    )
    return Slab(flowable=head)


def set_service(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
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
        stack = BesideCode(stack, QrCode(code.figure, (*path, tag)))
    inside = Indent(stack, _PAD, setter.width - 2 * _PAD)
    frame = Frame(top=2 * MM, foot=2.4 * MM, edge=1, colour=style.ink(ACCENT), radius=8)
    yield Slab(flowable=inside, gap=2.6 * MM, frame=frame, opens=True, cost=NEVER)


def set_clinician(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set what the clinician adds; raises SelectionError for a word longer than a line."""
    style = setter.style
    pieces: list[Piece] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.heading, path)
            pieces.append((setter.railed(heading, style.wide_measure), 0))
        elif isinstance(part, Paragraph):
            text = setter.paragraph(part, style.body, path)
            room = min(style.wide_measure, setter.width - style.rail)
            text.wrap(room)
            if text.width > room + 1:
                raise SelectionError(
                    Fault(message="a word of the note is too long", hint="put a space into it")
                )
            pieces.append((setter.railed(text, style.wide_measure), _LINE_GAP))
    frame = Frame(top=2.2 * MM, foot=2.6 * MM, edge=1.5, colour=style.ink(INK), bar=True)
    yield from framed(frame, pieces, 3.6 * MM, NEVER, before=60)
