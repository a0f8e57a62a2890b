"""Say what is wrong with a request as JSON with a stable code: `Problem`, `problem_of`.

The codes are part of the interface: programs may rely on them, unlike the words.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import msgspec
from msgspec import Struct

from handouts.errors import (
    ContentError,
    Fault,
    HandoutsError,
    OutputError,
    RequestError,
    SelectionError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor

    from starlette.responses import Response


class Problem(Exception):  # noqa: N818 - it is raised to answer, and says so
    """An answer other than a leaflet: its code, HTTP status, sentence, and what to do."""

    def __init__(self, code: str, status: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.allow = ""
        """The methods that are answered, where another one was used."""
        self.code, self.status = code, status
        self.faults: Sequence[Fault] = (Fault(message=message, hint=hint),)


class WorkerRefusal(Struct, frozen=True):
    """Why a worker made no PDF; an error itself does not survive the way between processes."""

    kind: type[HandoutsError]
    faults: tuple[Fault, ...]

    def error(self) -> HandoutsError:
        """Return the error as it was raised."""
        return self.kind(*self.faults)


class WorkerBug(Struct, frozen=True):
    """That a worker met a bug, which its next work need not meet."""

    where: str


class FaultRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault as the interface gives it."""

    message: str
    hint: str = ""
    about: str = ""
    """The field of the request that is wrong."""
    where: str = ""
    """The file and line, where content is wrong."""


class ProblemRecord(Struct, frozen=True, kw_only=True):
    """The body of every answer that is no success."""

    code: str
    faults: tuple[FaultRecord, ...]


CODES: dict[type[HandoutsError], tuple[str, HTTPStatus]] = {
    RequestError: ("request", HTTPStatus.UNPROCESSABLE_ENTITY),
    SelectionError: ("refused", HTTPStatus.CONFLICT),
    ContentError: ("content", HTTPStatus.SERVICE_UNAVAILABLE),
    OutputError: ("output", HTTPStatus.SERVICE_UNAVAILABLE),
}
"""The code and status of each kind of error; all others are `leaflet`."""


def problem_of(error: HandoutsError) -> Problem:
    """Return a refusal of the rooms below as a problem."""
    code, status = CODES.get(type(error), ("leaflet", HTTPStatus.SERVICE_UNAVAILABLE))
    problem = Problem(code, status, str(error))
    problem.faults = error.faults
    return problem


def record_of(problem: Problem) -> ProblemRecord:
    """Return a problem as the interface gives it."""
    return ProblemRecord(code=problem.code, faults=records_of(problem.faults))


def records_of(faults: Sequence[Fault]) -> tuple[FaultRecord, ...]:
    """Return faults as the interface gives them: in the words for the page."""
    return tuple(
        FaultRecord(
            message=one.message,
            hint=one.hint,
            about=one.about,
            where=str(one.origin) if one.origin else "",
        )
        for one in (fault.for_page() for fault in faults)
    )


def lines_of(faults: Sequence[Fault]) -> tuple[str, ...]:
    """Return faults as sentences for a page; a hint begins a line of its own."""
    return tuple(
        "\n".join(_sentence(part) for part in (one.message, one.hint) if part)
        if one.origin is None and not one.path
        else str(one)
        for one in (fault.for_page() for fault in faults)
    )


def _sentence(text: str) -> str:
    ended = text if text.endswith((".", "!", "?", ":")) else f"{text}."
    return ended[:1].upper() + ended[1:]


def problem_answer(problem: Problem) -> Response:
    """Answer with a problem as JSON."""
    from starlette.responses import Response  # noqa: PLC0415 - the first page needs none

    return Response(
        msgspec.json.encode(record_of(problem)),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"allow": problem.allow} if problem.allow else None,
    )


def method_problem(method: str, allowed: Iterable[str]) -> Problem:
    """Say that an address has no answer for a method, and which it has."""
    said = " or ".join(one for one in allowed if one != "HEAD")
    shown = method if method.isascii() and method.isalpha() else "this method"
    status = HTTPStatus.METHOD_NOT_ALLOWED
    problem = Problem("method", status, f"{shown[:20]} is not answered here", f"use {said}")
    problem.allow = ", ".join(allowed)
    return problem


def place_of(error: Exception) -> str:
    """Say what a bug is and where, but nothing that was typed."""
    import traceback  # noqa: PLC0415 - only a bug pays for this import

    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {place.filename.rpartition('/')[2]}:{place.lineno}"


def bug_problem(where: str) -> Problem:
    """Say that there is a bug."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem("bug", status, f"this is a bug: {where}", "please report it")


_Answered = TypeVar("_Answered")
_Given = ParamSpec("_Given")


async def below(
    work: Callable[_Given, _Answered], *given: _Given.args, **named: _Given.kwargs
) -> _Answered:
    """Do work of the rooms below in a thread; raises Problem for what they refuse."""
    try:
        return await asyncio.to_thread(work, *given, **named)
    except HandoutsError as error:
        raise problem_of(error) from None


async def below_in(threads: Executor, work: Callable[[], _Answered]) -> _Answered:
    """Do work of the rooms below in a thread of some; raises Problem for what they refuse."""
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, work)
    except HandoutsError as error:
        raise problem_of(error) from None
