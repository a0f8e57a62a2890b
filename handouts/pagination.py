"""Goes in: a leaflet. Comes out: its pages, in the airiest style that keeps its promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import DIARY, USUAL_SIZE
from handouts.errors import TypesettingError
from handouts.footer import footer_height
from handouts.formats import styles_for
from handouts.galley import EMERGENCY, FIRST_THING, service_orders, set_leaflet
from handouts.icons import load_icons
from handouts.pages import PageLayout, break_pages
from handouts.setter import Setter
from handouts.shapes import MM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from handouts.content.figure import Figure
    from handouts.leaflet.tree import Leaflet
    from handouts.shaping import Faces
    from handouts.slabs import Slab

_LEAST = 2.0
"""Between the last line and a footer of the usual style, in points."""
_CLEAR = 4 * MM
"""Between the last line and a footer whose height is not the usual one."""
MAX_SIDES = 6
"""Three sheets; a leaflet in a style with less air is tried before it gets longer."""
_KEPT = (0, 0)


class Case(Struct, frozen=True):
    """What every leaflet is set from: the faces, the figures, and the folder of the icons."""

    faces: Faces
    figures: Mapping[str, Figure]
    templates: Path


class Layout(Struct, frozen=True):
    """A leaflet in pages, in one of the styles."""

    setter: Setter
    slabs: Sequence[Slab]
    """All of them, the diary's too, whether it is on the pages or not."""
    pages: Sequence[PageLayout]

    @property
    def broken_promise(self) -> tuple[int, int]:
        """How far it is from its promise: sides too many, and what must be on page 1 is not there.

        In one column there is no limit of sides, and only the emergency box must be on page 1: one
        that starts there is better than none.
        """
        names = [{placed.slab.name for placed in page.placed} for page in self.pages]
        if self.setter.style.columns:
            late = FIRST_THING not in names[0] and any(FIRST_THING in some for some in names)
            return max(0, len(self.pages) - MAX_SIDES), late
        torn = any(EMERGENCY in some for some in names[1:])
        return 0, torn + (EMERGENCY not in names[0])

    @property
    def order(self) -> list[str]:
        """What stands on the pages, in reading order."""
        return [placed.slab.name for page in self.pages for placed in page.placed]


def paginate(leaflet: Leaflet, case: Case) -> Layout:
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
        with_diary = replace(best, pages=_break(best.setter, best.slabs))
        if len(with_diary.pages) <= _whole_sheets(leaflet, len(best.pages)):
            best = with_diary
    return _on_sheets(leaflet, best)


def _best(layouts: Iterable[Layout]) -> Layout:
    """Take the first layout that keeps the promise; else the nearest."""
    tries: list[Layout] = []
    for layout in layouts:
        tries.append(layout)
        if layout.broken_promise == _KEPT:
            break
    return min(tries, key=lambda layout: layout.broken_promise)


def _setters(leaflet: Leaflet, case: Case) -> Iterator[Setter]:
    """Give a setter for each style, the airiest first."""
    icons = load_icons(case.templates / "icons.yaml")
    wanted = leaflet.look
    for style in styles_for(wanted.paper, wanted.size, mono=wanted.mono, accent=leaflet.accent):
        setter = Setter(style, case.faces, icons, case.figures, leaflet.logo, leaflet.logo_alt)
        foot = style.page.footer - footer_height(setter, leaflet)
        # In columns the usual footer has its room; the code of many flags takes a row more.
        bottom = min(foot - _LEAST, style.page.bottom) if style.columns else foot - _CLEAR
        yield replace(setter, style=replace(style, page=replace(style.page, bottom=bottom)))


def _layouts(leaflet: Leaflet, case: Case) -> Iterator[Layout]:
    """Lay a leaflet out in each style; last, with the box on the service wherever there is room."""
    others: list[list[Slab]] = []
    for setter in _setters(leaflet, case):
        slabs = set_leaflet(setter, leaflet)
        yield from _laid_out(leaflet, setter, slabs)
        if setter.style.columns:
            late, *others = service_orders(slabs) or [slabs]
            if late is not slabs:
                yield from _laid_out(leaflet, setter, late)
    for order in others:
        yield from _laid_out(leaflet, setter, order)


def _layouts_in_order(leaflet: Leaflet, case: Case, order: Sequence[str]) -> Iterator[Layout]:
    """Lay out in each style what an order names, and as it names it."""
    for setter in _setters(leaflet, case):
        slabs = [slab for slab in set_leaflet(setter, leaflet) if slab.name in order]
        slabs.sort(key=lambda slab: order.index(slab.name))
        yield from _laid_out(leaflet, setter, slabs, diary=True)


def _laid_out(
    leaflet: Leaflet, setter: Setter, slabs: Sequence[Slab], *, diary: bool = False
) -> Iterator[Layout]:
    """Lay slabs out, the diary only if it must be; nothing where only a closer style can."""
    diary = diary or leaflet.look.diary
    needed = [slab for slab in slabs if diary or slab.name != DIARY]
    try:
        pages = _break(setter, needed)
    except TypesettingError:
        if setter.style.columns or setter.style.torn:
            raise
        return
    yield Layout(setter, slabs, pages)


def _break(setter: Setter, slabs: Sequence[Slab]) -> Sequence[PageLayout]:
    page = setter.style.page
    return break_pages(slabs, page.content_width, page.bottom - page.top)


def _on_sheets(leaflet: Leaflet, layout: Layout) -> Layout:
    """Add blank pages until the last sheet is whole."""
    blank = _whole_sheets(leaflet, len(layout.pages)) - len(layout.pages)
    return replace(layout, pages=[*layout.pages, *[PageLayout((), ())] * blank])


def _whole_sheets(leaflet: Leaflet, pages: int) -> int:
    """Round pages up to whole sheets where the leaflet is printed on both sides or folded."""
    wanted = leaflet.look
    if wanted.booklet:
        from handouts.booklet import PAGES_OF_A_SHEET  # noqa: PLC0415 - it needs pypdf

        each = PAGES_OF_A_SHEET
    else:
        each = 2 if wanted.duplex else 1
    return -(-pages // each) * each
