"""Define the blocks of content and the conditions of their `when:`: `Block`, `Rule`.

A block is the smallest authored unit: what it says, when, from which sources, and where in the
leaflet. These are records only; `selection.rules` decides conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from handouts.content.vocabulary import Kind, Level, Urgency
    from handouts.errors import Origin


class Wording(Struct, frozen=True):
    """A sentence as its author wrote it: `{words}` of a place, `**key words**`.

    `without` holds what to say where a place lacks one of its optional words.
    """

    text: str
    without: tuple[tuple[str, str], ...] = ()


class TextBody(Struct, frozen=True, kw_only=True):
    """One paragraph or one bullet; `row` says which row of the medicines it belongs to."""

    wording: Wording
    row: str = ""
    movement: str = ""
    """The exercise this sentence stands for; it prints only together with it."""


class FlagBody(Struct, frozen=True, kw_only=True):
    """A sentence that a flag brings: its lead, or a line that always goes with it."""

    flag: str
    wording: Wording


class ClauseBody(Struct, frozen=True, kw_only=True):
    """What a flag says about advice classes, when their final level is this one."""

    flag: str
    classes: tuple[str, ...]
    level: Level
    wording: Wording
    why: tuple[Wording, ...]
    """Reasons, kept when another flag's clause gives the advice."""
    only_alone: bool
    """It leans on its own lead ("there", "this kind"): with other flags the class line speaks."""


class ClassLineBody(Struct, frozen=True, kw_only=True):
    """The plain line for one advice class at one level."""

    advice_class: str
    level: Level
    wording: Wording


class SelfCheckBody(Struct, frozen=True, kw_only=True):
    """One point of the list that a reader checks before taking anything."""

    flag: str
    group: str
    wording: Wording


class RedFlagBody(Struct, frozen=True, kw_only=True):
    """A warning sign: one bullet per sign, an urgency, and an own lead-in where it needs one."""

    urgency: Urgency
    group: str
    signs: tuple[Wording, ...]
    raised_by: tuple[tuple[str, Urgency], ...] = ()
    prints_in: str = "help"
    lead_in: Wording | None = None


class EmergencyLineBody(Struct, frozen=True, kw_only=True):
    """A short line of the page-1 box, and the red flags it stands for."""

    wording: Wording
    covers: tuple[str, ...]
    from_flag: bool
    """A flag adds or raises the row, so the line goes first."""
    apart: bool = False
    """It names whom to call first, so it stands below the list that says to call another number."""


class Dosage(Struct, frozen=True, kw_only=True):
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
    most_per_day: tuple[int, int] | None = None
    """The most that a clinician may write, where the dosage says hours and not times."""


class ExerciseBody(Struct, frozen=True, kw_only=True):
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
    """A second class, asked of the flags only: small moves print where the status avoids large."""
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


class Block(Struct, frozen=True, kw_only=True):
    """The smallest authored unit: what it says, when, on whose authority, and where it stands."""

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

    @property
    def wordings(self) -> tuple[Wording | str, ...]:
        """Give all that it can say to a patient, for every status, in reading order."""
        match self.body:
            case ExerciseBody() as body:
                steps = dict.fromkeys(one for steps in body.steps.values() for one in steps)
                cautions = dict.fromkeys(body.cautions.values())
                return (body.name, body.start, *steps, *body.stop, *cautions)
            case RedFlagBody(lead_in=lead, signs=signs):
                return (*((lead,) if lead else ()), *signs)
            case ClauseBody(wording=wording, why=why):
                return (wording, *why)
            case body:
                return (body.wording,)


class Always(Struct, frozen=True):
    """Holds for every request."""


class InRegion(Struct, frozen=True):
    """Holds when the request's region is one of these."""

    regions: tuple[str, ...]


class HasStatus(Struct, frozen=True):
    """Holds when the request's status is one of these."""

    statuses: tuple[str, ...]


class HasFlag(Struct, frozen=True):
    """Holds when at least one of these flags is set."""

    flags: tuple[str, ...]


class HasAdvice(Struct, frozen=True):
    """Holds when the final level of an advice class is one of these."""

    advice_class: str
    levels: tuple[Level, ...]


class IsScreened(Struct, frozen=True):
    """Holds when the clinician asked about every flag (or, if False, did not)."""

    screened: bool


class Not(Struct, frozen=True):
    """Holds when its rule does not."""

    rule: Rule


class AllOf(Struct, frozen=True):
    """Holds when every one of its rules holds."""

    rules: tuple[Rule, ...]


class AnyOf(Struct, frozen=True):
    """Holds when at least one of its rules holds."""

    rules: tuple[Rule, ...]


Rule = Always | InRegion | HasStatus | HasFlag | HasAdvice | IsScreened | Not | AllOf | AnyOf
