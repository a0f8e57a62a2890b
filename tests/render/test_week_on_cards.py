"""The week to tick is on the cards of the exercises where a strip below them has no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handouts.content.load import resource
from handouts.pipeline import prepare
from handouts.render.layout.exercise_card import Card
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.week_row import BOX, WeekRow
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, publisher

if TYPE_CHECKING:
    from handouts.render.paginated import PaginatedLeaflet

DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def laid_out(region: str, status: str, *flags: str, screened: bool) -> PaginatedLeaflet:
    """Lay out a standard leaflet."""
    request = ask(region, status, *flags, screened=screened, edition="standard")
    return paginate(prepare(publisher(), request), DRAWN)


def cards(layout: PaginatedLeaflet) -> list[Card]:
    """Return the cards of a leaflet."""
    placed = [one.item.flowable for page in layout.pages for one in page.placed]
    return [one for one in placed if isinstance(one, Card)]


def weeks(layout: PaginatedLeaflet) -> list[WeekRow]:
    """Return the weeks on the cards of a leaflet."""
    return [one.week for one in cards(layout) if one.week]


def test_a_card_has_a_box_for_each_day_and_the_first_says_what_for() -> None:
    """A letter is read as the name of its day."""
    layout = laid_out("lumbar", "chronic", screened=True)
    rows = weeks(layout)
    assert len(rows) == len(cards(layout))
    assert [row.label.plain if row.label else "" for row in rows] == ["Tick when done", "", ""]
    for row in rows:
        assert [day.plain for day in row.days] == [day[0] for day in DAYS]
        assert [day._path[-1].actual for day in row.days] == DAYS  # noqa: SLF001
        assert row.width / len(DAYS) >= BOX


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize("screened", [True, False])
def test_there_is_a_week_to_tick_without_facts(region: str, status: str, *, screened: bool) -> None:
    """It is in one form: a strip, or days on every card."""
    layout = laid_out(region, status, screened=screened)
    strips = WEEK_STRIP in layout.order
    assert strips != bool(weeks(layout))
    assert strips or all(card.week for card in cards(layout))
