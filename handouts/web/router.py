"""Find what answers at an address, and answer also where it fails: `Router`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.requests import Request as HttpRequest
from starlette.routing import compile_path

from handouts.web.problems import (
    Problem,
    bug_problem,
    method_problem,
    place_of,
    problem_answer,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from handouts.web.address import Address, ReadyAnswering
    from handouts.web.known_heads import KnownHead
    from handouts.web.ready_answer import ReadyAnswer

    Answering = Callable[[HttpRequest], Awaitable[Response]]


class Router:
    """All addresses by their paths, so that finding one takes as long whatever their number."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        self._plain: dict[str, dict[str, Answering]] = {}
        self._patterns = []
        self._at_once: dict[object, ReadyAnswering] = {}
        for one in addresses:
            methods = {one.method: one.answer}
            if one.at_once:
                self._at_once[one.path] = one.at_once
            if one.method == "GET":
                methods["HEAD"] = one.answer
            if "{" in one.path:
                pattern, _, converters = compile_path(one.path)
                self._patterns.append((pattern, converters, methods))
            else:
                self._plain.setdefault(one.path, {}).update(methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = HttpRequest(scope, receive)
        try:
            _refuse_query(scope)
            answer = await self._found(scope)(request)
        except Problem as problem:
            answer = problem_answer(problem)
        except Exception as error:  # noqa: BLE001 - it is answered as a bug
            answer = problem_answer(bug_problem(place_of(error)))
        await answer(scope, receive, send)

    def ready_answer(self, head: KnownHead, body: bytes) -> ReadyAnswer | None:
        """Return an answer that needs no waiting; None where it does."""
        find = self._at_once.get(head.said["path"])
        return find(head, body) if find else None

    def _found(self, scope: Scope) -> Answering:
        """Return what answers a request; raises Problem where nothing does."""
        methods = self._plain.get(scope["path"])
        if methods is None:
            methods = self._matching(scope)
        answer = methods.get(scope["method"])
        if answer is None:
            raise method_problem(scope["method"], sorted(methods)) if methods else _nothing()
        return answer

    def _matching(self, scope: Scope) -> dict[str, Answering]:
        for pattern, converters, methods in self._patterns:
            if found := pattern.match(scope["path"]):
                scope["path_params"] = {
                    name: converters[name].convert(value)
                    for name, value in found.groupdict().items()
                }
                return methods
        return {}


def _nothing() -> Problem:
    hint = "`/` is the page, and `/api/openapi.json` names what programs may ask"
    return Problem("not-found", HTTPStatus.NOT_FOUND, "there is nothing at this address", hint)


def _refuse_query(scope: Scope) -> None:
    """Refuse words behind a `?` of what is sent: they would be dropped, and an address is kept."""
    if scope["method"] == "POST" and scope["query_string"]:
        raise Problem(
            "unreadable", HTTPStatus.BAD_REQUEST, "this address has words behind a `?`",
            "send them in the body; an address may be kept on the way",
        )  # fmt: skip
