"""Parse the statements of a safety rule about texts: words, numbers, exercises: `WordStatements`.

There is one method for each key of the grammar. Faults of words need no request: such words, for
example a number that is not approved, are wrong in any leaflet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handouts.content.blocks import Always as Everyone
from handouts.content.blocks import ClauseBody, ExerciseBody, HasFlag, RedFlagBody
from handouts.content.parse_records import both, known_words, parse_flags
from handouts.content.vocabulary import Kind
from handouts.errors import Fault
from handouts.leaflet.markup import sentences
from handouts.safety.claims import Never
from handouts.safety.outer_words import card_faults, label_faults, place_faults, region_faults
from handouts.safety.pattern_words import words_found, words_of_pattern
from handouts.safety.scopes import Scope, fault_of, parse_pattern, parse_scope, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.errors import Origin
    from handouts.safety.claims import Claim
    from handouts.safety.scopes import BlockIndex

    OtherText = tuple[Origin, str, str]
    """Where a text that is in no block stands, its name, and what it says."""
    WordResults = Iterator[Claim | Fault]


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BRACES = re.compile(r"\{[^{}]*\}")
SPANS = ("hold_seconds", "hold_breaths", "minutes", "repetitions", "per_day", "every_hours")


def number_faults(entry: Entry, index: BlockIndex) -> Iterator[Fault]:
    """Yield a fault for each number not approved for its block, and each dosage out of bounds.

    A short form may have the numbers of what it stands for.
    """
    texts, bounds = entry.need("texts"), entry.need("dosage")
    approved: dict[str, tuple[str, ...]] = {}
    for ident in texts.keys() if texts else ():
        if texts and (one := texts.get(ident)) and index.knows(ident, texts):
            approved[ident] = one.texts()
    most = {key: one.span() for key in SPANS if bounds and (one := bounds.get(key)) is not None}
    if bounds:
        bounds.finish()
    entry.finish()
    for block in index.library.blocks:
        stood_for = (*block.short_of, *getattr(block.body, "covers", ()))
        known = (number for one in (block.id, *stood_for) for number in approved.get(one, ()))
        yield from _in_texts(block, tuple(known))
        yield from _in_dosage(block, most)


def _in_texts(block: Block, approved: tuple[str, ...]) -> Iterator[Fault]:
    for text in texts_of(block):
        for match in _NUMBER.finditer(_BRACES.sub("", text)):
            if match.group() not in approved:
                message = f"the number {match.group()} is not approved here"
                yield fault_of(block, message, "have it approved in invariants.yaml, `numbers`")


def _in_dosage(block: Block, most: dict[str, tuple[int, int]]) -> Iterator[Fault]:
    if not isinstance(block.body, ExerciseBody):
        return
    for status, dosage in block.body.dosage.items():
        for key, (low, high) in most.items():
            span = getattr(dosage, key)
            if key == "per_day":
                span = dosage.most_per_day or span
            if span and not (low <= span[0] and span[1] <= high):
                message = f"{status}: {key} {span[0]} to {span[1]} is not between {low} and {high}"
                yield fault_of(
                    block, message, "have the bounds approved in invariants.yaml, `numbers`"
                )


EVERY = Scope()

_PLACES = "places.yaml"
"""What alone may hold the words that differ by place."""
_A_STEM = 4
"""Letters of the name of such a word from which on others that begin with it are of it."""


def _where(of: Entry | None, when: Rule) -> Rule:
    """Return where words are held: those of blocks that are named by their ids wherever they print.

    A block has the same words everywhere, and beside a `when` that it never meets nothing would be
    held. Where blocks are described, `when` is part of the description.
    """
    return when if of is None or of.is_mapping() else Everyone()


class WordStatements:
    """Parses statements about the texts of blocks, with one method for each key."""

    def __init__(self, index: BlockIndex) -> None:
        self.index = index

    # -------------------------------------------------------------- words
    def words(self, entry: Entry, number: int, when: Rule) -> WordResults:
        """`words: {of: scope, always: [...], never: [...]}`: what each block of the scope says.

        What no block may say, no label, heading, place or drawing may either, but those that
        `besides` names, by their file or by their own name.
        """
        for one in entry.items():
            of = one.get("of")
            ids, others = self._meant(of, one), self._others(of, one)
            here = _where(of, when)
            for pattern in _patterns(one, "always"):
                bad = frozenset(i for i in ids if not pattern.search(self.index.text(i)))
                why = f"does not say {words_of_pattern(pattern.pattern)}"
                yield Never(invariant=number, when=here, ids=bad, why=why)
            for pattern in _patterns(one, "never"):
                found: dict[str, set[str]] = {}
                for ident in ids:
                    if match := pattern.search(self.index.text(ident)):
                        found.setdefault(words_found(match), set()).add(ident)
                for said, bad_ids in sorted(found.items()) or [("", set[str]())]:
                    bad = frozenset(bad_ids)
                    why = f"says “{said}”{self._instead(said, one)}"
                    yield Never(invariant=number, when=here, ids=bad, why=why)
                yield from _in_others(others, pattern)
            one.finish()

    def _instead(self, said: str, entry: Entry) -> str:
        """Say which word of a place to write, where a statement leaves such words to places."""
        besides = entry.get("besides")
        if not besides or _PLACES not in besides.texts():
            return ""
        words = [pair for one in self.index.library.places.values() for pair in one.words.items()]
        folded = said.casefold()
        keys = [key for key, word in words if word.casefold() == folded]
        keys += [key for key, word in words if folded and folded in word.casefold()]
        keys += [key for key, _ in words if len(key) >= _A_STEM and folded.startswith(key)]
        return f": write {{{keys[0]}}}" if keys else ""

    def sentences(self, entry: Entry, number: int, when: Rule) -> WordResults:
        """`sentences: {of: scope, with: a, always: [b], never: [c]}`: sentence by sentence."""
        for one in entry.items():
            of = one.get("of")
            others = self._others(of, one)
            ids, is_bad = self._meant(of, one), _sentence_check(one)
            for origin, name, text in others:
                said = (one for line in text.split("\n") for one in sentences(line))
                if bad := next(filter(is_bad, said), None):
                    yield Fault(message=f"says “{bad}”", origin=origin, path=name)
            for ident in sorted(ids):
                if bad := next(filter(is_bad, self.index.sentences(ident)), None):
                    why, here = f"says “{bad}”", _where(of, when)
                    yield Never(invariant=number, when=here, ids=frozenset((ident,)), why=why)
            one.finish()

    def _meant(self, of: Entry | None, entry: Entry) -> frozenset[str]:
        ids = self.index.ids(parse_scope(of, self.index) if of else EVERY)
        if not ids:
            message = "no block matches, so nothing would be proved"
            self.index.missing.append(Fault(message=message, origin=entry.origin))
        return ids

    def _others(self, of: Entry | None, entry: Entry) -> tuple[OtherText, ...]:
        """Return the texts beside the blocks of which a statement speaks; none for some blocks."""
        field = entry.get("besides")
        besides = set(field.texts()) if field else set()
        if of is not None and not (of.is_mapping() and of.get("every")):
            return ()
        found = [
            (one, {one[0].file.rpartition("/")[2], one[1]}) for one in self.index.other_texts()
        ]
        for odd in sorted(besides - {name for _, names in found for name in names}):
            entry.fault(f"`besides` names `{odd}`, which has no text")
        return tuple(one for one, names in found if besides.isdisjoint(names))

    def numbers(self, entry: Entry, number: int, when: Rule) -> WordResults:  # noqa: ARG002 - a StatementReader
        """`numbers: {texts: …, dosage: …}`: the only numbers that texts and dosages may hold."""
        yield from number_faults(entry, self.index)

    def place_words(self, entry: Entry, number: int, when: Rule) -> WordResults:  # noqa: ARG002 - of files
        """`place-words: {us: {lacks: [gel]}}`: what places may name; see `place_faults`."""
        yield from place_faults(entry, self.index.library)

    def region_words(self, entry: Entry, number: int, when: Rule) -> WordResults:  # noqa: ARG002 - of files
        """`region-words: {neck: {is: {…}}}`: what regions call their part; see `region_faults`."""
        yield from region_faults(entry, self.index.library)

    def labels(self, entry: Entry, number: int, when: Rule) -> WordResults:  # noqa: ARG002 - of files
        """`labels: {try: {always: [...]}}`: what the small words of the page say."""
        yield from label_faults(entry, self.index.library)

    def cards(self, entry: Entry, number: int, when: Rule) -> WordResults:  # noqa: ARG002 - for anyone
        """`cards: {positions, changes, unless}`: no card contradicts itself; see `card_faults`."""
        yield from card_faults(entry, self.index.library)

    def bold(self, entry: Entry, number: int, when: Rule) -> WordResults:  # noqa: ARG002 - for anyone
        """`bold: [rf-fever]`: every sign of these rows has its key words in bold."""
        for ident in self.index.known_ids(entry):
            block = self.index.blocks[ident]
            body = block.body
            if not isinstance(body, RedFlagBody) or any("**" not in s.text for s in body.signs):
                yield fault_of(block, "a sign has no words in bold", "put two stars around them")

    # -------------------------------------------------------------- exercises
    def exercises(self, entry: Entry, number: int, when: Rule) -> WordResults:
        """`exercises: {never: scope}`, `{only: scope}` or `{flags, of, caution}`."""
        every = self.index.ids(Scope((("kind", (Kind.EXERCISE,)),)))
        for one in entry.items():
            if field := one.get("never"):
                ids = every & self.index.ids(parse_scope(field, self.index))
                yield Never(invariant=number, when=when, ids=ids, why="is not for this patient")
            if field := one.get("only"):
                ids = every - self.index.ids(parse_scope(field, self.index))
                yield Never(invariant=number, when=when, ids=ids, why="is not for this patient")
            if field := one.get("caution"):
                yield from self._caution(one, field, number, when)
            one.finish()

    def _caution(self, entry: Entry, text: Entry, number: int, when: Rule) -> Iterator[Claim]:
        """Claim for each flag by itself: the caution for one flag does not cover another."""
        pattern, of, flags = parse_pattern(text), entry.get("of"), entry.need("flags")
        ids = self.index.ids(parse_scope(of, self.index) if of else EVERY)
        for flag in parse_flags(flags, known_words(self.index.library)):
            bad = frozenset(i for i in ids if _lacks_caution(self.index.blocks[i], flag, pattern))
            why = f"has no caution for {flag} that says {words_of_pattern(pattern.pattern)}"
            yield Never(invariant=number, when=both(when, HasFlag((flag,))), ids=bad, why=why)

    def exercise_table(self, entry: Entry, number: int, when: Rule) -> WordResults:
        """`exercise-table: {bridge: {avoid: [...], caution: [...]}}`: the reviewed table."""
        names, known = entry.keys(), known_words(self.index.library)
        for block in self.index.library.blocks:
            if block.kind is Kind.EXERCISE and block.id not in names:
                yield fault_of(block, "this exercise is not in the table of the review")
        for name in names:
            row = entry.get(name)
            if row is None or not self.index.knows(name, entry):
                continue
            avoid, caution = row.get("avoid"), row.get("caution")
            rule = both(when, HasFlag(parse_flags(avoid, known)))
            ids = frozenset((name,))
            yield Never(invariant=number, when=rule, ids=ids, why="the review says avoid")
            for flag in parse_flags(caution, known):
                if _lacks_caution(self.index.blocks[name], flag, None):
                    message = f"no caution for {flag}, which the review asks for"
                    yield fault_of(self.index.blocks[name], message)
            row.finish()

    # -------------------------------------------------------------- clauses
    def first_of_its_class(self, entry: Entry, number: int, when: Rule) -> WordResults:  # noqa: ARG002 - see above
        """`first-of-its-class: [clause]`: no other clause replaces these."""
        allowed = self.index.known_ids(entry)
        for ident in allowed:
            block = self.index.blocks[ident]
            for other in _stands_before(block, self.index.library):
                if other.id not in allowed:
                    yield fault_of(block, f"`{other.id}` would stand in its place")


def _in_others(others: Iterable[OtherText], pattern: re.Pattern[str]) -> Iterator[Fault]:
    for origin, name, text in others:
        if match := pattern.search(text):
            yield Fault(message=f"says “{words_found(match)}”", origin=origin, path=name)


def _patterns(entry: Entry, key: str) -> tuple[re.Pattern[str], ...]:
    one = entry.get(key)
    return tuple(parse_pattern(each) for each in one.items()) if one else ()


def _sentence_check(entry: Entry) -> Callable[[str], bool]:
    """Return a function that tells whether a sentence that matches `with` breaks the statement."""
    having, longest = entry.get("with"), entry.get("words-at-most")
    needle = parse_pattern(having) if having else None
    wanted, unwanted = _patterns(entry, "always"), _patterns(entry, "never")
    most = longest.whole() if longest else None

    def is_bad(sentence: str) -> bool:
        if needle and not needle.search(sentence):
            return False
        return (
            any(not pattern.search(sentence) for pattern in wanted)
            or any(pattern.search(sentence) for pattern in unwanted)
            or (most is not None and len(sentence.split()) > most)
        )

    return is_bad


def _lacks_caution(block: Block, flag: str, pattern: re.Pattern[str] | None) -> bool:
    """Tell whether an exercise may be printed for a flag without a caution that matches."""
    body = block.body
    if not isinstance(body, ExerciseBody) or flag in body.avoid:
        return False
    caution = body.cautions.get(flag)
    return caution is None or bool(pattern and not pattern.search(caution.text))


def _stands_before(block: Block, library: Library) -> Iterator[Block]:
    """Yield the clauses that would replace it: wider ones, and equal ones before it."""
    if not isinstance(block.body, ClauseBody):
        return
    mine, before = set(block.body.classes), True
    for other in library.blocks:
        if other is block:
            before = False
        elif isinstance(other.body, ClauseBody) and other.body.level is block.body.level:
            theirs = set(other.body.classes)
            if mine < theirs or (mine == theirs and before):
                yield other
