"""Goes in: a leaflet, a format and a place. Comes out: its bytes at that place, and notes on it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.errors import Fault, OutputError, RequestError, SelectionError
from handouts.output import write_all, write_file, write_numbered
from handouts.vocabulary import PAGES_OF_A_SHEET

if TYPE_CHECKING:
    from handouts.leaflet import Leaflet
    from handouts.model import Request
    from handouts.pipeline import Workshop
    from handouts.slots import TypesetPdf

OUTPUT = "output"
"""The folder, below the current one, for leaflets that nobody named a file for."""


def render(
    workshop: Workshop, request: Request, leaflet: Leaflet, kind: str
) -> tuple[bytes, list[str]]:
    """Make the bytes, and what to say about them; best of a general leaflet."""
    if kind == "html":
        from handouts.html import render_html  # noqa: PLC0415 - only HTML needs it

        return render_html(leaflet, workshop.library.figures).encode(), []
    if kind == "text":
        from handouts.plaintext import render_text  # noqa: PLC0415 - only text needs it

        return render_text(leaflet).encode(), []
    pdf = _named(workshop, request, leaflet)
    return pdf.content, [_size_of(pdf.pages, booklet=request.booklet)]


def _size_of(pages: int, *, booklet: bool) -> str:
    if booklet:
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


def _named(workshop: Workshop, request: Request, leaflet: Leaflet) -> TypesetPdf:
    """Typeset the general leaflet and put the name in, just as a batch does."""
    from handouts.bodies import general, typed_faults  # noqa: PLC0415 - only PDF needs it
    from handouts.letters import letters_of  # noqa: PLC0415 - only PDF needs it
    from handouts.pipeline import prepare, typeface, typeset  # noqa: PLC0415 - only PDF needs it
    from handouts.slots import MARK, TypesetPdf, fill  # noqa: PLC0415 - only PDF needs it
    from handouts.style import BODY_WEIGHT  # noqa: PLC0415 - only PDF needs it

    if faults := typed_faults(request):
        raise SelectionError(*faults)
    if request.name and MARK not in leaflet.xhtml:
        leaflet = prepare(workshop, general(request))
    body = typeset(workshop, leaflet)
    if not request.name:
        return body
    content = fill(body, request.name, letters_of(typeface()[BODY_WEIGHT], request.name))
    if content is None:
        return typeset(workshop, prepare(workshop, request))
    return TypesetPdf(content, body.pages, draft=body.draft)


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
    stem = f"{kind}{request.region}-{request.status}-{request.date.isoformat()}"
    return write_numbered(Path(OUTPUT), stem, suffix, content)
