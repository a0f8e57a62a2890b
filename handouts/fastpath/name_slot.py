"""Put a name into a finished PDF without typesetting: `fill_name`.

A slot is a run of SLOT_BYTES bytes in an uncompressed content stream; filling it moves no other
byte. `GlyphMetrics` holds advances and kerning, in 1/1000 em, as HarfBuzz gives them for plain
words, so that names and most other words need no shaping.
"""

from __future__ import annotations

from functools import cache

from handouts.fastpath import cache as store
from handouts.fastpath.fingerprint import first_program_stamps

TYPE_CHECKING = False  # `typing` is not imported: see the package

if TYPE_CHECKING:
    from handouts.fastpath.fingerprint import Stamp


NAME_PLACEHOLDER = "\ufffc"
"""Stands for the name in a leaflet whose name comes later; no typed name can be it."""
SLOT_BYTES = 480
"""The length of a slot: enough for the operators of a full line."""


class Slot:
    """Where a finished PDF takes one line of text."""

    __slots__ = ("after", "at", "before", "room")

    def __init__(self, at: int, before: bytes, after: bytes, room: int) -> None:
        self.at = at
        """The offset of its bytes in the file."""
        self.before = before
        """The operators before the operand of TJ, as bytes of the content stream."""
        self.after = after
        """The operators after TJ."""
        self.room = room
        """The widest text it holds, in 1/1000 em."""


class TypesetPdf:
    """A finished PDF; `slot` is where a name may be put in, None when there is no such place."""

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
    """Return the SLOT_BYTES bytes of an empty slot: marked content that shows no text."""
    return (before + b"[<>] TJ" + after).ljust(SLOT_BYTES)


def fill_name(pdf: TypesetPdf, name: str, metrics: GlyphMetrics) -> bytes | None:
    """Return the PDF with a name in its slot; None when there is no slot or it does not fit.

    A name does not fit when it is too wide or has a character that `metrics` lacks.
    """
    line = set_line(pdf, name, metrics)
    return None if line is None else put_line(pdf, line)


def set_line(pdf: TypesetPdf, name: str, metrics: GlyphMetrics) -> bytes | None:
    """Return the SLOT_BYTES bytes that show a name in the slot; None when it does not fit."""
    slot, found = pdf.slot, set_name(" ".join(name.split()), metrics)
    if slot is None or found is None:
        return None
    shown, width = found
    operators = slot.before + f"[{shown}] TJ".encode() + slot.after
    if width > slot.room or len(operators) > SLOT_BYTES:
        return None
    return operators.ljust(SLOT_BYTES)


def put_line(pdf: TypesetPdf, line: bytes | None) -> bytes:
    """Return the PDF with the bytes of a line in its slot; unchanged without a line or a slot."""
    if line is None or pdf.slot is None:
        return pdf.content
    start, content = pdf.slot.at, memoryview(pdf.content)
    return b"".join((content[:start], line, content[start + SLOT_BYTES :]))  # copied once


NAME_WEIGHT = 400
"""The font weight of names: that of running text."""
MOST_LETTERS = 80
"""The most characters of a name."""
SPACE = 32
"""The code of the space, in every face of every file."""
ALPHABET = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-'’.,"
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ"
    "ĀāĂăąĆćČčĎďĒēėęĚěĞğĢģĪīİıĶķĻļłŁńŃŅņňőŘřŚśşŠšŤťūůűźŹżŻŽžȘșȚț"
)
"""The characters of most names in European languages. Others are typeset with the leaflet."""
HARD_SPACE = "\u00a0"
"""The no-break space."""
TEXT = "".join(map(chr, range(33, 127))) + "‘’“”–—…•°×½"
"""The characters of running text. A word with any other is shaped by HarfBuzz."""


class GlyphMetrics:
    """Advances and kerning of a font weight, in values that `marshal` can write."""

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
        """The code of each letter of ALPHABET in the first font subset of every PDF with a slot."""
        self.widths = widths
        """The advance of each letter, in 1/1000 em."""
        self.classes = classes
        """The kerning classes of each letter: as the first and as the second of a pair."""
        self.kerns = kerns
        """The kerning of a pair, by the class of its first and of its second letter."""
        self.hard_glyph = hard_glyph
        """The glyph number of HARD_SPACE."""

    def measure(self, word: str) -> tuple[tuple[int, ...], int] | None:
        """Return the kerning after each letter of a word and its width, in 1/1000 em.

        None when a letter is not among these.
        """
        classes, widths, kerns = self.classes, self.widths, self.kerns
        width, found, row = 0, [], kerns[0]
        for one in word:
            if one not in classes:
                return None
            before, after = classes[one]
            found.append(row[after])
            width += widths[one]
            row = kerns[before]
        found[0] = width  # no pair ends in the first letter, and none starts at the last
        return (*found[1:], 0), sum(found)


def recall_metrics(program: list[Stamp]) -> dict[int, GlyphMetrics]:
    """Return the metrics of each weight from the cache; none before they were measured.

    `program`: the stamps of the program and fonts that they were measured with.
    """
    kept = store.recall("metrics", program) or {}
    return {weight: GlyphMetrics(*parts) for weight, parts in kept.items()}


@cache
def known_metrics() -> dict[int, GlyphMetrics]:
    """Return the metrics of each weight that were in the cache at the first call."""
    return recall_metrics(first_program_stamps())


def keep_metrics(program: list[Stamp], metrics: dict[int, GlyphMetrics]) -> None:
    """Keep the metrics of each weight: without them a new leaflet takes 8 % more CPU time."""
    parts = {weight: [getattr(one, name) for name in _PARTS] for weight, one in metrics.items()}
    store.keep("metrics", program, parts, most=4)


_PARTS = ("codes", "widths", "classes", "kerns", "hard_glyph")
"""The arguments of GlyphMetrics, in order."""


def set_name(name: str, metrics: GlyphMetrics) -> tuple[str, int] | None:
    """Return the operand of TJ for a name, without its brackets, and the width in 1/1000 em.

    None when `metrics` lacks a letter. Pairs with a space are not kerned, as everywhere else in a
    leaflet.
    """
    codes, widths, classes, kerns = metrics.codes, metrics.widths, metrics.classes, metrics.kerns
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
