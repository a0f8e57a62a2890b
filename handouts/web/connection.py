"""Cut a connection whose request does not come: `Connection`.

The server itself waits for ever for the head of a request, so a few hundred clients that send half
of one would keep everybody else out. Bodies have their own limit, where they are read.
"""

from __future__ import annotations

from asyncio import get_running_loop
from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from handouts.web.limits import LIMITS

if TYPE_CHECKING:
    import asyncio


class Connection(H11Protocol):
    """A connection that is closed when the head of a request is not whole in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; begin to wait where it is a part of a head, and end when it is whole."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._end()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End to wait."""
        self._end()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = get_running_loop().call_later(LIMITS.head_seconds, self.transport.close)

    def _end(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
