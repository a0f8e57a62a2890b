"""Read a worklist as rows with safe file names: `Worklist`.

Names of columns are read leniently, what stands in them strictly: an unknown column stops
everything, because a misspelt `flags` would print unsafe leaflets. Whatever the file contains is
used, or refused with its row, or named as left out.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.batch.answers import copies_of, joined, said_in, yes_or_no
from handouts.batch.file_kinds import (
    CSV,
    JSON,
    MOST_COLUMNS,
    check_file,
    empty_error,
    kind_of,
    reporting_unreadable,
    unreadable_error,
)
from handouts.batch.grid import doubt
from handouts.batch.headers import (
    UNDER_LEFT_OUT,
    UNDER_NAMES,
    Header,
    HeaderCell,
    is_unnamed,
    quoted,
)
from handouts.batch.row_ids import BloomFilter, RowIds, stem_of
from handouts.batch.tables import Csv, TableRow
from handouts.content.list_form import COLUMNS, FHIR, PROBLEM, ROW_ID, USUAL_FORM, ListForm
from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.batch.tables import TableFile
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.selection.request import Request


_MOST_SHOWN = 5
"""Rows that a message names."""


class LeftOutRows:
    """Counts the rows that are left out, and the words in columns without a name."""

    def __init__(self, unnamed: Sequence[str]) -> None:
        """`unnamed` are the columns that have no name, and that nobody said are not needed."""
        self._unnamed = unnamed
        self._words: Counter[str] = Counter()
        self._first: dict[str, int] = {}
        self._out: dict[str, list[int]] = {}
        self._short: list[int] = []
        self._hyphens = 0

    @property
    def rows(self) -> int:
        """Count the rows that are left out."""
        return sum(map(len, self._out.values()))

    def meet(self, record: TableRow, given: str) -> None:
        """Take a row in, with its row id as it was given."""
        if record.left_out:
            self._out.setdefault(record.left_out, []).append(record.number)
            return
        if record.short:
            self._short.append(record.number)
        self._hyphens += len(given.split()) > 1 and not doubt(given, ROW_ID)
        for key in self._unnamed:
            if record.cells.get(key, "").strip():
                self._words[key] += 1
                self._first.setdefault(key, record.number)

    def check(self, place: str) -> None:
        """Refuse words in a column without a name: nobody can tell what they say.

        `place` says where the list is. Raises RequestError.
        """
        faults = []
        for key, count in self._words.items():
            where = f"{count} row{'s' if count > 1 else ''}, first in row {self._first[key]}"
            message = f"{place}: {key} has no name and holds words in {where}"
            hint = f"write a name above it, or leave it out: --ignore {key!r}"
            on_page = f"write a name above it, or write {key} {UNDER_LEFT_OUT}"
            faults.append(Fault(message=message, hint=hint, on_page=on_page))
        if faults:
            raise RequestError(*faults)

    def notes(self) -> Iterator[str]:
        """Say what was left out or changed, in a line each."""
        for why, numbers in self._out.items():
            yield f"{_rows(numbers, 'is', 'are')} {why}, and left out"
        if self._short:
            few = "fewer cells than the header: what is not there counts as empty"
            yield f"{_rows(self._short, 'has', 'have')} {few}"
        if self._hyphens:
            ids = f"{self._hyphens} row id{'s have' if self._hyphens > 1 else ' has'}"
            yield f"{ids} blanks: a hyphen stands for them in the names of files"


def _rows(numbers: Sequence[int], one: str, several: str) -> str:
    """Name rows, the first of them if they are many, with the verb for one or for several."""
    shown = ", ".join(map(str, numbers[:_MOST_SHOWN]))
    if len(numbers) == 1:
        return f"row {shown} {one}"
    more = f" and {len(numbers) - _MOST_SHOWN} more" if len(numbers) > _MOST_SHOWN else ""
    return f"rows {shown}{more} {several}"


__all__ = ["COLUMNS", "MOST_COPIES", "PROBLEM", "ROW_ID", "Row", "Worklist", "problem_text"]
MOST_COPIES = 20
_MOST_CHARACTERS = 2_000
"""Of a cell; a note, the longest, may have 600."""
_OF_DIGITS = re.compile(r"[\d\s./-]*\d[\d\s./-]*")
_NUMBER = re.compile(r"0*[1-9][0-9]{0,3}", re.ASCII)


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
    unread: str = ""
    """A column of illnesses or medicines that is left out, where none is read as flags."""


class Worklist:
    """A file of rows, counted, and looked through for row ids that stand twice."""

    def __init__(self, path: str, form: ListForm = USUAL_FORM, *, called: str = "") -> None:
        """`form` says how to read it; raises RequestError where no row could be trusted.

        `called` is what messages call it, where its own name says nothing.
        """
        self._path = path
        self._name = called or os.path.basename(path)  # noqa: PTH119 - a name as typed
        self.form = form
        self._header = Header(form)
        self._ids = RowIds(names_allowed=form.name_ids)
        self._told: dict[str, None] = {}
        self._unread: dict[str, None] = {}
        self._headings: dict[tuple[str, ...], HeaderCell] = {}
        with reporting_unreadable(path):
            self.table = open_table(path, self._header)
            self._heading = self._header.read(self.table.head, self.table.spans)
            if self.table.head and not {"region", "preset"} & set(self._heading.keys):
                hint = (
                    "name the columns in the first row, or say which is the region: "
                    '--column region="…"; --template writes a sample worklist'
                )
                message = f"`{self._name}` has no column `region`"
                on_page = (
                    "name the columns in the first row, or write which is the region "
                    f"{UNDER_NAMES}, such as region = Body Part"
                )
                raise RequestError(Fault(message=message, hint=hint, on_page=on_page))
            self._left = LeftOutRows(self._unnamed())
            self._asked = 0
            seen = BloomFilter()
            perhaps = {stem: 0 for stem in self._stems(first=True) if seen.add(stem)}
            self.total = seen.count
            self._left.check(f"`{self._name}`, {self.table.place}")
            if perhaps:
                for stem in self._stems():
                    if stem in perhaps:
                        perhaps[stem] += 1
            self._twice = {stem for stem, times in perhaps.items() if times > 1}
        if not self.total and not self.table.head:
            raise empty_error(path)

    def rows(self) -> Iterator[Row]:
        """Read every row, usable or not; raises RequestError when the file cannot be read on."""
        with reporting_unreadable(self._path):
            for record in self.table.records():
                if not record.left_out:
                    yield self.row_of(record)

    def notes(self, *, quiet: bool = False) -> Iterator[str]:
        """Say how the list was read, and what of it was left out, in a line each.

        With `quiet`, how it was read is said only where something was left out.
        """
        parts = [self.table.place] if self.table.place else []
        if self.table.head:
            parts.append(self._heading.text())
        elif self._told:
            parts.append(f"each line names its columns: {', '.join(self._told)}")
            parts += [f"left out: {quoted(self._unread)}"] if self._unread else []
        read = "; ".join(parts)
        if read and (not quiet or "left out" in read):
            yield f"{self._name}: {read}"
        for text in self.table.notes:
            yield f"{self._name}: {text}"
        if self._asked:
            none = "of somebody without any" if self._asked == 1 else "of people without any"
            yield (
                f"{self._name}: no column is read as flags, and {self._asked} "
                f"row{'s say' if self._asked > 1 else ' says'} yes to screened: what is made is as "
                f"{none}. If a column holds illnesses or medicines, have it read as flags"
            )
        for text in self._left.notes():
            yield f"{self._name}: {text}"

    @property
    def names_records(self) -> bool:
        """Tell whether a row may name the record of a patient."""
        return FHIR in self._heading.keys or FHIR in self._told

    @property
    def rejects_suffix(self) -> str:
        """Return what the name of a file of its rejects ends in."""
        return self.table.suffix or os.path.splitext(self._path)[1]  # noqa: PTH122 - a name as typed

    def rejects(self, path: str, refused: Iterator[tuple[Row, Sequence[Fault]]]) -> None:
        """Write refused rows as a worklist of the same kind, ready to mend and run again."""
        head = list(self.table.head)
        own = self._heading.keys.get(ROW_ID, (ROW_ID,))[0]
        old = self._heading.keys.get(PROBLEM, (PROBLEM,))[0]
        head += [name for name in (own, old) if name not in head]
        more = (
            (row, ({} if row.has_id else {own: row.stem}) | {old: problem_text(faults)})
            for row, faults in refused
        )
        self.table.write(
            path,
            head,
            (TableRow(row.record.number, cells, row.record.original) for row, cells in more),
        )

    # -------------------------------------------------------------- inside
    def _stems(self, *, first: bool = False) -> Iterator[str]:
        """Read what names the file of each row; names that differ in case only are alike."""
        for record in self.table.records():
            heading = self._heading if self.table.head else self._heading_of(record)
            given = _join(ROW_ID, heading.keys.get(ROW_ID, ()), record.cells)
            if first:
                self._left.meet(record, given)
            if record.left_out:
                continue
            stem = stem_of(given) or f"{record.number:04}"
            if first and self.table.head and "flags" not in heading.keys:
                asked = _join("screened", heading.keys.get("screened", ()), record.cells)
                self._asked += bool(yes_or_no(asked))
            if first and given:
                self._ids.meet(stem, _join("name", heading.keys.get("name", ()), record.cells))
            yield stem.casefold()

    def _unnamed(self) -> list[str]:
        """List the columns without a name that fill none of ours, and that nobody left out."""
        used = {key for keys in self._heading.keys.values() for key in keys}
        used |= {*self._heading.left_out}
        return [key for key in self.table.head if is_unnamed(key) and key not in used]

    def _heading_of(self, record: TableRow) -> HeaderCell:
        """Say what the columns of a record mean that names its own; nothing where that is wrong."""
        try:
            return self._own_heading(record)
        except RequestError:
            return HeaderCell({})

    def _own_heading(self, record: TableRow) -> HeaderCell:
        keys = tuple(record.cells)
        if keys not in self._headings:
            heading = self._header.read(keys, optional=True)
            if not heading.keys:
                hint = "name the columns in each line: region, status, flags"
                raise RequestError(Fault(message="the line names no column", hint=hint))
            if len(self._headings) >= MOST_COLUMNS:
                self._headings.clear()
            self._headings[keys] = heading
            self._told |= dict.fromkeys([*heading.keys][:MOST_COLUMNS])
            if len(self._unread) < MOST_COLUMNS:
                self._unread |= dict.fromkeys(heading.left_out)
        return self._headings[keys]

    def cells_of(self, record: TableRow, column: str) -> tuple[str, ...]:
        """Return the names of the cells of a record from which a column is read."""
        try:
            heading = self._heading if self.table.head else self._own_heading(record)
        except RequestError:
            return ()
        return tuple(heading.keys.get(column, ()))

    def row_of(self, record: TableRow) -> Row:
        """Say what a record of this list means, usable or not; it may have been mended since."""
        number = f"{record.number:04}"
        if record.problem:
            return Row(record, number, {}, faults=(Fault(message=record.problem),))
        try:
            heading = self._heading if self.table.head else self._own_heading(record)
        except RequestError as error:
            return Row(record, number, {}, faults=error.faults)
        words, doubts = _words(heading, record.cells)
        faults = [*doubts.values()]
        has_id = bool(_join(ROW_ID, heading.keys.get(ROW_ID, ()), record.cells))
        if long := _too_long(words):
            return Row(record, number, {}, faults=(long,), has_id=has_id)
        stem = stem_of(words.get(ROW_ID, "")) or number
        faults += [*self._ids.faults(stem, words.get("name", "")), *_must(words, doubts)]
        faults += _nobody(words.get("name", ""))
        if stem.casefold() in self._twice:
            hint = "give each row an id of its own"
            message = f"another row has the id `{shorten(stem)}` too"
            faults.append(Fault(message=message, hint=hint, about=ROW_ID))
        copies = copies_of(words.get("copies", ""))
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
            has_id=has_id,
            unread=heading.unread,
        )


def _join(column: str, keys: Sequence[str], cells: Mapping[str, str]) -> str:
    if len(keys) == 1:
        return cells.get(keys[0], "").strip()
    return joined(column, [text for key in keys if (text := cells.get(key, "").strip())])


def _words(
    heading: HeaderCell, cells: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Fault]]:
    """Return the words of a row by column, and what is wrong with cells that cannot be believed."""
    words: dict[str, str] = {}
    doubts = {}
    for column, keys in heading.keys.items():
        if column == PROBLEM:
            continue
        text = _join(column, keys, cells)
        if text:
            marks = (doubt(cells.get(key, "").strip(), column) for key in keys)
            if found := next(filter(None, marks), None):
                doubts[column] = found
                text = ""
        words[column] = said_in(column, text) if text else ""
    return words, doubts


def _too_long(words: Mapping[str, str]) -> Fault | None:
    """Find a cell that holds something else than it should: it is not even looked through."""
    for column, text in words.items():
        if len(text) > _MOST_CHARACTERS:
            hint = f"at most {_MOST_CHARACTERS}"
            return Fault(message=f"it has {len(text)} characters", hint=hint, about=column)
    return None


def _must(words: Mapping[str, str], about: Mapping[str, Fault]) -> Iterator[Fault]:
    """Find cells that may not be empty: a forgotten one must not become the usual.

    `about` are the columns of which something was said already.
    """
    if words.get("preset"):
        return
    if not words.get("region") and "region" not in about:
        yield Fault(
            message="the region is missing",
            hint="say where it hurts; `handout list regions` names the words",
            about="region",
            on_page="say where it hurts, in the words of the page for one leaflet",
        )
    lasting = words.get("duration") or words.get("status")
    for column, what in (
        ("status", "one of `handout list statuses`"),
        ("duration", "how long it has hurt"),
    ):
        if words.get(column) == "" and not lasting and column not in about:
            hint = f"write {what} in every row, or leave the column out"
            on_page = f"write the {column} in every row, or leave the column out"
            yield Fault(
                message=f"the {column} is missing", hint=hint, about=column, on_page=on_page
            )
    aged = words.get("age") or words.get("dob")
    if not aged and ("age" in words or "dob" in words) and not {"age", "dob"} & {*about}:
        column, what = ("age", "age") if "age" in words else ("dob", "date of birth")
        hint = "write it in every row, or leave the column out"
        yield Fault(message=f"the {what} is missing", hint=hint, about=column)


def _nobody(name: str) -> Iterator[Fault]:
    """Fault a number in place of a name: a column of patients often holds their numbers."""
    if _OF_DIGITS.fullmatch(name):
        hint = "leave the column out, or take it as the row id"
        message = f"`{shorten(name)}` is a number, not a name"
        yield Fault(message=message, hint=hint, about="name")


def open_table(path: str, header: Header) -> TableFile:
    """Open a worklist by what it is; raises RequestError."""
    check_file(path)
    kind, form = kind_of(path), header.form
    if form.sheet and kind in (CSV, JSON):
        raise unreadable_error(path, "it has no sheets", "leave --sheet out", "leave “Sheet” empty")
    if form.encoding and kind != CSV:
        on_page = "leave “Encoding of a text” empty"
        raise unreadable_error(path, "its encoding is known", "leave --encoding out", on_page)
    if form.head and kind == JSON:
        reason, on_page = "each of its lines names its columns", "leave the row of the names empty"
        raise unreadable_error(path, reason, "leave --head out", on_page)
    if kind == CSV:
        return Csv(path, header)
    if kind == JSON:
        from handouts.batch.tables import JsonLines  # noqa: PLC0415 - only this kind needs it

        return JsonLines(path)
    from handouts.batch.spreadsheet import Spreadsheet  # noqa: PLC0415 - only these kinds need it

    return Spreadsheet(path, kind, header)


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
    unnamed: tuple[Fault, ...] = ()
    """Why its name line is blank, where the row has a name."""
    doubts: tuple[str, ...] = ()
    """What somebody should look at again."""

    @property
    def sides(self) -> int:
        """Count the printed sides; each of a booklet holds two pages."""
        return self.pdf.pages // 2 if self.request.look.booklet else self.pdf.pages

    def sheets(self, *, one_sided: bool) -> int:
        """Count the sheets of one copy; a booklet has to be printed on both sides."""
        return self.sides if one_sided and not self.request.look.booklet else -(-self.sides // 2)


Outcome = Done | Refused
