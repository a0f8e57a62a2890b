"""Hold the addresses for the ready leaflets: `LibraryRoutes`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import Struct
from starlette.responses import Response

from handouts.web.address import Address, json_answer, read_record
from handouts.web.asked import read_form
from handouts.web.problems import Problem, below, lines_of
from handouts.web.shelf import FILES_AT, FoundLeaflets, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request as HttpRequest

    from handouts.web.limits import Limits
    from handouts.web.pages import Pages
    from handouts.web.publishing import Shared


class SearchedWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to search the ready leaflets for, in ordinary words; empty: all."""

    text: str = ""


class LibraryRoutes:
    """What the page may ask about ready leaflets; there only where a folder of them was named."""

    def __init__(self, folder: str, shared: Shared, pages: Pages, limits: Limits) -> None:
        self._shelf, self._shared, self._pages = Shelf(folder), shared, pages
        self._limits = limits

    def pages_table(self) -> Iterator[Address]:
        """Yield the addresses of the page; words to search for stand in no address."""
        yield Address(method="GET", path="/library", answer=self._page)
        yield Address(method="POST", path="/library", answer=self._page)
        yield Address(method="GET", path=FILES_AT + "{name:path}", answer=self._file)

    def table(self) -> Iterator[Address]:
        """Yield what programs may ask for."""
        yield Address(
            method="POST", path="/api/library/search", answer=self._search,
            takes=SearchedWords, gives=FoundLeaflets, summary="Search the ready leaflets by words.",
        )  # fmt: skip

    async def _found(self, text: str) -> FoundLeaflets:
        return await below(self._search_now, text)

    def _search_now(self, text: str) -> FoundLeaflets:
        return self._shelf.search(self._shared.publisher(), text)

    async def _search(self, request: HttpRequest) -> Response:
        wanted = await read_record(request, SearchedWords, self._limits)
        return json_answer(await self._found(wanted.text))

    async def _page(self, request: HttpRequest) -> Response:
        form = await read_form(request, self._limits) if request.method == "POST" else []
        text = dict(form).get("words", "")
        status = HTTPStatus.OK
        found: FoundLeaflets | None = None
        faults: tuple[str, ...] = ()
        profile = (await below(self._shared.publisher)).profile
        try:
            found = await self._found(text)
        except Problem as problem:
            status, faults = HTTPStatus(problem.status), lines_of(problem.faults)
        page = self._pages.library(profile, found, text, faults)
        return Response(page, status_code=status, media_type="text/html")

    async def _file(self, request: HttpRequest) -> Response:
        name = request.path_params["name"]
        found = await below(self._file_now, name)
        if found is None:
            message = "there is no such ready leaflet, or it would be another one today"
            raise Problem(
                "not-found",
                HTTPStatus.NOT_FOUND,
                message,
                "ask whoever runs this page to make the ready leaflets again",
            )
        return Response(found[0], media_type=found[1])

    def _file_now(self, name: str) -> tuple[bytes, str] | None:
        return self._shelf.file(self._shared.publisher(), name)
