"""Pages of one column: what is divided between them, and how those with white are filled."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from handouts.content.load import resource
from handouts.content.vocabulary import EMERGENCY, EXERCISES
from handouts.render.layout.exercise_card import TallCard, is_exercise
from handouts.render.layout.flow import set_section
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.page_breaks import PageLayout
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.one_column import for_one_column
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources, paginate
from handouts.selection.request import Request
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher, with_look

RESOURCES = Resources(typeface(), publisher().library.figures, resource("templates"))
HEAT = "heat-cold"


def laid_out(request: Request) -> PaginatedLeaflet:
    """Lay a leaflet out on pages."""
    return paginate(leaflet(request), RESOURCES)


def names(page: PageLayout) -> list[str]:
    """Return the names of what is on a page."""
    return [one.item.name for one in page.placed]


def white(layout: PaginatedLeaflet) -> list[float]:
    """Return the share of each page but the last that is white at its foot."""
    size = layout.builder.style.page
    ends = [
        max(
            [one.top + one.item.height for one in page.placed]
            + [top + high for _, top, high in page.frames]
        )
        for page in layout.pages[:-1]
    ]
    return [1 - end / (size.bottom - size.top) for end in ends]


def test_ways_to_use_heat_stay_on_one_page_where_the_sheet_has_another() -> None:
    """They went over two pages, with a page of the same sheet half white."""
    request = ask("neck", "acute", "warfarin", edition="standard", size="16")
    assert sum(HEAT in names(page) for page in laid_out(request).pages) == 1


def test_the_week_to_tick_is_on_a_page_with_an_exercise() -> None:
    """It stood above heat and cold, parted from what it counts."""
    request = ask("lumbar", "acute", "warfarin", edition="standard", size="16")
    (page,) = [one for one in laid_out(request).pages if WEEK_STRIP in names(one)]
    assert any(map(is_exercise, names(page)))


def test_the_box_when_to_stop_is_whole_where_that_takes_no_sheet_more() -> None:
    """It was divided though the pages around it had room."""
    request = ask("lumbar", "acute", "warfarin", edition="standard", paper="half-letter")
    assert sum(STOP_RULE in names(page) for page in laid_out(request).pages) == 1


def lines_of_rows(request: Request) -> list[bool]:
    """Tell for each row of the medicines whether its words stand on lines of their own."""
    found = []
    for page in laid_out(request).pages:
        for one in page.placed:
            inner: Any = one.item.flowable
            while one.item.in_table and not hasattr(inner, "inners"):
                inner = inner.inner
            found += [len(inner.inners) > 1] if one.item.in_table else []
    assert found
    return found


def test_medicines_have_a_line_each_where_no_page_holds_their_rows() -> None:
    """A page may end between two rows then, and they ran on with dots to be on one."""
    request = ask("thoracic", "chronic", "warfarin", edition="standard", paper="a5")
    assert all(lines_of_rows(request))


def scales(layout: PaginatedLeaflet, cards: Sequence[TallCard]) -> list[float]:
    """Return how large the drawings of cards are, laid out to the width of the page."""
    for card in cards:
        card.wrap(layout.builder.width)
    return [max(one.scale for one in card.figures.drawings) for card in cards]


def test_drawings_are_larger_where_their_page_has_room() -> None:
    """The exercises of a page with white at its foot grow by the same share, the others do not."""
    request = ask("lumbar", "chronic", "warfarin", edition="standard", paper="half-letter")
    layout = laid_out(request)
    sections = for_one_column(leaflet(request)).sections
    section = next(one for one in sections if one.id == EXERCISES)
    usual = {one.name: one.flowable for one in set_section(layout.builder, section)}
    grown = []
    for page in layout.pages:
        on = [one.item for one in page.placed if is_exercise(one.item.name)]
        mine = scales(layout, [one.flowable for one in on if isinstance(one.flowable, TallCard)])
        theirs = [usual[one.name] for one in on]
        before = scales(layout, [one for one in theirs if isinstance(one, TallCard)])
        grown.append({round(a / b, 2) for a, b in zip(mine, before, strict=True)})
    shares = [one for one in grown if one]
    assert all(len(one) == 1 for one in shares)
    assert any(one > {1.0} or max(one) > 1.1 for one in shares)


def test_few_pages_look_like_the_end() -> None:
    """White is in gaps and drawings: less than one page in 25 is white for a third."""
    looks: tuple[dict[str, Any], ...] = (
        {"paper": "a5", "screened": False},
        {"paper": "half-letter", "screened": True},
    )
    found = [
        share
        for region, status in BRANCHES
        for look in looks
        for share in white(laid_out(ask(region, status, edition="standard", **look)))
    ]
    assert sum(share > 0.35 for share in found) * 25 < len(found)


def test_signs_of_page_1_are_apart_where_the_rest_of_their_box_is_overleaf() -> None:
    """What the page has to spare is between them, and not at its foot."""
    request = ask("neck", "chronic", "warfarin", edition="standard", size="16", screened=False)
    first, second, *_ = laid_out(request).pages
    assert EMERGENCY in names(second)
    signs = [one for one in first.placed if one.item.name == EMERGENCY and one.item.stretch]
    gaps = [below.top - above.top - above.item.height for above, below in pairwise(signs)]
    assert min(gaps) > 6.0


def test_no_page_of_a_booklet_is_nearly_white() -> None:
    """One held a few lines, though the pages around it were full."""
    request = ask("lumbar", "acute", "warfarin", edition="standard", screened=False, paper="a5")
    assert max(white(laid_out(with_look(request, booklet=True)))) < 0.5


def test_medicines_of_a_booklet_have_a_line_each() -> None:
    """They ran on with dots, though a page of the booklet was nearly white."""
    assert all(lines_of_rows(ask("neck", "acute", edition="standard", paper="a5", booklet=True)))
