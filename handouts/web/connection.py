"""Cut a connection whose request does not come, and answer a usual one at once: `Connection`.

The server itself waits for ever for the head of a request, so a few hundred clients that send half
of one would keep everybody else out. Bodies have their own limit, where they are read.
"""

from __future__ import annotations

from asyncio import get_running_loop
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from handouts.web.known_heads import KnownHeads
from handouts.web.limits import LIMITS
from handouts.web.whole_answer import WholeAnswer, head_lines, whole

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from handouts.web.known_heads import KnownHead
    from handouts.web.ready_answer import ReadyAnswer


_MOST_EARLY = 64 * 1024
"""How much may come before the last answer is out."""


@lru_cache(64)
def _good_head(pairs: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Return the head of an answer that needed no waiting: they differ in the leaflet alone."""
    return head_lines(HTTPStatus.OK, pairs)


class Connection(H11Protocol):
    """A connection that is closed when the head of a request is not whole in time.

    A request that comes whole, with a head that h11 has read before, is answered without it.
    """

    _heads = KnownHeads()
    _late: asyncio.TimerHandle | None = None
    _find_ready: Callable[[KnownHead, bytes], ReadyAnswer | None] | None = None
    """What may have answers that need no waiting, if the application has any."""
    _used = 0.0
    """When the last answer went out that needed no waiting."""
    _early = b""
    """What came while an answer without h11 was being made."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._find_ready = getattr(self.app, "ready_answer", None)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; begin to wait where it is a part of a head, and end when it is whole."""
        if self._is_answering():
            self._keep_early(data)
            return
        begins = self._is_between()
        if begins and self._has_room() and (known := self._heads.find(data)):
            self._end()
            if not self._answer_at_once(*known):
                self._unset_keepalive_if_required()
                self._answer(*known)
            return
        before = self.cycle
        super().data_received(data)
        if begins and self.cycle is not before and self.conn.their_state is not h11.ERROR:
            self._heads.learn(data, self.cycle.scope)
        if self.conn.their_state is not h11.IDLE:
            self._end()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End to wait."""
        self._end()
        self._early = b""
        super().connection_lost(exc)

    def _keep_early(self, data: bytes) -> None:
        self._early += data
        self.flow.pause_reading()
        if len(self._early) > _MOST_EARLY:
            self.transport.close()

    def _is_answering(self) -> bool:
        return isinstance(self.cycle, WholeAnswer) and not self.cycle.response_complete

    def _is_between(self) -> bool:
        """Tell whether what comes now is the beginning of a request."""
        conn = self.conn
        return (
            conn.our_state is h11.IDLE
            and conn.their_state is h11.IDLE
            and conn.trailing_data == (b"", False)
        )

    def _has_room(self) -> bool:
        """Tell whether there are not too many at once; else h11 says so."""
        most = self.limit_concurrency
        return most is None or max(len(self.connections), len(self.tasks)) < most

    def _answer_at_once(self, known: KnownHead, body: bytes) -> bool:
        """Write an answer that needs no waiting, and tell whether there is one."""
        if self._find_ready is None or self.flow.write_paused:
            return False
        answer = self._find_ready(known, body)
        if answer is None:
            return False
        pairs = (*self.server_state.default_headers, *answer.headers)
        self.transport.write(whole(_good_head(pairs), answer.content))
        self._used = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.on_response_complete()
        else:  # its timer runs, and looks at when the connection was used
            self.server_state.total_requests += 1
        return True

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, or wait on where an answer that needed no waiting came later."""
        left = self._used + self.timeout_keep_alive - self.loop.time()
        if left <= 0:
            super().timeout_keep_alive_handler()
            return
        wait = self.timeout_keep_alive_handler
        self.timeout_keep_alive_task = self.loop.call_later(left, wait)

    def _answer(self, known: KnownHead, body: bytes) -> None:
        scope = {
            "type": "http",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": self.root_path,
            "state": self.app_state.copy(),
            "headers": list(known.headers),
            **known.said,
        }
        self.cycle = WholeAnswer(self, scope, body, self._answered)
        task = self.loop.create_task(self.cycle.run_asgi(self.app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _answered(self) -> None:
        """Go on with what came meanwhile."""
        self.on_response_complete()
        if self._early and not self.transport.is_closing():
            early, self._early = self._early, b""
            self.data_received(early)

    def _wait(self) -> None:
        self._late = get_running_loop().call_later(LIMITS.head_seconds, self.transport.close)

    def _end(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
