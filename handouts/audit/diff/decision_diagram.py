"""Compute with sets of flag sets as reduced ordered binary decision diagrams: `FlagSets`.

Equal sets have equal numbers (Bryant 1986), so that equal rules are found to be equal, and 2^38
flag sets are counted without listing them. Sets are worded as irredundant covers (Minato).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from msgspec import Struct

NONE, ALL = 0, 1
"""No flag set at all, and every one there is."""


class Cube(Struct, frozen=True, order=True):
    """Flag sets in words: all with every flag of `given`, and without any flag of `absent`."""

    given: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


Cover = tuple[tuple[Cube, ...], int, int]
"""The first cases of a cover, how many it has, and the set that they make up together."""


class FlagSets:
    """The sets of flag sets over one list of flags; their numbers mean nothing elsewhere."""

    def __init__(self, flags: Sequence[str]) -> None:
        self.flags = tuple(flags)
        end = len(self.flags)
        self._nodes: list[tuple[int, int, int]] = [(end, 0, 0), (end, 1, 1)]
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._places = {flag: place for place, flag in enumerate(self.flags)}
        self._chosen: dict[tuple[int, int, int], int] = {}
        self._counts: dict[int, int] = {NONE: 0, ALL: 1}
        self._covers: dict[tuple[int, int, int], Cover] = {}

    # -------------------------------------------------------------- making
    def given(self, flags: Iterable[str]) -> int:
        """Give the flag sets that hold at least one of these."""
        found = NONE
        for place in sorted((self._places[one] for one in flags), reverse=True):
            found = self._node(place, found, ALL)
        return found

    def only_one(self) -> int:
        """Give the flag sets of exactly one flag."""
        none, one = ALL, NONE
        for place in reversed(range(len(self.flags))):
            none, one = self._node(place, none, NONE), self._node(place, one, none)
        return one

    def exactly(self, flags: Iterable[str]) -> int:
        """Give the set that holds this flag set and no other."""
        wanted, found = set(flags), ALL
        for place in reversed(range(len(self.flags))):
            yes = self.flags[place] in wanted
            found = self._node(place, NONE if yes else found, found if yes else NONE)
        return found

    def union(self, *sets: int) -> int:
        """Join sets: what is in any of them."""
        return reduce(lambda one, other: self._choose(one, ALL, other), sets, NONE)

    def intersection(self, *sets: int) -> int:
        """Give what is in all of them."""
        return reduce(lambda one, other: self._choose(one, other, NONE), sets, ALL)

    def complement(self, one: int) -> int:
        """Give every flag set that is not in this one."""
        return self._choose(one, NONE, ALL)

    def difference(self, one: int, other: int) -> int:
        """Give what is in the first and not in the second."""
        return self._choose(other, NONE, one)

    def symmetric_difference(self, one: int, other: int) -> int:
        """Give what is in one of the two, and not in both."""
        return self._choose(one, self.complement(other), other)

    def _node(self, place: int, no: int, yes: int) -> int:
        if no == yes:
            return no
        key = (place, no, yes)
        if key not in self._numbers:
            self._numbers[key] = len(self._nodes)
            self._nodes.append(key)
        return self._numbers[key]

    def _choose(self, test: int, yes: int, no: int) -> int:
        """Give `yes` where the test holds, `no` elsewhere: every other operation is this one."""
        if test in (NONE, ALL):
            return yes if test else no
        if yes == no:
            return yes
        if (yes, no) == (ALL, NONE):
            return test
        key = (test, yes, no)
        if key not in self._chosen:
            place = min(self._nodes[one][0] for one in key)
            without = self._choose(*(self._branch(one, place)[0] for one in key))
            along = self._choose(*(self._branch(one, place)[1] for one in key))
            self._chosen[key] = self._node(place, without, along)
        return self._chosen[key]

    def _branch(self, one: int, place: int) -> tuple[int, int]:
        """Give what is left of a set without the flag at a place, and with it."""
        at, no, yes = self._nodes[one]
        return (no, yes) if at == place else (one, one)

    # -------------------------------------------------------------- asking
    def has(self, one: int, flags: Iterable[str]) -> bool:
        """Say whether a flag set is in a set."""
        wanted = {self._places[flag] for flag in flags}
        while one not in (NONE, ALL):
            place, no, yes = self._nodes[one]
            one = yes if place in wanted else no
        return one == ALL

    def count(self, one: int) -> int:
        """Count the flag sets of a set."""
        return self._below(one) << self._nodes[one][0]

    def _below(self, one: int) -> int:
        """Count over the flags from this question on."""
        if one not in self._counts:
            place, no, yes = self._nodes[one]
            self._counts[one] = sum(
                self._below(branch) << (self._nodes[branch][0] - place - 1) for branch in (no, yes)
            )
        return self._counts[one]

    def cover(self, one: int, among: int, most: int) -> tuple[tuple[Cube, ...], int]:
        """Word a set, among those that can be, as few cases; at most so many, and how many in all.

        The cover is irredundant (Minato's): no case can be left out, no flag of a case either.
        """
        found, number, _ = self._cover(one, self.union(one, self.complement(among)), most)
        return found, number

    def _cover(self, low: int, high: int, most: int) -> Cover:
        """Cover at least `low`, and nothing that is not in `high`."""
        if low == NONE:
            return (), 0, NONE
        if high == ALL:
            return (Cube(),), 1, ALL
        key = (low, high, most)
        if key not in self._covers:
            self._covers[key] = self._split(low, high, most)
        return self._covers[key]

    def _split(self, low: int, high: int, most: int) -> Cover:
        """Cover with the first flag, without it, and then what neither of the two needs."""
        place = min(self._nodes[low][0], self._nodes[high][0])
        (low_no, low_yes), (high_no, high_yes) = (self._branch(one, place) for one in (low, high))
        flag = self.flags[place]
        no, nos, done_no = self._cover(self.difference(low_no, high_yes), high_no, most)
        yes, yeses, done_yes = self._cover(self.difference(low_yes, high_no), high_yes, most)
        rest = self.union(self.difference(low_no, done_no), self.difference(low_yes, done_yes))
        both, boths, done = self._cover(rest, self.intersection(high_no, high_yes), most)
        found = (
            *both,
            *(Cube((flag, *one.given), one.absent) for one in yes),
            *(Cube(one.given, (flag, *one.absent)) for one in no),
        )
        covered = self._node(place, self.union(done_no, done), self.union(done_yes, done))
        return found[:most], nos + yeses + boths, covered
