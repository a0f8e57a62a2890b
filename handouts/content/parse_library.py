"""Parse a whole content folder into a `Library`, or report every fault at once: `read_library`.

Vocabulary, places and sources come first, then flags and classes, then blocks. Finally every
reference is checked, and every word that a code can contain must have a number in the registry.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from handouts.content.answers import FILE as ANSWERS
from handouts.content.answers import parse_answers
from handouts.content.blocks import EmergencyLineBody, ExerciseBody, RedFlagBody, TextBody
from handouts.content.figure import Figure, Pose
from handouts.content.folder import NAMES, RULES, digest_of, digest_of_words, read_files
from handouts.content.library import KINDS, USUAL, Answers, Library, kinds_of
from handouts.content.own_picture import PICTURES
from handouts.content.parse_blocks import BlockParser, parse_exercise, parse_stop_for
from handouts.content.parse_figure import parse_figure
from handouts.content.parse_props import parse_props, shipped_props
from handouts.content.parse_records import (
    KnownWords,
    parse_labels,
    parse_matrix,
    parse_place,
    parse_rule,
    parse_source,
    parse_term,
    words_of_regions,
)
from handouts.content.parse_topic import entry_of_older, free_columns, parse_topic
from handouts.content.set_places import check_places, placed
from handouts.content.short_forms import check_short, with_shorts
from handouts.content.synonyms import FILE as SYNONYMS
from handouts.content.synonyms import entries_of, pack, parse_synonyms
from handouts.content.topic import FILE as TOPIC
from handouts.content.vocabulary import OWN_FROM, OWN_SECTIONS, ROLES, Kind, Level
from handouts.content.yaml_reader import TO_WRITE, YamlReader, still_to_write
from handouts.errors import ContentError, Fault, Origin, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from handouts.content.blocks import Block, StopFor
    from handouts.content.library import AdviceClass, Flag, Matrix, Place, Source, Term
    from handouts.content.topic import Topic
    from handouts.content.yaml_reader import Entry


class ContentFiles:
    """The files of one content folder, read once; `reader` collects the faults of all of them.

    Raises ContentError at once for a folder or file that is missing or is not YAML.
    """

    def __init__(self, path: Path, *, older: bool = False) -> None:
        self.path, self.older = path, older
        self.reader = YamlReader()
        self._raw, missing = read_files(path, older=older)
        self.reader.faults.extend(missing)
        self.version = digest_of(self._raw)
        self.words = digest_of_words(self._raw)
        self._entries = self._parse()

    def name(self, file: str) -> str:
        """Return the name of a file in messages: with its folder."""
        return f"{self.path.name}/{file}"

    def raw(self, file: str) -> bytes:
        """Return the bytes of a file."""
        return self._raw[file]

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """The bytes of the service's own pictures, by the names of their files."""
        start = f"{PICTURES}/"
        return {
            file.removeprefix(start): raw
            for file, raw in self._raw.items()
            if file.startswith(start)
        }

    def holds(self, file: str) -> bool:
        """Tell whether a file was found; only those in YOUNGER may be missing."""
        return file in self._raw

    def entry(self, file: str) -> Entry:
        """Return the top entry of a YAML file."""
        return self._entries[file]

    def records(self, file: str, key: str) -> Iterable[Entry]:
        """List the records under a required key."""
        field = self._entries[file].need(key)
        return list(field.items()) if field else []

    def block_files(self) -> list[str]:
        """List the files of `blocks/`, sorted."""
        return [file for file in sorted(self._raw) if file.startswith("blocks/")]

    def stop_if_faulty(self) -> None:
        """Raise ContentError with all faults so far, sorted by file and line, if there are any."""
        if self.reader.faults:
            faults = dict.fromkeys(self.reader.faults)  # some values are read twice
            raise ContentError(*sorted(faults, key=_place_of))

    def _parse(self) -> dict[str, Entry]:
        entries = {}
        for file, raw in self._raw.items():
            # The rules are read where they are bound to the library.
            if file.endswith(".yaml") and file not in RULES:
                entry = self.reader.read(self.name(file), raw)
                if entry is not None:
                    entries[file] = entry
        # Nothing can be checked against files that are missing or are not YAML.
        self.stop_if_faulty()
        return entries


def _place_of(fault: Fault) -> tuple[str, int, str]:
    where = fault.origin or Origin("", 0)
    return where.file, where.line, fault.path


def check_references(library: Library, reader: YamlReader) -> None:
    """Add a fault for each unknown reference, and each exercise less strict than the matrix."""
    check_places(library, reader)
    _check_roles(library, reader)
    red_flags = {b.id: b for b in library.blocks if b.kind is Kind.RED_FLAG}
    exercises = {b.id: b for b in library.blocks if b.kind is Kind.EXERCISE}
    texts = {b.id: b for b in library.blocks if b.kind is Kind.TEXT}
    for block in library.blocks:
        _check_names(reader, block, block.short_of, texts, "block of text")
        check_short(reader, block, [texts[one] for one in block.short_of if one in texts])
        match block.body:
            case EmergencyLineBody(covers=rows) | RedFlagBody(instead_of=rows):
                _check_names(reader, block, rows, red_flags, "red flag")
            case TextBody(movement=movement) if movement:
                _check_names(reader, block, (movement,), exercises, "exercise")
            case ExerciseBody() as body:
                _check_exercise(library, reader, block, body)
            case _:
                pass


def _check_names(
    reader: YamlReader, block: Block, names: Iterable[str], known: Mapping[str, object], what: str
) -> None:
    for name in names:
        if name not in known:
            reader.fault(
                f"unknown {what} `{name}`", block.origin, block.id, did_you_mean(name, known)
            )


def _check_exercise(library: Library, reader: YamlReader, block: Block, body: ExerciseBody) -> None:
    """Check that figures exist, and that `avoid` has each flag that makes a column not ok."""
    _check_names(reader, block, sorted(body.drawn), library.figures, "figure")
    columns = [name for name in (body.column, body.also) if name in library.matrix.classes]
    told: set[str] = set()
    for flag, levels in library.matrix.flags.items():
        strict = [name for name in columns if levels.get(name, Level.OK) is not Level.OK]
        # A broad flag stands before its kinds, and its name in `avoid` is theirs as well.
        known = library.flags.get(flag)
        if strict and flag not in body.avoid and not (known and known.kind_of in told):
            told.add(flag)
            reader.fault(
                f"`{flag}` makes {strict[0]} {levels[strict[0]]}, but `avoid` does not name it",
                block.origin,
                block.id,
                f"add {flag} to `avoid`",
            )
    for flag in body.cautions:
        if flag in body.avoid:
            reader.fault(
                f"a caution for `{flag}`, which `avoid` names: it never prints",
                block.origin,
                block.id,
                "keep one of them",
            )


def _check_roles(library: Library, reader: YamlReader) -> None:
    """Every exercise has a role, or none has: content that is older than roles stays valid."""
    exercises = [(one, one.body) for one in library.blocks if isinstance(one.body, ExerciseBody)]
    if any(body.role for _, body in exercises):
        for block, body in exercises:
            if not body.role:
                reader.fault(
                    "this exercise has no role",
                    block.origin,
                    block.id,
                    f"add `role:` {', '.join(ROLES[:-1])} or {ROLES[-1]}",
                )


def parse_registry(entry: Entry) -> Mapping[str, Mapping[str, int]]:
    """Return the number of every word, by kind; under USUAL, that of each place's usual paper."""
    found = {kind: _numbers(entry, kind) for kind in KINDS}
    usual: dict[str, int] = {}
    field = entry.need(USUAL)
    for place in field.keys() if field else ():
        if field and (one := field.get(place)):
            word = one.word(found["papers"], "paper")
            usual[place] = found["papers"].get(word, 0)
    entry.finish()
    return MappingProxyType({**found, USUAL: MappingProxyType(usual)})


def check_registered(
    entry: Entry, numbers: Mapping[str, Mapping[str, int]], kind: str, words: Iterable[str]
) -> None:
    """Add a fault for each word of the content that has no number."""
    known = numbers[kind]
    field = entry.get(kind) or entry
    for word in words:
        if word not in known:
            if kind == USUAL:
                hint = f"add `{word}: ` and its paper, such as a4; it never changes afterwards"
                field.fault(f"`{word}` has no usual paper", hint=hint)
                continue
            number = max(known.values(), default=0) + 1
            hint = f"add `{number}: {word}` under `{kind}:`"
            if number < OWN_FROM:
                hint += f"; in content of your own take one from {OWN_FROM} on, which is never ours"
            field.fault(f"`{word}` has no number", hint=hint)


def _numbers(entry: Entry, kind: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    field = entry.need(kind)
    for key in field.keys() if field else ():
        one = field.get(key) if field else None
        if one is None:
            continue
        if not (key.isascii() and key.isdecimal() and int(key) > 0 and key == str(int(key))):
            one.fault(f"`{key}` is not a number", hint="write a whole number from 1, then the word")
            continue
        word = one.text()
        if word in found:
            one.fault(f"`{word}` has two numbers", hint="keep the one that it had first")
        found.setdefault(word, int(key))
    return MappingProxyType(found)


T = TypeVar("T")
_OPEN = re.compile(rf"{TO_WRITE}[^\"\n]*")
OPTIONAL_WORDS = frozenset({"urgent_line", "crisis_line", "crisis_name", "painkiller_gel"})
"""What a place may do without; a text that uses one says what to print instead."""


def read_library(path: Path, *, older: bool = False) -> Library:
    """Parse and check all content of a folder; raises ContentError with every fault.

    `older` content may lack the files in YOUNGER.
    """
    return _Loader(ContentFiles(path, older=older)).load()


class _Loader:
    """Parses one folder; `load` runs the steps in the order of their dependencies."""

    def __init__(self, folder: ContentFiles) -> None:
        self.folder = folder
        self.topic = folder.entry(TOPIC) if folder.holds(TOPIC) else entry_of_older()

    def load(self) -> Library:
        """Parse vocabulary, places and sources, then flags and classes, then the blocks."""
        terms, waiting = self._terms()
        places = self._records("places.yaml", "places", parse_place, lambda one: one.id)
        sources = self._records("sources.yaml", "sources", parse_source, lambda one: one.key)
        known = self._known(terms, places, sources)
        flags, classes, blocks = self._blocks(BlockParser(known))
        labels = self._labels()
        library = Library(
            topic=self._topic(known, labels, blocks),
            regions=terms["regions"],
            statuses=terms["statuses"],
            sections=_with_rules(terms["sections"], waiting, known),
            groups=terms["groups"],
            check_groups=terms["check_groups"],
            labels=labels,
            flags=flags,
            classes=classes,
            matrix=self._matrix(known),
            places=places,
            sources=sources,
            figures=self._figures(),
            origins=self._origins(),
            blocks=with_shorts(blocks),
            numbers=self._numbers(terms, places, flags, blocks),
            version=self.folder.version,
            words=self.folder.words,
        )
        if self.folder.reader.is_open:
            self._open_rules()
            self.folder.stop_if_faulty()  # all else would only follow from that
        check_references(library, self.folder.reader)
        library = replace(library, synonyms=self._synonyms(library), answers=self._answers(library))
        self.folder.stop_if_faulty()
        return library

    def _open_rules(self) -> None:
        """Add a fault for each mark in the rules, which are read only beside whole content."""
        for file in RULES:
            text = (
                self.folder.raw(file).decode("utf-8", "replace") if self.folder.holds(file) else ""
            )
            for number, line in enumerate(text.splitlines(), 1):
                for value in _OPEN.findall(line.partition(" # ")[0]):
                    origin = Origin(self.folder.name(file), number)
                    self.folder.reader.fault(still_to_write(value), origin)

    # -------------------------------------------------------------- vocabulary, places, sources
    def _records(
        self, file: str, key: str, parse: Callable[[Entry], T], name: Callable[[T], str]
    ) -> Mapping[str, T]:
        records: dict[str, T] = {}
        for entry in self.folder.records(file, key):
            record = parse(entry)
            _add(records, name(record), record, entry)
        self.folder.entry(file).finish()
        return MappingProxyType(records)

    def _terms(self) -> tuple[dict[str, Mapping[str, Term]], dict[str, Entry]]:
        """Parse the vocabulary; the rules of sections are returned unparsed, as they name flags."""
        terms: dict[str, Mapping[str, Term]] = {}
        waiting: dict[str, Entry] = {}
        for key in ("regions", "statuses", "sections", "groups", "check_groups"):
            found: dict[str, Term] = {}
            for entry in self.folder.records("vocabulary.yaml", key):
                term, when = parse_term(entry)
                _add(found, term.id, term, entry)
                if when is not None:
                    waiting[term.id] = when
            terms[key] = MappingProxyType(found)
        self._check_own(terms["sections"])
        self.folder.entry("vocabulary.yaml").finish()
        return terms, waiting

    def _check_own(self, sections: Mapping[str, Term]) -> None:
        """Add a fault for each section that the program fills and the content does not have."""
        for name in OWN_SECTIONS:
            # Content from before the file of the topic had fewer.
            if name not in sections and self.folder.holds(TOPIC):
                self.folder.entry("vocabulary.yaml").fault(
                    f"the section `{name}` is missing",
                    path="sections",
                    hint="the program fills it; `when:` says for whom it is there, or `never`",
                )

    def _known(
        self,
        terms: Mapping[str, Mapping[str, Term]],
        places: Mapping[str, Place],
        sources: Mapping[str, Source],
    ) -> KnownWords:
        words = frozenset().union(*(place.words for place in places.values()))
        words |= {*OPTIONAL_WORDS, "emergency_number"}
        for place in places.values():
            for word in sorted(words - set(place.words) - OPTIONAL_WORDS - {"emergency_number"}):
                used = next(one for one in places.values() if word in one.words)
                hint = f"add `{word}: …` to `words:`; {used.id} has “{used.words[word]}”"
                self.folder.reader.fault(f"no word for {{{word}}}", place.origin, place.id, hint)
        words |= words_of_regions(terms["regions"], words, self.folder.reader)
        optional = frozenset(
            word
            for word in OPTIONAL_WORDS
            if any(word not in place.words for place in places.values())
        )
        return KnownWords(
            regions=tuple(terms["regions"]),
            statuses=tuple(terms["statuses"]),
            sections=tuple(terms["sections"]),
            groups=tuple(terms["groups"]),
            check_groups=tuple(terms["check_groups"]),
            flags=self._ids("flags.yaml", "flags"),
            kinds=self._kinds(),
            classes=self._ids("classes.yaml", "classes"),
            free_columns=free_columns(self.topic),
            sources=tuple(sources),
            words=words,
            optional_words=optional,
        )

    def _ids(self, file: str, key: str) -> tuple[str, ...]:
        """Return the ids of a list before it is parsed: its records may refer to each other."""
        entries = self.folder.records(file, key)
        ids = (entry.get("id") for entry in entries if entry.is_mapping())
        return tuple(one.text() for one in ids if one)

    def _kinds(self) -> Mapping[str, tuple[str, ...]]:
        """Return the kinds of each broad flag before flags are parsed: their lists need them."""
        entries = [one for one in self.folder.records("flags.yaml", "flags") if one.is_mapping()]
        named = [(one.get("id"), one.get("kind_of")) for one in entries]
        return kinds_of((own.text(), broad.text()) for own, broad in named if own and broad)

    # -------------------------------------------------------------- blocks
    def _blocks(
        self, parser: BlockParser
    ) -> tuple[Mapping[str, Flag], Mapping[str, AdviceClass], list[Block]]:
        """Parse all blocks: texts, then those of flags and classes, warning signs, exercises."""
        flags: dict[str, Flag] = {}
        classes: dict[str, AdviceClass] = {}
        records = self.folder.records
        blocks: list[Block] = []
        for file in self.folder.block_files():
            blocks.extend(self._text_blocks(file, parser))
        for number, entry in enumerate(records("flags.yaml", "flags"), 1):
            flag, of_flag = parser.flag(entry, number)
            _add(flags, flag.id, flag, entry)
            blocks.extend(of_flag)
        for entry in records("classes.yaml", "classes"):
            record, of_class = parser.advice_class(entry)
            _add(classes, record.id, record, entry)
            blocks.extend(of_class)
        # `never` tells authors which classes no text may name; it is not used here.
        self.folder.entry("classes.yaml").get("never")
        blocks.extend(parser.red_flag(one) for one in records("red_flags.yaml", "red_flags"))
        lines = records("emergency_lines.yaml", "emergency_lines")
        blocks.extend(parser.emergency_line(one) for one in lines)
        exercises = records("exercises.yaml", "exercises")
        stop_for = self._stops_for(parser.known)
        parsed = [parse_exercise(parser, one, at, stop_for) for at, one in enumerate(exercises, 1)]
        blocks.extend(placed(parsed, self.folder.reader))
        self._check_stops_for(blocks)
        for name in ("flags", "classes", "red_flags", "emergency_lines", "exercises"):
            self.folder.entry(f"{name}.yaml").finish()
        self._check_unique(blocks)
        return MappingProxyType(flags), MappingProxyType(classes), blocks

    def _stops_for(self, known: KnownWords) -> list[StopFor]:
        """Parse what readers with a flag are told in place of one stop, on every card."""
        field = self.folder.entry("exercises.yaml").get("stop_for")
        return [parse_stop_for(one, known) for one in field.items()] if field else []

    def _check_stops_for(self, blocks: Iterable[Block]) -> None:
        """Add a fault for what stands in place of a stop that no exercise has."""
        field = self.folder.entry("exercises.yaml").get("stop_for")
        bodies = [block.body for block in blocks if isinstance(block.body, ExerciseBody)]
        stops = {one.text for body in bodies for one in body.stop}
        for entry in field.items() if field else ():
            said = entry.get("instead_of")
            if said and said.text() not in stops:
                hint = did_you_mean(said.text(), stops) or "copy it from a list `stop:`"
                said.fault("no exercise has this stop", hint=hint)

    def _text_blocks(self, file: str, parser: BlockParser) -> Iterable[Block]:
        entry = self.folder.entry(file)
        field = entry.need("section")
        section = field.word(parser.known.sections, "section") if field else ""
        found = [parser.text(one, section) for one in self.folder.records(file, "blocks")]
        entry.finish()
        return found

    def _numbers(
        self,
        terms: Mapping[str, Mapping[str, Term]],
        places: Mapping[str, Place],
        flags: Mapping[str, Flag],
        blocks: Iterable[Block],
    ) -> Mapping[str, Mapping[str, int]]:
        """Parse the registry, and check that it has every word that a request may contain."""
        if not self.folder.holds("registry.yaml"):
            return MappingProxyType({})  # older content: its leaflets had no codes
        entry = self.folder.entry("registry.yaml")
        numbers = parse_registry(entry)
        words = {
            "regions": terms["regions"], "statuses": terms["statuses"], "places": places,
            USUAL: places, "flags": flags,
            "exercises": [one.id for one in blocks if one.kind is Kind.EXERCISE],
        }  # fmt: skip
        for kind, used in words.items():
            check_registered(entry, numbers, kind, used)
        return numbers

    def _synonyms(self, library: Library) -> bytes:
        if not self.folder.holds(SYNONYMS):
            return b""  # older content: it was asked for by its ids alone
        return pack(parse_synonyms(self.folder.entry(SYNONYMS), entries_of(library)))

    def _answers(self, library: Library) -> Answers:
        if not self.folder.holds(ANSWERS):
            return Answers()  # older content: nobody could give an age
        # What is wrong with the names is said where the rules are bound to the library.
        raw = self.folder.raw(NAMES) if self.folder.holds(NAMES) else b""
        named = YamlReader().read(NAMES, raw) if raw else None
        if named and not named.is_mapping():
            named = None
        return parse_answers(self.folder.entry(ANSWERS), named, library)

    def _check_unique(self, blocks: Iterable[Block]) -> None:
        seen: dict[str, Block] = {}
        for block in blocks:
            first = seen.setdefault(block.id, block)
            if first is not block:
                self.folder.reader.fault(
                    f"`{block.id}` is used twice", block.origin, hint=f"first at {first.origin}"
                )

    # -------------------------------------------------------------- topic, labels, matrix, figures
    def _topic(
        self, known: KnownWords, labels: Mapping[str, str], blocks: Collection[Block]
    ) -> Topic:
        figures = self.folder.entry("figures.yaml").get("figures")
        drawings = figures.keys() if figures and figures.is_mapping() else ()
        return parse_topic(self.topic, known, labels, blocks, drawings)

    def _labels(self) -> Mapping[str, str]:
        file = "labels.yaml"
        return parse_labels(self.folder.entry(file), Origin(self.folder.name(file), 1))

    def _origins(self) -> Mapping[str, Origin]:
        """Return where each label and each drawing stands: by itself neither of them knows."""
        labels, figures = self.folder.entry("labels.yaml"), self.folder.entry("figures.yaml")
        found: dict[str, Origin] = {}
        for file, entry in (("labels.yaml", labels), ("figures.yaml", figures.get("figures"))):
            pairs = entry.key_origins() if entry else ()
            found |= {f"{file}/{key}": origin for key, origin in pairs}
        return MappingProxyType(found)

    def _matrix(self, known: KnownWords) -> Matrix:
        file, folder = "advice.csv", self.folder
        return parse_matrix(folder.reader, folder.name(file), folder.raw(file), known)

    def _figures(self) -> Mapping[str, Figure]:
        figures: dict[str, Figure] = {}
        entries = self.folder.entry("figures.yaml")
        things, pictures = parse_props(entries), self.folder.pictures
        if self.folder.older:
            things = {**shipped_props(), **things}
        field = entries.need("figures")
        for name in field.keys() if field else ():
            entry = field.get(name) if field else None
            if entry is None:
                continue
            raw = entry.plain()
            # One with a fault is there all the same: its exercises do not name an unknown one.
            figures[name] = Figure(id=name, alt="", frame=(0, 0, 1, 1), pose=Pose())
            if not isinstance(raw, dict):
                entry.fault(f"expected keys and values, got {entry.shown()}")
                continue
            try:
                figures[name] = parse_figure(name, raw, pictures, things)
            except ContentError as error:
                for one in error.faults:
                    where = f"{one.origin}: " if one.origin else ""
                    entry.fault(f"{where}{one.message}", hint=one.hint)
            except ValueError as error:
                entry.fault(str(error))
        return MappingProxyType(figures)


def _add(records: dict[str, T], name: str, record: T, entry: Entry) -> None:
    if name in records:
        entry.fault(f"`{name}` is used twice", hint="give one of them another id")
    records[name] = record


def _with_rules(
    sections: Mapping[str, Term], waiting: Mapping[str, Entry], known: KnownWords
) -> Mapping[str, Term]:
    return MappingProxyType(
        {
            name: replace(term, when=parse_rule(waiting.get(name), known))
            for name, term in sections.items()
        }
    )
