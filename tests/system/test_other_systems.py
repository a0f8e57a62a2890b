"""Where the system lacks and refuses what Windows does, the program does without.

`tests/support/like_windows.py` takes it away. That is not Windows: docs/platforms.md says what only
a real one can show.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from handouts.fastpath import atomic, user_folders
from handouts.system import differences
from handouts.system.files import output_error, write_file
from tests.support.processes import DEADLINE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
LIKE_WINDOWS = ROOT / "tests" / "support" / "like_windows.py"
PYTHON = (sys.executable, "-X", "warn_default_encoding")
USUAL = ("--date", "2026-11-22")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the surroundings of a run, with the cache of its own that this test has."""
    kept = os.environ.get("HANDOUTS_CACHE", str(folder / "cache"))
    usual = {**os.environ, "PYTHONPATH": str(ROOT), "HANDOUTS_CACHE": kept, "TMPDIR": str(folder)}
    return usual | more


def run(
    folder: Path,
    *words: str,
    code: int = 0,
    held: tuple[int, ...] = (),
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own that is like Windows; it must end with this code."""
    done = subprocess.run(
        [*PYTHON, str(LIKE_WINDOWS), *words],
        cwd=folder,
        env=environment(folder, **(env or {})),
        pass_fds=held,
        capture_output=True,
        check=False,
        timeout=DEADLINE,
    )
    assert done.returncode == code, done.stderr.decode()
    return done


def as_if_windows(folder: Path, script: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a script that may import `like_windows`, in a folder and with the words after it."""
    return subprocess.run(
        [*PYTHON, "-c", script, *words],
        cwd=folder,
        env=environment(folder, PYTHONPATH=f"{LIKE_WINDOWS.parent}{os.pathsep}{ROOT}"),
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )


def test_every_module_is_imported_where_no_module_of_posix_is(tmp_path: Path) -> None:
    """No import leans on what Windows has not; no text is read in the computer's own encoding."""
    script = (
        "import like_windows, importlib, pkgutil, handouts\n"
        "found = pkgutil.walk_packages(handouts.__path__, 'handouts.')\n"
        "names = [one.name for one in found if not one.name.endswith('__main__')]\n"
        "[importlib.import_module(name) for name in names]\n"
        "print(len(names))\n"
    )
    done = as_if_windows(tmp_path, script)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200


@pytest.mark.slow
def test_leaflets_lists_and_presets_need_no_posix(tmp_path: Path, warm_cache: Path) -> None:
    """A list with CRLF lines is read, workers start afresh, and open files are never renamed."""
    assert warm_cache.is_dir()
    run(tmp_path, "preset", "save", "p", "--region", "neck", "--to", "service.yaml")
    usual = ("--preset", "p", *USUAL)
    run(tmp_path, "make", *usual, "-o", "one.pdf")
    run(tmp_path, "make", *usual, "-o", "one.pdf", "--force")
    numbered = run(tmp_path, "make", *usual).stdout.decode().strip()
    (tmp_path / "list.csv").write_bytes(b"row id,region\r\n1,neck\r\n2,lumbar\r\n")
    lists = ("batch", "list.csv", *USUAL, "--workers", "2", "-o", "out", "--merge", "all.pdf")
    run(tmp_path, *lists, "--no-cache")
    run(tmp_path, *lists)
    same = (tmp_path / "out" / "1.pdf").read_bytes()
    assert same == (tmp_path / "one.pdf").read_bytes() == Path(numbered).read_bytes()
    assert (tmp_path / "all.pdf").exists()
    assert not list(tmp_path.rglob(".handout-*"))


def test_a_leaflet_that_a_viewer_holds_open_is_named(tmp_path: Path, warm_cache: Path) -> None:
    """It is tried again for a while; then the file is named, and stays as it was."""
    assert warm_cache.is_dir()
    (tmp_path / "one.pdf").write_bytes(b"%PDF- another")
    with (tmp_path / "one.pdf").open("rb") as viewer:
        words = ("make", "-r", "neck", "-o", "one.pdf", "--force")
        done = run(tmp_path, *words, code=2, held=(viewer.fileno(),))
    assert b"`one.pdf` is open in another program" in done.stderr
    assert (tmp_path / "one.pdf").read_bytes() == b"%PDF- another"
    assert not list(tmp_path.glob(".handout-*"))


def test_a_file_that_is_held_for_a_moment_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a scanner for viruses holds it; what is refused for another reason is not tried again."""
    calls: list[object] = []
    replace = os.replace

    def refuse(part: str, path: str) -> None:
        calls.append(path)
        if len(calls) < 3:
            error = PermissionError(13, "denied")
            error.winerror = 32  # type: ignore[attr-defined,unused-ignore] # on Windows alone
            raise error
        replace(part, path)

    monkeypatch.setattr(os, "replace", refuse)
    write_file(str(tmp_path / "a.pdf"), b"one")
    write_file(str(tmp_path / "a.pdf"), b"two")
    assert (tmp_path / "a.pdf").read_bytes() == b"two"
    assert len(calls) == 4  # twice refused
    plain = PermissionError(13, "Permission denied")
    assert not atomic.is_held(plain)
    assert "open in another" not in str(output_error(plain, "a.pdf").faults[0])


NO_LINKS = """
import os, like_windows, sys
number = int(sys.argv.pop(1))
def refuse(*paths):
    error = OSError(22, "Invalid argument", *paths)
    error.winerror = number
    raise error
os.link = refuse
from handouts.__main__ import main
main()
"""
"""Windows on a memory stick, whose first argument is the error that a link gives there."""


@pytest.mark.parametrize("winerror", ["1", "50"])
def test_a_leaflet_is_made_where_windows_has_no_hard_links(
    tmp_path: Path, warm_cache: Path, winerror: str
) -> None:
    """On FAT, exFAT and some shares a link is refused with errors of Windows alone."""
    assert warm_cache.is_dir()
    words = ("make", "-r", "neck", "-o", "one.pdf", *USUAL)
    done = as_if_windows(tmp_path, NO_LINKS, winerror, *words)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-")
    assert not list(tmp_path.glob(".handout-*"))


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    """Without locks on folders a file in it is locked; it goes, however the run ends."""
    script = (
        "import fcntl, os, sys, types\n"
        "def locking(descriptor, how, count):\n"
        "    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, count, 0, os.SEEK_CUR)\n"
        "fake = types.SimpleNamespace(locking=locking, LK_NBLCK=2, LK_LOCK=1)\n"
        "real, sys.modules['msvcrt'], sys.modules['fcntl'] = fcntl, fake, None\n"
        "from handouts.system.locks import only_run_in\n"
        "from handouts.errors import OutputError\n"
        "try:\n"
        "    with only_run_in('out'):\n"
        "        print('in', flush=True); sys.stdin.read()\n"
        "except OutputError as error:\n"
        "    print(error.faults[0].message)\n"
    )
    command = [sys.executable, "-c", script]
    usual = environment(tmp_path)
    first = subprocess.Popen(
        command, cwd=tmp_path, env=usual, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdin is not None
    assert first.stdout is not None
    with first:
        assert first.stdout.readline() == b"in\n"
        second = subprocess.run(
            command, cwd=tmp_path, env=usual, input=b"", capture_output=True, check=True
        )
        assert second.stdout == b"another run is writing into `out`\n"
        first.stdin.close()
    third = subprocess.run(
        command, cwd=tmp_path, env=usual, input=b"", capture_output=True, check=True
    )
    assert third.stdout == b"in\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("C:\\clinic\\CON.pdf", "a device"),
        ("C:\\clinic\\aux.tar.pdf", "a device"),
        ("C:\\clinic\\Lpt1", "a device"),
        ("C:\\clinic\\a?.pdf", "no '?'"),
        ("C:\\clinic\\a:b.pdf", "no ':'"),
        ("C:\\clinic\\ward.", "no dot or blank"),
        ("C:\\" + "long\\" * 60 + "a.pdf", "letters"),
        ("C:\\clinic\\console.pdf", ""),
        ("C:\\clinic\\auxiliary.pdf", ""),
    ],
)
def test_a_name_that_windows_does_not_allow_is_refused(path: str, problem: str) -> None:
    """With the reason, before Windows opens a device in its place."""
    found = differences.name_problem(path, user_folders.WINDOWS)
    assert problem in found
    assert bool(found) == bool(problem)
    assert not differences.name_problem(path, "linux")


@pytest.mark.slow
def test_reserved_names_are_refused_by_the_command(tmp_path: Path) -> None:
    """Also as typed, and with a suffix."""
    done = run(tmp_path, "make", "-r", "neck", "-o", "Nul.pdf", code=2)
    assert b"keeps the name `Nul` for a device" in done.stderr


@pytest.mark.sample(2)
@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_an_old_console_shows_question_marks_and_says_so(tmp_path: Path, encoding: str) -> None:
    """It never stops a command, neither on standard output nor in an error."""
    profile = tmp_path / "service.yaml"
    profile.write_text("name: Łódź Fizjo\n", encoding="utf-8")
    more = {"PYTHONIOENCODING": encoding, "HANDOUTS_SERVICE": str(profile)}
    done = run(tmp_path, "info", env=more)
    assert b"? Fizjo" in done.stdout
    assert f"shown as `?`: what {encoding} lacks, such as U+0141".encode() in done.stderr
    done = run(tmp_path, "find", "ключ", code=2, env=more)
    assert b"nothing here has to do with" in done.stderr
    assert b"shown as" not in run(tmp_path, "list", "regions", env=more).stderr


def test_nothing_is_sent_to_a_printer_on_windows(tmp_path: Path, warm_cache: Path) -> None:
    """The PDF is made and kept, and how to print it is said."""
    assert warm_cache.is_dir()
    done = run(tmp_path, "make", "-r", "neck", "-o", "a.pdf", "--print", code=2)
    assert b"cannot print on Windows" in done.stderr
    assert b"actual size" in done.stderr
    assert (tmp_path / "a.pdf").exists()
    assert differences.no_printing("darwin") == ""


def test_a_watcher_that_could_not_print_does_not_start_on_windows(tmp_path: Path) -> None:
    """Every list would have ended with a person; what to do instead is said."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "list.csv").write_text("row id,region\n1,neck\n", encoding="utf-8")
    words = ("--once", "--settle", "0.1", "--every", "0.05")
    done = run(tmp_path, "watch", "in", "-o", "out", "--print", *words, code=2)
    assert b"cannot print on Windows" in done.stderr
    assert b"write --one-file in place of --print" in done.stderr
    assert [one.name for one in (tmp_path / "in").iterdir()] == ["list.csv"]


def test_workers_are_forked_on_linux_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS libraries of the system may crash in a process that was forked."""
    assert differences.start_method("linux") == "fork"
    assert differences.start_method(user_folders.MACOS) == "spawn"
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    assert differences.start_method("linux") == "spawn"


@pytest.mark.parametrize("kind", ["cache", "config", "state"])
def test_folders_are_those_that_platformdirs_names(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Computed here, because a repeated leaflet imports the standard library alone."""
    macos = pytest.importorskip("platformdirs.macos")
    windows = pytest.importorskip("platformdirs.windows")
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("PROGRAMDATA", "C:\\ProgramData")
    mac = macos.MacOS("handouts", appauthor=False)
    assert user_folders.own_folder(kind, "darwin") == getattr(mac, f"user_{kind}_dir")
    assert user_folders.shared_settings("darwin") == mac.site_config_dir
    monkeypatch.setattr(windows, "get_win_folder", lambda _: str(tmp_path))
    win = windows.Windows("handouts", appauthor=False)
    assert user_folders.own_folder(kind, "win32") == getattr(win, f"user_{kind}_dir")


@pytest.mark.slow
def test_content_with_crlf_lines_says_the_same(tmp_path: Path) -> None:
    """An editor of Windows may write them; only the version in the code is another."""
    other = tmp_path / "content"
    shutil.copytree(ROOT / "content", other)
    for path in other.rglob("*"):
        if path.suffix in {".yaml", ".csv"}:
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    make = ("make", "-r", "neck", "--format", "text", *USUAL, "-o")
    run(tmp_path, *make, "one.txt")
    run(tmp_path, *make, "two.txt", "--content", "content")
    one, two = ((tmp_path / name).read_text("utf-8").split("\n") for name in ("one.txt", "two.txt"))
    assert len(one) == len(two)
    other_lines = [a for a, b in zip(one, two, strict=True) if a != b]
    assert 0 < len(other_lines) <= 3
    assert all("ersion" in line or "Code" in line for line in other_lines), other_lines
