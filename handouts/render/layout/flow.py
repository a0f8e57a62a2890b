"""Set all sections of a leaflet as flow items, not yet divided into pages: `set_leaflet`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.vocabulary import DIARY
from handouts.errors import Fault, TypesettingError
from handouts.leaflet.markup import sentences
from handouts.leaflet.tree import (
    Form,
    Heading,
    ItemList,
    Panel,
    Paragraph,
    Picture,
    Run,
    Table,
    plain,
)
from handouts.render.layout.builder import HANG
from handouts.render.layout.exercise_card import set_card
from handouts.render.layout.flowables import (
    FORBIDDEN,
    Bookmarked,
    Columns,
    FlowItem,
    Indent,
    Ruled,
    Stack,
)
from handouts.render.layout.forms import set_form, set_table
from handouts.render.layout.masthead import (
    MASTHEAD,
    is_masthead,
    set_clinician,
    set_masthead,
    set_service,
)
from handouts.render.layout.panels import (
    FEW_POINTS,
    ITEM_GAP,
    PARAGRAPH_GAP,
    list_slabs,
    pairs,
    set_book,
    set_check_first,
    set_emergency,
    set_just_for_you,
    set_medicine_warning,
    set_note,
    set_row,
    set_today,
    set_warnings,
)
from handouts.render.layout.style import ACCENT
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from handouts.leaflet.tree import Leaflet, Part, Section
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Marked
    from handouts.render.pdf.structure import TagPath


FIRST_THING = "what-to-do-now"
SERVICE, ABOUT = "service", "about"
EMERGENCY, JUST_FOR_YOU = "emergency", "just-for-you"
_SECTION_GAP = 3.8 * MM
_PANELS: Mapping[str, Callable[[Builder, Panel, TagPath], Iterable[FlowItem]]] = {
    "emergency": set_emergency,
    "check-first": set_check_first,
    "just-for-you": set_just_for_you,
    "card": set_card,
    "note": set_note,
    "try": set_row,
    "ask": set_row,
    "avoid": set_row,
    "medicine-warning": set_medicine_warning,
    "warnings": set_warnings,
    "today": set_today,
    "book": set_book,
    "service": set_service,
    "clinician": set_clinician,
}


def set_leaflet(setter: Builder, leaflet: Leaflet) -> list[FlowItem]:
    """Set every section; raises TypesettingError for a missing glyph or a box out of place."""
    return [slab for section in leaflet.sections for slab in _section(setter, section)]


def service_orders(slabs: Sequence[FlowItem]) -> list[list[FlowItem]]:
    """Give the orders with the box on the service elsewhere: on the last page, then higher up.

    It stands before the section on help where that costs no page; these are for the rest.
    """
    service = [slab for slab in slabs if slab.name == SERVICE]
    if not service:
        return []
    rest = [slab for slab in slabs if slab.name != SERVICE]
    late = next(n for n, slab in enumerate(rest) if slab.name in {DIARY, ABOUT})
    first = next((n for n, slab in enumerate(rest) if slab.name == FIRST_THING), late) + 1
    earlier = [n for n, slab in enumerate(rest) if slab.is_heading and first < n < late]
    return [[*rest[:n], *service, *rest[n:]] for n in (late, *reversed(earlier))]


def _section(setter: Builder, section: Section) -> list[FlowItem]:
    path = (Tag("Sect"),)
    parts = section.parts
    slabs: list[FlowItem] = []
    if is_masthead(parts):
        slabs.append(set_masthead(setter, parts[:MASTHEAD], path))
        parts = parts[MASTHEAD:]
    slabs.extend(slab for part in parts for slab in _part(setter, part, path, section.id))
    if slabs:
        slabs[0].fresh_page = section.fresh_page
        # In one column the warning signs are no sheet of their own, but several pages.
        slabs[0].fresh_page_if_free = not setter.style.columns
    if (
        section.id == JUST_FOR_YOU
        and not (setter.style.columns or setter.style.splits_first_box)
        and slabs
    ):
        # Page 1 of such pages has room for the emergency box only.
        slabs[0].fresh_page, slabs[0].fresh_page_if_free = True, False
    if section.id == FIRST_THING and slabs:
        # The first thing to do belongs on page 1 whenever it fits there.
        slabs[0].break_penalty = 900.0
    after_heading = False
    for slab in slabs:
        slab.name = slab.name or section.id
        slab.gap *= setter.style.gap_factor
        if after_heading:
            slab.break_penalty = FORBIDDEN
        after_heading = slab.is_heading
    return slabs


def _part(  # noqa: PLR0911 - one return for each kind of part
    setter: Builder, part: Part, path: TagPath, section: str
) -> Iterable[FlowItem]:
    """Set one part that stands in the flow of a section."""
    match part:
        case Heading():
            return [_heading(setter, part, path)]
        case Paragraph():
            return [_paragraph(setter, part, path)]
        case ItemList(kind="points"):
            return _points(setter, part, path)
        case ItemList():
            return list_slabs(setter, setter.items(part, path), 1.2 * MM)
        case Table():
            return set_table(setter, part, path)
        case Form():
            lines = set_form(setter, part, path)
            return [FlowItem(flowable=lines, gap=3 * MM, at_foot=True, break_penalty=20)]
        case Picture():
            return [FlowItem(flowable=setter.drawing(part, path), gap=PARAGRAPH_GAP)]
        case Panel():
            return _panel(setter, part, path, section)


def _panel(setter: Builder, panel: Panel, path: TagPath, section: str) -> Iterable[FlowItem]:
    set_panel = _PANELS.get(panel.kind)
    if set_panel is None:
        message = f"a `{panel.kind}` box cannot stand in section `{section}`"
        raise TypesettingError(Fault(message=message, hint="see docs/architecture.md"))
    return set_panel(setter, panel, path)


def _heading(setter: Builder, part: Heading, path: TagPath) -> FlowItem:
    """Set the title, or the heading of a section under its rule."""
    style = setter.style
    if part.level == 1:
        return FlowItem(flowable=setter.heading(part, style.title, path))
    text = setter.text(part.runs, style.heading, (*path, Tag("H2")))
    ruled = Bookmarked(Ruled(text, 1.3 * MM, 1.5, style.ink(ACCENT)), 1, text.plain)
    gap = 3.6 * MM if style.tight else _SECTION_GAP
    return FlowItem(flowable=ruled, gap=gap, stretch=3 * MM, is_heading=True)


def _paragraph(setter: Builder, part: Paragraph, path: TagPath) -> FlowItem:
    style = setter.style
    match part.kind:
        case "message":
            return _message(setter, part, path)
        case "stage":
            text = setter.paragraph(part, style.stage, path)
            return FlowItem(flowable=text, gap=0.6 * MM, break_penalty=FORBIDDEN)
        case "small":
            text = setter.paragraph(part, style.small, path)
            return FlowItem(flowable=Indent(text, 0, 162 * MM), gap=2.4, break_penalty=FORBIDDEN)
    text = setter.paragraph(part, style.body, path)
    return FlowItem(
        flowable=setter.railed(text, style.measure), gap=PARAGRAPH_GAP, break_penalty=FORBIDDEN
    )


def _message(setter: Builder, part: Paragraph, path: TagPath) -> FlowItem:
    """Set the main message: a line for each sentence; if it is tight, one line where that fits."""
    style = setter.style
    path = (*path, Tag("P"))
    chosen, gap = (style.message_tight, 1.6 * MM) if style.tight else (style.message, 2.6 * MM)
    whole = setter.text((Run(plain(part.runs)),), chosen, path)
    if style.tight and whole.wrap(style.page.content_width) <= chosen.leading:
        return FlowItem(flowable=whole, gap=gap, break_penalty=FORBIDDEN)
    *before, last = sentences(plain(part.runs))
    said = [*(f"{one} " for one in before), last]
    lines = [setter.text((Run(one),), chosen, path) for one in said]
    return FlowItem(flowable=Stack(lines, [0.0] * len(lines)), gap=gap, break_penalty=FORBIDDEN)


def _points(setter: Builder, part: ItemList, path: TagPath) -> Iterator[FlowItem]:
    """Set a list of short points in two columns, or in one where that is no taller.

    A long list comes in two slabs, so that a page may end between them.
    """
    items = setter.items(part, path)
    if not setter.style.columns:
        yield from list_slabs(setter, items, 1.2 * MM)
        return
    halves: list[Sequence[Marked]] = [items]
    if setter.style.splits_lists:
        halves = pairs(items)
    elif len(items) > FEW_POINTS:
        # Each half but the last fills its columns evenly.
        middle = len(items) // 2 + len(items) // 2 % 2
        halves = [items[:middle], items[middle:]]
    for number, half in enumerate(halves):
        yield FlowItem(
            flowable=_shortest(setter, half),
            gap=ITEM_GAP if number else 1.2 * MM,
            break_penalty=120 if number else FORBIDDEN,
        )


def _shortest(setter: Builder, items: Sequence[Marked]) -> Indent:
    gaps = [ITEM_GAP] * len(items)
    columns = Indent(Columns(items, gaps, 11 * MM), HANG, setter.width)
    single = setter.railed(Stack(items, gaps), setter.style.wide_measure)
    return min(columns, single, key=lambda option: option.wrap(setter.width))
