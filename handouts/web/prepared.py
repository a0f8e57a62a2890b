"""Keep the first page from one start to the next, so that it is there at once: `PreparedPage`.

It says nothing of a patient: it is made from the content, the profile and the templates, and is
used again only where all of these are the same to the byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handouts.fastpath import cache
from handouts.fastpath.fingerprint import resource, stamps, take_fingerprint

if TYPE_CHECKING:
    from handouts.fastpath.fingerprint import Fingerprint


_KIND = "page"
_MOST = 4
"""The most pages that are kept."""


class PreparedPage:
    """The page on which a leaflet is made, as it was made by an earlier start."""

    def __init__(self, content: str | None, *shown: str) -> None:
        """`shown` names what the page has beside the usual things, such as a library."""
        self._content, self._shown = content, shown
        self._kept = False

    def recall(self) -> bytes | None:
        """Return the page; None where it has to be made, as after any change on the disk."""
        fingerprint = take_fingerprint(self._content)
        if fingerprint is None:
            return None
        page = cache.recall(_KIND, self._key(fingerprint))
        self._kept = isinstance(page, bytes)
        return page if isinstance(page, bytes) else None

    def keep(self, page: str, fingerprint: Fingerprint | None) -> None:
        """Keep a page that was made from the state of a fingerprint, if nothing changed since."""
        if self._kept or fingerprint is None:
            return
        self._kept = True
        if fingerprint.is_current():
            cache.keep(_KIND, self._key(fingerprint), page.encode(), _MOST)

    def _key(self, fingerprint: Fingerprint) -> tuple[object, ...]:
        folder = Path(resource("templates")) / "web"
        files = stamps(sorted(str(one) for one in folder.iterdir() if one.is_file()))
        return (fingerprint.mark, self._shown, tuple(files))
