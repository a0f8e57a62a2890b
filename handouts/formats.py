"""Goes in: a paper, a size of type, mono or not. Comes out: styles to try, the airiest first."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from handouts.content.vocabulary import HALF_OF, LARGE_PRINT, USUAL_SIZE
from handouts.shapes import MM, Colour
from handouts.style import MONO, Page, Style, TextStyle

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
"""Size and leading of headings at 18 pt; all other text is 18 on 24 pt."""
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
    """List the style of a leaflet and its closer forms, the airiest first.

    Letters never shrink to fit: closer means less white.
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
        from handouts.colours import inks_of  # noqa: PLC0415 - few services have a colour

        style = style.printed_in(inks_of(Colour.from_hex(accent)))
    tight = replace(style, tight=True)
    if not style.columns:
        low = replace(
            tight,
            air=0.5,
            title=replace(style.heading, weight=style.title.weight),
            message_tight=replace(style.body, weight=style.message.weight),
        )
        return style, tight, replace(tight, air=0.5), low, replace(low, torn=True)
    compact = _closer(tight, leading=0.95, air=0.7)
    dense = _closer(tight, leading=0.925, air=0.5)
    packed = _closer(tight, leading=0.9, air=0.1)
    loose = replace(
        packed,
        loose=True,
        title=replace(style.title, size=22, leading=24),
        message_tight=replace(style.message_tight, size=15, leading=17),
        band=replace(style.band, size=17, leading=19.5),
    )
    return style, tight, compact, dense, packed, loose


def _closer(style: Style, *, leading: float, air: float) -> Style:
    """Close gaps and figures, and the leading of running text; both are factors."""

    def close(text: TextStyle) -> TextStyle:
        return replace(text, leading=text.leading * leading)

    return replace(
        style,
        air=air,
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
    """Set everything larger, in one column, without a rail."""
    share = size / LARGE_PRINT
    page = _SHEETS[paper]
    style = Style(page=page)

    def enlarge(name: str, text: TextStyle) -> TextStyle:
        high, leading = _LARGE.get(name, (LARGE_PRINT, 24))
        return replace(text, size=high * share, leading=leading * share)

    return replace(
        style.with_texts(enlarge),
        rail=0,
        pad=6 * MM,
        measure=page.content_width,
        wide_measure=page.content_width,
        columns=False,
        grow=1.4 * share,
        figure_width=76 * MM * share,
        figure_height=40 * MM * share,
    )


def _pocket(paper: str) -> Style:
    """Set a page of a booklet: letters of the usual size, in one column, without a rail."""
    style = Style(page=_SHEETS[paper])

    def reduce(name: str, text: TextStyle) -> TextStyle:
        high, leading = _POCKET.get(name, (text.size, text.leading))
        return replace(text, size=high, leading=leading)

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
    """Lay out half a sheet."""
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
