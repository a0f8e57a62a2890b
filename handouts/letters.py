"""Goes in: a face. Comes out: its letters, measured, so that plain words need no shaping.

HarfBuzz sets a plain word letter by letter: each has its advance, and each pair its kerning. So all
pairs are measured once, and words are set from that; what has other letters is shaped.
"""

from __future__ import annotations

from functools import cache

from handouts import store
from handouts.premises import first_program

TYPE_CHECKING = False  # importing typing would cost as much as all the work here
if TYPE_CHECKING:
    from handouts.premises import Stamp

NAME_WEIGHT = 400
"""The weight of names: that of running text."""
MOST_LETTERS = 80
"""Of a name."""
SPACE = 32
"""The code of the space, in every face of every file."""
ALPHABET = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-'’.,"
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ"
    "ĀāĂăąĆćČčĎďĒēėęĚěĞğĢģĪīİıĶķĻļłŁńŃŅņňőŘřŚśşŠšŤťūůűźŹżŻŽžȘșȚț"
)
"""The letters of names in European languages. A name with any other is set like the rest."""
HARD_SPACE = "\u00a0"
"""Keeps words on one line."""
TEXT = "".join(map(chr, range(33, 127))) + "‘’“”–—…•°×½"
"""The letters of running text. A word with any other is shaped."""


class Letters:
    """What setting a word takes; plain values only, so that they are quickly read from disk."""

    __slots__ = ("classes", "codes", "hard_glyph", "kerns", "widths")

    def __init__(
        self,
        codes: dict[str, int],
        widths: dict[str, int],
        classes: dict[str, tuple[int, int]],
        kerns: tuple[tuple[int, ...], ...],
        hard_glyph: int,
    ) -> None:
        self.codes = codes
        """Of each letter of names in the first subset; the same in every file with a slot."""
        self.widths = widths
        """In 1/1000 em."""
        self.classes = classes
        """Of a letter before another, and of a letter after one: letters of a class kern alike."""
        self.kerns = kerns
        """By the class of the first letter and that of the second, in 1/1000 em."""
        self.hard_glyph = hard_glyph
        """The number of the glyph of a space that keeps words together."""

    def measure(self, word: str) -> tuple[tuple[int, ...], int] | None:
        """Give the kerning after each letter, and the width; None: a letter is not here."""
        classes, widths, kerns = self.classes, self.widths, self.kerns
        width, found, row = 0, [], kerns[0]
        for one in word:
            if one not in classes:
                return None
            before, after = classes[one]
            found.append(row[after])
            width += widths[one]
            row = kerns[before]
        found[0] = width  # nothing stands before the first letter; after the last nothing follows
        return (*found[1:], 0), sum(found)


def recall_letters(program: list[Stamp]) -> dict[int, Letters]:
    """Give the letters of each weight as this program sets them; none before they were measured."""
    kept = store.recall("letters", program) or {}
    return {weight: Letters(*parts) for weight, parts in kept.items()}


@cache
def known_letters() -> dict[int, Letters]:
    """Give the letters of each weight as this process found them kept."""
    return recall_letters(first_program())


def keep_letters(program: list[Stamp], letters: dict[int, Letters]) -> None:
    """Keep the letters of each weight: measuring them takes longer than setting a leaflet."""
    parts = {weight: [getattr(one, name) for name in _PARTS] for weight, one in letters.items()}
    store.keep("letters", program, parts, most=4)


_PARTS = ("codes", "widths", "classes", "kerns", "hard_glyph")
"""What letters are made of, in the order in which they are put together."""


def set_name(name: str, letters: Letters) -> tuple[str, int] | None:
    """Set a name as operands of TJ; give its width in 1/1000 em. None: a letter is not here.

    Words are kerned inside, and spaces never, as everywhere else in a leaflet.
    """
    codes, widths, classes, kerns = letters.codes, letters.widths, letters.classes, letters.kerns
    shown, width, before = ["<"], 0, ""
    for one in name:
        if one not in codes:
            return None
        if before in classes and one in classes:
            kern = kerns[classes[before][0]][classes[one][1]]
            if kern:
                shown.append(f">{-kern}<")
                width += kern
        shown.append(f"{codes[one]:02X}")
        width += widths[one]
        before = one
    shown.append(">")
    return "".join(shown), width
