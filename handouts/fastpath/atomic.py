"""Write files atomically: a temporary file in the same folder, then a rename: `AtomicFile`.

Files are readable by their owner only. Errors are plain `OSError`; `system.files` words them.
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


class AtomicFile:
    """A file that is filled under another name, and then takes its place in one step.

    `with AtomicFile(path) as part` yields the other name, of a file that only its owner reads. When
    the block fails nothing is left of it, and an older file stays. Raises OSError.
    """

    def __init__(
        self,
        path: str,
        content: bytes = b"",
        *,
        mode: int = FILE_MODE,
        lasting: bool = True,
        part: str | None = None,
    ) -> None:
        """`part`: the other name, if not one by chance; `lasting`: wait until it is on the disk."""
        self._path = path
        self._part = part or _part_in(os.path.dirname(path))
        self._content = content
        self._mode = mode
        self._lasting = lasting

    def __enter__(self) -> str:
        write_new(self._part, self._content, mode=self._mode, lasting=self._lasting)
        return self._part

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                os.replace(self._part, self._path)
        finally:
            _remove(self._part)


def replace_file(path: str, content: bytes, *, mode: int = FILE_MODE, lasting: bool = True) -> None:
    """Write a file whole or not at all, in place of an older one; raises OSError.

    `lasting`: wait until the bytes are on the disk.
    """
    with AtomicFile(path, content, mode=mode, lasting=lasting):
        pass


def number_file(folder: str, stem: str, suffix: str, content: bytes) -> str:
    """Write FOLDER/STEM-NN.SUFFIX under the first number that is free; return its path.

    Of two that race, each gets its own. Raises OSError.
    """
    part = _part_in(folder)
    write_new(part, content)
    try:
        return _give_number(part, folder, stem, suffix)
    finally:
        _remove(part)


def write_new(path: str, content: bytes, *, mode: int = FILE_MODE, lasting: bool = True) -> None:
    """Write a file that is not there yet, whole or not at all; raises OSError.

    `mode`: who may read it, whatever the umask; `lasting`: wait until the bytes are on the disk.
    """
    descriptor = os.open(path, NEW, FILE_MODE)
    try:
        os.fchmod(descriptor, mode)
        write_all(lambda rest: os.write(descriptor, rest), content)
        if lasting:
            os.fsync(descriptor)
    except BaseException:
        _remove(path)
        raise
    finally:
        os.close(descriptor)


def _part_in(folder: str) -> str:
    """Name an unfinished file in a folder; no two are named alike."""
    return os.path.join(folder, f"{PART}{os.urandom(8).hex()}.tmp")


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


def _give_number(finished: str, folder: str, stem: str, suffix: str) -> str:
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
