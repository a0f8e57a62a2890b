"""Set what to check before a medicine as a list to tick: `set_note`.

Its groups are in columns, whole where that takes no page more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph, plain
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import FORBIDDEN, MOST_STRETCH, FlowItem, Icon, Indent, Stack
from handouts.render.layout.overleaf import part_overleaf
from handouts.render.layout.panels import PARAGRAPH_GAP, in_columns, words_edge
from handouts.render.layout.sign_groups import GROUP_GAP, Room, fits, group_columns, group_of
from handouts.render.layout.signs import TEAR
from handouts.render.layout.style import ACCENT
from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable
    from handouts.render.layout.sign_groups import Group
    from handouts.render.pdf.structure import TagPath


_TICK_APART = (3.0, 2.0, 1.0, 0.0, -1.0)
"""How much higher or lower a row may be where no column more is needed, in points; best first."""
_NEARER = (0.0, 2.0, 4.0)
"""How much nearer rows may be in one column for a group to stay whole, in points."""
_RULE = 7.0
"""The height of the rule of a section, and of the gap below it, in points."""
_GAPS_OF_A_COLUMN = 0.8
"""What gaps are multiplied by at least where there is one column."""
_CHECK = Icon(name="ask", size=10 * MM, left=0, top=0.2 * MM, colour=ACCENT)


def set_note(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what to check before taking a medicine: points to tick, by group and in columns.

    They are one flow item where a page holds them, so that it can be handed over.
    """
    style = builder.style
    heading = next(part for part in panel.parts if isinstance(part, Heading))
    intro, *after = [part for part in panel.parts if isinstance(part, Paragraph)]
    head: list[Flowable] = [
        builder.heading(heading, style.box_heading, path),
        builder.paragraph(intro, style.body, path),
    ]
    top = builder.iconed(Stack(head, [0.0, 1.0]), _CHECK, style.measure)
    below: list[FlowItem] = []
    for part in panel.parts:
        if part in after and isinstance(part, Paragraph):
            text = builder.railed(builder.paragraph(part, style.closing, path), style.measure)
            below.append(FlowItem(flowable=text, gap=PARAGRAPH_GAP, break_penalty=FORBIDDEN))
        elif isinstance(part, ItemList):
            for item in builder.items(part, path, style.sign):
                at_edge = Indent(item, words_edge(builder), style.measure)
                below.append(FlowItem(flowable=at_edge, gap=GROUP_GAP, break_penalty=FORBIDDEN))
    yield FlowItem(flowable=top, gap=PARAGRAPH_GAP, break_penalty=FORBIDDEN)
    overleaf = part_overleaf(builder, plain(heading.runs))
    room = _note_room(builder, top, below)
    for part in panel.parts:
        if not isinstance(part, Panel):
            continue
        panels = [one for one in part.parts if isinstance(one, Panel)]
        for number, columns in enumerate(_tick_columns(builder, panels, path, room)):
            yield FlowItem(
                flowable=in_columns(builder, columns, boxed=False),
                gap=PARAGRAPH_GAP,
                break_penalty=TEAR if number else FORBIDDEN,
                fresh_page=bool(number),
                overleaf=overleaf,
            )
    for one in below[:1]:
        one.stretch = MOST_STRETCH  # what stands below all columns belongs to none of them
    for one in below:
        one.overleaf = overleaf
    yield from below


def _note_room(builder: Builder, top: Flowable, below: Sequence[FlowItem]) -> Room:
    """Return the room of points to tick between what is above them and below, on a page of theirs.

    What does not fit goes overleaf; on the same page it would be read below another heading.
    """
    style = builder.style
    high = style.page.bottom - style.page.top
    share = style.gap_factor if style.columns else max(style.gap_factor, _GAPS_OF_A_COLUMN)
    ends = sum(item.gap * share + item.flowable.wrap(builder.width) for item in below)
    above = style.heading.leading + _RULE + top.wrap(builder.width) + 2 * PARAGRAPH_GAP * share
    heads = 2 * style.overleaf.leading + _RULE  # of the section, and of the list
    later = high - heads - PARAGRAPH_GAP - ends
    return Room(high - above - ends, later, below=ends, boxed=False, counts=(2,))


def _tick_columns(
    builder: Builder, panels: Sequence[Panel], path: TagPath, room: Room
) -> list[Columns]:
    """Set groups of points to tick in columns, one for each page.

    In one column a group is divided only where that saves a page. Nearer rows may save it too.
    """
    groups = [group_of(builder, one.parts, path) for one in panels]
    fewest = [*group_columns(builder, *_in_fewest(builder, groups, room))]
    whole = replace(room, torn=FORBIDDEN)
    for nearer in () if builder.style.columns else _NEARER:
        some = [group.wider(-nearer) for group in groups]
        found = [*group_columns(builder, some, whole)]
        if len(found) <= len(fewest):
            return found
    return fewest


def _in_fewest(
    builder: Builder, groups: Sequence[Group], room: Room
) -> tuple[Sequence[Group], Room]:
    """Return groups and their room with the fewest columns that fit the first page: the widest.

    Rows to tick are then as wide apart as the page allows, or a little nearer than usual. That no
    group is divided between two columns is worth more than rows far apart.
    """
    if not builder.style.columns:
        return groups, room
    most = builder.style.tick_columns
    for count in range(2, most):
        for torn in (FORBIDDEN, None):
            fewer = replace(room, counts=(count,), torn=torn)
            for more in _TICK_APART:
                some = [group.wider(more) for group in groups]
                if fits(builder, some, room.first, fewer):
                    return some, fewer
    room = replace(room, counts=(most,))
    whole = replace(room, torn=FORBIDDEN)
    return groups, whole if fits(builder, groups, room.first, whole) else room
