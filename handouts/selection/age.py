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

_BIRTH = re.compile(
    r"(?:d\.?o\.?b\.?|born|(?:date of )?birth|birth-?\s?da(?:te|y))[:=]?(?:\s*(?:on|in|is|the))*"
    r"(?:\s*(?:[0-9][0-9a-z./-]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?){0,3}"
)
"""A date of birth as people write it among other words; it is never read, so any three parts do."""
_DATE = re.compile(
    r"[0-9]{1,2}([./-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})|[0-9]{4}([./-])[0-9]{1,2}\2[0-9]{1,2}"
)


def read_age(text: str) -> int | None:
    """Read an age in whole years; None for what is none, as `6 months`, which is no adult's."""
    found = _AGE.fullmatch(" ".join(text.casefold().split()))
    age = int(found["years"]) if found else OLDEST + 1
    return age if age <= OLDEST else None


def says_age(text: str) -> bool:
    """Tell whether words are an age by themselves: `71 years old`, and not `71 years`."""
    return bool(_SAYS_AGE.search(text.casefold())) and read_age(text) is not None


def says_birth(text: str) -> bool:
    """Tell whether words are a date of birth, or a date by itself, which may be one."""
    folded = " ".join(text.casefold().split())
    born = _BIRTH.fullmatch(folded) and re.search(r"[0-9]", folded)
    return bool(born or folded == "dob" or _DATE.fullmatch(folded))


def birth_fault(text: str) -> Fault:
    """Say that a date is not read among words, where 3/4/1950 could be two days.

    The date is not repeated: it may be of a patient.
    """
    written = "--dob 1955-03-02 (year-month-day); --dob - asks for it"
    if _DATE.fullmatch(text.strip()):
        hint = f'a date of birth is for {written}; how long it has hurt for --duration "6 weeks"'
        return Fault(message="a date is not read among other words", hint=hint, on_page=_ON_PAGE)
    hint = f"give the age, as --age 71, or the date of birth, as {written}"
    message = "a date of birth is not read among other words"
    return Fault(message=message, hint=hint, on_page=_ON_PAGE)


_ON_PAGE = "write the age, such as 71 years old, or how long it has hurt, such as 6 weeks"


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
