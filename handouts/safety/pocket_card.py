"""Check the card to cut out, which is read without its leaflet: `card_is_complete`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.blocks import EmergencyLineBody, RedFlagBody
from handouts.content.vocabulary import CARD, HELP, Urgency
from handouts.leaflet.tree import Heading, ItemList, Paragraph, plain, walk
from handouts.selection.rules import urgency_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Part
    from handouts.safety.leaflet_text import LeafletText

_OTHERS = "card-apart"
"""The label above those lines that say themselves whom to call; own content may lack it."""


def card_is_complete(page: LeafletText) -> Iterator[str]:
    """Yield each sign of an emergency that the card leaves out, and what does not belong on it."""
    section = page.section(CARD)
    if page.facts.selection.request.look.card != (section is not None):
        yield "the leaflet has a card that nobody asked for, or lacks one"
    if section is None:
        return
    parts = tuple(walk(section.parts))
    number = page.words["emergency_number"].casefold()
    heads = [
        page.fold(plain(one.runs))
        for one in parts
        if isinstance(one, Heading) and one.level > 2  # noqa: PLR2004
    ]
    if heads[:1] != [_head_of_the_box(page)] or number not in heads[0]:
        yield f"the card is headed “{', '.join(heads)}”, not as the emergency box, with its number"
    if others := page.facts.library.labels.get(_OTHERS):
        if heads[1:] not in ([], [page.fold(others)]):
            yield f"the card has the headings “{', '.join(heads[1:])}” too"
        yield from _misplaced(page, parts)
    yield from _lines(page, parts)
    yield from _signs(page)


def _head_of_the_box(page: LeafletText) -> str:
    """Return the heading of the emergency box on page 1."""
    section = page.section(str(Urgency.EMERGENCY))
    parts = walk(section.parts) if section else ()
    return next((page.fold(plain(one.runs)) for one in parts if isinstance(one, Heading)), "")


def _misplaced(page: LeafletText, parts: tuple[Part, ...]) -> Iterator[str]:
    """Yield what stands below a heading that is not true of it.

    Below the first are the signs for which to call the emergency number, below the second those
    lines that say themselves whom to call.
    """
    bodies = [choice.block.body for choice in page.facts.selection.card]
    apart = {
        page.say(one.wording) for one in bodies if isinstance(one, EmergencyLineBody) and one.apart
    }
    heads = 0
    for part in parts:
        if isinstance(part, Heading):
            heads += part.level > 2  # noqa: PLR2004 - the section has the second level
        elif isinstance(part, ItemList) and heads != 1:
            yield "the list of the card stands below another heading than that of the emergency box"
        elif isinstance(part, Paragraph) and page.fold(plain(part.runs)) in apart and heads == 1:
            yield f"“{plain(part.runs)}” stands below the heading of the emergency box"


def _lines(page: LeafletText, parts: tuple[Part, ...]) -> Iterator[str]:
    """Yield each line that is not printed, and each item of the list that is no line of it."""
    printed = page.section_text(CARD).split("\n")
    items = {
        page.fold(plain(item.runs))
        for one in parts
        if isinstance(one, ItemList)
        for item in one.items
    }
    listed = set()
    for block in (choice.block for choice in page.facts.selection.card):
        body = block.body
        if not isinstance(body, EmergencyLineBody) or body.urgency is not Urgency.EMERGENCY:
            yield f"`{block.id}` is not an emergency, and stands on the card"
            continue
        said = page.say(body.wording)
        if not body.apart:
            listed.add(said)
        if said not in printed:
            yield f"`{block.id}` is not on the card"
    for odd in sorted(items ^ listed):
        yield f"“{odd}” stands in the list of the card, or is missing there"


def _signs(page: LeafletText) -> Iterator[str]:
    """Yield each sign of an emergency that holds for the reader, and that no line stands for."""
    lines = [choice.block.body for choice in page.facts.selection.card]
    said = {name for one in lines if isinstance(one, EmergencyLineBody) for name in one.covers}
    for block in page.facts.library.blocks:
        body = block.body
        if not isinstance(body, RedFlagBody) or block.id in said:
            continue
        due = page.facts.holds(block.when) and page.facts.holds(
            page.facts.library.sections[HELP].when
        )
        if due and urgency_of(body, page.flags) is Urgency.EMERGENCY:
            yield f"no line of the card stands for `{block.id}`"
