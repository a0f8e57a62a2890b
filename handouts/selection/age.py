"""Read an age or a date of birth, and the flags that it says: `read_age`, `age_on`.

A date of birth is turned into an age at once, and kept nowhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.errors import Fault, shorten
from handouts.selection.calendar_words import is_two_days, read_calendar_day

if TYPE_CHECKING:
    from datetime import date


OLDEST = 120
_AGE = re.compile(
    r"(?:aged?)?\s*(?P<years>[0-9]{1,3})(?:\.0+)?\s*-?\s*"
    # An o by itself is a nought that was typed as a letter: 7O is not 7.
    r"(?:(?:y|yrs?|years?)\.?\s*-?(?:o|old|/o|of age)?|\.?\s*-?(?:old|of age)?)"
)
_SAYS_AGE = re.compile(r"\b(?:aged?|old|yo|y/o)\b|[0-9]yo\b|[0-9]y/o\b")


def read_age(text: str) -> int | None:
    """Read an age in whole years; None for what is none, as `6 months`, which is no adult's."""
    found = _AGE.fullmatch(" ".join(text.casefold().split()))
    age = int(found["years"]) if found else OLDEST + 1
    return age if age <= OLDEST else None


def says_age(text: str) -> bool:
    """Tell whether words are an age by themselves: `71 years old`, and not `71 years`."""
    return bool(_SAYS_AGE.search(text.casefold())) and read_age(text) is not None


def age_fault(text: str) -> Fault:
    """Say that an age cannot be read."""
    hint = f"write it in whole years, from 0 to {OLDEST}, such as 71"
    return Fault(message=f"`{shorten(text)}` is no age", hint=hint, about="age")


def age_on(born: str, day: date) -> int | Fault:
    """Return the age on a day; a fault, which does not repeat the date, for what is no birthday."""
    birthday = read_calendar_day(born)
    if birthday is None:
        two = is_two_days(born)
        what = "could be two days" if two else "cannot be read"
        hint = "write it as 1955-03-02 (year-month-day) or 2 March 1955, or give the age"
        return Fault(message=f"the date of birth {what}", hint=hint, about="dob")
    age = day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
    if 0 <= age <= OLDEST:
        return age
    when = "still to come" if age < 0 else f"more than {OLDEST} years ago"
    hint = "write it as 1955-03-02 (year-month-day), or give the age"
    return Fault(message=f"the date of birth is {when}", hint=hint, about="dob")
