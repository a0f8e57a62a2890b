"""Add what may be asked for, or is printed where there is room, to a leaflet that is laid out.

That is the card to cut out, the week to tick and the diary, and the roomier form of a part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import ABOUT, CARD, DIARY
from handouts.render.arrangement import SIDES_OF_A_SHEET
from handouts.render.layout.flow import set_section
from handouts.render.layout.forms import WEEK_STRIP, diary_on_page
from handouts.render.layout.page_breaks import PageLayout
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.paginated import PaginatedLeaflet, divide

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.leaflet.tree import Leaflet


def with_roomier_parts(layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with the roomier form of each part that has one, where its page has room.

    All pages go on to start with what they started with.
    """
    for at, item in enumerate(layout.items):
        if item.roomier is None:
            continue
        wider = replace(item, flowable=item.roomier, roomier=None, wrapped_to=-1.0)
        items = [*layout.items[:at], wider, *layout.items[at + 1 :]]
        named = set(layout.order)
        pages = divide(layout.builder, [one for one in items if one.name in named])
        starts = [page.placed[0].item for page in layout.pages]
        wanted = [id(wider if one is item else one) for one in starts]
        if [id(page.placed[0].item) for page in pages] == wanted:
            layout = replace(layout, items=items, pages=pages)
    return layout


def with_card_on_last(layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with the card on its last page, if that is the front of a sheet and has room.

    What is printed on the back of the card would be cut with it.
    """
    count = len(layout.pages)
    if not count % SIDES_OF_A_SHEET:
        return layout
    rest = [item for item in layout.items if item.name != CARD]
    at = next((n for n, item in enumerate(rest) if item.name == ABOUT), len(rest))
    items = [*rest[:at], *(item for item in layout.items if item.name == CARD), *rest[at:]]
    named = {*layout.order, CARD}
    pages = divide(layout.builder, [item for item in items if item.name in named])
    longer = replace(layout, items=items, pages=pages)
    return longer if len(pages) == count and longer.ends_in_card else layout


def with_diary(
    leaflet: Leaflet, layout: PaginatedLeaflet, with_room_for_it: Callable[[], PaginatedLeaflet]
) -> PaginatedLeaflet:
    """Return a layout with the diary, on no more sides if it can; else on a last page of its own.

    There it is large, and the leaflet is the same as without it. `with_room_for_it` lays the whole
    leaflet out anew, in a style that has room for it if there is one.
    """
    named = {*layout.order, DIARY}
    pages = divide(layout.builder, [item for item in layout.items if item.name in named])
    found = replace(layout, pages=pages)
    if len(pages) <= len(layout.pages):
        return found
    found = with_room_for_it()
    if len(found.pages) <= len(layout.pages) and found.broken_promise <= layout.broken_promise:
        return found
    section = next(one for one in leaflet.sections if one.id == DIARY)
    items = [item for item in layout.items if item.name != DIARY]
    items += set_section(layout.builder, diary_on_page(section))
    pages = divide(layout.builder, [item for item in items if item.name in named])
    return replace(layout, items=items, pages=pages)


def with_week_overleaf(layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with the week to tick at the top of the page after the exercises, if it can.

    It can where that page has so much white; all pages go on to start with what they started with.
    """
    week = next((item for item in layout.items if item.name == WEEK_STRIP), None)
    places = [(n, one.item) for n, page in enumerate(layout.pages) for one in page.placed]
    at = next((n + 1 for n, item in reversed(places) if item.name == STOP_RULE), 0)
    if week is None or not at or at == len(layout.pages) or not layout.pages[at].placed:
        return layout
    head = week.overleaf.height if week.overleaf else 0.0
    first = layout.pages[at].placed[0].item
    white = layout.builder.style.page
    if first.fresh_page or _end(layout.pages[at]) + head + week.height > white.bottom - white.top:
        return layout
    usual, week.break_penalty = week.break_penalty, 0.0
    named = {*layout.order, WEEK_STRIP}
    pages = divide(layout.builder, [item for item in layout.items if item.name in named])
    starts = [page.placed[0].item if page.placed else None for page in layout.pages]
    starts[at] = week
    found = [page.placed[0].item if page.placed else None for page in pages]
    if [*map(id, found)] == [*map(id, starts)]:
        return replace(layout, pages=pages)
    week.break_penalty = usual
    return layout


def _end(page: PageLayout) -> float:
    """Return where a page ends, without the white above what stands at its foot, in points."""
    ends = [one.top + one.item.height for one in page.placed if not one.item.at_foot]
    feet = sum(one.item.gap + one.item.height for one in page.placed if one.item.at_foot)
    return max(ends, default=0.0) + feet


def with_own_sheet(layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with the card on a sheet of its own."""
    blank = [PageLayout((), ())] * (len(layout.pages) % SIDES_OF_A_SHEET)
    card = divide(layout.builder, [item for item in layout.items if item.name == CARD])
    return replace(layout, pages=[*layout.pages, *blank, *card])
