"""Goes in: where a command looks for content. Comes out: the service's `Profile`, or none."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.cache import cached
from handouts.errors import ContentError, Fault, Origin
from handouts.library import content_folder, resource
from handouts.profile import NOBODY

if TYPE_CHECKING:
    from handouts.model import Library
    from handouts.profile import Profile

FILE = "service.yaml"
VARIABLE = "HANDOUTS_SERVICE"


def find_profile(content: str | os.PathLike[str] | None = None) -> Path | None:
    """Name the file: HANDOUTS_SERVICE, else beside the content, else in the current folder.

    An empty HANDOUTS_SERVICE means none.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    beside = content_folder(content) / FILE
    return next((path for path in (beside, Path(FILE)) if path.is_file()), None)


def load_profile(library: Library, content: str | os.PathLike[str] | None = None) -> Profile:
    """Read the profile of the service that prints; raises ContentError with every fault."""
    path = find_profile(content)
    if path is None:
        return NOBODY
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        hint = f"{VARIABLE} names it; empty, it means no profile"
        raise ContentError(
            Fault(
                message=f"cannot read the profile: {reason}", origin=Origin(str(path), 1), hint=hint
            )
        ) from error
    key = f"{path} {sha256(raw).hexdigest()} {library.version}"
    return cached("profile", key, lambda: parse_profile(library, path, raw))


def parse_profile(library: Library, path: Path, raw: bytes) -> Profile:
    """Read a profile from its bytes; raises ContentError with every fault."""
    # A profile that was sound before comes from the cache, and needs none of these.
    from handouts.profile_records import ProfileParser  # noqa: PLC0415
    from handouts.reader import Reader  # noqa: PLC0415
    from handouts.shaping import load_faces  # noqa: PLC0415

    reader = Reader()
    entry = reader.read(str(path), raw)
    parser = ProfileParser(library, load_faces(resource("fonts"))[400])
    profile = parser.profile(entry) if entry else NOBODY
    if reader.faults:
        raise ContentError(
            *sorted(reader.faults, key=lambda fault: fault.origin.line if fault.origin else 0)
        )
    return profile
