"""What is said below the signs of a box is said there, once."""

import pytest

from handouts.leaflet.tree import Panel, Paragraph, plain, walk
from tests.support.leaflets import ask, leaflet


def below(kind: str, *flags: str) -> list[str]:
    """List the paragraphs that close a box of signs in a full leaflet."""
    found = leaflet(ask("lumbar", "chronic", *flags))
    (section,) = (one for one in found.sections if one.id == "help")
    return [
        plain(part.runs)
        for panel in section.parts
        if isinstance(panel, Panel) and panel.kind == kind
        for part in walk(panel.parts)
        if isinstance(part, Paragraph)
    ]


@pytest.mark.parametrize("flag", ["pregnant", "gave-birth-recently"])
def test_whom_to_call_with_a_fever_stands_below_what_is_for_today(flag: str) -> None:
    """It does not stand under the emergency number as well."""
    said = "With a fever, call your maternity unit first."
    assert below("today", flag).count(said) == 1
    assert said not in below("warnings", flag)


def test_what_closes_the_emergency_box_stands_in_its_order() -> None:
    """Lasting pain first, then that call handlers may change the plan."""
    emergency = below("warnings", "pregnant")
    assert [one[:11] for one in emergency[-2:]] == ["These signs", "Call handle"]
