"""Goes in: a leaflet. Comes out: a tagged PDF. Galley, pages, ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.colours import inks_of
from handouts.galley import DIARY, FIRST_THING, service_orders, set_leaflet
from handouts.icons import load_icons
from handouts.leaflet import Run
from handouts.metadata import Description
from handouts.pages import break_pages
from handouts.setter import Setter
from handouts.shapes import rectangle
from handouts.slots import MARK
from handouts.style import INK, MM, STYLES, Colour
from handouts.tagging import TaggedCanvas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from handouts.figures.pose import Figure
    from handouts.leaflet import Leaflet
    from handouts.pages import PageLayout
    from handouts.paragraph import Faces
    from handouts.slabs import Slab
    from handouts.slots import TypesetPdf
    from handouts.style import Style, TextStyle
    from handouts.tagging import Glyphs

MAX_SIDES = 6
"""Three sheets; a leaflet in a style with less air is tried before it gets longer."""
_KEPT = (0, False)
_FOOTER_DROP = 3.7
"""From the foot of the footer down to its last baseline, in points."""
_FOOTER_LEADING = 13.6
_DRAFT_RISE, _DRAFT_HEIGHT = 10.2, 13.4
"""The top of the DRAFT tag over its baseline, and its height, in points."""
_DRAFT_PAD = 1.8 * MM


class Case(Struct, frozen=True):
    """What every leaflet is set from: the faces, the figures, and the folder of the icons."""

    faces: Faces
    figures: Mapping[str, Figure]
    templates: Path


class _Layout(Struct, frozen=True):
    """A leaflet in pages, in one of the styles."""

    setter: Setter
    slabs: Sequence[Slab]
    """All of them, the diary's too, whether it is on the pages or not."""
    pages: Sequence[PageLayout]

    @property
    def broken_promise(self) -> tuple[int, bool]:
        """How far it is from its promise: sides too many, first thing not on page 1."""
        names = [{placed.slab.name for placed in page.placed} for page in self.pages]
        late = FIRST_THING not in names[0] and any(FIRST_THING in some for some in names)
        return max(0, len(self.pages) - MAX_SIDES), late


def typeset_leaflet(leaflet: Leaflet, case: Case) -> TypesetPdf:
    """Set a leaflet; raises TypesettingError for a missing glyph or a part taller than a page."""
    layout = _paginate(leaflet, case)
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
        _draw_footer(canvas, layout.setter, leaflet, page_of)
        canvas.end_page()
    return canvas.finish(draft=bool(leaflet.draft))


def _paginate(leaflet: Leaflet, case: Case) -> _Layout:
    """Choose the airiest style that keeps the leaflet's promise; add the diary if it fits."""
    tries: list[_Layout] = []
    for layout in _layouts(leaflet, case):
        tries.append(layout)
        if layout.broken_promise == _KEPT:
            break
    best = min(tries, key=lambda layout: layout.broken_promise)
    with_diary = replace(best, pages=_break(best.setter, best.slabs))
    return with_diary if len(with_diary.pages) == len(best.pages) else best


def _style_of(leaflet: Leaflet) -> Style:
    """Give the airiest style of its paper, in the colour of the service."""
    style = STYLES[leaflet.paper]
    return style.printed_in(inks_of(Colour.from_hex(leaflet.accent))) if leaflet.accent else style


def _layouts(leaflet: Leaflet, case: Case) -> Iterator[_Layout]:
    """Lay a leaflet out in each style; last, with the box on the service wherever there is room."""
    icons = load_icons(case.templates / "icons.yaml")
    for style in _style_of(leaflet).ever_closer():
        setter = Setter(style, case.faces, icons, case.figures)
        slabs = set_leaflet(setter, leaflet)
        late, *others = service_orders(slabs) or [slabs]
        yield _lay_out(setter, slabs)
        if late is not slabs:
            yield _lay_out(setter, late)
    yield from (_lay_out(setter, order) for order in others)


def _lay_out(setter: Setter, slabs: Sequence[Slab]) -> _Layout:
    """Lay out a leaflet without its diary, which comes only where it costs no page."""
    needed = [slab for slab in slabs if slab.name != DIARY]
    return _Layout(setter, slabs, _break(setter, needed))


def _break(setter: Setter, slabs: Sequence[Slab]) -> Sequence[PageLayout]:
    page = setter.style.page
    return break_pages(slabs, page.content_width, page.bottom - page.top)


def _draw_page(canvas: TaggedCanvas, setter: Setter, page_layout: PageLayout) -> None:
    """Draw the frames, then what stands in them, in reading order."""
    page = setter.style.page
    left, top = page.margin, page.height - page.top
    for frame, above, height in page_layout.frames:
        canvas.artifact(frame.operators(left, top - above, page.content_width, height))
    for placed in page_layout.placed:
        placed.slab.flowable.draw(canvas, left, top - placed.top)


def _draw_footer(canvas: TaggedCanvas, setter: Setter, leaflet: Leaflet, page_of: str) -> None:
    """Draw the code on the left and the page number on the right, DRAFT and its meaning above."""
    style, page = setter.style, setter.style.page
    baseline = page.height - page.footer - _FOOTER_DROP
    right = page.width - page.margin - _width(setter, page_of, style.footer_page)
    lines = [
        *_line(setter, leaflet.code_line, style.footer, page.margin, baseline),
        *_line(setter, page_of, style.footer_page, right, baseline),
    ]
    tag = ""
    if leaflet.draft:
        above = baseline + _FOOTER_LEADING
        tag_width = _width(setter, leaflet.draft, style.draft) + 2 * _DRAFT_PAD
        left = page.margin + tag_width + 2 * MM
        lines = [
            *_line(setter, leaflet.draft, style.draft, page.margin + _DRAFT_PAD, above),
            *_line(setter, leaflet.draft_line, style.footer, left, above),
            *lines,
        ]
        shape = rectangle(page.margin, above + _DRAFT_RISE, tag_width, _DRAFT_HEIGHT)
        tag = f"{style.ink(INK).operands()} rg {shape} f"
    canvas.pagination("Footer", lines, tag)


def _line(setter: Setter, text: str, style: TextStyle, x: float, y: float) -> list[Glyphs]:
    """Set one line of text outside the flow, from its baseline."""
    return setter.text((Run(text),), style, ()).glyphs_on_line(x, y)


def _width(setter: Setter, text: str, style: TextStyle) -> float:
    return setter.faces[style.weight].width(text, style.size)
