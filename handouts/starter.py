"""Goes in: the name of a file. Comes out: a worklist to start from, with rows to write over."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING

from handouts.bounds import unreadable
from handouts.errors import Fault, OutputError
from handouts.system.files import write_file

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = ("row id", "region", "status", "flags", "screened", "name", "date", "copies")
_ROWS = (
    ("1", "neck", "acute", "", "yes", "", "", "1"),
    ("2", "lumbar", "chronic", "gi-ulcer asthma", "yes", "", "", "1"),
    ("3", "thoracic", "acute", "", "no", "", "", "2"),
)


def write_starter(name: str) -> Path:
    """Write a worklist of the kind that its name says; raises OutputError if there is a file."""
    if os.path.lexists(name):
        message = f"`{name}` is there already"
        raise OutputError(Fault(message=message, hint="give the new worklist another name"))
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name as typed
    if suffix in (".csv", ".tsv", ".txt"):
        content = _csv("\t" if suffix == ".tsv" else ",")
    elif suffix in (".jsonl", ".ndjson"):
        rows = (dict(zip(_HEAD, row, strict=True)) for row in _ROWS)
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    elif suffix == ".xlsx":
        from handouts.spreadsheets import workbook  # noqa: PLC0415 - only this kind needs it

        content = workbook((_HEAD, *_ROWS))
    else:
        raise unreadable(name, "its kind is not known", "name it .csv, .tsv, .xlsx or .jsonl")
    return write_file(name, content)


def _csv(delimiter: str) -> bytes:
    """Write rows with the mark that tells Excel the encoding."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows((_HEAD, *_ROWS))
    return text.getvalue().encode("utf-8-sig")
