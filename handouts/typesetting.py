"""Goes in: a leaflet. Comes out: a tagged PDF. Galley, pages, ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handouts.flowables import rectangle
from handouts.galley import DIARY, FIRST_THING, Galley
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


MAX_SIDES = 6
KEPT = (0, False)


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
    style, pages = _paginate(leaflet, case)
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


def _paginate(leaflet: Leaflet, case: Case) -> tuple[Style, list[PageLayout]]:
    """Choose the airiest style that keeps page 1's promise within MAX_SIDES; add the diary if it fits."""
    style = STYLES[leaflet.paper]
    icons = load_icons(case.templates / "icons.yaml")

    def lay_out(style: Style, *, tight: bool, diary: bool = False) -> list[PageLayout]:
        galley = Galley(leaflet, style, case.faces, icons, case.figures, tight=tight)
        height = style.page.bottom - style.page.top
        return break_pages(galley.slabs(diary=diary), style.page.content_width, height)

    tries = [(style, False), (style, True), (style.compact(), True), (style.dense(), True)]
    best: tuple[Style, bool, list[PageLayout]] | None = None
    for chosen, tight in tries:
        pages = lay_out(chosen, tight=tight)
        if best is None or _promise(pages) < _promise(best[2]):
            best = chosen, tight, pages
        if _promise(pages) == KEPT:
            break
    chosen, tight, pages = best
    if any(section.id == DIARY for section in leaflet.sections):
        with_diary = lay_out(chosen, tight=tight, diary=True)
        pages = with_diary if len(with_diary) == len(pages) else pages
    return chosen, pages


def _promise(pages: Sequence[PageLayout]) -> tuple[int, bool]:
    """Measure how far a layout is from its promise: sides too many, first thing not on page 1."""
    return max(0, len(pages) - MAX_SIDES), not _first_thing_on_page_1(pages)


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
