"""A request that h11 has read before is answered without it, and never otherwise than by it."""

import asyncio
import json
import random
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from handouts.web.connection import Connection
from handouts.web.known_heads import KnownHead, KnownHeads
from handouts.web.ready_answer import ReadyAnswer

HEAD = (
    b"POST /api/words HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Type: application/json\r\n"
    b"X-Handouts-Token: abc\r\nContent-Length: 5\r\n\r\n"
)
WHOLE = HEAD + b"12345"
REFUSAL = b"HTTP/1.1 400 "
"""How h11 refuses; how it cuts that into pieces depends on what it has read before."""
TURNS = 12
"""How often the loop goes round until every answer is out."""
ODD = (
    HEAD.replace(b"\r\nContent-Length", b"\r\nExpect: 100-continue\r\nContent-Length"),
    HEAD.replace(b"POST", b"HEAD"),
    HEAD.replace(b"5\r\n\r\n", b"6\r\n\r\n"),
    HEAD.replace(b"Content-Length: 5", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
    HEAD.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"5\r\n12345\r\n0\r\n\r\n",
    HEAD.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost"),
    HEAD.replace(b"HTTP/1.1", b"HTTP/1.0"),
    HEAD.replace(b"/api/words", b"/api/words?age=71"),
    HEAD.replace(b"\r\n", b"\n"),
    HEAD.replace(b"5\r\n", b"5\n\r\n") + b"12345",
    WHOLE + WHOLE,
    WHOLE + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    WHOLE + b"nonsense\r\n\r\n",
    b"\r\n" + WHOLE,
)


class Wire:
    """The other end of a connection: takes what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        """Take an answer."""
        if not self.closed:
            self.written.append(data)

    def close(self) -> None:
        """Take no more."""
        self.closed = True

    def is_closing(self) -> bool:
        """Say whether it takes no more."""
        return self.closed

    def get_extra_info(self, _name: str) -> None:
        """Say nothing of addresses."""

    def pause_reading(self) -> None:
        """Go on: what is sent here is sent at once."""

    resume_reading = pause_reading


async def repeated(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
    """Answer with what was asked."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    said = [scope[one] for one in ("method", "path", "http_version")]
    headers = [[one.decode("latin-1") for one in pair] for pair in scope["headers"]]
    text = json.dumps([*said, scope["query_string"].decode(), headers, body.hex()]).encode()
    given = [(b"x-kind", b"test"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": given})
    await send({"type": "http.response.body", "body": text})


class Ready:
    """The same, as an answer that needs no waiting where the body has five letters."""

    __call__ = staticmethod(repeated)

    def __init__(self) -> None:
        self.found = 0

    def ready_answer(self, head: KnownHead, body: bytes) -> ReadyAnswer | None:
        """Return the answer that `repeated` sends."""
        if len(body) != 5 or head.said["method"] != "POST":
            return None
        self.found += 1
        said = [head.said[one] for one in ("method", "path", "http_version")]
        headers = [[one.decode("latin-1") for one in pair] for pair in head.headers]
        text = json.dumps([*said, head.said["query_string"].decode(), headers, body.hex()])  # type: ignore[attr-defined] # it is bytes
        return ReadyAnswer(((b"x-kind", b"test"),), text.encode())


async def answered(
    kind: type[H11Protocol], *sent: bytes, app: object = repeated
) -> tuple[bytes, bool]:
    """Send one piece after the other on one connection; give the answers, and whether it ended."""
    config = uvicorn.Config(
        app,  # type: ignore[arg-type] # it answers as ASGI has it
        http=kind, ws="none", log_level="critical", proxy_headers=False,
    )  # fmt: skip
    wire = Wire()
    protocol = kind(config, ServerState(), {})
    protocol.connection_made(wire)  # type: ignore[arg-type] # it is enough of one
    for one in sent:
        if not wire.closed:
            protocol.data_received(one)
        for _ in range(TURNS):
            await asyncio.sleep(0)
    closed = wire.closed
    protocol.connection_lost(None)
    said = b"".join(wire.written).replace(b"HTTP/1.1 200 \r\n", b"HTTP/1.1 200 OK\r\n")
    good, refused, _ = said.partition(REFUSAL)
    return good + refused, closed


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the heads that other tests sent."""
    monkeypatch.setattr(Connection, "_heads", KnownHeads())


def test_a_known_head_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer is that of h11 to the byte, another body included, and made without it."""

    async def asked() -> None:
        other = HEAD + b"abcde"
        by_h11 = [await answered(H11Protocol, one) for one in (WHOLE, other)]
        assert await answered(Connection, WHOLE) == by_h11[0]
        with monkeypatch.context() as hindered:
            hindered.setattr("h11.Connection.receive_data", None)
            hindered.setattr("h11.Connection.send", lambda *_, **__: b"")
            assert [await answered(Connection, one) for one in (WHOLE, other)] == by_h11

    asyncio.run(asked())


def mutated(count: int) -> list[bytes]:
    """Return requests that are almost the known one: bytes changed, doubled, dropped, moved."""
    chance = random.Random(15)  # noqa: S311 - no secret
    made = []
    for _ in range(count):
        data = bytearray(WHOLE)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            piece = chance.choice([b"\r", b"\n", b"\r\n", b" ", b"\0", b":", b"5", b"\xff", b""])
            data[at : at + chance.randint(0, 2)] = piece
        made.append(bytes(data))
    return made


def test_what_is_almost_known_is_read_by_h11() -> None:
    """After a known request, each of many odd ones has the answer and the end that h11 gives it.

    Answers that need no waiting change nothing of that.
    """

    async def asked() -> None:
        await answered(Connection, WHOLE)
        ready = Ready()
        for one in (*ODD, *mutated(150)):
            for sent in ((one,), (WHOLE, one, WHOLE), (one[:60], one[60:], WHOLE)):
                expected = await answered(H11Protocol, *sent)
                for app in (repeated, ready):
                    assert await answered(Connection, *sent, app=app) == expected, sent
        assert ready.found > 200

    asyncio.run(asked())


def test_an_answer_that_needs_no_waiting_is_written_at_once() -> None:
    """No task is made for it, its connection ends when it is idle, and who does not read waits."""

    async def asked() -> None:
        await answered(Connection, WHOLE)
        config = uvicorn.Config(
            Ready(), http=Connection, ws="none", timeout_keep_alive=1, proxy_headers=False
        )
        wire = Wire()
        protocol = Connection(config, ServerState(), {})
        protocol.connection_made(wire)  # type: ignore[arg-type] # it is enough of one
        for count in (1, 2):
            protocol.data_received(WHOLE)
            assert (len(wire.written), len(protocol.tasks)) == (count, 0)
        protocol.pause_writing()
        protocol.data_received(WHOLE)
        assert (len(wire.written), len(protocol.tasks)) == (2, 1)
        protocol.resume_writing()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        assert (len(wire.written), len(protocol.tasks)) == (3, 0)
        for used, closed in ((0.0, False), (-1.0, True)):
            protocol._used = protocol.loop.time() + used  # noqa: SLF001 - of the class under test
            protocol.timeout_keep_alive_handler()
            assert wire.closed is closed
        protocol.connection_lost(None)

    asyncio.run(asked())


def test_what_comes_before_the_answer_waits() -> None:
    """Requests that are sent together are answered in their order; too much ends the connection."""

    async def asked() -> None:
        await answered(Connection, WHOLE)
        wire = Wire()
        config = uvicorn.Config(repeated, http=Connection, ws="none")
        protocol = Connection(config, ServerState(), {})
        protocol.connection_made(wire)  # type: ignore[arg-type] # it is enough of one
        for body in (b"first", b"other", b"third"):
            protocol.data_received(HEAD + body)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        said = b"".join(wire.written)
        places = [said.find(body.hex().encode()) for body in (b"first", b"other", b"third")]
        assert sorted(places) == places
        assert places[0] > 0
        protocol.data_received(WHOLE)
        protocol.data_received(b"x" * 100_000)
        assert wire.closed
        protocol.connection_lost(None)

    asyncio.run(asked())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/api/words", b"/api/words?age=71"),
        (b"X-Handouts-Token: abc", b"Authorization: Basic bnVyc2U6c2VjcmV0"),
        (b"Host", b"Connection: close\r\nHost"),
        (b"X-Handouts-Token: abc", b"X: " + b"a" * 5000),
        (b"X-Handouts-Token: abc", b"X-File-Name: Ann%20Able.csv"),
    ],
)
def test_no_secret_and_no_query_is_kept(old: bytes, new: bytes) -> None:
    """A head with a password, a query or the name of a file, or a long one, is not kept."""
    asyncio.run(answered(Connection, WHOLE.replace(old, new)))
    assert Connection._heads.find(WHOLE.replace(old, new)) is None  # noqa: SLF001 - of the class under test


def test_few_heads_are_kept() -> None:
    """Those of a hundred callers leave no more than 64."""
    callers = [WHOLE.replace(b"abc", b"abc%d" % number) for number in range(100)]
    for one in callers:
        asyncio.run(answered(Connection, one))
    known = [one for one in callers if Connection._heads.find(one)]  # noqa: SLF001 - the same
    assert known == callers[-64:]
