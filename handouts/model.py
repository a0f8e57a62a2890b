"""The immutable types of the domain, from a request to a selection; nothing here reads or draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from handouts.errors import Origin
    from handouts.figures.pose import Figure


# ------------------------------------------------------------------ closed vocabularies
class Level(IntEnum):
    """How an advice class may be spoken of; the worst of all that apply wins."""

    OK = 0
    ASK = 1
    AVOID = 2

    def __str__(self) -> str:
        return self.name.lower()


class Urgency(StrEnum):
    """How fast a red flag needs help, most urgent first."""

    EMERGENCY = "emergency"
    SAME_DAY = "same-day"
    ROUTINE = "routine"


class Kind(StrEnum):
    """What a block is; the composer must know each."""

    TEXT = "text"
    LEAD = "lead"
    CLAUSE = "clause"
    ALWAYS = "always"
    CLASS_LINE = "class-line"
    SELF_CHECK = "self-check"
    EXERCISE = "exercise"
    RED_FLAG = "red-flag"
    EMERGENCY_LINE = "emergency-line"


FREE_COLUMNS = ("rest", "walking")
"""Columns of exercises that no class of the matrix forbids; only their own `avoid` list does."""


# ------------------------------------------------------------------ rules
@dataclass(frozen=True, slots=True)
class Always:
    """Holds for every request."""


@dataclass(frozen=True, slots=True)
class InRegion:
    """Holds when the request's region is one of these."""

    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasStatus:
    """Holds when the request's status is one of these."""

    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasFlag:
    """Holds when at least one of these flags is set."""

    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasAdvice:
    """Holds when the final level of an advice class is one of these."""

    advice_class: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class IsScreened:
    """Holds when the clinician asked about every flag (or, if False, did not)."""

    screened: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its rule does not."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every one of its rules holds."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when at least one of its rules holds."""

    rules: tuple[Rule, ...]


Rule = Always | InRegion | HasStatus | HasFlag | HasAdvice | IsScreened | Not | All | Any


# ------------------------------------------------------------------ words
@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence as its author wrote it: `{words}` of a place, `**key words**`.

    `without` holds what to say where a place lacks one of its optional words.
    """

    text: str
    without: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the leaflet is given: whom to call, and what things are called there."""

    id: str
    label: str
    language: str
    """A BCP 47 tag such as en-GB; the language of the PDF."""
    paper: str
    words: Mapping[str, str]
    """Every word that a text may ask for in braces; optional numbers are absent, not empty."""
    origin: Origin


# ------------------------------------------------------------------ blocks
@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """One paragraph or one bullet; `row` says which row of the medicines it belongs to."""

    wording: Wording
    row: str = ""
    movement: str = ""
    """The exercise this sentence stands for; it prints only together with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagBody:
    """A sentence that a flag brings: its lead, or a line that always goes with it."""

    flag: str
    wording: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseBody:
    """What a flag says about advice classes, when their final level is this one."""

    flag: str
    classes: tuple[str, ...]
    level: Level
    wording: Wording
    why: tuple[Wording, ...]
    """Reasons, kept when another flag's clause gives the advice."""
    only_alone: bool
    """It leans on its own lead ("there", "this kind"), so with other flags the class line speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLineBody:
    """The plain line for one advice class at one level."""

    advice_class: str
    level: Level
    wording: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheckBody:
    """One point of the list that a reader checks before taking anything."""

    flag: str
    group: str
    wording: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlagBody:
    """A warning sign: one bullet per sign, an urgency, and an own lead-in where it needs one."""

    urgency: Urgency
    group: str
    signs: tuple[Wording, ...]
    raised_by: tuple[tuple[str, Urgency], ...] = ()
    prints_in: str = "help"
    lead_in: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLineBody:
    """A short line of the page-1 box, and the red flags it stands for."""

    wording: Wording
    covers: tuple[str, ...]
    from_flag: bool
    """A flag adds or raises the row, so the line goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosage:
    """How much and how often. Times in seconds or minutes, counts as (lowest, highest)."""

    hold_seconds: tuple[int, int] | None = None
    hold_breaths: tuple[int, int] | None = None
    minutes: tuple[int, int] | None = None
    repetitions: tuple[int, int] | None = None
    unit: str = "times"
    each: str = ""
    """"side", "way" or "" when both sides move at once."""
    per_day: tuple[int, int] | None = None
    every_hours: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseBody:
    """One exercise; what differs between statuses is keyed by status."""

    number: int
    name: str
    intensity: str
    moves: tuple[str, ...]
    extra_moves: tuple[str, ...]
    position: str
    column: str
    """The advice class that must be ok; `rest` and `walking` need none."""
    also: str
    """A second class, asked of the flags only: small moves print although the status avoids large ones."""
    sets: Mapping[tuple[str, str], int]
    """(region, status) -> priority, 1 = first."""
    start: Wording
    steps: Mapping[str, tuple[Wording, ...]]
    dosage: Mapping[str, Dosage]
    stop: tuple[Wording, ...]
    avoid: tuple[str, ...]
    cautions: Mapping[str, Wording]
    figures: Mapping[str, tuple[str, ...]]
    released: bool
    why: str


Body = (
    TextBody
    | FlagBody
    | ClauseBody
    | ClassLineBody
    | SelfCheckBody
    | RedFlagBody
    | EmergencyLineBody
    | ExerciseBody
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The smallest authored unit: what it says, when, on whose authority, and where it is written."""

    id: str
    kind: Kind
    section: str
    when: Rule
    body: Body
    suggests: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    sources: tuple[str, ...]
    reviewed: date
    origin: Origin


# ------------------------------------------------------------------ vocabulary and library
@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the vocabulary (a region, status, section or group) with its label."""

    id: str
    label: str
    when: Rule = field(default_factory=Always)
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Other labels by status, where a heading changes with it."""
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A code for a flag in a clinical terminology; most are not verified in an official browser."""

    system: str
    code: str
    label: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A fact about this patient that changes what the leaflet may say."""

    id: str
    number: int
    label: str
    question: str
    excludes: tuple[str, ...]
    codings: tuple[Coding, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceClass:
    """A class of medicine, treatment or movement that the matrix has a column for."""

    id: str
    kind: str
    section: str
    name: Wording | None
    """A short noun phrase for rows; None for a class that is never named to patients."""
    when: Rule
    """When its own section speaks of it; a flag that changes it always does, in "Just for you"."""
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """ok < ask < avoid by class: the baseline, and what each status, flag or `not asked` changes."""

    classes: tuple[str, ...]
    baseline: Mapping[str, Level]
    statuses: Mapping[str, Mapping[str, Level]]
    not_asked: Mapping[str, Level]
    flags: Mapping[str, Mapping[str, Level]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a statement comes from, and how that source was seen."""

    key: str
    title: str
    year: str
    addresses: tuple[str, ...]
    seen: str
    short: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
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
    version: str
    """A digest of every content file: the same words have the same version on every machine."""


# ------------------------------------------------------------------ request and selection
@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a clinician asks for; the flags are in library order, so that equal requests are equal."""

    region: str
    status: str
    flags: tuple[str, ...]
    screened: bool
    place: str
    paper: str
    date: date
    date_given: bool
    exercises: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The final level of one advice class, and what decided it (flags before status before baseline)."""

    level: Level
    decided_by: tuple[str, ...]
    changed: bool
    """An active flag made it stricter than it would be without any flag."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A block with the reason why it is in the leaflet, or why it is not."""

    block: Block
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Every block of the library, each either chosen or left out, always with its reason."""

    request: Request
    advice: Mapping[str, Verdict]
    chosen: tuple[Choice, ...]
    left_out: tuple[Choice, ...]
    spoken: frozenset[str]
    """Advice classes on which "Just for you" has the word; their own section only names them."""
