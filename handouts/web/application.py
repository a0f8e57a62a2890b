"""Put together what answers behind the guard: `Application`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from handouts.web.answers import PageAnswers
from handouts.web.lists import OpenLists
from handouts.web.problems import Problem, problem_answer
from handouts.web.publishing import Desk
from handouts.web.routes import Routes

if TYPE_CHECKING:
    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response

    from handouts.web.prepared import PreparedPage
    from handouts.web.record_routes import RecordSettings
    from handouts.web.server import RecordDoors, Settings


class Application:
    """Every address, and the desks behind them."""

    def __init__(self, settings: Settings, base: str, prepared: PreparedPage | None = None) -> None:
        """`base` is the address of the page; raises HandoutsError where the words are broken."""
        self._desk = Desk(settings.content)
        if not settings.author:
            self._desk.shared.publisher()  # what is wrong with the words is said first
        self._lists = OpenLists(settings.content)
        record, local = settings.record, settings.network is None
        routes = Routes(
            PageAnswers(self._desk), self._lists, settings.limits,
            author=settings.author, library=settings.library, prepared=prepared,
            record=_record_settings(record, base, local=local) if record else None,
        )  # fmt: skip
        self.app = Starlette(
            routes=[Route(one.path, one.answer, methods=[one.method]) for one in routes.table()],
            exception_handlers={
                Problem: _problem,
                HTTPException: _not_found,
                Exception: _bug,
            },
        )

    def close(self) -> None:
        """Forget the lists, and let the workers end."""
        self._lists.close_all()
        self._desk.close()


def _record_settings(record: RecordDoors, base: str, *, local: bool) -> RecordSettings:
    from handouts.web.record_routes import RecordSettings  # noqa: PLC0415 - few read records

    return RecordSettings(base=base, callers=record.callers, local=local)


async def _problem(_request: HttpRequest, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this type only
    return problem_answer(error)


async def _not_found(_request: HttpRequest, error: Exception) -> Response:
    status = getattr(error, "status_code", HTTPStatus.NOT_FOUND)
    code = "method" if status == HTTPStatus.METHOD_NOT_ALLOWED else "not-found"
    return problem_answer(Problem(code, status, "there is nothing at this address"))


async def _bug(_request: HttpRequest, error: Exception) -> Response:
    """Say that there is a bug and where, but nothing that was typed."""
    import traceback  # noqa: PLC0415 - only a bug pays for this import

    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {place.filename.rpartition('/')[2]}:{place.lineno}"
    return problem_answer(Problem("bug", 500, f"this is a bug: {where}", "please report it"))
