"""Merge a service's own content with newer content that ships: `plan_merge`, `write_merge`.

Nothing is lost: what a service wrote stays, what is new is taken, and where both changed an entry
both are written down for a person to choose. Records of review and sign-off are left as they are.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.authoring.entry_lines import NUMBERED, decoded
from handouts.authoring.made_from import packed
from handouts.authoring.merge_lines import merged_text, renumbered
from handouts.authoring.merge_matrix import MATRIX, merge_matrix
from handouts.authoring.schemas import write_schemas
from handouts.authoring.three_way import Versions, Who, compare_file
from handouts.content.load import load_library
from handouts.content.stray import MADE_FROM, SCHEMAS
from handouts.errors import ContentError, Fault, HandoutsError, OutputError
from handouts.governance.load import load_signoff, units_of
from handouts.system.files import write_atomically, write_shared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from handouts.authoring.made_from import KnownContent
    from handouts.authoring.three_way import EntryChange


_MARK = b"\xef\xbb\xbf"
"""What some editors put before the first letter."""
_MERGED = (".yaml", ".csv")


class MergePlan(Struct, frozen=True, kw_only=True):
    """What differs between two contents, and the files that have both; nothing is written yet."""

    base: KnownContent | None
    """What both came from; None: it is not known, and nothing can be merged."""
    new: KnownContent
    changes: tuple[EntryChange, ...]
    files: Mapping[str, bytes | None]
    """The new bytes of each of the service's files that changes; None: it goes."""
    whole: tuple[str, ...]
    """Other files that both sides changed: the service's stays."""

    @property
    def conflicts(self) -> tuple[EntryChange, ...]:
        """What both sides changed, each otherwise."""
        return tuple(one for one in self.changes if one.who is Who.BOTH)

    @property
    def with_conflicts(self) -> tuple[EntryChange, ...]:
        """The rows of tables, changed by one side, that are about an entry which both changed.

        Which of them is right follows from what is kept of the entry.
        """
        names = {one.name for one in self.conflicts}
        return tuple(
            one
            for one in self.changes
            if one.who in (Who.NEW, Who.OWN)
            and one.file.endswith(".csv")
            and names & set(_words_of(one))
        )


def _words_of(change: EntryChange) -> list[str]:
    """Return all ids that the cells of a row may name."""
    values = (change.base, change.own, change.new)
    cells = [str(cell) for one in values if isinstance(one, list) for cell in one]
    return re.split(r"[\s;,]+", " ".join((*change.path, *cells)))


def plan_merge(base: KnownContent | None, own: KnownContent, new: KnownContent) -> MergePlan:
    """Compare all files and work out the merged ones; raises ContentError for one with a fault."""
    changes: list[EntryChange] = []
    files: dict[str, bytes | None] = {}
    whole: list[str] = []
    known = base.files if base else {}
    for name in dict.fromkeys((*own.files, *new.files, *known)):
        versions = Versions(known.get(name), own.files.get(name), new.files.get(name))
        if versions.own == versions.new:
            continue
        if name.endswith(_MERGED):
            found, merged = _merged(name, versions, new.name)
            changes += found
        elif versions.own == versions.base:
            merged = versions.new
        else:
            merged = versions.own
            whole += [name] if base and versions.new != versions.base else []
        if merged != versions.own:
            files[name] = merged
    return MergePlan(base=base, new=new, changes=tuple(changes), files=files, whole=tuple(whole))


def _merged(
    name: str, versions: Versions, new_name: str
) -> tuple[tuple[EntryChange, ...], bytes | None]:
    if name == MATRIX and versions.own is not None and versions.new is not None:
        text, changes = merge_matrix(versions, new_name)
    else:
        compared = compare_file(name, versions)
        text, changes = merged_text(compared, new_name), compared.changes
        if name in NUMBERED:
            text = renumbered(text)
    if not text.strip():
        return changes, None
    own = versions.own
    if own is None:
        return changes, text.encode()
    if text == decoded(own) or text == f"{decoded(own)}\n":
        return changes, own
    if b"\r\n" in own:
        text = text.replace("\n", "\r\n")
    return changes, (_MARK if own.startswith(_MARK) else b"") + text.encode()


# ------------------------------------------------------------------ writing
def write_merge(plan: MergePlan, folder: Path, into: Path) -> None:
    """Write the merged content into a new folder, whole or not at all; raises OutputError."""
    if into.exists():
        hint = "name a folder that is not there yet"
        raise OutputError(Fault(message=f"`{into}` is there already", hint=hint))
    partial = into.with_name(f".{into.name}.unfinished")
    try:
        if partial.exists():
            shutil.rmtree(partial)
        shutil.copytree(folder, partial, ignore=shutil.ignore_patterns(".git"))
        _write_files(plan, partial)
        os.rename(partial, into)  # noqa: PTH104 - both names are given
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        fault = Fault(message=f"cannot write `{into}`: {reason}", hint="name another folder")
        raise OutputError(fault) from error


def write_in_place(plan: MergePlan, folder: Path) -> Path:
    """Pack the folder as it is into an archive beside it, then write; return the archive.

    Raises OutputError; nothing is written where the archive cannot be.
    """
    backup = _free(folder.resolve())
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and inside.parts[0] != ".git":
                archive.write(path, inside.as_posix())
    write_atomically(backup, held.getvalue(), expect=None, hint="make its folder writable")
    _write_files(plan, folder)
    return backup


def _free(folder: Path) -> Path:
    number = 1
    while (path := folder.with_name(f"{folder.name}-before-merge-{number}.zip")).exists():
        number += 1
    return path


def _write_files(plan: MergePlan, folder: Path) -> None:
    for name, raw in plan.files.items():
        if raw is None:
            (folder / name).unlink()
        else:
            write_shared(folder / name, raw)
    # Last: whoever is interrupted before compares with the old base again.
    write_shared(folder / MADE_FROM, packed(plan.new))
    if (folder / SCHEMAS).is_dir() and not plan.conflicts:
        write_schemas(folder, folder / SCHEMAS)


# ------------------------------------------------------------------ what must be signed again
class UnitState(Struct, frozen=True):
    """The units of a content and those that somebody signed; none where it cannot be read."""

    digests: Mapping[str, str]
    signed: frozenset[str]


class ToSign(Struct, frozen=True):
    """What the merged content asks of those who sign, or why that cannot be said yet."""

    changed: tuple[str, ...] = ()
    """Units that are not as they were in the service's content before."""
    signed: tuple[str, ...] = ()
    """Those of them that somebody had signed."""
    faults: tuple[str, ...] = ()
    """All that keeps the merged content from being read; empty where it is sound."""


def unit_state(folder: Path) -> UnitState:
    """Read the units of a content, before a merge changes them."""
    try:
        library = load_library(folder, older=True)
        digests = {name: one.digest for name, one in units_of(library, folder).items()}
        return UnitState(digests, frozenset(load_signoff(library, folder).signatures))
    except ContentError:
        return UnitState({}, frozenset())


def to_sign(before: UnitState, after: Path) -> ToSign:
    """Compare every unit that is signed, in the content before and after a merge."""
    try:
        library = load_library(after)
        now = {name: one.digest for name, one in units_of(library, after).items()}
    except HandoutsError as error:
        return ToSign(faults=tuple(map(str, error.faults)))
    names = dict.fromkeys((*now, *before.digests))
    changed = [one for one in names if now.get(one) != before.digests.get(one)]
    return ToSign(tuple(changed), tuple(one for one in changed if one in before.signed))
