"""Share the white of a sheet between its pages: `spread`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import EMERGENCY, JUST_FOR_YOU
from handouts.render.layout.columns import Columns
from handouts.render.layout.exercise_card import is_exercise
from handouts.render.layout.flow import TOP
from handouts.render.layout.flowables import Indent
from handouts.render.layout.sheet_style import GAPS
from handouts.render.layout.stop_box import STOP_RULE
from handouts.render.setting import goes_on_with_signs, has_columns_below_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.leaflet.tree import Section
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.orders import Sections
    from handouts.render.setting import Setting


_LINES = ((EMERGENCY, JUST_FOR_YOU), (JUST_FOR_YOU,), (EMERGENCY,))
"""The sections of page 1 that have a line for each fact or topic, the best first."""
_NEARER = 1.0, 0.8, 0.6, 0.4
"""What the gaps between signs are multiplied by to make room for the name of a group."""
Paged = tuple["Sequence[FlowItem]", "Sequence[PageLayout]"]
"""The items of a sheet, also what is printed only where there is room, and its pages."""


def spread(settings: Sequence[Setting], chosen: Setting, sections: Sections, size: float) -> Paged:
    """Return the items of a sheet and its pages, each page more spacious where it lacks words.

    A page ends where a section or a box does that has no room, and all the white would be below it
    or, on the last one, above the lines to sign. `settings` are the most spacious first, the chosen
    one among them; `size` is that of text. Names of groups are repeated where a page has room.
    """
    return _with_names(chosen, _spread(settings, chosen, sections, size))


def _with_names(setting: Setting, found: Paged) -> Paged:
    """Return a sheet with the name of a group above a column that starts inside it.

    It costs about a line, for which signs may be nearer to each other; the columns stay as they
    are where their page has no room for it.
    """
    items, pages = found
    for item in items:
        indent = item.flowable
        columns = indent.inner if isinstance(indent, Indent) else None
        if not (isinstance(indent, Indent) and isinstance(columns, Columns) and columns.lacks_name):
            continue
        for factor in _NEARER:
            gaps = [gap * factor for gap in columns.gaps]
            named = replace(indent, inner=replace(columns, gaps=gaps, repeats=True, layout=None))
            other = replace(item, flowable=named, wrapped_to=-1.0)
            tried = [other if one is item else one for one in items]
            others = setting.divided_if_it_fits(tried)
            if [len(one.placed) for one in others] == [len(one.placed) for one in pages]:
                items, pages = tried, others
                break
    return items, pages


def _spread(settings: Sequence[Setting], chosen: Setting, sections: Sections, size: float) -> Paged:
    """Return a sheet as `spread` does, without these names."""
    setting = _with_even_signs(chosen.at(size), sections)
    usual: Paged = setting.all(sections), setting.pages(sections)
    groups, place = setting.builder.first_groups, settings.index(chosen)
    found = _with_lines(settings, place, setting, sections, usual)
    lined = found is not usual
    if len(found[1]) == 1:
        looser = [one.lined(_LINES[0]) if lined else one for one in setting.looser()]
        is_full = setting.is_full(found[1][0])
        return found if is_full else _first_of(setting, (looser,), sections, usual, 0) or found
    roomier = [one.at(size).parted(groups) for one in settings[:place]]
    closer = [one.at(size).parted(groups) for one in settings[place + 1 :]]
    listed = [one.listed() for one in (*roomier, setting, *filter(_may_have_lists, closer))]
    loosest = settings[0].at(size).parted(groups).looser()
    for number in range(len(found[1])):
        has_lines = lined and not number
        week = None if has_lines else _with_room_for_week(setting, closer, sections, found, number)
        if week and week is not found:
            found = week  # the page is as close as the week needs it
            continue
        base = usual if has_lines else found  # page 1 with lines is of another setting
        with_lists = _runs_on(setting, sections, found[1][number]) and _first_of(
            setting, (listed,), sections, base, number
        )
        found = with_lists or found
        if setting.is_full(found[1][number]):
            continue
        some = () if has_lines or with_lists else (roomier,)
        wider = _first_of(setting, some, sections, base, number) or found
        if not setting.is_full(wider[1][number]):
            last = [one.listed() for one in loosest] if with_lists else loosest
            wider = _first_of(setting, (last,), sections, base, number) or wider
        found = wider
    return found


def _runs_on(setting: Setting, sections: Sections, page: PageLayout) -> bool:
    """Tell whether something on a page runs on that may be a list."""
    names = {placed.item.name for placed in page.placed}
    return setting.may_list(tuple(one for one in sections if one.id in names))


def _with_room_for_week(
    setting: Setting, closer: Sequence[Setting], sections: Sections, found: Paged, number: int
) -> Paged:
    """Return a sheet with the page of the exercises as close as the week to tick needs it there.

    Where the strip has no room beside what may be a list, the days are on the cards, if all of
    these are on the page; only then nothing is a list. All pages start with what they started with;
    where no setting has room nothing is closer.
    """
    on_page = {placed.item.name for placed in found[1][number].placed}
    if STOP_RULE not in on_page or not setting.may_add(setting.all(sections)):
        return found
    near = (setting, *closer, *(closer[-1] if closer else setting).closer())
    forms = range(max((len(item.roomier) for item in found[0]), default=0))
    strip = _in_settings(near, setting, sections, found, number)
    if fitting := _first_fitting(setting, _roomier(strip, forms), has_strip=True):
        return fitting
    ticks = [one.with_ticks_on_cards() for one in near] if _has_all_exercises(found, number) else []
    on_cards = _in_settings(ticks, setting, sections, found, number)
    return (
        _first_fitting(setting, _roomier(on_cards, forms), has_strip=False)
        or _first_fitting(setting, strip, has_strip=True)
        or _first_fitting(setting, on_cards, has_strip=False)
        or found
    )


def _roomier(some: Sequence[_Tried], forms: Iterable[int]) -> Iterator[_Tried]:
    """Yield items that are tried in each of their roomier forms."""
    return (_in_roomier_form(one, form) for form in forms for one in some)


def _in_settings(
    some: Sequence[Setting], setting: Setting, sections: Sections, found: Paged, number: int
) -> list[_Tried]:
    """Return the items of a sheet with those of one page in each of some settings that has one."""
    tried = (_with_page_in(one, setting, sections, found, number) for one in some)
    return [one for one in tried if one]


def _first_fitting(setting: Setting, some: Iterable[_Tried], *, has_strip: bool) -> Paged | None:
    """Return the first of some items of a sheet whose pages start with what they should.

    With `has_strip` they have room for the strip to tick too.
    """
    for one in some:
        pages = setting.divided_if_it_fits(one.items, week=has_strip)
        if page_starts(pages) == one.begins:
            return one.items, setting.divided(one.items) if has_strip else pages
    return None


def _has_all_exercises(found: Paged, number: int) -> bool:
    """Tell whether all exercises of a sheet are on one of its pages."""
    here = sum(is_exercise(placed.item.name) for placed in found[1][number].placed)
    return here == sum(is_exercise(item.name) for item in found[0])


def in_roomier_form(item: FlowItem, form: int) -> FlowItem:
    """Return an item in one of its roomier forms, or its last; the same one if it has none."""
    if not item.roomier:
        return item
    chosen = item.roomier[min(form, len(item.roomier) - 1)]
    return replace(item, flowable=chosen, roomier=(), wrapped_to=-1.0)


def _first_of(
    setting: Setting,
    ways: Sequence[Sequence[Setting]],
    sections: Sections,
    found: Paged,
    number: int,
) -> Paged | None:
    """Return a sheet with one of its pages in the first of some settings that has room; or None."""
    for some in ways:
        wider = _widened(setting, some, sections, found, number)
        if wider is not found:
            return wider
    return None


def _with_lines(
    settings: Sequence[Setting], at: int, setting: Setting, sections: Sections, found: Paged
) -> Paged:
    """Return a sheet whose page 1 has a line for each fact and each topic, if it has room so.

    It may be closer then, or have a smaller title, but not in the very closest styles. Where it has
    no room for all of them, the facts have lines, or the topics. `at` is the place among `settings`
    of the one that `setting` was made of.
    """
    style = setting.builder.style
    if style.has_lists or sections[0].id != TOP:
        return found
    size, groups = style.body.size, setting.builder.first_groups
    closer = [one for one in settings[at + 1 :] if _may_have_lines(one)]
    others = [one.at(size).parted(groups) for one in (*settings[:at], *closer)]
    near = [setting, *others[at:]]
    low = [one.with_low_title() for one in near]
    some = [*others[:at], *near, *low, *low[-1].closer()]
    for ids in _LINES:
        lined = _widened(setting, [one.lined(ids) for one in some], sections, found, 0)
        if lined is not found:
            return lined
    return found


def _may_have_lines(setting: Setting) -> bool:
    """Tell whether a style is not too close for page 1 to have a line for each fact and topic."""
    style = setting.builder.style
    return style.gap_factor >= style.closest


def _may_have_lists(setting: Setting) -> bool:
    """Tell whether a style is not too close for a list to be better than what runs on."""
    return setting.builder.style.gap_factor >= GAPS[-1]


def _with_even_signs(setting: Setting, sections: Sections) -> Setting:
    """Return a setting in which the pages of the box of every emergency have as much white each.

    Its first page has as many groups as it holds, and the next one may be almost empty. Another
    division is taken if all pages but these start with what they started with.
    """
    pages = setting.pages(sections)
    goes_on = next((n for n, one in enumerate(pages) if goes_on_with_signs(one)), 0)
    if not goes_on or setting.is_full(pages[goes_on]):
        return setting
    best, least = setting, _most_white(setting, pages, goes_on)
    for groups in range(1, setting.groups_of_signs(sections)):
        other = setting.parted(groups)
        others = other.pages_if_it_fits(sections)
        if len(others) != len(pages) or not goes_on_with_signs(others[goes_on]):
            continue
        white = _most_white(other, others, goes_on)
        if white < least and other.division(sections) <= setting.division(sections):
            best, least = other, white
    return best


def _most_white(setting: Setting, pages: Sequence[PageLayout], goes_on: int) -> float:
    """Return the most white of a page and the one before it, in points."""
    return max(map(setting.white, pages[goes_on - 1 : goes_on + 1]))


def _widened(
    setting: Setting,
    roomier: Sequence[Setting],
    sections: Sections,
    found: Paged,
    number: int,
) -> Paged:
    """Return a sheet with one of its pages in the first setting that has room for it.

    All pages start with what they started with. A page that something may be added to is left.
    """
    at, to = _place(found, number)
    if setting.may_add(found[0][at:to]):
        return found
    best = found
    low, high = 0, len(roomier)
    while low < high:
        middle = (low + high) // 2
        tried = _with_page_in(roomier[middle], setting, sections, found, number)
        if tried is None:
            return best
        pages = setting.divided_if_it_fits(tried.items)
        if page_starts(pages) == tried.begins and not has_columns_below_columns(pages[number]):
            best, high = (tried.items, pages), middle
        else:
            low = middle + 1
    return best


class _Tried(Struct, frozen=True):
    """The items of a sheet with one page in another setting, and what its pages should start with.

    These are known by identity.
    """

    items: Sequence[FlowItem]
    begins: Sequence[int]


def _in_roomier_form(tried: _Tried, form: int) -> _Tried:
    """Return items that are tried, each in one of its roomier forms."""
    changed = {id(one): in_roomier_form(one, form) for one in tried.items}
    return _Tried([*changed.values()], [id(changed[one]) for one in tried.begins])


def _with_page_in(
    other: Setting, setting: Setting, sections: Sections, found: Paged, number: int
) -> _Tried | None:
    """Return the items of a sheet with those of one page in another setting; None without such."""
    items = found[0]
    starts = [page.placed[0].item for page in found[1]]
    start, end = starts[number], next(iter(starts[number + 1 :]), None)
    part = _between(other, setting, sections, start, end)
    if not part:
        return None
    at, to = _place(found, number)
    begins = [id(one) for one in (*starts[:number], part[0], *starts[number + 1 :])]
    return _Tried([*items[:at], *part, *items[to:]], begins)


def _place(found: Paged, number: int) -> tuple[int, int]:
    """Return the places of the items of a page, also of what is printed only where it has room."""
    items, pages = found
    end = pages[number + 1].placed[0].item if number + 1 < len(pages) else None
    return _index(items, pages[number].placed[0].item), _index(items, end) if end else len(items)


def page_starts(pages: Sequence[PageLayout]) -> list[int]:
    """Return what pages start with, by identity."""
    return [id(page.placed[0].item) for page in pages]


def _between(
    roomier: Setting,
    setting: Setting,
    sections: Sections,
    start: FlowItem,
    end: FlowItem | None,
) -> Sequence[FlowItem]:
    """Return the items of sections in another setting, from one item up to another of `setting`.

    Settings may set a section in more or fewer items, so a place is found by the section, and
    inside one by what stands above it or by its boxes. Where it is none of these there is no such
    place, and nothing is returned.
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


def _where(setting: Setting, sections: Sections, item: FlowItem) -> tuple[int, int]:
    """Return the place of the section of an item, and that of the item in it."""
    return next(
        (place, at)
        for place, section in enumerate(sections)
        for at, one in enumerate(setting.items_of(section))
        if one is item
    )


def _same_place(roomier: Setting, setting: Setting, section: Section, at: int) -> int | None:
    """Return the place of an item of a section among those of another setting."""
    ours, theirs = setting.items_of(section), roomier.items_of(section)
    if [*map(_role, ours[: at + 1])] == [*map(_role, theirs[: at + 1])]:
        return at
    boxes, others = _boxes(ours), _boxes(theirs)
    if at in boxes and len(boxes) == len(others):
        return others[boxes.index(at)]
    return None if at else 0


def _role(item: FlowItem) -> tuple[str, bool, bool, int]:
    """Tell what an item is, and how many signs or points its columns have."""
    inner = item.flowable
    while isinstance(inner, Indent):
        inner = inner.inner
    points = len(inner.inners) if isinstance(inner, Columns) else 0
    return item.name, item.opens_frame, item.is_heading, points


def _index(items: Sequence[FlowItem], item: FlowItem) -> int:
    return next(number for number, one in enumerate(items) if one is item)


def _boxes(items: Sequence[FlowItem]) -> list[int]:
    """Return the places of the items that open a box, or the table of the medicines."""
    return [n for n, item in enumerate(items) if item.opens_frame or item.opens_table]
