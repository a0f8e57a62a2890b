"""Set the rows of the medicines, and what holds for all of them: `set_row` and `set_always`.

Each medicine starts a line; short names stand in columns. Where page 1 has no room for lines, the
words of a row run on after its heading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.leaflet.tree import Heading, ItemList, Panel, sparing
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import MOST_STRETCH, FlowItem, Icon, Lined, Marked, Stack
from handouts.render.layout.panels import ITEM_GAP, PARAGRAPH_GAP, ROW_ICON
from handouts.render.layout.style import ACCENT, DANGER, INK
from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Item
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable
    from handouts.render.pdf.structure import TagPath


ROWS = frozenset({"try", "ask", "avoid"})
"""The kinds of the rows of the medicines: one table, which no page divides."""
ALWAYS = "always"
"""The kind of what holds for all medicines: it may stand on the next page, as it has a heading."""
_TRY = Icon(name="tick", size=ROW_ICON, left=0, top=0.3 * MM, colour=ACCENT)
_ICONS = {
    "try": _TRY,
    "ask": replace(_TRY, name="ask"),
    "avoid": replace(_TRY, name="cross", colour=DANGER),
    ALWAYS: replace(_TRY, name="info"),
}
"""The icons of the rows; all differ in shape, not only in colour."""
_MOST_LINES = 2
"""Names of so many lines at most stand in columns."""
_GUTTER = 5 * MM
_LEAST_WITH_DOTS = 0.3
"""Words that run on have dots between them, but not in styles with less inside their parts: these
are taken where a line more would be a sheet more."""


def set_row(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set one row of the medicines: what to try, to ask about, or to avoid. Never split."""
    style = builder.style
    runs_on = builder.short and not style.lists_rows
    row = _row(builder, panel, path, runs_on=runs_on)
    yield FlowItem(flowable=row, gap=PARAGRAPH_GAP, stretch=MOST_STRETCH, in_table=True)


def set_always(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set what holds for all medicines as a row that stands by itself."""
    runs_on = builder.short and not builder.style.has_lists
    row = _row(builder, panel, path, runs_on=runs_on)
    yield FlowItem(flowable=row, gap=PARAGRAPH_GAP, stretch=MOST_STRETCH, has_head=True)


def _row(builder: Builder, panel: Panel, path: TagPath, *, runs_on: bool) -> Lined:
    """Set the heading of a row and its words, beside its icon and below a rule."""
    style = builder.style
    heading = next(part for part in panel.parts if isinstance(part, Heading))
    lists = [part for part in panel.parts if isinstance(part, ItemList)]
    inners: list[Flowable]
    if runs_on:
        items = [item for one in lists for item in one.items]
        spare = _sparing(items) if panel.kind in ROWS else _sparing_each(items)
        if panel.kind in ROWS and len(items) > 1 and style.closest >= _LEAST_WITH_DOTS:
            points = replace(lists[0], items=tuple(spare))
            inners = [builder.headed_points(heading, points, style.body, path)]
        else:
            inners = [builder.headed(heading, spare, style.body, path)]
    else:
        # In a close style a heading is as high as a line: page 1 lacks room.
        head = style.group_heading if style.is_close else style.box_heading
        inners = [builder.heading(heading, head, path)]
        for one in lists:
            inners.extend(_lines(builder, one, path))
    gaps = [0.0, 1.0, *[ITEM_GAP * style.closeness] * len(inners)]
    row = builder.iconed(Stack(inners, gaps), _ICONS[panel.kind], style.measure)
    near = style.closeness if builder.snug else 1.0
    return Lined(row, PARAGRAPH_GAP * near, style.ink(INK))


def _lines(builder: Builder, part: ItemList, path: TagPath) -> Iterator[Flowable]:
    """Set each item on lines of its own, with one run of bold words; short ones in columns."""
    if len(part.items) == 1:
        yield from builder.plain_items(part, path)
        return
    spare = tuple(replace(item, runs=sparing(item.runs, 1)) for item in part.items)
    items = builder.items(replace(part, items=spare), path)
    names = _in_columns(builder, items) if builder.style.columns else None
    if names:
        yield names
        items = items[len(names.inners) :]
    for item in items:
        yield builder.indented(item)


def _in_columns(builder: Builder, items: Sequence[Marked]) -> Columns | None:
    """Return the first items in two columns if they are names, and so lower than in one."""
    style = builder.style
    wide = min(style.measure, builder.width - style.rail)
    narrow = (wide - _GUTTER) / 2
    count = 0
    for item in items:
        text = item.text
        if text.wrap(narrow + item.mark.offset) > _MOST_LINES * text.leading:
            break
        count += 1
    some = [builder.indented(one) for one in items[:count]]
    gap = ITEM_GAP * style.closeness
    columns = Columns(some, [gap] * count, _GUTTER)
    stacked = sum(one.wrap(wide) for one in some) + gap * (count - 1)
    return columns if count > 1 and columns.wrap(wide) < stacked else None


def _sparing(items: Sequence[Item]) -> list[Item]:
    """Return items that run on, of which only the first bold words stay bold."""
    kept: list[Item] = []
    most = 1
    for item in items:
        kept.append(replace(item, runs=sparing(item.runs, most)))
        most -= sum(run.strong for run in item.runs)
    return kept


def _sparing_each(items: Sequence[Item]) -> list[Item]:
    """Return items that run on, of which each but the first, below a heading, has one bold run."""
    return [replace(one, runs=sparing(one.runs, min(n, 1))) for n, one in enumerate(items)]
