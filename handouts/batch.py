"""Goes in: a worklist. Comes out: a leaflet for each row in order, and the rows that got none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.asking import Desk, by_column
from handouts.errors import Fault, HandoutsError, OutputError
from handouts.general import general, line_for, typed_faults
from handouts.pipeline import prepare
from handouts.slots import TypesetPdf, put

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


class Refused(Struct, frozen=True):
    """A row without a leaflet, and why."""

    row: Row
    faults: tuple[Fault, ...]


class Done(Struct, frozen=True):
    """A row with its leaflet."""

    row: Row
    pdf: TypesetPdf
    line: bytes | None = None
    """What stands in the slot of the PDF."""


Outcome = Done | Refused


def make_all(
    workshop: Workshop, words: Words, rows: Iterable[Row], crew: Crew, bodies: Bodies
) -> Iterator[Outcome]:
    """Make the leaflet of every row, in order; what is wrong with one row stops no other."""
    desk, rest = Desk(workshop, words), iter(rows)
    try:
        while some := list(islice(rest, _AT_ONCE)):
            yield from _made(crew, bodies, some, [desk.ask(row) for row in some])
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

    desk = Desk(workshop, words)
    for row in rows:
        one = desk.ask(row)
        if isinstance(one, tuple):
            yield Refused(row, one)
        else:
            found = checked(general(one))
            yield _outcome(row, typed_faults(one) or found)


def _made(
    crew: Crew, bodies: Bodies, rows: Sequence[Row], asked: Sequence[Request | tuple[Fault, ...]]
) -> Iterator[Outcome]:
    """Make some leaflets: first the bodies that are lacking, then names that fit in no slot."""
    requests = [one for one in asked if not isinstance(one, tuple)]
    body_of = _bodies(crew, bodies, [general(one) for one in requests])
    lines: dict[Request, bytes] = {}
    made: dict[Request, Made] = {}
    odd = []
    for one in requests:
        body = made[one] = body_of[general(one)]
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
        if isinstance(found, tuple):
            yield Refused(row, found)
        else:
            yield _outcome(row, made[found], lines.get(found))


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


def _outcome(row: Row, made: Made, line: bytes | None = None) -> Outcome:
    if isinstance(made, tuple):
        return Refused(row, tuple(map(by_column, made)))
    return Done(row, made, line)


def bind(outcomes: Iterable[Outcome], binder: Binder) -> Iterator[Outcome]:
    """Bind the leaflets into one file, in order, each as often as its row asks for."""
    for outcome in outcomes:
        if isinstance(outcome, Done):
            stem, copies = outcome.row.stem, outcome.row.copies
            for copy in range(1, copies + 1):
                title = stem if copies == 1 else f"{stem} ({copy})"
                binder.add(title, outcome.pdf, outcome.line)
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
        return outbox.put(outcome.row.stem, put(outcome.pdf, outcome.line))
    except OutputError:
        raise  # a full disk stops every row
    except HandoutsError as error:
        return error.faults
