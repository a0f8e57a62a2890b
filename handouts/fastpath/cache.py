"""Keep plain values on disk under a key: `recall`, `keep`.

Entries are marshalled, with a checksum, for one Python version. A missing, truncated or damaged
entry counts as none. The folder must belong to the user and be writable by nobody else.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
import time
import zlib
from contextlib import suppress

from handouts.fastpath.atomic import FOLDER_MODE, PART, replace_file

TYPE_CHECKING = False  # `typing` is not imported: see the package

if TYPE_CHECKING:
    from typing import Any


KEPT = ".kept"
_STALE_AFTER = 3600
"""Seconds after which an unfinished file is taken for abandoned."""
_OTHERS_WRITE = 0o022
_MOST_BYTES = 64_000_000
"""Of an entry; the largest that is kept has a few."""
_CHECK = 4
"""Bytes of the checksum that an entry starts with."""


def cache_folder() -> str | None:
    """Return the folder of the cache; None for no cache.

    It is HANDOUTS_CACHE if that is set (empty: no cache), else `handouts` in XDG_CACHE_HOME or
    ~/.cache, or the folder that macOS or Windows has for it. There is none either when other users
    can write to the folder.
    """
    named = os.environ.get("HANDOUTS_CACHE")
    if named is None:
        named = _usual_folder()
    return named if named and _is_ours(named) else None


def _usual_folder() -> str:
    named = os.environ.get("XDG_CACHE_HOME")
    if not named and sys.platform != "linux":
        from handouts.fastpath import user_folders  # noqa: PLC0415 - on Linux it is not needed

        if sys.platform in user_folders.OTHERS:
            return user_folders.own_folder("cache", sys.platform)
    home = os.path.expanduser("~")
    base = named or (home != "~" and os.path.join(home, ".cache"))
    return os.path.join(base, "handouts") if base else ""


def _is_ours(folder: str) -> bool:
    """Check that only this user can write there: entries are trusted, and some hold bytecode."""
    try:
        found = os.stat(folder)
    except OSError:
        return True  # `keep` creates it, for this user only
    if not hasattr(os, "geteuid"):  # Windows keeps other people out of a profile by itself
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE


def recall(kind: str, key: object) -> Any:  # noqa: ANN401 - plain values of any kind
    """Return the values kept under a key; None when the entry is missing, damaged or outdated."""
    path = _path(kind, key)
    if path is None:
        return None
    try:
        entry = _read_plain(path)
        if zlib.crc32(entry[_CHECK:]).to_bytes(_CHECK) != entry[:_CHECK]:
            return None
        found, values = marshal.loads(entry[_CHECK:])  # noqa: S302 - from our own folder
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return values if found == (sys.version, key) else None


def _read_plain(path: str) -> bytes:
    """Read a plain file of our own; a pipe would be waited for, a device read without end."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            return b""
        return file.read(_MOST_BYTES)


def keep(kind: str, key: object, values: object, most: int) -> None:
    """Write an entry atomically, and drop all but the newest `most` of its kind.

    `key` and `values` are what `marshal` can write. Failures to write are ignored.
    """
    path = _path(kind, key)
    if path is None:
        return
    entry = marshal.dumps(((sys.version, key), values))  # type: ignore[arg-type] # plain values
    folder = os.path.dirname(path)
    with suppress(OSError):  # the cache is optional, and two runs may drop the same entry
        os.makedirs(folder, FOLDER_MODE, exist_ok=True)
        checked = zlib.crc32(entry).to_bytes(_CHECK) + entry
        _clear_place(path)
        replace_file(path, checked, lasting=False)  # no fsync: a lost entry is made again
        for old in _superfluous(folder, kind, most):
            os.unlink(old)


def _clear_place(path: str) -> None:
    """Remove a pipe or a socket from the place of an entry, where no file would replace it.

    The name is one of ours, in a folder of ours; a device stays there all the same.
    """
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return  # there is no entry yet
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        os.unlink(path)


def _path(kind: str, key: object) -> str | None:
    """Return the file of an entry, named by a CRC-32 of its key; the whole key is in the entry."""
    folder = cache_folder()
    if folder is None:
        return None
    return os.path.join(folder, f"{kind}-{zlib.crc32(repr(key).encode()):08x}{KEPT}")


def _superfluous(folder: str, kind: str, most: int) -> list[str]:
    """List the oldest entries of a kind beyond `most`, and abandoned unfinished files."""
    entries, stale = [], []
    with os.scandir(folder) as found:
        for one in found:
            written = one.stat(follow_symlinks=False).st_mtime
            if one.name.startswith(f"{kind}-") and one.name.endswith(KEPT):
                entries.append((written, one.path))
            elif one.name.startswith(PART) and written < time.time() - _STALE_AFTER:
                stale.append(one.path)
    return stale + [path for _, path in sorted(entries)[:-most]]
