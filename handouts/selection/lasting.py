"""Read how long a pain has lasted, and since when: `read_lasting`, `status_of`.

Nothing is guessed: "since September" is a range of days, and where that lies on both sides of the
border between two statuses, the words do not say which.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.selection.calendar_words import MONTHS, read_calendar_day, weekday_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handouts.content.library import Duration


class Lasting(Struct, frozen=True):
    """How many days a pain has lasted: at least `low`, at most `high`."""

    low: float
    high: float


_WEEK = 7
_LONGEST = 80
"""Letters; what is longer is no length of time."""
_LONG = 120 * 366
"""Days; nobody's pain has lasted longer."""
_UNITS: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), (1 / 24, 1 / 24)),
    **dict.fromkeys(("d", "day", "days"), (1, 1)),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), (7, 7)),
    **dict.fromkeys(("fortnight", "fortnights"), (14, 14)),
    **dict.fromkeys(("mo", "mos", "mth", "mths", "month", "months"), (30, 31)),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), (365, 366)),
    **dict.fromkeys(("decade", "decades"), (3650, 3653)),
}
"""The days of each unit: a month has 30 or 31."""
_SHORT = {"7": (1, 1), "52": (7, 7), "12": (30, 31)}
"""As in 6/12: the number of days, weeks or months, over how many of them there are."""
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("", "a an one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve")
    )
    for word in words.split()
}  # fmt: skip
_SOME = {"couple": (2, 3), "few": (2, 8), "several": (3, 9), "some": (2, 9)}
_LEADS = ("for", "past", "last", "the", "its", "lasting", "lasted", "duration", "a total of")
_ENDS = ("now", "ago", "or so", "already", "long", "duration", "history", "of pain", "pain")
_BOUNDS = {
    **dict.fromkeys(("over", "more than", "longer than", "at least", "greater than", ">"), "more"),
    **dict.fromkeys(("under", "less than", "not quite", "up to", "at most", "<"), "less"),
    **dict.fromkeys(("almost", "nearly"), "nearly"),
    **dict.fromkeys(("about", "around", "approximately", "approx", "roughly", "~"), "some"),
}
_SLACK = 0.15
"""How far from a number is "about" it."""
_PART = re.compile(
    r"(?:(?P<low>\d+(?:\.\d+)?)\s*(?:-|–|to|or)\s*)?(?P<high>\d+(?:\.\d+)?)\s*-?\s*"
    r"(?P<half>½\s*)?(?P<unit>[a-z]+)"
)
_HALF = re.compile(r" ?\b(?:and a half|and 1/2)\b")
_HYPHEN = re.compile(r"(?<=[a-z0-9])-(?=[a-z])")
"""As in 12-week; the one in 2-3 weeks stays."""
_OR_MORE = re.compile(r" (?:or|and) (?:more|longer|over)|\+")
_FRACTION = re.compile(r"(\d{1,3})\s*/\s*(7|52|12)")
_WORD = re.compile(r"[a-z]+")
_JOINT = re.compile(r"\s*(?:,|and|plus)?\s*")


def read_lasting(text: str, today: date) -> Lasting | None:
    """Read a length of time, or since when; None for what is neither."""
    if len(text) > _LONGEST:
        return None
    plain = _HALF.sub("½", " ".join(text.casefold().split()))
    plain = _HYPHEN.sub(" ", plain)
    found = _since(text, today) or _length(_trimmed(plain))
    if found is None or found.high < 0 or found.low > _LONG:
        return None
    return found


def status_of(durations: Sequence[Duration], lasting: Lasting) -> str:
    """Return the status that a length of time says; empty where it may be two."""
    said = {
        one.status
        for one in durations
        if lasting.high >= one.low * _WEEK
        and (one.below is None or lasting.low < one.below * _WEEK)
    }
    return said.pop() if len(said) == 1 else ""


def is_unit(word: str) -> bool:
    """Tell whether a word is a unit of time."""
    return word.casefold() in _UNITS


def _trimmed(plain: str) -> str:
    """Take off what says nothing: `for the last 6 months or so`."""
    while True:
        lead = next((one for one in _LEADS if plain.startswith(f"{one} ")), "")
        end = next((one for one in _ENDS if plain.endswith(f" {one}")), "")
        if not lead and not end:
            return plain
        plain = plain.removeprefix(f"{lead} " if lead else "")
        plain = plain.removesuffix(f" {end}" if end else "")


def _length(plain: str) -> Lasting | None:
    if (shorter := _OR_MORE.sub("", plain)) != plain:
        inner = _length(shorter)
        return _bounded(inner, "more") if inner else None
    for words, kind in _BOUNDS.items():
        if plain.startswith(words):
            inner = _length(_trimmed(plain[len(words) :].strip()))
            return _bounded(inner, kind) if inner else None
    if fraction := _FRACTION.fullmatch(plain):
        low, high = _SHORT[fraction[2]]
        return Lasting(int(fraction[1]) * low, int(fraction[1]) * high)
    return _vague(plain) or _sum(_WORD.sub(_digits, plain))


def _bounded(found: Lasting, kind: str) -> Lasting:
    if kind == "more":
        return Lasting(found.low, _LONG)
    if kind == "less":
        return Lasting(0, found.high - 1)
    if kind == "nearly":
        return Lasting(found.low * (1 - _SLACK), found.high)
    return Lasting(found.low * (1 - _SLACK), found.high * (1 + _SLACK))


def _vague(plain: str) -> Lasting | None:
    """Read `a few weeks`, `a couple of months`, and `years` without a number."""
    *words, unit = plain.split() or [""]
    if unit not in _UNITS or any(one not in {"a", "of", "many", *_SOME} for one in words):
        return None
    some = next((_SOME[one] for one in words if one in _SOME), None)
    low, high = _UNITS[unit]
    if some:
        return Lasting(some[0] * low, some[1] * high)
    if unit.endswith("s") and len(unit) > len("mths") - 1 and "a" not in words:
        return Lasting(2 * low, _LONG)
    return None


def _digits(word: re.Match[str]) -> str:
    return str(_NUMBERS.get(word[0], word[0]))


def _sum(plain: str) -> Lasting | None:
    """Add the parts of `1 year and 3 months`."""
    low = high = 0.0
    at = 0
    while at < len(plain):
        part = _PART.match(plain, at)
        if part is None or part["unit"] not in _UNITS:
            return None
        shortest, longest = _UNITS[part["unit"]]
        more = 0.5 if part["half"] else 0
        low += (float(part["low"] or part["high"]) + more) * shortest
        high += (float(part["high"]) + more) * longest
        at = part.end()
        joint = _JOINT.match(plain, at)
        at = joint.end() if joint else at
    return Lasting(low, high) if at and low <= high else None


# ------------------------------------------------------------------ since when
_NEAR = {
    "today": (0, 0),
    "this morning": (0, 0),
    "last night": (0, 1),
    "yesterday": (1, 1),
    "this week": (0, 7),
    "last week": (1, 14),
}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"([a-z]{3,9})\.?(?:,? ((?:19|20)[0-9]{2}))?")


def _since(text: str, today: date) -> Lasting | None:
    """Read `since March` and the like; words such as `yesterday` stand by themselves."""
    plain = " ".join(text.casefold().split())
    bare = plain.removeprefix("since ").removeprefix("from ")
    if bare in _NEAR:
        return Lasting(*_NEAR[bare])
    if bare == "last month":
        return _between(_first(today, -1), _first(today, 0) - timedelta(1), today)
    if bare == "last year":
        return _in_year(today.year - 1, today)
    return _from(bare, today) if bare != plain else None


def _from(bare: str, today: date) -> Lasting | None:
    if day := read_calendar_day(bare):
        return _between(day, day, today)
    if _YEAR.fullmatch(bare):
        return _in_year(int(bare), today)
    if (number := weekday_of(bare)) is not None:
        ago = (today.weekday() - number) % 7 or 7
        return Lasting(ago, ago)
    month = _MONTH.fullmatch(bare)
    if month is None or month[1] not in MONTHS:
        return None
    number = MONTHS[month[1]]
    first = date(int(month[2]) if month[2] else today.year - (number > today.month), number, 1)
    return _between(first, _first(first, 1) - timedelta(1), today)


def _in_year(year: int, today: date) -> Lasting:
    return _between(date(year, 1, 1), date(year, 12, 31), today)


def _between(first: date, last: date, today: date) -> Lasting:
    """Return how long ago a day of some was; one that is still to come gives less than none."""
    if first > today:
        return Lasting(-1, -1)
    return Lasting(max(0, (today - last).days), (today - first).days)


def _first(day: date, months: int) -> date:
    """Return the first day of a month, some months on."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
