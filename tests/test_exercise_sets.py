"""The table of exercises in the docs is what the selection prints, and nothing waits in silence."""

import re
from functools import cache
from pathlib import Path

import pytest

from handouts.content.blocks import ExerciseBody
from handouts.content.vocabulary import ROLES, Kind, Level
from handouts.selection.rules import decide_advice
from tests.support.leaflets import BRANCHES, ask, publisher, selection

PAGE = Path(__file__).parent.parent / "docs" / "exercise-sets.md"
LIBRARY = publisher().library
STRENGTH = LIBRARY.topic.strength
BODIES = {b.id: b.body for b in LIBRARY.blocks if isinstance(b.body, ExerciseBody)}
ARROW = " → "
FLAG_SETS = ((), *((flag,) for flag in LIBRARY.flags))


def cards(branch: tuple[str, str], *flags: str, screened: bool = True) -> tuple[str, ...]:
    """List the exercises that print by default."""
    found = selection(ask(*branch, *flags, screened=screened))
    return tuple(one.block.id for one in found.chosen if one.block.kind is Kind.EXERCISE)


@cache
def printed(branch: tuple[str, str]) -> frozenset[str]:
    """Name all that print in a region and status: asked or not, without a flag or with one."""
    return frozenset(
        name
        for screened in (True, False)
        for flags in FLAG_SETS
        for name in cards(branch, *flags, screened=screened)
    )


def mark(name: str, branch: tuple[str, str]) -> str:
    """Write the place of an exercise as the table does: bold without a flag, + for some flag."""
    place = BODIES[name].sets.get(branch)
    if place is None:
        return "–"
    if name in cards(branch):
        return f"**{place}**"
    return f"{place}+" if name in printed(branch) else str(place)


def line(name: str, before: list[str]) -> str:
    """Write the row of an exercise; what was before is history, and stays."""
    body = BODIES[name]
    now = [mark(name, branch) for branch in BRANCHES]
    cells = [old if old == new else old + ARROW + new for old, new in zip(before, now, strict=True)]
    last = body.why if not body.released else body.by_hand or "yes"
    return f"| `{name}` | {body.role} | {' | '.join(cells)} | {last} |"


def test_the_table_is_what_prints(pytestconfig: pytest.Config) -> None:
    """Each exercise has its row, with its place in each list and whether it prints there."""
    page = PAGE.read_text("utf-8")
    rows = re.findall(r"(?m)^\| `[a-z-]+` \|.*\|$", page)
    now = []
    for row, name in zip(rows, BODIES, strict=True):
        cells = [cell.strip() for cell in row.strip("|").split("|")][2:8]
        now.append(line(name, [cell.split(ARROW)[0] for cell in cells]))
    if pytestconfig.getoption("--update-golden"):
        for old, new in zip(rows, now, strict=True):
            page = page.replace(old, new)
        PAGE.write_text(page, "utf-8")
    else:
        assert rows == now


@pytest.mark.sample(8)
@pytest.mark.parametrize("name", BODIES)
def test_an_exercise_prints_by_default_or_says_why_not(name: str) -> None:
    """A released exercise is on somebody's leaflet, or a reason stands beside it; never both."""
    body = BODIES[name]
    prints = any(name in printed(branch) for branch in BRANCHES)
    assert prints == (body.released and not body.by_hand)


@pytest.mark.sample(3)
@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize("screened", [True, False])
def test_each_role_that_can_print_prints(branch: tuple[str, str], screened: bool) -> None:  # noqa: FBT001 - pytest names it
    """For each flag there are three cards; no role is missing while one of it may be chosen."""
    for flags in FLAG_SETS:
        found = selection(ask(*branch, *flags, screened=screened))
        chosen = {one.block.id for one in found.chosen if one.block.kind is Kind.EXERCISE}
        if "under-18" in flags:
            assert not chosen
            continue
        roles = {BODIES[name].role for name in chosen}
        may = {
            BODIES[one.block.id].role
            for one in found.left_out
            if one.block.kind is Kind.EXERCISE and one.reason.startswith("the ")
        }
        # Who cannot walk has nothing to stand or walk for, and little that is drawn sitting.
        few = "wheelchair" in flags and branch[0] == "lumbar"
        assert len(chosen) == (2 if few else len(ROLES))
        assert may <= roles, flags
        assert {BODIES[name].role for name in chosen} <= set(ROLES)


@pytest.mark.parametrize("branch", [one for one in BRANCHES if one[1] == "chronic"])
def test_lasting_pain_gets_strength_where_no_flag_forbids_it(branch: tuple[str, str]) -> None:
    """Where strength is ok and a strength exercise avoids no flag of the reader, it prints."""
    for flags in FLAG_SETS:
        request = ask(*branch, *flags)
        ok = decide_advice(LIBRARY.matrix, request)[STRENGTH].level is Level.OK
        fit = [
            name
            for name, body in BODIES.items()
            if body.column == STRENGTH
            and body.released
            and branch in body.sets
            and not set(flags) & set(body.avoid)
        ]
        strong = [name for name in cards(branch, *flags) if BODIES[name].column == STRENGTH]
        assert len(strong) == (1 if ok and fit else 0), flags


def test_at_most_one_rest_prints_while_movement_is_free() -> None:
    """Where no flag is set, no leaflet has two rest positions, and none is without a movement."""
    for branch in BRANCHES:
        rests = [name for name in cards(branch) if BODIES[name].intensity == "rest"]
        assert len(rests) <= 1, branch
