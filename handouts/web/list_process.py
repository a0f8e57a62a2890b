"""Work on a list in a process of its own, as it is told over a pipe: `work_on_list`.

The process looks through the list while nothing is asked of it. Every command is answered once;
while leaflets are made, what comes back meanwhile says how far that is.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from handouts.errors import HandoutsError
from handouts.web.list_reading import ListDesk
from handouts.web.list_records import MakingProgress
from handouts.web.problems import WorkerBug, WorkerRefusal, place_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from handouts.content.list_form import ListForm


_SOME = 50
"""Rows that are looked through between two commands."""


def work_on_list(
    pipe: Connection, content: str | None, suffix: str, raw: bytes, form: ListForm
) -> None:
    """Read a list, then do what comes over the pipe until it is closed.

    A command is the name of a method of `ListDesk`, with its arguments by name.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what is said of rows may hold words of patients
    try:
        desk = ListDesk(content, suffix, raw, form)
    except HandoutsError as error:
        pipe.send(WorkerRefusal(type(error), error.faults))
        return
    pipe.send(desk.summary())
    try:
        while True:
            busy = desk.check(_SOME)
            if pipe.poll(0 if busy else None):
                name, arguments = pipe.recv()
                pipe.send(_done(desk, pipe, name, arguments))
    except (EOFError, OSError):
        return  # nobody asks any more
    finally:
        desk.close()


def _done(desk: ListDesk, pipe: Connection, name: str, arguments: dict[str, Any]) -> object:
    """Do one command, and return what it gives."""
    if name == "make":
        arguments["on_progress"] = lambda done: pipe.send(MakingProgress(done))
    try:
        return getattr(desk, name)(**arguments)
    except HandoutsError as error:
        return WorkerRefusal(type(error), error.faults)
    except (MemoryError, OSError):
        raise  # nothing more can be done here
    except Exception as error:  # noqa: BLE001 - what was mended of a list is not lost by a bug
        return WorkerBug(place_of(error))
