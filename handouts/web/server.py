"""Put the application together and serve it: `make_app`, `serve`."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import uvicorn
from msgspec import Struct

from handouts.web.connection import Connection
from handouts.web.doors import Doors
from handouts.web.guard import Guard
from handouts.web.late import LateApp
from handouts.web.limits import LIMITS
from handouts.web.prepared import PreparedPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.web.callers import Callers
    from handouts.web.late import LoadedApp
    from handouts.web.limits import Limits
    from handouts.web.passwords import Passwords


LOCAL = ("127.0.0.1", "localhost", "[::1]")
PORT = 8765
_TURN = 0.0002
"""Seconds after which a thread lets another go on that waits. Python's own 5 ms are a third of a
preview, for which every answer would wait that is ready, and the process beside this one too."""


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


def make_app(settings: Settings, token: str, *, alone: bool = False) -> Guard:
    """Return the whole application with its guard around it; raises HandoutsError.

    `alone` says that this process does nothing else.
    """
    network, record = settings.network, settings.record
    origins = [network.origin] if network else _local(settings.port)
    shown = [*(["record"] if record else []), *(["library"] if settings.library else [])]
    prepared = None if settings.author else PreparedPage(settings.content, *shown)

    def load() -> LoadedApp:
        from handouts.system.differences import share_heap  # noqa: PLC0415 - the first page needs none
        from handouts.system.garbage import settle  # noqa: PLC0415 - the same
        from handouts.web.application import Application  # noqa: PLC0415 - the same

        share_heap()
        application = Application(settings, origins[0], prepared)
        if alone:
            settle()
        return application

    return Guard(
        LateApp(load, prepared.recall() if prepared else None),
        origins=origins,
        token=token,
        limits=settings.limits,
        passwords=network.passwords if network else None,
        doors=Doors(record.origins, origins) if record else None,
    )


def _local(port: int) -> list[str]:
    return [f"http://{host}:{port}" for host in LOCAL]


def serve(settings: Settings, opened: Callable[[str], None]) -> None:
    """Serve the page until it is stopped; `opened` hears its address, with the secret after a #."""
    token = settings.token or secrets.token_urlsafe(24)
    network = settings.network
    config = uvicorn.Config(
        make_app(settings, token, alone=True),
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
    sys.setswitchinterval(_TURN)
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
