"""Goes in: `advice.csv`. Comes out: the `Matrix`, and a fault for every odd row and cell."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from handouts.errors import Origin, did_you_mean
from handouts.model import Matrix
from handouts.records import LEVELS
from handouts.system.files import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.reader import Reader
    from handouts.records import Known
    from handouts.vocabulary import Level

_BASELINE, _NOT_ASKED = "(baseline)", "(not asked)"


def parse_matrix(reader: Reader, name: str, raw: bytes, known: Known) -> Matrix:
    """Read a row for the baseline, each status in brackets, `(not asked)`, and each flag.

    Rows that are missing or wrong are noted as faults of the file `name`.
    """
    lines = list(_lines(reader, name, raw))
    header = lines[0][1] if lines else []
    columns = [column.strip() for column in header[1:]]
    for column in known.classes:
        if column not in columns:
            reader.fault(f"no column `{column}`", Origin(name, 1))
    wanted = {_BASELINE, _NOT_ASKED, *(f"({s})" for s in known.statuses), *known.flags}
    rows: dict[str, dict[str, Level]] = {}
    for origin, cells in lines[1:]:
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


def _lines(reader: Reader, name: str, raw: bytes) -> Iterator[tuple[Origin, list[str]]]:
    """Read the lines of the table, down to one that is none."""
    if len(raw) > MOST_BYTES:
        reader.fault(f"larger than {MOST_BYTES} bytes", Origin(name, 1), hint="split the file")
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        reader.fault("not UTF-8 text", Origin(name, line), hint="save the file as UTF-8")
        return
    table = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in table:
            yield Origin(name, table.line_num), cells
    except csv.Error as error:
        origin = Origin(name, table.line_num)
        reader.fault(f"not CSV: {error}", origin, hint="save the file as CSV UTF-8")


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
