"""Set an exercise as a card that never splits across pages: `set_card`.

Two columns, or one in large print and booklets. Content is drawn in reading order, wherever it
stands on the card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.leaflet.tree import Heading, ItemList, Paragraph, Picture, Run, plain
from handouts.render.layout.builder import FACT_TEXT
from handouts.render.layout.flowables import FlowItem, Indent, Stack
from handouts.render.layout.style import ACCENT, INK
from handouts.render.pdf.graphics import MM, disc, line
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.leaflet.tree import Panel
    from handouts.render.drawings.icons import Icons
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FigureFlowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.graphics import Colour
    from handouts.render.pdf.structure import TagPath


CHIP = 7 * MM
CHIP_GAP = 2.6 * MM
FACTS_GAP = 1.8 * MM
STOP_GAP = 1.8 * MM
PART_GAP = 2.4 * MM
"""Space between the parts of a card in one column."""
HAND = 5.6 * MM
STOP_MEASURE = 166 * MM
RULE_GAP = 2.4 * MM
STEP_TEXT = 6.4 * MM
"""Where the words of the steps start, right of their numbers."""
CAP_MIDDLE = 0.334
"""The middle of capitals and figures above the baseline, in em."""


class CardName(Struct):
    """The name of an exercise behind a numbered disc; the number is read with the name."""

    number: TextBlock
    name: TextBlock
    label: str
    """What the outline of the file says."""
    chip: float
    """The width of the disc, in points."""
    colour: Colour

    def wrap(self, width: float) -> float:
        """Lay out the name beside the disc."""
        self.number.wrap(self.chip)
        return max(self.chip, self.name.wrap(width - self.chip - CHIP_GAP))

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the disc, the number in its middle, and the name."""
        chip, middle = self.chip, y - self.chip / 2
        canvas.artifact(f"{self.colour.operands()} rg {disc(x + chip / 2, middle, chip / 2)} f")
        left = x + (chip - self.number.width) / 2
        self.number.draw(canvas, left, middle + _cap_middle(self.number))
        top = middle + _cap_middle(self.name)
        canvas.bookmark(self.label, top, 2)
        self.name.draw(canvas, x + chip + CHIP_GAP, top)


def _cap_middle(text: TextBlock) -> float:
    """Measure from the top to the middle of the first line's capitals, in points."""
    return text.first_baseline - CAP_MIDDLE * text.style.size


class FigureRow(Struct):
    """Figures side by side, such as the two ends of one movement; the gap in points."""

    drawings: Sequence[FigureFlowable]
    gap: float

    def wrap(self, width: float) -> float:
        """Give the height of the tallest."""
        return max(drawing.wrap(width) for drawing in self.drawings)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw from left to right, all on one ground line."""
        tallest = max(drawing.height for drawing in self.drawings)
        for drawing in self.drawings:
            drawing.draw(canvas, x, y - (tallest - drawing.height))
            x += drawing.width + self.gap


class _Parts(Struct):
    """What every card holds, however it is laid out."""

    style: Style
    icons: Icons
    name: CardName
    figures: Stack
    steps: Stack
    facts: Stack
    stop: TextBlock
    _heights: tuple[float, ...] = ()
    _width: float = 0

    def _draw_rule(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        canvas.artifact(line(x, y - 0.5, self._width, 1, self.style.ink(INK)))

    def _draw_stop(self, canvas: TaggedCanvas, x: float, foot: float) -> None:
        """Draw the stop rule with its hand; `foot` is where what is above it ends."""
        grow, ink = self.style.mark_factor, self.style.ink(INK)
        canvas.artifact(self.icons.operators("hand", (x, foot + 1.2), HAND * grow, ink))
        self.stop.draw(canvas, x + FACT_TEXT * grow, foot)


class Card(_Parts):
    """An exercise: figure and dosage on the left, name and steps on the right, the stop rule below.

    It is drawn in reading order, whatever stands where: name, figure, steps, dosage, stop rule.
    """

    def wrap(self, width: float) -> float:
        """Lay out both columns and the stop rule under the taller one."""
        style, self._width = self.style, width
        right = width - style.figure_width - style.gutter
        name = self.name.wrap(right)
        figures = self.figures.wrap(style.figure_width)
        steps = self.steps.wrap(right)
        facts = self.facts.wrap(style.figure_width)
        stop = self.stop.wrap(min(width - FACT_TEXT, STOP_MEASURE))
        above = max(figures + FACTS_GAP + facts, name + steps)
        self._heights = (name, figures, above)
        return RULE_GAP + above + STOP_GAP + max(stop, HAND)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the card with its rule on top."""
        self._draw_rule(canvas, x, y)
        name, figures, above = self._heights
        top = y - RULE_GAP
        right = x + self.style.figure_width + self.style.gutter
        self.name.draw(canvas, right, top)
        self.figures.draw(canvas, x, top)
        self.steps.draw(canvas, right, top - name)
        self.facts.draw(canvas, x, top - figures - FACTS_GAP)
        self._draw_stop(canvas, x, top - above - STOP_GAP)


class TallCard(_Parts):
    """An exercise in one column: name, figure with the dosage beside it, steps, stop rule.

    The dosage is read after the steps, as in a card of two columns.
    """

    def wrap(self, width: float) -> float:
        """Lay out one part under the other."""
        style, self._width = self.style, width
        name = self.name.wrap(width)
        figures = self.figures.wrap(style.figure_width)
        facts = self.facts.wrap(width - style.figure_width - style.gutter)
        steps = self.steps.wrap(width)
        stop = self.stop.wrap(width - FACT_TEXT * style.mark_factor)
        picture = max(figures, facts)
        self._heights = (name, figures, facts, picture, steps)
        rest = max(stop, HAND * style.mark_factor)
        return RULE_GAP + name + PART_GAP + picture + PART_GAP + steps + PART_GAP + rest

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the card with its rule on top."""
        self._draw_rule(canvas, x, y)
        name, figures, facts, picture, steps = self._heights
        y -= RULE_GAP
        self.name.draw(canvas, x, y)
        y -= name + PART_GAP
        self.figures.draw(canvas, x, y - (picture - figures) / 2)
        below = y - picture - PART_GAP
        self.steps.draw(canvas, x, below)
        right = x + self.style.figure_width + self.style.gutter
        self.facts.draw(canvas, right, y - (picture - facts) / 2)
        self._draw_stop(canvas, x, below - steps - PART_GAP)


def set_card(setter: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set one exercise as a card."""
    style = setter.style
    heading = next(part for part in panel.parts if isinstance(part, Heading))
    lists = {part.kind: part for part in panel.parts if isinstance(part, ItemList)}
    words = {part.kind: part for part in panel.parts if isinstance(part, Paragraph)}
    kind = Card if style.columns else TallCard
    card = kind(
        style,
        setter.icons,
        _name(setter, heading, panel.number, path),
        _pictures(setter, [part for part in panel.parts if isinstance(part, Picture)], path),
        _steps(setter, words["start"], lists, path),
        _facts(setter, lists["dosage"], path),
        setter.inline(words["head"], lists["stop"], style.body, path),
    )
    gap, stretch = (3.2 * MM, 4 * MM) if style.columns else (5 * MM, 6 * MM)
    yield FlowItem(
        flowable=card, gap=gap, stretch=stretch, break_penalty=5, name=f"card {panel.number}"
    )


def _name(setter: Builder, heading: Heading, number: str, path: TagPath) -> CardName:
    tag = (*path, Tag("H3"))
    chip = setter.text((Run(number + " "),), setter.style.chip, tag)
    name = setter.text(heading.runs, setter.style.card_name, tag)
    style = setter.style
    label = f"{number} {plain(heading.runs)}"
    return CardName(chip, name, label, CHIP * style.mark_factor, style.ink(ACCENT))


def _pictures(setter: Builder, pictures: Sequence[Picture], path: TagPath) -> Stack:
    """Set the figures side by side, with each caption once below them."""
    gap = 3 * MM
    wide = (setter.style.figure_width - gap * (len(pictures) - 1)) / len(pictures)
    beside = FigureRow([setter.drawing(one, path, wide) for one in pictures], gap)
    captions = [
        setter.text((Run(caption),), setter.style.small, (*path, Tag("P")))
        for caption in dict.fromkeys(one.caption for one in pictures if one.caption)
    ]
    return Stack([beside, *captions], [0.6 * MM] * (1 + len(captions)))


def _steps(
    setter: Builder, start: Paragraph, lists: Mapping[str, ItemList], path: TagPath
) -> Stack:
    """Set where to start, the steps, and the cautions that flags bring."""
    style = setter.style
    steps, caution = lists["steps"], lists.get("caution")
    items = setter.items(steps, path)
    if caution:
        items += setter.items(caution, path, style.closing)
    gaps = [0.0, *[2.0] * len(steps.items), *[3.2] * (len(items) - len(steps.items))]
    first = setter.paragraph(start, style.body, path)
    indent = STEP_TEXT * style.mark_factor
    return Stack([first, *(Indent(item, indent, setter.width) for item in items)], gaps)


def _facts(setter: Builder, dosage: ItemList, path: TagPath) -> Stack:
    facts = setter.items(dosage, path, setter.style.fact)
    indent = FACT_TEXT * setter.style.mark_factor
    return Stack([Indent(fact, indent, setter.width) for fact in facts], [1.0] * len(facts))
