"""Answer the first page while the rest of the program is still being loaded: `LateApp`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from handouts.errors import HandoutsError
from handouts.web.problems import problem_answer, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from handouts.web.known_heads import KnownHead
    from handouts.web.ready_answer import AtOnceApp, ReadyAnswer


_AT_THE_LATEST = 0.5
"""Seconds after which the rest is loaded, whether anybody has asked for the first page or not."""


class LoadedApp(Protocol):
    """The whole application, and how it ends."""

    @property
    def app(self) -> AtOnceApp:
        """What answers."""

    def close(self) -> None:
        """End whatever it has open."""


class LateApp:
    """Loads the application when the first page is out, and then hands everything to it."""

    def __init__(self, load: Callable[[], LoadedApp], first: bytes | None) -> None:
        """Without a `first` page the application is loaded at once; raises what `load` raises."""
        self._load, self._first = load, first
        self._loaded = load() if first is None else None
        self._loading: asyncio.Future[LoadedApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if self._loaded is None and scope["path"] == "/" and scope["method"] == "GET":
            await self._send_first(send)
            self._begin()
            return
        try:
            loaded = self._loaded
            if loaded is None:
                loaded = await asyncio.shield(self._begin())
        except HandoutsError as error:  # a file was changed just now
            self._loading = None
            await problem_answer(problem_of(error))(scope, receive, send)
            return
        self._loaded = loaded
        await loaded.app(scope, receive, send)

    def ready_answer(self, head: KnownHead, body: bytes) -> ReadyAnswer | None:
        """Return an answer that needs no waiting; None where it does."""
        return self._loaded.app.ready_answer(head, body) if self._loaded else None

    def _begin(self) -> asyncio.Future[LoadedApp]:
        if self._loading is None:
            self._loading = asyncio.get_running_loop().run_in_executor(None, self._load)
            self._loading.add_done_callback(_looked_at)
        return self._loading

    async def _send_first(self, send: Send) -> None:
        page = self._first or b""
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(page)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": page})

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and end with the server."""
        await receive()
        if self._loaded is None:
            asyncio.get_running_loop().call_later(_AT_THE_LATEST, self._begin)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._loading is not None and self._loaded is None:
            with suppress(HandoutsError):
                self._loaded = await self._loading
        if self._loaded is not None:
            self._loaded.close()
        await send({"type": "lifespan.shutdown.complete"})


def _looked_at(done: asyncio.Future[LoadedApp]) -> None:
    """Take note of how loading ended: whoever asks next is told."""
    if not done.cancelled():
        done.exception()
