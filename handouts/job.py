"""Goes in: a worklist and where its leaflets go. Comes out: a run, and what to say of it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.batch import Done, Refused, check_all, make_all, send
from handouts.crew import Crew
from handouts.exits import note
from handouts.outbox import open_outbox
from handouts.pipeline import open_workshop
from handouts.progress import Progress
from handouts.tables import readable
from handouts.worklist import Worklist, problem_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.batch import Outcome
    from handouts.pipeline import Workshop
    from handouts.selectors import Words

REMINDER = "This content is not approved by a clinician. Do not give it to patients."


class Job(Struct, frozen=True, kw_only=True):
    """What is to be done."""

    worklist: str
    ignored: tuple[str, ...]
    words: Words
    """What all rows share."""
    folder: str | None
    """Where the leaflets go; None only checks the rows."""
    workers: int
    require_signed: bool


class Report(Struct, frozen=True):
    """What was done."""

    summary: str
    notes: tuple[str, ...]
    refused: int


def run_job(job: Job) -> Report:
    """Make the leaflets of a worklist; raises HandoutsError for what stops all of them."""
    workshop = open_workshop(job.words.content)
    worklist = Worklist(job.worklist, job.ignored)
    if worklist.table.note:
        note(f"{os.path.basename(job.worklist)}: {worklist.table.note}")  # noqa: PTH119 - as typed
    tally = Tally(worklist)
    with readable(job.worklist):
        if job.folder is None:
            rows, signed = worklist.rows(), job.require_signed
            tally.take(check_all(workshop, job.words, rows, require_signed=signed))
            return tally.report("can be made; nothing was written", None)
        with _crew(workshop, job) as crew, open_outbox(job.folder, workshop.library.version) as box:
            made = make_all(workshop, job.words, worklist.rows(), crew)
            tally.take(send(made, box))
            box.finish()
            rejects = tally.write_rejects(box.folder, job.worklist)
    return tally.report(f"in {job.folder}", rejects)


@contextmanager
def _crew(workshop: Workshop, job: Job) -> Iterator[Crew]:
    crew = Crew(workshop, job.workers, require_signed=job.require_signed)
    try:
        yield crew
    finally:
        crew.dismiss()


class Tally:
    """What became of each row, said as it happens."""

    def __init__(self, worklist: Worklist) -> None:
        self._worklist = worklist
        self._progress = Progress(worklist.total)
        self.done = self.sides = 0
        self.draft = False
        self.refused: list[Refused] = []

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Count outcomes, and name each row that got no leaflet."""
        for outcome in outcomes:
            if isinstance(outcome, Done):
                self.done += 1
                self.sides += outcome.pdf.pages
                self.draft |= outcome.pdf.draft
            else:
                self.refused.append(outcome)
                self._progress.clear()
                for line in _lines(outcome):
                    note(line)
            self._progress.step()

    def write_rejects(self, folder: str, worklist: str) -> str | None:
        """Write the refused rows as a worklist; give its path."""
        stem, suffix = os.path.splitext(os.path.basename(worklist))  # noqa: PTH119, PTH122 - as typed
        path = os.path.join(folder, f"{stem}.rejects{suffix}")  # noqa: PTH118 - the same
        if not self.refused:
            return None
        self._worklist.rejects(path, ((one.row, one.faults) for one in self.refused))
        return path

    def report(self, where: str, rejects: str | None) -> Report:
        """Say what was done."""
        leaflets = "1 leaflet" if self.done == 1 else f"{self.done} leaflets"
        summary = f"{leaflets} {where}"
        if self.sides:
            summary = f"{leaflets}, {self.sides} sides, {where}"
        if count := len(self.refused):
            rows = "1 row" if count == 1 else f"{count} rows"
            summary += f"; {rows} refused" + (f", to mend in {rejects}" if rejects else "")
        return Report(summary, (REMINDER,) if self.draft else (), count)


def _lines(refused: Refused) -> Iterator[str]:
    """Say what is wrong with a row, a line for each fault; the row's own words are not repeated."""
    number = refused.row.record.number
    for fault in refused.faults:
        yield f"row {number}: {problem_text([fault])}"
