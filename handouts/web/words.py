"""Say what typed words mean here, for the page: `heard`.

What means an entry is taken and said; what only asks about entries comes with its questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.selection.finder import Asks, Means, Near, NotAFlag, finder_of
from handouts.selection.understanding import split_cell

if TYPE_CHECKING:
    from handouts.content.library import Library
    from handouts.selection.finder import WordFinding


class Question(Struct, frozen=True, kw_only=True):
    """A flag that a word may be about, with the question to ask."""

    id: str
    question: str


class HeardWord(Struct, frozen=True, kw_only=True):
    """What one word was heard as: it means an entry, asks about some, or is about none."""

    word: str
    kind: str
    """means, asks, none, near or unknown."""
    entry: str = ""
    label: str = ""
    what: str = ""
    """The kind of entry: regions, statuses, flags, and so on."""
    asks: tuple[Question, ...] = ()
    says: str = ""
    near: tuple[str, ...] = ()


class HeardWords(Struct, frozen=True, kw_only=True):
    """What all words of a line were heard as, in their order."""

    words: tuple[HeardWord, ...]


_MOST = 40


def heard(library: Library, text: str) -> HeardWords:
    """Say what each word or phrase of a line means."""
    words = dict.fromkeys(split_cell(library, "flags", text))
    return HeardWords(words=tuple(_heard(library, word) for word in list(words)[:_MOST]))


def _heard(library: Library, word: str) -> HeardWord:
    finder = finder_of(library)
    found = finder.find(word)
    if isinstance(found, Near):
        known = _known(library, word, found.finding)
        return HeardWord(
            word=word, kind="near", near=found.words, entry=known.entry, label=known.label,
            what=known.what, asks=known.asks, says=known.says,
        )  # fmt: skip
    return _known(library, word, found)


def _known(library: Library, word: str, found: WordFinding) -> HeardWord:
    entries = finder_of(library).entries
    match found:
        case Means(kind=kind, entry=entry):
            return HeardWord(
                word=word, kind="means", entry=entry, label=entries[entry].label, what=kind
            )
        case Asks(entries=asked, questions=questions):
            asks = tuple(Question(id=one, question=entries[one].question) for one in asked)
            says = questions[0] if len(questions) != len(asked) else ""
            return HeardWord(word=word, kind="asks", asks=asks, says=says)
        case NotAFlag(sentence=sentence):
            return HeardWord(word=word, kind="none", says=sentence)
        case _:
            return HeardWord(word=word, kind="unknown")
