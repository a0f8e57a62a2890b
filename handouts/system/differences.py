"""What differs between Linux, macOS and Windows: `try_lock`, `name_problem`, `share_heap`.

What a repeated leaflet needs of this is below, in `fastpath`: to replace a file that is open
(`atomic`), signals (`signals`) and the user's folders (`user_folders`).
"""

from __future__ import annotations

import errno
import os
import re
import sys
from contextlib import suppress

from handouts.fastpath.atomic import FILE_MODE, PART
from handouts.fastpath.user_folders import MACOS, WINDOWS

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
"""What a share says that cannot lock files."""
_LOCK_FILE = f"{PART}run.lock"
"""Locked in a folder that cannot be opened itself, as on Windows; it is removed at the end."""
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
"""What is said of a file that another run has locked."""
_BEYOND = 0x7FFF_0000
"""Windows forbids others to read what is locked: no file of ours reaches this byte."""


def try_lock(descriptor: int, *, wait: bool = False) -> bool:
    """Lock an open file or folder until it is closed; False when another run has locked it.

    True also where nothing can be locked, as on some shares. `wait`: until the other run is done,
    on Windows at most ten seconds. Raises OSError.
    """
    if fcntl is not None:
        return _flock(descriptor, wait=wait)
    return _lock_byte(descriptor, wait=wait)


def _flock(descriptor: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in NO_LOCKS:
            return True
        if wait or error.errno not in _TAKEN:
            raise
        return False
    return True


def _lock_byte(descriptor: int, *, wait: bool) -> bool:
    """Lock one byte by the means of Windows; where the file is read next stays as it was."""
    try:
        import msvcrt  # noqa: PLC0415 - only Windows has it
    except ImportError:
        return True
    before = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, _BEYOND, os.SEEK_SET)
    how = "LK_LOCK" if wait else "LK_NBLCK"
    try:
        msvcrt.locking(descriptor, getattr(msvcrt, how), 1)  # type: ignore[attr-defined] # for Linux it has none
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        if error.errno in NO_LOCKS:
            return True
        raise
    finally:
        os.lseek(descriptor, before, os.SEEK_SET)
    return True


def open_for_lock(folder: str) -> int:
    """Open a folder, or where that cannot be done a file in it, to be locked; raises OSError."""
    if fcntl is not None:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    return os.open(os.path.join(folder, _LOCK_FILE), os.O_RDWR | os.O_CREAT, FILE_MODE)  # noqa: PTH118 - a name as typed


def close_lock(folder: str, lock: int) -> None:
    """Release the lock of a folder; what was made for it goes, unless another run waits for it."""
    os.close(lock)
    if fcntl is None:
        with suppress(OSError):
            os.unlink(os.path.join(folder, _LOCK_FILE))  # noqa: PTH108, PTH118 - a name as typed


_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_LONGEST = 259
"""Letters of a whole path, where nobody has told Windows to allow longer ones."""


def name_problem(path: str, system: str = sys.platform) -> str:
    """Say why the system cannot have a file of that name, in a few words; empty where it can.

    Only Windows forbids names; `path` is absolute there.
    """
    if system != WINDOWS:
        return ""
    name = re.split(r"[\\/]", path)[-1]
    if _DEVICE.fullmatch(name.partition(".")[0].strip()):
        return f"Windows keeps the name `{name.partition('.')[0]}` for a device"
    if found := _FORBIDDEN.search(name):
        return f"Windows allows no {found[0]!r} in the name of a file"
    if name.endswith((".", " ")):
        return "Windows allows no dot or blank at the end of a name"
    if len(path) > _LONGEST:
        return f"the path has {len(path)} letters, and Windows allows {_LONGEST}"
    return ""


def start_method(system: str = sys.platform) -> str:
    """Say how worker processes are started: `fork`, or where that is not there or not safe `spawn`.

    On macOS libraries of the system may crash in a process that was forked.
    """
    from multiprocessing import get_all_start_methods  # noqa: PLC0415 - one leaflet needs none

    return "fork" if "fork" in get_all_start_methods() and system != MACOS else "spawn"


_ARENA_MAX = -8
"""`M_ARENA_MAX` of the C library of GNU, in malloc.h."""


def share_heap() -> None:
    """Let threads that start from now on share a heap, for a process that stays.

    The C library of GNU gives each thread one of its own, and each keeps what the largest piece of
    work of that thread took. Other libraries do not, and are left alone.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # noqa: PLC0415 - one leaflet has one thread

    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def no_printing(system: str = sys.platform) -> str:
    """Say how to print by hand, where this program cannot print; empty where it can.

    Linux and macOS have CUPS. Windows has no command that prints a PDF and takes a tray, two sides
    and the true size.
    """
    if system != WINDOWS:
        return ""
    return (
        "open the PDF and print it from there: both sides, flip on long edge, actual size (100 %)"
    )
