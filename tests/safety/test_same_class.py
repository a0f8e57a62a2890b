"""Flags that word one class differently are listed, each pair with its sentences."""

from handouts.safety.same_class import said_differently, same_class_text
from tests.support.leaflets import publisher


def test_pairs_that_say_it_differently_are_listed() -> None:
    """A pair with equal words, or that cannot be, is not listed; a pair with other words is."""
    library = publisher().library
    found = {(one.name, str(one.level)): one for one in said_differently(library)}
    pairs = {frozenset(pair) for pair in found["nsaid-systemic", "avoid"].pairs}
    assert frozenset(("blood-thinners", "kidney-disease")) in pairs
    assert frozenset(("gi-ulcer", "gi-bleed-history")) not in pairs
    asked = {frozenset(pair) for pair in found["heat", "ask"].pairs}
    assert frozenset(("pregnancy", "age-65-plus")) not in asked
    text = same_class_text(said_differently(library))
    assert "Do not add ibuprofen or similar painkillers." in text
    assert text.startswith(f"{sum(len(one.pairs) for one in found.values())} pairs of flags")
