"""Page geometry, type and colour as values; lengths in points unless a name says mm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from handouts.shapes import MM, PAPER, Colour

BODY_WEIGHT = 400
"""Of running text, and of the patient's name."""

# Contrast on white, on tint: ink 16.4, 14.5; accent 9.1, 8.0; danger 7.9 (also white on danger).
INK = Colour.from_hex("#14212B")
ACCENT = Colour.from_hex("#0B4F63")
DANGER = Colour.from_hex("#A3121A")
TINT = Colour.from_hex("#E9F3F5")
BLACK = Colour(0, 0, 0)
MONO: Mapping[Colour, Colour] = MappingProxyType(
    {INK: BLACK, ACCENT: BLACK, DANGER: BLACK, TINT: PAPER}
)
"""What prints each colour of the design on a mono printer."""


class TextStyle(Struct, frozen=True):
    """A role of text: weight (400 to 800), size and leading in points, colour."""

    weight: int
    size: float
    leading: float
    colour: Colour = INK

    @property
    def strong(self) -> int:
        """The weight of key words: one step up from running text, heavier text stays as it is."""
        return max(self.weight, 700)


class Page(Struct, frozen=True, kw_only=True):
    """A sheet: its size, margins, and the lowest place that text may reach (from the top)."""

    width: float
    height: float
    margin: float
    top: float
    bottom: float
    footer: float
    """Where the footer's line of text ends, from the top."""

    @property
    def content_width(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.margin


class Style(Struct, frozen=True, kw_only=True):
    """Everything a leaflet is set with."""

    page: Page
    rail: float = 18 * MM
    """Icons and marks hang in the rail; the words of every section start on its right edge.

    Without a rail (0) words start at the margin, and marks stand inside the measure.
    """
    pad: float = 0
    """The room beside the words of a box, where no rail gives it."""
    measure: float = 134 * MM
    """Running text: 65 to 72 characters a line."""
    wide_measure: float = 151 * MM
    """Items of a warning box, and of what to do: one line each where possible."""
    columns: bool = True
    """Whether short lists, cards and lines to fill in may stand side by side."""
    grow: float = 1.0
    """How much larger than usual marks, icons and the parts of a card are."""
    inks: tuple[tuple[Colour, Colour], ...] = ()
    """Pairs of a colour of the design and what prints in its place, such as a service's accent."""
    theme: str = "colour"
    """The colours of the figures."""

    title: TextStyle = TextStyle(800, 29, 32, ACCENT)
    service: TextStyle = TextStyle(600, 12, 15)
    """Who hands the leaflet out, above the title."""
    stage: TextStyle = TextStyle(600, 12.5, 15.5)
    message: TextStyle = TextStyle(700, 20, 25)
    message_tight: TextStyle = TextStyle(700, 16, 20)
    band: TextStyle = TextStyle(800, 23, 27, PAPER)
    heading: TextStyle = TextStyle(700, 16, 19, ACCENT)
    box_heading: TextStyle = TextStyle(700, 14.5, 18)
    group_heading: TextStyle = TextStyle(700, 12.5, 15.5, ACCENT)
    card_name: TextStyle = TextStyle(700, 15, 19)
    chip: TextStyle = TextStyle(700, 13, 16, PAPER)
    label: TextStyle = TextStyle(700, 13.5, 17)
    fact: TextStyle = TextStyle(700, 12.5, 16)
    body: TextStyle = TextStyle(BODY_WEIGHT, 12, 15)
    closing: TextStyle = TextStyle(700, 12, 15)
    step_number: TextStyle = TextStyle(700, 12, 15, ACCENT)
    sign: TextStyle = TextStyle(400, 12, 14.2)
    """The full list of warning signs: two columns, so a little smaller, never under 12 pt."""
    small: TextStyle = TextStyle(400, 12, 15)
    small_strong: TextStyle = TextStyle(700, 12, 15)
    field: TextStyle = TextStyle(600, 12, 15)
    draft: TextStyle = TextStyle(700, 12, 15, PAPER)
    footer: TextStyle = TextStyle(600, 12, 15)
    footer_page: TextStyle = TextStyle(700, 12, 15)

    air: float = 1.0
    """Every gap between parts is multiplied by this."""
    figure_width: float = 53 * MM
    figure_height: float = 33 * MM
    gutter: float = 6 * MM
    torn: bool = False
    """Whether the first box may go on overleaf, as the last resort where it is too tall."""
    loose: bool = False
    """The last resort: a page may end within a list in columns, and page 1 has smaller heads."""
    tight: bool = False
    """Whether the gaps and the message of page 1 are closed up, so that it keeps its promise."""

    @property
    def closeness(self) -> float:
        """What the gaps between items in columns are multiplied by."""
        return self.air if self.loose else 1.0

    def ink(self, colour: Colour) -> Colour:
        """Give the colour that prints for a colour of the design."""
        return dict(self.inks).get(colour, colour)

    def printed_in(self, inks: Mapping[Colour, Colour]) -> Style:
        """Give this style with other colours in place of those of the design."""
        printed = self.with_texts(
            lambda _, text: replace(text, colour=inks.get(text.colour, text.colour))
        )
        return replace(printed, inks=tuple(inks.items()))

    def with_texts(self, change: Callable[[str, TextStyle], TextStyle]) -> Style:
        """Give this style with each role of text changed, which is called with its name."""
        texts = {
            name: change(name, text)
            for name in self.__struct_fields__
            if isinstance(text := getattr(self, name), TextStyle)
        }
        return replace(self, **texts)
