"""Goes in: `advice.csv`. Comes out: the `Matrix`, and a fault for every odd row and cell."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from handouts.errors import Origin, did_you_mean
from handouts.model import Matrix
from handouts.records import LEVELS

if TYPE_CHECKING:
    from handouts.reader import Reader
    from handouts.records import Known
    from handouts.vocabulary import Level

_BASELINE, _NOT_ASKED = "(baseline)", "(not asked)"


def parse_matrix(reader: Reader, name: str, raw: bytes, known: Known) -> Matrix:
    """Read a row for the baseline, each status in brackets, `(not asked)`, and each flag.

    Rows that are missing or wrong are noted as faults of the file `name`.
    """
    table = csv.reader(io.StringIO(_text(reader, name, raw)))
    header = next(table, [])
    columns = [column.strip() for column in header[1:]]
    for column in known.classes:
        if column not in columns:
            reader.fault(f"no column `{column}`", Origin(name, 1))
    wanted = {_BASELINE, _NOT_ASKED, *(f"({s})" for s in known.statuses), *known.flags}
    rows: dict[str, dict[str, Level]] = {}
    for cells in table:
        origin = Origin(name, table.line_num)
        label = cells[0].strip() if cells else ""
        if label not in wanted or label in rows:
            reader.fault(f"unexpected row `{label}`", origin, hint=did_you_mean(label, wanted))
        rows[label] = _levels(reader, origin, columns, cells)
    for label in sorted(wanted - set(rows)):
        reader.fault(f"no row `{label}`", Origin(name, 1))
    return Matrix(
        classes=known.classes,
        baseline=rows.get(_BASELINE, {}),
        statuses={status: rows.get(f"({status})", {}) for status in known.statuses},
        not_asked=rows.get(_NOT_ASKED, {}),
        flags={flag: rows.get(flag, {}) for flag in known.flags},
    )


def _text(reader: Reader, name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        reader.fault("not UTF-8 text", Origin(name, line), hint="save the file as UTF-8")
        return ""


def _levels(
    reader: Reader, origin: Origin, columns: list[str], cells: list[str]
) -> dict[str, Level]:
    """Read one row; only the rows in brackets (but the baseline) may have empty cells."""
    label = cells[0].strip() if cells else ""
    may_be_empty = label.startswith("(") and label != _BASELINE
    levels = {}
    for column, cell in zip(columns, [*cells[1:], *[""] * len(columns)], strict=False):
        word = cell.strip()
        if word in LEVELS:
            levels[column] = LEVELS[word]
        elif word or not may_be_empty:
            reader.fault(f"expected ok, ask or avoid, got `{word}`", origin, f"{label}.{column}")
    return levels
