"""A note, and the service's words, that go against a leaflet are refused, but for a clinician."""

import csv
import json
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main

pytestmark = pytest.mark.usefixtures("warm_cache")
ULCER = ("-r", "neck", "-f", "gi-ulcer", "--screened")
ASTHMA = ("-r", "neck", "-f", "asthma", "--screened")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words))


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("words", "note", "message"),
    [
        (
            ULCER,
            "Take Ibuprofen with food",
            "names `ibuprofen`, and this leaflet advises against it",
        ),
        (ULCER, "Nurofen is fine", "names `nurofen`, and this leaflet advises against it"),
        (ULCER, "anti-inflammatories", "advises against it (nsaid-systemic)"),
        (ULCER, "co-codamol at night", "tells the reader to ask about it (opioid-weak)"),
        (("-r", "neck"), "Use a hot-water bottle", "tells the reader to ask about it (heat)"),
        (("-r", "lumbar", "-f", "osteoporosis", "--screened"), "Book a massage", "(massage)"),
        (
            ASTHMA,
            "Keep taking your warfarin",
            "names `warfarin`, which may be the fact `warfarin`",
        ),
        (ASTHMA, "your antidepressant", "which may be the fact `ssri-snri`"),
        (ASTHMA, "Try baclofen", "names `baclofen`, which no leaflet suggests to anybody"),
    ],
)
def test_a_note_against_the_leaflet_is_refused(
    words: tuple[str, ...], note: str, message: str
) -> None:
    """What the leaflet forbids or asks about, and a medicine that is no fact of it, is named."""
    for command in ("make", "explain"):
        result = run(command, *words, "--note", note)
        assert (result.exit_code, result.stdout) == (4, "")
        assert message in result.stderr
        assert "note-approved" in result.stderr


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("words", "note"),
    [
        (ULCER, "See you on Friday at 3. Bring your scan."),
        (ULCER, "One paracetamol is enough"),
        (ULCER, "Ring Dr Gymkhana, or Iceland ward"),
        (("-r", "neck", "-f", "warfarin", "--screened"), "Keep taking your warfarin"),
        (("-r", "neck", "-f", "drives-or-machinery", "--screened"), "Use a hot water bottle"),
    ],
)
def test_a_note_within_the_advice_prints(words: tuple[str, ...], note: str) -> None:
    """What the leaflet allows, and words that only look alike, need nobody's word."""
    result = run("make", *words, "--note", note, "-o", "a.pdf")
    assert result.exit_code == 0, result.output
    with pypdf.PdfReader("a.pdf") as pdf:
        assert note in " ".join("".join(page.extract_text() for page in pdf.pages).split())


def test_a_clinician_may_mean_it_and_the_record_says_so() -> None:
    """With --note-approved it prints; each form of the record names the word, not the note."""
    words = (*ULCER, "--note", "Take ibuprofen with food", "--note-approved")
    made = run("make", *words)
    assert made.exit_code == 0, made.output
    said = "the note: `ibuprofen` (nsaid-systemic: avoid)"
    assert f"approved by you: {said}" in made.stderr
    assert said in run("explain", *words).stdout
    assert json.loads(run("explain", *words, "--json").stdout)["note_approved"] == [said]
    run("explain", *words, "-o", "record.pdf")
    with pypdf.PdfReader("record.pdf") as pdf:
        text = " ".join(pdf.pages[0].extract_text().split())
    assert said in text
    assert "with food" not in text


def test_a_row_with_such_a_note_is_refused_until_it_is_approved() -> None:
    """In a worklist a column says that a clinician means it; without, the row gets no leaflet."""
    Path("list.csv").write_text(
        "row id,region,flags,screened,note,note-approved\n"
        "1,neck,gi-ulcer,yes,Take ibuprofen,\n"
        "2,neck,gi-ulcer,yes,Take ibuprofen,yes\n"
        "3,neck,gi-ulcer,yes,See you soon,no\n",
        encoding="utf-8",
    )
    result = run("batch", "list.csv", "-o", "out", "--workers", "1")
    assert result.exit_code == 1
    assert sorted(one.name for one in Path("out").glob("*.pdf")) == ["2.pdf", "3.pdf"]
    with Path("out/list.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert "note: the note names `ibuprofen`" in row["problem"]


def test_the_words_of_the_service_are_held_against_the_leaflet_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name of a clinic that offers what this leaflet forbids does not print above it."""
    Path("service.yaml").write_text("name: Riverside massage clinic\n", encoding="utf-8")
    monkeypatch.setenv("HANDOUTS_SERVICE", "service.yaml")
    words = ("make", "-r", "lumbar", "-f", "osteoporosis", "--screened")
    result = run(*words)
    assert result.exit_code == 4
    assert "the service's `name` names `massage`" in result.stderr
    assert run(*words, "--note-approved").exit_code == 0
