"""Write an answer in one piece: `WholeAnswer`."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import RequestResponseCycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.types import Message
    from uvicorn.protocols.http.h11_impl import H11Protocol


_REASONS = {int(one): one.phrase.encode() for one in HTTPStatus}


def head_lines(status: int, pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the lines of the head of an answer, but without its length."""
    lines = [b"HTTP/1.1 %d %b\r\n" % (status, _REASONS.get(status, b""))]
    for name, value in pairs:
        if name == b"content-length":
            continue
        if b"\n" in value or b"\r" in value:
            raise RuntimeError("a header ends within its value")
        lines.append(b"%b: %b\r\n" % (name, value))
    return b"".join(lines)


def whole(head: bytes, body: bytes) -> bytes:
    """Return an answer as it is sent; its length is told last."""
    return b"%bcontent-length: %d\r\n\r\n%b" % (head, len(body), body)


class WholeAnswer(RequestResponseCycle):
    """One request whose body is there, and its answer, which is sent when it is complete."""

    def __init__(
        self,
        protocol: H11Protocol,
        scope: Mapping[str, Any],
        body: bytes,
        answered: Callable[[], None],
    ) -> None:
        """`answered` is called when the answer is out."""
        super().__init__(
            scope=scope,  # type: ignore[arg-type] # as ASGI has it
            conn=protocol.conn,
            transport=protocol.transport,
            flow=protocol.flow,
            logger=protocol.logger,
            access_logger=protocol.access_logger,
            access_log=protocol.access_log,
            default_headers=protocol.server_state.default_headers,
            message_event=asyncio.Event(),
            on_response=answered,
        )
        self.body += body
        self.more_body = False
        self.message_event.set()
        self._begun: Message | None = None
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:  # type: ignore[override] # as ASGI has it
        """Take the beginning or a part of the answer; write it with the last part."""
        if self.disconnected:
            return
        if self.response_complete or (message["type"] == "http.response.start") is bool(
            self._begun
        ):
            raise RuntimeError(f"{message['type']} is not what comes next")
        if self._begun is None:
            self._begun = message
            self.response_started = True
            return
        self._parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        if self.flow.write_paused:
            await self.flow.drain()
        if not self.disconnected:
            self._write(self._begun)

    def _write(self, begun: Message) -> None:
        pairs = [*self.default_headers, *begun.get("headers", ())]
        written = whole(head_lines(begun["status"], pairs), b"".join(self._parts))
        self.response_complete = True
        self.message_event.set()
        self.transport.write(written)
        if not self.keep_alive or (b"connection", b"close") in pairs:
            self.transport.close()
        self.on_response()
