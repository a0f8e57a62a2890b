"""A run that is killed, stopped or out of space leaves whole files only, and can be run again."""

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from random import Random
from shutil import copytree, rmtree

import pytest

from tests.support import processes
from tests.support.hostile import check_end, tree
from tests.support.processes import DEADLINE

COUNT = 80
HEAD = "row id,region,status,flags,name\n"
BATCH = (sys.executable, "-m", "handouts", "batch", "list.csv", "--date", "2026-11-22")
KINDS = {
    "files": ("-o", "out"),
    "one file": ("--merge", "all.pdf"),
    "both": ("-o", "out", "--merge", "all.pdf"),
}
SPACE = 300_000
"""Bytes that a file may have: more than a leaflet, less than all of them."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_content: Path) -> Path:
    """Work in a folder with a worklist, with a cache beside it that has only read the content."""
    monkeypatch.chdir(tmp_path)
    cache = copytree(read_content, tmp_path.parent / f"{tmp_path.name}-cache")
    monkeypatch.setenv("HANDOUTS_CACHE", str(cache))
    rows = (
        f"p{n},{('neck', 'lumbar')[n % 2]},acute,,Patient {chr(65 + n % 26)}" for n in range(COUNT)
    )
    Path("list.csv").write_text(HEAD + "\n".join(rows))
    return tmp_path


def finish(*words: str, wanted: int = 0, limit: Callable[[], None] | None = None) -> str:
    """Run a batch to its end; give what it said."""
    done = subprocess.run(
        [*BATCH, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
        preexec_fn=limit,
    )
    check_end(done.returncode, done.stdout, done.stderr)
    assert done.returncode == wanted, done.stderr
    return done.stderr


def whole(*words: str) -> dict[str, bytes | None]:
    """Give what an undisturbed run makes."""
    finish(*words)
    made = tree(Path())
    for name in (*(Path("out").iterdir() if Path("out").exists() else ()), *Path().glob("all.*")):
        Path(name).unlink()
    return made


def stopped(words: Sequence[str], number: signal.Signals, after: float) -> int:
    """Start a batch, and send it a signal so many seconds after it began to write."""
    with processes.start([*BATCH, *words]) as process:
        while process.poll() is None and not started():
            time.sleep(0.002)
        time.sleep(after)
        if process.poll() is None:
            process.send_signal(number)
        process.communicate(timeout=DEADLINE)
    return process.returncode


def started() -> bool:
    """Say whether anything of a run is there."""
    return any(path.name != "list.csv" for path in Path().iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_is_killed_ends_as_if_nothing_had_happened(here: Path, kind: str) -> None:
    """Killed at any instant, again and again, it has only whole files; then it ends the same."""
    words, random = KINDS[kind], Random(kind)  # noqa: S311 - instants, no secrets
    undisturbed = whole(*words)
    for _ in range(4):
        stopped(words, signal.SIGKILL, random.random() * 0.6)
        for name, content in tree(here).items():
            if ".handout-" not in name and "manifest" not in name:
                assert content == undisturbed[name], name
    finish(*words, "--workers", "1")
    assert tree(here) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_nothing_half(
    here: Path, kind: str, number: signal.Signals, code: int
) -> None:
    """Ctrl-C and `kill` end a batch with their codes; unfinished files are gone, others stay."""
    for attempt in count():
        ended = stopped(KINDS[kind], number, 0)
        assert ended in {code, 0}
        left = tree(here)
        assert not any(".handout-" in name for name in left), left
        assert all(content is None or content for content in left.values())
        if ended == code:
            return
        assert attempt < 20, "it is never stopped in time"
        for path in here.iterdir():  # or the next run would look as if it had begun to write
            if path.name != "list.csv":
                rmtree(path) if path.is_dir() else path.unlink()


def scarce() -> None:
    """Let no file grow beyond some size, as on a disk that is nearly full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (SPACE, SPACE))


def none() -> None:
    """Let nothing be written at all."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "limit"), [("files", none), ("one file", scarce), ("both", none), ("both", scarce)]
)
def test_a_full_disk_leaves_whole_files_and_says_so(
    here: Path, kind: str, limit: Callable[[], None]
) -> None:
    """Out of space, a batch names the place; nothing half is left, and it goes on when there is."""
    words = KINDS[kind]
    said = finish(*words, wanted=2, limit=limit)
    assert "error: no space left for `" in said
    left = tree(here)
    assert "all.pdf" not in left
    assert not any(".handout-" in name for name in left), left
    assert all(
        len(content) > 1000 for name, content in left.items() if content and name.endswith("pdf")
    )
    finish(*words)
