"""What a leaflet says where nobody asked: which facts are known, and whom each line is to call."""

import pytest

from handouts.content.vocabulary import EMERGENCY
from handouts.leaflet.tree import Panel, Paragraph, plain
from handouts.render.text import render_text
from tests.support.leaflets import ask, folded, leaflet

KNOWN = "These fit you: a blood thinner; kidney disease."
APART = "Also get help now:"


def said(*flags: str, screened: bool = False) -> str:
    """Read a leaflet with these flags."""
    request = ask("lumbar", "acute", *flags, screened=screened, edition="standard")
    return folded(render_text(leaflet(request)))


def test_a_pharmacist_sees_above_the_boxes_what_is_known() -> None:
    """A fact that is known has no box to tick, and would not be on the page that is shown."""
    text = said("blood-thinners", "kidney-disease")
    assert f"{KNOWN} Ask a pharmacist, nurse or doctor before any new medicine" in text
    assert "[ ] kidney disease" not in text


def test_nothing_is_said_of_known_facts_where_none_is_or_all_are() -> None:
    """Who was asked has no list of all points, and who gave no fact is told of none."""
    assert "These fit you" not in said()
    assert "These fit you" not in said("blood-thinners", "kidney-disease", screened=True)


@pytest.mark.parametrize(
    ("flag", "named"),
    [("warfarin", "a blood thinner"), ("cancer-now", "cancer, now or before")],
)
def test_a_fact_of_a_kind_is_named_once(flag: str, named: str) -> None:
    """Warfarin is a blood thinner: the point of the broad fact stands for it."""
    assert f"These fit you: {named}. Ask" in said(flag)


def test_of_many_facts_those_with_no_order_are_said_to_fit() -> None:
    """A bare name below "No one has asked" would be read as a question."""
    text = said("gi-ulcer", "blood-thinners", "kidney-disease", "asthma")
    assert "- These fit you: stomach or gut ulcer, now or in the past." in text


@pytest.mark.parametrize("region", ["neck", "thoracic", "lumbar"])
def test_what_names_another_number_has_a_head_of_its_own(region: str) -> None:
    """What is under "Call 999 now if" is for 999; other numbers stand below another head.

    In the upper back page 1 begins with another box, and has no room for that line.
    """
    page = leaflet(ask(region, "acute", edition="standard", screened=False))
    section = next(one for one in page.sections if one.id == EMERGENCY)
    box = next(part for part in section.parts if isinstance(part, Panel))
    told = [plain(part.runs) for part in box.parts if isinstance(part, Paragraph)]
    assert (told[0] == APART) is (region != "thoracic")
    assert (APART in told) is (region != "thoracic")
    assert any("maternity unit now" in one for one in told)
