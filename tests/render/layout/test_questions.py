"""How a reader whom nobody asked finds the questions above the exercises."""

import pytest

from handouts.content.load import resource
from handouts.leaflet.tree import Item, Run, plain
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Bookmarked, Ruled, Stack
from handouts.render.layout.questions import Tinted, asked_in
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher

SIDES = 6
LEAD = (Run("Ask a doctor", strong=True), Run(" if one fits. Pregnant? Under 18? A? B? C? D?"))


def test_a_point_is_divided_into_what_it_says_and_what_it_asks() -> None:
    """No word is lost: the lead and the questions read as the point did."""
    asked = asked_in(Item(runs=LEAD))
    assert asked is not None
    assert [one.text.strip() for one in asked.questions][:2] == ["Pregnant?", "Under 18?"]
    assert plain(asked.lead) + plain(asked.questions) == plain(LEAD) + " "


@pytest.mark.parametrize("text", ["Had an operation? Ask first.", "One? Two?", "No question."])
def test_a_point_that_asks_little_stays_whole(text: str) -> None:
    """A question or two are no list to look through."""
    assert asked_in(Item(runs=(Run(text),))) is None


def test_the_questions_stand_on_a_tint_where_the_page_has_room() -> None:
    """In five of the six leaflets without a fact; in three in columns; none takes a side more."""
    tints = [tint for branch in BRANCHES for tint in tints_of(*branch)]
    assert len(tints) >= 5
    assert sum(isinstance(one.inner, Columns) for one in tints) >= 3


def tints_of(region: str, status: str) -> list[Tinted]:
    """Lay out a leaflet where nobody asked and list what stands on a tint above its exercises."""
    request = ask(region, status, screened=False, edition="standard")
    figures = publisher().library.figures
    layout = paginate(leaflet(request), Resources(typeface(), figures, resource("templates")))
    assert len(layout.pages) <= SIDES
    placed = (one.item.flowable for page in layout.pages for one in page.placed)
    ruled = [one.inner for one in placed if isinstance(one, Bookmarked)]
    stacks = [one.inner for one in ruled if isinstance(one, Ruled)]
    inners = [x for one in stacks if isinstance(one, Stack) for x in one.inners]
    return [one for one in inners if isinstance(one, Tinted)]
