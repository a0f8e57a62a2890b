"""Goes in: a folder of content files. Comes out: the `Library`, or every fault of every file at once."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from dataclasses import replace
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from handouts.block_records import BlockParser
from handouts.errors import ContentError, Fault, Origin, did_you_mean
from handouts.exercise_records import parse_exercise
from handouts.figures.pose import parse_figure
from handouts.model import (
    EmergencyLineBody,
    ExerciseBody,
    Level,
    Library,
    Matrix,
    TextBody,
)
from handouts.reader import Reader
from handouts.records import LEVELS, Known, parse_place, parse_rule, parse_source, parse_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from handouts.figures.pose import Figure
    from handouts.model import AdviceClass, Block, Flag, Place, Source, Term
    from handouts.reader import Entry

T = TypeVar("T")
_HERE = Path(__file__).resolve().parent
FILES = (
    "vocabulary.yaml", "labels.yaml", "places.yaml", "sources.yaml", "flags.yaml", "advice.csv", "classes.yaml",
    "red_flags.yaml", "emergency_lines.yaml", "exercises.yaml", "figures.yaml",
)  # fmt: skip
_SPECIAL_ROWS = {"(baseline)", "(not asked)"}
_MONTHS = 12
_LABEL_WORDS = {
    "subject": ("title",),
    "page": ("page", "pages"),
    "to": ("low", "high"),
    "version": ("version", "date", "reviewed"),
}
"""What may stand in the braces of a label, where that is not {n}."""


def resource(name: str) -> Path:
    """Find a folder that ships with the program: beside the package, or inside the wheel."""
    inside = _HERE / name
    return inside if (inside / ".").is_dir() else _HERE.parent / name


def content_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """Name the content folder: as chosen, else HANDOUTS_CONTENT, else the one that ships."""
    named = chosen or os.environ.get("HANDOUTS_CONTENT")
    return Path(named) if named else resource("content")


def load_library(folder: str | os.PathLike[str] | None = None) -> Library:
    """Read and check all content; raises ContentError with every fault."""
    return _Loader(content_folder(folder)).load()


class _Loader:
    """One reading of one folder: the steps are in `load`, in the order in which they need each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reader = Reader()
        self.raw = self._read_bytes()
        self.entries: dict[str, Entry] = {}

    def load(self) -> Library:
        """Vocabulary, places and sources first; then flags and classes; then the blocks."""
        self._parse_files()
        terms, waiting = self._terms()
        places = self._records("places.yaml", "places", parse_place, lambda one: one.id)
        sources = self._records("sources.yaml", "sources", parse_source, lambda one: one.key)
        known = self._known(terms, places, sources)
        parser = BlockParser(known)
        flags, classes, blocks = self._blocks(parser)
        library = Library(
            regions=terms["regions"],
            statuses=terms["statuses"],
            sections=self._with_rules(terms["sections"], waiting, known),
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
            version=self._version(),
        )
        _check_references(library, self.reader)
        if self.reader.faults:
            raise ContentError(*sorted(self.reader.faults, key=_place_of))
        return library

    # -------------------------------------------------------------- files
    def _read_bytes(self) -> dict[str, bytes]:
        if not self.folder.is_dir():
            raise ContentError(
                Fault(
                    message=f"no content folder at {self.folder}",
                    hint="name one with --content or HANDOUTS_CONTENT",
                )
            )
        names = [*FILES, *(f"blocks/{p.name}" for p in sorted((self.folder / "blocks").glob("*.yaml")))]
        raw = {}
        for name in names:
            try:
                raw[name] = (self.folder / name).read_bytes()
            except OSError as error:
                reason = error.strerror or "cannot be read"
                origin = Origin(f"{self.folder.name}/{name}", 1)
                self.reader.fault(reason.lower(), origin, hint="restore the file")
        if not any(name.startswith("blocks/") for name in names):
            self.reader.fault("no files in blocks/", Origin("blocks", 1), hint="restore the folder")
        return raw

    def _parse_files(self) -> None:
        for name, raw in self.raw.items():
            if name.endswith(".yaml"):
                entry = self.reader.read(f"{self.folder.name}/{name}", raw)
                if entry is not None:
                    self.entries[name] = entry
        if self.reader.faults:
            # Nothing can be checked against files that are missing or are not YAML.
            raise ContentError(*sorted(self.reader.faults, key=_place_of))

    def _version(self) -> str:
        digest = hashlib.sha256()
        for name in sorted(self.raw):
            digest.update(f"{name}\0{len(self.raw[name])}\0".encode())
            digest.update(self.raw[name])
        return digest.hexdigest()

    # -------------------------------------------------------------- records
    def _list(self, file: str, key: str) -> Iterable[Entry]:
        entry = self.entries[file]
        field = entry.need(key)
        return list(field.items()) if field else []

    def _records(
        self, file: str, key: str, parse: Callable[[Entry], T], name: Callable[[T], str]
    ) -> Mapping[str, T]:
        records: dict[str, T] = {}
        for entry in self._list(file, key):
            record = parse(entry)
            self._add(records, name(record), record, entry)
        self.entries[file].finish()
        return MappingProxyType(records)

    def _add(self, records: dict[str, T], name: str, record: T, entry: Entry) -> None:
        if name in records:
            entry.fault(f"`{name}` is used twice", hint="give one of them another id")
        records[name] = record

    def _terms(self) -> tuple[dict[str, Mapping[str, Term]], dict[str, Entry]]:
        """Read the vocabulary; section rules wait until the flags are known."""
        terms: dict[str, Mapping[str, Term]] = {}
        waiting: dict[str, Entry] = {}
        for key in ("regions", "statuses", "sections", "groups", "check_groups"):
            found: dict[str, Term] = {}
            for entry in self._list("vocabulary.yaml", key):
                term, when = parse_term(entry)
                self._add(found, term.id, term, entry)
                if when is not None:
                    waiting[term.id] = when
            terms[key] = MappingProxyType(found)
        self.entries["vocabulary.yaml"].finish()
        return terms, waiting

    def _known(
        self,
        terms: Mapping[str, Mapping[str, Term]],
        places: Mapping[str, Place],
        sources: Mapping[str, Source],
    ) -> Known:
        words = frozenset().union(*(place.words for place in places.values()))
        words |= {"urgent_line", "crisis_line"}
        optional = frozenset(
            word for word in words if any(word not in place.words for place in places.values())
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
        ids = (entry.get("id") for entry in self._list(file, key) if entry.is_mapping())
        return tuple(one.text() for one in ids if one)

    def _with_rules(
        self, sections: Mapping[str, Term], waiting: Mapping[str, Entry], known: Known
    ) -> Mapping[str, Term]:
        return MappingProxyType(
            {
                name: replace(term, when=parse_rule(waiting.get(name), known))
                for name, term in sections.items()
            }
        )

    def _blocks(
        self, parser: BlockParser
    ) -> tuple[Mapping[str, Flag], Mapping[str, AdviceClass], list[Block]]:
        flags: dict[str, Flag] = {}
        classes: dict[str, AdviceClass] = {}
        blocks: list[Block] = []
        for file in sorted(self.raw):
            if file.startswith("blocks/"):
                blocks.extend(self._text_blocks(file, parser))
        for number, entry in enumerate(self._list("flags.yaml", "flags"), 1):
            flag, of_flag = parser.flag(entry, number)
            self._add(flags, flag.id, flag, entry)
            blocks.extend(of_flag)
        for entry in self._list("classes.yaml", "classes"):
            record, lines = parser.advice_class(entry)
            self._add(classes, record.id, record, entry)
            blocks.extend(lines)
        self.entries["classes.yaml"].get("never")
        blocks.extend(parser.red_flag(e) for e in self._list("red_flags.yaml", "red_flags"))
        lines = self._list("emergency_lines.yaml", "emergency_lines")
        blocks.extend(parser.emergency_line(entry) for entry in lines)
        for number, entry in enumerate(self._list("exercises.yaml", "exercises"), 1):
            blocks.append(parse_exercise(parser, entry, number))
        for file in ("flags", "classes", "red_flags", "emergency_lines", "exercises"):
            self.entries[f"{file}.yaml"].finish()
        self._check_unique(blocks)
        return MappingProxyType(flags), MappingProxyType(classes), blocks

    def _labels(self) -> Mapping[str, str]:
        entry = self.entries["labels.yaml"]
        labels = _Labels(Origin(f"{self.folder.name}/labels.yaml", 1))
        keys = entry.keys()
        for key in keys:
            if one := entry.get(key):
                labels[key] = one.text()
                _check_label(one, key, labels[key])
        return MappingProxyType(labels)

    def _text_blocks(self, file: str, parser: BlockParser) -> Iterable[Block]:
        field = self.entries[file].need("section")
        section = field.word(parser.known.sections, "section") if field else ""
        found = [parser.text(entry, section) for entry in self._list(file, "blocks")]
        self.entries[file].finish()
        return found

    def _check_unique(self, blocks: Iterable[Block]) -> None:
        seen: dict[str, Block] = {}
        for block in blocks:
            first = seen.setdefault(block.id, block)
            if first is not block:
                self.reader.fault(
                    f"`{block.id}` is used twice", block.origin, hint=f"first at {first.origin}"
                )

    def _figures(self) -> Mapping[str, Figure]:
        figures: dict[str, Figure] = {}
        field = self.entries["figures.yaml"].need("figures")
        for name in field.keys() if field else ():
            entry = field.get(name) if field else None
            if entry is None:
                continue
            try:
                figures[name] = parse_figure(name, entry.plain())
            except ValueError as error:
                entry.fault(str(error))
        return MappingProxyType(figures)

    # -------------------------------------------------------------- the matrix
    def _matrix(self, known: Known) -> Matrix:
        """Read the advice matrix: a row for the baseline, each status, `not asked`, each flag."""
        name = f"{self.folder.name}/advice.csv"
        rows: dict[str, dict[str, Level]] = {}
        table = csv.reader(io.StringIO(self._csv_text(name)))
        header = next(table, [])
        columns = [column.strip() for column in header[1:]]
        for column in known.classes:
            if column not in columns:
                self.reader.fault(f"no column `{column}`", Origin(name, 1))
        wanted = {*_SPECIAL_ROWS, *(f"({s})" for s in known.statuses), *known.flags}
        for cells in table:
            origin = Origin(name, table.line_num)
            label = cells[0].strip() if cells else ""
            if label not in wanted or label in rows:
                self.reader.fault(
                    f"unexpected row `{label}`", origin, hint=did_you_mean(label, wanted)
                )
            rows[label] = self._levels(origin, label, columns, cells[1:])
        for label in sorted(wanted - set(rows)):
            self.reader.fault(f"no row `{label}`", Origin(name, 1))
        return Matrix(
            classes=known.classes,
            baseline=rows.get("(baseline)", {}),
            statuses={s: rows.get(f"({s})", {}) for s in known.statuses},
            not_asked=rows.get("(not asked)", {}),
            flags={flag: rows.get(flag, {}) for flag in known.flags},
        )

    def _csv_text(self, name: str) -> str:
        raw = self.raw["advice.csv"]
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.reader.fault("not UTF-8 text", Origin(name, line), hint="save the file as UTF-8")
            return ""

    def _levels(
        self, origin: Origin, label: str, columns: list[str], cells: list[str]
    ) -> dict[str, Level]:
        """Read one row; only the rows in brackets (but the baseline) may have empty cells."""
        may_be_empty = label.startswith("(") and label != "(baseline)"
        levels = {}
        for column, cell in zip(columns, [*cells, *[""] * len(columns)], strict=False):
            word = cell.strip()
            if word in LEVELS:
                levels[column] = LEVELS[word]
            elif word or not may_be_empty:
                self.reader.fault(
                    f"expected ok, ask or avoid, got `{word}`", origin, f"{label}.{column}"
                )
        return levels


# ------------------------------------------------------------------ labels
class _Labels(dict[str, str]):
    """The labels by key; a missing one is a fault of content, found where it is asked for."""

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin

    def __missing__(self, key: str) -> str:
        raise ContentError(
            Fault(message=f"`{key}` is missing", origin=self.origin, hint=f"add `{key}:`")
        )


def _check_label(entry: Entry, key: str, text: str) -> None:
    """Fault braces that nothing will fill, and a list of months that is not one."""
    known = _LABEL_WORDS.get(key, ("n",))
    try:
        words = [(word, how) for _, word, *how in Formatter().parse(text) if word is not None]
    except ValueError:
        words = [("", ["", None])]
    for word, how in words:
        if word not in known or how != ["", None]:
            entry.fault(f"only {{{'}, {'.join(known)}}} may stand in braces here")
    if key == "months" and len(text.split()) != _MONTHS:
        entry.fault(f"expected {_MONTHS} months, got {len(text.split())}")


def _place_of(fault: Fault) -> tuple[str, int, str]:
    where = fault.origin or Origin("", 0)
    return where.file, where.line, fault.path


# ------------------------------------------------------------------ references between records
def _check_references(library: Library, reader: Reader) -> None:
    """Fault what names something that is not there, and exercises looser than the matrix."""
    ids = {block.id: block for block in library.blocks}
    for block in library.blocks:
        match block.body:
            case EmergencyLineBody(covers=covers):
                _check_names(reader, block, covers, ids, "red flag")
            case TextBody(movement=movement) if movement:
                _check_names(reader, block, (movement,), ids, "exercise")
            case ExerciseBody() as body:
                _check_exercise(library, reader, block, body)
            case _:
                pass


def _check_names(
    reader: Reader, block: Block, names: Iterable[str], known: Mapping[str, object], what: str
) -> None:
    for name in names:
        if name not in known:
            reader.fault(
                f"unknown {what} `{name}`", block.origin, block.id, did_you_mean(name, known)
            )


def _check_exercise(
    library: Library, reader: Reader, block: Block, body: ExerciseBody
) -> None:
    """A printed exercise needs its figures, and every flag of its columns in its `avoid` list."""
    for names in body.figures.values():
        _check_names(reader, block, names, library.figures, "figure")
    columns = [name for name in (body.column, body.also) if name in library.matrix.classes]
    for flag, levels in library.matrix.flags.items():
        strict = [name for name in columns if levels.get(name, Level.OK) is not Level.OK]
        if strict and flag not in body.avoid:
            reader.fault(
                f"`{flag}` makes {strict[0]} {levels[strict[0]]}, but `avoid` does not name it",
                block.origin,
                block.id,
                f"add {flag} to `avoid`",
            )
