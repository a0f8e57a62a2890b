"""Parse the statements of a safety rule into claims, and into faults of words: `StatementParser`.

There is one method for each key of the grammar; those about texts are in `word_statements`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from handouts.content.blocks import Always, FlagBody, HasFlag, InRegion
from handouts.content.parse_records import (
    LEVELS,
    both,
    known_words,
    parse_rule,
    with_kinds,
)
from handouts.content.vocabulary import REGIONS_NEVER_SAY, REGIONS_PRINT, Kind, Level, Urgency
from handouts.errors import Fault
from handouts.safety.box_lines import LINES_HOLD, BoxInList, line_faults
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
from handouts.safety.page_words import ON_PAGE, PageWords, parse_page_words
from handouts.safety.same_class import SameWords
from handouts.safety.scopes import Scope, parse_pattern, parse_scope
from handouts.safety.short_forms import EverySign, OneForm, short_form_faults
from handouts.safety.word_statements import WordStatements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handouts.content.blocks import Rule
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.safety.claims import Claim
    from handouts.safety.scopes import BlockIndex

    Results = Iterator[Claim | Fault | PageWords]
    StatementReader = Callable[[Entry, int, Rule], Results]


LAWS: Mapping[str, type[Claim]] = {
    "one-level": OneLevel,
    "one-line": OneLine,
    "no-contradiction": NotBoth,
    "movement-is-safe": MovementIsSafe,
    "monotone": Monotone,
    "later-status": LaterStatus,
    "one-form": OneForm,
    "every-sign": EverySign,
    "same-words": SameWords,
    "box-in-list": BoxInList,
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
            REGIONS_PRINT: self._regions_print,
            REGIONS_NEVER_SAY: self._regions_never_say,
            "any-of": self._any_of,
            "wherever": self._wherever,
            "urgency": self._urgency,
            "every-flag-speaks": self._every_flag_speaks,
            "can-print": self._can_print,
            "short-forms": self._short_forms,
            LINES_HOLD: self._lines_hold,
            "holds": self._holds,
            LEAST: self._least,
            LIMITS: self._limits,
            ON_PAGE: self._on_page,
            "words": words.words,
            "sentences": words.sentences,
            "numbers": words.numbers,
            "place-words": words.place_words,
            "region-words": words.region_words,
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
        why = "it must not"
        if ids == {one.id for one in self.index.blocks.values() if one.kind is Kind.RED_FLAG}:
            why += ": a line of emergency_lines.yaml that prints there has to name it in `covers`"
        yield Never(invariant=number, when=when, ids=ids, why=why)

    def _always_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`always-print: [a, b]`, or `{a: emergency}`: each is printed, at least that urgent."""
        mapping = entry.is_mapping()
        for name in entry.keys() if mapping else entry.texts():
            one = entry.get(name) if mapping else None
            urgency = Urgency(one.word(Urgency, "urgency") or "emergency") if one else None
            if self._can_be_counted(entry, name):
                group = (frozenset((name,)),)
                yield Prints(invariant=number, when=when, groups=group, urgency=urgency)

    def _regions_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`regions-print: [box]`: all blocks print that the region names for `box`."""
        for name in entry.texts():
            for region in self.library.regions:
                for one in self.index.of_region(region, name):
                    if self._can_be_counted(entry, one):
                        here, group = both(when, InRegion((region,))), (frozenset((one,)),)
                        yield Prints(invariant=number, when=here, groups=group)

    def _regions_never_say(self, entry: Entry, number: int, when: Rule) -> Results:
        """`regions-never-say: scope`: no block of it has a word that the region `never-says`."""
        scope = parse_scope(entry, self.index)
        for region in self.library.regions.values():
            if not region.never_says:
                hint = "a rule asks for them: write `never-says: [words of other regions]` there"
                message = f"the region `{region.id}` has no words that its leaflets never say"
                self.index.missing.append(Fault(message=message, origin=region.origin, hint=hint))
                continue
            words = "|".join(map(re.escape, region.never_says))
            text = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
            ids = self.index.ids(scope) & self.index.ids(Scope(text=text))
            here, why = both(when, InRegion((region.id,))), f"has words of another region ({words})"
            yield Never(invariant=number, when=here, ids=ids, why=why)

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

    def _lines_hold(self, entry: Entry, number: int, when: Rule) -> Results:  # noqa: ARG002 - for anyone
        """`lines-hold-signs: {…}`: a line of the emergency box says what its rows say."""
        yield from line_faults(entry, self.index)

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
