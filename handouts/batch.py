"""Goes in: a worklist. Comes out: a leaflet for each row in order, and the rows that got none."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from handouts.asking import Desk, by_column
from handouts.errors import Fault
from handouts.fastpath.name_slot import TypesetPdf
from handouts.reuse import general, line_for, typed_faults
from handouts.worklist import Done, Outcome, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.crew import Crew, Made
    from handouts.pipeline import Publisher
    from handouts.reuse import Bodies
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request
    from handouts.worklist import Row

_AT_ONCE = 64
"""Rows that are worked on together: enough for every processor, and few enough to hold."""


def make_all(  # noqa: PLR0913 - what the leaflets of a list share
    publisher: Publisher,
    shared: RequestOptions,
    rows: Iterable[Row],
    crew: Crew,
    bodies: Bodies,
    *,
    in_one: bool,
) -> Iterator[Outcome]:
    """Make the leaflet of every row, in order; what is wrong with one row stops no other.

    With `in_one` they will be bound into one file, where no booklet can be.
    """
    desk, rest = Desk(publisher, shared), iter(rows)
    try:
        while some := list(islice(rest, _AT_ONCE)):
            asked = [desk.ask(row) for row in some]
            if in_one:
                asked = [_unfolded(one) for one in asked]
            yield from _made(crew, bodies, some, asked)
    finally:
        crew.dismiss()


def _unfolded(asked: Request | tuple[Fault, ...]) -> Request | tuple[Fault, ...]:
    if isinstance(asked, tuple) or not asked.look.booklet:
        return asked
    hint = "leave --merge out, or choose a preset without a booklet"
    return (Fault(message="a booklet is folded by itself", hint=hint, about="preset"),)


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
            yield _outcome(row, found, made[found], lines.get(found))


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


def _outcome(row: Row, request: Request, made: Made, line: bytes | None) -> Outcome:
    if isinstance(made, tuple):
        return Refused(row, tuple(map(by_column, made)))
    return Done(row, request, made, line)
