"""Read what people write into cells: words for yes and none, several flags, dates.

A date is read only where it can mean one day: 11/1 is January to some and November to others.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from handouts.batch.headers import LISTS
from handouts.content.typed_text import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Mapping


_YES = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "✔", "☑", "☒", "done", "1.0"})
_NO = frozenset({"no", "n", "false", "f", "0", "☐", "0.0", "not done"})
_NONE = frozenset({"-", "--", "–", "—", "n/a", "na", "n.a.", "not applicable"})
_NO_FLAGS = frozenset({"none", "nil", "null", "nan", "no", "none known", "nil known"})
"""Of flags only: a row without exercises of its own gets the usual ones, not none."""
_AS_TYPED = frozenset({"row id", "region", "status", "screened", "copies"})
"""Columns where a dash is no answer."""
_PRINTED = frozenset({"name", "note"})
"""Columns that print what they hold: a name may be Null."""
_SEVERAL = (
    re.compile(r"[\n;|]"),
    re.compile(r","),
    re.compile(r"[+&/]"),
    re.compile(r"\sand\s", re.IGNORECASE),
)
"""What stands between words of one cell; commas, the last three too, can be in a label."""


def said_in(column: str, text: str) -> str:
    """Return what a cell says: nothing for the usual words for none; a name is left as it is."""
    if column in _PRINTED:
        typed = text.strip().strip("".join(map(chr, INVISIBLE))).strip()
        return (
            "" if typed.casefold() in _NONE or typed.casefold() in _NOT_PRINTED[column] else typed
        )
    typed = text.strip() if text.isascii() else text.translate(INVISIBLE).strip()
    if column in _AS_TYPED:
        return typed
    folded = " ".join(typed.casefold().split())
    none = folded in _NONE or (column == "flags" and folded in _NO_FLAGS)
    return "" if none else typed


_NOT_PRINTED = {"name": frozenset[str](), "note": frozenset({"none", "nil", "nan"})}


def yes_or_no(text: str) -> bool | None:
    """Read a yes or a no; None for what is neither."""
    folded = " ".join(text.casefold().split())
    if folded in _YES:
        return True
    return False if folded in _NO or folded in _NONE or folded in {"", "none", "nil"} else None


def copies_of(text: str) -> str:
    """Return a number without the decimals that programs add: `2.0` and `2,0` are 2."""
    return re.sub(r"(?<=\d)[.,]0+$", "", text.strip()) or "1"


def meant(text: str, labels: Mapping[str, str]) -> str:
    """Return the id that a text is, or is the label of, but for case; else the text as it is."""
    folded = _folded(text)
    if text in labels or not folded or _may_be_minus(text):
        return text
    fits = (one for one, label in labels.items() if folded in (_folded(one), _folded(label)))
    return next(fits, text)


def listed(text: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids that a cell of several words holds; what is no id stays as it is typed.

    Words stand apart by blanks, lines, or any of , ; | + & / and `and`.
    """
    words = text.split()
    if all(word in labels for word in words):
        return tuple(words)
    whole = meant(" ".join(words), labels)
    if whole in labels:
        return (whole,)
    for marks in _SEVERAL:
        pieces = [one.strip() for one in marks.split(text)]
        if len(pieces) > 1 and (all(pieces) or marks in _SEVERAL[:2]):
            return tuple(word for piece in pieces if piece for word in listed(piece, labels))
    found = [meant(word, labels) for word in words]
    return tuple(found) if any(one in labels for one in found) else (" ".join(words),)


def holds_several(text: str, labels: Mapping[str, str]) -> bool:
    """Tell whether a cell for one word holds more, such as `neck/lumbar`."""
    parts = listed(text, labels)
    known = sum(one in labels for one in parts)
    return known > 1 or (known == 1 < len(parts) and any(one.search(text) for one in _SEVERAL))


def joined(column: str, parts: list[str]) -> str:
    """Join the cells that fill one column."""
    return ("; " if column in LISTS else "\n" if column == "note" else " ").join(parts)


def _may_be_minus(text: str) -> bool:
    """Tell whether a hyphen at an end may say that something is not so, as in `-asthma`."""
    bare = text.strip()
    return bare[:1] in _HYPHENS or bare[-1:] in _HYPHENS


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\s_-]+", " ", text.casefold()).split())


_HYPHENS = frozenset("-–—−‐‑")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
            "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)?", re.ASCII
)
_WEEKDAY = re.compile(r"([a-z]{3,9})\.?,? +(?=\d|[a-z])", re.IGNORECASE)
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ .-]*([a-z]{3,9})\.?,?[ -]*(\d{4}|\d\d)", re.IGNORECASE
)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", re.IGNORECASE)
_AGO, _AHEAD = timedelta(31), timedelta(366)


def day_of(text: str) -> date | None:
    """Read a day: 2026-11-30, with a time of day or without, or with the month in letters."""
    typed = text.strip()
    if iso := _ISO.fullmatch(typed):
        with suppress(ValueError):
            return date.fromisoformat(iso[1])
        return None
    weekday = _WEEKDAY.match(typed)
    if weekday and weekday[1].lower() not in _MONTHS:
        number = _weekday(weekday[1].lower())
        found = _in_letters(typed[weekday.end() :])
        return found if found and number == found.weekday() else None
    return _in_letters(typed)


def is_near(day: date, today: date) -> bool:
    """Tell whether a leaflet may bear a date unasked: a month back to a year ahead."""
    return today - _AGO <= day <= today + _AHEAD


def _in_letters(text: str) -> date | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found.groups()
    else:
        return None
    century = "20" if len(year) == len("26") else ""
    with suppress(ValueError):
        return date(int(century + year), _MONTHS.get(month.lower(), 0), int(day))
    return None


def _weekday(word: str) -> int | None:
    """Return the number of a weekday by its name or the start of it; Monday is 0."""
    return next((number for number, name in enumerate(_WEEKDAYS) if name.startswith(word)), None)
