"""A reason to stop an exercise is said once, with what to do then."""

import pytest
from markupsafe import escape

from handouts.leaflet.stops import by_order, is_said_in
from handouts.leaflet.tree import ItemList, Panel, walk
from handouts.pipeline import compose
from handouts.render.text import render_text
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask, leaflet, publisher

CALL = "you feel dizzy or sick, or your sight blurs: call 999"


@pytest.mark.parametrize(
    ("reason", "other", "said"),
    [
        ("you feel dizzy", CALL, True),
        ("you feel dizzy", "Stop if you feel dizzy. Then read the warning signs.", True),
        ("a new pain starts", "a new pain starts: see a doctor today", True),
        ("you feel sick", CALL, False),
        ("you feel dizzy", "you feel dizzy", False),
        ("pain gets sharp", "your pain gets sharper: call 999", False),
    ],
)
def test_a_reason_is_said_once_with_what_to_do(reason: str, other: str, *, said: bool) -> None:
    """A reason is left out where another text has its words and goes on, and nowhere else."""
    assert is_said_in(reason, [reason, other]) is said


@pytest.mark.parametrize(
    ("reason", "bold"),
    [
        (CALL, ["call 999"]),
        (
            "pain spreads: see a doctor today. On both sides: call 999",
            ["see a doctor today", "call 999"],
        ),
        ("a new pain starts", []),
    ],
)
def test_what_to_do_is_bold_and_nothing_else_is(reason: str, bold: list[str]) -> None:
    """What to do after a stop is found at once; the words are as they were."""
    said = by_order([escape(reason)], "999")[0]
    assert [one.split("</strong>")[0] for one in said.split("<strong>")[1:]] == bold
    assert said.striptags() == reason


def test_the_gravest_stops_are_read_first() -> None:
    """Those to call for stand first, and last those after which nothing more is to be done."""
    today = "pain spreads: see a doctor today. On both sides: call 999"
    said = by_order(map(escape, ["a new pain starts", today, CALL]), "999")
    assert [one.striptags() for one in said] == [CALL, today, "a new pain starts"]


@pytest.mark.parametrize("edition", ["standard", "full"])
@pytest.mark.parametrize(
    ("region", "flag"), [("neck", "recent-surgery-or-injury"), ("thoracic", "cancer-history")]
)
def test_dizzy_is_no_bare_stop_beside_what_to_do(region: str, flag: str, edition: str) -> None:
    """With the card of slow breathing too, "you feel dizzy" always says what to do then."""
    request = ask(region, "acute", flag, edition=edition)
    text = render_text(compose(publisher(), select_blocks(publisher().library, request)))
    lines = [" ".join(one.split()) for one in text.split("\n- ")]
    dizzy = [one for one in lines if "you feel dizzy" in one]
    assert "Slow breathing" in text
    assert dizzy
    assert all("call 999" in one or "read the warning signs" in one for one in dizzy)


@pytest.mark.parametrize("screened", [True, False])
@pytest.mark.parametrize("edition", ["standard", "full"])
@pytest.mark.parametrize(("region", "status"), [("neck", "acute"), ("lumbar", "chronic")])
def test_when_to_stop_is_said_in_one_list(
    region: str, status: str, edition: str, *, screened: bool
) -> None:
    """One box has the lines for all exercises and the reasons of the cards, and no other place."""
    request = ask(region, status, edition=edition, screened=screened)
    (section,) = (one for one in leaflet(request).sections if one.id == "exercises")
    (box,) = (one for one in section.parts if isinstance(one, Panel) and one.kind == "stop")
    every = (one for one in walk(section.parts) if isinstance(one, ItemList))
    (reasons,) = (one for one in every if one.kind == "stop")
    assert reasons in box.parts
    said = ["".join(run.text for run in item.runs) for item in reasons.items]
    assert "call 999" in said[0]
    assert any(one.endswith("read the warning signs") for one in said)
