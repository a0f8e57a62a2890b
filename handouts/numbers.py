"""Goes in: the approved numbers and a library. Comes out: every number that nobody approved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.content.blocks import ExerciseBody
from handouts.mentions import texts_of
from handouts.scopes import fault_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.blocks import Block
    from handouts.content.yaml_reader import Entry
    from handouts.errors import Fault
    from handouts.scopes import Shelf

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BRACES = re.compile(r"\{[^{}]*\}")
SPANS = ("hold_seconds", "hold_breaths", "minutes", "repetitions", "per_day", "every_hours")


def number_faults(entry: Entry, shelf: Shelf) -> Iterator[Fault]:
    """Fault a number that is not approved for its block, and a dosage beyond its bounds."""
    texts, bounds = entry.need("texts"), entry.need("dosage")
    approved: dict[str, tuple[str, ...]] = {}
    for ident in texts.keys() if texts else ():
        if texts and (one := texts.get(ident)) and shelf.knows(ident, texts):
            approved[ident] = one.texts()
    most = {key: one.span() for key in SPANS if bounds and (one := bounds.get(key)) is not None}
    if bounds:
        bounds.finish()
    entry.finish()
    for block in shelf.library.blocks:
        yield from _in_texts(block, approved.get(block.id, ()))
        yield from _in_dosage(block, most)


def _in_texts(block: Block, approved: tuple[str, ...]) -> Iterator[Fault]:
    for text in texts_of(block):
        for match in _NUMBER.finditer(_BRACES.sub("", text)):
            if match.group() not in approved:
                message = f"the number {match.group()} is not approved here"
                yield fault_of(block, message, "have it approved in invariants.yaml, `numbers`")


def _in_dosage(block: Block, most: dict[str, tuple[int, int]]) -> Iterator[Fault]:
    if not isinstance(block.body, ExerciseBody):
        return
    for status, dosage in block.body.dosage.items():
        for key, (low, high) in most.items():
            span = getattr(dosage, key)
            if key == "per_day":
                span = dosage.most_per_day or span
            if span and not (low <= span[0] and span[1] <= high):
                message = f"{status}: {key} {span[0]} to {span[1]} is not within {low} to {high}"
                yield fault_of(
                    block, message, "have the bounds approved in invariants.yaml, `numbers`"
                )
