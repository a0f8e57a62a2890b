"""What a standard leaflet says of a reader with many facts: each by its name, beside its orders."""

import re

import pytest

from handouts.content.blocks import FlagBody
from handouts.content.vocabulary import Kind
from handouts.errors import ContentError
from handouts.leaflet.short_view import MANY_FACTS, ShortView
from handouts.leaflet.tree import Heading, Panel, plain
from handouts.pipeline import prepare
from handouts.render.text import render_text
from tests.support.leaflets import ask, folded, leaflet, publisher

SIX = (
    *("gi-ulcer", "kidney-disease", "heart-disease"),
    *("age-65-plus", "diabetes", "osteoporosis"),
)
LEADS = {
    block.body.flag: block.body
    for block in publisher().library.blocks
    if block.kind is Kind.LEAD and isinstance(block.body, FlagBody)
}
SMALL_WORDS = frozenset({"a", "an", "as", "of", "or", "in", "now", "past", "the", "your", "you"})
UNNAMED = (
    *("alcohol-or-dependence", "ssri-snri", "immunosuppressed", "pregnancy", "pregnant"),
    *("cancer-history", "cancer-now", "cancer-past", "recent-surgery-or-injury", "aneurysm"),
    *("nsaid-allergy", "asthma-nsaid-sensitive", "gave-birth-recently", "nerve-illness"),
)


def said(*flags: str, edition: str = "standard") -> str:
    """Read a leaflet with these flags."""
    return folded(render_text(leaflet(ask("lumbar", "chronic", *flags, edition=edition))))


def test_with_many_facts_each_order_stands_beside_its_reason() -> None:
    """A fact of which the medicines alone say more stands first; others are heads of orders."""
    text = said(*SIX)
    assert (
        "-- Before you take anything, read “Medicines”. "
        "- Stomach or gut ulcer, now or in the past. - Kidney disease: Do not use" in text
    )
    assert "65 or over: Your skin may burn more easily than before." in text
    assert "Thin bones, or a bone broken in a small fall: If you get sudden new pain" in text
    assert not re.search(r"You (have|are) (kidney|diabetes|65)", text)


@pytest.mark.parametrize(("flags", "edition"), [(SIX[: MANY_FACTS - 1], "standard"), (SIX, "full")])
def test_few_facts_and_the_full_edition_say_them_back_in_whole_sentences(
    flags: tuple[str, ...], edition: str
) -> None:
    """Names are only for where there is much to say in little room."""
    text = said(*flags, edition=edition)
    assert "You have kidney disease." in text
    assert "Kidney disease:" not in text


READ = "Before you take anything, read “Medicines”."


@pytest.mark.parametrize(
    ("flags", "times"), [(("gi-ulcer",), 1), (("pregnancy",), 0), (SIX, 1), ((), 0)], ids=str
)
def test_a_fact_that_is_only_named_sends_the_reader_to_the_medicines(
    flags: tuple[str, ...], times: int
) -> None:
    """No fact stands there without an order; where the box has orders of its own it has room."""
    assert said(*flags).count(READ) == times


@pytest.mark.parametrize("edition", ["standard", "full"])
def test_where_nobody_asked_the_box_for_the_reader_is_named_after_what_to_do_with_it(
    edition: str,
) -> None:
    """It holds questions, which are for anybody; the message names it so too."""
    asked, not_asked = (
        [
            plain(part.runs)
            for one in leaflet(request).sections
            for panel in one.parts
            if isinstance(panel, Panel) and panel.kind == "just-for-you"
            for part in panel.parts
            if isinstance(part, Heading)
        ]
        for request in (
            ask("neck", "chronic", "gi-ulcer", edition=edition),
            ask("neck", "chronic", edition=edition, screened=False),
        )
    )
    assert (asked, not_asked) == (["Just for you"], ["Before you start"])
    request = ask("neck", "chronic", edition=edition, screened=False)
    assert "“Before you start” first." in folded(render_text(leaflet(request)))


@pytest.mark.parametrize("flag", [flag for flag, lead in LEADS.items() if lead.name])
def test_a_name_says_what_its_lead_says_and_nothing_else(flag: str) -> None:
    """Each of its words but the smallest is in the lead, which was read and is signed with it."""
    lead = LEADS[flag]
    assert lead.name is not None
    stems = {word[:4] for word in re.findall(r"[\w’{}-]+", lead.wording.text.casefold())}
    words = set(re.findall(r"[\w’{}-]+", lead.name.text.casefold())) - SMALL_WORDS
    words -= {"daily"} if "each day" in lead.wording.text else set()
    assert not {word for word in words if word[:4] not in stems}


def test_what_must_not_be_named_or_comes_first_has_no_name() -> None:
    """Alcohol and minds are never named; cancer, babies and allergies keep their whole sentence."""
    assert [flag for flag in UNNAMED if LEADS[flag].name] == []


def test_a_fact_that_is_lost_stops_the_leaflet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard counts names as it counts leads: once each, and not as part of another line."""
    whole = ShortView.facts
    monkeypatch.setattr(ShortView, "facts", lambda self: whole(self)[1:])
    with pytest.raises(ContentError, match="gi-ulcer-lead"):
        prepare(publisher(), ask("lumbar", "chronic", *SIX, edition="standard"))
