"""Set each section of a leaflet once in all styles that set it alike: `SetOnce`.

Of the styles that are tried for a leaflet many differ in what one section alone reads, such as
whether the reasons to stop an exercise run on. The other sections are the same in them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import (
    CARD,
    DIARY,
    EMERGENCY,
    EXERCISES,
    HELP,
    JUST_FOR_YOU,
    MEDICINES,
)
from handouts.render.division import PagedItems
from handouts.render.layout.flow import set_section
from handouts.render.layout.forms import WEEK_STRIP
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handouts.leaflet.tree import Leaflet, Section
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.style import Page, Style


READ_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "lines": frozenset({EMERGENCY, JUST_FOR_YOU}),
        "rows_run_on": frozenset({MEDICINES}),
        "stops_run_on": frozenset({EXERCISES}),
        "ticks_on_cards": frozenset({EXERCISES}),
    }
)
"""The fields of a style that only some sections read, and these; any other may be read by all."""
GROUPS_READ_BY = HELP
"""The section that reads how many groups of signs its first page has."""
_UNREAD: Mapping[str, object] = MappingProxyType(
    {"lines": (), "rows_run_on": False, "stops_run_on": False, "ticks_on_cards": False}
)


class SetOnce:
    """The flow items of the sections of one leaflet, also of orders in which a section is changed.

    Sections that are equal are one, in whatever order they are, and have one element. So are sheets
    of the same items. `left_out` names the items that are printed only where there is room.
    """

    def __init__(self, leaflet: Leaflet) -> None:
        self.left_out = {CARD, WEEK_STRIP} | (set() if leaflet.look.diary else {DIARY})
        self._tags: dict[Section, Tag] = {}
        self._items: dict[tuple[Section, Style, int], list[FlowItem]] = {}
        self._sheets: dict[tuple[Page, tuple[int, ...]], PagedItems] = {}

    def items(self, builder: Builder, section: Section) -> list[FlowItem]:
        """Return the flow items of a section, the same ones where a style sets it alike."""
        unread = {name: _UNREAD[name] for name, some in READ_BY.items() if section.id not in some}
        groups = builder.first_groups if section.id == GROUPS_READ_BY else 0
        key = section, replace(builder.style, **unread), groups
        items = self._items.get(key)
        if items is None:
            tag = self._tags.setdefault(section, Tag("Sect"))
            items = self._items[key] = set_section(builder, section, tag)
        return items

    def sheet(self, some: Sequence[list[FlowItem]], page: Page) -> PagedItems:
        """Return a sheet of the items of sections, all of them set by `items`."""
        key = page, tuple(map(id, some))
        sheet = self._sheets.get(key)
        if sheet is None:
            needed = [one for items in some for one in items if one.name not in self.left_out]
            sheet = self._sheets[key] = PagedItems(needed, page)
        return sheet
