"""Read a dose such as `5x3x10s`, and check it against the limits of an exercise: `read_dose`.

What is not given stays as printed; no number may exceed what the content allows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.blocks import Dosage


EXAMPLES = "5x3 (5 times, 3 times a day), 5x3x10s (hold 10 seconds), 5x2x1breath, 10minx3"
_WRITTEN = re.compile(
    r"(?P<amount>\d{1,3})(?P<minutes>min)?"
    r"([x×](?P<per_day>\d{1,3}))?"
    r"([x×](?P<hold>\d{1,3})(?P<unit>s|breaths?))?"
)


class Dose(Struct, frozen=True, kw_only=True):
    """Numbers that replace those of a dosage; None: the printed one stays."""

    repetitions: int | None = None
    minutes: int | None = None
    per_day: int | None = None
    hold_seconds: int | None = None
    hold_breaths: int | None = None

    def given(self) -> Iterator[tuple[str, int]]:
        """Yield (name, number) for each number that was given; names are those of Dosage."""
        for name in self.__struct_fields__:
            if (number := getattr(self, name)) is not None:
                yield name, number


_CALLED = {
    "repetitions": ("count of times", "times"),
    "minutes": ("time in minutes", "minutes"),
    "per_day": ("number of times a day", "times a day"),
    "hold_seconds": ("hold in seconds", "seconds"),
    "hold_breaths": ("hold in breaths", "breaths"),
}


def read_dose(text: str) -> Dose | None:
    """Parse a dose such as `5x3x10s` (see EXAMPLES); None when it is not one."""
    found = _WRITTEN.fullmatch(text.replace(" ", ""))
    if found is None:
        return None
    hold = int(found["hold"]) if found["hold"] else None
    return Dose(
        repetitions=None if found["minutes"] else int(found["amount"]),
        minutes=int(found["amount"]) if found["minutes"] else None,
        per_day=int(found["per_day"]) if found["per_day"] else None,
        hold_seconds=hold if found["unit"] == "s" else None,
        hold_breaths=None if found["unit"] == "s" else hold,
    )


def write_dose(dose: Dose) -> str:
    """Return a dose as it would be typed."""
    hold = {"s": dose.hold_seconds, "breaths": dose.hold_breaths}
    amount = f"{dose.minutes}min" if dose.minutes is not None else f"{dose.repetitions}"
    parts = [amount, *([str(dose.per_day)] if dose.per_day is not None else [])]
    return "x".join([*parts, *(f"{n}{unit}" for unit, n in hold.items() if n is not None)])


def dose_faults(name: str, dosage: Dosage, dose: Dose) -> Iterator[Fault]:
    """Yield a fault for each number that the dosage lacks, or that is not between 1 and its limit.

    `name`: the exercise, for messages.
    """
    for key, number in dose.given():
        most = _most(dosage, key)
        what, unit = _CALLED[key]
        if most is None:
            held = [_CALLED[one][0] for one in _CALLED if _most(dosage, one) is not None]
            hint = f"it has a {' and a '.join(held)}"
            yield Fault(message=f"the dose of `{name}`: this exercise has no {what}", hint=hint)
        elif not 1 <= number <= most:
            yield Fault(
                message=f"the dose of `{name}`: {number} {unit} is not between 1 and {most}",
                hint=f"at most {most}, which is the most that its leaflet may say",
            )


def apply_dose(dosage: Dosage, dose: Dose) -> Dosage:
    """Return the dosage with the numbers of a dose."""
    numbers = {key: (number, number) for key, number in dose.given()}
    return replace(dosage, **numbers)


class DoseLimit(Struct, frozen=True, kw_only=True):
    """A number of a dosage that a clinician may choose."""

    name: str
    most: int
    unit: str


def dose_limits(dosage: Dosage) -> Iterator[DoseLimit]:
    """Yield the numbers that a dose of an exercise may give, in the order of writing."""
    for name, (_, unit) in _CALLED.items():
        if (most := _most(dosage, name)) is not None:
            yield DoseLimit(name=name, most=most, unit=unit)


def _most(dosage: Dosage, key: str) -> int | None:
    span: tuple[int, int] | None = getattr(dosage, key)
    if key == "per_day":
        span = dosage.most_per_day or span
    return span[1] if span else None
