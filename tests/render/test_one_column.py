"""The standard edition in large print and on half sheets: pages of one column, well filled."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import ABOUT, EMERGENCY, HELP
from handouts.render.layout.columns import Columns
from handouts.render.layout.exercise_card import TallCard
from handouts.render.layout.flowables import BAR, Indent, Lined, Marked, Stack
from handouts.render.layout.forms import WEEK_STRIP, FormLines
from handouts.render.layout.page_breaks import PageLayout
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.one_column import for_one_column
from handouts.render.orders import SIDES_OF_A_SHEET
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from handouts.selection.request import Request
from tests.support.layouts import paginate
from tests.support.leaflets import ask, leaflet, publisher, title_of, with_look

SHORT = tuple(
    with_look(ask(region, status, *flags, edition="standard", screened=screened), **look)
    for region, status, flags, screened in (
        ("neck", "acute", (), True),
        ("lumbar", "chronic", (), False),
        ("thoracic", "acute", ("age-65-plus", "blood-thinners"), True),
        ("lumbar", "acute", ("pregnancy",), True),
    )
    for look in ({"size": 16}, {"size": 18}, {"paper": "a5"}, {"paper": "half-letter"})
)
FEW_LINES, MUCH_WHITE, MOST_USED = 0.16, 0.3, 0.56
"""Shares of a page."""

each_short = pytest.mark.parametrize("request_", SHORT, ids=title_of)


@cache
def laid_out(request: Request) -> PaginatedLeaflet:
    """Lay a leaflet out on pages."""
    case = Resources(typeface(), publisher().library.figures, resource("templates"))
    return paginate(leaflet(request), case)


def pages(request: Request) -> Sequence[PageLayout]:
    """Return the pages of a leaflet."""
    return laid_out(request).pages


def high(request: Request) -> float:
    """Return the height that a page has for its items, in points."""
    page = laid_out(request).builder.style.page
    return page.bottom - page.top


def end(page: PageLayout) -> float:
    """Return where the last item or box of a page ends, in points from the top."""
    ends = [one.top + one.item.height for one in page.placed]
    return max(ends + [top + height for _, top, height in page.frames])


@pytest.mark.sample(6)
@each_short
def test_no_heading_stands_with_a_few_lines_above_a_white_half_page(request_: Request) -> None:
    """What a heading names goes overleaf with it, or fills the page below it."""
    for page, following in zip(pages(request_), pages(request_)[1:], strict=False):
        heading = next((one for one in reversed(page.placed) if one.item.is_heading), None)
        if heading is None or following.head is None or following.placed[0].item.frame:
            continue
        few = end(page) - heading.top < FEW_LINES * high(request_)
        assert not few or high(request_) - end(page) < MUCH_WHITE * high(request_)


IN_ORDER = (
    "what-to-do-now",
    "exercises",
    STOP_RULE,
    "card 1",
    "card 2",
    "card 3",
    WEEK_STRIP,
    "heat-cold",
    "medicines",
    HELP,
    ABOUT,
)


@pytest.mark.sample(6)
@each_short
def test_all_leaflets_have_their_sections_in_one_order(request_: Request) -> None:
    """Who gets a second leaflet finds each part where it was, and knows when to stop first."""
    order = list(dict.fromkeys(laid_out(request_).order))
    found = [name for name in order if name in IN_ORDER]
    heat, medicines = found.index("heat-cold"), found.index("medicines")
    assert abs(heat - medicines) == 1  # below the medicines only where that saves a page
    at = min(heat, medicines)
    found[at : at + 2] = ["heat-cold", "medicines"]
    assert found == [name for name in IN_ORDER if name in order]
    assert {*IN_ORDER} - {*order} <= {WEEK_STRIP}
    assert order[-1] == ABOUT
    kept = {one.id for one in for_one_column(leaflet(request_)).sections}
    assert kept <= {*order, "given"}


@pytest.mark.sample(6)
@each_short
def test_signs_are_as_far_apart_on_each_page_as_on_others(request_: Request) -> None:
    """No list is close beside one that is wide: gaps differ by a fifth of the size at most."""
    size = laid_out(request_).builder.style.sign.size
    gaps = [
        below.top - above.top - above.item.height
        for page in pages(request_)
        for above, below in pairwise(page.placed)
        if below.item.name == HELP and below.item.overleaf and below.item.overleaf.inside
    ]
    assert max(gaps) - min(gaps) <= 0.2 * size
    assert max(gaps) <= 0.5 * size


def test_the_signs_of_page_1_take_the_room_that_is_left_there() -> None:
    """What the page has to spare is between them: the shortest list is not so close."""
    request = ask("lumbar", "chronic", "gi-ulcer", edition="standard", size="18")
    page = pages(request)[0]
    signs = [one for one in page.placed if one.item.name == EMERGENCY and one.item.stretch]
    gaps = [
        below.top - above.top - above.item.height
        for above, below in pairwise(page.placed)
        if below in signs
    ]
    assert min(gaps) > 1.0
    assert high(request) - end(page) < 1.0


@pytest.mark.parametrize(
    ("look", "most"), [({"size": 16}, 10), ({"size": 18}, 10), ({"paper": "a5"}, 11)], ids=str
)
def test_large_print_takes_no_more_pages_than_it_did(look: dict[str, Any], most: int) -> None:
    """Low back, new pain: it took 10 sides at 16 pt, 12 at 18 pt and 11 on A5."""
    request = with_look(ask("lumbar", "acute", edition="standard"), **look)
    assert len(pages(request)) <= most


def blocks(flowable: object) -> Iterator[tuple[TextBlock, float]]:
    """Find the paragraphs of a flowable, each with how far it is indented."""
    if isinstance(flowable, TextBlock):
        yield flowable, 0.0
        return
    left = getattr(flowable, "left", 0.0)
    inners = getattr(flowable, "inners", None) or getattr(flowable, "facts", None)
    inners = inners or [getattr(flowable, "inner", None)]
    inners = [*inners, *([flowable.text] if hasattr(flowable, "text") else [])]
    for inner in inners:
        if inner is not None:
            yield from ((block, x + left) for block, x in blocks(inner))


@pytest.mark.parametrize("size", [12, 16, 18])
def test_a_list_to_tick_has_one_edge_of_words_in_a_column(size: int) -> None:
    """Its heads, its points and the line above it start at the same place, boxes to their left."""
    request = with_look(ask("neck", "acute", edition="standard", screened=False), size=size)
    items = [
        one.item
        for page in pages(request)
        for one in page.placed
        if one.item.name == "medicines" and not isinstance(one.item.flowable, Lined)
    ]
    edges = {round(x) for item in items for _, x in blocks(item.flowable)}
    assert len(edges) == 2  # that of the section and its paragraphs, and that of the list


@pytest.mark.parametrize("size", [16, 18])
def test_words_beside_a_drawing_keep_clear_of_it_and_start_at_one_edge(size: int) -> None:
    """The drawing stands on the right; where to start and the steps go on below it as wide."""
    request = with_look(ask("lumbar", "acute", edition="standard"), size=size)
    width = laid_out(request).builder.width
    cards = [one.item for page in pages(request) for one in page.placed if "card" in one.item.name]
    assert len(cards) == 3
    for item in cards:
        card = item.flowable
        assert isinstance(card, TallCard)
        figures = card.figures.wrap(card.aside)
        _, *tops = card.heights
        for part, top in zip((card.facts, *card.words.inners), tops, strict=True):
            widest = max(x + block.width for block, x in blocks(part))
            assert top >= figures or widest <= width - card.aside


def test_name_and_date_share_a_line_in_large_print() -> None:
    """What is filled in takes two lines, so that it stands below the words about the leaflet."""
    request = with_look(ask("lumbar", "acute", edition="standard"), size=18)
    (lines,) = [
        one.item.flowable
        for one in pages(request)[-1].placed
        if isinstance(one.item.flowable, FormLines) and len(one.item.flowable.lines) > 1
    ]
    assert [line.row for line in lines.lines] == [0, 0]


@pytest.mark.parametrize("look", [{"size": 16}, {"size": 18}, {"paper": "a5"}], ids=str)
def test_a_list_to_tick_has_whole_groups_in_large_print(look: dict[str, Any]) -> None:
    """A column starts with the name of a group, and the list takes two pages."""
    request = with_look(ask("lumbar", "acute", edition="standard", screened=False), **look)
    lists = [
        one.item.flowable.inner
        for page in pages(request)
        for one in page.placed
        if isinstance(one.item.flowable, Indent) and isinstance(one.item.flowable.inner, Columns)
    ]
    assert len(lists) == 2
    for columns in lists:
        assert columns.layout
        assert all(columns.starts_group[start] for start in columns.layout.starts)


def test_the_heading_of_the_exercises_stands_above_the_box_that_starts_a_page() -> None:
    """When to stop may start a page: its frame begins below the repeated heading."""
    request = ask("neck", "acute", edition="standard", screened=False, size="18")
    (page,) = [one for one in pages(request) if one.placed[0].item.name == STOP_RULE]
    (_, top, _), *_ = page.frames
    assert page.head
    assert top == page.head.height


@pytest.mark.parametrize("size", [16, 18])
def test_what_is_just_for_the_reader_has_one_edge_in_large_print(size: int) -> None:
    """The icon stands in the first line, and every sentence starts below it."""
    request = with_look(ask("lumbar", "acute", edition="standard", screened=False), size=size)
    edges = {
        round(x)
        for page in pages(request)
        for one in page.placed
        if one.item.name == "just-for-you"
        for _, x in blocks(one.item.flowable)
    }
    assert len(edges) == 1


def test_signs_for_today_keep_clear_of_the_thick_edge_of_their_box() -> None:
    """Where page 1 has the least padding too."""
    request = ask("lumbar", "acute", "pregnancy", edition="standard", paper="a5")
    edges = [
        x
        for page in pages(request)
        for one in page.placed
        if one.item.frame and one.item.frame.bar
        for _, x in blocks(one.item.flowable)
    ]
    assert min(edges) >= BAR + 5


def test_what_runs_on_is_a_list_in_large_print_where_it_costs_no_page() -> None:
    """The points of heat and cold fill a page, which is no fuller than it may be."""
    request = ask("thoracic", "chronic", "gi-ulcer", edition="standard", size="18")
    (page,) = [one for one in pages(request) if any(x.item.name == "heat-cold" for x in one.placed)]
    points = [
        one.item.flowable.inner
        for one in page.placed
        if one.item.name == "heat-cold" and isinstance(one.item.flowable, Indent)
    ]
    assert sum(isinstance(one, Stack) for one in points) == 2
    assert end(page) <= high(request) + 0.1


@pytest.mark.parametrize(
    ("look", "flags"), [({"size": "16"}, ("gi-ulcer",)), ({"paper": "a5"}, ())]
)
def test_each_medicine_has_a_line_where_that_takes_no_sheet_more(
    look: dict[str, Any], flags: tuple[str, ...]
) -> None:
    """The row below the cross is the longest; run on, it is a paragraph of up to thirteen lines."""
    request = ask("neck", "acute", *flags, edition="standard", **look)
    assert len(pages(request)) % SIDES_OF_A_SHEET == 0
    rows = [one.item for page in pages(request) for one in page.placed if one.item.in_table]
    assert rows
    for row in rows:
        inner: Any = row.flowable
        while not isinstance(inner, Stack):
            inner = inner.inner
        assert len(inner.inners) > 1


@pytest.mark.sample(6)
@each_short
def test_no_page_but_the_last_is_nearly_half_white(request_: Request) -> None:
    """Boxes begin below others, and heat and cold stand where there is room."""
    *others, _ = pages(request_)
    assert min(end(page) for page in others) > MOST_USED * high(request_)


def test_the_week_to_tick_is_printed_where_it_costs_no_paper() -> None:
    """In large print too, below the exercises; where it does cost a sheet it is left out."""
    request = ask("neck", "acute", edition="standard", screened=False, size="18")
    assert WEEK_STRIP in laid_out(request).order
    longer = ask("lumbar", "acute", edition="standard", size="18")
    assert WEEK_STRIP not in laid_out(longer).order
    assert len(pages(longer)) % SIDES_OF_A_SHEET == 0


@pytest.mark.parametrize("look", [{"size": 18}, {"paper": "a5"}])
def test_a_list_to_tick_that_goes_on_overleaf_repeats_its_heading(look: dict[str, Any]) -> None:
    """Nobody ticks on the second page without knowing what a tick means."""
    request = with_look(ask("lumbar", "acute", edition="standard", screened=False), **look)
    heads = [page.head for page in pages(request) if page.head and page.head.inside]
    texts = [(one.inside.text, one.text) for one in heads if one.inside]
    assert ("Medicines", "Check first") in texts


def test_smaller_gaps_save_a_page() -> None:
    """In large print below page 1, where it fits a page less with all that it says."""
    request = ask("thoracic", "acute", edition="standard", size="18")
    assert len(pages(request)) == 10
    assert {one.id for one in for_one_column(leaflet(request)).sections} <= {
        *laid_out(request).order
    } | {"given"}


def test_a_page_that_starts_inside_a_group_of_signs_repeats_its_name() -> None:
    """No page holds the nerves below the heading: three signs at least are on each."""
    request = ask("lumbar", "acute", edition="standard", screened=False, size="18")
    inside = [page for page in pages(request) if page.head and page.head.inside]
    (page,) = [one for one in inside if one.head and one.head.text == "Nerves"]
    assert page.head
    assert page.parts == ((2, 3), (2, 2))
    on = [
        sum(bool(one.item.overleaf and one.item.overleaf is page.head) for one in each.placed)
        for each in pages(request)
    ]
    assert min(filter(None, on)) >= 2  # the name stands in the first sign


@pytest.mark.sample(6)
@each_short
def test_a_page_inside_a_box_of_signs_starts_with_the_name_of_a_group(request_: Request) -> None:
    """It does above its first sign, which stands below a heading that is repeated otherwise."""
    for page in pages(request_):
        first = page.placed[0].item
        inner: object = first.flowable
        while isinstance(inner, Indent):
            inner = inner.inner
        if first.name == HELP and first.overleaf and isinstance(inner, Marked):
            assert first.overleaf.inside or not first.frame


@pytest.mark.parametrize(
    ("region", "status", "flag", "look"),
    [("neck", "acute", "statin", {"size": 18}), ("lumbar", "chronic", "epilepsy", {"paper": "a5"})],
)
def test_the_last_page_has_more_than_what_the_leaflet_says_about_itself(
    region: str, status: str, flag: str, look: dict[str, Any]
) -> None:
    """Signs stand a little nearer where that saves a page with nothing but this on it."""
    request = with_look(ask(region, status, flag, edition="standard"), **look)
    last = pages(request)[-1]
    assert {one.item.name for one in last.placed} > {ABOUT}
    assert pages(request)[-2].placed
