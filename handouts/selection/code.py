"""Write a request as the short code that rebuilds its leaflet, and read it back: `write_recipe`.

A code holds everything but the name and the note; a usual request takes twelve symbols. Symbols
are Crockford's base 32, with two check symbols that find any single error or swap. The bits are
scrambled so that no flag can be read by eye; this is not encryption.
"""

from __future__ import annotations

import hashlib
import re
import string
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct, convert

from handouts.content.library import USUAL
from handouts.content.look import LOOK_FIELDS, LOOK_NAMES, Look
from handouts.content.provenance import CONTENT_BITS, PROGRAM_BITS
from handouts.content.vocabulary import EDITIONS, Kind
from handouts.errors import Fault, RequestError, SelectionError
from handouts.selection.dose import Dose
from handouts.selection.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handouts.content.library import Library
    from handouts.content.look import LookField
    from handouts.content.provenance import Provenance


def encode_number(value: int, usual: int) -> str:
    """Return the bits of a number from 0: its exponential-Golomb code of order `usual`.

    Numbers below 2 ** `usual` take `usual` + 1 bits, larger ones more.
    """
    shifted = value + (1 << usual)
    width = shifted.bit_length()
    return "0" * (width - usual - 1) + f"{shifted:b}"


def encode_fixed(value: int, width: int) -> str:
    """Return the bits of a number below 2 ** `width`, with leading zeros."""
    return f"{value:0{width}b}"


class BitReader:
    """Reads numbers from a string of bits; after its end all bits are zero."""

    def __init__(self, bits: str) -> None:
        self._bits = bits
        self._at = 0

    def fixed(self, width: int) -> int:
        """Read a number of `width` bits."""
        found = self._bits[self._at : self._at + width].ljust(width, "0")
        self._at += width
        return int(found, 2)

    def number(self, usual: int) -> int:
        """Read a number written by `encode_number`; raises RequestError if the bits end first."""
        more = 0
        while not self.fixed(1):
            more += 1
            if self._at > len(self._bits):
                hint = "check the foot of the leaflet again"
                raise RequestError(Fault(message="this code is incomplete", hint=hint))
        width = usual + more
        return (1 << width) + self.fixed(width) - (1 << usual)

    def truth(self) -> bool:
        """Read one bit."""
        return bool(self.fixed(1))


FIRST_DAY = date(2026, 1, 1)
"""Codes count days from this one; an earlier date is an option of the code."""

DOSE = ("repetitions", "minutes", "per_day", "hold_seconds", "hold_breaths")
"""The numbers of a dose in the order of codes; new ones are added at the end."""


class CodeField(Struct, frozen=True):
    """How codes hold one option of a request: `write` returns its bits, None for the default."""

    write: Callable[[Library, Request], str | None]
    read: Callable[[BitReader, Library], object]
    attribute: str
    """The attribute of the request, or of its look, that `read` returns."""


def word_of(library: Library, kind: str, wanted: int) -> str:
    """Return the word of a number; raises SelectionError for one that this content lacks.

    `kind`: a key of `library.numbers`.
    """
    for word, own in library.numbers[kind].items():
        if own == wanted:
            return word
    what = {"statuses": "status"}.get(kind, kind.removesuffix("s"))
    raise SelectionError(
        Fault(
            message=f"this code names {what} {wanted}, which this content does not know",
            hint="it was made with newer or other content; name that with --content",
            on_page="it was made with newer or other words; make the leaflet again from its facts",
        )
    )


def day_of(days: int) -> date:
    """Return the date `days` after FIRST_DAY; raises SelectionError outside years 1 to 9999."""
    try:
        return FIRST_DAY + timedelta(days)
    except OverflowError:
        message = "this code names a day before the year 1 or after the year 9999"
        raise SelectionError(Fault(message=message)) from None


def _write_paper(library: Library, request: Request) -> str | None:
    own = library.numbers["papers"][request.look.paper]
    return None if own == library.numbers[USUAL][request.place] else encode_number(own - 1, 1)


def _write_exercises(library: Library, request: Request) -> str | None:
    numbers = [library.numbers["exercises"][name] for name in request.exercises]
    if not numbers:
        return None
    return encode_number(len(numbers) - 1, 1) + "".join(
        encode_number(one - 1, 4) for one in numbers
    )


def _read_exercises(bits: BitReader, library: Library) -> tuple[str, ...]:
    count = bits.number(1) + 1
    return tuple(word_of(library, "exercises", bits.number(4) + 1) for _ in range(count))


def _write_doses(library: Library, request: Request) -> str | None:
    if not request.doses:
        return None
    return encode_number(len(request.doses) - 1, 1) + "".join(
        encode_number(library.numbers["exercises"][name] - 1, 4) + "".join(_dose(dose))
        for name, dose in request.doses
    )


def _dose(dose: Dose) -> Iterator[str]:
    """Yield a bit for each of DOSE that tells whether it is given, and its bits if so."""
    said = dict(dose.given())
    for name in DOSE:
        yield "1" + encode_number(said[name], 3) if name in said else "0"


def _read_doses(bits: BitReader, library: Library) -> tuple[tuple[str, Dose], ...]:
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
    return encode_number(days - 1, 13) if days > 0 else None


def _look_field(field: LookField) -> CodeField:
    """Return how codes hold a field of the look, which has no bits where it is the default.

    A word is written as its index among the words; a switch that is set has no bits of its own.
    """

    def write(_library: Library, request: Request) -> str | None:
        value = getattr(request.look, field.name)
        if not field.words:
            return "" if value else None
        place = field.coded.index(str(value))
        return encode_number(place - 1, 1) if place else None

    def read(bits: BitReader, _library: Library) -> object:
        if not field.words:
            return True
        place = bits.number(1) + 1
        if place >= len(field.coded):
            what = field.called or field.name
            message = f"this code names a {what} that this program does not know"
            raise SelectionError(Fault(message=message))
        return field.coded[place]

    return CodeField(write=write, read=read, attribute=field.name)


FIELDS: Mapping[str, CodeField] = {
    **{field.name: _look_field(field) for field in LOOK_FIELDS},
    # The default paper depends on the place, and papers have numbers in the registry.
    "paper": CodeField(
        write=_write_paper,
        read=lambda bits, library: word_of(library, "papers", bits.number(1) + 1),
        attribute="paper",
    ),
    "exercises": CodeField(write=_write_exercises, read=_read_exercises, attribute="exercises"),
    "doses": CodeField(write=_write_doses, read=_read_doses, attribute="doses"),
    "earlier-date": CodeField(
        write=_write_earlier,
        read=lambda bits, _: day_of(-1 - bits.number(13)),
        attribute="date",
    ),
}
"""How each option of the registry is written and read."""


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SAME = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u2011": None})
"""Letters that are read as digits, and separators of groups, which are dropped."""
_BITS = 5
_GROUP = 4
_CHECKS = 2
_ROUNDS = 6
"""Even, so that the halves, whose lengths may differ, end in their own places."""
_FIELD = 0b100101
"""x^5 + x^2 + 1: multiplication in the field of 32 elements."""
LONGEST = 200
"""The most symbols of a code; far more than any request needs."""


def write_code(bits: str) -> str:
    """Return bits as a code in groups; zeros at the end take no symbols."""
    kept = bits.rstrip("0") or "0"
    kept = kept.ljust(-(-len(kept) // _BITS) * _BITS, "0")
    hidden = _scramble(kept)
    payload = [int(hidden[at : at + _BITS], 2) for at in range(0, len(hidden), _BITS)]
    return _grouped("".join(ALPHABET[one] for one in (*payload, *check_symbols(payload))))


_LABEL = re.compile(r"\s*code[\s:.]+", re.IGNORECASE)
_AROUND = string.whitespace + "\u00a0\"'“”„‘’«»‹›()[].,;:"
"""What a code is copied with: the leaflet says it at the end of a sentence."""


def bare_code(text: str) -> str:
    """Return a code without the word, the quotes and the stops that it is copied with."""
    return _LABEL.sub("", text.strip(_AROUND), count=1).strip(_AROUND)


def read_code(code: str) -> str:
    """Read a code back to bits, with or without the word before it; raises RequestError."""
    bare = bare_code(code)
    try:
        return _read_symbols(bare)
    except RequestError:
        if bare != code and _LABEL.match(code):  # a code may begin with letters that read as CODE
            try:
                return _read_symbols(code)
            except RequestError:
                pass
        raise


def _read_symbols(code: str) -> str:
    symbols = code.upper().translate(_SAME)
    for symbol in symbols:
        if symbol not in ALPHABET:
            raise _mistyped(f"no code contains `{symbol}`")
    if not _CHECKS < len(symbols) <= LONGEST:
        raise _mistyped("this code is incomplete")
    values = [ALPHABET.index(symbol) for symbol in symbols]
    payload, checks = values[:-_CHECKS], values[-_CHECKS:]
    if check_symbols(payload) != checks:
        raise _mistyped("this code is mistyped")
    bits = _restore("".join(f"{one:0{_BITS}b}" for one in payload))
    if write_code(bits).replace("-", "") != symbols:
        raise _mistyped("this code is mistyped")
    return bits


def _mistyped(message: str) -> RequestError:
    hint = "check the foot of the leaflet again; O reads as 0, I and L as 1"
    return RequestError(Fault(message=message, hint=hint))


def _grouped(symbols: str) -> str:
    """Join symbols in groups of four; a single last symbol is added to the group before it."""
    parts = [symbols[at : at + _GROUP] for at in range(0, len(symbols), _GROUP)]
    if len(parts[-1]) == 1:
        last = parts.pop()
        parts[-1] += last
    return "-".join(parts)


# ------------------------------------------------------------------ check symbols
def check_symbols(payload: list[int]) -> list[int]:
    """Return two symbols that make the code a multiple of (x - 2)(x - 4) over the field of 32.

    As in a Reed-Solomon code, one wrong symbol adds e·x^i and two swapped neighbours add
    (a - b)·x^i·(x - 1): neither has the root 2, so both are always found. The polynomial starts
    with a 1, so that leading zeros count.
    """
    high, low = 0, 1
    for symbol in (*payload, 0, 0):
        # x^2 = (2 + 4)x + 2·4
        high, low = low ^ _times(high, 2 ^ 4), symbol ^ _times(high, _times(2, 4))
    return [high, low]


@cache
def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one >> _BITS:
            one ^= _FIELD
        other >>= 1
    return product


# ------------------------------------------------------------------ scrambling
def _scramble(bits: str) -> str:
    """Mix every bit into all others with a Feistel network without a key; `_restore` undoes it."""
    left, right = bits[: len(bits) // 2], bits[len(bits) // 2 :]
    for turn in range(_ROUNDS):
        left, right = right, _mixed(left, right, turn)
    return left + right


def _restore(bits: str) -> str:
    left, right = bits[: len(bits) // 2], bits[len(bits) // 2 :]
    for turn in reversed(range(_ROUNDS)):
        left, right = _mixed(right, left, turn), left
    return left + right


def _mixed(bits: str, other: str, turn: int) -> str:
    """Return one half XORed with a digest of the round and the other half."""
    if not bits:
        return bits
    digest = hashlib.shake_128(f"{turn} {other}".encode()).digest(-(-len(bits) // 8))
    mask = int.from_bytes(digest, "big") & ((1 << len(bits)) - 1)
    return f"{int(bits, 2) ^ mask:0{len(bits)}b}"


_REGIONS, _STATUSES, _OTHER = 3, 2, 7
"""Three bits hold the first regions and statuses together; 7 means that both numbers follow."""
_PLACES = 3


class Recipe(Struct, frozen=True, kw_only=True):
    """A decoded code: the request, and the short digests of what it was made with."""

    request: Request
    words_mark: int
    program_mark: int

    def same_words(self, provenance: Provenance) -> bool:
        """Say whether it was made with these words and approvals."""
        return provenance.as_known_by(self.words_mark) is not None

    def same_program(self, provenance: Provenance) -> bool:
        """Say whether it was made with this program; only sensible for the same words."""
        known = provenance.as_known_by(self.words_mark) or provenance
        return self.program_mark == known.program_mark


def write_recipe(library: Library, request: Request, provenance: Provenance) -> str:
    """Return the code of a leaflet; "" for content without a registry, older than codes."""
    if not library.numbers:
        return ""
    marks = encode_fixed(provenance.words_mark, CONTENT_BITS) + encode_fixed(
        provenance.program_mark, PROGRAM_BITS
    )
    return write_code(marks + "".join(_bits(library, request)))


def read_recipe(library: Library, code: str) -> Recipe:
    """Decode a code; raises RequestError if mistyped, SelectionError for words of other content."""
    bits = BitReader(read_code(code))
    words_mark, program_mark = bits.fixed(CONTENT_BITS), bits.fixed(PROGRAM_BITS)
    said: dict[str, object] = _head(bits, library)
    place = str(said["place"])
    usual = library.numbers[USUAL].get(place, 1)
    said["paper"] = word_of(library, "papers", usual)
    said["flags"] = tuple(_flags(bits, library))
    said["edition"] = EDITIONS[0]  # what older codes mean, and what newer ones leave out
    said |= _options(bits, library)
    look = {name: said.pop(name) for name in LOOK_NAMES if name in said}
    return Recipe(
        request=Request(look=convert(look, Look, strict=False), **said),  # type: ignore[arg-type] # each read by its own field
        words_mark=words_mark,
        program_mark=program_mark,
    )


def refuse_gone(library: Library, request: Request) -> None:
    """Raise SelectionError for words that the content no longer has; codes keep their numbers."""
    exercises = [block.id for block in library.blocks if block.kind is Kind.EXERCISE]
    named = (
        ("region", library.regions, (request.region,)),
        ("status", library.statuses, (request.status,)),
        ("place", library.places, (request.place,)),
        ("flag", library.flags, request.flags),
        ("exercise", exercises, (*request.exercises, *(name for name, _ in request.doses))),
    )
    faults = [
        Fault(message=f"the content no longer has the {kind} `{word}`")
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
        yield encode_fixed((region - 1) * _STATUSES + status - 1, 3)
    else:
        yield encode_fixed(_OTHER, 3) + encode_number(region - 1, 2) + encode_number(status - 1, 1)
    yield encode_fixed(request.screened, 1)
    place = numbers["places"][request.place] - 1
    yield (
        encode_fixed(place, 2)
        if place < _PLACES
        else encode_fixed(_PLACES, 2) + encode_number(place - _PLACES, 1)
    )
    yield encode_number(max(0, (request.date - FIRST_DAY).days), 11)
    yield encode_fixed(request.date_given, 1)
    before = 0
    for own in sorted(numbers["flags"][flag] for flag in request.flags):
        yield "1" + encode_number(own - before - 1, 3)
        before = own
    yield "0"
    for name, own in sorted(numbers["options"].items(), key=lambda one: one[1]):
        if name in FIELDS and (found := FIELDS[name].write(library, request)) is not None:
            yield "1" + encode_number(own - 1, 2) + found


def _head(bits: BitReader, library: Library) -> dict[str, object]:
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
def _flags(bits: BitReader, library: Library) -> Iterator[str]:
    found, own = set(), 0
    while bits.truth():
        own += bits.number(3) + 1
        found.add(word_of(library, "flags", own))
    yield from (flag for flag in library.numbers["flags"] if flag in found)


def _options(bits: BitReader, library: Library) -> dict[str, object]:
    said: dict[str, object] = {}
    while bits.truth():
        name = word_of(library, "options", bits.number(2) + 1)
        if name not in FIELDS:
            hint = "it was made with a newer program; use that"
            raise SelectionError(Fault(message=f"this code asks for `{name}`", hint=hint))
        said[FIELDS[name].attribute] = FIELDS[name].read(bits, library)
    return said
