"""Give out the place in the process that makes PDFs, one at a time: `WorkerPlace`."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


_MOST_LENT = 2
"""One that is worked on, and one that the process finds there when it has made that: it would
else stand still until this process, which is busy too, has taken the first and sent another."""


class WorkerPlace:
    """One place: whoever makes a PDF waits for it, and others borrow it only while nobody does."""

    def __init__(self) -> None:
        self._held = False
        self._lent = 0
        self._line: deque[asyncio.Future[None]] = deque()
        self._when_free: list[Callable[[], None]] = []

    def when_free(self, call: Callable[[], None]) -> None:
        """Call this each time there may be something to borrow."""
        self._when_free.append(call)

    def borrow(self) -> bool:
        """Borrow the place if no PDF needs it and not too many did so, and tell whether it is."""
        if self._held or self._line or self._lent == _MOST_LENT:
            return False
        self._lent += 1
        return True

    def give_back(self) -> None:
        """Give back what was borrowed."""
        self._lent -= 1
        self._go_on()

    async def __aenter__(self) -> None:
        """Wait for the place."""
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        self._go_on()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                await self.__aexit__()  # it was given just now
            raise

    async def __aexit__(self, *_ended: object) -> None:
        """Leave it."""
        self._held = False
        self._go_on()

    def _go_on(self) -> None:
        """Give the place to who has waited longest; where nobody waits, let it be borrowed."""
        if self._held:
            return
        while self._line and not self._lent:
            first = self._line.popleft()
            if not first.done():
                first.set_result(None)
                self._held = True
                return
        if not self._line:
            for call in self._when_free:
                call()
