"""Make previews, the leaflets that the page shows at each answer: `Previews`, `make_preview`."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, HandoutsError, RequestError
from handouts.web.problems import Problem, WorkerRefusal, below_in, problem_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handouts.web.asked import Asked
    from handouts.web.publishing import Desk, Shared
    from handouts.web.worker_place import WorkerPlace


class Preview(Struct, frozen=True, kw_only=True):
    """A leaflet to look at before it is printed."""

    title: str
    language: str
    article: str
    """The leaflet as one element, to be shown with the styles of `/leaflet.css`."""
    look: str
    """The classes of the page: the size of type, and black and white."""
    draft: bool
    code: str
    understood: tuple[str, ...]
    """What words were understood as, where they are no ids."""
    screened: bool
    flags: tuple[str, ...]
    """The facts that count, in the order of the content."""


class _Wanted:
    """One preview that is not made yet, and those who wait for it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.made: asyncio.Future[Preview] = asyncio.get_running_loop().create_future()
        self.made.add_done_callback(_looked_at)
        self.left: list[Callable[[], Awaitable[bool]]] = []
        """For each who waits: whether they have gone."""

    async def refuse_left(self) -> None:
        """Raise Problem where nobody waits any more; who comes while this is asked counts too."""
        for gone in self.left:
            if not await gone():
                return
        raise Problem("gone", HTTPStatus.BAD_REQUEST, "nobody waits for the answer")


class Previews:
    """Makes previews in their order: here, and in the worker too while that has no PDF to make.

    Here they have a thread of their own: threads that work at the same time wait for each other
    for longer. Two who ask for the same at the same time share one. What nobody waits for any
    more is never begun, as when a newer answer on the page has overtaken it.
    """

    def __init__(self, desk: Desk, worker: WorkerPlace) -> None:
        self.thread = ThreadPoolExecutor(1)
        self._desk, self._worker = desk, worker
        self._busy = False
        self._line: deque[_Wanted] = deque()
        self._wanted: dict[Asked, _Wanted] = {}
        self._running: set[asyncio.Task[None]] = set()
        worker.when_free(self._go_on)

    async def make(self, asked: Asked, gone: Callable[[], Awaitable[bool]]) -> Preview:
        """Make a preview; `gone` says whether its reader has left. Raises Problem for a refusal."""
        wanted = self._wanted.get(asked)
        if wanted is None:
            wanted = self._wanted[asked] = _Wanted(asked)
            self._line.append(wanted)
        wanted.left.append(gone)
        self._go_on()
        return await asyncio.shield(wanted.made)

    def _go_on(self) -> None:
        """Begin what comes next, where there is a place for it."""
        while self._line:
            if not self._busy:
                self._busy = True
                self._begin(self._here(self._line.popleft()))
            elif self._desk.helps() and self._worker.borrow():
                self._begin(self._there(self._line.popleft()))
            else:
                return

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)  # else nothing holds it
        task.add_done_callback(self._running.discard)

    async def _here(self, wanted: _Wanted) -> None:
        await self._settle(wanted, self._made_here)
        self._busy = False
        self._go_on()

    async def _there(self, wanted: _Wanted) -> None:
        await self._settle(wanted, self._made_there)
        self._worker.give_back()

    async def _settle(self, wanted: _Wanted, make: Callable[[Asked], Awaitable[Preview]]) -> None:
        try:
            await wanted.refuse_left()
            made = await make(wanted.asked)
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            wanted.made.set_exception(error)
        else:
            wanted.made.set_result(made)
        finally:
            del self._wanted[wanted.asked]

    async def _made_here(self, asked: Asked) -> Preview:
        shared, content = self._desk.shared, self._desk.content
        return await below_in(self.thread, partial(make_preview, shared, content, asked))

    async def _made_there(self, asked: Asked) -> Preview:
        try:
            made = await asyncio.wrap_future(self._desk.in_worker(preview_or_refusal, asked))
        except BrokenExecutor:  # it was killed
            self._desk.lose_worker()
            return await self._made_here(asked)
        if isinstance(made, WorkerRefusal):
            raise problem_of(made.error())
        return made


def preview_or_refusal(
    shared: Shared, content: str | None, asked: Asked
) -> Preview | WorkerRefusal:
    """Make a preview in a worker."""
    try:
        return make_preview(shared, content, asked)
    except HandoutsError as error:
        return WorkerRefusal(type(error), error.faults)


def make_preview(shared: Shared, content: str | None, asked: Asked) -> Preview:
    """Make a leaflet as a page; raises HandoutsError."""
    from handouts.pipeline import prepare  # noqa: PLC0415 - not at the start
    from handouts.render.html import look_classes, render_article  # noqa: PLC0415 - the same

    refuse_password(asked)
    publisher = shared.publisher()
    request, notes = shared.request(asked.options(content))
    leaflet = prepare(publisher, request)
    return Preview(
        title=leaflet.title,
        language=leaflet.language,
        article=render_article(leaflet, publisher.library.figures),
        look=look_classes(leaflet.look),
        draft=bool(leaflet.draft),
        code=leaflet.code,
        understood=tuple(notes),
        screened=request.screened,
        flags=request.flags,
    )


def refuse_password(asked: Asked) -> None:
    """Refuse a password: only a PDF that leaves as a file can have one; raises RequestError."""
    if asked.password:
        hint = "ask for the PDF with it, and for everything else without"
        raise RequestError(Fault(message="only a PDF has a password", hint=hint, about="password"))


def _looked_at(made: asyncio.Future[Preview]) -> None:
    """Take note of how it ended: those who wait are told, and a log might repeat what was typed."""
    if not made.cancelled():
        made.exception()
