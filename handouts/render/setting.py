"""Set the sections of a leaflet in one style, and divide them into pages: `Setting`.

Each section is set and measured once in a style. `Division` says how the parts of a sheet are
divided between its pages.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import CARD, DIARY, EMERGENCY, EXERCISES, HELP, MEDICINES
from handouts.errors import TypesettingError
from handouts.leaflet.tree import is_panel
from handouts.render.layout.columns import Columns
from handouts.render.layout.exercise_card import is_exercise
from handouts.render.layout.flow import TOP, on_a_page, set_section
from handouts.render.layout.flowables import Indent
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.medicine_rows import ALWAYS
from handouts.render.layout.page_breaks import break_pages
from handouts.render.layout.sheet_style import GAPS, at_size, loosened
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.one_column import has_lists
from handouts.render.orders import GIVEN, sheets_of
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handouts.leaflet.tree import Leaflet, Section
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.layout.style import Style
    from handouts.render.orders import Sections


_MOST_WHITE = 46.0
"""The white at the end of a page that needs no sharing out, in points."""
_FITS_NOT = 1000
"""Sides; no leaflet has as many."""
_ROUNDING = 0.001
_NOT_WHOLE = frozenset({TOP, EMERGENCY, GIVEN, HELP})
"""Parts that are divided by rules of their own; all others should stand on one page."""


class Division(Struct, frozen=True, order=True):
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
    apart: int = 0
    """Whether what holds for all medicines, under its own heading, is on another page than they."""

    def is_good(self, medicines: int) -> bool:
        """Tell whether no other page need be tried, if the medicines go on to so many pages anyway.

        The parts that are left may be divided otherwise in another order, not on another page.
        """
        return not (self.apart or self.signs) and self < Division(medicines=medicines + 1)


class Setting:
    """The sections of a leaflet in one style, each set once; they are known by identity.

    `known` holds the settings of a leaflet: another that is asked for again is the same one.
    """

    def __init__(
        self,
        builder: Builder,
        leaflet: Leaflet,
        tags: dict[int, Tag],
        known: dict[tuple[Style, int], Setting] | None = None,
    ) -> None:
        self.builder = builder
        self._known = {} if known is None else known
        self._known.setdefault((builder.style, builder.first_groups), self)
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

    def has_page_of(self, other: Setting) -> bool:
        """Tell whether two settings have the same page, as the two sheets of a leaflet must."""
        return self.builder.style.page == other.builder.style.page

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

    def division(self, sections: Sections) -> Division:
        """Return how sections are divided between their pages."""
        return _divided(self.pages(sections))

    def at(self, size: float) -> Setting:
        """Return this setting with body text of another size, on the same leading."""
        return self._styled(at_size(self.builder.style, size))

    def _styled(self, style: Style) -> Setting:
        """Return this setting in another style."""
        return self._changed(style, self.builder.first_groups)

    def parted(self, groups: int) -> Setting:
        """Return this setting with so many groups on the first page of every emergency sign."""
        return self._changed(self.builder.style, groups)

    def _changed(self, style: Style, groups: int) -> Setting:
        """Return the setting in a style with so many groups; it is made when it is first needed."""
        if (style, groups) == (self.builder.style, self.builder.first_groups):
            return self
        found = self._known.get((style, groups))
        if found is None:
            builder = replace(self.builder, style=style, first_groups=groups)
            found = Setting(builder, self._leaflet, self._tags, self._known)
        return found

    def may_list(self, sections: Sections) -> bool:
        """Tell whether something in sections runs on that may be a list."""
        return not self.builder.style.has_lists and any(map(has_lists, sections))

    def listed(self) -> Setting:
        """Return this setting with lists in place of what runs on."""
        style = self.builder.style
        return self if style.has_lists else self._styled(replace(style, lists=True))

    def with_run_on(self, fields: Mapping[str, bool]) -> Setting:
        """Return this setting with some of what it lists run on, as fields of its style."""
        return self._styled(replace(self.builder.style, **fields)) if fields else self

    def with_ticks_on_cards(self) -> Setting:
        """Return this setting with the week to tick on the cards, not in a strip of its own."""
        return self._styled(replace(self.builder.style, ticks_on_cards=True))

    def lined(self, sections: tuple[str, ...]) -> Setting:
        """Return this setting with a line for each fact or topic of some sections of page 1."""
        return self._styled(replace(self.builder.style, lines=sections))

    def with_low_title(self) -> Setting:
        """Return this setting with a smaller title, message and band on page 1."""
        return self._styled(self.builder.style.with_low_title())

    def closer(self) -> list[Setting]:
        """Return this setting with smaller gaps, but none as small as in the closest styles."""
        style = self.builder.style
        return [self._styled(replace(style, gap_factor=min(style.gap_factor, one))) for one in GAPS]

    def groups_of_signs(self, sections: Sections) -> int:
        """Count the groups in the box of every emergency."""
        boxes = [part for one in sections if one.id == HELP for part in one.parts]
        groups = [
            part
            for box in boxes
            if is_panel(box, "warnings")
            for part in box.parts
            if is_panel(part, "groups")
        ]
        return sum(len(one.parts) for one in groups)

    def looser(self) -> list[Setting]:
        """Return this setting with lines wider apart, the widest first."""
        return [self._styled(one) for one in loosened(self.builder.style)]

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

    def divided(self, items: Sequence[FlowItem], *, week: bool = False) -> list[PageLayout]:
        """Return the pages of items, without what is printed only where there is room.

        With `week` the week to tick is among them.
        """
        page = self.builder.style.page
        left_out = self._left_out - ({WEEK_STRIP} if week else set())
        some = [item for item in items if item.name not in left_out]
        return break_pages(some, page.content_width, page.bottom - page.top)

    def divided_if_it_fits(
        self, items: Sequence[FlowItem], *, week: bool = False
    ) -> list[PageLayout]:
        """Return the pages of items as `divided` does; none where a part is taller than a page."""
        try:
            return self.divided(items, week=week)
        except TypesettingError:
            return []

    def has_signs_below_signs(self, sections: Sections) -> bool:
        """Tell whether a box has columns of signs below other columns on a page."""
        return any(map(has_columns_below_columns, self.pages(sections)))

    def may_add(self, items: Sequence[FlowItem]) -> bool:
        """Tell whether some items are only printed where there is room for them."""
        return any(item.name in self._left_out for item in items)

    def pages_if_it_fits(self, sections: Sections) -> Sequence[PageLayout]:
        """Return the pages of sections as `pages` does; none where a part is taller than a page."""
        try:
            return self.pages(sections)
        except TypesettingError:
            return ()

    def is_full(self, page: PageLayout) -> bool:
        """Tell whether a page has so little white that it needs no sharing out."""
        return self.white(page) <= _MOST_WHITE

    def white(self, page: PageLayout) -> float:
        """Return the white above what stands at the foot of a page, or below all, in points."""
        ends = [one.top + one.item.height for one in page.placed if not one.item.at_foot]
        ends += [top + height for _, top, height in page.frames]
        feet = [one.top for one in page.placed if one.item.at_foot]
        paper = self.builder.style.page
        return min([*feet, paper.bottom - paper.top]) - max(ends, default=0.0)

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


def has_columns_below_columns(page: PageLayout) -> bool:
    """Tell whether a box on a page has columns of signs below other columns."""
    frames = [id(one.item.frame) for one in page.placed if _has_columns(one.item)]
    return len(frames) > len(set(frames))


def _has_columns(item: FlowItem) -> bool:
    """Tell whether an item is columns of signs in a box."""
    flowable = item.flowable
    return bool(item.frame and isinstance(flowable, Indent) and isinstance(flowable.inner, Columns))


def _divided(pages: Sequence[PageLayout]) -> Division:
    """Return how the parts of a sheet are divided between its pages."""
    items = [[placed.item for placed in page.placed] for page in pages]
    on = [{_whole(item.name) for item in page if not item.has_head} - {""} for page in items]
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
    return Division(
        table=max(0, table - 1),
        late=bool(now) and now[0] > 0,
        now=max(0, len(now) - 1),
        medicines=medicines,
        exercises=_spread_over(items),
        others=goes_on - medicines,
        signs=len(framed) - len({frame for _, frame in framed}),
        apart=sum(_is_apart(page) for page in items),
    )


def _is_apart(page: Sequence[FlowItem]) -> bool:
    """Tell whether a page has what holds for all medicines, under its heading, and no row."""
    has_head = any(item.has_head for item in page)
    return has_head and not any(item.in_table for item in page)


def _spread_over(pages: Sequence[Sequence[FlowItem]]) -> int:
    """Return how many pages more than they need exercises take that do not fit one page."""
    cards = [sum(is_exercise(item.name) for item in page) for page in pages]
    count = sum(cards)
    if count <= on_a_page(count or 1):
        return 0
    return sum(map(bool, cards)) + count // -on_a_page(count)


def _whole(name: str) -> str:
    """Return the part that the name of a flow item belongs to; "" for what may be divided."""
    if is_exercise(name) or name == STOP_RULE:
        return EXERCISES
    return "" if name in _NOT_WHOLE else MEDICINES if name == ALWAYS else name
