"""The card to cut out has every sign of an emergency, or is refused by name."""

import pytest
from msgspec.structs import replace

from handouts.content.blocks import EmergencyLineBody
from handouts.content.vocabulary import CARD, Urgency
from handouts.errors import ContentError, SelectionError
from handouts.governance.approval import needed_units
from handouts.leaflet.tree import Heading, ItemList, Panel
from handouts.pipeline import compose, prepare, select
from handouts.safety.guard import refuse_unsafe
from handouts.selection.code import read_recipe, write_recipe
from handouts.selection.request import Request
from tests.support.leaflets import ask, joined, publisher

REGIONS = ("neck", "thoracic", "lumbar")
FLAGS = ("pregnancy", "blood-thinners", "immunosuppressed", "cancer-history", "aneurysm")


@pytest.mark.parametrize("edition", ["full", "standard"])
@pytest.mark.parametrize("region", REGIONS)
def test_each_card_has_every_sign_of_an_emergency(region: str, edition: str) -> None:
    """The rule on cards holds with no flag, with one and with many that add signs of their own."""
    for flags in ((), ("pregnancy",), FLAGS):
        leaflet = prepare(publisher(), ask(region, "acute", *flags, card=True, edition=edition))
        said = joined(leaflet, "pocket-card")
        assert "Call 999 now if:" in said
        assert "hurt yourself" in said


def test_the_card_has_the_number_of_the_place() -> None:
    """A card from the United States says 911, and no number of another place."""
    said = joined(prepare(publisher(), ask("neck", "acute", card=True, place="us")), "pocket-card")
    assert "Call 911 now if:" in said
    assert "999" not in said


def test_a_card_that_lacks_a_sign_is_refused() -> None:
    """The rule finds each line that is taken off a card, whichever that is."""
    request = ask("lumbar", "acute", card=True)
    whole = select(publisher(), request)
    assert len(whole.card) > 10
    for line in whole.card:
        less = replace(whole, card=tuple(one for one in whole.card if one is not line))
        leaflet = compose(publisher(), less)
        with pytest.raises(ContentError) as refused:
            refuse_unsafe(publisher().library, less, leaflet, publisher().rules)
        assert any("no line of the card" in fault.message for fault in refused.value.faults)


def test_nothing_but_an_emergency_is_on_a_card() -> None:
    """A line on what needs a doctor today is refused on a card."""
    request = ask("lumbar", "acute", card=True, edition="sheet", exercises=("walking",))
    whole = select(publisher(), request)
    today = next(
        one
        for one in whole.chosen
        if isinstance(one.block.body, EmergencyLineBody)
        and one.block.body.urgency is Urgency.SAME_DAY
    )
    more = replace(whole, card=(*whole.card, today))
    with pytest.raises(ContentError) as refused:
        refuse_unsafe(publisher().library, more, compose(publisher(), more), publisher().rules)
    assert any("is not an emergency" in fault.message for fault in refused.value.faults)


def test_a_card_whose_second_heading_is_elsewhere_is_refused() -> None:
    """Who to call else never stands below “Call 999”, nor a sign to call 999 for below another."""
    request = ask("lumbar", "acute", card=True)
    selection = select(publisher(), request)
    leaflet = compose(publisher(), selection)
    (card,) = (one for one in leaflet.sections if one.id == CARD)
    (box,) = (one for one in card.parts if isinstance(one, Panel))
    second = [one for one in box.parts if isinstance(one, Heading)][1]
    others = [one for one in box.parts if one is not second]
    at = next(n for n, one in enumerate(others) if isinstance(one, ItemList))
    for place, why in ((len(others), "below the heading of the"), (at, "below another heading")):
        parts = (*others[:place], second, *others[place:])
        panel = replace(box, parts=parts)
        changed = replace(card, parts=tuple(panel if one is box else one for one in card.parts))
        sections = tuple(changed if one is card else one for one in leaflet.sections)
        with pytest.raises(ContentError) as refused:
            refuse_unsafe(
                publisher().library,
                selection,
                replace(leaflet, sections=sections),
                publisher().rules,
            )
        assert any(why in fault.message for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (ask("neck", "acute", "under-18", card=True), "`under-18` has signs"),
        (ask("lumbar", "acute", card=True, screened=False), "signs for those whom nobody asked"),
        (ask("neck", "acute", card=True, size="16"), "type of 16 pt"),
        (ask("neck", "acute", card=True, size="18"), "type of 18 pt"),
        (ask("neck", "acute", card=True, booklet=True, paper="a5"), "on its back"),
    ],
)
def test_a_card_that_nobody_could_use_is_refused(request_: Request, why: str) -> None:
    """It says why, and which option to leave out."""
    with pytest.raises(SelectionError) as refused:
        select(publisher(), request_)
    (fault,) = refused.value.faults
    assert why in fault.message
    assert "--card" in fault.hint
    assert fault.about == "card"


def test_who_signs_signs_the_lines_of_the_card() -> None:
    """A leaflet with a card needs the sign-off of each line on it, and of nothing else more."""
    plain, carded = (ask("lumbar", "acute", card=card) for card in (False, True))
    library = publisher().library
    before, after = (set(needed_units(library, select(publisher(), r))) for r in (plain, carded))
    assert after - before == {
        "line-after-medicine", "line-testicle", "line-ectopic", "line-birth", "line-crisis",
        "line-numb-fast-lumbar", "line-sepsis", "line-inject",
    }  # fmt: skip
    assert before < after
    assert "line-overdose" in before, "it is in the box on page 1 too"


def test_a_code_carries_the_card() -> None:
    """Whoever makes a leaflet again from its code gets its card too; older codes have none."""
    library, provenance = publisher().library, publisher().provenance
    for card in (False, True):
        code = write_recipe(library, ask("neck", "acute", card=card), provenance)
        assert read_recipe(library, code).request.look.card is card
