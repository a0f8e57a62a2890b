"""Read and write worklists as CSV or JSON Lines, row by row: `Csv`, `JsonLines`.

Delimiter and encoding are recognised; limits of size keep any file from exhausting memory.
"""

from __future__ import annotations

import csv
import json
import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from handouts.errors import Fault, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


MOST_BYTES = 64 << 20
MOST_ROWS = 1 << 18
"""More than twice those of the largest worklist that is tried."""
MOST_COLUMNS = 256
MOST_LINE = 1 << 18
"""Of one row, in bytes and in characters."""


@contextmanager
def reporting_unreadable(path: str) -> Iterator[None]:
    """Say what is wrong with a file that cannot be read; raises RequestError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise unreadable_error(
            path, reason, "name a worklist; --template writes a sample"
        ) from error
    except UnicodeError as error:
        raise unreadable_error(
            path, "it is not text in a known encoding", "save it as CSV UTF-8"
        ) from error


def check_file(path: str) -> None:
    """Refuse what is no file, and what is larger than any worklist; raises RequestError.

    A pipe cannot be read twice, and a worklist is.
    """
    found = os.stat(path)  # noqa: PTH116 - a name as typed
    if not stat.S_ISREG(found.st_mode):
        raise unreadable_error(
            path, "it is not a plain file", "save the worklist to a file, and name that"
        )
    if found.st_size > MOST_BYTES:
        raise unreadable_error(
            path, "it is larger than any worklist", "split it into several files"
        )


def check_head(path: str, head: Sequence[str]) -> None:
    """Refuse more columns than any worklist has; raises RequestError."""
    if len(head) > MOST_COLUMNS:
        hint = "keep only those that leaflets need; --template writes a sample worklist"
        raise unreadable_error(path, f"it has more than {MOST_COLUMNS} columns", hint)


def check_rows(path: str, number: int) -> None:
    """Refuse more rows than any worklist has; raises RequestError."""
    if number > MOST_ROWS:
        raise unreadable_error(
            path, f"it has more than {MOST_ROWS} rows", "split it into several files"
        )


def unreadable_error(path: str, reason: str, hint: str) -> RequestError:
    """Make the error of a worklist that cannot be used."""
    name = os.path.basename(path)  # noqa: PTH119 - a name as typed
    return RequestError(Fault(message=f"cannot use `{name}`: {reason}", hint=hint))


def empty_error(path: str) -> RequestError:
    """Make the error of a worklist without a row."""
    return unreadable_error(path, "it is empty", "name the columns in its first row")


DELIMITERS = ",;\t|"
_CHUNK = 1 << 16


class TableRow(Struct, frozen=True):
    """One row as it stands in the file."""

    number: int
    """As a spreadsheet shows it: the head is row 1. In JSON Lines, the line."""
    cells: dict[str, str]
    """By the name of the column, as written; empty for a row that cannot be read."""
    original: Any
    """What the file held, for writing it again."""
    problem: str = ""
    """Why the row cannot be read."""


class TableFile(Protocol):
    """A file of records."""

    head: Sequence[str]
    """The names of the columns; none where each record names its own."""
    note: str
    """What a person should know of how the file was read."""

    def records(self) -> Iterator[TableRow]:
        """Read the file from the start, without the head; blank rows are left out."""

    def write(self, path: str, head: Sequence[str], records: Iterable[TableRow]) -> None:
        """Write records of this kind, with more columns than they had perhaps."""


# ------------------------------------------------------------------ CSV
class Csv:
    """Comma-separated values, with whatever else Excel separates and encodes them by."""

    def __init__(self, path: str, weigh: Callable[[Sequence[str]], int]) -> None:
        """`weigh` says how many names of columns it knows; that finds the delimiter."""
        self._path = path
        self._encoding = encoding_of(path)
        self.note = ""
        if self._encoding == "cp1252":
            self.note = "read as Windows-1252, because it is not UTF-8: check a name with an accent"
        self._skipped, first = self._first()
        csv.field_size_limit(MOST_LINE)
        split = [next(csv.reader([first], delimiter=mark), []) for mark in DELIMITERS]
        check_head(path, max(split, key=len))
        best = max(range(len(split)), key=lambda n: (weigh(split[n]), len(split[n])))
        self._delimiter = DELIMITERS[best]
        self.head: Sequence[str] = split[best]

    def _first(self) -> tuple[int, str]:
        """Find the head; Excel may put `sep=;` on a line before it."""
        with open(self._path, encoding=self._encoding, newline="") as file:  # noqa: PTH123 - a name as typed
            for skipped, line in enumerate(file):
                if line.strip() and not line.startswith("sep="):
                    return skipped, line
        raise empty_error(self._path)

    def records(self) -> Iterator[TableRow]:
        """Read the rows below the head."""
        with open(self._path, encoding=self._encoding, newline="") as file:  # noqa: PTH123 - as above
            lines = _Remembering(file)
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
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
                    raw = "".join(lines.taken)
                    problem = f"the row cannot be read: {error}"
                    yield TableRow(number, {}, [raw], problem)
                    continue
                if number > self._skipped + 1 and any(cell.strip() for cell in cells):
                    yield self._record(number, cells)

    def _record(self, number: int, cells: list[str]) -> TableRow:
        named = dict(zip(self.head, cells, strict=False))
        if any(cell.strip() for cell in cells[len(self.head) :]):
            return TableRow(number, {}, cells, "the row has more cells than the header")
        return TableRow(number, named, cells[: len(self.head)])

    def write(self, path: str, head: Sequence[str], records: Iterable[TableRow]) -> None:
        """Write rows with the same delimiter and encoding."""
        bom = "utf-8-sig" if self._encoding in ("utf-8", "utf-8-sig") else self._encoding
        with open(path, "w", encoding=bom, errors="replace", newline="") as file:  # noqa: PTH123 - a name of ours
            writer = csv.writer(file, delimiter=self._delimiter)
            writer.writerow(head)
            for record in records:
                writer.writerow(_row(head, self.head, record))


class _Remembering:
    """Lines of a file, and those that the reader took for the row at hand."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._length = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """Give a line; raises csv.Error inside a row without end, and goes on after it."""
        line = next(self._file)
        self._length = len(line) + (self._length if self.taken else 0)
        self.taken.append(line)
        if self._length > MOST_LINE:
            raise csv.Error("it has no end; is a quotation mark left open?")
        return line


def _row(head: Sequence[str], known: Sequence[str], record: TableRow) -> list[str]:
    """Order a record's cells by a head; what cannot be read stays as it was."""
    if not all(name in head for name in known) or not isinstance(record.original, list):
        return [str(record.original)]
    original = record.original[: len(known)]
    named = dict(zip(known, original, strict=False)) | record.cells
    beyond = record.original[len(known) :]
    return [*(named.get(name, "") for name in head), *beyond]


def encoding_of(path: str) -> str:
    """Tell how a text is encoded: by its mark, else UTF-8 if it is valid, else as Excel does."""
    with open(path, "rb") as file:  # noqa: PTH123 - a name as typed
        start = file.read(4)
    if start.startswith(b"PK\3\4"):
        raise unreadable_error(path, "it is a spreadsheet", "give it a name that ends in .xlsx")
    wide = start.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    decoder, encoding = getincrementaldecoder("utf-8")(), "utf-8"
    endless = 0
    for chunk in _chunks(path):
        if b"\0" in chunk and not wide:
            raise unreadable_error(path, "it is not a text file", "save it as CSV UTF-8")
        endless = 0 if b"\n" in chunk or b"\r" in chunk else endless + len(chunk)
        if endless > MOST_LINE:
            raise unreadable_error(
                path, "it has a line without an end", "name a worklist, saved as CSV"
            )
        if encoding == "utf-8" and not wide:
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                encoding = "cp1252"
    if wide:
        return "utf-16"
    return "utf-8-sig" if start.startswith(BOM_UTF8) else encoding


def _chunks(path: str) -> Iterator[bytes]:
    """Read a file in pieces; the last one is empty."""
    with open(path, "rb") as file:  # noqa: PTH123 - a name as typed
        while chunk := file.read(_CHUNK):
            yield chunk
    yield b""


# ------------------------------------------------------------------ JSON Lines
class JsonLines:
    """One JSON object on each line."""

    head: Sequence[str] = ()
    note = ""

    def __init__(self, path: str) -> None:
        self._path = path
        if encoding_of(path) not in ("utf-8", "utf-8-sig"):
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
        text = _text(value)
        if text is None:
            problem = f"`{shorten(name)}` is neither text nor a list of texts"
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


def _text(value: object) -> str | None:
    """Write a value of JSON as a cell would hold it; None for one that no cell could hold."""
    if isinstance(value, list):
        words = [_word(one) for one in value]
        return None if None in words else " ".join(word for word in words if word)
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
