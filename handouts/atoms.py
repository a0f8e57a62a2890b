"""Goes in: blocks, a rule, a context. Comes out: their atoms, the sets of flags they ask about.

This module names what `select_blocks` reads, block by block; it decides nothing. `slices.py` says
why the atoms are enough, and tests/test_safety.py holds them against the real selection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.blocks import (
    All,
    Always,
    Any,
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    HasAdvice,
    HasFlag,
    HasStatus,
    InRegion,
    IsScreened,
    Not,
    SelfCheckBody,
    TextBody,
)
from handouts.content.vocabulary import Level
from handouts.selection.rules import decide, decide_advice
from handouts.selection.select import NSAID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.selection.request import Request

    Atom = frozenset[str]

NEVER = Any(())


class Context(Struct, frozen=True):
    """What a request says besides its flags."""

    region: str
    status: str
    screened: bool


# ------------------------------------------------------------------ what a block reads
def needs(block: Block) -> tuple[str, ...]:
    """Name the other blocks that the choice of this one reads."""
    match block.body:
        case EmergencyLineBody(covers=covers):
            return covers
        case TextBody(movement=movement) if movement:
            return (movement,)
        case _:
            return ()


def classes_of(rule: Rule) -> frozenset[str]:
    """Name every advice class that a rule mentions."""
    match rule:
        case HasAdvice(name, _):
            return frozenset((name,))
        case Not(inner):
            return classes_of(inner)
        case All(rules) | Any(rules):
            return frozenset().union(*(classes_of(one) for one in rules))
        case _:
            return frozenset()


def classes_read(block: Block, library: Library) -> frozenset[str]:
    """Name the classes whose level the choice of a block, or what it suggests, rests on."""
    names = {*classes_of(block.when), *block.suggests, *block.warns}
    match block.body:
        case ClauseBody(classes=classes):
            names.update(classes)
        case ClassLineBody(advice_class=name):
            names |= {name, *classes_of(library.classes[name].when)}
        case ExerciseBody(column=column, also=also):
            names |= {column, also} & set(library.matrix.classes)
        case SelfCheckBody():
            names.add(NSAID)
        case _:
            pass
    return frozenset(names)


class Atoms:
    """Lists the atoms of blocks and rules over one library; what a context decides is no atom."""

    def __init__(self, library: Library, empty: Mapping[Context, Request]) -> None:
        self.library = library
        self._empty = empty
        self._sets: dict[tuple[str, Level], Atom] = {}
        self._bases: dict[tuple[str, Context], Level] = {}

    def of(
        self, blocks: Iterable[Block], classes: Iterable[str], when: Rule, context: Context
    ) -> frozenset[Atom]:
        """List the sets of flags that blocks, classes and a rule ask about in a context."""
        sections = self.library.sections
        atoms = set(self._of_rule(when, context))
        for name in classes:
            atoms.update(self._of_level(name, context))
        for block in blocks:
            section = self.simple(sections[block.section].when, context)
            if section != NEVER:
                atoms.update(self._of_rule(section, context), self._of_block(block, context))
        # The selection asks for these two sections whatever the blocks.
        for name in ("medicines", "exercises"):
            atoms.update(self._of_rule(sections[name].when, context))
        return frozenset(atoms)

    def _of_block(self, block: Block, context: Context) -> Iterator[Atom]:
        yield from self._of_rule(block.when, context)
        match block.body:
            case ExerciseBody(avoid=avoid, also=also):
                yield frozenset(avoid)
                if also:
                    # Asked of the flags alone: what the context decides does not make it constant.
                    yield self._flags_at(also, Level.ASK)
            case ClassLineBody(advice_class=name):
                yield from self._of_rule(self.library.classes[name].when, context)
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
            case All(rules) | Any(rules):
                for one in rules:
                    yield from self._of_rule(one, context)
            case _:
                pass

    def _of_level(self, name: str, context: Context) -> Iterator[Atom]:
        """Yield the sets that lift a class above what the context alone makes of it."""
        key = (name, context)
        if key not in self._bases:
            matrix = replace(self.library.matrix, classes=(name,))
            self._bases[key] = decide_advice(matrix, self._empty[context])[name].level
        for level in (Level.ASK, Level.AVOID):
            if level > self._bases[key]:
                yield self._flags_at(name, level)

    def _flags_at(self, name: str, level: Level) -> Atom:
        """Name the flags whose cell of a class is at least this level."""
        key = (name, level)
        if key not in self._sets:
            rows = self.library.matrix.flags.items()
            self._sets[key] = frozenset(flag for flag, cells in rows if cells[name] >= level)
        return self._sets[key]

    def simple(self, rule: Rule, context: Context) -> Rule:
        """Settle what the context decides, so that a block of another region costs nothing."""
        match rule:
            case InRegion() | HasStatus() | IsScreened():
                return Always() if decide(rule, self._empty[context], {}).holds else NEVER
            case Not(inner):
                simple = self.simple(inner, context)
                return NEVER if simple == Always() else Always() if simple == NEVER else Not(simple)
            case All(rules):
                return _join(All, [self.simple(one, context) for one in rules], Always(), NEVER)
            case Any(rules):
                return _join(Any, [self.simple(one, context) for one in rules], NEVER, Always())
            case _:
                return rule


def _join(kind: type[All | Any], rules: list[Rule], empty: Rule, strong: Rule) -> Rule:
    """Join simplified rules: `empty` adds nothing, `strong` decides alone."""
    if strong in rules:
        return strong
    rest = tuple(one for one in rules if one != empty)
    return rest[0] if len(rest) == 1 else kind(rest) if rest else empty
