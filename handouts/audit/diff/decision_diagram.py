"""Represent sets of flag sets as reduced ordered binary decision diagrams: `FlagSets`.

Equal sets have equal numbers (Bryant 1986), so that rules can be compared, and 2^38 flag sets are
counted without listing them. Sets are described as irredundant covers (Minato).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

NONE, ALL = 0, 1
"""The empty set, and the set of all flag sets."""


class Cube(Struct, frozen=True, order=True):
    """All flag sets with every flag of `given` and no flag of `absent`."""

    given: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


Cover = tuple[tuple[Cube, ...], int, int]
"""The first cubes of a cover, the number of all, and the set that they cover."""


class FlagSets:
    """Sets of flag sets over one list of flags; each is a number, valid only in this object."""

    def __init__(self, flags: Sequence[str]) -> None:
        self.flags = tuple(flags)
        end = len(self.flags)
        self._nodes: list[tuple[int, int, int]] = [(end, 0, 0), (end, 1, 1)]
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._places = {flag: place for place, flag in enumerate(self.flags)}
        self._given: dict[tuple[str, ...], int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}
        self._counts: dict[int, int] = {NONE: 0, ALL: 1}
        self._covers: dict[tuple[int, int, int], Cover] = {}

    # -------------------------------------------------------------- making
    def given(self, flags: Iterable[str]) -> int:
        """Return the flag sets with at least one of these flags."""
        key = tuple(flags)
        if key not in self._given:
            found = NONE
            for place in sorted((self._places[one] for one in key), reverse=True):
                found = self._node(place, found, ALL)
            self._given[key] = found
        return self._given[key]

    def only_one(self) -> int:
        """Return the flag sets of exactly one flag."""
        none, one = ALL, NONE
        for place in reversed(range(len(self.flags))):
            none, one = self._node(place, none, NONE), self._node(place, one, none)
        return one

    def exactly(self, flags: Iterable[str]) -> int:
        """Return the set with this flag set as its only element."""
        wanted, found = set(flags), ALL
        for place in reversed(range(len(self.flags))):
            yes = self.flags[place] in wanted
            found = self._node(place, NONE if yes else found, found if yes else NONE)
        return found

    def union(self, *sets: int) -> int:
        """Return what is in any of these sets; NONE for no sets."""
        return self._folded(sets, NONE, lambda one, other: self._choose(one, ALL, other))

    def intersection(self, *sets: int) -> int:
        """Return what is in all of these sets; ALL for no sets."""
        return self._folded(sets, ALL, lambda one, other: self._choose(one, other, NONE))

    def _folded(self, sets: Iterable[int], neutral: int, join: Callable[[int, int], int]) -> int:
        """Join sets one after the other, without asking where one is neutral or there already."""
        found = neutral
        for one in sets:
            if found in (neutral, one):
                found = one
            elif one != neutral:
                found = join(found, one)
        return found

    def complement(self, one: int) -> int:
        """Return every flag set that is not in this set."""
        return self._choose(one, NONE, ALL)

    def difference(self, one: int, other: int) -> int:
        """Return what is in the first set and not in the second."""
        return self._choose(other, NONE, one)

    def symmetric_difference(self, one: int, other: int) -> int:
        """Return what is in exactly one of the two sets."""
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
        """Return `yes` within `test` and `no` outside (if-then-else, by which all else is done)."""
        if test in (NONE, ALL):
            return yes if test else no
        if yes == no:
            return yes
        if (yes, no) == (ALL, NONE):
            return test
        key = (test, yes, no)
        found = self._chosen.get(key)
        if found is None:
            nodes = self._nodes
            place = min(nodes[test][0], nodes[yes][0], nodes[no][0])
            (test_no, test_yes), (yes_no, yes_yes), (no_no, no_yes) = (
                self._branch(test, place), self._branch(yes, place), self._branch(no, place)
            )  # fmt: skip
            without = self._choose(test_no, yes_no, no_no)
            along = self._choose(test_yes, yes_yes, no_yes)
            found = self._chosen[key] = self._node(place, without, along)
        return found

    def _branch(self, one: int, place: int) -> tuple[int, int]:
        """Return the subsets of a set without and with the flag at a position."""
        at, no, yes = self._nodes[one]
        return (no, yes) if at == place else (one, one)

    # -------------------------------------------------------------- asking
    def has(self, one: int, flags: Iterable[str]) -> bool:
        """Tell whether a flag set is in a set."""
        wanted = {self._places[flag] for flag in flags}
        while one not in (NONE, ALL):
            place, no, yes = self._nodes[one]
            one = yes if place in wanted else no
        return one == ALL

    def count(self, one: int) -> int:
        """Return the number of flag sets in a set."""
        return self._below(one) << self._nodes[one][0]

    def _below(self, one: int) -> int:
        """Return the number of flag sets over the flags from this node on."""
        if one not in self._counts:
            place, no, yes = self._nodes[one]
            self._counts[one] = sum(
                self._below(branch) << (self._nodes[branch][0] - place - 1) for branch in (no, yes)
            )
        return self._counts[one]

    def cover(self, one: int, among: int, most: int) -> tuple[tuple[Cube, ...], int]:
        """Return at most `most` cubes that describe a set, and how many there are in all.

        Flag sets outside `among` are impossible, so cubes may contain them. The cover is
        irredundant (Minato): no cube can be left out, nor a flag of a cube.
        """
        found, number, _ = self._cover(one, self.union(one, self.complement(among)), most)
        return found, number

    def _cover(self, low: int, high: int, most: int) -> Cover:
        """Return a cover of all of `low` and of nothing outside `high`."""
        if low == NONE:
            return (), 0, NONE
        if high == ALL:
            return (Cube(),), 1, ALL
        key = (low, high, most)
        if key not in self._covers:
            self._covers[key] = self._split(low, high, most)
        return self._covers[key]

    def _split(self, low: int, high: int, most: int) -> Cover:
        """Cover by cubes with the first flag, cubes without it, and cubes that leave it open."""
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
