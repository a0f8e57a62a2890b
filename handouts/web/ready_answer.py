"""Hold an answer that is there without waiting for anything: `ReadyAnswer`.

A usual request goes through a task, two deadlines and the layers of the application, each of which
may wait. Where the same person asks for a known leaflet with another name, nothing has to wait: it
is found in one call, or else the request takes the usual way, where all is refused that has to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from handouts.web.known_heads import KnownHead


class ReadyAnswer(Struct, frozen=True):
    """A good answer: its headers without its length, and its body."""

    headers: tuple[tuple[bytes, bytes], ...]
    content: bytes


class AtOnceApp(Protocol):
    """An application that may have answers which need no waiting."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in the usual way."""

    def ready_answer(self, head: KnownHead, body: bytes) -> ReadyAnswer | None:
        """Return the answer to a request; None where it has to be waited for, or is no good one."""
