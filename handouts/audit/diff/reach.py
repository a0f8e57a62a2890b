"""Compute, for each block, the flag sets that choose it: `Reach`.

This mirrors `selection.select` for all flag sets at once; a test compares the two block by
block.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from handouts.audit.diff.decision_diagram import ALL, NONE
from handouts.content.blocks import (
    AllOf,
    Always,
    AnyOf,
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    HasAdvice,
    HasFlag,
    HasStatus,
    InEdition,
    InRegion,
    IsScreened,
    Not,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
)
from handouts.content.vocabulary import MEDICINES, ROLES, Level, Urgency
from handouts.selection.exercise_set import MAX_CARDS, listed, page_order, turns
from handouts.selection.rules import URGENCIES
from handouts.selection.select import stands_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handouts.audit.diff.decision_diagram import FlagSets
    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.safety.atoms import Context


class Reach:
    """The flag sets that choose each block of one library, in one context."""

    def __init__(self, library: Library, context: Context, sets: FlagSets) -> None:
        self.library = library
        self.context = context
        self.sets = sets
        self.blocks = {block.id: block for block in library.blocks}
        self._chosen: dict[str, int] = {}
        self._sections: dict[str, int] = {}
        self._by_clause: dict[str, int] = {}
        self._levels: dict[tuple[str, Level], int] = {}

    @cached_property
    def allowed(self) -> int:
        """Every flag set that a request may have: of known flags that do not exclude each other."""
        library, sets = self.library, self.sets
        strange = sets.given(flag for flag in sets.flags if flag not in library.flags)
        clashes = [
            sets.intersection(sets.given([flag.id]), sets.given([other]))
            for flag in library.flags.values()
            for other in flag.excludes
        ]
        return sets.complement(sets.union(strange, *clashes))

    # -------------------------------------------------------------- rules and advice
    def rule(self, rule: Rule) -> int:  # noqa: C901, PLR0911 - one answer for each kind of condition
        """Return the flag sets for which a rule holds."""
        sets, context = self.sets, self.context
        match rule:
            case Always():
                return ALL
            case InRegion(regions):
                return _all_or_none(holds=context.region in regions)
            case HasStatus(statuses):
                return _all_or_none(holds=context.status in statuses)
            case IsScreened(screened):
                return _all_or_none(holds=context.screened == screened)
            case InEdition(editions):
                return _all_or_none(holds=context.edition in editions)
            case HasFlag(flags):
                return sets.given(flags)
            case HasAdvice(name, levels):
                return sets.union(*(self.level(name, level) for level in levels))
            case Not(inner):
                return sets.complement(self.rule(inner))
            case AllOf(rules):
                return sets.intersection(*(self.rule(one) for one in rules))
            case AnyOf(rules):
                return sets.union(*(self.rule(one) for one in rules))

    def level(self, name: str, level: Level) -> int:
        """Return the flag sets for which a class has exactly this level."""
        above = self._at_least(name, Level(level + 1)) if level < Level.AVOID else NONE
        return self.sets.difference(self._at_least(name, level), above)

    def changed(self, name: str) -> int:
        """Return the flag sets that make a class stricter than it is without flags."""
        base = self._base(name)
        return self._at_least(name, Level(base + 1)) if base < Level.AVOID else NONE

    def _base(self, name: str) -> Level:
        matrix, context = self.library.matrix, self.context
        by_status = matrix.statuses.get(context.status, {}).get(name, Level.OK)
        by_edition = matrix.editions.get(context.edition, {}).get(name, Level.OK)
        return max(matrix.baseline[name], by_status, by_edition, self._not_asked(name))

    def _not_asked(self, name: str) -> Level:
        asked = self.context.screened
        return Level.OK if asked else self.library.matrix.not_asked.get(name, Level.OK)

    def _at_least(self, name: str, level: Level) -> int:
        key = (name, level)
        if key not in self._levels:
            everyone = self._base(name) >= level
            self._levels[key] = ALL if everyone else self._by_flags(name, level)
        return self._levels[key]

    def _by_flags(self, name: str, level: Level) -> int:
        rows = self.library.matrix.flags.items()
        return self.sets.given(flag for flag, cells in rows if cells[name] >= level)

    # -------------------------------------------------------------- blocks
    def chosen(self, block: Block) -> int:
        """Return the flag sets that choose a block."""
        if block.id not in self._chosen:
            longs = (self._of_itself(self.blocks[name]) for name in block.short_of)
            found = self.sets.intersection(self._of_itself(block), *longs)
            shorts = block.shorts if stands_in(block, self.context.edition) else ()
            instead = self.sets.union(*(self.chosen(self.blocks[name]) for name in shorts))
            self._chosen[block.id] = self.sets.difference(found, instead)
        return self._chosen[block.id]

    def _of_itself(self, block: Block) -> int:
        """Return the flag sets that choose a block, without regard to its short forms."""
        within = self.section(block.section)
        if isinstance(body := block.body, ClassLineBody):
            # "Just for you" has the line of a class that a flag changes, whatever its section.
            changed = self.changed(body.advice_class)
            within = self.sets.union(
                within, self.sets.intersection(changed, self.section(MEDICINES))
            )
        return self.sets.intersection(within, self._of(block)) if within else NONE

    def section(self, name: str) -> int:
        """Return the flag sets for which a section is in the leaflet."""
        if name not in self._sections:
            self._sections[name] = self.rule(self.library.sections[name].when)
        return self._sections[name]

    def _of(  # noqa: PLR0911 - one answer for each kind of block
        self, block: Block
    ) -> int:
        """Return the flag sets that choose a block if its section is in the leaflet."""
        sets, rule = self.sets, self.rule(block.when)
        match block.body:
            case ExerciseBody():
                return self._defaults.get(block.id, NONE)
            case ClassLineBody(advice_class=name):
                spoken_of = sets.union(
                    self.changed(name), self.rule(self.library.classes[name].when)
                )
                return sets.intersection(rule, sets.difference(spoken_of, self.by_clause(name)))
            case ClauseBody() as body:
                alone = sets.only_one() if body.only_alone else ALL
                names = body.classes if body.level is Level.OK else ()
                places = (self.section(self.library.classes[name].section) for name in names)
                return sets.intersection(rule, alone, self.section(MEDICINES), *places)
            case SelfCheckBody(flag=flag):
                return sets.intersection(rule, self._self_check(flag))
            case EmergencyLineBody() as body:
                return sets.intersection(rule, *(self._row(body, one) for one in body.covers))
            case TextBody(movement=movement) if movement:
                return sets.intersection(rule, self.may_print(self.blocks[movement]))
            case _:
                return rule

    def _row(self, body: EmergencyLineBody, name: str) -> int:
        """Return the flag sets for which a short line may stand for a warning sign."""
        row = self.blocks[name]
        found = self._of_itself(row)
        if body.urgency is Urgency.EMERGENCY or not isinstance(row.body, RedFlagBody):
            return found
        own, due = URGENCIES.index(row.body.urgency), URGENCIES.index(body.urgency)
        raised = [(flag, URGENCIES.index(urgency)) for flag, urgency in row.body.raised_by]
        # A flag only ever raises the urgency of a sign.
        reached = self.sets.given(flag for flag, level in raised if level == due)
        if own != due:
            found = self.sets.intersection(found, reached) if own > due else NONE
        return self.sets.difference(found, self.sets.given(f for f, level in raised if level < due))

    def _self_check(self, flag: str) -> int:
        if not self.context.screened:
            return ALL
        checked = self.library.topic.checked_before
        if not checked or self.library.matrix.flags[flag][checked] is Level.OK:
            return NONE
        return self.level(checked, Level.OK)

    # -------------------------------------------------------------- what flags say
    def by_clause(self, name: str) -> int:
        """Return the flag sets for which a clause has a class."""
        if name not in self._by_clause:
            self._by_clause[name] = self.sets.union(*map(self.chosen, self._clauses.get(name, ())))
        return self._by_clause[name]

    @cached_property
    def _clauses(self) -> Mapping[str, Sequence[Block]]:
        """The clauses of each class that has any."""
        found: dict[str, list[Block]] = {}
        for block in self.library.blocks:
            if isinstance(block.body, ClauseBody):
                for name in block.body.classes:
                    found.setdefault(name, []).append(block)
        return found

    def spoken(self, name: str) -> int:
        """Return the flag sets for which "Just for you" speaks of a class."""
        found = self.sets.union(self.changed(name), self.by_clause(name))
        return self.sets.intersection(found, self.section(MEDICINES))

    # -------------------------------------------------------------- exercises
    def may_print(self, block: Block) -> int:
        """Return the flag sets for which an exercise is safe to print, whatever its priority."""
        sets, body = self.sets, _exercise(block)
        if not body.released or not any(one == self.context.status for _, one in body.sets):
            return NONE
        if body.asked and not self.context.screened:
            return NONE
        found = sets.complement(sets.given(body.avoid))
        if body.column not in self.library.topic.free_columns:
            found = sets.intersection(found, self.level(body.column, Level.OK))
        if body.also:
            ok = NONE if self._not_asked(body.also) else ALL
            found = sets.difference(
                sets.intersection(found, ok), self._by_flags(body.also, Level.ASK)
            )
        return found

    def ranks(self, block: Block) -> tuple[int, ...]:
        """Return the flag sets for which an exercise is the first card, the second, and so on."""
        return self._ranks.get(block.id, (NONE,) * MAX_CARDS)

    @cached_property
    def _ranks(self) -> Mapping[str, tuple[int, ...]]:
        """The ranks of all exercises: the rank of one is the number of cards before it."""
        sets, key = self.sets, (self.context.region, self.context.status)
        chosen = self._defaults
        # `before[n]`: the flag sets for which exactly n of the exercises so far are printed.
        before = [ALL, *[NONE] * MAX_CARDS]
        found = {}
        for name in sorted(chosen, key=lambda one: page_order(self._bodies[one], key)):
            prints = chosen[name]
            found[name] = tuple(sets.intersection(prints, one) for one in before[:MAX_CARDS])
            before = self._counted(before, prints)
        return found

    @cached_property
    def _bodies(self) -> Mapping[str, ExerciseBody]:
        return {b.id: b.body for b in self.library.blocks if isinstance(b.body, ExerciseBody)}

    @cached_property
    def _defaults(self) -> Mapping[str, int]:
        """The flag sets that print each exercise, as `default_set` chooses."""
        sets, bodies = self.sets, self._bodies
        key = self.context.region, self.context.status
        may = {one: self.may_print(self.blocks[one]) for one in listed(bodies, key)}
        chosen = dict.fromkeys(may, NONE)
        # `cards[n]`: the flag sets for which exactly n cards are chosen so far.
        cards = [ALL, *[NONE] * MAX_CARDS]
        for role in ROLES:
            free = ALL
            for name, cautioned in turns(bodies, key, role, self.library.topic.strength):
                cautions = sets.given(bodies[name].cautions)
                readers = cautions if cautioned else sets.complement(cautions)
                taken = sets.intersection(free, may[name], readers)
                chosen[name] = sets.union(chosen[name], taken)
                free = sets.difference(free, taken)
            cards = self._counted(cards, sets.complement(free))
        for name, reaches in may.items():
            room = sets.union(*cards[:MAX_CARDS])
            added = sets.difference(sets.intersection(reaches, room), chosen[name])
            chosen[name] = sets.union(chosen[name], added)
            cards = self._counted(cards, added)
        return chosen

    def _counted(self, counts: list[int], more: int) -> list[int]:
        """Move the flag sets of `more` from each count to the next."""
        sets, less = self.sets, [NONE, *counts[:-1]]
        return [
            sets.union(sets.difference(stay, more), sets.intersection(come, more))
            for stay, come in zip(counts, less, strict=True)
        ]


def _all_or_none(*, holds: bool) -> int:
    return ALL if holds else NONE


def _exercise(block: Block) -> ExerciseBody:
    if not isinstance(block.body, ExerciseBody):
        message = f"{block.id} is not an exercise"
        raise TypeError(message)
    return block.body
