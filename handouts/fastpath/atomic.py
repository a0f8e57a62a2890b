"""Write files atomically: a temporary file in the same folder, then a rename: `AtomicFile`.

Files are readable by their owner only. Errors are plain `OSError`; `system.files` words them.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress

TYPE_CHECKING = False  # `typing` is not imported: see the package

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


# A leaflet tells of one patient's health: only its owner reads the file, or looks into the folder.
FILE_MODE = 0o600
FOLDER_MODE = 0o700
PART = ".handout-"
"""The prefix of unfinished files."""
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class AtomicFile:
    """Write a file under a temporary name, and rename it over `path` when the block ends.

    `with AtomicFile(path) as part` gives the temporary name. When the block raises, the temporary
    file is removed and an older file at `path` stays. Raises OSError.
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
        """`part`: the temporary name, by default a random one; `lasting`: fsync `content`."""
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
    """Write a file atomically, replacing an older one; raises OSError.

    `lasting`: call fsync before the rename.
    """
    with AtomicFile(path, content, mode=mode, lasting=lasting):
        pass


def number_file(folder: str, stem: str, suffix: str, content: bytes) -> str:
    """Write FOLDER/STEM-NN.SUFFIX under the first free number from 01; return its path.

    Two processes at the same time get different numbers. Raises OSError.
    """
    part = _part_in(folder)
    write_new(part, content)
    try:
        return _give_number(part, folder, stem, suffix)
    finally:
        _remove(part)


def write_new(path: str, content: bytes, *, mode: int = FILE_MODE, lasting: bool = True) -> None:
    """Create a file, or leave none behind; raises OSError, also when it exists.

    `mode`: its permissions, whatever the umask; `lasting`: call fsync.
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
    """Return a random name for an unfinished file in a folder."""
    return os.path.join(folder, f"{PART}{os.urandom(8).hex()}.tmp")


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):  # it may have been renamed
        os.unlink(path)


def write_all(write: Callable[[memoryview], int | None], content: bytes) -> None:
    """Write every byte: one call may take fewer, as on a pipe or a nearly full disk."""
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
        # A file system without hard links, such as FAT: create the name first, then replace it.
        os.close(os.open(target, NEW, FILE_MODE))
        try:
            os.replace(finished, target)
        except BaseException:
            os.unlink(target)
            raise
