"""`handout explain` for the record: sign-off, sources, a line for the notes, the sheet."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pypdf
import pytest
from click.testing import CliRunner, Result

from handouts.audit.explain import account_of
from handouts.audit.reasons import reasons_for
from handouts.cli.app import main
from handouts.leaflet.markup import fill, two_names, with_names
from tests.support.leaflets import ask, publisher, together
from tests.support.readback import read_structure

ROOT = Path(__file__).parents[2]
ULCER = ("--region", "neck", "--flag", "gi-ulcer", "--screened", "--date", "2026-11-22")
NAME = ("--name", "Zebedee Quixote")
NOTE = re.compile(
    r"2026-11-22: leaflet “Neck muscle spasm” given \(acute; facts: gi-ulcer; asked about every "
    r"fact\)\. DRAFT: words not approved by a clinician\. Content [0-9a-f]{8}\. "
    r"Code ([0-9A-Z]{2,}(-[0-9A-Z]{2,})+)"
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def run(*words: str | Path, command: str = "explain") -> Result:
    """Run a command inside this process."""
    return CliRunner().invoke(main, [command, *map(str, words)])


def text_of(path: Path) -> str:
    """Read the words of a PDF, lines joined."""
    with pypdf.PdfReader(path) as pdf:
        return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_the_line_for_the_notes_names_the_leaflet_and_its_code() -> None:
    """The table ends with it, JSON has it, and its code is the one that stands on the leaflet."""
    table = run(*ULCER, *NAME).stdout
    found = NOTE.search(table)
    assert found
    assert table.endswith(found[0] + "\n")
    assert "Zebedee" not in table
    record = json.loads(run(*ULCER, "--json").stdout)
    assert record["note"] == found[0]
    assert record["code"] == found[1]
    assert record["approved"] is False
    leaflet = run(*ULCER, *NAME, "--format", "text", "-o", "-", command="make").stdout
    assert found[1] in leaflet


def test_each_block_has_its_sign_off_and_sources(tmp_path: Path) -> None:
    """A block that was signed says by which role and until when; the others are unsigned."""
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    words = ("--by", "Dr A. Jones", "--role", "physiotherapist", "--content", content)
    signed = run("gi-ulcer-lead", *words, command="sign")
    assert signed.exit_code == 0, signed.output
    # By today's date: the day before the sign-off is not covered.
    record = json.loads(run("--region", "neck", "--flag", "gi-ulcer", "--format", "json",
                            "--content", content).stdout)  # fmt: skip
    states = {one["id"]: one["signoff"] for one in record["chosen"]}
    assert re.fullmatch(
        r"signed by physiotherapist, until \d{4}-\d\d-\d\d", states["gi-ulcer-lead"]
    )
    assert states["title-neck"] == "unsigned"
    table = run("--region", "neck", "--flag", "gi-ulcer", "--content", content).stdout
    assert re.search(
        r"in +gi-ulcer-lead +lead +signed by physio.* flag gi-ulcer.* \[GGC-NSAID", table
    )
    assert "Dr A. Jones" not in table


def test_a_record_that_was_cut_off_is_a_clear_error(tmp_path: Path) -> None:
    """A truncated sign-off stops the account with file and line; nothing is written."""
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    (content / "signoff.yaml").write_text("signatures: [", encoding="utf-8")
    result = run(*ULCER, "--format", "pdf", "--content", content, "-o", "a.pdf")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "content/signoff.yaml" in result.stderr
    assert not Path("a.pdf").exists()


def test_the_sheet_is_not_for_the_patient_and_says_all() -> None:
    """One page bears the warning and the code; the words are those of the account; no name."""
    result = run(*ULCER, *NAME, "--format", "pdf", "-o", "record.pdf")
    assert result.exit_code == 0
    assert "not for the patient" in result.stderr
    words = text_of(Path("record.pdf"))
    record = json.loads(run(*ULCER, "--json").stdout)
    with pypdf.PdfReader("record.pdf") as pdf:
        assert len(pdf.pages) == 1
        about = str(pdf.metadata)
    assert words.startswith("NOT FOR THE PATIENT")
    assert f"Code: {record['code']}" in words
    assert record["note"] in words
    assert "Zebedee" not in words + about
    assert "ulcer" not in about
    for one in record["chosen"]:
        assert one["id"] in words, one["id"]
        assert all(key in words for key in one["sources"])
    for one in record["advice"]:
        deciders = [
            name for name in one["decided_by"] if one["changed_by_flag"] or name != "gi-ulcer"
        ]
        assert f"{one['level'].upper()} {one['class']} {', '.join(deciders)}" in words


def test_the_words_of_a_record_are_content(tmp_path: Path) -> None:
    """A service words its records itself, and no code changes; an older folder has ours."""
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    before = json.loads(run(*ULCER, "--json", "--content", content).stdout)
    file = content / "record.yaml"
    own = file.read_text(encoding="utf-8").replace("asked about every fact", "asked about all")
    file.write_text(own, encoding="utf-8")
    after = json.loads(run(*ULCER, "--json", "--content", content).stdout)
    assert after["note"] == before["note"].replace("asked about every fact", "asked about all")
    assert after["code"] == before["code"]
    file.write_text(own.replace("{date}:", "{day}:"), encoding="utf-8")
    broken = run(*ULCER, "--content", content)
    assert (broken.exit_code, broken.stdout) == (3, "")
    assert re.search(r"content/record\.yaml:\d+: note: only \{date\}, \{title\},", broken.stderr)
    file.unlink()
    assert json.loads(run(*ULCER, "--json", "--content", content).stdout) == before


def test_the_same_account_gives_the_same_sheet_under_a_name_of_its_own() -> None:
    """Without -o it is numbered, says that it is a record, and is the same to the byte."""
    paths = [Path(run(*ULCER, "--format", "pdf").stdout.strip()) for _ in range(2)]
    assert [one.name for one in paths] == [f"record-neck-acute-2026-11-22-0{n}.pdf" for n in (1, 2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].stat().st_mode & 0o777 == 0o600


@pytest.mark.verapdf
def test_the_sheet_is_tagged_and_passes_verapdf(
    verapdf: Callable[[Sequence[Path]], None],
) -> None:
    """PDF/UA-1, with headings in order, and lists whose labels are the levels and reasons."""
    more = ("--flag", "pregnancy", "--flag", "blood-thinners", "--place", "us", "--format", "pdf")
    assert run(*ULCER, "--format", "pdf", "-o", "a.pdf").exit_code == 0
    assert run("--region", "lumbar", "--status", "chronic", *more, "-o", "b.pdf").exit_code == 0
    flags = json.loads(run("flags", "--json", command="list").stdout)
    adult = together(one["id"] for one in flags if one["id"] != "under-18")
    every = [word for flag in adult for word in ("--flag", flag)]
    assert run("--region", "neck", *every, "--format", "pdf", "-o", "c.pdf").exit_code == 0
    verapdf([Path("a.pdf"), Path("b.pdf"), Path("c.pdf")])
    with pikepdf.open("a.pdf") as pdf:
        assert pdf.Root.Lang == "en-GB"
    shown = str(read_structure(Path("a.pdf").read_bytes()))
    assert all(f"'{role}'" in shown for role in ("H1", "H2", "L", "LI", "Lbl", "LBody"))


def test_an_output_file_is_for_the_sheet_alone() -> None:
    """A file for a table is refused with a hint, and not silently left unwritten."""
    result = run(*ULCER, "-o", "a.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "-o is for --format pdf" in result.stderr


@pytest.mark.parametrize("place", ["gb", "us"])
def test_why_is_answered_for_a_word_with_two_names(place: str) -> None:
    """A sentence is found by what is printed, whichever of the two names a place has first."""
    words = publisher().library.places[place].words
    account = account_of(None, lambda *_: ask("neck", "acute", "asthma", place=place))
    named = f"{{{two_names(words).key}}}"
    blocks = [
        one.block
        for one in account.selection.chosen
        for wording in one.block.wordings
        if named in getattr(wording, "text", "") and one.block.section == "medicines"
    ]
    assert blocks
    for block in blocks:
        for wording in block.wordings:
            assert not isinstance(wording, str)
            printed = with_names(fill(wording, words), words).replace("**", "")
            assert block.id in {one.id for one in reasons_for(account, printed)}
