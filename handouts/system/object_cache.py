"""Keep Python objects on disk, such as parsed content: `cached`.

A missing, outdated or damaged entry is made again. Only types of this program and a few plain
ones are unpickled. Nothing of a patient may be kept here.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import pickle
import sys
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from handouts import __version__
from handouts.fastpath import cache as store
from handouts.fastpath.fingerprint import first_program_stamps

if TYPE_CHECKING:
    from collections.abc import Callable


T = TypeVar("T")
_MOST = 8
"""The most entries of a kind."""
_ALLOWED = {("datetime", "date"), ("builtins", "frozenset"), ("msgspec._utils", "rebuild")}


def read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Wrap a dictionary; unpickling calls it, because the proxies themselves cannot be pickled."""
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda proxy: (read_only, (dict(proxy),)))


def cached(kind: str, digest: str, make: Callable[[], T]) -> T:
    """Return the object kept under `digest`, or make it and keep it; `kind` names its file.

    Without kept content and rules a new leaflet takes 2.8 times the CPU time (493 ms, not 173).
    """
    key = _key(digest)
    kept = store.recall(kind, key)
    try:
        if isinstance(kept, bytes):
            found: T = _Unpickler(io.BytesIO(kept)).load()
            return found
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, ImportError,
            IndexError, KeyError, MemoryError):  # fmt: skip
        pass  # a damaged or outdated entry is made again
    found = make()
    if store.cache_folder() is not None:
        store.keep(kind, key, pickle.dumps(found, protocol=5), _MOST)
    return found


class _Unpickler(pickle.Unpickler):
    """Builds types of this program and a few others; a forged entry cannot call anything else."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as in pickle
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        # A dotted name could reach other modules through the imports of one; no type has one.
        if module.startswith("handouts.") and "." not in name:
            found = super().find_class(module, name)
            if found is read_only or (isinstance(found, type) and found.__module__ == module):
                return found
        message = f"{module}.{name} does not belong in the cache"
        raise pickle.UnpicklingError(message)


def _key(digest: str) -> str:
    """Return a digest of what an entry depends on: its content, this program, this Python."""
    return hashlib.sha256(f"{digest} {_program()}".encode()).hexdigest()[:32]


@cache
def _program() -> str:
    parts = (__version__, sys.version, first_program_stamps())
    return hashlib.sha256(repr(parts).encode()).hexdigest()
