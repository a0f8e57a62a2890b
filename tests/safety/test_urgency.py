"""How fast each single warning sign needs help is held against a second table."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.app import main
from handouts.content.load import load_library, resource
from handouts.content.parse_library import read_library
from handouts.safety.urgency import TABLE, read_table, urgency_faults

SIGNS = "red_flags.yaml"
COUGH = '    - "You **cough up blood**."\n'
FEVER = '    - "You feel **hot and unwell**."\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the content."""
    return Path(shutil.copytree(resource("content"), tmp_path / "content"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file in one place."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def said(folder: Path) -> str:
    """Write all faults of the signs in one text."""
    return "\n".join(map(str, urgency_faults(read_library(folder), folder)))


def test_the_signs_that_ship_are_as_urgent_as_the_table_says() -> None:
    """The signs that ship are as urgent as the table says."""
    assert urgency_faults(load_library(), resource("content")) == []


@pytest.mark.slow
@pytest.mark.usefixtures("few_leaflets")
def test_a_sign_in_a_less_urgent_row_is_a_fault_of_check(folder: Path) -> None:
    """A sign of an emergency under "today": `check` says what it is, where it stood, and fails."""
    edit(folder, SIGNS, COUGH, "")
    edit(folder, SIGNS, FEVER, FEVER + COUGH)
    result = CliRunner().invoke(main, ["check", "--content", str(folder)])
    assert result.exit_code == 3
    assert (
        "rf-fever: “You cough up blood.” stands under “see a doctor today”; content/urgency.csv:"
    ) in result.output
    assert "has it under “call the emergency number now”" in result.output
    assert "move it back to `rf-lung-clot`" in result.output


def test_a_row_that_became_less_urgent_is_a_fault_for_each_sign(folder: Path) -> None:
    """Each sign of a row has its own line in the table."""
    edit(
        folder,
        SIGNS,
        "rf-sepsis\n  urgency: emergency",
        "rf-sepsis\n  urgency: same-day",
    )
    assert said(folder).count("rf-sepsis: “") == 2


def test_a_sign_that_is_gone_is_a_fault(folder: Path) -> None:
    """A sign that is gone is named with its line in the table."""
    edit(folder, SIGNS, COUGH, "")
    assert f"{TABLE}:" in said(folder)
    assert "`rf-lung-clot` has no sign “You cough up blood.”" in said(folder)
    assert "if it is missing there, write it there" in said(folder)


def test_a_new_sign_needs_a_second_opinion(folder: Path) -> None:
    """A new sign comes with the line that the table lacks, ready to be copied."""
    edit(folder, SIGNS, COUGH, COUGH + '    - "You have **two, or more,** of these."\n')
    line = 'rf-lung-clot,emergency,"You have two, or more, of these."'
    assert line in said(folder)
    path = folder / TABLE
    path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")
    assert said(folder) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You **cough up blood**.", "You are **coughing up blood**."),
        ("You feel **hot and unwell**.", "You feel **unwell and hot**."),
        ("An arm or leg has **suddenly gone weak**.", "A leg or arm has **suddenly gone weak**."),
    ],
)
def test_a_sign_that_is_only_worded_otherwise_is_known(folder: Path, old: str, new: str) -> None:
    """Other words for the same sign need no second edit."""
    edit(folder, SIGNS, old, new)
    assert said(folder) == ""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("row,urgency,sign", "row,sign,urgency", "the columns are not known"),
        ("rf-sepsis,emergency", "rf-sepsis,emergncy", "did you mean `emergency`"),
        ("rf-lung-clot,emergency,You cough", "rf-lung-clot,emergency,x,You cough", "4 cells"),
        (
            "rf-lung-clot,emergency,You cough up blood.\n",
            "rf-lung-clot,emergency,You cough up blood.\n" * 2,
            "stands twice",
        ),
    ],
)
def test_a_broken_table_is_refused_with_its_line(
    folder: Path, old: str, new: str, message: str
) -> None:
    """A broken table is refused with its line."""
    edit(folder, TABLE, old, new)
    assert message in said(folder)
    assert f"content/{TABLE}:" in said(folder)


def test_a_folder_without_the_table_is_held_against_the_one_that_ships(folder: Path) -> None:
    """Taking the table away takes no protection away; an empty one knows no sign."""
    (folder / TABLE).unlink()
    assert said(folder) == ""
    edit(folder, SIGNS, COUGH, "")
    assert "You cough up blood." in said(folder)
    (folder / TABLE).write_text("row,urgency,sign\n", "utf-8")
    assert said(folder).count("no second table says how urgent") > 100


def test_lines_keep_their_numbers() -> None:
    """A line of the table knows where it stands, behind blank lines and a byte order mark."""
    lines, faults = read_table("t", b"\xef\xbb\xbfrow,urgency,sign\r\n\r\na,routine,B\r\n")
    assert not faults
    assert str(lines[0].origin) == "t:3"
