"""Define the records of the content, and the library that holds them all: `Library`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from handouts.content.blocks import Always, Block, Rule, Wording
from handouts.content.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.figure import Figure
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
    """Every word that a text may ask for in braces; optional numbers are absent, not empty."""
    origin: Origin


class Term(Struct, frozen=True, kw_only=True):
    """A word of the vocabulary (a region, status, section or group) with its label."""

    id: str
    label: str
    when: Rule = field(default_factory=Always)
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Other labels by status, where a heading changes with it."""
    codings: tuple[Coding, ...] = ()
    """Codes of a region: a record system asks for a leaflet by one of these."""
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
    codings: tuple[Coding, ...]
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
    """When its own section speaks of it; a flag that changes it always does, in "Just for you"."""
    origin: Origin


class Matrix(Struct, frozen=True, kw_only=True):
    """ok < ask < avoid by class: the baseline, and what status, flags or `not asked` change."""

    classes: tuple[str, ...]
    baseline: Mapping[str, Level]
    statuses: Mapping[str, Mapping[str, Level]]
    not_asked: Mapping[str, Level]
    flags: Mapping[str, Mapping[str, Level]]


class Source(Struct, frozen=True, kw_only=True):
    """Where a statement comes from, and how that source was seen."""

    key: str
    title: str
    year: str
    addresses: tuple[str, ...]
    seen: str
    short: str
    origin: Origin


class Library(Struct, frozen=True, kw_only=True):
    """All content, read and checked: what every request selects from."""

    regions: Mapping[str, Term]
    statuses: Mapping[str, Term]
    sections: Mapping[str, Term]
    groups: Mapping[str, Term]
    check_groups: Mapping[str, Term]
    labels: Mapping[str, str]
    """The small words of the page: row heads, units, the footer."""
    flags: Mapping[str, Flag]
    classes: Mapping[str, AdviceClass]
    matrix: Matrix
    places: Mapping[str, Place]
    sources: Mapping[str, Source]
    figures: Mapping[str, Figure]
    blocks: tuple[Block, ...]
    numbers: Mapping[str, Mapping[str, int]]
    """The number of each word in recipe codes, by kind, as `registry.yaml` gives them."""
    version: str
    """A digest of every content file: the same words have the same version on every machine."""
    words: str = ""
    """The same without the rules of safety, as earlier programs made it: codes of then have it."""


KINDS = ("regions", "statuses", "places", "papers", "options", "flags", "exercises")
"""The kinds of words that have numbers in recipe codes."""
USUAL = "usual-papers"
"""Under it stands the number of the usual paper of each place."""


# ------------------------------------------------------------------ request
