"""Read worklists from XLSX and ODS, sheet by sheet: `Spreadsheet`.

Formulas count as their last result. One visible sheet must hold the list, or be named.
"""

from __future__ import annotations

import os
import zipfile
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from handouts.batch.file_kinds import MOST_COLUMNS, ODS, check_head, empty_error, unreadable_error
from handouts.batch.grid import HiddenByRuleError, SheetLook, name_in, unmerged
from handouts.batch.headers import (
    MOST_ROWS_ABOVE,
    UNDER_LEFT_OUT,
    UNDER_NAMES,
    column_letters,
    keyed,
)
from handouts.batch.tables import MORE_CELLS, TableRow, names_of, where
from handouts.batch.workbook import Workbook, workbook
from handouts.content.list_form import column_of, plain
from handouts.errors import Fault, HandoutsError, RequestError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handouts.batch.grid import Book, Sheet, SheetRow
    from handouts.batch.headers import Header, Opening


MOST_BYTES = 64 << 20
"""Unpacked; a small file that unpacks to more is an attack, not a worklist."""
_MOST_SHOWN = 6


class Spreadsheet:
    """The sheet of a file that holds a list."""

    suffix = ".xlsx"

    def __init__(self, path: str, kind: str, header: Header) -> None:
        self._path = path
        with self._whole():
            _check_size(path)
            self._book = _open(path, kind)
            sheet, rows, others = self._choose(header)
            self._look = self._looked_at(sheet)
        at = header.place(rows)
        if at is None:
            message = f"row {header.form.head} of sheet `{sheet.name}` is blank, or is not there"
            raise unreadable_error(
                path, message, "name the row that holds the names of the columns"
            )
        self._sheet = sheet.name
        self._head_row, names = rows[at]
        while names and not names[-1]:
            names.pop()
        check_head(path, names)
        self.head: Sequence[str]
        self.spans: Mapping[str, str]
        self.head, self.spans = self._named(names)
        self._check_hidden(header)
        name = shorten(sheet.name)
        self.notes: Sequence[str] = [
            *others,
            *(f"sheet `{name}`: {one}" for one in self._look.unread),
        ]
        place = where(self._head_row, [number for number, _ in rows[:at]])
        self.place = f"sheet `{shorten(sheet.name)}`, {place}"

    def records(self) -> Iterator[TableRow]:
        """Read the rows below the head."""
        head, width = self.head, len(self.head)
        for line in self._lines():
            number, cells = line.number, line.cells
            if number <= self._head_row:
                continue
            out = "hidden" if line.hidden else "struck out" if line.struck else ""
            if any(cells[width:]) and not out:
                yield TableRow(number, {}, cells, MORE_CELLS)
            else:
                yield TableRow(
                    number, dict(zip(head, cells, strict=False)), cells[:width], left_out=out
                )

    def write(self, path: str, head: Sequence[str], records: Iterable[TableRow]) -> None:
        """Write a workbook of one sheet; with more columns than it had perhaps."""
        rows: list[Sequence[str]] = [names_of(head)]
        for record in records:
            named = dict(zip(self.head, record.original, strict=False)) | record.cells
            beyond = record.original[len(self.head) :]
            rows.append([*(named.get(name, "") for name in head), *beyond])
        with open(path, "wb") as file:  # noqa: PTH123 - a name of ours
            file.write(workbook(rows, self._sheet))

    # -------------------------------------------------------------- the sheet
    def _choose(self, header: Header) -> tuple[Sheet, list[Opening], list[str]]:
        """Find the sheet to read: its first rows, and what to say of the others."""
        sheets, wanted = self._book.sheets, header.form.sheet
        names = ", ".join(f"`{shorten(one.name)}`" for one in sheets[:_MOST_SHOWN])
        if wanted:
            found = [one for one in sheets if plain(one.name) == plain(wanted)]
            found = [one for one in found if one.name == wanted] or found
            if len(found) != 1:
                message = f"it has no sheet `{shorten(wanted)}`"
                raise unreadable_error(self._path, message, f"its sheets are {names}")
            rows = self._opening(found[0], header)
            if not rows:
                raise empty_error(self._path)
            return found[0], rows, []
        openings = {one.name: self._opening(one, header) for one in sheets if not one.hidden}
        filled = [one for one in sheets if openings.get(one.name)]
        lists = [one for one in filled if any(header.leads(row) for _, row in openings[one.name])]
        if len(lists) > 1:
            both = ", ".join(f"`{shorten(one.name)}`" for one in lists[:_MOST_SHOWN])
            message = f"{len(lists)} of its sheets hold a list: {both}"
            hint = f"say which: --sheet {lists[0].name!r}"
            on_page = f"write which under “Sheet”, such as {lists[0].name}"
            raise unreadable_error(self._path, message, hint, on_page)
        if not filled:
            hidden = any(one.hidden for one in sheets)
            if hidden:
                hint = f"show it in the spreadsheet, or add: --sheet {sheets[0].name!r}"
                on_page = f"show it in the spreadsheet, or write {sheets[0].name} under “Sheet”"
                message = "every sheet with words is hidden"
                raise unreadable_error(self._path, message, hint, on_page)
            raise empty_error(self._path)
        chosen = (lists or filled)[0]
        others = [
            f"sheet `{shorten(one.name)}`{' (hidden)' if one.hidden else ''} is left out"
            for one in sheets
            if one is not chosen and (one in filled or one.hidden)
        ]
        return chosen, openings[chosen.name], others[:_MOST_SHOWN]

    def _opening(self, sheet: Sheet, header: Header) -> list[Opening]:
        """Read the first rows that are to be seen."""
        head = header.form.head
        lines = (
            (line.number, [*map(name_in, line.cells)])
            for line in self._book.lines(sheet.name)
            if not line.hidden or line.number == head
        )
        return list(islice(lines, max(MOST_ROWS_ABOVE, head)))

    def _looked_at(self, sheet: Sheet) -> SheetLook:
        try:
            return self._book.look(sheet.name)
        except HiddenByRuleError:
            message = f"a rule of sheet `{shorten(sheet.name)}` strikes words out, or hides them"
            hint = "take away the conditional formatting, and the words that it hides"
            raise unreadable_error(self._path, message, hint) from None

    def _named(self, names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """Name every column, and find those without a name that another's is merged over."""
        row, width = self._head_row, len(names)
        over = [
            (area.left, min(area.right, MOST_COLUMNS - 1))
            for area in self._look.merged
            if area.top <= row <= area.bottom and area.left < width
        ]
        wide = max((right + 1 for _, right in over), default=width)
        padded = [*names, *[""] * (wide - width)]
        keys = keyed(padded)
        return keys, {
            keys[at]: keys[left]
            for left, right in over
            for at in range(left + 1, right + 1)
            if not padded[at]
        }

    def _check_hidden(self, header: Header) -> None:
        """Refuse a column that nobody sees, unless somebody named it."""
        form = header.form
        said = {plain(one) for one in form.ignored} | {plain(text) for _, text in form.columns}
        faults = []
        for place in sorted(self._look.hidden):
            name = self.head[place] if place < len(self.head) else ""
            if not name or plain(name) in said or column_of(name) is None:
                continue
            where_ = f"column {column_letters(place)} (`{shorten(name)}`) of sheet `{self._sheet}`"
            hint = (
                f"show it in the spreadsheet, or leave it out: --ignore {shorten(name)!r}, "
                f"or take it: --column {column_of(name)}={shorten(name)!r}"
            )
            on_page = (
                f"show it in the spreadsheet, or write {shorten(name)} {UNDER_LEFT_OUT}, "
                f"or {column_of(name)} = {shorten(name)} {UNDER_NAMES}"
            )
            faults.append(Fault(message=f"{where_} is hidden", hint=hint, on_page=on_page))
        if faults:
            raise RequestError(*faults)

    def _lines(self) -> Iterator[SheetRow]:
        areas = [area for area in self._look.merged if area.bottom > self._head_row]
        named = {at for at, name in enumerate(names_of(self.head)) if name}
        with self._whole():
            yield from unmerged(self._book.lines(self._sheet), areas, named)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Say that a file is broken, whatever its library finds; raises RequestError."""
        try:
            yield
        except (HandoutsError, OSError):
            raise
        except Exception as error:  # a library lets out whatever its parsers meet
            suffix = os.path.splitext(self._path)[1].lower()  # noqa: PTH122 - a name as typed
            hint = "open it in a spreadsheet program and save it again, as .xlsx or CSV UTF-8"
            raise unreadable_error(
                self._path, f"it is not a complete {suffix} file", hint
            ) from error


def _open(path: str, kind: str) -> Book:
    if kind == ODS:
        from handouts.batch.opendocument import OpenDocument  # noqa: PLC0415 - only this kind needs it

        return OpenDocument(path)
    return Workbook(path)


def _check_size(path: str) -> None:
    with zipfile.ZipFile(path) as packed:
        size = sum(one.file_size for one in packed.infolist())
    if size > MOST_BYTES:
        hint = "save only the worklist, as a new file"
        raise unreadable_error(path, "unpacked, it is larger than any worklist", hint)
