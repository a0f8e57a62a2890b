"""Say what stands on which sheet of the standard edition, and how close: `arrange`.

Sheet 1 is to act on, sheet 2 has all the warning signs. Where sheet 1 lacks room, parts move or
give way in a fixed order, the dearest last. Each section is set and measured once in a style;
orders are then compared by their heights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import CARD, DIARY, TODAY
from handouts.errors import TypesettingError
from handouts.leaflet.tree import ItemList, Paragraph, Run, Section
from handouts.render.layout.flow import (
    ABOUT,
    EMERGENCY,
    EXERCISES,
    HELP,
    RUN_ON,
    SERVICE,
    TOP,
    set_section,
)
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.page_breaks import break_pages
from handouts.render.layout.panels import STOP_RULE
from handouts.render.layout.sheet_style import at_size
from handouts.render.layout.signs import TODAY_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.leaflet.tree import Leaflet
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.layout.style import Page


GIVEN, MEDICINES = "given", "medicines"
SIDES_OF_A_SHEET = 2
_ROOMY = 0.86
"""A leaflet that fills less of its sides in a close style may have the usual margins."""
_MOST_WHITE = 46.0
"""The white at the end of the first page of a sheet that needs no sharing out, in points."""
_FITS_NOT = 1000
"""Sides; no leaflet has as many."""
_CLOSER = 6
"""How many closer styles are tried for one that divides less."""
_NOT_WHOLE = frozenset({TOP, EMERGENCY, GIVEN, HELP})
"""Parts that are divided by rules of their own; all others should stand on one page."""

Sections = tuple[Section, ...]


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
    others: int = 0
    """The pages that any other part goes on to that should stand on one."""


class Arranged(Struct, frozen=True):
    """A standard leaflet on its sheets."""

    builder: Builder
    """That of sheet 1; sheet 2 has the same page."""
    items: Sequence[FlowItem]
    """Those of both sheets in order, also what is printed only where there is room."""
    pages: Sequence[PageLayout]


def arrange(
    leaflet: Leaflet, builders: tuple[Sequence[Builder], Sequence[Builder]], most: Sequence[int]
) -> Arranged | None:
    """Return a leaflet in the best order that has room, each sheet in its most spacious style.

    `builders` are those of the usual page and of that with small margins, the most spacious first;
    `most` are the sides that it may have, the fewest first. Returns None where nothing fits.
    """
    usual, close = ([_Setting(one, leaflet) for one in some] for some in builders)
    ways = orders(leaflet)
    runs = (Run(leaflet.today_page),)
    line = Section(id=TODAY, parts=(Paragraph(kind=TODAY_PAGE, runs=runs),))
    for sides in most:
        found = _best_way(ways, int(has_list(leaflet)), close, sides)
        if found is None:
            continue
        way, some = found
        pointed = _pointed(way, line)
        if _may_point(leaflet, way) and some[-1].holds_as_well(pointed, way, sides):
            way = pointed
        first, second = _sheets(way)
        roomy = some[-1].filled(way, sides) < _ROOMY and usual[-1].holds(first, second, sides)
        if roomy and usual[-1].division(first) <= some[-1].division(first):
            some = usual
        signs = some[-1].sides(second)
        # An uneven side at the end of sheet 1 is white anyway.
        acting = max(SIDES_OF_A_SHEET, sides - max(SIDES_OF_A_SHEET, signs))
        one = _most_spacious(some, first, acting)
        other = _most_spacious(some, second, signs)
        size = min(one.builder.style.body.size, other.builder.style.body.size)
        above, below = _spread(some, one, first, size), _spread(some, other, second, size)
        items, pages = [*above[0], *below[0]], [*above[1], *below[1]]
        return Arranged(one.at(size).builder, items, pages)
    return None


def _best_way(
    ways: Sequence[tuple[Sections, bool]], least: int, close: Sequence[_Setting], sides: int
) -> tuple[Sections, Sequence[_Setting]] | None:
    """Return the order that has room and divides sheet 1 least, the first of these; its styles too.

    `least`: the pages that the medicines go on to in any case, as a list to tick has its own. None
    where no order has room.
    """
    best: tuple[Sections, Sequence[_Setting]] | None = None
    found = _Division()
    for way, closest in ways:
        first, second = _sheets(way)
        some = close if closest else close[:-1]
        if not some[-1].holds(first, second, sides):
            continue
        division = replace(some[-1].division(first), others=0)
        if best is None or division < found:
            best, found = (way, some), division
        if found <= _Division(medicines=least):
            break
    return best


def orders(leaflet: Leaflet) -> list[tuple[Sections, bool]]:
    """Return the orders of the sections of a standard leaflet, the best first.

    Each comes with whether the closest style, with its small title, may be taken for it. What to do
    now stands above the medicines. Where sheet 1 lacks room, the short list of what needs a doctor
    today gives way, as the whole list is on sheet 2. Then heat and cold move there, below the
    signs; then the lines for name and date, to the line for who gave the leaflet. Then what to do
    now runs on beside its heading, and at last it opens the second page, below the medicines.
    """
    usual = leaflet.sections
    shorter = without(usual, TODAY)
    moved = moved_below(shorter)
    named = signed_below(shorter)
    signed = moved_below(named)
    ways = [(usual, False), (shorter, False), (moved, False), (moved, True), (signed, True)]
    ways += [(named, True)]
    ways += [(_run_on(one), True) for one in (shorter, moved, signed, named)]
    for one in (shorter, moved, signed, named):
        ways += [(_swapped(one), False), (_swapped(one), True)]
    if any(one.id == SERVICE for one in usual):
        ways += [(_served_below(one), closest) for one, closest in ways]
    return ways


def has_list(leaflet: Leaflet) -> bool:
    """Return whether the medicines start with a list to tick, on a sheet of its own."""
    return any(one.id == MEDICINES and one.fresh_page for one in leaflet.sections)


# ------------------------------------------------------------------ orders
def _sheets(sections: Sections) -> tuple[Sections, Sections]:
    """Part the sections to act on from all the signs and what is below them."""
    at = _place(sections, HELP)
    return sections[:at], sections[at:]


def without(sections: Sections, *ids: str) -> Sections:
    """Return the sections that have none of some ids."""
    return tuple(one for one in sections if one.id not in ids)


def _may_point(leaflet: Leaflet, sections: Sections) -> bool:
    """Return whether a line may say where the signs for today are, as they are not on sheet 1."""
    return bool(leaflet.today_page) and all(one.id != TODAY for one in sections)


def _pointed(sections: Sections, line: Section) -> Sections:
    """Return sections with a line at the end of sheet 1, above the lines for name and date."""
    ends = _place(sections, HELP)
    at = ends - (sections[ends - 1].id == GIVEN)
    return (*sections[:at], line, *sections[at:])


def moved_below(sections: Sections) -> Sections:
    """Return the sections with those that may move, such as heat and cold, below all the signs.

    Where a list to tick has a sheet of its own, they are below the medicines there.
    """
    some = tuple(one for one in sections if one.may_move)
    others = tuple(one for one in sections if not one.may_move)
    ticked = [n for n, one in enumerate(others, 1) if one.id == MEDICINES and one.fresh_page]
    below = ticked[0] if ticked else _place(others, ABOUT)
    return (*others[:below], *some, *others[below:])


def _run_on(sections: Sections) -> Sections:
    """Return the sections with what to do now run on beside its heading, not item by item."""
    return tuple(
        replace(
            one,
            parts=tuple(
                replace(part, kind=RUN_ON) if isinstance(part, ItemList) else part
                for part in one.parts
            ),
        )
        if one.first_thing
        else one
        for one in sections
    )


def _swapped(sections: Sections) -> Sections:
    """Return the sections with what to do now below the medicines."""
    now = tuple(one for one in sections if one.first_thing)
    others = tuple(one for one in sections if not one.first_thing)
    at = next((n for n, one in enumerate(others, 1) if one.id == MEDICINES), 0)
    if not at or others[at - 1].fresh_page:
        return sections
    return (*others[:at], *now, *others[at:])


def signed_below(sections: Sections) -> Sections:
    """Return the sections with the lines for name and date above that for who gave the leaflet."""
    lines = [part for one in sections if one.id == GIVEN for part in one.parts]
    return tuple(
        replace(one, parts=(*one.parts[:-1], *lines, one.parts[-1])) if one.id == ABOUT else one
        for one in without(sections, GIVEN)
    )


def _served_below(sections: Sections) -> Sections:
    """Return the sections with the box about the service above what the leaflet says of itself."""
    service = tuple(one for one in sections if one.id == SERVICE)
    others = without(sections, SERVICE)
    at = _place(others, ABOUT)
    return (*others[:at], *service, *others[at:])


def _place(sections: Sections, ident: str) -> int:
    return next(n for n, one in enumerate(sections) if one.id == ident)


# ------------------------------------------------------------------ heights
class _Setting:
    """The sections of a leaflet in one style, each set once; they are known by identity."""

    def __init__(self, builder: Builder, leaflet: Leaflet) -> None:
        self.builder = builder
        self._leaflet = leaflet
        self._left_out = {CARD, WEEK_STRIP} | (set() if leaflet.look.diary else {DIARY})
        self._set: dict[int, list[FlowItem]] = {}
        self._pages: dict[tuple[int, ...], list[PageLayout]] = {}

    def holds(self, first: Sections, second: Sections, sides: int) -> bool:
        """Tell whether two parts, each from a page of its own, take no more than so many sides."""
        return self.sides(second) + self.sides(first) <= sides

    def holds_as_well(self, sections: Sections, others: Sections, sides: int) -> bool:
        """Tell whether sections take no more than so many sides, and are not divided more."""
        first, second = _sheets(sections)
        if not self.holds(first, second, sides):
            return False
        return self.division(first) <= self.division(_sheets(others)[0])

    def division(self, sections: Sections) -> _Division:
        """Return how sections are divided between their pages."""
        return _divided(self.pages(sections))

    def at(self, size: float) -> _Setting:
        """Return this setting with body text of another size, on the same leading."""
        style = at_size(self.builder.style, size)
        if style is self.builder.style:
            return self
        return _Setting(replace(self.builder, style=style), self._leaflet)

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

    def all(self, sections: Sections) -> list[FlowItem]:
        """Return all flow items of sections."""
        return [item for section in sections for item in self.items_of(section)]

    def items_of(self, section: Section) -> list[FlowItem]:
        """Return the flow items of a section."""
        if id(section) not in self._set:
            self._set[id(section)] = set_section(self.builder, section)
        return self._set[id(section)]


def _most_spacious(settings: Sequence[_Setting], sections: Sections, sides: int) -> _Setting:
    """Return the first style in which sections take so many sides; the last one is known to do.

    What fits in one style fits in every closer one, so few have to be tried. One of the next few is
    taken instead if it divides less between two pages.
    """
    low, high = 0, len(settings) - 1
    while low < high:
        middle = (low + high) // 2
        if settings[middle].sides(sections) <= sides:
            high = middle
        else:
            low = middle + 1
    found = settings[high]
    least = settings[-1].division(sections)
    for closer in settings[high + 1 : high + 1 + _CLOSER]:
        if found.division(sections) <= least:
            break
        if closer.division(sections) < found.division(sections):
            found = closer
    return found


def _spread(
    settings: Sequence[_Setting], chosen: _Setting, sections: Sections, size: float
) -> tuple[Sequence[FlowItem], Sequence[PageLayout]]:
    """Return the items of a sheet and its pages; the first page more spacious where it lacks words.

    That page ends where a section or a box does that has no room, and all the white would be below
    it. `settings` are the most spacious first, the chosen one among them; `size` is that of text.
    """
    setting = chosen.at(size)
    items, pages = setting.all(sections), setting.pages(sections)
    page = setting.builder.style.page
    if len(pages) < SIDES_OF_A_SHEET or pages[1].head or _white(pages[0], page) <= _MOST_WHITE:
        return items, pages
    start = pages[1].placed[0].item
    found: tuple[Sequence[FlowItem], Sequence[PageLayout]] = items, pages
    low, high = 0, settings.index(chosen)
    while low < high:
        middle = (low + high) // 2
        tried = _mixed(settings[middle].at(size), setting, sections, start)
        divided = setting.divided(tried)
        if len(divided) == len(pages) and divided[1].placed[0].item is start:
            found, high = (tried, divided), middle
        else:
            low = middle + 1
    return found


def _mixed(
    roomier: _Setting, setting: _Setting, sections: Sections, start: FlowItem
) -> Sequence[FlowItem]:
    """Return the items of sections, those above `start` in another setting.

    Settings may set a section in more or fewer items, so the place is found by the section, and
    inside one by its boxes. Where it is neither, the items of the one setting are returned.
    """
    for number, section in enumerate(sections):
        ours, theirs = setting.items_of(section), roomier.items_of(section)
        at = next((n for n, item in enumerate(ours) if item is start), None)
        if at is None:
            continue
        boxes, others = _boxes(ours), _boxes(theirs)
        if at in boxes and len(boxes) == len(others):
            above = theirs[: others[boxes.index(at)]]
        elif at == 0:
            above = []
        else:
            break
        before, after = sections[:number], sections[number + 1 :]
        return [*roomier.all(before), *above, *ours[at:], *setting.all(after)]
    return setting.all(sections)


def _boxes(items: Sequence[FlowItem]) -> list[int]:
    """Return the places of the items that open a box."""
    return [number for number, item in enumerate(items) if item.opens_frame]


def _white(layout: PageLayout, page: Page) -> float:
    """Return the white below the last item or box of a page, in points."""
    ends = [one.top + one.item.height for one in layout.placed]
    ends += [top + height for _, top, height in layout.frames]
    return page.bottom - page.top - max(ends)


def _divided(pages: Sequence[PageLayout]) -> _Division:
    """Return how the parts of a sheet are divided between its pages."""
    items = [[placed.item for placed in page.placed] for page in pages]
    on = [{_whole(item.name) for item in page} - {""} for page in items]
    goes_on = sum(map(len, on)) - len(set().union(*on))
    medicines = max(0, sum(MEDICINES in names for names in on) - 1)
    table = sum(any(item.in_table for item in page) for page in items)
    now = [number for number, page in enumerate(items) if any(one.first_thing for one in page)]
    return _Division(
        table=max(0, table - 1),
        late=bool(now) and now[0] > 0,
        now=max(0, len(now) - 1),
        medicines=medicines,
        others=goes_on - medicines,
    )


def _whole(name: str) -> str:
    """Return the part that the name of a flow item belongs to; "" for what may be divided."""
    if name.startswith("card ") or name == STOP_RULE:
        return EXERCISES
    return "" if name in _NOT_WHOLE else name
