"""Read the head of a request once, however often it comes: `KnownHeads`.

A browser sends the same head, to the byte, with each answer that a person gives. h11 reads it the
first time, with all that it refuses, and reads everything that is in any way unusual each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping


class KnownHead(Struct, frozen=True):
    """What a head says, whoever sends it."""

    said: Mapping[str, object]
    """The part of an ASGI scope that follows from the head."""
    headers: tuple[tuple[bytes, bytes], ...]
    body_bytes: int
    let_through: dict[object, bool] = field(default_factory=dict)
    """By whom it was looked at, and whether it was let through."""

    def header(self, name: bytes) -> bytes:
        """Return what the first header of a name says; empty without it."""
        return next((value for found, value in self.headers if found == name), b"")


_END = b"\r\n\r\n"
_MOST = 64
"""How many heads are kept."""
_MOST_BYTES = 4096
"""How long a head is at most that is kept."""
_SAID = ("asgi", "http_version", "method", "path", "raw_path", "query_string")
_NOT_KEPT = frozenset(
    {b"transfer-encoding", b"expect", b"upgrade", b"connection", b"authorization"}
    | {b"x-file-name", b"x-list-form"}
)
"""Headers of requests that are always read by h11: they change how it goes on, are a secret, or,
as the name of a dropped file, may say something of a patient."""


class KnownHeads:
    """The heads that were read lately."""

    def __init__(self) -> None:
        self._known: dict[bytes, KnownHead] = {}

    def find(self, data: bytes) -> tuple[KnownHead, bytes] | None:
        """Return the head and the body of one whole request; None where h11 has to read it."""
        head, ended, body = data.partition(_END)
        known = self._known.get(head)
        if known is None or not ended or len(body) != known.body_bytes:
            return None
        return known, body

    def learn(self, data: bytes, scope: Mapping[str, object]) -> None:
        """Keep what h11 read in the head that data begins with, if it is a usual one.

        A head with a query is never kept: there may be something of a patient in it. Neither is one
        whose lines end in another way: h11 may have found the end of it elsewhere.
        """
        head, ended, _ = data.partition(_END)
        if not ended or len(head) > _MOST_BYTES or _has_other_ends(head):
            return
        if scope["method"] not in ("GET", "POST"):
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]  # type: ignore[assignment] # as ASGI has it
        names = [name for name, _ in headers]
        if scope["query_string"] or scope["http_version"] != "1.1" or _NOT_KEPT.intersection(names):
            return
        lengths = [value for name, value in headers if name == b"content-length"]
        self._known[head] = KnownHead(
            {name: scope[name] for name in _SAID}, tuple(headers), int(lengths[0]) if lengths else 0
        )
        if len(self._known) > _MOST:
            del self._known[next(iter(self._known))]


def _has_other_ends(head: bytes) -> bool:
    lines = head.replace(b"\r\n", b"")
    return b"\r" in lines or b"\n" in lines
