"""Goes in: what a request says besides the usual. Comes out: its bits in a recipe code; back.

To add a field: a line under `options:` in `registry.yaml`, and its entry in `FIELDS`, or in
`LOOK_FIELDS` where it is one of the look.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.bits import number
from handouts.content.library import USUAL
from handouts.content.look import LOOK_FIELDS
from handouts.dose import Dose
from handouts.errors import Fault, SelectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handouts.bits import Reader
    from handouts.content.library import Library
    from handouts.content.look import LookField
    from handouts.request import Request

FIRST_DAY = date(2026, 1, 1)
"""Codes count days from here; earlier ones are an option."""

DOSE = ("repetitions", "minutes", "per_day", "hold_seconds", "hold_breaths")
"""The numbers of a dose in the order of codes; one that comes later goes last."""


class Field(Struct, frozen=True):
    """One thing that a request may say: its bits, none where it is as usual; and back from them."""

    write: Callable[[Library, Request], str | None]
    read: Callable[[Reader, Library], object]
    attribute: str
    """Of a request, or of its look."""


def word_of(library: Library, kind: str, wanted: int) -> str:
    """Give the word of a number; raises SelectionError for one that this content does not know."""
    for word, own in library.numbers[kind].items():
        if own == wanted:
            return word
    what = {"statuses": "status"}.get(kind, kind.removesuffix("s"))
    raise SelectionError(
        Fault(
            message=f"this code names {what} {wanted}, which this content does not know",
            hint="it was made with newer or other content; name that with --content",
        )
    )


def day_of(days: int) -> date:
    """Give the day so many days from the first; raises SelectionError for one in no calendar."""
    try:
        return FIRST_DAY + timedelta(days)
    except OverflowError:
        message = "this code names a day before the year 1 or after the year 9999"
        raise SelectionError(Fault(message=message)) from None


def _write_paper(library: Library, request: Request) -> str | None:
    own = library.numbers["papers"][request.look.paper]
    return None if own == library.numbers[USUAL][request.place] else number(own - 1, 1)


def _write_exercises(library: Library, request: Request) -> str | None:
    numbers = [library.numbers["exercises"][name] for name in request.exercises]
    if not numbers:
        return None
    return number(len(numbers) - 1, 1) + "".join(number(one - 1, 4) for one in numbers)


def _read_exercises(bits: Reader, library: Library) -> tuple[str, ...]:
    count = bits.number(1) + 1
    return tuple(word_of(library, "exercises", bits.number(4) + 1) for _ in range(count))


def _write_doses(library: Library, request: Request) -> str | None:
    if not request.doses:
        return None
    return number(len(request.doses) - 1, 1) + "".join(
        number(library.numbers["exercises"][name] - 1, 4) + "".join(_dose(dose))
        for name, dose in request.doses
    )


def _dose(dose: Dose) -> Iterator[str]:
    """Write each number of a dose, after a bit that says whether it has one."""
    said = dict(dose.given())
    for name in DOSE:
        yield "1" + number(said[name], 3) if name in said else "0"


def _read_doses(bits: Reader, library: Library) -> tuple[tuple[str, Dose], ...]:
    count = bits.number(1) + 1
    return tuple(
        (
            word_of(library, "exercises", bits.number(4) + 1),
            Dose(**{name: bits.number(3) for name in DOSE if bits.truth()}),
        )
        for _ in range(count)
    )


def _write_earlier(_library: Library, request: Request) -> str | None:
    days = (FIRST_DAY - request.date).days
    return number(days - 1, 13) if days > 0 else None


def _look_field(field: LookField) -> Field:
    """Make the code of a field of the look, which is none where it is as usual.

    A word is written by its place among the words; of a switch, that it stands there says all.
    """

    def write(_library: Library, request: Request) -> str | None:
        value = getattr(request.look, field.name)
        if not field.words:
            return "" if value else None
        place = field.words.index(str(value))
        return number(place - 1, 1) if place else None

    def read(bits: Reader, _library: Library) -> object:
        if not field.words:
            return True
        place = bits.number(1) + 1
        if place >= len(field.words):
            what = field.called or field.name
            message = f"this code names a {what} that this program does not know"
            raise SelectionError(Fault(message=message))
        return field.words[place]

    return Field(write=write, read=read, attribute=field.name)


FIELDS: Mapping[str, Field] = {
    **{field.name: _look_field(field) for field in LOOK_FIELDS},
    # What is usual depends on the place, and the registry numbers papers.
    "paper": Field(
        write=_write_paper,
        read=lambda bits, library: word_of(library, "papers", bits.number(1) + 1),
        attribute="paper",
    ),
    "exercises": Field(write=_write_exercises, read=_read_exercises, attribute="exercises"),
    "doses": Field(write=_write_doses, read=_read_doses, attribute="doses"),
    "earlier-date": Field(
        write=_write_earlier,
        read=lambda bits, _: day_of(-1 - bits.number(13)),
        attribute="date",
    ),
}
"""What each option of the registry means to this program."""
