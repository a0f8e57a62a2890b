"""Let the owner of the words look at them, and approve or refuse them: `AuthorDesk`.

It does what `handout review` does, with the same record and the same refusals.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.audit.unit_review import UnitReview, review_of
from handouts.content.load import content_folder
from handouts.content.stray import find_stray
from handouts.errors import ContentError, Fault, HandoutsError, SelectionError
from handouts.fastpath.fingerprint import take_fingerprint
from handouts.governance.approval import Refusal
from handouts.governance.edit import open_signoff
from handouts.governance.new_approval import parse_approval, require_glyphs
from handouts.pipeline import open_publisher, prepare
from handouts.selection.options import RequestOptions
from handouts.selection.request import request_of
from handouts.web.problems import FaultRecord, records_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.governance.edit import SignoffEditor
    from handouts.pipeline import Publisher


class WordsState(Struct, frozen=True, kw_only=True):
    """The content as it is on the disk now."""

    mark: str
    """Another one when a byte of the content has changed."""
    faults: tuple[FaultRecord, ...]
    """Why no leaflet can be made of it; none where it is sound."""
    broken: tuple[FaultRecord, ...]
    """Rules of safety that the usual leaflets break; `handout check` looks at all leaflets."""
    looked: bool
    """The usual leaflets were made; until then nobody knows of rules."""
    notes: tuple[FaultRecord, ...]
    """Files and words that are not used."""


class UnitStanding(Struct, frozen=True, kw_only=True):
    """A unit, and how it stands."""

    unit: str
    section: str
    standing: str


class Units(Struct, frozen=True, kw_only=True):
    """Every unit, in the order of the leaflet."""

    units: tuple[UnitStanding, ...]


class SheetWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The units to print for a review on paper."""

    units: tuple[str, ...] = ()
    """Empty: all."""


class SheetUnit(Struct, frozen=True, kw_only=True):
    """A unit on a sheet, with all that a reviewer must see of it."""

    section: str
    standing: str
    review: UnitReview


class ReviewSheet(Struct, frozen=True, kw_only=True):
    """What a reviewer answers on paper, in the order of the leaflet."""

    date: str
    version: str
    """Of the content; each unit has the digest of its own words beside it."""
    units: tuple[SheetUnit, ...]


class ReviewAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person says of a unit: yes, or a reason why not."""

    unit: str
    digest: str
    """Of the words that they saw."""
    by: str
    role: str = ""
    registration: str = ""
    why_not: str = ""
    """Empty for a yes."""
    after_my_no: bool = False
    """Yes to words that this person said no to."""


class AuthorDesk:
    """Shows content, and keeps what reviewers say of it."""

    def __init__(self, content: str | None) -> None:
        self._content = content
        self._last: WordsState | None = None
        self._unlooked: Publisher | None = None
        """Content whose usual leaflets are made the next time: a sentence shows before that."""

    def state(self) -> WordsState:
        """Say how the content is now; the page asks twice a second, and mostly nothing changed."""
        fingerprint = take_fingerprint(self._content)
        if fingerprint and self._last and self._last.mark == fingerprint.mark:
            if self._unlooked:
                broken, self._unlooked = tuple(_broken_by_usual(self._unlooked)), None
                self._last = replace(self._last, broken=records_of(broken), looked=True)
            return self._last
        faults: tuple[Fault, ...] = ()
        notes: tuple[Fault, ...] = ()
        self._unlooked = None
        try:
            self._unlooked = open_publisher(self._content)
            notes = tuple(fault for fault, _ in find_stray(content_folder(self._content)))
        except HandoutsError as error:
            faults = error.faults
        self._last = WordsState(
            mark=fingerprint.mark if fingerprint else "",
            faults=records_of(faults),
            broken=(),
            looked=False,
            notes=records_of(notes),
        )
        return self._last

    def units(self) -> Units:
        """List every unit with how it stands today."""
        book, today = open_signoff(self._content), self._today()
        sections = _sections(book)
        return Units(
            units=tuple(
                UnitStanding(
                    unit=unit,
                    section=sections[unit],
                    standing=_standing(book, unit, today),
                )
                for unit in book.units()
            )
        )

    def sheet(self, wish: SheetWish) -> ReviewSheet:
        """Say everything of some units; raises RequestError for an unknown one."""
        book, today = open_signoff(self._content), self._today()
        sections = _sections(book)
        return ReviewSheet(
            date=today.isoformat(),
            version=book.library.version,
            units=tuple(
                SheetUnit(
                    section=sections[unit],
                    standing=_standing(book, unit, today),
                    review=review_of(book, unit),
                )
                for unit in book.units(wish.units)
            ),
        )

    def unit(self, name: str) -> UnitReview:
        """Say everything of one unit; raises RequestError for an unknown one."""
        book = open_signoff(self._content)
        (unit,) = book.units([name])
        return review_of(book, unit)

    def answer(self, said: ReviewAnswer) -> UnitStanding:
        """Keep a yes or a no; raises HandoutsError where it cannot be given."""
        book, today = open_signoff(self._content), self._today()
        approval = parse_approval(
            by=said.by, role=said.role, registration=said.registration, on=today, expires=None,
            roll=book.profile.reviewers,
        )  # fmt: skip
        require_glyphs(approval.role)
        (unit,) = book.for_person(approval.by, today, [said.unit], after_no=True)
        if review_of(book, unit).digest != said.digest:
            message = f"the words of `{unit}` changed while you looked at them"
            raise SelectionError(Fault(message=message, hint="read them again, then answer"))
        why = " ".join(said.why_not.split())
        no = book.own_refusal(unit, approval.by)
        if why:
            book.refuse(unit, Refusal(by=approval.by, role=approval.role, on=today, why=why))
        elif no and not said.after_my_no:
            message = f"you said no on {no.on}: {no.why}"
            raise SelectionError(Fault(message=message, hint="say that you approve all the same"))
        else:
            book.sign(unit, approval)
        book.save()
        return UnitStanding(unit=unit, section="", standing=_standing(book, unit, today))

    def _today(self) -> date:
        return date.today()  # noqa: DTZ011 - the date on the clinician's own calendar


def _broken_by_usual(publisher: Publisher) -> Iterator[Fault]:
    """Yield each rule that a leaflet breaks whose reader has no fact, once."""
    library = publisher.library
    told: set[str] = set()
    for region, status in product(library.regions, library.statuses):
        options = RequestOptions(region=region, status=status)
        try:
            prepare(publisher, request_of(library, publisher.profile, options, _unsaid))
        except ContentError as error:
            yield from (one for one in error.faults if one.message not in told)
            told.update(one.message for one in error.faults)


def _unsaid(_note: str) -> None:
    """Nobody typed these words."""


def _sections(book: SignoffEditor) -> dict[str, str]:
    """Say to which section of the leaflet each unit belongs, or else of which kind it is."""
    of_blocks = {block.id: block.section for block in book.library.blocks}
    return {unit: of_blocks.get(unit, unit.partition(":")[0]) for unit in book.units()}


def _standing(book: SignoffEditor, unit: str, day: date) -> str:
    return book.signature(unit).reason(day, book.people) or "signed"
