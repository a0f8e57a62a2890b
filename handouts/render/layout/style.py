"""Define page sizes, type, colours and the styles to try for a format: `styles_for`.

Lengths are in points. A service's accent colour must have a contrast of 7:1 (WCAG 2.2, 1.4.6);
its tint is computed here.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import HALF_OF, LARGE_PRINT, USUAL_SIZE
from handouts.render.pdf.graphics import MM, PAPER, Colour

BODY_WEIGHT = 400
"""The font weight of running text and of the patient's name."""

# Contrast on white, on tint: ink 16.4, 14.5; accent 9.1, 8.0; danger 7.9 (also white on danger).
INK = Colour.from_hex("#14212B")
ACCENT = Colour.from_hex("#0B4F63")
DANGER = Colour.from_hex("#A3121A")
TINT = Colour.from_hex("#E9F3F5")
BLACK = Colour(0, 0, 0)
MONO: Mapping[Colour, Colour] = MappingProxyType(
    {INK: BLACK, ACCENT: BLACK, DANGER: BLACK, TINT: PAPER}
)
"""What replaces each colour of the design on a black-and-white printer."""


class TextStyle(Struct, frozen=True):
    """The type of one role of text: weight (400 to 800), size and leading in points, colour."""

    weight: int
    size: float
    leading: float
    colour: Colour = INK

    @property
    def strong(self) -> int:
        """The weight of key words: at least 700; heavier text stays as it is."""
        return max(self.weight, 700)


class Page(Struct, frozen=True, kw_only=True):
    """A page: its size and margins; `top` and `bottom`, from the top, bound its flow items."""

    width: float
    height: float
    margin: float
    top: float
    bottom: float
    footer: float
    """The lower edge of the footer, from the top; its last baseline is slightly below."""

    @property
    def content_width(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.margin


class Style(Struct, frozen=True, kw_only=True):
    """All measures, type and colours that a leaflet is set with; lengths in points."""

    page: Page
    rail: float = 18 * MM
    """The width of the left column for icons and marks; all text starts on its right edge.

    Without a rail (0) text starts at the margin, and marks are inside the measure.
    """
    pad: float = 0
    """The padding of a box on both sides, where there is no rail."""
    measure: float = 134 * MM
    """The measure of running text: 65 to 72 characters per line."""
    wide_measure: float = 151 * MM
    """The measure of items of a warning box, and of what to do: one line each where possible."""
    columns: bool = True
    """Whether short lists, the parts of a card and lines to fill in may be side by side."""
    mark_factor: float = 1.0
    """The size of marks, icons and the parts of a card, 1 being the usual."""
    inks: tuple[tuple[Colour, Colour], ...] = ()
    """Pairs of a colour of the design and what prints instead, such as a service's accent."""
    theme: str = "colour"
    """The theme of the figures, a key of `render.drawings.pen.THEMES`."""

    title: TextStyle = TextStyle(800, 29, 32, ACCENT)
    service: TextStyle = TextStyle(600, 12, 15)
    """Who hands the leaflet out, above or beside the title."""
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
    """Warning signs: tighter leading than `body`, for two columns; never under 12 pt."""
    small: TextStyle = TextStyle(400, 12, 15)
    small_strong: TextStyle = TextStyle(700, 12, 15)
    field: TextStyle = TextStyle(600, 12, 15)
    draft: TextStyle = TextStyle(700, 12, 15, PAPER)
    footer: TextStyle = TextStyle(600, 12, 15)
    footer_page: TextStyle = TextStyle(700, 12, 15)

    gap_factor: float = 1.0
    """What the gap above each flow item is multiplied by."""
    figure_width: float = 53 * MM
    figure_height: float = 33 * MM
    gutter: float = 6 * MM
    splits_first_box: bool = False
    """Whether the emergency box may continue overleaf: the last resort in one column."""
    splits_lists: bool = False
    """Whether a page may end within a list in columns: the last resort where there are columns."""
    tight: bool = False
    """Whether the gaps and the message of page 1 are made smaller, so that more fits on it."""

    @property
    def closeness(self) -> float:
        """What gaps between items in columns are multiplied by: 1, unless lists may split."""
        return self.gap_factor if self.splits_lists else 1.0

    def ink(self, colour: Colour) -> Colour:
        """Return the colour that prints for a colour of the design."""
        return dict(self.inks).get(colour, colour)

    def printed_in(self, inks: Mapping[Colour, Colour]) -> Style:
        """Return this style with other colours in place of those of the design."""
        printed = self.with_texts(
            lambda _, text: replace(text, colour=inks.get(text.colour, text.colour))
        )
        return replace(printed, inks=tuple(inks.items()))

    def with_texts(self, change: Callable[[str, TextStyle], TextStyle]) -> Style:
        """Return this style with each text style changed; `change` gets the role and its style."""
        texts = {
            name: change(name, text)
            for name in self.__struct_fields__
            if isinstance(text := getattr(self, name), TextStyle)
        }
        return replace(self, **texts)


_LARGE: dict[str, tuple[float, float]] = {
    "title": (36, 40),
    "stage": (18, 24),
    "message": (24, 30),
    "message_tight": (22, 27),
    "band": (28, 34),
    "heading": (24.5, 30),
    "box_heading": (21.5, 28),
    "group_heading": (19.5, 26),
    "card_name": (23, 29),
    "chip": (20, 25),
    "label": (20, 26.5),
    "fact": (19, 25.5),
}
"""Size and leading of headings where body text is 18 pt; all other text is 18 on 24 pt."""
_POCKET: dict[str, tuple[float, float]] = {
    "title": (26, 29),
    "message": (16.5, 21),
    "message_tight": (15, 19),
    "band": (20, 25),
}


@lru_cache(maxsize=32)
def styles_for(
    paper: str, size: int = USUAL_SIZE, *, mono: bool = False, accent: str = ""
) -> tuple[Style, ...]:
    """Return the styles to try for a leaflet, from the most spacious to the most compact.

    `size` is that of body text in points, ignored for half sheets; `accent` is a colour as
    #rrggbb, empty for the design's own, ignored with `mono`. Body text is never made smaller:
    compact styles have smaller gaps, and may have smaller figures, leading and headings.
    """
    if paper in HALF_OF:
        style = _pocket(paper)
    elif size > USUAL_SIZE:
        style = _large(paper, size)
    else:
        style = Style(page=_SHEETS[paper])
    if mono:
        style = replace(style.printed_in(MONO), theme="mono")
    elif accent:
        style = style.printed_in(inks_of(Colour.from_hex(accent)))
    tight = replace(style, tight=True)
    if not style.columns:
        low = replace(
            tight,
            gap_factor=0.5,
            title=replace(style.heading, weight=style.title.weight),
            message_tight=replace(style.body, weight=style.message.weight),
        )
        return (
            style,
            tight,
            replace(tight, gap_factor=0.5),
            low,
            replace(low, splits_first_box=True),
        )
    compact = _closer(tight, leading=0.95, gap_factor=0.7)
    dense = _closer(tight, leading=0.925, gap_factor=0.5)
    packed = _closer(tight, leading=0.9, gap_factor=0.1)
    loose = replace(
        packed,
        splits_lists=True,
        title=replace(style.title, size=22, leading=24),
        message_tight=replace(style.message_tight, size=15, leading=17),
        band=replace(style.band, size=17, leading=19.5),
    )
    return style, tight, compact, dense, packed, loose


def _closer(style: Style, *, leading: float, gap_factor: float) -> Style:
    """Return a style with smaller gaps and figures; `leading` and `gap_factor` are factors."""

    def close(text: TextStyle) -> TextStyle:
        return replace(text, leading=text.leading * leading)

    return replace(
        style,
        gap_factor=gap_factor,
        figure_width=47 * MM,
        figure_height=26 * MM,
        body=close(style.body),
        closing=close(style.closing),
        step_number=close(style.step_number),
        sign=close(style.sign),
        small=close(style.small),
        fact=close(style.fact),
    )


def _large(paper: str, size: int) -> Style:
    """Return the style for large print: all text larger, in one column, without a rail."""
    share = size / LARGE_PRINT
    page = _SHEETS[paper]
    style = Style(page=page)

    def enlarge(name: str, text: TextStyle) -> TextStyle:
        size_at_18, leading = _LARGE.get(name, (LARGE_PRINT, 24))
        return replace(text, size=size_at_18 * share, leading=leading * share)

    return replace(
        style.with_texts(enlarge),
        rail=0,
        pad=6 * MM,
        measure=page.content_width,
        wide_measure=page.content_width,
        columns=False,
        mark_factor=1.4 * share,
        figure_width=76 * MM * share,
        figure_height=40 * MM * share,
    )


def _pocket(paper: str) -> Style:
    """Return the style for half a sheet: body text as usual, in one column, without a rail."""
    style = Style(page=_SHEETS[paper])

    def reduce(name: str, text: TextStyle) -> TextStyle:
        size, leading = _POCKET.get(name, (text.size, text.leading))
        return replace(text, size=size, leading=leading)

    return replace(
        style.with_texts(reduce),
        rail=0,
        pad=4 * MM,
        measure=style.page.content_width,
        wide_measure=style.page.content_width,
        columns=False,
        figure_width=58 * MM,
        figure_height=30 * MM,
    )


def _sheet(width_mm: float, height_mm: float, bottom_mm: float) -> Page:
    return Page(
        width=width_mm * MM,
        height=height_mm * MM,
        margin=18 * MM,
        top=10 * MM,
        bottom=bottom_mm * MM,
        footer=(height_mm - 8.5) * MM,
    )


def _half_sheet(width_mm: float, height_mm: float) -> Page:
    """Return a page of half a sheet, with narrower margins."""
    return Page(
        width=width_mm * MM,
        height=height_mm * MM,
        margin=12 * MM,
        top=9 * MM,
        bottom=(height_mm - 18) * MM,
        footer=(height_mm - 7) * MM,
    )


_SHEETS = {
    "a4": _sheet(210, 297, 280),
    "letter": _sheet(215.9, 279.4, 262.5),
    "a5": _half_sheet(148, 210),
    "half-letter": _half_sheet(139.7, 215.9),
}


LEAST_CONTRAST = 7.0
"""The least contrast of the accent on white and on its tint (WCAG 2.2, 1.4.6)."""
_STEPS = 255
_STRONGEST_TINT = 0.09
"""The share of the accent in its tint, where the contrast allows it."""
_RED_HUES = 18 / 360
"""Hues nearer to red than this look like danger, as a share of the colour circle."""
_GREYISH = 0.2
"""Colours up to this saturation (HLS) look grey, whatever their hue."""


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21, in either order (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def passes(accent: Colour) -> bool:
    """Return whether text in this colour has a contrast of LEAST_CONTRAST on white."""
    return contrast(accent, PAPER) >= LEAST_CONTRAST


def nearest_passing(accent: Colour) -> Colour:
    """Return the lightest colour of the same hue and saturation (HLS) that passes."""
    hue, lightness, saturation = colorsys.rgb_to_hls(accent.red, accent.green, accent.blue)
    for step in range(_STEPS + 1):
        darker = Colour.from_hex(
            hex_of(Colour(*colorsys.hls_to_rgb(hue, lightness * (1 - step / _STEPS), saturation)))
        )
        if passes(darker):
            return darker
    raise AssertionError  # black passes


def looks_like_danger(accent: Colour) -> bool:
    """Return whether a colour could be taken for the red of the warning boxes."""
    hue, _, saturation = colorsys.rgb_to_hls(accent.red, accent.green, accent.blue)
    red, _, _ = colorsys.rgb_to_hls(DANGER.red, DANGER.green, DANGER.blue)
    away = abs(hue - red)
    return saturation > _GREYISH and min(away, 1 - away) < _RED_HUES


def tint_of(accent: Colour) -> Colour:
    """Return the background of boxes: as strong as the contrast of the accent on it allows."""
    for step in range(_STEPS):
        tint = _mixed(accent, _STRONGEST_TINT * (1 - step / _STEPS))
        if contrast(accent, tint) >= LEAST_CONTRAST:
            return tint
    return PAPER


def inks_of(accent: Colour) -> Mapping[Colour, Colour]:
    """Return what prints in place of the design's own accent and tint."""
    return {ACCENT: accent, TINT: tint_of(accent)}


def hex_of(colour: Colour) -> str:
    """Return a colour as #RRGGBB."""
    parts = (colour.red, colour.green, colour.blue)
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)


def _mixed(accent: Colour, share: float) -> Colour:
    parts = (accent.red, accent.green, accent.blue)
    red, green, blue = (1 - share * (1 - part) for part in parts)
    return Colour.from_hex(hex_of(Colour(red, green, blue)))


def _luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
        for part in (colour.red, colour.green, colour.blue)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
