"""Goes in: how many are done. Comes out: a moving line on a terminal, or plain lines in a log."""

from __future__ import annotations

import sys
from contextlib import suppress
from time import monotonic

_OFTEN = 0.1
_SLOWLY = 10.0
"""Seconds between two lines: of a terminal, and of a log."""
_WIDTH = 24


class Progress:
    """Says on stderr how far a run is; nothing in it tells of a patient."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._start = self._last = monotonic()
        self._moves = bool(sys.stderr and sys.stderr.isatty())
        self._done = 0

    def step(self) -> None:
        """Count one more row."""
        self._done += 1
        now = monotonic()
        if self._done == self._total or now - self._last >= (_OFTEN if self._moves else _SLOWLY):
            self._last = now
            self._show(now - self._start)

    def clear(self) -> None:
        """Make room for another line on a terminal."""
        if self._moves:
            self._write("\r\x1b[K")

    def _show(self, seconds: float) -> None:
        done, total = self._done, self._total
        rate = done / seconds if seconds else 0.0
        left = (total - done) / rate if rate else 0.0
        line = f"{done} of {total} rows, {rate:.0f} a second, {_time(left)} left"
        if self._moves:
            bar = ("#" * (_WIDTH * done // total)).ljust(_WIDTH, ".")
            self._write(f"\r\x1b[K[{bar}] {line}" + ("\n" if done == total else ""))
        else:
            self._write(line + "\n")

    def _write(self, text: str) -> None:
        with suppress(OSError, AttributeError):
            sys.stderr.write(text)
            sys.stderr.flush()


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"  # noqa: PLR2004 - a minute
