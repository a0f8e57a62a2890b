"""Goes in: the set parts of one exercise. Comes out: a card in two columns that never splits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handouts.flowables import disc, line
from handouts.style import ACCENT, INK, MM, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.flowables import Bookmarked, Drawing, Stack
    from handouts.icons import Icons
    from handouts.paragraph import Text
    from handouts.style import Style
    from handouts.tagging import TaggedCanvas

CHIP = 7 * MM
CHIP_GAP = 2.6 * MM
FACTS_GAP = 1.8 * MM
STOP_GAP = 1.8 * MM
FACT_TEXT = 8 * MM
"""Where the words of the facts and of the stop rule start, from the card's left edge."""
HAND = 5.6 * MM
STOP_MEASURE = 166 * MM
RULE_GAP = 2.4 * MM


@dataclass(slots=True)
class Named:
    """The name of an exercise behind a numbered disc; the number is read with the name."""

    number: Text
    name: Bookmarked
    height: float = 0

    def wrap(self, width: float) -> float:
        """Lay out the name beside the disc."""
        self.number.wrap(CHIP)
        self.height = max(CHIP, self.name.wrap(width - CHIP - CHIP_GAP))
        return self.height

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the disc, the number in its middle, and the name."""
        middle = y - CHIP / 2
        canvas.artifact(f"{ACCENT.operands()} rg {disc(x + CHIP / 2, middle, CHIP / 2)} f")
        cap_middle = self.number.first_baseline - 0.334 * self.number.style.size
        self.number.draw(canvas, x + (CHIP - self.number.width) / 2, middle + cap_middle)
        text = self.name.inner
        name_middle = text.first_baseline - 0.334 * text.style.size
        self.name.draw(canvas, x + CHIP + CHIP_GAP, middle + name_middle)


@dataclass(slots=True)
class Beside:
    """Figures side by side, such as the two ends of one movement."""

    drawings: Sequence[Drawing]
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


@dataclass(slots=True)
class Card:
    """An exercise: figure and dosage on the left, name and steps on the right, the stop rule below.

    It is drawn in reading order, whatever stands where: name, figure, steps, dosage, stop rule.
    """

    style: Style
    icons: Icons
    name: Named
    figures: Stack
    steps: Stack
    facts: Stack
    stop: Text
    _heights: tuple[float, ...] = ()
    _width: float = 0

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
        canvas.artifact(line(x, y - 0.5, self._width, 1, INK))
        name, figures, above = self._heights
        top = y - RULE_GAP
        right = x + self.style.figure_width + self.style.gutter
        self.name.draw(canvas, right, top)
        self.figures.draw(canvas, x, top)
        self.steps.draw(canvas, right, top - name)
        self.facts.draw(canvas, x, top - figures - FACTS_GAP)
        foot = top - above - STOP_GAP
        canvas.artifact(self.icons.operators("hand", x, foot + 1.2, HAND, INK, PAPER))
        self.stop.draw(canvas, x + FACT_TEXT, foot)
