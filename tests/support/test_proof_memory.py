"""Tests of `proof_memory`: what was proved before is as what is proved anew."""

import pytest
from msgspec.structs import replace

from handouts.content.blocks import HasFlag
from handouts.content.library import Library
from handouts.content.vocabulary import Level
from handouts.safety.claims import Never
from handouts.safety.invariants import Invariants
from handouts.safety.proof import Prover, prove_all
from tests.support.leaflets import publisher
from tests.support.proof_memory import MEMORY, REAL

EVERY = 15
FALSE = Never(invariant=999, when=HasFlag(("diabetes",)), ids=frozenset(("title-neck",)), why="no")
"""A claim that the content that ships does not keep."""


def changed(library: Library) -> Library:
    """Let ibuprofen be fine after an ulcer."""
    rows = {flag: dict(row) for flag, row in library.matrix.flags.items()}
    rows["gi-ulcer"]["nsaid-systemic"] = Level.OK
    return replace(library, matrix=replace(library.matrix, flags=rows))


def test_what_is_remembered_is_as_what_is_proved_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings and numbers of cases are those of a proof, the first time and again."""
    library, rules = publisher().library, publisher().rules[::EVERY]
    false = replace(rules[0], claims=(FALSE,))
    known = Invariants(library, (*rules, false))
    first, again = prove_all(known), prove_all(known)
    monkeypatch.setattr(Prover, "prove", REAL)
    assert first == again == prove_all(known)
    assert [one.invariant for one in first[1]] == [false.number]


def test_changed_content_is_proved_itself() -> None:
    """What was proved of the content that ships says nothing of content that was changed."""
    library = publisher().library
    ulcer = tuple(rule for rule in publisher().rules if rule.number == 19)
    assert not prove_all(Invariants(library, ulcer))[1]
    other = changed(library)
    assert MEMORY.is_shipped(replace(library))
    assert not MEMORY.is_shipped(other)
    assert prove_all(Invariants(other, ulcer))[1]
