"""Define what a rule may claim about any leaflet, and check it: `Claim`.

A claim names its own cases: the few blocks that together can break it. It may look only at
which blocks are chosen, at advice levels and at its own condition; `safety.reduction` relies on
that. Laws are about blocks of any kind; comparisons need two leaflets.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from handouts.content.blocks import Always as Everyone
from handouts.content.blocks import (
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    RedFlagBody,
    TextBody,
)
from handouts.content.vocabulary import Kind, Level, Urgency
from handouts.safety.silence import MOST_NAMED, why_silent
from handouts.selection.rules import URGENCIES, decide, urgency_of
from handouts.selection.select import stands_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.errors import Origin
    from handouts.selection.select import Selection


Case = tuple[tuple[str, ...], tuple[str, ...]]
"""The ids of blocks, and the advice classes, that a claim looks at together."""


def suggested(block: Block) -> tuple[str, ...]:
    """Return the classes that a block suggests, by declaration, as a clause or as an exercise."""
    match block.body:
        case ClauseBody(classes=classes, level=Level.OK):
            return (*block.suggests, *classes)
        case ExerciseBody(column=column):
            return (*block.suggests, column)
        case _:
            return block.suggests


class Facts(Struct, frozen=True, dict=True):
    """A selection, and the library (or slice of one) that it was made from."""

    library: Library
    selection: Selection
    focus: frozenset[str] | None = None
    """The ids of the blocks of one case, to ignore others of a slice; None for a whole leaflet."""

    @cached_property
    def chosen(self) -> Mapping[str, Block]:
        """The chosen blocks by id."""
        return {
            block.id: block
            for block in (choice.block for choice in self.selection.chosen)
            if self.focus is None or block.id in self.focus
        }

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of every block of the library, chosen or not, by id."""
        return {block.id: block.kind for block in self.library.blocks}

    def own_forms(self, ident: str) -> tuple[str, ...]:
        """Return a block and the short forms that may be printed in its place."""
        block = self.blocks.get(ident)
        if block is None:
            return ()
        if block.shorts and stands_in(block, self.selection.request.look.edition):
            return (ident, *block.shorts)
        return (ident,)

    def forms(self, ident: str) -> tuple[str, ...]:
        """Return the ids under which the words of a block may be printed, its own first.

        Among them are the rows of signs that say its signs to other readers, but none of those
        that only share such a row with it.
        """
        beside = self._rows_beside.get(ident)
        if not beside:  # as of most
            return self.own_forms(ident)
        names = dict.fromkeys((ident, *beside))
        return tuple(one for name in names for one in self.own_forms(name))

    @cached_property
    def _rows_beside(self) -> Mapping[str, Sequence[str]]:
        """For each row that stands instead of others, those; for each of those, what stands."""
        found: dict[str, list[str]] = {}
        for head, *rest in row_groups(self.library):
            found.setdefault(head, []).extend(rest)
            for one in rest:
                found.setdefault(one, []).append(head)
        return found

    def looks_at(self, ident: str) -> bool:
        """Tell whether a block is of the case; every block of a whole leaflet is."""
        return self.focus is None or ident in self.focus

    @cached_property
    def suggestions(self) -> frozenset[str]:
        """The classes that the chosen blocks suggest."""
        return frozenset(name for block in self.chosen.values() for name in suggested(block))

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        """Every block of the library (or slice), chosen or not, by id."""
        return {block.id: block for block in self.library.blocks}

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the request."""
        return self.selection.request.flags

    def level(self, name: str) -> Level:
        """Return the final level of a class; OK for a column that is no class."""
        verdict = self.selection.advice.get(name)
        return verdict.level if verdict else Level.OK

    def holds(self, rule: Rule) -> bool:
        """Tell whether a rule holds for the request, decided as for blocks."""
        return decide(rule, self.selection.request, self.selection.advice).holds


def row_groups(library: Library) -> Iterator[tuple[str, ...]]:
    """Yield each row of signs that stands instead of others, and after it those others."""
    for block in library.blocks:
        if isinstance(block.body, RedFlagBody) and block.body.instead_of:
            yield (block.id, *block.body.instead_of)


def _other_rows(library: Library, ids: frozenset[str]) -> frozenset[str]:
    """Return the rows that must be looked at with these: one stands instead of the other."""
    groups = [frozenset(one) for one in row_groups(library)]
    found = ids
    while more := [one for one in groups if not found.isdisjoint(one) and not one <= found]:
        found = found.union(*more)
    return found


def with_forms(library: Library, ids: frozenset[str]) -> tuple[str, ...]:
    """Return the ids of blocks with those of their short forms, and of rows instead of them."""
    ids = _other_rows(library, ids)
    shorts = {name for block in library.blocks if block.id in ids for name in block.shorts}
    return tuple(sorted(ids | shorts))


class Claim(Struct, frozen=True, kw_only=True):
    """A condition that must hold in every leaflet for which `when` holds."""

    invariant: int
    when: Rule = Everyone()

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield what must be looked at together: blocks outside one case cannot break the claim."""
        raise NotImplementedError

    def broken(self, facts: Facts) -> str:
        """Return what is wrong, or ""."""
        raise NotImplementedError

    def cores(self, blocks: Sequence[Block]) -> tuple[frozenset[str], ...]:
        """Return parts of a case that the other blocks of it can only help.

        If the claim holds of each part with some of the others beside it, it holds of the case. By
        default the whole case is the only part.
        """
        return (frozenset(block.id for block in blocks),)


class AtLeast(Claim, frozen=True, kw_only=True):
    """The final level of a class is at least this strict."""

    name: str
    level: Level

    def cases(self, library: Library) -> Iterator[Case]:  # noqa: ARG002 - a class, no block
        """Yield the class."""
        yield (), (self.name,)

    def broken(self, facts: Facts) -> str:
        """Compare the final level."""
        level = facts.level(self.name)
        return f"{self.name} is {level}, not {self.level}" if level < self.level else ""


def origin_of(message: str, library: Library) -> Origin | None:
    """Find the file and line of the first block that a message names; None where it names none."""
    named = re.findall(r"`([a-z0-9-]+)`", message)
    origins = {block.id: block.origin for block in library.blocks} if named else {}
    return next((origins[one] for one in named if one in origins), None)


class Never(Claim, frozen=True, kw_only=True):
    """None of these blocks prints."""

    ids: frozenset[str]
    why: str

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each block by itself: one that is never printed alone is never printed at all.

        A class line without the clauses that may replace it, and an exercise without those of
        higher priority, are printed in more cases, never in fewer.
        """
        yield from (((block.id,), ()) for block in library.blocks if block.id in self.ids)

    def broken(self, facts: Facts) -> str:
        """Look for a chosen block."""
        # Asked of the chosen: few blocks may not print, and a set would look for each chosen one.
        if facts.chosen.keys().isdisjoint(self.ids):
            return ""
        bad = next(ident for ident in facts.chosen if ident in self.ids)
        return f"`{bad}` prints, and {self.why}{why_silent(facts, facts.chosen[bad].shorts)}"


def _gives_way(block: Block) -> bool:
    """Tell whether others of a case may take its place, so that one more can also do harm."""
    return block.kind in (Kind.EXERCISE, Kind.CLASS_LINE)


class Prints(Claim, frozen=True, kw_only=True):
    """A block is printed of at least `count` groups.

    `urgency`: only warning signs at least this urgent count; `where`: only where one of these
    blocks is printed, None for everywhere.
    """

    groups: tuple[frozenset[str], ...]
    count: int = 1
    urgency: Urgency | None = None
    where: frozenset[str] | None = None

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield the groups together, with each of `where`."""
        every = with_forms(library, frozenset().union(*self.groups))
        if self.where is None:
            yield every, ()
        for block in library.blocks:
            if self.where and block.id in self.where:
                yield (block.id, *every), ()

    def cores(self, blocks: Sequence[Block]) -> tuple[frozenset[str], ...]:
        """Return the block beside which others must print: each of those can only help."""
        if any(map(_gives_way, blocks)):
            return super().cores(blocks)
        return (frozenset(one.id for one in blocks if self.where and one.id in self.where),)

    def broken(self, facts: Facts) -> str:
        """Count the groups that print."""
        if self.where is not None and facts.chosen.keys().isdisjoint(self.where):
            return ""
        printed = sum(any(self._prints(one, facts) for one in group) for group in self.groups)
        if facts.focus is None and self._is_of_exercises(facts):
            # In a whole leaflet other exercises may have priority, and a choice by hand is enough.
            by_hand = bool(facts.selection.request.exercises)
            cards = [b for b in facts.chosen.values() if b.kind is Kind.EXERCISE]
            printed = self.count if by_hand else len(cards)
        if printed >= self.count:
            return ""
        urgent = f" as {self.urgency}" if self.urgency else ""
        if self.count > 1:
            lacking = [one for one in self.groups if not any(self._prints(i, facts) for i in one)]
            groups = (" or ".join(sorted(one)[:MOST_NAMED]) for one in lacking[:MOST_NAMED])
            why = why_silent(facts, frozenset().union(*lacking))
            said = f"only {printed} of {self.count} print{urgent}, and none of these: "
            return f"{said}{'; '.join(groups)}{why}"
        ids = sorted(frozenset().union(*self.groups))
        few = " or ".join(ids[:MOST_NAMED])
        return f"`{few}` does not print{urgent}{why_silent(facts, ids)}"

    def _prints(self, ident: str, facts: Facts) -> bool:
        """Tell whether a block is printed, itself or in the words of a short form."""
        chosen = facts.chosen
        if self.urgency is None:
            return any(said in chosen for said in facts.forms(ident))
        most = URGENCIES.index(self.urgency)
        return any(
            said in chosen and _rank(chosen[said], facts) <= most for said in facts.forms(ident)
        )

    def _is_of_exercises(self, facts: Facts) -> bool:
        return all(facts.kinds.get(i) is Kind.EXERCISE for group in self.groups for i in group)


class UrgencyAtLeast(Claim, frozen=True, kw_only=True):
    """A warning sign, where it prints, is at least this urgent."""

    ident: str
    urgency: Urgency

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield the row, with its short lines."""
        yield with_forms(library, frozenset((self.ident,))), ()

    def broken(self, facts: Facts) -> str:
        """Compare the urgency of the row itself."""
        said = (facts.chosen[one] for one in facts.own_forms(self.ident) if one in facts.chosen)
        rank = min((_rank(one, facts) for one in said), default=ABSENT)
        if rank in (ABSENT, URGENCIES.index(self.urgency)):
            return ""
        real = URGENCIES[rank]
        late = rank > URGENCIES.index(self.urgency)
        return f"`{self.ident}` is {real}, not {self.urgency}" if late else ""


class NoSuggestionAt(Claim, frozen=True, kw_only=True):
    """No block (or none of `ids`) suggests a class whose final level is this."""

    level: Level
    ids: frozenset[str] | None = None
    why: str = ""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each block that suggests something."""
        for block in library.blocks:
            if suggested(block) and (self.ids is None or block.id in self.ids):
                yield (block.id,), ()

    def broken(self, facts: Facts) -> str:
        """Compare what chosen blocks suggest with the final levels."""
        for block in facts.chosen.values():
            if self.ids is None or block.id in self.ids:
                for name in suggested(block):
                    if facts.level(name) is self.level:
                        return f"`{block.id}` suggests {name}, which is {self.level}{self.why}"
        return ""


class NotBoth(Claim, frozen=True, kw_only=True):
    """No block of the leaflet warns about what another suggests."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each pair of blocks that could contradict each other."""
        warned = [(block.id, block.warns) for block in library.blocks if block.warns]
        for one in library.blocks:
            if offered := frozenset(suggested(one)):
                for other, names in warned:
                    if not offered.isdisjoint(names):
                        yield (one.id, other), ()

    def broken(self, facts: Facts) -> str:
        """Look for such a pair."""
        offers = {name: b.id for b in facts.chosen.values() for name in suggested(b)}
        for block in facts.chosen.values():
            for name in block.warns:
                if name in offers:
                    return f"`{offers[name]}` suggests {name}, and `{block.id}` warns about it"
        return ""


class OneLevel(Claim, frozen=True, kw_only=True):
    """A clause or class line is printed only at the final level of each of its classes."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each by itself; beside others it is printed in fewer cases, never in more."""
        for block in library.blocks:
            if isinstance(block.body, ClauseBody | ClassLineBody):
                yield (block.id,), ()

    def broken(self, facts: Facts) -> str:
        """Compare the level of each with the final one."""
        for block in facts.chosen.values():
            body = block.body
            if isinstance(body, ClauseBody | ClassLineBody):
                for name in _names_of(body):
                    if facts.level(name) is not body.level:
                        return f"`{block.id}` says {body.level}, but {name} is {facts.level(name)}"
        return ""


class OneLine(Claim, frozen=True, kw_only=True):
    """A class that is mentioned has one line: its class line, or clauses that replace it."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each line alone, and with each clause on its class.

        That is enough: a line is left out only if a clause of its class is printed, so a line that
        is missing without a clause is missing alone, or beside one clause that is not printed. And
        a line that is printed beside many clauses is printed beside each of them.
        """
        lines = [b for b in library.blocks if isinstance(b.body, ClassLineBody)]
        clauses = [b for b in library.blocks if isinstance(b.body, ClauseBody)]
        for line in lines:
            yield (line.id,), ()
            for clause in clauses:
                if set(_names_of(clause.body)) & set(_names_of(line.body)):
                    yield (line.id, clause.id), ()

    def broken(self, facts: Facts) -> str:
        """Count lines and clauses of each class."""
        said = {
            n for b in facts.chosen.values() if b.kind is Kind.CLAUSE for n in _names_of(b.body)
        }
        for block in facts.library.blocks:
            body = block.body
            if not isinstance(body, ClassLineBody):
                continue
            name = body.advice_class
            if block.id in facts.chosen and name in said:
                return f"{name} is said by `{block.id}` and by a clause"
            missing = block.id not in facts.chosen and name not in said
            if missing and facts.level(name) is body.level and self._is_due(name, facts):
                return f"{name} is {body.level}, and nothing says so"
        return ""

    def _is_due(self, name: str, facts: Facts) -> bool:
        """Tell whether a flag makes the class stricter, or its own section mentions it."""
        changed = facts.selection.advice[name].changed
        return changed or facts.holds(facts.library.classes[name].when)


class MovementIsSafe(Claim, frozen=True, kw_only=True):
    """An exercise, or a sentence that describes one, is printed only where no flag forbids it."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each exercise and each such sentence by itself."""
        for block in library.blocks:
            if _movement(block):
                yield (block.id,), ()

    def broken(self, facts: Facts) -> str:
        """Compare flags and levels with what the exercise forbids."""
        for block in facts.chosen.values():
            exercise = facts.blocks.get(_movement(block))
            body = exercise.body if exercise else None
            if not isinstance(body, ExerciseBody):
                continue
            if bad := [flag for flag in facts.flags if flag in body.avoid]:
                return f"`{block.id}` prints, and {bad[0]} forbids {_movement(block)}"
            if facts.level(body.column) is not Level.OK or not body.released:
                return f"`{block.id}` prints, and {_movement(block)} is not for this patient"
        return ""


def _movement(block: Block) -> str:
    match block.body:
        case TextBody(movement=movement):
            return movement
        case ExerciseBody():
            return block.id
        case _:
            return ""


def _names_of(body: object) -> tuple[str, ...]:
    match body:
        case ClauseBody(classes=classes):
            return classes
        case ClassLineBody(advice_class=name):
            return (name,)
        case _:
            return ()


ABSENT = len(URGENCIES)


class Comparison(Claim, frozen=True, kw_only=True):
    """A condition on two leaflets; no single leaflet can break it."""

    def broken(self, facts: Facts) -> str:  # noqa: ARG002 - one leaflet cannot break it
        """Return ""."""
        return ""

    def worse(self, before: Facts, after: Facts) -> str:
        """Return what is worse in the second leaflet, or ""."""
        raise NotImplementedError


class Monotone(Comparison, frozen=True, kw_only=True):
    """An additional flag adds no suggestion, drops no warning sign and makes none less urgent.

    Each exercise is looked at by itself, for whether it may be printed: when one may not, the next
    by priority is printed in its place.
    """

    _ALONE: ClassVar = frozenset((Kind.EXERCISE, Kind.RED_FLAG, Kind.EMERGENCY_LINE))

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield the blocks that suggest a class, and each exercise, sign and emergency line."""
        groups: dict[str, list[str]] = {}
        for block in library.blocks:
            if block.kind in self._ALONE:
                yield with_forms(library, frozenset((block.id,))), ()
            else:
                for name in suggested(block):
                    groups.setdefault(name, []).append(block.id)
        for ids in groups.values():
            yield with_forms(library, frozenset(ids)), ()

    def cores(self, blocks: Sequence[Block]) -> tuple[frozenset[str], ...]:
        """Return each block that could newly suggest a class: the others may have done so before.

        The case of an exercise or a sign is looked at as a whole.
        """
        if any(block.kind in self._ALONE or _gives_way(block) for block in blocks):
            return super().cores(blocks)
        return tuple(frozenset((block.id,)) for block in blocks if suggested(block))

    def worse(self, before: Facts, after: Facts) -> str:
        """Compare suggestions, signs and urgencies."""
        if fresh := after.suggestions - before.suggestions:
            newly = (one for one in after.chosen.values() if not fresh.isdisjoint(suggested(one)))
            block = next(newly)
            name = next(one for one in suggested(block) if one in fresh)
            return f"`{block.id}` newly suggests {name}"
        for name in _signs(before):
            if rank_of(name, after) > rank_of(name, before):
                return f"`{name}` is dropped or made less urgent"
        return ""


class LaterStatus(Comparison, frozen=True, kw_only=True):
    """An emergency sign of one status is also one of the status after it."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each sign, with its short lines."""
        for block in library.blocks:
            if isinstance(block.body, RedFlagBody | EmergencyLineBody):
                yield with_forms(library, frozenset((block.id,))), ()

    def worse(self, before: Facts, after: Facts) -> str:
        """Look for an emergency sign that is missing or less urgent."""
        emergency = URGENCIES.index(Urgency.EMERGENCY)
        for name in _signs(before):
            if rank_of(name, before) == emergency != rank_of(name, after):
                status = after.selection.request.status
                return f"`{name}` is not an emergency where the pain is {status}"
        return ""


def _signs(facts: Facts) -> Iterator[str]:
    """Yield the signs that are said, and the lines of page 1 that all editions have.

    A line of the short editions alone may give way to another one for its signs.
    """
    for block in facts.chosen.values():
        match block.body:
            case RedFlagBody() | EmergencyLineBody(short=False):
                yield block.id
            case EmergencyLineBody(covers=covers):
                yield from filter(facts.looks_at, covers)


def rank_of(ident: str, facts: Facts) -> int:
    """Return the rank of the most urgent form in which a sign is printed, or ABSENT."""
    said = (facts.chosen[one] for one in facts.forms(ident) if one in facts.chosen)
    return min((_rank(one, facts) for one in said), default=ABSENT)


def _rank(block: Block, facts: Facts) -> int:
    """Return the index of the urgency of a printed sign or short line."""
    match block.body:
        case RedFlagBody() as body:
            return URGENCIES.index(urgency_of(body, facts.flags))
        case EmergencyLineBody(urgency=urgency):
            return URGENCIES.index(urgency)
        case _:
            return ABSENT


class CanPrint(Claim, frozen=True, kw_only=True):
    """Each block is printed for some request: otherwise its rule is wrong."""

    ids: frozenset[str]

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each block by itself, a class line without clauses, an exercise without others."""
        yield from (((block.id,), ()) for block in library.blocks if block.id in self.ids)

    def broken(self, facts: Facts) -> str:  # noqa: ARG002 - one leaflet cannot break it
        """Return ""."""
        return ""

    def found(self, facts: Facts) -> bool:
        """Tell whether the block of a case is printed."""
        return bool(facts.chosen)
