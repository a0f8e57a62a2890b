"""Styles with lines as long as the page: `widened`, and `sheet_styles` for the standard edition."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.render.layout.style import styles_for
from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.render.layout.style import Style


_EDGE, _NEAR_EDGE = 5 * MM, 3 * MM
"""From the right edge of text to that of the page, in points; and in the closest styles."""
GAPS = 0.3, 0.25, 0.2
_LEAST_GAPS, _FEWEST_GAPS, _NO_GAPS = GAPS[-1], 0.1, 0.0
"""What the gaps between parts are multiplied by where page 1 has little room for lines, and where
two sheets are only just enough."""
_SIGN_NEARER = 0.1
"""How much less leading signs have without gaps, in points: a box keeps clear of their words."""
_BOX_APART = 0.15
"""How much less it is in the last styles, so that the edges of two boxes do not touch."""
_SIGNS_FULL = 0.35
"""How much less it is in the very last, where the signs would begin one sheet more."""
_NARROW_RAIL = 11 * MM
"""The least width of the column of icons: that of the largest, and a gap."""
_LOOSER = ((1.08, 2.6), (1.08, 2.2), (1.08, 1.8), (1.08, 1.4), (1.05, 1.2), (1.05, 1.05))
"""What leading and gaps are multiplied by where a page has white in the most spacious style."""
_NEAR_RULE = 2.5
"""From the rule above a section to its heading in the last style, in points."""
_SMALL_FIGURE, _SMALLEST_FIGURE = 54 * MM, 46 * MM
"""The width of a figure on a card in the closest styles of a short edition, and in the very last,
where a sheet more would be taken."""
_NEAREST_INSIDE = 0.1
"""The least factor of the gaps inside cards, rows and boxes in the last styles."""


def widened(style: Style) -> Style:
    """Return a style with lines as long as the page: all of a short edition, the closest of others.

    The closest have smaller margins too, still wide enough for any printer, and smaller figures.
    """
    edge = _EDGE
    if style.is_close:
        edge = _NEAR_EDGE
        style = replace(
            style,
            page=replace(style.page, margin=15 * MM, top=10 * MM),
            heading=replace(style.heading, size=15, leading=18),
            figure_width=_SMALL_FIGURE,
            list_left=9.5 * MM,
            list_right=edge,
        )
    measure = style.page.content_width - style.rail - edge
    return replace(style, measure=measure if style.columns else style.measure)


def full_styles(styles: Sequence[Style]) -> Sequence[Style]:
    """Return the styles of the full edition, the most spacious first, from those of its format.

    Where there are columns the last three have the least margins: they come before a sheet more.
    """
    some = [widened(one) if one.is_close else one for one in styles]
    return _with_edges(some, _LEAST_GAPS, _FEWEST_GAPS)


def one_sheet_styles(styles: Sequence[Style]) -> Sequence[Style]:
    """Return the styles of a leaflet on one sheet, which may have the least margins too.

    The last ones have their icons nearer to the words, which is four or five lines less. Then
    reasons to stop an exercise run on, a smaller figure leaves room for two columns of signs for
    today, and in the last of all these run on too, in two or three lines less. The words of a row
    of medicines run on in all of them, and those below the signs of page 1.
    """
    some = [replace(widened(one), rows_run_on=True, topics_run_on=True) for one in styles]
    *others, last = _with_edges(some, _NO_GAPS)
    if not last.columns:
        return (*others, last)
    last = replace(last, is_closest=False)
    nearer = replace(_with_narrow_rail(last), list_left=_NARROW_RAIL)
    nearest = replace(nearer, closest=_NEAREST_INSIDE)
    run_on = replace(nearest, stops_run_on=True)
    small = replace(run_on, figure_width=_SMALLEST_FIGURE)
    all_run_on = replace(small, runs_on=True, is_closest=True)
    return (*others, last, nearer, nearest, run_on, small, all_run_on)


def with_stops_run_on(styles: Sequence[Style]) -> tuple[Style, ...]:
    """Add to styles with columns a last one in which the reasons to stop an exercise run on."""
    *others, last = styles
    if not last.columns:
        return (*others, last)
    return (*others, replace(last, is_closest=False), replace(last, stops_run_on=True))


def _with_edges(styles: Sequence[Style], *gaps: float) -> Sequence[Style]:
    """Add to styles with columns some with the least margins, those after the first with `gaps`."""
    *others, last = styles
    if not last.columns:
        return (*others, last)
    near = _to_the_edge(replace(last, tick_columns=last.tick_columns - 1))
    some = [last, near]
    some += [_with_gaps(near, one) for one in gaps]
    return (*others, *(replace(one, is_closest=False) for one in some[:-1]), some[-1])


def _with_gaps(style: Style, factor: float) -> Style:
    """Return a style with other gaps, few or none, and signs on a leading that is a little less."""
    sign = replace(style.sign, leading=style.sign.leading - _SIGN_NEARER)
    return replace(style, gap_factor=factor, sign=sign)


@lru_cache(maxsize=32)
def at_size(style: Style, size: float) -> Style:
    """Return a style with body text of a size in points, on the same leading.

    The two sheets of a leaflet may have other gaps; another size of text would be one too many.
    """
    usual = style.body.size
    if size == usual:
        return style
    return style.with_texts(
        lambda _, text: replace(text, size=size) if text.size == usual else text
    )


@lru_cache(maxsize=32)
def loosened(style: Style) -> tuple[Style, ...]:
    """Return a style with its lines and gaps wider apart, for pages that have white, widest first.

    Headings keep their leading.
    """
    return tuple(_loosened(style, leading, gaps) for leading, gaps in _LOOSER)


def _loosened(style: Style, factor: float, gaps: float) -> Style:
    usual = style.body.size
    looser = style.with_texts(
        lambda _, text: replace(text, leading=text.leading * factor) if text.size == usual else text
    )
    return replace(looser, gap_factor=style.gap_factor * gaps)


@lru_cache(maxsize=32)
def sheet_styles(
    paper: str, *, mono: bool = False, accent: str = ""
) -> tuple[tuple[Style, ...], ...]:
    """Return the styles of the standard edition on whole sheets, by their page.

    The first are those with the usual margins, then those with small ones, and with the least, each
    from the most spacious to the most compact; then those with hardly a gap inside a part, the last
    of them with small figures. The two sheets of a leaflet have the same page, and each the most
    spacious style that it has room for: so neither is crowded while the other is half empty.
    """
    some = styles_for(paper, mono=mono, accent=accent)
    # The names of groups are repeated once it is known which pages have room for them.
    usual = [replace(widened(one), repeats_names=False) for one in some]
    close = [one for one in usual if one.is_close]
    spacious = [one for one in usual if not one.is_close]
    first, *_, last = close
    airy = [
        replace(
            one,
            page=first.page,
            measure=first.measure,
            heading=first.heading,
            list_left=first.list_left,
            list_right=first.list_right,
        )
        for one in spacious[1:]
    ]
    # As near as the last one, with the title and the band of the others.
    firm = replace(
        last, gap_factor=0.4, title=first.title, message_tight=first.message_tight, band=first.band
    )
    near = (*airy, *close[:-1], firm, replace(last, gap_factor=_LEAST_GAPS))
    tight = (*near, _with_gaps(last, _NO_GAPS))
    to_edge = [_to_the_edge(one) for one in tight]
    narrow = _with_narrow_rail(to_edge[-1])
    sign = replace(narrow.sign, leading=narrow.sign.leading - _BOX_APART)
    nearest = replace(narrow, closest=_NEAREST_INSIDE, sign=sign)
    least = replace(nearest, figure_width=_SMALLEST_FIGURE)
    nearer = replace(sign, leading=sign.leading - _SIGNS_FULL)
    full = replace(least, sign=nearer, crisis_first=True)
    return tuple(spacious), near, (*to_edge, narrow), (nearest, least, full)


def _with_narrow_rail(style: Style) -> Style:
    """Return a style with the icons nearer to the words, which get the room, and a lower title.

    It is a line or two less on page 1.
    """
    nearer = style.rail - _NARROW_RAIL
    return replace(
        style,
        rail=_NARROW_RAIL,
        measure=style.measure + nearer,
        title=replace(style.title, size=20, leading=22),
        band=replace(style.band, size=17, leading=18.5),
        heading=replace(style.heading, leading=17),
        box_heading=replace(style.box_heading, leading=17.5),
        overleaf=replace(style.overleaf, leading=17.5),
        rule_gap=_NEAR_RULE,
    )


def _to_the_edge(style: Style) -> Style:
    """Return a style of small margins with the least, those of half sheets, and lines as long.

    In a close style a list to tick may have a column more.
    """
    page = style.page.to_the_edge()
    wide = page.content_width - style.page.content_width
    more = int(style.is_close)
    return replace(
        style, page=page, measure=style.measure + wide, tick_columns=style.tick_columns + more
    )
