"""Tests of `search_memory`: what was found before is what is found anew."""

import re

import pytest

from handouts.content.load import resource
from handouts.governance import baseline
from handouts.governance.baseline import ReviewedUnit, write_baseline
from handouts.governance.units import SignedUnit
from handouts.safety.scopes import NameList, load_names
from tests.support import search_memory
from tests.support.leaflets import publisher
from tests.support.search_memory import REAL_NAMES, RememberedPattern

TEXTS = ("Take ibuprofen with food.", "Keep moving.", "Ask before you take anything.")


@pytest.mark.parametrize("most", [1, 4_000])
def test_each_pattern_has_its_own_answer_for_each_text(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much is remembered, a pattern finds in a text what `re` finds there."""
    monkeypatch.setattr(search_memory, "MOST_FOUND", most)
    patterns = [re.compile(one, re.IGNORECASE) for one in ("TAKE", r"\bask\b", "nowhere")]
    for pattern in patterns:
        remembered = RememberedPattern(pattern)
        assert remembered.pattern == pattern.pattern
        for text in TEXTS * 2:
            found, wanted = remembered.search(text), pattern.search(text)
            assert (found and found.span()) == (wanted and wanted.span())


def test_each_list_of_names_has_its_own_answer_for_each_block() -> None:
    """Classes, movements and what is never named are told apart, and so are blocks."""
    library = publisher().library
    for _ in range(2):  # the second list is equal, and is not the first
        names = load_names(library, resource("content"))
        for some in (names.classes, names.movements, names.never):
            for block in library.blocks[::3]:
                found = NameList._found(names, some, block)  # noqa: SLF001 - what is remembered
                assert found == REAL_NAMES(names, some, block)


def test_a_baseline_is_read_anew_when_it_differs_and_belongs_to_who_asked() -> None:
    """Of two records each has its own units, and a change to what was given changes no other."""
    raw = write_baseline(
        ReviewedUnit(meaning=SignedUnit(unit, (("text", "Keep moving."),))) for unit in ("a", "b")
    )
    other = raw.replace(b"moving", b"still")
    assert raw != other
    first = baseline.read_baseline("baseline.yaml", raw)
    wanted = dict(first)
    first.clear()
    assert baseline.read_baseline("baseline.yaml", raw) == wanted
    said = {one.meaning.text for one in baseline.read_baseline("baseline.yaml", other).values()}
    assert said == {"text: Keep still."}
