"""Goes in: rows of a worklist. Comes out: their requests; rows alike but for the name share one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import convert
from msgspec.structs import replace

from handouts.content.look import LOOK_FIELDS, LookOptions
from handouts.errors import Fault, HandoutsError, shorten
from handouts.selection.request import name_faults, request_of

if TYPE_CHECKING:
    from handouts.pipeline import Publisher
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request
    from handouts.worklist import Row

_ANSWERS = {"": None, "yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_COLUMN_OF = {"flag": "flags", "exercise": "exercises", "dose": "doses"}
"""The column of a word where the two differ."""
_OWN = frozenset({"row id", "name", "copies"})
"""What may differ between rows whose leaflets have one body."""
_MOST = 256
"""Kinds of rows that are kept: a note makes a kind of its own, and is only kept so long."""


class Desk:
    """Reads rows as requests; a column that is not there leaves a word as the command has it."""

    def __init__(self, publisher: Publisher, shared: RequestOptions) -> None:
        self._publisher, self._shared = publisher, shared
        self._usual = lru_cache(_MOST)(self._without_name)

    def ask(self, row: Row) -> Request | tuple[Fault, ...]:
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
            hint = "write yes or no; yes says that somebody asked about every flag"
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
