"""Goes in: requests. Comes out: their PDFs in the same order, made by several processes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING

from handouts.errors import HandoutsError
from handouts.pipeline import prepare, typeset
from handouts.workers import start_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.errors import Fault
    from handouts.model import Request
    from handouts.pipeline import Workshop
    from handouts.slots import TypesetPdf

    Made = TypesetPdf | tuple[Fault, ...]

_bench: tuple[Workshop, bool]
"""Of a worker process; it has the same as the process that it was forked from."""


class Crew:
    """Workers that share one workshop; with one worker, the work is done here."""

    def __init__(self, workshop: Workshop, workers: int, *, require_signed: bool) -> None:
        self._bench = (workshop, require_signed)
        self._pool = None
        if workers > 1 and "fork" in get_all_start_methods():
            self._pool = ProcessPoolExecutor(
                workers,
                get_context("fork"),
                initializer=start_worker,
                initargs=(_take, *self._bench),
            )

    def make(self, requests: Sequence[Request]) -> list[Made]:
        """Typeset each request; what cannot be made comes back as its faults."""
        if self._pool is None or len(requests) < 2:  # noqa: PLR2004 - one is done sooner here
            return [_make(*self._bench, request) for request in requests]
        return list(self._pool.map(_make_there, requests))

    def dismiss(self) -> None:
        """Let the workers end, whatever is still to do."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _make(workshop: Workshop, require_signed: bool, request: Request) -> Made:  # noqa: FBT001 - as kept
    try:
        return typeset(workshop, prepare(workshop, request, require_signed=require_signed))
    except HandoutsError as error:
        return error.faults


def _make_there(request: Request) -> Made:
    return _make(*_bench, request)


def _take(*bench: Workshop | bool) -> None:
    """Give a worker what it works with."""
    global _bench  # noqa: PLW0603 - a process has one
    _bench = bench  # type: ignore[assignment] # as the crew passes it
