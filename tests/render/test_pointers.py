"""A page that a leaflet names is the one on which that box or heading begins."""

import re
from itertools import product

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import HELP
from handouts.pipeline import prepare
from handouts.render import typeset
from handouts.render.layout.flowables import Iconed, Indent
from handouts.render.layout.page_breaks import PageLayout
from handouts.render.layout.paragraph import PagePointer
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources, _point_to_signs
from handouts.selection.request import Request
from tests.support.leaflets import BRANCHES, ask, publisher, title_of

DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))
FLAGS = (
    ("under-18",),
    (),
    ("pregnant",),
    ("gi-ulcer", "blood-thinners"),
    ("wheelchair", "cancer-now", "diabetes"),
)
LOOKS: tuple[dict[str, str], ...] = (
    {},
    {"paper": "letter"},
    {"size": "16"},
    {"paper": "a5"},
)
CASES = [
    ask(*branch, *flags, screened=screened, edition="standard", **look)  # type: ignore[arg-type]
    for look, screened, flags, branch in product(LOOKS, (True, False), FLAGS, BRANCHES)
]
"""Two hundred and forty leaflets."""


def _pointers(page: PageLayout) -> list[PagePointer]:
    """Return the sentences on a page that name other pages."""
    found = []
    for placed in page.placed:
        inner = placed.item.flowable
        while isinstance(inner, Indent | Iconed):
            inner = inner.inner
        found += [inner] if isinstance(inner, PagePointer) else []
    return found


@pytest.mark.sample(11)
@pytest.mark.parametrize("request_", CASES, ids=title_of)
def test_a_page_that_is_named_is_where_the_signs_stand(request_: Request) -> None:
    """Whoever turns to it finds the box: the numbers are put in when the pages are known."""
    pages = typeset.paginate(prepare(publisher(), request_), DRAWN).pages  # it is changed
    _point_to_signs(pages)
    boxes = [
        (number, one.item.frame.bar)
        for number, page in enumerate(pages, 1)
        for one in page.placed
        if one.item.name == HELP and one.item.frame
    ]
    calls = {number for number, bar in boxes if not bar}
    today = next((number for number, bar in boxes if bar), 0)
    for pointer in (one for page in pages for one in _pointers(page)):
        assert pointer.text
        said = pointer.text.plain
        if pointer.to == "today":
            assert said.endswith(f"page {today}.")
        elif pointer.to == "calls":
            named = re.search(r"pages? (\d+)(?:(?: and | to )(\d+))?\.$", said)
            assert named, said
            assert (int(named[1]), int(named[2] or named[1])) == (min(calls), max(calls))
