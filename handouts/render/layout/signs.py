"""Set the boxes of warning signs: `set_warnings`, `set_today`, `set_book`, `set_medicine_warning`.

Signs are in two columns inside a box, or in one where the style has no columns. A box breaks
between two groups only, and repeats its heading overleaf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph, Run, is_panel, plain
from handouts.render.layout.columns import TORN_GROUP, Columns
from handouts.render.layout.flowables import (
    BAR,
    MOST_STRETCH,
    TORN,
    Boxed,
    EmergencyBand,
    FlowItem,
    Frame,
    Icon,
    Indent,
    Stack,
    framed,
)
from handouts.render.layout.overleaf import band_overleaf, box_overleaf, group_overleaf
from handouts.render.layout.panels import (
    BOX_GAP,
    ITEM_GAP,
    PAD,
    PARAGRAPH_GAP,
    box_pad,
    clear_of_bar,
    in_columns,
    list_slabs,
)
from handouts.render.layout.paragraph import PagePointer
from handouts.render.layout.style import ACCENT, DANGER, INK
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handouts.leaflet.tree import Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.overleaf import Overleaf
    from handouts.render.layout.style import Style
    from handouts.render.pdf.structure import TagPath

    Group = Sequence[SpacedFlowable]


_LEAST_BETWEEN = 2.0
"""The least white between the signs for today on one sheet and the box above, in points."""
_LEAST_BELOW_BOX = 8.0
"""The space between the box for today and when to book an appointment, in points, at least."""
_LEAST_ON_A_SHEET = 1.0
"""The same on one sheet, besides the white that the first line has above its letters."""
GROUP_GAP = 8.0
"""Space above a group, in points."""
TEAR = 150.0
"""The penalty of a page break between two groups of a box."""
_LITTLE = 0.1
_LEAST_GAP = 2.0
"""Space in a box above columns of signs, and above what is below them, in any style, in points."""
_NO_GAPS = 0.0
"""A style whose gaps are multiplied by this is taken only where a sheet is full."""
_LEAST_SIGNS = 3
"""The signs that a box has at least on the page that it starts on."""
_SAVES_A_PAGE = 2000.0
"""The penalty of a page break in a long group of signs for today: only where it saves a page."""
_TICK_ROW, _TICK_SIZE = 18.0, 12.5
"""The height of a row to tick, in points, where its type has that size."""
_HELP_HEAD = 36 * MM
"""The height of the headings and the band above the first warning signs, in points."""
_SHORT_HEAD = 13 * MM
"""What gaps, rules and padding add to the heading and the band in a short edition, in points."""
_USUAL_CLOSEST, _LOW_HEAD = 0.35, 13.0
"""Styles whose gaps inside a part may be less have no others; and what rules and padding add there
to the heading and the band, in points."""
TODAY_PAGE = "today-page"
"""The name of the flow item that says on which page the signs for today are."""
_CLOCK = Icon(name="clock", size=7.6 * MM, left=4.2 * MM, top=-0.4 * MM, colour=INK)
_SMALL_CLOCK = Icon(name="clock", size=5.2 * MM, left=5.2 * MM, top=0, colour=INK)
_CALENDAR = Icon(name="calendar", size=7.6 * MM, left=3 * MM, top=-0.4 * MM, colour=ACCENT)
_CRISIS_SIDE = 5.0
"""The least padding on the left and right of the crisis line in its box, in points."""
_HARM = Icon(name="warning", size=8 * MM, left=3 * MM, top=-0.8 * MM, colour=DANGER, hangs=True)


def set_warnings(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set all emergency signs: a band, the groups in two columns, the crisis line."""
    style = builder.style
    flowables: list[SpacedFlowable] = []
    penalties: list[float] = []
    names: dict[int, str] = {}
    head = ""
    later: list[Flowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            head = plain(part.runs)
            heading = builder.heading(part, style.band, path)
            flowables.append((EmergencyBand(heading, style, builder.icons), 0))
            penalties.append(0.0)
        elif is_panel(part, "groups"):
            first = len(flowables)
            taken = sum(gap + one.wrap(builder.width) for one, gap in flowables[1:])
            _add(_grouped(builder, part, path, PAD, taken), flowables, penalties, names)
            later = [one for one, _ in flowables[first + 1 :] if style.columns]
            if first > 1:
                penalties[first] = max(TORN, penalties[first])  # no page ends above all signs
        elif isinstance(part, Panel):
            inset = box_pad(builder) - 2
            side = max(inset, _CRISIS_SIDE)
            box = Boxed(_crisis(builder, part, path), inset, side, style.ink(INK))
            flowables.append((_beside_columns(builder, box, side), BOX_GAP))
            penalties.append(TEAR)
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "closing" else style.body
            text = builder.paragraph(part, text_style, path)
            gap = PARAGRAPH_GAP if part.kind == "closing" else 4.0
            flowables.append((_beside_columns(builder, text), gap))
            penalties.append(TORN)
    frame = Frame(top=0, foot=box_pad(builder), edge=3, colour=style.ink(DANGER))
    overleaf = band_overleaf(builder, head)
    for item in _in_groups(builder, framed(frame, flowables, 4.0, penalties, overleaf), names):
        # Below other columns on the same page its right half would be read on from another group.
        item.fresh_page = style.gap_factor > _NO_GAPS and any(one is item.flowable for one in later)
        if style.columns and not item.opens_frame:
            item.least_gap = _LEAST_GAP
        yield item


def _beside_columns(builder: Builder, inner: Flowable, inset: float = 0.0) -> Indent:
    """Return what stands above or below columns of signs in a box, on the edge of their words.

    A box inside the box has its words there, `inset` points from its own edge.
    """
    style = builder.style
    if not style.columns:
        return builder.railed(inner, style.measure, boxed=True)
    left = style.list_left - inset
    return Indent(inner, left, builder.width - left - style.list_right)


def _in_groups(
    builder: Builder, items: Iterable[FlowItem], names: Mapping[int, str]
) -> Iterator[FlowItem]:
    """Repeat the name of a group, by the place of each sign, where a page starts inside it.

    Gaps grow where their page has room, those between groups most; columns are one piece.
    """
    heads: dict[str, Overleaf] = {}
    before = ""
    size = builder.style.sign.size
    for number, item in enumerate(items):
        name = names.get(number, "")
        inside = bool(name) and name == before
        if not (builder.style.columns or item.opens_frame):
            most = ROOMY_SIGNS if inside else _ROOMY_GROUPS if number > 1 else 0.0
            item.stretch = max(0.0, most * size - item.gap)
        if inside and item.overleaf:
            heads.setdefault(name, group_overleaf(builder, name, item.overleaf))
            item.overleaf = heads[name]
        before = name
        yield item


ROOMY_SIGNS, _ROOMY_GROUPS = 0.5, 1.0
"""What a gap between two signs in one column grows to at most, and one between groups, in em."""


def set_maternity(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs for which to call the maternity unit, several in columns if the style has them.

    In a short edition one sign, for a reader who is not known to call there, follows its heading.
    """
    style = builder.style
    signs = [one for part in panel.parts if isinstance(part, ItemList) for one in part.items]
    if not builder.short or len(signs) > 1:
        yield from _set_harm(builder, panel, path, in_two=style.columns and len(signs) > 1)
        return
    head = next(part for part in panel.parts if isinstance(part, Heading))
    text = builder.headed(head, signs, style.body, path)
    pad = box_pad(builder)
    frame = Frame(top=pad, foot=pad, edge=3, colour=style.ink(DANGER))
    iconed = builder.iconed(text, _HARM, style.measure, boxed=True)
    yield from framed(frame, [(iconed, 0.0)], BOX_GAP, [TEAR])


def set_today(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs for which to get help the same day, in a box with a thick left edge."""
    builder = clear_of_bar(builder, BAR)
    style = builder.style
    flowables: list[SpacedFlowable] = []
    penalties: list[float] = []
    names: dict[int, str] = {}
    head = ""
    for part in panel.parts:
        if isinstance(part, Heading):
            head = plain(part.runs)
            heading = builder.heading(part, style.box_heading, path)
            flowables.append((builder.iconed(heading, _CLOCK, style.measure, boxed=True), 0))
            penalties.append(0.0)
        elif isinstance(part, Panel):
            some = _grouped(replace(builder, first_groups=0), part, path, ITEM_GAP)
            _add(some, flowables, penalties, names)
            penalties = [_SAVES_A_PAGE if one == TORN else one for one in penalties]
        elif isinstance(part, ItemList | Paragraph):
            flowables.append((_today_words(builder, part, path), ITEM_GAP))
            penalties.append(TORN)
    pad = box_pad(builder)
    frame = Frame(top=pad, foot=pad, edge=2, bar=True, colour=style.ink(INK))
    overleaf = box_overleaf(builder, head, "clock")
    items = list(framed(frame, flowables, BOX_GAP, penalties, overleaf))
    if any(isinstance(part, ItemList) for part in panel.parts):
        items[0].least_gap = _LEAST_BETWEEN
    yield from _in_groups(builder, items, names)


def _today_words(builder: Builder, part: ItemList | Paragraph, path: TagPath) -> Flowable:
    """Set a sentence, or signs without groups: in columns, or run on in a style that lacks room."""
    style = builder.style
    if isinstance(part, Paragraph):
        return _beside_columns(builder, builder.paragraph(part, style.body, path))
    if style.columns and not style.runs_on:
        return in_columns(builder, _columns(builder, [group_of(builder, [part], path)]))
    return _beside_columns(builder, builder.points(part, style.sign, path))


def set_today_page(builder: Builder, part: Paragraph, path: TagPath) -> FlowItem:
    """Set on which page the signs for today are; see `PagePointer`."""
    style, patterns = builder.style, dict.fromkeys((1, 2, 3), plain(part.runs))
    tag = (*path, Tag("P"))
    text = PagePointer((Run(""),), builder.faces, style.closing, (tag,), patterns, to_today=True)
    return FlowItem(
        flowable=builder.iconed(text, _SMALL_CLOCK, style.measure),
        gap=BOX_GAP,
        break_penalty=TORN,
        stretch=MOST_STRETCH,
        name=TODAY_PAGE,
    )


def set_medicine_warning(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs of harm from a medicine: a red frame, the signs one below the other."""
    yield from _set_harm(builder, panel, path)


def _set_harm(
    builder: Builder, panel: Panel, path: TagPath, *, in_two: bool = False
) -> Iterator[FlowItem]:
    """Set a red frame with a heading and signs one below the other, or in two columns."""
    style = builder.style
    flowables: list[SpacedFlowable] = []
    penalties: list[float] = [0.0]
    head: list[Part] = []
    groups: list[Group] = []
    name = ""
    for part in panel.parts:
        if isinstance(part, Heading):
            name = plain(part.runs)
            heading = builder.heading(part, style.box_heading, path)
            flowables.append((builder.iconed(heading, _HARM, style.measure, boxed=True), 0))
            continue
        head.append(part)
        if isinstance(part, ItemList):
            groups.append(group_of(builder, head, path))
            head = []
    if in_two:
        flowables.append((in_columns(builder, _columns(builder, groups)), ITEM_GAP))
        penalties.append(TEAR)
    else:
        _add(_one_below_the_other(builder, groups, ITEM_GAP), flowables, penalties, {})
    pad = box_pad(builder)
    frame = Frame(top=pad, foot=pad, edge=3, colour=style.ink(DANGER))
    overleaf = box_overleaf(builder, name, "warning")
    yield from framed(frame, flowables, BOX_GAP, penalties, overleaf)


def set_book(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the signs for which to book an appointment.

    They follow their heading in a short edition, and where a sheet would be needed for them; there
    they may also be close to the box above. Short lines say themselves what to do, without one.
    """
    overleaf = None
    stretch = MOST_STRETCH if builder.style.columns else 0.0
    if builder.short or (builder.style.columns and builder.style.is_closest):
        text = _follows(builder, panel, path)
        style = builder.style
        least, measure = _LEAST_BELOW_BOX, style.measure
        if style.topics_run_on:  # one sheet: no more room than they would have in the box
            least, measure = _LEAST_ON_A_SHEET, builder.width - style.rail
        boxed = builder.iconed(text, _CALENDAR, measure)
        yield FlowItem(
            flowable=boxed,
            gap=BOX_GAP,
            least_gap=least if builder.short else 0.0,
            stretch=stretch,
            break_penalty=100,
            opens_frame=True,
        )
        return
    for part in panel.parts:
        if isinstance(part, Heading):
            overleaf = box_overleaf(builder, plain(part.runs), "calendar")
            heading = builder.heading(part, builder.style.box_heading, path)
            yield FlowItem(
                flowable=builder.iconed(heading, _CALENDAR),
                gap=BOX_GAP,
                least_gap=_LEAST_BELOW_BOX,
                stretch=stretch,
                break_penalty=100,
                opens_frame=True,
            )
        elif isinstance(part, ItemList):
            for item in list_slabs(builder, builder.items(part, path), 2.0):
                item.overleaf = overleaf
                yield item


def _follows(builder: Builder, panel: Panel, path: TagPath) -> Flowable:
    """Set signs run on after their heading, or short lines one after the other."""
    style = builder.style.body
    head = next((part for part in panel.parts if isinstance(part, Heading)), None)
    if head is None:
        return builder.run_on([p for p in panel.parts if isinstance(p, Paragraph)], style, path)
    items = [one for part in panel.parts if isinstance(part, ItemList) for one in part.items]
    return builder.headed(head, items, style, path)


def _add(
    signs: Iterable[tuple[Flowable, float, float, str]],
    flowables: list[SpacedFlowable],
    penalties: list[float],
    names: dict[int, str],
) -> None:
    """Add signs to what is in a box, and the name of the group of each by its place there."""
    for flowable, gap, penalty, name in signs:
        names[len(flowables)] = name
        flowables.append((flowable, gap))
        penalties.append(penalty)


def _crisis(builder: Builder, panel: Panel, path: TagPath) -> Stack:
    """Stack the heading of the crisis line, its text and whom to call."""
    style = builder.style
    flowables: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            flowables.append((builder.heading(part, style.box_heading, path), 0.0))
        elif isinstance(part, Paragraph):
            text_style = style.closing if part.kind == "label" else style.body
            flowables.append((builder.paragraph(part, text_style, path), 2.0))
        elif isinstance(part, ItemList):
            flowables.extend((item, ITEM_GAP) for item in builder.items(part, path))
    return Stack([flowable for flowable, _ in flowables], [gap for _, gap in flowables])


def _grouped(
    builder: Builder, panel: Panel, path: TagPath, above: float, taken: float = 0.0
) -> Iterator[tuple[Flowable, float, float, str]]:
    """Yield groups in a box as (flowable, gap, penalty, name), in columns if the style has them.

    `taken`: the height of what the box has above them, in points, besides its heading.
    """
    panels = [part for part in panel.parts if isinstance(part, Panel)]
    groups = [group_of(builder, part.parts, path) for part in panels]
    if not builder.style.columns:
        yield from _one_below_the_other(builder, groups, above, [*map(_name, panels)])
        return
    page = builder.style.page
    room = page.bottom - page.top - _help_head(builder) - builder.above
    most = builder.first_groups
    for columns in group_columns(builder, groups, Room(room - taken, room, groups=most)):
        yield in_columns(builder, columns), above, TEAR, ""


def _help_head(builder: Builder) -> float:
    """Return the height of the heading and the band above the first signs, with their gaps.

    In the full edition the box starts with a sentence on the short list too.
    """
    style = builder.style
    if not builder.snug:
        return _HELP_HEAD
    sentence = 0.0 if builder.short else style.body.leading + ITEM_GAP
    more = _SHORT_HEAD if style.closest >= _USUAL_CLOSEST else _LOW_HEAD
    return style.heading.leading + style.band.leading + more + sentence


def _name(group: Panel) -> str:
    """Return the name of a group of signs; "" where it has none."""
    return next((plain(part.runs) for part in group.parts if isinstance(part, Heading)), "")


def _one_below_the_other(
    builder: Builder, groups: Sequence[Group], above: float, names: Sequence[str] = ()
) -> Iterator[tuple[Flowable, float, float, str]]:
    """Yield the flowables of groups one by one; a page may end between two groups.

    It may not before three signs, and inside a group only if the group is taller than a page: then
    three signs at least stand on each side.
    """
    style, signs = builder.style, 0
    for number, group in enumerate(groups):
        first = GROUP_GAP * style.closeness if number else above
        name = names[number] if names else ""
        for index, (flowable, gap) in enumerate(group):
            between = index == 0 and signs >= _LEAST_SIGNS
            railed = builder.railed(flowable, style.measure, boxed=True)
            alone = min(index, len(group) - index) < _LEAST_SIGNS
            torn = 2 * TORN if alone or signs + index < _LEAST_SIGNS else TORN
            yield railed, gap if index else first, TEAR if between else torn, name
        signs += len(group)


class Room(Struct, frozen=True):
    """How tall groups in two columns may be, in points: on their first page, and on later ones."""

    first: float
    later: float
    below: float = 0.0
    """What pages have more on which groups are not the last: nothing stands below them there."""
    boxed: bool = True
    counts: tuple[int, ...] = (2,)
    """The numbers of columns to try."""
    groups: int = 0
    """The groups on their first page; 0: as many as it holds."""
    torn: float | None = None
    """What a group that is divided between two columns costs; None: as usual in the style."""


def group_columns(builder: Builder, groups: Sequence[Group], room: Room) -> Iterator[Columns]:
    """Set groups in two columns; what is taller than a page follows in columns of its own.

    Only a group that is itself taller is divided.
    """
    left, high, most = list(groups), room.first, room.groups
    while left:
        first, most = min(most or len(left), len(left)), 0
        if not fits(builder, left, high, room):
            high += room.below
            first = min(first, len(left) - 1)
        while first > 1 and not fits(builder, left[:first], high, room):
            first -= 1
        head, left = left[: max(1, first)], left[max(1, first) :]
        if first <= 1 and not fits(builder, head, high, room):
            signs = len(head[0])
            while signs > 1 and not fits(builder, [head[0][:signs]], high, room):
                signs -= 1
            head, left = [head[0][:signs]], [head[0][signs:], *left]
        yield _columns(builder, head, room)
        high = room.later


def fits(builder: Builder, groups: Sequence[Group], high: float, room: Room) -> bool:
    """Return whether groups in columns are no taller than `high`, in points."""
    columns = _columns(builder, groups, room)
    return in_columns(builder, columns, boxed=room.boxed).wrap(builder.width) <= high


_AS_USUAL = Room(0.0, 0.0)


def _columns(builder: Builder, groups: Sequence[Group], room: Room = _AS_USUAL) -> Columns:
    """Join groups into columns, each preferably starting with a group.

    In the closest styles that is usually worth less than room.
    """
    closeness, torn = builder.style.closeness, room.torn
    if torn is None:
        torn = TORN_GROUP * _LITTLE if builder.style.is_close else TORN_GROUP
    inners, gaps, starts = [], [], []
    for group in groups:
        for number, (flowable, gap) in enumerate(group):
            inners.append(flowable)
            gaps.append(gap if number else gap + GROUP_GAP * closeness)
            starts.append(number == 0)
    return Columns(inners, gaps, 8 * MM, room.counts, starts_group=starts, torn=torn)


def group_of(builder: Builder, parts: Sequence[Part], path: TagPath) -> Group:
    """Set a group; its label and lead-in are one flowable with its first item."""
    style = builder.style
    ticks = any(isinstance(part, ItemList) and part.kind == "ticks" for part in parts)
    head: list[Flowable] = []
    flowables: list[SpacedFlowable] = []
    for part in parts:
        if isinstance(part, Heading):
            # No bookmark: there are too many such labels for the outline.
            tag = (*path, Tag(f"H{part.level}"))
            text = builder.text(part.runs, style.group_heading, tag)
            head.append(builder.beside_boxes(text) if ticks else text)
        elif isinstance(part, Paragraph):
            head.append(builder.paragraph(part, style.small_strong, path))
        elif isinstance(part, ItemList):
            for item in builder.items(part, path, style.sign):
                if head:
                    hung = builder.hung(item)
                    stack = Stack([*head, hung], [0.0, *[1.5] * len(head)])
                    flowables.append((stack, 0.0))
                    head = []
                else:
                    flowables.append((builder.hung(item), _item_gap(part, style)))
    return flowables


def _item_gap(part: ItemList, style: Style) -> float:
    """Return the gap between items: boxes to tick have more room than the leading."""
    gap = ITEM_GAP * style.closeness
    if part.kind != "ticks":
        return gap
    return max(gap, _TICK_ROW * style.sign.size / _TICK_SIZE - style.sign.leading)
