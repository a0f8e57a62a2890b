"""Goes in: the boxes and rows of a leaflet. Comes out: slabs, in a frame or with an icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.columns import Columns
from handouts.flowables import Icon, Indent, Stack
from handouts.frames import Band, Frame
from handouts.leaflet import Heading, ItemList, Paragraph
from handouts.slabs import NEVER, Slab, framed
from handouts.style import ACCENT, DANGER, INK, MM, TINT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.flowables import Flowable, Marked
    from handouts.leaflet import Panel
    from handouts.setter import Setter
    from handouts.slabs import Piece
    from handouts.structure import Path
    from handouts.style import TextStyle

ITEM_GAP = 2.8
SIGN_GAP = 1.4
PARAGRAPH_GAP = 4.0
"""Space above items, signs and paragraphs, in points."""
FEW_POINTS = 4
"""More points than this stand in columns where page 1 is short of room."""
_WARNING = Icon(name="warning", size=10 * MM, left=4 * MM, top=-0.6 * MM, colour=INK)
_PERSON = Icon(
    name="person",
    size=8.6 * MM,
    left=4.7 * MM,
    top=0.6 * MM,
    colour=ACCENT,
    paper=TINT,
    hangs=True,
)
_CHECK = Icon(name="ask", size=9.4 * MM, left=0, top=0.2 * MM, colour=ACCENT, hangs=True)
_CALENDAR = Icon(name="calendar", size=7.6 * MM, left=4.9 * MM, top=0, colour=ACCENT)
_ROWS = {
    "try": Icon(name="tick", size=9.4 * MM, left=0, top=0.2 * MM, colour=ACCENT),
    "ask": Icon(name="ask", size=9.4 * MM, left=0, top=0.2 * MM, colour=ACCENT),
    "avoid": Icon(name="cross", size=9.4 * MM, left=0, top=0.2 * MM, colour=DANGER),
}
"""The rows of the medicines: the outline of an icon alone tells the three apart."""


def set_emergency(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set the emergency box of page 1: a band, the signs, what to do."""
    style = setter.style
    pieces: list[Piece] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.band, path)
            pieces.append((Band(heading, style, setter.icons), 0))
        elif isinstance(part, ItemList):
            pieces.extend(_wide_items(setter, setter.items(part, path), 2.8 * MM))
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "closing" else style.body
            text = setter.paragraph(part, text_style, path)
            pieces.append((setter.railed(text, style.wide_measure), PARAGRAPH_GAP))
    frame = Frame(top=0, foot=2.8 * MM, edge=3, colour=style.ink(DANGER))
    yield from framed(frame, pieces, 3.6 * MM if style.tight else 5 * MM, NEVER)


def set_check_first(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set what to check before reading on."""
    style = setter.style
    texts = [
        setter.paragraph(part, style.body, path)
        for part in panel.parts
        if isinstance(part, Paragraph)
    ]
    stack = setter.railed(Stack(texts, [2.0] * len(texts)), style.wide_measure)
    frame = Frame(top=2 * MM, foot=2.4 * MM, edge=2, colour=style.ink(INK))
    boxed = setter.iconed(stack, _WARNING)
    yield Slab(flowable=boxed, gap=3.6 * MM, frame=frame, opens=True, cost=NEVER)


def set_just_for_you(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set what the flags bring: sentences on the reader, then advice with marks."""
    style = setter.style
    pieces: list[Piece] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.railed(setter.heading(part, style.heading, path), style.measure)
            pieces.append((setter.iconed(heading, _PERSON), 0))
        elif isinstance(part, ItemList):
            pieces.extend(_advice(setter, part, path))
        elif isinstance(part, Paragraph):
            text = setter.railed(setter.paragraph(part, style.body, path), style.wide_measure)
            pieces.append((text, PARAGRAPH_GAP if len(pieces) > 1 else 0.6 * MM))
    frame = Frame(
        top=2.2 * MM,
        foot=2.6 * MM,
        edge=1.5,
        colour=style.ink(ACCENT),
        ground=style.ink(TINT),
        radius=11.3,
    )
    gap = 3.6 * MM if style.tight else 4.6 * MM
    yield from framed(frame, pieces, gap, 100, before=600)


def _advice(setter: Setter, part: ItemList, path: Path) -> list[Piece]:
    items = setter.items(part, path)
    if setter.style.tight and len(items) > FEW_POINTS:
        columns = Columns(items, [ITEM_GAP] * len(items), 10 * MM)
        return [(Indent(columns, 10 * MM, setter.width - 14 * MM), PARAGRAPH_GAP)]
    return _wide_items(setter, items, PARAGRAPH_GAP)


def _wide_items(setter: Setter, items: Sequence[Marked], above: float) -> list[Piece]:
    """Put items one under the other, `above` points below what is before them."""
    measure = setter.style.wide_measure
    gaps = [above, *[ITEM_GAP] * (len(items) - 1)]
    return [(setter.railed(item, measure), gap) for item, gap in zip(items, gaps, strict=True)]


def set_note(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set the list to check before taking anything: short points, a few lines to a slab."""
    style = setter.style
    for part in panel.parts:
        if isinstance(part, Paragraph):
            text = setter.railed(setter.paragraph(part, style.body, path), style.wide_measure)
            yield Slab(flowable=setter.iconed(text, _CHECK), gap=1.2 * MM, cost=NEVER)
        elif isinstance(part, ItemList):
            items = setter.items(part, path, style.sign)
            half = -(-len(items) // 2)
            for first in range(0, len(items), half):
                some = items[first : first + half]
                columns = setter.railed(Columns(some, [1.0] * len(some), 8 * MM, (3,)))
                yield Slab(flowable=columns, gap=2.0, cost=60 if first else NEVER)


def set_row(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set a row of the medicines."""
    inner = setter.railed(_in_columns(setter, panel, path, setter.style.label))
    row = setter.iconed(inner, _ROWS[panel.kind])
    yield Slab(flowable=row, gap=2 * MM, cost=40, stretch=1 * MM)


def set_book(setter: Setter, panel: Panel, path: Path) -> Iterator[Slab]:
    """Set the signs that can wait for an appointment."""
    inner = setter.railed(_in_columns(setter, panel, path, setter.style.box_heading))
    yield Slab(flowable=setter.iconed(inner, _CALENDAR), gap=3 * MM, cost=100)


def _in_columns(setter: Setter, panel: Panel, path: Path, head: TextStyle) -> Stack:
    """Stack a heading on its list, the list in one or two columns as it is shorter."""
    inners: list[Flowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            inners.append(setter.heading(part, head, path))
        elif isinstance(part, ItemList):
            items = setter.items(part, path, setter.style.sign)
            inners.append(Columns(items, [SIGN_GAP] * len(items), 9 * MM, (1, 2)))
    return Stack(inners, [0.0, *[0.8 * MM] * len(inners)])
