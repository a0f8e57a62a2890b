"""Goes in: two leaflets that differ in one thing. Comes out: whether that made one less safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.claims import URGENCIES, Claim, Facts, suggested, urgency_of
from handouts.content.blocks import EmergencyLineBody, RedFlagBody
from handouts.content.vocabulary import Kind, Urgency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.claims import Case
    from handouts.content.blocks import Block
    from handouts.content.library import Library

ABSENT = len(URGENCIES)


class Comparison(Claim, frozen=True, kw_only=True):
    """Something that a change may not bring: no single leaflet can break it."""

    def broken(self, facts: Facts) -> str:  # noqa: ARG002 - a leaflet alone is never wrong
        """Find nothing in one leaflet."""
        return ""

    def worse(self, before: Facts, after: Facts) -> str:
        """Say what the change made worse, or nothing."""
        raise NotImplementedError


class Monotone(Comparison, frozen=True, kw_only=True):
    """One flag more suggests nothing more, drops no warning sign and makes none less urgent.

    Each exercise is looked at by itself: whether it may print. Which three of those that may do
    print goes by priority, and a place that one leaves is filled by the next.
    """

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield what suggests one class, each exercise, each sign and each line of page 1."""
        groups: dict[str, list[str]] = {}
        for block in library.blocks:
            if block.kind in (Kind.EXERCISE, Kind.RED_FLAG, Kind.EMERGENCY_LINE):
                yield (block.id,), ()
            else:
                for name in suggested(block):
                    groups.setdefault(name, []).append(block.id)
        for ids in groups.values():
            yield tuple(ids), ()

    def worse(self, before: Facts, after: Facts) -> str:
        """Compare suggestions, signs and urgencies."""
        for block in after.chosen.values():
            for name in set(suggested(block)) - _suggestions(before):
                return f"`{block.id}` newly suggests {name}"
        for block in before.chosen.values():
            if isinstance(block.body, RedFlagBody | EmergencyLineBody):
                late = _rank(block, after) > _rank(block, before)
                if late:
                    return f"`{block.id}` is dropped or made less urgent"
        return ""


class AcuteToChronic(Comparison, frozen=True, kw_only=True):
    """An emergency sign of new pain is also one of long-lasting pain."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each sign."""
        for block in library.blocks:
            if isinstance(block.body, RedFlagBody | EmergencyLineBody):
                yield (block.id,), ()

    def worse(self, before: Facts, after: Facts) -> str:
        """Look for an emergency that is gone."""
        emergency = URGENCIES.index(Urgency.EMERGENCY)
        for block in before.chosen.values():
            if _rank(block, before) == emergency != _rank(block, after):
                return f"`{block.id}` is no emergency in long-lasting pain"
        return ""


def _suggestions(facts: Facts) -> set[str]:
    return {name for block in facts.chosen.values() for name in suggested(block)}


def _rank(block: Block, facts: Facts) -> int:
    """Rank a sign in a leaflet: its urgency, or absent; a line of page 1 is an emergency."""
    if block.id not in facts.chosen:
        return ABSENT
    if isinstance(block.body, RedFlagBody):
        return URGENCIES.index(urgency_of(block.body, facts.flags))
    return URGENCIES.index(Urgency.EMERGENCY)


class CanPrint(Claim, frozen=True, kw_only=True):
    """Every block prints for someone: one that never does is a rule gone wrong."""

    ids: frozenset[str]

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each block by itself: lines without their clauses, exercises without rivals."""
        yield from (((block.id,), ()) for block in library.blocks if block.id in self.ids)

    def broken(self, facts: Facts) -> str:  # noqa: ARG002 - one leaflet holds not everything
        """Find nothing in one leaflet."""
        return ""

    def found(self, facts: Facts) -> bool:
        """Say whether the block prints here."""
        return bool(facts.chosen)
