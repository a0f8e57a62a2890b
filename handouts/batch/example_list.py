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

    from handouts.content.topic import Topic


_HEAD = ("row id", "region", "status", "flags", "screened", "name", "date", "copies")


def write_starter(topic: Topic, name: str) -> Path:
    """Write a worklist of the kind that its name says; raises OutputError if there is a file."""
    rows = _rows(topic)
    if os.path.lexists(name):
        message = f"`{name}` already exists"
        raise OutputError(Fault(message=message, hint="give the new worklist another name"))
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name as typed
    if suffix in (".csv", ".tsv", ".txt"):
        content = _csv(rows, "\t" if suffix == ".tsv" else ",")
    elif suffix in (".jsonl", ".ndjson"):
        named = (dict(zip(_HEAD, row, strict=True)) for row in rows)
        content = "".join(json.dumps(row) + "\n" for row in named).encode()
    elif suffix == ".xlsx":
        from handouts.batch.workbook import workbook  # noqa: PLC0415 - only this kind needs it

        content = workbook((_HEAD, *rows))
    else:
        hint = "use a name that ends in .csv, .tsv, .xlsx or .jsonl"
        raise unreadable_error(name, "a template of its kind is not written", hint)
    return write_file(name, content)


def _rows(topic: Topic) -> tuple[tuple[str, ...], ...]:
    """Return the examples; no row with such an id or name is printed, so that nobody gets one."""
    return tuple(
        (
            f"example-{number}",
            row.region,
            row.status,
            " ".join(row.flags),
            "yes" if row.screened else "no",
            EXAMPLE,
            "",
            str(row.copies),
        )
        for number, row in enumerate(topic.starter, 1)
    )


def _csv(rows: tuple[tuple[str, ...], ...], delimiter: str) -> bytes:
    """Write rows with the mark that tells Excel the encoding."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows((_HEAD, *rows))
    return text.getvalue().encode("utf-8-sig")
