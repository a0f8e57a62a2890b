"""When to stop any of the exercises: a list in almost every leaflet."""

import pytest

from handouts.content.load import resource
from handouts.pipeline import prepare
from handouts.render.layout.flowables import Bookmarked, FlowItem, Ruled, Stack
from handouts.render.layout.stop_box import STOP_RULE, HeadedLists
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, publisher, structure

DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))
each_branch = pytest.mark.parametrize(("region", "status"), BRANCHES)


def stop_box(region: str, status: str, *flags: str, screened: bool, edition: str) -> FlowItem:
    """Set a leaflet, and find the box that says when to stop."""
    request = ask(region, status, *flags, screened=screened, edition=edition)
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    (item,) = (one.item for page in pages for one in page.placed if one.item.name == STOP_RULE)
    return item


@each_branch
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not-asked"])
@pytest.mark.parametrize("flags", [(), ("gi-ulcer",)], ids=["none", "ulcer"])
def test_each_reason_to_stop_has_a_line_of_its_own(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Nobody reads through a paragraph to find what to do for what."""
    item = stop_box(region, status, *flags, screened=screened, edition="standard")
    assert isinstance(item.flowable, HeadedLists)


@each_branch
def test_the_reasons_to_stop_are_tagged_as_a_list(region: str, status: str) -> None:
    """A screen reader hears what to do, then a list of the reasons for it."""
    node = structure(ask(region, status, "gi-ulcer", edition="standard"))
    (section,) = (one for one in node.find("Sect") if "Stop and call 999 if" in one.text)
    below = section.text.index("Stop and call 999 if")
    (told,) = (one for one in section.find("L") if "or you get chest pain" in one.text)
    assert len(told.find("LI")) > 1
    assert section.text.index(told.text) > below
    assert all(len(one.find("Lbl")) == len(one.find("LBody")) == 1 for one in told.find("LI"))


@pytest.mark.parametrize("status", ["acute", "chronic"])
@pytest.mark.parametrize("region", ["neck", "thoracic"])
def test_each_point_on_all_exercises_starts_a_line(region: str, status: str) -> None:
    """Where nobody asked, whom to ask first is no paragraph with what else is to be known."""
    request = ask(region, status, screened=False, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    items = (one.item for page in pages for one in page.placed)
    opening = next(one for one in items if one.name == "exercises").flowable
    assert isinstance(opening, Bookmarked)
    assert isinstance(opening.inner, Ruled)
    assert isinstance(opening.inner.inner, Stack)
    assert len(opening.inner.inner.inners) > 1  # the heading may have the first beside it
