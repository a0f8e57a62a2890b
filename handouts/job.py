"""Goes in: a worklist and where its leaflets go. Comes out: a run, and what to say of it."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.batch import Done, Refused, bind, check_all, make_all, send
from handouts.binding import Binder
from handouts.bodies import Bodies
from handouts.crew import Crew
from handouts.exits import REMINDER, note
from handouts.outbox import open_outbox, replacing
from handouts.part import Part
from handouts.pipeline import open_workshop
from handouts.premises import look_around
from handouts.progress import Progress
from handouts.worklist import Worklist, problem_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.batch import Outcome
    from handouts.pipeline import Workshop
    from handouts.selectors import Words


class Job(Struct, frozen=True, kw_only=True):
    """What is to be done."""

    worklist: str
    ignored: tuple[str, ...]
    words: Words
    """What all rows share."""
    folder: str | None
    """Where a file for each patient goes."""
    merge: str | None
    """Where one file of all leaflets goes; with no folder either, rows are only checked."""
    workers: int
    require_signed: bool
    keep: bool
    """Bodies are kept on disk, and taken from there."""


class Report(Struct, frozen=True):
    """What was done."""

    summary: str
    notes: tuple[str, ...]
    refused: int


def run_job(job: Job) -> Report:
    """Make the leaflets of a worklist; raises HandoutsError for what stops all of them."""
    premises = look_around(job.words.content) if job.keep else None
    bodies = Bodies(premises, require_signed=job.require_signed)
    workshop = open_workshop(job.words.content)
    worklist = Worklist(job.worklist, job.ignored)
    if worklist.table.note:
        note(f"{os.path.basename(job.worklist)}: {worklist.table.note}")  # noqa: PTH119 - as typed
    tally = Tally(worklist)
    if job.folder is None and job.merge is None:
        rows, signed = worklist.rows(), job.require_signed
        tally.take(check_all(workshop, job.words, rows, require_signed=signed))
        return tally.report("can be made; nothing was written", None)
    with ExitStack() as stack:
        crew = stack.enter_context(_crew(workshop, job))
        outcomes = make_all(workshop, job.words, worklist.rows(), crew, bodies)
        rejects = os.path.dirname(job.merge or "")  # noqa: PTH120 - a name as typed
        if job.folder is not None:
            box = stack.enter_context(open_outbox(job.folder, workshop.library.version))
            outcomes, rejects = send(outcomes, box), job.folder
        part = stack.enter_context(_part(job.merge)) if job.merge else None
        binder = Binder(part) if part else None
        tally.take(bind(outcomes, binder) if binder else outcomes)
        if part and binder and tally.done:
            binder.finish()
            part.finish()
        if job.folder is not None:
            box.finish()
        mend = tally.write_rejects(rejects, job.worklist)
    return tally.report(f"in {' and '.join(filter(None, (job.folder, job.merge)))}", mend)


@contextmanager
def _part(path: str) -> Iterator[Part]:
    part = Part(path)
    try:
        yield part
    finally:
        part.discard()


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
        with replacing(path) as part:
            self._worklist.rejects(part, ((one.row, one.faults) for one in self.refused))
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
