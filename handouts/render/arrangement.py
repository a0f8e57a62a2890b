"""Say what stands on which sheet of the standard edition, and how close: `arrange`.

Sheet 1 is to act on, sheet 2 has all the warning signs. Where sheet 1 lacks room, parts move or
give way in a fixed order (`orders`), the dearest last. Each section is set and measured once in a
style; orders are then compared by their heights.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import EXERCISES, TODAY
from handouts.leaflet.tree import Paragraph, Run, Section
from handouts.render.division import Division
from handouts.render.layout.signs import TODAY_PAGE
from handouts.render.orders import (
    GIVEN,
    SIDES_OF_A_SHEET,
    goes_on,
    has_list,
    may_point,
    moved_last,
    orders,
    pointed,
    sheets_of,
    signed_below,
    with_about_above,
    with_crisis_below,
    with_exercises_parted,
    with_table_overleaf,
)
from handouts.render.set_once import SetOnce
from handouts.render.setting import Setting
from handouts.render.spread import spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.leaflet.tree import Leaflet
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import FlowItem
    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.layout.style import Style
    from handouts.render.orders import Sections, Way


_TWO_SHEETS = 4
_SIDE_OF_A_STOP = 1
"""A leaflet that only says when to get help and where to ask has one page above all the signs."""
_ROOMY = 0.86
"""A leaflet that fills less of its sides in a close style may have the usual margins."""
_FEW_FACTS = 3
"""Of more facts so much is said that a third sheet comes before exercises on two pages."""
_NONE_APART = False, 0
"""No signs below other columns, and none overleaf."""
_CLOSER = 6
"""How many closer styles are tried for one that divides less."""


_RUNNING_ON: tuple[Mapping[str, bool], ...] = (
    {},
    {"stops_run_on": True},
    {"rows_run_on": True},
    {"stops_run_on": True, "rows_run_on": True},
)
"""What runs on, as fields of a style, the dearest last."""
_WHOLE, _LATE = Division(), Division(late=True)


class _Found(Struct, frozen=True):
    """An order that has room."""

    way: Sections
    settings: Sequence[Setting]
    """Those that may be taken for it, the most spacious first."""
    division: Division
    """How it divides sheet 1."""
    run_on: Mapping[str, bool] = MappingProxyType({})
    """What runs on in these settings, as fields of a style."""
    on_back: bool = False
    """Whether all the signs begin on the back of what to do, and so have no sheet of their own."""

    @property
    def cost(self) -> tuple[bool, Division]:
        """Whether a page may end between its exercises, and how it divides sheet 1."""
        return any(one.id == EXERCISES and one.parted for one in self.way), self.division

    @property
    def cost_of_form(self) -> tuple[bool, Division]:
        """What words may run on for: not for that what holds for all medicines is on their page."""
        parted, division = self.cost
        return parted, replace(division, apart=0)


class _Wanted(Struct, frozen=True):
    """What is looked for: an order that takes no more than so many sides."""

    ways: Sequence[Way]
    least: int
    """The pages that the medicines go on to in any case, as a list to tick has its own."""
    sides: int
    parts_exercises: bool
    """Whether up to three exercises may stand on two pages, before there is another sheet."""


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
    now would be late on those before. The last builders are taken where nothing else saves a sheet
    of what to do. `most` are the sides that it may have, the fewest first.
    Returns None where nothing fits.
    """
    once = SetOnce(leaflet)
    known: dict[tuple[Style, int], Setting] = {}
    usual, *nearer, last = ([Setting(one, once, known) for one in some] for some in builders)
    tried = [nearer, *([[*nearer[-1], *last[:some]]] for some in range(1, len(last) + 1))]
    ways = orders(leaflet)
    least = SIDES_OF_A_SHEET if goes_on(leaflet) else _SIDE_OF_A_STOP
    runs = (Run(leaflet.today_page),)
    line = Section(id=TODAY, parts=(Paragraph(kind=TODAY_PAGE, runs=runs),))
    for sides in most:
        listed = int(has_list(leaflet))
        fit = ways if sides <= _TWO_SHEETS else [one for one in ways if not _has_today(one)]
        if least == SIDES_OF_A_SHEET:
            parts = leaflet.facts <= _FEW_FACTS or sides > most[0]
            found = _first_found(_Wanted(fit, listed, sides, parts), tried)
        else:
            found = _best_page(fit, listed, tried[0], sides)
        if found is None:
            continue
        way, some = found.way, found.settings
        told = pointed(way, line)
        pages = (some, *nearer) if may_point(leaflet, way) else ()
        if with_line := next(
            (one for one in pages if one[-1].holds_as_well(told, way, sides)), None
        ):
            way, some = told, with_line
        first, second = sheets_of(way)
        roomy = some[-1].filled(way, sides) < _ROOMY and usual[-1].holds(first, second, sides)
        if roomy and usual[-1].division(first) <= some[-1].division(first):
            some = usual
        signs = some[-1].sides(second)
        acting = max(least, _acting(sides, signs))
        other = _most_spacious(some, second, signs)
        closer = [*some[some.index(other) + 1 :], *last]
        other = _with_signs_apart(other, closer, second, signs)
        if not other.has_page_of(some[-1]):
            some = [one.with_run_on(found.run_on) for one in nearer[-1]]
        one = _most_spacious(some, first, acting, Division(medicines=listed))
        first, alone = _with_last_page_filled(one, first, second, acting)
        if alone is not second:
            second, other = alone, _most_spacious(some, alone, signs)
        size = min(one.builder.style.body.size, other.builder.style.body.size)
        above, below = spread(some, one, first, size), spread([*some, *last], other, second, size)
        items = [*above[0], *below[0]]
        return Arranged(one.at(size).builder, items, [*above[1], *below[1]])
    return None


def _first_found(wanted: _Wanted, tried: Sequence[Sequence[Sequence[Setting]]]) -> _Found | None:
    """Return the best order on the first pages that have room for one.

    The reasons to stop an exercise, and the words of a row of medicines, run on only where nothing
    else has room on them, or where an order in which they do divides less.
    """
    ideal = False, Division(medicines=wanted.least)
    for pages in tried:
        found: _Found | None = None
        for fields in _RUNNING_ON:
            some = [[one.with_run_on(fields) for one in page] for page in pages]
            other = _best_or_rarer(wanted, some)
            if other and (found is None or other.cost_of_form < found.cost_of_form):
                found = replace(other, run_on=fields)
            if found and found.cost_of_form <= ideal:
                return found
        if found:
            return found
    return None


def _has_today(way: Way) -> bool:
    """Tell whether an order has the short list of what needs a doctor today.

    It belongs on sheet 1. Below that, the whole list is on the next sheet, and would be said twice.
    """
    return any(one.id == TODAY for one in way[0])


def _acting(sides: int, signs: int) -> int:
    """Return how many of so many sides are to act on, where all the signs take some of them.

    An uneven side at the end of sheet 1 is white anyway.
    """
    return sides - max(SIDES_OF_A_SHEET, signs)


def _best_or_rarer(wanted: _Wanted, pages: Sequence[Sequence[Setting]]) -> _Found | None:
    """Return the best order, a rarer one where no other has room; see `_best_page`.

    Where what to do now is late only the first of the rarer ones are tried: it may be late before
    the exercises are on two pages.
    """
    least, sides = wanted.least, wanted.sides
    found = _best_page(wanted.ways, least, pages, sides)
    if found and found.division < _LATE:
        return found
    closest = pages[-1:]
    for some in _rarer(wanted, closest[0][-1]):
        other = _best_page(some, least, closest, sides)
        if found:
            return other if other and other.division < found.division else found
        found = other
        if found:
            break
    return found


def _rarer(wanted: _Wanted, closest: Setting) -> Iterator[list[Way]]:
    """Yield the orders to try in turn where no other has room, but one of the sheets has.

    The dearest are the last: exercises on two pages, then what the leaflet says of itself on the
    sheet to act on.
    """
    some = [(one, *sheets_of(one)) for one, in_closest in wanted.ways if in_closest]
    acting = wanted.sides - SIDES_OF_A_SHEET
    overleaf = [one for one, _, signs in some if closest.sides(signs) <= SIDES_OF_A_SHEET]
    below = [one for one, first, _ in some if closest.sides(first) <= acting]
    table = with_table_overleaf(overleaf)
    yield table
    if wanted.parts_exercises:
        yield with_exercises_parted([*overleaf, *(one for one, _ in table)])
    about = with_about_above(below)
    yield about
    if not closest.builder.style.crisis_first:
        yield with_crisis_below([*below, *(one for one, _ in about)])


def _best_page(
    ways: Sequence[Way], least: int, pages: Sequence[Sequence[Setting]], sides: int
) -> _Found | None:
    """Return the best order on the first page on which sheet 1 is well divided; see `_best_way`.

    Where only what holds for all medicines is apart, an order stays as it is on a page with less
    margin. Where no page has one, the first of those that are divided least; so too where a leaflet
    only says when to get help, and an emergency would stand among what is for today.
    """
    best: _Found | None = None
    for settings in pages:
        tried = ways
        if best and replace(best.division, apart=0).is_good(least):
            tried = [one for one in ways if one[0] is best.way]
        found = _best_way(tried, least, settings, sides)
        if found and (best is None or found.division < best.division):
            best = found
        if best and best.division.is_good(least):
            break
    return best


def _best_way(
    ways: Sequence[Way], least: int, settings: Sequence[Setting], sides: int
) -> _Found | None:
    """Return the order that has room and divides sheet 1 least, the first of these.

    Of three sheets, one in which all the signs have a sheet of their own comes before the others.

    `least`: the pages that the medicines go on to in any case, as a list to tick has its own. None
    where no order has room. On more than one sheet the most spacious style may divide it less than
    the closest, which fills fewer pages. Where a list to tick has a sheet of its own, below which
    the others have room, none of them need be divided.
    """
    best: _Found | None = None
    ideal = Division(medicines=least)

    def judged(division: Division) -> Division:
        return division if least else replace(division, others=0)

    for way, closest in ways:
        first, second = sheets_of(way)
        some = settings if closest else settings[:-1]
        if not some[-1].holds(first, second, sides):
            continue
        division = judged(some[-1].division(first))
        acting = _acting(sides, some[-1].sides(second))
        if acting > SIDES_OF_A_SHEET and division > ideal:
            spacious = _most_spacious(some, first, acting, ideal).division(first)
            division = min(division, judged(spacious))
        if not any(one.first_thing for one in way):
            division = replace(division, signs=some[-1].division(second).signs)
        on_back = sides > _TWO_SHEETS and bool(acting % SIDES_OF_A_SHEET)
        if best is None or (division, on_back) < (best.division, best.on_back):
            best = _Found(way, some, division, on_back=on_back)
        if division <= ideal and not on_back:
            break
    return best


def _with_last_page_filled(
    setting: Setting, first: Sections, second: Sections, acting: int
) -> tuple[Sections, Sections]:
    """Return both sheets with heat and cold on the last of so many pages, if nothing else is there.

    It may have been below the signs. So these begin on a sheet of their own, and the page before
    them has more than lines to fill in: if there is room, what the leaflet says of itself too.
    """
    pages = setting.pages(first)
    if len(pages) == acting and {one.item.name for one in pages[-1].placed} != {GIVEN}:
        return first, second
    moved = tuple(one for one in second if one.may_move)
    other = moved_last((*first, *moved))
    if setting.sides(other) != acting:
        return first, second
    both = (*other, *(one for one in second if not one.may_move))
    above = [sheets_of(way) for way, _ in with_about_above([signed_below(both)])]
    return next((one for one in above if setting.sides(one[0]) == acting), sheets_of(both))


def _with_signs_apart(
    setting: Setting, closer: Sequence[Setting], sections: Sections, sides: int
) -> Setting:
    """Return a closer setting in which no signs are below other columns, and fewer go overleaf.

    The same one is returned where none is better.
    """

    def judged(one: Setting) -> tuple[bool, int]:
        return one.has_signs_below_signs(sections), one.signs_overleaf(sections)

    best = setting
    for one in closer if judged(setting) > _NONE_APART else ():
        if one.sides(sections) <= sides and judged(one) < judged(best):
            best = one
        if judged(best) == _NONE_APART:
            break
    return best


def _most_spacious(
    settings: Sequence[Setting], sections: Sections, sides: int, enough: Division = _WHOLE
) -> Setting:
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
