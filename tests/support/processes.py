"""Start programs as a person does who may stop them."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

DEADLINE = 300
"""Seconds after which what must end has hung, however busy the machine is."""


def start(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    stdin: int | None = None,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start a program that Ctrl-C stops, even where the tests run as a job that ignores it.

    It has a session of its own, so that a signal can be sent to it and to all that it starts.
    """
    return subprocess.Popen(
        command,
        cwd=cwd,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509 - it takes no lock, and sets a signal only
    )


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
