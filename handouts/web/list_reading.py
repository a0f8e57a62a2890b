"""Read a worklist that was dropped on the page, mend its cells, and make its leaflets: `ListDesk`.

It works in a process of its own, which holds all that the list says of patients, and ends with it.
"""

from __future__ import annotations

import io
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.batch.make import RenderPool, RowReader, make_all
from handouts.batch.output import PrintFile
from handouts.batch.staff_sheets import Tally
from handouts.batch.worklist import Done, Refused, Worklist, problem_text
from handouts.content.list_form import ListForm
from handouts.errors import Fault, SelectionError, shorten
from handouts.fastpath.fingerprint import take_fingerprint
from handouts.fastpath.name_slot import put_line
from handouts.pipeline import open_publisher
from handouts.render.pdf.merge import PdfMerger
from handouts.reuse import BodyCache
from handouts.selection.options import RequestOptions
from handouts.web.list_records import ListCheck, ListRow, ListSummary
from handouts.web.memory_file import MemoryFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from handouts.batch.worklist import Outcome, Row
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.selection.request import Request


MOST_MADE = 5_000
"""Leaflets that are made in memory at once."""


class ListDesk:
    """One list: its rows, with the cells that were mended."""

    def __init__(self, content: str | None, suffix: str, raw: bytes, form: ListForm) -> None:
        """Raises RequestError where the list cannot be used."""
        self._content = content
        self._publisher = open_publisher(content)
        self._shared = RequestOptions(content=content)
        self._file = MemoryFile(suffix, raw)
        self._form = form
        self._worklist = Worklist(self._file.path, form, called="your list")
        self._rows = list(self._worklist.rows())
        self._reader = RowReader(self._publisher, self._shared, [], any_date=form.any_date)
        self._checked = 0
        self._refused: list[int] = []

    def summary(self) -> ListSummary:
        """Say how the list was read."""
        return ListSummary(
            columns=self._columns, total=len(self._rows), notes=tuple(self._worklist.notes())
        )

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        named = tuple(self._worklist.table.head)
        return named or tuple(
            dict.fromkeys(name for row in self._rows for name in row.record.cells)
        )

    def rows(self, first: int, count: int) -> list[ListRow]:
        """Return some rows, from a place in the list on."""
        return [self._shown(row) for row in self._rows[first : first + count]]

    def mend(self, place: int, column: str, text: str) -> ListRow:
        """Put another text into a cell, and read the row again as the file would be read.

        Raises SelectionError for a row or a column that the list does not have.
        """
        self._refuse_strange(place, column)
        old = self._rows[place].record
        record = replace(old, cells=old.cells | {column: text}, problem="")
        self._rows[place] = self._worklist.row_of(record)
        if place < self._checked:
            self._refused = [one for one in self._refused if one != place]
            if self._faults(self._rows[place]):
                self._refused.append(place)
        return self._shown(self._rows[place])

    def check(self, some: int) -> bool:
        """Look through some more rows; False when all are looked through."""
        for place in range(self._checked, min(self._checked + some, len(self._rows))):
            if self._faults(self._rows[place]):
                self._refused.append(place)
            self._checked += 1
        return self._checked < len(self._rows)

    def checked(self, most: int = 200) -> ListCheck:
        """Say how far the list is looked through."""
        return ListCheck(
            checked=self._checked,
            total=len(self._rows),
            refused=tuple(sorted(self._refused)[:most]),
            refused_count=len(self._refused),
        )

    def make(
        self, *, packed: bool, slips: bool, one_sided: bool, on_progress: Callable[[int], None]
    ) -> bytes:
        """Make one file to print, or `packed` a ZIP of a file for each row with its tally.

        Raises SelectionError where that would be more than is made here.
        """
        if len(self._rows) > MOST_MADE:
            message = f"{len(self._rows)} rows are more than this page makes at once"
            hint = f"split the list into files of up to {MOST_MADE} rows"
            raise SelectionError(Fault(message=message, hint=hint))
        tally = Tally(self._worklist, one_sided=one_sided)
        outcomes = self._counted(self._outcomes(in_one=not packed), on_progress)
        pile = _MemoryPile(duplex=not one_sided)
        print_file = PrintFile(
            pile, self._publisher, self._content, len(self._rows), slips=slips, one_sided=one_sided
        )
        if packed:
            return self._zipped(tally, outcomes, print_file, pile)
        tally.take(print_file.bind(outcomes))
        print_file.finish(tally)
        return pile.content

    def rejects(self) -> tuple[bytes, str]:
        """Return the rows without a leaflet as a worklist to mend, and the suffix of its name."""
        suffix = self._worklist.rejects_suffix
        refused = [(row, faults) for row in self._rows if (faults := self._faults(row))]
        with MemoryFile(suffix) as file:
            self._worklist.rejects(file.path, iter(refused))
            return file.read(), suffix

    def close(self) -> None:
        """Forget the list."""
        self._file.close()

    # -------------------------------------------------------------- inside
    def _refuse_strange(self, place: int, column: str) -> None:
        if not 0 <= place < len(self._rows):
            message, hint = (
                "the list has no such row",
                f"give a place from 0 to {len(self._rows) - 1}",
            )
            raise SelectionError(Fault(message=message, hint=hint))
        if column not in self._columns:
            message = f"the list has no column `{shorten(column)}`"
            raise SelectionError(Fault(message=message, hint=f"one of {', '.join(self._columns)}"))

    def _faults(self, row: Row) -> tuple[Fault, ...]:
        """Return why a row gets no leaflet; nothing where it gets one."""
        found = self._reader.read(row).request
        return found if isinstance(found, tuple) else ()

    def _shown(self, row: Row) -> ListRow:
        asked = self._reader.read(row)
        request = asked.request
        faults = request if isinstance(request, tuple) else asked.unnamed
        understood = "" if isinstance(request, tuple) else self._understood(request)
        return ListRow(
            number=row.record.number,
            cells=row.record.cells,
            understood=understood,
            problem=_problem_text(faults),
            wrong=tuple(
                dict.fromkeys(
                    cell
                    for fault in faults
                    for cell in self._worklist.cells_of(row.record, fault.about)
                )
            ),
        )

    def _understood(self, request: Request) -> str:
        """Say in the labels of the content what leaflet a row gets."""
        library = self._publisher.library
        facts = [library.flags[flag].label for flag in request.flags] or ["No fact"]
        asked = "asked about all" if request.screened else "not asked about all"
        parts = (library.regions[request.region].label, library.statuses[request.status].label)
        return f"{parts[0]}. {parts[1]}. {'; '.join(facts)}; {asked}."

    def _outcomes(self, *, in_one: bool) -> Iterator[Outcome]:
        bodies = BodyCache(take_fingerprint(self._content))
        crew = RenderPool(self._publisher, 1, require_signed=False)
        return make_all(
            self._publisher, self._shared, self._rows, crew, bodies,
            understood=[], in_one=in_one, any_date=self._form.any_date,
        )  # fmt: skip

    def _counted(
        self, outcomes: Iterator[Outcome], on_progress: Callable[[int], None]
    ) -> Iterator[Outcome]:
        for number, outcome in enumerate(outcomes, 1):
            on_progress(number)
            yield outcome

    def _zipped(
        self, tally: Tally, outcomes: Iterator[Outcome], sheets: PrintFile, pile: _MemoryPile
    ) -> bytes:
        """Pack a file for each row, the tally sheet, and the rows that got none."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as files:

            def put(outcome: Outcome) -> Outcome:
                if isinstance(outcome, Done):
                    files.writestr(f"{outcome.row.stem}.pdf", put_line(outcome.pdf, outcome.line))
                return outcome

            tally.take(map(put, outcomes))
            sheets.finish(tally)
            if pile.content:
                files.writestr("tally.pdf", pile.content)
            if any(isinstance(one, Refused) for one in tally.refused):
                content, suffix = self.rejects()
                files.writestr(f"rejects{suffix}", content)
        return packed.getvalue()


def _problem_text(faults: Iterable[Fault]) -> str:
    """Write what is wrong with a row in the words for the page."""
    return problem_text([one.for_page() for one in faults])


class _MemoryPile:
    """What a print file is bound into, in memory."""

    def __init__(self, *, duplex: bool) -> None:
        self._file = io.BytesIO()
        self._merger = PdfMerger(self._file, duplex=duplex)
        self.content = b""

    def begin_row(self) -> None:
        """Begin what stays together: everything does."""

    def add(self, title: str, pdf: TypesetPdf, line: bytes | None) -> None:
        """Add a leaflet on a fresh sheet."""
        self._merger.add(title, pdf, line)

    def finish(self) -> None:
        """End the file."""
        self._merger.finish()
        self.content = self._file.getvalue()
