"""Who may do an exercise is said on its card, and to who was not asked: both from its `avoid`."""

import re

import pytest

from handouts.content.blocks import ExerciseBody, Wording
from handouts.content.vocabulary import Kind
from tests.support.leaflets import BRANCHES, ask, publisher, said, selection

LIBRARY = publisher().library
BLOCKS = {block.id: block for block in LIBRARY.blocks}
EXERCISES = {b.id: b.body for b in LIBRARY.blocks if isinstance(b.body, ExerciseBody)}
BROAD = {name: flag.kind_of for name, flag in LIBRARY.flags.items()}
BENDS = {"rotation", "twist", "flexion", "extension", "side-bend"}
NAMED = {
    "pregnancy": "Pregnant",
    "under-18": "Under 18",
    "age-65-plus": "65 or over",
    "low-weight": "frail or under 50 kg",
    "cancer-history": "Cancer",
    "osteoporosis": "Thin bones",
    "long-term-steroids": "Steroid",
    "recent-surgery-or-injury": "operation or a bad injury",
    "inflammatory-arthritis": "joint, nerve or muscle illness",
    "nerve-illness": "joint, nerve or muscle illness",
    "myasthenia-gravis": "joint, nerve or muscle illness",
    "heart-disease": "Heart, lung or thyroid illness",
    "breathing-problem": "Heart, lung or thyroid illness",
    "overactive-thyroid-or-rhythm": "Heart, lung or thyroid illness",
    "high-blood-pressure": "High blood pressure",
    "bp-or-water-tablets": "Blood pressure tablets or water tablets",
    "poor-circulation": "Poor blood flow",
    "diabetes": "Diabetes or numb feet",
    "reduced-sensation": "Diabetes or numb feet",
    "pacemaker": "pacemaker",
    "aneurysm": "aneurysm",
}
"""Words for each fact in the sentence to who was not asked."""
SEEN = {"no-floor", "wheelchair", "dizziness"}
"""Who cannot get down to the floor, or walk, sees it on the card; a dizzy spell stops each card."""
ONLY = "Only if your team said"


def words(name: str) -> str:
    """Give all sentences of a block as they print."""
    return " ".join(said(one) for one in BLOCKS[name].wordings if isinstance(one, Wording))


@pytest.mark.parametrize("edition", ["full", "standard"])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_who_was_not_asked_reads_each_fact_that_changes_a_card(
    region: str, status: str, edition: str
) -> None:
    """Whatever takes a printed card away, or adds a caution to it, is named to who was not."""
    chosen = selection(ask(region, status, screened=False, edition=edition))
    cards = [one.block.id for one in chosen.chosen if one.block.kind is Kind.EXERCISE]
    changed = [{*EXERCISES[card].avoid, *EXERCISES[card].cautions} for card in cards]
    facts = {BROAD.get(flag) or flag for flags in changed for flag in flags} - SEEN
    text = words("exercises-not-asked")
    assert cards
    assert facts <= NAMED.keys(), facts - NAMED.keys()
    assert [flag for flag in sorted(facts) if NAMED[flag] not in text] == []


def test_a_card_that_bends_is_for_who_asked_the_team() -> None:
    """Who is told to ask the team about bends reads so on each card that bends or turns."""
    asks = {
        block.id.split("-clause-")[0]
        for block in LIBRARY.blocks
        if "-clause-" in block.id and "before you do bending" in words(block.id)
    }
    wrong = [
        (name, flag)
        for name, body in EXERCISES.items()
        if BENDS & {*body.moves, *body.extra_moves}
        for flag in sorted(asks)
        if not BROAD[flag]
        and flag not in body.avoid
        and (flag not in body.cautions or not said(body.cautions[flag]).startswith(ONLY))
    ]
    assert asks >= {"cancer-history", "nerve-illness"}
    assert wrong == []


LEAVE = re.compile(r"see a doctor before you follow this sheet", re.IGNORECASE)
SENT = {"recent-surgery-or-injury": "operation or a bad injury in the last 3 months? See a doctor"}
"""Words for each fact whose leaflet sends to a doctor before anything else on it."""


def test_who_was_not_asked_is_sent_to_a_doctor_first_by_the_same_facts() -> None:
    """Each fact whose leaflet says to see a doctor before following it is named to who was not."""
    facts = {
        flag
        for flag in LIBRARY.flags
        for one in selection(ask("lumbar", "acute", flag)).chosen
        if any(LEAVE.search(said(w)) for w in one.block.wordings if isinstance(w, Wording))
    }
    assert facts == SENT.keys()
    for age in ((), ("age-65-plus",)):
        chosen = selection(ask("lumbar", "acute", *age, screened=False)).chosen
        text = " ".join(words(one.block.id) for one in chosen if "not-asked" in one.block.id)
        assert [fact for fact, named in SENT.items() if named not in text] == []
