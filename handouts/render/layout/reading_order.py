"""Put words from right to left into the order in which readers of PDF take them: `in_order`.

PDFium, which Chrome uses, turns round each run of letters from right to left, and the runs of a
line as well where they outnumber those from left to right. So that text reads back as typed, a
line of the second kind is drawn as the eye sees it, and in others the runs are drawn in turn.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.render.pdf.fonts import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.render.layout.chunks import GlyphRun
    from handouts.render.pdf.fonts import Face


_JOINERS = "\u200b\u200c\u200d"
_LEFT, _RIGHT = frozenset({"L", "EN", "AN"}), frozenset({"R", "AL"})


class _Glyph(Struct, frozen=True):
    """A glyph and where it is: how far from the start of its group, and how high."""

    glyph: str
    x: int
    rise: int
    turned: bool
    """It is a letter from right to left."""


def is_turned(texts: Sequence[str], beside: int) -> bool:
    """Tell whether readers turn a whole line round: most of its runs are from right to left.

    `beside` is the number of runs from left to right on the same line of the page.
    """
    sides = [_side(one) for one in "".join(texts) if one not in _JOINERS]
    runs = [side for side, _ in groupby(sides)]
    return runs.count("R") > runs.count("L") + beside


def runs_in(text: str) -> int:
    """Count the runs of letters and numbers in a text from left to right."""
    return len(re.findall(r"\w+", text))


def in_order(runs: Sequence[tuple[GlyphRun, Word, int]], face: Face) -> Word:
    """Return neighbours of a line, given from left to right, as one word in the order of reading.

    Each is its run, the word that is shown of it, and its place in the order of reading.
    """
    start, placed = 0.0, []
    for run, word, turn in runs:
        placed.append((turn, run, word, round(start * 1000)))
        start += word.width
    read = [
        glyph
        for _, run, word, x in sorted(placed, key=lambda one: one[0])
        for glyph in _glyphs(run, word, x, face)
    ]
    drawn = [
        glyph
        for turned, group in groupby(read, key=lambda one: one.turned)
        for glyph in (reversed([*group]) if turned else group)
    ]
    ends = [one.x for one in drawn[1:]] + [round(start * 1000)]
    kerns = [
        end - one.x - round(face.advance(one.glyph)) for one, end in zip(drawn, ends, strict=True)
    ]
    rises = tuple(one.rise for one in drawn)
    glyphs = "".join(one.glyph for one in drawn)
    return Word(glyphs, tuple(kerns), start, drawn[0].x, rises if any(rises) else ())


def _glyphs(run: GlyphRun, word: Word, x: int, face: Face) -> list[_Glyph]:
    """Return the glyphs of a word that starts at x, in the order of reading."""
    found, x = [], x + word.lead
    rises = word.rises or (0,) * len(word.kerns)
    for glyph, kern, rise in zip(word.glyphs, word.kerns, rises, strict=True):
        spelled = face.font.spells.get(ord(glyph), glyph)
        found.append(_Glyph(glyph, x, rise, _side(spelled[0]) == "R"))
        x += round(face.advance(glyph)) + kern
    return found[::-1] if run.level % 2 else found


def _side(one: str) -> str:
    kind = unicodedata.bidirectional(one)
    return "L" if kind in _LEFT else "R" if kind in _RIGHT else ""
