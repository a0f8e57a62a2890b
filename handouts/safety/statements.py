"""Parse the statements of a safety rule into claims, and into faults of words: `StatementParser`.

There is one method for each key of the grammar. Faults of words need no request: such words, for
example a number that is not approved, are wrong in any leaflet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from handouts.content.blocks import Always, ClauseBody, ExerciseBody, FlagBody, HasFlag, RedFlagBody
from handouts.content.parse_records import (
    LEVELS,
    KnownWords,
    both,
    parse_flags,
    parse_rule,
    with_kinds,
)
from handouts.content.vocabulary import Kind, Level, Urgency
from handouts.errors import Fault
from handouts.leaflet.markup import sentences
from handouts.safety.claims import (
    AtLeast,
    CanPrint,
    LaterStatus,
    Monotone,
    MovementIsSafe,
    Never,
    NoSuggestionAt,
    NotBoth,
    OneLevel,
    OneLine,
    Prints,
    UrgencyAtLeast,
)
from handouts.safety.least import LEAST, LIMITS, parse_least, parse_limits
from handouts.safety.outer_words import card_faults, label_faults, place_faults
from handouts.safety.page_words import ON_PAGE, PageWords, parse_page_words
from handouts.safety.pattern_words import words_found, words_of_pattern
from handouts.safety.scopes import Scope, fault_of, parse_pattern, parse_scope, texts_of
from handouts.safety.short_forms import EverySign, OneForm, short_form_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.errors import Origin
    from handouts.safety.claims import Claim
    from handouts.safety.scopes import BlockIndex

    OtherText = tuple[Origin, str, str]
    """Where a text that is in no block stands, its name, and what it says."""
    WordResults = Iterator[Claim | Fault]
    Results = Iterator[Claim | Fault | PageWords]
    StatementReader = Callable[[Entry, int, Rule], Results]


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
            for pattern in _patterns(one, "always"):
                bad = frozenset(i for i in ids if not pattern.search(self.index.text(i)))
                why = f"does not say {words_of_pattern(pattern.pattern)}"
                yield Never(invariant=number, when=when, ids=bad, why=why)
            for pattern in _patterns(one, "never"):
                found: dict[str, set[str]] = {}
                for ident in ids:
                    if match := pattern.search(self.index.text(ident)):
                        found.setdefault(words_found(match), set()).add(ident)
                for said, bad_ids in sorted(found.items()) or [("", set[str]())]:
                    bad = frozenset(bad_ids)
                    yield Never(invariant=number, when=when, ids=bad, why=f"says “{said}”")
                yield from _in_others(others, pattern)
            one.finish()

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
                    why = f"says “{bad}”"
                    yield Never(invariant=number, when=when, ids=frozenset((ident,)), why=why)
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


LAWS: Mapping[str, type[Claim]] = {
    "one-level": OneLevel,
    "one-line": OneLine,
    "no-contradiction": NotBoth,
    "movement-is-safe": MovementIsSafe,
    "monotone": Monotone,
    "later-status": LaterStatus,
    "one-form": OneForm,
    "every-sign": EverySign,
}
"""The laws of a whole leaflet that `holds:` may name."""
EARLIER_NAMES = {"acute-to-chronic": "later-status"}
"""What rules of an earlier day call a law."""


class ParsedStatements(Struct):
    """What statements yield; `statements` counts them, for one may hold without any case.

    `forms` has the key of each, and the laws among them by name.
    """

    claims: list[Claim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    pages: list[PageWords] = field(default_factory=list)
    statements: int = 0
    forms: list[str] = field(default_factory=list)

    def extend(self, other: ParsedStatements) -> None:
        """Add the results of other statements."""
        self.claims.extend(other.claims)
        self.faults.extend(other.faults)
        self.pages.extend(other.pages)
        self.statements += other.statements
        self.forms.extend(other.forms)


def known_words(library: Library) -> KnownWords:
    """Return the words that a `when:` may use."""
    return KnownWords(
        regions=tuple(library.regions),
        statuses=tuple(library.statuses),
        sections=tuple(library.sections),
        groups=tuple(library.groups),
        check_groups=tuple(library.check_groups),
        flags=tuple(library.flags),
        kinds=library.kinds,
        classes=tuple(library.classes),
        free_columns=library.topic.free_columns,
        sources=tuple(library.sources),
        words=frozenset(),
        optional_words=frozenset(),
    )


class StatementParser:
    """Parses statements, with one method for each key of the grammar."""

    def __init__(self, library: Library, index: BlockIndex) -> None:
        self.library = library
        self.known = known_words(library)
        self.index = index
        self._given: dict[str, int] = {}
        words = WordStatements(index)
        self.readers: Mapping[str, StatementReader] = {
            "level": self._level,
            "levels-of-flags": self._levels_of_flags,
            "never-suggest": self._never_suggest,
            "no-suggestion-at": self._no_suggestion_at,
            "ask-first": self._ask_first,
            "never-print": self._never_print,
            "always-print": self._always_print,
            "any-of": self._any_of,
            "wherever": self._wherever,
            "urgency": self._urgency,
            "every-flag-speaks": self._every_flag_speaks,
            "can-print": self._can_print,
            "short-forms": self._short_forms,
            "holds": self._holds,
            LEAST: self._least,
            LIMITS: self._limits,
            ON_PAGE: self._on_page,
            "words": words.words,
            "sentences": words.sentences,
            "numbers": words.numbers,
            "place-words": words.place_words,
            "labels": words.labels,
            "cards": words.cards,
            "bold": words.bold,
            "exercises": words.exercises,
            "exercise-table": words.exercise_table,
            "first-of-its-class": words.first_of_its_class,
        }

    def read(self, entry: Entry, number: int) -> ParsedStatements:
        """Parse all statements of an entry, with its `when:` as their condition."""
        when = parse_rule(entry.get("when"), self.known)
        found = ParsedStatements()
        for key, parse in self.readers.items():
            if one := entry.get(key):
                found.statements += 1
                found.forms += [key, *(_laws(one) if key == "holds" else ())]
                for result in parse(one, number, when):
                    if isinstance(result, Fault):
                        found.faults.append(result)
                    elif isinstance(result, PageWords):
                        found.pages.append(result)
                    else:
                        found.claims.append(result)
        found.faults.extend(self.index.missing)
        self.index.missing.clear()
        return found

    # -------------------------------------------------------------- levels and suggestions
    def _level(self, entry: Entry, number: int, when: Rule) -> Results:
        """`level: {heat: ask}`: the final level is at least this."""
        names = entry.keys()
        for name in names:
            if name not in self.known.classes:
                entry.fault(f"unknown class `{name}`")
            elif one := entry.get(name):
                level = LEVELS.get(one.word(LEVELS, "level"), Level.AVOID)
                yield AtLeast(invariant=number, when=when, name=name, level=level)

    def _levels_of_flags(self, entry: Entry, number: int, when: Rule) -> Results:
        """`levels-of-flags: {asthma: {ask: [...], avoid: [...]}}`: what a flag makes of classes.

        A row of a broad flag is about those of its kinds that have no row of their own.
        """
        flags = entry.keys()
        for flag in flags:
            row = entry.get(flag)
            if flag not in self.known.flags:
                entry.fault(f"unknown flag `{flag}`")
            for level in (Level.ASK, Level.AVOID):
                names = row.get(str(level)) if row else None
                for name in names.words(self.known.classes, "class") if names else ():
                    others = {*flags} - {flag}
                    own = (one for one in with_kinds(flag, self.known) if one not in others)
                    rule = both(when, HasFlag(tuple(own)))
                    yield AtLeast(invariant=number, when=rule, name=name, level=level)
            if row:
                row.finish()

    def _never_suggest(self, entry: Entry, number: int, when: Rule) -> Results:
        """`never-suggest: [cox2]`: no chosen block suggests the class."""
        for name in entry.words(self.known.classes, "class"):
            ids = self.index.ids(Scope((("suggests", (name,)),)))
            yield Never(invariant=number, when=when, ids=ids, why=f"suggests {name}")

    def _no_suggestion_at(self, entry: Entry, number: int, when: Rule) -> Results:
        """`no-suggestion-at: avoid`: no chosen block suggests a class that is at this level."""
        level = LEVELS.get(entry.word(LEVELS, "level"), Level.AVOID)
        yield NoSuggestionAt(invariant=number, when=when, level=level)

    def _ask_first(self, entry: Entry, number: int, when: Rule) -> Results:
        """`ask-first: pattern`: a block that suggests a class at level ask says whom to ask."""
        pattern = parse_pattern(entry)
        mute = frozenset(i for i in self.index.blocks if not pattern.search(self.index.text(i)))
        why = ", and does not say whom to ask"
        yield NoSuggestionAt(invariant=number, when=when, level=Level.ASK, ids=mute, why=why)

    # -------------------------------------------------------------- what prints
    def _never_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`never-print: {section: medicines}`: no block of the scope is printed."""
        ids = self.index.ids(parse_scope(entry, self.index))
        yield Never(invariant=number, when=when, ids=ids, why="it must not")

    def _always_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`always-print: [a, b]`, or `{a: emergency}`: each is printed, at least that urgent."""
        mapping = entry.is_mapping()
        for name in entry.keys() if mapping else entry.texts():
            one = entry.get(name) if mapping else None
            urgency = Urgency(one.word(Urgency, "urgency") or "emergency") if one else None
            if self._can_be_counted(entry, name):
                group = (frozenset((name,)),)
                yield Prints(invariant=number, when=when, groups=group, urgency=urgency)

    def _any_of(self, entry: Entry, number: int, when: Rule) -> Results:
        """`any-of: {count: 2, of: [scope, scope]}`: blocks of this many groups are printed."""
        yield self._groups(entry, number, when, None)

    def _wherever(self, entry: Entry, number: int, when: Rule) -> Results:
        """`wherever: {prints: scope, always-print: [a]}`: beside the scope, these are printed."""
        scope, groups, ids = entry.need("prints"), entry.get("any-of"), entry.get("always-print")
        where = self.index.ids(parse_scope(scope, self.index)) if scope else frozenset()
        if not where:
            message = "no block matches, so nothing would be proved"
            self.index.missing.append(Fault(message=message, origin=entry.origin))
        if groups:
            yield self._groups(groups, number, when, where)
        for name in ids.texts() if ids else ():
            if self._can_be_counted(entry, name):
                group = (frozenset((name,)),)
                yield Prints(invariant=number, when=when, groups=group, where=where)
        entry.finish()

    def _groups(self, entry: Entry, number: int, when: Rule, where: frozenset[str] | None) -> Claim:
        count, of = entry.get("count"), entry.need("of")
        groups = tuple(
            frozenset(name for name in ids if self._can_be_counted(one, name))
            for one in (of.items() if of else ())
            for ids in [self.index.ids(parse_scope(one, self.index))]
        )
        entry.finish()
        least = count.whole() if count else 1
        return Prints(invariant=number, when=when, groups=groups, count=least, where=where)

    def _can_be_counted(self, entry: Entry, name: str) -> bool:
        """Tell whether a claim may require a block; not a class line, which clauses replace."""
        if not self.index.knows(name, entry):
            return False
        if self.index.blocks[name].kind is Kind.CLASS_LINE:
            entry.fault(f"`{name}` gives way to clauses", hint="state the `level` of its class")
            return False
        return True

    def _urgency(self, entry: Entry, number: int, when: Rule) -> Results:
        """`urgency: {rf-night: same-day}`: where the row is printed, it is at least this urgent."""
        names = entry.keys()
        for name in names:
            one = entry.get(name)
            if one and self.index.knows(name, entry):
                urgency = Urgency(one.word(Urgency, "urgency") or "emergency")
                yield UrgencyAtLeast(invariant=number, when=when, ident=name, urgency=urgency)

    # -------------------------------------------------------------- laws
    def _can_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`can-print: scope`: each block of the scope is printed for some request."""
        yield CanPrint(
            invariant=number, when=when, ids=self.index.ids(parse_scope(entry, self.index))
        )

    def _short_forms(self, entry: Entry, number: int, when: Rule) -> Results:  # noqa: ARG002 - for anyone
        """`short-forms: true`: no short form says what the words it stands for do not."""
        entry.truth()
        yield from short_form_faults(self.index)

    def _every_flag_speaks(self, entry: Entry, number: int, when: Rule) -> Results:
        """`every-flag-speaks: true`: the lead, or that of a stronger flag, and the lines print.

        A line that has a `when:` of its own prints wherever that holds.
        """
        entry.truth()
        for block in self.library.blocks:
            if isinstance(body := block.body, FlagBody):
                # A lead says the flag, or the lead of a stronger flag says it and more.
                leads = (body.flag, *self.library.flags[body.flag].stronger)
                lead = block.kind is Kind.LEAD
                own = HasFlag((body.flag,)) if lead else block.when
                names = [f"{flag}-lead" for flag in leads] if lead else [block.id]
                rule, group = both(when, own), (frozenset(names),)
                yield Prints(invariant=number, when=rule, groups=group)

    def _holds(self, entry: Entry, number: int, when: Rule) -> Results:
        """`holds: [one-level]`: a law of the whole leaflet, by its name."""
        for name in entry.words((*LAWS, *EARLIER_NAMES), "law"):
            yield LAWS[EARLIER_NAMES.get(name, name)](invariant=number, when=when)

    # -------------------------------------------------------------- what is read elsewhere
    def _least(self, entry: Entry, number: int, when: Rule) -> Results:
        """`least-contents: {...}`: what every region has; `safety.coverage` holds regions to it."""
        self._stand_once(LEAST, entry, number, when)
        parse_least(entry, self.known)
        yield from ()

    def _limits(self, entry: Entry, number: int, when: Rule) -> Results:
        """`dosage-limits: {...}`: the most of a dosage; `safety.certain` holds exercises to it."""
        self._stand_once(LIMITS, entry, number, when)
        parse_limits(entry, self.known)
        yield from ()

    def _stand_once(self, key: str, entry: Entry, number: int, when: Rule) -> None:
        """Refuse a second statement of a kind, and one for some: it would be read and not held."""
        first = self._given.setdefault(key, number)
        if first != number or not isinstance(when, Always):
            hint = f"write it once, in a rule without `when:`; rule {first} has it first"
            entry.fault(f"`{key}` is for every leaflet", hint=hint)

    def _on_page(self, entry: Entry, number: int, when: Rule) -> Results:  # noqa: ARG002 - no claim
        """`on-page: {top: {says: [...]}}`: what the finished page says in one place."""
        yield from parse_page_words(entry, when)


def _laws(entry: Entry) -> tuple[str, ...]:
    """Return the laws that a statement names, as they are called today."""
    return tuple(EARLIER_NAMES.get(name, name) for name in entry.texts())
