"""Make the leaflet of every row, in order and in several processes: `make_all`.

Rows that differ only in name, row id and copies share a typeset body. A faulty row stops no
other.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, convert
from msgspec.structs import replace

from handouts.batch.answers import day_of, holds_several, is_near, listed, meant, yes_or_no
from handouts.batch.headers import UNDER_NAMES
from handouts.batch.records import answers_without_record, no_records
from handouts.batch.worklist import Done, Outcome, Refused
from handouts.content.list_form import FHIR
from handouts.content.look import LOOK_FIELDS, LookOptions
from handouts.errors import Fault, HandoutsError, SelectionError, shorten
from handouts.fastpath.name_slot import TypesetPdf
from handouts.pipeline import open_publisher, prepare, select, typeset
from handouts.reuse import body_request, line_for, typed_faults, unset_faults
from handouts.selection.options import RequestOptions
from handouts.selection.request import clean_name, exercise_ids, name_faults, request_of
from handouts.selection.said_back import unusual
from handouts.selection.understanding import split_cell
from handouts.system.processes import Pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.batch.records import ListRecords
    from handouts.batch.worklist import Row
    from handouts.content.provenance import Provenance
    from handouts.pipeline import Publisher
    from handouts.reuse import BodyCache
    from handouts.selection.request import Request

    TypesetRow = TypesetPdf | tuple[Fault, ...]


_bench: tuple[Publisher, bool] | Fault
"""What this process works with, or why it cannot."""


class RenderPool:
    """Workers that share one publisher; with one worker, the work is done here."""

    def __init__(
        self,
        publisher: Publisher,
        workers: int,
        *,
        require_signed: bool,
        content: str | None = None,
    ) -> None:
        """`content`: the folder that the publisher was opened with."""
        afresh = partial(_open, content, publisher.provenance, require_signed)
        self._pool = Pool(workers, _take, publisher, require_signed, afresh=afresh)

    def make(self, requests: Sequence[Request]) -> list[TypesetRow]:
        """Typeset each request; what cannot be made comes back as its faults."""
        return list(self._pool.map(_make, requests))

    def dismiss(self) -> None:
        """Let the workers end, whatever is still to do."""
        self._pool.dismiss()


def _make(request: Request) -> TypesetRow:
    if isinstance(_bench, Fault):
        return (_bench,)
    publisher, require_signed = _bench
    try:
        return typeset(publisher, prepare(publisher, request, require_signed=require_signed))
    except HandoutsError as error:
        return error.faults


def _take(publisher: Publisher, require_signed: bool) -> None:  # noqa: FBT001 - as the pool passes it
    """Keep what this process works with."""
    global _bench  # noqa: PLW0603 - a process has one
    _bench = (publisher, require_signed)


def _open(content: str | None, expected: Provenance, require_signed: bool) -> None:  # noqa: FBT001 - as the pool passes it
    """Open the content in a process that was started afresh: it must be what its parent read."""
    global _bench  # noqa: PLW0603 - a process has one
    try:
        publisher = open_publisher(content)
    except HandoutsError as error:
        _bench = error.faults[0]
        return
    if publisher.provenance == expected:
        _bench = (publisher, require_signed)
    else:
        hint = "run the list again"
        _bench = Fault(message="the content was changed while the run began", hint=hint)


_COLUMN_OF = {"flag": "flags", "exercise": "exercises", "dose": "doses"}
"""The column of a word where the two differ."""
_SEVERAL = frozenset({"flag", "exercise"})
_OWN = frozenset({"row id", "name", "copies"})
"""What may differ between rows whose leaflets have one body."""
_MOST = 256
"""Kinds of rows that are kept: a note makes a kind of its own, and is only kept so long."""


class AskedRow(Struct, frozen=True):
    """What a row asks for."""

    request: Request | tuple[Fault, ...]
    """Or all that is wrong with it."""
    unnamed: tuple[Fault, ...] = ()
    """Why its name cannot be printed: the leaflet is made with a blank name line."""
    doubts: tuple[str, ...] = ()
    """What somebody should look at again; the leaflet is made all the same."""


def _approved(publisher: Publisher, request: Request) -> list[str]:
    from handouts.safety.note_words import approved_words  # noqa: PLC0415 - few have a note

    return approved_words(publisher.library, select(publisher, request), publisher.profile)


def _name_in(words: dict[str, str]) -> tuple[str, tuple[Fault, ...]]:
    """Return the name that prints for a row, and what is wrong with one that does not."""
    name = clean_name(" ".join(words.get("name", "").split()))
    if faults := name_faults(name) or unset_faults("name", name):
        return "", faults[:1]
    return name, ()


class RowReader:
    """Reads rows as requests; a column that is not there leaves a word as the command has it."""

    def __init__(
        self,
        publisher: Publisher,
        shared: RequestOptions,
        understood: list[str],
        *,
        any_date: bool = False,
        records: ListRecords | None = None,
    ) -> None:
        """Fill `understood` with what words of the rows were understood as.

        `any_date` lets leaflets bear a date that is far from the day of the run. Without `records`
        no row may name one.
        """
        self._records = records
        self._publisher, self._shared, self._any_date = publisher, shared, any_date
        self._notes = understood
        self._today = (shared.day and day_of(shared.day)) or date.today()  # noqa: DTZ011 - on the clinician's own calendar
        library = publisher.library
        self._labels = {
            "region": {one: term.label for one, term in library.regions.items()},
            "status": {one: term.label for one, term in library.statuses.items()},
            "place": {one: term.label for one, term in library.places.items()},
            "flag": {one: term.label for one, term in library.flags.items()},
            "exercise": {one: one for one in exercise_ids(library)},
        }
        self._usual = lru_cache(_MOST)(self._without_name)

    def read(self, row: Row) -> AskedRow:
        """Return the request of a row, or all that is wrong with it."""
        asked = self._asked(row)
        if row.unread and not isinstance(asked.request, tuple) and asked.request.screened:
            return AskedRow((_unread(row.unread),), asked.unnamed)
        return asked

    def _asked(self, row: Row) -> AskedRow:
        name, unnamed = _name_in(row.words)
        words = {one: word for one, word in row.words.items() if one != "name"}
        if words.get(FHIR):
            return self._with_record(row, name, unnamed)
        if not row.faults and words:
            kind = tuple([one for one in words.items() if one[0] not in _OWN])
            if request := self._usual(kind):
                doubts = self._doubts(request)
                return AskedRow(replace(request, name=name) if name else request, unnamed, doubts)
        found = self._read(words | {"name": name} if words else {}, row.faults)
        return AskedRow(found, unnamed, () if isinstance(found, tuple) else self._doubts(found))

    def _with_record(self, row: Row, name: str, unnamed: tuple[Fault, ...]) -> AskedRow:
        """Read a row that names a record; nothing of it is kept for other rows."""
        open_: list[str] = []
        typed = row.words.get("name", "")
        found = self._read(row.words | {"name": name}, row.faults, (typed, open_))
        doubts = () if isinstance(found, tuple) else (*open_, *self._doubts(found))
        return AskedRow(found, unnamed, doubts)

    def _doubts(self, request: Request) -> tuple[str, ...]:
        """Return the facts that seldom go together, and what a clinician approved in the note."""
        found = unusual(self._publisher.library, request)
        if request.note_approved:
            found += _approved(self._publisher, request)
        return tuple(found)

    def _without_name(self, kind: tuple[tuple[str, str], ...]) -> Request | None:
        found = self._read(dict(kind), ())
        return None if isinstance(found, tuple) else found

    def _read(
        self,
        said: dict[str, str],
        known: tuple[Fault, ...],
        record: tuple[str, list[str]] | None = None,
    ) -> Request | tuple[Fault, ...]:
        """Read the words of a row; `record` is the name for a record, and takes what is open."""
        if not said:
            return known
        words, faults = self._understood(said)
        faults = [*known, *faults, *answers_without_record(said)]
        if record:
            words = self._settled(said, words, record, faults)
        lacking = words.region is None and not words.preset
        if (
            lacking and faults
        ):  # already said of the row; what else is wrong with it shows all the same
            words = replace(words, region=next(iter(self._publisher.library.regions)))
        try:
            request = request_of(
                self._publisher.library, self._publisher.profile, words, self._notes.append
            )
        except HandoutsError as error:
            return (*faults, *map(by_column, error.faults))
        faults += unset_faults("note", request.note)
        return tuple(faults) or request

    def _settled(
        self,
        said: dict[str, str],
        words: RequestOptions,
        record: tuple[str, list[str]],
        faults: list[Fault],
    ) -> RequestOptions:
        """Add what somebody accepted of a record."""
        if self._records is None:
            faults.append(no_records())
            return words
        name, open_ = record
        try:
            today = day_of(words.day or "") or self._today
            words, lines = self._records.settled(said, words, today, name)
        except HandoutsError as error:
            faults += error.faults
            return words
        open_ += lines
        return words

    def _understood(self, said: dict[str, str]) -> tuple[RequestOptions, list[Fault]]:
        """Put what a row says in place of what the command says, as far as it is understood."""
        faults: list[Fault] = []
        shared, labels = self._shared, self._labels
        several = [
            fault
            for column in ("region", "status")
            for fault in _one_word(column, said.get(column, ""), labels[column])
        ]
        faults += several
        said = said | {one.about: "" for one in several}
        typed = said.get("status")
        changed = replace(
            shared,
            preset=said.get("preset") or shared.preset,
            region=said.get("region") or None,
            status=typed,
            flags=self._entries("flag", said.get("flags", "")),
            screened=self._screened(said, faults),
            name=said.get("name", ""),
            note=said.get("note", ""),
            note_approved=self._note_approved(said, faults),
            duration=said.get("duration") or None,
            age=said.get("age") or None,
            dob=said.get("dob") or None,
            doses=_split(said.get("doses", "")),
            day=self._day(said, faults) or shared.day,
            look=self._look(said, faults).over(shared.own_look),
            place=said.get("place") or shared.place,
            exercises=self._entries("exercise", said.get("exercises", "")) or shared.exercises,
        )
        return changed, faults

    def _entries(self, what: str, text: str) -> tuple[str, ...]:
        """Split a cell of several words, and phrases that are known from each other."""
        labels, library = self._labels[what], self._publisher.library
        return tuple(
            word
            for piece in listed(text, labels)
            for word in ((piece,) if piece in labels else split_cell(library, f"{what}s", piece))
        )

    def _screened(self, said: dict[str, str], faults: list[Fault]) -> bool:
        """Read whether somebody asked: where the list has the column, a yes must stand in it."""
        if "screened" not in said:
            return self._shared.screened
        found = yes_or_no(said["screened"])
        if found is None:
            hint = "write yes or no; yes means that somebody asked about every flag"
            message = f"`{shorten(said['screened'])}` is neither yes nor no"
            faults.append(Fault(message=message, hint=hint, about="screened"))
        return bool(found)

    def _look(self, said: dict[str, str], faults: list[Fault]) -> LookOptions:
        """Read the columns on how a leaflet looks."""
        words = [field.name for field in LOOK_FIELDS if field.words]
        look: dict[str, str | bool] = {one: said[one].lower() for one in words if said.get(one)}
        card = yes_or_no(said.get("card", ""))
        if card is None:
            hint = "write yes or no; yes adds a card to cut out"
            message = f"`{shorten(said['card'])}` is neither yes nor no"
            faults.append(Fault(message=message, hint=hint, about="card"))
        return convert({**look, "card": bool(card)}, LookOptions)

    def _note_approved(self, said: dict[str, str], faults: list[Fault]) -> bool:
        """Read whether a clinician means what the note says, against the advice of the leaflet."""
        found = yes_or_no(said.get("note approved", ""))
        if found is None:
            hint = "write yes or no; yes means that a clinician means the note as it is"
            message = f"`{shorten(said['note approved'])}` is neither yes nor no"
            faults.append(Fault(message=message, hint=hint, about="note approved"))
        return bool(found)

    def _day(self, said: dict[str, str], faults: list[Fault]) -> str | None:
        """Read the date of a row; one that no leaflet of this run would bear is a fault."""
        typed = said.get("date", "")
        day = day_of(typed)
        if day is None:
            return typed or None
        if not self._any_date and not is_near(day, self._today):
            hint = "is it a date of birth? leave that column out; if it is meant, add: --any-date"
            message = f"{day} is more than a month ago, or more than a year ahead"
            on_page = (
                "is it a date of birth? leave that column out; if it is meant, tick “Dates may be "
                "far from today”"
            )
            faults.append(Fault(message=message, hint=hint, about="date", on_page=on_page))
        return day.isoformat()


def _one_word(column: str, text: str, labels: dict[str, str]) -> list[Fault]:
    """Fault a cell that holds more words than the one it is for."""
    if meant(text, labels) in labels or not holds_several(text, labels):
        return []
    hint = "write one; a patient with two gets two rows"
    message = f"`{shorten(text)}` is more than one {column}"
    return [Fault(message=message, hint=hint, about=column)]


def _split(text: str) -> tuple[str, ...]:
    """Split a cell of several words, whatever stands between them."""
    for mark in ",;|":
        text = text.replace(mark, " ")
    return tuple(text.split())


def _unread(column: str) -> Fault:
    """Say that a leaflet would be that of somebody without what a column says."""
    shown = shorten(column)
    message = f"screened says yes, but `{shown}` is left out and nothing is read as flags"
    hint = (
        f'read it: --column flags="{shown}"; or, where it says nothing of illnesses or medicines, '
        "add a column `flags` with `none` in each row that has none"
    )
    on_page = f"write flags = {shown} {UNDER_NAMES}, or add a column `flags`"
    return Fault(message=message, hint=hint, about="flags", on_page=on_page)


def by_column(fault: Fault) -> Fault:
    """Name the column that a fault of a request is about; options are none of a worklist's."""
    hint = "" if " --" in f" {fault.hint}" else fault.hint
    if not hint and fault.about in _SEVERAL and fault.message.startswith("unknown"):
        names = f"`handout list {_COLUMN_OF[fault.about]}` names them"
        hint = f"write several with blanks between them; {names}"
        on_page = fault.on_page or "write several with blanks between them"
        fault = replace(fault, on_page=on_page)
    return replace(fault, about=_COLUMN_OF.get(fault.about, fault.about), hint=hint)


def refuse_shared(publisher: Publisher, shared: RequestOptions) -> None:
    """Raise RequestError for a wrong word of the command: it would be wrong in every row."""
    region = next(iter(publisher.library.regions))
    alone = RequestOptions(
        region=region,
        place=shared.place,
        look=shared.look,
        large_print=shared.large_print,
        day=shared.day,
    )
    with suppress(SelectionError):  # what cannot go together a row may still say otherwise
        request_of(publisher.library, publisher.profile, alone, lambda _said: None)


_AT_ONCE = 64
"""Rows that are worked on together: enough for every processor, and few enough to hold."""


def make_all(  # noqa: PLR0913 - what the leaflets of a list share
    publisher: Publisher,
    shared: RequestOptions,
    rows: Iterable[Row],
    crew: RenderPool,
    bodies: BodyCache,
    *,
    understood: list[str],
    in_one: bool,
    any_date: bool = False,
    records: ListRecords | None = None,
) -> Iterator[Outcome]:
    """Make the leaflet of every row, in order; what is wrong with one row stops no other.

    With `in_one` they will be bound into one file, where no booklet can be. With `any_date` a row
    may bear a date that is far from the day of the run. `understood` is filled with what words
    were understood as.
    """
    desk = RowReader(publisher, shared, understood, any_date=any_date, records=records)
    rest = iter(rows)
    try:
        while some := list(islice(rest, _AT_ONCE)):
            asked = [desk.read(row) for row in some]
            if in_one:
                asked = [replace(one, request=_unfolded(one.request)) for one in asked]
            yield from _made(crew, bodies, some, asked)
    finally:
        crew.dismiss()


def _unfolded(asked: Request | tuple[Fault, ...]) -> Request | tuple[Fault, ...]:
    if isinstance(asked, tuple) or not asked.look.booklet:
        return asked
    hint = "leave out --merge, or choose a preset without a booklet"
    return (
        Fault(
            message="booklets cannot be merged: each is folded separately",
            hint=hint,
            on_page="make a file for each row, or choose a preset without a booklet",
            about="preset",
        ),
    )


def _made(
    crew: RenderPool,
    bodies: BodyCache,
    rows: Sequence[Row],
    asked: Sequence[AskedRow],
) -> Iterator[Outcome]:
    """Make some leaflets: first the bodies that are lacking, then names that fit in no slot."""
    requests = [one.request for one in asked if not isinstance(one.request, tuple)]
    body_of = _bodies(crew, bodies, [body_request(one) for one in requests])
    lines: dict[Request, bytes] = {}
    made: dict[Request, TypesetRow] = {}
    odd = []
    for one in requests:
        body = made[one] = body_of[body_request(one)]
        if isinstance(body, tuple) or not one.name:
            continue
        if line := line_for(body, one.name):
            lines[one] = line
        elif faults := typed_faults(one):
            made[one] = faults
        else:
            odd.append(one)
    made |= dict(zip(odd, crew.make(odd), strict=True))
    for row, found in zip(rows, asked, strict=True):
        request = found.request
        if isinstance(request, tuple):
            yield Refused(row, request)
        else:
            outcome = _outcome(row, request, made[request], lines.get(request))
            if isinstance(outcome, Done) and (found.unnamed or found.doubts):
                outcome = replace(outcome, unnamed=found.unnamed, doubts=found.doubts)
            yield outcome


def _bodies(
    crew: RenderPool, bodies: BodyCache, wanted: Sequence[Request]
) -> dict[Request, TypesetRow]:
    """Return the body of each general request; those that are not at hand are made together."""
    found: dict[Request, TypesetRow] = {
        one: kept for one in dict.fromkeys(wanted) if (kept := bodies.recall(one))
    }
    lacking = [one for one in dict.fromkeys(wanted) if one not in found]
    for one, made in zip(lacking, crew.make(lacking), strict=True):
        if isinstance(made, TypesetPdf):
            bodies.keep(one, made)
        found[one] = made
    return found


def _outcome(row: Row, request: Request, made: TypesetRow, line: bytes | None) -> Outcome:
    if isinstance(made, tuple):
        return Refused(row, tuple(map(by_column, made)))
    return Done(row, request, made, line)
