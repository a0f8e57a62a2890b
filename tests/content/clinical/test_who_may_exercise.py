"""Who may do an exercise is said on its card, and to who was not asked: both from its `avoid`."""

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
    "low-weight": "or frail",
    "cancer-history": "Cancer",
    "osteoporosis": "Thin bones",
    "long-term-steroids": "Steroid",
    "recent-surgery-or-injury": "operation or a bad injury",
    "inflammatory-arthritis": "joint or nerve illness",
    "nerve-illness": "joint or nerve illness",
    "aneurysm": "aneurysm",
}
"""Words for each fact in the sentence to who was not asked."""
SEEN = {"no-floor", "wheelchair"}
"""Who cannot get down to the floor, or walk, sees it on the card."""
ONLY = "Only if your team said"


def words(name: str) -> str:
    """Give all sentences of a block as they print."""
    return " ".join(said(one) for one in BLOCKS[name].wordings if isinstance(one, Wording))


@pytest.mark.parametrize("edition", ["full", "standard"])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_who_was_not_asked_reads_each_fact_that_takes_a_card_away(
    region: str, status: str, edition: str
) -> None:
    """Whatever keeps a printed exercise from a reader who was asked is named to who was not."""
    chosen = selection(ask(region, status, screened=False, edition=edition))
    cards = [one.block.id for one in chosen.chosen if one.block.kind is Kind.EXERCISE]
    facts = {BROAD.get(flag) or flag for card in cards for flag in EXERCISES[card].avoid} - SEEN
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
