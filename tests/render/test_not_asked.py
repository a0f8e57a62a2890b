"""The pages of the standard leaflet where nobody asked: full, each part whole, little in bold."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from handouts.content.vocabulary import EXERCISES, FULL, MEDICINES, STANDARD
from handouts.leaflet.tree import ItemList, Panel, Paragraph
from handouts.pipeline import prepare
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Indent
from tests.render.test_arrangement import DRAWN, white
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Part, Run
    from handouts.render.paginated import PaginatedLeaflet
    from handouts.selection.request import Request

pytestmark = pytest.mark.slow

each_branch = pytest.mark.parametrize(("region", "status"), BRANCHES)
SIDES, SIDES_OF_A_CHILD = 6, 4


def laid_out(region: str, status: str, *flags: str) -> PaginatedLeaflet:
    """Lay out a standard leaflet where nobody asked."""
    return laid_out_as(ask(region, status, *flags, edition=STANDARD, screened=False))


def laid_out_as(request: Request) -> PaginatedLeaflet:
    """Lay out the leaflet of a request."""
    return paginate(prepare(publisher(), request), DRAWN)


@each_branch
def test_each_part_to_act_on_stands_on_one_page(region: str, status: str) -> None:
    """Heat and cold began on page 1 and went on above the exercises, though page 4 had room."""
    layout = laid_out(region, status)
    assert len(layout.pages) == SIDES
    for part in ("just-for-you", "what-to-do-now", "heat-cold", EXERCISES):
        on = [any(one.item.name == part for one in page.placed) for page in layout.pages]
        assert sum(on) == 1, part


@each_branch
def test_no_page_to_act_on_is_white(region: str, status: str) -> None:
    """Pages end at most 60 points above what stands at their foot, and above the footer."""
    layout = laid_out(region, status)
    page = layout.builder.style.page
    assert max(white(one, page) for one in layout.pages[:-2]) < 60


@each_branch
@pytest.mark.parametrize("edition", [STANDARD, FULL])
def test_no_group_to_tick_is_divided(region: str, status: str, edition: str) -> None:
    """Each column of the list starts with the name of a group, and its rows stay below it.

    In the neck "Age and weight" stood at the foot of a column, and two of its rows on the next.
    """
    request = ask(region, status, edition=edition, screened=False)
    items = [one.item for page in laid_out_as(request).pages for one in page.placed]
    lists = [
        item.flowable.inner
        for item in items
        if item.name == MEDICINES
        and isinstance(item.flowable, Indent)
        and isinstance(item.flowable.inner, Columns)
    ]
    assert lists
    for columns in lists:
        assert columns.layout
        assert all(columns.starts_group[start] for start in columns.layout.starts)


@each_branch
def test_under_18_the_pages_of_all_emergencies_are_full(region: str, status: str) -> None:
    """The first had as many signs as it holds, and the other ended half way down.

    In the low back, lasting, a sixth of a page is white: its groups are long.
    """
    layout = laid_out(region, status, "under-18")
    assert len(layout.pages) in {SIDES_OF_A_CHILD - 1, SIDES_OF_A_CHILD}
    most = 110 if (region, status) == ("lumbar", "chronic") else 60
    assert max(white(one, layout.builder.style.page) for one in layout.pages) < most


def test_each_fact_has_a_line_of_its_own_where_page_1_has_room() -> None:
    """Not seven lines that run on; in some of the six leaflets there is room."""
    first = [laid_out(*branch).pages[0].placed for branch in BRANCHES]
    lines = [sum(one.item.name == "just-for-you" for one in placed) for placed in first]
    assert max(lines) > 2


def runs_of(parts: tuple[Part, ...]) -> Iterator[tuple[Run, ...]]:
    """Give the runs of each paragraph and item."""
    for part in parts:
        if isinstance(part, Panel):
            yield from runs_of(part.parts)
        elif isinstance(part, Paragraph):
            yield part.runs
        elif isinstance(part, ItemList):
            yield from (item.runs for item in part.items)


@each_branch
def test_little_is_bold_where_nobody_asked(region: str, status: str) -> None:
    """In "Just for you", and above the exercises, one run of words is bold: what to do."""
    sections = leaflet(ask(region, status, edition=STANDARD, screened=False)).sections
    (given,) = [one for one in sections if one.id == "just-for-you"]
    (moves,) = [one for one in sections if one.id == EXERCISES]
    told = [*runs_of(given.parts), *runs_of(moves.parts[:2])]
    assert max(sum(run.strong for run in runs) for runs in told) == 1
    all_runs = [*chain(*told)]
    bold = sum(len(run.text) for run in all_runs if run.strong)
    assert bold < 0.35 * sum(len(run.text) for run in all_runs)
