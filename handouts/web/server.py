"""Put the application together and serve it: `make_app`, `serve`."""

from __future__ import annotations

import contextlib
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

import uvicorn
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from handouts.web.answers import PageAnswers
from handouts.web.connection import Connection
from handouts.web.doors import Doors
from handouts.web.guard import Guard
from handouts.web.limits import LIMITS
from handouts.web.lists import OpenLists
from handouts.web.problems import Problem, problem_answer
from handouts.web.publishing import Desk
from handouts.web.routes import Routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request as HttpRequest

    from handouts.web.callers import Callers
    from handouts.web.limits import Limits
    from handouts.web.passwords import Passwords
    from handouts.web.record_routes import RecordSettings


LOCAL = ("127.0.0.1", "localhost", "[::1]")
PORT = 8765


class Network(Struct, frozen=True, kw_only=True):
    """How other machines reach the page: by TLS and passwords of its own, or behind a proxy."""

    host: str
    """The address of this machine to listen on."""
    origin: str
    """The address that people open, such as `https://leaflets.example`."""
    certificate: str = ""
    key: str = ""
    """Files of the certificate and its key; empty behind a proxy, which has them."""
    passwords: Passwords | None = None


class RecordDoors(Struct, frozen=True, kw_only=True):
    """That record systems may call, and who of them."""

    origins: tuple[str, ...] = ()
    """The pages from elsewhere that may call CDS Hooks."""
    callers: Callers | None = None


class Settings(Struct, frozen=True, kw_only=True):
    """How the page is served."""

    port: int = PORT
    content: str | None = None
    author: bool = False
    """The owner of the words may review them on the page."""
    record: RecordDoors | None = None
    """None: no record is read."""
    library: str = ""
    """A folder of ready leaflets to show; empty: none."""
    token: str = ""
    """The secret that the interface asks for; empty: a new one for each run."""
    network: Network | None = None
    """None: only this machine reaches it."""
    limits: Limits = LIMITS


def make_app(settings: Settings, token: str) -> Guard:
    """Return the whole application with its guard around it; raises HandoutsError."""
    desk = Desk(settings.content)
    if not settings.author:
        desk.shared.publisher()  # what is wrong with the words is said before a page opens
    lists = OpenLists(settings.content)
    network, record = settings.network, settings.record
    origins = [network.origin] if network else _local(settings.port)
    routes = Routes(
        PageAnswers(desk), lists, settings.limits,
        author=settings.author, library=settings.library,
        record=_record_settings(record, origins[0], local=network is None) if record else None,
    )  # fmt: skip

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        lists.close_all()
        desk.close()

    app = Starlette(
        routes=[Route(one.path, one.answer, methods=[one.method]) for one in routes.table()],
        lifespan=lifespan,
        exception_handlers={
            Problem: _problem,
            HTTPException: _not_found,
            Exception: _bug,
        },
    )
    return Guard(
        app,
        origins=origins,
        token=token,
        limits=settings.limits,
        passwords=network.passwords if network else None,
        doors=Doors(record.origins, origins) if record else None,
    )


def _record_settings(record: RecordDoors, base: str, *, local: bool) -> RecordSettings:
    from handouts.web.record_routes import RecordSettings  # noqa: PLC0415 - few read records

    return RecordSettings(base=base, callers=record.callers, local=local)


def _local(port: int) -> list[str]:
    return [f"http://{host}:{port}" for host in LOCAL]


def serve(settings: Settings, opened: Callable[[str], None]) -> None:
    """Serve the page until it is stopped; `opened` hears its address, with the secret after a #."""
    token = settings.token or secrets.token_urlsafe(24)
    network = settings.network
    config = uvicorn.Config(
        make_app(settings, token),
        host=network.host if network else "127.0.0.1",
        ssl_certfile=network.certificate or None if network else None,
        ssl_keyfile=network.key or None if network else None,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        limit_concurrency=settings.limits.connections,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=32 * 1024,
        ws="none",
        http=Connection,
        proxy_headers=False,
    )
    address = f"http://127.0.0.1:{settings.port}/#{token}"
    if network:
        address = f"{network.origin}/" if network.passwords else f"{network.origin}/#{token}"
    server = _Server(config, lambda: opened(address))
    server.run()


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override] # as uvicorn has it
        """Start, then say so."""
        await super().startup(sockets)  # type: ignore[arg-type] # the same
        if self.started:
            self._ready()


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
