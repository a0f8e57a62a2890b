"""Check that everything chosen for a leaflet is on its page: `nothing_is_lost`.

Selection, merging and the template could each drop a sentence; these checks read the finished
leaflet and ask for every sentence in its own place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.content.blocks import (
    ClassLineBody,
    ClauseBody,
    ExerciseBody,
    FlagBody,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
)
from handouts.content.vocabulary import (
    EXERCISES,
    JUST_FOR_YOU,
    MEDICINES,
    STAGE,
    TITLE,
    Level,
    Urgency,
)
from handouts.leaflet.markup import sentences
from handouts.leaflet.tree import ItemList, Paragraph, Picture, plain, walk
from handouts.safety.leaflet_text import texts
from handouts.selection.rules import urgency_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.blocks import Block, Wording
    from handouts.leaflet.tree import Panel
    from handouts.safety.leaflet_text import LeafletText


_BOXES = {
    Urgency.EMERGENCY: ("maternity", "warnings", "medicine-warning"),
    Urgency.SAME_DAY: ("today",),
    Urgency.ROUTINE: ("book",),
}
_NOT_ON_THE_PAGE = frozenset({TITLE, STAGE})
"""Sections whose texts are printed as headings; leads of boxes are printed only with their box."""


def nothing_is_lost(page: LeafletText) -> Iterator[str]:
    """Yield each chosen block that does not stand in its place on the page."""
    for block in page.facts.chosen.values():
        if _is_lost(block, page):
            yield f"`{block.id}` was chosen but is not in its place on the page"


def _is_lost(block: Block, page: LeafletText) -> bool:
    match block.body:
        case TextBody(wording=wording):
            on_page = block.section not in _NOT_ON_THE_PAGE and not block.id.startswith("lead-")
            return on_page and page.say(wording) not in page.text
        case FlagBody() | SelfCheckBody() as body:
            return not times_said(body, page)
        case RedFlagBody() as body:
            return any(page.say(sign) not in _box_of(body, page) for sign in body.signs)
        case ExerciseBody() as body:
            return _is_card_incomplete(body.for_flags(page.flags), page)
        case ClassLineBody() as body:
            return _is_line_lost(body, page)
        case _:
            return False


def times_said(body: FlagBody | SelfCheckBody, page: LeafletText) -> int:
    """Count how often a page says what a flag says: in its words, or by the name of its fact.

    A name counts where it opens a sentence or follows another one, and nothing else follows it.
    """
    said = page.text.count(page.say(body.wording))
    if isinstance(body, SelfCheckBody) or body.name is None:
        return said
    name = re.escape(page.say(body.name))
    own = page.section_text(JUST_FOR_YOU)
    stands_alone = rf"(?:^|[.:;]\s){name}(?=[.:;](?:\s|$))"
    return said + len(re.findall(stands_alone, own, re.MULTILINE))


def _is_line_lost(body: ClassLineBody, page: LeafletText) -> bool:
    """Tell whether the line of a class is not in "Just for you", or in its own section."""
    record = page.facts.library.classes[body.advice_class]
    if body.advice_class in page.facts.selection.spoken:
        return not _is_named_or_said(page.personal, body, page)
    if record.name and body.level is Level.ASK and record.section == MEDICINES:
        # The row says whom to ask before taking what it names.
        return page.say(record.name) not in page.boxes.get("ask", "")
    return not _is_named_or_said(page.section_text(record.section), body, page)


def _is_named_or_said(text: str, body: ClassLineBody, page: LeafletText) -> bool:
    """Tell whether a text says the line of a class, or in a short edition names a medicine."""
    record = page.facts.library.classes[body.advice_class]
    named = page.is_short and record.kind == "medicine" and record.name
    return bool(named and page.say(named) in text) or _says(text, body.wording, page)


def _box_of(body: RedFlagBody, page: LeafletText) -> str:
    """Return the texts of the boxes in which a sign of this urgency may be printed."""
    kinds = _BOXES[urgency_of(body, page.flags)]
    return "\n".join(page.boxes.get(kind, "") for kind in kinds)


def _is_card_incomplete(body: ExerciseBody, page: LeafletText) -> bool:
    """Tell whether its own card lacks a step, a stop rule, or a drawing with its text."""
    card, status = page.cards.get(page.fold(body.name)), page.facts.selection.request.status
    if card is None:
        return True
    said = "\n".join(map(page.fold, texts(card.parts)))
    pictures = {(one.figure, one.alt) for one in walk(card.parts) if isinstance(one, Picture)}
    figures = page.facts.library.figures
    wanted = {(name, figures[name].alt) for name in body.figures[status]}
    words = (body.start, *body.steps[status])
    # When to stop any of the exercises is said once, in a box below the cards or in a line above.
    stops = "\n".join((said, page.boxes.get("stop", ""), _above_the_cards(page)))
    lost = any(page.say(one) not in said for one in words)
    return pictures != wanted or lost or any(page.say(one) not in stops for one in body.stop)


def _above_the_cards(page: LeafletText) -> str:
    """Return the sentences on all exercises, which stand in a list above their cards."""
    section = page.section(EXERCISES)
    lists = [one for one in section.parts if isinstance(one, ItemList)] if section else []
    return "\n".join(page.fold(plain(item.runs)) for one in lists for item in one.items)


def _says(text: str, wording: Wording, page: LeafletText) -> bool:
    """Tell whether a text of the page says every sentence of a wording."""
    return all(one in text for one in sentences(page.say(wording)))


# ------------------------------------------------------------------ what a flag says of a class
def no_clause_is_lost(page: LeafletText) -> Iterator[str]:
    """Yield each clause whose flag was given, and of which "Just for you" says too little.

    It need not stand word for word: a clause on more classes at the same level may say it, or,
    where it is said best alone, the plain line of each class. Reasons and whom to ask always stand.
    """
    if not page.facts.selection.spoken:  # the sheet that stops here gives no advice
        return
    chosen = page.facts.chosen
    printed = [one.body for one in chosen.values() if isinstance(one.body, ClauseBody)]
    for block in page.facts.library.blocks:
        body = block.body
        if not isinstance(body, ClauseBody) or not page.facts.holds(block.when):
            continue
        if body.level is Level.OK and not _has_place(body, page):
            continue
        if block.id in chosen:
            if not _says_of(body, printed, page):
                yield f"what `{block.id}` says is not in “Just for you”"
        elif not (body.only_alone and len(page.flags) > 1 and _has_lines(body, page)):
            yield f"`{block.id}` should print, and nothing stands for it"


def _has_place(body: ClauseBody, page: LeafletText) -> bool:
    """Tell whether the leaflet has the sections of what a clause says is fine."""
    library = page.facts.library
    sections = (library.sections[library.classes[name].section] for name in body.classes)
    return all(page.facts.holds(one.when) for one in sections)


def _says_of(body: ClauseBody, printed: list[ClauseBody], page: LeafletText) -> bool:
    said = [page.say(body.wording)]
    if body.level is not Level.ASK:
        wider = (one for one in printed if set(body.classes) <= set(one.classes))
        said += [page.say(one.wording) for one in wider if one.level is body.level]
    text = page.personal
    whole = any(all(one in text for one in sentences(each)) for each in said)
    return whole and all(_says(text, why, page) for why in body.why)


def _has_lines(body: ClauseBody, page: LeafletText) -> bool:
    """Tell whether each class of a clause has a line, or the clause of another flag."""
    named = {name for one in page.facts.chosen.values() for name in _classes_of(one)}
    return set(body.classes) <= named


def _classes_of(block: Block) -> tuple[str, ...]:
    match block.body:
        case ClauseBody(classes=classes):
            return classes
        case ClassLineBody(advice_class=name):
            return (name,)
        case _:
            return ()


# ------------------------------------------------------------------ cautions
def cautions_on_cards(page: LeafletText) -> Iterator[str]:
    """Yield each caution that does not stand on the card of its exercise."""
    for block in page.facts.chosen.values():
        if isinstance(block.body, ExerciseBody):
            card = page.cards.get(page.fold(block.body.for_flags(page.flags).name))
            said = "\n".join(map(page.fold, texts(card.parts))) if card else ""
            for flag in page.flags:
                caution = block.body.cautions.get(flag)
                if caution and page.say(caution) not in said:
                    yield f"the caution of `{block.id}` for {flag} is not on its card"


def cautions_first(page: LeafletText) -> Iterator[str]:
    """Yield each card on which a caution stands below the start line or the steps."""
    for name, card in page.cards.items():
        kinds = [_kind_of(card, place) for place in range(len(card.parts))]
        first = min(kinds.index(one) for one in ("start", "steps") if one in kinds)
        if "caution" in kinds[first:]:
            yield f"a caution of “{name}” stands below what it is about"


def _kind_of(card: Panel, place: int) -> str:
    part = card.parts[place]
    return part.kind if isinstance(part, Paragraph | ItemList) else ""
