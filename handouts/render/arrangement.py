"""Say what stands on which sheet of the standard edition, and how close: `arrange`.

Sheet 1 is to act on, sheet 2 has all the warning signs. Where sheet 1 lacks room, parts move or
give way in a fixed order (`orders`), the dearest last. Each section is set and measured once in a
style; orders are then compared by their heights.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import CARD, DIARY, EMERGENCY, EXERCISES, HELP, MEDICINES, TODAY
from handouts.errors import TypesettingError
from handouts.leaflet.tree import Paragraph, Run, Section
from handouts.render.layout.flow import TOP, on_a_page, set_section
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.page_breaks import break_pages
from handouts.render.layout.panels import STOP_RULE
from handouts.render.layout.sheet_style import at_size, loosened
from handouts.render.layout.signs import TODAY_PAGE
from handouts.render.orders import (
    GIVEN,
    goes_on,
    has_list,
    may_point,
    orders,
    pointed,
    sheets_of,
    with_about_above,
    with_exercises_parted,
    with_signs_below,
    with_table_overleaf,
)
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Leaflet
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.layout.style import Page
    from handouts.render.orders import Sections, Way


SIDES_OF_A_SHEET = 2
_SIDE_OF_A_STOP = 1
"""A leaflet that only says when to get help and where to ask has one page above all the signs."""
_ROOMY = 0.86
"""A leaflet that fills less of its sides in a close style may have the usual margins."""
_MOST_WHITE = 46.0
"""The white at the end of a page that needs no sharing out, in points."""
_FITS_NOT = 1000
"""Sides; no leaflet has as many."""
_ROUNDING = 0.001
_CARD = "card "
"""How the name of the flow item of an exercise starts."""
_CLOSER = 6
"""How many closer styles are tried for one that divides less."""
_NOT_WHOLE = frozenset({TOP, EMERGENCY, GIVEN, HELP})
"""Parts that are divided by rules of their own; all others should stand on one page."""


_Paged = tuple["Sequence[FlowItem]", "Sequence[PageLayout]"]
"""The items of a sheet, also what is printed only where there is room, and its pages."""


class _Division(Struct, frozen=True, order=True):
    """How the parts of a sheet are divided between its pages, the worst first; less is better."""

    table: int = 0
    """The pages that the table of medicines goes on to: read in part it could harm."""
    late: bool = False
    """Whether what to do now is not on page 1."""
    now: int = 0
    """The pages that it goes on to."""
    medicines: int = 0
    """The pages that the medicines go on to, with what stands above and below the table."""
    exercises: int = 0
    """The pages that more than three exercises take, beyond those that they need."""
    others: int = 0
    """The pages that any other part goes on to that should stand on one."""
    signs: int = 0
    """The pages that a box of all the signs goes on to; the emergencies count as one box."""


_WHOLE, _LATE = _Division(), _Division(late=True)


class _Found(Struct, frozen=True):
    """An order that has room."""

    way: Sections
    settings: Sequence[_Setting]
    """Those that may be taken for it, the most spacious first."""
    division: _Division
    """How it divides sheet 1."""


class Arranged(Struct, frozen=True):
    """A standard leaflet on its sheets."""

    builder: Builder
    """That of sheet 1; sheet 2 has the same page."""
    items: Sequence[FlowItem]
    """Those of both sheets in order, also what is printed only where there is room."""
    pages: Sequence[PageLayout]


def arrange(
    leaflet: Leaflet, builders: Sequence[Sequence[Builder]], most: Sequence[int]
) -> Arranged | None:
    """Return a leaflet in the best order that has room, each sheet in its most spacious style.

    `builders` are those of the usual page, then those of pages with smaller and smaller margins,
    each the most spacious first; the last page is taken where it saves a sheet, or where what to do
    now would be late on those before. `most` are the sides that it may have, the fewest first.
    Returns None where nothing fits.
    """
    tags: dict[int, Tag] = {}
    usual, *nearer = ([_Setting(one, leaflet, tags) for one in some] for some in builders)
    ways = orders(leaflet)
    least = SIDES_OF_A_SHEET if goes_on(leaflet) else _SIDE_OF_A_STOP
    runs = (Run(leaflet.today_page),)
    line = Section(id=TODAY, parts=(Paragraph(kind=TODAY_PAGE, runs=runs),))
    for sides in most:
        listed = int(has_list(leaflet))
        look = _best_or_rarer if least == SIDES_OF_A_SHEET else _best_page
        found = look(ways, listed, nearer, sides)
        if found is None:
            continue
        way, some = found.way, found.settings
        told = pointed(way, line)
        if may_point(leaflet, way) and some[-1].holds_as_well(told, way, sides):
            way = told
        first, second = sheets_of(way)
        roomy = some[-1].filled(way, sides) < _ROOMY and usual[-1].holds(first, second, sides)
        if roomy and usual[-1].division(first) <= some[-1].division(first):
            some = usual
        signs = some[-1].sides(second)
        acting = max(least, _acting(sides, signs))
        one = _most_spacious(some, first, acting, _Division(medicines=listed))
        other = _most_spacious(some, second, signs)
        size = min(one.builder.style.body.size, other.builder.style.body.size)
        above, below = _spread(some, one, first, size), _spread(some, other, second, size)
        items, pages = [*above[0], *below[0]], [*above[1], *below[1]]
        return Arranged(one.at(size).builder, items, pages)
    return None


def _acting(sides: int, signs: int) -> int:
    """Return how many of so many sides are to act on, where all the signs take some of them.

    An uneven side at the end of sheet 1 is white anyway.
    """
    return sides - max(SIDES_OF_A_SHEET, signs)


def _best_or_rarer(
    ways: Sequence[Way], least: int, pages: Sequence[Sequence[_Setting]], sides: int
) -> _Found | None:
    """Return the best order, a rarer one where no other has room; see `_best_page`.

    Where what to do now is late only the first of the rarer ones are tried: it may be late before
    the exercises are on two pages.
    """
    found = _best_page(ways, least, pages, sides)
    if found and found.division < _LATE:
        return found
    closest = pages[-1:]
    for some in _rarer(ways, closest[0][-1], sides):
        other = _best_page(some, least, closest, sides)
        if found:
            return other if other and other.division < found.division else found
        found = other
        if found:
            break
    return found


def _rarer(ways: Sequence[Way], closest: _Setting, sides: int) -> Iterator[list[Way]]:
    """Yield the orders to try in turn where no other has room, but one of the sheets has.

    The dearest are the last: exercises on two pages, then what the leaflet says of itself on the
    sheet to act on.
    """
    some = [(one, *sheets_of(one)) for one, in_closest in ways if in_closest]
    acting = sides - SIDES_OF_A_SHEET
    overleaf = [one for one, _, signs in some if closest.sides(signs) <= SIDES_OF_A_SHEET]
    below = [one for one, first, _ in some if closest.sides(first) <= acting]
    table = with_table_overleaf(overleaf)
    yield [*table, *with_signs_below(below)]
    yield with_exercises_parted([*overleaf, *(one for one, _ in table)])
    about = with_about_above(below)
    yield [*about, *with_signs_below(one for one, _ in about)]


def _best_page(
    ways: Sequence[Way], least: int, pages: Sequence[Sequence[_Setting]], sides: int
) -> _Found | None:
    """Return the best order on the first page on which what to do now is not late; see `_best_way`.

    Where it is late on each, the first of those that are divided least; so too where a leaflet only
    says when to get help, and an emergency would stand among what is for today.
    """
    best: _Found | None = None
    for settings in pages:
        found = _best_way(ways, least, settings, sides)
        if found and (best is None or found.division < best.division):
            best = found
        if best and best.division < _LATE and not best.division.signs:
            break
    return best


def _best_way(
    ways: Sequence[Way], least: int, settings: Sequence[_Setting], sides: int
) -> _Found | None:
    """Return the order that has room and divides sheet 1 least, the first of these.

    `least`: the pages that the medicines go on to in any case, as a list to tick has its own. None
    where no order has room. On more than one sheet the most spacious style may divide it less than
    the closest, which fills fewer pages.
    """
    best: _Found | None = None
    ideal = _Division(medicines=least)
    for way, closest in ways:
        first, second = sheets_of(way)
        some = settings if closest else settings[:-1]
        if not some[-1].holds(first, second, sides):
            continue
        division = replace(some[-1].division(first), others=0)
        acting = _acting(sides, some[-1].sides(second))
        if acting > SIDES_OF_A_SHEET and division > ideal:
            spacious = _most_spacious(some, first, acting, ideal).division(first)
            division = min(division, replace(spacious, others=0))
        if not any(one.first_thing for one in way):
            division = replace(division, signs=some[-1].division(second).signs)
        if best is None or division < best.division:
            best = _Found(way, some, division)
        if division <= ideal:
            break
    return best


# ------------------------------------------------------------------ heights
class _Setting:
    """The sections of a leaflet in one style, each set once; they are known by identity."""

    def __init__(self, builder: Builder, leaflet: Leaflet, tags: dict[int, Tag]) -> None:
        self.builder = builder
        self._leaflet = leaflet
        self._tags = tags
        """The element of each section: one, though its parts may be in several styles."""
        self._left_out = {CARD, WEEK_STRIP} | (set() if leaflet.look.diary else {DIARY})
        self._set: dict[int, list[FlowItem]] = {}
        self._sections: list[Section] = []
        """Those that are set: kept, so that no other takes the identity of one that is dropped."""
        self._heights: dict[int, float] = {}
        self._pages: dict[tuple[int, ...], list[PageLayout]] = {}

    def holds(self, first: Sections, second: Sections, sides: int) -> bool:
        """Tell whether two parts, each from a page of its own, take no more than so many sides."""
        if self.least_sides(first) + self.least_sides(second) > sides:
            return False
        return self.sides(second) + self.sides(first) <= sides

    def least_sides(self, sections: Sections) -> int:
        """Return the pages that the heights of sections need without any gap."""
        page = self.builder.style.page
        high = sum(self._height_of(one) for one in sections)
        return math.ceil(high / (page.bottom - page.top) - _ROUNDING)

    def _height_of(self, section: Section) -> float:
        """Return the height of a section without gaps, and what is printed where there is room."""
        if id(section) not in self._heights:
            width, some = self.builder.width, self.items_of(section)
            for item in some:
                item.wrap(width)
            high = sum(item.height for item in some if item.name not in self._left_out)
            self._heights[id(section)] = high
        return self._heights[id(section)]

    def holds_as_well(self, sections: Sections, others: Sections, sides: int) -> bool:
        """Tell whether sections take no more than so many sides, and are not divided more."""
        first, second = sheets_of(sections)
        if not self.holds(first, second, sides):
            return False
        return self.division(first) <= self.division(sheets_of(others)[0])

    def division(self, sections: Sections) -> _Division:
        """Return how sections are divided between their pages."""
        return _divided(self.pages(sections))

    def at(self, size: float) -> _Setting:
        """Return this setting with body text of another size, on the same leading."""
        style = at_size(self.builder.style, size)
        if style is self.builder.style:
            return self
        return _Setting(replace(self.builder, style=style), self._leaflet, self._tags)

    def looser(self) -> list[_Setting]:
        """Return this setting with lines wider apart, the widest first."""
        styles = loosened(self.builder.style)
        some = [replace(self.builder, style=one) for one in styles]
        return [_Setting(one, self._leaflet, self._tags) for one in some]

    def filled(self, sections: Sections, sides: int) -> float:
        """Return the share of so many sides that sections fill."""
        page = self.builder.style.page
        items = [item for item in self.all(sections) if item.name not in self._left_out]
        return sum(item.gap + item.height for item in items) / (page.bottom - page.top) / sides

    def sides(self, sections: Sections) -> int:
        """Count the pages that sections take; more than any leaflet has where a part fits none."""
        try:
            return len(self.pages(sections))
        except TypesettingError:
            return _FITS_NOT

    def pages(self, sections: Sections) -> list[PageLayout]:
        """Return the pages of sections, without what is printed only where there is room."""
        key = tuple(map(id, sections))
        if key not in self._pages:
            self._pages[key] = self.divided(self.all(sections))
        return self._pages[key]

    def divided(self, items: Sequence[FlowItem]) -> list[PageLayout]:
        """Return the pages of items, without what is printed only where there is room."""
        page = self.builder.style.page
        some = [item for item in items if item.name not in self._left_out]
        return break_pages(some, page.content_width, page.bottom - page.top)

    def divided_if_it_fits(self, items: Sequence[FlowItem]) -> list[PageLayout]:
        """Return the pages of items as `divided` does; none where a part is taller than a page."""
        try:
            return self.divided(items)
        except TypesettingError:
            return []

    def may_add(self, items: Sequence[FlowItem]) -> bool:
        """Tell whether some items are only printed where there is room for them."""
        return any(item.name in self._left_out for item in items)

    def is_full(self, page: PageLayout) -> bool:
        """Tell whether a page has so little white that it needs no sharing out."""
        return _white(page, self.builder.style.page) <= _MOST_WHITE

    def all(self, sections: Sections) -> list[FlowItem]:
        """Return all flow items of sections."""
        return [item for section in sections for item in self.items_of(section)]

    def items_of(self, section: Section) -> list[FlowItem]:
        """Return the flow items of a section."""
        if id(section) not in self._set:
            tag = self._tags.setdefault(id(section), Tag("Sect"))
            self._sections.append(section)
            self._set[id(section)] = set_section(self.builder, section, tag)
        return self._set[id(section)]


def _most_spacious(
    settings: Sequence[_Setting], sections: Sections, sides: int, enough: _Division = _WHOLE
) -> _Setting:
    """Return the first style in which sections take so many sides; the last one is known to do.

    What fits in one style fits in every closer one, so few have to be tried. One of the next few is
    taken instead if it divides less between two pages, and the first more than is good `enough`.
    """
    low, high = 0, len(settings) - 1
    while low < high:
        middle = (low + high) // 2
        if settings[middle].sides(sections) <= sides:
            high = middle
        else:
            low = middle + 1
    found = settings[high]
    least = max(settings[-1].division(sections), enough)
    for closer in settings[high + 1 : high + 1 + _CLOSER]:
        if found.division(sections) <= least:
            break
        if closer.division(sections) < found.division(sections):
            found = closer
    return found


def _spread(
    settings: Sequence[_Setting], chosen: _Setting, sections: Sections, size: float
) -> _Paged:
    """Return the items of a sheet and its pages, each page more spacious where it lacks words.

    A page ends where a section or a box does that has no room, and all the white would be below it
    or, on the last one, above the lines to sign. `settings` are the most spacious first, the chosen
    one among them; `size` is that of text.
    """
    setting = chosen.at(size)
    found: _Paged = setting.all(sections), setting.pages(sections)
    count = len(found[1])
    if count < SIDES_OF_A_SHEET or all(map(setting.is_full, found[1])):
        return found
    roomier = [one.at(size) for one in settings[: settings.index(chosen)]]
    looser: list[_Setting] = []
    for number in range(count):
        if setting.is_full(found[1][number]):
            continue
        wider = _widened(setting, roomier, sections, found, number)
        if not setting.is_full(wider[1][number]):
            looser = looser or settings[0].at(size).looser()
            widest = _widened(setting, looser, sections, found, number)
            wider = wider if widest is found else widest
        found = wider
    return found


def _widened(
    setting: _Setting,
    roomier: Sequence[_Setting],
    sections: Sections,
    found: _Paged,
    number: int,
) -> _Paged:
    """Return a sheet with one of its pages in the first setting that has room for it.

    All pages start with what they started with. A page that something may be added to is left.
    """
    items = found[0]
    starts = [page.placed[0].item for page in found[1]]
    start, end = starts[number], next(iter(starts[number + 1 :]), None)
    at = _index(items, start)
    to = _index(items, end) if end else len(items)
    if setting.may_add(items[at:to]):
        return found
    low, high = 0, len(roomier)
    while low < high:
        middle = (low + high) // 2
        part = _between(roomier[middle], setting, sections, start, end)
        if not part:
            return found
        tried = [*items[:at], *part, *items[to:]]
        pages = setting.divided_if_it_fits(tried)
        begins = [id(page.placed[0].item) for page in pages]
        if begins == [id(one) for one in (*starts[:number], part[0], *starts[number + 1 :])]:
            found, high = (tried, pages), middle
        else:
            low = middle + 1
    return found


def _between(
    roomier: _Setting,
    setting: _Setting,
    sections: Sections,
    start: FlowItem,
    end: FlowItem | None,
) -> Sequence[FlowItem]:
    """Return the items of sections in another setting, from one item up to another of `setting`.

    Settings may set a section in more or fewer items, so a place is found by the section, and
    inside one by its boxes. Where it is neither there is no such place, and nothing is returned.
    """
    first, at = _where(setting, sections, start)
    last, to = _where(setting, sections, end) if end else (len(sections), 0)
    some = sections[first : last + (to > 0)]
    begin = _same_place(roomier, setting, sections[first], at)
    stop = _same_place(roomier, setting, sections[last], to) if to else 0
    if begin is None or stop is None:
        return ()
    items: list[FlowItem] = []
    for section in some:
        theirs = roomier.items_of(section)
        _share_heads(setting.items_of(section), theirs)
        items += theirs[:stop] if to and section is sections[last] else theirs
    return items[begin:]


def _share_heads(ours: Sequence[FlowItem], theirs: Sequence[FlowItem]) -> None:
    """Let the items of a section in another setting repeat the same headings as ours.

    So the pages of a section are counted together, whatever setting each of them has.
    """
    heads = {item.overleaf.text: item.overleaf for item in ours if item.overleaf}
    for item in theirs:
        if item.overleaf:
            item.overleaf = heads.get(item.overleaf.text, item.overleaf)


def _where(setting: _Setting, sections: Sections, item: FlowItem) -> tuple[int, int]:
    """Return the place of the section of an item, and that of the item in it."""
    return next(
        (place, at)
        for place, section in enumerate(sections)
        for at, one in enumerate(setting.items_of(section))
        if one is item
    )


def _same_place(roomier: _Setting, setting: _Setting, section: Section, at: int) -> int | None:
    """Return the place of an item of a section among those of another setting."""
    ours, theirs = setting.items_of(section), roomier.items_of(section)
    boxes, others = _boxes(ours), _boxes(theirs)
    if at in boxes and len(boxes) == len(others):
        return others[boxes.index(at)]
    return None if at else 0


def _index(items: Sequence[FlowItem], item: FlowItem) -> int:
    return next(number for number, one in enumerate(items) if one is item)


def _boxes(items: Sequence[FlowItem]) -> list[int]:
    """Return the places of the items that open a box, or the table of the medicines."""
    return [n for n, item in enumerate(items) if item.opens_frame or item.opens_table]


def _white(layout: PageLayout, page: Page) -> float:
    """Return the white above what stands at the foot of a page, or below all, in points."""
    ends = [one.top + one.item.height for one in layout.placed if not one.item.at_foot]
    ends += [top + height for _, top, height in layout.frames]
    feet = [one.top for one in layout.placed if one.item.at_foot]
    return min([*feet, page.bottom - page.top]) - max(ends, default=0.0)


def _divided(pages: Sequence[PageLayout]) -> _Division:
    """Return how the parts of a sheet are divided between its pages."""
    items = [[placed.item for placed in page.placed] for page in pages]
    on = [{_whole(item.name) for item in page} - {""} for page in items]
    goes_on = sum(map(len, on)) - len(set().union(*on))
    medicines = max(0, sum(MEDICINES in names for names in on) - 1)
    table = sum(any(item.in_table for item in page) for page in items)
    now = [number for number, page in enumerate(items) if any(one.first_thing for one in page)]
    framed = {
        (number, id(item.frame) if item.frame.bar else 0)  # the maternity unit has a box of its own
        for number, page in enumerate(items)
        for item in page
        if item.frame and item.name == HELP
    }
    return _Division(
        table=max(0, table - 1),
        late=bool(now) and now[0] > 0,
        now=max(0, len(now) - 1),
        medicines=medicines,
        exercises=_spread_over(items),
        others=goes_on - medicines,
        signs=len(framed) - len({frame for _, frame in framed}),
    )


def _spread_over(pages: Sequence[Sequence[FlowItem]]) -> int:
    """Return how many pages more than they need exercises take that do not fit one page."""
    cards = [sum(item.name.startswith(_CARD) for item in page) for page in pages]
    count = sum(cards)
    if count <= on_a_page(count or 1):
        return 0
    return sum(map(bool, cards)) + count // -on_a_page(count)


def _whole(name: str) -> str:
    """Return the part that the name of a flow item belongs to; "" for what may be divided."""
    if name.startswith(_CARD) or name == STOP_RULE:
        return EXERCISES
    return "" if name in _NOT_WHOLE else name
