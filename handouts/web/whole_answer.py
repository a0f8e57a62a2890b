"""Write an answer in one piece: `WholeAnswer`."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import RequestResponseCycle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Message
    from uvicorn.protocols.http.h11_impl import H11Protocol


_REASONS = {int(one): one.phrase.encode() for one in HTTPStatus}


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
        body = b"".join(self._parts)
        pairs = [*self.default_headers, *begun.get("headers", ())]
        lines = [b"HTTP/1.1 %d %s" % (begun["status"], _REASONS.get(begun["status"], b""))]
        closes = not self.keep_alive
        for name, value in pairs:
            if name == b"content-length":
                continue
            if b"\n" in value or b"\r" in value:
                raise RuntimeError("a header ends within its value")
            closes = closes or (name == b"connection" and value == b"close")
            lines.append(b"%s: %s" % (name, value))
        lines.append(b"content-length: %d\r\n\r\n" % len(body))
        self.response_complete = True
        self.message_event.set()
        self.transport.write(b"\r\n".join(lines) + body)
        if closes:
            self.transport.close()
        self.on_response()
