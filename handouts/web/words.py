"""Say what typed words mean here, for the page: `heard`.

What means an entry is taken and said; what only asks about entries comes with its questions.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.selection.age import read_age, says_age
from handouts.selection.finder import Asks, Means, Near, NotAFlag, finder_of
from handouts.selection.typed_facts import age_flags, status_or_fault
from handouts.selection.understanding import split_cell
from handouts.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from handouts.content.library import Library
    from handouts.selection.finder import Known, WordFinding


class Question(Struct, frozen=True, kw_only=True):
    """A flag that a word may be about, with the question to ask."""

    id: str
    question: str


class HeardWord(Struct, frozen=True, kw_only=True):
    """What one word was heard as: it means an entry, asks about some, or is about none."""

    word: str
    kind: str
    """means, asks, none, near, age, perhaps-age, lasting or unknown."""
    entry: str = ""
    label: str = ""
    what: str = ""
    """The kind of entry: regions, statuses, flags, and so on."""
    asks: tuple[Question, ...] = ()
    says: str = ""
    near: tuple[str, ...] = ()
    """Words that it may be; of an unknown one, words that look like it, and may be others."""
    yes: tuple[str, ...] = ()
    """The flags that an age says."""
    no: tuple[str, ...] = ()
    """The flags that it rules out."""


class HeardWords(Struct, frozen=True, kw_only=True):
    """What all words of a line were heard as, in their order."""

    words: tuple[HeardWord, ...]


_BETWEEN = re.compile(r"[,;\n]")
_MOST = 40


def heard(library: Library, text: str, today: date) -> HeardWords:
    """Say what each word or phrase of a line means; raises Problem for more than a person types."""
    parts = [part.strip() for part in _BETWEEN.split(text)]
    found = [list(_of_part(library, part, today)) for part in dict.fromkeys(parts)]
    if sum(map(len, found)) > _MOST:
        raise Problem("too-large", HTTPStatus.UNPROCESSABLE_ENTITY, f"more than {_MOST} words")
    words = {one.word: one for part in found for one in _together(part)}
    return HeardWords(words=tuple(words.values()))


def _of_part(library: Library, part: str, today: date) -> Iterator[HeardWord]:
    """Yield what each word of a part between commas means."""
    if whole := _answer(library, part, today):
        yield whole
        return
    for number, word in enumerate(split_cell(library, "flags", part)):
        if number > _MOST:
            return  # the whole is refused
        yield _answer(library, word, today) or _heard(library, word)


def _together(words: Sequence[HeardWord]) -> Iterator[HeardWord]:
    """Yield words; those side by side that are not known, such as `years ago`, as one."""
    for lost, some in groupby(
        words, lambda one: one.kind == "unknown" and not one.says + "".join(one.near)
    ):
        if lost:
            yield HeardWord(word=" ".join(one.word for one in some), kind="unknown")
        else:
            yield from some


def _answer(library: Library, text: str, today: date) -> HeardWord | None:
    """Return what an age or a length of time says; None where it is neither."""
    if not any(one.isdigit() for one in text) and "since" not in text.casefold():
        return None
    if not says_age(text) and (status := status_or_fault(library, text, today, "duration")):
        if isinstance(status, str):
            label = library.statuses[status].label
            return HeardWord(word=text, kind="lasting", entry=status, label=label)
        if status.path:  # a length of time that fits both
            return HeardWord(word=text, kind="unknown", says=f"{status.message}. {status.hint}")
    age = read_age(text)
    if age is None:
        return None
    yes = tuple(age_flags(library, age))
    return HeardWord(
        word=text,
        kind="age" if says_age(text) else "perhaps-age",
        yes=yes,
        no=tuple(one.flag for one in library.answers.ages if one.flag not in yes),
    )


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
            alike = finder_of(library).alike(word)
            about = dict.fromkeys(flag for one in alike for flag in _flags_of(library, one))
            return HeardWord(
                word=word,
                kind="unknown",
                near=tuple(dict.fromkeys(one.word for one in alike if _flags_of(library, one))),
                asks=tuple(Question(id=one, question=library.flags[one].question) for one in about),
            )


def _flags_of(library: Library, found: Known) -> list[str]:
    """Return the flags that a word is about, whose questions can be asked."""
    if isinstance(found, NotAFlag):
        return []
    entries = (found.entry,) if isinstance(found, Means) else found.entries
    return [one for one in entries if one in library.flags]
