"""The back cover of a booklet stands by itself: it is what people see first when it lies there."""

from collections import Counter

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import ABOUT, JUST_FOR_YOU, MEDICINES
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from handouts.selection.request import Request
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher, title_of, with_look

RESOURCES = Resources(typeface(), publisher().library.figures, resource("templates"))
BOOKLETS = [
    ask(region, status, *flags, edition=edition, paper=paper, booklet=True)
    for region, status in BRANCHES
    for flags in ((), ("gi-ulcer", "age-65-plus"))
    for edition in ("standard", "full")
    for paper in ("a5", "half-letter")
]


@pytest.mark.sample(9)
@pytest.mark.parametrize("request_", BOOKLETS, ids=title_of)
def test_the_back_cover_starts_with_a_heading_of_its_own(request_: Request) -> None:
    """It ends in the lines to sign, goes on with nothing, and costs no further sheet of paper."""
    pages = paginate(leaflet(request_), RESOURCES).pages
    plain = paginate(leaflet(with_look(request_, booklet=False)), RESOURCES).pages
    first, *_, last = pages[-1].placed
    assert first.item.opens_frame or first.item.is_heading
    assert pages[-1].head is None
    assert last.item.name == ABOUT
    assert len(pages) - len(plain) < 4
    # A week to tick is there only where it costs no paper.
    kept = {one.item.name for page in plain for one in page.placed} - {WEEK_STRIP}
    assert kept <= {one.item.name for page in pages for one in page.placed}


def test_a_style_too_wide_for_a_booklet_is_passed_over() -> None:
    """Wider lines that make a part taller than a page are left out; the booklet is made."""
    request = ask("neck", "acute", edition="standard", paper="letter", screened=False, booklet=True)
    made = paginate(leaflet(request), RESOURCES)
    plain = paginate(leaflet(with_look(request, booklet=False)), RESOURCES)
    found, expected = Counter(made.order), Counter(plain.order)
    # A list to tick whose lines are wider apart may be on more pages, each with a part of it.
    assert found.pop(MEDICINES) >= expected.pop(MEDICINES)
    # What runs on may be a list where there is room, in either.
    assert found.pop(JUST_FOR_YOU)
    assert expected.pop(JUST_FOR_YOU)
    # A week to tick is there only where it costs no paper.
    assert found.pop(WEEK_STRIP, 0) <= expected.pop(WEEK_STRIP, 0)
    assert found == expected
    assert len(made.pages) % 4 == 0


@pytest.mark.parametrize(
    ("region", "status", "flags"),
    [("neck", "chronic", ("pregnancy",)), ("lumbar", "chronic", ()), ("thoracic", "acute", ())],
)
def test_pages_that_would_be_blank_are_used(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """Lines are wider apart and less is divided, page 1 is as it was, and no page holds little."""
    request = ask(region, status, *flags, edition="standard", paper="a5", booklet=True)
    plain = paginate(leaflet(with_look(request, booklet=False)), RESOURCES)
    booklet = paginate(leaflet(request), RESOURCES)
    assert len(plain.pages) % 4 in {1, 2, 3}
    assert all(page.placed for page in booklet.pages)
    page = booklet.builder.style.page
    for one in booklet.pages:
        assert max(x.top + x.item.height for x in one.placed) > 0.4 * (page.bottom - page.top)
    first = [[x.item.name for x in one.pages[0].placed] for one in (plain, booklet)]
    assert first[0] == first[1]
