"""A list says for each patient whether a card to cut out is printed."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.app import main
from tests.support.readback import read_contents


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder without a service profile."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_row_has_a_card_where_it_says_so(here: Path) -> None:
    """A yes prints the card, a no and an empty cell print none."""
    (here / "list.csv").write_text(
        "id,region,screened,card\na,neck,yes,yes\nb,neck,yes,no\nc,neck,yes,\n"
    )
    done = CliRunner().invoke(main, ["batch", "list.csv", "-o", "out", "--workers", "1"])
    assert done.exit_code == 0, done.output
    carded = {
        path.stem.partition("-")[0]: any(
            run.text == "Cut out"
            for page in read_contents(path.read_bytes())
            for run in page.all_runs
        )
        for path in (here / "out").glob("*.pdf")
    }
    assert sorted(carded.values()) == [False, False, True]


def test_a_cell_that_is_neither_is_refused(here: Path) -> None:
    """Nobody gets a card, or none, by a word that was not understood."""
    (here / "list.csv").write_text("id,region,screened,card\na,neck,yes,perhaps\n")
    done = CliRunner().invoke(main, ["batch", "list.csv", "-o", "out"])
    assert done.exit_code != 0
    assert "`perhaps` is neither yes nor no" in done.output
