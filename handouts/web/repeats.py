"""Answer again what was answered before, without waiting for anything: `Repeats`.

What is kept are checked requests and finished bodies, both without the name of a patient; what has
a note is never kept.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.fastpath.name_slot import ALPHABET, MOST_LETTERS, NAME_WEIGHT, known_metrics
from handouts.reuse import glyph_metrics, held_pdf

if TYPE_CHECKING:
    from handouts.fastpath.name_slot import GlyphMetrics, TypesetPdf
    from handouts.pipeline import Publisher
    from handouts.selection.request import Request
    from handouts.web.asked import Asked
    from handouts.web.publishing import Shared


_MOST = 64
"""How many requests are kept, as of bodies."""
_PLAIN = frozenset(letter for letter in f"{ALPHABET} " if letter.isascii())
"""The letters of names that are printed as they are typed."""


class Repeats:
    """The requests of PDFs that were made lately, by what was asked for."""

    def __init__(self, shared: Shared) -> None:
        self.metrics: GlyphMetrics | None = None
        """Those of names; None until they were measured."""
        self._shared = shared
        self._publisher: Publisher | None = None
        self._known: dict[Asked, Request] = {}

    def look_up_metrics(self) -> None:
        """Take those of names from the cache, where an earlier run has kept them there."""
        if self.metrics is None:
            self.metrics = known_metrics().get(NAME_WEIGHT)

    def measure(self) -> None:
        """Measure those of names, where no worker does: it made none of the leaflets so far."""
        if self.metrics is None:
            self.metrics = glyph_metrics()[NAME_WEIGHT]

    def learn(self, asked: Asked, request: Request, understood_by: Publisher) -> None:
        """Keep what was understood, without the name; not where the content is another by now."""
        if asked.note or asked.password or not self._is_current():
            return
        if understood_by is not self._publisher:
            return
        self._known[replace(asked, name="")] = replace(request, name="")
        if len(self._known) > _MOST:
            del self._known[next(iter(self._known))]

    def pdf(self, asked: Asked) -> tuple[Request, TypesetPdf] | None:
        """Return a PDF at once; None where anything would have to be waited for or read."""
        metrics = self.metrics
        if metrics is None or asked.note or asked.password or not _is_plain(asked.name):
            return None
        if not self._is_current():
            return None
        known = self._known.get(replace(asked, name=""))
        if known is None or not (known.date_given or known.date == date.today()):  # noqa: DTZ011 - the date on the clinician's own calendar
            return None
        request = replace(known, name=asked.name)
        found = held_pdf(request, self._shared.bodies, metrics)
        return None if found is None else (request, found)

    def _is_current(self) -> bool:
        """Tell whether what all leaflets share is at hand, and forget what was learnt of older."""
        fresh = self._shared.fresh()
        if fresh is None:
            return False
        if fresh is not self._publisher:
            self._publisher = fresh
            self._known.clear()
        return True


def _is_plain(name: str) -> bool:
    """Tell whether a name needs no look before it is printed."""
    return len(name) <= MOST_LETTERS and name == name.strip() and _PLAIN.issuperset(name)
