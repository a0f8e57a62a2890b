"""A `handout check` for tests of what else it says: `shorten_check`."""

import pytest
from msgspec import structs

from handouts.content.library import Library
from handouts.safety.invariants import Invariants
from handouts.safety.proof import ProofReport, prove
from handouts.safety.proofread import DEEP

FEW = 10


def shorten_check(monkeypatch: pytest.MonkeyPatch, deep: int = DEEP) -> None:
    """Let it prove the first rules, and read the leaflets without a flag alone.

    A deep check reads those of up to `deep` flags.
    """

    def prove_few(library: Library, known: Invariants) -> ProofReport:
        return prove(library, structs.replace(known, rules=known.rules[:FEW]))

    monkeypatch.setattr("handouts.safety.proof.prove", prove_few)
    monkeypatch.setattr("handouts.safety.proofread.ONE", 0)
    monkeypatch.setattr("handouts.safety.proofread.DEEP", deep)
