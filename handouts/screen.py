"""Write to the terminal: notes on stderr, JSON, and tables that fit its width."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Record = dict[str, object]
_GAP = "  "
_NARROWEST = 24
"""A last column is never squeezed below this; a line may then be longer than the screen."""

REMINDER = "This content is not approved by a clinician. Do not give it to patients."
"""What every command says that made a draft."""


def echo_json(record: object) -> None:
    """Print JSON in ASCII, so that every terminal and locale gets the same bytes."""
    import json  # noqa: PLC0415 - only JSON needs it

    click.echo(json.dumps(record, indent=2))


def screen_width() -> int | None:
    """Wrap for a person's terminal; a pipe gets one line for each row."""
    import shutil  # noqa: PLC0415 - only a table needs it

    person = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if person else None


def note(text: str) -> None:
    """Write to stderr, where nothing can stop the run."""
    with suppress(OSError):
        click.echo(text, err=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    """Set a table in columns; with a width, the last column wraps to fit it."""
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
    """Write a value of a record into a cell."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
