"""Describe sets of blocks by what they are and say: `Scope`, `parse_scope`.

`names.yaml` lists the words by which a text names a medicine, a treatment or a movement. A text
that names one must declare it, so that the safety rules can see it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ClassLineBody, ClauseBody, ExerciseBody, FlagBody, TextBody
from handouts.content.vocabulary import FREE_COLUMNS, INTENSITIES, MOVES, Kind, Level
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import ContentError, Fault, Origin
from handouts.leaflet.markup import sentences
from handouts.safety.claims import suggested

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
class NamePattern(Struct, frozen=True):
    """Words that stand for one class, for an exercise, or for what no leaflet ever names."""

    name: str
    pattern: re.Pattern[str]
    medicine: bool


class NameList(Struct, frozen=True):
    """The names of everything a leaflet could suggest, and the blocks that only mention one."""

    classes: tuple[NamePattern, ...]
    never: tuple[NamePattern, ...]
    movements: tuple[NamePattern, ...]
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
                hint="remove the line",
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
                    message=f"names `{word}` ({name}) but does not declare it",
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

    def _found(self, names: tuple[NamePattern, ...], block: Block) -> dict[str, str]:
        text = "\n".join(texts_of(block))
        return {
            one.name: match.group()
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
def load_names(library: Library, folder: Path) -> NameList:
    """Read `names.yaml`; raises ContentError with every fault."""
    reader = YamlReader()
    entry = read_file(reader, folder, FILE)
    classes = _names(entry, "classes", tuple(library.classes), library)
    exercises = tuple(b.id for b in library.blocks if b.kind is Kind.EXERCISE)
    vocabulary = NameList(
        classes=classes,
        never=_names(entry, "never", (), library),
        movements=_names(entry, "movements", exercises, library),
        mentions=_mentions(entry),
    )
    entry.finish()
    if reader.faults:
        raise ContentError(*reader.faults)
    return vocabulary


def _names(
    entry: Entry, key: str, known: tuple[str, ...], library: Library
) -> tuple[NamePattern, ...]:
    field = entry.need(key)
    found = []
    for what in field.keys() if field else ():
        words = field.get(what) if field else None
        if known and what not in known and field:
            field.fault(f"unknown name `{what}`")
        kind = library.classes[what].kind if what in library.classes else ""
        medicine = kind == "medicine" or not known
        if words:
            found.append(NamePattern(what, pattern_of(words.texts()), medicine))
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


LISTS = (
    "id", "except", "section", "kind", "row", "suggests", "warns", "names", "flag", "level",
    "moves", "extra-moves", "position", "column", "intensity", "region",
)  # fmt: skip
"""Keys of a scope: each must hold; a list within one means any of these."""


class Scope(Struct, frozen=True):
    """A description of blocks; an empty one means every block."""

    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: re.Pattern[str] | None = None

    def holds(self, block: Block, shelf: BlockIndex) -> bool:
        """Say whether a block is meant."""
        for key, wanted in self.lists:
            if key == "except":
                if block.id in wanted:
                    return False
            elif not any(value in wanted for value in _values(block, key, shelf)):
                return False
        return self.text is None or bool(self.text.search(shelf.text(block.id)))


class BlockIndex:
    """The blocks of a library with their texts and what they name, read once for all scopes."""

    def __init__(self, library: Library, vocabulary: NameList) -> None:
        self.library = library
        self.blocks = {block.id: block for block in library.blocks}
        self._texts = {block.id: texts_of(block) for block in library.blocks}
        self._joined = {ident: "\n".join(texts) for ident, texts in self._texts.items()}
        self._vocabulary = vocabulary
        self._names: dict[str, tuple[str, ...]] = {}
        self._meant: dict[Scope, frozenset[str]] = {}
        self.missing: list[Fault] = []
        """Blocks that a statement needs and the library lacks; its reader takes them out again."""

    def text(self, ident: str) -> str:
        """Give the texts of a block, one a line."""
        return self._joined[ident]

    def names(self, ident: str) -> tuple[str, ...]:
        """Give the classes that a block names."""
        if ident not in self._names:
            self._names[ident] = tuple(self._vocabulary.names_in(self.blocks[ident]))
        return self._names[ident]

    def sentences(self, ident: str) -> Iterator[str]:
        """Give the sentences of a block."""
        for text in self._texts[ident]:
            yield from sentences(text)

    def known_ids(self, entry: Entry) -> tuple[str, ...]:
        """Read ids of blocks; those that are not in the library are noted as missing."""
        return tuple(ident for ident in entry.texts() if self.knows(ident, entry))

    def knows(self, ident: str, entry: Entry) -> bool:
        """Say whether a block is in the library, and note it as missing where it is not."""
        if ident not in self.blocks:
            self.missing.append(
                Fault(
                    message=f"there is no block `{ident}`",
                    origin=entry.origin,
                    hint="a rule of safety needs it: was it renamed or removed?",
                )
            )
        return ident in self.blocks

    def ids(self, scope: Scope) -> frozenset[str]:
        """Name the blocks that a scope means."""
        if scope not in self._meant:
            given = dict(scope.lists).get("id")
            among = [self.blocks[i] for i in given] if given else self.library.blocks
            self._meant[scope] = frozenset(b.id for b in among if scope.holds(b, self))
        return self._meant[scope]

    def other_texts(self) -> Iterator[tuple[Origin, str, str]]:
        """Give every printed text that is no block, with its place and its name."""
        library = self.library
        for record in library.classes.values():
            if record.name:
                yield record.origin, record.id, record.name.text
        for terms in (library.sections, library.groups, library.statuses, library.regions):
            for term in terms.values():
                yield term.origin, term.id, "\n".join((term.label, *term.labels.values()))
        for place in library.places.values():
            for word, value in place.words.items():
                yield place.origin, f"{place.id}.{word}", value
        for key, label in library.labels.items():
            yield Origin("labels.yaml", 1), key, label
        for name, figure in library.figures.items():
            yield Origin("figures.yaml", 1), name, f"{figure.alt}\n{figure.caption or ''}"


def _values(block: Block, key: str, shelf: BlockIndex) -> tuple[str, ...]:
    """Give what a block has under one key of a scope."""
    if key == "names":
        return shelf.names(block.id)
    values: dict[str, tuple[str, ...]] = {
        "id": (block.id,),
        "section": (block.section,),
        "kind": (str(block.kind),),
        "suggests": _or_any(suggested(block)),
        "warns": _or_any(block.warns),
    }
    match block.body:
        case TextBody(row=row):
            values["row"] = (row,)
        case ClauseBody(flag=flag, level=level):
            values |= {"flag": (flag,), "level": (str(level),)}
        case FlagBody(flag=flag):
            values["flag"] = (flag,)
        case ExerciseBody() as body:
            values |= _of_exercise(body)
        case _:
            pass
    return values.get(key, ())


def _or_any(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*names, "any") if names else ()


def _of_exercise(body: ExerciseBody) -> dict[str, tuple[str, ...]]:
    return {
        "moves": body.moves,
        "extra-moves": body.extra_moves,
        "position": tuple(body.position.split(" or ")),
        "column": (body.column, body.also),
        "intensity": (body.intensity,),
        "region": tuple(region for region, _ in body.sets),
    }


def parse_scope(entry: Entry, shelf: BlockIndex) -> Scope:
    """Read a scope: a list is a list of ids, anything else names what its blocks have.

    An id that is not in the library is no mistake of the file: the rule that needs it is broken.
    """
    if not entry.is_mapping():
        return Scope((("id", shelf.known_ids(entry)),))
    lists = []
    for key in LISTS:
        if field := entry.get(key):
            ids = key in ("id", "except")
            words = shelf.known_ids(field) if ids else _words(field, key, shelf.library)
            lists.append((key, words))
    text = entry.get("text")
    scope = Scope(tuple(lists), parse_pattern(text) if text else None)
    if every := entry.get("every"):
        every.truth()
    entry.finish()
    return scope


def _words(entry: Entry, key: str, library: Library) -> tuple[str, ...]:
    """Read words of a scope; a misspelt one means nothing, so closed vocabularies are checked."""
    classes = (*library.classes, "any")
    known: Mapping[str, tuple[str, ...]] = {
        "section": tuple(library.sections),
        "kind": tuple(Kind),
        "suggests": classes,
        "warns": classes,
        "names": tuple(library.classes),
        "flag": tuple(library.flags),
        "level": tuple(str(level) for level in Level),
        "moves": MOVES,
        "column": (*FREE_COLUMNS, *library.classes),
        "intensity": INTENSITIES,
        "region": tuple(library.regions),
    }
    return entry.words(known[key], key) if key in known else entry.texts()


def parse_pattern(entry: Entry) -> re.Pattern[str]:
    """Read a regular expression; small and capital letters are the same."""
    text = entry.text()
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        entry.fault(f"not a pattern: {error}")
        return re.compile("(?!)")


def fault_of(block: Block, message: str, hint: str = "") -> Fault:
    """Word a fault of one block."""
    return Fault(message=message, origin=block.origin, path=block.id, hint=hint)
