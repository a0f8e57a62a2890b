"""Goes in: the path of a content folder. Comes out: the bytes of its files, and their digest."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING

from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILES = (
    "vocabulary.yaml", "labels.yaml", "places.yaml", "sources.yaml", "flags.yaml", "advice.csv",
    "classes.yaml", "red_flags.yaml", "emergency_lines.yaml", "exercises.yaml", "figures.yaml",
    "registry.yaml",
)  # fmt: skip
YOUNGER = frozenset({"registry.yaml"})
"""What content of an earlier day may lack, where it is only compared with."""

MOST_BYTES = 2_000_000
"""Of one file; more is no content."""


def read_limited(path: str | os.PathLike[str]) -> bytes:
    """Read a file, and no more of it than shows that it is too large; raises OSError.

    What is no plain file is refused: a pipe would be waited for, a device read without end.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        return file.read(MOST_BYTES + 1)


def read_files(path: Path, *, older: bool = False) -> tuple[dict[str, bytes], list[Fault]]:
    """Read every file of a content folder, with a fault for each that cannot be read.

    `older` content may lack files that came later. Raises ContentError for no such folder.
    """
    if not path.is_dir():
        raise ContentError(
            Fault(
                message=f"no content folder at {path}",
                hint="name one with --content or HANDOUTS_CONTENT",
            )
        )
    blocks = [f"blocks/{one.name}" for one in sorted((path / "blocks").glob("*.yaml"))]
    raw: dict[str, bytes] = {}
    faults: list[Fault] = []
    for file in (*FILES, *blocks):
        try:
            raw[file] = read_limited(path / file)
        except OSError as error:
            if older and file in YOUNGER and isinstance(error, FileNotFoundError):
                continue
            reason = (error.strerror or "cannot be read").lower()
            origin = Origin(f"{path.name}/{file}", 1)
            faults.append(Fault(message=reason, origin=origin, hint="restore the file"))
    if not blocks:
        origin = Origin("blocks", 1)
        faults.append(
            Fault(message="no files in blocks/", origin=origin, hint="restore the folder")
        )
    return raw, faults


def digest_of(raw: Mapping[str, bytes]) -> str:
    """Digest names and bytes of all files: the same words have the same version anywhere."""
    digest = hashlib.sha256()
    for file in sorted(raw):
        digest.update(f"{file}\0{len(raw[file])}\0".encode())
        digest.update(raw[file])
    return digest.hexdigest()
