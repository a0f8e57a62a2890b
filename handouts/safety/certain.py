"""Hold facts that are certain against a second table: `certain_faults`.

Emergency numbers by country, the most that an exercise of a kind may ask for, and the numbers in
its steps. A mistake in content then takes two edits, in two places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.content.blocks import Dosage, ExerciseBody
from handouts.errors import Fault
from handouts.safety.emergency_numbers import EMERGENCY_NUMBERS
from handouts.safety.least import NUMBERS, limits_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.blocks import Wording
    from handouts.content.library import Library, Place
    from handouts.content.yaml_reader import Entry
    from handouts.safety.least import DosageLimits


USUAL: Mapping[str, frozenset[str]] = {
    "GB": frozenset({"999", "112"}),
    "IE": frozenset({"112", "999"}),
    "US": frozenset({"911"}),
    "CA": frozenset({"911"}),
    "AU": frozenset({"000"}),
    "NZ": frozenset({"111"}),
    "EU": frozenset({"112"}),
}
"""The numbers that people there know; for all other countries the whole table counts."""
_UNION = "EU"
SHORT: Mapping[str, frozenset[str]] = {
    "GB": frozenset({"111", "101", "119"}),
    "US": frozenset({"988", "211", "311"}),
    "CA": frozenset({"988", "811", "211"}),
}
"""Other numbers of up to three digits that a country has."""
_SHORT_DIGITS = 3


def certain_faults(library: Library, rules: Entry) -> list[Fault]:
    """Fault each number and dosage that the second table does not know."""
    limits = limits_of(rules)
    return [
        *(fault for place in library.places.values() for fault in _of_place(place)),
        *_of_exercises(library, limits),
    ]


def _of_place(place: Place) -> Iterator[Fault]:
    spoken = place.language.rpartition("-")[2].upper() if "-" in place.language else ""
    name = place.id.upper()
    named = name if name in EMERGENCY_NUMBERS or name == _UNION else ""
    country = spoken or named
    hint = "give the country with the language, as `language: en-ZA`"
    if not country:
        message = "it names no country, so nothing tells whether its numbers are right"
        yield Fault(message=message, origin=place.origin, path=place.id, hint=hint)
        return
    if named and spoken and named != spoken:
        message = f"its language is of {spoken}, its id of {named}: whose numbers are these?"
        yield Fault(message=message, origin=place.origin, path=place.id, hint=hint)
        return
    known = USUAL.get(country) or EMERGENCY_NUMBERS.get(country)
    if known is None:
        message = f"`{country}` is no country whose emergency numbers are known"
        yield Fault(message=message, origin=place.origin, path=place.id, hint=hint)
        return
    elsewhere = frozenset[str]().union(*SHORT.values(), *USUAL.values())
    number = place.words["emergency_number"]
    if number not in known:
        those = " or ".join(sorted(known))
        yield _at(place, f"`{number}` is no emergency number of {country}; known: {those}")
    for word in ("urgent_line", "crisis_line"):
        line = place.words.get(word, "")
        short = len(re.sub(r"[^0-9]", "", line)) <= _SHORT_DIGITS
        foreign = line in elsewhere or country in SHORT
        if line and short and foreign and line not in known | SHORT.get(country, frozenset()):
            yield _at(place, f"`{line}` ({word}) is no short number of {country}")


def _at(place: Place, message: str) -> Fault:
    hint = "ring the right one, and write it into the place"
    return Fault(message=message, origin=place.origin, path=place.id, hint=hint)


def _of_exercises(library: Library, limits: DosageLimits) -> Iterator[Fault]:
    for block in library.blocks:
        if not isinstance(block.body, ExerciseBody):
            continue
        for status, dosage in block.body.dosage.items():
            hint = "ask a physiotherapist; the limits are in invariants.yaml, at `dosage-limits`"
            for what in _too_much(dosage, block.body, status, limits):
                path = f"{block.id}.dosage.{status}"
                yield Fault(message=what, origin=block.origin, path=path, hint=hint)
            hint = "let the step and the dosage say the same"
            for what in _said_otherwise(dosage, block.body.steps.get(status, ()), limits):
                path = f"{block.id}.steps.{status}"
                yield Fault(message=what, origin=block.origin, path=path, hint=hint)


def _too_much(
    dosage: Dosage, body: ExerciseBody, status: str, limits: DosageLimits
) -> Iterator[str]:
    if status in limits.no_hold and (dosage.hold_seconds or dosage.hold_breaths):
        yield f"nothing is held where the pain is {status}"
    kind = f"an exercise in `{body.column}` that is {body.intensity}"
    most = limits.most.get((body.column, body.intensity))
    if most is None:
        yield f"no limits are known for {kind}"
        return
    for name in NUMBERS:
        value = getattr(dosage, name)
        if value and name not in most:
            yield f"`{name}` is not for {kind}"
        elif value and value[1] > most[name]:
            yield f"`{name}` {value[1]}, at most {most[name]} for {kind}"
    if dosage.every_hours and dosage.every_hours[0] < limits.least_hours:
        yield f"every {dosage.every_hours[0]} hours, at least {limits.least_hours}"
    if dosage.unit != "times" and body.column not in limits.breathing:
        yield f"`unit: {dosage.unit}` is not for {kind}"


def _said_otherwise(
    dosage: Dosage, steps: tuple[Wording, ...], limits: DosageLimits
) -> Iterator[str]:
    """Yield each number in a step that is not the one of the dosage, and a hold without a time."""
    held = dosage.hold_seconds or dosage.hold_breaths
    text = " ".join(step.text for step in steps)
    for name, pattern in limits.in_steps.items():
        value = getattr(dosage, name)
        for said in pattern.findall(text):
            number = int(said) if said.isdecimal() else 1
            if value is None or not value[0] <= number <= value[1]:
                shown = "none" if value is None else " to ".join(map(str, dict.fromkeys(value)))
                yield f"a step says {number}, and `{name}` is {shown}"
    holds = limits.holds.search(text)
    if holds and not held:
        yield "a step says to hold, and the dosage does not say how long"
    if held and not (holds or any(one.search(text) for one in limits.in_steps.values())):
        yield "the dosage says how long to hold, and no step says to hold"
