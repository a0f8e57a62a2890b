"""Facts that are certain are held against a second table."""

import shutil
from pathlib import Path

import pytest

from handouts.content.load import load_library, resource
from handouts.content.parse_library import read_library
from handouts.safety.certain import certain_faults

pytestmark = pytest.mark.usefixtures("each_file_parsed_once")
FIRST = "chronic: {hold_seconds: 5, repetitions: [5, 10], each_side: true, per_day: 3}"


def test_the_content_that_ships_agrees_with_the_second_tables() -> None:
    """The content that ships agrees with the second tables."""
    assert certain_faults(load_library(), resource("content")) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("places.yaml", '"911"', '"119"', "is no emergency number of US"),
        ("places.yaml", '"112"', '"121"', "`121` is no emergency number of IE"),
        ("places.yaml", "en-GB", "en-ZA", "ZA is in no second table"),
        (
            "places.yaml",
            '  # crisis_line: "..."',
            '  crisis_line: "988" # "..."',
            "no short number",
        ),
        (
            "exercises.yaml",
            FIRST,
            FIRST.replace("per_day: 3", "per_day: 9"),
            "per_day 9, at most 4",
        ),
        ("exercises.yaml", FIRST, FIRST.replace(": 5,", ": 60,"), "hold_seconds 60, at most 10"),
        ("exercises.yaml", FIRST, FIRST.replace("[5, 10]", "50"), "repetitions 50, at most 10"),
        ("exercises.yaml", "acute: {rep", "acute: {hold_seconds: 5, rep", "held in new pain"),
        ("exercises.yaml", "every_hours: [2, 3]", "every_hours: [1, 3]", "every 1 hours"),
        ("labels.yaml", "{n} seconds", "{n} minutes", "does not end in “seconds”"),
        ("labels.yaml", "{n} times a day", "{n} times an hour", "does not end in “times a day”"),
    ],
)
def test_a_fact_that_the_second_table_does_not_know_is_a_fault(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """A fact that the second table does not know is a fault."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "content"))
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert message in str(certain_faults(read_library(folder), folder))
