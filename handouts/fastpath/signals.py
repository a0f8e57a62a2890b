"""Turn Ctrl-C, `kill` and a closed terminal into exceptions: `stopping_cleanly`.

So a run that is stopped removes what it left unfinished; `unstoppable` delays a signal until
what is being made is known to whoever removes it.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager

TYPE_CHECKING = False  # importing typing takes longer than a leaflet that was made before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Let Ctrl-C, `kill` and a closed terminal unwind the program, so that it tidies up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A signal that the caller had ignored (nohup, a job in the background) stays ignored.
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    before = {one: old for one, old in before.items() if old not in (signal.SIG_IGN, None)}

    def stop(number: int, _frame: FrameType | None) -> None:
        for one in before:  # a second Ctrl-C must not cut the tidying short
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
    """Let a signal wait until what is being made is known to whoever tidies it away."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
