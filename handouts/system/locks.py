"""Make sure that only one run writes into a folder or a file: `only_run_in`.

Locks are `flock` locks, which the system releases however a run ends. A large file grows under
another name beside its place, and takes its place when it is complete.
"""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager, suppress
from hashlib import sha256
from time import monotonic, sleep
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError
from handouts.fastpath.atomic import FILE_MODE, PART, write_all
from handouts.system.files import output_error

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


_OPEN = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
_MARK = 16
"""Letters of the digest that stands for the file's name, which may be too long to add to."""


class ExclusiveFile:
    """A file in the making; it takes its place, whole, when it is finished."""

    def __init__(self, path: str, seal: Callable[[bytes], bytes] | None = None) -> None:
        """Raises OutputError when no file can be there, or another run is writing it.

        `seal` encrypts it; then nothing is on the disk before it is whole and sealed.
        """
        self.path = path
        self._seal, self._held = seal, bytearray()
        self._target = os.path.realpath(path)  # a link stays a link: what it points to is replaced
        if os.path.isdir(path):  # noqa: PTH112 - a name as typed
            hint = "name a file in it, such as leaflets.pdf"
            raise OutputError(Fault(message=f"`{path}` is a folder", hint=hint))
        folder, name = os.path.split(self._target)
        mark = sha256(os.fsencode(name)).hexdigest()[:_MARK]
        self._part = os.path.join(folder, f"{PART}{mark}.part")  # noqa: PTH118 - the same
        try:
            self._file = os.fdopen(self._locked(), "wb")
        except OSError as error:
            raise output_error(error, path) from error

    def write(self, content: bytes) -> None:
        """Add to it; raises OutputError when the disk is full."""
        if self._seal:
            self._held += content
            return
        try:
            write_all(self._file.write, content)
        except OSError as error:
            raise output_error(error, self.path) from error

    def finish(self) -> None:
        """Put the file in its place; raises OutputError."""
        try:
            if self._seal:
                write_all(self._file.write, self._seal(bytes(self._held)))
            self._file.flush()
            os.fsync(self._file.fileno())
            os.replace(self._part, self._target)  # noqa: PTH105 - a name as typed
            self._file.close()
        except OSError as error:
            raise output_error(error, self.path) from error

    def discard(self) -> None:
        """Leave nothing behind of a file that was not finished."""
        if not self._file.closed:
            with suppress(OSError):
                os.unlink(self._part)  # noqa: PTH108 - a name of ours, still locked
            with suppress(OSError):
                self._file.close()  # what did not fit on a full disk does not fit now either

    def _locked(self) -> int:
        """Open the unfinished file, empty, for this run alone."""
        while True:
            descriptor = os.open(self._part, _OPEN, FILE_MODE)
            try:
                free = is_free(descriptor)
                if free and self._is_ours(descriptor):
                    os.ftruncate(descriptor, 0)
                    os.fchmod(descriptor, FILE_MODE)  # whatever the umask
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
            if not free:
                hint = "wait until it is done, or name another file"
                message = f"another run is writing `{self.path}`"
                raise OutputError(Fault(message=message, hint=hint))

    def _is_ours(self, descriptor: int) -> bool:
        """Tell whether the locked file still has the name; what else has it loses it."""
        held = os.fstat(descriptor)
        try:
            if not os.path.samestat(held, os.lstat(self._part)):
                return False  # another run had just put it in its place
        except FileNotFoundError:
            return False
        if stat.S_ISREG(held.st_mode) and held.st_nlink == 1 and held.st_uid == os.geteuid():
            return True
        os.unlink(self._part)  # noqa: PTH108 - a name of ours
        return False
