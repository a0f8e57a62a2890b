"""List what leaflets print, each item with its flag sets: `LeafletItemLister`, `ItemFiller`.

This mirrors `leaflet.view` and the template for all flag sets at once. Two leaflets differ
exactly if their items, or the order of these, differ; version, dates and sources are left out.
Which items there are is the same at every place; the words of a place are filled in last.
"""

from __future__ import annotations

from bisect import insort
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.audit.diff.decision_diagram import ALL, NONE
from handouts.content.blocks import (
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    FlagBody,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
    Wording,
)
from handouts.content.topic import STEPS
from handouts.content.vocabulary import (
    ABOUT,
    CHECK_FIRST,
    DIARY,
    EMERGENCY,
    EMERGENCY_CLOSING,
    EMERGENCY_POINTER,
    EXERCISES,
    HELP,
    JUST_FOR_YOU,
    MEDICINES,
    SELF_CHECK,
    STAGE,
    STOP,
    TITLE,
    Kind,
    Level,
    Urgency,
)
from handouts.leaflet.markup import CAPITAL_MARK, MARK, fill, two_names
from handouts.leaflet.view import dosage_facts
from handouts.selection.rules import stopping_flags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.audit.diff.reach import Reach
    from handouts.content.blocks import Block
    from handouts.content.library import Library, Place


_BY_ID = frozenset({TITLE, STAGE, EMERGENCY, HELP})
"""Sections whose texts the template gets by id, so that the id is part of the item."""


class PrintedItem(Struct, frozen=True, kw_only=True):
    """A printed item: its list, its order in it, its content, and the flag sets that print it."""

    where: tuple[str, ...]
    order: tuple[int, ...]
    content: tuple[object, ...]
    """Its texts, and the sentences and the card that an `ItemFiller` fills in."""
    source: str
    """The id of its block, or another source of text such as `class heat`."""
    flag_sets: int


def place_in_leaflet(item: PrintedItem) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return what items are sorted by: their list, then their order in it."""
    return item.where, item.order


class _ExerciseCard(Struct, frozen=True):
    """The card of an exercise that an item shows."""

    block: str
    status: str
    flags: tuple[str, ...] = ()
    """Of readers with another variant of it."""


class BlockItemLister:
    """Lists what the blocks of one library print, no word of a place filled in."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._order = {block.id: n for n, block in enumerate(library.blocks)}
        self._classes = list(library.classes)
        self._stops = stopping_flags(library)

    def items(self, reach: Reach) -> list[PrintedItem]:
        """Return the items of all blocks in the context of `reach`."""
        found: list[PrintedItem] = []
        for block in self.library.blocks:
            if (reaches := reach.chosen(block)) != NONE:
                found.extend(self._block(block, reaches, reach))
        return found

    # -------------------------------------------------------------- blocks
    def _block(self, block: Block, reaches: int, reach: Reach) -> Iterator[PrintedItem]:
        place = self._order[block.id]
        item = PrintedItem(
            where=(block.section,), order=(place,), content=(), source=block.id, flag_sets=reaches
        )
        match block.body:
            case TextBody(wording=wording, row=row):
                says = (block.id,) if block.section in _BY_ID else ()
                where = (block.section, row)
                yield replace(item, where=where, order=(1, place), content=(*says, wording))
            case FlagBody(flag=flag, wording=wording, name=name):
                lead = (flag not in self._stops, self._first_of[flag], place)
                said = (wording, name) if name else (wording,)
                yield replace(item, where=("lead",), order=lead, content=said)
            case ClauseBody() as body:
                yield from self._clause(item, body, reach)
            case ClassLineBody() as body:
                yield from self._class_line(item, body, reach)
            case SelfCheckBody(group=group, wording=wording):
                order = (list(self.library.check_groups).index(group), place)
                yield replace(item, where=("check",), order=order, content=(wording,))
            case RedFlagBody() as body:
                yield from self._red_flag(item, body, reach)
            case EmergencyLineBody(wording=wording, from_flag=from_flag, apart=apart):
                line = (from_flag, apart, wording)
                yield replace(item, order=(not from_flag, place), content=line)
            case ExerciseBody() as body:
                yield from self._exercise(item, block, body, reach)

    @cached_property
    def _first_of(self) -> dict[str, int]:
        """The position of the first lead or other line of each flag."""
        found: dict[str, int] = {}
        for place, block in enumerate(self.library.blocks):
            if isinstance(block.body, FlagBody):
                found.setdefault(block.body.flag, place)
        return found

    def _clause(self, item: PrintedItem, body: ClauseBody, reach: Reach) -> Iterator[PrintedItem]:
        """Yield a clause where no wider one replaces it, and its reasons; "ask" always stays."""
        order = (-body.level, min(map(self._classes.index, body.classes)), *item.order)
        spoken = replace(item, where=("advice",), order=order)
        reaches = item.flag_sets
        if body.level is not Level.ASK:
            wider = [reach.chosen(one) for one in self._wider[item.source]]
            reaches = reach.sets.difference(reaches, reach.sets.union(*wider))
        yield replace(spoken, content=(body.level, body.wording), flag_sets=reaches)
        for why in body.why:
            yield replace(spoken, content=(body.level, why))

    @cached_property
    def _wider(self) -> dict[str, list[Block]]:
        """The clauses that replace each clause: those before it that have all its classes."""
        clauses = [(b, b.body) for b in self.library.blocks if isinstance(b.body, ClauseBody)]
        # As in `View`: the wider clause first, and of equally wide ones the first in the file.
        clauses.sort(key=lambda one: -len(one[1].classes))
        return {
            block.id: [
                other for other, wider in clauses[:place] if set(body.classes) <= set(wider.classes)
            ]
            for place, (block, body) in enumerate(clauses)
        }

    def _class_line(
        self, item: PrintedItem, body: ClassLineBody, reach: Reach
    ) -> Iterator[PrintedItem]:
        """Yield a class line in "Just for you" where that mentions its class, and elsewhere."""
        name, sets = body.advice_class, reach.sets
        record = self.library.classes[name]
        place, spoken = self._classes.index(name), reach.spoken(name)
        says = (body.level, body.wording)
        yield replace(
            item, where=("advice",), order=(-body.level, place, *item.order), content=says,
            flag_sets=sets.intersection(item.flag_sets, spoken),
        )  # fmt: skip
        level = str(body.level) if record.section == MEDICINES else ""
        if level == str(Level.ASK):
            return  # its row only names it
        own = sets.difference(item.flag_sets, spoken)
        where, order = (record.section, level), (0, place, *item.order)
        yield replace(item, where=where, order=order, content=says, flag_sets=own)

    def _red_flag(
        self, item: PrintedItem, body: RedFlagBody, reach: Reach
    ) -> Iterator[PrintedItem]:
        """Yield each sign under the most urgent of its own urgency and those of its flags."""
        sets = reach.sets
        group = Wording(self.library.groups[body.group].label)
        lead = body.lead_in or ""
        beside = reach.section(MEDICINES) if body.prints_in == MEDICINES else NONE
        rest = item.flag_sets
        for urgency in Urgency:
            raises = sets.given(flag for flag, raised in body.raised_by if raised == urgency)
            now = rest if urgency == body.urgency else sets.intersection(rest, raises)
            rest = sets.difference(rest, now)
            order = (list(self.library.groups).index(body.group), *item.order)
            for number, sign in enumerate(body.signs):
                says = (group, lead if body.prints_in == HELP else "", sign)
                one = replace(item, order=(*order, number), content=says)
                yield replace(one, where=(HELP, urgency), flag_sets=sets.difference(now, beside))
        for number, sign in enumerate(body.signs):
            one = replace(item, order=(*item.order, number), content=(lead, sign))
            reaches = sets.intersection(item.flag_sets, beside)
            yield replace(one, where=("medicine-signs",), flag_sets=reaches)

    def _exercise(
        self, item: PrintedItem, block: Block, body: ExerciseBody, reach: Reach
    ) -> Iterator[PrintedItem]:
        sets = reach.sets
        stands = reach.section(EXERCISES)
        status = reach.context.status
        own = sets.given(body.variant.flags) if body.variant else NONE
        cards = [(sets.complement(own), _ExerciseCard(block.id, status))]
        if body.variant:
            cards.append((own, _ExerciseCard(block.id, status, body.variant.flags[:1])))
        for rank, ranked in enumerate(reach.ranks(block)):
            for readers, card in cards:
                reaches = sets.intersection(ranked, stands, readers)
                yield replace(
                    item, where=("cards",), order=(rank,), content=(rank, card), flag_sets=reaches
                )
        for one in body.stop_for:
            reaches = sets.intersection(item.flag_sets, sets.given(one.flags))
            said = (one.instead_of, one.wording)
            yield replace(
                item, where=("stops", block.id), order=(0,), content=said, flag_sets=reaches
            )
        for wording in dict.fromkeys(body.cautions.values()):
            flags = [flag for flag, one in body.cautions.items() if one == wording]
            reaches = sets.intersection(item.flag_sets, sets.given(flags))
            yield replace(
                item, where=("cautions", block.id), order=(0,), content=(wording,),
                flag_sets=reaches,
            )  # fmt: skip


class ItemFiller:
    """Fills the words of a place and a region into the items of one library; keeps them filled."""

    def __init__(self, library: Library, place: Place, region: str) -> None:
        self.library = library
        self.place = place
        self.words = library.words_in(place.id, region)
        self.names = two_names(place.words)
        self._exercises = {b.id: b.body for b in library.blocks if isinstance(b.body, ExerciseBody)}
        self._sentences: dict[Wording, str] = {}
        self._contents: dict[tuple[object, ...], tuple[object, ...]] = {}
        self._cards: dict[_ExerciseCard, tuple[object, ...]] = {}

    def filled(self, content: tuple[object, ...]) -> tuple[object, ...]:
        """Return the content of an item as it prints at the place."""
        found = self._contents.get(content)
        if found is None:
            found = self._contents[content] = tuple(map(self._filled, content))
        return found

    def _filled(self, part: object) -> object:
        match part:
            case Wording():
                return self.say(part)
            case _ExerciseCard():
                return self.card(part)
            case _:
                return part

    def say(self, wording: Wording) -> str:
        """Return a filled sentence, with the word of two names by its usual one only."""
        if wording not in self._sentences:
            text = fill(wording, self.words)
            plain = self.names.name
            text = text.replace(MARK, plain)
            self._sentences[wording] = text.replace(CAPITAL_MARK, plain[:1].upper() + plain[1:])
        return self._sentences[wording]

    def card(self, card: _ExerciseCard) -> tuple[object, ...]:
        """Return all that the card of an exercise shows, without the cautions for flags."""
        if card not in self._cards:
            plain = replace(self._exercises[card.block], stop_for=())  # an item of its own each
            self._cards[card] = self._card(plain.for_flags(card.flags), card.status)
        return self._cards[card]

    def by_hand(self, block: Block, status: str) -> object:
        """Return what is printed of an exercise chosen by hand: its card and all cautions.

        None where it has no steps for the status.
        """
        body = block.body
        if not isinstance(body, ExerciseBody) or status not in body.steps:
            return None
        cautions = {flag: self.say(text) for flag, text in body.cautions.items()}
        own = body.variant.flags if body.variant else ()
        stops = tuple((one.flags, one.instead_of, self.say(one.wording)) for one in body.stop_for)
        cards = [self.card(_ExerciseCard(block.id, status, flags)) for flags in ((), own)]
        return *cards, own, cautions, stops

    def _card(self, body: ExerciseBody, status: str) -> tuple[object, ...]:
        facts = dosage_facts(self.library.labels, body.dosage[status])
        return (
            body.name,
            *(repr(self.library.figures[name]) for name in body.figures[status]),
            self.say(body.start),
            tuple(self.say(step) for step in body.steps[status]),
            tuple((fact.mark, str(fact.text)) for fact in facts),
            tuple(self.say(one) for one in body.stop),
        )


_BESIDE_A_STOP = frozenset(
    {
        TITLE, STAGE, CHECK_FIRST, EMERGENCY, EMERGENCY_CLOSING, EMERGENCY_POINTER,
        STOP, "lead", HELP, ABOUT,
    }
)  # fmt: skip
"""What the template prints even where the section `stop` is printed."""
_ROWS = ("try", "ask", "avoid")
_OF_A_CARD = frozenset(
    {
        "hold-second", "hold-seconds", "hold-breath", "hold-breaths", "minutes", "repeat",
        "repeat-breaths", "each-side", "each-way", "once-a-day", "per-day", "every-hours",
        "at-most", "to",
    }
)  # fmt: skip
"""Labels that are parts of the dosage on a card."""
_UNUSED = frozenset({"repeat-once", "for-you"})


class LeafletItemLister:
    """Lists all that one library prints."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.blocks = BlockItemLister(library)
        self._naming: dict[str, list[Block]] = {}
        """The blocks with a word of two names, by this word."""

    def items(self, reach: Reach) -> list[PrintedItem]:
        """Return every item that is printed for some flag set in the context of `reach`, sorted."""
        found = [*self.blocks.items(reach), *self._names(reach)]
        found = list(self._laid_out(found, reach))
        found.extend(self._page(found, reach))
        return sorted((one for one in found if one.flag_sets != NONE), key=place_in_leaflet)

    def items_at(
        self, place: Place, items: Sequence[PrintedItem], reach: Reach
    ) -> list[PrintedItem]:
        """Return the items of a context with those that only this place has, sorted."""
        found = [*items]
        for one in self._of_place(place, items, reach):
            if one.flag_sets != NONE:
                insort(found, one, key=place_in_leaflet)
        return found

    def _of_place(
        self, place: Place, items: Sequence[PrintedItem], reach: Reach
    ) -> Iterator[PrintedItem]:
        """Yield what a place prints: in its language and paper, and the other name of a word."""
        yield _word(f"place {place.id}", f"{place.language} {place.paper}", ALL)
        key, _, other = two_names(place.words)
        if not key:
            return
        if key not in self._naming:
            self._naming[key] = [block for block in self.library.blocks if _has_word(block, key)]
        named = [reach.chosen(block) for block in self._naming[key]]
        classes = {
            f"class {name}"
            for name, record in self.library.classes.items()
            if record.name and f"{{{key}}}" in record.name.text
        }
        named += [one.flag_sets for one in items if one.source in classes]
        yield _word(f"place {place.id} name", other, reach.sets.union(*named))

    def _laid_out(self, items: Sequence[PrintedItem], reach: Reach) -> Iterator[PrintedItem]:
        """Yield items with the flag sets for which the template prints them.

        It leaves out most sections beside `stop`, and the self-check without points.
        """
        sets = reach.sets
        points = sets.union(*(one.flag_sets for one in items if one.where == ("check",)))
        goes_on = sets.complement(self._stop(reach))
        for item in items:
            reaches = item.flag_sets
            if item.where[0] == SELF_CHECK:
                reaches = sets.intersection(reaches, points)
            if item.where[0] not in _BESIDE_A_STOP:
                reaches = sets.intersection(reaches, goes_on)
            yield replace(item, flag_sets=reaches)

    def _stop(self, reach: Reach) -> int:
        """Return the flag sets for which the section `stop` is printed."""
        return reach.sets.union(*map(reach.chosen, self._stopping))

    @cached_property
    def _stopping(self) -> list[Block]:
        return [block for block in self.library.blocks if block.section == STOP]

    def _names(self, reach: Reach) -> Iterator[PrintedItem]:
        """Yield the medicines that a row only names.

        These are all to ask about, and those to avoid that "Just for you" speaks of.
        """
        for place, (name, record) in enumerate(self.library.classes.items()):
            if record.kind != "medicine" or record.name is None:
                continue
            for level in Level:
                if level is Level.AVOID and record.already:
                    continue
                reaches = reach.level(name, level)
                if level is Level.AVOID:
                    reaches = reach.sets.intersection(reach.spoken(name), reaches)
                yield PrintedItem(
                    where=(MEDICINES, str(level)),
                    order=(-1, place),
                    content=("name", record.name),
                    source=f"class {name}",
                    flag_sets=reaches,
                )

    def _page(self, items: Sequence[PrintedItem], reach: Reach) -> Iterator[PrintedItem]:
        """Yield headings and labels."""
        sets, library = reach.sets, self.library
        goes_on = sets.complement(self._stop(reach))
        printed: dict[str, int] = {}
        for one in items:
            printed[one.where[0]] = sets.union(printed.get(one.where[0], NONE), one.flag_sets)

        def any_of(*where: str) -> int:
            return sets.union(*(printed.get(one, NONE) for one in where))

        for name, term in library.sections.items():
            label = term.labels.get(reach.context.status, term.label)
            within = {JUST_FOR_YOU: ("advice", "lead", name), EXERCISES: ("cards",)}
            reaches = any_of(*within.get(name, (name,)))
            whole = {DIARY: goes_on, MEDICINES: goes_on, ABOUT: ALL}
            yield _word(f"section {name}", label, whole.get(name, reaches))
        rows = {row: sets.union(*(t.flag_sets for t in items if t.where == (MEDICINES, row)))
                for row in _ROWS}  # fmt: skip
        own = {**rows, "stop-if": any_of("cards"), "stop-and": any_of("cards")}
        steps = {one for one, form in library.topic.sections.items() if form == STEPS}
        own["next-steps"] = _at_least_two(
            [t.flag_sets for t in items if t.where[0] in steps], reach
        )
        for key, text in library.labels.items():
            if key in _OF_A_CARD or key in _UNUSED:
                continue
            reaches = goes_on if key.startswith(DIARY) else own.get(key, ALL)
            yield _word(f"label {key}", text, reaches)


def _word(of: str, says: str, reaches: int) -> PrintedItem:
    """Return a text of the page that stands in no block."""
    return PrintedItem(
        where=("page", of), order=(0,), content=(says,), source=of, flag_sets=reaches
    )


def _has_word(block: Block, key: str) -> bool:
    texts = (one.text if isinstance(one, Wording) else one for one in block.wordings)
    return block.kind is not Kind.EXERCISE and any(f"{{{key}}}" in text for text in texts)


def _at_least_two(sets: Iterable[int], reach: Reach) -> int:
    """Return the flag sets that are in two or more of these sets."""
    one, two = NONE, NONE
    for some in sets:
        two = reach.sets.union(two, reach.sets.intersection(one, some))
        one = reach.sets.union(one, some)
    return two
