"""`handout record`, and leaflets made from one: nothing is set that nobody confirmed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.content.load import load_library
from tests.record.resources import SNOMED, concept, condition, medicine, patient

NAME = "Quirin Zebedee"
BORN = "1951-03-02"
NUMBER = "9434765919"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with a cache and a home below it."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bundle(*more: dict[str, Any]) -> str:
    """Write the record of a patient with an ulcer and a medicine whose route is not told."""
    name = [{"text": NAME}]
    number = [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}]
    resources = [
        patient(name=name, birthDate=BORN, identifier=number),
        condition(concept(SNOMED, "51868009", "Ulcer of duodenum")),
        medicine("Sertraline 100MG", on="2026-11-01"),
        medicine("Xyzumab", on="2026-11-01"),
        *more,
    ]
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def run(*words: str, stdin: str = "") -> Result:
    """Run the program."""
    return CliRunner().invoke(main, words, input=stdin)


def make(*words: str, stdin: str | None = None) -> Result:
    """Make a leaflet from the record."""
    day = ("--date", "2026-11-22", "--format", "text", "-o", "leaflet.txt", "--force")
    return run("make", "neck", "--fhir", "-", *day, *words, stdin=stdin or bundle())


def test_the_report_gives_reasons_and_what_was_not_understood(home: Path) -> None:
    """Each proposal has its entry, code, status, date and rule; the rest is named."""
    (home / "r.json").write_text(bundle(), encoding="utf-8")
    found = run("record", "r.json", "--date", "2026-11-22")
    assert found.exit_code == 0
    line = (
        "condition “Ulcer of duodenum”, active, confirmed, 2026-10-01 (snomed 51868009; rule ulcer)"
    )
    assert line in found.stdout
    assert "it does not say by which route" in found.stdout
    assert "medication “Xyzumab”: active" in found.stdout
    assert "allergies not given" in found.stdout
    assert NAME not in found.output
    assert BORN not in found.output


def test_the_report_as_data_never_says_that_anybody_was_asked() -> None:
    """The same as JSON; `screened` is false whatever a record holds."""
    found = json.loads(
        run("record", "-", "--format", "json", "--date", "2026-11-22", stdin=bundle()).stdout
    )
    assert {one["id"]: one["proposes"] for one in found["proposals"]} == {
        "gi-ulcer": True, "age-65-plus": True, "ssri-snri": False,
    }  # fmt: skip
    assert found["screened"] is False


def test_a_proposal_that_nobody_answered_refuses_the_leaflet(home: Path) -> None:
    """What a record proposes is neither taken nor passed over by itself."""
    refused = make("--accept-proposals", "gi-ulcer")
    assert refused.exit_code == 4
    assert "the record proposes `age-65-plus`" in refused.stderr
    assert not (home / "leaflet.txt").exists()


def test_what_is_accepted_is_in_the_leaflet_and_what_is_declined_is_not(home: Path) -> None:
    """Accepted flags are those of the leaflet; a question may stay open, and is said."""
    made = make("--accept-proposals", "gi-ulcer", "--decline-proposals", "age-65-plus")
    assert made.exit_code == 0, made.stderr
    assert "facts: stomach or gut ulcer, now or in the past" in made.stderr
    assert "not answered: ssri-snri" in made.stderr
    assert "not understood: medication “Xyzumab”" in made.stderr
    assert "not asked about" in made.stderr
    text = (home / "leaflet.txt").read_text(encoding="utf-8")
    assert "ulcer" in text
    assert NAME not in text


def test_a_flag_that_is_typed_needs_no_answer() -> None:
    """A flag, a synonym or an age on the command line answers the proposal."""
    made = make("stomach ulcer", "--age", "75")
    assert made.exit_code == 0, made.stderr


@pytest.mark.slow
def test_a_kind_that_is_typed_answers_for_the_broad_flag() -> None:
    """Who types warfarin has answered the proposal of a blood thinner."""
    more = bundle(medicine("Warfarin Sodium 5 MG Oral Tablet", on="2026-11-01"))
    made = make("warfarin", "stomach ulcer", "--age", "75", stdin=more)
    assert made.exit_code == 0, made.stderr


@pytest.mark.slow
def test_who_says_that_all_was_asked_answers_every_question() -> None:
    """With --screened a question of the record may not stay open."""
    answered = ("--accept-proposals", "gi-ulcer,age-65-plus", "--screened")
    refused = make(*answered)
    assert refused.exit_code == 4
    assert "the record asks about `ssri-snri`" in refused.stderr
    assert make(*answered, "--decline-proposals", "ssri-snri").exit_code == 0


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--accept-proposals", "asthma"), "does not propose `asthma`"),
        (
            ("--accept-proposals", "gi-ulcer", "--decline-proposals", "gi-ulcer"),
            "accepted and declined",
        ),
        (("--accept-proposals", "gi-ulcer,age-65-plus", "--name", "Ana Silva"), "another name"),
    ],
)  # fmt: skip
def test_answers_that_do_not_fit_the_record_are_refused(
    home: Path, words: tuple[str, ...], message: str
) -> None:
    """An id that is not proposed, two answers at once, or the record of somebody else."""
    refused = make(*words)
    assert refused.exit_code in {2, 4}
    assert message in refused.stderr
    assert not (home / "leaflet.txt").exists()


def test_explain_reads_a_record_as_make_does() -> None:
    """`explain --fhir` refuses while a proposal is open, and explains what was accepted."""
    words = ("explain", "neck", "--fhir", "-", "--date", "2026-11-22", "--json")
    refused = run(*words, stdin=bundle())
    assert refused.exit_code == 4
    assert "the record proposes `gi-ulcer`" in refused.stderr
    answered = ("--accept-proposals", "gi-ulcer", "--decline-proposals", "age-65-plus")
    found = run(*words, *answered, stdin=bundle())
    assert json.loads(found.stdout)["request"]["flags"] == ["gi-ulcer"]
    assert "not answered: ssri-snri" in found.stderr
    assert NAME not in found.output


def test_answers_need_a_record() -> None:
    """Without --fhir there is nothing to accept."""
    assert run("make", "neck", "--accept-proposals", "asthma").exit_code == 2


def test_nothing_of_a_record_is_kept(home: Path) -> None:
    """Neither the cache nor the home holds a name, a birth date, a number or words of a record."""
    answered = ("--accept-proposals", "gi-ulcer,age-65-plus")
    assert make(*answered, "--name", NAME).exit_code == 0
    (home / "leaflet.txt").unlink()
    words = (b"Zebedee", BORN.encode(), NUMBER.encode(), b"Xyzumab")
    kept = [one for one in home.rglob("*") if one.is_file()]
    for one in kept:
        raw = one.read_bytes()
        assert not any(word in raw for word in words), one
    assert run("last").exit_code != 0 or "gi-ulcer" not in run("last").output


def test_the_questions_are_written_as_a_questionnaire() -> None:
    """`list flags --format fhir` has the question of each flag, to be answered by yes or no."""
    found = json.loads(run("list", "flags", "--format", "fhir").stdout)
    assert found["resourceType"] == "Questionnaire"
    flags = load_library().flags
    assert {one["linkId"]: one["text"] for one in found["item"]} == {
        flag.id: flag.question for flag in flags.values()
    }
    assert {one["type"] for one in found["item"]} == {"boolean"}
