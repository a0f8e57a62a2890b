"""Goes in: a folder. Comes out: the right to be the only run that writes into it."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError
from handouts.output import output_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE, _PAUSE = 2.0, 0.05
"""Seconds: the workers of a run that was killed let go a moment after it."""


def is_free(descriptor: int) -> bool:
    """Lock an open file or folder for this run; False when another run holds it, and goes on to."""
    end = monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if monotonic() > end:
                return False
            sleep(_PAUSE)
        else:
            return True


@contextmanager
def only_run_in(
    folder: str, mode: int, make: Callable[[str, int], None] = os.mkdir
) -> Iterator[None]:
    """Hold a folder, made if need be, for this run alone; the system lets go of it at any end.

    A folder that was made goes again where nothing was written. Raises OutputError when another run
    is at work there.
    """
    if os.path.exists(folder) and not os.path.isdir(folder):  # noqa: PTH110, PTH112 - as typed
        raise OutputError(Fault(message=f"`{folder}` is not a folder", hint="name a new folder"))
    try:
        made = not os.path.isdir(folder)  # noqa: PTH112 - a name as typed
        if made:
            make(folder, mode)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise output_error(error, folder) from error
    try:
        if not is_free(lock):
            message = f"another run is writing into `{folder}`"
            hint = "wait until it is done, or choose another folder"
            raise OutputError(Fault(message=message, hint=hint))
        yield
    finally:
        os.close(lock)
        if made:
            with suppress(OSError):
                os.rmdir(folder)  # noqa: PTH106 - only where nothing was written
