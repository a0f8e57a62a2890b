"""Ask the page without a socket: the same application, guard included."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.web.server import Settings, make_app
from tests.support.page_server import Answer

if TYPE_CHECKING:
    from handouts.web.guard import Guard

TOKEN = "a-secret-of-tests"  # noqa: S105 - of tests


class PageInProcess:
    """An application that answers in this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app: Guard = make_app(settings, TOKEN)
        self._host = f"127.0.0.1:{settings.port}".encode()

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request, and take the whole answer."""
        path, _, query = path.partition("?")
        given = {"host": self._host.decode(), "content-length": str(len(body)), **(headers or {})}
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in given.items()],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", self.settings.port),
        }  # fmt: skip
        messages = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            await asyncio.Event().wait()  # nobody hangs up
            return {}

        async def send(message: Any) -> None:  # noqa: ANN401 - as ASGI has it
            sent.append(message)

        await self.app(scope, receive, send)
        head = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return Answer(sent[0]["status"], head, b"".join(one.get("body", b"") for one in sent[1:]))

    async def close(self) -> None:
        """End it as a server does."""
        messages = ["lifespan.shutdown", "lifespan.startup"]

        async def receive() -> dict[str, Any]:
            return {"type": messages.pop()}

        async def send(_message: Any) -> None:  # noqa: ANN401 - as ASGI has it
            """Take note of nothing."""

        await self.app({"type": "lifespan"}, receive, send)

    async def post(self, path: str, body: bytes) -> Answer:
        """Send JSON as the page does."""
        headers = {"content-type": "application/json", "x-handouts-token": TOKEN}
        return await self.ask("POST", path, body, headers)


def memory(process: str = "self") -> float:
    """Return the memory that a process has now, in MiB; that of this one is `self`."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
