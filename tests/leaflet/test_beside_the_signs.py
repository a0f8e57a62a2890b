"""What is said beside the signs of a box is said there, once."""

import pytest

from handouts.leaflet.tree import Leaflet, Panel, Paragraph, plain, walk
from tests.support.leaflets import ask, leaflet, panel_texts, panels


def beside(kind: str, *flags: str) -> list[str]:
    """List the paragraphs beside the signs of a box in a full leaflet."""
    found = leaflet(ask("lumbar", "chronic", *flags))
    (section,) = (one for one in found.sections if one.id == "help")
    return [
        plain(part.runs)
        for panel in section.parts
        if isinstance(panel, Panel) and panel.kind == kind
        for part in walk(panel.parts)
        if isinstance(part, Paragraph)
    ]


def texts_of(found: Leaflet, *kinds: str) -> list[str]:
    """List all texts of some boxes, in the order of the page."""
    return [text for box in panels(found, *kinds) for text in panel_texts(box)]


@pytest.mark.parametrize("flag", ["pregnant", "gave-birth-recently"])
def test_whom_to_call_with_a_fever_stands_above_what_is_for_today(flag: str) -> None:
    """It is read before the first sign, and does not stand under the emergency number as well."""
    said = (
        "Any fever, shivers or sweats: call your maternity unit now. "
        "If you cannot reach it, call 999."
    )
    assert beside("today", flag) == [said]
    assert texts_of(leaflet(ask("lumbar", "chronic", flag)), "today")[1] == said
    assert said not in beside("warnings", flag)


def test_whom_to_call_with_new_pain_stands_above_what_is_for_today() -> None:
    """With an aneurysm it is read before the first sign that could wait."""
    said = "New or worse pain, with or without these signs: call 999."
    assert beside("today", "aneurysm") == [said]
    assert texts_of(leaflet(ask("lumbar", "chronic", "aneurysm")), "today")[1] == said


def test_what_closes_the_emergency_box_stands_in_its_order() -> None:
    """Lasting pain first, then that call handlers may change the plan."""
    last = beside("warnings", "pregnant")[-1]
    assert "These signs are an emergency" in last
    assert last.index("These signs") < last.index("The call handler may change the plan")
