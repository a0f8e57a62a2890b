"""Compare two versions of a content file with the one that both came from: `compare_file`.

Entry by entry: what only one side changed is taken, the same change of both is taken once, and
what both changed otherwise is a conflict that a person settles. Fields of one entry are never
mixed: nobody would have read the sentence and its condition together.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.authoring.entry_lines import HEAD, CutEntry, CutFile, cut_table, cut_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.authoring.entry_lines import EntryPath


class Who(StrEnum):
    """Who changed an entry since both sides were the same."""

    NEW = "new"
    OWN = "own"
    ALIKE = "alike"
    BOTH = "both"


ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class EntryChange(Struct, frozen=True, kw_only=True):
    """An entry that is not the same in all three versions; a version without it has None."""

    file: str
    path: EntryPath
    who: Who
    base: object = None
    own: object = None
    new: object = None
    line: int = 0
    """Its line in the service's own file, or in the new one."""

    @property
    def name(self) -> str:
        """Name the entry as a person would look for it."""
        holder, *own = self.path
        return " ".join(own) or holder

    def how(self, side: object) -> str:
        """Say what one side did: added, removed or changed; empty where it did nothing."""
        if side == self.base:
            return ""
        if self.base is None:
            return ADDED
        return REMOVED if side is None else CHANGED

    @property
    def what(self) -> str:
        """Say what the side did that did something."""
        return self.how(self.own if self.who is Who.OWN else self.new)


class Versions(Struct, frozen=True):
    """The bytes of one file in three versions; None where there is none."""

    base: bytes | None
    own: bytes | None
    new: bytes | None


class Compared(Struct, frozen=True):
    """One file, cut in all three versions, and what differs."""

    base: CutFile
    own: CutFile
    new: CutFile
    changes: tuple[EntryChange, ...]


_EMPTY = CutFile((), ())


def compare_file(file: str, versions: Versions) -> Compared:
    """Compare a YAML file or a table; raises ContentError for a version that is neither."""
    raws = [versions.base, versions.own, versions.new]
    cut = cut_table if file.endswith(".csv") else cut_yaml
    found = iter(cut(file, [raw for raw in raws if raw is not None]))
    base, own, new = (_EMPTY if raw is None else next(found) for raw in raws)
    return Compared(base, own, new, tuple(_changes(file, base, own, new)))


def by_path(cut: CutFile) -> dict[EntryPath, CutEntry]:
    """Return the entries of a file by their paths."""
    return {one.path: one for one in cut.pieces}


def _changes(file: str, base: CutFile, own: CutFile, new: CutFile) -> Iterator[EntryChange]:
    sides = [by_path(one) for one in (base, own, new)]
    for path in dict.fromkeys(path for side in (sides[1], sides[2], sides[0]) for path in side):
        if path[-1] == HEAD:
            continue
        values = [side[path].value if path in side else None for side in sides]
        if who := who_changed(values):
            shown = sides[1].get(path) or sides[2].get(path)
            yield EntryChange(
                file=file, path=path, who=who, base=values[0], own=values[1], new=values[2],
                line=shown.line if shown else 1,
            )  # fmt: skip


def who_changed(values: Sequence[object]) -> Who | None:
    """Say who changed a value of base, own and new; None where all are the same."""
    base, own, new = values
    if own == new:
        return None if own == base else Who.ALIKE
    if own == base:
        return Who.NEW
    return Who.OWN if new == base else Who.BOTH


# ------------------------------------------------------------------ what differs inside an entry
_FieldText = tuple[str, str]
"""A key of an entry, or "" for one without keys, and what it says on one line."""


def fields_that_differ(*values: object) -> list[tuple[str, list[str]]]:
    """List the keys whose values are not the same everywhere, with what each version says."""
    told = [dict(_fields(value)) for value in values]
    keys = dict.fromkeys(key for one in told for key in one)
    rows = [(key, [one.get(key, "") for one in told]) for key in keys]
    return [(key, row) for key, row in rows if len(set(row)) > 1]


def _fields(value: object) -> Iterator[_FieldText]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _field(str(key), inner)
        case None:
            return
        case _:
            yield "", _told(value)


def _field(key: str, value: object) -> Iterator[_FieldText]:
    """Yield a field; a list of texts is one for each text, so that a long one can be compared."""
    if isinstance(value, list) and value and not any(_is_id(one) for one in value):
        for number, one in enumerate(value, 1):
            yield f"{key} {number}", _told(one)
    else:
        yield key, _told(value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_ID


_LONGEST_ID = 20
"""The most letters of what is an id in a list, and no text."""


def _told(value: object) -> str:
    match value:
        case dict():
            return "; ".join(f"{key}: {_told(one)}" for key, one in value.items())
        case list():
            return ", ".join(_told(one) for one in value)
    return " ".join(str(value).split())
