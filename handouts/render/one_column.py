"""Fit the standard edition to pages of one column: `for_one_column`, `orders_in_one_column`.

There is no sheet to act on and sheet of signs there, but a row of pages. So what needs a doctor
today is said once, in the list of all the signs, and what is filled in is together at the end. What
must be whole stands in the order that leaves the fewest pages, and on them the least white.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import (
    ABOUT,
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
from handouts.render.layout.uses import USES
from handouts.render.orders import moved_below, signed_below, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.content.look import Look
    from handouts.leaflet.tree import Leaflet, Section
    from handouts.render.layout.flowables import FlowItem


def for_one_column(leaflet: Leaflet) -> Leaflet:
    """Return a leaflet as it is set in one column; any other is left as it is."""
    ids = {one.id for one in leaflet.sections}
    if not is_row_of_pages(leaflet.look) or HELP not in ids:
        return leaflet
    return replace(leaflet, sections=signed_below(without(leaflet.sections, TODAY)))


def is_row_of_pages(look: Look) -> bool:
    """Return whether it is a standard edition in large print or on half sheets: in one column."""
    return look.edition == STANDARD and (look.size != USUAL_SIZE or look.paper in HALF_OF)


def orders_in_one_column(leaflet: Leaflet) -> list[tuple[tuple[Section, ...], float]]:
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


def closer_signs(items: Sequence[FlowItem]) -> Iterator[list[FlowItem]]:
    """Yield the items of a leaflet with smaller and smaller gaps between signs and below them."""
    for share in _CLOSER:
        yield [
            replace(one, gap=one.gap * share) if one.name in _AT_THE_END else one for one in items
        ]


def has_lists(section: Section) -> bool:
    """Return whether something in a section runs on that may be a list."""
    return any(
        part.kind in _ROWS if isinstance(part, Panel) else getattr(part, "kind", "") == USES
        for part in section.parts
    )


_ROWS = frozenset({"try", "ask", "avoid", JUST_FOR_YOU})
_AT_THE_END, _CLOSER = frozenset({HELP, ABOUT}), (0.7, 0.4)
"""The sections at the end, and what their gaps are multiplied by where they lack a little room."""
_FREE = frozenset({MEDICINES, EXERCISES})
_MOVED = 30.0
"""What another order costs: as much as a page that is white for a third."""
_MOVED_BELOW = 1000.0
"""What it costs that heat and cold stand below the signs: less than a page, more than white."""
