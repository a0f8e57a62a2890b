"""Goes in: two texts. Comes out: their words, each kept, taken out or put in."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = re.compile(r"\S+\s*")


class Piece(Struct, frozen=True):
    """A stretch of words; `mark` is "-" for those taken out, "+" put in, nothing for those kept."""

    mark: str
    text: str


def compare_words(before: str, after: str) -> tuple[Piece, ...]:
    """Compare two texts word by word; what is taken out stands before what is put in."""
    first, second = _WORDS.findall(before), _WORDS.findall(after)
    # Without `autojunk` a word that is frequent in a long text is a word like any other.
    bare = [[word.strip() for word in side] for side in (first, second)]
    matcher = difflib.SequenceMatcher(a=bare[0], b=bare[1], autojunk=False)
    return tuple(_pieces(matcher, first, second))


def _pieces(
    matcher: difflib.SequenceMatcher[str], first: list[str], second: list[str]
) -> Iterator[Piece]:
    for operation, start, stop, start_after, stop_after in matcher.get_opcodes():
        if operation == "equal":
            yield Piece("", "".join(second[start_after:stop_after]))
            continue
        if start < stop:
            yield Piece("-", "".join(first[start:stop]))
        if start_after < stop_after:
            yield Piece("+", "".join(second[start_after:stop_after]))


def marked(pieces: tuple[Piece, ...]) -> str:
    """Write a comparison as text: [-taken out-] and {+put in+}, readable without colour."""
    return "".join(_marked(piece) for piece in pieces).rstrip()


def _marked(piece: Piece) -> str:
    if not piece.mark:
        return piece.text
    opening, closing = ("[-", "-]") if piece.mark == "-" else ("{+", "+}")
    word = piece.text.rstrip()
    return f"{opening}{word}{closing}{piece.text[len(word) :] or ' '}"
