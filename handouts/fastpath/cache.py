"""Keep plain values on disk under a key: `recall`, `keep`.

Entries are marshalled, with a checksum, for one Python version. A missing, truncated or damaged
entry counts as none. The folder must belong to the user and be writable by nobody else.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
import zlib

from handouts.fastpath.atomic import FOLDER_MODE, PART, replace_file

TYPE_CHECKING = False  # importing typing would cost as much as all the work here

if TYPE_CHECKING:
    from typing import Any


_KEPT = ".kept"
_LONG = 3600
"""Seconds after which nobody is still writing a file."""
_OTHERS_WRITE = 0o022
_CHECK = 4
"""Bytes of the checksum that an entry starts with."""


def cache_folder() -> str | None:
    """Name the folder of the cache; HANDOUTS_CACHE names another, and none when it is empty."""
    named = os.environ.get("HANDOUTS_CACHE")
    if named is None:
        home = os.path.expanduser("~")
        base = os.environ.get("XDG_CACHE_HOME") or (home != "~" and os.path.join(home, ".cache"))
        named = os.path.join(base, "handouts") if base else ""
    return named if named and _is_ours(named) else None


def _is_ours(folder: str) -> bool:
    """Say that nobody else can put anything there: what is kept is believed, and some of it run."""
    try:
        found = os.stat(folder)
    except OSError:
        return True  # it is made, for its owner alone, when there is something to keep
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE


def recall(kind: str, key: object) -> Any:  # noqa: ANN401 - plain values of any kind
    """Give what was kept under a key; None when there is nothing sound."""
    path = _path(kind, key)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            entry = file.read()
        if zlib.crc32(entry[_CHECK:]).to_bytes(_CHECK) != entry[:_CHECK]:
            return None
        found, values = marshal.loads(entry[_CHECK:])  # noqa: S302 - of our own folder, and whole
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return values if found == (sys.version, key) else None


def keep(kind: str, key: object, values: object, most: int) -> None:
    """Keep plain values whole or not at all, and of this kind only the newest `most`."""
    path = _path(kind, key)
    if path is None:
        return
    entry = marshal.dumps(((sys.version, key), values))  # type: ignore[arg-type] # plain values
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, FOLDER_MODE, exist_ok=True)
        checked = zlib.crc32(entry).to_bytes(_CHECK) + entry
        replace_file(path, checked, lasting=False)  # a lost entry is made again
        for old in _superfluous(folder, kind, most):
            os.unlink(old)
    except OSError:
        pass  # a cache that cannot be written is no fault; two runs may drop the same entry


def _path(kind: str, key: object) -> str | None:
    """Name the file of an entry: a short number of the key, which itself stands inside."""
    folder = cache_folder()
    if folder is None:
        return None
    return os.path.join(folder, f"{kind}-{zlib.crc32(repr(key).encode()):08x}{_KEPT}")


def _superfluous(folder: str, kind: str, most: int) -> list[str]:
    """List the oldest entries of a kind beyond `most`, and what stopped runs left half written."""
    entries, stale = [], []
    with os.scandir(folder) as found:
        for one in found:
            written = one.stat().st_mtime
            if one.name.startswith(f"{kind}-") and one.name.endswith(_KEPT):
                entries.append((written, one.path))
            elif one.name.startswith(PART) and written < time.time() - _LONG:
                stale.append(one.path)
    return stale + [path for _, path in sorted(entries)[:-most]]
