"""Load profile, sign-off and withdrawals, cached: `load_profile`, `load_signoff`.

The parsers are imported only when the cache has no entry for these very bytes.
"""

from __future__ import annotations

import hashlib
import os
from errno import ENOENT
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from handouts.content.folder import read_bytes
from handouts.content.load import resource
from handouts.content.profile import MOST_LOGO_BYTES, NOBODY
from handouts.content.vocabulary import Standing
from handouts.errors import ContentError, Fault, Origin
from handouts.fastpath.fingerprint import VARIABLE, profile_paths
from handouts.governance.approval import BASELINE, SIGNOFF, WITHDRAWN, Signoff
from handouts.safety.load import NAMES
from handouts.system.files import read_limited
from handouts.system.object_cache import cached

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.governance.approval import UnitChange, Withdrawal
    from handouts.governance.units import SignedUnit


_MISNAMED = frozenset(
    {"service.yml", "service.yaml", "services.yaml", "services.yml", "service.yaml.txt",
     "service.yml.txt", "service.json"}
)  # fmt: skip
"""What a file beside the content is called whose writer meant the profile."""


def load_signoff(library: Library, folder: Path, profile: Profile = NOBODY) -> Signoff:
    """Read how every unit stands; nothing is signed where there is no record.

    Raises ContentError for a record that is cut off or was edited.
    """
    raw = read_bytes(folder, SIGNOFF)
    if raw is None:
        return Signoff()
    digest = hashlib.sha256(raw).hexdigest()
    # The version of the content speaks of the rules too.
    key = f"{folder.name} {library.version} {profile} {digest}"
    return cached("signoff", key, lambda: _read(library, folder, raw, profile))


def units_of(library: Library, folder: Path, profile: Profile = NOBODY) -> dict[str, SignedUnit]:
    """Return all that can be signed: words, the service, and the rules of safety.

    Content from before there were rules has none. Raises ContentError for rules that are not YAML.
    """
    from handouts.governance.rule_units import rule_meanings  # noqa: PLC0415
    from handouts.governance.units import signed_units  # noqa: PLC0415 - the cache needs neither

    return signed_units(library, profile) | rule_meanings(library, folder)


def load_withdrawn(
    library: Library, folder: Path, signoff: Signoff, profile: Profile = NOBODY
) -> Mapping[str, Withdrawal]:
    """Read which units are withdrawn, and not yet replaced; raises ContentError like the above."""
    raw = read_bytes(folder, WITHDRAWN)
    if raw is None:
        return MappingProxyType({})
    digest = hashlib.sha256(raw).hexdigest()
    key = f"{folder.name} {library.version} {profile} {signoff.digest} {digest}"
    return cached("withdrawn", key, lambda: _read_withdrawn(library, folder, raw, signoff, profile))


def load_changes(
    library: Library, folder: Path, signoff: Signoff, *, older: bool = False
) -> Mapping[str, UnitChange]:
    """Compare the content of a folder with its baseline; what is signed as it stands is left out.

    A folder without a baseline is compared with the one that ships, unless it is `older`: content
    of an earlier day is taken as it is. Raises ContentError for a baseline that is broken.
    """
    raw = _baseline(folder, older=older)
    if raw is None:
        return MappingProxyType({})
    names = read_bytes(folder, NAMES) or b""
    digest = sha256(raw + b"\0" + names).hexdigest()
    key = f"{folder.name} {library.version} {digest}"
    found = cached("baseline", key, lambda: _compare(library, folder, raw))
    signed = {unit for unit, one in signoff.signatures.items() if one.standing is Standing.SIGNED}
    return MappingProxyType({unit: one for unit, one in found.items() if unit not in signed})


def _baseline(folder: Path, *, older: bool = False) -> bytes | None:
    raw = read_bytes(folder, BASELINE)
    return read_bytes(resource("content"), BASELINE) if raw is None and not older else raw


def changes_digest(folder: Path, changes: Mapping[str, UnitChange]) -> tuple[str, ...]:
    """Digest what the content of a folder was held against; nothing where nothing changed."""
    return (sha256(_baseline(folder) or b"").hexdigest(),) if changes else ()


def shipped_baseline() -> bytes:
    """Return the baseline that content without one is held against."""
    return read_bytes(resource("content"), BASELINE) or b""


def _compare(library: Library, folder: Path, raw: bytes) -> dict[str, UnitChange]:
    from handouts.governance.baseline import compare_with_baseline  # noqa: PLC0415

    return compare_with_baseline(library, folder, raw)


def _read_withdrawn(
    library: Library, folder: Path, raw: bytes, signoff: Signoff, profile: Profile
) -> Mapping[str, Withdrawal]:
    from handouts.governance.record_files import in_force, read_withdrawals  # noqa: PLC0415
    from handouts.governance.units import signed_units  # noqa: PLC0415 - the cache needs neither

    found = read_withdrawals(f"{folder.name}/{WITHDRAWN}", raw)
    return MappingProxyType(in_force(found, signed_units(library, profile), signoff))


def _read(library: Library, folder: Path, raw: bytes, profile: Profile) -> Signoff:
    # The cache needs neither YAML nor meanings.
    from handouts.governance.record_files import compare_signatures, read_record  # noqa: PLC0415

    records = read_record(f"{folder.name}/{SIGNOFF}", raw)
    digest = hashlib.sha256(raw).hexdigest()
    return compare_signatures(records, units_of(library, folder, profile), digest, profile)


def find_profile(content: str | os.PathLike[str] | None = None) -> Path | None:
    """Name the file: that of HANDOUTS_SERVICE, else the first that is there of `profile_paths`.

    An empty HANDOUTS_SERVICE means none.
    """
    paths = [Path(path) for path in profile_paths(content)]
    if VARIABLE in os.environ:
        return paths[0] if paths else None
    # A link that leads nowhere, or a pipe, is there too: reading it says what is wrong.
    return next((path for path in paths if os.path.lexists(path)), None)


def load_profile(library: Library, content: str | os.PathLike[str] | None = None) -> Profile:
    """Read the profile of the service that prints; raises ContentError with every fault."""
    path = find_profile(content)
    if path is None:
        _refuse_misnamed(content)
        return NOBODY
    try:
        raw = read_limited(path)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        hint = f"{VARIABLE} names it; if it is empty, there is no profile"
        raise ContentError(
            Fault(
                message=f"cannot read the profile: {reason}", origin=Origin(str(path), 1), hint=hint
            )
        ) from error
    key = f"{path} {sha256(raw).hexdigest()} {library.version}"
    profile = cached("profile", key, lambda: parse_profile(library, path, raw))
    if profile.logo is None:
        return profile
    try:
        found = sha256(logo_beside(path, profile.logo.file)).hexdigest()
    except OSError:
        return parse_profile(library, path, raw)  # which says what is wrong
    if found == profile.logo.digest:
        return profile
    return cached("profile", f"{key} {found}", lambda: parse_profile(library, path, raw))


def _refuse_misnamed(content: str | os.PathLike[str] | None) -> None:
    """Raise ContentError for a profile under another name, which would be passed by in silence."""
    if VARIABLE in os.environ:
        return
    for path in map(Path, profile_paths(content)):
        try:
            names = sorted(one.name for one in path.parent.iterdir())
        except OSError:
            continue
        for name in names:
            if name.lower() in _MISNAMED:
                origin = Origin(str(path.parent / name), 1)
                message = f"this profile is not read: its name is not {path.name}"
                hint = f"rename it to {path.name}, or name it with {VARIABLE}"
                raise ContentError(Fault(message=message, origin=origin, hint=hint))


def logo_beside(path: Path, name: str) -> bytes:
    """Read a file of the profile's own folder; raises OSError for any other."""
    folder = path.parent.resolve()
    found = (folder / name).resolve()
    if found.parent != folder or not found.is_file():
        raise FileNotFoundError(ENOENT, "no such file beside the profile")
    with found.open("rb") as file:
        return file.read(MOST_LOGO_BYTES + 1)


def parse_profile(
    library: Library, path: Path, raw: bytes, beside: Callable[[str], bytes] | None = None
) -> Profile:
    """Read a profile from its bytes; raises ContentError with every fault.

    `beside` gives the bytes of a logo by its name; raises OSError or KeyError where there is none.
    """
    # A profile that was sound before comes from the cache, and needs none of these.
    from handouts.content.yaml_reader import YamlReader  # noqa: PLC0415
    from handouts.governance.profile import ProfileParser  # noqa: PLC0415
    from handouts.render.pdf.fonts import load_faces  # noqa: PLC0415

    reader = YamlReader()
    entry = reader.read(str(path), raw)
    face = load_faces()[400]
    parser = ProfileParser(library, face, beside or partial(logo_beside, path))
    profile = parser.profile(entry) if entry else NOBODY
    if reader.faults:
        raise ContentError(
            *sorted(reader.faults, key=lambda fault: fault.origin.line if fault.origin else 0)
        )
    return profile
