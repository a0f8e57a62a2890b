"""Goes in: pieces of work. Comes out: their results in the order of the pieces, from all cores."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import connection, parent_process
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
    pool = ProcessPoolExecutor(workers, initializer=partial(start_worker, prepare, *shared))
    try:
        yield from pool.map(work, pieces)
    finally:
        pool.shutdown(cancel_futures=True)


def start_worker(prepare: Callable[..., None], *shared: object) -> None:
    """Leave Ctrl-C to the parent, who then asks its workers to stop; never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in (signal.SIGTERM, getattr(signal, "SIGHUP", None)):
        if one is not None:
            signal.signal(one, signal.SIG_DFL)
    threading.Thread(target=_follow_parent, daemon=True).start()
    prepare(*shared)


def _follow_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
