"""Find pairs of flags that speak of one class at one level in different words: `said_differently`.

Equal sentences are printed once. Of two on the same classes, at a level that forbids, a leaflet
prints the first alone, and at one that asks both: the first loses words, the second asks twice.
`SameWords` is the law against that. A sentence on more classes prints in place of one on fewer, and
such pairs are no fault.
"""

from __future__ import annotations

from datetime import date
from itertools import combinations, product
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ClauseBody
from handouts.content.look import Look
from handouts.content.vocabulary import Level
from handouts.safety.claims import Claim
from handouts.selection.request import Request
from handouts.selection.rules import decide, decide_advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.safety.claims import Case, Facts


class SameClass(Struct, frozen=True, kw_only=True):
    """A class at one level, each sentence about it with the flags that bring it."""

    name: str
    level: Level
    sentences: Mapping[str, tuple[str, ...]]
    pairs: tuple[tuple[str, str], ...]
    """The pairs of flags that a reader may have and that say it differently."""


class SameWords(Claim, frozen=True, kw_only=True):
    """Clauses on the same classes at the same level that print together have the same words."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each pair of clauses that could break it."""
        clauses = [block for block in library.blocks if isinstance(block.body, ClauseBody)]
        for one, other in combinations(clauses, 2):
            if _differ(one, other):
                yield (one.id, other.id), ()

    def broken(self, facts: Facts) -> str:
        """Look for such a pair."""
        clauses = [one for one in facts.chosen.values() if isinstance(one.body, ClauseBody)]
        for one, other in combinations(clauses, 2):
            if _differ(one, other):
                return (
                    f"`{one.id}` and `{other.id}` say it of the same in different words: "
                    f"{_words(one)} and {_words(other)}; write one as the other"
                )
        return ""


def _words(block: Block) -> str:
    """Quote a clause."""
    return f"“{block.body.wording.text}”" if isinstance(block.body, ClauseBody) else ""


def _differ(one: Block, other: Block) -> bool:
    """Tell whether two clauses are about the same classes at one level, in different words."""
    a, b = one.body, other.body
    return (
        isinstance(a, ClauseBody)
        and isinstance(b, ClauseBody)
        and set(a.classes) == set(b.classes)
        and a.level is b.level
        and not (a.only_alone or b.only_alone)
        and a.wording.text != b.wording.text
    )


def said_differently(library: Library) -> tuple[SameClass, ...]:
    """Return each class and level that two flags word differently, in the order of the classes.

    Only pairs that meet in a leaflet: both clauses print there, at the level that is final. A
    clause that a wider one of the other flag replaces is not listed.
    """
    said: dict[tuple[str, Level], list[Block]] = {}
    for block in library.blocks:
        if isinstance(body := block.body, ClauseBody) and not body.only_alone:
            for name in body.classes:
                said.setdefault((name, body.level), []).append(block)
    order = list(library.classes)
    found = []
    for (name, level), blocks in sorted(said.items(), key=lambda one: order.index(one[0][0])):
        pairs: dict[tuple[str, str], None] = {}
        sentences: dict[str, dict[str, None]] = {}
        for one, other in combinations(blocks, 2):
            if _meet(library, one, other):
                pairs[_flag(one), _flag(other)] = None
                for block in (one, other):
                    sentences.setdefault(_text(block), {})[_flag(block)] = None
        if pairs:
            kept = {text: tuple(flags) for text, flags in sentences.items()}
            found.append(SameClass(name=name, level=level, sentences=kept, pairs=tuple(pairs)))
    return tuple(found)


def _flag(block: Block) -> str:
    return block.body.flag if isinstance(block.body, ClauseBody) else ""


def _text(block: Block) -> str:
    return block.body.wording.text if isinstance(block.body, ClauseBody) else ""


def _meet(library: Library, one: Block, other: Block) -> bool:
    """Tell whether two clauses of different words can both be said to one reader."""
    a, b = one.body, other.body
    if not (isinstance(a, ClauseBody) and isinstance(b, ClauseBody)):
        return False
    replaced = a.level is not Level.ASK and (
        set(a.classes) < set(b.classes) or set(b.classes) < set(a.classes)
    )
    if a.flag == b.flag or a.wording.text == b.wording.text or replaced:
        return False
    if b.flag in library.flags[a.flag].excludes or a.flag in library.flags[b.flag].excludes:
        return False
    return any(_both_print(library, (one, other), branch) for branch in _branches(library))


def _branches(library: Library) -> Iterator[tuple[str, str]]:
    return product(library.regions, library.statuses)


def _both_print(library: Library, clauses: tuple[Block, ...], branch: tuple[str, str]) -> bool:
    """Tell whether clauses print for who has their flags and no others, and was asked."""
    wanted = {_flag(block) for block in clauses}
    wanted |= {broad for broad, kinds in library.kinds.items() if wanted & set(kinds)}
    request = Request(
        region=branch[0],
        status=branch[1],
        flags=tuple(flag for flag in library.flags if flag in wanted),
        screened=True,
        place=next(iter(library.places)),
        look=Look(paper=next(iter(library.places.values())).paper),
        date=date.min,
        date_given=False,
    )
    advice = decide_advice(library.matrix, request)
    return all(
        isinstance(body := block.body, ClauseBody)
        and decide(block.when, request, advice).holds
        and all(advice[name].level is body.level for name in body.classes)
        for block in clauses
    )


_FEW = 4
"""Flags of a sentence that are named; the others are counted."""


def same_class_text(found: tuple[SameClass, ...]) -> str:
    """Write what was found, a class and level at a time, each sentence with its flags."""
    count = sum(len(one.pairs) for one in found)
    lines = [f"{count} pairs of flags speak of one class in different words (no fault):"]
    for one in found:
        words = len(one.sentences)
        lines.append(f"  {one.name}, {one.level}: {words} sentences, {len(one.pairs)} pairs")
        for text, flags in one.sentences.items():
            more = f" and {len(flags) - _FEW} more" if len(flags) > _FEW else ""
            lines.append(f"    {', '.join(flags[:_FEW])}{more}: {text.replace('**', '')}")
    return "\n".join(lines)
