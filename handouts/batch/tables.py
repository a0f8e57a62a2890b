"""Read and write worklists as CSV or JSON Lines, row by row: `Csv`, `JsonLines`.

Delimiter and encoding are recognised; limits of size keep any file from exhausting memory.
"""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from handouts.batch.file_kinds import (
    MARKED,
    MOST_LINE,
    USUAL,
    check_head,
    check_rows,
    empty_error,
    encoding_of,
    unreadable_error,
)
from handouts.batch.headers import LISTS, MOST_ROWS_ABOVE, is_unnamed, keyed
from handouts.content.list_form import column_of
from handouts.content.typed_text import INVISIBLE
from handouts.errors import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handouts.batch.headers import Header, Opening


DELIMITERS = ",;\t|"
MORE_CELLS = "the row has more cells than the header"
_LAST = "the line does not end"
_BROKEN = (
    "this row and the one beside it seem to be one row, broken by a line end in a cell"
    " (write them as one, or a separator for each empty cell)"
)
_CUT = "the row has fewer cells than the head, and the file ends in it: it may be cut off"


class TableRow(Struct, frozen=True):
    """One row as it stands in the file."""

    number: int
    """As a spreadsheet shows it: the head is row 1. In JSON Lines, the line."""
    cells: dict[str, str]
    """By the name of the column; empty for a row that cannot be read."""
    original: Any
    """What the file held, for writing it again."""
    problem: str = ""
    """Why the row cannot be read."""
    left_out: str = ""
    """Why the row is none of the list's, such as "hidden"; empty for the usual row."""
    short: bool = False
    """It has fewer cells than the header; those that are not there count as empty."""


class TableFile(Protocol):
    """A file of records."""

    head: Sequence[str]
    """The names of the columns, each by its letter where it has none; none at all where each
    record names its own."""
    spans: Mapping[str, str]
    """Columns without a name, each with the one whose name is merged over both."""
    notes: Sequence[str]
    """What a person should know of how the file was read."""
    place: str
    """Where the list is in the file, in words; empty where it can be in one place only."""
    suffix: str
    """Of a file of this kind that `write` writes; empty: as the list's own."""

    def records(self) -> Iterator[TableRow]:
        """Read the file from the start, without the head; blank rows are left out."""

    def write(self, path: str, head: Sequence[str], records: Iterable[TableRow]) -> None:
        """Write records of this kind, with more columns than they had perhaps."""


class Csv:
    """Comma-separated values, with whatever else Excel separates and encodes them by."""

    spans: Mapping[str, str] = {}
    suffix = ""

    def __init__(self, path: str, header: Header) -> None:
        """`header` knows the names of columns; by them the delimiter and the head are found."""
        self._path = path
        encoding = encoding_of(path, header.form.encoding)
        self._encoding = encoding.name
        self.notes: Sequence[str] = [encoding.note] if encoding.note else []
        self._most = max(MOST_ROWS_ABOVE, header.form.head)
        csv.field_size_limit(MOST_LINE)
        self._skipped, marks = self._separators()
        openings = {mark: self._opening(mark) for mark in marks}
        if not any(openings.values()):
            raise empty_error(path)
        check_head(path, max((rows[0][1] for rows in openings.values() if rows), key=len))
        self._delimiter = max(marks, key=lambda mark: _weight(openings[mark], header))
        rows = openings[self._delimiter]
        at = header.place(rows)
        if at is None:
            message = f"row {header.form.head} is blank, or is not there"
            raise unreadable_error(
                path, message, "name the row that holds the names of the columns"
            )
        self._head_row, names = rows[at]
        while names and not names[-1].strip():
            names.pop()
        check_head(path, names)
        self.head: Sequence[str] = keyed(names)
        self.place = where(self._head_row, [number for number, _ in rows[:at]])

    def _separators(self) -> tuple[int, str]:
        """Count the lines before the list, and give what can separate its cells.

        Excel may put `sep=;` on a line of its own; other programs quote it, or fold its case.
        """
        with open(self._path, encoding=self._encoding, newline="") as file:  # noqa: PTH123 - a name as typed
            for number, line in enumerate(file, 1):
                said = line.strip("\r\n").strip('"').lower()
                if said.startswith("sep="):
                    mark = said.removeprefix("sep=")[:1]
                    return number, mark if mark and mark in DELIMITERS else DELIMITERS
                if line.strip():
                    break
        return 0, DELIMITERS

    def _opening(self, mark: str) -> list[Opening]:
        """Read the first rows that are not blank, as one delimiter splits them."""
        rows = (one for one in self._split(mark) if any(map(str.strip, one[1])))
        return list(islice(((n, [*map(str.strip, cells)]) for n, cells, _ in rows), self._most))

    def _split(self, mark: str) -> Iterator[tuple[int, list[str], str]]:
        """Read the rows: number, cells, and why a row cannot be read, or is perhaps not whole."""
        with open(self._path, encoding=self._encoding, newline="") as file:  # noqa: PTH123 - a name as typed
            lines = _Remembering(file)
            reader = csv.reader(lines, delimiter=mark, strict=True)
            number = 0
            while True:
                number += 1
                check_rows(self._path, number)
                lines.taken = []
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield number, ["".join(lines.taken)], _unread(error, len(lines.taken) - 1)
                    continue
                if number > self._skipped:
                    whole = lines.taken[-1].endswith(("\n", "\r"))
                    yield number, cells, "" if whole else _LAST

    def records(self) -> Iterator[TableRow]:
        """Read the rows below the head.

        Two rows that are one row of the head's length together were perhaps broken by a line end in
        a cell: then neither is believed.
        """
        held: TableRow | None = None
        for row in self._rows():
            if held and row.short and _cells(held) + _cells(row) == len(self.head) + 1:
                yield replace(held, cells={}, problem=_BROKEN, short=False)
                yield replace(row, cells={}, problem=_BROKEN, short=False)
                held = None
                continue
            if held:
                yield held
            held = row if row.short else None
            if not held:
                yield row
        if held:
            yield held

    def _rows(self) -> Iterator[TableRow]:
        head, width = self.head, len(self.head)
        for number, cells, problem in self._split(self._delimiter):
            if number <= self._head_row:
                continue
            if problem and problem != _LAST:
                # Behind all columns it is written as it was; there it keeps the row refused.
                yield TableRow(number, {}, [*[""] * width, *cells], problem)
            elif any(map(str.strip, cells)):
                if problem and len(cells) < width:
                    yield TableRow(number, {}, cells, _CUT)
                elif len(cells) > width and any(map(str.strip, cells[width:])):
                    yield TableRow(number, {}, cells, MORE_CELLS)
                else:
                    said = dict(zip(head, cells, strict=False))
                    yield TableRow(number, said, cells[:width], short=len(cells) < width)

    def write(self, path: str, head: Sequence[str], records: Iterable[TableRow]) -> None:
        """Write rows with the same delimiter and encoding."""
        bom = MARKED if self._encoding in (USUAL, MARKED) else self._encoding
        with open(path, "w", encoding=bom, errors="replace", newline="") as file:  # noqa: PTH123 - a name of ours
            writer = csv.writer(file, delimiter=self._delimiter)
            writer.writerow(names_of(head))
            for record in records:
                writer.writerow(_row(head, self.head, record))


def _cells(row: TableRow) -> int:
    return len(row.original)


def _unread(error: csv.Error, more: int) -> str:
    """Say why a row cannot be read, and how many lines, each perhaps a patient, went with it."""
    if not more:
        return f"the row cannot be read: {error}"
    lines = "the line" if more == 1 else f"the {more} lines"
    return (
        f"the row cannot be read: a quotation mark is opened in it and not closed, so {lines} "
        "after it are part of it, and none of them gets a leaflet (close it, or take it out)"
    )


class _Remembering:
    """Lines of a file, and those that the reader took for the row at hand."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._length = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """Return a line; raises csv.Error inside a row without end, and goes on after it."""
        line = next(self._file)
        self._length = len(line) + (self._length if self.taken else 0)
        self.taken.append(line)
        if self._length > MOST_LINE:
            raise csv.Error("it has no end; is a quotation mark left open?")
        return line


def _weight(rows: Sequence[Opening], header: Header) -> tuple[int, int]:
    """Weigh a way to split rows, by the row that is then the likeliest head."""
    return max(((header.weigh(cells), len(cells)) for _, cells in rows), default=(0, 0))


def where(row: int, above: Sequence[int]) -> str:
    """Say in which row the head is, and which rows above it were left out."""
    if not above:
        return f"header in row {row}"
    rows = f"row {above[0]}" if len(above) == 1 else f"rows {above[0]} to {above[-1]}"
    return f"header in row {row} ({rows} above it left out)"


def names_of(head: Iterable[str]) -> list[str]:
    """Write the names of columns as they were: one that had none has none again."""
    return ["" if is_unnamed(name) else name for name in head]


def _row(head: Sequence[str], known: Sequence[str], record: TableRow) -> list[str]:
    """Order a record's cells by a head; what cannot be read stays as it was."""
    if not all(name in head for name in known) or not isinstance(record.original, list):
        return [str(record.original)]
    original = record.original[: len(known)]
    named = dict(zip(known, original, strict=False)) | record.cells
    beyond = record.original[len(known) :]
    return [*(named.get(name, "") for name in head), *beyond]


class JsonLines:
    """One JSON object on each line."""

    head: Sequence[str] = ()
    spans: Mapping[str, str] = {}
    notes: Sequence[str] = ()
    place = ""
    suffix = ""

    def __init__(self, path: str) -> None:
        self._path = path
        if encoding_of(path, "").name not in (USUAL, MARKED):
            raise unreadable_error(path, "it is not UTF-8", "save it as UTF-8, which JSON requires")

    def records(self) -> Iterator[TableRow]:
        """Read every line that is not blank."""
        with open(self._path, encoding="utf-8-sig") as file:  # noqa: PTH123 - a name as typed
            for number, line in enumerate(file, 1):
                check_rows(self._path, number)
                if line.strip():
                    yield _parsed(number, line)

    def write(self, path: str, head: Sequence[str], records: Iterable[TableRow]) -> None:
        """Write objects; each names its own columns, and those of `head` that were added."""
        added = set(head)
        with open(path, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - a name of ours
            for record in records:
                kept = record.original
                kept = kept if isinstance(kept, dict) else {"line": str(kept).rstrip("\n")}
                more = {name: text for name, text in record.cells.items() if name in added}
                file.write(json.dumps(kept | more, ensure_ascii=False) + "\n")


def _parsed(number: int, line: str) -> TableRow:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "too many digits or nested brackets")
        return TableRow(number, {}, line, f"the line is not JSON: {reason.lower()}")
    if not isinstance(found, dict):
        return TableRow(number, {}, line, "the line is not an object in braces")
    if "\\u" in line and not _writable(found):
        return TableRow(number, {}, line, "the line contains half a character (a lone surrogate)")
    cells = {}
    for name, value in found.items():
        text = _text(value, "; " if column_of(name) in LISTS else " ")
        problem = f"`{shorten(name)}` is neither text nor a list of texts"
        if text is not None and not name.translate(INVISIBLE).strip():
            if not text:
                continue
            text, problem = None, "words stand under a name that is empty"
        if text is None:
            return TableRow(number, {}, found if _writable(found) else line, problem)
        cells[name] = text
    return TableRow(number, cells, found)


def _writable(found: object) -> bool:
    """Tell whether a value can go into a file of rows again."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise json.JSONDecodeError("a name occurs twice", "", 0)
    return found


def _text(value: object, between: str) -> str | None:
    """Write a value of JSON as a cell would hold it; None for one that no cell could hold."""
    if isinstance(value, list):
        words = [_word(one) for one in value]
        return None if None in words else between.join(word for word in words if word)
    return _word(value)


def _word(value: object) -> str | None:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int():
            return str(value)
        case _:
            return None
