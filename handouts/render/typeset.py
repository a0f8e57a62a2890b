"""Typeset a leaflet as a tagged PDF: `typeset_leaflet`.

Styles are tried from the most spacious to the most compact, until what must be on page 1 is
there and, in columns, six sides are enough. Body type is never made smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import DIARY, USUAL_SIZE
from handouts.errors import TypesettingError
from handouts.fastpath.name_slot import NAME_PLACEHOLDER
from handouts.leaflet.markup import sentences
from handouts.leaflet.tree import Run
from handouts.render.drawings.icons import load_icons
from handouts.render.layout.builder import Builder
from handouts.render.layout.flow import EMERGENCY, FIRST_THING, service_orders, set_leaflet
from handouts.render.layout.page_breaks import PageLayout, break_pages
from handouts.render.layout.style import INK, styles_for
from handouts.render.pdf.canvas import Description, TaggedCanvas
from handouts.render.pdf.graphics import MM, rectangle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from handouts.content.figure import Figure
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.leaflet.tree import Leaflet
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import Glyphs
    from handouts.render.pdf.fonts import Faces


_DROP = 3.7
"""From the foot of the footer down to its last baseline, in points."""
_LEADING = 1.134
_TAG_RISE, _TAG_HEIGHT = 0.85, 1.117
"""The top of the DRAFT tag over its baseline, and its height; these three in em."""
_TAG_PAD = 1.8 * MM
_GAP = 2 * MM
_MANY = 88
"""A page number as wide as any."""


def footer_height(setter: Builder, leaflet: Leaflet) -> float:
    """Measure the footer from the foot of the page's usable area to its last baseline."""
    return (len(_rows(setter, leaflet)) - 1) * _leading(setter) + setter.style.footer.size - _DROP


def draw_footer(canvas: TaggedCanvas, setter: Builder, leaflet: Leaflet, page_of: str) -> None:
    """Draw the code on the left and the page number on the right, DRAFT and its meaning above."""
    style, page = setter.style, setter.style.page
    baseline = page.height - page.footer - _DROP
    rows = _rows(setter, leaflet)
    top = baseline + (len(rows) - 1) * _leading(setter)
    lines: list[Glyphs] = []
    tag = ""
    if leaflet.draft:
        lines = _line(setter, leaflet.draft, style.draft, page.margin + _TAG_PAD, top)
        size = style.draft.size
        corner = page.margin, top + size * _TAG_RISE
        shape = rectangle(*corner, _tag_width(setter, leaflet), size * _TAG_HEIGHT)
        tag = f"{style.ink(INK).operands()} rg {shape} f"
    for number, (left, text) in enumerate(rows):
        y = top - number * _leading(setter)
        lines += _line(setter, text, style.footer, page.margin + left, y)
    right = page.width - page.margin - _width(setter, page_of, style.footer_page)
    lines += _line(setter, page_of, style.footer_page, right, baseline)
    canvas.pagination("Footer", lines, tag)


def _rows(setter: Builder, leaflet: Leaflet) -> list[tuple[float, str]]:
    """List what stands on the left, from top to foot: where each row starts, and what it says.

    A row each for what DRAFT means, for its second sentence where one row cannot hold both, and for
    the code; the page number stands on the last, or below it where it has no room there.
    """
    style, full = setter.style, setter.width
    rows: list[tuple[float, str]] = []
    if leaflet.draft:
        left = _tag_width(setter, leaflet) + _GAP
        said = [leaflet.draft_line]
        if left + _width(setter, leaflet.draft_line, style.footer) > full:
            said = [f"{one} " for one in sentences(leaflet.draft_line)]
        rows = [(left, one) for one in said]
    rows.append((0.0, leaflet.code_line))
    page_of = leaflet.page_of.format(page=_MANY, pages=_MANY)
    beside = _width(setter, leaflet.code_line, style.footer) + 2 * _GAP
    if beside + _width(setter, page_of, style.footer_page) > full:
        rows.append((0.0, ""))
    return rows


def _tag_width(setter: Builder, leaflet: Leaflet) -> float:
    return _width(setter, leaflet.draft, setter.style.draft) + 2 * _TAG_PAD


def _leading(setter: Builder) -> float:
    return setter.style.footer.size * _LEADING


def _line(setter: Builder, text: str, style: TextStyle, x: float, y: float) -> list[Glyphs]:
    """Set one line of text outside the flow, from its baseline."""
    return setter.text((Run(text),), style, ()).glyphs_on_line(x, y) if text else []


def _width(setter: Builder, text: str, style: TextStyle) -> float:
    return setter.faces[style.weight].width(text, style.size)


_LEAST = 2.0
"""Between the last line and a footer of the usual style, in points."""
_CLEAR = 4 * MM
"""Between the last line and a footer whose height is not the usual one."""
MAX_SIDES = 6
"""Three sheets; a leaflet in a style with less air is tried before it gets longer."""
_KEPT = (0, 0)


class Resources(Struct, frozen=True):
    """What every leaflet is set from: the faces, the figures, and the folder of the icons."""

    faces: Faces
    figures: Mapping[str, Figure]
    templates: Path


class PaginatedLeaflet(Struct, frozen=True):
    """A leaflet in pages, in one of the styles."""

    builder: Builder
    items: Sequence[FlowItem]
    """All of them, the diary's too, whether it is on the pages or not."""
    pages: Sequence[PageLayout]

    @property
    def broken_promise(self) -> tuple[int, int]:
        """How far it is from its promise: sides too many, and what must be on page 1 is not there.

        In one column there is no limit of sides, and only the emergency box must be on page 1: one
        that starts there is better than none.
        """
        names = [{placed.item.name for placed in page.placed} for page in self.pages]
        if self.builder.style.columns:
            late = FIRST_THING not in names[0] and any(FIRST_THING in some for some in names)
            return max(0, len(self.pages) - MAX_SIDES), late
        torn = any(EMERGENCY in some for some in names[1:])
        return 0, torn + (EMERGENCY not in names[0])

    @property
    def order(self) -> list[str]:
        """What stands on the pages, in reading order."""
        return [placed.item.name for page in self.pages for placed in page.placed]


def paginate(leaflet: Leaflet, case: Resources) -> PaginatedLeaflet:
    """Lay out a leaflet on whole sheets; its diary comes where it costs no paper, or if asked for.

    Large print says what the usual leaflet says, in the same order.
    """
    wanted = leaflet.look
    if wanted.size != USUAL_SIZE:
        usual = replace(leaflet, look=replace(wanted, size=USUAL_SIZE, duplex=False))
        order = paginate(usual, case).order
        return _on_sheets(leaflet, _best(_layouts_in_order(leaflet, case, order)))
    best = _best(_layouts(leaflet, case))
    if not wanted.diary:
        with_diary = replace(best, pages=_break(best.builder, best.items))
        if len(with_diary.pages) <= _whole_sheets(leaflet, len(best.pages)):
            best = with_diary
    return _on_sheets(leaflet, best)


def _best(layouts: Iterable[PaginatedLeaflet]) -> PaginatedLeaflet:
    """Take the first layout that keeps the promise; else the nearest."""
    tries: list[PaginatedLeaflet] = []
    for layout in layouts:
        tries.append(layout)
        if layout.broken_promise == _KEPT:
            break
    return min(tries, key=lambda layout: layout.broken_promise)


def _setters(leaflet: Leaflet, case: Resources) -> Iterator[Builder]:
    """Give a setter for each style, the airiest first."""
    icons = load_icons(case.templates / "icons.yaml")
    wanted = leaflet.look
    for style in styles_for(wanted.paper, wanted.size, mono=wanted.mono, accent=leaflet.accent):
        setter = Builder(style, case.faces, icons, case.figures, leaflet.logo, leaflet.logo_alt)
        foot = style.page.footer - footer_height(setter, leaflet)
        # In columns the usual footer has its room; the code of many flags takes a row more.
        bottom = min(foot - _LEAST, style.page.bottom) if style.columns else foot - _CLEAR
        yield replace(setter, style=replace(style, page=replace(style.page, bottom=bottom)))


def _layouts(leaflet: Leaflet, case: Resources) -> Iterator[PaginatedLeaflet]:
    """Lay a leaflet out in each style; last, with the box on the service wherever there is room."""
    others: list[list[FlowItem]] = []
    for setter in _setters(leaflet, case):
        slabs = set_leaflet(setter, leaflet)
        yield from _laid_out(leaflet, setter, slabs)
        if setter.style.columns:
            late, *others = service_orders(slabs) or [slabs]
            if late is not slabs:
                yield from _laid_out(leaflet, setter, late)
    for order in others:
        yield from _laid_out(leaflet, setter, order)


def _layouts_in_order(
    leaflet: Leaflet, case: Resources, order: Sequence[str]
) -> Iterator[PaginatedLeaflet]:
    """Lay out in each style what an order names, and as it names it."""
    for setter in _setters(leaflet, case):
        slabs = [slab for slab in set_leaflet(setter, leaflet) if slab.name in order]
        slabs.sort(key=lambda slab: order.index(slab.name))
        yield from _laid_out(leaflet, setter, slabs, diary=True)


def _laid_out(
    leaflet: Leaflet, setter: Builder, slabs: Sequence[FlowItem], *, diary: bool = False
) -> Iterator[PaginatedLeaflet]:
    """Lay slabs out, the diary only if it must be; nothing where only a closer style can."""
    diary = diary or leaflet.look.diary
    needed = [slab for slab in slabs if diary or slab.name != DIARY]
    try:
        pages = _break(setter, needed)
    except TypesettingError:
        if setter.style.columns or setter.style.splits_first_box:
            raise
        return
    yield PaginatedLeaflet(setter, slabs, pages)


def _break(setter: Builder, slabs: Sequence[FlowItem]) -> Sequence[PageLayout]:
    page = setter.style.page
    return break_pages(slabs, page.content_width, page.bottom - page.top)


def _on_sheets(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Add blank pages until the last sheet is whole."""
    blank = _whole_sheets(leaflet, len(layout.pages)) - len(layout.pages)
    return replace(layout, pages=[*layout.pages, *[PageLayout((), ())] * blank])


def _whole_sheets(leaflet: Leaflet, pages: int) -> int:
    """Round pages up to whole sheets where the leaflet is printed on both sides or folded."""
    wanted = leaflet.look
    if wanted.booklet:
        from handouts.render.pdf.booklet import PAGES_OF_A_SHEET  # noqa: PLC0415 - it needs pypdf

        each = PAGES_OF_A_SHEET
    else:
        each = 2 if wanted.duplex else 1
    return -(-pages // each) * each


def typeset_leaflet(leaflet: Leaflet, case: Resources) -> TypesetPdf:
    """Set a leaflet; raises TypesettingError for a missing glyph or a part taller than a page."""
    layout = paginate(leaflet, case)
    page = layout.builder.style.page
    canvas = TaggedCanvas(
        size=(page.width, page.height),
        about=Description(title=leaflet.title, subject=leaflet.subject, language=leaflet.language),
        faces=case.faces.values(),
    )
    if NAME_PLACEHOLDER in leaflet.xhtml:
        canvas.reserve(case.faces[layout.builder.style.body.weight])
    count = len(layout.pages)
    for number, one in enumerate(layout.pages, 1):
        _draw_page(canvas, layout.builder, one)
        page_of = leaflet.page_of.format(page=number, pages=count)
        draw_footer(canvas, layout.builder, leaflet, page_of)
        canvas.end_page()
    pdf = canvas.finish(draft=bool(leaflet.draft))
    if leaflet.look.booklet:
        from handouts.render.pdf.booklet import impose  # noqa: PLC0415 - only a booklet needs pypdf

        return impose(pdf)
    return pdf


def _draw_page(canvas: TaggedCanvas, setter: Builder, page_layout: PageLayout) -> None:
    """Draw the frames, then what stands in them, in reading order."""
    page = setter.style.page
    left, top = page.margin, page.height - page.top
    for frame, above, height in page_layout.frames:
        canvas.artifact(frame.operators(left, top - above, page.content_width, height))
    for placed in page_layout.placed:
        placed.item.flowable.draw(canvas, left, top - placed.top)
