"""Read a worklist as rows with safe file names: `Worklist`.

Names of columns are read leniently, what stands in them strictly. Repeated row ids are found
with a Bloom filter (Bloom 1970) and a second pass, in constant memory.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.batch.tables import (
    Csv,
    JsonLines,
    TableRow,
    check_file,
    empty_error,
    reporting_unreadable,
    unreadable_error,
)
from handouts.errors import Fault, OutputError, RequestError, did_you_mean, shorten
from handouts.system.files import write_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from handouts.batch.tables import TableFile
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.selection.request import Request


_BITS = 23
_PLACES = 5
"""Bits that a text sets: with a hundred thousand texts, one in ten million is taken for another."""


class BloomFilter:
    """The texts so far."""

    def __init__(self) -> None:
        self.count = 0
        self._bits = bytearray(1 << (_BITS - 3))

    def add(self, text: str) -> bool:
        """Take a text in; True if it may have been there."""
        self.count += 1
        bits, known = self._bits, True
        number = int.from_bytes(blake2b(text.encode(), digest_size=15).digest())
        for _ in range(_PLACES):
            at, bit = number >> 3 & (1 << (_BITS - 3)) - 1, 1 << (number & 7)
            if not bits[at] & bit:
                bits[at] |= bit
                known = False
            number >>= _BITS
        return known


ROW_ID, PROBLEM = "row id", "problem"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    ROW_ID: ("id", "row", "rowid", "number", "no", "nr", "ref", "reference"),
    "region": ("body region", "area"),
    "status": ("stage",),
    "flags": ("flag",),
    "screened": ("asked",),
    "name": ("patient", "patient name", "full name"),
    "date": ("day", "leaflet date"),
    "language": ("lang",),
    "place": (),
    "paper": ("paper size",),
    "exercises": ("exercise",),
    "doses": ("dose", "dosage"),
    "note": ("notes",),
    "preset": (),
    "copies": ("copy",),
    PROBLEM: (),
}
"""Each column, and what else it may be called; `problem` is what a rejects file adds."""
MOST_COPIES = 20
_MOST_CHARACTERS = 2_000
"""Of a cell; a note, the longest, may have 600."""
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?")
_NUMBER = re.compile(r"0*[1-9][0-9]{0,3}", re.ASCII)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that are devices to Windows, with any suffix."""
_LONG = 3


class Row(Struct, frozen=True):
    """One row: its words by column, and what is wrong with them so far."""

    record: TableRow
    stem: str
    """What its file is named by: the row id, or else the number of the row."""
    words: dict[str, str]
    copies: int = 1
    faults: tuple[Fault, ...] = ()
    """`about` names the column of each."""
    has_id: bool = False


class Worklist:
    """A file of rows, counted, and looked through for row ids that stand twice."""

    def __init__(self, path: str, ignored: Sequence[str] = ()) -> None:
        self._path = path
        self._ignored = [_plain(name) for name in ignored]
        with reporting_unreadable(path):
            self.table = open_table(path)
            self._columns = self._recognise(self.table.head)
            if self.table.head and not {"region", "preset"} & set(self._columns.values()):
                message = f"`{os.path.basename(path)}` has no column `region`"  # noqa: PTH119 - as typed
                hint = "name the columns in the first row; --template writes a sample worklist"
                raise RequestError(Fault(message=message, hint=hint))
            seen = BloomFilter()
            perhaps = {stem: 0 for stem in self._stems() if seen.add(stem)}
            self.total = seen.count
            if perhaps:
                for stem in self._stems():
                    if stem in perhaps:
                        perhaps[stem] += 1
            self._twice = {stem for stem, times in perhaps.items() if times > 1}
        if not self.total:
            raise empty_error(path)

    def rows(self) -> Iterator[Row]:
        """Read every row, usable or not; raises RequestError when the file cannot be read on."""
        with reporting_unreadable(self._path):
            for record in self.table.records():
                yield self._row(record)

    def rejects(self, path: str, refused: Iterator[tuple[Row, Sequence[Fault]]]) -> None:
        """Write refused rows as a worklist of the same kind, ready to mend and run again."""
        head = list(self.table.head)
        own = next((name for name, column in self._columns.items() if column == ROW_ID), ROW_ID)
        old = next((name for name, column in self._columns.items() if column == PROBLEM), PROBLEM)
        head += [name for name in (own, old) if name not in head]
        more = (
            (row, ({} if row.has_id else {own: row.stem}) | {old: problem_text(faults)})
            for row, faults in refused
        )
        self.table.write(
            path,
            head,
            (TableRow(row.record.number, cells | {}, row.record.original) for row, cells in more),
        )

    # -------------------------------------------------------------- inside
    def _recognise(self, head: Sequence[str]) -> dict[str, str]:
        """Give the column that each name of the head means; raises RequestError."""
        found: dict[str, str] = {}
        faults = []
        for name in head:
            column = _column(name)
            if _plain(name) in self._ignored or not name.strip():
                continue
            if column is None:
                near = did_you_mean(_plain(name), COLUMNS)
                shown = shorten(name)
                hint = f"{near} If it is not needed, add: --ignore {shown!r}"
                faults.append(Fault(message=f"unknown column `{shown}`", hint=hint))
            elif column in found.values():
                hint = "keep one of them"
                faults.append(Fault(message=f"two columns are `{column}`", hint=hint))
            else:
                found[name] = column
        if faults:
            raise RequestError(*faults)
        return found

    def _stems(self) -> Iterator[str]:
        """Read what names the file of each row; names that differ in case only are alike."""
        for record in self.table.records():
            yield self._stem(record).casefold()

    def _stem(self, record: TableRow) -> str:
        given = next(
            (text for name, text in record.cells.items() if _column(name) == ROW_ID), ""
        ).strip()
        return unicodedata.normalize("NFC", given) or f"{record.number:04}"

    def _row(self, record: TableRow) -> Row:
        stem = self._stem(record)
        number = f"{record.number:04}"
        if record.problem:
            return Row(record, number, {}, faults=(Fault(message=record.problem),))
        try:
            columns = self._columns or self._recognise(list(record.cells))
        except RequestError as error:
            return Row(record, number, {}, faults=error.faults)
        words = {
            column: record.cells.get(name, "").strip()
            for name, column in columns.items()
            if column != PROBLEM
        }
        if long := _too_long(words):
            return Row(record, number, {}, faults=(long,), has_id=bool(words.get(ROW_ID)))
        faults = [*_id_faults(stem, words.get("name", "")), *_must(words)]
        if stem.casefold() in self._twice:
            hint = "give each row an id of its own"
            message = f"another row has the id `{shorten(stem)}` too"
            faults.append(Fault(message=message, hint=hint, about=ROW_ID))
        copies = words.get("copies") or "1"
        if not (_NUMBER.fullmatch(copies) and int(copies) <= MOST_COPIES):
            message = f"`{shorten(copies)}` is not a number of copies"
            hint = f"write a number from 1 to {MOST_COPIES}"
            faults.append(Fault(message=message, hint=hint, about="copies"))
            copies = "1"
        return Row(
            record=record,
            stem=stem,
            words=words,
            copies=int(copies),
            faults=tuple(faults),
            has_id=bool(words.get(ROW_ID)),
        )


def _too_long(words: Mapping[str, str]) -> Fault | None:
    """Find a cell that holds something else than it should: it is not even looked through."""
    for column, text in words.items():
        if len(text) > _MOST_CHARACTERS:
            hint = f"at most {_MOST_CHARACTERS}"
            return Fault(message=f"it has {len(text)} characters", hint=hint, about=column)
    return None


def _must(words: Mapping[str, str]) -> Iterator[Fault]:
    """Find cells that may not be empty: a forgotten one must not become the usual."""
    if words.get("preset"):
        return
    if not words.get("region"):
        yield Fault(
            message="the region is missing", hint="say where it hurts, such as neck", about="region"
        )
    if words.get("status") == "":
        hint = "write acute or chronic in every row, or leave the column out"
        yield Fault(message="the status is missing", hint=hint, about="status")


def _id_faults(stem: str, name: str) -> Iterator[Fault]:
    """Find what makes a row id no file name, or the patient's name."""
    if not _ID.fullmatch(stem) or _RESERVED.fullmatch(stem):
        shown = shorten(stem) if stem.isprintable() else "the row id"
        hint = "use up to 64 letters, digits, dots, - and _, starting with a letter or digit"
        yield Fault(message=f"`{shown}` cannot name a file", hint=hint, about=ROW_ID)
    inside = _folded(stem)
    if any(len(word) >= _LONG and word in inside for word in _folded(name).split()):
        hint = "use a number; the row id becomes the name of the file"
        yield Fault(message="the row id contains the patient's name", hint=hint, about=ROW_ID)


def _folded(text: str) -> str:
    """Fold case and accents, so that `Bjørn-Åse` and `bjørn_ase` are alike."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one if one.isalnum() else " " for one in parts if not unicodedata.combining(one))


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())


def _column(name: str) -> str | None:
    """Find the column that a name means, however it is written."""
    plain = _plain(name)
    return next((one for one, others in COLUMNS.items() if plain == one or plain in others), None)


def open_table(path: str) -> TableFile:
    """Open a worklist by what its name ends in; raises RequestError."""
    check_file(path)
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - a name as typed
    if suffix in (".csv", ".tsv", ".txt"):
        return Csv(path, lambda head: sum(_column(name) is not None for name in head))
    if suffix in (".jsonl", ".ndjson"):
        return JsonLines(path)
    if suffix in (".xlsx", ".xlsm"):
        from handouts.batch.spreadsheet import Spreadsheet  # noqa: PLC0415 - only this kind needs it

        return Spreadsheet(path)
    raise unreadable_error(
        path, "its file type is not known", "use a name that ends in .csv, .tsv, .xlsx or .jsonl"
    )


def problem_text(faults: Sequence[Fault]) -> str:
    """Write what is wrong with a row, and what to write instead, on one line."""
    return "; ".join(
        f"{one.about}: {line}" if one.about else line
        for one in faults
        for line in [f"{one.message} ({one.hint})" if one.hint else one.message]
    )


class Refused(Struct, frozen=True):
    """A row without a leaflet, and why."""

    row: Row
    faults: tuple[Fault, ...]


class Done(Struct, frozen=True):
    """A row with its leaflet."""

    row: Row
    request: Request
    pdf: TypesetPdf
    line: bytes | None = None
    """What stands in the slot of the PDF."""

    @property
    def sides(self) -> int:
        """Count the printed sides; each of a booklet holds two pages."""
        return self.pdf.pages // 2 if self.request.look.booklet else self.pdf.pages

    def sheets(self, *, one_sided: bool) -> int:
        """Count the sheets of one copy; a booklet has to be printed on both sides."""
        return self.sides if one_sided and not self.request.look.booklet else -(-self.sides // 2)


Outcome = Done | Refused


_HEAD = ("row id", "region", "status", "flags", "screened", "name", "date", "copies")
_ROWS = (
    ("1", "neck", "acute", "", "yes", "", "", "1"),
    ("2", "lumbar", "chronic", "gi-ulcer asthma", "yes", "", "", "1"),
    ("3", "thoracic", "acute", "", "no", "", "", "2"),
)


def write_starter(name: str) -> Path:
    """Write a worklist of the kind that its name says; raises OutputError if there is a file."""
    if os.path.lexists(name):
        message = f"`{name}` already exists"
        raise OutputError(Fault(message=message, hint="give the new worklist another name"))
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name as typed
    if suffix in (".csv", ".tsv", ".txt"):
        content = _csv("\t" if suffix == ".tsv" else ",")
    elif suffix in (".jsonl", ".ndjson"):
        rows = (dict(zip(_HEAD, row, strict=True)) for row in _ROWS)
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    elif suffix == ".xlsx":
        from handouts.batch.spreadsheet import workbook  # noqa: PLC0415 - only this kind needs it

        content = workbook((_HEAD, *_ROWS))
    else:
        raise unreadable_error(
            name,
            "its file type is not known",
            "use a name that ends in .csv, .tsv, .xlsx or .jsonl",
        )
    return write_file(name, content)


def _csv(delimiter: str) -> bytes:
    """Write rows with the mark that tells Excel the encoding."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows((_HEAD, *_ROWS))
    return text.getvalue().encode("utf-8-sig")
