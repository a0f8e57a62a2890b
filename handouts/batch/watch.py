"""Turn each worklist that is dropped into a folder into leaflets: `watch`, `WatchJob`.

A list is taken when its size and time have stood still for a while, by moving it into a folder of
its own. Where that folder is says how far the list is: `working`, `printing`, `done`, `to-look-at`.
So a list is never printed twice, whenever the program is stopped: from `working` it is made again,
for nothing of it was printed; from `printing` a person has to look. The same list again is left for
a person too (`repeated`). What is told of a list names
its number alone: a name of a file can be that of a patient.
"""

from __future__ import annotations

import io
import os
import stat
from contextlib import redirect_stderr, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.batch.file_kinds import SUFFIXES
from handouts.batch.make import refuse_shared
from handouts.batch.repeated import AGAIN, REPEAT_AFTER, RUN_TIME, earlier_run
from handouts.batch.run import BatchJob, print_merged, run_job
from handouts.errors import Fault, HandoutsError, OutputError, RequestError, shorten
from handouts.fastpath.atomic import FOLDER_MODE, is_held, move_over
from handouts.pipeline import open_publisher
from handouts.system.differences import no_printing
from handouts.system.files import output_error, write_file
from handouts.system.folders import make_folders, make_private, making
from handouts.system.locks import only_run_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handouts.batch.run import BatchReport


WORKING, PRINTING, DONE, LOOK = "working", "printing", "done", "to-look-at"
STATES = (WORKING, PRINTING, DONE, LOOK)
"""The folders below the one that is watched."""
ONE_FILE = "leaflets.pdf"
REPORT = "report.txt"
_HALF = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
"""What programs add to the name of a file that they have not finished."""
_UNFINISHED = "-unfinished"


class WatchJob(Struct, frozen=True, kw_only=True):
    """What is watched, and what becomes of a list."""

    folder: Path
    output: Path
    batch: BatchJob
    """What all lists share; the list and where its leaflets go are filled in for each."""
    one_file: bool
    every: float
    """Seconds between two looks."""
    settle: float
    """Seconds for which a file has to stand still."""
    once: bool
    """End when no list is left."""
    repeat_after: float = REPEAT_AFTER
    """Hours for which the same list is not made again; 0: it always is."""
    quiet: bool = False
    """Only what somebody has to look at is told; the report beside the leaflets has all."""


def watch(job: WatchJob, tell: Callable[[str], object]) -> None:
    """Serve the folder until the program is stopped; raises HandoutsError where it cannot.

    `tell` gets a line for each list, without data of patients.
    """
    if not job.folder.is_dir():
        shown = shorten(str(job.folder))
        hint, message = "make it first: mkdir", f"there is no folder `{shown}`"
        if os.path.lexists(job.folder):
            hint, message = "name the folder that lists are put into", f"`{shown}` is no folder"
        raise RequestError(Fault(message=message, hint=hint))
    _check_apart(job)
    _check_printing(job)
    with only_run_in(str(job.folder)):
        try:
            for name in STATES:
                (job.folder / name).mkdir(FOLDER_MODE, exist_ok=True)
            # It is whole, or nothing is begun.
            publisher = open_publisher(job.batch.options.content)
            refuse_shared(publisher, job.batch.options)
            profile = publisher.profile
            make_folders(job.output, making(shared=profile.shared), asked=True)
            _Watcher(job, tell).run()
        except OSError as error:
            raise output_error(error, str(error.filename or job.folder)) from error


def _check_apart(job: WatchJob) -> None:
    """Refuse an output that would be taken for lists, or be moved about with them."""
    folder, output = job.folder.resolve(), job.output.resolve()
    if output == folder or folder in output.parents:
        hint = "choose a folder beside it"
        message = (
            f"the leaflets cannot go into `{job.output}`: that is in the folder that is watched"
        )
        raise RequestError(Fault(message=message, hint=hint))


def _check_printing(job: WatchJob) -> None:
    """Refuse to print where nothing can be: else every list would end with a person."""
    if job.batch.printer is not None and (by_hand := no_printing()):
        hint = f"write --one-file in place of --print; then {by_hand}"
        raise RequestError(Fault(message="this program cannot print on Windows", hint=hint))


class _Watcher:
    def __init__(self, job: WatchJob, tell: Callable[[str], object]) -> None:
        self._job, self._tell = job, tell
        self._seen: dict[str, tuple[tuple[int, int, int], float]] = {}
        """Of each file its inode, size and time, and since when they are so."""
        self._others = 0
        self._held: dict[Path, str] = {}
        """The folders that a program held open, and where each is to go."""

    def run(self) -> None:
        self._recover()
        while True:
            for run, state in tuple(self._held.items()):
                self._leave(run, state)
            for path in self._ready():
                self._take(path)
            if self._job.once and not self._seen and not self._held:
                return
            sleep(self._job.every)

    # -------------------------------------------------------------- what an earlier run left
    def _recover(self) -> None:
        for run in _inside(self._job.folder / PRINTING):
            words = (
                "The program was stopped while this list was sent to the printer. Nobody can tell "
                "whether it was printed: look there. It is not printed again by itself.\n"
                f"The leaflets: {self._out(run.name) / ONE_FILE}\n"
            )
            self._end(run, LOOK, words)
            self._say(
                run.name, "was being printed when the program was stopped: look at the printer"
            )
        for run in _inside(self._job.folder / WORKING):
            half = self._out(run.name)
            if half.exists():
                move_over(half, half.with_name(half.name + _UNFINISHED))
            for path in _inside(run):
                again = self._new_run()
                move_over(path, again / path.name)
                self._say(
                    run.name, f"was not finished, and nothing of it printed: again as {again.name}"
                )
                self._make(again / path.name)
            run.rmdir()

    # -------------------------------------------------------------- what is there now
    def _ready(self) -> list[Path]:
        """Return the lists that have stood still long enough, the oldest first."""
        now, seen, ready, others = monotonic(), {}, [], 0
        with os.scandir(self._job.folder) as found:
            entries = sorted(found, key=lambda one: one.name)
        names = {one.name for one in entries}
        for one in entries:
            if one.name.startswith((".", "~")) or not one.is_file(follow_symlinks=False):
                continue
            if not one.name.lower().endswith(SUFFIXES):
                others += not one.name.lower().endswith(_HALF)
                continue
            state = one.stat(follow_symlinks=False)
            mark = (state.st_ino, state.st_size, state.st_mtime_ns)
            before, since = self._seen.get(one.name, (None, now))
            since = since if before == mark else now
            seen[one.name] = (mark, since)
            open_elsewhere = {f".~lock.{one.name}#", f"~${one.name}"} & names
            if now - since >= self._job.settle and state.st_size and not open_elsewhere:
                ready.append((state.st_mtime_ns, Path(one.path)))
        self._seen = seen
        if others > self._others:
            what = (
                "file there is no list and stays"
                if others == 1
                else "files there are no lists and stay"
            )
            self._tell(_line(f"{others} {what}: look in the folder"))
        self._others = others
        return [path for _, path in sorted(ready)]

    def _take(self, path: Path) -> None:
        """Move a list into a folder of its own, and make its leaflets."""
        run = self._new_run()
        try:
            path.rename(run / path.name)
        except OSError:  # its writer has it open, or took it away
            run.rmdir()
            return
        self._seen.pop(path.name, None)
        _settle(run, self._job.folder)
        self._make(run / path.name)

    def _new_run(self) -> Path:
        """Make the folder of a list, named by the time."""
        start = datetime.now().strftime(RUN_TIME)  # noqa: DTZ005 - the clock on the wall
        number = 0
        while True:
            number += 1
            name = f"{start}-{number:02}"
            taken = (*(self._job.folder / state / name for state in STATES), self._out(name))
            if not any(os.path.lexists(one) for one in taken):
                run = self._job.folder / WORKING / name
                run.mkdir(FOLDER_MODE)
                return run

    def _out(self, run: str) -> Path:
        return self._job.output / run

    # -------------------------------------------------------------- making and printing
    def _make(self, worklist: Path) -> None:
        run = worklist.parent
        if (before := self._before(worklist)) is not None:
            self._hold(run, before)
            return
        told = io.StringIO()  # it names columns, rows and words of the list
        out = self._out(run.name)
        one_file = str(out / ONE_FILE) if self._job.one_file else None
        job = replace(
            self._job.batch,
            worklist=str(worklist),
            folder=None if one_file else str(out),
            merge=one_file,
        )
        # What is broken here is no fault of the list: the run ends, and takes it up again.
        shared = open_publisher(job.options.content).profile.shared
        try:
            make_private(str(out), shared=shared)
            with redirect_stderr(told):
                report = run_job(job)
        except HandoutsError as error:
            self._failed(run, "is not made", told.getvalue() + _words(error))
            return
        except Exception as error:  # noqa: BLE001 - its words may be a patient's; the next list goes on
            self._failed(
                run, "is not made, for a bug", f"{told.getvalue()}{type(error).__name__}\n"
            )
            return
        words = "\n".join([told.getvalue() + report.summary, *report.notes, ""])
        if job.printer is None:
            self._done(run, report, words)
            return
        run = self._move(run, PRINTING)
        try:
            with redirect_stderr(told):
                print_merged(job, report)
        except OutputError as error:
            self._failed(run, "is made, and not printed", words + _words(error))
            return
        self._done(run, report, words)

    def _before(self, worklist: Path) -> str | None:
        """Name the run that made the same list, where its leaflets were printed or are there."""
        done, now = self._job.folder / DONE, datetime.now()  # noqa: DTZ005 - the clock on the wall
        run = earlier_run(worklist, done, self._job.repeat_after, now)
        there = run is not None and self._out(run.name).is_dir()
        return run.name if run and (there or self._job.batch.printer is not None) else None

    def _hold(self, run: Path, before: str) -> None:
        """Leave a list for a person to look at that was made a short while ago."""
        printed = " and printed" if self._job.batch.printer is not None else ""
        words = (
            f"This list is, byte for byte, the list {before}, which was made{printed} less than "
            f"{self._job.repeat_after:g} hours ago. It was not made again.\n"
            f"The leaflets: {self._out(before)}\n"
            f"To have them once more, put the list in under a name that begins with “{AGAIN}”, "
            f"such as {AGAIN}-1{SUFFIXES[0]}.\n"
        )
        self._end(run, LOOK, words)
        self._say(
            run.name,
            f"is the same list as {before}, and is not made again: see {REPORT} in "
            f"{self._out(run.name)}",
        )

    def _done(self, run: Path, report: BatchReport, words: str) -> None:
        self._end(run, DONE, words)
        if self._job.quiet and not report.refused:
            return
        printed = ", printed" if self._job.batch.printer is not None else ""
        rows = "1 row is" if report.refused == 1 else f"{report.refused} rows are"
        refused = f"; {rows} not made: see its report" if report.refused else ""
        self._say(run.name, f"done{printed}{refused}")

    def _failed(self, run: Path, what: str, words: str) -> None:
        self._end(run, LOOK, words)
        self._say(run.name, f"{what}: see {REPORT} in {self._out(run.name)}")

    def _end(self, run: Path, state: str, words: str) -> None:
        """Write the report of a list beside its leaflets, and move it to where it stays."""
        out = self._out(run.name)
        shared = out.is_dir() and bool(out.stat().st_mode & stat.S_IRGRP)
        out.mkdir(FOLDER_MODE, exist_ok=True)
        write_file(str(out / REPORT), words.encode(), shared=shared)
        self._leave(run, state)

    def _leave(self, run: Path, state: str) -> None:
        """Move a list to where it stays; while a program holds it open, try again at each look.

        Windows moves no folder of which a file is open, in a viewer or a scanner for viruses.
        """
        try:
            self._move(run, state)
        except OSError as error:
            if not is_held(error):
                raise
            if run not in self._held:
                self._say(run.name, f"is open in another program, and goes to {state} after that")
            self._held[run] = state
        else:
            self._held.pop(run, None)

    def _move(self, run: Path, state: str) -> Path:
        target = self._job.folder / state / run.name
        move_over(run, target)
        _settle(run.parent, target.parent)
        return target

    def _say(self, run: str, what: str) -> None:
        self._tell(_line(f"{run} {what}"))


def _line(words: str) -> str:
    return f"{datetime.now().isoformat(sep=' ', timespec='seconds')} {words}"  # noqa: DTZ005 - the clock on the wall


def _words(error: HandoutsError) -> str:
    return "".join(f"error: {fault}\n" for fault in error.faults)


def _inside(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.iterdir())


def _settle(*folders: Path) -> None:
    """Wait until what was moved is on the disk, where the system can say so."""
    for folder in folders:
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
