"""Running it every day: the log, what is kept, the manual, versions of libraries."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from handouts.cli import installation
from handouts.cli.app import COMMANDS, main
from handouts.cli.installation import OtherVersion
from handouts.cli.reference import as_man_page, as_markdown, as_text
from tests.support.leaflets import publisher

ROOT = Path(__file__).parent.parent.parent
NAME = "Zebedee Quillfeather"


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_cache: Path) -> None:
    """Run every test in a folder of its own."""
    assert warm_cache.is_dir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def handout(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as typed, in a process of its own."""
    command = [sys.executable, "-m", "handouts", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def run(*words: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words))


# ------------------------------------------------------------------ the log
def test_the_log_says_what_was_run_and_nothing_of_a_patient() -> None:
    """Neither name nor note, nor flag, age, file, nor a word that is no option."""
    secret = ("--name", NAME, "--note", "Call me", "--flag=gi-ulcer", "--age", "71", "-o", "q.pdf")
    assert handout("--log", "log.txt", "make", "-r", "neck", *secret).returncode == 0
    assert handout("--log=log.txt", "make", NAME, "--Quillfeather").returncode == 2
    assert handout("--log", "log.txt", "preset", "save", NAME).returncode != 0
    log = Path("log.txt").read_text("utf-8")
    first, second, third = log.splitlines()
    wanted = r"make -r --name --note --flag --age -o: exit 0, \d+\.\d s"
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\dT\S+ handout \d+\.\d+\.\d+ {wanted}", first), first
    assert re.search(r" make: exit 2, ", second), second
    assert " preset save: exit " in third
    for word in ("Zebedee", "Quillfeather", "gi-ulcer", "71", "q.pdf", "Call me", "neck"):
        assert word not in log
    assert Path("log.txt").stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_stops_the_run_first() -> None:
    """Whoever asked for a log would find none otherwise."""
    Path("notes").write_text("mine", encoding="utf-8")
    done = handout("--log", "notes/log.txt", "make", "-r", "neck", "-o", "a.pdf")
    assert done.returncode == 2
    assert "notes` is not a folder" in done.stderr
    assert not Path("a.pdf").exists()


# ------------------------------------------------------------------ what is kept
def test_what_is_kept_can_be_cleared(warm_cache: Path, tmp_path: Path) -> None:
    """Every entry and the note of the last leaflet go; a file of somebody else stays."""
    run("make", "-r", "neck", "-o", "a.pdf")
    (warm_cache / "mine.txt").write_text("mine", encoding="utf-8")
    assert "entries" in run("cache", "show").stdout
    assert (tmp_path / "state/handouts/last").exists()
    done = run("cache", "clear")
    assert done.exit_code == 0
    assert re.search(r"\d+ entries removed, \d+\.\d MB, from ", done.stdout)
    assert "what `handout last` tells" in done.stdout
    assert [one.name for one in warm_cache.iterdir()] == ["mine.txt"]
    assert not (tmp_path / "state/handouts/last").exists()
    assert "0 entries removed" in run("cache", "clear").stdout


def test_where_nothing_is_kept_there_is_nothing_to_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty HANDOUTS_CACHE means no cache."""
    monkeypatch.setenv("HANDOUTS_CACHE", "")
    assert run("cache", "clear").stdout == "no cache is kept here\n"


# ------------------------------------------------------------------ the manual
def test_the_manual_has_every_command_and_option() -> None:
    """It is made from the commands: none is missing, whoever adds one."""
    man, markdown = as_man_page(main), as_markdown(main)
    assert r"\-h, \-\-help" in man
    assert run("list", "-h").exit_code == 0  # a command keeps the help option that it was read with
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert f".SS handout {name}\n" in man
        assert f"\n## handout {name}\n" in markdown
        for option in command.params:
            for word in option.opts if isinstance(option, click.Option) else ():
                assert word.replace("-", "\\-") in man
                assert word in markdown


def test_the_manual_is_text_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person reads no marks of `man`; a pipe gets them, and each form can be asked for."""
    text = as_text(main, 80)
    assert "\nhandout make\n============\n" in text
    assert not re.search(r"(?m)^\.[A-Z]{2}|\\-", text)
    prose = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= 80
    assert run("manual").stdout.startswith(".TH")
    assert run("manual", "--text").stdout == f"{as_text(main, 90)}\n"
    monkeypatch.setattr("handouts.system.terminal.screen_width", lambda: 70)
    assert run("manual").stdout.startswith("Manual of handouts")
    assert run("manual", "--man").stdout.startswith(".TH")


def test_the_words_of_the_examples_are_in_the_content_that_ships() -> None:
    """Whoever copies an example from a help gets no unknown region, fact, exercise or drawing."""
    library = publisher().library
    known = {
        "--region": library.regions, "-r": library.regions, "--flag": library.flags,
        "-f": library.flags, "--place": library.places,
        "--accept": [one.id for one in library.blocks],
        "--accept-proposals": library.flags, "--decline-proposals": library.flags,
    }  # fmt: skip
    seen = 0
    for line in re.findall(r"(?m)^handout .+$", as_markdown(main)):
        words = shlex.split(line.replace("\\", ""))
        for option, value in pairwise(words):
            if option in known:
                seen += 1
                assert value in known[option], line
        if words[1] == "figure" and "--content" not in words:
            assert words[2] in library.figures, line
    assert seen > 10


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_man_page_is_read_without_complaint() -> None:
    """By groff, with all its warnings."""
    page = run("manual").stdout
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z"],
        input=page,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""


def test_the_exit_codes_are_in_the_documents() -> None:
    """Those of the help and those of the page are the same."""
    listed = re.findall(r"^      (\d+) ", main.help or "", re.MULTILINE) or re.findall(
        r"^  (\d+) ", main.help or "", re.MULTILINE
    )
    page = (ROOT / "docs/troubleshooting.md").read_text("utf-8")
    assert set(re.findall(r"^\| (\d+) \|", page, re.MULTILINE)) == set(listed) != set()


# ------------------------------------------------------------------ versions of libraries
def test_info_says_which_libraries_are_not_the_tested_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """And whether the bytes of a leaflet may differ; a library that is not there is none."""

    def other(names: object) -> dict[str, str]:
        del names
        return {"pypdf": "7.0.0", "fonttools": "4.61.0"}

    monkeypatch.setattr(installation, "installed", other)
    assert set(installation._other_versions()) == {  # noqa: SLF001 - without all the rest
        OtherVersion("pypdf", "7.0.0", "7.1.0"),
        OtherVersion("fonttools", "4.61.0", "4.68.0"),
    }
    said = run("info").stdout
    assert "pypdf 7.0.0, tested with 7.1.0\n" in said
    assert "fonttools 4.61.0, tested with 4.68.0; leaflets may differ in their bytes" in said
    found = json.loads(run("info", "--json").stdout)["libraries"]
    assert found["pypdf"] == {"installed": "7.0.0", "tested": "7.1.0"}
