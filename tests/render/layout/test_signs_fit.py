"""All the signs stand below their heading and the name of the leaflet, whatever the region."""

from itertools import pairwise

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import HELP
from handouts.pipeline import prepare
from handouts.render.layout.flowables import Boxed, Indent
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.typeface import typeface
from handouts.render.setting import has_columns_below_columns
from handouts.render.typeset import Resources
from handouts.selection.request import Request
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, pdf, publisher

LEAST = 1.99
"""Space between two parts of a box, in points, but for rounding."""


def laid_out(request: Request) -> PaginatedLeaflet:
    """Lay out a leaflet with all its drawings."""
    case = Resources(typeface(), publisher().library.figures, resource("templates"))
    return paginate(prepare(publisher(), request), case)


@pytest.mark.sample(3)
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_signs_of_the_standard_edition_fit_a_letter_page(region: str, status: str) -> None:
    """A column of signs leaves room for all that stands above it, in the most spacious style."""
    for flags in ((), ("gi-ulcer", "age-65-plus")):
        made = pdf(ask(region, status, *flags, edition="standard", paper="letter"))
        assert made.pages <= 8


@pytest.mark.parametrize(
    ("region", "screened"), [("neck", False), ("neck", True), ("lumbar", True)]
)
def test_words_in_the_box_of_all_signs_have_one_edge_and_touch_nothing(
    region: str, *, screened: bool
) -> None:
    """What is below the columns starts where their words do; none touches another."""
    request = ask(region, "chronic", edition="standard", screened=screened)
    layout = laid_out(request)
    found = 0
    for page in layout.pages:
        within = [one for one in page.placed if one.item.name == HELP and one.item.frame]
        inners = [(one, one.item.flowable) for one in within]
        words = [(one, inner) for one, inner in inners if isinstance(inner, Indent)]
        crisis = [one.item.frame for one, inner in words if isinstance(inner.inner, Boxed)]
        words = [(one, inner) for one, inner in words if one.item.frame in crisis]
        insets = [inner.inner.side if isinstance(inner.inner, Boxed) else 0.0 for _, inner in words]
        edges = [inner.left + inset for (_, inner), inset in zip(words, insets, strict=True)]
        assert max(edges, default=0.0) == pytest.approx(min(edges, default=0.0))
        for before, one in pairwise(one for one in within if one.item.frame in crisis):
            assert one.top - before.top - before.item.height > LEAST
        found += len(words)
    assert found > 2


@pytest.mark.sample(3)
@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize(
    "flags", [(), ("gi-ulcer",), ("blood-thinners",), ("pregnancy",)], ids="-".join
)
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not asked"])
def test_no_group_of_signs_is_read_on_below_the_head_of_another(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Columns below others on a page would go on, to the right, under the head of the others."""
    request = ask(region, status, *flags, edition="standard", screened=screened)
    assert not any(map(has_columns_below_columns, laid_out(request).pages))
