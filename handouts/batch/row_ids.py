"""Turn row ids into file names, and find repeated ones: `RowIds`, `BloomFilter`.

The filter (Bloom 1970) takes a mebibyte whatever the number of ids. It is never wrong when it says
that an id is new, and seldom wrong when it says that one is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

from handouts.content.list_form import ROW_ID
from handouts.content.typed_text import INVISIBLE
from handouts.errors import Fault, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator


_BITS = 23
_PLACES = 5
"""Bits that a text sets: with a hundred thousand texts, one in ten million is taken for another."""


class BloomFilter:
    """The texts so far."""

    def __init__(self) -> None:
        self.count = 0
        self._bits = bytearray(1 << (_BITS - 3))

    def add(self, text: str) -> bool:
        """Take a text in; True if it may have been there."""
        self.count += 1
        bits, known = self._bits, True
        number = int.from_bytes(blake2b(text.encode(), digest_size=15).digest())
        for _ in range(_PLACES):
            at, bit = number >> 3 & (1 << (_BITS - 3)) - 1, 1 << (number & 7)
            if not bits[at] & bit:
                bits[at] |= bit
                known = False
            number >>= _BITS
        return known


_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that are devices to Windows, with any suffix."""
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,3}|\d[.,]\d+E\d{1,3}", re.IGNORECASE)
_TEMPLATE = re.compile(r"example\b.*", re.IGNORECASE)
EXAMPLE = "(example)"
"""The name in a row of the template."""
_LONG = 3
_LONG_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{4,}")
"""Digits that tell patients apart by themselves, and are no year of birth."""
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_MOST_WORDS, _MOST_LETTERS = 1000, 200
_SHARED = 2
"""Rows with other names that make a word of their ids no name."""


def stem_of(given: str) -> str:
    """Return the name of a row's file: its id, with a hyphen for blanks."""
    return unicodedata.normalize("NFC", "-".join(given.translate(INVISIBLE).split()))


class RowIds:
    """Judges row ids by what all rows of a list have in theirs: a ward is no patient."""

    def __init__(self, *, names_allowed: bool) -> None:
        self._allowed = names_allowed
        self._shared: Counter[str] = Counter()

    def meet(self, stem: str, name: str) -> None:
        """Take in the id of a row: words that are not in the row's own name."""
        if not self._allowed and len(self._shared) < _MOST_WORDS and (words := _words(stem)):
            own = _folded(name).split()
            self._shared.update(one for one in words if not _spells(one, own))

    def faults(self, stem: str, name: str) -> Iterator[Fault]:
        """Find what makes a row id no file name, or the patient's name."""
        if _TEMPLATE.fullmatch(stem) or name == EXAMPLE:
            hint = "write a patient over it, with a row id of your own, or delete the row"
            yield Fault(message="this is an example of the template", hint=hint, about=ROW_ID)
            return  # all else would be said of our example
        if _SHORTENED.fullmatch(stem):
            hint = "make the column text in the spreadsheet, and write the whole number"
            yield Fault(message=f"`{stem}` is a number cut short", hint=hint, about=ROW_ID)
        elif not _ID.fullmatch(stem) or _RESERVED.fullmatch(stem):
            shown = shorten(stem) if stem.isprintable() else "the row id"
            hint = "use up to 64 letters, digits, dots, - and _, starting with a letter or digit"
            yield Fault(message=f"`{shown}` cannot name a file", hint=hint, about=ROW_ID)
        if not self._allowed and self._holds(stem, name):
            hint = "use a number, as the row id becomes the name of the file; or add: --name-ids"
            on_page = (
                "use a number, as the row id becomes the name of the file; or tick “A row id may "
                "hold a word of the name”"
            )
            yield Fault(
                message="the row id contains the patient's name", hint=hint, about=ROW_ID,
                on_page=on_page,
            )  # fmt: skip

    def _holds(self, stem: str, name: str) -> bool:
        words = _words(stem)
        if not words or _LONG_NUMBER.search(stem):
            return False
        own = _folded(name).split()
        return any(_spells(one, own) and self._shared[one] < _SHARED for one in words)


def _words(stem: str) -> list[str]:
    """Return the words of an id; what is longer than any id may be is not looked through."""
    return _LETTERS.findall(_folded(stem[:_MOST_LETTERS])) if _LETTERS.search(stem) else []


def _spells(word: str, own: list[str]) -> bool:
    """Tell whether a word is made of words of a name alone, perhaps with initials: `jsmith`."""
    if not any(len(one) >= _LONG and one in word for one in own):
        return False
    parts = {*own, *(one[0] for one in own)}
    ends = {0}  # how far parts one after the other can reach
    for at in range(len(word)):
        if at in ends:
            ends |= {at + len(one) for one in parts if word.startswith(one, at)}
    return len(word) in ends


def _folded(text: str) -> str:
    """Fold case and accents, so that `Bjørn-Åse` and `bjørn_ase` are alike."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one if one.isalnum() else " " for one in parts if not unicodedata.combining(one))
