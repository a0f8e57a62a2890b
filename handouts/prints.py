"""Goes in: a library, a place, and whom its blocks reach. Comes out: the things of its leaflets.

A thing is a piece of a leaflet as its reader sees it: a sentence in its list with its mark, a card,
a heading. A leaflet is, list by list, the things whose flag sets hold its own. So two leaflets of a
request differ just where a thing of one is not a thing of the other, or stands in another order.
The small print (version, dates, names of sources) is left out: it changes with every change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.blocks import Wording
from handouts.content.vocabulary import DIARY, Kind, Level
from handouts.flagsets import ALL, NONE
from handouts.things import BlockPrinter, Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.content.blocks import Block
    from handouts.content.library import Library, Place
    from handouts.reach import Reach

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
