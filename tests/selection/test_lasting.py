"""A length of time and an age say what they say, and nothing where that is not certain."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.content.load import load_library
from handouts.errors import Fault
from handouts.selection.age import age_on, read_age, says_age
from handouts.selection.calendar_words import is_two_days, read_calendar_day
from handouts.selection.lasting import read_lasting, status_of

TODAY = date(2026, 11, 29)
NEW = (
    "2 weeks",
    "11 weeks",
    "3/52",
    "5/7",
    "since November",
    "a few weeks",
    "a couple of days",
    "a week",
    "2-3 weeks",
    "2½ months",
    "2 and a half months",
    "yesterday",
    "since Monday",
    "a fortnight ago",
    "since 3 October 2026",
    "since 2026-10-01",
    "last week",
    "last month",
    "for 3 weeks now",
    "0 days",
    "about 2 weeks",
    "10 weeks or so",
    "three-week history",
)
LASTING = (
    "12 weeks",
    "3 months",
    "6 months",
    "6/12",
    "6-months",
    "since March",
    "since December",
    "since 2019",
    "for the last 6 months or so",
    "a year",
    "one and a half years",
    "years",
    "for 20 years",
    "over 3 months",
    "12 weeks or more",
    "6 months+",
    "1 year and 3 months",
    "> 3 months",
    "since last year",
    "18 mths",
    "since March 2025",
    "six-month",
    "since 13/12/2025",
)
EITHER = (
    "since September",
    "about 3 months",
    "months",
    "weeks",
    "a few months",
    "2 to 4 months",
    "more than 10 days",
    "less than 4 months",
    "nearly 3 months",
)
NOTHING = (
    "",
    "soon",
    "5",
    "-3 weeks",
    "1000 years",
    "since 5/6/2026",
    "since childhood",
    "6m",
    "since 2027-01-01",
    "weeks 3",
    "three",
    "since",
    "3 weeks, no, 4",
    "1e5 weeks",
    "x" * 10_000,
    "over " * 2_000 + "3 weeks",
)


def said(text: str) -> str | None:
    """Give the status that a text says; None for no length of time."""
    lasting = read_lasting(text, TODAY)
    return None if lasting is None else status_of(load_library().answers.durations, lasting)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("texts", "status"), [(NEW, "acute"), (LASTING, "chronic"), (EITHER, ""), (NOTHING, None)]
)
def test_a_length_of_time_says_the_status_or_is_in_doubt(
    texts: tuple[str, ...], status: str | None
) -> None:
    """What may be less or more than 12 weeks says no status, and what is no time says nothing."""
    assert {text[:30]: said(text) for text in texts} == {text[:30]: status for text in texts}


@pytest.mark.slow
@given(st.integers(0, 5000))
def test_weeks_and_days_agree(days: int) -> None:
    """The border is the same whatever the unit: 12 weeks, 84 days."""
    assert said(f"{days} days") == ("chronic" if days >= 12 * 7 else "acute")
    assert said(f"{days} weeks") == ("chronic" if days >= 12 else "acute")


@pytest.mark.slow
@given(st.text(max_size=40))
def test_any_text_is_read_or_not(text: str) -> None:
    """No text stops the reader, and none has lasted less than no time."""
    lasting = read_lasting(text, TODAY)
    assert lasting is None or 0 <= lasting.low <= lasting.high
    assert read_age(text) is None or any(one.isdigit() for one in text)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("71", 71),
        ("71 years", 71),
        ("71yo", 71),
        ("aged 71", 71),
        ("71-year-old", 71),
        ("0", 0),
        ("120", 120),
        ("71.0", 71),
        ("6 months", None),
        ("121", None),
        ("-3", None),
        ("71.5", None),
        ("", None),
        ("7 1", None),
        ("seventy", None),
        ("7O", None),
    ],
)
def test_an_age_is_whole_years(text: str, age: int | None) -> None:
    """What is no whole number of years a person can have is no age."""
    assert read_age(text) == age


def test_only_words_of_age_are_an_age_by_themselves() -> None:
    """`71 years` may be how long it has hurt."""
    assert says_age("71 years old")
    assert not says_age("71 years")


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("1955-03-02", 71),
        ("2 March 1955", 71),
        ("2-Mar-1955", 71),
        ("March 2, 1955", 71),
        ("31/12/1955", 70),
        ("12/31/1955", 70),
        ("5/5/1955", 71),
        ("19550302", 71),
        ("1955-03-02 00:00:00", 71),
        ("2008-11-29", 18),
        ("2008-11-30", 17),
        ("1961-11-29", 65),
        ("1961-11-30", 64),
        ("2026-11-29", 0),
    ],
)
def test_a_date_of_birth_gives_the_age_on_the_day(born: str, age: int) -> None:
    """The birthday itself counts, the day before does not."""
    assert age_on(born, TODAY) == age


@pytest.mark.parametrize(
    "born", ["02/03/1955", "2.3.1955", "2/3/55", "2030-01-01", "1850-01-01", "x", ""]
)
def test_a_date_of_birth_in_doubt_is_refused_and_not_repeated(born: str) -> None:
    """A date that could be two days, or is nobody's, is no age; the message does not show it."""
    found = age_on(born, TODAY)
    assert isinstance(found, Fault)
    assert not born or born not in found.message


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)))
def test_a_day_is_read_as_it_was_written(day: date) -> None:
    """Day first or month first: a text is read as its day, or could be another and is refused."""
    assert read_calendar_day(day.isoformat()) == day
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        text = day.strftime(form)
        assert read_calendar_day(text) == (None if is_two_days(text) else day)
