"""Files that are made to fill the memory, to run for ever or to reach elsewhere do none of these.

Each is tried in a process of its own that may take some memory and some seconds of a processor.
"""

import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from handouts.batch.ready import INVENTORY_FILE as FILE
from handouts.batch.ready import Inventory
from handouts.batch.workbook import workbook
from handouts.content.load import content_folder
from handouts.system.object_cache import cached
from tests.support.hostile import check_end, tree
from tests.support.processes import DEADLINE
from tests.support.sheets import REPEATED, ods_content, ods_row, ods_table

MEMORY, SECONDS = 1 << 30, 30
"""What a process may take. Nothing here needs a third of either."""
HEAD = b"row id,region\n1,neck\n"
Bomb = Callable[[], bytes]


def limit() -> None:
    """Keep a process from taking the machine with it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def handout(here: Path, *words: str) -> tuple[int, str]:
    """Run the real command in a folder; give its exit code and what it said of errors."""
    done = subprocess.run(
        [sys.executable, "-m", "handouts", *words],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
        preexec_fn=limit,
    )
    check_end(done.returncode, done.stdout, done.stderr)
    assert len(done.stderr) < 100_000
    return done.returncode, done.stderr


def packed(**parts: bytes) -> bytes:
    """Put other parts into a workbook."""
    usual = workbook([["row id", "region"], ["1", "neck"]])
    Path("usual.xlsx").write_bytes(usual)
    with (
        zipfile.ZipFile("usual.xlsx") as before,
        zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for name in before.namelist():
            stem = Path(name).stem
            after.writestr(name, parts.get(stem, before.read(name)))
    content = Path("bomb.xlsx").read_bytes()
    Path("usual.xlsx").unlink()
    Path("bomb.xlsx").unlink()
    return content


MANY = f'{REPEATED}="1000000"'
EMPTY = f"<table:table-row {MANY}><table:table-cell/></table:table-row>"
FAR = '<table:table-cell table:number-columns-repeated="16000"/>'
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
WORKLISTS: dict[str, tuple[str, Bomb]] = {
    "a line without end": ("csv", lambda: HEAD + b"x" * (60 << 20)),
    "a quote without end": ("csv", lambda: HEAD + b'2,"' + b"x" * 60_000 + b"\n" * 400_000),
    "a row of commas": ("csv", lambda: HEAD + b"," * (60 << 20)),
    "a head of commas": ("csv", lambda: b"region" + b",a" * 100_000 + b"\n1,2\n"),
    "a large file": ("csv", lambda: HEAD + b"2,neck\n" * (10 << 20)),
    "many rows": ("csv", lambda: HEAD + b"\n" * 300_000),
    "a cell of words": ("csv", lambda: b"region,flags\nneck," + b"x " * 100_000),
    "brackets": ("jsonl", lambda: b'{"region": ' + b"[" * 200_000),
    "digits": ("jsonl", lambda: b'{"region": ' + b"9" * 200_000 + b"}"),
    "unpacks to a gigabyte": ("xlsx", lambda: packed(sheet1=SHEET + b" " * (1 << 30))),
    "a far row": ("xlsx", lambda: packed(sheet1=SHEET + b'<row r="99999999999"/></sheetData>')),
    "a row a million times": (
        "ods", lambda: ods_content(ods_table([ods_row(("region",)), ods_row(("x",) * 50, MANY)])),
    ),
    "a far cell": (
        "ods", lambda: ods_content(ods_table([ods_row(("region",)), EMPTY, ods_row((FAR, "x"))])),
    ),
    "entities in ODS": (
        "ods", lambda: ods_content("&a11;", doctype=f"<!DOCTYPE x [{LAUGHS.decode()}]>"),
    ),
    "entities": ("xlsx", lambda: packed(sheet1=b"<!DOCTYPE x [" + LAUGHS + b"]><x>&a11;</x>")),
    "a file of the machine": (
        "xlsx", lambda: packed(sheet1=b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
    ),
}  # fmt: skip


SAYS = {"unpacks to a gigabyte": "unpacked, it is larger than any worklist"}
"""What is refused by a limit of its own, not by what the memory holds."""


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKLISTS)
def test_no_worklist_fills_the_memory_or_runs_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each is refused, or its rows are, before much of it is read."""
    monkeypatch.chdir(tmp_path)
    kind, bomb = WORKLISTS[name]
    (tmp_path / f"list.{kind}").write_bytes(bomb())
    code, said = handout(tmp_path, "batch", f"list.{kind}", "--dry-run")
    assert code in {1, 2}, said
    assert SAYS.get(name, "") in said
    assert "root:" not in said
    assert set(tree(tmp_path)) == {f"list.{kind}"}


CONTENTS: dict[str, Bomb] = {
    "nested keys": lambda: b"places:\n" + b"? " * 900_000,
    "nested lists": lambda: b"places:\n" + b"- " * 900_000,
    "nested brackets": lambda: b"places: " + b"[" * 1_900_000,
    "brackets behind comments": lambda: b"places:\n" + b" [ # ]\n" * 250_000,
    "aliases": lambda: b"a: &a [x]\n" + b"b: [" + b"*a," * 99 + b"]\n",
    "anchors": lambda: b"places:\n" + b"- &a\n" * 300_000,
    "a text": lambda: b"places: " + b"x" * 1_900_000,
    "keys": lambda: b"".join(b"k%d: 1\n" % n for n in range(150_000)),
    "a large file": lambda: b"# " * 40_000_000,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTENTS)
def test_no_content_fills_the_memory_or_crashes(tmp_path: Path, name: str) -> None:
    """Each is an error that names the file."""
    shutil.copytree(content_folder(), tmp_path / "content")
    (tmp_path / "content/places.yaml").write_bytes(CONTENTS[name]())
    code, said = handout(tmp_path, "make", "--region", "neck", "--content", "content")
    assert code == 3
    assert "content/places.yaml" in said
    assert set(tree(tmp_path)) == {"content", *(f"content/{one}" for one in tree(content_folder()))}


# ------------------------------------------------------------------ paths
@pytest.mark.slow
@pytest.mark.parametrize("what", ["a pipe", "a folder", "a device", "a broken link"])
def test_what_is_no_worklist_is_not_waited_for(tmp_path: Path, what: str) -> None:
    """A worklist is a plain file: it is read twice, and a pipe could only be read once."""
    place = tmp_path / "list.csv"
    match what:
        case "a pipe":
            os.mkfifo(place)
        case "a folder":
            place.mkdir()
        case "a device":
            place.symlink_to("/dev/zero")
        case _:
            place.symlink_to("nowhere")
    code, said = handout(tmp_path, "batch", "list.csv", "-o", "out")
    assert code == 2
    assert said.startswith("error: cannot use `list.csv`: ")
    assert set(tree(tmp_path)) == {"list.csv"}


LINKED = ("1.pdf", "manifest.jsonl", "list.rejects.csv", ".handout-1.tmp", ".handout-manifest.tmp")


@pytest.mark.slow
@pytest.mark.sample(5)
@pytest.mark.parametrize("kind", ["a link", "a pipe", "a folder"])
@pytest.mark.parametrize("name", LINKED)
def test_nothing_in_the_folder_leads_elsewhere(tmp_path: Path, name: str, kind: str) -> None:
    """A link, a pipe or a folder under a name of ours: nothing outside is changed."""
    (tmp_path / "list.csv").write_bytes(HEAD + b"2,nek\n")
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "out").mkdir()
    place = tmp_path / "out" / name
    match kind:
        case "a link":
            place.symlink_to(tmp_path / "victim")
        case "a pipe":
            os.mkfifo(place)
        case _:
            place.mkdir()
    handout(tmp_path, "batch", "list.csv", "-o", "out", "--workers", "1")
    assert (tmp_path / "victim").read_bytes() == b"mine"
    assert {path.name for path in tmp_path.iterdir()} == {"list.csv", "victim", "out"}


def test_a_manifest_that_cannot_be_read_stops_a_list_before_its_leaflets(tmp_path: Path) -> None:
    """They would be in no manifest: as in the folder of a colleague, whose manifest is private."""
    (tmp_path / "list.csv").write_bytes(HEAD + b"2,neck\n")
    (tmp_path / "out" / "manifest.jsonl").mkdir(parents=True)
    code, said = handout(tmp_path, "batch", "list.csv", "-o", "out", "--workers", "1")
    assert (code, "cannot write `out`" in said) == (2, True)
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["manifest.jsonl"]


def test_a_forged_list_of_a_library_removes_nothing_elsewhere(tmp_path: Path) -> None:
    """A list that names a file outside its folder counts as damaged, whatever digest it gives."""
    (tmp_path / "victim").write_bytes(b"")
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    folder = tmp_path / "leaflets"
    folder.mkdir()
    for name in ("../victim", str(tmp_path / "victim"), "a/../../victim"):
        item = f'{{"key": "", "digest": "{digest}", "day": "", "draft": false}}'
        (folder / FILE).write_text(f'{{"format": 1, "files": {{"{name}": {item}}}}}')
        inventory = Inventory(folder)
        assert inventory.damaged
        assert not inventory.items


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("handouts.fastpath.cache", "os.system"),
        ("handouts.fastpath.atomic", "write_all"),
    ],
)
def test_a_forged_entry_of_the_cache_calls_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    """An entry that names a function, ours or another's, is made again."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    calling = b"\x80\x04\x8c%c%s\x8c%c%s\x93\x8c\x0atouch mark\x85R." % (
        len(module), module.encode(), len(name), name.encode(),
    )  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr("handouts.system.object_cache.pickle.dumps", lambda *_, **__: calling)
        assert cached("kind", "digest", lambda: 1) == 1
    assert cached("kind", "digest", lambda: 2) == 2
    assert cached("kind", "digest", lambda: 3) == 2
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_cache_that_others_can_write_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    """What another may have put there is not read, and nothing of ours is put there."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    assert cached("kind", "digest", lambda: 1) == 1
    (tmp_path / "cache").chmod(mode)
    before = tree(tmp_path)
    assert cached("kind", "digest", lambda: 2) == 2
    assert cached("other", "digest", lambda: 3) == 3
    assert tree(tmp_path) == before


@pytest.mark.slow
def test_a_damaged_cache_changes_no_leaflet(tmp_path: Path) -> None:
    """Whatever byte of whatever entry is lost or wrong, the leaflet is the same to the byte."""
    environment = {**os.environ, "HANDOUTS_CACHE": str(tmp_path / "cache")}
    words = ("make", "--region", "neck", "--date", "2026-11-22", "-o", "leaflet.pdf")
    random = Random(1)  # noqa: S311 - which bytes

    def make() -> bytes:
        subprocess.run(
            [sys.executable, "-m", "handouts", *words],
            cwd=tmp_path, env=environment, check=True, capture_output=True,
        )  # fmt: skip
        return (tmp_path / "leaflet.pdf").read_bytes()

    whole = make()
    for turn in range(3):
        for entry in (tmp_path / "cache").iterdir():
            raw = bytearray(entry.read_bytes())
            at = random.randrange(len(raw))
            raw[at] ^= 1 << random.randrange(8)
            entry.write_bytes(raw[: at if turn == 1 else None] if turn else b"")
        assert make() == whole
