"""Write a worklist to start from, with examples to write over: `write_starter`."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING

from handouts.batch.file_kinds import unreadable_error
from handouts.batch.row_ids import EXAMPLE
from handouts.errors import Fault, OutputError
from handouts.system.files import write_file

if TYPE_CHECKING:
    from pathlib import Path


_HEAD = ("row id", "region", "status", "flags", "screened", "name", "date", "copies")
_ROWS = (
    ("example-1", "neck", "acute", "", "yes", EXAMPLE, "", "1"),
    ("example-2", "lumbar", "chronic", "gi-ulcer asthma", "yes", EXAMPLE, "", "1"),
    ("example-3", "thoracic", "acute", "", "no", EXAMPLE, "", "2"),
)
"""No row with such an id or name is printed: nobody is to get the leaflet of an example."""


def write_starter(name: str) -> Path:
    """Write a worklist of the kind that its name says; raises OutputError if there is a file."""
    if os.path.lexists(name):
        message = f"`{name}` already exists"
        raise OutputError(Fault(message=message, hint="give the new worklist another name"))
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name as typed
    if suffix in (".csv", ".tsv", ".txt"):
        content = _csv("\t" if suffix == ".tsv" else ",")
    elif suffix in (".jsonl", ".ndjson"):
        rows = (dict(zip(_HEAD, row, strict=True)) for row in _ROWS)
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    elif suffix == ".xlsx":
        from handouts.batch.workbook import workbook  # noqa: PLC0415 - only this kind needs it

        content = workbook((_HEAD, *_ROWS))
    else:
        hint = "use a name that ends in .csv, .tsv, .xlsx or .jsonl"
        raise unreadable_error(name, "a template of its kind is not written", hint)
    return write_file(name, content)


def _csv(delimiter: str) -> bytes:
    """Write rows with the mark that tells Excel the encoding."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows((_HEAD, *_ROWS))
    return text.getvalue().encode("utf-8-sig")
