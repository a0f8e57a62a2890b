"""Keep the lists that are open on the page, each in a process of its own: `OpenLists`."""

from __future__ import annotations

import asyncio
import secrets
from http import HTTPStatus
from multiprocessing import get_context
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from handouts.content.list_form import ListForm
from handouts.system.processes import deaf_to_ctrl_c
from handouts.web.list_records import ListSummary, MakingProgress
from handouts.web.problems import Problem, WorkerBug, WorkerRefusal, bug_problem, problem_of

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


MOST_OPEN = 4
_FORGOTTEN_AFTER = 30 * 60.0
"""Seconds without a word from the page after which a list is closed."""
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods", ".jsonl", ".ndjson", ".xls", ".json")


class OpenedList(Struct, frozen=True, kw_only=True):
    """A list that the page may ask about, by its number."""

    list: str
    summary: ListSummary


class MakingState(Struct, frozen=True, kw_only=True):
    """How far the leaflets of a list are made."""

    done: int
    total: int
    finished: bool


class MadeFile(Struct, frozen=True, kw_only=True):
    """What was made of a list."""

    content: bytes
    media_type: str
    name: str


class OpenLists:
    """The lists that are open; what they say of patients is in their processes only."""

    def __init__(self, content: str | None) -> None:
        self._content = content
        self._open: dict[str, _OpenList] = {}

    async def open(self, raw: bytes, name: str, form: ListForm) -> OpenedList:
        """Read a list; raises Problem where it cannot be used, or too many are open."""
        self._close_forgotten()
        if len(self._open) >= MOST_OPEN:
            raise Problem(
                "busy", HTTPStatus.SERVICE_UNAVAILABLE, f"{MOST_OPEN} lists are open",
                "close one of them",
            )  # fmt: skip
        suffix = PurePath(name).suffix.lower()
        if suffix not in SUFFIXES:
            raise Problem(
                "media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "this is no list", "drop a .csv, .xlsx, .ods or .jsonl file",
            )  # fmt: skip
        one = _OpenList(self._content, suffix, raw, form)
        try:
            summary = await one.first()
        except Problem:
            one.close()
            raise
        ident = secrets.token_urlsafe(12)
        self._open[ident] = one
        return OpenedList(list=ident, summary=summary)

    def summary(self, ident: str) -> ListSummary:
        """Say again how a list was read."""
        return self._found(ident).summary

    async def ask(self, ident: str, name: str, **arguments: object) -> Any:  # noqa: ANN401 - as the command gives
        """Have one command done; raises Problem where it is refused, or leaflets are being made."""
        return await self._found(ident).ask(name, arguments)

    async def make(self, ident: str, *, packed: bool, slips: bool, one_sided: bool) -> MakingState:
        """Begin to make the leaflets of a list."""
        return self._found(ident).make(packed=packed, slips=slips, one_sided=one_sided)

    def state(self, ident: str) -> MakingState:
        """Say how far they are; raises Problem where they could not be made."""
        return self._found(ident).state()

    def result(self, ident: str) -> MadeFile:
        """Return the finished file, once; raises Problem where there is none."""
        return self._found(ident).result()

    def close(self, ident: str) -> None:
        """Forget a list, and stop whatever is made of it."""
        if one := self._open.pop(ident, None):
            one.close()

    def close_all(self) -> None:
        """Forget every list."""
        for ident in list(self._open):
            self.close(ident)

    def _found(self, ident: str) -> _OpenList:
        if ident not in self._open:
            raise Problem(
                "not-found", HTTPStatus.NOT_FOUND, "this list is closed", "drop the file again"
            )
        return self._open[ident]

    def _close_forgotten(self) -> None:
        for ident, one in list(self._open.items()):
            if monotonic() - one.used > _FORGOTTEN_AFTER or one.has_ended():
                self.close(ident)


class _OpenList:
    """One list, and the process that works on it."""

    def __init__(self, content: str | None, suffix: str, raw: bytes, form: ListForm) -> None:
        from handouts.web.list_process import work_on_list  # noqa: PLC0415 - few open a list

        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=work_on_list, args=(theirs, content, suffix, raw, form), daemon=True
        )
        with deaf_to_ctrl_c():
            self._process.start()
        theirs.close()
        self._turn = asyncio.Lock()
        self._making: asyncio.Task[bytes] | None = None
        self._packed = False
        self._done = 0
        self.summary: ListSummary
        self.used = monotonic()

    async def first(self) -> ListSummary:
        """Wait until the list is read."""
        self.summary = await self._next()
        return self.summary

    async def ask(self, name: str, arguments: dict[str, object]) -> Any:  # noqa: ANN401 - the same
        """Have one command done."""
        self.used = monotonic()
        if self._making and not self._making.done():
            raise Problem(
                "busy", HTTPStatus.SERVICE_UNAVAILABLE, "its leaflets are being made",
                "wait, or stop it",
            )  # fmt: skip
        async with self._turn:
            self._tell(name, arguments)
            return await self._next()

    def make(self, *, packed: bool, slips: bool, one_sided: bool) -> MakingState:
        """Begin to make the leaflets."""
        if self._making and not self._making.done():
            return self.state()
        self._done, self._packed = 0, packed
        arguments: dict[str, object] = {"packed": packed, "slips": slips, "one_sided": one_sided}
        self._making = asyncio.get_running_loop().create_task(self._made(arguments))
        return self.state()

    def state(self) -> MakingState:
        """Say how far they are."""
        self.used = monotonic()
        finished = bool(self._making and self._making.done())
        if finished and self._making and (error := self._making.exception()):
            self._making = None
            raise error
        return MakingState(done=self._done, total=self.summary.total, finished=finished)

    def result(self) -> MadeFile:
        """Return the finished file, and forget it."""
        if not (self._making and self._making.done()):
            raise Problem("not-found", HTTPStatus.NOT_FOUND, "nothing is made yet")
        content, self._making = self._making.result(), None
        if self._packed:
            return MadeFile(content=content, media_type="application/zip", name="leaflets.zip")
        return MadeFile(content=content, media_type="application/pdf", name="leaflets.pdf")

    def has_ended(self) -> bool:
        """Tell whether its process was ended, as by a system that has no memory left."""
        return not self._process.is_alive()

    def close(self) -> None:
        """End the process: what it knows is gone with it."""
        if self._making:
            self._making.cancel()
        self._process.kill()
        self._process.join()
        self._pipe.close()

    async def _made(self, arguments: dict[str, object]) -> bytes:
        async with self._turn:
            self._tell("make", arguments)
            while isinstance(found := await self._next(), MakingProgress):
                self._done = found.done
        content: bytes = found
        return content

    def _tell(self, name: str, arguments: dict[str, object]) -> None:
        """Give the process a command; raises Problem where it has ended."""
        try:
            self._pipe.send((name, arguments))
        except OSError:
            raise _ended() from None

    async def _next(self) -> Any:  # noqa: ANN401 - the same
        """Take what comes back next; raises Problem for a refusal, and where the process ended."""
        try:
            found = await asyncio.to_thread(self._pipe.recv)
        except (EOFError, OSError):
            raise _ended() from None
        if isinstance(found, WorkerRefusal):
            raise problem_of(found.error())
        if isinstance(found, WorkerBug):
            raise bug_problem(found.where)
        return found


def _ended() -> Problem:
    return Problem(
        "list", HTTPStatus.SERVICE_UNAVAILABLE,
        "this list cannot be worked on: what held it in memory has ended",
        "open the file again, or a smaller one where that does not help",
    )  # fmt: skip
