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


USUAL_CLOSEST = 0.35
"""The least factor of the gaps inside a flow item, but in the last styles of a sheet."""


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
    """The baseline of the footer, from the top."""

    @property
    def content_width(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.margin

    def to_the_edge(self) -> Page:
        """Return the page with the least margins, those of half sheets, and a lower footer."""
        return replace(
            self,
            margin=_LEAST_MARGIN,
            top=_LEAST_TOP,
            bottom=self.bottom + _LOWER,
            footer=self.footer + _LOWER,
        )


_LEAST_MARGIN, _LEAST_TOP, _LOWER = 13 * MM, 8 * MM, 3 * MM
"""The least margins, and how much lower the footer is with them: 9 mm above the edge."""


class Style(Struct, frozen=True, kw_only=True):
    """All measures, type and colours that a leaflet is set with; lengths in points."""

    page: Page
    rail: float = 14 * MM
    """The width of the left column for icons and marks; all text starts on its right edge.

    Without a rail (0) text starts at the margin, and marks are inside the measure.
    """
    pad: float = 0
    """The padding of a box on both sides, where there is no rail."""
    measure: float = 142 * MM
    """The measure of running text and lists: about 72 characters."""
    list_left: float = 14 * MM
    """The left edge of lists in two columns, where there is a rail."""
    list_right: float = 5 * MM
    """From the right edge of lists in two columns to that of the page."""
    columns: bool = True
    """Whether short lists, the parts of a card and lines to fill in may be side by side."""
    tick_columns: int = 2
    """The columns of a list to tick, where short lists may be side by side."""
    mark_factor: float = 1.0
    """The size of marks, icons and the parts of a card, 1 being the usual."""
    inks: tuple[tuple[Colour, Colour], ...] = ()
    """Pairs of a colour of the design and what prints instead, such as a service's accent."""
    theme: str = "colour"
    """The theme of the figures, a key of `render.drawings.pen.THEMES`."""

    # Five sizes, each 1.2 times the one before it; the band and the footer have their own.
    title: TextStyle = TextStyle(800, 31, 33, ACCENT)
    service: TextStyle = TextStyle(700, 12.5, 16.5)
    """Who hands the leaflet out, above or beside the title."""
    stage: TextStyle = TextStyle(400, 12.5, 16.5)
    message: TextStyle = TextStyle(700, 20, 25)
    message_tight: TextStyle = TextStyle(700, 18, 22)
    band: TextStyle = TextStyle(800, 22, 27.5, PAPER)
    heading: TextStyle = TextStyle(700, 18, 22, ACCENT)
    box_heading: TextStyle = TextStyle(700, 15, 19)
    """The heading of a box, of a row of the medicines and of an exercise."""
    group_heading: TextStyle = TextStyle(700, 12.5, 16.5)
    chip: TextStyle = TextStyle(700, 15, 19, PAPER)
    fact: TextStyle = TextStyle(700, 12.5, 16.5)
    body: TextStyle = TextStyle(BODY_WEIGHT, 12.5, 16.5)
    closing: TextStyle = TextStyle(700, 12.5, 16.5)
    step_number: TextStyle = TextStyle(700, 12.5, 16.5, ACCENT)
    first_box: TextStyle = TextStyle(BODY_WEIGHT, 12.5, 16.5)
    """The emergency box of page 1, and what to check before it."""
    sign: TextStyle = TextStyle(400, 12.5, 15.8)
    """Warning signs in two columns."""
    small: TextStyle = TextStyle(400, 12.5, 16)
    small_strong: TextStyle = TextStyle(700, 12.5, 16)
    field: TextStyle = TextStyle(700, 12.5, 16.5)
    overleaf: TextStyle = TextStyle(700, 15, 19)
    """The heading of a box or a section, repeated where it goes on overleaf."""
    draft: TextStyle = TextStyle(700, 12, 15, PAPER)
    footer: TextStyle = TextStyle(400, 12, 15)
    footer_page: TextStyle = TextStyle(700, 12, 15)

    gap_factor: float = 1.0
    """What the gap above each flow item is multiplied by."""
    closest: float = USUAL_CLOSEST
    """The least factor of the gaps inside a flow item."""
    rule_gap: float = 5.5
    """From the rule above a section to its heading."""
    figure_width: float = 62 * MM
    figure_height: float = 44 * MM
    gutter: float = 6 * MM
    parts_first_box: bool = False
    """Whether what follows the list in the emergency box may be overleaf, in one column."""
    splits_first_box: bool = False
    """Whether the list in the emergency box may continue overleaf: the last resort there."""
    is_closest: bool = False
    """Whether no closer style is left to try: what does not fit in it is refused."""
    crisis_first: bool = False
    """Whether the crisis line opens the box of all the signs even if a sheet more is taken."""
    tight: bool = False
    """Whether the gaps and the message of page 1 are made smaller, so that more fits on it."""
    runs_on: bool = False
    """Whether the signs for today run on where they have no groups."""
    rows_run_on: bool = False
    """Whether the words of a row of medicines run on in a short edition: the last resort there."""
    topics_run_on: bool = False
    """Whether what is said below the signs of page 1 runs on, unless it has lines of its own."""
    stops_run_on: bool = False
    """Whether the reasons to stop an exercise run on: the last resort there."""
    ticks_on_cards: bool = False
    """Whether the week to tick is on the cards of the exercises, where the strip has no room."""
    repeats_names: bool = True
    """Whether a column that starts inside a group of signs repeats the name of the group."""
    lists: bool = False
    """Whether what runs on in a short edition may be a list, also where gaps are small."""
    empty_page: float = 300.0
    """What an empty page costs, against the penalties of breaking one elsewhere."""
    lines: tuple[str, ...] = ()
    """The sections of page 1 in which each fact, or topic, begins a line even then."""

    @property
    def closeness(self) -> float:
        """What the gaps inside a flow item are multiplied by: 1 where there is one column."""
        return max(self.closest, self.gap_factor) if self.columns else 1.0

    @property
    def is_close(self) -> bool:
        """Whether it is one of the closest styles with columns."""
        return self.columns and self.gap_factor < _CLOSE

    @property
    def has_lists(self) -> bool:
        """Whether a list that runs on in the closer styles has its items one below the other."""
        return self.lists or (self.columns and self.gap_factor >= _LISTED)

    @property
    def lists_rows(self) -> bool:
        """Whether each medicine has a line; in one column where that takes no sheet more."""
        return self.lists or (self.columns and not self.rows_run_on)

    @property
    def lists_stops(self) -> bool:
        """Whether each reason to stop an exercise has a line of its own."""
        return self.lists or not self.stops_run_on

    def has_lines(self, section: str) -> bool:
        """Return whether each fact or topic of a section of page 1 begins a line."""
        return section in self.lines or self.has_lists

    def ink(self, colour: Colour) -> Colour:
        """Return the colour that prints for a colour of the design."""
        return dict(self.inks).get(colour, colour)

    def printed_in(self, inks: Mapping[Colour, Colour]) -> Style:
        """Return this style with other colours in place of those of the design."""
        printed = self.with_texts(
            lambda _, text: replace(text, colour=inks.get(text.colour, text.colour))
        )
        return replace(printed, inks=tuple(inks.items()))

    def with_low_title(self) -> Style:
        """Return this style with a smaller title, message and band on page 1."""
        return replace(
            self,
            title=replace(self.title, size=22, leading=24),
            message_tight=replace(self.message_tight, size=15, leading=17),
            band=replace(self.band, size=18, leading=20),
        )

    def with_texts(self, change: Callable[[str, TextStyle], TextStyle]) -> Style:
        """Return this style with each text style changed; `change` gets the role and its style."""
        texts = {
            name: change(name, text)
            for name in self.__struct_fields__
            if isinstance(text := getattr(self, name), TextStyle)
        }
        return replace(self, **texts)


_SIGN_NEARER = 0.5
"""How much less leading warning signs have than body text in compact styles, in points."""
_LOW_TOP = 8.6 * MM
"""The top margin where the emergency box would not fit page 1 in one column."""
_LEAST_PAD = 4 * MM
_LEAST_LEADING = 1.2
"""The padding of boxes, and the leading in em, where the emergency box would not fit otherwise."""
_NEAREST_PAD = 3 * MM
"""The padding of boxes in the last styles before a sign goes overleaf."""
_HARDLY_A_GAP = 0.05
"""What the gaps of page 1 are multiplied by in the very last."""
_LARGE_MARGIN, _LARGE_TOP = 15, 12
"""The margins of large print, in millimetres: a line should hold as many words as it can."""
_CLOSE = 0.5
"""Styles whose gaps are multiplied by less than this are close."""
_LISTED = 0.6
"""Styles whose gaps are multiplied by at least this have room for lists."""
_LARGE: dict[str, tuple[float, float]] = {
    "title": (36, 40),
    "message": (25.5, 31),
    "message_tight": (21.5, 27),
    "band": (28, 34),
    "heading": (25.5, 31),
    "box_heading": (21.5, 27),
    "chip": (21.5, 27),
    "overleaf": (21.5, 27),
}
"""Size and leading of headings where body text is 18 pt; all other text is 18 on 24 pt."""
_POCKET: dict[str, tuple[float, float]] = {
    "title": (26, 29),
    "message": (18, 22),
    "message_tight": (15, 19),
    "band": (20, 25),
}
_POCKET_BODY = (12.0, 15.2)
"""Size and leading on half sheets of what is body text on whole sheets."""


@lru_cache(maxsize=32)
def styles_for(
    paper: str, size: int = USUAL_SIZE, *, mono: bool = False, accent: str = ""
) -> tuple[Style, ...]:
    """Return the styles to try for a leaflet, from the most spacious to the most compact.

    `size` is that of body text in points, ignored for half sheets; `accent` is a colour as
    #rrggbb, empty for the design's own, ignored with `mono`. Body text is never smaller than
    asked for (12 pt; the first styles have half a point more): compact styles have smaller gaps,
    and may have smaller figures, leading and headings.
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
    tight = replace(style, tight=True, gap_factor=0.9)
    if not style.columns:
        return style, tight, *_with_low_first_page(tight)
    compact = _closer(tight, leading=15.8, gap_factor=0.75, figure_height=44 * MM)
    dense = _closer(tight, size=12, leading=15.2, gap_factor=0.6, figure_height=42 * MM)
    wide = _closer(tight, size=12, leading=15.2, gap_factor=0.49, figure_height=42 * MM)
    packed = _closer(tight, size=12, leading=14.6, gap_factor=0.45, figure_height=40 * MM)
    loose = _closer(tight, size=12, leading=14.2, gap_factor=0.35, figure_height=38 * MM)
    loose = replace(loose.with_low_title(), is_closest=True)
    return style, tight, compact, dense, wide, packed, loose


def _with_low_first_page(tight: Style) -> tuple[Style, ...]:
    """Return the styles of one column in which more and more fits on page 1.

    In the last five not all of the emergency box need be there: its closing words may be overleaf,
    and in the last of all some signs too.
    """
    near = replace(tight, gap_factor=0.5)
    low = replace(
        tight,
        gap_factor=0.3,
        page=replace(tight.page, top=min(tight.page.top, _LOW_TOP)),
        band=replace(tight.band, size=tight.box_heading.size, leading=tight.box_heading.leading),
        title=replace(tight.heading, weight=tight.title.weight),
        message_tight=replace(tight.body, weight=tight.message.weight),
    )
    size = tight.body.size
    lowest = replace(
        low,
        pad=_LEAST_PAD,
        first_box=replace(low.first_box, leading=_LEAST_LEADING * size),
        title=replace(low.title, leading=_LEAST_LEADING * low.title.size),
    )
    wider = _with_longer_lines(lowest)
    nearest = replace(wider, gap_factor=_HARDLY_A_GAP)
    parted = [replace(one, parts_first_box=True) for one in (near, lowest, wider, nearest)]
    last = replace(nearest, splits_first_box=True, is_closest=True)
    return near, low, lowest, wider, nearest, *parted, last


def _with_longer_lines(lowest: Style) -> Style:
    """Return a style of one column with more room for the signs of page 1, above all on a sheet."""
    page = lowest.page
    if page.margin > _LEAST_MARGIN:
        page = page.to_the_edge()
    more = page.content_width - lowest.page.content_width
    return replace(lowest, page=page, measure=lowest.measure + more, pad=_NEAREST_PAD)


def _closer(
    style: Style, *, leading: float, gap_factor: float, figure_height: float, size: float = 0
) -> Style:
    """Return a style with smaller gaps and figures, and body text on another leading, in points.

    `size` is that of body text, at least 12 pt; 0 leaves it.
    """
    usual = style.body.size

    def close(_: str, text: TextStyle) -> TextStyle:
        if text.size != usual:
            return text
        return replace(text, size=size or usual, leading=min(leading, text.leading))

    closer = style.with_texts(close)
    return replace(
        closer,
        sign=replace(closer.sign, leading=min(closer.sign.leading, leading - _SIGN_NEARER)),
        gap_factor=gap_factor,
        figure_height=figure_height,
    )


def _large(paper: str, size: int) -> Style:
    """Return the style for large print: all text larger, in one column, without a rail."""
    share = size / LARGE_PRINT
    sheet = _SHEETS[paper]
    page = replace(sheet, margin=_LARGE_MARGIN * MM, top=_LARGE_TOP * MM)
    style = Style(page=page)

    def enlarge(name: str, text: TextStyle) -> TextStyle:
        size_at_18, leading = _LARGE.get(name, (LARGE_PRINT, 24))
        return replace(text, size=size_at_18 * share, leading=leading * share)

    enlarged = style.with_texts(enlarge)
    rise = _FOOTER_RISE * enlarged.footer.size / style.footer.size
    return replace(
        enlarged,
        page=replace(page, bottom=page.footer - rise - _CLEAR),
        rail=0,
        pad=6 * MM,
        measure=page.content_width,
        columns=False,
        empty_page=_EMPTY_PAGE,
        mark_factor=1.4 * share,
        figure_width=76 * MM * share,
        figure_height=42 * MM * share,
    )


def _pocket(paper: str) -> Style:
    """Return the style for half a sheet: body text of 12 pt, in one column, without a rail."""
    style = Style(page=_SHEETS[paper])
    usual = style.body.size

    def reduce(name: str, text: TextStyle) -> TextStyle:
        size, leading = _POCKET.get(name, (text.size, text.leading))
        if text.size == usual:
            size, leading = _POCKET_BODY
        return replace(text, size=size, leading=leading)

    return replace(
        style.with_texts(reduce),
        rail=0,
        pad=4 * MM,
        measure=style.page.content_width,
        columns=False,
        empty_page=_EMPTY_PAGE,
        figure_width=52 * MM,
        figure_height=30 * MM,
    )


_EMPTY_PAGE = 2000.0
"""The cost of an empty page in one column: one that is white for a third looks like the end."""
_CLEAR = 14.2
"""The least space between the last line and the footer, in points: 5 mm."""
_FOOTER_RISE = 10.2
"""From the baseline of the footer up to its top, that of the DRAFT tag, in points."""


def _sheet(width_mm: float, height_mm: float) -> Page:
    return _page(width_mm, height_mm, margin_mm=20, top_mm=15, foot_mm=12)


def _half_sheet(width_mm: float, height_mm: float) -> Page:
    """Return a page of half a sheet, with narrower margins."""
    return _page(width_mm, height_mm, margin_mm=13, top_mm=11, foot_mm=9)


def _page(
    width_mm: float, height_mm: float, *, margin_mm: float, top_mm: float, foot_mm: float
) -> Page:
    """Return a page whose footer has its baseline `foot_mm` above the lower edge."""
    footer = (height_mm - foot_mm) * MM
    return Page(
        width=width_mm * MM,
        height=height_mm * MM,
        margin=margin_mm * MM,
        top=top_mm * MM,
        bottom=footer - _FOOTER_RISE - _CLEAR,
        footer=footer,
    )


_SHEETS = {
    "a4": _sheet(210, 297),
    "letter": _sheet(215.9, 279.4),
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
