"""Give out the place in the process that makes PDFs, one at a time: `WorkerPlace`."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class WorkerPlace:
    """One place: whoever makes a PDF waits for it, and others take it only while nobody does."""

    def __init__(self) -> None:
        self._taken = False
        self._line: deque[asyncio.Future[None]] = deque()
        self._when_free: list[Callable[[], None]] = []

    def when_free(self, call: Callable[[], None]) -> None:
        """Call this each time the place is left, and nobody waits for it."""
        self._when_free.append(call)

    def take(self) -> bool:
        """Take the place if it is free now, and tell whether it was."""
        if self._taken:
            return False
        self._taken = True
        return True

    def leave(self) -> None:
        """Give the place to who has waited longest, or leave it free."""
        while self._line:
            first = self._line.popleft()
            if not first.done():
                first.set_result(None)
                return
        self._taken = False
        for call in self._when_free:
            call()

    async def __aenter__(self) -> None:
        """Wait for the place."""
        if self.take():
            return
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # it was given just now
            raise

    async def __aexit__(self, *_ended: object) -> None:
        """Leave it."""
        self.leave()
