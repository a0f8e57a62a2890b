"""Find what a command would work with here, and where that was found: `installation_of`."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.load import content_folder, load_library
from handouts.content.profile import NOBODY
from handouts.content.program_mark import SHOWN, standing_of, tested_pins, version_here
from handouts.content.provenance import LIBRARIES, installed, program_digest
from handouts.content.vocabulary import Standing
from handouts.errors import ContentError
from handouts.fastpath.cache import cache_folder
from handouts.fastpath.fingerprint import VARIABLE, profile_paths
from handouts.governance.approval import RULE
from handouts.governance.desk import GROUP, OWNER
from handouts.governance.load import find_profile, load_profile, load_signoff, units_of
from handouts.governance.profile import age_text
from handouts.system.printer import list_printers
from handouts.system.terminal import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.profile import Profile
    from handouts.errors import Fault
    from handouts.system.printer import Printers


Record = dict[str, object]


class ProfilePlace(Struct, frozen=True):
    """Where a profile was looked for, and what was there."""

    path: str
    found: str
    """`used`, `there, not used` or `nothing`."""


class OtherVersion(Struct, frozen=True):
    """A library whose version is not the one that the program was tested with."""

    name: str
    installed: str
    tested: str

    @property
    def shapes(self) -> bool:
        """Whether the bytes of a leaflet depend on it."""
        return self.name in LIBRARIES


class Installation(Struct, frozen=True, kw_only=True):
    """All that is to be known of a program and its surroundings."""

    version: str
    """With the mark of the program as tested, unless it is a release."""
    mark: str
    """Of the program, its templates, fonts and libraries."""
    python: str
    content: str
    content_version: str
    """Empty where the content is broken."""
    places: tuple[ProfilePlace, ...]
    set_by: str
    """What names the profile, where a variable does; else empty."""
    profile: Profile
    cache: str
    """Empty: nothing is kept."""
    printers: Printers
    standings: tuple[tuple[str, int], ...]
    """How many blocks stand how today."""
    rules: tuple[tuple[str, int], ...]
    """The same of the rules of safety."""
    faults: tuple[Fault, ...]
    libraries: tuple[OtherVersion, ...] = ()
    """Those whose version is not the tested one."""


def installation_of(content: str | None) -> Installation:
    """Look at everything once; what is broken is a fault of the answer and stops nothing."""
    folder = content_folder(content)
    version, profile = "", NOBODY
    standings: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    faults: list[Fault] = []
    try:
        library = load_library(content)
        version = library.version
        profile = load_profile(library, content)
        signoff = load_signoff(library, folder, profile)
        today = date.today()  # noqa: DTZ011 - the date on the clinician's own calendar
        for unit in dict.fromkeys((*units_of(library, folder, profile), *signoff.signatures)):
            signature = signoff.signatures.get(unit)
            reason = signature.reason(today, profile.approvals) if signature else "unsigned"
            counts = rules if unit.startswith(RULE) else standings
            counts[reason or str(Standing.SIGNED)] += 1
    except ContentError as error:
        faults += error.faults
    return Installation(
        version=version_here(),
        mark=program_digest(),
        python=sys.version.split()[0],
        content=str(folder.absolute()),
        content_version=version,
        places=tuple(_places(content)),
        set_by=VARIABLE if VARIABLE in os.environ else "",
        profile=profile,
        cache=cache_folder() or "",
        printers=list_printers(),
        standings=tuple(sorted(standings.items())),
        rules=tuple(sorted(rules.items())),
        faults=tuple(faults),
        libraries=tuple(_other_versions()),
    )


_NEEDED = re.compile(r"# what the (program|page in a browser) needs\n(.*?)(?:\n\n|\Z)", re.DOTALL)


def _other_versions() -> Iterator[OtherVersion]:
    """Hold what is installed against the constraints.txt that ships; what is not needed here."""
    text = tested_pins().decode()
    lines = "\n".join(section[2] for section in _NEEDED.finditer(text)).splitlines()
    tested = dict(line.lower().split("==") for line in lines if "==" in line)
    for name, found in installed(tested).items():
        if found != tested[name]:
            yield OtherVersion(name, found, tested[name])


def _places(content: str | None) -> Iterator[ProfilePlace]:
    used = find_profile(content)
    for path in profile_paths(content):
        if used is not None and Path(path) == used:
            found = "used" if os.path.lexists(path) else "named, and not there"
        else:
            found = "there, not used" if os.path.lexists(path) else "nothing"
        yield ProfilePlace(str(Path(path).absolute()), found)


# ------------------------------------------------------------------ for programs, for people
def record(found: Installation) -> Record:
    """Return it for a program."""
    profile = found.profile
    return {
        "version": found.version,
        "released": not standing_of(found.version),
        "program": found.mark,
        "python": found.python,
        "content": {"folder": found.content, "version": found.content_version},
        "profile": {
            "set_by": found.set_by,
            "looked_for": [{"path": one.path, "found": one.found} for one in found.places],
            "name": profile.name,
            "require_signed": profile.require_signed,
            "approvals": profile.approvals,
            "reviewers": [one.name for one in profile.reviewers],
            "announce_expiry_days": profile.announce_expiry,
            "review_months": profile.review_months,
            "share": GROUP if profile.shared else OWNER,
            "output": profile.output,
            "file_name": profile.file_name,
            "printer": profile.printer,
            "tray": profile.tray,
        },
        "libraries": {
            one.name: {"installed": one.installed, "tested": one.tested} for one in found.libraries
        },
        "cache": found.cache,
        "printers": {
            "names": list(found.printers.names),
            "usual": found.printers.usual,
            "problem": found.printers.problem,
        },
        "signoff": {"blocks": dict(found.standings), "rules": dict(found.rules)},
        "faults": [str(fault) for fault in found.faults],
    }


def text(found: Installation, width: int | None) -> str:
    """Say it in a table, and what is broken below."""
    rows = [
        ["program", _program(found)],
        *_library_rows(found.libraries),
        ["content", found.content],
        ["", f"version {found.content_version[:8]}" if found.content_version else "broken"],
        *_profile_rows(found),
        *_desk_rows(found.profile, found.printers),
        ["cache", found.cache or "none: nothing is kept"],
        ["printers", _printers(found.printers)],
        ["sign-off", f"units to sign (blocks, labels and others): {_counts(found.standings)}"],
        ["", f"rules of safety: {_counts(found.rules)}"],
        ["", f"words are reviewed every {age_text(found.profile.review_months)}"],
    ]
    parts = [table(("", "found"), rows, width), *map(str, found.faults)]
    return "\n".join(parts)


def _program(found: Installation) -> str:
    standing = standing_of(found.version)
    version = f"{found.version} ({standing})" if standing else found.version
    return f"handout {version}, mark {found.mark[:SHOWN]}, Python {found.python}"


def _library_rows(libraries: tuple[OtherVersion, ...]) -> Iterator[list[str]]:
    if not libraries:
        yield ["", "libraries: the tested versions"]
        return
    for number, one in enumerate(libraries):
        bytes_differ = "; leaflets may differ in their bytes" if one.shapes else ""
        words = f"{one.name} {one.installed}, tested with {one.tested}{bytes_differ}"
        yield ["" if number else "libraries", words]


def _profile_rows(found: Installation) -> Iterator[list[str]]:
    if found.set_by and not found.places:
        yield ["profile", f"none: {found.set_by} is empty"]
    for number, one in enumerate(found.places):
        yield ["" if number else "profile", f"{one.path}: {one.found}"]
    used = any(one.found == "used" for one in found.places)
    if found.places and not used:
        yield ["", "no profile was found: leaflets name no service"]
    profile = found.profile
    if found.faults and used:
        yield ["", "not read: what is wrong is said below"]
    elif profile != NOBODY:
        roll = (
            f"{len(profile.reviewers)} reviewers" if profile.reviewers else "no roll of reviewers"
        )
        asks = "only signed words are printed" if profile.require_signed else "drafts are printed"
        yield ["", f"{profile.name or 'no name'}; {asks}; {profile.approvals} to approve; {roll}"]


def _desk_rows(profile: Profile, printers: Printers) -> Iterator[list[str]]:
    """Say what the profile says of leaflets on this desk, and whether its printer is here."""
    said = [f"can be read by {'their group' if profile.shared else 'their owner alone'}"]
    said += [f"go to {profile.output}"] if profile.output else []
    said += [f"are named {profile.file_name}"] if profile.file_name else []
    yield ["leaflets", ", ".join(said)]
    if not profile.printer:
        return
    tray = f", tray {profile.tray}" if profile.tray else ""
    known = printers.problem or profile.printer in printers.names
    missing = "" if known else ": it is not here (`lpstat -e` lists the printers)"
    yield ["", f"go to the printer {profile.printer}{tray}{missing}"]


def _printers(printers: Printers) -> str:
    if printers.problem:
        return printers.problem
    usual = f"; usual: {printers.usual}" if printers.usual else ""
    return (", ".join(printers.names) or "none") + usual


def _counts(counts: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts) or "none known"
