"""A leaflet needs a question for each group, and only where an answer changes it."""

import pytest
from msgspec.structs import replace

from handouts.content.vocabulary import Kind
from handouts.errors import SelectionError
from handouts.selection.questions import asked_groups
from handouts.selection.said_back import questions
from tests.support.leaflets import BRANCHES, ask, publisher, selection

LIBRARY = publisher().library


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_at_most_fifteen_questions_lead_to_every_flag(region: str, status: str) -> None:
    """Each flag that changes the leaflet is in one group; 60 are 15, more after a yes."""
    groups = asked_groups(LIBRARY, region, status)
    asked = [flag.id for group in groups for flag in group.flags]
    assert len(asked) == len(set(asked)) == len(LIBRARY.asked_flags)
    assert len(groups) == 15
    assert all(group.question.endswith("?") and group.flags for group in groups)


def test_a_flag_that_changes_nothing_here_is_not_asked() -> None:
    """Where all that a flag says is for another region, neither it nor its group is asked."""
    blocks = [
        block
        for block in LIBRARY.blocks
        if not (block.id.startswith("drives-or-machinery") and block.kind is not Kind.LEAD)
    ]
    fewer = replace(LIBRARY, blocks=tuple(blocks))
    groups = [group.id for group in asked_groups(fewer, "lumbar", "acute")]
    assert "driving" not in groups
    assert "driving" in [group.id for group in asked_groups(LIBRARY, "lumbar", "acute")]


@pytest.mark.parametrize("flag", ["pregnancy", "breastfeeding", "gave-birth-recently", "under-18"])
def test_what_cannot_be_together_is_refused(flag: str) -> None:
    """With 65 or over one of the two is a slip, whichever was said first."""
    for flags in ((flag, "age-65-plus"), ("age-65-plus", flag)):
        with pytest.raises(SelectionError, match="cannot go with"):
            selection(ask("lumbar", "acute", *flags))


def test_long_lasting_pain_asks_what_is_seldom_so() -> None:
    """After an operation it may be a new pain; without any fact something may have been missed."""
    surgery = questions(LIBRARY, ask("lumbar", "chronic", "recent-surgery-or-injury"))
    assert [one.endswith("long-lasting pain: is it a new pain?") for one in surgery] == [True]
    assert questions(LIBRARY, ask("lumbar", "acute", "recent-surgery-or-injury")) == []
    nothing = questions(LIBRARY, ask("neck", "chronic"))
    assert any("65 or over?" in one for one in nothing)
    assert not any("65 or over?" in one for one in questions(LIBRARY, ask("neck", "acute")))
    assert questions(LIBRARY, ask("neck", "chronic", screened=False)) == []
