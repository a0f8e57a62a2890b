"""Flags that word one class differently are found where both sentences reach one reader."""

from functools import cache

from msgspec import structs

from handouts.content.blocks import ClauseBody, Wording
from handouts.content.library import Library
from handouts.safety.same_class import said_differently, same_class_text
from tests.support.leaflets import publisher


@cache
def with_words(clause: str, text: str) -> Library:
    """Return the content that ships with other words for one clause."""
    library = publisher().library
    blocks = []
    for block in library.blocks:
        if block.id == clause:
            assert isinstance(block.body, ClauseBody)
            body = structs.replace(block.body, wording=Wording(text))
            block = structs.replace(block, body=body)  # noqa: PLW2901 - the changed one
        blocks.append(block)
    return structs.replace(library, blocks=tuple(blocks))


def test_no_reader_gets_two_sentences_on_one_class() -> None:
    """No pair of flags of the content that ships says it of one class in different words."""
    assert said_differently(publisher().library) == ()


def test_pairs_that_say_it_differently_are_listed() -> None:
    """Other words of one flag are listed beside each flag that says the usual ones."""
    found = said_differently(with_words("kidney-disease-clause-1", "**Do not take ibuprofen**."))
    assert [(one.name, str(one.level)) for one in found] == [("nsaid-systemic", "avoid")]
    pairs = {frozenset(pair) for pair in found[0].pairs}
    assert frozenset(("blood-thinners", "kidney-disease")) in pairs
    assert frozenset(("gi-ulcer", "gi-bleed-history")) not in pairs
    text = same_class_text(found)
    assert "kidney-disease: Do not take ibuprofen." in text
    assert text.startswith(f"{len(found[0].pairs)} pairs of flags")


def test_pairs_that_cannot_meet_are_not_listed() -> None:
    """A pair that cannot be is not listed, nor one of which a wider sentence prints alone."""
    found = said_differently(with_words("pregnancy-clause-8", "**No cracking.**"))
    pairs = {frozenset(pair) for pair in found[0].pairs}
    assert frozenset(("pregnancy", "heart-disease")) in pairs
    assert frozenset(("pregnancy", "age-65-plus")) not in pairs
    wider = said_differently(with_words("epilepsy-clause-1", "**Do not start** a relaxant."))
    pairs = {frozenset(pair) for one in wider for pair in one.pairs}
    assert frozenset(("epilepsy", "kidney-disease")) in pairs
    assert frozenset(("epilepsy", "liver-disease")) not in pairs
