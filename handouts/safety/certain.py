"""Hold facts that are certain against a second table: `certain_faults`.

Emergency numbers by country, the most that an exercise of a kind may ask for, and the unit that
each label must name. A mistake in content then takes two edits, in two places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.content.blocks import Dosage, ExerciseBody
from handouts.errors import Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from handouts.content.library import Library, Place


EMERGENCY: Mapping[str, frozenset[str]] = {
    "GB": frozenset({"999", "112"}),
    "IE": frozenset({"112", "999"}),
    "US": frozenset({"911"}),
    "CA": frozenset({"911"}),
    "AU": frozenset({"000"}),
    "NZ": frozenset({"111"}),
    "EU": frozenset({"112"}),
}
"""The numbers for an emergency, by country; EU stands for a place without a country."""
SHORT: Mapping[str, frozenset[str]] = {
    "GB": frozenset({"111", "101", "119"}),
    "US": frozenset({"988", "211", "311"}),
    "CA": frozenset({"988", "811", "211"}),
}
"""Other numbers of up to three digits that a country has."""
_SHORT_DIGITS = 3
MOST: Mapping[str, Mapping[str, int]] = {
    "hold_seconds": {"ex-gentle": 10, "ex-bend-twist": 10, "ex-strength": 10, "rest": 10},
    "hold_breaths": {"ex-gentle": 1, "ex-bend-twist": 1, "ex-strength": 1, "rest": 1},
    "repetitions": {"ex-gentle": 10, "ex-bend-twist": 10, "ex-strength": 10, "rest": 10},
    "per_day": {"ex-gentle": 4, "ex-bend-twist": 3, "ex-strength": 3, "rest": 4, "walking": 4},
    "minutes": {"rest": 10, "walking": 10},
}
"""The most of each number that a dosage may have, by the column of the exercise."""
LEAST_HOURS = 2
"""Never more often than every so many hours."""
UNITS: Mapping[str, str] = {
    "hold-second": "second", "hold-seconds": "seconds", "hold-breath": "breath",
    "hold-breaths": "breaths", "minutes": "minutes", "repeat": "times",
    "repeat-breaths": "breaths", "once-a-day": "a day", "per-day": "times a day",
    "every-hours": "hours",
}  # fmt: skip
"""What an English label of a dosage must name."""


def certain_faults(library: Library, folder: Path) -> list[Fault]:
    """Fault each number, dosage and unit that the second table does not know."""
    return [
        *(fault for place in library.places.values() for fault in _of_place(place)),
        *_of_exercises(library),
        *_of_labels(library, folder),
    ]


def _country(place: Place) -> str:
    """Take the country from the tag of the language, such as en-GB."""
    return place.language.partition("-")[2].upper() or "EU"


def _of_place(place: Place) -> Iterator[Fault]:
    country = _country(place)
    known = EMERGENCY.get(country)
    if known is None:
        yield _at(place, f"the emergency number of {country} is in no second table")
        return
    number = place.words["emergency_number"]
    if number not in known:
        yield _at(place, f"`{number}` is no emergency number of {country}")
    for word in ("urgent_line", "crisis_line"):
        line = place.words.get(word, "")
        short = len(re.sub(r"[^0-9]", "", line)) <= _SHORT_DIGITS
        if line and short and line not in known | SHORT.get(country, frozenset()):
            yield _at(place, f"`{line}` ({word}) is no short number of {country}")


def _at(place: Place, message: str) -> Fault:
    hint = "ring it; then write it into the place and into handouts/safety/certain.py"
    return Fault(message=message, origin=place.origin, path=place.id, hint=hint)


def _of_exercises(library: Library) -> Iterator[Fault]:
    for block in library.blocks:
        if not isinstance(block.body, ExerciseBody):
            continue
        for status, dosage in block.body.dosage.items():
            for what in _too_much(dosage, block.body.column, status):
                hint = "write less, or have the limit changed in handouts/safety/certain.py"
                path = f"{block.id}.dosage.{status}"
                yield Fault(message=what, origin=block.origin, path=path, hint=hint)


def _too_much(dosage: Dosage, column: str, status: str) -> Iterator[str]:
    if status == "acute" and (dosage.hold_seconds or dosage.hold_breaths):
        yield "nothing is held in new pain"
    for name, limits in MOST.items():
        most = limits.get(column)
        value = getattr(dosage, name)
        if value and most is not None and value[1] > most:
            yield f"{name} {value[1]}, at most {most} for {column}"
        elif value and most is None:
            yield f"{name} has no limit for {column}"
    if dosage.every_hours and dosage.every_hours[0] < LEAST_HOURS:
        yield f"every {dosage.every_hours[0]} hours, at least {LEAST_HOURS}"


def _of_labels(library: Library, folder: Path) -> Iterator[Fault]:
    if not all(place.language.startswith("en") for place in library.places.values()):
        return
    for key, unit in UNITS.items():
        text = library.labels.get(key, "")
        if text and not re.search(rf"\b{unit}(?: while you are awake)?$", text):
            yield Fault(
                message=f"`{text}` does not end in “{unit}”",
                origin=Origin(f"{folder.name}/labels.yaml", 1),
                path=key,
                hint="the number that stands there has this unit",
            )
