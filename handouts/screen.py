"""Goes in: a record or a question about the terminal. Comes out: JSON on it, or its width."""

from __future__ import annotations

import sys

import click


def echo_json(record: object) -> None:
    """Print JSON in ASCII, so that every terminal and locale gets the same bytes."""
    import json  # noqa: PLC0415 - only JSON needs it

    click.echo(json.dumps(record, indent=2))


def screen_width() -> int | None:
    """Wrap for a person's terminal; a pipe gets one line for each row."""
    import shutil  # noqa: PLC0415 - only a table needs it

    person = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if person else None
