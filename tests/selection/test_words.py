"""The finder, held against a list of words with the right answer for each.

`data/words.csv` was written from public lists (200 common American medicines, lists of conditions,
abbreviations of general practice) and from what people say, not from `content/synonyms.yaml`.
"""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from handouts.content.load import load_library
from handouts.selection.finder import (
    Asks,
    Finder,
    Means,
    Near,
    NotAFlag,
    Unknown,
    WordFinding,
    finder_of,
)

pytestmark = pytest.mark.sample(20)

LIST = Path(__file__).parents[1] / "data" / "words.csv"
LEAST_RECALL = 0.98


class Row(NamedTuple):
    """A word and the right answer: `near` for one that is misspelt, and only pointed out."""

    word: str
    kind: str
    answer: str
    entries: frozenset[str]


@cache
def rows() -> tuple[Row, ...]:
    """Read the list."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return tuple(
            Row(one["word"], one["kind"], one["answer"], frozenset(one["entries"].split()))
            for one in csv.DictReader(file)
        )


@cache
def finder() -> Finder:
    """Give the finder of the content that ships."""
    return finder_of(load_library())


def pointed(found: WordFinding) -> frozenset[str]:
    """Give the entries that an answer points at."""
    match found:
        case Means(entry=entry):
            return frozenset({entry})
        case Asks(entries=entries):
            return frozenset(entries)
        case Near(finding=known):
            return pointed(known)
        case _:
            return frozenset()


def answer(found: WordFinding) -> str:
    """Name a kind of answer as the list does."""
    names = {Means: "means", Asks: "asks", NotAFlag: "none", Near: "near", Unknown: "unknown"}
    return names[type(found)]


def wrong(row: Row, found: WordFinding) -> bool:
    """Say whether an answer misleads: it takes what is only asked, or points at something else."""
    taken = isinstance(found, Means) and row.answer != "means"
    return taken or not pointed(found) <= row.entries


def right(row: Row, found: WordFinding) -> bool:
    """Say whether an answer is the right one, with every entry that it should name."""
    return answer(found) == row.answer and pointed(found) == row.entries


def test_the_list_is_long_and_covers_every_flag() -> None:
    """At least 400 words; each flag is meant by some and asked about by others."""
    library = load_library()
    assert len(rows()) >= 400
    named = {entry for row in rows() for entry in row.entries}
    assert set(library.flags) - named == {"asthma-nsaid-sensitive"} - named
    assert {row.answer for row in rows()} == {"means", "asks", "none", "near", "unknown"}


def test_no_word_points_at_something_else() -> None:
    """Precision: of all answers that point somewhere, every one points at the right entries."""
    misled = {row.word: finder().find(row.word, row.kind) for row in rows()}
    assert {row.word: misled[row.word] for row in rows() if wrong(row, misled[row.word])} == {}


def test_most_words_get_the_right_answer(record_property: Callable[[str, object], None]) -> None:
    """Recall: of all words of the list, nearly all get the answer that it has."""
    found = [(row, finder().find(row.word, row.kind)) for row in rows()]
    missed = [row.word for row, one in found if not right(row, one)]
    recall = 1 - len(missed) / len(found)
    record_property("recall", recall)
    assert recall >= LEAST_RECALL, missed
