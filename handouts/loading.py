"""Goes in: the files of a content folder. Comes out: the `Library`, or every fault at once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from handouts.block_records import BlockParser
from handouts.errors import Origin
from handouts.exercise_records import parse_exercise
from handouts.figures.reader import parse_figure
from handouts.folder import Folder
from handouts.labels import parse_labels
from handouts.matrix import parse_matrix
from handouts.model import USUAL, Library
from handouts.records import Known, parse_place, parse_rule, parse_source, parse_term
from handouts.references import check_references
from handouts.registry import check_registered, parse_registry
from handouts.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from handouts.block import Block
    from handouts.figures.pose import Figure
    from handouts.model import AdviceClass, Flag, Matrix, Place, Source, Term
    from handouts.reader import Entry

T = TypeVar("T")
OPTIONAL_WORDS = frozenset({"urgent_line", "crisis_line"})
"""What a place may do without; a text that uses one says what to print instead."""


def read_library(path: Path, *, older: bool = False) -> Library:
    """Read and check all content of a folder; raises ContentError with every fault.

    `older` content may lack files that came later.
    """
    return _Loader(Folder(path, older=older)).load()


class _Loader:
    """One reading of one folder: `load` takes the steps in the order that they need each other."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def load(self) -> Library:
        """Vocabulary, places and sources first; then flags and classes; then the blocks."""
        terms, waiting = self._terms()
        places = self._records("places.yaml", "places", parse_place, lambda one: one.id)
        sources = self._records("sources.yaml", "sources", parse_source, lambda one: one.key)
        known = self._known(terms, places, sources)
        flags, classes, blocks = self._blocks(BlockParser(known))
        library = Library(
            regions=terms["regions"],
            statuses=terms["statuses"],
            sections=_with_rules(terms["sections"], waiting, known),
            groups=terms["groups"],
            check_groups=terms["check_groups"],
            labels=self._labels(),
            flags=flags,
            classes=classes,
            matrix=self._matrix(known),
            places=places,
            sources=sources,
            figures=self._figures(),
            blocks=tuple(blocks),
            numbers=self._numbers(terms, places, flags, blocks),
            version=self.folder.version,
        )
        check_references(library, self.folder.reader)
        self.folder.stop_if_faulty()
        return library

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
        """Read the vocabulary; section rules wait until the flags are known."""
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
        self.folder.entry("vocabulary.yaml").finish()
        return terms, waiting

    def _known(
        self,
        terms: Mapping[str, Mapping[str, Term]],
        places: Mapping[str, Place],
        sources: Mapping[str, Source],
    ) -> Known:
        words = frozenset().union(*(place.words for place in places.values()))
        words |= {*OPTIONAL_WORDS, "emergency_number"}
        for place in places.values():
            for word in sorted(words - set(place.words) - OPTIONAL_WORDS - {"emergency_number"}):
                self.folder.reader.fault(
                    f"no word for {{{word}}}", place.origin, place.id, f"add `{word}:` to `words:`"
                )
        optional = frozenset(
            word
            for word in OPTIONAL_WORDS
            if any(word not in place.words for place in places.values())
        )
        return Known(
            regions=tuple(terms["regions"]),
            statuses=tuple(terms["statuses"]),
            sections=tuple(terms["sections"]),
            groups=tuple(terms["groups"]),
            check_groups=tuple(terms["check_groups"]),
            flags=self._ids("flags.yaml", "flags"),
            classes=self._ids("classes.yaml", "classes"),
            sources=tuple(sources),
            words=words,
            optional_words=optional,
        )

    def _ids(self, file: str, key: str) -> tuple[str, ...]:
        """Read the ids of a list ahead, so that its records may refer to each other."""
        entries = self.folder.records(file, key)
        ids = (entry.get("id") for entry in entries if entry.is_mapping())
        return tuple(one.text() for one in ids if one)

    # -------------------------------------------------------------- blocks
    def _blocks(
        self, parser: BlockParser
    ) -> tuple[Mapping[str, Flag], Mapping[str, AdviceClass], list[Block]]:
        """Read every block: own texts, then what flags and classes say, then signs, exercises."""
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
        # `never` tells authors which classes no text may name; the program has no use for it.
        self.folder.entry("classes.yaml").get("never")
        blocks.extend(parser.red_flag(one) for one in records("red_flags.yaml", "red_flags"))
        lines = records("emergency_lines.yaml", "emergency_lines")
        blocks.extend(parser.emergency_line(one) for one in lines)
        exercises = records("exercises.yaml", "exercises")
        blocks.extend(
            parse_exercise(parser, one, number) for number, one in enumerate(exercises, 1)
        )
        for name in ("flags", "classes", "red_flags", "emergency_lines", "exercises"):
            self.folder.entry(f"{name}.yaml").finish()
        self._check_unique(blocks)
        return MappingProxyType(flags), MappingProxyType(classes), blocks

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
        """Read the registry, and hold every word that a request may say against it."""
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

    def _check_unique(self, blocks: Iterable[Block]) -> None:
        seen: dict[str, Block] = {}
        for block in blocks:
            first = seen.setdefault(block.id, block)
            if first is not block:
                self.folder.reader.fault(
                    f"`{block.id}` is used twice", block.origin, hint=f"first at {first.origin}"
                )

    # -------------------------------------------------------------- labels, matrix, figures
    def _labels(self) -> Mapping[str, str]:
        file = "labels.yaml"
        return parse_labels(self.folder.entry(file), Origin(self.folder.name(file), 1))

    def _matrix(self, known: Known) -> Matrix:
        file, folder = "advice.csv", self.folder
        return parse_matrix(folder.reader, folder.name(file), folder.raw(file), known)

    def _figures(self) -> Mapping[str, Figure]:
        figures: dict[str, Figure] = {}
        field = self.folder.entry("figures.yaml").need("figures")
        for name in field.keys() if field else ():
            entry = field.get(name) if field else None
            if entry is None:
                continue
            raw = entry.plain()
            if not isinstance(raw, dict):
                entry.fault(f"expected keys and values, got {entry.shown()}")
                continue
            try:
                figures[name] = parse_figure(name, raw)
            except ValueError as error:
                entry.fault(str(error))
        return MappingProxyType(figures)


def _add(records: dict[str, T], name: str, record: T, entry: Entry) -> None:
    if name in records:
        entry.fault(f"`{name}` is used twice", hint="give one of them another id")
    records[name] = record


def _with_rules(
    sections: Mapping[str, Term], waiting: Mapping[str, Entry], known: Known
) -> Mapping[str, Term]:
    return MappingProxyType(
        {
            name: replace(term, when=parse_rule(waiting.get(name), known))
            for name, term in sections.items()
        }
    )
