"""Goes in: a key, and how to make a thing. Comes out: the thing, from disk if it was made before.

Only what has nothing of a patient in it is kept: content as read, templates as compiled. A missing,
old or damaged entry is made again; a folder that cannot be written is no fault.
"""

from __future__ import annotations

import copyreg
import hashlib
import os
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from handouts import __version__, store
from handouts.disk import FOLDER_MODE, Finished
from handouts.premises import first_program

if TYPE_CHECKING:
    from collections.abc import Callable


T = TypeVar("T")
_ALLOWED = {("datetime", "date"), ("builtins", "frozenset"), ("msgspec._utils", "rebuild")}


def read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Wrap a dictionary again as it comes from the cache."""
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda proxy: (read_only, (dict(proxy),)))


def cache_folder() -> Path | None:
    """Name the folder of the cache; None where nothing is kept."""
    folder = store.cache_folder()
    return None if folder is None else Path(folder)


def compiled_folder() -> Path | None:
    """Give the folder for compiled templates, made if need be; None where nothing is kept."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def cached(kind: str, digest: str, make: Callable[[], T]) -> T:
    """Take a thing from the cache, or make it and keep it."""
    folder = cache_folder()
    if folder is None:
        return make()
    file = folder / f"{kind}-{_key(digest)}"
    try:
        with file.open("rb") as entry:
            found: T = _Unpickler(entry).load()
    except (OSError, pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError,
            ImportError, IndexError, KeyError, MemoryError):  # fmt: skip
        # Whatever is wrong with an entry, making it again is right.
        found = make()
        _keep(file, found)
    return found


class _Unpickler(pickle.Unpickler):
    """Builds our own types and a few plain ones; a forged entry cannot name anything else."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as in pickle
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        # A dotted name reaches through a module into all that it imports; ours have none.
        if module.startswith("handouts.") and "." not in name:
            found = super().find_class(module, name)
            if found is read_only or (isinstance(found, type) and found.__module__ == module):
                return found
        message = f"{module}.{name} does not belong in the cache"
        raise pickle.UnpicklingError(message)


def _keep(file: Path, thing: object) -> None:
    """Write an entry whole or not at all; drop older entries of its kind."""
    folder = file.parent
    with suppress(OSError):
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        with Finished(str(folder), pickle.dumps(thing, protocol=5), lasting=False) as finished:
            Path(finished).replace(file)
        kind = file.name.partition("-")[0]
        for old in sorted(folder.glob(f"{kind}-*"), key=lambda one: one.stat().st_mtime)[:-8]:
            old.unlink(missing_ok=True)


def _key(digest: str) -> str:
    """Join what an entry depends on: its content, this code, this Python."""
    parts = (digest, __version__, sys.version, first_program())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
