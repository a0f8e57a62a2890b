"""Run tasks in several processes and yield the results in order: `in_order`.

The results do not depend on the number of workers. Workers end with their parent.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import CancelledError, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING, TypeVar

from handouts.fastpath.user_folders import WINDOWS
from handouts.system.differences import start_method

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.synchronize import Event
    from types import TracebackType
    from typing import Self


Piece = TypeVar("Piece")
Result = TypeVar("Result")


_MOST_ON_WINDOWS = 61
"""Worker processes of one program: Windows waits for no more at a time."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """Worker processes that each call `prepare(*shared)` first; they start with the first work.

    Where they can be forked, what is shared is neither pickled nor read again. Else they are
    started afresh, and call `afresh`, which can be pickled, in place of that; without it, or with
    one worker, the work is done in this process.
    """

    def __init__(
        self,
        workers: int,
        prepare: Callable[..., None],
        *shared: object,
        afresh: Callable[[], None] | None = None,
    ) -> None:
        self._prepare: Callable[..., None] | None = prepare
        self._shared = shared
        self._pool = None
        method = start_method()
        first = partial(prepare, *shared) if method == "fork" else afresh
        if sys.platform == WINDOWS:
            workers = min(workers, _MOST_ON_WINDOWS)
        if workers > 1 and first is not None:
            context = get_context(method)
            self._dismissed = context.Event()
            self._pool = ProcessPoolExecutor(
                workers, context, initializer=_start_in_pool, initargs=(self._dismissed, first)
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.dismiss()

    def map(self, work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> Iterator[Result]:
        """Yield the result of `work` for each piece, in order, whatever the number of workers."""
        if self._pool is not None and len(pieces) > 1:
            yield from self._pool.map(partial(_unless_dismissed, work), pieces)
            return
        if self._prepare is not None:
            self._prepare(*self._shared)
            self._prepare = None
        yield from map(work, pieces)  # a single piece is faster here than in a worker

    def dismiss(self) -> None:
        """Let each worker finish its current piece and end; drop the pieces not begun."""
        if self._pool is not None:
            self._dismissed.set()  # some pieces are handed out before a worker is free for them
            self._pool.shutdown(cancel_futures=True)


_dismissed: Event
"""Set when the pool of this worker was dismissed."""


def _start_in_pool(dismissed: Event, prepare: Callable[..., None]) -> None:
    global _dismissed  # noqa: PLW0603 - a process has one
    _dismissed = dismissed
    start_worker(prepare)


def _unless_dismissed(work: Callable[[Piece], Result], piece: Piece) -> Result:
    """Do a piece of work, unless nobody waits for it any more."""
    if _dismissed.is_set():
        raise CancelledError
    return work(piece)


def in_order(
    work: Callable[[Piece], Result],
    pieces: Sequence[Piece],
    workers: int,
    prepare: Callable[..., None],
    *shared: object,
) -> Iterator[Result]:
    """Yield the result of `work` for each piece, in order, from a new pool.

    Closing the iterator stops the workers.
    """
    with Pool(workers, prepare, *shared) as pool:
        yield from pool.map(work, pieces)


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Let a process that is started meanwhile hear no Ctrl-C, so that it dies of none at its start.

    It is its parent that stops it. Windows cannot do that: there it may say how it ended.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_worker(prepare: Callable[..., None], *shared: object) -> None:
    """Let a worker ignore Ctrl-C, on which the parent stops it, and end with the parent."""
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
