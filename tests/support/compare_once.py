"""What ships is listed once for all comparisons of a process: `compare_once`."""

from functools import cache, lru_cache
from typing import Any

import pytest

from handouts.audit.diff import impact
from handouts.audit.diff.decision_diagram import FlagSets
from handouts.audit.diff.impact import ComparedSide
from handouts.audit.diff.reach import Reach
from handouts.content.library import Library
from tests.support.leaflets import publisher

MOST = 2
"""Lists of flags that are kept: that of what ships, and another."""


class RememberedSide(ComparedSide):
    """Lists what leaflets print once for each context and place."""

    def __init__(self, library: Library, sets: FlagSets) -> None:
        super().__init__(library, sets)
        self._printed: dict[tuple[str, Reach], Any] = {}

    def printed(self, place: str, reach: Reach) -> Any:  # noqa: ANN401 - as there
        """Return what is printed at a place in the context of `reach`."""
        key = place, reach  # a reach is kept by its side, and is its own key
        if key not in self._printed:
            self._printed[key] = super().printed(place, reach)
        return self._printed[key]


@cache
def _shipped(sets: FlagSets) -> RememberedSide:
    return RememberedSide(publisher().library, sets)


_sets = lru_cache(MOST)(FlagSets)
"""The sets over the same flags; their numbers stay as more of them are made."""


def compare_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a comparison find what an earlier one found of the content that ships."""

    def side(library: Library, sets: FlagSets) -> ComparedSide:
        return _shipped(sets) if library is publisher().library else ComparedSide(library, sets)

    monkeypatch.setattr(impact, "FlagSets", _sets)
    monkeypatch.setattr(impact, "ComparedSide", side)
