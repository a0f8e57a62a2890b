"""Goes in: a leaflet, a format and a place. Comes out: its bytes at that place, and notes on it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.disk import write_all
from handouts.errand import OUTPUT
from handouts.errors import Fault, OutputError, RequestError
from handouts.output import write_file, write_numbered

if TYPE_CHECKING:
    from handouts.leaflet import Leaflet
    from handouts.model import Request
    from handouts.pipeline import Publisher
    from handouts.slots import TypesetPdf


def render(
    publisher: Publisher, request: Request, leaflet: Leaflet, kind: str
) -> tuple[bytes, list[str]]:
    """Make the bytes of a leaflet, and what to say about them."""
    if kind == "html":
        from handouts.html import render_html  # noqa: PLC0415 - only HTML needs it

        return render_html(leaflet, publisher.library.figures).encode(), []
    if kind == "text":
        from handouts.plaintext import render_text  # noqa: PLC0415 - only text needs it

        return render_text(leaflet).encode(), []
    from handouts.pipeline import typeset  # noqa: PLC0415 - only PDF needs it

    pdf = typeset(publisher, leaflet)
    return pdf.content, [size_of(pdf, request)]


def size_of(pdf: TypesetPdf, request: Request) -> str:
    """Say how much paper a leaflet takes."""
    pages = pdf.pages
    if request.booklet:
        from handouts.booklet import PAGES_OF_A_SHEET  # noqa: PLC0415 - it needs pypdf

        sheets = "1 sheet" if pages == PAGES_OF_A_SHEET else f"{pages // PAGES_OF_A_SHEET} sheets"
        return f"{pages} pages on {sheets}; print on both sides, turned on the short edge, and fold"
    return "1 side" if pages == 1 else f"{pages} sides"


def refuse_folding(request: Request, kind: str) -> None:
    """Raise RequestError for what only a PDF can be: a booklet, or an even number of sides."""
    asked = [f"--{word}" for word in ("booklet", "duplex") if getattr(request, word)]
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
