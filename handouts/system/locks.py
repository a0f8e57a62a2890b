"""Make sure that only one run writes into a folder or a file: `only_run_in`, `ExclusiveFile`.

The system releases the locks however a run ends (`differences` has those of each system). A large
file is written under a temporary name in the same folder, and renamed when it is complete.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError
from handouts.fastpath.atomic import (
    CAN_LOCK,
    FILE_MODE,
    NO_LINK,
    PART,
    READ,
    file_mode,
    is_own,
    move_over,
    refuse_odd,
    set_mode,
    write_all,
)
from handouts.system.differences import close_lock, open_for_lock, try_lock
from handouts.system.files import output_error
from handouts.system.folders import make_folders, make_private, making, remove_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_PATIENCE, _PAUSE = 2.0, 0.05
"""Seconds to wait for a lock, as workers of a killed run release it a moment later; and between
attempts."""


def is_free(descriptor: int) -> bool:
    """Lock an open file or folder for this run; False when another run holds it, and goes on to.

    True also on a share that cannot lock: there every file is still written whole or not at all.
    """
    end = monotonic() + _PATIENCE
    while not try_lock(descriptor):
        if monotonic() > end:
            return False
        sleep(_PAUSE)
    return True


@contextmanager
def only_run_in(folder: str, make: Callable[[str], None] = make_private) -> Iterator[None]:
    """Lock a folder for this run, after creating it and those above it if need be.

    Folders that were created are removed again if empty at the end. Raises OutputError when
    another run holds the lock, or the folder cannot be opened.
    """
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise OutputError(Fault(message=f"`{folder}` is not a folder", hint="name a new folder"))
    try:
        made = make_folders(path, make, asked=True)
        lock = open_for_lock(folder)
    except OSError as error:
        raise output_error(error, folder) from error
    try:
        if not is_free(lock):
            message = f"another run is writing into `{folder}`"
            hint = "wait until it is done, or choose another folder"
            raise OutputError(Fault(message=message, hint=hint))
        yield
    finally:
        close_lock(folder, lock)
        remove_empty(made)  # what was written into stays


_OPEN = os.O_WRONLY | os.O_CREAT | NO_LINK | (READ & ~os.O_RDONLY)
_MARK = 16
"""Hex digits of the digest in the temporary name: the file's own name may have full length."""


class ExclusiveFile:
    """A file that is written under a temporary name, and renamed to `path` by `finish`."""

    def __init__(
        self,
        path: str,
        seal: Callable[[bytes], bytes] | None = None,
        *,
        shared: bool = False,
    ) -> None:
        """Raises OutputError when no file can be written there, or another run is writing it.

        `seal` encrypts the whole content; nothing is on the disk before `finish` then.
        """
        self.path = path
        self._mode = file_mode(shared=shared)
        self._seal, self._held = seal, bytearray()
        # A symbolic link stays, and its target is replaced.
        self._target = Path(os.path.realpath(path))
        self._made: tuple[Path, ...] = ()
        if self._target.is_dir():
            hint = "name a file in it, such as leaflets.pdf"
            raise OutputError(Fault(message=f"`{path}` is a folder", hint=hint))
        mark = sha256(os.fsencode(self._target.name)).hexdigest()[:_MARK]
        self._part = self._target.with_name(f"{PART}{mark}.part")
        try:
            refuse_odd(self._target)
            self._made = make_folders(self._target.parent, making(shared=shared))
            self._file = os.fdopen(self._locked(), "wb")
        except OSError as error:
            remove_empty(self._made)
            raise output_error(error, path) from error

    def write(self, content: bytes) -> None:
        """Append to the file; raises OutputError."""
        if self._seal:
            self._held += content
            return
        try:
            write_all(self._file.write, content)
        except OSError as error:
            raise output_error(error, self.path) from error

    def seal(self) -> None:
        """Write what was added so far encrypted, and hold it no longer; raises OutputError.

        Nothing can be added afterwards.
        """
        if self._seal is None:
            return
        seal, self._seal = self._seal, None
        try:
            write_all(self._file.write, seal(bytes(self._held)))
        except OSError as error:
            raise output_error(error, self.path) from error
        self._held.clear()

    def finish(self) -> None:
        """Put the file in its place; raises OutputError."""
        self.seal()
        try:
            self._file.flush()
            set_mode(self._file.fileno(), self._mode)
            os.fsync(self._file.fileno())
            if not CAN_LOCK:
                self._file.close()
            move_over(self._part, self._target)
            self._file.close()
        except OSError as error:
            raise output_error(error, self.path) from error

    def discard(self) -> None:
        """Remove the temporary file, unless `finish` has renamed it."""
        if not self._file.closed:
            with suppress(OSError):
                if CAN_LOCK:
                    self._part.unlink()  # before the lock is released
            with suppress(OSError):
                self._file.close()  # what did not fit on a full disk does not fit now either
            if not CAN_LOCK:
                with suppress(OSError):
                    self._part.unlink()
            remove_empty(self._made)

    def _locked(self) -> int:
        """Open and lock the temporary file, emptied; return its descriptor."""
        while True:
            descriptor = os.open(self._part, _OPEN, FILE_MODE)
            try:
                free = is_free(descriptor)
                if free and self._is_ours(descriptor):
                    os.ftruncate(descriptor, 0)
                    set_mode(descriptor, FILE_MODE)  # whatever the umask
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
        """Tell whether the locked file still has the temporary name.

        A link, or another user's file, under that name is removed.
        """
        held = os.fstat(descriptor)
        try:
            if not os.path.samestat(held, self._part.lstat()):
                return False  # another run has just renamed it
        except FileNotFoundError:
            return False
        if stat.S_ISREG(held.st_mode) and held.st_nlink == 1 and is_own(held):
            return True
        self._part.unlink()
        return False
