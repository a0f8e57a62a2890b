"""Set the box that says when to stop any of the exercises: `set_stop_rule`.

Each reason has a line of its own, with what to do then in bold at its end. Only where a page has no
room for that do the reasons run on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.leaflet.tree import ItemList, Paragraph, plain
from handouts.render.layout.flowables import (
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
    from collections.abc import Iterator

    from handouts.leaflet.tree import Panel
    from handouts.render.drawings.icons import Icons
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath


STOP_RULE = "stop-rule"
"""The name of the flow item that says when to stop any exercise."""
_HAND = Icon(name="hand", size=8.4 * MM, left=2.8 * MM, top=-0.6 * MM, colour=INK)
_REASON_GAP = 1.5
"""Space above a reason to stop, in points."""
_APART, _DIVIDED, _LEAST_REASONS = 60.0, 1800.0, 3
"""The penalty of a page break above the box in one column, and of one inside it, which leaves so
many reasons on each side."""
_HEAD_LEFT, _HEAD_GAP = 2.8 * MM, 2.4 * MM
"""From the edge of the box to its head, and from the head to the reasons."""


class HeadedList(Struct):
    """A hand above the head of a list, and the list on their right."""

    head: TextBlock
    reasons: Stack
    style: Style
    icons: Icons
    measure: float
    """From the edge of the box to the end of the lines, in points."""
    indent: float
    """From the marks of the list to its text."""
    high: float = 0.0
    """The height of the head and what is above it."""

    def wrap(self, width: float) -> float:
        """Lay out the list on the right of the head."""
        self.high = _HAND.size + _HAND.top + self.head.wrap(width)
        reasons = self.reasons.wrap(min(self.measure, width) - self._left)
        return max(self.high, reasons)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the hand and the head, then the list."""
        hand = (x + _HEAD_LEFT + (self.head.width - _HAND.size) / 2, y - _HAND.top)
        ink = self.style.ink(INK)
        canvas.artifact(self.icons.operators("hand", hand, _HAND.size, ink))
        self.head.draw(canvas, x + _HEAD_LEFT, y - self.high + self.head.height)
        self.reasons.draw(canvas, x + self._left, y)

    @property
    def _left(self) -> float:
        """From the edge of the box to the text of the list."""
        return _HEAD_LEFT + self.head.width + _HEAD_GAP + self.indent


def set_stop_rule(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set when to stop any of the exercises, in a box.

    On whole sheets it stays with the last card; in one column it may be on another page.
    """
    style = builder.style
    head = next(part for part in panel.parts if isinstance(part, Paragraph))
    reasons = next(part for part in panel.parts if isinstance(part, ItemList))
    if builder.short and not style.columns:
        yield from _reason_by_reason(builder, head, reasons, path)
        return
    listed = _listed(builder, head, reasons, path)
    run_on: Flowable | None = None
    if not style.lists_stops:
        text = builder.inline(head, reasons, style.sign, path)
        run_on = builder.iconed(text, _HAND, style.measure, boxed=True)
    yield FlowItem(
        flowable=run_on or listed, roomier=[listed] if run_on else (), gap=BOX_GAP,
        frame=_frame(builder), opens_frame=True, break_penalty=TORN if style.columns else _APART,
        stretch=MOST_STRETCH, name=STOP_RULE,
    )  # fmt: skip


def _frame(builder: Builder) -> Frame:
    pad = box_pad(builder)
    return Frame(top=pad, foot=pad, edge=2, colour=builder.style.ink(INK))


def _reason_by_reason(
    builder: Builder, head: Paragraph, reasons: ItemList, path: TagPath
) -> Iterator[FlowItem]:
    """Set each reason as one flow item, the first with the head.

    A page may end between two, if three at least stand on each side, where it would be white.
    """
    label = builder.paragraph(head, builder.style.closing, path)
    first, *others = map(builder.indented, builder.items(reasons, path))
    top = Stack([label, first], [0.0, _REASON_GAP])
    boxed = builder.iconed(top, _HAND, builder.style.measure, boxed=True)
    flowables: list[SpacedFlowable] = [(boxed, 0.0)]
    flowables += [(builder.beside_icon(one, _HAND, boxed=True), _REASON_GAP) for one in others]
    count = len(flowables)
    penalties = [
        _DIVIDED if min(at, count - at) >= _LEAST_REASONS else 2 * TORN for at in range(count)
    ]
    penalties[0] = _APART
    overleaf = box_overleaf(builder, plain(head.runs), "hand")
    for item in framed(_frame(builder), flowables, BOX_GAP, penalties, overleaf):
        item.name = STOP_RULE
        yield item


def _listed(builder: Builder, head: Paragraph, reasons: ItemList, path: TagPath) -> Flowable:
    """Set each reason on a line of its own: beside the head, or below it where there is no rail."""
    style = builder.style
    label = builder.paragraph(head, style.closing, path)
    items = builder.items(reasons, path, style.sign if style.columns else None)
    gaps = [_REASON_GAP * style.closeness] * len(items)
    if not style.columns:
        inners: list[Flowable] = [label, *map(builder.indented, items)]
        return builder.iconed(Stack(inners, [0.0, *gaps]), _HAND, style.measure, boxed=True)
    measure = style.rail + style.measure
    indent = -items[0].mark.offset
    return HeadedList(label, Stack(items, gaps), style, builder.icons, measure, indent)
