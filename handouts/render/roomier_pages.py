"""Use what is white on the pages of one column, once these are divided: `with_roomier_pages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.vocabulary import EXERCISES
from handouts.render.layout.exercise_card import TallCard, is_exercise
from handouts.render.layout.flow import set_section
from handouts.render.one_column import has_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from handouts.leaflet.tree import Leaflet, Section
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, FlowItem
    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.paginated import PaginatedLeaflet

    Others = Mapping[int, Flowable]
    """What may stand in place of each flow item, by its identity."""


_LARGER = (1.44, 1.35, 1.25, 1.15, 1.08)
"""How much larger drawings may be, the largest first."""


def with_roomier_pages(leaflet: Leaflet, layout: PaginatedLeaflet) -> PaginatedLeaflet:
    """Return a layout of one column with white pages used: for lists, then for larger drawings.

    Nothing moves to another page. What runs on becomes a list where all that its section has on a
    page can be one, and the drawings of the exercises on a page all grow by the same share.
    """
    builder = layout.builder
    if builder.style.columns:
        return layout
    if builder.short:
        spacious = replace(builder, style=replace(builder.style, lists=True))
        for section in filter(has_lists, leaflet.sections):
            layout = _swapped(layout, section, [spacious], [section.id].__contains__)
    for section in leaflet.sections:
        if section.id == EXERCISES:
            larger = [_with_figures(builder, factor) for factor in _LARGER]
            layout = _swapped(layout, section, larger, is_exercise)
    return layout


def _with_figures(builder: Builder, factor: float) -> Builder:
    """Return a builder with larger figures."""
    style = builder.style
    wide, high = style.figure_width * factor, style.figure_height * factor
    return replace(builder, style=replace(style, figure_width=wide, figure_height=high))


def _swapped(
    layout: PaginatedLeaflet,
    section: Section,
    builders: Sequence[Builder],
    is_meant: Callable[[str], bool],
) -> PaginatedLeaflet:
    """Return a layout with the items of a section that are meant by their name set anew.

    On each page but the last they are as the first builder sets them for which the page has room.
    """
    pages = [*layout.pages]
    usual = [one.item for page in pages for one in page.placed if is_meant(one.item.name)]
    left = [n for n, page in enumerate(pages[:-1]) if _has(page, is_meant)]
    tag = usual[0].section_tag if usual else None
    for builder in builders if left else ():
        anew = [one for one in set_section(builder, section, tag) if is_meant(one.name)]
        others = _others(usual, anew)
        for number in tuple(left if others else ()):
            before = pages[number]
            page = layout.with_items(before, [_as(one.item, others) for one in before.placed])
            if page and _broken_facts(page) <= _broken_facts(before):
                pages[number] = page
                left.remove(number)
    return replace(layout, pages=pages)


def _has(page: PageLayout, is_meant: Callable[[str], bool]) -> bool:
    return any(is_meant(placed.item.name) for placed in page.placed)


def _others(usual: Sequence[FlowItem], others: Sequence[FlowItem]) -> Others:
    """Return what may stand in place of each item; nothing where these are more or fewer."""
    if [one.name for one in usual] != [one.name for one in others]:
        return {}
    return {id(one): other.flowable for one, other in zip(usual, others, strict=True)}


def _as(item: FlowItem, others: Others) -> FlowItem:
    """Return an item with what may stand in its place; any other as it is."""
    other = others.get(id(item))
    return replace(item, flowable=other, wrapped_to=-1.0) if other else item


def _broken_facts(page: PageLayout) -> int:
    """Return how many of the words on how often do not fit on a line beside their drawing."""
    return sum(card.facts.broken for card in _cards(page))


def _cards(page: PageLayout) -> Iterable[TallCard]:
    inners = (placed.item.flowable for placed in page.placed)
    return (one for one in inners if isinstance(one, TallCard))
