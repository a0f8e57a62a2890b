"""Define what decides a block: its context, and the sets of flags that it asks for: `Atoms`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

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
from handouts.content.vocabulary import EDITIONS, EXERCISES, MEDICINES, Level
from handouts.selection.exercise_set import MAX_CARDS
from handouts.selection.rules import MOST_RULES, URGENCIES, decide, decide_advice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.selection.request import Request

    Atom = frozenset[str]


NEVER_HOLDS = AnyOf(())


class Context(Struct, frozen=True):
    """The rest of a request that rules read: all but its flags."""

    region: str
    status: str
    screened: bool
    edition: str = EDITIONS[0]


# ------------------------------------------------------------------ what a block reads
def reads(block: Block) -> tuple[str, ...]:
    """Return the ids of the blocks of which a block asks whether they hold by themselves."""
    match block.body:
        case EmergencyLineBody(covers=covers):
            return covers
        case TextBody(movement=movement) if movement:
            return (movement,)
        case _:
            return ()


@lru_cache(MOST_RULES)
def classes_of(rule: Rule) -> frozenset[str]:
    """Return every advice class that a rule mentions."""
    match rule:
        case HasAdvice(name, _):
            return frozenset((name,))
        case Not(inner):
            return classes_of(inner)
        case AllOf(rules) | AnyOf(rules):
            return frozenset().union(*(classes_of(one) for one in rules))
        case _:
            return frozenset()


def classes_read(block: Block, library: Library) -> frozenset[str]:
    """Return the classes whose level the choice of a block, or what it suggests, depends on."""
    names = {*classes_of(block.when), *block.suggests, *block.warns}
    match block.body:
        case ClauseBody(classes=classes):
            names.update(classes)
        case ClassLineBody(advice_class=name):
            names |= {name, *classes_of(library.classes[name].when)}
        case ExerciseBody(column=column, also=also):
            names |= {column, also} & set(library.matrix.classes)
        case SelfCheckBody():
            names |= {library.topic.checked_before} & set(library.matrix.classes)
        case _:
            pass
    return frozenset(names)


def is_read_anyway(block: Block) -> bool:
    """Tell whether other choices, or a claim, read a block even where its section does not print.

    A clause replaces the line of its class, an exercise allows sentences about its movement, the
    line of a class moves to "Just for you", and a sign may be said in a short line.
    """
    return isinstance(block.body, ClauseBody | ExerciseBody | ClassLineBody | RedFlagBody)


class Atoms:
    """Lists the atoms of blocks and rules of one library, without what the context decides."""

    def __init__(self, library: Library, empty: Mapping[Context, Request]) -> None:
        self.library = library
        self._empty = empty
        self._sets: dict[tuple[str, Level], Atom] = {}
        self._bases: dict[tuple[str, Context], Level] = {}
        self._of_blocks: dict[tuple[str, Context, bool], frozenset[Atom]] = {}
        self._of_sections: dict[tuple[str, Context], frozenset[Atom]] = {}
        self._simple: dict[tuple[Rule, Context], Rule] = {}

    def of(
        self, blocks: Iterable[Block], classes: Iterable[str], when: Rule, context: Context
    ) -> frozenset[Atom]:
        """Return the atoms of blocks, classes and a rule in a context."""
        atoms = set(self._of_rule(when, context))
        blocks = tuple(blocks)
        competes = sum(isinstance(one.body, ExerciseBody) for one in blocks) > MAX_CARDS
        for name in classes:
            atoms.update(self._of_level(name, context))
        for block in blocks:
            key = (block.id, context, competes)
            if key not in self._of_blocks:
                self._of_blocks[key] = frozenset(self._of_block(block, context, competes=competes))
            atoms |= self._of_blocks[key]
        # The selection decides these two sections whatever the blocks.
        for name in (MEDICINES, EXERCISES):
            atoms |= self._of_section(name, context)
        return frozenset(atoms)

    def _of_section(self, name: str, context: Context) -> frozenset[Atom]:
        key = (name, context)
        if key not in self._of_sections:
            rule = self.library.sections[name].when
            self._of_sections[key] = frozenset(self._of_rule(rule, context))
        return self._of_sections[key]

    def _of_block(self, block: Block, context: Context, *, competes: bool) -> Iterator[Atom]:
        section = self.simple(self.library.sections[block.section].when, context)
        if section == NEVER_HOLDS and not is_read_anyway(block):
            return
        yield from self._of_section(block.section, context)
        yield from self._of_rule(block.when, context)
        match block.body:
            case ExerciseBody(avoid=avoid, also=also, cautions=cautions):
                yield frozenset(avoid)
                if competes:
                    yield frozenset(cautions)
                if also:
                    # This level is by the flags alone, so the context cannot make it constant.
                    yield self._flags_at(also, Level.ASK)
            case RedFlagBody(urgency=own, raised_by=raised):
                for urgency in {one for _, one in raised if one is not own}:
                    most = URGENCIES.index(urgency)
                    yield frozenset(f for f, one in raised if URGENCIES.index(one) <= most)
            case ClassLineBody(advice_class=name):
                yield from self._of_rule(self.library.classes[name].when, context)
            case ClauseBody(classes=classes):
                for name in classes:
                    place = self.library.sections[self.library.classes[name].section]
                    yield from self._of_rule(place.when, context)
            case _:
                pass

    def _of_rule(self, rule: Rule, context: Context) -> Iterator[Atom]:
        match self.simple(rule, context):
            case HasFlag(flags):
                yield frozenset(flags)
            case HasAdvice(name, _):
                yield from self._of_level(name, context)
            case Not(inner):
                yield from self._of_rule(inner, context)
            case AllOf(rules) | AnyOf(rules):
                for one in rules:
                    yield from self._of_rule(one, context)
            case _:
                pass

    def _of_level(self, name: str, context: Context) -> Iterator[Atom]:
        """Yield the sets of flags that raise a class above its level without flags."""
        for level in (Level.ASK, Level.AVOID):
            if level > self.without_flags(name, context):
                yield self._flags_at(name, level)

    def without_flags(self, name: str, context: Context) -> Level:
        """Return the level of a class in a context where no flag is given."""
        key = (name, context)
        if key not in self._bases:
            matrix = replace(self.library.matrix, classes=(name,))
            self._bases[key] = decide_advice(matrix, self._empty[context])[name].level
        return self._bases[key]

    def _flags_at(self, name: str, level: Level) -> Atom:
        """Return the flags whose cell of a class is at least this level."""
        key = (name, level)
        if key not in self._sets:
            rows = self.library.matrix.flags.items()
            self._sets[key] = frozenset(flag for flag, cells in rows if cells[name] >= level)
        return self._sets[key]

    def simple(self, rule: Rule, context: Context) -> Rule:
        """Return a rule with what the context decides replaced by Always or NEVER_HOLDS."""
        key = (rule, context)
        if key not in self._simple:
            self._simple[key] = self._simplified(rule, context)
        return self._simple[key]

    def _simplified(self, rule: Rule, context: Context) -> Rule:
        match rule:
            case InRegion() | HasStatus() | IsScreened() | InEdition():
                return Always() if decide(rule, self._empty[context], {}).holds else NEVER_HOLDS
            case Not(inner):
                simple = self.simple(inner, context)
                return (
                    NEVER_HOLDS
                    if simple == Always()
                    else Always()
                    if simple == NEVER_HOLDS
                    else Not(simple)
                )
            case AllOf(rules):
                return _join(
                    AllOf, [self.simple(one, context) for one in rules], Always(), NEVER_HOLDS
                )
            case AnyOf(rules):
                return _join(
                    AnyOf, [self.simple(one, context) for one in rules], NEVER_HOLDS, Always()
                )
            case _:
                return rule


def _join(kind: type[AllOf | AnyOf], rules: list[Rule], empty: Rule, strong: Rule) -> Rule:
    """Join simplified rules: `empty` is the neutral element, `strong` the absorbing one."""
    if strong in rules:
        return strong
    rest = tuple(one for one in rules if one != empty)
    return rest[0] if len(rest) == 1 else kind(rest) if rest else empty
