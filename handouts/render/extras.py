"""Add what may be asked for, or is printed where there is room, to a leaflet that is laid out.

That is the card to cut out, the week to tick and the diary, and the roomier form of a part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import CARD, DIARY
from handouts.errors import TypesettingError
from handouts.render.layout.flow import set_section
from handouts.render.layout.page_breaks import PageLayout
from handouts.render.orders import SIDES_OF_A_SHEET
from handouts.render.paginated import PaginatedLeaflet, divide
from handouts.render.spread import in_roomier_form, page_starts

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.leaflet.tree import Leaflet


def with_roomier_part(layout: PaginatedLeaflet, name: str) -> PaginatedLeaflet:
    """Return a layout with the roomiest form of what has a name that its page has room for.

    All pages go on to start with what they started with.
    """
    at = next((n for n, one in enumerate(layout.items) if one.name == name and one.roomier), None)
    if at is None:
        return layout
    item = layout.items[at]
    starts = [page.placed[0].item for page in layout.pages]
    for form in range(len(item.roomier)):
        wider = in_roomier_form(item, form)
        items = [*layout.items[:at], wider, *layout.items[at + 1 :]]
        try:
            roomier = layout.with_named(items)
        except TypesettingError:
            continue  # so tall that no page holds it
        wanted = [id(wider if one is item else one) for one in starts]
        if page_starts(roomier.pages) == wanted:
            return roomier
    return layout


def with_diary(
    leaflet: Leaflet, layout: PaginatedLeaflet, with_room_for_it: Callable[[], PaginatedLeaflet]
) -> PaginatedLeaflet:
    """Return a layout with the diary, on no more sides if it can; else on a last page of its own.

    There it is large, and the leaflet is the same as without it. `with_room_for_it` lays the whole
    leaflet out anew, in a style that has room for it if there is one.
    """
    found = layout.with_named(layout.items, DIARY)
    if len(found.pages) <= len(layout.pages):
        return found
    found = with_room_for_it()
    if len(found.pages) <= len(layout.pages) and found.broken_promise <= layout.broken_promise:
        return found
    section = next(one for one in leaflet.sections if one.id == DIARY)
    items = [item for item in layout.items if item.name != DIARY]
    items += set_section(layout.builder, replace(section, fresh_page=True))
    return layout.with_named(items, DIARY)


def with_large_diary(layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with the diary as large as what is white on its page.

    That is the last page, if there is room: it would hold little else.
    """
    at = next((n for n, item in enumerate(layout.items) if item.name == DIARY), None)
    if at is None or DIARY not in layout.order:
        return layout
    if all(placed.item.name != DIARY for placed in layout.pages[-1].placed):
        items = [*layout.items]
        items[at] = replace(items[at], fresh_page=True)
        later = layout.with_named(items)
        if len(later.pages) == len(layout.pages):
            layout = later
    return with_roomier_part(layout, DIARY)


def with_own_sheet(layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with the card on a sheet of its own: what is on its back is cut with it."""
    blank = [PageLayout((), ())] * (len(layout.pages) % SIDES_OF_A_SHEET)
    card = divide(layout.builder, [item for item in layout.items if item.name == CARD])
    return replace(layout, pages=[*layout.pages, *blank, *card])
