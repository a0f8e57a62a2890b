"""Start `handout serve` as a person does, and talk to it."""

import http.client
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from tests.support.processes import DEADLINE, start


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def record(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class PageServer(NamedTuple):
    """A running server."""

    port: int
    token: str
    process: int = 0
    """Its number, or that of what is wrapped around it."""

    @property
    def address(self) -> str:
        """The address that it printed."""
        return f"http://127.0.0.1:{self.port}/#{self.token}"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request as it is, and take the whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(
                answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
            )
        finally:
            connection.close()

    def post(self, path: str, record: object) -> Answer:
        """Send a record as the page does."""
        headers = {"content-type": "application/json", "x-handouts-token": self.token}
        return self.ask("POST", path, json.dumps(record), headers)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(*options: str, wrapped: Sequence[str] = ()) -> Iterator[PageServer]:
    """Serve until the block ends, then stop as Ctrl-C does; `wrapped` stands before the command."""
    port = free_port()
    command = (*wrapped, sys.executable, "-m", "handouts", "serve", "--port", str(port), *options)
    process = start(command)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        assert line.startswith(f"http://127.0.0.1:{port}/#"), process.communicate()
        yield PageServer(port, line.strip().partition("#")[2], process.pid)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=DEADLINE)[1]
        assert b"Traceback" not in said, said.decode()
