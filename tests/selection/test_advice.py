"""The advice: for every class the worst of baseline, status, `not asked` and flags."""

import csv
from collections.abc import Mapping
from functools import cache

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import Level
from handouts.selection.request import Request
from tests.support.leaflets import STATUSES, ask, publisher, selection

LEVELS = {"ok": Level.OK, "ask": Level.ASK, "avoid": Level.AVOID}
NARROWER = {kind for kinds in publisher().library.kinds.values() for kind in kinds}
FLAGS = tuple(flag for flag in publisher().library.flags if flag not in NARROWER)
"""Without the kinds of a flag, which have its row: `tests/content/test_kinds.py` is about them."""


@cache
def matrix() -> Mapping[str, Mapping[str, str]]:
    """Read the table as a spreadsheet does: row, column, cell."""
    with (resource("content") / "advice.csv").open(encoding="utf-8", newline="") as table:
        return {row.pop("flag"): row for row in csv.DictReader(table)}


def rows_for(request: Request) -> list[str]:
    """Name the rows of the table that count for a request, as a clinician would pick them."""
    special = ["(baseline)", f"({request.status})"]
    return [*request.flags, *special, *([] if request.screened else ["(not asked)"])]


def worst(request: Request, name: str) -> Level:
    """Take the worst cell of a column, by hand."""
    cells = [matrix()[row][name] for row in rows_for(request)]
    return max(LEVELS[cell] for cell in cells if cell)


REQUESTS = [
    pytest.param(status, flags, screened, id=f"{status} {' '.join(flags)} {screened}")
    for status in STATUSES
    for flags in ((), *((flag,) for flag in FLAGS))
    for screened in (True, False)
]


@pytest.mark.parametrize(("status", "flags", "screened"), REQUESTS)
def test_every_cell_counts(status: str, flags: tuple[str, ...], screened: bool) -> None:  # noqa: FBT001 - a table
    """The level of every class is the worst cell of the rows that apply."""
    request = ask("neck", status, *flags, screened=screened)
    advice = selection(request).advice
    assert {name: verdict.level for name, verdict in advice.items()} == {
        name: worst(request, name) for name in advice
    }


@pytest.mark.parametrize(("status", "flags", "screened"), REQUESTS)
def test_who_decided_is_named(status: str, flags: tuple[str, ...], screened: bool) -> None:  # noqa: FBT001 - a table
    """A verdict names exactly the rows that say so, flags first."""
    request = ask("neck", status, *flags, screened=screened)
    for name, verdict in selection(request).advice.items():
        order = [*request.flags, f"({status})", "(not asked)", "(baseline)"]
        rows = [row for row in order if row in rows_for(request)]
        deciders = [row for row in rows if LEVELS.get(matrix()[row][name]) == verdict.level]
        assert verdict.decided_by == tuple(row.strip("()") for row in deciders), name


def test_an_empty_cell_decides_nothing() -> None:
    """The row `(acute)` has no cell for heat, so only the baseline makes heat ok."""
    assert selection(ask("neck", "acute")).advice["heat"].decided_by == ("baseline",)


@pytest.mark.parametrize("flag", FLAGS)
def test_a_flag_changes_what_it_makes_stricter(flag: str) -> None:
    """`changed` is true for the classes that would be laxer without the flag, and no others."""
    for status in STATUSES:
        plain, flagged = (selection(ask("neck", status, *f)).advice for f in ((), (flag,)))
        assert {name for name, verdict in flagged.items() if verdict.changed} == {
            name for name in plain if flagged[name].level > plain[name].level
        }


def test_what_is_never_for_spasm_is_avoid_in_every_row() -> None:
    """No row makes quinine and its like anything but avoid; the rows of statuses say nothing."""
    never = {name for row in matrix().values() for name in row if name.startswith("never:")}
    assert len(never) == 6
    cells = {(row, name): matrix()[row][name] for row in matrix() for name in never}
    special = ("(acute)", "(chronic)", "(not asked)", "(standard)", "(sheet)")
    assert {cell for (row, _), cell in cells.items() if row not in special} == {"avoid"}
    assert {cell for (row, _), cell in cells.items() if row in special} == {""}


def test_no_flag_is_laxer_than_the_baseline() -> None:
    """A flag's row never says less than the baseline, so that the table can be read by itself."""
    baseline = matrix()["(baseline)"]
    laxer = [
        (flag, name)
        for flag in FLAGS
        for name, cell in matrix()[flag].items()
        if LEVELS[cell] < LEVELS[baseline[name]]
    ]
    assert laxer == []
