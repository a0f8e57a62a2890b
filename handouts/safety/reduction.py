"""Find the few requests that represent all: `Slicer`.

1. `select_blocks` reads the flags of a request only through *atoms*: "is at least one flag of
   this set given?". A `flag:` rule is such a set. The level of an advice class is the strictest
   of baseline, status, `not asked` and each flag's cell, so two sets decide it: the flags whose
   cell is ask or avoid, and those whose cell is avoid. An exercise adds its `avoid` list and
   columns, and its cautions where more than three compete. One thing counts flags: a clause that
   is `only_alone` asks whether exactly one flag is given. A warning sign adds the flags that make
   it more urgent.
2. The choice of a block reads no other block but its short forms, which may take its place; its
   long form; and those that `reads` names: a sentence about a movement reads its exercise, an
   emergency line its rows. Of a long form, an exercise and a row it asks only whether they hold by
   themselves, so these stand in a slice without their own forms. (Clauses replace class lines, and
   exercises compete for three cards; the claims about those say how they allow for it.)
   So a *slice*, the library with only these blocks, gives the same choice for them.
3. For one slice, two flag sets that make the same atoms true get the same choices. A flag's
   *signature* is the set of atoms that hold it; a flag set makes true the union of its
   signatures. The distinct unions are found by a search from the empty set, one flag at a time,
   so each is reached by a smallest flag set. That flag set is given to the real
   `select_blocks`.
4. Most slices read little of a context: many no edition, many no region. One context stands for all
   that are alike for a slice; `safety.contexts` says when two are.

Flags that exclude each other never go together: each search runs in a *world* that leaves out
one of every such pair, and every allowed flag set lies in at least one world. The tests compare
this with brute force.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.blocks import ClauseBody
from handouts.content.look import LookOptions
from handouts.content.vocabulary import EDITIONS, EXERCISES, MEDICINES
from handouts.safety.atoms import NEVER_HOLDS, Atoms, Context, classes_of, classes_read, reads
from handouts.safety.contexts import ContextKinds
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request
from handouts.selection.rules import decide
from handouts.selection.select import select_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.selection.request import Request
    from handouts.selection.select import Selection


_DAY = date(2000, 1, 1)
"""Any date will do: no rule reads it."""
AtomState = tuple[int, int]
"""Which atoms hold, as bits, and how many flags are given (2: two or more; 0 if none counts)."""


class Slice(Struct, frozen=True):
    """A library with only the blocks and classes of one claim, and those that they depend on."""

    library: Library
    focus: frozenset[str]
    """The ids of the blocks of the claim; the others are those that they depend on."""
    counts: bool
    """A clause depends on whether its flag is the only one."""


class World(Struct, frozen=True):
    """The states of one slice in one context, for flags that do not exclude each other."""

    states: Mapping[AtomState, tuple[str, ...]]
    """Each state with a smallest flag set that leads to it; smaller sets come first."""
    signatures: Mapping[int, str]
    """Each distinct signature with a flag that has it."""


class Slicer:
    """Cuts slices of one library and finds their representative requests."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.blocks = {block.id: block for block in library.blocks}
        self._places = {name: place for place, name in enumerate(self.blocks)}
        self._slices: dict[tuple[frozenset[str], frozenset[str]], Slice] = {}
        self._libraries: dict[tuple[tuple[int, ...], tuple[str, ...]], Library] = {}
        self._alone: dict[str, Block] = {}
        self._selected: dict[tuple[int, Context, tuple[str, ...]], Selection] = {}
        self._requests: dict[tuple[Context, tuple[str, ...]], Request] = {}
        self._searched: dict[tuple[frozenset[frozenset[str]], bool], list[World]] = {}

    @cached_property
    def contexts(self) -> tuple[Context, ...]:
        """Every combination of region, status, screened or not, and edition."""
        return tuple(
            Context(*one)
            for one in product(self.library.regions, self.library.statuses, (True, False), EDITIONS)
        )

    @cached_property
    def _empty(self) -> Mapping[Context, Request]:
        """The request without flags of each context, from which all others are made."""
        return {
            one: parse_request(
                self.library,
                RequestOptions(
                    region=one.region,
                    status=one.status,
                    screened=one.screened,
                    look=LookOptions(edition=one.edition),
                ),
                today=_DAY,
            )
            for one in self.contexts
        }

    @cached_property
    def _atoms(self) -> Atoms:
        return Atoms(self.library, self._empty)

    @cached_property
    def _kinds(self) -> ContextKinds:
        return ContextKinds(self.library, self._empty, self._atoms)

    @cached_property
    def worlds(self) -> tuple[tuple[str, ...], ...]:
        """The flags of each world: all but one of every pair that excludes each other."""
        pairs = {
            frozenset((flag.id, other))
            for flag in self.library.flags.values()
            for other in flag.excludes
        }
        drops = {
            frozenset(one) for one in product(*(sorted(pair) for pair in sorted(map(tuple, pairs))))
        }
        # A world that lies in another is looked at there already.
        least = [one for one in drops if not any(other < one for other in drops)]
        return tuple(
            tuple(flag for flag in self.library.flags if flag not in drop)
            for drop in sorted(least, key=sorted)
        )

    # -------------------------------------------------------------- slices
    def cut(self, ids: Iterable[str], classes: Iterable[str] = ()) -> Slice:
        """Return the slice of some blocks and classes, with all that they depend on."""
        key = (frozenset(ids), frozenset(classes))
        if key not in self._slices:
            self._slices[key] = self._cut(*key)
        return self._slices[key]

    def _cut(self, ids: frozenset[str], classes: frozenset[str]) -> Slice:
        blocks = self._with_read(ids)
        read = classes.union(*(classes_read(block, self.library) for block in blocks))
        read |= frozenset(
            c for term in self.library.sections.values() for c in classes_of(term.when)
        )
        matrix = self.library.matrix
        sliced = replace(matrix, classes=tuple(name for name in matrix.classes if name in read))
        # The selection decides these two sections whatever the blocks.
        names = {MEDICINES, EXERCISES, *(block.section for block in blocks)}
        for block in blocks:
            if isinstance(block.body, ClauseBody):
                names.update(self.library.classes[one].section for one in block.body.classes)
        sections = {name: term for name, term in self.library.sections.items() if name in names}
        key = (tuple(map(id, blocks)), sliced.classes)
        if key not in self._libraries:
            self._libraries[key] = replace(
                self.library, blocks=blocks, matrix=sliced, sections=sections
            )
        return Slice(
            library=self._libraries[key],
            focus=ids,
            counts=any(isinstance(b.body, ClauseBody) and b.body.only_alone for b in blocks),
        )

    def _with_read(self, ids: Iterable[str]) -> tuple[Block, ...]:
        """Return some blocks with their short forms; and what these read, without its own."""
        whole, waiting = set[str](), [*ids]
        while waiting:
            if (name := waiting.pop()) not in whole:
                whole.add(name)
                waiting.extend(self.blocks[name].shorts)
        found = whole.union(*(self.blocks[name].short_of for name in whole))
        waiting = [*found]
        while waiting:
            fresh = set(reads(self.blocks[waiting.pop()])) - found
            found |= fresh
            waiting.extend(fresh)
        return tuple(
            self.blocks[name] if name in whole else self._by_itself(self.blocks[name])
            for name in sorted(found, key=self._places.__getitem__)
        )

    def _by_itself(self, block: Block) -> Block:
        """Return a block without its forms, the same object each time."""
        if not (block.shorts or block.short_of):
            return block
        if block.id not in self._alone:
            self._alone[block.id] = replace(block, shorts=(), short_of=())
        return self._alone[block.id]

    # -------------------------------------------------------------- representatives
    def contexts_for(self, piece: Slice, *rules: Rule) -> tuple[Context, ...]:
        """Return one context, the first, of each kind that a slice and some rules tell apart."""
        found: dict[tuple[int, ...], Context] = {}
        for key, one in zip(self._kinds.of(piece.library, rules), self.contexts, strict=True):
            found.setdefault(key, one)
        return tuple(found.values())

    def first_like(self, context: Context, piece: Slice, *rules: Rule) -> Context:
        """Return the first context of the kind of this one, of which the same is proven."""
        keys = self._kinds.of(piece.library, rules)
        return self.contexts[keys.index(keys[self.contexts.index(context)])]

    def changes_for(
        self, piece: Slice, before: str, after: str, *rules: Rule
    ) -> tuple[tuple[Context, Context], ...]:
        """Return one pair of contexts that differ in status, of each kind that is told apart."""
        keys = dict(zip(self.contexts, self._kinds.of(piece.library, rules), strict=True))
        found: dict[object, tuple[Context, Context]] = {}
        for one in self.contexts:
            if one.status == before:
                other = replace(one, status=after)
                found.setdefault((keys[one], keys[other]), (one, other))
        return tuple(found.values())

    def search(self, piece: Slice, when: Rule, *contexts: Context) -> list[World]:
        """Return every state that a flag set can lead to, world by world.

        With two contexts the states are by the atoms of both.
        """
        sets = self.atoms(piece, when, *contexts)
        key = (sets, piece.counts)
        if key not in self._searched:
            self._searched[key] = [
                _search(_signatures(flags, sets), counts=piece.counts) for flags in self.worlds
            ]
        return self._searched[key]

    def state_of(
        self, piece: Slice, when: Rule, context: Context, flags: Iterable[str]
    ) -> AtomState:
        """Return the state that a flag set leads to, so that its representative can be found."""
        signatures = _signatures(self.library.flags, self.atoms(piece, when, context))
        bits, count = 0, 0
        for flag in flags:
            bits, count = bits | signatures[flag], min(count + 1, 2)
        return bits, count if piece.counts else 0

    def atoms(self, piece: Slice, when: Rule, *contexts: Context) -> frozenset[frozenset[str]]:
        """Return the atoms of a slice and a rule in some contexts."""
        library = piece.library
        return frozenset().union(
            *(self._atoms.of(library.blocks, library.matrix.classes, when, one) for one in contexts)
        )

    def select(self, piece: Slice, context: Context, flags: tuple[str, ...]) -> Selection:
        """Return the selection from the slice for a flag set, made by `select_blocks`."""
        key = (id(piece.library), context, flags)
        if key not in self._selected:
            self._selected[key] = select_blocks(piece.library, self.request(context, flags))
        return self._selected[key]

    def request(self, context: Context, flags: tuple[str, ...]) -> Request:
        """Return the request of a context with some flags."""
        key = (context, flags)
        if key not in self._requests:
            self._requests[key] = replace(self._empty[context], flags=flags)
        return self._requests[key]

    def context_of(self, request: Request) -> Context:
        """Return the context of a request."""
        return Context(request.region, request.status, request.screened, request.look.edition)

    def is_never(self, rule: Rule, context: Context) -> bool:
        """Tell whether a rule cannot hold in a context, whatever the flags."""
        return self._atoms.simple(rule, context) == NEVER_HOLDS

    def may_hold(self, rule: Rule, context: Context, flags: tuple[str, ...]) -> bool:
        """Tell whether a rule may hold; always true of one that depends on advice levels."""
        if classes_of(rule):
            return True
        return decide(rule, self.request(context, flags), {}).holds


def _signatures(flags: Iterable[str], atoms: Iterable[frozenset[str]]) -> dict[str, int]:
    """Return the signature of each flag: a bit for each atom that contains it."""
    found = dict.fromkeys(flags, 0)
    for place, atom in enumerate(sorted(atoms, key=sorted)):
        for flag in atom:
            if flag in found:
                found[flag] |= 1 << place
    return found


def _search(signatures: Mapping[str, int], *, counts: bool) -> World:
    """Search all unions of signatures breadth first, so that each is reached by the fewest flags.

    If `counts`, two flags of each signature are tried: {a} and {a, b} are different states then.
    """
    generators: dict[int, list[str]] = {}
    for flag, signature in signatures.items():
        same = generators.setdefault(signature, [])
        if len(same) <= counts:
            same.append(flag)
    moves = [(s, flag) for s, flags in generators.items() for flag in flags if s or counts]
    start: AtomState = (0, 0)
    states: dict[AtomState, tuple[str, ...]] = {start: ()}
    edge = [start]
    while edge:
        fresh = []
        for state in edge:
            flags = states[state]
            for signature, flag in moves:
                after = (state[0] | signature, min(state[1] + 1, 2) if counts else 0)
                if after not in states and flag not in flags:
                    states[after] = (*flags, flag)
                    fresh.append(after)
        edge = fresh
    order = {flag: place for place, flag in enumerate(signatures)}
    ordered = {s: tuple(sorted(flags, key=order.__getitem__)) for s, flags in states.items()}
    return World(ordered, {s: flags[0] for s, flags in generators.items()})
