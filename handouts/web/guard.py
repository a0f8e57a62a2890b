"""Refuse what is not from this machine's own page, and harden every answer: `Guard`.

Listening on 127.0.0.1 alone does not keep others out: a page from elsewhere can send forms here,
and a name that is made to point here (DNS rebinding) makes that page look like our own. So the host
that was asked for, the page that asks, and for the interface a secret of this run are checked.
"""

from __future__ import annotations

import asyncio
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from handouts.web.problems import Problem, method_problem, problem_answer
from handouts.web.ready_answer import ReadyAnswer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from starlette.types import Message, Receive, Scope, Send

    from handouts.web.doors import Doors
    from handouts.web.known_heads import KnownHead
    from handouts.web.limits import Limits
    from handouts.web.passwords import Passwords
    from handouts.web.ready_answer import AtOnceApp

    Pairs = tuple[tuple[bytes, bytes], ...]


TOKEN_HEADER = b"x-handouts-token"
MOST_HEADER_BYTES = 16 * 1024
METHODS = ("GET", "HEAD", "POST")
OPEN_PATHS = frozenset({"/api/openapi.json"})
"""Paths of the interface that need no token: they say nothing that is not published."""
FRAME = "/frame"
"""The empty page that shows a leaflet inside ours: the only one that may stand in a frame."""

_READ = frozenset(
    {b"host", b"origin", b"authorization", b"content-type", b"content-length", TOKEN_HEADER}
)
"""Headers that decide something, and so may stand once only."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self' blob:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {ancestors}"
)
_MOST_KEPT = 64
_SAME = (b"same-origin", b"none")
"""What a browser says of a request from our own page, and of one that a person typed."""


def policy_of(path: str) -> str:
    """Return the Content-Security-Policy of a path: no script or style but our own files."""
    return _POLICY.format(ancestors="'self'" if path == FRAME else "'none'")


class Guard:
    """The outermost layer of the application: checks, limits and headers for every request."""

    def __init__(  # noqa: PLR0913 - what is let through, each part once
        self,
        app: AtOnceApp,
        *,
        origins: Collection[str],
        token: str,
        limits: Limits,
        passwords: Passwords | None = None,
        doors: Doors | None = None,
    ) -> None:
        """`origins` are the addresses of the page, such as `http://127.0.0.1:8765`.

        With `passwords` everybody has to give one, and the interface asks for no secret beside it,
        but only for its header: no page from elsewhere can send that. `doors` are the addresses
        for record systems, if there are any.
        """
        self._doors = doors
        self._app = app
        self._origins = frozenset(one.lower() for one in origins)
        self._hosts = frozenset(one.partition("://")[2] for one in self._origins)
        self._passwords = passwords
        self._token = token.encode()
        self._limits = limits
        self._busy = self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is ours, and answer everything else."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
            return
        door = self._door(scope)
        hardened = _hardened(send, scope["path"], door)
        problem = self._problem(scope)
        if problem is None and scope["method"] == "OPTIONS":
            answer = self._doors and self._doors.preflight(dict(scope["headers"]), scope["path"])
            if answer:
                await answer(scope, receive, hardened)
                return
            problem = method_problem(scope["method"], METHODS)
        problem = problem or await self._stranger(scope)
        turn = _Turn(self)
        if problem is None and scope["method"] != "POST":
            problem = turn.begin()
        if problem is not None:
            answer = problem_answer(problem)
            answer.headers["connection"] = "close"  # what follows may not be what it seems
            if problem.code == "password":
                answer.headers["www-authenticate"] = 'Basic realm="Leaflets", charset="UTF-8"'
            await answer(scope, receive, hardened)
            return
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                await self._app(scope, turn.reading(receive), hardened)
        except TimeoutError:
            return  # the connection is closed: what was sent may be half an answer
        except Exception:  # noqa: BLE001 - it is answered as a bug; a log may repeat what was typed
            return
        finally:
            turn.end()

    def ready_answer(self, head: KnownHead, body: bytes) -> ReadyAnswer | None:
        """Return an answer that needs no waiting; None where it does, or is a refusal."""
        passes = head.let_through.get(self)
        if passes is None:
            passes = head.let_through[self] = self._passes(head)
        busy = self._busy >= self._limits.at_once
        if not passes or busy or self._held + len(body) > self._limits.held_bytes:
            return None
        try:
            answer = self._app.ready_answer(head, body)
        except Exception:  # noqa: BLE001 - the usual way answers it as a bug
            return None
        if answer is None:
            return None
        return ReadyAnswer(_safe_ready(answer.headers, str(head.said["path"])), answer.content)

    def _passes(self, head: KnownHead) -> bool:
        """Tell whether a head alone says that its request is let through."""
        if self._passwords or head.said["method"] != "POST":
            return False
        scope = {**head.said, "headers": head.headers}
        return not self._door(scope) and self._problem(scope) is None

    def _problem(self, scope: Scope) -> Problem | None:
        """Say why a request is refused; None where it is ours."""
        headers = _single(scope["headers"])
        if isinstance(headers, Problem):
            return headers
        door = self._doors if self._doors and self._doors.has(scope["path"]) else None
        if scope["method"] not in (*METHODS, *(["OPTIONS"] if door else [])):
            return method_problem(scope["method"], METHODS)
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host not in self._hosts:
            return Problem(
                "host", 421, "this page has another address",
                "open the address that you were given for it",
            )  # fmt: skip
        if door:
            return door.problem(headers, scope)
        foreign = _foreign(headers, self._origins, scope)
        return foreign or self._without_token(headers, scope["path"])

    async def _stranger(self, scope: Scope) -> Problem | None:
        """Refuse who gives no password, where one is asked for."""
        if self._passwords is None or (self._doors and self._doors.is_hook(scope["path"])):
            return None  # a program that calls a hook shows a signed token to it
        header = dict(scope["headers"]).get(b"authorization", b"")
        if header and await asyncio.to_thread(self._passwords.admits, header):
            return None
        if header:
            await asyncio.sleep(1)  # so that nobody tries many
        return Problem("password", 401, "a name and a password are needed", "ask who runs this")

    def _door(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the headers for a page from elsewhere that may read the answer."""
        if self._doors is None:
            return []
        return self._doors.headers_for(dict(scope["headers"]), scope["path"])

    def _without_token(self, headers: Mapping[bytes, bytes], path: str) -> Problem | None:
        """Refuse a request to the interface that does not know the secret of this run."""
        if not path.startswith("/api/") or path in OPEN_PATHS:
            return None
        given = headers.get(TOKEN_HEADER)
        if given is not None and (self._passwords or secrets.compare_digest(given, self._token)):
            return None
        return Problem(
            "token", 403, "this page was not opened by its own address",
            "open its whole address, with what follows the #, or ask whoever runs this page for it",
        )  # fmt: skip


class _Turn:
    """One request: what it holds of the memory for bodies, and whether it is being worked on.

    Work begins when its body is whole, so that those who send slowly keep nobody out.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._begun = False
        self._held = 0

    def begin(self) -> Problem | None:
        """Begin to work on it, or say why not now."""
        guard = self._guard
        if guard._busy >= guard._limits.at_once:  # noqa: SLF001 - its own counters
            return _busy()
        guard._busy += 1  # noqa: SLF001 - the same
        self._begun = True
        return None

    def reading(self, receive: Receive) -> Receive:
        """Return what gives the parts of the body, and raises Problem where they are too much."""
        guard = self._guard

        async def counted() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not self._begun:
                size = len(message.get("body", b""))
                self._held += size
                guard._held += size  # noqa: SLF001 - the same
                if guard._held > guard._limits.held_bytes:  # noqa: SLF001 - the same
                    raise _busy()
                if not message.get("more_body") and (problem := self.begin()):
                    raise problem
            return message

        return counted

    def end(self) -> None:
        """Give back what it held."""
        self._guard._held -= self._held  # noqa: SLF001 - the same
        self._guard._busy -= self._begun  # noqa: SLF001 - the same


def _busy() -> Problem:
    return Problem("busy", 503, "too many requests at once", "try again in a moment")


def _foreign(
    headers: Mapping[bytes, bytes], origins: Collection[str], scope: Scope
) -> Problem | None:
    """Refuse a request that a page from elsewhere sends."""
    message, hint = "a page from elsewhere asks", "use the page itself"
    site = headers.get(b"sec-fetch-site")
    if site is not None and site not in _SAME:
        # A link from elsewhere to the page itself is a person who clicks.
        navigates = headers.get(b"sec-fetch-mode") == b"navigate"
        if scope["method"] == "POST" or not navigates or scope["path"] != "/":
            return Problem("origin", 403, message, hint)
    origin = headers.get(b"origin")
    if origin == b"null" and site == b"same-origin":
        origin = None  # a form of ours: our policy on referrers hides its origin, as it should
    if origin is not None and origin.decode("latin-1").lower() not in origins:
        return Problem("origin", 403, message, hint)
    return None


def _single(pairs: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes] | Problem:
    """Return the headers by name, or a problem where two readers could read them differently."""
    if sum(len(name) + len(value) for name, value in pairs) > MOST_HEADER_BYTES:
        return Problem("headers", 431, "the headers are too long", "open the page afresh")
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name in found and name in _READ:
            return Problem("headers", 400, "a header stands twice", "send each header once")
        found[name] = value
    if b"transfer-encoding" in found and b"content-length" in found:
        return Problem("headers", 400, "the body has two lengths", "send one of them")
    return found


def _hardened(send: Send, path: str, more: Sequence[tuple[bytes, bytes]] = ()) -> Send:
    """Return a sender that adds the headers of safety, and some more, to every answer."""
    extra = (*_extra(path), *more)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _safe(message.get("headers", ()), extra)
        await send(message)

    return sending


def _safe(headers: Iterable[tuple[bytes, bytes]], extra: Pairs) -> list[tuple[bytes, bytes]]:
    """Return headers with those of safety, which nothing may replace."""
    names = {name for name, _ in extra}
    return [*(pair for pair in headers if pair[0].lower() not in names), *extra]


@lru_cache(_MOST_KEPT)
def _safe_ready(headers: Pairs, path: str) -> Pairs:
    """Return the same for an answer that needed no waiting: they differ in the leaflet alone."""
    return tuple(_safe(headers, _extra(path)))


@lru_cache(_MOST_KEPT)
def _extra(path: str) -> Pairs:
    """Return the headers of safety of a path."""
    return (
        (b"content-security-policy", policy_of(path).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        (b"cache-control", b"no-store"),
    )
