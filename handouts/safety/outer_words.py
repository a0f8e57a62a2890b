"""Parse statements about words that stand in no block: labels and places, and about cards.

None of them needs a request: a wrong label is wrong in any leaflet, and a card whose caution says
the opposite of its drawing is wrong for every reader with that flag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.content.blocks import ExerciseBody
from handouts.errors import Fault, Origin
from handouts.leaflet.markup import sentences
from handouts.safety.pattern_words import words_found, words_of_pattern
from handouts.safety.scopes import fault_of, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.blocks import Block, Wording
    from handouts.content.library import Library, Place, Term
    from handouts.content.yaml_reader import Entry


def label_faults(entry: Entry, library: Library) -> Iterator[Fault]:
    """Read `labels: {try: {always: [...], never: [...]}}`, and yield what labels say wrongly.

    Raises ContentError for a label that is not there.
    """
    for key in entry.keys():  # noqa: SIM118 - no mapping, but an entry that counts what is read
        if (one := entry.get(key)) is None:
            entry.fault(f"nothing is said of the label `{key}`")
            continue
        text = library.labels[key]  # its own error names the file of labels, where it has to be
        yield from _wrong(
            one, text, library.origins.get(f"labels.yaml/{key}", Origin("labels.yaml", 1)), key
        )
        one.finish()


def _wrong(entry: Entry, text: str, origin: Origin, path: str) -> Iterator[Fault]:
    for key, wanted in (("always", True), ("never", False)):
        field = entry.get(key)
        for pattern in map(parse_pattern, field.items()) if field else ():
            match = pattern.search(text)
            if wanted and match is None:
                message = f"does not say {words_of_pattern(pattern.pattern)}"
                yield Fault(message=message, origin=origin, path=path)
            elif match and not wanted:
                yield Fault(message=f"says “{words_found(match)}”", origin=origin, path=path)


# ------------------------------------------------------------------ places
def place_faults(entry: Entry, library: Library) -> Iterator[Fault]:
    """Read `place-words: {us: {lacks, has, is}}`, and yield what places name wrongly.

    `is` has the words that may stand there: another number or name is a mistake. A place that the
    content does not have needs no words; `any` is about the words of every place.
    """
    places = library.places
    known = tuple(dict.fromkeys(word for place in places.values() for word in place.words))
    for name in entry.keys():  # noqa: SIM118 - no mapping, but an entry that counts what is read
        one = entry.get(name)
        if one is None or not (name in places or name == "any"):
            entry.fault(f"unknown place `{name}`")
            continue
        for place in places.values() if name == "any" else (places[name],):
            yield from _words_of(one, place, known, "word of a place")
        one.finish()


def region_faults(entry: Entry, library: Library) -> Iterator[Fault]:
    """Read `region-words: {neck: {is: {…}}}`: the words that a region may have in braces."""
    regions = library.regions
    known = tuple(dict.fromkeys(word for region in regions.values() for word in region.words))
    for name in entry.keys():  # noqa: SIM118 - no mapping, but an entry that counts what is read
        one = entry.get(name)
        if one is None or name not in regions:
            entry.fault(f"unknown region `{name}`")
            continue
        yield from _words_of(one, regions[name], known, "word of a region")
        one.finish()


def _words_of(
    entry: Entry, place: Place | Term, known: tuple[str, ...], what: str
) -> Iterator[Fault]:
    for key, wanted in (("lacks", False), ("has", True)):
        field = entry.get(key)
        for word in field.words(known, what) if field else ():
            if (word in place.words) is not wanted:
                message = f"{'lacks' if wanted else 'has'} a word for {{{word}}}"
                yield Fault(message=message, origin=place.origin, path=place.id)
    only = entry.get("is")
    for word in only.keys() if only else ():
        given = only.get(word) if only else None
        allowed = given.texts() if given else ()
        if word in place.words and place.words[word] not in allowed:
            message = f"{{{word}}} is “{place.words[word]}”"
            hint = f"reviewed: {', '.join(allowed)}"
            yield Fault(message=message, origin=place.origin, path=place.id, hint=hint)


# ------------------------------------------------------------------ cards
def card_faults(entry: Entry, library: Library) -> Iterator[Fault]:
    """Read `cards: {positions, changes, unless}`, and yield each card that contradicts itself.

    `positions` has a pattern for each position: the start line and the text of each drawing name
    only those of the exercise, and so does a caution. `changes` has patterns of cautions that
    change how it is done: these need a variant. Sentences that match `unless` are conditions.
    `agrees`: where a caution says the one, the steps on its card say the other.
    """
    field, changes, unless = entry.need("positions"), entry.need("changes"), entry.need("unless")
    agrees = entry.need("agrees")
    if field is None or changes is None or unless is None or agrees is None:
        return
    reader = _CardReader(
        library,
        {name: parse_pattern(one) for name in field.keys() if (one := field.get(name))},  # noqa: SIM118
        tuple(map(parse_pattern, changes.items())),
        parse_pattern(unless),
        tuple(_pair(one) for one in agrees.items()),
    )
    entry.finish()
    for block in library.blocks:
        if isinstance(block.body, ExerciseBody):
            yield from reader.faults(block, block.body)


def _pair(entry: Entry) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Read what a caution says, and what the steps beside it must say then."""
    caution, steps = entry.need("caution"), entry.need("steps")
    entry.finish()
    nothing = re.compile("(?!)")
    return (
        parse_pattern(caution) if caution else nothing,
        parse_pattern(steps) if steps else nothing,
    )


class _CardReader:
    """Reads the card of an exercise as each reader is given it."""

    def __init__(
        self,
        library: Library,
        positions: Mapping[str, re.Pattern[str]],
        changes: tuple[re.Pattern[str], ...],
        unless: re.Pattern[str],
        agrees: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...],
    ) -> None:
        self.library = library
        self.positions = positions
        self.changes = changes
        self.unless = unless
        self.agrees = agrees

    def faults(self, block: Block, body: ExerciseBody) -> Iterator[Fault]:
        """Yield the faults of its own card, and of that of its variant."""
        special = body.variant.flags if body.variant else ()
        usual = tuple(flag for flag in body.cautions if flag not in special)
        yield from self._card(block, body, usual)
        for flag in usual:
            for sentence in self._orders(body.cautions[flag]):
                if any(one.search(sentence) for one in self.changes):
                    yield self._needs_variant(block, flag, sentence)
        if body.variant:
            # Readers with one of its flags may have any other: all cautions can stand on this card.
            yield from self._card(block, body.for_flags(special[:1]), tuple(body.cautions))

    def _card(self, block: Block, body: ExerciseBody, flags: tuple[str, ...]) -> Iterator[Fault]:
        allowed = set(body.position.split(" or "))
        if odd := sorted(allowed - set(self.positions)):
            yield fault_of(block, f"no rule knows the position `{odd[0]}`")
            return
        shown = [("the start line", body.start.text)]
        shown += [
            (f"the text of the drawing `{name}`", self.library.figures[name].alt)
            for names in dict.fromkeys(body.figures.values())
            for name in names
        ]
        for what, text in shown:
            named = self._named(text)
            if not named or named - allowed:
                said = ", ".join(sorted(named)) or "no position"
                yield fault_of(block, f"{what} says {said}, and the exercise is {body.position}")
        for flag in flags:
            yield from self._steps(block, body, flag)
            for sentence in self._orders(body.cautions[flag]):
                named = self._named(sentence)
                forbids = "do not" in sentence.casefold() or "never" in sentence.casefold()
                if (named & allowed) if forbids else (named - allowed):
                    yield self._needs_variant(block, flag, sentence)

    def _steps(self, block: Block, body: ExerciseBody, flag: str) -> Iterator[Fault]:
        """Yield a fault where the steps go further than the caution above them."""
        for caution, wanted in self.agrees:
            if found := caution.search(body.cautions[flag].text):
                for steps in dict.fromkeys(body.steps.values()):
                    if not wanted.search(" ".join(step.text for step in steps)):
                        yield self._needs_variant(block, flag, found.group())

    def _named(self, text: str) -> set[str]:
        return {name for name, pattern in self.positions.items() if pattern.search(text)}

    def _orders(self, caution: Wording) -> Iterator[str]:
        """Yield the sentences of a caution that are no conditions."""
        text = caution.text.replace("**", "")
        return (one for one in sentences(text) if not self.unless.search(one))

    def _needs_variant(self, block: Block, flag: str, sentence: str) -> Fault:
        return fault_of(
            block,
            f"the caution for {flag} changes what the card shows: “{sentence}”",
            "give these readers a `variant` with a start line, steps and figures, or `avoid` it",
        )
