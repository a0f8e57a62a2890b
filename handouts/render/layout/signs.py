"""Set the boxes of warning signs: `set_warnings`, `set_today`, `set_book`, `set_medicine_warning`.

Signs are in two columns inside a box, or in one where the style has no columns. A box breaks
between two groups only, and repeats its heading overleaf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph, Run, is_panel, plain
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
from handouts.render.layout.overleaf import (
    band_overleaf,
    box_overleaf,
    group_overleaf,
    more_height,
)
from handouts.render.layout.panels import (
    BOX_GAP,
    ITEM_GAP,
    PAD,
    PARAGRAPH_GAP,
    box_pad,
    clear_of_bar,
    in_columns,
    least_above_box,
    list_slabs,
)
from handouts.render.layout.paragraph import PagePointer
from handouts.render.layout.sign_groups import (
    GROUP_GAP,
    Group,
    Room,
    columns_of,
    group_columns,
    group_of,
)
from handouts.render.layout.style import ACCENT, DANGER, INK, USUAL_CLOSEST
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handouts.leaflet.tree import Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.overleaf import Overleaf
    from handouts.render.pdf.structure import TagPath


_LEAST_BETWEEN = 2.0
"""The least white between the signs for today on one sheet and the box above, in points."""
_LEAST_BELOW_BOX = 8.0
"""The space between the box for today and when to book an appointment, in points, at least."""
_LEAST_ON_A_SHEET = 1.0
"""The same on one sheet, besides the white that the first line has above its letters."""
TEAR = 150.0
"""The penalty of a page break between two groups of a box."""
_LEAST_GAP = 2.0
"""Space in a box above columns of signs, and above what is below them, in any style, in points."""
_NO_GAPS = 0.0
"""A style whose gaps are multiplied by this is taken only where a sheet is full."""
_LEAST_SIGNS = 3
"""The signs that a box has at least on the page that it starts on."""
_SAVES_A_PAGE = 2000.0
"""The penalty of a page break in a long group of signs for today: only where it saves a page."""
_HELP_HEAD = 36 * MM
"""The height of the headings and the band above the first warning signs, in points."""
_SHORT_HEAD = 13 * MM
"""What gaps, rules and padding add to the heading and the band in a short edition, in points."""
_LOW_HEAD = 13.0
"""What rules and padding add where gaps inside a part may be less than usual, in points."""
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
    if not style.columns:
        panel = crisis_last(panel)  # the first of several pages has room for more signs
    words = _words_of_columns(builder, panel)
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
            high = _room_below(builder, flowables) - _room_of_more(builder, panel)
            some = _grouped(builder, _groups_in(builder, part, path, words), PAD, high)
            _add(some, flowables, penalties, names)
            later = [one for one, _ in flowables[first + 1 :] if style.columns]
            if first > 1:
                # No page ends above all signs.
                penalties[1 : first + 1] = [2 * TORN] * first
        elif isinstance(part, Panel):
            flowables.append((_crisis_box(builder, part, path), BOX_GAP))
            penalties.append(TEAR)
        elif isinstance(part, Paragraph) and part not in words:
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


def _crisis_box(builder: Builder, panel: Panel, path: TagPath) -> Indent:
    """Set the crisis line in a box inside the box, its words on the edge of those of the signs."""
    inset = box_pad(builder) - 2
    side = max(inset, _CRISIS_SIDE)
    box = Boxed(_crisis(builder, panel, path), inset, side, builder.style.ink(INK))
    return _beside_columns(builder, box, side)


def crisis_last(panel: Panel) -> Panel:
    """Return the box of every emergency with the crisis line below the signs.

    What to do after a medicine stands below it, but at the end of columns of signs.
    """
    groups = next(n for n, one in enumerate(panel.parts) if is_panel(one, "groups"))
    above, below = panel.parts[: groups + 1], panel.parts[groups + 1 :]
    crisis = [one for one in above if is_panel(one, "crisis")]
    return replace(panel, parts=(*(one for one in above if one not in crisis), *crisis, *below))


def _room_of_more(builder: Builder, panel: Panel) -> float:
    """Return the height of what the box says at its foot if only the crisis line goes overleaf."""
    last = [one for one in panel.parts if is_panel(one, "groups", "crisis")][-1]
    return more_height(builder) if is_panel(last, "crisis") else 0.0


def _words_of_columns(builder: Builder, panel: Panel) -> Sequence[Paragraph]:
    """Return the words of a box that are the last group in its columns of signs, if it has any.

    That is what to do after a medicine: by itself it would be left over on the next page.
    """
    if not (builder.short and builder.style.columns):
        return ()
    groups = next((n for n, one in enumerate(panel.parts) if is_panel(one, "groups")), None)
    after = panel.parts[groups + 1 :] if groups is not None else ()
    return [one for one in after if isinstance(one, Paragraph)]


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
            groups = _groups_in(builder, part, path)
            some = _grouped(replace(builder, first_groups=0), groups, ITEM_GAP)
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
        pointer = part.kind == "pointer"
        text = builder.pointer([part], style.body, path, to="calls") if pointer else None
        return _beside_columns(builder, text or builder.paragraph(part, style.body, path))
    if style.columns and not style.runs_on:
        return in_columns(builder, columns_of(builder, [group_of(builder, [part], path)]))
    return _beside_columns(builder, builder.points(part, style.sign, path))


def set_today_page(builder: Builder, part: Paragraph, path: TagPath) -> FlowItem:
    """Set on which page the signs for today are; see `PagePointer`."""
    style, patterns = builder.style, dict.fromkeys((1, 2, 3), plain(part.runs))
    tag = (*path, Tag("P"))
    text = PagePointer((Run(""),), builder.faces, style.closing, (tag,), patterns, to="today")
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
        flowables.append((in_columns(builder, columns_of(builder, groups)), ITEM_GAP))
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


def _groups_in(
    builder: Builder, panel: Panel, path: TagPath, words: Sequence[Paragraph] = ()
) -> list[tuple[str, Group]]:
    """Set the groups of a panel, each with its name; words that have none are the last."""
    panels = [part for part in panel.parts if isinstance(part, Panel)]
    groups = [(_name(part), group_of(builder, part.parts, path)) for part in panels]
    texts = [builder.paragraph(one, builder.style.sign, path) for one in words]
    return [*groups, *(("", Group(signs=[(text, 0.0)])) for text in texts)]


def _grouped(
    builder: Builder,
    groups: Sequence[tuple[str, Group]],
    above: float,
    high: float | None = None,
) -> Iterator[tuple[Flowable, float, float, str]]:
    """Yield groups in a box as (flowable, gap, penalty, name), in columns if the style has them.

    `high`: how tall columns may be on the page that the box starts on, in points; None: as on
    later ones.
    """
    some = [group for _, group in groups]
    if not builder.style.columns:
        yield from _one_below_the_other(builder, some, above, [name for name, _ in groups])
        return
    page = builder.style.page
    room = page.bottom - page.top - _help_head(builder) - builder.above
    first = room if high is None else high
    rooms = Room(first, room, below=-more_height(builder), groups=builder.first_groups)
    for columns in group_columns(builder, some, rooms):
        yield in_columns(builder, columns), above, TEAR, ""


def _room_below(builder: Builder, flowables: Sequence[SpacedFlowable]) -> float:
    """Return the room for columns below what opens a box on the page of all the signs, in points.

    The heading of the page and what else stands above the box take room too.
    """
    style = builder.style
    gaps = [max(least_above_box(style), BOX_GAP * style.gap_factor)]
    gaps += [max(_LEAST_GAP, gap * style.gap_factor) for _, gap in (*flowables[1:], (None, PAD))]
    words = sum(one.wrap(builder.width) for one, _ in flowables)
    head = style.heading.leading + style.rule_gap + builder.above
    page = style.page
    return page.bottom - page.top - head - sum(gaps) - words - box_pad(builder)


def _help_head(builder: Builder) -> float:
    """Return the height of the heading and the band above the first signs, with their gaps.

    In the full edition the box starts with a sentence on the short list too.
    """
    style = builder.style
    if not builder.snug:
        return _HELP_HEAD
    sentence = 0.0 if builder.short else style.body.leading + ITEM_GAP
    more = _SHORT_HEAD if style.closest >= USUAL_CLOSEST else _LOW_HEAD
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
        for index, (flowable, gap) in enumerate(group.signs):
            between = index == 0 and signs >= _LEAST_SIGNS
            railed = builder.railed(flowable, style.measure, boxed=True)
            alone = min(index, len(group.signs) - index) < _LEAST_SIGNS
            torn = 2 * TORN if alone or signs + index < _LEAST_SIGNS else TORN
            yield railed, gap if index else first, TEAR if between else torn, name
        signs += len(group.signs)
