"""Read a day as people write it, where it can only be one: `read_calendar_day`.

3/2/1955 is February to some and March to others, so it is no day; 31/12/1955 can only be one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
    "aug august", "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
MONTHS: Mapping[str, int] = {
    name: number for number, names in enumerate(_NAMES, 1) for name in names.split()
}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)", re.ASCII)
_TIME = re.compile(r"(?<=\d)[t ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?", re.ASCII)
"""Of day: spreadsheets add it."""
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ .-]*([a-z]{3,9})\.?,?[ -]*(\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})")


def read_calendar_day(text: str) -> date | None:
    """Read a day with a year of four digits; None for none, and for what could be two days."""
    plain = _TIME.sub("", " ".join(text.casefold().split()))
    year = month = day = 0
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _NUMBERS.fullmatch(plain):
        if is_two_days(plain):
            return None
        day, month, year = *sorted((int(found[1]), int(found[2])), reverse=True), int(found[3])
    elif found := _DAY_FIRST.fullmatch(plain):
        day, month, year = int(found[1]), MONTHS.get(found[2], 0), int(found[3])
    elif found := _MONTH_FIRST.fullmatch(plain):
        day, month, year = int(found[2]), MONTHS.get(found[1], 0), int(found[3])
    with suppress(ValueError):
        return date(year, month, day)
    return None


def is_two_days(text: str) -> bool:
    """Tell whether a text is one day to some people and another to others."""
    found = _NUMBERS.fullmatch(" ".join(text.split()))
    months = range(1, 13)
    return bool(
        found
        and int(found[1]) in months
        and int(found[2]) in months
        and int(found[1]) != int(found[2])
    )


def weekday_of(word: str) -> int | None:
    """Return the number of a weekday by its name or the start of it; Monday is 0."""
    least = 3
    found = (number for number, name in enumerate(_WEEKDAYS) if name.startswith(word))
    return next(found, None) if len(word) >= least else None
