"""What the leaflet of a patient says and leaves out: the tables of tests/rules, row by row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Required, TypedDict

import pytest
import yaml

from handouts.errors import SelectionError
from handouts.selection.request import Request
from tests.support.leaflets import ask, selection

RULES = Path(__file__).parents[1] / "rules"
OTHER_SHAPE = {"numbers.yaml", "red-flags.yaml", "registry.yaml"}


class Asked(TypedDict, total=False):
    """A request in a table."""

    region: Required[str]
    status: Required[str]
    flags: list[str]
    screened: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One sentence of a table, and what it means for blocks and advice."""

    sentence: str
    ask: Asked
    advice: Mapping[str, str] = field(default_factory=dict)
    prints: Sequence[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    def request(self) -> Request:
        """Word the request of the row; a misspelt key is an error."""
        assert set(self.ask) <= set(Asked.__annotations__), self.sentence
        flags, screened = self.ask.get("flags", []), self.ask.get("screened", True)
        return ask(self.ask["region"], self.ask["status"], *flags, screened=screened)


def rows() -> Iterator[Row]:
    """Read every table."""
    for path in sorted(RULES.glob("*.yaml")):
        if path.name not in OTHER_SHAPE:
            for row in yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader):
                yield Row(**row)


ROWS = tuple(rows())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.sentence)
def test_the_leaflet_does_what_the_table_says(row: Row) -> None:
    """Levels, who decided them, blocks, and the reasons of blocks left out are as in the table."""
    found = selection(row.request())
    reasons = {choice.block.id: choice.reason for choice in found.left_out}
    chosen = {choice.block.id for choice in found.chosen}
    verdicts = {name: found.advice[name] for name in row.advice}
    assert row.advice == {
        name: f"{verdict.level} by {', '.join(verdict.decided_by)}"
        if " by " in row.advice[name]
        else str(verdict.level)
        for name, verdict in verdicts.items()
    }
    assert sorted(set(row.prints) - chosen) == []
    assert row.left_out == {name: reasons.get(name, "chosen") for name in row.left_out}


def test_the_tables_are_not_empty() -> None:
    """At least sixty sentences are checked, and none twice."""
    sentences = [row.sentence for row in ROWS]
    assert len(sentences) >= 60
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize(
    ("exercises", "message"),
    [
        (
            ("cat-cow", "pelvic-tilt"),
            "exercise `cat-cow` cannot be given: not with osteoporosis",
        ),
        (
            ("bridge", "neck-press"),
            (
                "exercise `bridge` cannot be given: not with osteoporosis\n"
                "exercise `neck-press` cannot be given: not with osteoporosis"
            ),
        ),
        (
            ("lying-head-turn",),
            "exercise `lying-head-turn` cannot be given: not for chronic pain",
        ),
    ],
)
def test_a_forbidden_exercise_stops_the_leaflet(exercises: tuple[str, ...], message: str) -> None:
    """Every exercise that a flag or status forbids is refused by name; what is offered prints."""
    request = ask("lumbar", "chronic", "osteoporosis", exercises=exercises)
    with pytest.raises(SelectionError) as error:
        selection(request)
    assert "\n".join(fault.message for fault in error.value.faults) == message
    offered = error.value.faults[0].hint.partition("can be given here: ")[2].split(", ")
    assert len(offered) == 4
    printed = {
        one.block.id
        for one in selection(ask("lumbar", "chronic", "osteoporosis", exercises=(*offered,))).chosen
    }
    assert {*offered} <= printed


def test_exercises_chosen_by_hand_print_alone() -> None:
    """The clinician's exercises take the place of the set, also from another region's set."""
    found = selection(ask("lumbar", "acute", exercises=("walking", "neck-turn")))
    chosen = {choice.block.id: choice.reason for choice in found.chosen}
    left_out = {choice.block.id: choice.reason for choice in found.left_out}
    assert chosen["walking"] == chosen["neck-turn"] == "chosen by hand"
    assert left_out["pelvic-tilt"] == "others were chosen by hand"


@pytest.mark.parametrize(
    ("flags", "exercises", "message"),
    [
        (
            ("under-18", "age-65-plus"),
            (),
            (
                "`age-65-plus` cannot go with `under-18`\n"
                "  hint: leave out the one that is not true of this patient"
            ),
        ),
        (
            (),
            ("curl-up",),
            "`curl-up` is held back: Sit-up movement: tummy bracing is to take its place.",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    flags: tuple[str, ...], exercises: tuple[str, ...], message: str
) -> None:
    """Flags that exclude each other and exercises held back from everyone give no leaflet."""
    with pytest.raises(SelectionError) as error:
        ask("lumbar", "chronic", *flags, exercises=exercises)
    assert str(error.value) == message
