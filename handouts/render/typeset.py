"""Typeset a leaflet as a tagged PDF: `typeset_leaflet`.

Styles are tried from the most spacious to the most compact, until what must be on page 1 is
there and, in columns, six sides are enough. Body type is never made smaller.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import (
    ABOUT,
    CARD,
    DIARY,
    EXERCISES,
    FULL,
    HALF_OF,
    HELP,
    JUST_FOR_YOU,
    SHEET,
    STANDARD,
    USUAL_SIZE,
)
from handouts.errors import Fault, TypesettingError
from handouts.fastpath.name_slot import NAME_PLACEHOLDER
from handouts.render.arrangement import arrange
from handouts.render.drawings.icons import load_icons
from handouts.render.extras import with_diary, with_large_diary, with_own_sheet, with_roomier_part
from handouts.render.footer import draw_footer
from handouts.render.layout.builder import Builder
from handouts.render.layout.exercise_card import is_exercise
from handouts.render.layout.flow import service_orders, set_leaflet
from handouts.render.layout.flowables import Iconed, Indent
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.page_breaks import PageLayout, cost_of
from handouts.render.layout.paragraph import PagePointer
from handouts.render.layout.sheet_style import (
    full_styles,
    one_sheet_styles,
    sheet_styles,
    widened,
    with_stops_run_on,
)
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.layout.style import styles_for
from handouts.render.one_column import for_one_column, in_best_gaps, is_row_of_pages
from handouts.render.one_sheet import with_sides_spread
from handouts.render.orders import SIDES_OF_A_SHEET, goes_on, has_list, may_be_short
from handouts.render.paginated import (
    MAX_SIDES,
    MOST_SIDES,
    SIDES_OF_A_STOP,
    PaginatedLeaflet,
    costs_of,
    divide,
)
from handouts.render.pdf.canvas import Description, TaggedCanvas
from handouts.render.roomier_pages import with_roomier_pages
from handouts.selection.sheet import CHOOSE_INSTEAD, PRINT_INSTEAD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from handouts.content.figure import Figure
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.leaflet.tree import Leaflet
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.style import Style
    from handouts.render.pdf.fonts import Faces


_ALL_KEPT = (0, 0, 0)
_COSTS_OF_SPARE_PAGES = (-2000.0, -1200.0, -600.0, -300.0, 0.0, 300.0, 1000.0, 3000.0)
"""What a page of a booklet may cost that would be blank otherwise, the least first."""
_LITTLE = 0.42
"""A page of a booklet that is filled less than this holds little."""
_WIDER = (1.05, 1.1, 1.15, 1.2)
"""What the leading of a booklet is multiplied by, the first that leaves fewest blank pages."""


class Resources(Struct, frozen=True):
    """What every leaflet is set with: the faces, the figures, and the folder with `icons.yaml`."""

    faces: Faces
    figures: Mapping[str, Figure]
    templates: Path


def paginate(leaflet: Leaflet, resources: Resources) -> PaginatedLeaflet:
    """Return a leaflet laid out on whole sheets.

    The week to tick is included if it costs no paper, and the diary then too. A diary that was
    asked for goes before both; a card to cut out has a sheet of its own. The full edition has the
    same contents in the same order in another size of type as in the usual size, laid out first.
    """
    leaflet, look = for_one_column(leaflet), leaflet.look
    if look.size != USUAL_SIZE and not is_row_of_pages(look):
        usual = replace(leaflet, look=replace(look, size=USUAL_SIZE, duplex=False))
        order = paginate(usual, resources).order
        return _on_sheets(leaflet, _best(_layouts_in_order(leaflet, resources, order)))
    best = _first_layout(leaflet, resources)
    if look.diary and DIARY not in best.order:
        best = with_diary(leaflet, best, lambda: _best(_layouts(leaflet, resources, diary=True)))
    if look.edition == SHEET:
        best = with_sides_spread(leaflet, best)
    best = with_roomier_part(best, STOP_RULE)
    whole = _whole_sheets(leaflet, len(best.pages))
    for extra in (WEEK_STRIP, DIARY):
        longer = best.with_named(best.items, extra)
        if len(longer.pages) <= whole and longer.torn_exercises <= best.torn_exercises:
            best = longer
    best = with_large_diary(with_roomier_part(best, EXERCISES))
    if look.card:
        best = with_own_sheet(best)
    best = _as_booklet(leaflet, best) if look.booklet else best
    return _on_sheets(leaflet, with_roomier_pages(leaflet, best))


def _as_booklet(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return the layout of a booklet; lines below page 1 are wider apart where its pages are white.

    A blank page is white too.
    """
    best = _with_back_cover(leaflet, layout)
    for factor in _WIDER:
        try:
            wider = _with_back_cover(leaflet, _wider(leaflet, layout, factor))
        except TypesettingError:
            continue  # so far apart a part is taller than a page
        if _booklet_cost(wider) < _booklet_cost(best):
            best = wider
    return best


def _booklet_cost(
    layout: PaginatedLeaflet,
) -> tuple[tuple[int, int, int], int, bool, int, float]:
    """Return what a booklet breaks, its pages, those that hold little or nothing, and their cost.

    Its last page should not go on with something, and comes before that. The cost is that of what
    is divided and of what is white.
    """
    page = layout.builder.style.page
    printed = [one for one in layout.pages if one.placed]
    cost = cost_of(printed, page.bottom - page.top, costs_of(layout.builder, 0.0))
    few = layout.blank + _few_lines(layout.builder, layout.pages)
    goes_on = layout.pages[-1].head is not None
    return layout.broken_promise, len(layout.pages), goes_on, few, cost


def _wider(leaflet: Leaflet, layout: PaginatedLeaflet, factor: float) -> PaginatedLeaflet:
    """Return a layout with the leading of what is below page 1 multiplied, and all its gaps."""
    first = {placed.item.name for placed in layout.pages[0].placed}
    order = layout.order
    style = layout.builder.style.with_texts(
        lambda _, text: replace(text, leading=text.leading * factor)
    )
    roomier = replace(layout.builder, style=replace(style, gap_factor=factor))
    below = [one for one in set_leaflet(roomier, leaflet) if one.name in order]
    items = [one for one in layout.items if one.name in first]
    items += sorted(
        (one for one in below if one.name not in first), key=lambda one: order.index(one.name)
    )
    return replace(layout, items=items, pages=divide(layout.builder, items))


def _with_back_cover(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return the layout of a booklet whose last page starts with a box or a heading of its own.

    It takes the most that one page holds: what needs help today, if that and all below it fit;
    at least what the leaflet says about itself. Pages that would be blank before it are used, so
    that less is divided and less crowded. Another sheet is used only where the back cover would go
    on with something.
    """
    named = set(layout.order)
    items = [item for item in layout.items if item.name in named]
    whole = _whole_sheets(leaflet, len(layout.pages))
    goes_on = layout.pages[-1].head is not None
    for first, item in enumerate(items):
        if item.name not in {HELP, ABOUT} or not (item.opens_frame or item.is_heading):
            continue
        cover = divide(layout.builder, items[first:])
        if len(cover) > 1:
            continue
        before = divide(layout.builder, items[:first])
        sheets = _whole_sheets(leaflet, len(before) + 1)
        if sheets > whole and not (goes_on and item.name == ABOUT):
            continue
        before = _on_more_pages(layout.builder, items[:first], before, sheets - 1)
        blank = [PageLayout((), ())] * (sheets - len(before) - 1)
        return replace(layout, pages=[*before, *blank, *cover])
    return layout


def _on_more_pages(
    builder: Builder, items: Sequence[FlowItem], pages: Sequence[PageLayout], most: int
) -> Sequence[PageLayout]:
    """Return items on up to so many pages, divided where that costs least; as they are on fewer.

    All these pages are printed, so that a blank one is no better than one that holds little.
    """
    style = builder.style
    high = style.page.bottom - style.page.top

    def cost(some: Sequence[PageLayout]) -> tuple[int, float]:
        blank, costs = most - len(some), costs_of(builder, 0.0)
        few = blank + _few_lines(builder, some)
        return few, cost_of(some, high, costs) + blank * style.empty_page

    best = pages
    for page_cost in _COSTS_OF_SPARE_PAGES if len(pages) < most else ():
        looser = divide(builder, items, page_cost)
        if len(pages) < len(looser) <= most and cost(looser) < cost(best):
            best = looser
    return best


def _few_lines(builder: Builder, pages: Sequence[PageLayout]) -> int:
    """Count the pages that hold little, which look more like a mistake than blank ones."""
    least = _LITTLE * (builder.style.page.bottom - builder.style.page.top)
    ends = [
        max((one.top + one.item.height for one in page.placed), default=least) for page in pages
    ]
    return sum(end < least for end in ends)


def _first_layout(leaflet: Leaflet, resources: Resources) -> PaginatedLeaflet:
    """Return the layout that keeps its promises, without anything that only fills a page."""
    look = leaflet.look
    whole_page = not (look.paper in HALF_OF or look.booklet or is_row_of_pages(look))
    stops = not goes_on(leaflet)
    if (look.edition == STANDARD or (stops and look.edition == FULL)) and whole_page:
        longer = MAX_SIDES, MAX_SIDES + 1, MAX_SIDES + SIDES_OF_A_SHEET
        mosts = (MOST_SIDES[STANDARD], *longer) if may_be_short(leaflet) else longer
        mosts = SIDES_OF_A_STOP if stops else mosts
        styles = sheet_styles(look.paper, mono=look.mono, accent=leaflet.accent)
        if stops:  # signs as close as in the very last style save no sheet here
            styles = (*styles[:-1], styles[-1][:-1])
        builders = [[_builder(one, leaflet, resources) for one in some] for some in styles]
        if arranged := arrange(leaflet, builders, mosts):
            return PaginatedLeaflet(arranged.builder, arranged.items, arranged.pages)
    best = _best(_layouts(leaflet, resources))
    return in_best_gaps(leaflet, best) if is_row_of_pages(look) else best


def _best(layouts: Iterable[PaginatedLeaflet]) -> PaginatedLeaflet:
    """Return the first layout that does not fall short, or else the one that does so least."""
    tried: list[PaginatedLeaflet] = []
    for layout in layouts:
        tried.append(layout)
        if layout.broken_promise == _ALL_KEPT:
            break
    return min(tried, key=lambda layout: layout.broken_promise)


def _builders(leaflet: Leaflet, resources: Resources) -> Iterator[Builder]:
    """Yield a builder for each style, the most spacious first."""
    look = leaflet.look
    styles = styles_for(look.paper, look.size, mono=look.mono, accent=leaflet.accent)
    if look.edition == FULL:
        styles = with_stops_run_on(full_styles(styles))
    elif look.edition == SHEET:
        styles = tuple(one_sheet_styles(styles))
    else:
        styles = tuple(map(widened, styles))
    for style in styles:
        yield _builder(style, leaflet, resources)


def _builder(style: Style, leaflet: Leaflet, resources: Resources) -> Builder:
    """Return the builder of a leaflet in one style."""
    return Builder(
        style,
        resources.faces,
        load_icons(resources.templates / "icons.yaml"),
        resources.figures,
        leaflet.logo,
        leaflet.logo_alt,
        pages=leaflet.pages,
        overleaf=leaflet.overleaf,
        more=leaflet.more,
        short=leaflet.look.edition != FULL,
    )


def _layouts(
    leaflet: Leaflet, resources: Resources, *, diary: bool = False
) -> Iterator[PaginatedLeaflet]:
    """Yield the layouts of a leaflet in each style; last those with the service box higher up."""
    look = leaflet.look
    diary |= look.diary and (look.paper in HALF_OF or look.booklet)
    left_out = {CARD, WEEK_STRIP} | (set() if diary else {DIARY})
    others: list[list[FlowItem]] = []
    for builder in _builders(leaflet, resources):
        items = set_leaflet(builder, leaflet)
        yield from _laid_out(leaflet, builder, items, left_out)
        if builder.style.columns:
            lowest, *others = service_orders(items) or [items]
            if lowest is not items:
                yield from _laid_out(leaflet, builder, lowest, left_out)
    for order in others:
        yield from _laid_out(leaflet, builder, order, left_out)


def _layouts_in_order(
    leaflet: Leaflet, resources: Resources, order: Sequence[str]
) -> Iterator[PaginatedLeaflet]:
    """Yield the layouts in each style of the items named in `order`, and in that order."""
    for builder in _builders(leaflet, resources):
        items = [item for item in set_leaflet(builder, leaflet) if item.name in order]
        items.sort(key=lambda item: order.index(item.name))
        _start_pages(items)
        yield from _laid_out(leaflet, builder, items, {CARD})


def _start_pages(items: Sequence[FlowItem]) -> None:
    """Let a diary that is the last thing in a leaflet start on a page of its own."""
    for before, item in pairwise(items):
        if before.name == ABOUT and item.name == DIARY:
            item.fresh_page = True


def _laid_out(
    leaflet: Leaflet, builder: Builder, items: Sequence[FlowItem], left_out: Collection[str]
) -> Iterator[PaginatedLeaflet]:
    """Yield the layout of items without those of some names.

    Yields nothing if a part is taller than a page and a more compact style may help.
    """
    needed = [item for item in items if item.name not in left_out]
    try:
        pages = divide(builder, needed)
    except TypesettingError:
        if builder.style.is_closest:
            raise
        return
    yield PaginatedLeaflet(builder, items, pages, _most_sides(leaflet))


def _most_sides(leaflet: Leaflet) -> int:
    """Return the sides that a leaflet should have at most; a list to tick may take a sheet more."""
    edition = leaflet.look.edition
    more = SIDES_OF_A_SHEET if edition == FULL and has_list(leaflet) else 0
    return MOST_SIDES[edition] + more


def _on_sheets(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout with blank pages added until the last sheet is full."""
    blank = _whole_sheets(leaflet, len(layout.pages)) - len(layout.pages)
    return replace(layout, pages=[*layout.pages, *[PageLayout((), ())] * blank])


def _whole_sheets(leaflet: Leaflet, pages: int) -> int:
    """Return the number of pages, rounded up to whole sheets for a duplex leaflet or a booklet."""
    look = leaflet.look
    if look.booklet:
        from handouts.render.pdf.booklet import PAGES_OF_A_SHEET  # noqa: PLC0415 - it needs pypdf

        pages_per_sheet = PAGES_OF_A_SHEET
    else:
        pages_per_sheet = SIDES_OF_A_SHEET if look.duplex else 1
    return -(-pages // pages_per_sheet) * pages_per_sheet


def typeset_leaflet(leaflet: Leaflet, resources: Resources) -> TypesetPdf:
    """Return a leaflet as PDF, imposed if it is a booklet.

    Raises TypesettingError for a missing glyph or a part that is taller than a page.
    """
    layout = paginate(leaflet, resources)
    if leaflet.look.edition == SHEET and _without_card(layout) > SIDES_OF_A_SHEET:
        raise _too_long(layout)
    page = layout.builder.style.page
    canvas = TaggedCanvas(
        size=(page.width, page.height),
        about=Description(title=leaflet.title, subject=leaflet.subject, language=leaflet.language),
        faces=resources.faces.values(),
    )
    if NAME_PLACEHOLDER in leaflet.xhtml:
        canvas.reserve(resources.faces[layout.builder.style.body.weight])
    _point_to_signs(layout.pages)
    count = len(layout.pages)
    for number, one in enumerate(layout.pages, 1):
        _draw_page(canvas, layout.builder, one, number)
        draw_footer(canvas, layout.builder, leaflet, number, count)
        canvas.end_page()
    pdf = canvas.finish(draft=bool(leaflet.draft))
    if leaflet.look.booklet:
        from handouts.render.pdf.booklet import impose  # noqa: PLC0415 - only a booklet needs pypdf

        return impose(pdf)
    return pdf


def _without_card(layout: PaginatedLeaflet) -> int:
    """Return how many pages have something of the leaflet besides the card."""
    return sum(any(one.item.name != CARD for one in page.placed) for page in layout.pages)


def _point_to_signs(pages: Sequence[PageLayout]) -> None:
    """Tell the sentences that say where the warning signs are on which pages they are.

    Where the box for the reader is on a later page, they name that too.
    """
    signs, calls, today, for_you = [], [], [], 0
    for number, page in enumerate(pages, 1):
        names = [placed.item.name for placed in page.placed]
        if HELP in names:
            signs.append(number)
            bars = [frame.bar for frame, _, _ in page.frames]
            today += [number] if any(bars) else []
            calls += [number] if not all(bars) else []
        for_you = for_you or number * (JUST_FOR_YOU in names)
    for number, page in enumerate(pages, 1):
        for placed in page.placed:
            inner = placed.item.flowable
            while isinstance(inner, Indent | Iconed):
                inner = inner.inner
            if isinstance(inner, PagePointer) and inner.to != "signs":
                inner.point(today[:1] if inner.to == "today" else calls)
            elif isinstance(inner, PagePointer):
                inner.point(signs, for_you if for_you > number else 0)


def _too_long(layout: PaginatedLeaflet) -> TypesettingError:
    """Return the error of one sheet that is not enough: fewer exercises may help, if it has any."""
    message = "one sheet is not enough: its words do not fit on two sides"
    hint, on_page = PRINT_INSTEAD, CHOOSE_INSTEAD
    exercises = sum(map(is_exercise, layout.order))
    if exercises > 1:
        hint = f"choose one exercise with --exercise, or {hint}"
        on_page = f"choose one exercise, or {on_page}"
    elif exercises:
        message = f"{message}, even with one exercise"
    return TypesettingError(Fault(message=message, hint=hint, about="edition", on_page=on_page))


def _draw_page(
    canvas: TaggedCanvas, builder: Builder, page_layout: PageLayout, number: int
) -> None:
    """Draw the frames of a page, counted from 1, then its items in reading order."""
    page = builder.style.page
    left, top = page.margin, page.height - page.top
    for frame, above, height in page_layout.frames:
        canvas.artifact(frame.operators(left, top - above, page.content_width, height))
    if page_layout.head:
        page_layout.head.draw(canvas, (left, top), page.content_width, *page_layout.parts)
    for placed in page_layout.placed:
        placed.item.flowable.draw(canvas, left, top - placed.top)
    if page_layout.goes_on:
        last, (_, above, height) = page_layout.placed[-1], page_layout.frames[-1]
        ends = top - last.top - last.item.height, top - above - height
        page_layout.goes_on.draw_more(canvas, left, page.content_width, ends, number + 1)
