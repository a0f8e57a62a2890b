"""Answer CDS Hooks: which record may be read, and one card on it: `HookDesk`."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from handouts.errors import HandoutsError, SelectionError
from handouts.web.doors import SERVICES
from handouts.web.problems import Problem, problem_of
from handouts.web.record_desk import fragment_of, pair_of

if TYPE_CHECKING:
    from handouts.record.proposals import Proposal, RecordReading
    from handouts.web.record_desk import RecordDesk


HOOK = "patient-view"
PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "medicines": "MedicationRequest?patient={{context.patientId}}",
    "statements": "MedicationStatement?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}"
    "&code=http://loinc.org|82810-3,http://loinc.org|29463-7,http://loinc.org|74013-4,"
    "http://loinc.org|33914-3,http://loinc.org|62238-1,http://loinc.org|98979-8",
    "procedures": "Procedure?patient={{context.patientId}}",
    "devices": "Device?patient={{context.patientId}}",
}
"""What is asked for, by the name under which it comes back."""
_MOST_SUMMARY = 140
_MOST_LINES = 12


class HookContext(Struct, frozen=True, kw_only=True, rename="camel"):
    """Where the hook was called; more may be said, and is not looked at."""

    patient_id: str
    user_id: str = ""


class HookCall(Struct, frozen=True, kw_only=True, rename="camel"):
    """A call of the service. Whatever else it holds, such as a token of the server, is not read."""

    hook: str
    hook_instance: str
    context: HookContext
    prefetch: dict[str, Raw] | UnsetType | None = UNSET


class HookService(Struct, frozen=True, kw_only=True, rename="camel"):
    """A service as discovery tells it."""

    hook: str
    id: str
    title: str
    description: str
    usage_requirements: str
    prefetch: dict[str, str]


class HookServices(Struct, frozen=True, kw_only=True):
    """All services."""

    services: tuple[HookService, ...]


class CardSource(Struct, frozen=True, kw_only=True):
    """Who says so."""

    label: str


class CardLink(Struct, frozen=True, kw_only=True):
    """Where a card leads to."""

    label: str
    url: str
    type: str


class HookCard(Struct, frozen=True, kw_only=True):
    """One card."""

    uuid: str
    summary: str
    detail: str
    indicator: str
    source: CardSource
    links: tuple[CardLink, ...]


class HookAnswer(Struct, frozen=True, kw_only=True):
    """The cards; none where there is nothing to say."""

    cards: tuple[HookCard, ...]


class CardOpinion(Struct, frozen=True, kw_only=True):
    """What became of a card."""

    card: str
    outcome: str
    outcome_timestamp: str = field(default="", name="outcomeTimestamp")


class HookFeedback(Struct, frozen=True, kw_only=True):
    """What became of cards. It is taken, and nothing of it is kept."""

    feedback: tuple[CardOpinion, ...]


class HookDesk:
    """Answers hooks; `base` is the address of the page."""

    def __init__(self, desk: RecordDesk, base: str) -> None:
        self._desk, self._base = desk, base

    @property
    def services(self) -> HookServices:
        """What can be called."""
        topic = self._desk.library.topic
        one = HookService(
            hook=HOOK,
            id=topic.service_id,
            title=topic.titles.service,
            description="Says what of the record would change a leaflet, and opens the page on "
            "which it is made. It decides nothing: a person asks the patient, and ticks.",
            usage_requirements="Nothing of the record is kept. The link opens a page on the "
            "machine where `handout serve --record` runs.",
            prefetch=PREFETCH,
        )
        return HookServices(services=(one,))

    @property
    def path(self) -> str:
        """The path of the service, without its server."""
        return f"{SERVICES}/{self._desk.library.topic.service_id}"

    def address(self, after: str = "") -> str:
        """Return the address of the service, which a token must name."""
        return f"{self._base}{self.path}{after}"

    def answer(self, call: HookCall) -> HookAnswer:
        """Return the card of a call; raises Problem for a call that cannot be answered."""
        if call.hook != HOOK:
            raise Problem("hook", HTTPStatus.BAD_REQUEST, f"only the hook `{HOOK}` is answered")
        given = {} if call.prefetch is UNSET or call.prefetch is None else call.prefetch
        known = {name: one for name, one in given.items() if name in PREFETCH}
        if all(_state(name, known) == "an error" for name in known):
            message = "nothing of the record was sent"
            hint = f"send in `prefetch`, if it is only one of them: {', '.join(PREFETCH)}"
            raise Problem("prefetch", HTTPStatus.PRECONDITION_FAILED, message, hint)
        try:
            reading = self._desk.read(_together(known))
        except SelectionError as error:
            if any("died" in one.message for one in error.faults):
                return HookAnswer(cards=())
            raise problem_of(error) from None
        except HandoutsError as error:
            problem = problem_of(error)
            problem.status = HTTPStatus.BAD_REQUEST
            raise problem from None
        if reading.patient and reading.patient != call.context.patient_id:
            message = "the record that was sent is not that of the patient in the context"
            raise Problem("patient", HTTPStatus.BAD_REQUEST, message)
        return HookAnswer(cards=tuple(self._cards(reading, known)))

    def _cards(self, reading: RecordReading, known: dict[str, Raw]) -> list[HookCard]:
        """Return one card; none where no entry says where it hurts, or proposes a flag."""
        if not any(_says_something(one) for one in reading.proposals):
            return []
        count = len(reading.proposals)
        card = self._desk.library.topic.titles.card
        summary = f"{card}: {count} thing{'s' * (count > 1)} to ask the patient about"
        link = CardLink(
            label="Open the leaflet",
            url=f"{self._base}/#{fragment_of(pair_of(one) for one in reading.proposals)}",
            type="absolute",
        )
        return [
            HookCard(
                uuid=str(uuid.uuid4()),
                summary=summary[: _MOST_SUMMARY - 1],
                detail=self._detail(reading, known),
                indicator="info",
                source=CardSource(label=f"handouts {self._desk.service}".strip()),
                links=(link,),
            )
        ]

    def _detail(self, reading: RecordReading, known: dict[str, Raw]) -> str:
        asks = [self._desk.asks(one) for one in reading.proposals]
        lines = ["A record decides nothing: ask the patient, and tick on the page.", ""]
        lines += [f"- {_marked(one)}" for one in asks[:_MOST_LINES]]
        if len(asks) > _MOST_LINES:
            lines.append(f"- and {len(asks) - _MOST_LINES} more, on the page")
        if reading.unread:
            count = len(reading.unread)
            lines += [
                "",
                f"Not understood: {count} entr{'ies' if count > 1 else 'y'} of the record.",
            ]
        states = ", ".join(f"{name} {_state(name, known)}" for name in PREFETCH)
        lines += ["", f"Of the record: {states}."]
        return "\n".join(lines)


def _says_something(one: Proposal) -> bool:
    """Tell whether a proposal is worth a card: not for an age, nor for what is only asked about."""
    sure = (two for two in one.reasons if not two.question and two.source != "date of birth")
    return one.kind == "regions" or any(sure)


def _together(known: dict[str, Raw]) -> bytes:
    """Return all that was sent as one list of resources and bundles."""
    return b"[" + b",".join(raw for one in known.values() if (raw := bytes(one)) != b"null") + b"]"


def _state(name: str, known: dict[str, Raw]) -> str:
    """Tell apart what was not sent, what was sent as nothing, none found, and what was read."""
    if name not in known:
        return "not given"
    raw = bytes(known[name])
    if raw == b"null":
        return "no answer"
    try:
        found: Any = msgspec.json.decode(raw, type=_Counted)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "not readable"
    if found.resource_type == "OperationOutcome":
        return "an error"
    if found.resource_type != "Bundle":
        return "read"
    return f"{len(found.entry)} read" if found.entry else "none found"


class _Counted(Struct, rename="camel"):
    resource_type: str = ""
    entry: list[Raw] = []


def _marked(text: str) -> str:
    """Return words in which Markdown sees no marks."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#!|" else one for one in text)
