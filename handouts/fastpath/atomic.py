"""Write files atomically: a temporary file in the same folder, then a rename: `AtomicFile`.

Files are readable by their owner only. Errors are plain `OSError`; `system.files` words them. An
unfinished file is locked, so that the next run can tell one that a killed run left, and removes it.
"""

from __future__ import annotations

import errno
import os
import stat
import time
import zlib
from contextlib import suppress

try:
    import fcntl
except ImportError:  # where there is none, what a killed run left is told by its age
    fcntl = None  # type: ignore[assignment]

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
READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""To open a file for reading that may turn out to be a pipe."""
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
CAN_LOCK = fcntl is not None
"""Where it cannot, as on Windows, no open file can be renamed, and no folder opened."""
UNFINISHED = ".tmp"
"""What they end with."""
_CHANCE = 16
"""Hexadecimal digits of a name by chance."""
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_NO_LINKS_ON_WINDOWS = frozenset({1, 50})
"""What Windows says (no such function, not supported) of FAT, exFAT and some shares."""
_HELD = frozenset({5, 32, 33})
"""What Windows says (access denied, shared, locked) of a file that another program holds open."""
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts to replace such a file: a scanner for viruses lets go of it soon."""
_NO_MODES = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_LONG = 3600
"""Seconds after which nobody is still writing a file, where files cannot be locked."""
_swept: set[str] = set()
"""Folders that this run has looked through: once is enough, however many files it writes."""


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
        remove_abandoned(os.path.dirname(self._path))
        self._held = _write_locked(self._part, self._content, self._mode, lasting=self._lasting)
        return self._part

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        _close_early(self._held)
        try:
            if kind is None:
                move_over(self._part, self._path)
        finally:
            _discard(self._part, self._held)


def replace_file(path: str, content: bytes, *, mode: int = FILE_MODE, lasting: bool = True) -> None:
    """Write a file atomically, replacing an older one; raises OSError.

    `lasting`: call fsync before the rename.
    """
    with AtomicFile(path, content, mode=mode, lasting=lasting):
        pass


def group_modes() -> tuple[int, int]:
    """Return the modes of a file and a folder that a group shares, as far as the umask lets."""
    umask = os.umask(0o077)  # it cannot be asked for without being set
    os.umask(umask)
    return 0o660 & ~umask, 0o770 & ~umask


def file_mode(*, shared: bool) -> int:
    """Return the mode of a leaflet: for its owner, or for a group."""
    return group_modes()[0] if shared else FILE_MODE


def place_file(path: str, content: bytes, *, mode: int = FILE_MODE) -> bool:
    """Write a file, unless another is there; return False, and leave that, where it is not empty.

    One with the same bytes is replaced. Raises OSError.
    """
    remove_abandoned(os.path.dirname(path))
    part = _part_in(os.path.dirname(path))
    held = _write_locked(part, content, mode, lasting=True)
    _close_early(held)
    try:
        try:
            _move_new(part, path)
        except FileExistsError:
            if not _is_empty_or(path, content):
                return False
            move_over(part, path)
    finally:
        _discard(part, held)
    return True


def move_over(part: str | os.PathLike[str], path: str | os.PathLike[str]) -> None:
    """Rename a file over another; where a program holds that open, try again for a while.

    Only Windows refuses that. Raises OSError; `is_held` tells that one from others. A device, a
    pipe or a socket is never replaced, whoever may do so: the whole machine uses it.
    """
    refuse_odd(path)
    for pause in _PAUSES:
        try:
            os.replace(part, path)
        except PermissionError as error:
            if not is_held(error):
                raise
            time.sleep(pause)
        else:
            return
    os.replace(part, path)


def refuse_odd(path: str | os.PathLike[str]) -> None:
    """Raise OSError where a name is that of a device, a pipe or a socket."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return  # there is nothing, or what there is cannot be seen: writing there has the words
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "it is a device or a pipe, and no file", os.fspath(path))


def is_held(error: OSError) -> bool:
    """Tell whether Windows refused a file because another program has it open."""
    return getattr(error, "winerror", None) in _HELD


def _is_empty_or(path: str, content: bytes) -> bool:
    """Tell whether a file has no bytes, or these."""
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with open(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        return size == 0 or (size == len(content) and file.read(size + 1) == content)


def number_file(
    folder: str, stem: str, suffix: str, content: bytes, *, mode: int = FILE_MODE
) -> str:
    """Write FOLDER/STEM-NN.SUFFIX under the first free number from 01; return its path.

    Two processes at the same time get different numbers. Raises OSError.
    """
    remove_abandoned(folder)
    part = _part_in(folder)
    held = _write_locked(part, content, mode, lasting=True)
    _close_early(held)
    try:
        return _give_number(part, folder, stem, suffix)
    finally:
        _discard(part, held)


def write_new(path: str, content: bytes, *, mode: int = FILE_MODE, lasting: bool = True) -> None:
    """Create a file, or leave none behind; raises OSError, also when it exists.

    `mode`: its permissions, whatever the umask; `lasting`: call fsync.
    """
    os.close(_write_locked(path, content, mode, lasting=lasting))


def _write_locked(path: str, content: bytes, mode: int, *, lasting: bool) -> int:
    """Write a new file; return its open descriptor, which holds a lock on it."""
    descriptor = _open_locked(path)
    try:
        set_mode(descriptor, mode)
        write_all(lambda rest: os.write(descriptor, rest), content)
        if lasting:
            os.fsync(descriptor)
    except BaseException:
        _close_early(descriptor)
        _discard(path, descriptor)
        raise
    return descriptor


def _open_locked(path: str) -> int:
    """Make a new file and lock it; another run may take it for abandoned only before that."""
    while True:
        descriptor = os.open(path, NEW, FILE_MODE)
        _lock(descriptor)
        try:
            if os.path.samestat(os.fstat(descriptor), os.lstat(path)):
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Lock a file; False where another run holds it, None where files cannot be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else None
    return True


def set_mode(file: int | str, mode: int) -> None:
    """Say who may read a file or folder, whatever the umask; some file systems keep no modes."""
    if isinstance(file, int) and not hasattr(os, "fchmod"):
        return
    try:
        os.chmod(file, mode)
    except OSError as error:
        if error.errno not in _NO_MODES:
            raise


def remove_abandoned(folder: str) -> None:
    """Remove what killed runs left unfinished in a folder; it may hold a leaflet with its name.

    Done once in a run for each folder. What another run is writing, or another person owns, stays.
    """
    if folder in _swept:
        return
    _swept.add(folder)
    try:
        with os.scandir(folder or os.curdir) as found:
            parts = [one.path for one in found if _is_unfinished(one.name)]
        for part in parts:
            _remove_if_abandoned(part)
    except OSError:
        pass  # the folder is not there, or not to be read: writing there has better words


def _is_unfinished(name: str) -> bool:
    """Say whether a file has a name by chance, as `_part_in` gives; a batch sees to its others."""
    middle = name[len(PART) : -len(UNFINISHED)]
    known = name.startswith(PART) and name.endswith(UNFINISHED) and len(middle) == _CHANCE
    return known and set(middle) <= set("0123456789abcdef")


def _remove_if_abandoned(part: str) -> None:
    try:
        descriptor = os.open(part, os.O_RDWR | NO_LINK | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return  # a link, or not ours
    try:
        found = os.fstat(descriptor)
        free = is_own(found) and stat.S_ISREG(found.st_mode) and _lock(descriptor)
        gone = free or (free is None and found.st_mtime < time.time() - _LONG)
        if gone and CAN_LOCK:
            _remove(part)
    finally:
        os.close(descriptor)
    if gone and not CAN_LOCK:
        _remove(part)


def is_own(found: os.stat_result) -> bool:
    """Tell whether a file is this user's, as far as the system says whose it is."""
    return not hasattr(os, "geteuid") or found.st_uid == os.geteuid()


def _part_in(folder: str) -> str:
    """Name an unfinished file in a folder; no two are named alike."""
    return os.path.join(folder, f"{PART}{os.urandom(_CHANCE // 2).hex()}{UNFINISHED}")


def _close_early(descriptor: int) -> None:
    """Close a file that is to be renamed, where no open file can be; else its lock is kept."""
    if not CAN_LOCK:
        os.close(descriptor)


def _discard(path: str, descriptor: int) -> None:
    """Remove a file unless it was renamed, and only then release its lock, where it has one."""
    _remove(path)
    if CAN_LOCK:
        os.close(descriptor)


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
        if not _lacks_links(error):
            raise
        _move_claimed(finished, target)


def _lacks_links(error: OSError) -> bool:
    """Tell whether a link was refused because the file system has none."""
    return error.errno in _NO_LINKS or getattr(error, "winerror", None) in _NO_LINKS_ON_WINDOWS


def _move_claimed(finished: str, target: str) -> None:
    """Move a file where the system knows no links, such as to a memory stick.

    Of two runs one claims the name, by a file beside it; a killed run leaves that, and never an
    empty leaflet.
    """
    folder, name = os.path.split(target)
    mark = f"{zlib.crc32(os.fsencode(name)):0{_CHANCE}x}"
    claim = os.path.join(folder, f"{PART}{mark}{UNFINISHED}")
    held = _open_locked(claim)
    try:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        move_over(finished, target)
    finally:
        _close_early(held)
        _discard(claim, held)
