"""Goes in: a request and an edition. Comes out: the short code that rebuilds its leaflet; and back.

A code holds all that makes a leaflet, except the name and the note. Usual requests take twelve
symbols; what is less usual comes later and costs more. Numbers come from `registry.yaml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, convert

from handouts.bits import Reader, fixed, number
from handouts.content.edition import CONTENT_BITS, PROGRAM_BITS
from handouts.content.library import USUAL
from handouts.content.look import LOOK_NAMES, Look
from handouts.content.vocabulary import Kind
from handouts.errors import Fault, SelectionError
from handouts.fields import FIELDS, FIRST_DAY, day_of, word_of
from handouts.request import Request
from handouts.symbols import read_code, write_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.edition import Edition
    from handouts.content.library import Library

_REGIONS, _STATUSES, _OTHER = 3, 2, 7
"""Three bits hold the first regions and statuses together; 7 means that others follow."""
_PLACES = 3


class Recipe(Struct, frozen=True, kw_only=True):
    """What a code says: the request, and the marks of the edition it was made with."""

    request: Request
    words_mark: int
    program_mark: int

    def same_words(self, edition: Edition) -> bool:
        """Say whether it was made with these words and approvals."""
        return self.words_mark == edition.words_mark

    def same_program(self, edition: Edition) -> bool:
        """Say whether it was made with this program; only sensible for the same words."""
        return self.program_mark == edition.program_mark


def write_recipe(library: Library, request: Request, edition: Edition) -> str:
    """Write the code of a leaflet; none where content is older than codes."""
    if not library.numbers:
        return ""
    marks = fixed(edition.words_mark, CONTENT_BITS) + fixed(edition.program_mark, PROGRAM_BITS)
    return write_code(marks + "".join(_bits(library, request)))


def read_recipe(library: Library, code: str) -> Recipe:
    """Read a code; raises RequestError when mistyped, SelectionError for words of other content."""
    bits = Reader(read_code(code))
    words_mark, program_mark = bits.fixed(CONTENT_BITS), bits.fixed(PROGRAM_BITS)
    said: dict[str, object] = _head(bits, library)
    place = str(said["place"])
    usual = library.numbers[USUAL].get(place, 1)
    said["paper"] = word_of(library, "papers", usual)
    said["flags"] = tuple(_flags(bits, library))
    said |= _options(bits, library)
    look = {name: said.pop(name) for name in LOOK_NAMES if name in said}
    return Recipe(
        request=Request(look=convert(look, Look, strict=False), **said),  # type: ignore[arg-type] # each read by its own field
        words_mark=words_mark,
        program_mark=program_mark,
    )


def refuse_gone(library: Library, request: Request) -> None:
    """Raise SelectionError for words that the content has no more; their numbers stay for ever."""
    exercises = [block.id for block in library.blocks if block.kind is Kind.EXERCISE]
    named = (
        ("region", library.regions, (request.region,)),
        ("status", library.statuses, (request.status,)),
        ("place", library.places, (request.place,)),
        ("flag", library.flags, request.flags),
        ("exercise", exercises, (*request.exercises, *(name for name, _ in request.doses))),
    )
    faults = [
        Fault(message=f"the content has no {kind} `{word}` any more")
        for kind, known, words in named
        for word in dict.fromkeys(words)
        if word not in known
    ]
    if faults:
        raise SelectionError(*faults)


# ------------------------------------------------------------------ what every request says
def _bits(library: Library, request: Request) -> Iterator[str]:
    numbers = library.numbers
    region, status = numbers["regions"][request.region], numbers["statuses"][request.status]
    if region <= _REGIONS and status <= _STATUSES:
        yield fixed((region - 1) * _STATUSES + status - 1, 3)
    else:
        yield fixed(_OTHER, 3) + number(region - 1, 2) + number(status - 1, 1)
    yield fixed(request.screened, 1)
    place = numbers["places"][request.place] - 1
    yield fixed(place, 2) if place < _PLACES else fixed(_PLACES, 2) + number(place - _PLACES, 1)
    yield number(max(0, (request.date - FIRST_DAY).days), 11)
    yield fixed(request.date_given, 1)
    before = 0
    for own in sorted(numbers["flags"][flag] for flag in request.flags):
        yield "1" + number(own - before - 1, 3)
        before = own
    yield "0"
    for name, own in sorted(numbers["options"].items(), key=lambda one: one[1]):
        if name in FIELDS and (found := FIELDS[name].write(library, request)) is not None:
            yield "1" + number(own - 1, 2) + found


def _head(bits: Reader, library: Library) -> dict[str, object]:
    pair = bits.fixed(3)
    region, status = pair // _STATUSES + 1, pair % _STATUSES + 1
    if pair == _OTHER:
        region, status = bits.number(2) + 1, bits.number(1) + 1
    screened, place = bits.truth(), bits.fixed(2)
    if place == _PLACES:
        place += bits.number(1)
    days = bits.number(11)
    given = bits.truth()
    return {
        "region": word_of(library, "regions", region),
        "status": word_of(library, "statuses", status),
        "screened": screened,
        "place": word_of(library, "places", place + 1),
        "date": day_of(days),
        "date_given": given,
    }


# ------------------------------------------------------------------ what some requests say
def _flags(bits: Reader, library: Library) -> Iterator[str]:
    found, own = set(), 0
    while bits.truth():
        own += bits.number(3) + 1
        found.add(word_of(library, "flags", own))
    yield from (flag for flag in library.numbers["flags"] if flag in found)


def _options(bits: Reader, library: Library) -> dict[str, object]:
    said: dict[str, object] = {}
    while bits.truth():
        name = word_of(library, "options", bits.number(2) + 1)
        if name not in FIELDS:
            hint = "it was made with a newer program; use that"
            raise SelectionError(Fault(message=f"this code asks for `{name}`", hint=hint))
        said[FIELDS[name].attribute] = FIELDS[name].read(bits, library)
    return said
