"""Hold the addresses for the owner of the words: `AuthorRoutes`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.audit.unit_review import UnitReview
from handouts.errors import HandoutsError
from handouts.web.address import Address, NoWords, json_answer, read_record
from handouts.web.author_desk import (
    AuthorDesk,
    ReviewAnswer,
    ReviewSheet,
    SheetWish,
    Units,
    UnitStanding,
    WordsState,
)
from handouts.web.problems import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response

    from handouts.web.limits import Limits


class OneUnit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name of a unit."""

    unit: str


class AuthorRoutes:
    """What the page may ask about the words; there only where the server was started for it."""

    def __init__(self, desk: AuthorDesk, limits: Limits) -> None:
        self._desk, self._limits = desk, limits
        self._turn = asyncio.Lock()

    def table(self) -> Iterator[Address]:
        """Yield every address."""
        for name, answer, takes, gives, summary in (
            ("state", self._state, NoWords, WordsState, "Say how the content is on the disk."),
            ("units", self._units, NoWords, Units, "List every unit with its standing."),
            ("unit", self._unit, OneUnit, UnitReview, "Say everything of one unit."),
            ("sheet", self._sheet, SheetWish, ReviewSheet, "Say it of many, to review on paper."),
            ("answer", self._answer, ReviewAnswer, UnitStanding, "Approve or refuse a unit."),
        ):
            yield Address(
                method="POST", path=f"/api/author/{name}", answer=answer, takes=takes, gives=gives,
                summary=summary,
            )  # fmt: skip

    async def _state(self, request: HttpRequest) -> Response:
        await read_record(request, NoWords, self._limits)
        return await self._done(self._desk.state)

    async def _units(self, request: HttpRequest) -> Response:
        await read_record(request, NoWords, self._limits)
        return await self._done(self._desk.units)

    async def _unit(self, request: HttpRequest) -> Response:
        wanted = await read_record(request, OneUnit, self._limits)
        return await self._done(lambda: self._desk.unit(wanted.unit))

    async def _sheet(self, request: HttpRequest) -> Response:
        wanted = await read_record(request, SheetWish, self._limits)
        return await self._done(lambda: self._desk.sheet(wanted))

    async def _answer(self, request: HttpRequest) -> Response:
        said = await read_record(request, ReviewAnswer, self._limits)
        return await self._done(lambda: self._desk.answer(said))

    async def _done(self, work: Callable[[], Struct]) -> Response:
        """Do one thing after the other: two answers at once must not lose each other."""
        async with self._turn:
            try:
                return json_answer(await asyncio.to_thread(work))
            except HandoutsError as error:
                raise problem_of(error) from None
