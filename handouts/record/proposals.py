"""Define what is proposed and asked because of a record: `Proposal`, `RecordReading`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import date


class Reason(Struct, frozen=True, kw_only=True):
    """An entry of the record, and the rule by which it says something."""

    rule: str
    source: str
    """The kind of entry, such as "condition"."""
    id: str
    code: str
    """The code system and the code; empty where words were read."""
    display: str
    status: str
    day: date | None
    question: str = ""
    """What to ask; empty where the entry proposes."""
    doubt: str = ""
    """Why it only asks, where the rule would propose."""


class Proposal(Struct, frozen=True, kw_only=True):
    """A flag, region or status that the record proposes or asks about, under its own id."""

    id: str
    kind: str
    """"flags", "regions" or "statuses"."""
    label: str
    reasons: tuple[Reason, ...]
    """Those that propose come first."""

    @property
    def proposes(self) -> bool:
        """At least one entry proposes it; otherwise it is only a question."""
        return any(not one.question for one in self.reasons)


class LeftOut(Struct, frozen=True):
    """An entry that says nothing for the leaflet, and why."""

    source: str
    display: str
    why: str


class KindState(Struct, frozen=True):
    """How many entries of a kind were read; None: the record was not asked about it."""

    kind: str
    read: int | None


class RecordReading(Struct, frozen=True, kw_only=True):
    """All that was read from a record. It is shown, and kept nowhere."""

    proposals: tuple[Proposal, ...]
    unread: tuple[LeftOut, ...]
    """What was not understood, by name: nothing is concluded from it."""
    left_out: tuple[LeftOut, ...]
    """What was understood and does not count."""
    kinds: tuple[KindState, ...]
    silent: tuple[str, ...]
    """The flags about which the record says nothing."""
    answered_no: tuple[str, ...]
    """The flags to which a questionnaire of ours answers no."""
    no_rule: tuple[tuple[str, int], ...]
    """What was observed or done and no rule is about, by name, and how often."""
    others: tuple[tuple[str, int], ...]
    """The types of resource that are not looked at, and how many."""
    newest: date | None
    """The day of the newest entry."""
    names: tuple[frozenset[str], ...]
    """The words of each name of the patient, for comparison with the name that is typed."""
    patient: str
    """The id of the patient, or that by which the entries call them; empty where there is none."""
    people: int
    """How many patients the file names: 0 or 1."""
