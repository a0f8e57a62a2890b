"""A leaflet divided into pages, and what it promises: `PaginatedLeaflet`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import EMERGENCY, FULL, HELP, SHEET, STANDARD
from handouts.render.layout.exercise_card import is_exercise
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.page_breaks import (
    PAGE_COST,
    Costs,
    PageLayout,
    break_pages,
    cost_of,
    with_items,
)
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.orders import SIDES_OF_A_SHEET

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FlowItem


MAX_SIDES, MAX_OF_STOP = 6, 4
SIDES_OF_A_STOP = (3, MAX_OF_STOP, MAX_SIDES)
"""Three sheets, for the full edition; and two for the leaflet that stops."""
MOST_SIDES: Mapping[str, int] = MappingProxyType({FULL: MAX_SIDES, STANDARD: 4, SHEET: 2})
"""A more compact style is tried before a leaflet of an edition gets longer."""
_MOST_OF_SIGNS = 3
"""The pages that all the warning signs should take at most."""


def _has_first(page: PageLayout) -> bool:
    """Tell whether something of what to do first is on a page."""
    return any(placed.item.first_thing for placed in page.placed)


class PaginatedLeaflet(Struct, frozen=True):
    """A leaflet divided into pages, in one of the styles."""

    builder: Builder
    items: Sequence[FlowItem]
    """All flow items, those of the diary too, even if it is not on the pages."""
    pages: Sequence[PageLayout]
    most: int = MOST_SIDES[FULL]
    """The sides that it should have at most."""
    page_cost: float = PAGE_COST
    """What a page cost when it was divided: less where the back of its last sheet is free."""

    @property
    def broken_promise(self) -> tuple[int, int, int]:
        """How far the layout falls short, (0, 0, 0) if it does not; less is better.

        With columns: whether what to do now is not on page 1, then the number of sheets too many,
        then that of pages too many with all the warning signs.
        In one column sides do not count, and only the emergency box must be on page 1, whole: the
        second number is 1 if it continues overleaf, 2 if it is not on page 1 at all.
        """
        names = [{placed.item.name for placed in page.placed} for page in self.pages]
        if self.builder.style.columns:
            acts = any(_has_first(page) for page in self.pages)
            is_late = acts and not _has_first(self.pages[0])
            too_many = max(0, len(self.pages) - (self.most if acts else MAX_OF_STOP))
            late = is_late and not self.builder.short  # there the medicines may need the room
            signs = sum(HELP in on_page for on_page in names)
            sheets = -(-too_many // SIDES_OF_A_SHEET)
            return int(late), sheets, max(0, signs - _MOST_OF_SIGNS)
        is_split = any(EMERGENCY in on_page for on_page in names[1:])
        return 0, is_split + (EMERGENCY not in names[0]), 0

    @property
    def cost(self) -> float:
        """What its pages cost: what they are divided at, and the white on them."""
        page = self.builder.style.page
        return cost_of(self.pages, page.bottom - page.top, costs_of(self.builder))

    def of(self, items: Sequence[FlowItem], left_out: Container[str]) -> PaginatedLeaflet:
        """Return it with other items; those of some names are not on its pages."""
        some = [item for item in items if item.name not in left_out]
        return replace(self, items=items, pages=divide(self.builder, some, self.page_cost))

    def with_named(self, items: Sequence[FlowItem], more: str = "") -> PaginatedLeaflet:
        """Return it with other items; on its pages are those of the names there now, and one more.

        Those of other names are kept for when there is room.
        """
        named = {*self.order, more}
        some = [item for item in items if item.name in named]
        return replace(self, items=items, pages=divide(self.builder, some, self.page_cost))

    def with_items(self, page: PageLayout, items: Sequence[FlowItem]) -> PageLayout | None:
        """Return one of its pages, not the last, with items in place of its own; None without room.

        They are as many as before.
        """
        size = self.builder.style.page
        costs = costs_of(self.builder)
        return with_items(page, items, (size.content_width, size.bottom - size.top), costs)

    @property
    def torn_exercises(self) -> int:
        """How many pages more than one the exercises with their week to tick take.

        In one column they take several, and only a week on a page without any of them counts.
        """
        names = [{placed.item.name for placed in page.placed} for page in self.pages]
        on = [one for one in names if any(is_exercise(n) or n == WEEK_STRIP for n in one)]
        if self.builder.style.columns:
            return max(0, len(on) - 1)
        return sum(not any(is_exercise(n) or n == STOP_RULE for n in one) for one in on)

    @property
    def blank(self) -> int:
        """How many pages are blank."""
        return sum(not page.placed for page in self.pages)

    @property
    def order(self) -> list[str]:
        """The names of the items on the pages, in reading order."""
        return [placed.item.name for page in self.pages for placed in page.placed]


def divide(
    builder: Builder, items: Sequence[FlowItem], page_cost: float = PAGE_COST
) -> Sequence[PageLayout]:
    """Return the pages of items in the style of a builder; a page costs `page_cost`."""
    page = builder.style.page
    costs = costs_of(builder, page_cost)
    return break_pages(items, page.content_width, page.bottom - page.top, costs)


def costs_of(builder: Builder, page_cost: float = PAGE_COST) -> Costs:
    """Return what pages cost in the style of a builder; half an empty one costs more in one column.

    There it would be taken for the end.
    """
    style = builder.style
    if style.columns:
        return Costs(page_cost, style.empty_page)
    empty = style.empty_page
    return Costs(page_cost, empty, half=empty / 2, last=empty / 2, stretch=_MORE_STRETCH)


_MORE_STRETCH = 2.5
"""How many times as much as in columns a gap grows where a page of one column is white."""
