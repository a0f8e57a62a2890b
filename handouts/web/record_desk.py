"""Read records for the page and for record systems, and keep nothing of them: `RecordDesk`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct, field

from handouts.content.load import content_folder
from handouts.record.load import load_record_rules
from handouts.record.read import read_record
from handouts.record.report import report_record
from handouts.record.settle import question
from handouts.record.whose import refuse_other_name
from handouts.selection.request import parse_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handouts.content.library import Library
    from handouts.record.proposals import Proposal, RecordReading
    from handouts.web.publishing import Desk


class ProposeWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record to read; it may also be sent as it is."""

    record: msgspec.Raw
    name: str = ""
    """The name that was typed: the record of somebody else is refused."""
    date: str = ""


class ProposalReason(Struct, frozen=True, kw_only=True):
    """An entry of the record, and the rule by which it says something."""

    rule: str
    source: str = field(name="from")
    resource: str
    code: str
    display: str
    status: str
    date: str | None
    ask: str | None
    doubt: str | None


class RecordProposal(Struct, frozen=True, kw_only=True):
    """A flag, region or status that a record proposes or asks about; nothing is set by it."""

    id: str
    about: str
    label: str
    proposes: bool
    because: tuple[ProposalReason, ...]


class UnusedEntry(Struct, frozen=True, kw_only=True):
    """An entry that says nothing here."""

    source: str = field(name="from")
    display: str
    why: str


class RecordAnswer(Struct, frozen=True, kw_only=True):
    """What was read from a record."""

    proposals: tuple[RecordProposal, ...]
    not_understood: tuple[UnusedEntry, ...]
    left_out: tuple[UnusedEntry, ...]
    answered_no: tuple[str, ...]
    silent: tuple[str, ...]
    read: dict[str, int | str]
    no_rule_about: dict[str, int]
    """What was observed or done, by name, and how often."""
    not_looked_at: dict[str, int]
    newest: str | None
    screened: bool
    """Never true: a record does not say that anybody asked."""


class RecordDesk:
    """Reads records by the words and rules that the page has at the time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def library(self) -> Library:
        """The words as they are now; raises HandoutsError."""
        return self._desk.shared.publisher().library

    @property
    def service(self) -> str:
        """The name of the service; may be empty."""
        return self._desk.shared.publisher().profile.name

    def read(self, raw: bytes, day: str = "", name: str = "") -> RecordReading:
        """Read a record; raises HandoutsError for what cannot be read or is somebody else's."""
        library = self.library
        today = parse_day(day or None, date.today())  # noqa: DTZ011 - the clinician's own calendar
        rules = load_record_rules(library, content_folder(self._desk.content))
        reading = read_record(library, rules, raw, today)
        refuse_other_name(reading, name)
        return reading

    def answer(self, raw: bytes, day: str = "", name: str = "") -> RecordAnswer:
        """Return the same for the page and for programs."""
        plain: dict[str, Any] = report_record(self.read(raw, day, name))
        return msgspec.convert(plain, RecordAnswer)

    def asks(self, one: Proposal) -> str:
        """Return the question about a proposal."""
        flag = self.library.flags.get(one.id) if one.kind == "flags" else None
        return question(one) or (flag.question if flag else f"Is it this: {one.label}?")


KINDS = {"flags": "ask", "regions": "region", "statuses": "status"}
"""What a proposal is called behind the # of an address."""


def pair_of(one: Proposal) -> tuple[str, str]:
    """Return what a proposal is called in an address, and its id."""
    return KINDS[one.kind], one.id


def fragment_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return what follows the # of a link that opens the page with proposals; it sets nothing.

    What is before the first & is the secret of the page, which no such link has.
    """
    return f"&{urlencode([*pairs])}"
