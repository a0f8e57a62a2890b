"""Read the order and the doses of exercises from the plain form: `ExerciseFields`.

A browser that runs scripts puts them in order by dragging or by buttons; the plain form has a
number for the place of each exercise, and one for each number of its dose.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from handouts.selection.dose import Dose, read_dose, write_dose
from handouts.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


PLACE, DOSE = "place-of-", "dose-of-"
"""How the names of these fields start; the id of the exercise follows."""
_MOST_DIGITS = 4


class ExerciseFields:
    """The fields of a form that say in which order exercises come, and how much of each."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._doses: dict[str, dict[str, int]] = {}

    def take(self, name: str, value: str) -> bool:
        """Take a field; False where it is none of these. Raises Problem for what is no number."""
        if not name.startswith((PLACE, DOSE)):
            return False
        typed = value.strip()
        if not typed:
            return True
        if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS and int(typed)):
            said = typed[:20]
            raise _refused(f"`{said}` is no number of an exercise", "write a number from 1 on")
        if name.startswith(PLACE):
            self._places[name.removeprefix(PLACE)] = int(typed)
        else:
            exercise, _, part = name.removeprefix(DOSE).rpartition(".")
            self._doses.setdefault(exercise, {})[part] = int(typed)
        return True

    def ordered(self, chosen: Sequence[str]) -> tuple[str, ...]:
        """Return the exercises that were ticked by their places; those without one come last.

        Raises Problem where two have one place, or one that is not ticked has a place.
        """
        if stray := [one for one in self._places if one not in chosen]:
            hint = "tick it too, or empty its place"
            raise _refused(f"`{stray[0][:40]}` has a place and is not ticked", hint)
        if len({*self._places.values()}) < len(self._places):
            raise _refused("two exercises have the same place", "give each a place of its own")
        last = max(self._places.values(), default=0) + 1
        return tuple(sorted(chosen, key=lambda one: self._places.get(one, last)))

    def doses(self) -> tuple[str, ...]:
        """Return the doses as they are typed elsewhere; raises Problem for half of one."""
        return tuple(self._written())

    def _written(self) -> Iterator[str]:
        for exercise, parts in self._doses.items():
            shown = exercise[:40]
            if strange := parts.keys() - {*Dose.__struct_fields__}:
                message = f"the dose of `{shown}` has no `{min(strange)[:20]}`"
                raise _refused(message, "send the form from the page")
            dose = Dose(**parts)
            if dose.repetitions is None and dose.minutes is None:
                message = f"the dose of `{shown}` does not say how many times or minutes"
                raise _refused(message, "write that too, or leave the whole dose empty")
            if read_dose(write_dose(dose)) != dose:
                message = f"the dose of `{shown}` has numbers that exclude each other"
                raise _refused(
                    message, "times or minutes, and seconds or breaths: write one of two"
                )
            yield f"{exercise}={write_dose(dose)}"


def _refused(message: str, hint: str) -> Problem:
    return Problem("request", HTTPStatus.UNPROCESSABLE_ENTITY, message, hint)
