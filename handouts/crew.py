"""Goes in: requests. Comes out: their PDFs in the same order, made by several processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.errors import HandoutsError
from handouts.pipeline import prepare, typeset
from handouts.system.processes import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.errors import Fault
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.pipeline import Publisher
    from handouts.selection.request import Request

    Made = TypesetPdf | tuple[Fault, ...]

_bench: tuple[Publisher, bool]
"""What this process works with."""


class Crew:
    """Workers that share one publisher; with one worker, the work is done here."""

    def __init__(self, publisher: Publisher, workers: int, *, require_signed: bool) -> None:
        self._pool = Pool(workers, _take, publisher, require_signed)

    def make(self, requests: Sequence[Request]) -> list[Made]:
        """Typeset each request; what cannot be made comes back as its faults."""
        return list(self._pool.map(_make, requests))

    def dismiss(self) -> None:
        """Let the workers end, whatever is still to do."""
        self._pool.dismiss()


def _make(request: Request) -> Made:
    publisher, require_signed = _bench
    try:
        return typeset(publisher, prepare(publisher, request, require_signed=require_signed))
    except HandoutsError as error:
        return error.faults


def _take(publisher: Publisher, require_signed: bool) -> None:  # noqa: FBT001 - as the pool passes it
    """Keep what this process works with."""
    global _bench  # noqa: PLW0603 - a process has one
    _bench = (publisher, require_signed)
