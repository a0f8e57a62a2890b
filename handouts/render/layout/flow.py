"""Set all sections of a leaflet as flow items, not yet divided into pages: `set_leaflet`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import ABOUT, CARD, CHECK_FIRST, DIARY, EMERGENCY, EXERCISES, HELP
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
    is_panel,
    plain,
)
from handouts.render.layout.exercise_card import is_exercise, set_card
from handouts.render.layout.first_box import set_emergency
from handouts.render.layout.flowables import (
    FORBIDDEN,
    MOST_STRETCH,
    THIN,
    TORN,
    Bookmarked,
    FlowItem,
    Indent,
    Ruled,
    RunIn,
    Stack,
)
from handouts.render.layout.forms import set_form, set_table
from handouts.render.layout.masthead import (
    MASTHEAD,
    is_masthead,
    set_clinician,
    set_masthead,
    set_service,
    set_title,
)
from handouts.render.layout.medicine_rows import ALWAYS, ROWS, set_always, set_row
from handouts.render.layout.overleaf import section_overleaf
from handouts.render.layout.panels import (
    ITEM_GAP,
    PARAGRAPH_GAP,
    least_above_box,
    set_check_first,
    set_just_for_you,
)
from handouts.render.layout.pocket_card import set_pocket_card
from handouts.render.layout.questions import asked_below, list_with_questions
from handouts.render.layout.signs import (
    set_book,
    set_maternity,
    set_medicine_warning,
    set_today,
    set_today_page,
    set_warnings,
)
from handouts.render.layout.stop_box import STOP_RULE, set_stop_rule
from handouts.render.layout.style import ACCENT
from handouts.render.layout.tick_list import set_note
from handouts.render.layout.uses import USES, set_uses
from handouts.render.layout.week_row import with_week_on_cards
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from handouts.leaflet.tree import Leaflet, Part, Section
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import Style
    from handouts.render.pdf.structure import TagPath


TOP, SERVICE = "top", "service"
RUN_ON = "run-on"
"""The kind of a list whose items run on beside the heading of their section."""
_SECTION_GAP = 18.5
_HEAD_GAP = 5.5
"""Space above the rule of a section, and between its heading and the text, in points."""
_SEVERAL, _POINT_GAP = 3, 3.0
"""So many points on all exercises are a list where there is room, with so much above each."""
_APART = 6.0
"""How far apart boxes and sections should be before other gaps grow, in points."""
_LEAST_ABOVE_SMALL = 2.0
"""Space above the small print of one sheet in any style, in points."""
_LATE = 900.0
"""The penalty of page 1 ending above what to do now."""
_ABOVE_TABLE = 400.0
_AFTER_TABLE = 400.0
_BETWEEN_ROWS = 800.0
"""The penalty of a page break above the rows of the medicines, of one below them, and of one
between two of them where no page holds them all."""
_UNEVEN = 300.0
"""The penalty of a page break that leaves more exercises on one page than on another."""
_ON_ONE_PAGE = 3
"""Up to so many exercises stand on one page, where there are columns."""
_PANELS: Mapping[str, Callable[[Builder, Panel, TagPath], Iterable[FlowItem]]] = {
    "emergency": set_emergency,
    "check-first": set_check_first,
    "just-for-you": set_just_for_you,
    "card": set_card,
    "note": set_note,
    **dict.fromkeys(ROWS, set_row),
    ALWAYS: set_always,
    "stop": set_stop_rule,
    "medicine-warning": set_medicine_warning,
    "maternity": set_maternity,
    "warnings": set_warnings,
    "today": set_today,
    "book": set_book,
    "service": set_service,
    "clinician": set_clinician,
    "cut-out": set_pocket_card,
}


def set_leaflet(builder: Builder, leaflet: Leaflet) -> list[FlowItem]:
    """Set every section, in reading order.

    Raises TypesettingError for a character without a glyph, or for a box that cannot stand in its
    section.
    """
    return [item for section in leaflet.sections for item in set_section(builder, section)]


def service_orders(items: Sequence[FlowItem]) -> list[list[FlowItem]]:
    """Return the other orders to try, with the box about the service moved: lowest first.

    `items` has it before the section on getting help, which may cost a page. The others have it
    before the diary or the page about the leaflet, then before each heading higher up, but below
    what to do now. Without such a box there are none.
    """
    service = [item for item in items if item.name == SERVICE]
    if not service:
        return []
    rest = [item for item in items if item.name != SERVICE]
    late = next(n for n, item in enumerate(rest) if item.name in {DIARY, ABOUT})
    first = next((n for n, item in enumerate(rest) if item.first_thing), late) + 1
    earlier = [n for n, item in enumerate(rest) if item.is_heading and first < n < late]
    return [[*rest[:n], *service, *rest[n:]] for n in (late, *reversed(earlier))]


def set_section(builder: Builder, section: Section, tag: Tag | None = None) -> list[FlowItem]:
    """Set one section; raises TypesettingError as `set_leaflet` does.

    A section that is set in parts, each in another style, has one tag for all of them.
    """
    path = (tag or Tag("Sect"),)
    if section.id == EXERCISES and builder.style.ticks_on_cards:
        section = with_week_on_cards(section)
    items, parts = _opening(builder, section, path)
    if section.id == HELP and items:
        usual = builder.style.heading.leading + builder.style.rule_gap
        more = items[0].flowable.wrap(builder.width) - usual
        builder = replace(builder, above=builder.above + max(0.0, more))
    for part in parts:
        some = list(_part(builder, part, path, section.id))
        items.extend(some)
        # What stands above the box of all signs takes room from its columns.
        name = isinstance(part, Paragraph) and section.id == HELP
        if name or is_panel(part, "maternity"):
            high = _height(some, builder, section.id)
            builder = replace(builder, above=builder.above + high)
    if items:
        items[0].fresh_page = section.fresh_page
        # In one column the warning signs take several pages, not a sheet of their own.
        items[0].fresh_page_if_free = section.fresh_page and not builder.style.columns
    if section.first_thing and items:
        # What to do now belongs on page 1 whenever it fits there.
        items[0].late_penalty = _LATE
    _keep_name(builder, section, items)
    _keep_together(builder, section, items)
    _keep_table(builder, section, items)
    _repeat_heading(builder, section, items)
    after_heading, has_table = False, any(item.in_table for item in items)
    for item in items:
        item.name = item.name or section.id
        item.section_tag = path[0]
        item.first_thing = section.first_thing
        item.gap = _gap_of(item, builder.style, section.id)
        if builder.snug and builder.style.columns and (item.opens_frame or item.is_heading):
            item.first_stretch = max(0.0, _APART - item.gap)
        if after_heading:
            item.break_penalty = FORBIDDEN
        after_heading = item.is_heading and not (section.parted and has_table)
    return items


def _gap_factor(style: Style, section: str) -> float:
    """Return what the gaps of a section are multiplied by.

    The title, the stage and the message stay apart in every style. In one column only page 1 lacks
    room.
    """
    lacks_room = style.columns or section in {CHECK_FIRST, EMERGENCY}
    return style.gap_factor if lacks_room and section != TOP else max(style.gap_factor, 0.8)


def _gap_of(item: FlowItem, style: Style, section: str) -> float:
    """Return the gap above an item: boxes of signs never touch, even in a style without gaps.

    Page 1 lacks the room for that.
    """
    boxed = bool(item.opens_frame and item.frame and style.columns and section == HELP)
    least = max(item.least_gap, least_above_box(style) * boxed)
    return max(item.gap * _gap_factor(style, section), least)


def _opening(
    builder: Builder, section: Section, path: TagPath
) -> tuple[list[FlowItem], Sequence[Part]]:
    """Set the first parts of a section that stand together, and return the parts that are left."""
    parts = section.parts
    if is_masthead(parts):
        return [set_masthead(builder, parts[:MASTHEAD], path)], parts[MASTHEAD:]
    if builder.snug and section.id == TOP:
        title, stage, *left = parts
        if isinstance(title, Heading) and isinstance(stage, Paragraph):
            return [set_title(builder, title, stage, path)], left
    if builder.short and section.id == ABOUT and isinstance(parts[0], Heading):
        said = [part for part in parts if not isinstance(part, Form)]
        return [_about(builder, said, path)], parts[len(said) :]
    if builder.short and builder.style.columns and len(parts) > 1 and section.id != CARD:
        heading, first, *left = parts
        if isinstance(heading, Heading) and heading.level > 1:
            listed = section.id == EXERCISES or getattr(first, "kind", "") == RUN_ON
            if isinstance(first, Paragraph) or (listed and isinstance(first, ItemList)):
                return [_run_in(builder, heading, first, path)], left
    return [], parts


def _run_in(
    builder: Builder, heading: Heading, first: Paragraph | ItemList, path: TagPath
) -> FlowItem:
    """Set the heading of a section with what holds for all of it beside: one line less."""
    style = builder.style
    if isinstance(first, Paragraph):
        text = builder.paragraph(first, style.body, path)
    else:
        text = builder.run_in(first.items, style.body, builder.list_root(path))
    roomier: list[Flowable] = []
    if isinstance(first, ItemList) and len(first.items) > 1:
        roomier = [*_each_on_a_line(builder, heading, first, path)]
    return FlowItem(
        flowable=_opened(builder, heading, text, [], path),
        roomier=roomier,
        gap=_SECTION_GAP,
        stretch=MOST_STRETCH,
        is_heading=True,
    )


def _each_on_a_line(
    builder: Builder, heading: Heading, points: ItemList, path: TagPath
) -> Iterator[Flowable]:
    """Set points on lines of their own: several below their heading, or the first beside it.

    Questions that the first one asks stand below it.
    """
    style, root = builder.style, builder.list_root(path)
    first, *others = (builder.run_in([one], style.body, root) for one in points.items)
    below: list[Flowable] = [builder.railed(one, style.measure) for one in others]
    asked = [*asked_below(builder, points.items[0], (*root, Tag("LI"), Tag("LBody")))]
    for lead, questions in asked:
        yield _opened(builder, heading, lead, [questions, *below], path)
    if asked and len(below) > 1:
        lead, questions = asked[-1]
        rest = builder.run_in(points.items[1:], style.body, root)
        lines: list[Flowable] = [questions, builder.railed(rest, style.measure)]
        yield _opened(builder, heading, lead, lines, path)
    if len(points.items) >= _SEVERAL and not asked:
        items = [builder.railed(one, style.measure) for one in builder.items(points, path)]
        yield _opened(builder, heading, None, items, path)
    yield _opened(builder, heading, first, below, path)


def _opened(
    builder: Builder,
    heading: Heading,
    beside: TextBlock | None,
    below: Sequence[Flowable],
    path: TagPath,
) -> Bookmarked:
    """Set the heading of a section below its rule, with what stands beside and below it."""
    style = builder.style
    head = builder.text(heading.runs, style.heading, (*path, Tag("H2")))
    top = RunIn(head, beside, style.rail, style.measure, 3 * MM) if beside else head
    gap = _POINT_GAP * style.closeness if beside is None else 0.0
    inner = Stack([top, *below], [0.0, *[gap] * len(below)]) if below else top
    return _ruled(builder, inner, head.plain)


def _ruled(builder: Builder, inner: Flowable, label: str) -> Bookmarked:
    """Return what opens a section below its rule."""
    style = builder.style
    return Bookmarked(Ruled(inner, style.rule_gap, 1.5, style.ink(ACCENT)), 1, label)


def _height(items: Sequence[FlowItem], builder: Builder, section: str) -> float:
    """Return the height of items of a section with their gaps and their frame."""
    frames = [item.frame for item in items if item.frame and item.opens_frame]
    pads = sum(frame.top + frame.foot for frame in frames)
    gaps = sum(_gap_of(item, builder.style, section) for item in items)
    return pads + gaps + sum(item.flowable.wrap(builder.width) for item in items)


def _keep_name(builder: Builder, section: Section, items: Sequence[FlowItem]) -> None:
    """Keep the heading of all the signs, and the name of the leaflet below it, with a box."""
    if section.id == HELP and builder.short:
        for item in items[1:3]:
            item.break_penalty = FORBIDDEN


def _keep_together(builder: Builder, section: Section, items: Sequence[FlowItem]) -> None:
    """Keep up to three exercises, when to stop them, and the week to tick on one page.

    More stand on as few pages as need be, as many on each. So do three that may be parted.
    """
    cards = [number for number, item in enumerate(items) if is_exercise(item.name)]
    if builder.style.columns and (len(cards) > _ON_ONE_PAGE or (cards and section.parted)):
        for number, at in enumerate(cards):
            items[at].break_penalty = _UNEVEN if number % on_a_page(len(cards)) else 0.0
        if builder.short:
            for item in items[1 : cards[0] + 1]:
                item.break_penalty = TORN
    elif builder.style.columns and cards:
        if builder.short:
            cards[0] = 0  # with the heading, which has little below it
        for item in items[cards[0] + 1 :]:
            item.break_penalty = max(item.break_penalty, TORN)


def on_a_page(cards: int) -> int:
    """Return how many of so many exercises stand on each page, where there are columns."""
    pages = -(-cards // _ON_ONE_PAGE)
    return -(-cards // pages)


def _keep_table(builder: Builder, section: Section, items: Sequence[FlowItem]) -> None:
    """Let a page break above the rows of the medicines and what is said of all, not inside."""
    rows = [number for number, item in enumerate(items) if item.in_table]
    if rows:
        last = max(n for n, part in enumerate(section.parts) if isinstance(part, Panel))
        before = [part for part in section.parts[:last] if isinstance(part, Paragraph)]
        first = rows[0] - len(before)
        parted = TORN if _fits_a_page(builder, items[first : rows[-1] + 1]) else _BETWEEN_ROWS
        for item in items[first + 1 : rows[-1] + 1]:
            item.break_penalty = parted
        told = len(before) > 1  # what holds for all medicines stands above their table
        beside = builder.short and builder.style.columns  # the heading, with which it stays
        if told or section.parted or (before and not beside):
            items[rows[0]].break_penalty = _ABOVE_TABLE
        items[first].break_penalty = 0.0
        items[first].opens_table = True
        after = items[rows[-1] + 1 :]
        for item in after if builder.short else after[:1]:
            item.break_penalty = _AFTER_TABLE


def _fits_a_page(builder: Builder, rows: Sequence[FlowItem]) -> bool:
    """Tell whether a page holds all rows of the medicines; whole sheets always have to."""
    if builder.style.columns:
        return True
    page = builder.style.page
    high = sum(row.flowable.wrap(builder.width) for row in rows)
    return high <= page.bottom - page.top


def _repeat_heading(builder: Builder, section: Section, items: Sequence[FlowItem]) -> None:
    """Let a page that goes on with a section start with its heading, unless a box has its own.

    The box that says when to stop has none that names the exercises.
    """
    if not items or not items[0].is_heading:
        return
    heading = next(part for part in section.parts if isinstance(part, Heading))
    overleaf = section_overleaf(builder, plain(heading.runs))
    for item in items[1:]:
        if item.name == STOP_RULE and item.opens_frame and not builder.style.columns:
            item.overleaf = overleaf
            continue
        starts = item.opens_frame or item.at_foot or item.has_head
        if item.overleaf and not (item.overleaf.inside or item.frame):
            item.overleaf.inside = overleaf
        elif item.frame is None and item.overleaf is None and not starts:
            item.overleaf = overleaf


def _part(  # noqa: PLR0911 - one return for each kind of part
    builder: Builder, part: Part, path: TagPath, section: str
) -> Iterable[FlowItem]:
    """Set one part of a section."""
    match part:
        case Heading():
            return [_heading(builder, part, path)]
        case Paragraph() if section == TOP and part.kind == "body":
            return [_below_message(builder, part, path)]
        case Paragraph():
            return [_paragraph(builder, part, path)]
        case ItemList() if part.kind == USES:
            return set_uses(builder, part, path, _HEAD_GAP)
        case ItemList():
            return list_with_questions(builder, part, path, _HEAD_GAP)
        case Table():
            return set_table(builder, part, path)
        case Form():
            lines = set_form(builder, part, path)
            return [FlowItem(flowable=lines, gap=3 * MM, at_foot=True, break_penalty=20)]
        case Picture():
            return [FlowItem(flowable=builder.drawing(part, path), gap=PARAGRAPH_GAP)]
        case Panel():
            return _panel(builder, part, path, section)


def _panel(builder: Builder, panel: Panel, path: TagPath, section: str) -> Iterable[FlowItem]:
    set_panel = _PANELS.get(panel.kind)
    if set_panel is None:
        message = f"a `{panel.kind}` box cannot stand in section `{section}`"
        raise TypesettingError(Fault(message=message, hint="see docs/leaflet-elements.md"))
    return set_panel(builder, panel, path)


def _about(builder: Builder, parts: Sequence[Part], path: TagPath) -> FlowItem:
    """Set what a short edition says about itself: its heading, and the words run on after it.

    It is as quiet as the foot of the page, of the same size.
    """
    style = builder.style
    foot = style.footer
    small = replace(style.small, size=foot.size, leading=min(style.small.leading, foot.leading))
    heading = next(part for part in parts if isinstance(part, Heading))
    words = [part for part in parts if isinstance(part, Paragraph)]
    text = builder.headed(heading, words, small, path)
    ruled = Ruled(text, style.rule_gap, THIN, style.ink(ACCENT))
    return FlowItem(flowable=ruled, gap=_SECTION_GAP, stretch=MOST_STRETCH)


def _heading(builder: Builder, part: Heading, path: TagPath) -> FlowItem:
    """Set the title, or the heading of a section below its rule."""
    style = builder.style
    if part.level == 1:
        return FlowItem(flowable=builder.heading(part, style.title, path))
    text = builder.text(part.runs, style.heading, (*path, Tag("H2")))
    ruled = _ruled(builder, text, text.plain)
    return FlowItem(flowable=ruled, gap=_SECTION_GAP, stretch=MOST_STRETCH, is_heading=True)


def _paragraph(builder: Builder, part: Paragraph, path: TagPath) -> FlowItem:
    style = builder.style
    match part.kind:
        case "message":
            return _message(builder, part, path)
        case "stage":
            text = builder.paragraph(part, style.stage, path)
            return FlowItem(flowable=text, gap=0.6 * MM, break_penalty=FORBIDDEN)
        case "today-page":
            return set_today_page(builder, part, path)
        case "small":
            text = builder.paragraph(part, style.small, path)
            return FlowItem(
                flowable=Indent(text, 0, builder.width),
                gap=3.0,
                least_gap=_LEAST_ABOVE_SMALL if builder.short else 0.0,
                break_penalty=FORBIDDEN,
            )
    text = builder.paragraph(part, style.body, path)
    return FlowItem(
        flowable=builder.railed(text, style.measure), gap=PARAGRAPH_GAP, break_penalty=FORBIDDEN
    )


def _below_message(builder: Builder, part: Paragraph, path: TagPath) -> FlowItem:
    """Set what else a sheet that stops says first, on the edge of the message."""
    text = builder.paragraph(part, builder.style.body, path)
    at_margin = Indent(text, 0, builder.width)
    return FlowItem(flowable=at_margin, gap=ITEM_GAP, break_penalty=FORBIDDEN)


def _message(builder: Builder, part: Paragraph, path: TagPath) -> FlowItem:
    """Set the main message: one line per sentence, or in a tight style one line if it fits.

    In the closest styles of a short edition its sentences run on where that saves a line.
    """
    style = builder.style
    path = (*path, Tag("P"))
    chosen, gap = (style.message_tight, 1.6 * MM) if style.tight else (style.message, 2.6 * MM)
    whole = builder.text((Run(plain(part.runs)),), chosen, path)
    if style.tight and whole.wrap(style.page.content_width) <= chosen.leading:
        return FlowItem(flowable=whole, gap=gap, break_penalty=FORBIDDEN)
    *before, last = sentences(plain(part.runs))
    texts = [*(f"{one} " for one in before), last]
    lines = [builder.text((Run(one),), chosen, path) for one in texts]
    stack = Stack(lines, [0.0] * len(lines))
    close = builder.short and style.is_close
    shorter = close and whole.wrap(builder.width) < stack.wrap(builder.width)
    return FlowItem(flowable=whole if shorter else stack, gap=gap, break_penalty=FORBIDDEN)
