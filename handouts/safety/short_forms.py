"""Define what holds of blocks that say others in fewer words: `OneForm`, `EverySign`.

A short form may leave something out; it may not add a number, a negation, a medicine or a degree of
urgency that is not in the words that it stands for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.blocks import EmergencyLineBody, RedFlagBody
from handouts.content.vocabulary import HELP
from handouts.safety.claims import Claim, rank_of, with_forms
from handouts.safety.readability import count_text
from handouts.safety.scopes import fault_of, texts_of
from handouts.safety.word_classes import NUMBERS, fold, tokens
from handouts.selection.rules import URGENCIES, urgency_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.errors import Fault
    from handouts.safety.claims import Case, Facts
    from handouts.safety.scopes import BlockIndex


class OneForm(Claim, frozen=True, kw_only=True):
    """A block and a short form of it are never printed together."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each short form with each of its long forms."""
        for block in library.blocks:
            for name in block.short_of:
                yield (block.id, name), ()

    def broken(self, facts: Facts) -> str:
        """Look for both forms of the same words."""
        for block in facts.chosen.values():
            for name in block.short_of:
                if name in facts.chosen:
                    return f"`{name}` and its short form `{block.id}` both print"
        return ""


class EverySign(Claim, frozen=True, kw_only=True):
    """Each warning sign that holds for a reader is said, and no less urgently than in its row."""

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each row with its short lines."""
        for block in library.blocks:
            if isinstance(block.body, RedFlagBody):
                yield with_forms(library, frozenset((block.id,))), ()

    def broken(self, facts: Facts) -> str:
        """Compare the urgency of each row with the most urgent form that is printed."""
        for block in facts.blocks.values():
            if not isinstance(block.body, RedFlagBody) or not facts.looks_at(block.id):
                continue
            due = facts.holds(block.when) and facts.holds(facts.library.sections[HELP].when)
            if due and rank_of(block.id, facts) > URGENCIES.index(
                urgency_of(block.body, facts.flags)
            ):
                return f"`{block.id}` is not said, or less urgently than its row"
        return ""


_KEPT = ("negation", "urgency", "unit", "medicine")
"""The classes of words that a short form may not add to."""
_HARDER = 0.3
"""Syllables: how much longer its words may be, for it has fewer of the small ones."""


def short_form_faults(index: BlockIndex) -> Iterator[Fault]:
    """Yield a fault for each word of weight that a short form adds, and each that reads harder."""
    for block in index.library.blocks:
        stood_for = _stood_for(block)
        if not stood_for:
            continue
        longs = [index.blocks[name] for name in stood_for if name in index.blocks]
        said = set().union(*(_weighty(text) for long in longs for text in _all_of(long)))
        own = set().union(*map(_weighty, texts_of(block)))
        for kind, word in sorted(own - said):
            yield fault_of(block, f"says “{word}” ({kind}), which its long form does not")
        named = {name for long in longs for name in index.names(long.id)}
        for name in index.names(block.id):
            if name not in named:
                yield fault_of(block, f"names {name}, which its long form does not")
        if _syllables(block) > max(map(_syllables, longs), default=0.0) + _HARDER:
            yield fault_of(block, "has harder words than its long form")


def _stood_for(block: Block) -> tuple[str, ...]:
    body = block.body
    if isinstance(body, EmergencyLineBody):
        return body.covers if body.short else ()
    return block.short_of


def _all_of(block: Block) -> Iterator[str]:
    """Yield all that a block says, and for a warning sign how urgent that is."""
    yield from texts_of(block)
    if isinstance(block.body, RedFlagBody):
        yield _SAID_BY_URGENCY


_SAID_BY_URGENCY = "now today appointment call {emergency_number} {urgent_line} doctor medicine"
"""Words of the headings under which warning signs stand."""


def _weighty(text: str) -> set[tuple[str, str]]:
    found = set()
    for word in tokens(text):
        if word in NUMBERS or word[0].isdigit():
            found.add(("number", NUMBERS.get(word, word)))
        kind, said = fold(word)
        if kind in _KEPT:
            found.add((kind, said))
    return found


def _syllables(block: Block) -> float:
    """Return the syllables of a word of a block; how long a sentence may be is another rule."""
    counts = count_text(" ".join(texts_of(block)))
    return counts.syllables / max(1, counts.words)
