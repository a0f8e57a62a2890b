"""Goes in: a leaflet. Comes out: a tagged PDF. Galley, pages, ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handouts.flowables import rectangle
from handouts.galley import FIRST_THING, Galley
from handouts.icons import load_icons
from handouts.leaflet import Run
from handouts.pages import break_pages
from handouts.paragraph import Text
from handouts.shaping import load_faces
from handouts.style import INK, MM, STYLES
from handouts.tagging import Glyphs, TaggedCanvas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from handouts.figures.pose import Figure
    from handouts.leaflet import Leaflet
    from handouts.pages import PageLayout, Slab
    from handouts.paragraph import Faces
    from handouts.style import Style, TextStyle


@dataclass(frozen=True, slots=True)
class TypesetPdf:
    """A finished PDF and its number of pages."""

    content: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class Case:
    """What every leaflet is set from: the faces, icons and figures."""

    faces: Faces
    figures: Mapping[str, Figure]
    templates: Path


def typeset_leaflet(leaflet: Leaflet, case: Case) -> TypesetPdf:
    """Set a leaflet; raises TypesettingError for a missing glyph or a part taller than a page."""
    style = STYLES[leaflet.paper]
    pages = _paginate(leaflet, style, case)
    canvas = TaggedCanvas(
        width=style.page.width,
        height=style.page.height,
        title=leaflet.title,
        subject=leaflet.subject,
        language=leaflet.language,
        faces=case.faces.values(),
    )
    for number, page in enumerate(pages, 1):
        _draw_page(canvas, style, page)
        _draw_footer(canvas, leaflet, style, case.faces, (number, len(pages)))
        canvas.end_page()
    return TypesetPdf(canvas.finish(), len(pages))


def _paginate(leaflet: Leaflet, style: Style, case: Case) -> list[PageLayout]:
    """Divide into pages: close the gaps of page 1 if it needs that, add the diary if there is room."""
    height = style.page.bottom - style.page.top
    width = style.page.content_width
    icons = load_icons(case.templates / "icons.yaml")

    def lay_out(*, tight: bool, diary: bool) -> list[PageLayout]:
        galley = Galley(leaflet, style, case.faces, icons, case.figures, tight=tight)
        return break_pages(galley.slabs(diary=diary), width, height)

    pages = lay_out(tight=False, diary=False)
    tight = not _first_thing_on_page_1(pages)
    if tight:
        closer = lay_out(tight=True, diary=False)
        tight = _first_thing_on_page_1(closer) or len(closer) < len(pages)
        pages = closer if tight else pages
    if not any(section.id == "diary" for section in leaflet.sections):
        return pages
    with_diary = lay_out(tight=tight, diary=True)
    return with_diary if len(with_diary) == len(pages) else pages


def _first_thing_on_page_1(pages: Sequence[PageLayout]) -> bool:
    names = [one.slab.name for page in pages for one in page.placed]
    if FIRST_THING not in names:
        return True
    return any(one.slab.name == FIRST_THING for one in pages[0].placed)


def _draw_page(canvas: TaggedCanvas, style: Style, page: PageLayout) -> None:
    """Draw the frames, then what stands in them, in reading order."""
    left, top = style.page.margin, style.page.height - style.page.top
    for frame, above, height in page.frames:
        canvas.artifact(frame.operators(left, top - above, style.page.content_width, height))
    for placed in page.placed:
        slab: Slab = placed.slab
        slab.flowable.draw(canvas, left + slab.left, top - placed.top)


def _draw_footer(
    canvas: TaggedCanvas, leaflet: Leaflet, style: Style, faces: Faces, number: tuple[int, int]
) -> None:
    """Draw the footer: DRAFT and what it means on the left, the page number on the right."""
    page = style.page
    baseline = page.height - page.footer + 3.2
    left, right = page.margin, page.width - page.margin
    pad = 1.8 * MM
    tag = _line(faces, leaflet.draft, style.draft, left + pad, baseline)
    wide = faces[style.draft.weight].width(leaflet.draft, style.draft.size)
    box = rectangle(left, baseline + 11, wide + 2 * pad, 15)
    after = left + wide + 2 * pad + 2 * MM
    line = _line(faces, leaflet.draft_line, style.footer, after, baseline)
    page_of = leaflet.page_of.format(page=number[0], pages=number[1])
    at = right - faces[style.footer_page.weight].width(page_of, style.footer_page.size)
    shown = _line(faces, page_of, style.footer_page, at, baseline)
    canvas.pagination("Footer", [*tag, *line, *shown], f"{INK.operands()} rg {box} f")


def _line(faces: Faces, text: str, style: TextStyle, x: float, y: float) -> list[Glyphs]:
    """Set one line of text outside the flow, from its baseline."""
    return Text(faces, (Run(text),), style, ()).glyphs_on_line(x, y)
