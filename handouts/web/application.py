"""Put together what answers behind the guard: `Application`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.web.answers import PageAnswers
from handouts.web.lists import OpenLists
from handouts.web.publishing import Desk
from handouts.web.router import Router
from handouts.web.routes import Routes

if TYPE_CHECKING:
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
        self.app = Router(routes.table())

    def close(self) -> None:
        """Forget the lists, and let the workers end."""
        self._lists.close_all()
        self._desk.close()


def _record_settings(record: RecordDoors, base: str, *, local: bool) -> RecordSettings:
    from handouts.web.record_routes import RecordSettings  # noqa: PLC0415 - few read records

    return RecordSettings(base=base, callers=record.callers, local=local)
