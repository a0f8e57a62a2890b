"""Where the diary of two weeks stands, and what it counts, when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import ABOUT, DIARY
from handouts.leaflet.tree import Table, walk
from handouts.render.layout.flowables import Stack
from handouts.render.layout.forms import Grid
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher, title_of, with_look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.selection.request import Request

FLAGS: tuple[tuple[str, ...], ...] = ((), ("gi-ulcer",), ("gi-ulcer", "age-65-plus", "diabetes"))
CASES = [
    ask(*branch, *flags, screened=screened)
    for branch in BRANCHES
    for flags in FLAGS
    for screened in (True, False)
]
LEAST_ROW = 12 * MM


def laid_out(request: Request) -> PaginatedLeaflet:
    """Lay a leaflet out, without drawing it."""
    figures = publisher().library.figures
    return paginate(leaflet(request), Resources(typeface(), figures, resource("templates")))


def on_pages(layout: PaginatedLeaflet) -> list[list[str]]:
    """List the names of what stands on each page."""
    return [[one.item.name for one in page.placed] for page in layout.pages]


def weeks_on_last_page(layout: PaginatedLeaflet) -> list[Grid]:
    """List the grids of a week each of the diary on the last page."""
    placed = (one.item.flowable for one in layout.pages[-1].placed)
    stacks = [one.inners for one in placed if isinstance(one, Stack)]
    return [one for inners in stacks for one in inners if isinstance(one, Grid)]


def rows(request: Request) -> Sequence[str]:
    """List the heads of the rows of the diary."""
    (section,) = (one for one in leaflet(request).sections if one.id == DIARY)
    (table,) = (part for part in walk(section.parts) if isinstance(part, Table))
    return [row[0] for row in table.rows]


@pytest.mark.sample(6)
@pytest.mark.parametrize("request_", CASES, ids=title_of)
def test_a_diary_costs_at_most_a_last_page_of_its_own(request_: Request) -> None:
    """All other pages then hold what they hold without it."""
    usual = on_pages(laid_out(request_))
    asked = on_pages(laid_out(with_look(request_, diary=True)))
    assert any(DIARY in page for page in asked)
    if len(asked) > len(usual):
        assert asked[:-1] == usual
        assert {*asked[-1]} == {DIARY}


def test_a_diary_with_a_page_of_its_own_has_room_to_write() -> None:
    """Its rows are 12 mm high at least, and its two weeks fill more than half of the page."""
    layout = laid_out(ask("neck", "acute", "gi-ulcer", diary=True))
    weeks = weeks_on_last_page(layout)
    assert [one.columns for one in weeks] == [7, 7]
    assert min(high for one in weeks for high in one.heights[1:]) >= LEAST_ROW
    page = layout.builder.style.page
    assert sum(sum(one.heights) for one in weeks) > (page.bottom - page.top) / 2


@pytest.mark.parametrize("region", ["neck", "thoracic"])
def test_a_diary_beside_other_things_takes_what_is_white(region: str) -> None:
    """On the last page, above what the leaflet says of itself, it has a grid for each week too."""
    layout = laid_out(ask(region, "acute", edition="full"))
    names = {one.item.name for one in layout.pages[-1].placed}
    assert {DIARY, ABOUT} <= names
    weeks = weeks_on_last_page(layout)
    assert [one.columns for one in weeks] == [7, 7]
    assert min(high for one in weeks for high in one.heights[1:]) >= LEAST_ROW


def test_a_diary_stands_where_there_is_room() -> None:
    """A closer style that has room for it is taken in place of another side."""
    request = ask("lumbar", "acute", "gi-ulcer")
    asked = laid_out(with_look(request, diary=True))
    assert len(asked.pages) == len(laid_out(request).pages)


def test_a_diary_that_was_asked_for_names_the_exercises() -> None:
    """A row counts each of them; one that only fills a page has one row for all."""
    request = ask("neck", "acute")
    assert rows(request) == ["Pain 0 to 10", "Walks", "Exercises"]
    named = rows(with_look(request, diary=True))
    assert named == [
        "Pain 0 to 10",
        "Shrug and roll your shoulders",
        "Turn your head",
        "Short easy walks",
    ]


def test_walks_are_counted_once() -> None:
    """Walks have a row of their own where no exercise of the leaflet is a walk."""
    request = ask("neck", "acute", exercises=("neck-turn",), diary=True)
    assert rows(request) == ["Pain 0 to 10", "Walks", "Turn your head"]
