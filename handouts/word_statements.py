"""Goes in: statements about words, numbers, exercises. Comes out: claims, and faults of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.claims import Never
from handouts.content.blocks import ClauseBody, ExerciseBody, HasFlag, RedFlagBody
from handouts.content.parse_records import both
from handouts.content.vocabulary import Kind
from handouts.errors import Fault
from handouts.numbers import number_faults
from handouts.scopes import Scope, fault_of, parse_pattern, parse_scope

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from handouts.claims import Claim
    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.scopes import Shelf

    Results = Iterator[Claim | Fault]

EVERY = Scope()


class WordForms:
    """Reads the statements about what blocks say; each method stands for one key of the grammar."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    # -------------------------------------------------------------- words
    def words(self, entry: Entry, number: int, when: Rule) -> Results:
        """`words: {of: scope, always: [...], never: [...]}`: what every block meant says."""
        for one in entry.items():
            of = one.get("of")
            ids = self._meant(of, one)
            for pattern in _patterns(one, "always"):
                bad = frozenset(i for i in ids if not pattern.search(self.shelf.text(i)))
                why = f"does not say “{pattern.pattern}”"
                yield Never(invariant=number, when=when, ids=bad, why=why)
            for pattern in _patterns(one, "never"):
                bad = frozenset(i for i in ids if pattern.search(self.shelf.text(i)))
                yield Never(invariant=number, when=when, ids=bad, why=f"says “{pattern.pattern}”")
                if of is None:
                    yield from self._other_texts(pattern)
            one.finish()

    def sentences(self, entry: Entry, number: int, when: Rule) -> Results:
        """`sentences: {of: scope, with: a, always: [b], never: [c]}`: sentence by sentence."""
        for one in entry.items():
            ids, is_bad = self._meant(one.get("of"), one), _sentence_check(one)
            for ident in sorted(ids):
                if bad := next(filter(is_bad, self.shelf.sentences(ident)), None):
                    why = f"says “{bad}”"
                    yield Never(invariant=number, when=when, ids=frozenset((ident,)), why=why)
            one.finish()

    def _meant(self, of: Entry | None, entry: Entry) -> frozenset[str]:
        ids = self.shelf.ids(parse_scope(of, self.shelf) if of else EVERY)
        if not ids:
            message = "no block is meant, so nothing would be proven"
            self.shelf.missing.append(Fault(message=message, origin=entry.origin))
        return ids

    def _other_texts(self, pattern: re.Pattern[str]) -> Iterator[Fault]:
        for origin, name, text in self.shelf.other_texts():
            if match := pattern.search(text):
                yield Fault(message=f"says “{match.group()}”", origin=origin, path=name)

    def numbers(self, entry: Entry, number: int, when: Rule) -> Results:  # noqa: ARG002 - for anyone
        """`numbers: {texts: …, dosage: …}`: the only numbers that texts and dosages may hold."""
        yield from number_faults(entry, self.shelf)

    def bold(self, entry: Entry, number: int, when: Rule) -> Results:  # noqa: ARG002 - for anyone
        """`bold: [rf-fever]`: every sign of these rows has its key words in bold."""
        for ident in self.shelf.known_ids(entry):
            block = self.shelf.blocks[ident]
            body = block.body
            if not isinstance(body, RedFlagBody) or any("**" not in s.text for s in body.signs):
                yield fault_of(block, "a sign has no words in bold", "put two stars around them")

    # -------------------------------------------------------------- exercises
    def exercises(self, entry: Entry, number: int, when: Rule) -> Results:
        """`exercises: {never: scope}`, `{only: scope}`, `{flags, of, caution}`: which, and how."""
        every = self.shelf.ids(Scope((("kind", (Kind.EXERCISE,)),)))
        for one in entry.items():
            if field := one.get("never"):
                ids = every & self.shelf.ids(parse_scope(field, self.shelf))
                yield Never(invariant=number, when=when, ids=ids, why="is not for this patient")
            if field := one.get("only"):
                ids = every - self.shelf.ids(parse_scope(field, self.shelf))
                yield Never(invariant=number, when=when, ids=ids, why="is not for this patient")
            if field := one.get("caution"):
                yield from self._caution(one, field, number, when)
            one.finish()

    def _caution(self, entry: Entry, text: Entry, number: int, when: Rule) -> Iterator[Claim]:
        """Each flag by itself: the caution of one does not speak for another."""
        pattern, of, flags = parse_pattern(text), entry.get("of"), entry.need("flags")
        ids = self.shelf.ids(parse_scope(of, self.shelf) if of else EVERY)
        known = tuple(self.shelf.library.flags)
        for flag in flags.words(known, "flag") if flags else ():
            bad = frozenset(i for i in ids if _lacks_caution(self.shelf.blocks[i], flag, pattern))
            why = f"has no caution for {flag} that says “{pattern.pattern}”"
            yield Never(invariant=number, when=both(when, HasFlag((flag,))), ids=bad, why=why)

    def exercise_table(self, entry: Entry, number: int, when: Rule) -> Results:
        """`exercise-table: {bridge: {avoid: [...], caution: [...]}}`: the reviewed table."""
        names, flags = entry.keys(), tuple(self.shelf.library.flags)
        for block in self.shelf.library.blocks:
            if block.kind is Kind.EXERCISE and block.id not in names:
                yield fault_of(block, "this exercise is not in the table of the review")
        for name in names:
            row = entry.get(name)
            if row is None or not self.shelf.knows(name, entry):
                continue
            avoid, caution = row.get("avoid"), row.get("caution")
            rule = both(when, HasFlag(avoid.words(flags, "flag") if avoid else ()))
            ids = frozenset((name,))
            yield Never(invariant=number, when=rule, ids=ids, why="the review says avoid")
            for flag in caution.words(flags, "flag") if caution else ():
                if _lacks_caution(self.shelf.blocks[name], flag, None):
                    message = f"no caution for {flag}, which the review asks for"
                    yield fault_of(self.shelf.blocks[name], message)
            row.finish()

    # -------------------------------------------------------------- clauses
    def first_of_its_class(self, entry: Entry, number: int, when: Rule) -> Results:  # noqa: ARG002
        """`first-of-its-class: [clause]`: where clauses merge, these words are the ones kept."""
        allowed = self.shelf.known_ids(entry)
        for ident in allowed:
            block = self.shelf.blocks[ident]
            for other in _stands_before(block, self.shelf.library):
                if other.id not in allowed:
                    yield fault_of(block, f"`{other.id}` would stand in its place")


def _patterns(entry: Entry, key: str) -> tuple[re.Pattern[str], ...]:
    one = entry.get(key)
    return tuple(parse_pattern(each) for each in one.items()) if one else ()


def _sentence_check(entry: Entry) -> Callable[[str], bool]:
    """Make the check of one sentence: holding the words in question, does it say what it must."""
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
    """Say whether an exercise may print for a flag without a caution in these words."""
    body = block.body
    if not isinstance(body, ExerciseBody) or flag in body.avoid:
        return False
    caution = body.cautions.get(flag)
    return caution is None or bool(pattern and not pattern.search(caution.text))


def _stands_before(block: Block, library: Library) -> Iterator[Block]:
    """Yield the clauses that would take its place: wider ones, and equal ones before it."""
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
