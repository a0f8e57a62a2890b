"""Set how to use a treatment: `set_uses`, an icon for each way, its rules as points.

Where there is no room for points, the sentences of a way run on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.leaflet.markup import sentences
from handouts.leaflet.tree import Run, plain
from handouts.render.layout.builder import FACT_TEXT
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import FORBIDDEN, FlowItem, Indent, Marked, Stack
from handouts.render.layout.panels import ITEM_GAP
from handouts.render.layout.style import ACCENT
from handouts.render.pdf.graphics import MM, disc
from handouts.render.pdf.structure import UNNUMBERED, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Item, ItemList
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.graphics import Colour
    from handouts.render.pdf.structure import TagPath


USES = "uses"
"""The kind of a list of ways to use a treatment."""
_TORN, _TORN_IN_ONE_COLUMN = 1500.0, 7000.0
"""The penalty of a page break between two ways: less than a page, more than another order.

In one column a page more on the same sheet is better, and that something else runs on.
"""
_STRETCH = 0.7 * MM
_FEWEST = 3
"""Fewer sentences than this after the first run on in any style."""
_POINT_GAP = 1.5
_DOT, _DOT_INDENT = 3.6, 3.4 * MM
"""The size of the dot of a point, and the indent of its words, in points."""


class _Point(Struct):
    """A sentence after a dot, which is decoration."""

    text: TextBlock
    colour: Colour
    indent: float

    def wrap(self, width: float) -> float:
        """Lay out the sentence right of its dot."""
        return self.text.wrap(width - self.indent)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the dot, then the sentence."""
        shape = disc(x + _DOT / 2, y - self.text.middle, _DOT / 2)
        canvas.artifact(f"{self.colour.operands()} rg {shape} f")
        self.text.draw(canvas, x + self.indent, y)


def set_uses(builder: Builder, part: ItemList, path: TagPath, above: float) -> Iterator[FlowItem]:
    """Set ways to use a treatment, each as one flow item, the first `above` points below the text.

    A page may end between two.
    """
    root = (*path, Tag("L", attributes=UNNUMBERED))
    torn = _TORN if builder.style.columns else _TORN_IN_ONE_COLUMN
    for number, item in enumerate(part.items):
        way = _way(builder, item, (*root, Tag("LI")))
        yield FlowItem(
            flowable=_at_words(builder, way),
            gap=ITEM_GAP if number else above,
            break_penalty=torn if number else FORBIDDEN,
            stretch=_STRETCH if number else 0.0,
        )


def _at_words(builder: Builder, way: Flowable) -> Indent:
    """Return a way with its words on their edge, and its icon left of them."""
    style = builder.style
    if style.rail:
        return builder.railed(way, style.measure)
    left = FACT_TEXT * style.mark_factor
    return Indent(way, left, builder.width - left)


def _way(builder: Builder, item: Item, path: TagPath) -> Flowable:
    """Set one way: its first words beside its icon, and what else it says in points below them."""
    style, mark = builder.style, builder.use_mark(item.icon)
    label, body = (*path, Tag("Lbl", actual="•")), (*path, Tag("LBody"))
    first, *others = _parted(item.runs)
    if not style.has_lists or len(others) < _FEWEST:
        whole = builder.text(item.runs, style.body, body)
        return Marked(whole, mark, label, builder.icons)
    head = Marked(builder.text(first, style.body, body), mark, label, builder.icons)
    colour, indent = style.ink(ACCENT), _DOT_INDENT * style.mark_factor
    points = [_Point(builder.text(one, style.body, body), colour, indent) for one in others]
    gaps = [_POINT_GAP] * len(points)
    columns = Columns(points, gaps, 5 * MM, (2,) if style.columns else (1,))
    return Stack([head, columns], [0.0, _POINT_GAP])


def _parted(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Return the first sentence, or all that start with bold words, then each other sentence."""
    bold = len(runs[0].text.rstrip()) if runs[0].strong else 0
    ends: list[int] = []
    at = 0
    for one in sentences(plain(tuple(runs))):
        at += len(one) + 1
        if at > bold:
            ends.append(at)
    return [_cut(runs, start, end) for start, end in zip([0, *ends], ends, strict=False)]


def _cut(runs: Sequence[Run], start: int, end: int) -> tuple[Run, ...]:
    """Return the part of runs between two places in their text."""
    found: list[Run] = []
    at = 0
    for run in runs:
        text = run.text[max(0, start - at) : max(0, end - at)]
        if text:
            found.append(Run(text, run.strong, run.href))
        at += len(run.text)
    return tuple(found)
