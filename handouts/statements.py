"""Goes in: the statements of one rule as written. Comes out: claims, and faults of words alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from handouts.claims import AtLeast, Never, NoSuggestionAt, Prints, UrgencyAtLeast
from handouts.comparisons import AcuteToChronic, CanPrint, Monotone
from handouts.content.blocks import FlagBody, HasFlag
from handouts.content.parse_records import LEVELS, Known, both, parse_rule
from handouts.content.vocabulary import Kind, Level, Urgency
from handouts.errors import Fault
from handouts.laws import MovementIsSafe, NotBoth, OneLevel, OneLine
from handouts.scopes import Scope, parse_pattern, parse_scope
from handouts.word_statements import WordForms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handouts.claims import Claim
    from handouts.content.blocks import Rule
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.scopes import Shelf

    Results = Iterator[Claim | Fault]
    Form = Callable[[Entry, int, Rule], Results]

LAWS: Mapping[str, type[Claim]] = {
    "one-level": OneLevel,
    "one-line": OneLine,
    "no-contradiction": NotBoth,
    "movement-is-safe": MovementIsSafe,
    "monotone": Monotone,
    "acute-to-chronic": AcuteToChronic,
}
"""What `holds:` may name: laws of the whole leaflet."""


class Found(Struct):
    """What statements yield; `statements` counts them, for one may hold without any case."""

    claims: list[Claim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    statements: int = 0

    def extend(self, other: Found) -> None:
        """Add what another statement yields."""
        self.claims.extend(other.claims)
        self.faults.extend(other.faults)
        self.statements += other.statements


def known_words(library: Library) -> Known:
    """Gather the words that a `when:` may use."""
    return Known(
        regions=tuple(library.regions),
        statuses=tuple(library.statuses),
        sections=tuple(library.sections),
        groups=tuple(library.groups),
        check_groups=tuple(library.check_groups),
        flags=tuple(library.flags),
        classes=tuple(library.classes),
        sources=tuple(library.sources),
        words=frozenset(),
        optional_words=frozenset(),
    )


class StatementParser:
    """Reads statements; each method stands for one key of the grammar."""

    def __init__(self, library: Library, shelf: Shelf) -> None:
        self.library = library
        self.known = known_words(library)
        self.shelf = shelf
        words = WordForms(shelf)
        self.forms: Mapping[str, Form] = {
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
            "holds": self._holds,
            "words": words.words,
            "sentences": words.sentences,
            "numbers": words.numbers,
            "bold": words.bold,
            "exercises": words.exercises,
            "exercise-table": words.exercise_table,
            "first-of-its-class": words.first_of_its_class,
        }

    def read(self, entry: Entry, number: int) -> Found:
        """Read every statement of an entry under its one `when:`."""
        when = parse_rule(entry.get("when"), self.known)
        found = Found()
        for key, parse in self.forms.items():
            if one := entry.get(key):
                found.statements += 1
                for result in parse(one, number, when):
                    if isinstance(result, Fault):
                        found.faults.append(result)
                    else:
                        found.claims.append(result)
        found.faults.extend(self.shelf.missing)
        self.shelf.missing.clear()
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
        """`levels-of-flags: {asthma: {ask: [...], avoid: [...]}}`: what a flag makes of classes."""
        flags = entry.keys()
        for flag in flags:
            row = entry.get(flag)
            if flag not in self.known.flags:
                entry.fault(f"unknown flag `{flag}`")
            for level in (Level.ASK, Level.AVOID):
                names = row.get(str(level)) if row else None
                for name in names.words(self.known.classes, "class") if names else ():
                    rule = both(when, HasFlag((flag,)))
                    yield AtLeast(invariant=number, when=rule, name=name, level=level)
            if row:
                row.finish()

    def _never_suggest(self, entry: Entry, number: int, when: Rule) -> Results:
        """`never-suggest: [cox2]`: no chosen block suggests the class."""
        for name in entry.words(self.known.classes, "class"):
            ids = self.shelf.ids(Scope((("suggests", (name,)),)))
            yield Never(invariant=number, when=when, ids=ids, why=f"suggests {name}")

    def _no_suggestion_at(self, entry: Entry, number: int, when: Rule) -> Results:
        """`no-suggestion-at: avoid`: no chosen block suggests a class that is at this level."""
        level = LEVELS.get(entry.word(LEVELS, "level"), Level.AVOID)
        yield NoSuggestionAt(invariant=number, when=when, level=level)

    def _ask_first(self, entry: Entry, number: int, when: Rule) -> Results:
        """`ask-first: pattern`: a block that suggests a class at level ask says whom to ask."""
        pattern = parse_pattern(entry)
        mute = frozenset(i for i in self.shelf.blocks if not pattern.search(self.shelf.text(i)))
        why = ", and does not say whom to ask"
        yield NoSuggestionAt(invariant=number, when=when, level=Level.ASK, ids=mute, why=why)

    # -------------------------------------------------------------- what prints
    def _never_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`never-print: {section: medicines}`: nothing that the scope means prints."""
        ids = self.shelf.ids(parse_scope(entry, self.shelf))
        yield Never(invariant=number, when=when, ids=ids, why="it must not")

    def _always_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`always-print: [a, b]`, or `{a: emergency}`: each prints, at least that urgent."""
        mapping = entry.is_mapping()
        for name in entry.keys() if mapping else entry.texts():
            one = entry.get(name) if mapping else None
            urgency = Urgency(one.word(Urgency, "urgency") or "emergency") if one else None
            if self._can_be_counted(entry, name):
                group = (frozenset((name,)),)
                yield Prints(invariant=number, when=when, groups=group, urgency=urgency)

    def _any_of(self, entry: Entry, number: int, when: Rule) -> Results:
        """`any-of: {count: 2, of: [scope, scope]}`: so many of the groups print."""
        yield self._groups(entry, number, when, None)

    def _wherever(self, entry: Entry, number: int, when: Rule) -> Results:
        """`wherever: {prints: scope, always-print: [a]}`: beside what is meant, these print."""
        scope, groups, ids = entry.need("prints"), entry.get("any-of"), entry.get("always-print")
        where = self.shelf.ids(parse_scope(scope, self.shelf)) if scope else frozenset()
        if not where:
            message = "no block is meant, so nothing would be proven"
            self.shelf.missing.append(Fault(message=message, origin=entry.origin))
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
            for ids in [self.shelf.ids(parse_scope(one, self.shelf))]
        )
        entry.finish()
        least = count.whole() if count else 1
        return Prints(invariant=number, when=when, groups=groups, count=least, where=where)

    def _can_be_counted(self, entry: Entry, name: str) -> bool:
        """A class line gives way to clauses, so alone it is no thing to count on."""
        if not self.shelf.knows(name, entry):
            return False
        if self.shelf.blocks[name].kind is Kind.CLASS_LINE:
            entry.fault(f"`{name}` gives way to clauses", hint="state the `level` of its class")
            return False
        return True

    def _urgency(self, entry: Entry, number: int, when: Rule) -> Results:
        """`urgency: {rf-night: same-day}`: where the row prints, it is at least this urgent."""
        names = entry.keys()
        for name in names:
            one = entry.get(name)
            if one and self.shelf.knows(name, entry):
                urgency = Urgency(one.word(Urgency, "urgency") or "emergency")
                yield UrgencyAtLeast(invariant=number, when=when, ident=name, urgency=urgency)

    # -------------------------------------------------------------- laws
    def _can_print(self, entry: Entry, number: int, when: Rule) -> Results:
        """`can-print: scope`: each block that is meant prints for someone."""
        yield CanPrint(
            invariant=number, when=when, ids=self.shelf.ids(parse_scope(entry, self.shelf))
        )

    def _every_flag_speaks(self, entry: Entry, number: int, when: Rule) -> Results:
        """`every-flag-speaks: true`: the lead and the standing lines of every given flag print."""
        entry.truth()
        for block in self.library.blocks:
            if isinstance(body := block.body, FlagBody):
                rule, group = both(when, HasFlag((body.flag,))), (frozenset((block.id,)),)
                yield Prints(invariant=number, when=rule, groups=group)

    def _holds(self, entry: Entry, number: int, when: Rule) -> Results:
        """`holds: [one-level]`: a law of the whole leaflet, by its name."""
        for name in entry.words(LAWS, "law"):
            yield LAWS[name](invariant=number, when=when)
