"""`handout ask`: asked line by line, understood, and the same as the command that it shows."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.content.load import load_library
from handouts.fastpath.rerun import make_again
from handouts.selection.questions import asked_groups
from tests.record.resources import SNOMED, concept, condition, patient

GROUPS = 15
START = ("low back", "6 months", "71")
pytestmark = pytest.mark.usefixtures("warm_cache")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)


def asked(*lines: str, options: tuple[str, ...] = ()) -> Result:
    """Answer the questions with these lines."""
    return CliRunner().invoke(main, ["ask", *options], input="".join(f"{one}\n" for one in lines))


def command_of(result: Result) -> list[str]:
    """Give the words of the command that is shown to copy."""
    (line,) = [one for one in result.stderr.splitlines() if one.startswith("handout make ")]
    return shlex.split(line)[1:]


def test_every_question_answered_is_screened_and_the_command_makes_the_same() -> None:
    """With a key for each group the leaflet is that of the command shown, byte for byte."""
    result = asked(*START, *["n"] * GROUPS, "y", "Ana Silva", options=("-o", "asked.pdf"))
    assert result.exit_code == 0, result.output
    words = command_of(result)
    assert "--screened" in words
    assert result.stdout.splitlines() == [str(Path("asked.pdf").resolve())]
    words = [*(one for one in words if not one.startswith("--output")), "-n", "Ana Silva"]
    assert CliRunner().invoke(main, [*words, "-o", "typed.pdf"]).exit_code == 0
    assert Path("asked.pdf").read_bytes() == Path("typed.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["?", "end"])
def test_a_question_without_yes_or_no_is_not_screened(answer: str) -> None:
    """One group not known, or left out, leaves the rest asked, and nothing counts as asked."""
    rest = [] if answer == "end" else ["n"] * (GROUPS - 1)
    result = asked(*START, answer, *rest, "y", "")
    assert result.exit_code == 0, result.output
    assert "--screened" not in command_of(result)
    assert "not answered: gi-ulcer, gi-bleed-history" in result.stderr


def test_answers_in_words_numbers_and_one_by_one() -> None:
    """A medicine, the numbers of a group, and y, n and ? one by one are the facts."""
    lines = ("nek", "neck", "new", "back", "2 weeks", "")
    stomach = ("y", "1 3")
    bleeding = ("warfarin", "n")
    heart = ("y", "", "y", "back", "n", "n", "?")
    result = asked(*lines, *stomach, *bleeding, *heart, "end", "y", "")
    assert result.exit_code == 0, result.output
    flags = ["gi-ulcer", "inflammatory-bowel-disease", "warfarin"]
    words = [word for one in flags for word in ("-f", one)]
    assert command_of(result) == ["make", "-r", "neck", "-s", "acute", *words]
    assert "warfarin: warfarin, yes" in result.stderr
    assert "no to all; yes stays for warfarin" in result.stderr
    assert "did you mean the region `neck`?" in result.stderr


def test_single_facts_are_asked_only_after_a_yes() -> None:
    """A group is one question; those of its facts are shown to whoever says yes, and no other."""
    library = load_library()
    groups = asked_groups(library, "lumbar", "chronic")
    result = asked(*START, "n", "y", "n", *["n"] * (GROUPS - 2), "y", "")
    told = " ".join(result.stderr.split())
    assert len(groups) == GROUPS
    assert all(group.question in told for group in groups)
    shown = {flag.id for group in groups for flag in group.flags if f" {flag.question}" in told}
    same = {one.flags[0].id for one in groups if one.question == one.flags[0].question}
    assert shown == {flag.id for flag in groups[1].flags} | same
    assert "--screened" in command_of(result)


def test_a_no_to_a_group_says_nothing_of_an_age_that_nobody_gave() -> None:
    """Without an age, a no to the group of the age is followed by the questions on the age."""
    group = [one.id for one in asked_groups(load_library(), "neck", "acute")].index("age-weight")
    rest = ["n"] * (GROUPS - group - 1)
    answered = asked("neck", "new", "", *["n"] * group, "n", "y", "n", *rest, "y", "")
    assert command_of(answered)[-3:] == ["-f", "age-65-plus", "--screened"]
    unsure = asked("neck", "new", "", *["n"] * group, "n", "n", "?", *rest, "y", "")
    assert "--screened" not in command_of(unsure)
    assert "not answered: under-18" in unsure.stderr


@pytest.mark.sample(2)
@pytest.mark.parametrize("answer", [("?",), ("y", "3"), ("y", "?"), ("y", "", "n", "n", "n", "n")])
def test_what_the_age_says_stays(answer: tuple[str, ...]) -> None:
    """An answer to the whole group leaves a known age as it is; one to its question does not."""
    group = [one.id for one in asked_groups(load_library(), "neck", "acute")].index("age-weight")
    result = asked("neck", "new", "71", *["n"] * group, *answer, "end", "y", "")
    assert result.exit_code == 0, result.output
    assert ("age-65-plus" in command_of(result)) is (answer[1:2] != ("",))


def test_what_only_asks_is_never_taken() -> None:
    """A word that may be a fact shows its question; a denied one and a wrong one set nothing."""
    words = ("antidepressant", "no asthma", "sertralin", "gout")
    result = asked("neck", "new", "", *words, "y", "y", "7", *words, "end", "y", "")
    assert result.exit_code == 0, result.output
    assert command_of(result) == ["make", "-r", "neck", "-s", "acute"]
    for said in ("SSRI or SNRI antidepressant? Answer", "did you mean sertraline?", "say which"):
        assert said in result.stderr


def test_facts_that_exclude_each_other_are_not_both_taken() -> None:
    """An age says two answers; a yes against them is not taken."""
    result = asked("neck", "new", "71", "under-18", "end", "y", "")
    assert "not taken: `under-18` cannot go with `age-65-plus`, which is yes" in result.stderr
    assert command_of(result) == ["make", "-r", "neck", "-s", "acute", "-f", "age-65-plus"]


def test_going_on_with_what_was_left_out() -> None:
    """After the end of the questions, `on` asks those that are open, in the same run."""
    middle = ["n"] * 5
    result = asked(*START, *middle, "end", "on", *["n"] * (GROUPS - 5), "y", "")
    assert result.exit_code == 0, result.output
    shown = [one for one in result.stderr.splitlines() if one.startswith("handout make ")]
    assert ["--screened" in one for one in shown] == [False, True]


def test_a_date_of_birth_is_an_age_and_is_not_shown(tmp_path: Path) -> None:
    """It sets the flags, and stands in no message and no file."""
    result = asked("neck", "new", "02/03/2015", "2 March 2015", "end", "y", "")
    assert "could be two days" in result.stderr
    assert command_of(result)[-1] == "under-18"
    assert "2015" not in result.output
    assert not [
        one for one in tmp_path.rglob("*") if one.is_file() and b"March 2015" in one.read_bytes()
    ]


@pytest.mark.parametrize("lines", [(), ("neck",), (*START, "n", "stop"), (*START, "end", "stop")])
def test_an_end_before_the_end_makes_nothing(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """When the answers end, or somebody stops, there is a sentence, no leaflet and no bug."""
    result = asked(*lines)
    assert (result.exit_code, result.stdout) == (130, "")
    assert "no leaflet was made, and nothing is kept" in result.stderr
    assert not (tmp_path / "output").exists()


@pytest.mark.sample(3)
@pytest.mark.parametrize("line", ["x" * 100_000, "\0\x1b[2J", "\u202e", "y " * 400, "-", "--help"])
def test_any_line_is_an_answer_or_is_asked_again(line: str) -> None:
    """A line of any length and of any letters sets nothing by chance and stops nothing."""
    result = asked(line, "neck", line, "new", line, "", line, "end", "y", "")
    assert result.exit_code == 0, result.output
    assert command_of(result) == ["make", "-r", "neck", "-s", "acute"]


def test_it_fits_a_terminal_and_moves_no_cursor() -> None:
    """On a terminal of 80 columns every line fits, and no control character is sent."""
    lines = "".join(f"{one}\n" for one in (*START, "warfarin", *["n"] * GROUPS, "y", ""))
    command = [sys.executable, "-m", "handouts", "ask", "-o", "a.pdf"]
    done = subprocess.run(command, input=lines.encode(), capture_output=True, check=True)
    text = done.stderr.decode()
    own = text.partition("Name to print")[0]
    shown = [one for one in own.splitlines() if not one.startswith("handout make ")]
    assert max(map(len, shown)) <= 80
    assert text.isprintable() or not [one for one in text if not one.isprintable() and one != "\n"]


def test_a_signal_ends_it_cleanly() -> None:
    """Ctrl-C while it waits for an answer is one line, and no traceback."""
    command = [sys.executable, "-m", "handouts", "ask"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.readline()
        os.kill(process.pid, signal.SIGINT)
        rest = process.communicate()[1]
    assert process.returncode == 130
    assert rest.decode().splitlines()[-1].endswith("stopped")
    assert b"Traceback" not in rest


def test_the_groups_hold_every_flag_once() -> None:
    """What is asked in groups is every flag of the content, so that all answered is screened."""
    result = asked(*START, "y", *[""] + ["n"] * 5, *["n"] * (GROUPS - 1), "y", "")
    assert "--screened" in command_of(result)
    assert f"asked about all {len(load_library().asked_flags)}" in result.stderr


def test_options_of_ask_are_no_leaflet_that_make_repeats() -> None:
    """What was asked is not kept under the words of the command line, which do not name it."""
    lines = (*START, *["n"] * GROUPS, "y", "")
    words = ["ask", "--paper", "letter"]
    answers = "".join(f"{one}\n" for one in lines)
    done = CliRunner().invoke(main, words, input=answers, obj=words[1:])
    assert done.exit_code == 0, done.output
    assert make_again(words[1:]) is None
    assert CliRunner().invoke(main, ["make", *words[1:]]).exit_code == 2


def test_the_questions_start_from_a_record() -> None:
    """What the record says stands beside its question; a no declines it, and nothing is set."""
    entries = [patient(birthDate="1990-01-01"), condition(concept(SNOMED, "51868009", "Ulcer"))]
    Path("p.json").write_text(json.dumps(entries), encoding="utf-8")
    options = ("--fhir", "p.json", "-o", "a.pdf", "--date", "2026-11-22")
    result = asked(*START, *["n"] * GROUPS, "y", "", options=options)
    assert result.exit_code == 0, result.output
    assert "the record: Ulcer, active, confirmed. Do you have" in result.stderr.replace("\n", " ")
    words = command_of(result)
    assert "--decline-proposals=gi-ulcer" in words
    assert "--screened" in words


def test_what_a_record_proposes_has_to_be_answered() -> None:
    """Left out, a proposal is asked about again before a leaflet is made."""
    entries = [patient(birthDate="1990-01-01"), condition(concept(SNOMED, "51868009", "Ulcer"))]
    Path("p.json").write_text(json.dumps(entries), encoding="utf-8")
    result = asked(*START, "end", "y", options=("--fhir", "p.json", "-o", "a.pdf"))
    assert "the record proposes gi-ulcer: answer yes or no" in result.stderr
    assert not Path("a.pdf").exists()
