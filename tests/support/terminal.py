"""Run a command on a terminal of its own, as a person does."""

import os
import pty
import select
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support import processes
from tests.support.processes import DEADLINE


def run_on_terminal(folder: Path, *words: str, answers: Mapping[str, str] | None = None) -> str:
    """Give all that `handout` shows there; an answer is typed when its question is shown."""
    ours, theirs = pty.openpty()
    process = processes.start(
        [sys.executable, "-m", "handouts", *words],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown, rest = b"", dict(answers or {})
    while select.select([ours], [], [], DEADLINE)[0]:
        try:
            some = os.read(ours, 4096)
        except OSError:  # what Linux says when the other end is closed
            break
        shown += some
        for question in [one for one in rest if shown.decode(errors="replace").endswith(one)]:
            os.write(ours, rest.pop(question).encode() + b"\n")
    os.close(ours)
    process.wait(timeout=DEADLINE)
    return shown.decode().replace("\r\n", "\n")
