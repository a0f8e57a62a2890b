"""Set an exercise as a card that is never split across pages: `set_card`.

A card has two columns, or one in large print and booklets. Its content is drawn in reading order,
wherever it is on the card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.leaflet.tree import Heading, ItemList, Paragraph, Picture, Run, Table, plain
from handouts.render.layout.builder import FACT_TEXT
from handouts.render.layout.flowables import (
    MOST_STRETCH,
    THIN,
    FlowItem,
    Indent,
    Stack,
)
from handouts.render.layout.style import ACCENT, INK, TINT
from handouts.render.layout.week_row import set_week_row
from handouts.render.pdf.graphics import MM, disc, line, rectangle
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.leaflet.tree import Panel
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FigureFlowable, Flowable, Marked, SpacedFlowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.layout.week_row import WeekRow
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.graphics import Colour
    from handouts.render.pdf.structure import TagPath


CHIP = 8 * MM
"""The diameter of the numbered disc, in points, as are all lengths below."""
CHIP_GAP = 2.6 * MM
PART_GAP = 5.5
"""Space between the parts of a card."""
FACT_GAP = 4 * MM
"""Space between two facts on one line."""
STEP_GAP = 2.75
SMALL_ICON = 5.6 * MM
"""The hand and the person on a card."""
RULE_GAP = 2.6 * MM
STEP_TEXT = 6.4 * MM
"""The indent of the text of the steps, whose numbers hang to its left."""
STRIP_PAD = 3.0
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


class Figures(Struct):
    """Figures of one movement, such as its start and its end, above their captions.

    They are side by side, or one below the other where they are larger so.
    """

    drawings: Sequence[FigureFlowable]
    gap: float
    """Between two figures, in points."""
    captions: Sequence[TextBlock]
    side_by_side: Sequence[float]
    """The scale of each figure where they are side by side."""
    is_stacked: bool = False

    @property
    def width(self) -> float:
        """The width of the figures in points, without the captions."""
        widths = [drawing.width for drawing in self.drawings]
        return max(widths) if self.is_stacked else sum(widths) + self._gaps

    def wrap(self, width: float) -> float:
        """Lay out the captions below the figures, as these were arranged last."""
        return self._high + sum(_CAPTION_GAP + one.wrap(width) for one in self.captions)

    def arrange(self, width: float, room: float) -> None:
        """Set several figures one below the other if they are larger so, in a width and a height.

        A room of 0 is one for figures side by side.
        """
        frames = [drawing.figure.frame for drawing in self.drawings]
        wide = max(right - left for left, _, right, _ in frames)
        high = sum(top - bottom for _, bottom, _, top in frames)
        room -= self._gaps + sum(_CAPTION_GAP + one.wrap(width) for one in self.captions)
        scale = min(width / wide, room / high)
        self.is_stacked = len(frames) > 1 and scale > max(self.side_by_side)
        for drawing, usual in zip(self.drawings, self.side_by_side, strict=True):
            drawing.scale = scale if self.is_stacked else usual

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the figures in order, those side by side on one level, then the captions."""
        foot, left, top = y - self._high, x, y
        for drawing in self.drawings:
            drawing.draw(canvas, left, top if self.is_stacked else foot + drawing.height)
            left += 0.0 if self.is_stacked else drawing.width + self.gap
            top -= drawing.height + self.gap
        for caption in self.captions:
            foot -= _CAPTION_GAP
            caption.draw(canvas, x, foot)
            foot -= caption.height

    @property
    def _gaps(self) -> float:
        return self.gap * (len(self.drawings) - 1)

    @property
    def _high(self) -> float:
        heights = [drawing.height for drawing in self.drawings]
        return sum(heights) + self._gaps if self.is_stacked else max(heights)


_CAPTION_GAP = 1.0


class FactLine(Struct):
    """How long and how often, beside their icons: on one line, or on more where that is short."""

    facts: Sequence[Marked]
    indent: float
    places: Sequence[tuple[float, float]] = ()

    def wrap(self, width: float) -> float:
        """Place each fact beside the one before it, or below where it does not fit."""
        places: list[tuple[float, float]] = []
        x, y, high = 0.0, 0.0, 0.0
        for fact in self.facts:
            height = fact.wrap(width - self.indent)
            if x and x + self.indent + fact.text.width > width:
                x, y = 0.0, y + high + _LINE_GAP
                high = 0.0
            places.append((x + self.indent, y))
            x += self.indent + fact.text.width + FACT_GAP
            high = max(high, height)
        self.places = places
        return y + high

    @property
    def broken(self) -> int:
        """How many facts take more than one line."""
        return sum(fact.text.height > fact.text.leading for fact in self.facts)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the facts in order."""
        for fact, (left, top) in zip(self.facts, self.places, strict=True):
            fact.draw(canvas, x + left, y - top)


_LINE_GAP = 2.0


class Strip(Struct):
    """Cautions on a tint, beside a person: what holds for this reader is read before the steps."""

    inner: Flowable
    builder: Builder
    width: float = 0
    height: float = 0

    def wrap(self, width: float) -> float:
        """Lay out the cautions right of the person."""
        self.width = width
        inside = self.inner.wrap(width - self._left - STRIP_PAD)
        self.height = max(inside, self._size) + 2 * STRIP_PAD
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the tint and the person, then the cautions."""
        style = self.builder.style
        tint, accent = style.ink(TINT), style.ink(ACCENT)
        edge = f"{accent.operands()} rg {rectangle(x, y, 2, self.height)} f"
        ground = f"{tint.operands()} rg {rectangle(x, y, self.width, self.height)} f"
        corner = x + STRIP_PAD + 2, y - (self.height - self._size) / 2
        person = self.builder.icons.operators("person", corner, self._size, accent, tint)
        canvas.artifact(f"{ground} {edge} {person}")
        self.inner.draw(canvas, x + self._left, y - STRIP_PAD)

    @property
    def _size(self) -> float:
        return SMALL_ICON * self.builder.style.mark_factor

    @property
    def _left(self) -> float:
        return 2 * STRIP_PAD + 2 + self._size + 2


class _Parts(Struct):
    """What both layouts of a card have in common."""

    style: Style
    name: CardName
    figures: Figures
    facts: FactLine
    words: Stack
    """Cautions, where to start, and the steps."""
    week: WeekRow | None = None
    """The days of a week to tick, below the figure."""
    heights: tuple[float, ...] = ()
    _width: float = 0

    def _draw_rule(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        canvas.artifact(line(x, y - THIN / 2, self._width, THIN, self.style.ink(INK)))


class Card(_Parts):
    """An exercise: the figure on the left; name, dosage and steps on the right.

    Drawn in reading order, not by position: name, figure, dosage, cautions, steps, and last the
    week to tick.
    """

    def wrap(self, width: float) -> float:
        """Lay out both columns; the taller one counts."""
        style, self._width = self.style, width
        right = width - style.figure_width - style.gutter
        name = self.name.wrap(right)
        facts = self.facts.wrap(right)
        words = self.words.wrap(right)
        below_name, below_facts = self._gaps
        high = name + below_name + facts + below_facts + words
        week = self.week.wrap(style.figure_width) if self.week else 0.0
        self.figures.arrange(style.figure_width, high - week)
        figures = self.figures.wrap(style.figure_width)
        self.heights = (name, facts, figures)
        return self._top + max(figures + week, high)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the rule, then the content in reading order."""
        self._draw_rule(canvas, x, y)
        (name, facts, figures), (below_name, below_facts) = self.heights, self._gaps
        top = y - self._top
        right = x + self.style.figure_width + self.style.gutter
        self.name.draw(canvas, right, top)
        self.figures.draw(canvas, x, top)
        top -= name + below_name
        self.facts.draw(canvas, right, top)
        self.words.draw(canvas, right, top - facts - below_facts)
        if self.week:
            self.week.draw(canvas, x, y - self._top - figures)

    @property
    def _top(self) -> float:
        """From the rule to the figure."""
        return max(_LEAST_RULE_GAP, RULE_GAP * self.style.closeness)

    @property
    def _gaps(self) -> tuple[float, float]:
        """The gaps below the name and below the facts, whose icons are higher than their line."""
        near = self.style.closeness
        return _NAME_GAP * near, max(_LEAST_FACT_GAP, PART_GAP * 0.8 * near)


_NAME_GAP = 3.0
_LEAST_RULE_GAP, _LEAST_FACT_GAP = 2.0, 1.5
"""In any style."""


class TallCard(_Parts):
    """An exercise in one column: the figure on the right, and all words on one edge.

    Words beside the figure keep clear of it; those below it take the whole width.
    """

    def wrap(self, width: float) -> float:
        """Lay out the words in order, each beside the figure or below it.

        Several figures are as large as they can be in a card that is hardly taller for it.
        """
        self.figures.arrange(self.style.figure_width, 0.0)
        least = self._laid_out(width)
        if len(self.figures.drawings) == 1:
            return least
        most = least + self.style.body.leading
        for share in _SHARES_OF_CARD:
            self.figures.arrange(self.style.figure_width, least * share)
            if (high := self._laid_out(width)) <= most:
                return high
        return least

    def _laid_out(self, width: float) -> float:
        """Lay out the words beside and below the figures as these are; return the height."""
        self._width = width
        name = self.name.wrap(width)
        figures = self.figures.wrap(self.aside)
        beside = width - self.aside - self.style.gutter
        y = self.facts.wrap(beside)
        tops = [0.0]
        for number, (part, gap) in enumerate(zip(self.words.inners, self.words.gaps, strict=True)):
            y += gap if number else PART_GAP
            tops.append(y)
            y += part.wrap(beside if y < figures else width)
        self.heights = (name, *tops)
        return RULE_GAP + name + _NAME_GAP + max(y, figures)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the rule, then the content in reading order: the figure before the dosage."""
        self._draw_rule(canvas, x, y)
        name, *tops = self.heights
        self.name.draw(canvas, x, y - RULE_GAP)
        y -= RULE_GAP + name + _NAME_GAP
        self.figures.draw(canvas, x + self._width - self.aside, y)
        for part, top in zip((self.facts, *self.words.inners), tops, strict=True):
            part.draw(canvas, x, y - top)

    @property
    def aside(self) -> float:
        """The width that the figures and their captions take on the right."""
        return max(self.figures.width, _LEAST_CAPTION * self.style.figure_width)


_SHARES_OF_CARD = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.0)
"""How high figures one below the other may be, as a share of the card; the last are not."""
_LEAST_CAPTION = 0.6
"""The least width of captions, as a share of that of the widest figures."""


_CARD = "card "
"""How the name of the flow item of an exercise starts."""


def is_exercise(name: str) -> bool:
    """Tell whether a flow item of this name is an exercise."""
    return name.startswith(_CARD)


def set_card(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set one exercise as a card: a single flow item."""
    style = builder.style
    heading = next(part for part in panel.parts if isinstance(part, Heading))
    lists = {part.kind: part for part in panel.parts if isinstance(part, ItemList)}
    words = {part.kind: part for part in panel.parts if isinstance(part, Paragraph)}
    facts = builder.items(lists["dosage"], path, builder.style.fact)
    before = _before_steps(builder, words, lists, path)
    steps = _steps(builder, lists["steps"], path)
    parts = (
        style,
        _name(builder, heading, panel.number, path),
        _pictures(builder, [part for part in panel.parts if isinstance(part, Picture)], path),
        FactLine(facts, FACT_TEXT * style.mark_factor),
    )
    told = _stacked([*before, *steps])
    days = (set_week_row(builder, one, path) for one in panel.parts if isinstance(one, Table))
    card: Card | TallCard = TallCard(*parts, told)
    if style.columns:
        card = Card(*parts, told, next(days, None))
    gap = 2.6 * MM if style.columns else 5 * MM
    yield FlowItem(
        flowable=card, gap=gap, stretch=MOST_STRETCH, break_penalty=5, name=f"{_CARD}{panel.number}"
    )


def _name(builder: Builder, heading: Heading, number: str, path: TagPath) -> CardName:
    tag = (*path, Tag("H3"))
    chip = builder.text((Run(number + " "),), builder.style.chip, tag)
    name = builder.text(heading.runs, builder.style.box_heading, tag)
    style = builder.style
    label = f"{number} {plain(heading.runs)}"
    disc_size = CHIP * style.mark_factor
    if builder.snug and style.columns:
        # No higher than the name in a close style, so that the disc adds no height.
        disc_size = max(style.box_heading.leading, disc_size * min(1.0, style.closeness + 0.3))
    return CardName(chip, name, label, disc_size, style.ink(ACCENT))


def _pictures(builder: Builder, pictures: Sequence[Picture], path: TagPath) -> Figures:
    """Set the figures, with each different caption once below them."""
    gap = 3 * MM
    width = (builder.style.figure_width - gap * (len(pictures) - 1)) / len(pictures)
    drawings = [builder.drawing(one, path, width) for one in pictures]
    captions = [
        builder.text((Run(caption),), builder.style.small, (*path, Tag("P")))
        for caption in dict.fromkeys(one.caption for one in pictures if one.caption)
    ]
    return Figures(drawings, gap, captions, [drawing.scale for drawing in drawings])


def _before_steps(
    builder: Builder,
    words: Mapping[str, Paragraph],
    lists: Mapping[str, ItemList],
    path: TagPath,
) -> list[SpacedFlowable]:
    """Set the cautions that flags bring, then where to start.

    A caution is read before where to start, for nobody turns back to it.
    """
    style = builder.style
    parts: list[SpacedFlowable] = []
    if "caution" in lists:
        cautions = builder.plain_items(lists["caution"], path, style.closing)
        strip = Strip(Stack(cautions, [STEP_GAP] * len(cautions)), builder)
        parts.append((strip, 0.0))
    start = builder.paragraph(words["start"], style.body, path)
    return [*parts, (start, PART_GAP * style.closeness)]


def _steps(builder: Builder, steps: ItemList, path: TagPath) -> list[SpacedFlowable]:
    """Set the steps."""
    near = builder.style.closeness
    indent = STEP_TEXT * builder.style.mark_factor
    return [
        (Indent(item, indent, builder.width), (STEP_GAP if number else PART_GAP) * near)
        for number, item in enumerate(builder.items(steps, path))
    ]


def _stacked(parts: Sequence[SpacedFlowable]) -> Stack:
    return Stack([one for one, _ in parts], [gap for _, gap in parts])
