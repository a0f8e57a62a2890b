"""Run a batch from its worklist to its summary: `run_job`."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.batch.make import RenderPool, make_all, refuse_shared
from handouts.batch.output import open_outbox, send
from handouts.batch.records import ListRecords
from handouts.batch.staff_sheets import Tally
from handouts.batch.worklist import Worklist
from handouts.content.profile import Preset
from handouts.errors import Fault, OutputError
from handouts.fastpath.fingerprint import take_fingerprint
from handouts.fastpath.signals import unstoppable
from handouts.pipeline import open_publisher
from handouts.reuse import BodyCache
from handouts.selection.presets import as_options, preset_named
from handouts.system.terminal import REMINDER, note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.batch.output import PrintFile, Volumes
    from handouts.content.list_form import ListForm
    from handouts.pipeline import Publisher
    from handouts.render.pdf.encryption import Password
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request


class BatchJob(Struct, frozen=True, kw_only=True):
    """What is to be done."""

    worklist: str
    form: ListForm
    """How it is to be read."""
    options: RequestOptions
    """What all rows share."""
    folder: str | None
    """Where a file for each patient goes."""
    merge: str | None
    """Where one file of all leaflets goes."""
    slips: bool
    """Whether a slip sheet goes before each row's leaflets in that file."""
    one_sided: bool
    printer: str | None
    """Where that file is printed; empty: the usual printer."""
    dry_run: bool
    """All rows are made, and nothing is written."""
    quiet: bool
    """Neither progress is said nor how words are read; what is left out, in doubt or refused is."""
    workers: int
    require_signed: bool
    keep: bool
    """Bodies are kept on disk, and taken from there."""
    lock: Password | None
    """Encrypts all PDFs; then nothing of them is on the disk but encrypted."""


class BatchReport(Struct, frozen=True):
    """What was done."""

    summary: str
    notes: tuple[str, ...]
    refused: int
    requests: tuple[Request, ...] = ()
    """One for each paper that is in the one file."""
    files: tuple[str, ...] = ()
    """The one file, and where that would be too long, more volumes."""
    printer: str = ""
    """That of the service, where the command names none."""
    tray: str = ""


def run_job(job: BatchJob) -> BatchReport:
    """Make the leaflets of a worklist; raises HandoutsError for what stops all of them."""
    premises = take_fingerprint(job.options.content) if job.keep and job.lock is None else None
    publisher = open_publisher(job.options.content)
    profile = publisher.profile
    refuse_shared(publisher, job.options)
    worklist = Worklist(job.worklist, _form(job, publisher))
    kept = None if worklist.names_records else premises  # nothing that a record says is kept
    bodies = BodyCache(kept, require_signed=job.require_signed)
    for line in worklist.notes(quiet=job.quiet):
        note(line)
    if not worklist.total:
        return _nothing(job)
    tally = Tally(worklist, one_sided=job.one_sided, sealed=job.lock is not None, quiet=job.quiet)
    pile, box, mend, sheets = None, None, None, 0
    volumes: Volumes | None = None
    understood: list[str] = []
    with ExitStack() as stack:
        crew = stack.enter_context(_crew(publisher, job))
        outcomes = make_all(
            publisher, job.options, worklist.rows(), crew, bodies,
            understood=[] if job.quiet else understood, in_one=job.merge is not None,
            any_date=job.form.any_date, records=_records(job, publisher),
        )  # fmt: skip
        if job.dry_run:
            tally.take(outcomes)
            return _report(tally, _would_print(tally), None, understood)
        rejects = os.path.dirname(job.merge or "")  # noqa: PTH120 - a name as typed
        if job.folder is not None:
            with unstoppable():
                box = stack.enter_context(
                    open_outbox(
                        job.folder, publisher.library.version, job.lock, shared=profile.shared
                    )
                )
            outcomes, rejects = send(outcomes, box), job.folder
        if job.merge is not None:
            with unstoppable():
                volumes = stack.enter_context(_volumes(job, job.merge, shared=profile.shared))
            pile = _pile(job, volumes, publisher, worklist.total)
            outcomes = pile.bind(outcomes)
        tally.take(outcomes)
        if pile:
            sheets = pile.finish(tally)
        if box:
            box.finish()
        mend = tally.write_rejects(rejects, job.worklist, shared=profile.shared)
    files = volumes.paths if volumes and sheets else ()
    already = box.already if box else 0
    made = _made(job, tally, sheets, files, already)
    report = _report(tally, made, mend, understood, sealed=job.lock is not None)
    stray = volumes.stray() if volumes and sheets else None
    more = [f"`{stray}` is from another run: do not hand it out"] if stray else []
    older = "is from an earlier run: if nothing in it is still to mend, delete it"
    more += [f"`{one}` {older}" for one in tally.old_rejects(rejects, job.worklist, mend)]
    report = replace(report, printer=profile.printer, tray=profile.tray)
    return replace(report, files=files, notes=(*report.notes, *more))


def _records(job: BatchJob, publisher: Publisher) -> ListRecords:
    folder = os.path.dirname(job.worklist)  # noqa: PTH120 - a name as typed
    return ListRecords(publisher.library, publisher.profile, job.options.content, folder)


def _form(job: BatchJob, publisher: Publisher) -> ListForm:
    """Say how the list is to be read: as the command says, else as its preset does."""
    name = job.options.preset
    if not name:
        return job.form
    usual = preset_named(name, publisher.profile).form
    if usual.chosen() and not job.quiet:
        note(f"preset `{name}` on how the list is read: {as_options(Preset(form=usual))}")
    return job.form.over(usual)


def print_merged(job: BatchJob, report: BatchReport) -> None:
    """Print the one file of all, if that was asked for; raises OutputError."""
    if job.printer is None or job.merge is None or job.dry_run or not report.requests:
        return
    from handouts.system import printer as printing  # noqa: PLC0415 - only printing needs it

    request, *others = report.requests
    if others:
        papers = " and ".join(one.look.sheet for one in report.requests)
        message = f"nothing was printed: the leaflets need {papers} paper"
        hint = f"use one --paper for all, or print the file yourself: {job.merge}"
        raise OutputError(Fault(message=message, hint=hint))
    one = printing.PrintJob(
        printer=job.printer or report.printer,
        tray=report.tray,
        copies=1,
        one_sided=job.one_sided,
        sheet=request.look.sheet,
        booklet=request.look.booklet,
    )
    for path in report.files:
        with open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:  # noqa: PTH123 - a name as typed
            printing.print_pdf(content, path, one)


def _nothing(job: BatchJob) -> BatchReport:
    """Say that a list has no rows: on a day without patients that is no fault."""
    old = [path for path in (job.merge,) if path and os.path.lexists(path)]
    notes = tuple(f"`{path}` is from another run: do not hand it out" for path in old)
    return BatchReport("no rows below the header; nothing was written", notes, 0)


def _made(job: BatchJob, tally: Tally, sheets: int, files: Sequence[str], already: int) -> str:
    """Say what is where."""
    parts = [_number(tally.done, "leaflet")]
    if job.folder is not None:
        parts[0] += f", {_number(tally.sides, 'side')}, in {job.folder}" if tally.sides else ""
        if already:
            parts.append(f"{already} of them {'was' if already == 1 else 'were'} there already")
    if job.merge is not None and tally.done:
        volumes = " to ".join(dict.fromkeys((files[0], files[-1])))
        parts.append(f"{_number(sheets, 'sheet')} to print in {volumes}")
    return "; ".join(parts)


def _would_print(tally: Tally) -> str:
    """Say what a run would print."""
    count = tally.count(slips=False)
    parts = [f"{_number(count.made, 'leaflet')} can be made"]
    if count.made:
        parts.append(f"{_number(count.sides, 'side')} on {_number(count.sheets, 'sheet')}")
    if count.leaflets != count.made:
        parts[1] = f"{count.leaflets} with copies: {parts[1]}"
    return "; ".join([", ".join(parts), "nothing was written"])


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _report(
    tally: Tally,
    summary: str,
    rejects: str | None,
    understood: Iterable[str],
    *,
    sealed: bool = False,
) -> BatchReport:
    if blank := len(tally.unnamed):
        summary += f"; {blank} with a blank name line"
    if count := len(tally.refused):
        summary += f"; {_number(count, 'row')} refused"
        if rejects:
            summary += f", listed in {rejects}" if sealed else f", to correct in {rejects}"
    requests = tuple(tally.sheets.values())
    notes = (*dict.fromkeys(understood), *((REMINDER,) if tally.draft else ()))
    return BatchReport(summary, notes, count, requests)


def _pile(job: BatchJob, volumes: Volumes, publisher: Publisher, total: int) -> PrintFile:
    from handouts.batch.output import PrintFile  # noqa: PLC0415 - only one file of all needs it

    content = job.options.content
    return PrintFile(volumes, publisher, content, total, slips=job.slips, one_sided=job.one_sided)


@contextmanager
def _volumes(job: BatchJob, path: str, *, shared: bool) -> Iterator[Volumes]:
    from handouts.batch.output import Volumes  # noqa: PLC0415 - only one file of all needs it

    seal = job.lock.close if job.lock else None
    volumes = Volumes(path, seal, duplex=not job.one_sided, shared=shared)
    try:
        yield volumes
    finally:
        volumes.discard()


@contextmanager
def _crew(publisher: Publisher, job: BatchJob) -> Iterator[RenderPool]:
    content = job.options.content
    crew = RenderPool(publisher, job.workers, require_signed=job.require_signed, content=content)
    try:
        yield crew
    finally:
        crew.dismiss()
