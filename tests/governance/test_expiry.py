"""The end of approvals is announced before it comes, and need not come for all on one day."""

import json
import shutil
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.cli.commands import library as library_command
from handouts.content.load import load_library
from handouts.content.profile import Profile
from handouts.governance.approval import Approval
from handouts.governance.edit import open_signoff
from handouts.governance.expiry import expiry_lines, expiry_of
from handouts.governance.load import load_signoff
from handouts.governance.new_approval import spread_out
from tests.support.leaflets import publisher

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DAY, END = date(2026, 11, 1), date(2028, 11, 1)
BY = ("--by", "Dr A. Jones", "--role", "physiotherapist", "--date", DAY.isoformat())


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of content that one person has signed whole."""
    folder = tmp_path_factory.mktemp("signed") / "content"
    shutil.copytree(ROOT / "content", folder)
    assert run(folder, "sign", *BY, *open_signoff(folder).units()).exit_code == 0
    return folder


@cache
def units() -> int:
    """Count the units that are signed."""
    return len(open_signoff(ROOT / "content").units())


def run(folder: Path, *words: str) -> Result:
    """Run a command on a folder of content."""
    command, *rest = words
    return CliRunner().invoke(main, [command, "--content", str(folder), *rest])


@pytest.mark.parametrize(
    ("days", "announced", "soon"), [(61, 60, False), (60, 60, True), (0, 60, True), (20, 0, False)]
)
def test_an_end_is_announced_in_time(
    signed: Path, days: int, announced: int, *, soon: bool
) -> None:
    """So many days before the last one, as the service asks; 0 announces nothing."""
    signoff = load_signoff(load_library(signed), signed)
    profile = Profile(announce_expiry=announced)
    found = expiry_of(signoff, profile, END - timedelta(days=days))
    assert bool(found.soon) is soon
    assert not found.over
    if soon:
        (line,) = expiry_lines(found)
        assert f"approvals of {units()} blocks end within {announced} days" in line
        assert "the first after 2028-11-01" in line


def test_an_end_that_is_past_is_told(signed: Path) -> None:
    """Blocks whose approval is over are counted and named."""
    signoff = load_signoff(load_library(signed), signed)
    found = expiry_of(signoff, Profile(), END + timedelta(days=1))
    assert len(found.over) == units()
    assert f"{units()} blocks expired" in expiry_lines(found)[0]


def test_the_end_is_that_of_as_many_people_as_are_asked_for(signed: Path, tmp_path: Path) -> None:
    """Where two must approve, it ends when the first of two ends; where one must, with the last."""
    folder = Path(shutil.copytree(signed, tmp_path / "content"))
    run(folder, "sign", "--by", "B. Silva", "--role", "GP", "--date", "2026-11-02",
        "--expires", "2027-03-01", "neck-turn")  # fmt: skip
    signature = load_signoff(load_library(folder), folder).signatures["neck-turn"]
    assert signature.last_day(date(2026, 12, 1), 1) == END
    assert signature.last_day(date(2026, 12, 1), 2) == date(2027, 3, 1)
    assert signature.last_day(date(2027, 3, 2), 2) is None


def test_the_record_of_a_clinician_says_it(signed: Path) -> None:
    """Close to its end, an approval is said to end in the record of a leaflet."""
    words = ("explain", "--region", "neck", "--json", "--date")
    near = json.loads(run(signed, *words, "2028-10-02").stdout)["note"]
    assert "words approved until 2028-11-01 (ends in 30 days: have the words reviewed)" in near
    assert "ends in" not in json.loads(run(signed, *words, "2027-10-02").stdout)["note"]


def test_words_of_a_record_that_came_later_are_those_that_ship(
    signed: Path, tmp_path: Path
) -> None:
    """A folder whose record.yaml is older than this word has the one that ships."""
    folder = Path(shutil.copytree(signed, tmp_path / "content"))
    path = folder / "record.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    older = "".join(one for one in lines if not one.startswith("ends-soon:"))
    path.write_text(older, encoding="utf-8")
    near = run(folder, "explain", "--region", "neck", "--date", "2028-10-02").stdout
    assert "ends in 30 days" in " ".join(near.split())


def test_check_and_library_say_it(signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both name what ends soon, today."""
    told: list[str] = []
    monkeypatch.setattr(library_command, "note", told.append)
    signoff = load_signoff(load_library(signed), signed)
    ending = END - date.today()  # noqa: DTZ011 - as the command asks
    opened = SimpleNamespace(signoff=signoff, profile=Profile(announce_expiry=ending.days + 1))
    done = SimpleNamespace(failed=(), left=(), made=0, kept=1, removed=0)
    library_command._report(done, opened, quiet=False, draft=False)  # type: ignore[arg-type] # noqa: SLF001
    assert any(f"approvals of {units()} blocks end within" in line for line in told)


# ------------------------------------------------------------------ spread
def test_units_that_are_signed_together_end_apart(signed: Path, tmp_path: Path) -> None:
    """Over so many weeks, always the same for a unit, and never later than asked for."""
    folder = Path(shutil.copytree(signed, tmp_path / "content"))
    units = [f"flag:{one}" for one in publisher().library.flags]
    run(folder, "sign", *BY, "--spread", "26", *units)
    book = open_signoff(folder)
    ends = [book.signature(unit).approvals[0].until for unit in units]
    assert max(ends) <= END
    assert min(ends) >= END - timedelta(weeks=25)
    assert len(set(ends)) > len(units) / 3
    run(folder, "sign", *BY, "--spread", "26", *units)
    again = open_signoff(folder)
    assert [again.signature(unit).approvals[0].until for unit in units] == ends


def test_a_spread_leaves_a_day() -> None:
    """A short approval ends after it began, however wide the spread."""
    short = Approval(by="A", role="GP", registration="", on=DAY, until=DAY + timedelta(days=3))
    for unit in ("a", "b", "c", "d"):
        assert spread_out(short, unit, 52).until > DAY
    assert spread_out(short, "a", 1) == short
