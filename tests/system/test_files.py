"""Files appear whole or not at all, in place of an older one or under a free number."""

import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from handouts.errors import OutputError
from handouts.fastpath.atomic import write_all, write_new
from handouts.system.files import replacing, write_atomically, write_file, write_numbered
from handouts.system.locks import ExclusiveFile

FULL = "\n  hint: free some space, or choose another place"
ELSEWHERE = "\n  hint: choose another place"

Broken = Callable[..., object]


def raising(error: BaseException) -> Broken:
    """Give a function that raises, whatever it is called with."""

    def broken(*_: object, **__: object) -> object:
        raise error

    return broken


def mode(path: Path) -> int:
    """Give the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_for_its_owner_only(tmp_path: Path) -> None:
    """The bytes arrive, the path comes back, and nobody else may read it, whatever the umask."""
    before = os.umask(0o777)
    try:
        path = write_file(str(tmp_path / "a.pdf"), b"bytes")
    finally:
        os.umask(before)
    assert (path, path.read_bytes(), mode(path)) == (tmp_path / "a.pdf", b"bytes", 0o600)


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    """The new file stands in place of the old one, and is private even if the old one was not."""
    old = tmp_path / "a.pdf"
    old.write_bytes(b"old")
    old.chmod(0o644)
    write_file(str(old), b"new")
    assert (old.read_bytes(), mode(old), len(list(tmp_path.iterdir()))) == (b"new", 0o600, 1)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing to a symbolic link replaces what it points to."""
    link, target = tmp_path / "link.pdf", tmp_path / "target.pdf"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert write_file(str(link), b"new") == link
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "the output path is empty\n  hint: name a file, or - for standard output"),
        (".", "`.` is a folder\n  hint: name a file in it, such as leaflet.pdf"),
        ("no/", "there is no folder `no`\n  hint: name a file in it, such as no/leaflet.pdf"),
        ("file/a.pdf", f"`file` is not a folder{ELSEWHERE}"),
        (
            "/proc/a.pdf",
            f"cannot write `/proc/a.pdf`: no such file or directory{ELSEWHERE}",
        ),
        (
            "/dev/full",
            f"no space left for `/dev/full`{FULL}",
        ),
    ],
)
def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    """Each unusable place has its own message, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    with pytest.raises(OutputError) as caught:
        write_file(name, b"bytes")
    assert str(caught.value) == message
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_device_is_written_to_and_not_replaced() -> None:
    """Writing to /dev/null, as root too, leaves it a device."""
    write_file(os.devnull, b"bytes")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "link"])
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "broken"), KeyboardInterrupt()]
)
def test_a_write_cut_short_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException
) -> None:
    """Whatever fails, and on Ctrl-C: no new file, no temporary one, and the old one is whole."""
    old = tmp_path / "old.pdf"
    old.write_bytes(b"old")
    wanted = OutputError if isinstance(error, OSError) else KeyboardInterrupt
    monkeypatch.setattr(os, call, raising(error))
    if call != "link":
        with pytest.raises(wanted):
            write_file(str(old), b"new")
    if call != "replace":
        with pytest.raises(wanted):
            write_numbered(tmp_path / "output", "neck", "pdf", b"new")
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_bytes() == b"old"


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A real limit on the size of a file stops the write half way; the half does not stay."""
    script = (
        "import resource, signal, sys\n"
        "from handouts.errors import OutputError\n"
        "from handouts.system.files import write_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    write_file(sys.argv[1], bytes(100_000))\n"
        "except OutputError as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"no space left for `{tmp_path}/a.pdf`")
    assert not list(tmp_path.iterdir())


def test_numbers_run_on_and_nothing_is_overwritten(tmp_path: Path) -> None:
    """The folder is made for its owner only; each file takes the first number that is free."""
    folder = tmp_path / "output"
    names = [write_numbered(folder, "neck", "pdf", bytes([n])).name for n in range(3)]
    (folder / "neck-02.pdf").unlink()
    names.append(write_numbered(folder, "neck", "pdf", b"x").name)
    assert names == ["neck-01.pdf", "neck-02.pdf", "neck-03.pdf", "neck-02.pdf"]
    assert mode(folder) == 0o700
    assert {mode(path) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("links", [True, False])
def test_writers_that_race_get_a_file_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    """Of many writers at once, on a disk with links or without, none loses its file."""
    if not links:
        monkeypatch.setattr(os, "link", raising(OSError(errno.EPERM, "no links here")))
    folder = tmp_path / "output"
    contents = [b"%d" % number for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda one: write_numbered(folder, "neck", "pdf", one), contents))
    assert [path.read_bytes() for path in paths] == contents
    assert len(set(paths)) == len(list(folder.iterdir())) == len(contents)


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    """A file called output is not a folder, and stays as it is."""
    folder = tmp_path / "output"
    folder.write_bytes(b"mine")
    with pytest.raises(OutputError, match="is not a folder\n  hint: move it away, or name a file"):
        write_numbered(folder, "neck", "pdf", b"x")
    assert folder.read_bytes() == b"mine"


def test_a_slow_pipe_gets_every_byte() -> None:
    """A stream that takes a few bytes at a time still gets all of them."""
    taken = bytearray()

    def write(rest: memoryview) -> int:
        taken.extend(rest[:3])
        return min(3, len(rest))

    write_all(write, b"12345678")
    assert taken == b"12345678"


def test_entries_of_two_who_write_at_once_are_never_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each entry is there, or its writer heard that the record was changed in the meantime."""
    record = tmp_path / "signoff.yaml"

    def slow(path: str, content: bytes, *, mode: int, lasting: bool) -> None:
        """Take so long that others come between."""
        time.sleep(0.002)
        write_new(path, content, mode=mode, lasting=lasting)

    monkeypatch.setattr("handouts.fastpath.atomic.write_new", slow)

    def write(name: str) -> list[str]:
        kept = []
        for number in range(15):
            before = record.read_bytes() if record.exists() else None
            entry = f"{name} {number}\n"
            with suppress(OutputError):
                write_atomically(record, (before or b"") + entry.encode(), expect=before)
                kept.append(entry)
        return kept

    with ThreadPoolExecutor(4) as threads:
        kept = [entry for some in threads.map(write, "abcd") for entry in some]
    assert kept
    assert sorted(kept) == sorted(record.read_text(encoding="utf-8").splitlines(keepends=True))


def test_a_folder_that_is_missing_is_named_with_what_chose_it(tmp_path: Path) -> None:
    """Who typed no folder learns that the profile may have named it."""
    lost = tmp_path / "no" / "new"
    with pytest.raises(OutputError) as raised, replacing(str(lost)):
        pass
    assert f"make the folder `{lost.parent}` first" in str(raised.value.faults[0])
    assert "`output` of service.yaml" in str(raised.value.faults[0])


def test_folders_on_the_way_are_made_for_their_owner_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file, a numbered one, a locked one: each has its folders; what fails leaves none."""
    monkeypatch.chdir(tmp_path)
    write_file("a/b/c.pdf", b"bytes")
    write_numbered(Path("d/e"), "leaflet", "pdf", b"bytes")
    write_numbered(Path("f"), "leaflet", "pdf", b"bytes")  # the very folder that was asked for
    ExclusiveFile("g/h.pdf").finish()
    ExclusiveFile("i/j/k.pdf").discard()
    assert mode(Path("a")) == mode(Path("a/b")) == mode(Path("d/e")) == 0o700
    assert Path("g/h.pdf").exists()
    assert not Path("i").exists()
    said = capsys.readouterr().err.splitlines()
    assert said == [f"made the folder `{tmp_path / one}`" for one in "adgi"]
    with pytest.raises(OutputError):
        write_file("l/m/" + "n" * 300 + ".pdf", b"bytes")
    assert not Path("l").exists()
