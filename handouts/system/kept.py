"""Count and remove what is kept between runs: `kept`, `clear_kept`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.fastpath.atomic import PART
from handouts.fastpath.cache import KEPT, cache_folder
from handouts.fastpath.last import LAST, state_folder
from handouts.system.files import output_error

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kept(Struct, frozen=True, kw_only=True):
    """How much is kept, or was removed."""

    folder: str
    """Empty: nothing is kept."""
    entries: int
    size: int
    """In bytes."""
    last: bool
    """Whether there is, or was, a note of the last leaflet."""


def kept() -> Kept:
    """Count what is kept."""
    found = [path.stat().st_size for path in _entries()]
    note = _last()
    return Kept(
        folder=cache_folder() or "",
        entries=len(found),
        size=sum(found),
        last=note is not None and note.exists(),
    )


def clear_kept() -> Kept:
    """Remove it, and nothing that is not of this program; say how much there was.

    Raises OutputError.
    """
    before = kept()
    note = _last()
    for path in [*_entries(), *([note] if before.last and note else [])]:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(error, str(path)) from error
    return before


def _entries() -> Iterator[Path]:
    """Yield the files that this program keeps in the cache, finished or not."""
    folder = cache_folder()
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder or os.devnull) as found:
        for one in sorted(found, key=lambda one: one.name):
            ours = one.name.endswith(KEPT) or one.name.startswith(PART)
            if ours and one.is_file(follow_symlinks=False):
                yield Path(one.path)


def _last() -> Path | None:
    folder = state_folder()
    return Path(folder, LAST) if folder else None
