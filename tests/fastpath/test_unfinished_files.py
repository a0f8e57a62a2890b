"""What a killed run leaves, what file systems lack, what stands in the place of an entry."""

import errno
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handouts.fastpath import atomic, cache
from handouts.fastpath.atomic import AtomicFile, number_file, replace_file
from handouts.system.files import write_atomically, write_numbered
from handouts.system.locks import ExclusiveFile, only_run_in
from tests.support.processes import DEADLINE

KILLED = """
import os, signal, sys
from handouts.fastpath import atomic
os.fsync = lambda _file: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "numbered":
    atomic.number_file(sys.argv[2], "neck", "pdf", b"Zebedee")
else:
    atomic.replace_file(sys.argv[2] + "/neck.pdf", b"Zebedee")
"""
WRITERS: dict[str, Callable[[Path], object]] = {
    "numbered": lambda folder: number_file(str(folder), "neck", "pdf", b"%PDF"),
    "replaced": lambda folder: replace_file(str(folder / "neck.pdf"), b"%PDF"),
    "record": lambda folder: write_atomically(folder / "neck.pdf", b"%PDF"),
}


@pytest.fixture(autouse=True)
def _next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test be a run of its own."""
    monkeypatch.setattr(atomic, "_swept", set())


def unfinished(folder: Path) -> list[Path]:
    """List what is hidden in a folder."""
    return sorted(folder.glob(".handout-*"))


def refusing(number: int) -> Callable[..., None]:
    """Stand for a call of the system that a file system does not know."""

    def refuse(*_words: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("how", ["numbered", "replaced"])
def test_what_a_killed_run_left_goes_at_the_next(tmp_path: Path, how: str, writer: str) -> None:
    """It holds a whole leaflet with its name; whatever is written there next removes it."""
    command = [sys.executable, "-c", KILLED, how, str(tmp_path)]
    subprocess.run(command, check=False, timeout=DEADLINE, env=os.environ)
    assert len(unfinished(tmp_path)) == 1
    WRITERS[writer](tmp_path)
    assert not unfinished(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_another_run_is_writing_stays(tmp_path: Path) -> None:
    """Only what nobody holds is abandoned."""
    with AtomicFile(str(tmp_path / "a.pdf"), b"one") as part:
        atomic._swept.clear()  # noqa: SLF001 - as in another run
        number_file(str(tmp_path), "neck", "pdf", b"two")
        assert Path(part).read_bytes() == b"one"
    assert (tmp_path / "a.pdf").read_bytes() == b"one"


def test_where_nothing_is_locked_age_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A young file may be in the making; an old one is not."""
    young, old = (tmp_path / f".handout-{n:016x}.tmp" for n in (1, 2))
    for part in (young, old):
        part.touch()
    os.utime(young, (time.time(), time.time()))
    os.utime(old, (0, 0))
    monkeypatch.setattr(fcntl, "flock", refusing(errno.ENOLCK))
    number_file(str(tmp_path), "neck", "pdf", b"%PDF")
    assert unfinished(tmp_path) == [young]


def test_what_a_batch_is_writing_stays(tmp_path: Path) -> None:
    """Its list has one name for every run, and no lock of its own."""
    part = tmp_path / ".handout-manifest.tmp"
    part.touch()
    number_file(str(tmp_path), "neck", "pdf", b"%PDF")
    assert part.exists()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_nothing_but_a_plain_file_is_removed(tmp_path: Path, kind: str) -> None:
    """A link is not followed, a pipe not waited for."""
    part = tmp_path / f".handout-{7:016x}.tmp"
    make: dict[str, Callable[[], object]] = {
        "link": lambda: part.symlink_to(tmp_path / "mine"),
        "pipe": lambda: os.mkfifo(part),
        "folder": part.mkdir,
    }
    (tmp_path / "mine").write_text("kept")
    make[kind]()
    number_file(str(tmp_path), "neck", "pdf", b"%PDF")
    assert os.path.lexists(part)
    assert (tmp_path / "mine").read_text() == "kept"


# ------------------------------------------------------------------ file systems that lack things
@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
@pytest.mark.parametrize("call", ["chmod", "fchmod"])
def test_a_share_that_keeps_no_modes_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    """There everybody's files have the modes that the share gives them."""
    monkeypatch.setattr(os, call, refusing(number))
    assert write_numbered(tmp_path / "new", "neck", "pdf", b"%PDF").read_bytes() == b"%PDF"
    file = ExclusiveFile(str(tmp_path / "all.pdf"))
    file.write(b"%PDF")
    file.finish()
    assert (tmp_path / "all.pdf").read_bytes() == b"%PDF"


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_share_that_locks_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """It is not taken for another run that is at work."""
    monkeypatch.setattr(fcntl, "flock", refusing(number))
    with only_run_in(str(tmp_path / "batch")):
        file = ExclusiveFile(str(tmp_path / "batch" / "all.pdf"))
        file.write(b"%PDF")
        file.finish()
    write_atomically(tmp_path / "signoff.yaml", b"a: 1\n")
    assert (tmp_path / "batch" / "all.pdf").read_bytes() == b"%PDF"
    assert (tmp_path / "signoff.yaml").read_bytes() == b"a: 1\n"


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_without_links_nothing_is_overwritten_and_nothing_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Stopped between taking a name and filling it, a run leaves no empty leaflet."""
    monkeypatch.setattr(os, "link", refusing(number))
    paths = [number_file(str(tmp_path), "neck", "pdf", b"%%PDF%d" % one) for one in range(3)]
    assert [Path(path).read_bytes() for path in paths] == [b"%PDF0", b"%PDF1", b"%PDF2"]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["neck-01.pdf", "neck-02.pdf", "neck-03.pdf"]
    move = os.replace

    def stop(source: str, target: str) -> None:
        assert not Path(target).exists()
        move(source, target)

    monkeypatch.setattr(os, "replace", stop)
    assert number_file(str(tmp_path), "neck", "pdf", b"%PDF").endswith("neck-04.pdf")


# ------------------------------------------------------------------ in the place of an entry
@pytest.mark.parametrize("kind", ["pipe", "zeros", "folder", "socket", "huge", "loop"])
def test_what_is_no_plain_file_is_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A pipe is not waited for, a device not read without end; a new entry takes its place."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "kept"))
    cache.keep("scene", "key", ("value",), 4)
    (path,) = (tmp_path / "kept").iterdir()
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "zeros":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    elif kind == "socket":
        os.mknod(path, 0o600 | 0o140000)
    else:
        path.mkdir()
    assert cache.recall("scene", "key") is None
    cache.keep("scene", "key", ("value",), 4)
    if kind != "folder":
        assert cache.recall("scene", "key") == ("value",)
