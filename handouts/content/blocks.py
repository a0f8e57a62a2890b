"""Define the blocks of content and the conditions of their `when:`: `Block`, `Rule`.

A block is the smallest authored unit: what it says, when, from which sources, and where in the
leaflet. These are records only; `selection.rules` decides conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import HELP, Urgency

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from handouts.content.vocabulary import Kind, Level
    from handouts.errors import Origin


class Wording(Struct, frozen=True):
    """A sentence as its author wrote it: `{words}` of a place, `**key words**`.

    `without` holds what to say where a place lacks one of its optional words.
    """

    text: str
    without: tuple[tuple[str, str], ...] = ()


class TextBody(Struct, frozen=True, kw_only=True):
    """One paragraph or one bullet; `row` is its row of the medicines (try, ask or avoid), or ""."""

    wording: Wording
    row: str = ""
    movement: str = ""
    """The exercise that this sentence describes: it is printed only where that may be; or ""."""


class FlagBody(Struct, frozen=True, kw_only=True):
    """A sentence printed for a flag: its lead, or a line that always follows."""

    flag: str
    wording: Wording
    name: Wording | None = None
    """The fact in a few words, which stand for the lead where a standard leaflet has many facts."""


class ClauseBody(Struct, frozen=True, kw_only=True):
    """What a flag says about advice classes whose final level is `level`."""

    flag: str
    classes: tuple[str, ...]
    level: Level
    wording: Wording
    why: tuple[Wording, ...]
    """Reasons, printed also when the clause of another flag replaces this one."""
    only_alone: bool
    """It refers to its own lead ("there", "this kind"), so the class line replaces it beside
    other flags."""


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
    """A row of warning signs: one bullet per sign, an urgency, and a lead-in of its own or None.

    `raised_by` holds (flag, urgency) pairs; `prints_in` is "help" or "medicines". `instead_of`
    names rows whose signs this one says to its readers, who do not get those.
    """

    urgency: Urgency
    group: str
    signs: tuple[Wording, ...]
    raised_by: tuple[tuple[str, Urgency], ...] = ()
    prints_in: str = HELP
    lead_in: Wording | None = None
    instead_of: tuple[str, ...] = ()


class EmergencyLineBody(Struct, frozen=True, kw_only=True):
    """A short line of the page-1 box, and the red flags it stands for.

    One of another urgency than emergency is of the short list of what to look out for.
    """

    wording: Wording
    covers: tuple[str, ...]
    from_flag: bool
    """A flag adds or raises the row, so the line goes first."""
    apart: bool = False
    """It names whom to call first, so it stands below the list that says to call another number."""
    urgency: Urgency = Urgency.EMERGENCY
    short: bool = False
    """It is printed in the short editions only, where it may say its signs in their place."""


class Dosage(Struct, frozen=True, kw_only=True):
    """How much and how often, as (lowest, highest); None: the dosage does not say."""

    hold_seconds: tuple[int, int] | None = None
    hold_breaths: tuple[int, int] | None = None
    minutes: tuple[int, int] | None = None
    repetitions: tuple[int, int] | None = None
    unit: str = "times"
    each: str = ""
    """For each "side" or each "way"; "" when both sides move at once."""
    per_day: tuple[int, int] | None = None
    every_hours: tuple[int, int] | None = None
    most_per_day: tuple[int, int] | None = None
    """What a clinician may write as times a day, where the dosage says `every_hours`."""


class ExerciseVariant(Struct, frozen=True, kw_only=True):
    """How an exercise is done and drawn for readers with one of these flags, in place of its own.

    `changes` is "position" or "movement": a caution alone would contradict the drawing.
    """

    flags: tuple[str, ...]
    changes: str
    name: str
    position: str
    start: Wording
    steps: Mapping[str, tuple[Wording, ...]]
    figures: Mapping[str, tuple[str, ...]]


class StopFor(Struct, frozen=True, kw_only=True):
    """When readers with one of these flags stop, in place of the stop `instead_of`."""

    instead_of: str
    flags: tuple[str, ...]
    wording: Wording


class ListPlace(Struct, frozen=True, order=True):
    """The place of an exercise in a list; that of number 1 comes first."""

    number: int
    ahead: int = 0
    """How far it stands ahead of the exercise with this number: -1 is just before it."""
    before: str = ""
    """The exercise before which it stands, where it has no number of its own."""

    def __str__(self) -> str:
        """Write it as in the file."""
        return f"before {self.before}" if self.before else str(self.number)


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
    """A second class, whose level by the flags alone must be ok; "" for none.

    So small movements are printed for a status that avoids large ones.
    """
    sets: Mapping[tuple[str, str], ListPlace]
    """The place in the list of each (region, status)."""
    start: Wording
    steps: Mapping[str, tuple[Wording, ...]]
    dosage: Mapping[str, Dosage]
    stop: tuple[Wording, ...]
    avoid: tuple[str, ...]
    cautions: Mapping[str, Wording]
    figures: Mapping[str, tuple[str, ...]]
    released: bool
    why: str
    role: str = ""
    """One of ROLES; "" in content that is older than roles."""
    by_hand: str = ""
    """Why no leaflet prints it unless a clinician chooses it; "" if some do."""
    asked: bool = False
    """Whether it prints only where somebody asked about the facts that may forbid it."""
    variant: ExerciseVariant | None = None
    stop_for: tuple[StopFor, ...] = ()
    """Of two that stand instead of one stop, the first holds."""

    def for_flags(self, flags: Collection[str]) -> ExerciseBody:
        """Return the exercise as readers with these flags are given it."""
        own, body = self.variant, self._with_stops_for(flags)
        if own is None or not any(flag in own.flags for flag in flags):
            return body
        return replace(
            body,
            name=own.name,
            position=own.position,
            start=own.start,
            steps=own.steps,
            figures=own.figures,
        )

    def _with_stops_for(self, flags: Collection[str]) -> ExerciseBody:
        instead: dict[str, Wording] = {}
        for one in self.stop_for:
            if any(flag in one.flags for flag in flags):
                instead.setdefault(one.instead_of, one.wording)
        if not instead:
            return self
        # Two stops may have the same order for a reader: it is said once.
        stops = {one.text: one for one in (instead.get(one.text, one) for one in self.stop)}
        return replace(self, stop=tuple(stops.values()))

    @property
    def drawn(self) -> frozenset[str]:
        """The ids of all its figures, those of its variant too."""
        some = (self.figures, self.variant.figures) if self.variant else (self.figures,)
        return frozenset(name for one in some for names in one.values() for name in names)


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
    """The smallest authored unit: what it says, when, from which sources, and in which section.

    `suggests` and `warns` name advice classes that the words are about.
    """

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
    short_of: tuple[str, ...] = ()
    """The blocks whose words it says in fewer: it is printed where all of them would be."""
    shorts: tuple[str, ...] = ()
    """The blocks that say its words in fewer: short forms, or the short lines of a red flag."""

    @property
    def wordings(self) -> tuple[Wording | str, ...]:
        """Return all that it can say to a patient, for every status, in reading order."""
        match self.body:
            case ExerciseBody() as body:
                steps = dict.fromkeys(one for steps in body.steps.values() for one in steps)
                cautions = dict.fromkeys(body.cautions.values())
                stops = (*body.stop, *(one.wording for one in body.stop_for))
                said: list[Wording | str] = [body.name, body.start, *steps, *stops, *cautions]
                if own := body.variant:
                    said += [own.name, own.start, *(s for each in own.steps.values() for s in each)]
                return tuple(dict.fromkeys(said))
            case RedFlagBody(lead_in=lead, signs=signs):
                return (*((lead,) if lead else ()), *signs)
            case ClauseBody(wording=wording, why=why):
                return (wording, *why)
            case FlagBody(wording=wording, name=Wording() as name):
                return (wording, name)
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
    """Holds when the clinician has asked about every flag (if False: has not)."""

    screened: bool


class InEdition(Struct, frozen=True):
    """Holds when the request's edition is one of these."""

    editions: tuple[str, ...]


class Not(Struct, frozen=True):
    """Holds when its rule does not."""

    rule: Rule


class AllOf(Struct, frozen=True):
    """Holds when all of its rules hold, so always without any."""

    rules: tuple[Rule, ...]


class AnyOf(Struct, frozen=True):
    """Holds when at least one of its rules holds, so never without any."""

    rules: tuple[Rule, ...]


Rule = (
    Always
    | InRegion
    | HasStatus
    | HasFlag
    | HasAdvice
    | IsScreened
    | InEdition
    | Not
    | AllOf
    | AnyOf
)
