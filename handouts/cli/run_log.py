"""Add one line for each run to a log without data of patients: `open_for`, `close`.

A line holds the time, the version, the command, the names of options, the exit code and the
seconds it took. Whatever else was typed may be about a patient, and stays out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from handouts import __version__
from handouts.errors import Fault, OutputError
from handouts.fastpath.atomic import FILE_MODE
from handouts.system.folders import folders_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_running: list[tuple[int, float, str]] = []
"""The open log, when the run began, and what is said of it."""


def open_for(path: str | None, words: Sequence[str], context: click.Context) -> None:
    """Open the log of this run, if one was asked for; raises OutputError.

    Folders that are missing are made, and named. A pipe that nobody reads is refused.
    """
    if path is None:
        return
    if not path:
        raise OutputError(Fault(message="--log is empty", hint="name a file, or leave out --log"))
    path = os.path.expanduser(path)  # noqa: PTH111 - as typed; some shells leave the `~`
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with folders_for(Path(os.path.abspath(path)).parent):  # noqa: PTH100 - as typed
            log = os.open(path, flags, FILE_MODE)
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        message = f"cannot write the log `{path}`: {reason}"
        raise OutputError(Fault(message=message, hint="name another file")) from error
    _running.append((log, monotonic(), " ".join(_said(words, context))))


def _said(words: Sequence[str], context: click.Context) -> Iterable[str]:
    """Yield the command and the options that it knows; everything else may be about a patient."""
    root = command = context.command
    for word in words:
        option = word.partition("=")[0]
        below = command.get_command(context, word) if isinstance(command, click.Group) else None
        if below is not None:
            command = below
            yield word
        elif command is not root and any(
            option in one.opts for one in command.params if isinstance(one, click.Option)
        ):
            yield option


def close(code: int) -> None:
    """Write the line of this run, if it has a log."""
    while _running:
        log, start, said = _running.pop()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = f"{now} handout {__version__} {said}: exit {code}, {monotonic() - start:.1f} s\n"
        with suppress(OSError):
            os.write(log, line.encode())
        os.close(log)
