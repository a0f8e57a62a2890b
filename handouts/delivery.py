"""Goes in: a leaflet, a format and a place. Comes out: its bytes at that place, and notes on it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError, SelectionError, TypesettingError
from handouts.output import write_all, write_file, write_numbered

if TYPE_CHECKING:
    from handouts.leaflet import Leaflet
    from handouts.model import Request
    from handouts.pipeline import Workshop

OUTPUT = "output"
"""The folder, below the current one, for leaflets that nobody named a file for."""


def render(
    workshop: Workshop, request: Request, leaflet: Leaflet, kind: str
) -> tuple[bytes, list[str]]:
    """Make the bytes, and what to say about them."""
    if kind == "html":
        from handouts.html import render_html  # noqa: PLC0415 - only HTML needs it

        return render_html(leaflet, workshop.library.figures).encode(), []
    if kind == "text":
        from handouts.plaintext import render_text  # noqa: PLC0415 - only text needs it

        return render_text(leaflet).encode(), []
    from handouts.pipeline import typeset  # noqa: PLC0415 - only PDF needs it

    _check_typed("name", request.name)
    _check_typed("note", request.note)
    pdf = typeset(workshop, leaflet)
    return pdf.content, ["1 side" if pdf.pages == 1 else f"{pdf.pages} sides"]


def deliver(content: bytes, request: Request, suffix: str, output: str | None) -> Path | None:
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
    stem = f"{request.region}-{request.status}-{request.date.isoformat()}"
    return write_numbered(Path(OUTPUT), stem, suffix, content)


def _check_typed(what: str, text: str) -> None:
    """Refuse a text that cannot be set before typesetting does, whose message shows a character."""
    from handouts.pipeline import typeface  # noqa: PLC0415 - only PDF needs it

    faces = typeface()
    try:
        for word in text.split():
            for face in faces.values():
                face.shape(word)
    except TypesettingError:
        hint = "write it in Latin letters, or leave it out and write it by hand"
        raise SelectionError(
            Fault(message=f"the {what} has a character that the typeface lacks", hint=hint)
        ) from None
