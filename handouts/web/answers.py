"""Answer what the page asks for: `PageAnswers`.

Each answer is made of plain records, which the page and programs get alike.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from handouts.audit.reasons import BlockReason, left_out_of, reasons_for
from handouts.content.vocabulary import SUFFIXES
from handouts.pipeline import render
from handouts.web.asked import Asked, asked_of
from handouts.web.previews import Preview, Previews, refuse_password
from handouts.web.problems import Problem, WorkerRefusal, below, below_in, problem_of
from handouts.web.worker_place import WorkerPlace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handouts.audit.explain import Account
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.pipeline import Publisher
    from handouts.selection.request import Request
    from handouts.web.publishing import Desk, Made


class SentenceReasons(Struct, frozen=True, kw_only=True):
    """Why a sentence is there."""

    reasons: tuple[BlockReason, ...]


class LeafletNotes(Struct, frozen=True, kw_only=True):
    """What goes into the record of the patient, and what the leaflet does not say."""

    note: str
    """One line for the notes."""
    left_out: tuple[BlockReason, ...]


class ReadCode(Struct, frozen=True, kw_only=True):
    """What a code on paper means, in the words of a request."""

    code: str
    leaflet: Asked
    same_words: bool
    """The leaflet would say the same today."""
    all_asked: bool
    """The patient was asked about every flag of that day; with other words there may be more."""
    date: str
    """The day on which it was made."""


class PrintWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaflet to print on a printer of this machine."""

    leaflet: Asked
    printer: str = ""
    """Empty: the usual one."""
    copies: int = 1
    one_sided: bool = False


class PrintersAnswer(Struct, frozen=True, kw_only=True):
    """The printers of this machine."""

    names: tuple[str, ...]
    usual: str


class Printed(Struct, frozen=True, kw_only=True):
    """Where a leaflet went."""

    sent: str


MOST_COPIES = 20


class File(Struct, frozen=True, kw_only=True):
    """A finished file."""

    content: bytes
    media_type: str
    name: str
    pages: int = 0


_MEDIA = {"pdf": "application/pdf", "html": "text/html", "text": "text/plain"}


_TRIES = 2


class PageAnswers:
    """Makes the answers: PDFs one after the other in a worker, and everything else in threads."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._worker = WorkerPlace()
        self._previews = Previews(desk, self._worker)

    async def preview(self, asked: Asked, gone: Callable[[], Awaitable[bool]]) -> Preview:
        """Make a leaflet as a page; `gone` says whether anybody still waits for it."""
        return await self._previews.make(asked, gone)

    async def file(self, asked: Asked, gone: Callable[[], Awaitable[bool]]) -> File:
        """Make a leaflet as a file; `gone` says whether anybody still waits for it."""
        if asked.format != "pdf":
            return await below(self._written, asked)
        if known := self.known_file(asked):
            return known
        publisher, (request, made) = await below_in(
            self._previews.thread, partial(self._looked_up, asked)
        )
        if made and self.desk.repeats.metrics is None:
            self._previews.thread.submit(self.desk.repeats.measure)
        made = made or await self._typeset(request, gone)
        self.desk.repeats.learn(asked, request, publisher)
        content = made.content
        if asked.password:
            content = await below(_locked, content, asked.password)
        return _pdf(request, content, made.pages)

    def known_file(self, asked: Asked) -> File | None:
        """Return a PDF at once; None where it has to be waited for."""
        if asked.format != "pdf" or not (repeated := self.desk.repeats.pdf(asked)):
            return None
        request, known = repeated
        return _pdf(request, known.content, known.pages)

    async def reasons(self, asked: Asked, sentence: str) -> SentenceReasons:
        """Say why a sentence is in a leaflet."""
        account = await below(self._account, asked)
        return SentenceReasons(reasons=await below(reasons_for, account, sentence))

    async def notes(self, asked: Asked) -> LeafletNotes:
        """Give the line for the notes, and what is not in the leaflet."""
        account = await below(self._account, asked)
        return LeafletNotes(note=account.note, left_out=left_out_of(account))

    async def code(self, text: str) -> ReadCode:
        """Say what a code means; raises Problem where it is none."""
        return await below(self._code, text)

    async def record(self, asked: Asked) -> File:
        """Make the sheet for the clinician's own record."""
        return await below(self._record, asked)

    async def printers(self) -> PrintersAnswer:
        """Name the printers; none where the system has no way to print."""
        from handouts.system.printer import list_printers  # noqa: PLC0415 - seldom asked

        found = await below(list_printers)
        return PrintersAnswer(names=found.names, usual=found.usual)

    async def print(self, wish: PrintWish, gone: Callable[[], Awaitable[bool]]) -> Printed:
        """Print a leaflet; raises Problem where the printer does not take it."""
        from handouts.system.printer import PrintJob, print_pdf  # noqa: PLC0415 - the same

        if not 1 <= wish.copies <= MOST_COPIES:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise Problem("request", status, f"print 1 to {MOST_COPIES} copies")
        if wish.printer and wish.printer not in (await self.printers()).names:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise Problem("request", status, "this printer is not known here")
        request, made = await below(self._known, wish.leaflet)
        made = made or await self._typeset(request, gone)
        profile = (await below(self.desk.shared.publisher)).profile
        job = PrintJob(
            printer=wish.printer or profile.printer, copies=wish.copies, one_sided=wish.one_sided,
            sheet=request.look.sheet, booklet=request.look.booklet, tray=profile.tray,
        )  # fmt: skip
        return Printed(sent=await below(print_pdf, made.content, "it can be saved", job))

    async def _typeset(self, request: Request, gone: Callable[[], Awaitable[bool]]) -> Made:
        """Wait for a worker; what nobody waits for any more is never begun."""
        async with self._worker:
            if await gone():
                raise Problem("gone", HTTPStatus.BAD_REQUEST, "nobody waits for the answer")
            made = await self._typeset_there(request)
        if isinstance(made, WorkerRefusal):
            raise problem_of(made.error())
        return made

    async def _typeset_there(self, request: Request) -> Made | WorkerRefusal:
        """Have a worker make a PDF, and another one where it was killed."""
        for _ in range(_TRIES):
            with suppress(BrokenExecutor):
                return await asyncio.wrap_future(self.desk.pdf(request))
        raise Problem(
            "output", HTTPStatus.SERVICE_UNAVAILABLE,
            "the process that makes the pages was ended before they were done",
            "try again; this machine may have too little memory",
        )  # fmt: skip

    def _request(self, asked: Asked, *, lockable: bool = False) -> tuple[Request, list[str]]:
        """Return what is asked for, and what its words were understood as; raises RequestError.

        Only what is `lockable`, a PDF that leaves as a file, can have a password.
        """
        if not lockable:
            refuse_password(asked)
        if asked.password:
            from handouts.render.pdf.weak_password import refuse_weak  # noqa: PLC0415 - few have one

            refuse_weak(asked.password)
        return self.desk.request(asked.options(self.desk.content))

    def _looked_up(
        self, asked: Asked
    ) -> tuple[Publisher, tuple[Request, TypesetPdf | Made | None]]:
        """Return what a PDF is asked for, and by which content that was understood."""
        return self.desk.shared.publisher(), self._known(asked, lockable=True)

    def _known(
        self, asked: Asked, *, lockable: bool = False
    ) -> tuple[Request, TypesetPdf | Made | None]:
        request, _ = self._request(asked, lockable=lockable)
        return request, self.desk.known_pdf(request)

    def _written(self, asked: Asked) -> File:
        request, _ = self._request(asked)
        leaflet = self.desk.leaflet(request)
        content, _ = render(self.desk.shared.publisher(), request, leaflet, asked.format)
        return File(
            content=content,
            media_type=f"{_MEDIA[asked.format]}; charset=utf-8",
            name=f"{request.file_stem}.{SUFFIXES[asked.format]}",
        )

    def _account(self, asked: Asked) -> Account:
        from handouts.audit.explain import account_for  # noqa: PLC0415 - seldom asked

        request, _ = self._request(asked)
        return account_for(self.desk.shared.publisher(), self.desk.content, request)

    def _code(self, text: str) -> ReadCode:
        from handouts.selection.code import bare_code, read_recipe  # noqa: PLC0415 - seldom asked

        publisher = self.desk.shared.publisher()
        recipe = read_recipe(publisher.library, bare_code(text))
        request, same = recipe.request, recipe.same_words(publisher.provenance)
        return ReadCode(
            code=text,
            leaflet=asked_of(request if same else structs.replace(request, screened=False)),
            same_words=same,
            all_asked=request.screened,
            date=request.date.isoformat(),
        )

    def _record(self, asked: Asked) -> File:
        from handouts.audit.record_sheet import sheet_of, typeset_sheet  # noqa: PLC0415 - the same
        from handouts.render.pdf.typeface import typeface  # noqa: PLC0415 - the same

        account = self._account(asked)
        pdf = typeset_sheet(sheet_of(account), typeface())
        name = f"record-{account.selection.request.file_stem}.pdf"
        return File(content=pdf.content, media_type=_MEDIA["pdf"], name=name, pages=pdf.pages)


def _pdf(request: Request, content: bytes, pages: int) -> File:
    return File(
        content=content, media_type=_MEDIA["pdf"], name=f"{request.file_stem}.pdf", pages=pages
    )


def _locked(pdf: bytes, password: str) -> bytes:
    from handouts.render.pdf.encryption import Password  # noqa: PLC0415 - few leaflets are sent

    return Password(password).close(pdf)
