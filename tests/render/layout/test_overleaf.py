"""What a page starts with where a box or a section goes on overleaf."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise, product

import pytest

from handouts.content.load import resource
from handouts.leaflet.tree import Form, ItemList, Panel
from handouts.render.layout.columns import Columns
from handouts.render.layout.page_breaks import RARE, PageLayout, break_pages
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.one_column import for_one_column
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from handouts.selection.request import Request
from tests.support.layouts import paginate
from tests.support.leaflets import (
    REGIONS,
    ask,
    leaflet,
    panels,
    pdf,
    publisher,
    title_of,
)
from tests.support.readback import page_artifacts

LOOKS: tuple[dict[str, str], ...] = (
    *({"paper": paper} for paper in ("a4", "letter", "a5", "half-letter")),
    *({"paper": paper, "size": size} for paper in ("a4", "letter") for size in ("16", "18")),
)
FLAGS: tuple[tuple[str, ...], ...] = ((), ("pregnancy",), ("gi-ulcer", "heart-disease"))
CASES = tuple(
    ask(region, "acute", *flags, paper=look["paper"], size=look.get("size", ""))
    for region, flags, look in product(REGIONS, FLAGS, LOOKS)
)
WHOLE = ("a4", "letter")
LEAST_SIGNS, MOST_TOGETHER = 3, 14

each_case = pytest.mark.parametrize("request_", CASES, ids=title_of)


@cache
def laid_out(request: Request) -> PaginatedLeaflet:
    """Lay a leaflet out on pages."""
    case = Resources(typeface(), publisher().library.figures, resource("templates"))
    return paginate(leaflet(request), case)


def pages(request: Request) -> Sequence[PageLayout]:
    """Return the pages of a leaflet."""
    return laid_out(request).pages


@cache
def heads(request: Request) -> list[str]:
    """Read what each page repeats at its top, from the finished PDF; "" for nothing."""
    return [
        " ".join(" ".join(one.text.split()) for one in artifacts if one.subtype == "Header")
        for artifacts in page_artifacts(pdf(request).content)
    ]


@pytest.mark.sample(18)
@each_case
def test_no_box_goes_on_without_its_heading(request_: Request) -> None:
    """A page whose first item is of a box begun before says which, and what to do."""
    shown = heads(request_)
    for number, page in enumerate(pages(request_)):
        first = page.placed[0].item if page.placed else None
        if first and first.frame and not first.opens_frame:
            assert page.parts
            for part, count in page.parts:
                assert 1 < part <= count
                assert f"({part} of {count})" in shown[number]
            assert shown[number].endswith(")")
            assert len(shown[number]) > len("(2 of 2)")
        elif first and first.opens_frame and first.name == STOP_RULE:
            assert shown[number]  # the box itself does not say what is to be stopped
        elif first and (first.opens_frame or first.is_heading):
            assert not shown[number]


@pytest.mark.slow
@pytest.mark.sample(6)
@each_case
def test_every_part_of_the_emergency_list_says_to_call(request_: Request) -> None:
    """On each page that has signs to call the emergency number for, the number stands above."""
    number = "999"
    shown = heads(request_)
    for page, head in zip(pages(request_), shown, strict=True):
        first = page.placed[0].item if page.placed else None
        if first and first.frame and first.frame.edge == 3 and not first.opens_frame:
            assert number in head


def group_sizes(request: Request) -> Iterator[int]:
    """Count the signs of each group of the emergency list, in order."""
    (box,) = panels(leaflet(request), "warnings")
    for part in box.parts:
        if isinstance(part, Panel) and part.kind == "groups":
            for group in part.parts:
                assert isinstance(group, Panel)
                yield sum(len(one.items) for one in group.parts if hasattr(one, "items"))


@pytest.mark.sample(6)
@pytest.mark.parametrize(
    "request_", [one for one in CASES if one.look.paper in ("a5", "half-letter")], ids=title_of
)
def test_a_list_of_signs_breaks_between_groups_only(request_: Request) -> None:
    """In one column a page of signs ends after whole groups, and after three signs at least."""
    ends, before = set(), 0
    for size in group_sizes(request_):
        # A group of more signs does not fit half a sheet.
        ends |= (
            {before + size} if size <= MOST_TOGETHER else {*range(before + 3, before + size + 1)}
        )
        before += size
    placed = 0
    for page in pages(request_):
        frames = {
            id(one.item.frame)
            for one in page.placed
            if one.item.overleaf and "every sign" in one.item.overleaf.text
        }
        items = [one.item for one in page.placed if id(one.item.frame) in frames]
        # The band and the line below it are no signs.
        placed += len(items) - 2 * len([item for item in items if item.opens_frame])
        if items and placed < before:
            assert placed in ends
            assert placed >= LEAST_SIGNS


@pytest.mark.sample(6)
@pytest.mark.parametrize(
    "request_",
    [one for one in CASES if one.look.paper in WHOLE and one.look.size == 12],
    ids=title_of,
)
def test_the_table_of_medicines_and_the_exercises_are_not_divided(request_: Request) -> None:
    """On a whole sheet all rows of the medicines are on one page, and so are three exercises."""
    rows = [n for n, page in enumerate(pages(request_)) for one in page.placed if one.item.in_table]
    cards = [
        number
        for number, page in enumerate(pages(request_))
        for one in page.placed
        if one.item.name.startswith("card ")
    ]
    assert len(rows) > 1
    assert len({*rows}) == 1
    assert len(cards) == 3
    assert len({*cards}) == 1


IN_ONE_COLUMN = tuple(
    ask(region, status, *flags, edition=edition, paper=paper, size=size)
    for region, status, flags in (
        ("neck", "acute", ("blood-thinners",)),
        ("thoracic", "chronic", ("cancer-now",)),
        ("thoracic", "acute", ("cancer-past",)),
        ("lumbar", "acute", ("gi-ulcer",)),
    )
    for edition in ("standard", "full")
    for paper, size in (("a4", "18"), ("letter", "18"), ("letter", "16"), ("half-letter", ""))
)
TOO_MANY_SIGNS = frozenset(
    ask("thoracic", "chronic", "cancer-now", edition=edition, paper=paper, size=size)
    for edition in ("standard", "full")
    for paper, size in (("letter", "18"), ("half-letter", ""))
)
"""A promise that is not kept: no first page can hold the signs that these readers need on it."""
each_in_one_column = pytest.mark.parametrize("request_", IN_ONE_COLUMN, ids=title_of)


@pytest.mark.sample(8)
@each_in_one_column
def test_the_first_box_is_whole_or_goes_on_below_its_list(request_: Request) -> None:
    """All the signs of page 1 are on it; what no page can hold with them is what follows them."""
    (box,) = panels(leaflet(request_), "emergency")
    signs = sum(len(part.items) for part in box.parts if isinstance(part, ItemList))
    on = [sum(one.item.name == "emergency" for one in page.placed) for page in pages(request_)]
    assert sum(on) == sum(on[:2])
    if request_ in TOO_MANY_SIGNS:
        assert 1 + signs // 2 <= on[0] < 1 + signs
    else:
        assert on[0] >= 1 + signs


TORN_BOXES = (
    *(one for one in IN_ONE_COLUMN if one.look.edition == "standard"),
    ask("thoracic", "acute", "cancer-now", edition="standard", size="18"),
    ask("thoracic", "chronic", "aneurysm", edition="standard", paper="a5", booklet=True),
    ask("lumbar", "acute", edition="standard", size="18"),
    ask("lumbar", "chronic", edition="standard", paper="letter", size="16"),
)
"""On several papers and sizes, most with a box that no page can hold."""


@pytest.mark.sample(10)
@pytest.mark.parametrize("request_", TORN_BOXES, ids=title_of)
def test_a_box_that_goes_on_overleaf_fills_the_page_that_it_is_on(request_: Request) -> None:
    """What is next in the box, up to where it may well end, has no room on the page before."""
    builder = laid_out(request_).builder
    page, on = builder.style.page, pages(request_)
    for before, after in pairwise([[one.item for one in each.placed] for each in on]):
        if not after or after[0].frame is None or after[0].opens_frame:
            continue
        end = (n for n, item in enumerate(after) if n and item.break_penalty < RARE)
        more = after[: next(end, len(after))]
        together = break_pages([*before, *more], builder.width, page.bottom - page.top)
        assert len(together) > 1


@pytest.mark.sample(10)
@pytest.mark.parametrize("request_", TORN_BOXES, ids=title_of)
def test_the_first_box_is_on_two_pages_at_most(request_: Request) -> None:
    """At least three signs stand on page 1, and two with what follows them where they go on."""
    (box,) = panels(leaflet(request_), "emergency")
    signs = sum(len(part.items) for part in box.parts if isinstance(part, ItemList))
    on = [sum(one.item.name == "emergency" for one in page.placed) for page in pages(request_)]
    first, second, *others = on
    assert not any(others)
    # The band stands above the signs.
    assert first >= 1 + LEAST_SIGNS
    assert not second or first >= 1 + signs or first <= 1 + signs - 2


@pytest.mark.sample(8)
@each_in_one_column
def test_a_table_of_medicines_that_a_page_can_hold_is_on_one(request_: Request) -> None:
    """In one column as well, what may be tried, asked about and not taken is seen together."""
    placed = [one.item for page in pages(request_) for one in page.placed]
    rows = [item for item in placed if item.in_table]
    style_height = max(one.top + one.item.height for page in pages(request_) for one in page.placed)
    head = max(item.overleaf.height for item in rows if item.overleaf)
    tall = sum(item.height + item.gap for item in rows) + head
    on = {n for n, page in enumerate(pages(request_)) for one in page.placed if one.item.in_table}
    assert len(on) == 1 or tall > style_height


def test_large_print_says_once_what_needs_a_doctor_today() -> None:
    """It has one row of pages, so the short list of the first sheet would be said twice."""
    request = ask("lumbar", "acute", "gi-ulcer", edition="standard", size="18")
    names = [{one.item.name for one in page.placed} for page in pages(request)]
    assert not any("today" in page for page in names)
    assert "help" in names[-2]
    assert [one.item.at_foot for one in pages(request)[-1].placed].count(True) == 2


def test_a_card_on_half_a_sheet_leaves_the_lines_for_a_name_where_they_are() -> None:
    """They are filled in beside who gave the leaflet, and not on the card that is cut out."""
    request = ask("lumbar", "acute", edition="standard", paper="a5", card=True)
    sections = {one.id: one for one in for_one_column(leaflet(request)).sections}
    assert len([part for part in sections["about"].parts if isinstance(part, Form)]) == 2
    assert not [part for part in sections["pocket-card"].parts if isinstance(part, Form)]


def test_large_print_has_two_exercises_on_a_page_where_they_fit() -> None:
    """Beside a drawing stands where to start, so that a page holds more than one exercise."""
    request = ask("thoracic", "acute", size="16")
    on = [
        n for n, page in enumerate(pages(request)) for one in page.placed if "card" in one.item.name
    ]
    assert len(on) == 3
    assert len({*on}) == 2


def test_a_list_to_tick_has_two_columns_in_large_print() -> None:
    """It takes two pages at most, and not three or four: they are handed to a pharmacist."""
    request = ask("lumbar", "acute", edition="standard", size="18", screened=False)
    names = [
        [one.item.name for one in page.placed if not one.item.in_table] for page in pages(request)
    ]
    rows = next(
        n for n, page in enumerate(pages(request)) if any(x.item.in_table for x in page.placed)
    )
    assert rows - next(n for n, page in enumerate(names) if "medicines" in page) <= 2


def test_a_heading_that_is_a_sentence_has_no_colon_after_its_stop() -> None:
    """Who is not known to be pregnant reads whom to call, and the signs run on after it."""
    request = ask("lumbar", "acute", edition="standard")
    items = [one.item for page in pages(request) for one in page.placed if one.item.name == "help"]
    said = [
        block.plain
        for item in items
        if (block := _text_of(item.flowable)) and "maternity unit" in block.plain
    ]
    assert said
    assert ".:" not in "".join(said)


@pytest.mark.parametrize(("flags", "in_two"), [((), False), (("pregnant",), True)])
def test_one_sign_for_the_maternity_unit_is_as_wide_as_its_box(
    flags: tuple[str, ...], *, in_two: bool
) -> None:
    """In two columns it would leave half of the box white; more signs are side by side."""
    request = ask("lumbar", "acute", *flags)
    items = [one.item for page in pages(request) for one in page.placed if one.item.name == "help"]
    frames = {id(one.frame): one.frame for one in items if one.frame and one.frame.edge == 3}
    small = min(
        ([one for one in items if one.frame is frame] for frame in frames.values()), key=len
    )
    assert any(isinstance(getattr(one.flowable, "inner", None), Columns) for one in small) == in_two


def _text_of(flowable: object) -> TextBlock | None:
    """Return the text inside a flowable that has one part."""
    while not isinstance(flowable, TextBlock | None):
        flowable = getattr(flowable, "inner", None)
    return flowable
