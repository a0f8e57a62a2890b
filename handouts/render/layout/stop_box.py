"""Set the box that says when to stop any of the exercises: `set_stop_rule`.

What to do then heads the reasons for which it is the same, each of which has a line of its own. On
whole sheets the heads stand left of their reasons. Only where a page has no room for that do the
reasons run on after their head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.leaflet.tree import ItemList, Paragraph, plain
from handouts.render.layout.flowables import (
    FORBIDDEN,
    MOST_STRETCH,
    TORN,
    FlowItem,
    Frame,
    Icon,
    Stack,
    framed,
)
from handouts.render.layout.overleaf import box_overleaf
from handouts.render.layout.panels import BOX_GAP, box_pad
from handouts.render.layout.style import INK
from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Panel
    from handouts.render.drawings.icons import Icons
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.overleaf import Overleaf
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style, TextStyle
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath

    OrderedReasons = tuple[Paragraph, ItemList]
    """Reasons for which the same is to be done, and their head."""


STOP_RULE = "stop-rule"
"""The name of the flow item that says when to stop any exercise."""
_HAND = Icon(name="hand", size=8.4 * MM, left=2.8 * MM, top=-0.6 * MM, colour=INK)
_REASON_GAP, _GROUP_GAP = 1.5, 4.0
"""Space above a reason to stop, and above the next head, in points."""
_APART, _DIVIDED, _LEAST_REASONS = 60.0, 1800.0, 2
"""The penalty of a page break above the box in one column, and of one inside it, which leaves so
many reasons on each side."""
_HEAD_LEFT, _HEAD_GAP = _HAND.left + _HAND.size + 2 * MM, 2.4 * MM
"""From the edge of the box to heads beside the hand, and from heads to the marks of reasons."""


class HeadedLists(Struct):
    """A hand, the heads of some lists below each other, and each list right of its head.

    The hand stands above a head that is the only one, and left of several.
    """

    heads: Sequence[TextBlock]
    lists: Sequence[Stack]
    style: Style
    icons: Icons
    indent: float
    """From the marks of the lists to their text."""
    left: float = 0.0
    """From the edge of the box to the text of the lists."""
    tops: Sequence[float] = ()
    """From the top to that of each list, and of its head if there are several."""

    def wrap(self, width: float) -> float:
        """Lay out the heads, none wider than a figure, and each list on the right of its own."""
        beside, above = self._from_hand
        most = self.style.figure_width + self.style.gutter - beside - _HEAD_GAP
        highs = [above + head.wrap(most) for head in self.heads]
        self.left = beside + max(one.width for one in self.heads) + _HEAD_GAP + self.indent
        measure = width - _HAND.left - self.left
        gap = _GROUP_GAP * self.style.closeness
        tops = [0.0]
        for high, reasons in zip(highs, self.lists, strict=True):
            tops.append(tops[-1] + max(high, reasons.wrap(measure)) + gap)
        *self.tops, end = tops
        return max(_HAND.size + _HAND.top, end - gap)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the hand, then each head and its list."""
        beside, above = self._from_hand
        ink = self.style.ink(INK)
        centre = (self.heads[0].width - _HAND.size) / 2 if above else 0.0
        hand = (x + _HAND.left + centre, y - _HAND.top)
        canvas.artifact(self.icons.operators("hand", hand, _HAND.size, ink))
        for head, reasons, top in zip(self.heads, self.lists, self.tops, strict=True):
            head.draw(canvas, x + beside, y - top - above)
            reasons.draw(canvas, x + self.left, y - top)

    @property
    def _from_hand(self) -> tuple[float, float]:
        """From the edge of the box to its heads, and from the top of a list to its head."""
        if len(self.heads) == 1:
            return _HAND.left, _HAND.size + _HAND.top
        return _HEAD_LEFT, 0.0


def set_stop_rule(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set when to stop any of the exercises, in a box.

    On whole sheets it stays with the last card; in one column it may be on another page.
    """
    style = builder.style
    groups = _groups(panel)
    if builder.short and not style.columns:
        yield from _reason_by_reason(builder, groups, path)
        return
    forms = [_listed(builder, groups, path)]
    if not style.lists_stops:
        forms += [_run_on(builder, [[one] for one in groups], path)]
        forms += [_run_on(builder, [groups], path)]
    *roomier, closest = forms
    yield FlowItem(
        flowable=closest, roomier=roomier, gap=BOX_GAP,
        frame=_frame(builder), opens_frame=True, break_penalty=TORN if style.columns else _APART,
        stretch=MOST_STRETCH, name=STOP_RULE,
    )  # fmt: skip


def _groups(panel: Panel) -> Sequence[OrderedReasons]:
    """Return the lists of a box, each with its head."""
    heads = [part for part in panel.parts if isinstance(part, Paragraph)]
    lists = [part for part in panel.parts if isinstance(part, ItemList)]
    return [*zip(heads, lists, strict=True)]


def _boxed(builder: Builder, inner: Flowable) -> Flowable:
    return builder.iconed(inner, _HAND, builder.style.measure, boxed=True)


def _frame(builder: Builder) -> Frame:
    pad = box_pad(builder)
    return Frame(top=pad, foot=pad, edge=2, colour=builder.style.ink(INK))


def _run_on(
    builder: Builder, paragraphs: Sequence[Sequence[OrderedReasons]], path: TagPath
) -> Flowable:
    """Set lists that run on, each behind its head, in so many paragraphs."""
    style = builder.style
    texts = [builder.inline(groups, style.sign, path) for groups in paragraphs]
    return _boxed(builder, Stack(texts, [_REASON_GAP * style.closeness] * len(texts)))


def _listed(builder: Builder, groups: Sequence[OrderedReasons], path: TagPath) -> Flowable:
    """Set each reason on a line of its own, right of its head, or below it in one column."""
    style = builder.style
    if not style.columns:
        lines = [line for one in groups for line in _lines(builder, one, style.body, path)]
        return _boxed(builder, Stack([one for one, _ in lines], [gap for _, gap in lines]))
    heads, lists = [], []
    for head, reasons in groups:
        label = builder.paragraph(head, _bold(builder, style.sign), path)
        label.even = True
        heads.append(label)
        items = builder.items(reasons, path, style.sign)
        lists.append(Stack(items, [_REASON_GAP * style.closeness] * len(items)))
        indent = -items[0].mark.offset
    return HeadedLists(heads, lists, style, builder.icons, indent)


def _bold(builder: Builder, style: TextStyle) -> TextStyle:
    return replace(style, weight=builder.style.closing.weight)


def _lines(
    builder: Builder, group: OrderedReasons, style: TextStyle, path: TagPath
) -> list[SpacedFlowable]:
    """Set the head of a list and its items, each on a line of its own; an only item follows on."""
    head, reasons = group
    if len(reasons.items) == 1:
        return [(builder.inline([group], style, path), _GROUP_GAP)]
    label = builder.paragraph(head, _bold(builder, style), path)
    items = map(builder.indented, builder.items(reasons, path, style))
    return [(label, _GROUP_GAP), *((item, _REASON_GAP) for item in items)]


def _reason_by_reason(
    builder: Builder, groups: Sequence[OrderedReasons], path: TagPath
) -> Iterator[FlowItem]:
    """Set each reason as one flow item, the first of a list with its head.

    A page may end between two where it would be white, if enough stand on each side. It never ends
    below the first of a list. The head of a list is repeated where it goes on overleaf.
    """
    flowables: list[SpacedFlowable] = []
    heads: list[Overleaf | None] = []
    for group in groups:
        lines = _lines(builder, group, builder.style.body, path)
        opening = Stack([one for one, _ in lines[:2]], [gap for _, gap in lines[:2]])
        overleaf = box_overleaf(builder, plain(group[0].runs), "hand")
        flowables += [(opening, lines[0][1]), *lines[2:]]
        heads += [None, *(overleaf for _ in lines[2:])]
    first, *others = flowables
    beside = [(builder.beside_icon(one, _HAND, boxed=True), gap) for one, gap in others]
    spaced: list[SpacedFlowable] = [(_boxed(builder, first[0]), 0.0), *beside]
    items = framed(_frame(builder), spaced, BOX_GAP, [_APART])
    for at, (item, head) in enumerate(zip(items, heads, strict=True)):
        item.name, item.overleaf, item.opens_part = STOP_RULE, head, head is None
        if at:
            item.break_penalty = _penalty(heads, at)
        yield item


def _penalty(heads: Sequence[Overleaf | None], at: int) -> float:
    """Return the penalty of a page break above an item inside the box.

    `heads` are what each item repeats overleaf: nothing, if it is the first of its list.
    """
    if heads[at] is not None and heads[at - 1] is None:
        return FORBIDDEN
    return _DIVIDED if min(at, len(heads) - at) >= _LEAST_REASONS else 2 * TORN
