"""A known leaflet is answered without waiting, and never otherwise than in the usual way."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from handouts.reuse import make_pdf
from handouts.web.answers import PageAnswers
from handouts.web.asked import Asked
from handouts.web.guard import Guard
from handouts.web.known_heads import KnownHead
from handouts.web.limits import LIMITS, Limits
from handouts.web.lists import OpenLists
from handouts.web.passwords import Passwords
from handouts.web.publishing import Desk
from handouts.web.ready_answer import ReadyAnswer
from handouts.web.router import Router
from handouts.web.routes import Routes

LEAFLET = {"region": "lumbar", "status": "acute", "name": "Ann Able"}
KNOWN = json.dumps(LEAFLET).encode()
TOKEN = "a-secret-of-tests"  # noqa: S105 - of tests
HEADERS = {"host": "127.0.0.1:1", "content-type": "application/json", "x-handouts-token": TOKEN}


class Answered:
    """The application without a server, which has made one leaflet."""

    def __init__(self) -> None:
        self.desk = Desk(None)
        self.router = Router(
            Routes(PageAnswers(self.desk), OpenLists(None), LIMITS, author=False).table()
        )
        self.guard = self.guarded()
        request, _ = self.desk.request(Asked(region="lumbar", status="acute").options(None))
        make_pdf(self.desk.shared.publisher(), replace(request, name="A"), self.desk.shared.bodies)
        self.desk.repeats.measure()
        asyncio.run(self.usual(head(KNOWN), KNOWN))

    def guarded(self, limits: Limits = LIMITS, passwords: Passwords | None = None) -> Guard:
        """Put a guard around it."""
        return Guard(
            self.router, origins=["http://127.0.0.1:1"], token=TOKEN, limits=limits,
            passwords=passwords,
        )  # fmt: skip

    async def usual(self, known: KnownHead, body: bytes) -> tuple[int, ReadyAnswer]:
        """Give the status and the answer of the usual way."""
        sent: list[Any] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:  # noqa: ANN401 - as ASGI has it
            sent.append(message)

        scope = {"type": "http", **known.said, "headers": list(known.headers)}
        await self.guard(scope, receive, send)
        pairs = [pair for pair in sent[0]["headers"] if pair[0] != b"content-length"]
        content = b"".join(one["body"] for one in sent[1:])
        return sent[0]["status"], ReadyAnswer(tuple(pairs), content)


def head(body: bytes, method: str = "POST", path: str = "/api/leaflet", **other: str) -> KnownHead:
    """Return the head of a request; an underscore of a header stands for a hyphen."""
    given = HEADERS | {name.replace("_", "-"): value for name, value in other.items()}
    pairs = [(name.encode(), value.encode()) for name, value in given.items()]
    pairs.append((b"content-length", b"%d" % len(body)))
    said = {"method": method, "path": path, "query_string": b"", "http_version": "1.1"}
    return KnownHead(said, tuple(pairs), len(body))


@pytest.fixture(scope="module")
def page() -> Iterator[Answered]:
    """The application of all tests of this file; it looks at no file again meanwhile."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("handouts.web.publishing._FRESH", 600.0)
        made = Answered()
        yield made
    made.desk.close()


def test_with_another_name_it_is_the_answer_of_the_usual_way(page: Answered) -> None:
    """Headers and bytes are the same, for the name that was asked and for others."""
    for name in ("Ann Able", "O'Neill, B.", "Zo\u00eb"):
        body = json.dumps(LEAFLET | {"name": name}).encode()
        ready = page.guard.ready_answer(head(body), body)
        assert (ready is not None) is name.isascii()
        status, usual = asyncio.run(page.usual(head(body), body))
        assert (status, usual.content[:5]) == (200, b"%PDF-")
        assert ready in {None, usual}


@pytest.mark.parametrize(
    ("known", "body"),
    [
        (head(KNOWN, x_handouts_token=TOKEN[:-1]), KNOWN),
        (head(KNOWN, host="evil.example"), KNOWN),
        (head(KNOWN, origin="http://evil.example"), KNOWN),
        (head(KNOWN, sec_fetch_site="cross-site"), KNOWN),
        (head(KNOWN, content_type="text/plain"), KNOWN),
        (head(KNOWN, method="GET"), KNOWN),
        (head(KNOWN, path="/leaflet"), KNOWN),
        (head(KNOWN, path="/api/preview"), KNOWN),
        *(
            (head(body), body)
            for body in (
                json.dumps(LEAFLET | {"note": "Room 4."}).encode(),
                json.dumps(LEAFLET | {"password": "a long one, with words"}).encode(),
                json.dumps(LEAFLET | {"format": "html"}).encode(),
                json.dumps(LEAFLET | {"format": "exe"}).encode(),
                json.dumps(LEAFLET | {"flags": ["statin"]}).encode(),
                json.dumps(LEAFLET | {"name": "Ann\nAble"}).encode(),
                json.dumps(LEAFLET | {"nmae": "Ann"}).encode(),
                KNOWN[:-1] + b', "name": "Bea"}',
                KNOWN[:-1],
                b"[]",
                KNOWN + b" " * LIMITS.body_bytes,
            )
        ),
    ],
)
def test_everything_else_takes_the_usual_way(page: Answered, known: KnownHead, body: bytes) -> None:
    """What is refused, unknown, or about more than a known leaflet is not answered at once."""
    assert page.guard.ready_answer(head(KNOWN), KNOWN) is not None
    assert page.guard.ready_answer(known, body) is None
    assert page.guard.ready_answer(known, body) is None, "as it was looked at before"


def test_limits_and_passwords_hold(page: Answered) -> None:
    """Where all places are taken, memory is full or a password is asked for: the usual way."""
    for guard in (
        page.guarded(replace(LIMITS, at_once=0)),
        page.guarded(replace(LIMITS, held_bytes=10)),
        page.guarded(passwords=Passwords({})),
    ):
        assert guard.ready_answer(head(KNOWN), KNOWN) is None


def test_a_fault_is_answered_in_the_usual_way(
    page: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug on the short way ends no connection."""
    monkeypatch.setattr(page.desk.repeats, "pdf", None)
    assert page.guard.ready_answer(head(KNOWN), KNOWN) is None


def test_what_other_content_understood_is_not_kept(page: Answered) -> None:
    """Where files changed while a PDF was made, its request is read again by what they say now."""
    asked = Asked(region="lumbar", status="acute", screened=True)
    request, _ = page.desk.request(asked.options(None))
    known = page.desk.repeats._known  # noqa: SLF001 - of the class under test
    page.desk.repeats.learn(asked, request, replace(page.desk.shared.publisher()))
    assert asked not in known
    page.desk.repeats.learn(asked, request, page.desk.shared.publisher())
    assert known.pop(asked) == request
