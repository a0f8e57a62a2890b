"""Measure and break text in the cells of a terminal: `cells`, `fill`.

A Chinese sign takes two cells, a mark on a letter none. Words are not cut, but for one that is
wider than a whole line and no address.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_ADDRESS = re.compile(r"://|www\.|@")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_NO_START = "、。，．：；！？）」』】〉》〕］｝・…"
_NONE = frozenset({"Mn", "Me", "Cf"})


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def fill(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Break a text into lines; `first` goes before the first, `rest` before the others."""
    longest = max(map(cells, text.split()), default=0)
    if longest <= width - len(first) and not _WIDE.search(text) and cells(text) == len(text):
        return textwrap.fill(
            text,
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines, line, used = [], first, len(first)
    empty = True
    for word, spaced in _pieces(text, width - max(len(first), len(rest))):
        gap = 0 if empty or not spaced else 1
        wide = cells(word)
        if not empty and used + gap + wide > width:
            lines.append(line)
            line, used, gap = rest, len(rest), 0
        line += " " * gap + word
        used += gap + wide
        empty = False
    return "\n".join([*lines, line]) if text.strip() else ""


def _pieces(text: str, width: int) -> Iterator[tuple[str, bool]]:
    """Yield what stays on one line, and whether a space is before it."""
    for word in text.split():
        if cells(word) <= width and not _WIDE.search(word):
            yield word, True
            continue
        if _ADDRESS.search(word):
            yield word, True
            continue
        yield from _cut(word, width)


def _cut(word: str, width: int) -> Iterator[tuple[str, bool]]:
    """Cut a word before Chinese signs, and where it is wider than a line."""
    piece, spaced = "", True
    for one in word:
        mark = not _cells_of(one) or one in _NO_START
        breaks = bool(_WIDE.match(one) or (piece and _WIDE.match(piece[-1])))
        if piece and not mark and (breaks or cells(piece) >= width):
            yield piece, spaced
            piece, spaced = "", False
        piece += one
    yield piece, spaced


def _cells_of(one: str) -> int:
    if unicodedata.category(one) in _NONE:
        return 0
    return 2 if unicodedata.east_asian_width(one) in ("W", "F") else 1
