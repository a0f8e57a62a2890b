"""Describe sets of blocks by their fields and texts: `Scope`, `parse_scope`.

`names.yaml` lists the words by which a text names a medicine, a treatment or a movement. A block
whose text names one must declare it, because the safety rules read declarations.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ClassLineBody, ClauseBody, ExerciseBody, FlagBody, TextBody
from handouts.content.vocabulary import INTENSITIES, MOVES, OF_REGIONS, Kind, Level
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import ContentError, Fault, Origin, did_you_mean
from handouts.leaflet.markup import sentences
from handouts.safety.claims import suggested

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry


FILE = "names.yaml"
_ADVICE = frozenset({Kind.TEXT, Kind.LEAD, Kind.ALWAYS, Kind.CLAUSE, Kind.CLASS_LINE})
"""Kinds that may advise; warning signs and points to tick only describe."""


# ------------------------------------------------------------------ what a block says
def texts_of(block: Block) -> tuple[str, ...]:
    """Return every text of a block, for all statuses and places, without `**`."""
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
    """The words for one class, one exercise, or something that no leaflet may name."""

    name: str
    pattern: re.Pattern[str]
    medicine: bool
    heads: tuple[str, ...]
    """How its words begin, in small letters: a text without any of them needs no search."""

    def search(self, text: str, folded: str) -> re.Match[str] | None:
        """Find the first of its words in a text; `folded` is the same in small letters.

        Most texts name nothing, and to look for letters takes a tenth of the time of a pattern.
        """
        if folded.isascii() and not any(map(folded.__contains__, self.heads)):
            return None
        return self.pattern.search(text)


class NameList(Struct, frozen=True):
    """The contents of `names.yaml`.

    `mentions` holds (block id, name) pairs that need no declaration, with their origins.
    """

    classes: tuple[NamePattern, ...]
    never: tuple[NamePattern, ...]
    movements: tuple[NamePattern, ...]
    mentions: Mapping[tuple[str, str], Origin]

    def names_in(self, block: Block) -> dict[str, str]:
        """Return the classes that a block names, each with the word that names it."""
        return self._found(self.classes, block)

    def faults(self, library: Library) -> tuple[Fault, ...]:
        """Return a fault for each undeclared or forbidden name, and each unneeded mention."""
        undeclared = {block.id: self._undeclared(block) for block in library.blocks}
        found = [
            fault
            for block in library.blocks
            for fault in self._faults_of(block, undeclared[block.id])
        ]
        used = {(ident, name) for ident, names in undeclared.items() for name in names}
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

    def _faults_of(self, block: Block, undeclared: Mapping[str, str]) -> Iterator[Fault]:
        for name, word in self._found(self.never, block).items():
            yield Fault(
                message=f"`{word}` ({name}) is never named in a leaflet",
                origin=block.origin,
                path=block.id,
                hint="write the sentence without it",
            )
        for name, word in undeclared.items():
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
        folded = text.lower()
        return {
            one.name: match.group()
            for one in names
            if (one.medicine or block.kind in _ADVICE) and (match := one.search(text, folded))
        }


def _declared(block: Block) -> frozenset[str]:
    """Return the classes and movements that a block declares, or that its body is about."""
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
    names = NameList(
        classes=classes,
        never=_names(entry, "never", (), library),
        movements=_names(entry, "movements", exercises, library),
        mentions=_mentions(entry),
    )
    entry.finish()
    if reader.faults:
        raise ContentError(*reader.faults)
    return names


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
            found.append(name_pattern(what, words.texts(), medicine=medicine))
    return tuple(found)


def name_pattern(name: str, words: tuple[str, ...], *, medicine: bool) -> NamePattern:
    """Return the pattern of a name, with how each of its words begins."""
    heads = tuple(word.partition("*")[0].lower() for word in words)
    # Other letters may match those of ASCII in any case (ſ an s), so such words are always sought.
    known = heads if all(map(str.isascii, heads)) else ("",)
    return NamePattern(name, pattern_of(words), medicine, known)


def pattern_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of the words, in any case; `*` matches the rest of a word."""
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
"""The keys of a scope: each must hold, and a list under one means any of these."""


class Scope(Struct, frozen=True):
    """A description of blocks; an empty one means every block."""

    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: re.Pattern[str] | None = None


class BlockIndex:
    """The blocks of a library with their texts and the classes they name, computed once."""

    def __init__(self, library: Library, names: NameList) -> None:
        self.library = library
        self.blocks = {block.id: block for block in library.blocks}
        self._texts = {block.id: texts_of(block) for block in library.blocks}
        self._joined = {ident: "\n".join(texts) for ident, texts in self._texts.items()}
        self._name_list = names
        self._names: dict[str, tuple[str, ...]] = {}
        self._sentences: dict[str, Sequence[str]] = {}
        self._meant: dict[Scope, frozenset[str]] = {}
        self.missing: list[Fault] = []
        """Faults for blocks that a statement needs and the library lacks; its reader empties it."""
        self.asked: set[str] = set()
        """The names by which statements asked regions for blocks."""

    def text(self, ident: str) -> str:
        """Return the texts of a block, one a line."""
        return self._joined[ident]

    def names(self, ident: str) -> tuple[str, ...]:
        """Return the classes that a block names."""
        if ident not in self._names:
            self._names[ident] = tuple(self._name_list.names_in(self.blocks[ident]))
        return self._names[ident]

    def sentences(self, ident: str) -> Sequence[str]:
        """Return the sentences of a block."""
        if ident not in self._sentences:
            self._sentences[ident] = [s for text in self._texts[ident] for s in sentences(text)]
        return self._sentences[ident]

    def known_ids(self, entry: Entry) -> tuple[str, ...]:
        """Parse ids of blocks; those not in the library are left out and added to `missing`.

        What is asked of the words of a block is asked of those of its short forms too.
        """
        known = [ident for ident in entry.texts() if self.knows(ident, entry)]
        return tuple(one for ident in known for one in (ident, *self.short_texts(ident)))

    def of_region(self, region: str, name: str) -> tuple[str, ...]:
        """Return the blocks that a region names for rules; one that names none is in `missing`."""
        term = self.library.regions[region]
        self.asked.add(name)
        if not (given := term.blocks.get(name, ())):
            hint = f"a rule asks each region for them: write `blocks: {{{name}: [...]}}` there"
            message = f"the region `{region}` names no blocks for `{name}`"
            self.missing.append(Fault(message=message, origin=term.origin, hint=hint))
        for odd in (one for one in given if one not in self.blocks):
            message = f"the region `{region}` names the unknown block `{odd}` for `{name}`"
            hint = did_you_mean(odd, self.blocks)
            self.missing.append(Fault(message=message, origin=term.origin, hint=hint))
        return tuple(one for one in given if one in self.blocks)

    def of_regions(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return what all regions name for rules, and the short forms of that, each once."""
        found = [
            each
            for name in names
            for region in self.library.regions
            for one in self.of_region(region, name)
            for each in (one, *self.short_texts(one))
        ]
        return tuple(dict.fromkeys(found))

    def short_texts(self, ident: str) -> tuple[str, ...]:
        """Return the ids of the blocks of text that say the words of a block in fewer."""
        return tuple(one for one in self.blocks[ident].shorts if self.blocks[one].short_of)

    def knows(self, ident: str, entry: Entry) -> bool:
        """Tell whether a block is in the library; if not, add a fault to `missing`."""
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
        """Return the ids of the blocks in a scope."""
        if scope not in self._meant:
            text, found = scope.text, self._of_lists(scope)
            self._meant[scope] = frozenset(
                one for one in found if text is None or text.search(self._joined[one])
            )
        return self._meant[scope]

    def _of_lists(self, scope: Scope) -> Iterable[str]:
        """Return the ids of the blocks for which all lists of a scope hold."""
        found: AbstractSet[str] = self.blocks.keys()
        for key, wanted in scope.lists:
            if key == "except":
                found = found - {*wanted}
            elif key == "names":  # dear to find out, so only of those that are left
                found = {one for one in found if not set(wanted).isdisjoint(self.names(one))}
            else:
                found = found & {
                    one for value in wanted for one in self._having.get((key, value), ())
                }
        return found

    @cached_property
    def _having(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """The ids of the blocks that have a value for a key of a scope."""
        found: dict[tuple[str, str], list[str]] = {}
        for ident, block in self.blocks.items():
            for key, values in _fields_of(block).items():
                for value in values:
                    found.setdefault((key, value), []).append(ident)
        return found

    def other_texts(self) -> Iterator[tuple[Origin, str, str]]:
        """Yield (origin, name, text) of every printed text that is not in a block."""
        library = self.library
        for record in library.classes.values():
            if record.name:
                yield record.origin, record.id, record.name.text
        for terms in (library.sections, library.groups, library.statuses, library.regions):
            for term in terms.values():
                yield term.origin, term.id, "\n".join((term.label, *term.labels.values()))
        yield from _words_in_braces(library)
        for key, label in library.labels.items():
            yield _stands(library, "labels.yaml", key), key, label
        for name, figure in library.figures.items():
            text = f"{figure.alt}\n{figure.caption or ''}"
            yield _stands(library, "figures.yaml", name), name, text


def _words_in_braces(library: Library) -> Iterator[tuple[Origin, str, str]]:
    for place in library.places.values():
        for word, value in place.words.items():
            yield place.origin, f"{place.id}.{word}", value
    for region in library.regions.values():
        for word, value in region.words.items():
            yield region.origin, f"{region.id}.{word}", value


def _stands(library: Library, file: str, key: str) -> Origin:
    return library.origins.get(f"{file}/{key}", Origin(file, 1))


def _fields_of(block: Block) -> Mapping[str, tuple[str, ...]]:
    """Return the values of a block for each key of a scope that it has, but the names it uses."""
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
    return values


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


def parse_scope(entry: Entry, index: BlockIndex) -> Scope:
    """Parse a scope: a list of block ids, or keys of LISTS with the values that blocks must have.

    An id that is not in the library is no fault of the file but a violation of its rule.
    """
    if not entry.is_mapping():
        return Scope((("id", index.known_ids(entry)),))
    lists = []
    for key in LISTS:
        if field := entry.get(key):
            ids = key in ("id", "except")
            words = index.known_ids(field) if ids else _words(field, key, index.library)
            lists.append((key, words))
    if field := entry.get(OF_REGIONS):
        lists.append(("id", index.of_regions(field.texts())))
    text = entry.get("text")
    scope = Scope(tuple(lists), parse_pattern(text) if text else None)
    if every := entry.get("every"):
        every.truth()
    entry.finish()
    return scope


def _words(entry: Entry, key: str, library: Library) -> tuple[str, ...]:
    """Parse the values of a key; those of closed vocabularies are checked for misspellings."""
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
        "column": (*library.topic.free_columns, *library.classes),
        "intensity": INTENSITIES,
        "region": tuple(library.regions),
    }
    return entry.words(known[key], key) if key in known else entry.texts()


def parse_pattern(entry: Entry) -> re.Pattern[str]:
    """Parse a case-insensitive regular expression; one that matches nothing if faulty."""
    text = entry.text()
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        entry.fault(f"not a pattern: {error}")
        return re.compile("(?!)")


def fault_of(block: Block, message: str, hint: str = "") -> Fault:
    """Return a fault of one block."""
    return Fault(message=message, origin=block.origin, path=block.id, hint=hint)
