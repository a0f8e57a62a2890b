"""Fit the standard edition to pages of one column: `for_one_column`, `in_best_gaps`.

There is no sheet to act on and sheet of signs there, but a row of pages. So what needs a doctor
today is said once, in the list of all the signs, and what is filled in is together at the end. The
sections of all leaflets are in one order, so that who gets a second one finds each where it was.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import (
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
from handouts.leaflet.tree import Panel, is_panel
from handouts.render.layout.flow import TOP, set_section
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.medicine_rows import ALWAYS, ROWS
from handouts.render.layout.page_breaks import PAGE_COST
from handouts.render.layout.uses import USES
from handouts.render.orders import SIDES_OF_A_SHEET, moved_below, signed_below, without

if TYPE_CHECKING:
    from handouts.content.look import Look
    from handouts.leaflet.tree import Leaflet, Section
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.paginated import PaginatedLeaflet

    Parts = Mapping[int, Sequence[FlowItem]]
    """The flow items of each section, by its identity."""


def for_one_column(leaflet: Leaflet) -> Leaflet:
    """Return a leaflet as it is set in one column; any other is left as it is."""
    ids = {one.id for one in leaflet.sections}
    if not is_row_of_pages(leaflet.look) or HELP not in ids:
        return leaflet
    sections = tuple(map(_with_stops_first, signed_below(without(leaflet.sections, TODAY))))
    return replace(leaflet, sections=_in_one_order(sections))


def _in_one_order(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return sections with the exercises first, then what may move, such as heat, then medicines.

    All three are below what to do now and above all the signs. Medicines come last, as a list to
    tick starts a page, which what is above it fills.
    """
    free = [n for n, one in enumerate(sections) if one.may_move or one.id in _BEFORE_HELP]
    ordered = sorted((sections[n] for n in free), key=lambda one: _BEFORE_HELP.get(one.id, 1))
    places = dict(zip(free, ordered, strict=True))
    return tuple(places.get(n, one) for n, one in enumerate(sections))


def _with_stops_first(section: Section) -> Section:
    """Return the exercises with the reasons to stop any of them above the first.

    So they are known before anybody begins, and the last exercise needs no room for them.
    """
    cards = [n for n, one in enumerate(section.parts) if is_panel(one, "card")]
    stops = tuple(one for one in section.parts if is_panel(one, "stop"))
    if not cards or not stops:
        return section
    before, after = section.parts[: cards[0]], section.parts[cards[0] :]
    others = tuple(one for one in after if one not in stops)
    return replace(section, parts=(*before, *stops, *others))


def is_row_of_pages(look: Look) -> bool:
    """Return whether it is a standard edition in large print or on half sheets: in one column."""
    return look.edition == STANDARD and (look.size != USUAL_SIZE or look.paper in HALF_OF)


def in_best_gaps(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout in one column with the gaps and the lists that cost least.

    What stands below page 1 has smaller gaps where that saves a page, or much white. The week to
    tick is left out only where that saves a sheet of paper, and so what is a list runs on. A side
    of the last sheet that would be blank is used where less is divided then.
    """
    builder = layout.builder
    left_out = {CARD} | (set() if leaflet.look.diary else {DIARY})
    parts = {id(one): set_section(builder, one) for one in leaflet.sections}
    orders = _orders(leaflet.sections)
    least = _cheapest(layout, orders, parts, left_out | {WEEK_STRIP})
    most = _most_pages(leaflet.look, len(least.layout.pages))
    best = _cheapest(layout, orders, parts, left_out, most)
    # A booklet gets the week where its blank pages have room for it, once all else is on them.
    if leaflet.look.booklet or len(best.layout.pages) > most:
        left_out.add(WEEK_STRIP)
        best = _cheapest(layout, orders, parts, left_out, most)
    spacious = replace(builder, style=replace(builder.style, lists=True))
    listed = {
        id(one): set_section(spacious, one)
        for one in leaflet.sections
        if has_lists(one) or one.id == EMERGENCY
    }
    whole = _cheapest(layout, orders, {**parts, **listed}, left_out, most)
    whole = whole.less(_RUNS_ON * len(listed))
    if whole.is_better(best, most):
        return whole.layout
    order, taken = {best.sections: orders[best.sections]}, 0
    for one, items in listed.items():
        parts_with = {**parts, one: items}
        found = _cheapest(layout, order, parts_with, left_out, most).less(_RUNS_ON * (taken + 1))
        if found.is_better(best, most):
            best, parts, taken = found, parts_with, taken + 1
    return best.layout


class _Found(Struct, frozen=True):
    """A layout, the order of its sections, and what it costs in all."""

    layout: PaginatedLeaflet
    sections: tuple[Section, ...]
    cost: float

    def less(self, cost: float) -> _Found:
        """Return it at a lower cost."""
        return replace(self, cost=self.cost - cost)

    def is_better(self, other: _Found, most: int) -> bool:
        """Tell whether it is no longer than so many pages, and breaks and costs no more."""
        ours, theirs = self.layout.broken_promise, other.layout.broken_promise
        return len(self.layout.pages) <= most and (ours, self.cost) <= (theirs, other.cost)


def _orders(sections: tuple[Section, ...]) -> Mapping[tuple[Section, ...], float]:
    """Return the orders that sections may stand in, and what each costs.

    The second has what may move, such as heat and cold, below the medicines.
    """
    moved = moved_below(sections, HELP) if any(one.id == HELP for one in sections) else sections
    return {moved: _MOVED, sections: 0.0}


def _cheapest(
    layout: PaginatedLeaflet,
    orders: Mapping[tuple[Section, ...], float],
    parts: Parts,
    left_out: Container[str],
    most: int = 0,
) -> _Found:
    """Return the layout that costs least; up to `most` pages cost little, as they are there.

    0: as few pages as can be.
    """
    tried = []
    for share, less in _CLOSER.items():
        closer = _closer(parts, share)
        for order, more in orders.items():
            items = [item for one in order for item in closer[id(one)]]
            one = layout.of(items, left_out)
            tried.append(_Found(one, order, one.cost + less + more))
            if most and len(one.pages) < most:
                loose = replace(layout, page_cost=_PAGE_COST).of(items, left_out)
                if len(loose.pages) <= most:
                    tried.append(_Found(loose, order, loose.cost + less + more))
    tried = [one.less(_price(one, most)) for one in tried]
    return min(tried, key=lambda one: (one.layout.broken_promise, one.cost))


def _price(found: _Found, most: int) -> float:
    """Return what the pages of a layout cost less where there are so many."""
    return min(most, len(found.layout.pages)) * (PAGE_COST - _PAGE_COST)


def _most_pages(look: Look, fewest: int) -> int:
    """Return the pages that the sheets of paper have for a leaflet of so many at least.

    One of a booklet is for its back cover, unless it is needed.
    """
    if look.booklet:
        return max(fewest, -(-fewest // _PAGES_OF_A_BOOKLET_SHEET) * _PAGES_OF_A_BOOKLET_SHEET - 1)
    return -(-fewest // SIDES_OF_A_SHEET) * SIDES_OF_A_SHEET


def _closer(parts: Parts, share: float) -> Parts:
    """Return the items of sections with their gaps multiplied, but for those of page 1."""
    return {one: [_with_gap(item, share) for item in items] for one, items in parts.items()}


def _with_gap(item: FlowItem, share: float) -> FlowItem:
    """Return an item with a share of the gap above it, if it is not of page 1.

    A gap that may grow where its page has room grows as far as it would have.
    """
    if item.name in _ON_PAGE_1:
        return item
    gap = max(item.gap * share, item.least_gap)
    return replace(item, gap=gap, stretch=item.stretch and item.stretch + item.gap - gap)


def has_lists(section: Section) -> bool:
    """Return whether something in a section runs on that may be a list."""
    return any(
        part.kind in _ROWS if isinstance(part, Panel) else getattr(part, "kind", "") == USES
        for part in section.parts
    )


_ROWS = ROWS | {ALWAYS, JUST_FOR_YOU}
_PAGES_OF_A_BOOKLET_SHEET = 4
_ON_PAGE_1 = frozenset({TOP, CHECK_FIRST, EMERGENCY})
_CLOSER: Mapping[float, float] = MappingProxyType({1.0: 0.0, 0.7: 40.0, 0.4: 150.0})
"""What gaps may be multiplied by, and what that costs."""
_RUNS_ON = 6000.0
"""What it costs that a section runs on where it may have lists: more than a side of a sheet."""
_PAGE_COST = 2500.0
"""What a page costs that would be the blank side of a sheet otherwise."""
_MOVED = 1000.0
"""What it costs that heat and cold stand below the medicines: less than a page, more than white."""
_BEFORE_HELP: Mapping[str, int] = MappingProxyType({EXERCISES: 0, MEDICINES: 2})
"""The place of sections that change places above all the signs; others that may are between."""
