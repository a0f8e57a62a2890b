"""Goes in: a library, a place, and whom its blocks reach. Comes out: what its blocks print.

Goes in: a library, a place, and whom its blocks reach. Comes out: the things of its leaflets.

A thing is a piece of a leaflet as its reader sees it: a sentence in its list with its mark, a card,
a heading. A leaflet is, list by list, the things whose flag sets hold its own. So two leaflets of a
request differ just where a thing of one is not a thing of the other, or stands in another order.
The small print (version, dates, names of sources) is left out: it changes with every change.
"""

from __future__ import annotations

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
from handouts.content.vocabulary import DIARY, Kind, Level, Urgency
from handouts.leaflet.markup import fill
from handouts.leaflet.view import dosage_facts
from handouts.selection.rules import flags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.audit.diff.reach import Reach
    from handouts.content.blocks import Block
    from handouts.content.library import Library, Place


_BY_ID = frozenset({"title", "stage", "emergency", "help"})
"""Sections whose texts the template asks for by their ids: a new id is a text that is gone."""
_MARKS = ("\ue000", "\ue001")
"""What `fill` puts for the medicine that has another name in other countries."""


class Thing(Struct, frozen=True, kw_only=True):
    """One thing that prints: where, in what order there, what it says, and for which flag sets."""

    where: tuple[str, ...]
    order: tuple[int, ...]
    says: tuple[object, ...]
    of: str
    """The block, or the word of the vocabulary, that it comes from."""
    reaches: int


class BlockPrinter:
    """Lists what the blocks of one library print at one place; sentences are filled once."""

    def __init__(self, library: Library, place: Place) -> None:
        self.library = library
        self.place = place
        self.names = (place.words["paracetamol"], place.words["paracetamol_other"])
        self._order = {block.id: n for n, block in enumerate(library.blocks)}
        self._classes = list(library.classes)
        self._stops = flags_of(library.sections["stop"].when)
        self._filled: dict[Wording, str] = {}
        self._cards: dict[tuple[str, str], tuple[object, ...]] = {}

    def things(self, reach: Reach) -> list[Thing]:
        """List what the blocks print in a context, each for some flag set."""
        found: list[Thing] = []
        for block in self.library.blocks:
            if (reaches := reach.chosen(block)) != NONE:
                found.extend(self._block(block, reaches, reach))
        return found

    def say(self, wording: Wording) -> str:
        """Fill a sentence; the medicine keeps its plain name."""
        if wording not in self._filled:
            text = fill(wording, self.place.words)
            plain = self.names[0]
            text = text.replace(_MARKS[0], plain)
            self._filled[wording] = text.replace(_MARKS[1], plain[:1].upper() + plain[1:])
        return self._filled[wording]

    # -------------------------------------------------------------- blocks
    def _block(self, block: Block, reaches: int, reach: Reach) -> Iterator[Thing]:
        place = self._order[block.id]
        thing = Thing(where=(block.section,), order=(place,), says=(), of=block.id, reaches=reaches)
        match block.body:
            case TextBody(wording=wording, row=row):
                says = (block.id,) if block.section in _BY_ID else ()
                where = (block.section, row)
                yield replace(thing, where=where, order=(1, place), says=(*says, self.say(wording)))
            case FlagBody(flag=flag, wording=wording):
                lead = (flag not in self._stops, self._first_of[flag], place)
                yield replace(thing, where=("lead",), order=lead, says=(self.say(wording),))
            case ClauseBody() as body:
                yield from self._clause(thing, body, reach)
            case ClassLineBody() as body:
                yield from self._class_line(thing, body, reach)
            case SelfCheckBody(group=group, wording=wording):
                order = (list(self.library.check_groups).index(group), place)
                yield replace(thing, where=("check",), order=order, says=(self.say(wording),))
            case RedFlagBody() as body:
                yield from self._red_flag(thing, body, reach)
            case EmergencyLineBody(wording=wording, from_flag=from_flag):
                line = (from_flag, self.say(wording))
                yield replace(thing, order=(not from_flag, place), says=line)
            case ExerciseBody() as body:
                yield from self._exercise(thing, block, body, reach)

    @cached_property
    def _first_of(self) -> dict[str, int]:
        """Place each flag by the first thing that it says of the reader."""
        found: dict[str, int] = {}
        for place, block in enumerate(self.library.blocks):
            if isinstance(block.body, FlagBody):
                found.setdefault(block.body.flag, place)
        return found

    def _clause(self, thing: Thing, body: ClauseBody, reach: Reach) -> Iterator[Thing]:
        """A wider clause takes the place of a narrower one; an "ask" and the reasons are kept."""
        order = (-body.level, min(map(self._classes.index, body.classes)), *thing.order)
        spoken = replace(thing, where=("advice",), order=order)
        reaches = thing.reaches
        if body.level is not Level.ASK:
            wider = [reach.chosen(one) for one in self._wider[thing.of]]
            reaches = reach.sets.minus(reaches, reach.sets.union(*wider))
        yield replace(spoken, says=(body.level, self.say(body.wording)), reaches=reaches)
        for why in body.why:
            yield replace(spoken, says=(body.level, self.say(why)))

    @cached_property
    def _wider(self) -> dict[str, list[Block]]:
        """Name, for each clause, those that speak of all its classes and go before it."""
        clauses = [(b, b.body) for b in self.library.blocks if isinstance(b.body, ClauseBody)]
        # The template puts the wider clause first; of two that are as wide, the one written first.
        clauses.sort(key=lambda one: -len(one[1].classes))
        return {
            block.id: [
                other for other, wider in clauses[:place] if set(body.classes) <= set(wider.classes)
            ]
            for place, (block, body) in enumerate(clauses)
        }

    def _class_line(self, thing: Thing, body: ClassLineBody, reach: Reach) -> Iterator[Thing]:
        """It stands in "Just for you" where a flag changed the class, else in its own section."""
        name, sets = body.advice_class, reach.sets
        record = self.library.classes[name]
        place, spoken = self._classes.index(name), reach.spoken(name)
        says = (body.level, self.say(body.wording))
        yield replace(
            thing, where=("advice",), order=(-body.level, place, *thing.order), says=says,
            reaches=sets.meet(thing.reaches, spoken),
        )  # fmt: skip
        level = str(body.level) if record.section == "medicines" else ""
        own = sets.minus(thing.reaches, spoken)
        where, order = (record.section, level), (0, place, *thing.order)
        yield replace(thing, where=where, order=order, says=says, reaches=own)

    def _red_flag(self, thing: Thing, body: RedFlagBody, reach: Reach) -> Iterator[Thing]:
        """Each sign, under the most urgent heading that its own urgency or a flag gives it."""
        sets = reach.sets
        group = self.say(Wording(self.library.groups[body.group].label))
        lead = self.say(body.lead_in) if body.lead_in else ""
        beside = reach.section("medicines") if body.prints_in == "medicines" else NONE
        rest = thing.reaches
        for urgency in Urgency:
            raises = sets.given(flag for flag, raised in body.raised_by if raised == urgency)
            now = rest if urgency == body.urgency else sets.meet(rest, raises)
            rest = sets.minus(rest, now)
            order = (list(self.library.groups).index(body.group), *thing.order)
            for number, sign in enumerate(body.signs):
                says = (group, lead if body.prints_in == "help" else "", self.say(sign))
                one = replace(thing, order=(*order, number), says=says)
                yield replace(one, where=("help", urgency), reaches=sets.minus(now, beside))
        for number, sign in enumerate(body.signs):
            one = replace(thing, order=(*thing.order, number), says=(lead, self.say(sign)))
            reaches = sets.meet(thing.reaches, beside)
            yield replace(one, where=("medicine-signs",), reaches=reaches)

    def _exercise(
        self, thing: Thing, block: Block, body: ExerciseBody, reach: Reach
    ) -> Iterator[Thing]:
        sets = reach.sets
        stands = reach.section("exercises")
        for rank, ranked in enumerate(reach.ranks(block)):
            says = (rank, self.card(block, reach.context.status))
            reaches = sets.meet(ranked, stands)
            yield replace(thing, where=("cards",), order=(rank,), says=says, reaches=reaches)
        texts = {self.say(wording) for wording in body.cautions.values()}
        for text in sorted(texts):
            flags = [flag for flag, one in body.cautions.items() if self.say(one) == text]
            reaches = sets.meet(thing.reaches, sets.given(flags))
            yield replace(
                thing, where=("cautions", block.id), order=(0,), says=(text,), reaches=reaches
            )

    def card(self, block: Block, status: str) -> tuple[object, ...]:
        """Give all that the card of an exercise shows, but the cautions of flags."""
        key = (block.id, status)
        if key not in self._cards and isinstance(block.body, ExerciseBody):
            self._cards[key] = self._card(block.body, status)
        return self._cards[key]

    def by_hand(self, block: Block, status: str) -> object:
        """Give all that a clinician who picks an exercise may see of it: its card, its cautions."""
        body = block.body
        if not isinstance(body, ExerciseBody) or status not in body.steps:
            return None
        cautions = {flag: self.say(text) for flag, text in body.cautions.items()}
        return self.card(block, status), cautions

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
        "title", "stage", "check-first", "emergency", "emergency-closing", "emergency-pointer",
        "stop", "lead", "help", "about",
    }
)  # fmt: skip
"""What the template still prints where a flag stops the leaflet."""
_ROWS = ("try", "ask", "avoid")
_OF_A_CARD = frozenset(
    {
        "hold-seconds", "hold-breath", "hold-breaths", "minutes", "repeat", "repeat-breaths",
        "each-side", "each-way", "once-a-day", "per-day", "every-hours", "to",
    }
)  # fmt: skip
"""Labels that the facts of a card are made of, and so are part of it."""
_UNUSED = frozenset({"repeat-once", "for-you"})


class Printer:
    """Lists all that one library prints at one place."""

    def __init__(self, library: Library, place: Place) -> None:
        self.library = library
        self.place = place
        self.blocks = BlockPrinter(library, place)

    def things(self, reach: Reach) -> list[Thing]:
        """List everything that prints in a context for some flag set."""
        found = [*self.blocks.things(reach), *self._names(reach)]
        found = list(self._laid_out(found, reach))
        found.extend(self._page(found, reach))
        return [thing for thing in found if thing.reaches != NONE]

    def _laid_out(self, things: Sequence[Thing], reach: Reach) -> Iterator[Thing]:
        """Leave out what the template leaves out: beside a stop, and a list without its points."""
        sets = reach.sets
        points = sets.union(*(one.reaches for one in things if one.where == ("check",)))
        goes_on = sets.other(self._stop(reach))
        for thing in things:
            reaches = thing.reaches
            if thing.where[0] == "self-check":
                reaches = sets.meet(reaches, points)
            if thing.where[0] not in _BESIDE_A_STOP:
                reaches = sets.meet(reaches, goes_on)
            yield replace(thing, reaches=reaches)

    def _stop(self, reach: Reach) -> int:
        """Give the flag sets whose leaflet only says whom to ask."""
        blocks = (block for block in self.library.blocks if block.section == "stop")
        return reach.sets.union(*map(reach.chosen, blocks))

    def _names(self, reach: Reach) -> Iterator[Thing]:
        """List the medicines that a row only names, because "Just for you" speaks of them."""
        for place, (name, record) in enumerate(self.library.classes.items()):
            if record.kind != "medicine" or record.name is None:
                continue
            for level in Level:
                yield Thing(
                    where=("medicines", str(level)),
                    order=(-1, place),
                    says=("name", self.blocks.say(record.name)),
                    of=f"class {name}",
                    reaches=reach.sets.meet(reach.spoken(name), reach.level(name, level)),
                )

    def _page(self, things: Sequence[Thing], reach: Reach) -> Iterator[Thing]:
        """List headings, the small words of the page, and what holds for the whole page."""
        sets, library = reach.sets, self.library
        goes_on = sets.other(self._stop(reach))

        def any_of(*where: str) -> int:
            return sets.union(*(one.reaches for one in things if one.where[0] in where))

        def word(of: str, says: str, reaches: int) -> Thing:
            return Thing(where=("page", of), order=(0,), says=(says,), of=of, reaches=reaches)

        for name, term in library.sections.items():
            label = term.labels.get(reach.context.status, term.label)
            within = {"just-for-you": ("advice", "lead", name), "exercises": ("cards",)}
            reaches = any_of(*within.get(name, (name,)))
            whole = {DIARY: goes_on, "medicines": goes_on, "about": ALL}
            yield word(f"section {name}", label, whole.get(name, reaches))
        rows = {row: sets.union(*(t.reaches for t in things if t.where == ("medicines", row)))
                for row in _ROWS}  # fmt: skip
        for key, text in library.labels.items():
            if key in _OF_A_CARD or key in _UNUSED:
                continue
            own = {**rows, "stop-if": any_of("cards")}
            own["next-steps"] = _at_least_two(
                [t.reaches for t in things if t.where[0] == "what-to-do-now"], reach
            )
            reaches = goes_on if key.startswith(DIARY) else own.get(key, ALL)
            yield word(f"label {key}", text, reaches)
        about = f"{self.place.language} {self.place.paper}"
        yield word(f"place {self.place.id}", about, ALL)
        named = [reach.chosen(block) for block in library.blocks if _names_medicine(block)]
        named += [t.reaches for t in things if t.of == "class paracetamol"]
        yield word(
            f"place {self.place.id} name", self.place.words["paracetamol_other"], sets.union(*named)
        )


def _names_medicine(block: Block) -> bool:
    texts = (one.text if isinstance(one, Wording) else one for one in block.wordings)
    return block.kind is not Kind.EXERCISE and any("{paracetamol}" in text for text in texts)


def _at_least_two(sets: Iterable[int], reach: Reach) -> int:
    """Give the flag sets that are in two or more of these."""
    one, two = NONE, NONE
    for some in sets:
        two = reach.sets.union(two, reach.sets.meet(one, some))
        one = reach.sets.union(one, some)
    return two
