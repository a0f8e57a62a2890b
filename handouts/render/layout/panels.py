"""Set the boxes of a leaflet: emergency, warnings, advice, medicines: `set_emergency`.

Each function sets one kind of panel as flow items, in a frame or with an icon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph
from handouts.render.layout.flowables import (
    FORBIDDEN,
    Columns,
    EmergencyBand,
    FlowItem,
    Frame,
    Icon,
    Indent,
    Stack,
    framed,
)
from handouts.render.layout.style import ACCENT, DANGER, INK, TINT
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, Marked, SpacedFlowable
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.structure import TagPath


ITEM_GAP = 2.8
SIGN_GAP = 1.4
PARAGRAPH_GAP = 4.0
"""Space above items, signs and paragraphs, in points."""
_TORN = 120
"""What a page end within a row costs."""
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


def set_emergency(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the emergency box of page 1: a band, the signs, what to do."""
    style = setter.style
    pieces: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.band, path)
            pieces.append((EmergencyBand(heading, style, setter.icons), 0))
        elif isinstance(part, ItemList):
            pieces.extend(_wide_items(setter, setter.items(part, path), 2.8 * MM))
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "closing" else style.body
            text = setter.paragraph(part, text_style, path)
            pieces.append((setter.railed(text, style.wide_measure, boxed=True), PARAGRAPH_GAP))
    frame = Frame(top=0, foot=2.8 * MM, edge=3, colour=style.ink(DANGER))
    slabs = list(framed(frame, pieces, 3.6 * MM if style.tight else 5 * MM, FORBIDDEN))
    if style.splits_first_box:
        # Some signs go overleaf with the sentences that close the box, never these alone.
        for slab in slabs[3:-4]:
            slab.break_penalty = 0
    yield from slabs


def set_check_first(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what to check before reading on."""
    style = setter.style
    texts = [
        setter.paragraph(part, style.body, path)
        for part in panel.parts
        if isinstance(part, Paragraph)
    ]
    stack = Stack(texts, [2.0] * len(texts))
    frame = Frame(top=2 * MM, foot=2.4 * MM, edge=2, colour=style.ink(INK))
    boxed = setter.iconed(stack, _WARNING, style.wide_measure, boxed=True)
    yield FlowItem(
        flowable=boxed, gap=3.6 * MM, frame=frame, opens_frame=True, break_penalty=FORBIDDEN
    )


def set_just_for_you(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what the flags bring: sentences on the reader, then advice with marks."""
    style = setter.style
    pieces: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.heading, path)
            pieces.append((setter.iconed(heading, _PERSON, boxed=True), 0))
        elif isinstance(part, ItemList):
            pieces.extend(_advice(setter, part, path))
        elif isinstance(part, Paragraph):
            text = setter.paragraph(part, style.body, path)
            gap = PARAGRAPH_GAP if len(pieces) > 1 else 0.6 * MM
            pieces.append((setter.railed(text, style.wide_measure, boxed=True), gap))
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


def _advice(setter: Builder, part: ItemList, path: TagPath) -> list[SpacedFlowable]:
    items = setter.items(part, path)
    if setter.style.tight and setter.style.columns and len(items) > FEW_POINTS:
        gaps = [ITEM_GAP * setter.style.closeness] * len(items)
        columns = Columns(items, gaps, 10 * MM)
        return [(Indent(columns, 10 * MM, setter.width - 14 * MM), PARAGRAPH_GAP)]
    return _wide_items(setter, items, PARAGRAPH_GAP)


def _wide_items(setter: Builder, items: Sequence[Marked], above: float) -> list[SpacedFlowable]:
    """Put items one under the other, `above` points below what is before them."""
    measure = setter.style.wide_measure
    gaps = [above, *[ITEM_GAP] * (len(items) - 1)]
    return [
        (setter.railed(item, measure, boxed=True), gap)
        for item, gap in zip(items, gaps, strict=True)
    ]


def set_note(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the list to check before taking anything: short points, a few lines to a slab."""
    style = setter.style
    for part in panel.parts:
        if isinstance(part, Paragraph):
            text = setter.paragraph(part, style.body, path)
            boxed = setter.iconed(text, _CHECK, style.wide_measure)
            yield FlowItem(flowable=boxed, gap=1.2 * MM, break_penalty=FORBIDDEN)
        elif isinstance(part, ItemList):
            items = setter.items(part, path, style.sign)
            half = 3 if style.splits_lists else -(-len(items) // 2)
            for first in range(0, len(items), half):
                some = items[first : first + half]
                ticks = _ticks(setter, some)
                yield FlowItem(flowable=ticks, gap=2.0, break_penalty=60 if first else FORBIDDEN)


def _ticks(setter: Builder, items: Sequence[Marked]) -> Indent:
    """Set short points to tick in three columns; in two where no rail gives room."""
    style, gaps = setter.style, [1.0] * len(items)
    if style.columns:
        return setter.railed(Columns(items, gaps, 8 * MM, (3,)))
    hang = -items[0].mark.offset
    return Indent(Columns(items, gaps, hang + 5 * MM), hang, setter.width)


def set_row(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set a row of the medicines."""
    icon = _ROWS[panel.kind]
    first, *others = _headed(setter, panel, path, setter.style.label, icon)
    first.gap, first.break_penalty, first.stretch = 2 * MM, 40, 1 * MM
    yield from (first, *others)


def set_book(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs that can wait for an appointment."""
    first, *others = _headed(setter, panel, path, setter.style.box_heading, _CALENDAR)
    first.gap, first.break_penalty = 3 * MM, 100
    yield from (first, *others)


def _headed(
    setter: Builder, panel: Panel, path: TagPath, head: TextStyle, icon: Icon
) -> Iterator[FlowItem]:
    """Set a heading and its lists: one slab with columns, apart by pairs if loose, or by items."""
    style = setter.style
    heads: list[Flowable] = []
    lists: list[Sequence[Marked]] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heads.append(setter.heading(part, head, path))
        elif isinstance(part, ItemList):
            lists.append(setter.items(part, path, style.sign))
    if not style.columns:
        yield FlowItem(flowable=setter.iconed(heads[0], icon))
        for items in lists:
            yield from list_slabs(setter, items, 0.8 * MM)
        return
    pieces = [some for items in lists for some in pairs(items)] if style.splits_lists else lists
    joined = 1 if style.splits_lists else len(pieces)
    inners = [*heads, *map(_in_columns, pieces[:joined])]
    yield FlowItem(flowable=setter.iconed(Stack(inners, [0.0, *[0.8 * MM] * len(inners)]), icon))
    for some in pieces[joined:]:
        yield FlowItem(flowable=setter.railed(_in_columns(some)), gap=SIGN_GAP, break_penalty=_TORN)


def _in_columns(items: Sequence[Marked]) -> Columns:
    return Columns(items, [SIGN_GAP] * len(items), 9 * MM, (1, 2))


def pairs(items: Sequence[Marked]) -> list[Sequence[Marked]]:
    """Take items two by two; three stay together at the end."""
    cuts = range(0, max(2, len(items) - 1), 2)
    return [items[at : at + 2] if at != cuts[-1] else items[at:] for at in cuts]


def list_slabs(setter: Builder, items: Sequence[Marked], above: float) -> Iterator[FlowItem]:
    """Set a list as a slab for each item, `above` points below what is before it."""
    torn = 60 if len(items) > FEW_POINTS + 2 else 150
    for number, item in enumerate(items):
        yield FlowItem(
            flowable=setter.railed(item, setter.style.wide_measure),
            gap=ITEM_GAP if number else above,
            # The first two items stay with the heading, the last two together.
            break_penalty=FORBIDDEN if number in {0, 1, len(items) - 1} else torn,
        )


_GROUP_GAP = 4.5
"""Space above a group, in points."""
TEAR = 150.0
"""The cost of a page break inside a box whose signs stand in one column."""
_HELP_HEAD = 28 * MM
"""Room that the heading and the band take above the first warning signs."""
_CLOCK = Icon(name="clock", size=7.2 * MM, left=5.4 * MM, top=-0.1 * MM, colour=INK)
_HARM = Icon(name="warning", size=7.6 * MM, left=5.2 * MM, top=-0.6 * MM, colour=DANGER, hangs=True)


def set_warnings(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the full emergency list: a band, the groups in two columns, the crisis line."""
    style = setter.style
    edge = max(5 * MM, style.pad)
    narrow = setter.width - 2 * edge
    pieces: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.band, path)
            pieces.append((EmergencyBand(heading, style, setter.icons), 0))
        elif isinstance(part, Panel) and part.kind == "groups":
            pieces.extend(_grouped(setter, part, path, (4 * MM, 3.4 * MM), 1.6 * MM))
        elif isinstance(part, Panel):
            pieces.append((Indent(_crisis(setter, part, path), edge, narrow), 3 * MM))
        elif isinstance(part, Paragraph):
            text = setter.paragraph(part, style.closing, path)
            pieces.append((Indent(text, edge, narrow), 3.0))
    frame = Frame(top=0, foot=2.6 * MM, edge=3, colour=style.ink(DANGER))
    yield from framed(frame, pieces, 1.2 * MM, 400 if style.columns else TEAR)


def set_today(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs that need help the same day."""
    pieces: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, setter.style.box_heading, path)
            pieces.append((setter.iconed(heading, _CLOCK, boxed=True), 0))
        elif isinstance(part, Panel):
            pieces.extend(_grouped(setter, part, path, (5.6 * MM, 4 * MM), 1.4 * MM))
    frame = Frame(top=2.2 * MM, foot=2.4 * MM, edge=2, bar=True, colour=setter.style.ink(INK))
    yield from framed(frame, pieces, 3 * MM, 400 if setter.style.columns else TEAR)


def set_medicine_warning(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs of harm from a medicine: a red frame, its signs in two columns."""
    style = setter.style
    pieces: list[SpacedFlowable] = []
    head: list[Part] = []
    groups: list[list[SpacedFlowable]] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = setter.heading(part, style.label, path)
            pieces.append((setter.iconed(heading, _HARM, style.measure, boxed=True), 0))
            continue
        head.append(part)
        if isinstance(part, ItemList):
            groups.append(_group(setter, head, path))
            head = []
    edges = (5.6 * MM, 4 * MM)
    if style.columns:
        pieces.append((_within(setter, _columns(groups), edges), 1.6 * MM))
    else:
        pieces.extend(_one_below_the_other(setter, groups, edges, 1.6 * MM))
    frame = Frame(top=2.2 * MM, foot=2.4 * MM, edge=2, colour=style.ink(DANGER))
    yield from framed(frame, pieces, 3 * MM, FORBIDDEN if style.columns else TEAR)


def _crisis(setter: Builder, panel: Panel, path: TagPath) -> Stack:
    """Stack the lead-in of the crisis line on whom to call."""
    style = setter.style
    pieces: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            pieces.append((setter.heading(part, style.label, path), 0.0))
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "label" else style.body
            pieces.append((setter.paragraph(part, text_style, path), 3.0))
        elif isinstance(part, ItemList):
            items = setter.items(part, path)
            pieces.extend((item, 2.4 if number else 0.6 * MM) for number, item in enumerate(items))
    return Stack([piece for piece, _ in pieces], [gap for _, gap in pieces])


def _grouped(
    setter: Builder, panel: Panel, path: TagPath, edges: tuple[float, float], above: float
) -> Iterator[SpacedFlowable]:
    """Set groups inside a box, `edges` points from its left and right; in columns if there are."""
    if setter.style.columns:
        for columns in _group_columns(setter, panel, path):
            yield _within(setter, columns, edges), above
        return
    groups = [_group(setter, part.parts, path) for part in panel.parts if isinstance(part, Panel)]
    yield from _one_below_the_other(setter, groups, edges, above)


def _one_below_the_other(
    setter: Builder,
    groups: Sequence[Sequence[SpacedFlowable]],
    edges: tuple[float, float],
    above: float,
) -> Iterator[SpacedFlowable]:
    """Give the pieces of groups one by one, so that a page may end between them."""
    pad = setter.style.pad
    edges = max(edges[0], pad), max(edges[1], pad)
    for number, group in enumerate(groups):
        for index, (piece, gap) in enumerate(group):
            first = _GROUP_GAP * setter.style.mark_factor if number else above
            yield _within(setter, piece, edges), gap if index else first


def _within(setter: Builder, inner: Flowable, edges: tuple[float, float]) -> Indent:
    return Indent(inner, edges[0], setter.width - sum(edges))


def _group_columns(setter: Builder, panel: Panel, path: TagPath) -> Iterator[Columns]:
    """Set groups in two columns; what one page cannot hold follows in columns of its own."""
    groups = [_group(setter, part.parts, path) for part in panel.parts if isinstance(part, Panel)]
    page = setter.style.page
    room = page.bottom - page.top - _HELP_HEAD
    first = len(groups)
    while first > 1 and _columns(groups[:first]).wrap(setter.width - 7.4 * MM) > room:
        first -= 1
    yield _columns(groups[:first])
    if first < len(groups):
        yield _columns(groups[first:])


def _columns(groups: Sequence[Sequence[SpacedFlowable]]) -> Columns:
    """Join groups into columns that had better start with a group."""
    inners, gaps, starts = [], [], []
    for group in groups:
        for number, (piece, gap) in enumerate(group):
            inners.append(piece)
            gaps.append(gap if number else _GROUP_GAP)
            starts.append(number == 0)
    return Columns(inners, gaps, 5 * MM, starts_group=starts)


def _group(setter: Builder, parts: Sequence[Part], path: TagPath) -> list[SpacedFlowable]:
    """Set a group; its label and lead-in never part from its first item."""
    style = setter.style
    head: list[Flowable] = []
    pieces: list[SpacedFlowable] = []
    for part in parts:
        if isinstance(part, Heading):
            # Not in the outline of the file, which would drown in such labels.
            tag = (*path, Tag(f"H{part.level}"))
            head.append(setter.text(part.runs, style.group_heading, tag))
        elif isinstance(part, Paragraph):
            head.append(setter.paragraph(part, style.small_strong, path))
        elif isinstance(part, ItemList):
            for item in setter.items(part, path, style.sign):
                indented = Indent(item, 4.6 * MM * style.mark_factor, setter.width)
                if head:
                    stack = Stack([*head, indented], [0.0, *[1.0] * len(head)])
                    pieces.append((stack, 0.0))
                    head = []
                else:
                    pieces.append((indented, SIGN_GAP * setter.style.closeness))
    return pieces
