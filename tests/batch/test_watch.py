"""A worklist that is put into a folder becomes leaflets, once, whatever happens on the way."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.app import main
from handouts.fastpath import atomic
from tests.support.processes import DEADLINE

pytestmark = pytest.mark.slow

SECRET = "Quillfeather"  # noqa: S105 - a name
LIST = f"row id,region,name,note\n1,neck,Zebedee {SECRET},Call me\n2,lumbar,Ana {SECRET},\n"
NAME = f"{SECRET}.csv"
FAKE_LP = """#!/bin/sh
cat > "$0.sheet"
echo printed >> "$0.jobs"
[ -e "$0.slow" ] && sleep 30
echo 'request id is desk-1 (1 file(s))'
"""


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_cache: Path) -> None:
    """Run every test in a folder of its own, with a printer that counts its jobs."""
    assert warm_cache.is_dir()
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("lp", FAKE_LP), ("lpstat", "#!/bin/sh\nexit 0\n")):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o700)
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


def command(*words: str, settle: str = "0.2") -> list[str]:
    """Return the command line of a watch that looks often."""
    usual = ("in", "-o", "out", "--every", "0.05", "--settle", settle, "--workers", "1")
    return [sys.executable, "-m", "handouts", "watch", *usual, *words]


def once(*words: str, code: int = 0) -> str:
    """Serve what is there, and return what was said."""
    done = subprocess.run(
        command("--once", *words), capture_output=True, text=True, check=False, timeout=DEADLINE
    )
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    return done.stderr


def until(holds: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def jobs() -> int:
    """Count what the printer was given."""
    path = Path("tools/lp.jobs")
    return path.read_text("utf-8").count("printed") if path.exists() else 0


def test_a_list_becomes_leaflets_and_its_log_names_nobody() -> None:
    """Neither the file, which may be called after a patient, nor a cell, nor a column."""
    Path("in", NAME).write_text(LIST + "3,nowhere,Bo,\n", encoding="utf-8")
    Path("in", "notes.pdf").write_bytes(b"%PDF-")
    said = once()
    (run,) = Path("out").iterdir()
    made = {one.name for one in run.iterdir()}
    assert {"1.pdf", "2.pdf", "manifest.jsonl", "report.txt"} < made
    assert any("reject" in one for one in made)
    assert "nowhere" in (run / "report.txt").read_text("utf-8")
    assert Path("in/done", run.name, NAME).exists()
    assert Path("in/notes.pdf").exists()
    assert re.search(rf"{run.name} done; 1 row is not made: see its report\n", said)
    for word in (SECRET, "Zebedee", "Bo", "nowhere", "neck", "region", "notes.pdf"):
        assert word not in said
    for one in (run, *run.iterdir()):
        assert one.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_list_that_is_still_copied_is_left_alone() -> None:
    """So is one that a program has open, one that is hidden, and one that is empty."""
    waiting = ("a.csv.part", ".b.csv", "~$c.xlsx", "d.csv", ".~lock.d.csv#")
    for name in waiting:
        Path("in", name).write_text("row id,region\n9,neck\n", encoding="utf-8")
    with subprocess.Popen(command(settle="0.6"), stderr=subprocess.PIPE) as watcher:
        with Path("in/list.csv").open("w", encoding="utf-8") as file:
            for line in ("row id,region\n", "1,neck\n", "2,neck\n", "3,neck\n", "4,neck\n"):
                file.write(line)
                file.flush()
                time.sleep(0.3)
        until(lambda: list(Path("in").glob("done/*/list.csv")))
        watcher.send_signal(signal.SIGTERM)
        assert watcher.wait(DEADLINE) == 0
        assert watcher.stderr is not None
        assert b"stopped" in watcher.stderr.read()
    (run,) = Path("out").iterdir()
    assert {f"{number}.pdf" for number in range(1, 5)} < {one.name for one in run.iterdir()}
    assert set(waiting) < {one.name for one in Path("in").iterdir()}


@pytest.mark.slow
def test_a_list_is_printed_once_whatever_stops_the_program() -> None:
    """Killed while the printer was taking it, it is left for a person to look at."""
    Path("in", NAME).write_text(LIST, encoding="utf-8")
    Path("tools/lp.slow").touch()
    with subprocess.Popen(command("--print"), stderr=subprocess.PIPE) as watcher:
        until(jobs)
        watcher.kill()
    said = once("--print")
    assert jobs() == 1
    assert "look at the printer" in said
    (run,) = Path("in/to-look-at").iterdir()
    assert "Nobody can tell whether it was printed" in (
        Path("out") / run.name / "report.txt"
    ).read_text("utf-8")
    Path("tools/lp.slow").unlink()
    Path("in/other.csv").write_text(LIST, encoding="utf-8")
    assert "done, printed" in once("--print")
    assert jobs() == 2
    assert Path("tools/lp.sheet").read_bytes().startswith(b"%PDF-")
    Path("in/other (1).csv").write_text(LIST, encoding="utf-8")
    twice = once("--print")
    assert re.search(
        r"is the same list as \S+, and is not made again: see report.txt in out", twice
    )
    assert jobs() == 2
    held = max(Path("in/to-look-at").iterdir())
    assert "under a name that begins with “again”" in (
        Path("out") / held.name / "report.txt"
    ).read_text("utf-8")


@pytest.mark.slow
def test_a_list_of_which_nothing_was_printed_is_made_again() -> None:
    """The program was killed before it was sent to the printer."""
    half = Path("in/working/2026-11-29-080000-01")
    half.mkdir(parents=True)
    (half / NAME).write_text(LIST, encoding="utf-8")
    Path("out", half.name).mkdir(parents=True)
    said = once("--print")
    assert jobs() == 1
    assert "again as" in said
    assert SECRET not in said
    assert Path("out", f"{half.name}-unfinished").is_dir()
    assert not list(Path("in/working").iterdir())


@pytest.mark.slow
def test_a_list_that_cannot_be_read_is_set_aside_with_the_reason() -> None:
    """The next one is made all the same."""
    Path("in", NAME).write_text("what,ever\nZebedee,1\n", encoding="utf-8")
    Path("in/z.csv").write_text("row id,region\n1,neck\n", encoding="utf-8")
    said = once("--quiet")
    assert said.count("\n") == 1  # of the list that is made nothing is said
    assert "is not made: see report.txt" in said
    assert SECRET not in said
    (run,) = Path("in/to-look-at").iterdir()
    report = (Path("out") / run.name / "report.txt").read_text("utf-8")
    assert report.startswith("error: ")
    assert len(list(Path("in/done").iterdir())) == 1


@pytest.mark.parametrize("out", ["in", "in/out"])
def test_leaflets_do_not_go_into_the_folder_that_is_watched(out: str) -> None:
    """The next look would take them for lists."""
    done = subprocess.run(
        [sys.executable, "-m", "handouts", "watch", "in", "-o", out, "--once"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "that is in the folder that is watched" in done.stderr


def test_a_list_that_is_held_open_is_moved_at_a_later_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows moves no folder of which a file is open; that ended the program."""
    refused: list[object] = []
    replace = os.replace

    def refuse(part: str | Path, path: str | Path) -> None:
        if Path(path).parent.name == "done" and len(refused) < 2:
            refused.append(path)
            error = PermissionError(13, "Permission denied")
            error.winerror = 32  # type: ignore[attr-defined,unused-ignore] # on Windows alone
            raise error
        replace(part, path)

    for name in ("replace", "rename"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(atomic, "_PAUSES", ())
    Path("in", NAME).write_text(LIST, encoding="utf-8")
    done = CliRunner().invoke(main, command("--once")[3:])
    assert done.exit_code == 0, done.stderr
    assert len(refused) == 2
    assert done.stderr.count("is open in another program, and goes to done after that") == 1
    (kept,) = Path("in/done").iterdir()
    assert [one.name for one in kept.iterdir()] == [NAME]
    assert not list(Path("in/working").iterdir())


def test_folders_may_be_named_from_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell of Windows leaves the `~`, as the one here does where it is quoted."""
    monkeypatch.setenv("HOME", str(tmp_path))
    Path("in", NAME).write_text(LIST, encoding="utf-8")
    words = ("~/in", "-o", "~/made", "--once", "--settle", "0.2", "--every", "0.05")
    done = subprocess.run(
        [sys.executable, "-m", "handouts", "watch", *words, "--workers", "1"],
        capture_output=True, text=True, check=False, timeout=DEADLINE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = Path("made").iterdir()
    assert (made / "1.pdf").exists()
    assert not Path("~").exists()


@pytest.mark.slow
def test_two_programs_do_not_watch_one_folder() -> None:
    """Each list would be taken by either."""
    with subprocess.Popen(command(), stderr=subprocess.PIPE) as watcher:
        until(lambda: Path("in/done").exists())
        assert "another run is writing into `in`" in once(code=2)
        watcher.terminate()
        assert watcher.wait(DEADLINE) == 0


@pytest.mark.slow
def test_a_broken_profile_is_no_fault_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program does not start, or ends; the list is made when the profile is mended."""
    Path("s.yaml").write_text("nmae: Ours\n", encoding="utf-8")
    monkeypatch.setenv("HANDOUTS_SERVICE", "s.yaml")
    Path("in", NAME).write_text(LIST, encoding="utf-8")
    assert "unknown key `nmae`" in once(code=3)
    assert Path("in", NAME).exists()
    Path("s.yaml").write_text("name: Ours\n", encoding="utf-8")
    assert " done" in once()
