"""Goes in: a leaflet, or the few blocks that could break a law. Comes out: whether it is broken.

Laws are claims about any blocks at all, known by their kind; `holds:` in invariants.yaml names
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.claims import Claim, suggested
from handouts.content.blocks import ClassLineBody, ClauseBody, ExerciseBody, TextBody
from handouts.content.vocabulary import Kind, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.claims import Case, Facts
    from handouts.content.blocks import Block
    from handouts.content.library import Library


class NotBoth(Claim, frozen=True, kw_only=True):
    """What one block suggests, no other block of the leaflet warns about."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield every pair that could contradict each other."""
        for one in library.blocks:
            for other in library.blocks:
                if set(suggested(one)) & set(other.warns):
                    yield (one.id, other.id), ()

    def broken(self, facts: Facts) -> str:
        """Look for a pair."""
        offers = {name: b.id for b in facts.chosen.values() for name in suggested(b)}
        for block in facts.chosen.values():
            for name in block.warns:
                if name in offers:
                    return f"`{offers[name]}` suggests {name}, and `{block.id}` warns about it"
        return ""


class OneLevel(Claim, frozen=True, kw_only=True):
    """A clause or class line prints only at the final level of every class that it names."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each by itself; beside others a line prints in fewer cases, never in more."""
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
    """A class that is spoken of has its line once: the plain line, or clauses in its place."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each line alone, and with each clause on its class.

        That is enough. A line is left out for a clause only if some clause of its class stands; so
        if it is missing without one, it is missing alone or beside that clause alone. And a line
        that prints beside many clauses prints beside each of them.
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
        """A line is due where a flag makes the class stricter, or its own section speaks of it."""
        changed = facts.selection.advice[name].changed
        return changed or facts.holds(facts.library.classes[name].when)


class MovementIsSafe(Claim, frozen=True, kw_only=True):
    """An exercise, and a sentence that stands for one, prints only where no flag forbids it."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each exercise and each such sentence by itself."""
        for block in library.blocks:
            if _movement(block):
                yield (block.id,), ()

    def broken(self, facts: Facts) -> str:
        """Compare flags and levels with what the exercise forbids."""
        exercises = {b.id: b.body for b in facts.library.blocks if b.kind is Kind.EXERCISE}
        for block in facts.chosen.values():
            body = exercises.get(_movement(block))
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
