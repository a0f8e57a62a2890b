"""Find the contexts that are alike for a slice and some rules: `ContextKinds`.

Two contexts are alike where all that the selection and the claims read of a context comes out the
same: each rule with what the context decides put in, the level of each class without flags, the
place of each exercise in its list, whether the list of points to check prints, and whether a short
line leaves the long one no place. Then every flag set has the same choices and levels in both, and
what is proven of one is proven of the other.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from handouts.content.blocks import (
    ClassLineBody,
    ClauseBody,
    ExerciseBody,
    RedFlagBody,
    SelfCheckBody,
)
from handouts.safety.atoms import NEVER_HOLDS, is_read_anyway
from handouts.selection.rules import level_by_flags
from handouts.selection.select import stands_in

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.safety.atoms import Atoms, Context
    from handouts.selection.request import Request

    Kinds = tuple[int, ...]


class ContextKinds:
    """Tells the contexts of one library apart, as far as a slice of it and some rules do.

    What one block, class, section or rule tells apart is found once, as a number for each context.
    """

    def __init__(self, library: Library, empty: Mapping[Context, Request], atoms: Atoms) -> None:
        self.library = library
        self.contexts = tuple(empty)
        self._empty = empty
        self._atoms = atoms
        self._known: dict[Hashable, Kinds] = {}

    def of(self, piece: Library, rules: Iterable[Rule]) -> list[tuple[int, ...]]:
        """Return a key for each context: contexts with equal keys are alike for all of these."""
        told = {
            *(self._kinds(("rule", one), partial(self._of_rule, one)) for one in rules),
            *(
                self._kinds(("block", one.id, one.shorts), partial(self._of_block, one))
                for one in piece.blocks
            ),
            *(
                self._kinds(("class", one), partial(self._atoms.without_flags, one))
                for one in piece.matrix.classes
            ),
            *(
                self._kinds(("section", one), partial(self._of_section, one))
                for one in piece.sections
            ),
        }
        return list(zip(*told, strict=True)) if told else [() for _ in self.contexts]

    def _kinds(self, key: Hashable, read: Callable[[Context], Hashable]) -> Kinds:
        """Return a number for each context: the same one where the same is read."""
        if key not in self._known:
            numbers: dict[Hashable, int] = {}
            self._known[key] = tuple(
                numbers.setdefault(read(context), len(numbers)) for context in self.contexts
            )
        return self._known[key]

    def _of_rule(self, rule: Rule, context: Context) -> Rule:
        return self._atoms.simple(rule, context)

    def _of_section(self, name: str, context: Context) -> Rule:
        return self._atoms.simple(self.library.sections[name].when, context)

    def _of_block(self, block: Block, context: Context) -> Hashable:
        section = self._of_section(block.section, context)
        if section == NEVER_HOLDS and not is_read_anyway(block):
            return None
        read: list[Hashable] = [section, self._atoms.simple(block.when, context)]
        match block.body:
            case RedFlagBody() if block.shorts:
                read.append(stands_in(block, context.edition))
            case SelfCheckBody():
                read.append(context.screened)
            case ClassLineBody(advice_class=name):
                read.append(self._atoms.simple(self.library.classes[name].when, context))
            case ClauseBody(classes=classes):
                places = (self.library.classes[name].section for name in classes)
                read += [self._of_section(name, context) for name in places]
            case ExerciseBody(sets=sets, also=also, asked=asked):
                read.append(asked and context.screened)
                read.append(sets.get((context.region, context.status)))
                read.append(any(status == context.status for _, status in sets))
                if also:
                    matrix = self.library.matrix
                    read.append(level_by_flags(matrix, self._empty[context], also))
            case _:
                pass
        return tuple(read)
