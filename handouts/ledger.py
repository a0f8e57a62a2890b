"""Goes in: a library and its folder. Comes out: who approved which words, kept if unchanged."""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING

from handouts.content.folder import read_bytes
from handouts.content.profile import NOBODY
from handouts.signoff import SIGNOFF, Signoff
from handouts.system.object_cache import cached
from handouts.withdrawals import WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.withdrawals import Withdrawal


def load_signoff(library: Library, folder: Path, profile: Profile = NOBODY) -> Signoff:
    """Read how every unit stands; nothing is signed where there is no record.

    Raises ContentError for a record that is cut off or was edited.
    """
    raw = read_bytes(folder, SIGNOFF)
    if raw is None:
        return Signoff()
    digest = hashlib.sha256(raw).hexdigest()
    key = f"{folder.name} {library.version} {profile} {digest}"
    return cached("signoff", key, lambda: _read(library, folder, raw, profile))


def load_withdrawn(library: Library, folder: Path, signoff: Signoff) -> Mapping[str, Withdrawal]:
    """Read which units are withdrawn, and not yet replaced; raises ContentError like the above."""
    raw = read_bytes(folder, WITHDRAWN)
    if raw is None:
        return MappingProxyType({})
    digest = hashlib.sha256(raw).hexdigest()
    key = f"{folder.name} {library.version} {signoff.digest} {digest}"
    return cached("withdrawn", key, lambda: _read_withdrawn(library, folder, raw, signoff))


def _read_withdrawn(
    library: Library, folder: Path, raw: bytes, signoff: Signoff
) -> Mapping[str, Withdrawal]:
    from handouts.meaning import meanings  # noqa: PLC0415 - the cache needs neither
    from handouts.withdrawal_records import in_force, read_withdrawals  # noqa: PLC0415 - the same

    found = read_withdrawals(f"{folder.name}/{WITHDRAWN}", raw)
    return MappingProxyType(in_force(found, meanings(library), signoff))


def _read(library: Library, folder: Path, raw: bytes, profile: Profile) -> Signoff:
    # The cache needs neither YAML nor meanings.
    from handouts.meaning import meanings  # noqa: PLC0415
    from handouts.signatures import hold_against, read_record  # noqa: PLC0415

    records = read_record(f"{folder.name}/{SIGNOFF}", raw)
    digest = hashlib.sha256(raw).hexdigest()
    return hold_against(records, meanings(library, profile), digest)
