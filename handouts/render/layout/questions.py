"""Set questions to a reader whom nobody asked as a list to look through: `asked_below`.

They are a paragraph in the content, "…if one of these fits you. Pregnant? Under 18?", which is
hard to search. On paper each stands by itself in columns on a tint, or they run on there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.leaflet.tree import Run
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Indent, Stack
from handouts.render.layout.panels import list_slabs
from handouts.render.layout.style import TINT
from handouts.render.pdf.graphics import MM, rectangle
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Item, ItemList
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, FlowItem, Marked
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath


_FEWEST = 6
"""So many questions are set apart."""
_QUESTIONS = re.compile(r"(?:[^?.!]+\?)+$")
_PAD, _GUTTER, _HANG = 2 * MM, 4 * MM, 3 * MM
"""Inside the tint, between columns, and what the second line of a question hangs by."""
_BELOW = 3.0
"""Between the lead, the tint and what is below, in points."""


class Tinted(Struct):
    """A flowable on a tint as wide as the page."""

    inner: Flowable
    style: Style
    width: float = 0
    height: float = 0

    def wrap(self, width: float) -> float:
        """Lay out inside the tint, with space above and below it."""
        self.width = width
        self.height = self.inner.wrap(width - 2 * _PAD) + _PAD
        return self.height + 2 * _BELOW

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the tint, then what is on it."""
        top = y - _BELOW
        ground = rectangle(x, top, self.width, self.height)
        canvas.artifact(f"{self.style.ink(TINT).operands()} rg {ground} f")
        self.inner.draw(canvas, x + _PAD, top - _PAD / 2)


class QuestionList(Struct, frozen=True):
    """A point that ends in questions: what stands before them, and each of them."""

    lead: tuple[Run, ...]
    questions: tuple[Run, ...]


def asked_in(item: Item) -> QuestionList | None:
    """Divide a point that ends in several questions; None for any other."""
    *before, last = item.runs
    found = None if last.strong else _QUESTIONS.search(last.text)
    questions = re.findall(r"[^?]+\?", found.group()) if found else []
    if found is None or len(questions) < _FEWEST:
        return None
    lead = (*before, replace(last, text=last.text[: found.start()].rstrip() + " "))
    return QuestionList(lead, tuple(Run(f"{one.strip()} ") for one in questions))


def list_with_questions(
    builder: Builder, part: ItemList, path: TagPath, above: float
) -> Sequence[FlowItem]:
    """Set a list as `list_slabs` does; in columns a point may have its questions below it."""
    items = builder.items(part, path)
    slabs = [*list_slabs(builder, items, above)]
    for slab, item, said in zip(slabs, items, part.items, strict=True):
        body = (*item.path[:-1], Tag("LBody"))
        forms = asked_below(builder, said, body) if builder.style.columns else ()
        slab.roomier = [
            Stack([_railed(builder, item, lead), questions], [0.0, 0.0])
            for lead, questions in forms
        ]
    return slabs


def _railed(builder: Builder, item: Marked, lead: TextBlock) -> Indent:
    return builder.railed(replace(item, text=lead), builder.style.measure)


def asked_below(builder: Builder, item: Item, path: TagPath) -> Iterator[tuple[TextBlock, Tinted]]:
    """Set a point with questions below it: in columns, then run on, which is lower.

    Yields nothing for a point that asks little. `path` is that of its text.
    """
    asked = asked_in(item)
    if asked is None:
        return
    style = builder.style

    def hung(question: Run) -> Indent:
        text = builder.text((question,), style.body, path)
        text.indent = -_HANG
        return Indent(text, _HANG, builder.width)

    hanging = [hung(one) for one in asked.questions]
    columns = Columns(hanging, [0.0] * len(hanging), _GUTTER, (3, 4))
    run_on = builder.text(asked.questions, style.body, path)
    for below in (columns, run_on):
        yield builder.text(asked.lead, style.body, path), Tinted(below, style)
