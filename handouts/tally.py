"""Goes in: what became of each row. Comes out: counts of it, and the rows to mend."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.system.files import replacing
from handouts.system.terminal import Progress, note
from handouts.worklist import ROW_ID, Done, Refused, problem_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.errors import Fault
    from handouts.selection.request import Request
    from handouts.worklist import Outcome, Row, Worklist

_TYPED = re.compile(r"`[^`]*`")
_ALL_TYPED = re.compile(r"`.*`", re.DOTALL)
_HIDDEN = "…"


class Lack(Struct, frozen=True):
    """A row that got no leaflet."""

    number: int
    """As the file counts."""
    row: str
    """Its row id; empty where it has none, or one that may not be shown."""
    why: str
    """Empty when it is the words of its leaflet that cannot be printed."""


class Count(Struct, frozen=True, kw_only=True):
    """What is in a pile."""

    rows: int
    made: int
    leaflets: int
    """With copies."""
    sides: int
    sheets: int
    slips: int
    one_sided: bool
    lacking: Sequence[Lack]

    def sheets_of(self, pages: int) -> int:
        """Count the sheets that pages of the tally itself take."""
        return pages if self.one_sided else -(-pages // 2)

    def sheets_in_all(self, pages: int) -> int:
        """Count the sheets of the pile, with a tally of so many pages."""
        return self.sheets + self.slips + self.sheets_of(pages)


class Tally:
    """What became of each row, said as it happens."""

    def __init__(self, worklist: Worklist, *, one_sided: bool) -> None:
        self._worklist, self._one_sided = worklist, one_sided
        self._progress = Progress(worklist.total)
        self.done = self.sides = 0
        self._leaflets = self._sides = self._sheets = 0
        self.sheets: dict[str, Request] = {}
        """The papers that go into the printer, each with a request for it; the first is on top."""
        self.draft = False
        self.refused: list[Refused] = []

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Count outcomes, and name each row that got no leaflet."""
        for outcome in outcomes:
            if isinstance(outcome, Done):
                self._add(outcome)
            else:
                self.refused.append(outcome)
                self._progress.clear()
                for line in _lines(outcome):
                    note(line)
            self._progress.step()

    def count(self, *, slips: bool) -> Count:
        """Count what is in the pile, copies too."""
        return Count(
            rows=self.done + len(self.refused),
            made=self.done,
            leaflets=self._leaflets,
            sides=self._sides,
            sheets=self._sheets,
            slips=self.done if slips else 0,
            one_sided=self._one_sided,
            lacking=[_lack(one) for one in self.refused],
        )

    def write_rejects(self, folder: str, worklist: str) -> str | None:
        """Write the refused rows as a worklist; give its path."""
        stem, suffix = os.path.splitext(os.path.basename(worklist))  # noqa: PTH119, PTH122 - as typed
        path = os.path.join(folder, f"{stem}.rejects{suffix}")  # noqa: PTH118 - the same
        if not self.refused:
            return None
        with replacing(path) as part:
            self._worklist.rejects(part, ((one.row, one.faults) for one in self.refused))
        return path

    def _add(self, done: Done) -> None:
        copies, request = done.row.copies, done.request
        self.done += 1
        self.sides += done.sides
        self._leaflets += copies
        self._sides += copies * done.sides
        self._sheets += copies * done.sheets(one_sided=self._one_sided)
        self.draft |= done.pdf.draft
        self.sheets.setdefault(request.look.sheet, request)


def _lines(refused: Refused) -> Iterator[str]:
    """Say what is wrong with a row, a line for each fault; the row's own words are not repeated."""
    number = refused.row.record.number
    for fault in refused.faults:
        yield f"row {number}: {problem_text([fault])}"


def _lack(refused: Refused) -> Lack:
    """Say on paper why a row has no leaflet: what was typed is left out, a name may be in it."""
    row, faults = refused.row, refused.faults
    shown = row.has_id and not any(one.about == ROW_ID for one in faults)
    whys = dict.fromkeys(_why(row, one) for one in faults)
    return Lack(row.record.number, row.stem if shown else "", "; ".join(filter(None, whys)))


def _why(row: Row, fault: Fault) -> str:
    """Give the message without what was typed; empty for one that is about the leaflet's words."""
    if not fault.about and fault not in row.faults:
        return ""
    marked = "`" in str(row.record.original)  # then what a mark ends is not known
    message = (_ALL_TYPED if marked else _TYPED).sub(_HIDDEN, fault.message)
    return f"{fault.about}: {message}" if fault.about else message
