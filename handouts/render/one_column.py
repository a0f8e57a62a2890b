"""Fit the standard edition to pages of one column: `for_one_column`, `in_best_order`.

There is no sheet to act on and sheet of signs there, but a row of pages. So what needs a doctor
today is said once, in the list of all the signs, and what is filled in is together at the end. What
must be whole stands in the order that leaves the fewest pages, and on them the least white.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import permutations
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import (
    ABOUT,
    CARD,
    CHECK_FIRST,
    DIARY,
    EMERGENCY,
    EXERCISES,
    HALF_OF,
    HELP,
    JUST_FOR_YOU,
    MEDICINES,
    STANDARD,
    TODAY,
    USUAL_SIZE,
)
from handouts.leaflet.tree import Panel
from handouts.render.layout.flow import TOP, set_section
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.medicine_rows import ALWAYS, ROWS
from handouts.render.layout.uses import USES
from handouts.render.orders import SIDES_OF_A_SHEET, moved_below, signed_below, without

if TYPE_CHECKING:
    from handouts.content.look import Look
    from handouts.leaflet.tree import Leaflet, Section
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.paginated import PaginatedLeaflet

    Parts = Mapping[int, Sequence[FlowItem]]
    """The flow items of each section, by its identity."""
    Order = tuple[tuple[Section, ...], float]
    """Sections in an order, and what that costs."""


def for_one_column(leaflet: Leaflet) -> Leaflet:
    """Return a leaflet as it is set in one column; any other is left as it is."""
    ids = {one.id for one in leaflet.sections}
    if not is_row_of_pages(leaflet.look) or HELP not in ids:
        return leaflet
    return replace(leaflet, sections=signed_below(without(leaflet.sections, TODAY)))


def is_row_of_pages(look: Look) -> bool:
    """Return whether it is a standard edition in large print or on half sheets: in one column."""
    return look.edition == STANDARD and (look.size != USUAL_SIZE or look.paper in HALF_OF)


def in_best_order(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout in one column with its sections in the order that costs least.

    What stands below page 1 has smaller gaps where that saves a page, or much white. The week to
    tick is left out only where that saves a sheet of paper.
    """
    builder = layout.builder
    left_out = {CARD} | (set() if leaflet.look.diary else {DIARY})
    parts = {id(one): set_section(builder, one) for one in leaflet.sections}
    orders = orders_in_one_column(leaflet)
    found, taken, gaps = _cheapest(layout, parts, orders, left_out | {WEEK_STRIP})
    same, anew = len(found.pages), _in_whole_sheets(found)
    # A booklet gets the week where its blank pages have room for it, once all else is on them.
    tried = () if leaflet.look.booklet else (([(taken, 0.0)], same), (orders, anew))
    for ways, most in tried:
        with_week, order, share = _cheapest(layout, parts, ways, left_out)
        if len(with_week.pages) <= most:
            found, taken, gaps = with_week, order, share
            break
    else:
        left_out.add(WEEK_STRIP)
    # What runs on is a list where that costs no page: all of it, or else what has room.
    spacious = replace(builder, style=replace(builder.style, lists=True))
    listed = {
        id(one): set_section(spacious, one)
        for one in taken
        if has_lists(one) or one.id == EMERGENCY
    }
    least = found.cost
    for some in (listed, *({one: listed[one]} for one in listed if len(listed) > 1)):
        one = _ordered(layout, taken, _closer({**parts, **some}, gaps), left_out)
        if one.broken_promise <= found.broken_promise and one.cost <= least + _COST_OF_LISTS:
            found, parts = one, {**parts, **some}
            if some is listed:
                break
    return found


def _cheapest(
    layout: PaginatedLeaflet, parts: Parts, orders: Sequence[Order], left_out: Container[str]
) -> tuple[PaginatedLeaflet, tuple[Section, ...], float]:
    """Return the layout that costs least, with the order of its sections and the share of gaps."""
    best: tuple[tuple[int, int, int], float] | None = None
    for share, less in _CLOSER.items():
        closer = _closer(parts, share)
        for order, more in orders:
            one = _ordered(layout, order, closer, left_out)
            cost = one.broken_promise, one.cost + less + more
            if best is None or cost < best:
                best, found, taken, gaps = cost, one, order, share
    return found, taken, gaps


def _ordered(
    layout: PaginatedLeaflet, order: Sequence[Section], parts: Parts, left_out: Container[str]
) -> PaginatedLeaflet:
    """Return a layout with its sections in an order, without the items of some names."""
    return layout.of([item for one in order for item in parts[id(one)]], left_out)


def _in_whole_sheets(layout: PaginatedLeaflet) -> int:
    """Return the pages of a layout, rounded up to whole sheets of paper."""
    return -(-len(layout.pages) // SIDES_OF_A_SHEET) * SIDES_OF_A_SHEET


def _closer(parts: Parts, share: float) -> Parts:
    """Return the items of sections with their gaps multiplied, but for those of page 1."""
    return {one: [_with_gap(item, share) for item in items] for one, items in parts.items()}


def _with_gap(item: FlowItem, share: float) -> FlowItem:
    """Return an item with a share of the gap above it, if it is not of page 1."""
    if item.name in _ON_PAGE_1:
        return item
    return replace(item, gap=max(item.gap * share, item.least_gap))


def orders_in_one_column(leaflet: Leaflet) -> list[Order]:
    """Return the orders that the sections of a leaflet may stand in, each with what it costs.

    Medicines, exercises, and heat and cold change places: each is read by itself. What to do now
    stays above them, and the signs below; heat and cold may stand below the signs, as on sheets,
    or below a list to tick.
    The usual order is the first, and costs nothing.
    """
    sections = leaflet.sections
    free = [n for n, one in enumerate(sections) if one.may_move or one.id in _FREE]
    costs = {sections: 0.0}
    for order in permutations(free):
        places = dict(zip(free, order, strict=True))
        moved = tuple(sections[places.get(n, n)] for n in range(len(sections)))
        costs.setdefault(moved, _MOVED)
    # A booklet's back cover starts with what needs help today, and what is below that.
    for one in () if leaflet.look.booklet else list(costs):
        costs.setdefault(moved_below(one), _MOVED_BELOW)
        costs.setdefault(moved_below(one, ABOUT), _MOVED_BELOW)
    return list(costs.items())


def has_lists(section: Section) -> bool:
    """Return whether something in a section runs on that may be a list."""
    return any(
        part.kind in _ROWS if isinstance(part, Panel) else getattr(part, "kind", "") == USES
        for part in section.parts
    )


_ROWS = ROWS | {ALWAYS, JUST_FOR_YOU}
_ON_PAGE_1 = frozenset({TOP, CHECK_FIRST, EMERGENCY})
_CLOSER: Mapping[float, float] = MappingProxyType({1.0: 0.0, 0.7: 40.0, 0.4: 150.0})
"""What gaps may be multiplied by, and what that costs."""
_COST_OF_LISTS = 60.0
"""What lists in place of what runs on may cost in white: much less than a page."""
_FREE = frozenset({MEDICINES, EXERCISES})
_MOVED = 30.0
"""What another order costs: as much as a page that is white for a third."""
_MOVED_BELOW = 1000.0
"""What it costs that heat and cold stand below the signs: less than a page, more than white."""
