"""Hold the addresses for lists: `ListRoutes`."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec
from msgspec import Struct
from starlette.responses import Response

from handouts.content.list_form import ListForm
from handouts.web.address import Address, json_answer, read_record
from handouts.web.asked import read_body
from handouts.web.list_records import ListCheck, ListRow
from handouts.web.lists import MadeFile, MakingState, OpenedList, OpenLists
from handouts.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.requests import Request as HttpRequest

    from handouts.web.limits import Limits


FILE_NAME, FORM = "x-file-name", "x-list-form"
"""Headers of a dropped file, both percent-encoded: its name, and how to read it as JSON."""
_OPENED_WITH = (
    (FILE_NAME, "The name of the file, percent-encoded; its ending says how to read it."),
    (FORM, "How to read it, a ListForm as JSON, percent-encoded."),
)
_MOST_ROWS = 500
_NAME = re.compile(r"[\w.-]{1,64}")


class OneList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list that is open."""

    list: str


class SomeRows(OneList, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of a list, from a place on."""

    first: int = 0
    count: int = 100


class MendedCell(OneList, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another text for a cell."""

    place: int
    column: str
    text: str


class ListWish(OneList, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to make of a list."""

    packed: bool = False
    """A ZIP of a file for each row, in place of one file to print."""
    slips: bool = False
    one_sided: bool = False


class RowsAnswer(Struct, frozen=True, kw_only=True):
    """Some rows of a list."""

    rows: tuple[ListRow, ...]


class Closed(Struct, frozen=True):
    """A list is forgotten."""


class ListRoutes:
    """What the page may ask about lists."""

    def __init__(self, lists: OpenLists, limits: Limits) -> None:
        self._lists, self._limits = lists, limits

    def table(self) -> Iterator[Address]:
        """Yield every address."""

        def posted(
            name: str,
            answer: Callable[[HttpRequest], Awaitable[Response]],
            takes: type[Struct],
            gives: object,
            summary: str,
        ) -> Address:
            path = f"/api/lists/{name}"
            return Address(
                method="POST", path=path, answer=answer, takes=takes, gives=gives, summary=summary
            )

        yield Address(
            method="POST", path="/api/lists/open", answer=self._open,
            takes="application/octet-stream", gives=OpenedList, headers=_OPENED_WITH,
            summary="Read a worklist; its name stands percent-encoded in the header X-File-Name.",
        )  # fmt: skip
        yield posted("rows", self._rows, SomeRows, RowsAnswer, "Give some rows of a list.")
        yield posted("check", self._check, OneList, ListCheck, "Say how far a list is read.")
        yield posted("mend", self._mend, MendedCell, ListRow, "Put another text into a cell.")
        yield posted("make", self._make, ListWish, MakingState, "Begin to make its leaflets.")
        yield posted("state", self._state, OneList, MakingState, "Say how far they are.")
        yield posted("result", self._result, OneList, "application/pdf", "Take the finished file.")
        yield posted(
            "rejects", self._rejects, OneList, "application/octet-stream",
            "Take the rows without a leaflet, as a list to mend.",
        )  # fmt: skip
        yield posted("close", self._close, OneList, Closed, "Stop, and forget a list.")

    async def _open(self, request: HttpRequest) -> Response:
        name = unquote(request.headers.get(FILE_NAME, ""))
        try:
            said = unquote(request.headers.get(FORM, "")) or "{}"
            form = msgspec.json.decode(said, type=ListForm)
        except msgspec.MsgspecError as error:
            message = "this is no way to read a list"
            raise Problem("unreadable", HTTPStatus.BAD_REQUEST, message, str(error)) from None
        raw = await read_body(request, self._limits.list_bytes, self._limits.list_seconds)
        return json_answer(await self._lists.open(raw, name, form))

    async def _rows(self, request: HttpRequest) -> Response:
        some = await read_record(request, SomeRows, self._limits)
        first, count = max(some.first, 0), min(max(some.count, 0), _MOST_ROWS)
        rows = await self._lists.ask(some.list, "rows", first=first, count=count)
        return json_answer(RowsAnswer(rows=tuple(rows)))

    async def _check(self, request: HttpRequest) -> Response:
        one = await read_record(request, OneList, self._limits)
        return json_answer(await self._lists.ask(one.list, "checked"))

    async def _mend(self, request: HttpRequest) -> Response:
        cell = await read_record(request, MendedCell, self._limits)
        found = await self._lists.ask(
            cell.list, "mend", place=cell.place, column=cell.column, text=cell.text
        )
        return json_answer(found)

    async def _make(self, request: HttpRequest) -> Response:
        wish = await read_record(request, ListWish, self._limits)
        state = await self._lists.make(
            wish.list, packed=wish.packed, slips=wish.slips, one_sided=wish.one_sided
        )
        return json_answer(state)

    async def _state(self, request: HttpRequest) -> Response:
        one = await read_record(request, OneList, self._limits)
        return json_answer(self._lists.state(one.list))

    async def _result(self, request: HttpRequest) -> Response:
        one = await read_record(request, OneList, self._limits)
        return sent_file(self._lists.result(one.list))

    async def _rejects(self, request: HttpRequest) -> Response:
        one = await read_record(request, OneList, self._limits)
        return sent_file(await rejects_of(self._lists, one.list))

    async def _close(self, request: HttpRequest) -> Response:
        one = await read_record(request, OneList, self._limits)
        self._lists.close(one.list)
        return json_answer(Closed())


async def rejects_of(lists: OpenLists, ident: str) -> MadeFile:
    """Return the rows of a list that get no leaflet, as a list to mend."""
    content, suffix = await lists.ask(ident, "rejects")
    name = f"rejects{suffix}"
    return MadeFile(content=content, media_type="application/octet-stream", name=name)


def sent_file(made: MadeFile) -> Response:
    """Answer with a file to be saved."""
    name = made.name if _NAME.fullmatch(made.name) else "file"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(made.content, media_type=made.media_type, headers=headers)
