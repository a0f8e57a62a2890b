"""Share the white of a leaflet on one sheet between its two sides: `with_sides_spread`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import CARD, DIARY, EMERGENCY
from handouts.leaflet.tree import Table
from handouts.render.layout.forms import WEEK_STRIP, table_is_week
from handouts.render.layout.sheet_style import one_sheet_styles, sheet_styles
from handouts.render.layout.style import styles_for
from handouts.render.orders import SIDES_OF_A_SHEET
from handouts.render.set_once import SetOnce
from handouts.render.setting import Setting
from handouts.render.spread import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Leaflet, Part
    from handouts.render.layout.style import Style
    from handouts.render.orders import Sections
    from handouts.render.paginated import PaginatedLeaflet
    from handouts.render.spread import Paged


def with_sides_spread(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with each side in the most spacious style that holds what stands on it.

    A closer style than the one that was found may end side 1 higher up. It is taken where each
    topic of the emergency box has a line then, or else where the week to tick has room. A layout of
    more sides, or with a diary, is left as it is.
    """
    if DIARY in layout.order or len(layout.pages) != SIDES_OF_A_SHEET:
        return layout
    named = [one for one in leaflet.sections if one.id in layout.order and one.id != CARD]
    named.sort(key=lambda one: layout.order.index(one.id))
    ways = [*_ways(leaflet, layout, tuple(named))]
    if not ways:
        return layout
    items, pages = max(ways, key=_worth)
    cards = [one for one in layout.items if one.name == CARD]
    return replace(layout, items=[*items, *cards], pages=pages)


def _worth(found: Paged) -> tuple[int, bool]:
    """Return the lines of the emergency box, and whether the week to tick has room."""
    names = [item.name for item in found[0]]
    return names.count(EMERGENCY), WEEK_STRIP in names


def _ways(leaflet: Leaflet, layout: PaginatedLeaflet, sections: Sections) -> Iterator[Paged]:
    """Yield the two sides for each style that has room for them, the most spacious first."""
    builder, look = layout.builder, leaflet.look
    own = one_sheet_styles(styles_for(look.paper, look.size, mono=look.mono, accent=leaflet.accent))
    standard = sheet_styles(look.paper, mono=look.mono, accent=leaflet.accent)
    every = [*(one for group in standard[:-1] for one in group), *own]
    without = tuple(replace(one, parts=_without_week(one.parts)) for one in sections)
    known: dict[tuple[Style, int], Setting] = {}
    once = SetOnce(leaflet)
    found_there = builder.style
    for style in own[own.index(found_there) :]:
        if _runs_on(style) != _runs_on(found_there):
            break  # a list on side 2 is worth more than lines on side 1
        # The words of both sides start at one edge.
        alike = [one for one in every if one.page == style.page and one.rail == style.rail]
        settings = [
            known.get((one, 0)) or Setting(replace(builder, style=one), once, known)
            for one in alike
        ]
        chosen = settings[alike.index(style)]
        if chosen.sides(sections) != SIDES_OF_A_SHEET:
            continue
        found = spread(settings, chosen, sections, style.body.size)
        if len(chosen.divided_if_it_fits(found[0], week=True)) != SIDES_OF_A_SHEET:
            # A side to which the week may be added is left as it is, so it goes.
            found = spread(settings, chosen, without, style.body.size)
        if len(found[1]) == SIDES_OF_A_SHEET:
            yield found


def _runs_on(style: Style) -> tuple[bool, bool]:
    """Return what runs on in a style that is a list in others: reasons to stop, signs for today."""
    return style.stops_run_on, style.runs_on


def _without_week(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(one for one in parts if not (isinstance(one, Table) and table_is_week(one)))
