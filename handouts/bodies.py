"""Goes in: bodies of leaflets. Comes out: the same bodies later, from memory or from disk.

The body of a leaflet is all of it but the name, so it tells of no patient. A body with a note does:
it is kept in memory only. Nothing is imported here that takes time to read.
"""

from __future__ import annotations

from handouts.fastpath import cache as store
from handouts.fastpath.name_slot import TypesetPdf
from handouts.fastpath.rerun import recall_body

TYPE_CHECKING = False  # importing typing would cost as much as all the work here
if TYPE_CHECKING:
    from handouts.fastpath.fingerprint import Premises
    from handouts.fastpath.rerun import Key
    from handouts.selection.request import Request


MOST = 64
"""How many bodies are kept in memory, some 65 kB each."""
_MOST_ON_DISK = 128


class Bodies:
    """The bodies that were used last, by the request of each without its name."""

    def __init__(self, premises: Premises | None = None, *, require_signed: bool = False) -> None:
        """Without `premises` nothing is kept on disk, or taken from there."""
        self.premises = premises
        self.require_signed = require_signed
        """Bodies hold only words that somebody approved."""
        self._kept: dict[Request, TypesetPdf] = {}

    def recall(self, asked: Request) -> TypesetPdf | None:
        """Give the body of a general request if it is at hand; it then counts as used."""
        found = self._kept.pop(asked, None)
        if found is None and (key := self.key(asked)):
            found = recall_body(key)
        if found is not None:
            self._hold(asked, found)
        return found

    def keep(self, asked: Request, body: TypesetPdf) -> None:
        """Take in a body as the one used last; forget the one not used for longest."""
        self._kept.pop(asked, None)
        self._hold(asked, body)
        # What changed while the body was made may have changed it; then nobody knows which it is.
        if self.premises and (key := self.key(asked)) and self.premises.hold():
            store.keep("body", key, _plain(body), _MOST_ON_DISK)

    def key(self, asked: Request) -> Key | None:
        """Give what a body is kept under on disk; None when it may not be kept there."""
        if self.premises is None or asked.note:
            return None
        return (self.premises.mark, repr(asked), self.require_signed)

    def _hold(self, asked: Request, body: TypesetPdf) -> None:
        self._kept[asked] = body
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]


def _plain(body: TypesetPdf) -> tuple[object, ...]:
    slot = body.slot
    place = (slot.at, slot.before, slot.after, slot.room) if slot else None
    return (body.content, body.pages, body.draft, place)
