"""Define the records of the content, and the library that holds them all: `Library`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from handouts.content.blocks import Always, Block, Rule, Wording
from handouts.content.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.content.figure import Figure
    from handouts.content.topic import Topic
    from handouts.errors import Origin


# Whoever works with a library or a selection finds every type of content here as well.


# ------------------------------------------------------------------ records of the library
class Place(Struct, frozen=True, kw_only=True):
    """Where the leaflet is given: whom to call, and what things are called there."""

    id: str
    label: str
    language: str
    """A BCP 47 tag such as en-GB; the language of the PDF."""
    paper: str
    words: Mapping[str, str]
    """What a text may use in braces; optional phone numbers are absent, not empty."""
    origin: Origin


class Term(Struct, frozen=True, kw_only=True):
    """An entry of `vocabulary.yaml` (a region, status, section or group) with its label."""

    id: str
    label: str
    when: Rule = field(default_factory=Always)
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Labels that differ from `label`, by status."""
    codings: tuple[Coding, ...] = ()
    """Codes of a region: a record system asks for a leaflet by one of these."""
    question: str = ""
    """What a clinician asks about all flags of a group at once."""
    parts: tuple[str, ...] = ()
    """Words for the parts of the body that leaflets of a region are about."""
    allows: tuple[str, ...] = ()
    """Blocks that name parts of other regions, and are right in leaflets of this one."""
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The blocks of a region that rules of safety call by one name in every region."""
    never_says: tuple[str, ...] = ()
    """Words of other regions that no sentence in leaflets of this one may hold."""
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What a text may use in braces, and differs between regions: the part that hurts."""
    origin: Origin


class Coding(Struct, frozen=True, kw_only=True):
    """A code for a flag or a region in a clinical terminology; most are not verified."""

    system: str
    code: str
    label: str
    verified: bool


class Flag(Struct, frozen=True, kw_only=True):
    """A fact about this patient that changes what the leaflet may say."""

    id: str
    number: int
    label: str
    question: str
    excludes: tuple[str, ...]
    stronger: tuple[str, ...] = ()
    """Flags that say the same and more: with one of them the lead of this one is left out."""
    kind_of: str = ""
    """The broad flag that this one is a kind of: all that is said of that one is said of this."""
    codings: tuple[Coding, ...]
    group: str = ""
    """The group of its question, and of its point on the list to check, if it has one."""
    origin: Origin


class AdviceClass(Struct, frozen=True, kw_only=True):
    """A class of medicine, treatment or movement that the matrix has a column for."""

    id: str
    kind: str
    section: str
    name: Wording | None
    """A short noun phrase for rows; None for a class that is never named to patients."""
    already: bool
    """Some take it by prescription: a bare name under "Do not take" would tell them to stop."""
    when: Rule
    """When its own section mentions it; "Just for you" does whenever a flag changes its level."""
    origin: Origin


class Matrix(Struct, frozen=True, kw_only=True):
    """The advice levels of each class: baseline, by status, flag and edition, and `not asked`.

    The strictest of them applies; rows other than the baseline and flags may lack a class.
    """

    classes: tuple[str, ...]
    baseline: Mapping[str, Level]
    statuses: Mapping[str, Mapping[str, Level]]
    not_asked: Mapping[str, Level]
    flags: Mapping[str, Mapping[str, Level]]
    editions: Mapping[str, Mapping[str, Level]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """What an edition makes stricter, because it has no room for what must be read first."""


class Source(Struct, frozen=True, kw_only=True):
    """The source of a statement, and how it was seen: publisher, copy, abstract or own."""

    key: str
    title: str
    year: str
    addresses: tuple[str, ...]
    seen: str
    short: str
    origin: Origin


class Sense(Struct, frozen=True, kw_only=True):
    """Words that people type, with what all of them say; one of three fields tells what that is."""

    words: tuple[str, ...]
    means: str = ""
    """The entry (a region, status, place, paper, exercise or flag) that such a word stands for."""
    asks: tuple[str, ...] = ()
    """The entries that such a word may have to do with."""
    says: str = ""
    """Why no entry is about such a word; with `asks`, the question where the entries have none."""


class AgeRange(Struct, frozen=True, kw_only=True):
    """The ages in whole years that a flag is about."""

    flag: str
    low: int
    below: int | None
    """None: without end."""

    def holds(self, age: int) -> bool:
        """Say whether the flag is true at an age."""
        return self.low <= age and (self.below is None or age < self.below)

    def meets(self, other: AgeRange) -> bool:
        """Say whether some age is in both."""
        return self.holds(other.low) or other.holds(self.low)


class Duration(Struct, frozen=True, kw_only=True):
    """The length of time, in whole weeks, that a status is about."""

    status: str
    low: int
    below: int | None
    """None: without end."""


class UnusualPair(Struct, frozen=True):
    """Two flags, or a flag and a status, that seldom go together, and what is asked then.

    A status with no flag is for a patient of whom everything was asked, and nothing is true.
    """

    flags: tuple[str, ...]
    says: str
    status: str = ""


class Answers(Struct, frozen=True, kw_only=True):
    """What answers in numbers say, and which flags together are pointed out."""

    ages: tuple[AgeRange, ...] = ()
    durations: tuple[Duration, ...] = ()
    unusual: tuple[UnusualPair, ...] = ()
    names: bytes = b""
    """By what names a note may speak of each class, packed: only a note needs them."""


class Library(Struct, frozen=True, kw_only=True):
    """All content, read and checked: what every request selects from."""

    topic: Topic
    regions: Mapping[str, Term]
    statuses: Mapping[str, Term]
    sections: Mapping[str, Term]
    groups: Mapping[str, Term]
    check_groups: Mapping[str, Term]
    labels: Mapping[str, str]
    """The texts of the page besides blocks, such as row heads, units and the footer."""
    origins: Mapping[str, Origin] = field(default_factory=lambda: MappingProxyType({}))
    """Where each label and each drawing stands, by its file and its key: `labels.yaml/draft`."""
    flags: Mapping[str, Flag]
    classes: Mapping[str, AdviceClass]
    matrix: Matrix
    places: Mapping[str, Place]
    sources: Mapping[str, Source]
    figures: Mapping[str, Figure]
    blocks: tuple[Block, ...]
    numbers: Mapping[str, Mapping[str, int]]
    """The number of each word in recipe codes, by kind, as `registry.yaml` gives them."""
    synonyms: bytes = b""
    """The words of `synonyms.yaml`, packed: only a word that is no id needs them."""
    answers: Answers = Answers()
    """What an age and a length of time say."""
    version: str
    """A digest of every content file: the same words have the same version on every machine."""
    words: str = ""
    """The same without the rules of safety, as earlier programs made it: codes of then have it."""

    def words_in(self, place: str, region: str) -> Mapping[str, str]:
        """Return what a text may use in braces: the words of a place, and those of a region."""
        own, words = self.regions[region].words, self.places[place].words
        return {**words, **own} if own else words

    def each_words_in(self, place: str) -> tuple[Mapping[str, str], ...]:
        """Return the words of a place beside those of each region, equal ones once."""
        found: list[Mapping[str, str]] = []
        for region in self.regions:
            if (words := self.words_in(place, region)) not in found:
                found.append(words)
        return tuple(found)

    @property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """The flags of each broad flag; one that has such flags is no longer asked about."""
        return kinds_of((one.id, one.kind_of) for one in self.flags.values())

    @property
    def asked_flags(self) -> tuple[Flag, ...]:
        """The flags that are asked about: all but the broad ones, whose kinds are asked about."""
        broad = self.kinds
        return tuple(one for one in self.flags.values() if one.id not in broad)


def kinds_of(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Return the flags of each broad flag, from pairs of a flag and what it is a kind of."""
    found: dict[str, list[str]] = {}
    for flag, broad in pairs:
        if broad:
            found.setdefault(broad, []).append(flag)
    return MappingProxyType({broad: tuple(flags) for broad, flags in found.items()})


KINDS = ("regions", "statuses", "places", "papers", "options", "flags", "exercises")
"""The kinds of words that have numbers in recipe codes."""
USUAL = "usual-papers"
"""The key of `numbers` that holds the number of the usual paper of each place."""


# ------------------------------------------------------------------ request
