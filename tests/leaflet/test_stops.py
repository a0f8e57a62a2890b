"""A reason to stop an exercise is said once, with what to do then."""

import pytest
from markupsafe import escape

from handouts.leaflet.stops import Stops, by_order, is_said_in, said_by
from handouts.leaflet.tree import Item, ItemList, Leaflet, Panel, Paragraph, Run, plain
from handouts.pipeline import compose
from handouts.render.text import render_text
from handouts.selection.select import select_blocks
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher

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


def grouped(*reasons: str) -> tuple[Stops, ...]:
    """Put reasons to stop below what to do then."""
    return by_order(map(escape, reasons), "999", "Stop and {order} if", "Stop if")


def listed(stops: Stops) -> ItemList:
    """Return a group as the list of a leaflet."""
    items = [Item(runs=(Run(one.striptags()),)) for one in stops.reasons]
    return ItemList(kind="stop", items=tuple(items), order=stops.order)


TODAY = "pain spreads: see a doctor today. On both sides: call 999"


@pytest.mark.parametrize(
    ("reason", "head"),
    [
        (CALL, "Stop and call 999 if"),
        (TODAY, "Stop and see a doctor today if"),
        ("a new pain starts", "Stop if"),
    ],
)
def test_what_to_do_heads_a_reason_and_no_word_is_lost(reason: str, head: str) -> None:
    """The head and the reason say together what the content says, word for word."""
    (stops,) = grouped(reason)
    assert stops.head == head
    assert [*said_by(listed(stops))] == [reason]


def test_what_to_do_for_a_part_of_a_reason_is_bold() -> None:
    """A graver order inside a reason is found at once."""
    (stops,) = grouped(TODAY)
    assert stops.reasons == ("pain spreads. On both sides: <strong>call 999</strong>",)


@pytest.mark.parametrize("reason", ["at noon. You are sick: call 999", "you are sick: call 999."])
def test_a_reason_that_cannot_be_put_together_again_stays_whole(reason: str) -> None:
    """Where the order is not that of the first sentence, it stays where it stands."""
    (stops,) = grouped(reason)
    assert stops.order == ""
    assert [*said_by(listed(stops))] == [reason]


def test_without_a_head_for_an_order_each_reason_says_what_to_do() -> None:
    """Own content may lack that head: then all reasons stand whole, below "Stop if"."""
    (stops,) = by_order([escape(CALL), escape("a new pain starts")], "999", "", "Stop if")
    assert stops.head == "Stop if"
    assert [one.striptags() for one in stops.reasons] == [CALL, "a new pain starts"]


def test_the_gravest_stops_are_read_first() -> None:
    """Those to call for stand first, and last those after which nothing more is to be done."""
    said = grouped("a new pain starts", TODAY, CALL)
    assert [one.order for one in said] == ["call 999", "see a doctor today", ""]


def test_reasons_with_one_order_stand_below_one_head() -> None:
    """Whoever looks for what to do finds all reasons for it in one place."""
    said = grouped(CALL, TODAY, "you feel faint: call 999")
    assert [len(one.reasons) for one in said] == [2, 1]


def stop_box(made: Leaflet) -> Panel:
    """Return the only box of a leaflet on when to stop an exercise."""
    (section,) = (one for one in made.sections if one.id == "exercises")
    (box,) = (one for one in section.parts if isinstance(one, Panel) and one.kind == "stop")
    return box


@pytest.mark.parametrize("edition", ["standard", "full"])
@pytest.mark.parametrize(
    ("region", "flag"), [("neck", "recent-surgery-or-injury"), ("thoracic", "cancer-history")]
)
def test_dizzy_is_no_bare_stop_beside_what_to_do(region: str, flag: str, edition: str) -> None:
    """With the card of slow breathing too, "you feel dizzy" always says what to do then."""
    request = ask(region, "acute", flag, edition=edition)
    made = compose(publisher(), select_blocks(publisher().library, request))
    lists = [one for one in stop_box(made).parts if isinstance(one, ItemList)]
    dizzy = [said for one in lists for said in said_by(one) if "you feel dizzy" in said]
    assert "Slow breathing" in render_text(made)
    assert dizzy
    assert all("call 999" in one or "read the warning signs" in one for one in dizzy)


@pytest.mark.parametrize("screened", [True, False])
@pytest.mark.parametrize("edition", ["standard", "full"])
@pytest.mark.parametrize(("region", "status"), [("neck", "acute"), ("lumbar", "chronic")])
def test_when_to_stop_is_said_in_one_list(
    region: str, status: str, edition: str, *, screened: bool
) -> None:
    """One box has the lines for all exercises and the reasons of the cards, gravest first.

    What to do heads the reasons of whoever was asked; where nobody asked it ends each of them.
    """
    box = stop_box(leaflet(ask(region, status, edition=edition, screened=screened)))
    heads = [plain(one.runs) for one in box.parts if isinstance(one, Paragraph)]
    lists = [one for one in box.parts if isinstance(one, ItemList)]
    orders = [one.order for one in lists]
    said = [text for one in lists for text in said_by(one)]
    assert orders[:2] == (["call 999", "see a doctor today"] if screened else [""])
    assert heads == [f"Stop and {one} if" if one else "Stop if" for one in orders]
    assert "call 999" in said[0]
    assert any(one.endswith("read the warning signs") for one in said)


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_whoever_was_asked_reads_what_to_do_for_a_new_or_worse_pain(
    region: str, status: str
) -> None:
    """No pain of an exercise only says to stop; numbness on both sides is for 999 by itself."""
    box = stop_box(leaflet(ask(region, status)))
    lists = {one.order: [*said_by(one)] for one in box.parts if isinstance(one, ItemList)}
    assert not any("pain" in one for one in lists.get("", ()))
    assert any("on both sides" in one for one in lists["call 999"])
    assert not any("call 999" in one and "both" in one for one in lists["see a doctor today"])
    told = [one for some in lists.values() for one in some]
    assert any(one.startswith("a new pain starts: ") for one in told)
    assert any(one.startswith("the pain gets worse and stays worse: ") for one in told)
