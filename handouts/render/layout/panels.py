"""Set the boxes of a leaflet, but for those of warning signs: `set_just_for_you` and others.

Each `set_…` function sets one kind of panel as flow items, in a frame or beside an icon.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import JUST_FOR_YOU, SIZES
from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph, plain
from handouts.render.layout.builder import ICON_GAP
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import (
    FORBIDDEN,
    THIN,
    FlowItem,
    Frame,
    Icon,
    Indent,
    Stack,
    framed,
)
from handouts.render.layout.led_in import led_in
from handouts.render.layout.overleaf import box_overleaf
from handouts.render.layout.style import ACCENT, DANGER, INK, TINT, USUAL_CLOSEST
from handouts.render.pdf.graphics import MM, PAPER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Item, Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Bookmarked, Flowable, Marked, SpacedFlowable
    from handouts.render.layout.style import Style
    from handouts.render.pdf.structure import TagPath

    _RunOn = list[Paragraph | Item]
    _Told = ItemList | _RunOn | Flowable


ITEM_GAP = 4.0
PARAGRAPH_GAP = 5.5
"""Space above items and paragraphs, in points."""
BOX_GAP = 11.0
"""Space above a box, in points."""
_LEAST_BOX_GAP, _NEAREST_BOX_GAP = 8.5, 5.0
"""The least of it between boxes of signs in columns, and in the last styles there."""
PAD = 8.0
"""The padding of a box at its top and foot, in points."""
_LEAST_PAD = 4.0
BAR = 5.0
"""The width of the bar on the left of what is just for the reader, in points."""
_CLEAR_OF_BAR = 2 * MM
"""The least space between the thick edge of a box and its words, in points."""
_LATE_ADVICE = 600.0
"""The penalty of page 1 ending above what is just for the reader."""
_TORN_ADVICE = 3000.0
"""The penalty of a page break in what is just for the reader, in one column."""
_RUN = 8
"""How many sentences run on at most: a page may end after them."""
_ADVICE = "advice"
"""The kind of a list whose items have a mark each."""
MANY = 5
"""More advice than this is set in bands: a paragraph for each level."""
_PERSON = Icon(name="person", size=8 * MM, left=4 * MM, top=-0.6 * MM, colour=ACCENT, paper=TINT)
_WARNING = Icon(name="warning", size=8 * MM, left=3 * MM, top=-0.4 * MM, colour=INK)
ROW_ICON = 10 * MM
"""The size of the icons of the rows of medicines, in points."""
_BAND = Icon(name="ask", size=7 * MM, left=4.2 * MM, top=-0.2 * MM, colour=ACCENT, paper=TINT)
_BANDS = {
    "avoid": replace(_BAND, name="cross", colour=DANGER),
    "ask": _BAND,
    "ok": replace(_BAND, name="tick"),
}
"""The icons of the bands of advice, by the mark of its items."""


def box_pad(builder: Builder) -> float:
    """Return the padding of a box, which is smaller in close styles."""
    return max(_LEAST_PAD, PAD * builder.style.closeness) if builder.snug else PAD


def least_above_box(style: Style) -> float:
    """Return the least space above a box of signs, in points: the edges of two never touch."""
    return _LEAST_BOX_GAP if style.closest >= USUAL_CLOSEST else _NEAREST_BOX_GAP


def pad_of_page_1(builder: Builder) -> float:
    """Return the padding of a box of page 1, which in one column gets smaller as its gaps do."""
    style = builder.style
    return box_pad(builder) if style.columns else max(_LEAST_PAD, PAD * min(1, style.gap_factor))


def set_check_first(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what to check before reading on, as one framed flow item."""
    style = builder.style
    # The emergency box may have less leading in large print, to be whole on page 1; this has not.
    text = style.body if style.body.size >= SIZES[1] else style.first_box
    texts = [
        builder.paragraph(part, text, path) for part in panel.parts if isinstance(part, Paragraph)
    ]
    stack = Stack(texts, [ITEM_GAP] * len(texts))
    pad = pad_of_page_1(builder)
    frame = Frame(top=pad, foot=pad, edge=2, colour=style.ink(INK))
    boxed = builder.iconed(stack, _WARNING, style.measure, boxed=True)
    yield FlowItem(
        flowable=boxed, gap=BOX_GAP, frame=frame, opens_frame=True, break_penalty=FORBIDDEN
    )


def set_just_for_you(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what the flags add: sentences about the reader, then advice with marks.

    In a short edition the first sentences stand beside the heading, after the icon where there is
    no rail.
    """
    builder = clear_of_bar(builder, BAR)
    style = builder.style
    heading = next(part for part in panel.parts if isinstance(part, Heading))
    told = _told(builder, [part for part in panel.parts if part is not heading], path)
    flowables: list[SpacedFlowable] = []
    if builder.short and told and isinstance(told[0], list):
        first = builder.headed(heading, told[0], style.body, path)
        beside, told = _beside_person(builder, first, told[1:], path)
        flowables.append((beside, 0.0))
    else:
        head = builder.heading(heading, style.heading, path)
        flowables.append((builder.iconed(head, _PERSON, boxed=True), 0.0))
    for part in told:
        if isinstance(part, ItemList):
            flowables.extend(_advice(builder, part, path))
        else:
            alone = isinstance(part, list) and len(part) == 1
            apart = builder.short or (len(flowables) > 1 and alone)
            text = builder.railed(_text(builder, part, path), style.measure, boxed=True)
            flowables.append((text, ITEM_GAP if apart else 1.0))
    pad = box_pad(builder)
    ground = style.ink(TINT)
    edge = THIN if ground == PAPER else 0.0  # without a tint, nothing else shows where it ends
    frame = Frame(
        top=pad, foot=pad + 1, edge=edge, side=BAR, colour=style.ink(ACCENT), ground=ground
    )
    torn = 100.0 if style.columns else _TORN_ADVICE
    overleaf = box_overleaf(builder, plain(heading.runs), "person")
    for item in framed(frame, flowables, BOX_GAP, [0, FORBIDDEN, torn], overleaf):
        item.late_penalty = _LATE_ADVICE if item.opens_frame else 0.0
        if style.columns and not item.opens_frame:
            item.first_stretch = ITEM_GAP * max(0.0, 1 - style.gap_factor)
        yield item


def _beside_person(
    builder: Builder, first: Bookmarked, told: list[_Told], path: TagPath
) -> tuple[Flowable, list[_Told]]:
    """Set the heading and its sentences beside the person, and return what is told below them.

    What is next has room there too: the icon is higher than a line.
    """
    style = builder.style
    if not style.rail:
        return led_in(builder, first, _PERSON), told
    lines: list[Flowable] = [first]
    if told and not isinstance(told[0], ItemList):
        lines.append(_text(builder, told[0], path))
        told = told[1:]
    stack = Stack(lines, [ITEM_GAP * style.closeness] * len(lines))
    return builder.iconed(stack, _PERSON, style.measure, boxed=True), told


def _text(builder: Builder, told: _RunOn | Flowable, path: TagPath) -> Flowable:
    """Set sentences that run on; the item of a list is set already."""
    return builder.run_on(told, builder.style.body, path) if isinstance(told, list) else told


def clear_of_bar(builder: Builder, bar: float) -> Builder:
    """Return a builder with words clear of the thick edge of a box, where there is no rail."""
    style = builder.style
    pad = max(style.pad, bar + _CLEAR_OF_BAR)
    return builder if style.rail else replace(builder, style=replace(style, pad=pad))


def _told(builder: Builder, parts: Sequence[Part], path: TagPath) -> list[_Told]:
    """Return what is said below a heading, sentences that run on together.

    With many flags they do in the full edition; in a short one they do in a close style, unless
    they are many. Items of a list each begin a line there, but in a close style of one column.
    """
    lists = [part for part in parts if isinstance(part, ItemList)]
    leads: _RunOn = [part for part in parts if isinstance(part, Paragraph)]
    if not builder.short and leads and any(len(part.items) > MANY for part in lists):
        runs = [leads[at : at + _RUN] for at in range(0, len(leads), _RUN)]
        return [*runs, *lists] if parts[0] is leads[0] else [*lists, *runs]
    run_on = builder.short and not builder.style.has_lines(JUST_FOR_YOU) and len(leads) <= _RUN
    told: list[_Told] = []
    for part in parts:
        some: list[_Told] = [[part]] if isinstance(part, Paragraph) else []
        if isinstance(part, ItemList):
            some = [part] if part.kind == _ADVICE else [*_listed(builder, part, path)]
        for one in some:
            last = told[-1] if told else None
            if run_on and isinstance(last, list) and isinstance(one, list):
                last += one
            else:
                told.append(one)
    return told


def _listed(builder: Builder, part: ItemList, path: TagPath) -> Iterator[_RunOn | Flowable]:
    """Set the items of a list, each on lines of its own where there is room or it has a name."""
    style, root = builder.style, builder.list_root(path)
    has_lines = style.has_lines(JUST_FOR_YOU)
    for named, group in groupby(part.items, key=starts_with_name):
        some = list(group)
        if not (named or has_lines):
            yield [*some]
        elif style.columns:
            items = builder.items(replace(part, items=tuple(some)), path)
            yield from map(builder.indented, items)
        else:
            yield from (builder.run_in([one], style.body, root) for one in some)


def starts_with_name(item: Item) -> bool:
    """Tell whether an item starts with the name of a fact, which readers look for."""
    first = item.runs[0]
    return first.strong and first.text.rstrip().endswith(":")


def _advice(builder: Builder, part: ItemList, path: TagPath) -> list[SpacedFlowable]:
    """Set advice with a mark for each item, or in bands where there is much of it."""
    if len(part.items) <= (MANY if not builder.short else 1 if builder.style.rail else 0):
        return wide_items(builder, builder.items(part, path), PARAGRAPH_GAP)
    root = builder.list_root(path)
    style = builder.style
    bands: list[SpacedFlowable] = []
    for mark, items in groupby(part.items, key=lambda item: item.mark):
        said = list(items)
        for at in range(0, len(said), _RUN):
            text = builder.run_in(said[at : at + _RUN], style.body, root)
            if builder.short and not style.rail:
                boxed: Flowable = led_in(builder, text, _BANDS[mark])
            else:
                boxed = builder.iconed(text, _BANDS[mark], style.measure, boxed=True)
            bands.append((boxed, PARAGRAPH_GAP))
    return bands


def wide_items(builder: Builder, items: Sequence[Marked], above: float) -> list[SpacedFlowable]:
    """Stack items one below the other, the first `above` points below what precedes it."""
    measure = builder.style.measure
    gaps = [above, *[ITEM_GAP] * (len(items) - 1)]
    return [
        (builder.railed(item, measure, boxed=True), gap)
        for item, gap in zip(items, gaps, strict=True)
    ]


def in_columns(builder: Builder, columns: Columns, *, boxed: bool = True) -> Indent:
    """Return columns that start at the edge of the words; in a box of a close style left of it."""
    style = builder.style
    if style.rail:
        left = style.list_left if boxed else style.rail
        return Indent(columns, left, builder.width - left - style.list_right)
    left = words_edge(builder) - builder.box_width
    columns.gutter = left + 3 * MM
    return Indent(columns, left, builder.width - left)


def words_edge(builder: Builder) -> float:
    """Return the edge of words beside an icon, which a list to tick shares."""
    style = builder.style
    return style.rail or ROW_ICON * style.mark_factor + ICON_GAP


def list_slabs(builder: Builder, items: Sequence[Marked], above: float) -> Iterator[FlowItem]:
    """Set a list as one flow item per item, the first `above` points below what precedes it."""
    penalty = 60 if len(items) > _FEW else 150
    for number, item in enumerate(items):
        yield FlowItem(
            flowable=builder.railed(item, builder.style.measure),
            gap=ITEM_GAP if number else above,
            # The first two items stay with the heading, and the last two together.
            break_penalty=FORBIDDEN if number in {0, 1, len(items) - 1} else penalty,
            stretch=_LIST_STRETCH if number else 0.0,
        )


_FEW = 6
_LIST_STRETCH = 0.7 * MM
