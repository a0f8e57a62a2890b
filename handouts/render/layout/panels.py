"""Set the boxes of a leaflet: emergency, warnings, advice, medicines: `set_emergency`.

Each `set_…` function sets one kind of panel as flow items, in a frame or beside an icon.
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
_ROW_BREAK = 120
"""The penalty of a page break within a row of the medicines."""
FEW_POINTS = 4
"""A list of more points than this may be set in columns, or be split."""
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
"""The icons of the rows of medicines; the three differ in shape, not only in colour."""


def set_emergency(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the emergency box of page 1: a band, the signs, what to do.

    Never split, except in the last style of one-column pages.
    """
    style = builder.style
    flowables: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = builder.heading(part, style.band, path)
            flowables.append((EmergencyBand(heading, style, builder.icons), 0))
        elif isinstance(part, ItemList):
            flowables.extend(_wide_items(builder, builder.items(part, path), 2.8 * MM))
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "closing" else style.body
            text = builder.paragraph(part, text_style, path)
            flowables.append((builder.railed(text, style.wide_measure, boxed=True), PARAGRAPH_GAP))
    frame = Frame(top=0, foot=2.8 * MM, edge=3, colour=style.ink(DANGER))
    flow_items = list(framed(frame, flowables, 3.6 * MM if style.tight else 5 * MM, FORBIDDEN))
    if style.splits_first_box:
        # Some signs go overleaf with the closing sentences, so that these never stand alone.
        for flow_item in flow_items[3:-4]:
            flow_item.break_penalty = 0
    yield from flow_items


def set_check_first(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what to check before reading on, as one framed flow item."""
    style = builder.style
    texts = [
        builder.paragraph(part, style.body, path)
        for part in panel.parts
        if isinstance(part, Paragraph)
    ]
    stack = Stack(texts, [2.0] * len(texts))
    frame = Frame(top=2 * MM, foot=2.4 * MM, edge=2, colour=style.ink(INK))
    boxed = builder.iconed(stack, _WARNING, style.wide_measure, boxed=True)
    yield FlowItem(
        flowable=boxed, gap=3.6 * MM, frame=frame, opens_frame=True, break_penalty=FORBIDDEN
    )


def set_just_for_you(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what the flags add: sentences about the reader, then advice with marks."""
    style = builder.style
    flowables: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = builder.heading(part, style.heading, path)
            flowables.append((builder.iconed(heading, _PERSON, boxed=True), 0))
        elif isinstance(part, ItemList):
            flowables.extend(_advice(builder, part, path))
        elif isinstance(part, Paragraph):
            text = builder.paragraph(part, style.body, path)
            gap = PARAGRAPH_GAP if len(flowables) > 1 else 0.6 * MM
            flowables.append((builder.railed(text, style.wide_measure, boxed=True), gap))
    frame = Frame(
        top=2.2 * MM,
        foot=2.6 * MM,
        edge=1.5,
        colour=style.ink(ACCENT),
        ground=style.ink(TINT),
        radius=11.3,
    )
    gap = 3.6 * MM if style.tight else 4.6 * MM
    yield from framed(frame, flowables, gap, 100, penalty_before=600)


def _advice(builder: Builder, part: ItemList, path: TagPath) -> list[SpacedFlowable]:
    items = builder.items(part, path)
    if builder.style.tight and builder.style.columns and len(items) > FEW_POINTS:
        gaps = [ITEM_GAP * builder.style.closeness] * len(items)
        columns = Columns(items, gaps, 10 * MM)
        return [(Indent(columns, 10 * MM, builder.width - 14 * MM), PARAGRAPH_GAP)]
    return _wide_items(builder, items, PARAGRAPH_GAP)


def _wide_items(builder: Builder, items: Sequence[Marked], above: float) -> list[SpacedFlowable]:
    """Stack items one below the other, the first `above` points below what precedes it."""
    measure = builder.style.wide_measure
    gaps = [above, *[ITEM_GAP] * (len(items) - 1)]
    return [
        (builder.railed(item, measure, boxed=True), gap)
        for item, gap in zip(items, gaps, strict=True)
    ]


def set_note(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what to check before taking a medicine: short points, in flow items of a few lines."""
    style = builder.style
    for part in panel.parts:
        if isinstance(part, Paragraph):
            text = builder.paragraph(part, style.body, path)
            boxed = builder.iconed(text, _CHECK, style.wide_measure)
            yield FlowItem(flowable=boxed, gap=1.2 * MM, break_penalty=FORBIDDEN)
        elif isinstance(part, ItemList):
            items = builder.items(part, path, style.sign)
            half = 3 if style.splits_lists else -(-len(items) // 2)
            for first in range(0, len(items), half):
                ticks = _ticks(builder, items[first : first + half])
                yield FlowItem(flowable=ticks, gap=2.0, break_penalty=60 if first else FORBIDDEN)


def _ticks(builder: Builder, items: Sequence[Marked]) -> Indent:
    """Set short points to tick in three columns, or in two where there is no rail."""
    style, gaps = builder.style, [1.0] * len(items)
    if style.columns:
        return builder.railed(Columns(items, gaps, 8 * MM, (3,)))
    hang = -items[0].mark.offset
    return Indent(Columns(items, gaps, hang + 5 * MM), hang, builder.width)


def set_row(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set one row of the medicines: what to try, to ask about, or to avoid."""
    icon = _ROWS[panel.kind]
    first, *others = _headed(builder, panel, path, builder.style.label, icon)
    first.gap, first.break_penalty, first.stretch = 2 * MM, 40, 1 * MM
    yield from (first, *others)


def set_book(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs for which to book an appointment."""
    first, *others = _headed(builder, panel, path, builder.style.box_heading, _CALENDAR)
    first.gap, first.break_penalty = 3 * MM, 100
    yield from (first, *others)


def _headed(
    builder: Builder, panel: Panel, path: TagPath, head: TextStyle, icon: Icon
) -> Iterator[FlowItem]:
    """Set a heading and its lists in columns: one flow item, or one per pair if lists may split.

    In one column each item of a list is a flow item.
    """
    style = builder.style
    heads: list[Flowable] = []
    lists: list[Sequence[Marked]] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heads.append(builder.heading(part, head, path))
        elif isinstance(part, ItemList):
            lists.append(builder.items(part, path, style.sign))
    if not style.columns:
        yield FlowItem(flowable=builder.iconed(heads[0], icon))
        for items in lists:
            yield from list_slabs(builder, items, 0.8 * MM)
        return
    groups = [pair for items in lists for pair in pairs(items)] if style.splits_lists else lists
    joined = 1 if style.splits_lists else len(groups)
    inners = [*heads, *map(_in_columns, groups[:joined])]
    yield FlowItem(flowable=builder.iconed(Stack(inners, [0.0, *[0.8 * MM] * len(inners)]), icon))
    for group in groups[joined:]:
        columns = builder.railed(_in_columns(group))
        yield FlowItem(flowable=columns, gap=SIGN_GAP, break_penalty=_ROW_BREAK)


def _in_columns(items: Sequence[Marked]) -> Columns:
    return Columns(items, [SIGN_GAP] * len(items), 9 * MM, (1, 2))


def pairs(items: Sequence[Marked]) -> list[Sequence[Marked]]:
    """Divide items into pairs, with the last three together if their number is odd."""
    cuts = range(0, max(2, len(items) - 1), 2)
    return [items[at : at + 2] if at != cuts[-1] else items[at:] for at in cuts]


def list_slabs(builder: Builder, items: Sequence[Marked], above: float) -> Iterator[FlowItem]:
    """Set a list as one flow item per item, the first `above` points below what precedes it."""
    penalty = 60 if len(items) > FEW_POINTS + 2 else 150
    for number, item in enumerate(items):
        yield FlowItem(
            flowable=builder.railed(item, builder.style.wide_measure),
            gap=ITEM_GAP if number else above,
            # The first two items stay with the heading, and the last two together.
            break_penalty=FORBIDDEN if number in {0, 1, len(items) - 1} else penalty,
        )


_GROUP_GAP = 4.5
"""Space above a group, in points."""
TEAR = 150.0
"""The penalty of a page break inside a box whose signs are in one column."""
_HELP_HEAD = 28 * MM
"""The height of the heading and the band above the first warning signs, in points."""
_CLOCK = Icon(name="clock", size=7.2 * MM, left=5.4 * MM, top=-0.1 * MM, colour=INK)
_HARM = Icon(name="warning", size=7.6 * MM, left=5.2 * MM, top=-0.6 * MM, colour=DANGER, hangs=True)


def set_warnings(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set all emergency signs: a band, the groups in two columns, the crisis line."""
    style = builder.style
    edge = max(5 * MM, style.pad)
    narrow = builder.width - 2 * edge
    flowables: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = builder.heading(part, style.band, path)
            flowables.append((EmergencyBand(heading, style, builder.icons), 0))
        elif isinstance(part, Panel) and part.kind == "groups":
            flowables.extend(_grouped(builder, part, path, (4 * MM, 3.4 * MM), 1.6 * MM))
        elif isinstance(part, Panel):
            flowables.append((Indent(_crisis(builder, part, path), edge, narrow), 3 * MM))
        elif isinstance(part, Paragraph):
            text = builder.paragraph(part, style.closing, path)
            flowables.append((Indent(text, edge, narrow), 3.0))
    frame = Frame(top=0, foot=2.6 * MM, edge=3, colour=style.ink(DANGER))
    yield from framed(frame, flowables, 1.2 * MM, 400 if style.columns else TEAR)


def set_today(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs for which to get help the same day, in a box with a thick left edge."""
    flowables: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = builder.heading(part, builder.style.box_heading, path)
            flowables.append((builder.iconed(heading, _CLOCK, boxed=True), 0))
        elif isinstance(part, Panel):
            flowables.extend(_grouped(builder, part, path, (5.6 * MM, 4 * MM), 1.4 * MM))
    frame = Frame(top=2.2 * MM, foot=2.4 * MM, edge=2, bar=True, colour=builder.style.ink(INK))
    yield from framed(frame, flowables, 3 * MM, 400 if builder.style.columns else TEAR)


def set_medicine_warning(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs of harm from a medicine: a red frame, the signs in two columns."""
    style = builder.style
    flowables: list[SpacedFlowable] = []
    head: list[Part] = []
    groups: list[list[SpacedFlowable]] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            heading = builder.heading(part, style.label, path)
            flowables.append((builder.iconed(heading, _HARM, style.measure, boxed=True), 0))
            continue
        head.append(part)
        if isinstance(part, ItemList):
            groups.append(_group(builder, head, path))
            head = []
    edges = (5.6 * MM, 4 * MM)
    if style.columns:
        flowables.append((_within(builder, _columns(groups), edges), 1.6 * MM))
    else:
        flowables.extend(_one_below_the_other(builder, groups, edges, 1.6 * MM))
    frame = Frame(top=2.2 * MM, foot=2.4 * MM, edge=2, colour=style.ink(DANGER))
    yield from framed(frame, flowables, 3 * MM, FORBIDDEN if style.columns else TEAR)


def _crisis(builder: Builder, panel: Panel, path: TagPath) -> Stack:
    """Stack the heading of the crisis line, its text and whom to call."""
    style = builder.style
    flowables: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            flowables.append((builder.heading(part, style.label, path), 0.0))
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "label" else style.body
            flowables.append((builder.paragraph(part, text_style, path), 3.0))
        elif isinstance(part, ItemList):
            items = builder.items(part, path)
            flowables.extend(
                (item, 2.4 if number else 0.6 * MM) for number, item in enumerate(items)
            )
    return Stack([flowable for flowable, _ in flowables], [gap for _, gap in flowables])


def _grouped(
    builder: Builder, panel: Panel, path: TagPath, edges: tuple[float, float], above: float
) -> Iterator[SpacedFlowable]:
    """Set groups in a box, `edges` points from its left and right, in columns if the style has."""
    if builder.style.columns:
        for columns in _group_columns(builder, panel, path):
            yield _within(builder, columns, edges), above
        return
    groups = [_group(builder, part.parts, path) for part in panel.parts if isinstance(part, Panel)]
    yield from _one_below_the_other(builder, groups, edges, above)


def _one_below_the_other(
    builder: Builder,
    groups: Sequence[Sequence[SpacedFlowable]],
    edges: tuple[float, float],
    above: float,
) -> Iterator[SpacedFlowable]:
    """Yield the flowables of groups one by one, so that a page may end between them."""
    pad = builder.style.pad
    edges = max(edges[0], pad), max(edges[1], pad)
    for number, group in enumerate(groups):
        for index, (flowable, gap) in enumerate(group):
            first = _GROUP_GAP * builder.style.mark_factor if number else above
            yield _within(builder, flowable, edges), gap if index else first


def _within(builder: Builder, inner: Flowable, edges: tuple[float, float]) -> Indent:
    return Indent(inner, edges[0], builder.width - sum(edges))


def _group_columns(builder: Builder, panel: Panel, path: TagPath) -> Iterator[Columns]:
    """Set groups in two columns; what does not fit one page follows in columns of its own."""
    groups = [_group(builder, part.parts, path) for part in panel.parts if isinstance(part, Panel)]
    page = builder.style.page
    room = page.bottom - page.top - _HELP_HEAD
    first = len(groups)
    while first > 1 and _columns(groups[:first]).wrap(builder.width - 7.4 * MM) > room:
        first -= 1
    yield _columns(groups[:first])
    if first < len(groups):
        yield _columns(groups[first:])


def _columns(groups: Sequence[Sequence[SpacedFlowable]]) -> Columns:
    """Join groups into two columns, the second preferably starting with a group."""
    inners, gaps, starts = [], [], []
    for group in groups:
        for number, (flowable, gap) in enumerate(group):
            inners.append(flowable)
            gaps.append(gap if number else _GROUP_GAP)
            starts.append(number == 0)
    return Columns(inners, gaps, 5 * MM, starts_group=starts)


def _group(builder: Builder, parts: Sequence[Part], path: TagPath) -> list[SpacedFlowable]:
    """Set a group; its label and lead-in are one flowable with its first item."""
    style = builder.style
    head: list[Flowable] = []
    flowables: list[SpacedFlowable] = []
    for part in parts:
        if isinstance(part, Heading):
            # No bookmark: there are too many such labels for the outline.
            tag = (*path, Tag(f"H{part.level}"))
            head.append(builder.text(part.runs, style.group_heading, tag))
        elif isinstance(part, Paragraph):
            head.append(builder.paragraph(part, style.small_strong, path))
        elif isinstance(part, ItemList):
            for item in builder.items(part, path, style.sign):
                indented = Indent(item, 4.6 * MM * style.mark_factor, builder.width)
                if head:
                    stack = Stack([*head, indented], [0.0, *[1.0] * len(head)])
                    flowables.append((stack, 0.0))
                    head = []
                else:
                    flowables.append((indented, SIGN_GAP * builder.style.closeness))
    return flowables
