"""Make the leaflet of every row, in order and in several processes: `make_all`.

Rows that differ only in name, row id and copies share a typeset body. A faulty row stops no
other.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import convert
from msgspec.structs import replace

from handouts.batch.worklist import Done, Outcome, Refused
from handouts.content.look import LOOK_FIELDS, LookOptions
from handouts.errors import Fault, HandoutsError, shorten
from handouts.fastpath.name_slot import TypesetPdf
from handouts.pipeline import prepare, typeset
from handouts.reuse import body_request, line_for, typed_faults
from handouts.selection.request import name_faults, request_of
from handouts.system.processes import Pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.batch.worklist import Row
    from handouts.pipeline import Publisher
    from handouts.reuse import BodyCache
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request

    TypesetRow = TypesetPdf | tuple[Fault, ...]


_bench: tuple[Publisher, bool]
"""What this process works with."""


class RenderPool:
    """Workers that share one publisher; with one worker, the work is done here."""

    def __init__(self, publisher: Publisher, workers: int, *, require_signed: bool) -> None:
        self._pool = Pool(workers, _take, publisher, require_signed)

    def make(self, requests: Sequence[Request]) -> list[TypesetRow]:
        """Typeset each request; what cannot be made comes back as its faults."""
        return list(self._pool.map(_make, requests))

    def dismiss(self) -> None:
        """Let the workers end, whatever is still to do."""
        self._pool.dismiss()


def _make(request: Request) -> TypesetRow:
    publisher, require_signed = _bench
    try:
        return typeset(publisher, prepare(publisher, request, require_signed=require_signed))
    except HandoutsError as error:
        return error.faults


def _take(publisher: Publisher, require_signed: bool) -> None:  # noqa: FBT001 - as the pool passes it
    """Keep what this process works with."""
    global _bench  # noqa: PLW0603 - a process has one
    _bench = (publisher, require_signed)


_ANSWERS = {"": None, "yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_COLUMN_OF = {"flag": "flags", "exercise": "exercises", "dose": "doses"}
"""The column of a word where the two differ."""
_OWN = frozenset({"row id", "name", "copies"})
"""What may differ between rows whose leaflets have one body."""
_MOST = 256
"""Kinds of rows that are kept: a note makes a kind of its own, and is only kept so long."""


class RowReader:
    """Reads rows as requests; a column that is not there leaves a word as the command has it."""

    def __init__(self, publisher: Publisher, shared: RequestOptions) -> None:
        self._publisher, self._shared = publisher, shared
        self._usual = lru_cache(_MOST)(self._without_name)

    def read(self, row: Row) -> Request | tuple[Fault, ...]:
        """Give the request of a row, or all that is wrong with it."""
        name = row.words.get("name", "")
        if not row.faults and row.words and not name_faults(name):
            kind = tuple([one for one in row.words.items() if one[0] not in _OWN])
            if request := self._usual(kind):
                return replace(request, name=name.strip()) if name else request
        return self._read(row.words, row.faults)

    def _without_name(self, kind: tuple[tuple[str, str], ...]) -> Request | None:
        found = self._read(dict(kind), ())
        return None if isinstance(found, tuple) else found

    def _read(self, said: dict[str, str], known: tuple[Fault, ...]) -> Request | tuple[Fault, ...]:
        faults, shared = list(known), self._shared
        screened = _ANSWERS.get(said.get("screened", "").lower(), said.get("screened"))
        if isinstance(screened, str):
            hint = "write yes or no; yes means that somebody asked about every flag"
            message = f"`{shorten(screened)}` is neither yes nor no"
            faults.append(Fault(message=message, hint=hint, about="screened"))
            screened = None
        if not said:
            return tuple(faults)
        try:
            request = request_of(
                self._publisher.library,
                self._publisher.profile,
                replace(
                    shared,
                    preset=said.get("preset") or shared.preset,
                    region=said.get("region") or None,
                    status=said.get("status"),
                    flags=_split(said.get("flags", "")),
                    screened=shared.screened if screened is None else screened,
                    name=said.get("name", ""),
                    note=said.get("note", ""),
                    doses=_split(said.get("doses", "")),
                    day=said.get("date") or shared.day,
                    look=_look(said).over(shared.own_look),
                    place=said.get("place") or shared.place,
                    exercises=_split(said.get("exercises", "")) or shared.exercises,
                ),
            )
        except HandoutsError as error:
            return (*faults, *map(by_column, error.faults))
        return tuple(faults) or request


def _look(said: dict[str, str]) -> LookOptions:
    """Read the columns on how a leaflet looks."""
    words = [field.name for field in LOOK_FIELDS if field.words]
    return convert({name: said[name] for name in words if said.get(name)}, LookOptions)


def _split(text: str) -> tuple[str, ...]:
    """Split a cell of several words, whatever stands between them."""
    for mark in ",;|":
        text = text.replace(mark, " ")
    return tuple(text.split())


def by_column(fault: Fault) -> Fault:
    """Name the column that a fault of a request is about; options are none of a worklist's."""
    hint = "" if " --" in f" {fault.hint}" else fault.hint
    return replace(fault, about=_COLUMN_OF.get(fault.about, fault.about), hint=hint)


_AT_ONCE = 64
"""Rows that are worked on together: enough for every processor, and few enough to hold."""


def make_all(  # noqa: PLR0913 - what the leaflets of a list share
    publisher: Publisher,
    shared: RequestOptions,
    rows: Iterable[Row],
    crew: RenderPool,
    bodies: BodyCache,
    *,
    in_one: bool,
) -> Iterator[Outcome]:
    """Make the leaflet of every row, in order; what is wrong with one row stops no other.

    With `in_one` they will be bound into one file, where no booklet can be.
    """
    desk, rest = RowReader(publisher, shared), iter(rows)
    try:
        while some := list(islice(rest, _AT_ONCE)):
            asked = [desk.read(row) for row in some]
            if in_one:
                asked = [_unfolded(one) for one in asked]
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
            about="preset",
        ),
    )


def _made(
    crew: RenderPool,
    bodies: BodyCache,
    rows: Sequence[Row],
    asked: Sequence[Request | tuple[Fault, ...]],
) -> Iterator[Outcome]:
    """Make some leaflets: first the bodies that are lacking, then names that fit in no slot."""
    requests = [one for one in asked if not isinstance(one, tuple)]
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
        if isinstance(found, tuple):
            yield Refused(row, found)
        else:
            yield _outcome(row, found, made[found], lines.get(found))


def _bodies(
    crew: RenderPool, bodies: BodyCache, wanted: Sequence[Request]
) -> dict[Request, TypesetRow]:
    """Give the body of each general request; those that are not at hand are made together."""
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
