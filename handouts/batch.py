"""Goes in: a worklist. Comes out: a leaflet for each row in order, and the rows that got none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.errors import Fault, HandoutsError, OutputError, shorten
from handouts.general import filled, general, typed_faults
from handouts.pipeline import prepare
from handouts.selectors import request_of
from handouts.slots import SIZE, TypesetPdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.binding import Binder
    from handouts.bodies import Bodies
    from handouts.crew import Crew, Made
    from handouts.model import Request
    from handouts.outbox import Outbox
    from handouts.pipeline import Workshop
    from handouts.selectors import Words
    from handouts.worklist import Row

_AT_ONCE = 64
"""Rows that are worked on together: enough for every processor, and few enough to hold."""
_WRITERS = 4
"""Threads that wait for the disk."""
_ANSWERS = {"": None, "yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_COLUMN_OF = {"flag": "flags", "exercise": "exercises", "dose": "doses"}
"""The column of a word where the two differ."""


class Refused(Struct, frozen=True):
    """A row without a leaflet, and why."""

    row: Row
    faults: tuple[Fault, ...]


class Done(Struct, frozen=True):
    """A row with its leaflet."""

    row: Row
    pdf: TypesetPdf
    body: TypesetPdf | None = None
    """What it was made from, if that has a slot."""


Outcome = Done | Refused


def ask(workshop: Workshop, words: Words, row: Row) -> Request | Refused:
    """Read a row as a request; a column that is not there leaves the word as the command has it."""
    faults = list(row.faults)
    said = row.words
    screened = _ANSWERS.get(said.get("screened", "").lower(), said.get("screened"))
    if isinstance(screened, str):
        hint = "write yes or no; yes says that somebody asked about every flag"
        message = f"`{shorten(screened)}` is neither yes nor no"
        faults.append(Fault(message=message, hint=hint, about="screened"))
        screened = None
    if not said:
        return Refused(row, tuple(faults))
    try:
        request = request_of(
            workshop.library,
            workshop.profile,
            replace(
                words,
                preset=said.get("preset") or words.preset,
                region=said.get("region") or None,
                status=said.get("status"),
                flags=_split(said.get("flags", "")),
                screened=words.screened if screened is None else screened,
                name=said.get("name", ""),
                note=said.get("note", ""),
                doses=_split(said.get("doses", "")),
                day=said.get("date") or words.day,
                language=said.get("language") or words.language,
                place=said.get("place") or words.place,
                paper=said.get("paper") or words.paper,
                exercises=_split(said.get("exercises", "")) or words.exercises,
            ),
        )
    except HandoutsError as error:
        return Refused(row, (*faults, *map(_by_column, error.faults)))
    return Refused(row, tuple(faults)) if faults else request


def make_all(
    workshop: Workshop, words: Words, rows: Iterable[Row], crew: Crew, bodies: Bodies
) -> Iterator[Outcome]:
    """Make the leaflet of every row, in order; what is wrong with one row stops no other."""
    rest = iter(rows)
    try:
        while some := list(islice(rest, _AT_ONCE)):
            asked = [ask(workshop, words, row) for row in some]
            yield from _made(crew, bodies, some, asked)
    finally:
        crew.dismiss()


def check_all(
    workshop: Workshop, words: Words, rows: Iterable[Row], *, require_signed: bool
) -> Iterator[Outcome]:
    """Check every row down to the rules of safety, and typeset none."""

    @lru_cache(maxsize=1024)
    def checked(asked: Request) -> TypesetPdf | tuple[Fault, ...]:
        try:
            leaflet = prepare(workshop, asked, require_signed=require_signed)
        except HandoutsError as error:
            return error.faults
        return TypesetPdf(b"", 0, draft=bool(leaflet.draft))

    for row in rows:
        one = ask(workshop, words, row)
        if isinstance(one, Refused):
            yield one
        else:
            found = checked(general(one))
            yield _outcome(row, typed_faults(one) or found)


def _made(
    crew: Crew, bodies: Bodies, rows: Sequence[Row], asked: Sequence[Request | Refused]
) -> Iterator[Outcome]:
    """Make some leaflets: first the bodies that are lacking, then names that fit in no slot."""
    requests = [one for one in asked if not isinstance(one, Refused)]
    body_of = _bodies(crew, bodies, [general(one) for one in requests])
    made: dict[Request, Made] = {}
    odd = []
    for one in requests:
        body = body_of[general(one)]
        if isinstance(body, tuple):
            made[one] = body
        elif content := filled(body, one.name):
            made[one] = TypesetPdf(content, body.pages, draft=body.draft)
        elif faults := typed_faults(one):
            made[one] = faults
        else:
            odd.append(one)
    made |= dict(zip(odd, crew.make(odd), strict=True))
    for row, ask_or_refused in zip(rows, asked, strict=True):
        if isinstance(ask_or_refused, Refused):
            yield ask_or_refused
        else:
            body = body_of[general(ask_or_refused)]
            slotted = body if isinstance(body, TypesetPdf) and ask_or_refused not in odd else None
            yield _outcome(row, made[ask_or_refused], slotted)


def _bodies(crew: Crew, bodies: Bodies, wanted: Sequence[Request]) -> dict[Request, Made]:
    """Give the body of each general request; those that are not at hand are made together."""
    found: dict[Request, Made] = {
        one: kept for one in dict.fromkeys(wanted) if (kept := bodies.recall(one))
    }
    lacking = [one for one in dict.fromkeys(wanted) if one not in found]
    for one, made in zip(lacking, crew.make(lacking), strict=True):
        if isinstance(made, TypesetPdf):
            bodies.keep(one, made)
        found[one] = made
    return found


def _outcome(row: Row, made: Made, body: TypesetPdf | None = None) -> Outcome:
    if isinstance(made, tuple):
        return Refused(row, tuple(map(_by_column, made)))
    return Done(row, made, body if body and body.slot else None)


def bind(outcomes: Iterable[Outcome], binder: Binder) -> Iterator[Outcome]:
    """Bind the leaflets into one file, in order, each as often as its row asks for."""
    for outcome in outcomes:
        if isinstance(outcome, Done):
            body, name = outcome.body or outcome.pdf, None
            if outcome.body and outcome.body.slot:
                at = outcome.body.slot.at
                name = outcome.pdf.content[at : at + SIZE]
            stem, copies = outcome.row.stem, outcome.row.copies
            for copy in range(1, copies + 1):
                binder.add(stem if copies == 1 else f"{stem} ({copy})", body, name)
        yield outcome


def send(outcomes: Iterable[Outcome], outbox: Outbox) -> Iterator[Outcome]:
    """Put each leaflet into the outbox, several at once; a name that is taken refuses its row."""
    rest = iter(outcomes)
    with ThreadPoolExecutor(_WRITERS) as pool:
        while some := list(islice(rest, _AT_ONCE)):
            for outcome, digest in zip(
                some, pool.map(lambda one: _put(one, outbox), some), strict=True
            ):
                if isinstance(outcome, Done) and isinstance(digest, str):
                    outbox.list(outcome.row.stem, outcome.pdf, digest)
                    yield outcome
                else:
                    yield Refused(outcome.row, digest) if isinstance(digest, tuple) else outcome


def _put(outcome: Outcome, outbox: Outbox) -> str | tuple[Fault, ...]:
    if isinstance(outcome, Refused):
        return outcome.faults
    try:
        return outbox.put(outcome.row.stem, outcome.pdf.content)
    except OutputError:
        raise  # a full disk stops every row
    except HandoutsError as error:
        return error.faults


def _split(text: str) -> tuple[str, ...]:
    """Split a cell of several words, whatever stands between them."""
    for mark in ",;|":
        text = text.replace(mark, " ")
    return tuple(text.split())


def _by_column(fault: Fault) -> Fault:
    """Name the column that a fault of a request is about; options are none of a worklist's."""
    hint = "" if " --" in f" {fault.hint}" else fault.hint
    return replace(fault, about=_COLUMN_OF.get(fault.about, fault.about), hint=hint)
