"""Define what an address of the server is, and how its bodies are read and answered: `Address`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct
from starlette.responses import Response

from handouts.web.asked import JSON, decode_record, need_kind, read_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request as HttpRequest

    from handouts.web.known_heads import KnownHead
    from handouts.web.limits import Limits
    from handouts.web.ready_answer import ReadyAnswer

    ReadyAnswering = Callable[[KnownHead, bytes], ReadyAnswer | None]


class Address(Struct, frozen=True, kw_only=True):
    """One address: its method, path, and what answers there."""

    method: str
    path: str
    answer: Callable[[HttpRequest], Awaitable[Response]]
    at_once: ReadyAnswering | None = None
    """What may answer a request that is posted here without waiting."""
    summary: str = ""
    """One sentence for the description of the interface; empty: it is for the page alone."""
    takes: type[Struct] | str | None = None
    """The type of the record that is sent, or the media type of a file."""
    gives: object = None
    """The type of the record that is answered, or the media type of a file, or several of them."""
    open: bool = False
    """It asks for no secret of the page."""
    queries: tuple[str, ...] = ()
    """The parameters of its address."""
    headers: tuple[tuple[str, str], ...] = ()
    """Its own headers, each with what it says; the first has to be there."""


class NoWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing has to be said."""


_Sent = TypeVar("_Sent", bound=Struct)


async def read_record(
    request: HttpRequest, kind: type[_Sent], limits: Limits, *, long: bool = False
) -> _Sent:
    """Read the record that was sent as JSON; raises Problem for anything else.

    A `long` one may be as long as a worklist.
    """
    need_kind(request, JSON)
    most = (limits.list_bytes, limits.list_seconds) if long else ()
    body = await read_body(request, *(most or (limits.body_bytes, limits.read_seconds)))
    return decode_record(body, kind)


def json_answer(record: object) -> Response:
    """Answer with a record as JSON."""
    return Response(msgspec.json.encode(record), media_type="application/json")
