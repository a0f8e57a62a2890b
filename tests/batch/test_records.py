"""A list may name the record of each patient; nobody's proposals are taken without an answer."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.batch.make import RowReader
from handouts.batch.worklist import Worklist, problem_text
from handouts.cli.app import main
from handouts.selection.options import RequestOptions
from tests.record.resources import SNOMED, concept, condition, medicine, patient
from tests.support.leaflets import publisher

HEAD = ("row id", "region", "status", "name", "fhir", "accepted proposals", "declined proposals")
NAME = "Quirin Zebedee"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is kept between the runs of these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a record beside the list."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(cache))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    resources = [
        patient(name=[{"text": NAME}], birthDate="1990-03-02"),
        condition(concept(SNOMED, "51868009", "Ulcer of duodenum")),
        medicine("Xyzumab", on="2026-11-01"),
    ]
    entries = [{"resource": one} for one in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    (tmp_path / "q.json").write_text(json.dumps(bundle), encoding="utf-8")
    return tmp_path


def batch(*rows: tuple[str, ...], out: str = "out", head: tuple[str, ...] = HEAD) -> Result:
    """Run a list with some rows."""
    with Path("list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((head, *rows))
    day = ("--date", "2026-11-22", "--workers", "1")
    return CliRunner().invoke(main, ["batch", "list.csv", "-o", out, *day])


def row(
    own: str, file: str = "q.json", accepted: str = "", declined: str = "", name: str = NAME
) -> tuple[str, ...]:
    """Write a row."""
    return (own, "neck", "acute", name, file, accepted, declined)


@pytest.mark.slow
def test_a_row_whose_proposals_nobody_answered_gets_no_leaflet(home: Path) -> None:
    """The row is refused and names the proposal; accepted or declined it prints, and differs."""
    found = batch(row("A1"), row("A2", accepted="gi-ulcer"), row("A3", declined="gi-ulcer"))
    assert found.exit_code == 1, found.output
    assert "the record proposes `gi-ulcer`" in found.output
    assert "accepted proposals: gi-ulcer or declined proposals: gi-ulcer" in found.output
    made = {path.name: path.read_bytes() for path in (home / "out").glob("*.pdf")}
    assert set(made) == {"A2.pdf", "A3.pdf"}
    assert made["A2.pdf"] != made["A3.pdf"]
    assert "not understood in the record: medication “Xyzumab”" in found.output


def test_a_list_never_says_that_anybody_asked_because_of_a_record() -> None:
    """An accepted proposal leaves the leaflet as one that nobody screened for."""
    batch(row("A2", accepted="gi-ulcer"))
    typed = batch(
        ("A9", "neck", "acute", NAME, "gi-ulcer"),
        head=("row id", "region", "status", "name", "flags"),
    )
    assert typed.exit_code == 0
    assert Path("out/A2.pdf").read_bytes() == Path("out/A9.pdf").read_bytes()


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (row("A1", accepted="gi-ulcer", name="Somebody Else"), "another name"),
        (row("A1", "../secret.json"), "is not beside the list"),
        (row("A1", "/etc/passwd"), "is not beside the list"),
        (row("A1", "none.json"), "cannot read the record in `none.json`"),
        (row("A1", "list.csv"), "not JSON as FHIR R4 has it"),
        (row("A1", accepted="asthma gi-ulcer"), "proposals: the record does not propose `asthma`"),
        (row("A1", "", "gi-ulcer"), "the row names no record"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_used_refuses_its_row(one: tuple[str, ...], said: str) -> None:
    """Another name, a file elsewhere, and answers that fit no record stop the row and say why."""
    found = batch(one)
    assert found.exit_code == 1
    assert said in found.output, found.output


def test_nothing_of_a_record_is_kept(cache: Path) -> None:
    """A list with records leaves no file behind between runs; one without them keeps bodies."""
    head = ("row id", "region", "status", "flags")
    one = ("A1", "thoracic", "chronic", "gi-ulcer")
    batch(row("A0", accepted="gi-ulcer"))  # what is read of the content is kept
    before = {path for path in cache.rglob("*") if path.is_file()}
    named = ("A1", "thoracic", "chronic", NAME, "q.json", "gi-ulcer", "")
    assert batch(named).exit_code == 0
    assert {path for path in cache.rglob("*") if path.is_file()} == before
    assert batch(one, out="out2", head=head).exit_code == 0
    assert {path for path in cache.rglob("*") if path.is_file()} > before


def test_a_list_on_the_page_names_no_files_of_the_machine() -> None:
    """Where a list comes from a browser, a row that names a record is refused."""
    with Path("list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((HEAD, row("A1", accepted="gi-ulcer")))
    reader = RowReader(publisher(), RequestOptions(), [])
    found = reader.read(next(Worklist("list.csv").rows())).request
    assert isinstance(found, tuple)
    assert "records that a list names are not read here" in problem_text(found)
