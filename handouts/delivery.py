"""Goes in: a leaflet, a format and a place. Comes out: its bytes at that place, and notes on it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.content.look import LOOK_FIELDS
from handouts.errors import Fault, OutputError, RequestError
from handouts.fastpath.atomic import write_all
from handouts.fastpath.rerun import OUTPUT
from handouts.system.files import write_file, write_numbered

if TYPE_CHECKING:
    from handouts.selection.request import Request


def refuse_folding(request: Request, kind: str) -> None:
    """Raise RequestError for what only a PDF can be, such as a booklet."""
    look = request.look
    asked = [f"--{one.name}" for one in LOOK_FIELDS if one.needs_pages and getattr(look, one.name)]
    if kind != "pdf" and asked:
        raise RequestError(
            Fault(
                message=f"{' and '.join(asked)} cannot go with --format {kind}, which has no pages",
                hint="leave one of the two out",
            )
        )


def deliver(
    content: bytes, request: Request, suffix: str, output: str | None, kind: str = ""
) -> Path | None:
    """Write where the caller asked, and give the path; no name of ours tells of the patient."""
    if output == "-":
        if sys.stdout is None:
            raise OutputError(
                Fault(message="standard output is closed", hint="name a file with -o")
            )
        write_all(sys.stdout.buffer.write, content)
        sys.stdout.flush()
        return None
    if output is not None:
        return write_file(output, content)
    return write_numbered(Path(OUTPUT), f"{kind}{stem_of(request)}", suffix, content)


def stem_of(request: Request) -> str:
    """Name a leaflet's file, but for its number."""
    return f"{request.region}-{request.status}-{request.date.isoformat()}"
