"""Turn Ctrl-C, `kill` and a closed terminal into exceptions: `stopping_cleanly`.

A run that is stopped so removes its unfinished files; `unstoppable` delays signals while a file
or process is created, until it is registered for removal.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager

TYPE_CHECKING = False  # `typing` is not imported: see the package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
]
"""SIGBREAK is what Windows sends for Ctrl-Break. It sends it for a closed console too, but ends the
process before Python can act on it."""


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Raise KeyboardInterrupt or SystemExit(128 + number) in the block when a signal arrives.

    Outside the main thread it changes nothing; signals that the caller ignored stay ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A signal that the caller had ignored (nohup, a job in the background) stays ignored.
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    before = {one: old for one, old in before.items() if old not in (signal.SIG_IGN, None)}

    def stop(number: int, _frame: FrameType | None) -> None:
        for one in before:  # a second Ctrl-C must not interrupt the clean-up
            signal.signal(one, signal.SIG_IGN)
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)

    for one in before:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one, old in before.items():
            signal.signal(one, old)


@contextmanager
def unstoppable() -> Iterator[None]:
    """Block signals in the block, so that what it creates is registered for removal in time."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
