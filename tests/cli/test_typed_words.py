"""What people type: words without options, short forms, an age, how long, a name from a file."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main

EXPLAIN = ("explain", "--chosen")


pytestmark = pytest.mark.usefixtures("warm_cache")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def run(*words: str, given: str | None = None) -> Result:
    """Run the command inside this process; `given` is its standard input."""
    return CliRunner().invoke(main, list(words), input=given)


def request_of(*words: str, given: str | None = None) -> str:
    """Give the first line of an explanation, which is the request as it was understood."""
    result = run(*EXPLAIN, *words, given=given)
    assert result.exit_code == 0, result.output
    return result.stdout.partition("; place")[0]


def refused(*words: str) -> str:
    """Give the message of a command that is refused as typed."""
    result = run(*EXPLAIN, *words)
    assert result.exit_code == 2, result.output
    return result.stderr


BASE = "; asked about every flag"
SAME = {
    ("neck", "warfarin", "copd", "--screened"): (
        "-r",
        "neck",
        "-f",
        "warfarin",
        "-f",
        "copd",
        "--screened",
    ),
    ("low", "back", "warfarin", "--age", "71"): (
        "-r",
        "lumbar",
        "--flags",
        "warfarin,age-65-plus",
    ),
    ("low back, asthma",): ("--region", "Low back", "--flags", "asthma"),
    ("neck", "6 months"): ("-r", "neck", "--duration", "6 months"),
    ("neck", "6", "months"): ("-r", "neck", "-s", "chronic"),
    ("neck", "for", "2", "weeks", "and", "asthma"): ("-r", "neck", "-s", "acute", "-f", "asthma"),
    ("71 years old", "neck"): ("-r", "neck", "-f", "age-65-plus"),
    ("16-year-old", "neck"): ("-r", "neck", "--dob", "2010-05-05", "--date", "2026-11-29"),
    ("low back", "20 weeks pregnant"): ("-r", "lumbar", "-f", "pregnant"),
    ("neck", "-s", "2 weeks"): ("-r", "neck", "-s", "acute"),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize(("typed", "plain"), SAME.items(), ids=[" ".join(one) for one in SAME])
def test_ordinary_words_are_the_options_that_they_mean(
    typed: tuple[str, ...], plain: tuple[str, ...]
) -> None:
    """Words, short forms, lists, an age and a length of time give the same request as ids do."""
    assert request_of(*typed) == request_of(*plain)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("neck", "lumbar"), "`neck` and `lumbar` cannot go together: one region"),
        (("lumbar", "-r", "neck"), "`neck` and `lumbar` cannot go together"),
        (("-r", "neck", "--region", "lumbar"), "--region is given twice: `neck` and `lumbar`"),
        (
            ("neck", "-s", "acute", "--duration", "1 year"),
            "`1 year` is chronic, and the status is acute",
        ),
        (("neck", "acute", "for 1 year"), "`for 1 year` is chronic, and the status is acute"),
        (("neck", "--age", "71", "-f", "under-18"), "the age and the flag `under-18` contradict"),
        (("neck", "--age", "40", "-f", "65+"), "the age and the flag `age-65-plus` contradict"),
        (
            ("neck", "--age", "40", "--dob", "1950-01-01"),
            "the age and the date of birth do not agree",
        ),
        (("neck", "--age", "old"), "`old` is no age"),
        (("neck", "--dob", "02/03/1955"), "the date of birth could be two days"),
        (("neck", "dob", "3/4/1950"), "a date of birth is not read among other words"),
        (("neck", "asthma, born 3 April 1950"), "give the age, as --age 71, or the date of birth"),
        (("neck", "1950-04-03"), "a date is not read among other words"),
        (("neck", "--duration", "since"), "`since` is no length of time"),
        (("neck", "--duration", "months"), "`months` may be either: New pain"),
        (("neck", "71"), "if it is meant so, write --age 71"),
        (("neck", "6 months", "warfarin", "--age", "x"), "`x` is no age"),
        (("neck", "2 years"), "write --age 2 or --duration"),
        (("neck", "6", "months", "warfarin"), "`6 months` may mean several things"),
        (("neck", "no", "asthma"), "What is not so is no fact"),
        (("neck", "antidepressant"), "`antidepressant` may be `ssri-snri`, or none"),
        (("neck", "sciatica"), "No leaflet and no question is about discs"),
        (("neck", "warfrin"), "did you mean the flag `warfarin`?"),
        (("neck", "apixabn"), "did you mean `apixaban`? It is `other-blood-thinner`"),
        (("nek",), "did you mean the region `neck`?"),
        (("neck", "--flags", "asthma,pumpkin"), "unknown flag `pumpkin`"),
        (("neck", ""), "a word is empty"),
        (("neck", "--flags", ","), "a list of flags is empty"),
        (("neck", "screened"), "`screened` is an option"),
        (("neck", "45F"), "if it is meant so, write --age 45"),
        (("neck", "71 yrs"), "write --age 71 or --duration"),
        (("neck", "-f"), "`handout explain --help` shows the options"),
        (("neck " * 61,), "more than 60 words"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_is_not_certain_is_refused_and_said(words: tuple[str, ...], message: str) -> None:
    """A word in doubt, and two that contradict each other, are named; no leaflet is made."""
    assert message in refused(*words)


def test_each_word_that_is_taken_is_said() -> None:
    """On standard error stands what each word was taken for, and that the age says nothing."""
    said = run(*EXPLAIN, "low back", "Eliquis", "6 months", "--age", "40").stderr.splitlines()
    assert said == [
        "Low back: lumbar",
        "Eliquis: other-blood-thinner",
        "6 months: chronic",
        "age: neither under-18 nor age-65-plus",
    ]


def test_a_date_of_birth_is_kept_nowhere(tmp_path: Path) -> None:
    """Neither the cache nor any file that is written holds the date, and no message shows it."""
    for words in (("--dob", "1950-02-21"), ("--dob", "1950-02-21", "-f", "under-18")):
        result = run("make", "neck", *words, "-o", "a.pdf")
        assert "1950" not in result.output
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert files
    assert not [one for one in files if b"1950-02-21" in one.read_bytes()]


def test_the_rest_of_a_name_is_no_word_of_the_request() -> None:
    """A surname that is also a place or an illness is not taken for one, before and after a run."""
    for _ in range(2):
        result = run("make", "-r", "neck", "--name", "Gareth", "England")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "England" not in result.output
        assert run("make", "England", "-r", "neck", "--name", "Gareth").exit_code == 0


# ------------------------------------------------------------------ a name that no list shows
def test_a_name_comes_from_a_file_or_from_standard_input() -> None:
    """All ways of giving a name give the same leaflet, byte for byte."""
    Path("name.txt").write_text("\ufeffAna Silva\r\n", encoding="utf-8")
    ways: tuple[tuple[tuple[str, ...], str | None], ...] = (
        (("--name", "Ana Silva"), None),
        (("-n", "-"), "Ana Silva\n"),
        (("--name-file", "name.txt"), None),
        (("--name-file", "-"), "Ana Silva"),
        (("--name", "-", "--dob", "-"), "Ana Silva\n1980-01-01\n"),
    )
    made = []
    for number, (words, given) in enumerate(ways):
        assert run("make", "-r", "neck", *words, "-o", f"{number}.pdf", given=given).exit_code == 0
        made.append(Path(f"{number}.pdf").read_bytes())
    assert len(set(made)) == 1


@pytest.mark.parametrize(
    ("words", "given", "message"),
    [
        (("--name", "-"), "", "there is no name: standard input ended"),
        (("--name", "-"), "\n", "there is no name: standard input holds none"),
        (("--name-file", "two.txt"), None, "`two.txt` holds more than a name"),
        (("--name-file", "latin.txt"), None, "the name in `latin.txt` is not UTF-8 text"),
        (("--name-file", "none.txt"), None, "cannot read the name in `none.txt`"),
        (
            ("--name-file", "two.txt", "--name", "Ana"),
            None,
            "--name and --name-file cannot go together",
        ),
        (("--dob", "-"), "", "there is no date of birth"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_name_that_cannot_be_read_is_no_empty_name(
    words: tuple[str, ...], given: str | None, message: str
) -> None:
    """A leaflet without the name that was meant would go to anybody: it is refused."""
    Path("two.txt").write_text("Zebedee\nQuixote\n", encoding="utf-8")
    Path("latin.txt").write_bytes("Zebedeë".encode("latin-1"))
    result = run("make", "-r", "neck", *words, given=given)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Zebedee" not in result.output


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no list of processes to read")
def test_a_typed_name_stands_in_no_list_of_processes() -> None:
    """While the program runs, the command line that everybody can read does not hold the name."""
    command = [sys.executable, "-m", "handouts", "make", "-r", "neck", "-n", "-", "-o", "a.pdf"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(b"Zebedee Quixote\n")
        process.stdin.flush()
        seen = b""
        for _ in range(200):
            seen += Path(f"/proc/{process.pid}/cmdline").read_bytes()
            if process.poll() is not None:
                break
            time.sleep(0.005)
        process.communicate()
    assert process.returncode == 0
    assert b"handouts" in seen
    assert b"Zebedee" not in seen
    assert Path("a.pdf").stat().st_size


# ------------------------------------------------------------------ wrong words
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--regions", "--region"),
        ("--exercises", "--exercise"),
        ("--doses", "--dose"),
        ("--notes", "--note"),
        ("--lang", "--language"),
        ("--dairy", "--diary"),
        ("--out", "--output"),
        ("--pregnancy", "--flag pregnancy"),
        ("--warfarin", "--flag warfarin"),
        ("--apixaban", "--flag other-blood-thinner"),
        ("--printer", "--print"),
        ("--yes", ""),
        ("--bogus", ""),
    ],
)
def test_an_option_is_pointed_at_only_where_one_is_near(typed: str, meant: str) -> None:
    """The nearest is named, not the first of the alphabet, and none where none is near."""
    hint = run("make", typed).stderr.partition("hint: ")[2].strip()
    expected = f"did you mean `{meant}`?" if meant else "`handout make --help` shows the options"
    assert hint.startswith(expected)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("help", "`handout --help`"),
        ("flags", "`handout list flags`"),
        ("search", "`handout find`"),
        ("neck", "`handout make neck`"),
        ("warfarin", "`handout find warfarin`"),
        ("mak", "`make`"),
    ],
)
def test_a_command_is_pointed_at(typed: str, meant: str) -> None:
    """What people type for a command leads to it, and a word of a request to what takes it."""
    assert f"did you mean {meant}" in run(typed).stderr


def test_words_of_which_nothing_is_known_are_one_fault() -> None:
    """A sentence is answered once, with what was understood of it; a misspelt word by itself."""
    said = run("make", "neck", "on warfarin and had heart attack in 2019", "warfarinn")
    assert said.exit_code == 2
    assert said.stderr.count("unknown word") == 2
    assert "unknown words `had`, `in`, `2019`: write the facts alone" in said.stderr
    assert "understood: `neck`, `on warfarin`, `heart attack`" in said.stderr
    assert "did you mean the flag `warfarin`?" in said.stderr
