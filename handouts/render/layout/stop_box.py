"""Set the box that says when to stop any of the exercises: `set_stop_rule`.

Each reason has a line of its own, with what to do then in bold at its end. Only where a page has no
room for that do the reasons run on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.leaflet.tree import ItemList, Paragraph
from handouts.render.layout.flowables import (
    MOST_STRETCH,
    TORN,
    FlowItem,
    Frame,
    Icon,
    Stack,
)
from handouts.render.layout.panels import BOX_GAP, box_pad
from handouts.render.layout.style import INK
from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Panel
    from handouts.render.drawings.icons import Icons
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath


STOP_RULE = "stop-rule"
"""The name of the flow item that says when to stop any exercise."""
_HAND = Icon(name="hand", size=8.4 * MM, left=2.8 * MM, top=-0.6 * MM, colour=INK)
_REASON_GAP = 1.5
"""Space above a reason to stop, in points."""
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
    """Set when to stop any of the exercises, in a box below the last card."""
    style = builder.style
    head = next(part for part in panel.parts if isinstance(part, Paragraph))
    reasons = next(part for part in panel.parts if isinstance(part, ItemList))
    listed = _listed(builder, head, reasons, path)
    run_on: Flowable | None = None
    if not style.lists_stops:
        text = builder.inline(head, reasons, style.sign, path)
        run_on = builder.iconed(text, _HAND, style.measure, boxed=True)
    pad = box_pad(builder)
    frame = Frame(top=pad, foot=pad, edge=2, colour=style.ink(INK))
    yield FlowItem(
        flowable=run_on or listed, roomier=[listed] if run_on else (), gap=BOX_GAP, frame=frame,
        opens_frame=True, break_penalty=TORN, stretch=MOST_STRETCH, name=STOP_RULE,
    )  # fmt: skip


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
