"""Set an exercise as a card that is never split across pages: `set_card`.

A card has two columns, or one in large print and booklets. Its content is drawn in reading order,
wherever it is on the card.
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
"""The diameter of the numbered disc, in points, as are all lengths below."""
CHIP_GAP = 2.6 * MM
FACTS_GAP = 1.8 * MM
STOP_GAP = 1.8 * MM
PART_GAP = 2.4 * MM
"""Space between the parts of a one-column card."""
HAND = 5.6 * MM
STOP_MEASURE = 166 * MM
RULE_GAP = 2.4 * MM
STEP_TEXT = 6.4 * MM
"""The indent of the text of the steps, whose numbers hang to its left."""
CAP_MIDDLE = 0.334
"""Half the height of capitals and digits, in em."""


class CardName(Struct):
    """The name of an exercise with its number in a disc; both are read as one heading."""

    number: TextBlock
    name: TextBlock
    label: str
    """The text of the bookmark in the PDF outline."""
    chip: float
    """The diameter of the disc, in points."""
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
    """Return the distance from the top to the middle of the first line's capitals, in points."""
    return text.first_baseline - CAP_MIDDLE * text.style.size


class FigureRow(Struct):
    """Figures side by side, such as the start and end of a movement; the gap in points."""

    drawings: Sequence[FigureFlowable]
    gap: float

    def wrap(self, width: float) -> float:
        """Return the height of the tallest figure."""
        return max(drawing.wrap(width) for drawing in self.drawings)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw from left to right, aligned at the bottom."""
        tallest = max(drawing.height for drawing in self.drawings)
        for drawing in self.drawings:
            drawing.draw(canvas, x, y - (tallest - drawing.height))
            x += drawing.width + self.gap


class _Parts(Struct):
    """What both layouts of a card have in common."""

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
        """Draw when to stop, beside a hand; `foot` is the y where the content above it ends."""
        factor, ink = self.style.mark_factor, self.style.ink(INK)
        canvas.artifact(self.icons.operators("hand", (x, foot + 1.2), HAND * factor, ink))
        self.stop.draw(canvas, x + FACT_TEXT * factor, foot)


class Card(_Parts):
    """An exercise: figure and dosage on the left, name and steps on the right, when to stop below.

    Drawn in reading order, not by position: name, figure, steps, dosage, when to stop.
    """

    def wrap(self, width: float) -> float:
        """Lay out both columns, and when to stop below the taller one."""
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
        """Draw the rule, then the content in reading order."""
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
    """An exercise in one column: name, figure with the dosage beside it, steps, when to stop.

    The dosage is read after the steps, as in a two-column card.
    """

    def wrap(self, width: float) -> float:
        """Lay out the parts one below the other."""
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
        """Draw the rule, then the content in reading order."""
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


def set_card(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set one exercise as a card: a single flow item."""
    style = builder.style
    heading = next(part for part in panel.parts if isinstance(part, Heading))
    lists = {part.kind: part for part in panel.parts if isinstance(part, ItemList)}
    words = {part.kind: part for part in panel.parts if isinstance(part, Paragraph)}
    kind = Card if style.columns else TallCard
    card = kind(
        style,
        builder.icons,
        _name(builder, heading, panel.number, path),
        _pictures(builder, [part for part in panel.parts if isinstance(part, Picture)], path),
        _steps(builder, words["start"], lists, path),
        _facts(builder, lists["dosage"], path),
        builder.inline(words["head"], lists["stop"], style.body, path),
    )
    gap, stretch = (3.2 * MM, 4 * MM) if style.columns else (5 * MM, 6 * MM)
    yield FlowItem(
        flowable=card, gap=gap, stretch=stretch, break_penalty=5, name=f"card {panel.number}"
    )


def _name(builder: Builder, heading: Heading, number: str, path: TagPath) -> CardName:
    tag = (*path, Tag("H3"))
    chip = builder.text((Run(number + " "),), builder.style.chip, tag)
    name = builder.text(heading.runs, builder.style.card_name, tag)
    style = builder.style
    label = f"{number} {plain(heading.runs)}"
    return CardName(chip, name, label, CHIP * style.mark_factor, style.ink(ACCENT))


def _pictures(builder: Builder, pictures: Sequence[Picture], path: TagPath) -> Stack:
    """Set the figures side by side, with each different caption once below them."""
    gap = 3 * MM
    width = (builder.style.figure_width - gap * (len(pictures) - 1)) / len(pictures)
    row = FigureRow([builder.drawing(one, path, width) for one in pictures], gap)
    captions = [
        builder.text((Run(caption),), builder.style.small, (*path, Tag("P")))
        for caption in dict.fromkeys(one.caption for one in pictures if one.caption)
    ]
    return Stack([row, *captions], [0.6 * MM] * (1 + len(captions)))


def _steps(
    builder: Builder, start: Paragraph, lists: Mapping[str, ItemList], path: TagPath
) -> Stack:
    """Set the cautions that flags bring, then where to start, and the steps.

    A caution that changes how to start is read before it, for nobody turns back to it.
    """
    style, caution = builder.style, lists.get("caution")
    indent = STEP_TEXT * style.mark_factor
    first = builder.paragraph(start, style.body, path)
    steps = [Indent(item, indent, builder.width) for item in builder.items(lists["steps"], path)]
    if caution is None:
        return Stack([first, *steps], [0.0, *[2.0] * len(steps)])
    cautions = builder.items(caution, path, style.closing)
    above = [Indent(item, indent, builder.width) for item in cautions]
    gaps = [0.0, *[3.2] * len(above), *[2.0] * len(steps)]
    return Stack([*above, first, *steps], gaps)


def _facts(builder: Builder, dosage: ItemList, path: TagPath) -> Stack:
    facts = builder.items(dosage, path, builder.style.fact)
    indent = FACT_TEXT * builder.style.mark_factor
    return Stack([Indent(fact, indent, builder.width) for fact in facts], [1.0] * len(facts))
