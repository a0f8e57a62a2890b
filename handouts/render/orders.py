"""Order the sections of a standard leaflet on its two sheets: `orders`, the best first.

An order is the leaflet's own sections, moved, left out or set in another form. Which of them has
room is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import ABOUT, EXERCISES, HELP, MEDICINES, STANDARD, TODAY
from handouts.leaflet.tree import Form, Heading, ItemList, Panel, Paragraph, Section, is_panel
from handouts.render.layout.flow import RUN_ON, SERVICE
from handouts.render.layout.medicine_rows import ALWAYS, ROWS
from handouts.render.layout.signs import crisis_last

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from handouts.leaflet.tree import Leaflet, Part


GIVEN = "given"
SIDES_OF_A_SHEET = 2
_UNIT = "maternity"
_ON_ONE_SHEET, _BESIDE_A_LIST = 5, 2
"""The most exercises that one sheet has room for, and those beside a list to tick."""

Sections = tuple[Section, ...]
Way = tuple[Sections, bool]
"""An order of sections, and whether the closest style may be taken for it."""


def orders(leaflet: Leaflet) -> list[Way]:
    """Return the orders of the sections of a standard leaflet, the best first.

    Each comes with whether the closest style, with its small title, may be taken for it. What to do
    now stands above the medicines, and the lines for name and date above that for who gave the
    leaflet, at the end. Where sheet 1 lacks room, the short list of what needs a doctor today gives
    way, as the whole list is on sheet 2. Then heat and cold move there, below the signs. Where
    that sheet lacks room, all these lines stand at the end of sheet 1, or those for name and date
    only. Then what to do now runs on beside its heading, then it opens the second page, below the
    medicines. At last what holds for all medicines stands above their table, which may be on the
    next page. A leaflet that does not say what to do now has one order.
    """
    usual = leaflet.sections
    if not goes_on(leaflet):
        return [(usual, True)]
    shorter = without(usual, TODAY)
    moved = moved_below(shorter)
    named = signed_below(shorter)
    signed = moved_below(named)
    ways = [(signed_below(usual), False), (named, False), (signed, False), (signed, True)]
    ways += [(named, True)]
    ways += [(signed_above(one), True) for one in (moved, shorter)]
    ways += [(moved, True), (shorter, True)]
    run_on = _with_run_on(usual)
    ways += [(_with(one, run_on), True) for one in (named, signed, moved, shorter)]
    for one in (named, signed, moved, shorter):
        ways += [(_swapped(one), False), (_swapped(one), True)]
    if has_list(leaflet):
        below = moved_below(named, ABOUT)
        ways += [(below, True), (_with(below, run_on), True)]
    elif table_last := _table_last(usual):
        ways += [
            (_with(one, (*some, *table_last)), True)
            for some in ((), run_on)
            for one in (named, signed, moved, shorter)
        ]
    ways += [
        (_with_unit_second(one), True) for one, closest in ways if closest and _unit_first(one)
    ]
    if any(one.id == SERVICE for one in usual):
        ways += [(_served_below(one), closest) for one, closest in ways]
    return ways


def with_table_overleaf(ways: Iterable[Sections]) -> list[Way]:
    """Return orders in which a page may end below what stands beside the heading of the medicines.

    Their table then opens the next page, whole, below its repeated heading. None where a list to
    tick stands there.
    """
    return _each_with(ways, MEDICINES, _parted)


def with_crisis_below(ways: Iterable[Sections]) -> list[Way]:
    """Return orders with the crisis line below the signs of the box of every emergency.

    It opens the box wherever it can: there it is found in each leaflet.
    """
    return _each_with(ways, HELP, _closed_with_crisis)


def with_exercises_parted(ways: Iterable[Sections]) -> list[Way]:
    """Return orders in which a page may end between two exercises, which stand above the medicines.

    So page 1 ends with the first of them, if the table of medicines has no room there.
    """
    some = map(_with_medicines_last, ways)
    return _each_with(some, EXERCISES, lambda one: [replace(one, parted=True)])


def with_about_above(ways: Iterable[Sections]) -> list[Way]:
    """Return orders in which the leaflet says about itself, and is signed, below what to act on.

    So the signs have their sheet to themselves, where sheet 1 has room.
    """
    more: list[Way] = []
    for sections in ways:
        about = tuple(one for one in sections if one.id == ABOUT)
        first, signs = sheets_of(without(sections, ABOUT))
        if about and all(one.id != GIVEN for one in first):
            more.append(((*first, *about, *signs), True))
    return more


def _each_with(
    ways: Iterable[Sections], ident: str, change: Callable[[Section], Iterable[Section]]
) -> list[Way]:
    """Return orders with a section changed in each way; equal ones have it in common."""
    changed: dict[int, list[Section]] = {}
    more: list[Way] = []
    for sections in ways:
        at = next((n for n, one in enumerate(sections) if one.id == ident), None)
        if at is None:
            continue
        one = sections[at]
        some = changed.setdefault(id(one), []) or [*change(one)]
        changed[id(one)] = some
        more += [((*sections[:at], other, *sections[at + 1 :]), True) for other in some]
    return more


def _parted(section: Section) -> Iterator[Section]:
    """Yield the medicines with a page that may end above their first row, or the next paragraph."""
    has_ticks = any(is_panel(one, "note") for one in section.parts)
    if any(isinstance(one, Paragraph) for one in section.parts[1:2]) and not has_ticks:
        yield replace(section, parted=True)


def _closed_with_crisis(section: Section) -> Iterator[Section]:
    """Yield the section of all the signs with the crisis line at the end of its box."""
    for at, box in enumerate(section.parts):
        if isinstance(box, Panel) and box.kind == "warnings":
            panel = crisis_last(box)
            yield replace(section, parts=(*section.parts[:at], panel, *section.parts[at + 1 :]))


def goes_on(leaflet: Leaflet) -> bool:
    """Return whether it says what to do now, and not only when to get help and where to ask."""
    return any(one.first_thing for one in leaflet.sections)


def has_list(leaflet: Leaflet) -> bool:
    """Return whether the medicines start with a list to tick."""
    return any(
        is_panel(part, "note")
        for one in leaflet.sections
        if one.id == MEDICINES
        for part in one.parts
    )


def may_be_short(leaflet: Leaflet) -> bool:
    """Return whether two sheets may be enough: not with many exercises, which would be crowded."""
    cards = sum(is_panel(part, "card") for one in leaflet.sections for part in one.parts)
    return cards <= (_BESIDE_A_LIST if has_list(leaflet) else _ON_ONE_SHEET)


# ------------------------------------------------------------------ parts of an order
def sheets_of(sections: Sections) -> tuple[Sections, Sections]:
    """Part the sections to act on from all the signs and what is below them."""
    at = _place(sections, HELP)
    return sections[:at], sections[at:]


def _unit_first(sections: Sections) -> bool:
    """Return whether the signs for the maternity unit stand above all the others."""
    parts = sections[_place(sections, HELP)].parts
    kinds = [part.kind for part in parts if isinstance(part, Panel)]
    return kinds[:1] == [_UNIT]


def _with_unit_second(sections: Sections) -> Sections:
    """Return sections with the signs for the maternity unit below the box of every emergency."""
    at = _place(sections, HELP)
    parts = list(sections[at].parts)
    unit = next(n for n, one in enumerate(parts) if is_panel(one, _UNIT))
    parts[unit : unit + 2] = reversed(parts[unit : unit + 2])
    return (*sections[:at], replace(sections[at], parts=tuple(parts)), *sections[at + 1 :])


def without(sections: Sections, *ids: str) -> Sections:
    """Return the sections that have none of some ids."""
    return tuple(one for one in sections if one.id not in ids)


def may_point(leaflet: Leaflet, sections: Sections) -> bool:
    """Return whether a line may say where the signs for today are, as they are not on sheet 1."""
    is_short = leaflet.look.edition == STANDARD and bool(leaflet.today_page)
    return is_short and all(one.id != TODAY for one in sections)


def pointed(sections: Sections, line: Section) -> Sections:
    """Return sections with a line at the end of sheet 1, above the lines for name and date."""
    ends = _place(sections, HELP)
    at = ends - (sections[ends - 1].id in (GIVEN, ABOUT))
    return (*sections[:at], line, *sections[at:])


def moved_below(sections: Sections, above: str = "") -> Sections:
    """Return the sections with those that may move, such as heat and cold, below all the signs.

    Where a list to tick has a sheet of its own, they are below the medicines there, unless it is
    said above which section they should be.
    """
    some = tuple(one for one in sections if one.may_move)
    others = tuple(one for one in sections if not one.may_move)
    ticked = [n for n, one in enumerate(others, 1) if one.id == MEDICINES and one.fresh_page]
    below = ticked[0] if ticked and not above else _place(others, above or ABOUT)
    return (*others[:below], *some, *others[below:])


def moved_last(sections: Sections) -> Sections:
    """Return what to do with the sections that may move on a new page, below the exercises.

    Without exercises, which some readers are told to leave to a doctor, they are the last.
    """
    some = tuple(replace(one, fresh_page=True) for one in sections if one.may_move)
    others = tuple(one for one in sections if not one.may_move)
    below = next((n for n, one in enumerate(others, 1) if one.id == EXERCISES), len(others))
    return (*others[:below], *some, *others[below:])


def _with_run_on(sections: Sections) -> Sections:
    """Return what to do now run on beside its heading, not item by item."""
    return tuple(
        replace(
            one,
            parts=tuple(
                replace(part, kind=RUN_ON) if isinstance(part, ItemList) else part
                for part in one.parts
            ),
        )
        for one in sections
        if one.first_thing
    )


def _swapped(sections: Sections) -> Sections:
    """Return the sections with what to do now below the medicines."""
    now = tuple(one for one in sections if one.first_thing)
    others = tuple(one for one in sections if not one.first_thing)
    at = next((n for n, one in enumerate(others, 1) if one.id == MEDICINES), 0)
    if not at or others[at - 1].fresh_page:
        return sections
    return (*others[:at], *now, *others[at:])


def _with_medicines_last(sections: Sections) -> Sections:
    """Return the sections with the medicines below the exercises."""
    at = [n for n, one in enumerate(sections) if one.id in (MEDICINES, EXERCISES)]
    if len(at) < len((MEDICINES, EXERCISES)) or sections[at[0]].id == EXERCISES:
        return sections
    medicines, last = at
    between = sections[medicines + 1 : last + 1]
    return (*sections[:medicines], *between, sections[medicines], *sections[last + 1 :])


def _table_last(sections: Sections) -> Sections:
    """Return the medicines with what holds for all of them above their table; none with a list.

    That is a section with a heading of its own, so that the table may open the next page.
    """
    medicines = next((one for one in sections if one.id == MEDICINES), None)
    if medicines is None or not any(map(_is_row, medicines.parts)) or _is_row(medicines.parts[-1]):
        return ()
    others, rows = _not_rows(medicines), tuple(filter(_is_row, medicines.parts))
    always = next((one for one in others if is_panel(one, ALWAYS)), None)
    if always is None:
        return (replace(medicines, parts=(*others, *rows)),)
    heading, *before = (one for one in others if one is not always)
    head = next(one for one in always.parts if isinstance(one, Heading))
    said = [one for one in always.parts if one is not head]
    return (
        Section(id=ALWAYS, parts=(replace(head, level=2), *before, *said)),
        replace(medicines, parts=(heading, *rows)),
    )


def _not_rows(section: Section) -> tuple[Part, ...]:
    return tuple(part for part in section.parts if not _is_row(part))


def _is_row(part: Part) -> bool:
    return is_panel(part, *ROWS)


def _with(sections: Sections, others: Sections) -> Sections:
    """Return the sections with some others in place of those of their ids.

    What holds for all medicines, as a section, stands above them.
    """
    found = {one.id: one for one in others}
    above = [one for one in others if one.id == ALWAYS]
    placed = ([*above, one] if one.id == MEDICINES else [one] for one in sections)
    return tuple(found.get(one.id, one) for some in placed for one in some)


def signed_below(sections: Sections) -> Sections:
    """Return the sections with the lines for name and date above that for who gave the leaflet."""
    lines = [part for one in sections if one.id == GIVEN for part in one.parts]
    return tuple(
        replace(one, parts=(*one.parts[:-1], *lines, one.parts[-1])) if one.id == ABOUT else one
        for one in without(sections, GIVEN)
    )


def signed_above(sections: Sections) -> Sections:
    """Return the sections with the line for who gave the leaflet below those for name and date."""
    about = next(one for one in sections if one.id == ABOUT)
    *said, line = about.parts
    if not isinstance(line, Form):
        return sections
    changed = {
        ABOUT: lambda one: replace(one, parts=tuple(said)),
        GIVEN: lambda one: replace(one, parts=(*one.parts, line)),
    }
    return tuple(changed[one.id](one) if one.id in changed else one for one in sections)


def _served_below(sections: Sections) -> Sections:
    """Return the sections with the box about the service above what the leaflet says of itself."""
    service = tuple(one for one in sections if one.id == SERVICE)
    others = without(sections, SERVICE)
    at = _place(others, ABOUT)
    return (*others[:at], *service, *others[at:])


def _place(sections: Sections, ident: str) -> int:
    return next(n for n, one in enumerate(sections) if one.id == ident)
