"""Read and write worklists as XLSX: `Spreadsheet`.

Formulas count as their last result. The same rows give the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, BinaryIO

import openpyxl
from openpyxl.cell import WriteOnlyCell

from handouts.batch.tables import (
    MOST_COLUMNS,
    TableRow,
    check_head,
    check_rows,
    empty_error,
    unreadable_error,
)
from handouts.errors import HandoutsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet


MOST_BYTES = 64 << 20
"""Unpacked; a small file that unpacks to more is an attack, not a worklist."""
_ALWAYS = b"2000-01-01T00:00:00Z"
"""When every workbook of ours was made: the same rows give the same bytes."""
_CHUNK, _LONGEST = 1 << 20, 64
_FORMULA = re.compile(rb"<(?:\w{1,50}:)?f[\s/>]")
_UNSOLVED = (
    "a formula has no stored result: open the file in a spreadsheet program and save it again"
)
_WHEN = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=</dcterms:)")

warnings.filterwarnings("ignore", module="openpyxl")  # on looks that are none of ours


class Spreadsheet:
    """The first sheet of a workbook; formulas count as what they last gave."""

    note = ""

    def __init__(self, path: str) -> None:
        self._path = path
        head = next((cells for _, cells, _ in self._rows()), [])
        while head and not head[-1]:
            head.pop()
        if not head:
            raise empty_error(path)
        check_head(path, head)
        self.head: Sequence[str] = head

    def records(self) -> Iterator[TableRow]:
        """Read the rows below the head."""
        rows = self._rows()
        next(rows)
        for number, cells, unsolved in rows:
            if unsolved or any(cells[len(self.head) :]):
                problem = _UNSOLVED if unsolved else "the row has more cells than the header"
                yield TableRow(number, {}, cells, problem)
                continue
            named = dict.fromkeys(self.head, "") | dict(zip(self.head, cells, strict=False))
            yield TableRow(number, named, cells[: len(self.head)])

    def _rows(self) -> Iterator[tuple[int, list[str], bool]]:
        """Read the rows that are not blank: number, cells, and whether a formula has no result."""
        try:
            with open(self._path, "rb") as file:  # noqa: PTH123 - a name as typed
                self._check_size(file)
                unsolved = _unsolved(file) if _has_formulas(file) else frozenset()
                sheet_rows = _sheet(file).iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
                for number, values in enumerate(sheet_rows, 1):
                    check_rows(self._path, number)
                    cells = [*map(_text, values)] if values.count(None) < len(values) else []
                    if any(cells) or number in unsolved:
                        yield number, cells, number in unsolved
        except (HandoutsError, OSError):
            raise
        except Exception as error:  # openpyxl lets out whatever its parsers meet
            hint = "open it in a spreadsheet program and save it again, as .xlsx or CSV UTF-8"
            raise unreadable_error(self._path, "it is not a complete .xlsx file", hint) from error

    def _check_size(self, file: BinaryIO) -> None:
        with zipfile.ZipFile(file) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > MOST_BYTES:
            hint = "save only the worklist, as a new file"
            raise unreadable_error(self._path, "unpacked, it is larger than any worklist", hint)

    def write(self, path: str, head: Sequence[str], records: Iterable[TableRow]) -> None:
        """Write a workbook of one sheet; with more columns than it had perhaps."""
        rows: list[Sequence[str]] = [head]
        for record in records:
            named = dict(zip(self.head, record.original, strict=False)) | record.cells
            beyond = record.original[len(self.head) :]
            rows.append([*(named.get(name, "") for name in head), *beyond])
        with open(path, "wb") as file:  # noqa: PTH123 - a name of ours
            file.write(workbook(rows))


def _sheet(file: BinaryIO, *, results: bool = True) -> Worksheet:
    """Open the first sheet, with the last results of formulas or with the formulas themselves."""
    book = openpyxl.load_workbook(file, read_only=True, data_only=results)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # some programs write wrong ones
    return sheet


def _unsolved(file: BinaryIO) -> frozenset[int]:
    """Number the rows where a formula has no result; an empty text is one."""
    rows = zip(
        _sheet(file).iter_rows(max_col=MOST_COLUMNS),
        _sheet(file, results=False).iter_rows(max_col=MOST_COLUMNS, values_only=True),
        strict=True,
    )
    return frozenset(
        number
        for number, (cells, written) in enumerate(rows, 1)
        for cell, said in zip(cells, written, strict=True)
        if said is not None and cell.value is None and cell.data_type != "str"
    )


def _has_formulas(file: BinaryIO) -> bool:
    """Tell whether any sheet has a formula; a worklist seldom has, and is then read once."""
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/"):
                before = b""
                with packed.open(name) as sheet:
                    while chunk := sheet.read(_CHUNK):
                        if _FORMULA.search(before + chunk):
                            return True
                        before = chunk[-_LONGEST:]
    return False


def workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """Write a workbook of one sheet; no cell is a formula, whatever it starts with.

    The same rows give the same bytes: it does not say when it was made.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("worklist")
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=text) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return _timeless(content)


def _timeless(book: io.BytesIO) -> bytes:
    """Take the times of writing out of a workbook."""
    content = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(content, "w") as new:
        for one in old.infolist():
            entry = zipfile.ZipInfo(one.filename)  # of 1980, the first year that it knows
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, _WHEN.sub(_ALWAYS, old.read(one)))
    return content.getvalue()


def _text(value: object) -> str:
    """Write a cell as a person would have typed it into a CSV file."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value).strip()
