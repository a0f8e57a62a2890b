"""Goes in: pieces of work. Comes out: their results in the order of the pieces, from all cores."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    work: Callable[[Piece], Result],
    pieces: Sequence[Piece],
    workers: int,
    prepare: Callable[..., None],
    *shared: object,
) -> Iterator[Result]:
    """Do every piece, in `workers` processes that each call `prepare(*shared)` first.

    The results do not depend on the number of workers. When the caller stops, so do they, after the
    piece that each has in hand.
    """
    if workers == 1:
        prepare(*shared)
        yield from map(work, pieces)
        return
    pool = ProcessPoolExecutor(workers, initializer=partial(_start, prepare, *shared))
    try:
        yield from pool.map(work, pieces)
    finally:
        pool.shutdown(cancel_futures=True)


def _start(prepare: Callable[..., None], *shared: object) -> None:
    """Leave Ctrl-C to the caller, who then asks the workers to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in (signal.SIGTERM, getattr(signal, "SIGHUP", None)):
        if one is not None:
            signal.signal(one, signal.SIG_DFL)
    prepare(*shared)
