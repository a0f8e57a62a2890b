"""Load the library of a content folder from the cache, or parse it: `load_library`.

The parser is imported only when the cache has no entry for these very bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handouts.content.folder import digest_of, read_files
from handouts.fastpath import fingerprint as premises
from handouts.system.object_cache import cached

if TYPE_CHECKING:
    import os

    from handouts.content.library import Library


def resource(name: str) -> Path:
    """Find a folder that ships with the program: beside the package, or inside the wheel."""
    return Path(premises.resource(name))


def content_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """Name the content folder: as chosen, else HANDOUTS_CONTENT, else the one that ships."""
    return Path(premises.content_folder(chosen))


def load_library(folder: str | os.PathLike[str] | None = None, *, older: bool = False) -> Library:
    """Read and check all content; raises ContentError with every fault.

    `older` content is only compared with: it may lack files that came later, and has no codes then.

    Content that was sound before, and has not changed by a byte, comes from the cache.
    """
    path = content_folder(folder)
    raw, faults = read_files(path, older=older)
    if faults:
        return _read(path, older=older)
    # Messages name the folder as its author does, so its name is part of the key.
    return cached("library", f"{path.name} {digest_of(raw)}", lambda: _read(path, older=older))


def _read(path: Path, *, older: bool) -> Library:
    from handouts.content.parse_library import read_library  # noqa: PLC0415 - the cache needs no YAML

    return read_library(path, older=older)
