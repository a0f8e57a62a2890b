"""Divide the sections of a sheet into pages: `PagedItems`; say how they are divided: `Division`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import EMERGENCY, EXERCISES, HELP, MEDICINES
from handouts.render.layout.exercise_card import is_exercise
from handouts.render.layout.flow import TOP, on_a_page
from handouts.render.layout.medicine_rows import ALWAYS
from handouts.render.layout.page_breaks import bulk_of, laid_out, page_spans
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.orders import GIVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.page_breaks import Bulk, PageLayout, Span
    from handouts.render.layout.style import Page


_NOT_WHOLE = frozenset({TOP, EMERGENCY, GIVEN, HELP})
"""Parts that are divided by rules of their own; all others should stand on one page."""


class Division(Struct, frozen=True, order=True):
    """How the parts of a sheet are divided between its pages, the worst first; less is better."""

    table: int = 0
    """The pages that the table of medicines goes on to: read in part it could harm."""
    late: bool = False
    """Whether what to do now is not on page 1."""
    now: int = 0
    """The pages that it goes on to."""
    medicines: int = 0
    """The pages that the medicines go on to, with what stands above and below the table."""
    exercises: int = 0
    """The pages that more than three exercises take, beyond those that they need."""
    others: int = 0
    """The pages that any other part goes on to that should stand on one."""
    signs: int = 0
    """The pages that a box of all the signs goes on to; the emergencies count as one box."""
    apart: int = 0
    """Whether what holds for all medicines, under its own heading, is on another page than they."""

    def is_good(self, medicines: int) -> bool:
        """Tell whether no other page need be tried, if the medicines go on to so many pages anyway.

        The parts that are left may be divided otherwise in another order, not on another page.
        """
        return not (self.apart or self.signs) and self < Division(medicines=medicines + 1)


class PagedItems:
    """Items on pages of one size, the first at the top of one; each thing is found out once.

    Most orders need only the number of pages, and are never laid out.
    """

    def __init__(self, items: Sequence[FlowItem], page: Page) -> None:
        self._items = items
        self._width = page.content_width
        self._height = page.bottom - page.top

    @cached_property
    def bulk(self) -> Bulk:
        """How much room the items take at least."""
        for item in self._items:
            item.wrap(self._width)
        return bulk_of(self._items)

    @cached_property
    def spans(self) -> Sequence[Span]:
        """The items of each page; raises TypesettingError where a part is taller than a page."""
        return page_spans(self._items, self._width, self._height)

    @cached_property
    def division(self) -> Division:
        """How the parts are divided between the pages."""
        return _divided([self._items[first:last] for first, last in self.spans])

    @cached_property
    def pages(self) -> Sequence[PageLayout]:
        """The pages with each item in its place."""
        return laid_out(self._items, self.spans, self._height)


def _divided(items: Sequence[Sequence[FlowItem]]) -> Division:
    """Return how the parts of a sheet are divided between its pages."""
    on = [{_whole(item.name) for item in page if not item.has_head} - {""} for page in items]
    goes_on = sum(map(len, on)) - len(set().union(*on))
    medicines = max(0, sum(MEDICINES in names for names in on) - 1)
    table = sum(any(item.in_table for item in page) for page in items)
    now = [number for number, page in enumerate(items) if any(one.first_thing for one in page)]
    framed = {
        (number, id(item.frame) if item.frame.bar else 0)  # the maternity unit has a box of its own
        for number, page in enumerate(items)
        for item in page
        if item.frame and item.name == HELP
    }
    return Division(
        table=max(0, table - 1),
        late=bool(now) and now[0] > 0,
        now=max(0, len(now) - 1),
        medicines=medicines,
        exercises=_spread_over(items),
        others=goes_on - medicines,
        signs=len(framed) - len({frame for _, frame in framed}),
        apart=sum(_is_apart(page) for page in items),
    )


def _is_apart(page: Sequence[FlowItem]) -> bool:
    """Tell whether a page has what holds for all medicines, under its heading, and no row."""
    has_head = any(item.has_head for item in page)
    return has_head and not any(item.in_table for item in page)


def _spread_over(pages: Sequence[Sequence[FlowItem]]) -> int:
    """Return how many pages more than they need exercises take that do not fit one page."""
    cards = [sum(is_exercise(item.name) for item in page) for page in pages]
    count = sum(cards)
    if count <= on_a_page(count or 1):
        return 0
    return sum(map(bool, cards)) + count // -on_a_page(count)


def _whole(name: str) -> str:
    """Return the part that the name of a flow item belongs to; "" for what may be divided."""
    if is_exercise(name) or name == STOP_RULE:
        return EXERCISES
    return "" if name in _NOT_WHOLE else MEDICINES if name == ALWAYS else name
