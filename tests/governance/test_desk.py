"""What a profile says of the desk: who reads leaflets, where they go, on which printer."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.app import main

pytestmark = pytest.mark.slow

FAKE_LP = """#!/bin/sh
echo "$@" >> "$0.words"
cat > /dev/null
echo 'request id is desk-1 (1 file(s))'
"""
GROUP = 60_001
"""Of no user: only root can give a file to it."""


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_cache: Path) -> None:
    """Run every test in a folder of its own, with a printer that keeps its words."""
    assert warm_cache.is_dir()
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("lp", FAKE_LP), ("lpstat", "#!/bin/sh\nexit 0\n")):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


def profile(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Write the profile of the service."""
    Path("s.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HANDOUTS_SERVICE", str(Path("s.yaml").absolute()))


def handout(*words: str, umask: int = 0o007, code: int = 0) -> str:
    """Run the command in a process of its own, as from a shell with this umask."""
    done = subprocess.run(
        [sys.executable, "-m", "handouts", *words],
        umask=umask, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout.strip()


def mode(path: str | Path) -> int:
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(Path(path).stat().st_mode)


@pytest.mark.sample(3)
@pytest.mark.parametrize(("umask", "wanted"), [(0o007, 0o660), (0o022, 0o640), (0o077, 0o600)])
def test_a_group_shares_leaflets_and_what_it_mends(
    monkeypatch: pytest.MonkeyPatch, umask: int, wanted: int, warm_cache: Path
) -> None:
    """As far as the umask lets: one leaflet, numbered ones also when repeated, and lists."""
    profile(monkeypatch, "share: group\n")
    for words in (("-o", "a.pdf"), (), ()):
        path = handout("make", "-r", "neck", *words, umask=umask)
        assert mode(path) == wanted
    assert mode("output") == 0o770 & ~umask
    Path("list.csv").write_text("row id,region\n1,neck\n2,nowhere\n", encoding="utf-8")
    lists = ("batch", "list.csv", "-o", "out", "--merge", "all.pdf", "--workers", "1")
    handout(*lists, umask=umask, code=1)
    assert mode("out/1.pdf") == mode("all.pdf") == wanted
    assert mode("out") == 0o770 & ~umask
    Path("in").mkdir()
    Path("in/list.csv").write_text("row id,region\n1,neck\n", encoding="utf-8")
    handout("watch", "in", "-o", "of/lists", "--once", "--settle", "0.1", umask=umask)
    (made,) = Path("of/lists").glob("*/1.pdf")
    (report,) = Path("of/lists").glob("*/report.txt")
    assert mode(made) == mode(report) == wanted
    assert {mode(one) for one in list(made.parents)[:3]} == {0o770 & ~umask}
    (rejects,) = Path("out").glob("*rejects*")
    assert mode(rejects) == wanted
    assert mode("out/manifest.jsonl") == 0o600
    assert {mode(one) for one in warm_cache.iterdir()} == {0o600}


@pytest.mark.slow
def test_without_it_leaflets_are_private(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the umask."""
    for text in ("name: Ours\n", "share: owner\n"):
        profile(monkeypatch, text)
        assert mode(handout("make", "-r", "neck", umask=0)) == 0o600
    assert mode("output") == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder to another group")
def test_leaflets_get_the_group_of_a_setgid_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so does a folder that the program makes in it."""
    team = Path("team")
    team.mkdir()
    os.chown(team, -1, GROUP)
    team.chmod(0o2770)
    profile(monkeypatch, f"share: group\noutput: {team.absolute()}/new\n")
    for _ in range(2):
        path = Path(handout("make", "-r", "neck"))
        assert path.parent == team.absolute() / "new"
        assert path.stat().st_gid == path.parent.stat().st_gid == GROUP
    assert mode(path.parent) == 0o2770


def test_leaflets_go_where_the_service_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Under its own names, the first one and the repeated one."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    profile(monkeypatch, 'output: ~/leaflets\nfile-name: "{date}_{region}-{status}-{edition}"\n')
    for number in ("01", "02"):
        path = handout("make", "-r", "neck", "--date", "2026-11-22", "--name", "Ana")
        assert (
            path == f"{tmp_path}/home/leaflets/2026-11-22_neck-acute-{edition(path)}-{number}.pdf"
        )
    assert handout("make", "-r", "neck", "-o", "own.pdf") == f"{tmp_path}/own.pdf"


def test_lists_go_where_the_service_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each into a folder of its own, by the day and the list; a second run goes on there."""
    profile(monkeypatch, f'output: {tmp_path}/leaflets\nfile-name: "{{date}}-{{region}}"\n')
    Path("monday.csv").write_text("row id,region\n7,neck\n", encoding="utf-8")
    one = ("batch", "monday.csv", "--date", "2026-11-22", "--any-date", "--workers", "1")
    own = tmp_path / "leaflets/2026-11-22-monday"
    assert f"in {own}" in handout(*one)
    assert "1 of them was there already" in handout(*one)
    assert {file.name for file in own.iterdir()} == {"7.pdf", "manifest.jsonl"}
    handout("batch", "monday.csv", "--date", "2026-11-23", "--any-date", "--workers", "1")
    assert (tmp_path / "leaflets/2026-11-23-monday/7.pdf").exists()
    handout(*one, "--merge", "all.pdf")
    handout(*one, "-o", "elsewhere")
    assert Path("elsewhere/7.pdf").read_bytes() == (own / "7.pdf").read_bytes()
    handout(*one, "--dry-run")
    assert len(list((tmp_path / "leaflets").iterdir())) == 2
    assert not Path("output").exists()


def test_a_list_goes_into_the_usual_folder_where_no_service_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a single leaflet does; nobody has to name a folder."""
    monkeypatch.setenv("HANDOUTS_SERVICE", "")
    Path("list.csv").write_text("row id,region\n7,neck\n", encoding="utf-8")
    handout("batch", "list.csv", "--date", "2026-11-22", "--any-date", "--workers", "1")
    assert Path("output/2026-11-22-list/7.pdf").exists()


def test_watched_lists_go_where_the_service_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without -o; a folder of the service that is inside the one that is watched is refused."""
    profile(monkeypatch, f"output: {tmp_path}/leaflets\n")
    Path("in").mkdir()
    Path("in/list.csv").write_text("row id,region\n1,neck\n", encoding="utf-8")
    handout("watch", "in", "--once", "--settle", "0.1", "--workers", "1")
    assert len(list((tmp_path / "leaflets").glob("*/1.pdf"))) == 1
    profile(monkeypatch, f"output: {tmp_path}/in/leaflets\n")
    handout("watch", "in", "--once", "--settle", "0.1", "--workers", "1", code=2)


def edition(path: str) -> str:
    """Return the edition in a name."""
    return path.split("-acute-")[1].rpartition("-")[0]


@pytest.mark.slow
def test_the_printer_and_the_tray_are_those_of_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unless the command names another printer."""
    profile(monkeypatch, "printer: front-desk\ntray: Tray-2\n")
    handout("make", "-r", "neck", "--print", "-o", "a.pdf")
    handout("make", "-r", "neck", "--print", "ward", "-o", "b.pdf")
    Path("list.csv").write_text("row id,region\n1,neck\n", encoding="utf-8")
    handout("batch", "list.csv", "--merge", "all.pdf", "--print", "--workers", "1")
    first, second, third = Path("tools/lp.words").read_text("utf-8").splitlines()
    assert "-d front-desk " in first
    assert "-d front-desk " in third
    assert "-d ward " in second
    assert all("-o InputSlot=Tray-2" in line for line in (first, second, third))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("share: all\n", "unknown share `all`"),
        ("printer: -o raw\n", "is no name of CUPS"),
        ("tray: a b\n", "is no name of CUPS"),
        ("output: leaflets\n", "is not a whole path"),
        ('file-name: "{name}"\n', "cannot name a file"),
        ('file-name: "../{date}"\n', "cannot name a file"),
        ('file-name: "{date.year}"\n', "cannot name a file"),
        (f'file-name: "{"a" * 61}"\n', "cannot name a file"),
        ("share:\n", "it is empty"),
    ],
)
def test_a_name_of_a_file_holds_nothing_of_a_patient(
    monkeypatch: pytest.MonkeyPatch, text: str, fault: str
) -> None:
    """Nor does any other key hold what it should not; the line is named."""
    profile(monkeypatch, text)
    done = CliRunner().invoke(main, ["make", "-r", "neck", "-o", "a.pdf"])
    assert done.exit_code == 3
    assert fault in done.stderr
    assert "s.yaml:1" in done.stderr
    assert not Path("a.pdf").exists()
