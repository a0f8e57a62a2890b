"""Define what is said of a list on the page: `ListSummary`, `ListRow`, `ListCheck`."""

from __future__ import annotations

from msgspec import Struct


class ListSummary(Struct, frozen=True, kw_only=True):
    """How a list was read."""

    columns: tuple[str, ...]
    """The names of the columns as the list has them."""
    total: int
    notes: tuple[str, ...]


class ListRow(Struct, frozen=True, kw_only=True):
    """One row of a list: as it stands there, what was understood, and what is wrong with it."""

    number: int
    """As a spreadsheet counts."""
    cells: dict[str, str]
    understood: str
    """Empty where the row gets no leaflet."""
    problem: str
    """Why it gets none; or beside `understood`, what its leaflet lacks."""
    wrong: tuple[str, ...]
    """The columns of the cells that this is about."""


class ListCheck(Struct, frozen=True, kw_only=True):
    """How far a list is looked through, and how many rows would get no leaflet."""

    checked: int
    total: int
    refused: tuple[int, ...]
    """The first of these rows, by their place in the list, from 0."""
    refused_count: int


class MakingProgress(Struct, frozen=True):
    """How many leaflets of a list are made."""

    done: int
