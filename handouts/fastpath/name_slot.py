"""Put a name into a finished PDF without typesetting: `fill_name`.

A slot is a run of blanks of fixed length in an uncompressed content stream; filling it moves no
other byte. `GlyphMetrics` holds advances and kerning, in 1/1000 em, as HarfBuzz sets plain
words, so that names and most other words need no shaping.
"""

from __future__ import annotations

from functools import cache

from handouts.fastpath import cache as store
from handouts.fastpath.fingerprint import first_program_stamps

TYPE_CHECKING = False

if TYPE_CHECKING:
    from handouts.fastpath.fingerprint import Stamp


NAME_PLACEHOLDER = "\ufffc"
"""Stands for the name in a leaflet whose name comes later; no typed name can be it."""
SLOT_BYTES = 480
"""The bytes of a slot: room for a line full of letters."""


class Slot:
    """A place for one line of text in a finished file."""

    __slots__ = ("after", "at", "before", "room")

    def __init__(self, at: int, before: bytes, after: bytes, room: int) -> None:
        self.at = at
        """The offset of its bytes in the file."""
        self.before = before
        """The operators up to the operand of TJ."""
        self.after = after
        self.room = room
        """The widest text it holds, in 1/1000 em."""


class TypesetPdf:
    """A finished PDF and its number of pages; it may have a slot, which is empty."""

    __slots__ = ("content", "draft", "pages", "slot")

    def __init__(
        self, content: bytes, pages: int, *, draft: bool, slot: Slot | None = None
    ) -> None:
        self.content = content
        self.pages = pages
        self.draft = draft
        """No clinician has approved its content."""
        self.slot = slot


def blank_slot(before: bytes, after: bytes) -> bytes:
    """Give the bytes of an empty slot: marked content without any."""
    return (before + b"[<>] TJ" + after).ljust(SLOT_BYTES)


def fill_name(pdf: TypesetPdf, name: str, letters: GlyphMetrics) -> bytes | None:
    """Put a name into the slot; None when it is too long, or has a letter that is not there."""
    line = set_line(pdf, name, letters)
    return None if line is None else put_line(pdf, line)


def set_line(pdf: TypesetPdf, name: str, letters: GlyphMetrics) -> bytes | None:
    """Set a name for the slot of a PDF; None when it does not fit."""
    slot, found = pdf.slot, set_name(" ".join(name.split()), letters)
    if slot is None or found is None:
        return None
    shown, width = found
    operators = slot.before + f"[{shown}] TJ".encode() + slot.after
    if width > slot.room or len(operators) > SLOT_BYTES:
        return None
    return operators.ljust(SLOT_BYTES)


def put_line(pdf: TypesetPdf, line: bytes | None) -> bytes:
    """Give the bytes of a PDF with a line in its slot."""
    if line is None or pdf.slot is None:
        return pdf.content
    start, content = pdf.slot.at, pdf.content
    return content[:start] + line + content[start + SLOT_BYTES :]


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


class GlyphMetrics:
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


def recall_metrics(program: list[Stamp]) -> dict[int, GlyphMetrics]:
    """Give the letters of each weight as this program sets them; none before they were measured."""
    kept = store.recall("letters", program) or {}
    return {weight: GlyphMetrics(*parts) for weight, parts in kept.items()}


@cache
def known_metrics() -> dict[int, GlyphMetrics]:
    """Give the letters of each weight as this process found them kept."""
    return recall_metrics(first_program_stamps())


def keep_metrics(program: list[Stamp], letters: dict[int, GlyphMetrics]) -> None:
    """Keep the letters of each weight: measuring them takes longer than setting a leaflet."""
    parts = {weight: [getattr(one, name) for name in _PARTS] for weight, one in letters.items()}
    store.keep("letters", program, parts, most=4)


_PARTS = ("codes", "widths", "classes", "kerns", "hard_glyph")
"""What letters are made of, in the order in which they are put together."""


def set_name(name: str, letters: GlyphMetrics) -> tuple[str, int] | None:
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
