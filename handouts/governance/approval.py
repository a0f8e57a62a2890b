"""Judge whether the words of a leaflet are approved on its date: `judge`.

`refuse_unsigned` and `refuse_withdrawn` raise SelectionError. A signature counts only while the
words are as they were signed. The rules of safety are approved like words: a leaflet relies on
each rule that can hold in its region and status.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from handouts.content.blocks import ClassLineBody
from handouts.content.profile import NOBODY
from handouts.content.vocabulary import Standing
from handouts.errors import Fault, SelectionError
from handouts.governance.roll import fold_name
from handouts.safety.risk import Risk
from handouts.selection.rules import NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.selection.request import Request
    from handouts.selection.select import Selection


SIGNOFF = "signoff.yaml"
BASELINE = "baseline.yaml"

EVERYWHERE = "everywhere"
LABELS, HEADINGS, SERVICE = "page:labels", "page:headings", "page:service"
RULE = "rule:"
"""What the units start with that are rules of safety, and not words."""


class Approval(Struct, frozen=True, kw_only=True):
    """One person's approval of one unit: who, in what role, and from when until when."""

    by: str
    role: str
    registration: str
    on: date
    until: date
    of: int = 1
    """How many people the service asked for when it was given."""
    roll: bool = False
    """Whether it was given under a roll of reviewers."""
    despite: bool = False
    """Whether its giver had said no to the same words, and knew it."""


class Refusal(Struct, frozen=True, kw_only=True):
    """One person's no to the words of a unit."""

    by: str
    role: str
    on: date
    why: str


class Signature(Struct, frozen=True, kw_only=True):
    """How one unit stands: its words as they are now, held against what was approved."""

    unit: str
    standing: Standing
    approvals: tuple[Approval, ...] = ()
    """Those of the words as they were signed; they count only while the words are the same."""
    uncounted: tuple[tuple[Approval, str], ...] = ()
    """Approvals of these words that do not count, each with the reason."""
    refusals: tuple[Refusal, ...] = ()
    """Who said no to the words as they are now."""
    rule_changed: bool = False
    """What says when it prints is not what was signed."""
    question_changed: bool = False
    """What a clinician asks about this flag is not what was signed."""
    where: str = EVERYWHERE
    """The regions and statuses in which the signed words could print."""

    def covering(self, day: date) -> tuple[Approval, ...]:
        """List the approvals that cover a day."""
        return tuple(one for one in self.approvals if one.on <= day <= one.until)

    def reason(self, day: date, people: int) -> str:
        """Say why its words are not approved on a day; nothing when they are."""
        return self.lapse(day, people) if self.standing is Standing.SIGNED else str(self.standing)

    def lapse(self, day: date, people: int) -> str:
        """Say why too few people have approved on a day, whatever became of the words since."""
        people = max((people, *(one.of for one in self.approvals)))
        found = len({fold_name(one.by) for one in self.covering(day)})
        if found >= people:
            return ""
        if self.uncounted:
            return self.uncounted[0][1]
        if any(one.on > day for one in self.approvals):
            return f"signed after {day.isoformat()}"
        if any(one.until < day for one in self.approvals):
            return str(Standing.EXPIRED)
        return f"signed by {found} of {people} people"

    def last_day(self, day: date, people: int) -> date | None:
        """Return the last day on which enough people cover it; None where they do not on `day`."""
        people = max((people, *(one.of for one in self.approvals)))
        ends: dict[str, date] = {}
        for one in self.covering(day):
            who = fold_name(one.by)
            ends[who] = max(one.until, ends.get(who, one.until))
        latest = sorted(ends.values(), reverse=True)
        return latest[people - 1] if len(latest) >= people else None


class Signoff(Struct, frozen=True):
    """How every unit stands that anybody has signed; all others are unsigned."""

    signatures: Mapping[str, Signature] = field(default_factory=lambda: MappingProxyType({}))
    digest: str = ""
    """A digest of the record; empty where there is none."""
    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Each rule of safety as a unit, and the regions and statuses in which it can hold."""


class Difference(Struct, frozen=True, kw_only=True):
    """One line of a unit, as it was reviewed and as it is; empty where it came or went."""

    key: str
    old: str
    new: str
    risk: Risk
    moved: str = ""
    """The unit where the text stands now."""


class UnitChange(Struct, frozen=True, kw_only=True):
    """A unit that is not as it was reviewed, and that nobody has accepted or signed since."""

    unit: str
    differences: tuple[Difference, ...]
    where: str = EVERYWHERE
    """The regions and statuses in which it could print, before or now."""
    rule_changed: bool = False
    question_changed: bool = False

    @property
    def worst(self) -> Risk:
        """Return the worst of its risks."""
        return min((one.risk for one in self.differences), default=Risk.WORDING)

    @property
    def reason(self) -> str:
        """Say in a few words why a leaflet may not print as reviewed."""
        return f"changed since review ({self.worst.text})"


class ApprovalVerdict(Struct, frozen=True, kw_only=True):
    """Whether a leaflet's words are approved: by which roles, since when and until when."""

    roles: tuple[str, ...] = ()
    on: date | None = None
    until: date | None = None
    doubts: tuple[tuple[str, str], ...] = ()
    """(unit, reason) for each unit that stands in the way."""
    changes: tuple[UnitChange, ...] = ()
    """What changed since review and reaches this leaflet."""

    @property
    def approved(self) -> bool:
        """Say whether the leaflet may print without DRAFT."""
        return not self.doubts

    @property
    def changed_label(self) -> str:
        """Name the label that says of what kind the changes are; empty where nothing changed."""
        if not self.changes:
            return ""
        high = any(one.worst.is_high for one in self.changes)
        return "changed-risk-line" if high else "changed-line"


UNSIGNED = ApprovalVerdict(doubts=(("", "nobody has signed any of these words"),))
"""The verdict where there is no record at all."""
_FEW = 5


def judge(
    signoff: Signoff, library: Library, selection: Selection, profile: Profile = NOBODY
) -> ApprovalVerdict:
    """Say whether a leaflet's words are approved on its date, by as many as the service asks."""
    people = profile.approvals
    if not signoff.signatures:
        return UNSIGNED
    request = selection.request
    needed = tuple(dict.fromkeys(needed_units(library, selection, profile)))
    signatures = [
        signoff.signatures.get(unit) or Signature(unit=unit, standing=Standing.UNSIGNED)
        for unit in needed
    ]
    doubts = [
        (one.unit, reason) for one in signatures if (reason := one.reason(request.date, people))
    ]
    doubts += _not_asked_as_signed(signoff, library, request, people)
    doubts += _left_out_by_an_unsigned_rule(signoff, request, frozenset(needed))
    doubts += _for_a_service_that_is_not_here(signoff)
    doubts += rule_doubts(signoff, request, people)
    if doubts:
        return ApprovalVerdict(doubts=tuple(doubts))
    approvals = [approval for one in signatures for approval in one.covering(request.date)]
    return ApprovalVerdict(
        roles=tuple(sorted({one.role for one in approvals}, key=str.casefold)),
        on=max(one.on for one in approvals),
        until=min(one.until for one in (*approvals, *_of_rules(signoff, request))),
    )


def with_changes(
    verdict: ApprovalVerdict,
    changes: Mapping[str, UnitChange],
    selection: Selection,
    needed: Iterable[str],
) -> ApprovalVerdict:
    """Doubt what changed since review and reaches a leaflet: nobody has seen these words."""
    if not changes:
        return verdict
    reaching = tuple(_reaching(changes, selection.request, frozenset(needed)))
    if not reaching:
        return verdict
    doubts = tuple((one.unit, one.reason) for one in reaching)
    return ApprovalVerdict(doubts=(*doubts, *verdict.doubts), changes=reaching)


def _reaching(
    changes: Mapping[str, UnitChange], request: Request, needed: frozenset[str]
) -> Iterator[UnitChange]:
    """Yield what prints, was asked, guards, or is left out because of what changed."""
    here = f"{request.region} {request.status}"
    for unit, change in changes.items():
        covered = change.where == EVERYWHERE or here in change.where.split("; ")
        of_a_block = ":" not in unit or unit.startswith("class:")
        left_out = of_a_block and covered and change.rule_changed
        asked = request.screened and unit.startswith("flag:") and change.question_changed
        guarded = unit.startswith(RULE) and covered
        if unit in needed or left_out or asked or guarded:
            yield change


def refuse_unsigned(verdict: ApprovalVerdict) -> None:
    """Raise SelectionError unless a leaflet's words are approved, with the first few doubts."""
    if verdict.approved:
        return
    named = [": ".join(filter(None, doubt)) for doubt in verdict.doubts[:_FEW]]
    more = len(verdict.doubts) - len(named)
    rest = f"; and {more} more" if more else ""
    raise SelectionError(
        Fault(
            message=f"these words are not approved: {'; '.join(named)}{rest}",
            hint="`handout sign --status` lists them all; `handout review` goes through them",
            on_page="ask the owner of the words, who can approve them",
        )
    )


def region_unit(region: str) -> str:
    """Return the name of the unit that is the words of a region; its label is a heading."""
    return f"words:{region}"


def needed_units(
    library: Library, selection: Selection, profile: Profile = NOBODY
) -> Iterator[str]:
    """Name every unit whose words print, or whose advice decides what prints."""
    request = selection.request
    yield from dict.fromkeys(choice.block.id for choice in (*selection.chosen, *selection.card))
    yield from (f"flag:{flag}" for flag in request.flags)
    lines = {
        body.advice_class
        for choice in selection.chosen
        if isinstance(body := choice.block.body, ClassLineBody)
    }
    yield from (f"class:{name}" for name in library.classes if name in lines | selection.spoken)
    yield "advice:baseline"
    yield f"advice:{request.status}"
    if request.look.edition in library.matrix.editions:
        yield f"advice:{request.look.edition}"
    if not request.screened:
        yield f"advice:{NOT_ASKED.replace(' ', '-')}"
    yield from (f"place:{request.place}", LABELS, HEADINGS)
    if library.regions[request.region].words:
        yield region_unit(request.region)
    if profile.name:
        yield SERVICE


def _not_asked_as_signed(
    signoff: Signoff, library: Library, request: Request, people: int
) -> Iterator[tuple[str, str]]:
    """Doubt each question that was answered with no, and is not worded as it was signed."""
    if not request.screened:
        return
    for flag in (one.id for one in library.asked_flags):
        unit = f"flag:{flag}"
        signature = signoff.signatures.get(unit)
        if flag in request.flags:
            continue
        if signature is None or signature.standing is Standing.UNSIGNED:
            yield unit, "unsigned, and its question was asked"
        elif signature.question_changed:
            yield unit, "its question changed"
        elif reason := signature.lapse(request.date, people):
            yield unit, f"{reason}, and its question was asked"


def _left_out_by_an_unsigned_rule(
    signoff: Signoff, request: Request, needed: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Doubt each signed unit that does not print because of what changed since: a sign may lack."""
    for unit, signature in signoff.signatures.items():
        # A flag, a place or a row of the matrix that was not asked for has no say in this leaflet.
        other = ":" in unit and not unit.startswith("class:")
        if unit in needed or other or not _covers(signature.where, request):
            continue
        if signature.standing is Standing.REMOVED:
            yield unit, "removed since it was signed"
        elif signature.rule_changed:
            yield unit, "left out, and its rule changed since it was signed"


def _covers(where: str, request: Request) -> bool:
    """Say whether a list of regions and statuses holds those of a request."""
    return where == EVERYWHERE or f"{request.region} {request.status}" in where.split("; ")


def _for_a_service_that_is_not_here(signoff: Signoff) -> Iterator[tuple[str, str]]:
    """Doubt all that was approved for a service whose profile was not found here."""
    signature = signoff.signatures.get(SERVICE)
    if signature is not None and signature.standing is Standing.REMOVED:
        yield SERVICE, "approved for a service whose profile is not found here"


# ------------------------------------------------------------------ rules of safety
def rule_doubts(signoff: Signoff, request: Request, people: int) -> Iterator[tuple[str, str]]:
    """Doubt each rule that guards such a leaflet, or did when it was signed, and is not as signed.

    `people`: how many must approve a rule.
    """
    for unit in _rules_of(signoff, request):
        signature = signoff.signatures.get(unit)
        if signature is None:
            yield unit, f"{Standing.UNSIGNED}, and this leaflet relies on it"
        elif unit not in signoff.rules and signature.standing is Standing.SIGNED:
            continue  # its end was signed, once and for all
        elif reason := signature.reason(request.date, people):
            yield unit, f"{reason}, and this leaflet relies on it"


def _rules_of(signoff: Signoff, request: Request) -> Iterator[str]:
    signed = (unit for unit in signoff.signatures if unit.startswith(RULE))
    for unit in dict.fromkeys((*signoff.rules, *signed)):
        signature = signoff.signatures.get(unit)
        places = [signoff.rules.get(unit, ""), signature.where if signature else ""]
        if any(_covers(where, request) for where in places):
            yield unit


def _of_rules(signoff: Signoff, request: Request) -> Iterator[Approval]:
    """Return the approvals of the rules that guard such a leaflet, on its day."""
    for unit in _rules_of(signoff, request):
        if unit in signoff.rules and (signature := signoff.signatures.get(unit)):
            yield from signature.covering(request.date)


WITHDRAWN = "withdrawn.yaml"


class Withdrawal(Struct, frozen=True, kw_only=True):
    """One unit as it was withdrawn: its digest then, why, by whom and when."""

    unit: str
    digest: str
    why: str
    by: str
    on: date
    lifted: date | None = None
    lifted_why: str = ""
    lifted_by: str = ""
    """Who took it back; empty in records of earlier programs."""


def refuse_withdrawn(withdrawn: Mapping[str, Withdrawal], needed: Iterable[str]) -> None:
    """Raise SelectionError for each unit of a leaflet that is withdrawn."""
    faults = [
        Fault(
            message=f"`{unit}` was withdrawn on {withdrawn[unit].on}: {withdrawn[unit].why}",
            hint="change its words and sign them, or `handout withdraw --lift` with a reason",
            on_page="give another leaflet; the owner of the words can change these and sign them",
        )
        for unit in dict.fromkeys(needed)
        if unit in withdrawn
    ]
    if faults:
        raise SelectionError(*faults)
