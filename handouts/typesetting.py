"""Goes in: a leaflet. Comes out: a tagged PDF. Galley, pages, ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.fastpath.name_slot import MARK
from handouts.footer import draw_footer
from handouts.metadata import Description
from handouts.pagination import paginate
from handouts.tagging import TaggedCanvas

if TYPE_CHECKING:
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.leaflet.tree import Leaflet
    from handouts.pages import PageLayout
    from handouts.pagination import Case
    from handouts.setter import Setter


def typeset_leaflet(leaflet: Leaflet, case: Case) -> TypesetPdf:
    """Set a leaflet; raises TypesettingError for a missing glyph or a part taller than a page."""
    layout = paginate(leaflet, case)
    page = layout.setter.style.page
    canvas = TaggedCanvas(
        size=(page.width, page.height),
        about=Description(title=leaflet.title, subject=leaflet.subject, language=leaflet.language),
        faces=case.faces.values(),
    )
    if MARK in leaflet.xhtml:
        canvas.reserve(case.faces[layout.setter.style.body.weight])
    count = len(layout.pages)
    for number, one in enumerate(layout.pages, 1):
        _draw_page(canvas, layout.setter, one)
        page_of = leaflet.page_of.format(page=number, pages=count)
        draw_footer(canvas, layout.setter, leaflet, page_of)
        canvas.end_page()
    pdf = canvas.finish(draft=bool(leaflet.draft))
    if leaflet.look.booklet:
        from handouts.booklet import impose  # noqa: PLC0415 - only a booklet needs pypdf

        return impose(pdf)
    return pdf


def _draw_page(canvas: TaggedCanvas, setter: Setter, page_layout: PageLayout) -> None:
    """Draw the frames, then what stands in them, in reading order."""
    page = setter.style.page
    left, top = page.margin, page.height - page.top
    for frame, above, height in page_layout.frames:
        canvas.artifact(frame.operators(left, top - above, page.content_width, height))
    for placed in page_layout.placed:
        placed.slab.flowable.draw(canvas, left, top - placed.top)
