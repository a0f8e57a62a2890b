"""Goes in: `names.yaml` and a library. Comes out: which classes a block names, and what it hides.

What a block says is not taken on trust: a text that names a medicine, a treatment or a movement
must declare it, so that the rules of safety can see it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ClassLineBody, ClauseBody, TextBody
from handouts.content.vocabulary import Kind
from handouts.content.yaml_reader import Reader, read_file
from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry

FILE = "names.yaml"
_ADVICE = frozenset({Kind.TEXT, Kind.LEAD, Kind.ALWAYS, Kind.CLAUSE, Kind.CLASS_LINE})
"""Kinds that may tell a reader what to do. Warning signs and points to tick only say what is."""


# ------------------------------------------------------------------ what a block says
def texts_of(block: Block) -> tuple[str, ...]:
    """List every text of a block, for all statuses and places, without its marks of emphasis."""
    return tuple(text.replace("**", "") for text in _raw(block))


def _raw(block: Block) -> Iterator[str]:
    for wording in block.wordings:
        if isinstance(wording, str):
            yield wording
        else:
            yield wording.text
            yield from (other for _, other in wording.without)


# ------------------------------------------------------------------ names
class Names(Struct, frozen=True):
    """Words that stand for one class, for an exercise, or for what no leaflet ever names."""

    what: str
    pattern: re.Pattern[str]
    medicine: bool


class Vocabulary(Struct, frozen=True):
    """The names of everything a leaflet could suggest, and the blocks that only mention one."""

    classes: tuple[Names, ...]
    never: tuple[Names, ...]
    movements: tuple[Names, ...]
    mentions: Mapping[tuple[str, str], Origin]

    def names_in(self, block: Block) -> dict[str, str]:
        """Give the classes that a block names, each with the word that does."""
        return self._found(self.classes, block)

    def faults(self, library: Library) -> tuple[Fault, ...]:
        """List what blocks name without saying so, and mentions that are no longer needed."""
        found = [fault for block in library.blocks for fault in self._faults_of(block)]
        used = {(b.id, name) for b in library.blocks for name in self._undeclared(b)}
        found += [
            Fault(
                message=f"`{ident}` does not name {name}, or declares it",
                origin=origin,
                path="mentions",
                hint="take the line out",
            )
            for (ident, name), origin in self.mentions.items()
            if (ident, name) not in used
        ]
        return tuple(found)

    def _faults_of(self, block: Block) -> Iterator[Fault]:
        for name, word in self._found(self.never, block).items():
            yield Fault(
                message=f"`{word}` ({name}) is never named in a leaflet",
                origin=block.origin,
                path=block.id,
                hint="write the sentence without it",
            )
        for name, word in self._undeclared(block).items():
            if (block.id, name) not in self.mentions:
                yield Fault(
                    message=f"names `{word}` ({name}) and does not declare it",
                    origin=block.origin,
                    path=block.id,
                    hint=f"add {name} to `suggests`, `warns` or `movement`, or a mention to {FILE}",
                )

    def _undeclared(self, block: Block) -> dict[str, str]:
        declared = _declared(block)
        return {
            name: word
            for names in (self.classes, self.movements)
            for name, word in self._found(names, block).items()
            if name not in declared
        }

    def _found(self, names: tuple[Names, ...], block: Block) -> dict[str, str]:
        text = "\n".join(texts_of(block))
        return {
            one.what: match.group()
            for one in names
            if (one.medicine or block.kind in _ADVICE) and (match := one.pattern.search(text))
        }


def _declared(block: Block) -> frozenset[str]:
    """Name what a block declares, in words or by what it is."""
    names = {*block.suggests, *block.warns}
    match block.body:
        case ClauseBody(classes=classes):
            names.update(classes)
        case ClassLineBody(advice_class=name):
            names.add(name)
        case TextBody(movement=movement):
            names.add(movement)
        case _:
            pass
    return frozenset(names)


# ------------------------------------------------------------------ reading the file
def load_vocabulary(library: Library, folder: Path) -> Vocabulary:
    """Read `names.yaml`; raises ContentError with every fault."""
    reader = Reader()
    entry = read_file(reader, folder, FILE)
    classes = _names(entry, "classes", tuple(library.classes), library)
    exercises = tuple(b.id for b in library.blocks if b.kind is Kind.EXERCISE)
    vocabulary = Vocabulary(
        classes=classes,
        never=_names(entry, "never", (), library),
        movements=_names(entry, "movements", exercises, library),
        mentions=_mentions(entry),
    )
    entry.finish()
    if reader.faults:
        raise ContentError(*reader.faults)
    return vocabulary


def _names(entry: Entry, key: str, known: tuple[str, ...], library: Library) -> tuple[Names, ...]:
    field = entry.need(key)
    found = []
    for what in field.keys() if field else ():
        words = field.get(what) if field else None
        if known and what not in known and field:
            field.fault(f"unknown name `{what}`")
        kind = library.classes[what].kind if what in library.classes else ""
        medicine = kind == "medicine" or not known
        if words:
            found.append(Names(what, pattern_of(words.texts()), medicine))
    return tuple(found)


def pattern_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the words, small or capital; `*` at an end stands for the rest of a word."""
    one = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{one})(?!\w)", re.IGNORECASE)


def _mentions(entry: Entry) -> Mapping[tuple[str, str], Origin]:
    found: dict[tuple[str, str], Origin] = {}
    field = entry.need("mentions")
    for one in field.items() if field else ():
        block, names, why = one.need("block"), one.need("names"), one.need("why")
        if block and names and why and why.text():
            found |= dict.fromkeys(((block.text(), name) for name in names.texts()), one.origin)
        one.finish()
    return found
