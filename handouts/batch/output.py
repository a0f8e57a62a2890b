"""Write finished leaflets: a file for each row, or one file to print: `open_outbox`, `PrintFile`.

No leaflet is ever replaced by a different one, so a run that was stopped can be started again.
A print file beyond what readers take (8,388,607 objects) continues in another volume.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from handouts.batch.staff_sheets import Slips, typeset_tally
from handouts.batch.worklist import Done, Refused
from handouts.content.load import content_folder
from handouts.content.staff_words import load_pile_words
from handouts.errors import Fault, HandoutsError, OutputError, SelectionError
from handouts.fastpath.atomic import (
    CAN_LOCK,
    FILE_MODE,
    NO_LINK,
    PART,
    READ,
    file_mode,
    move_over,
    replace_file,
    set_mode,
)
from handouts.fastpath.name_slot import put_line
from handouts.fastpath.signals import unstoppable
from handouts.render.pdf.merge import PdfMerger
from handouts.render.pdf.typeface import typeface
from handouts.system.files import output_error
from handouts.system.folders import making
from handouts.system.locks import ExclusiveFile, only_run_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from handouts.batch.staff_sheets import Tally
    from handouts.batch.worklist import Outcome
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.pipeline import Publisher
    from handouts.render.pdf.encryption import Password


_WRITERS = 4
"""Threads that wait for the disk."""
_AT_ONCE = 64
"""Leaflets that they are given together."""

MANIFEST = "manifest.jsonl"
_MOST_GROWN = 8
"""How many times its size a leaflet may have when it is encrypted: nothing in it is packed."""


class Outbox:
    """A folder of finished leaflets, and the list of them; one run at a time writes into it."""

    def __init__(
        self, folder: str, version: str, lock: Password | None = None, *, shared: bool = False
    ) -> None:
        """With a lock every leaflet is encrypted before it is written; `shared` with a group."""
        self.folder = folder
        self._mode = file_mode(shared=shared)
        self._version, self._lock = version, lock
        self.already = 0
        """Leaflets of this run that an earlier one had finished."""
        self._counting = threading.Lock()
        self._part = os.path.join(folder, f"{PART}manifest.tmp")  # noqa: PTH118 - a name as typed
        self._lines = open(self._part, "wb", opener=_private)  # noqa: SIM115 - closed at the end

    def put(self, stem: str, content: bytes) -> str:
        """Write one leaflet, whole and on the disk; give the file's digest. Threads may share it.

        Raises SelectionError where another file has the name, OutputError where none can be.
        """
        name = os.path.join(self.folder, f"{stem}.pdf")  # noqa: PTH118 - thousands in a run
        try:
            written = _found(name, content, self._lock)
            if written is None:
                written = self._lock.close(content) if self._lock else content
                replace_file(name, written, mode=self._mode)
            else:
                with self._counting:
                    self.already += 1
        except OSError as error:
            raise output_error(error, self.folder) from error
        return sha256(written).hexdigest()

    def list(self, done: Done, digest: str) -> None:
        """Add a finished leaflet to the manifest: nothing in it tells of the patient."""
        stem = done.row.stem
        entry = {
            "row": stem,
            "file": f"{stem}.pdf",
            "pages": done.pdf.pages,
            "sha256": digest,
            "content": self._version,
        }
        if done.unnamed:
            entry["name line"] = "blank"
        self._lines.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")

    def finish(self) -> None:
        """Put the manifest in its place; it keeps what other worklists left in the folder."""
        self._lines.close()
        target = os.path.join(self.folder, MANIFEST)  # noqa: PTH118 - a name as typed
        try:
            before = _others(target, self._part)
            if before:
                with open(self._part, "rb") as lines:  # noqa: PTH123 - a name of ours
                    replace_file(target, before + lines.read())
            else:
                move_over(self._part, target)
            _settle(self.folder)
        except OSError as error:
            raise output_error(error, self.folder) from error


@contextmanager
def open_outbox(
    folder: str, version: str, lock: Password | None = None, *, shared: bool = False
) -> Iterator[Outbox]:
    """Open a folder, made if need be, for this run alone; what a stopped run left half is removed.

    Raises OutputError when another run is at work there.
    """
    with only_run_in(folder, making(shared=shared)):
        try:
            before = _open_manifest(os.path.join(folder, MANIFEST))  # noqa: PTH118
            if before is not None:
                os.close(before)
        except PermissionError as error:
            message = f"`{folder}` holds leaflets of another person, and {MANIFEST} is theirs alone"
            hint = "choose a folder of your own, or let them run the list"
            raise OutputError(Fault(message=message, hint=hint)) from error
        except OSError as error:
            raise output_error(error, folder) from error
        try:
            for name in os.listdir(folder):  # noqa: PTH208 - a name as typed
                if name.startswith(PART) and name.endswith(".tmp"):
                    os.unlink(os.path.join(folder, name))  # noqa: PTH108, PTH118
            outbox = Outbox(folder, version, lock, shared=shared)
        except OSError as error:
            raise output_error(error, folder) from error
        try:
            yield outbox
        finally:
            outbox._lines.close()  # noqa: SLF001 - its own maker tidies up
            with suppress(OSError):
                os.unlink(outbox._part)  # noqa: SLF001, PTH108


def _private(name: str, flags: int) -> int:
    descriptor = os.open(name, flags | NO_LINK | getattr(os, "O_BINARY", 0), FILE_MODE)
    set_mode(descriptor, FILE_MODE)  # whatever the umask
    return descriptor


def _found(name: str, content: bytes, lock: Password | None) -> bytes | None:
    """Return a file that is there and is this leaflet; raises SelectionError when it is another."""
    try:
        descriptor = os.open(name, READ | NO_LINK)
    except FileNotFoundError:
        return None
    except OSError:
        raise _taken(name) from None  # a link, or not ours to read
    try:
        found = os.fstat(descriptor)
        size = found.st_size
        fits = size < _MOST_GROWN * len(content) if lock else size == len(content)
        if stat.S_ISREG(found.st_mode) and fits:
            with open(descriptor, "rb", closefd=False) as file:
                held = file.read()
            if lock.holds(held, content) if lock else held == content:
                return held
    finally:
        os.close(descriptor)
    raise _taken(name, encrypted=lock is not None)


def _taken(name: str, *, encrypted: bool = False) -> SelectionError:
    what = (
        "is a different leaflet, or has another password" if encrypted else "is a different leaflet"
    )
    message = f"`{os.path.basename(name)}` already exists and {what}"  # noqa: PTH119
    hint = (
        "choose an empty folder; to continue a run of another day, give that day with --date; a "
        "run of before an upgrade, or of other words or settings, is not continued"
    )
    return SelectionError(Fault(message=message, hint=hint, about="file"))


def _settle(folder: str) -> None:
    """Wait until the names in a folder are on the disk."""
    if not CAN_LOCK:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_manifest(name: str) -> int | None:
    """Open the manifest of earlier runs; None where there is none. Raises OSError."""
    try:
        descriptor = os.open(name, READ | NO_LINK)
    except FileNotFoundError:
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, f"{MANIFEST} is not a plain file")


def _others(manifest: str, part: str) -> bytes:
    """Return the lines of an older manifest on files that the new one does not list."""
    descriptor = _open_manifest(manifest)
    if descriptor is None:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        old = file.readlines()
    with open(part, "rb") as file:  # noqa: PTH123 - a name of ours
        listed = {_file(line) for line in file}
    return b"".join(line for line in old if _file(line) not in listed | {""})


def _file(line: bytes) -> str:
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        return str(json.loads(line)["file"])
    return ""


def send(outcomes: Iterable[Outcome], outbox: Outbox) -> Iterator[Outcome]:
    """Put each leaflet into the outbox, several at once; a name that is taken refuses its row."""
    rest = iter(outcomes)
    with ThreadPoolExecutor(_WRITERS) as pool:
        while some := list(islice(rest, _AT_ONCE)):
            for outcome, digest in zip(
                some, pool.map(lambda one: _put(one, outbox), some), strict=True
            ):
                if isinstance(outcome, Done) and isinstance(digest, str):
                    outbox.list(outcome, digest)
                    yield outcome
                else:
                    yield Refused(outcome.row, digest) if isinstance(digest, tuple) else outcome


def _put(outcome: Outcome, outbox: Outbox) -> str | tuple[Fault, ...]:
    if isinstance(outcome, Refused):
        return outcome.faults
    try:
        return outbox.put(outcome.row.stem, put_line(outcome.pdf, outcome.line))
    except OutputError:
        raise  # a full disk stops every row
    except HandoutsError as error:
        return error.faults


class Binding(Protocol):
    """What leaflets are bound into: one file, or several volumes."""

    def begin_row(self) -> None:
        """Begin what has to stay in one volume."""

    def add(self, title: str, pdf: TypesetPdf, line: bytes | None) -> None:
        """Add a leaflet on a fresh sheet; `line` is the content of its slot, if it has one."""

    def finish(self) -> None:
        """Put all in its place."""


class PrintFile:
    """One file for the printer, in the making."""

    def __init__(  # noqa: PLR0913 - what a pile depends on, each by its name
        self,
        volumes: Binding,
        publisher: Publisher,
        content: str | None,
        total: int,
        *,
        slips: bool,
        one_sided: bool,
    ) -> None:
        self.volumes = volumes
        self._words = load_pile_words(content_folder(content))
        self._library = publisher.library
        self._slips = None
        if slips:
            faces = typeface()
            self._slips = Slips(self._words, self._library, faces, total, one_sided=one_sided)

    def bind(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Bind the leaflets in order, each after its slip and as often as its row asks for."""
        for number, outcome in enumerate(outcomes, 1):
            if isinstance(outcome, Done):
                self.volumes.begin_row()
                if self._slips:
                    self.volumes.add(*self._slips.slip(outcome, number))
                stem, copies = outcome.row.stem, outcome.row.copies
                for copy in range(1, copies + 1):
                    title = stem if copies == 1 else f"{stem} ({copy})"
                    self.volumes.add(title, outcome.pdf, outcome.line)
            yield outcome

    def finish(self, tally: Tally) -> int:
        """Add the tally, and put the file in its place; give the number of sheets it prints on."""
        count = tally.count(slips=self._slips is not None)
        if not tally.sheets:
            return 0
        first = next(iter(tally.sheets.values()))
        language = self._library.places[first.place].language
        pdf = typeset_tally(count, self._words, typeface(), first.look.sheet, language)
        self.volumes.add(self._words["tally-bookmark"], pdf, None)
        self.volumes.finish()
        return count.sheets_in_all(pdf.pages)


MOST_SEALED = 60
"""Rows in an encrypted volume: a whole file is encrypted at once, which takes memory and time."""


class Volumes:
    """One PDF in the making, and those before it; they take their places together."""

    def __init__(
        self,
        path: str,
        seal: Callable[[bytes], bytes] | None = None,
        *,
        duplex: bool,
        shared: bool = False,
    ) -> None:
        """`seal` encrypts each file; `shared`: a group can read it.

        Raises OutputError when no file can be there, or another run is writing it.
        """
        self._path, self._seal, self._duplex, self._shared = path, seal, duplex, shared
        self._parts: list[ExclusiveFile] = []
        self._rows = 0
        self._binder = self._open()

    @property
    def paths(self) -> tuple[str, ...]:
        """Name the files."""
        return tuple(part.path for part in self._parts)

    def begin_row(self) -> None:
        """Begin what has to stay in one volume."""
        if self._binder.is_full or (self._seal and self._rows >= MOST_SEALED):
            self._binder.finish()
            self._parts[-1].seal()
            self._binder = self._open()
            self._rows = 0
        self._rows += 1

    def add(self, title: str, pdf: TypesetPdf, line: bytes | None) -> None:
        """Add a leaflet on a fresh sheet; `line` is the content of its slot, if it has one."""
        self._binder.add(title, pdf, line)

    def finish(self) -> None:
        """Put all volumes in their places."""
        self._binder.finish()
        for part in self._parts:
            part.finish()

    def discard(self) -> None:
        """Leave nothing behind of what was not finished."""
        for part in self._parts:
            part.discard()

    def stray(self) -> str | None:
        """Name a file that looks like one more volume, and is of another run."""
        path = self._name(len(self._parts) + 1)
        return path if os.path.lexists(path) else None

    def _open(self) -> PdfMerger:
        with unstoppable():
            name = self._name(len(self._parts) + 1)
            part = ExclusiveFile(name, self._seal, shared=self._shared)
            self._parts.append(part)
        return PdfMerger(part, duplex=self._duplex)

    def _name(self, number: int) -> str:
        stem, suffix = os.path.splitext(self._path)  # noqa: PTH122 - a name as typed
        return self._path if number == 1 else f"{stem}-{number}{suffix}"
