"""Set the sections of a leaflet in one style, and divide them into pages: `Setting`.

Each section is set and measured once in all styles that set it alike; see `set_once`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import HELP
from handouts.errors import TypesettingError
from handouts.leaflet.tree import is_panel
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Indent
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.layout.page_breaks import break_pages, least_pages
from handouts.render.layout.sheet_style import GAPS, at_size, loosened
from handouts.render.one_column import has_lists
from handouts.render.orders import sheets_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handouts.leaflet.tree import Section
    from handouts.render.division import Division, PagedItems
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.layout.style import Style
    from handouts.render.orders import Sections
    from handouts.render.set_once import SetOnce


_MOST_WHITE = 46.0
"""The white at the end of a page that needs no sharing out, in points."""
_FITS_NOT = 1000
"""Sides; no leaflet has as many."""


class Setting:
    """The sections of a leaflet in one style, each set once; they are known by identity.

    `once` holds the sections of a leaflet as they are set, and `known` its settings: another that
    is asked for again is the same one.
    """

    def __init__(
        self,
        builder: Builder,
        once: SetOnce,
        known: dict[tuple[Style, int], Setting] | None = None,
    ) -> None:
        self.builder = builder
        self._known = {} if known is None else known
        self._known.setdefault((builder.style, builder.first_groups), self)
        self._once = once
        self._set: dict[int, list[FlowItem]] = {}
        self._sections: list[Section] = []
        """Those that are set: kept, so that no other takes the identity of one that is dropped."""
        self._sheets: dict[tuple[int, ...], PagedItems] = {}

    def holds(self, first: Sections, second: Sections, sides: int) -> bool:
        """Tell whether two parts, each from a page of its own, take no more than so many sides."""
        if self.least_sides(first) + self.least_sides(second) > sides:
            return False
        return self.sides(second) + self.sides(first) <= sides

    def has_page_of(self, other: Setting) -> bool:
        """Tell whether two settings have the same page, as the two sheets of a leaflet must."""
        return self.builder.style.page == other.builder.style.page

    def least_sides(self, sections: Sections) -> int:
        """Return a number of pages below which sections have no room, however they are divided."""
        page = self.builder.style.page
        return least_pages([self._sheet((one,)).bulk for one in sections], page.bottom - page.top)

    def holds_as_well(self, sections: Sections, others: Sections, sides: int) -> bool:
        """Tell whether sections take no more than so many sides, and are not divided more."""
        first, second = sheets_of(sections)
        if not self.holds(first, second, sides):
            return False
        return self.division(first) <= self.division(sheets_of(others)[0])

    def division(self, sections: Sections) -> Division:
        """Return how sections are divided between their pages."""
        return self._sheet(sections).division

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
            found = Setting(builder, self._once, self._known)
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
        items = [item for item in self.all(sections) if item.name not in self._once.left_out]
        return sum(item.gap + item.height for item in items) / (page.bottom - page.top) / sides

    def sides(self, sections: Sections) -> int:
        """Count the pages that sections take; more than any leaflet has where a part fits none."""
        try:
            return len(self._sheet(sections).spans)
        except TypesettingError:
            return _FITS_NOT

    def pages(self, sections: Sections) -> Sequence[PageLayout]:
        """Return the pages of sections, without what is printed only where there is room."""
        return self._sheet(sections).pages

    def _sheet(self, sections: Sections) -> PagedItems:
        """Return sections as they are set one after the other."""
        key = tuple(map(id, sections))
        sheet = self._sheets.get(key)
        if sheet is None:
            some = [self.items_of(one) for one in sections]
            sheet = self._sheets[key] = self._once.sheet(some, self.builder.style.page)
        return sheet

    def divided(self, items: Sequence[FlowItem], *, week: bool = False) -> list[PageLayout]:
        """Return the pages of items, without what is printed only where there is room.

        With `week` the week to tick is among them.
        """
        page = self.builder.style.page
        left_out = self._once.left_out - ({WEEK_STRIP} if week else set())
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

    def signs_overleaf(self, sections: Sections) -> int:
        """Count the pages that the box of every emergency goes on to."""
        return sum(map(goes_on_with_signs, self.pages(sections)))

    def may_add(self, items: Sequence[FlowItem]) -> bool:
        """Tell whether some items are only printed where there is room for them."""
        return any(item.name in self._once.left_out for item in items)

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
            self._sections.append(section)
            self._set[id(section)] = self._once.items(self.builder, section)
        return self._set[id(section)]


def goes_on_with_signs(page: PageLayout) -> bool:
    """Tell whether a page starts inside the box of every emergency, which has no bar."""
    first = page.placed[0].item
    return bool(first.name == HELP and first.frame and not first.frame.bar) and not (
        first.opens_frame or first.is_heading
    )


def has_columns_below_columns(page: PageLayout) -> bool:
    """Tell whether a box on a page has columns of signs below other columns."""
    frames = [id(one.item.frame) for one in page.placed if _has_columns(one.item)]
    return len(frames) > len(set(frames))


def _has_columns(item: FlowItem) -> bool:
    """Tell whether an item is columns of signs in a box."""
    flowable = item.flowable
    return bool(item.frame and isinstance(flowable, Indent) and isinstance(flowable.inner, Columns))
