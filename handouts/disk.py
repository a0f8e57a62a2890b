"""Goes in: bytes and a folder. Comes out: a file that is there whole, or not at all.

Nothing is imported here that takes time to read: a leaflet that was made before is written by this
alone. Faults are the system's own; `output` puts them into words.
"""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False  # importing typing would cost as much as writing a leaflet
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

# A leaflet tells of one patient's health: only its owner reads the file, or looks into the folder.
FILE_MODE = 0o600
FOLDER_MODE = 0o700
PART = ".handout-"
"""What the names of unfinished files start with."""
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class Finished:
    """A finished temporary file, to be moved; whatever happens, it does not stay as it is.

    `with Finished(folder, content) as path` raises OSError when it cannot be written.
    """

    def __init__(self, folder: str, content: bytes, *, lasting: bool = True) -> None:
        """`lasting`: wait until the bytes are on the disk."""
        self._path = os.path.join(folder, f"{PART}{os.urandom(8).hex()}.tmp")
        self._content = content
        self._lasting = lasting

    def __enter__(self) -> str:
        write_new(self._path, self._content, lasting=self._lasting)
        return self._path

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        _remove(self._path)


def write_new(path: str, content: bytes, *, lasting: bool = True) -> None:
    """Write a file that is not there yet and that only its owner reads, whole or not at all.

    `lasting`: wait until the bytes are on the disk.
    """
    descriptor = os.open(path, NEW, FILE_MODE)
    try:
        os.fchmod(descriptor, FILE_MODE)  # whatever the umask
        write_all(lambda rest: os.write(descriptor, rest), content)
        if lasting:
            os.fsync(descriptor)
    except BaseException:
        _remove(path)
        raise
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass  # it has its own name by now


def write_all(write: Callable[[memoryview], int | None], content: bytes) -> None:
    """Write every byte, however few a pipe or a nearly full disk takes at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[write(rest) or 0 :]


def give_number(finished: str, folder: str, stem: str, suffix: str) -> str:
    """Move a file to the first name that is free; of two that race, each gets its own."""
    number = 0
    while True:
        number += 1
        target = os.path.join(folder, f"{stem}-{number:02}.{suffix}")
        try:
            _move_new(finished, target)
        except FileExistsError:
            continue
        return target


def _move_new(finished: str, target: str) -> None:
    """Move a file to a name that must be free; raises FileExistsError."""
    try:
        os.link(finished, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without links, such as a memory stick: take the name first, then fill it.
        os.close(os.open(target, NEW, FILE_MODE))
        try:
            os.replace(finished, target)
        except BaseException:
            os.unlink(target)
            raise
