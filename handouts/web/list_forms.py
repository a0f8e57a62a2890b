"""Answer the forms of the page for lists in a browser without scripts: `ListForms`."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from handouts.content.list_form import ListForm
from handouts.web.address import Address
from handouts.web.asked import read_body, read_form
from handouts.web.list_routes import rejects_of, sent_file
from handouts.web.multipart import FormPart, read_parts
from handouts.web.problems import Problem, lines_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from starlette.requests import Request as HttpRequest

    from handouts.content.profile import Profile
    from handouts.web.limits import Limits
    from handouts.web.list_records import ListCheck
    from handouts.web.lists import OpenLists
    from handouts.web.pages import Pages


MOST_SHOWN = 200
"""The most rows that the page shows; how many get no leaflet is said of all."""
_FORM_BYTES = 16 * 1024
"""What a form adds to its file."""
_PATIENCE = 20.0
"""Seconds after which a page says how far it is, in place of what was asked for."""
_PAUSE = 0.1
_CELL = "cell-"
"""How the name of a field for a cell starts; the number of its column follows."""
_MOST_DIGITS = 7


class ListForms:
    """What the page for lists sends without a script: a file, then what to make of it."""

    def __init__(
        self, lists: OpenLists, pages: Pages, profile: Callable[[], Profile], limits: Limits
    ) -> None:
        self._lists, self._pages, self._profile, self._limits = lists, pages, profile, limits

    def table(self) -> Iterator[Address]:
        """Yield every address."""
        yield Address(method="GET", path="/lists", answer=self._page)
        yield Address(method="POST", path="/lists", answer=self._guarded(self._open))
        yield Address(method="POST", path="/lists/do", answer=self._guarded(self._do))

    async def _page(self, _request: HttpRequest) -> Response:
        return _html(self._pages.lists(self._profile()))

    def _guarded(
        self, answer: Callable[[HttpRequest], Awaitable[Response]]
    ) -> Callable[[HttpRequest], Awaitable[Response]]:
        async def answered(request: HttpRequest) -> Response:
            try:
                return await answer(request)
            except Problem as problem:
                lines = lines_of(problem.faults)
                page = self._pages.problem("The list was not used", lines, back="/lists")
                return _html(page, problem.status)

        return answered

    async def _open(self, request: HttpRequest) -> Response:
        most = self._limits.list_bytes + _FORM_BYTES
        body = await read_body(request, most, self._limits.list_seconds)
        parts = read_parts(body, request.headers.get("content-type", ""))
        sent = next((part for part in parts if part.name == "file"), None)
        if sent is None or not sent.file:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise Problem("request", status, "no file was chosen", "choose a spreadsheet")
        form = _form_of([part for part in parts if part is not sent])
        opened = await self._lists.open(sent.content, sent.file, form)
        return await self._rows(opened.list, 0)

    async def _rows(self, ident: str, first: int) -> Response:
        """Show rows of a list when it is looked through, or how far that is."""
        summary = self._lists.summary(ident)
        until = monotonic() + _PATIENCE
        check: ListCheck = await self._lists.ask(ident, "checked")
        while check.checked < check.total and monotonic() < until:
            await asyncio.sleep(_PAUSE)
            check = await self._lists.ask(ident, "checked")
        first = min(first, max(summary.total - 1, 0))
        rows = await self._lists.ask(ident, "rows", first=first, count=MOST_SHOWN)
        shown = range(first, first + len(rows))
        page = self._pages.opened_list(
            profile=self._profile(),
            ident=ident,
            columns=summary.columns,
            notes=summary.notes,
            rows=rows,
            check=check,
            first=first,
            earlier=max(first - MOST_SHOWN, 0) if first else None,
            later=shown.stop if shown.stop < summary.total else None,
            faulty=next((one for one in check.refused if one >= shown.stop), None),
        )
        return _html(page)

    async def _row(self, ident: str, place: int) -> Response:
        """Show one row with a field for each cell."""
        summary = self._lists.summary(ident)
        rows = await self._lists.ask(ident, "rows", first=place, count=1)
        if not rows:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise Problem("request", status, "the list has no such row", "go back to the list")
        page = self._pages.one_row(
            profile=self._profile(),
            ident=ident,
            place=place,
            first=place - place % MOST_SHOWN,
            row=rows[0],
            columns=summary.columns,
        )
        return _html(page)

    async def _mend(self, ident: str, place: int, form: Mapping[str, str]) -> Response:
        """Put the cells that were changed into the list, and show it from that row on."""
        (row,) = await self._lists.ask(ident, "rows", first=place, count=1) or [None]
        if row is not None:
            for number, column in enumerate(self._lists.summary(ident).columns):
                text = form.get(f"{_CELL}{number}")
                if text is not None and _changed(text, row.cells.get(column, "")):
                    await self._lists.ask(ident, "mend", place=place, column=column, text=text)
        return await self._rows(ident, place - place % MOST_SHOWN)

    async def _do(self, request: HttpRequest) -> Response:
        """Make what one button asks for; the name of the button says what."""
        form = dict(await read_form(request, self._limits))
        ident, what = form.get("list", ""), form.get("do", "")
        if what == "close":
            self._lists.close(ident)
            return _html(
                self._pages.lists(self._profile(), said="The list is closed, and forgotten.")
            )
        if {"row", "first"} & form.keys() or what in {"rows", "mended"}:
            return await self._looked_at(ident, what, form)
        if what == "rejects":
            return sent_file(await rejects_of(self._lists, ident))
        if what in {"one", "zip"}:
            await self._lists.make(
                ident, packed=what == "zip", slips="slips" in form, one_sided="one_sided" in form
            )
        elif what != "wait":
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise Problem("request", status, f"there is no `{what[:20]}` to do with a list")
        until = monotonic() + _PATIENCE
        state = self._lists.state(ident)
        while not state.finished:
            if monotonic() > until:
                return _html(self._pages.waiting(self._profile(), ident, state))
            await asyncio.sleep(_PAUSE)
            state = self._lists.state(ident)
        return sent_file(self._lists.result(ident))

    async def _looked_at(self, ident: str, what: str, form: Mapping[str, str]) -> Response:
        """Show one row to mend, or the list from a row on."""
        if what == "mended":
            return await self._mend(ident, _number(form.get("at", "")), form)
        if "row" in form:
            return await self._row(ident, _number(form["row"]))
        return await self._rows(ident, _number(form.get("first", "0")))


def _number(text: str) -> int:
    """Read the place of a row; raises Problem."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    raise Problem("unreadable", HTTPStatus.BAD_REQUEST, "this is no row", "send it from the page")


def _changed(text: str, cell: str) -> bool:
    """Tell whether a field says something else than its cell, ends of lines aside."""
    return text.splitlines() != cell.splitlines()


def _form_of(parts: list[FormPart]) -> ListForm:
    """Return how to read a list, as the fields of the form say it."""
    found: dict[str, object] = {}
    for part in parts:
        text = part.text.strip()
        if part.name in found or part.name not in ListForm.__struct_fields__:
            message = f"the field `{part.name[:40]}` is not known, or stands twice"
            raise Problem("unreadable", HTTPStatus.BAD_REQUEST, message, "send it from the page")
        if not text:
            continue
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if part.name == "ignored":
            found[part.name] = lines
        elif part.name == "columns":
            found[part.name] = [[one.strip() for one in line.split("=", 1)] for line in lines]
        elif part.name in {"any_date", "name_ids"}:
            found[part.name] = True
        else:
            found[part.name] = text
    try:
        return msgspec.convert(found, ListForm, strict=False)
    except msgspec.ValidationError as error:
        message = "this is no way to read a list"
        raise Problem("unreadable", HTTPStatus.BAD_REQUEST, message, str(error)) from None


def _html(page: str, status: int = HTTPStatus.OK) -> Response:
    return Response(page, status_code=status, media_type="text/html")
