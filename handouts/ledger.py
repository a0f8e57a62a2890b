"""Goes in: a library and its folder. Comes out: who approved which words, kept if unchanged."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from handouts.cache import cached
from handouts.errors import ContentError, Fault, Origin
from handouts.signoff import Signoff

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.model import Library

SIGNOFF = "signoff.yaml"


def load_signoff(library: Library, folder: Path) -> Signoff:
    """Read how every unit stands; nothing is signed where there is no record.

    Raises ContentError for a record that is cut off or was edited.
    """
    raw = read_bytes(folder, SIGNOFF)
    if raw is None:
        return Signoff()
    digest = hashlib.sha256(raw).hexdigest()
    key = f"{folder.name} {library.version} {digest}"
    return cached("signoff", key, lambda: _read(library, folder, raw, digest))


def read_bytes(folder: Path, file: str) -> bytes | None:
    """Read a record that may be absent; raises ContentError when it is there and cannot be read."""
    try:
        return (folder / file).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        origin = Origin(f"{folder.name}/{file}", 1)
        raise ContentError(Fault(message=reason, origin=origin, hint="restore the file")) from error


def _read(library: Library, folder: Path, raw: bytes, digest: str) -> Signoff:
    # The cache needs neither YAML nor meanings.
    from handouts.meaning import meanings  # noqa: PLC0415
    from handouts.signatures import hold_against, read_record  # noqa: PLC0415

    records = read_record(f"{folder.name}/{SIGNOFF}", raw)
    return hold_against(records, meanings(library), digest)
