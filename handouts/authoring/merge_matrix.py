"""Merge the matrix of advice cell by cell, new rows and new columns included: `merge_matrix`.

A level that nobody has decided, such as that of a service's own flag for a class that came with
the new content, becomes `?`, which makes no leaflet until a person writes a level.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, TypeVar

from handouts.authoring.merge_lines import conflict_lines
from handouts.authoring.three_way import EntryChange, Who, compare_file, who_changed
from handouts.content.parse_records import UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.authoring.entry_lines import CutFile, EntryPath
    from handouts.authoring.three_way import Compared, Versions


MATRIX = "advice.csv"
_NEVER, _COLUMN = "never:", "column"
_Name = TypeVar("_Name", str, "EntryPath")
_Cells = dict[str, str]
_Sides = list["_Cells | None"]
"""A row in the base, in the service's table and in the new one; None where it has none."""


def merge_matrix(versions: Versions, new_name: str) -> tuple[str, tuple[EntryChange, ...]]:
    """Return the merged table, and what differs: rows, each for whoever changed it, and columns.

    Raises ContentError for a version that is no CSV.
    """
    compared = compare_file(MATRIX, versions)
    cuts = (compared.base, compared.own, compared.new)
    heads = [_head(one) for one in cuts]
    tables = [
        {one.path: _cells(head, one.value) for one in cut.pieces[1:]}
        for head, cut in zip(heads, cuts, strict=True)
    ]
    columns = merged_order(*heads)
    as_it_was = columns == heads[1]
    lines = {one.path: list(one.lines) for one in compared.own.pieces}
    text = [joined(columns)] if not as_it_was else list(compared.own.pieces[0].lines)
    changes = list(_column_changes(heads, tables))
    order = merged_order(*(list(table) for table in tables))
    order += [path for path in tables[0] if path not in order]
    common = [one for one in columns[1:] if all(one in head for head in heads)]
    for path in order:
        sides = [table.get(path) for table in tables]
        found = list(_row_changes(path, sides, common, _line(compared, path)))
        changes += found
        row = _written(columns, sides, new_name, found)
        untouched = as_it_was and row == [joined(_row(columns, sides[1]))]
        text += lines[path] if untouched else row
    return "".join(f"{one}\n" for one in text), tuple(changes)


def _head(cut: CutFile) -> list[str]:
    value = cut.pieces[0].value if cut.pieces else []
    return [str(one) for one in value] if isinstance(value, list) else []


def _cells(head: Sequence[str], value: object) -> _Cells:
    return dict(zip(head, map(str, value if isinstance(value, list) else ()), strict=False))


def _line(compared: Compared, path: EntryPath) -> int:
    pieces = (*compared.own.pieces, *compared.new.pieces)
    return next((one.line for one in pieces if one.path == path), 1)


def merged_order(base: Sequence[_Name], own: Sequence[_Name], new: Sequence[_Name]) -> list[_Name]:
    """Order what is left of three lists as the service has it, what is new behind its neighbour."""
    result = [one for one in own if one in new or one not in base]
    before = -1
    for one in new:
        if one not in result and one not in base:
            result.insert(before + 1, one)
        if one in result:
            before = result.index(one)
    return result


# ------------------------------------------------------------------ what differs
def _column_changes(
    heads: Sequence[Sequence[str]], tables: Sequence[dict[EntryPath, _Cells]]
) -> Iterator[EntryChange]:
    for column in dict.fromkeys(one for head in heads for one in head[1:]):
        if all(column in head for head in heads):
            continue
        levels = [
            {path[-1]: cells.get(column, "") for path, cells in table.items()}
            if column in head
            else None
            for head, table in zip(heads, tables, strict=True)
        ]
        if who := who_changed(levels):
            base, own, new = levels
            yield EntryChange(
                file=MATRIX, path=(_COLUMN, column), who=who, base=base, own=own, new=new, line=1
            )


def _row_changes(
    path: EntryPath, sides: _Sides, columns: Sequence[str], line: int
) -> Iterator[EntryChange]:
    """Yield a change for each side that changed cells, with those cells alone."""
    if any(one is None for one in sides):
        whole = [_only(one, columns) for one in sides]
        if who := who_changed(whole):
            base, own, new = whole
            yield EntryChange(
                file=MATRIX, path=path, who=who, base=base, own=own, new=new, line=line
            )
        return
    by_who: dict[Who, list[str]] = {}
    for column in columns:
        if who := who_changed([side.get(column) for side in sides if side is not None]):
            by_who.setdefault(who, []).append(column)
    for who, some in by_who.items():
        base, own, new = (_only(one, some) for one in sides)
        yield EntryChange(file=MATRIX, path=path, who=who, base=base, own=own, new=new, line=line)


def _only(cells: _Cells | None, columns: Sequence[str]) -> _Cells | None:
    return None if cells is None else {one: cells.get(one, "") for one in columns}


# ------------------------------------------------------------------ what is written
def _written(
    columns: Sequence[str], sides: _Sides, new_name: str, found: Sequence[EntryChange]
) -> list[str]:
    """Return the lines of a row: one, none, or three between marks where both changed a cell."""
    base, own, new = sides
    if not any(one.who is Who.BOTH for one in found):
        gone = base is not None and (own is None or new is None)
        return [] if gone else [joined(_row(columns, _merged(columns, sides)))]
    # What only one side changed is the same in all three rows.
    settled = {} if None in sides else _merged(columns, sides)
    rows = [[] if one is None else [joined(_row(columns, {**one, **settled}))] for one in sides]
    return list(conflict_lines(rows[1], rows[0], rows[2], new_name))


def _merged(columns: Sequence[str], sides: _Sides) -> _Cells:
    return {one: cell for one in columns if (cell := _cell(one, sides)) is not None}


def _cell(column: str, sides: _Sides) -> str | None:
    """Return a cell that is settled; None where no side has it or both changed it."""
    base, own, new = (side.get(column) if side is not None else None for side in sides)
    if own is None or new is None or own == new:
        return new if own is None else own
    if own == base:
        return new
    return own if new == base else None


def _row(columns: Sequence[str], cells: _Cells | None) -> list[str]:
    known = cells or {}
    return [known.get(one, "avoid" if one.startswith(_NEVER) else UNDECIDED) for one in columns]


def joined(cells: Sequence[str]) -> str:
    """Write the cells of a row as a line of a table."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
