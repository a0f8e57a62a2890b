"""Find pairs of flags that speak of one class at one level in different words: `said_differently`.

Two such clauses may stand in one leaflet, under each other, and a reader asks what the difference
is. Equal sentences are printed once; where the words should differ a person decides, so these are
listed and are no fault.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ClauseBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.library import Library
    from handouts.content.vocabulary import Level


class SameClass(Struct, frozen=True, kw_only=True):
    """A class at one level, each sentence about it with the flags that bring it."""

    name: str
    level: Level
    sentences: Mapping[str, tuple[str, ...]]
    pairs: tuple[tuple[str, str], ...]
    """The pairs of flags that a reader may have and that say it differently."""


def said_differently(library: Library) -> tuple[SameClass, ...]:
    """Return each class and level that two flags word differently, in the order of the classes."""
    said: dict[tuple[str, Level], dict[str, list[str]]] = {}
    for block in library.blocks:
        if isinstance(body := block.body, ClauseBody) and not body.only_alone:
            for name in body.classes:
                sentences = said.setdefault((name, body.level), {})
                sentences.setdefault(body.wording.text, []).append(body.flag)
    order = list(library.classes)
    found = []
    for (name, level), sentences in sorted(said.items(), key=lambda one: order.index(one[0][0])):
        pairs = tuple(
            (one, other)
            for some, others in combinations(sentences.values(), 2)
            for one in some
            for other in others
            if one != other and _together(library, one, other)
        )
        if pairs:
            kept = {text: tuple(flags) for text, flags in sentences.items()}
            found.append(SameClass(name=name, level=level, sentences=kept, pairs=pairs))
    return tuple(found)


def _together(library: Library, one: str, other: str) -> bool:
    return other not in library.flags[one].excludes and one not in library.flags[other].excludes


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
