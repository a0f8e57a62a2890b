"""Write to the terminal: tables, JSON, notes on stderr and progress: `table`, `note`, `Progress`.

Only a terminal is wrapped to its width; a pipe gets one line a row.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


JsonRecord = dict[str, object]
_GAP = "  "
_NARROWEST = 24
"""The least width of a last column, in characters, even if lines become wider than the screen."""

REMINDER = "This content is not approved by a clinician. Do not give it to patients."
"""The line that every command prints that made a draft."""


def echo_json(record: object) -> None:
    """Print JSON in ASCII, so that every terminal and locale gets the same bytes."""
    import json  # noqa: PLC0415 - only JSON needs it

    click.echo(json.dumps(record, indent=2))


def screen_width() -> int | None:
    """Return the columns of the terminal on standard output; None where that is none."""
    import shutil  # noqa: PLC0415 - only a table needs it

    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if is_terminal else None


_CONTROLS = {one: "?" for one in (*range(0x20), *range(0x7F, 0xA0)) if chr(one) not in "\n\t"}
"""Characters that a terminal obeys instead of showing them; a name of a file may have them."""


def note(text: str) -> None:
    """Write to stderr, where nothing can stop the run."""
    with suppress(OSError, ValueError, AttributeError):
        click.echo(text.translate(_CONTROLS), err=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    """Return a table as text; the last column is wrapped to `width` characters, unless None."""
    cells = [[name.replace("_", " ").upper() for name in head], *rows]
    wide = [max(len(row[i]) for row in cells) for i in range(len(head))]
    left = sum(wide[:-1]) + len(_GAP) * (len(wide) - 1)
    room = max(_NARROWEST, width - left) if width else None
    return "\n".join(line for row in cells for line in _lines(row, wide, left, room))


def _lines(row: Sequence[str], wide: Sequence[int], left: int, room: int | None) -> Iterable[str]:
    import textwrap  # noqa: PLC0415 - only a table needs it

    start = "".join(cell.ljust(w) + _GAP for cell, w in zip(row[:-1], wide, strict=False))
    last = (textwrap.wrap(row[-1], room) if room else [row[-1]]) or [""]
    yield (start + last[0]).rstrip()
    for more in last[1:]:
        yield " " * left + more


def shown(value: object) -> str:
    """Return a value of a record as the text of a cell."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


_unshown: list[str] = []
"""The first character that standard output could not show."""


def show_what_fits() -> None:
    """Let standard output show `?` for what its encoding lacks, as that of an old console does."""
    import codecs  # noqa: PLC0415 - it is there already, under this name

    codecs.register_error("handouts-shown", _as_question_mark)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="handouts-shown")


def _as_question_mark(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    _unshown[:] = _unshown or [error.object[error.start]]
    return "?" * (error.end - error.start), error.end


def note_unshown() -> None:
    """Say once that characters were replaced, and how to see them."""
    if not _unshown:
        return
    one, encoding = _unshown.pop(), getattr(sys.stdout, "encoding", None) or "its encoding"
    note(
        f"shown as `?`: what {encoding} lacks, such as U+{ord(one):04X}; "
        "with PYTHONUTF8=1 in the environment everything is shown"
    )


_OFTEN = 0.1
_SLOWLY = 10.0
"""Seconds between two updates: on a terminal, and in a log."""
_WIDTH = 24


class Progress:
    """Shows on stderr how far a run is, without data of patients."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._total = total
        self._start = self._last = monotonic()
        self._moves = bool(sys.stderr and sys.stderr.isatty())
        self._done = 0

    def step(self) -> None:
        """Count one more row, and show the progress if it is time."""
        self._done += 1
        now = monotonic()
        if self._done == self._total or now - self._last >= (_OFTEN if self._moves else _SLOWLY):
            self._last = now
            self._show(now - self._start)

    def clear(self) -> None:
        """Erase the progress bar on a terminal, before another line is printed."""
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
        if self._quiet:
            return
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(text)
            sys.stderr.flush()


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"  # noqa: PLR2004 - a minute
