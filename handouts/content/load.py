"""Load the library of a content folder from the cache, or parse it: `load_library`.

The parser is imported only when the cache has no entry for the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handouts.content.folder import digest_of, read_files
from handouts.fastpath import fingerprint
from handouts.system.object_cache import cached

if TYPE_CHECKING:
    import os

    from handouts.content.library import Library


def resource(name: str) -> Path:
    """Return a folder that ships with the program: inside the wheel, or beside the package."""
    return Path(fingerprint.resource(name))


def content_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """Return the content folder: as chosen, else HANDOUTS_CONTENT, else the one that ships."""
    return Path(fingerprint.content_folder(chosen))


def load_library(folder: str | os.PathLike[str] | None = None, *, older: bool = False) -> Library:
    """Return the checked content of a folder; raises ContentError with every fault.

    `folder`: None for the usual content folder. `older` content is only read for comparison: it may
    lack the files in YOUNGER, and then has no numbers for codes. Content without faults is cached
    until a byte of it changes.
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
