"""Know the addresses that record systems call, and from where they may be called: `Doors`.

They hold no secret of the page: a link opens one, and a program calls the other with a signed
token of its own, or on this machine without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.responses import Response
    from starlette.types import Scope


INFOBUTTON, SERVICES = "/infobutton", "/cds-services"
_MOST_SECONDS = b"600"


class Doors:
    """The addresses of `--record`, and the pages from elsewhere that may call them."""

    def __init__(self, origins: Iterable[str], own: Iterable[str]) -> None:
        """`origins` are those that were named; `own` are those of the page itself."""
        self._named = frozenset(one.lower() for one in origins)
        self._own = frozenset(one.lower() for one in own)

    def has(self, path: str) -> bool:
        """Tell whether a path is one of these addresses."""
        return path == INFOBUTTON or self.is_hook(path)

    def is_hook(self, path: str) -> bool:
        """Tell whether programs call a path, with a token of their own."""
        return path == SERVICES or path.startswith(f"{SERVICES}/")

    def problem(self, headers: Mapping[bytes, bytes], scope: Scope) -> Problem | None:
        """Refuse a page from elsewhere that was not named, but no person who follows a link."""
        refused = Problem("origin", 403, "a page from elsewhere asks", "name it: --allow-origin")
        navigates = headers.get(b"sec-fetch-mode") == b"navigate"
        if scope["path"] == INFOBUTTON and navigates:
            return None  # whatever is asked is only shown to the person, and nothing is ticked
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        if origin:
            return None if origin in self._own | self._named else refused
        site = headers.get(b"sec-fetch-site", b"none")
        return None if site in {b"none", b"same-origin"} else refused

    def preflight(self, headers: Mapping[bytes, bytes], path: str) -> Response | None:
        """Answer what a browser asks before it lets a named page call; None for any other."""
        if not self.is_hook(path) or not self.headers_for(headers, path):
            return None
        from starlette.responses import Response  # noqa: PLC0415 - the first page needs none

        answer = Response(status_code=204)
        answer.headers["access-control-allow-methods"] = "GET, POST"
        answer.headers["access-control-allow-headers"] = "authorization, content-type, accept"
        answer.headers["access-control-max-age"] = _MOST_SECONDS.decode()
        if headers.get(b"access-control-request-private-network") == b"true":
            answer.headers["access-control-allow-private-network"] = "true"
        return answer

    def headers_for(self, headers: Mapping[bytes, bytes], path: str) -> list[tuple[bytes, bytes]]:
        """Return the headers by which a browser lets a named page read an answer."""
        origin = headers.get(b"origin", b"")
        if not self.is_hook(path) or origin.decode("latin-1").lower() not in self._named:
            return []
        return [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
