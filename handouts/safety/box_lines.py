"""Hold the emergency box of page 1 against the list of all signs: `line_faults`, `BoxInList`.

The list may be kept by itself, and who looks there for a sign must find it under the same number.
A line of the box names the rows of signs that it `covers`: what it says has to stand in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import EmergencyLineBody, RedFlagBody
from handouts.content.vocabulary import Urgency
from handouts.safety.claims import Claim
from handouts.safety.scopes import fault_of, texts_of
from handouts.safety.word_classes import fold, tokens
from handouts.selection.rules import urgency_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.errors import Fault
    from handouts.safety.claims import Case, Facts
    from handouts.safety.scopes import BlockIndex


LINES_HOLD = "lines-hold-signs"
"""The statement of a rule that asks for it."""
_OF_SIGNS = frozenset(("", "body", "strength", "medicine"))
"""The classes of words that tell one sign from another; others are of sentences or of orders."""


class BoxInList(Claim, frozen=True, kw_only=True):
    """What a line of the emergency box covers is an emergency in the list of all signs too.

    That these rows print beside it is a law of selection: a line waits for all that it covers.
    """

    def cases(self, library: Library) -> Iterator[Case]:
        """Yield each line of the box with the rows that it covers."""
        for block in library.blocks:
            if _in_box(block):
                yield (block.id, *_covered(block)), ()

    def broken(self, facts: Facts) -> str:
        """Look for a row that waits where its line calls at once."""
        for block in facts.chosen.values():
            for name in _covered(block) if _in_box(block) else ():
                row = facts.blocks[name].body
                if not isinstance(row, RedFlagBody):
                    continue
                if urgency_of(row, facts.flags) is not Urgency.EMERGENCY:
                    return f"`{block.id}` calls at once, and `{name}`, which it covers, waits"
        return ""


class _Words(Struct, frozen=True, kw_only=True):
    """What a rule allows the words of lines beside those of their rows."""

    same: Mapping[str, frozenset[str]]
    of_no_sign: frozenset[str]
    also: Mapping[str, tuple[str, ...]]


def line_faults(entry: Entry, index: BlockIndex) -> Iterator[Fault]:
    """Yield a fault for each line of the box that says more than the rows that it covers.

    `same` gives words of a row that a line may say otherwise; `of-no-sign` lists words by which no
    sign is told from another; `also` names rows that say what a line adds to its own signs.
    """
    allowed = _parse(entry)
    for block in index.library.blocks:
        if not _in_box(block):
            continue
        names = (*_covered(block), *allowed.also.get(block.id, ()))
        rows = [index.blocks[name] for name in names if name in index.blocks]
        listed = {word for row in rows for text in texts_of(row) for word in _words(text)}
        own = {word for text in texts_of(block) for word in _words(text)} - allowed.of_no_sign
        more = (one for one in own - listed if listed.isdisjoint(allowed.same.get(one, ())))
        if said := ", ".join(f"“{one}”" for one in sorted(more)):
            signs = ", ".join(f"`{name}`" for name in names)
            message = f"says {said}, which no sign that it covers says ({signs})"
            yield fault_of(block, message, "cover the row with this sign, or write one")


def _parse(entry: Entry) -> _Words:
    same, silent, also = map(entry.need, ("same", "of-no-sign", "also"))
    found = _Words(
        same={_stem(word): frozenset(map(_stem, texts)) for word, texts in _lists(same)},
        of_no_sign=frozenset(map(_stem, silent.texts() if silent else ())),
        also=dict(_lists(also)),
    )
    entry.finish()
    return found


def _lists(entry: Entry | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key in entry.keys() if entry else ():
        if entry and (one := entry.get(key)):
            yield key, one.texts()


def _in_box(block: Block) -> bool:
    body = block.body
    return isinstance(body, EmergencyLineBody) and body.urgency is Urgency.EMERGENCY


def _covered(block: Block) -> tuple[str, ...]:
    return block.body.covers if isinstance(block.body, EmergencyLineBody) else ()


def _words(text: str) -> set[str]:
    """Return the words that tell a sign from others, each without its endings."""
    folded = ((word, fold(word)) for word in tokens(text))
    return {_stem(word) for word, (kind, _) in folded if kind in _OF_SIGNS}


def _stem(word: str) -> str:
    """Return a word as its class knows it; numbness and numb are one."""
    return fold(word)[1].removesuffix("nes").removesuffix("e")
