"""`handout library`: a folder of ready leaflets that keeps itself right, and its page."""

import html
import json
import os
import re
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pypdf
import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace
from selenium.webdriver import Chrome

from handouts.batch.ready import INVENTORY_FILE as FILE
from handouts.batch.ready import (
    Inventory,
    ReadyLeaflet,
    ReadySet,
    index_page,
    list_ready,
    openemr_names,
    update_library,
)
from handouts.cli.app import main
from handouts.content.look import LookOptions
from handouts.errors import ContentError
from handouts.fastpath.atomic import PART
from handouts.governance.approval import Withdrawal
from handouts.system.locks import only_run_in
from tests.support import processes
from tests.support.browser import as_usual, complaints, leave, show, violations
from tests.support.leaflets import DAY, publisher

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COUNT = 3 * 2 * (1 + len(publisher().library.flags))
EARLIER, LATER = "2026-11-22", "2026-12-24"


def run(folder: Path, *words: str | Path, day: str = LATER) -> Result:
    """Run the command inside this process, with leaflets as text, which are quick to make."""
    fixed = ("--format", "text", "--date", day)
    return CliRunner().invoke(main, ["library", str(folder), *fixed, *map(str, words)])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a library once; no test may change it."""
    folder = tmp_path_factory.mktemp("library") / "leaflets"
    assert run(folder, day=EARLIER).exit_code == 0
    return folder


@pytest.fixture
def shelf(built: Path, tmp_path: Path) -> Path:
    """Give a copy of the library to break."""
    return Path(shutil.copytree(built, tmp_path / "leaflets"))


def files(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# ------------------------------------------------------------------ the set
def test_every_region_status_and_single_flag_has_its_leaflet(built: Path) -> None:
    """The set is complete, readable for others, and made as if nobody had been asked."""
    names = {path.stem for path in built.glob("*.txt")}
    flags = publisher().library.flags
    assert len(names) == COUNT
    assert {f"{r}-{s}-{f}" for r in ("neck", "thoracic", "lumbar") for s in ("acute", "chronic")
            for f in flags} < names  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in built.glob("*.txt")} == {0o644}
    text = (built / "neck-acute.txt").read_text(encoding="utf-8")
    assert text.startswith("DRAFT: ")
    assert "Name:" in text
    assert "a gut ulcer or bleed, ever" in text  # the list to tick: nobody asked


def test_nothing_is_made_again_when_nothing_changed(shelf: Path) -> None:
    """A second run, on another day, leaves every byte as it was."""
    before = files(shelf)
    quiet = run(shelf, "--quiet")
    assert quiet.stderr.startswith("These words are not approved")
    result = run(shelf)
    assert result.stdout == quiet.stdout == f"{shelf / 'index.html'}\n"
    assert f"0 made, {COUNT} unchanged, 0 removed" in result.stderr
    assert files(shelf) == before


def test_what_was_edited_or_deleted_by_hand_is_made_again(shelf: Path) -> None:
    """Two files are mended, with the new date; all others keep theirs."""
    (shelf / "neck-acute.txt").write_text("Take ten tablets.", encoding="utf-8")
    (shelf / "lumbar-chronic-asthma.txt").unlink()
    before = files(shelf)
    result = run(shelf)
    assert f"2 made, {COUNT - 2} unchanged" in result.stderr
    changed = {name for name, raw in files(shelf).items() if before.get(name) != raw}
    assert changed == {"neck-acute.txt", "lumbar-chronic-asthma.txt", FILE}
    assert "24 December 2026" in (shelf / "neck-acute.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_another_content_makes_all_again_and_drops_what_is_gone(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content without a flag: its leaflets go, but for one that somebody wrote on; it is named."""
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    (shelf / "neck-acute-overactive-thyroid-or-rhythm.txt").write_text("mine", encoding="utf-8")
    record = json.loads((shelf / FILE).read_text(encoding="utf-8"))
    item = record["files"]["neck-acute.txt"]
    few = few_of(shelf, record, monkeypatch)
    record["files"] |= {"neck-acute-gone.txt": item, "neck-acute-mine.txt": item}
    shutil.copy(shelf / "neck-acute.txt", shelf / "neck-acute-gone.txt")
    (shelf / "neck-acute-mine.txt").write_text("mine", encoding="utf-8")
    (shelf / FILE).write_text(json.dumps(record), encoding="utf-8")
    with (content / "labels.yaml").open("a", encoding="utf-8") as labels:
        labels.write("# a remark\n")
    result = run(shelf, "--content", content)
    assert f"{few} made, 0 unchanged, 1 removed" in result.stderr
    assert (
        "neck-acute-mine.txt is no longer in this set, but was edited: it is kept" in result.stderr
    )
    assert (shelf / "neck-acute-mine.txt").read_text(encoding="utf-8") == "mine"
    assert not (shelf / "neck-acute-gone.txt").exists()


def few_of(shelf: Path, record: dict[str, Any], patch: pytest.MonkeyPatch) -> int:
    """Let a twentieth of the set be the whole set, in a folder and its list; give its size."""
    listed = ReadySet.list
    patch.setattr(ReadySet, "list", lambda *words: listed(*words)[::20])
    names = {one.files[0] for one in ready("text")[::20]}
    for name in record["files"].keys() - names:
        del record["files"][name]
        (shelf / name).unlink()
    return len(names)


@pytest.mark.parametrize("damage", ["", "{", '{"format": 99, "files": {}}', '{"files": 3}'])
def test_a_damaged_list_loses_nothing(built: Path, tmp_path: Path, damage: str) -> None:
    """A list that is cut off or edited counts for nothing, is said to, and no file is removed."""
    folder = tmp_path / "leaflets"
    folder.mkdir()
    (folder / FILE).write_text(damage, encoding="utf-8")
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    inventory = Inventory(folder)
    assert inventory.damaged
    some = [one for one in ready("text") if one.request.region == "neck"][:2]
    done = update_library(publisher(), some, inventory, require_signed=False)
    assert (done.made, done.removed, done.left) == (2, 0, ())
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"
    name = some[0].files[0]
    assert not Inventory(folder).damaged
    # The same words as in a library that was never damaged, but for the code of the edition.
    texts = [(one / name).read_text(encoding="utf-8") for one in (folder, built)]
    again, before = (re.sub(r"\b[0-9A-Z]{4}(-[0-9A-Z]{2,5})+", "CODE", one) for one in texts)
    assert again == before


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """A folder with other files is refused, and so is a file; nothing is written."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for name in (tmp_path, tmp_path / "notes.txt"):
        result = run(name)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "error: " in result.stderr
    assert files(tmp_path) == {"notes.txt": b"mine"}


def test_an_unknown_place_makes_no_folder(tmp_path: Path) -> None:
    """A misspelt place is a clear error before anything is written."""
    result = run(tmp_path / "leaflets", "--place", "gg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "unknown place `gg`" in result.stderr
    assert not (tmp_path / "leaflets").exists()


def test_unapproved_leaflets_can_be_refused(tmp_path: Path) -> None:
    """Where words must be signed, a leaflet fails with its reason, and none is written."""
    inventory = Inventory(tmp_path / "leaflets")
    done = update_library(publisher(), ready("text")[:1], inventory, require_signed=True)
    assert (done.made, len(done.failed)) == (0, 1)
    assert "not approved" in str(done.failed[0][1][0])
    assert set(files(tmp_path / "leaflets")) == {FILE}


def test_a_withdrawn_leaflet_does_not_stay_under_any_name(tmp_path: Path) -> None:
    """Once words are withdrawn, their leaflets go, OpenEMR's copy too; others are not touched."""
    some = [one for one in ready("pdf") if one.files[0] in {"lumbar-acute.pdf", "neck-acute.pdf"}]
    some = [replace(one, kind="text", picture="") for one in some]  # quicker to make
    folder = tmp_path / "leaflets"
    update_library(publisher(), some, Inventory(folder), require_signed=False)
    assert (folder / "openemr" / "icd10_m62.830_en.pdf").exists()
    why = Withdrawal(unit="title-lumbar", why="wrong", by="A", on=DAY, digest="")
    other = replace(publisher(), withdrawn={"title-lumbar": why})
    done = update_library(other, some, Inventory(folder), require_signed=False)
    assert [name for name, _ in done.failed] == ["lumbar-acute.pdf"]
    assert set(files(folder)) == {FILE, "neck-acute.pdf"}


@pytest.mark.slow
def test_two_runs_at_once_do_not_meet(shelf: Path) -> None:
    """While a run holds the folder another is refused, and writes nothing; then it may."""
    (shelf / "neck-acute.txt").unlink()
    before = files(shelf)
    with only_run_in(str(shelf)):
        refused = run(shelf)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"another run is writing into `{shelf}`" in refused.stderr
    assert "hint: wait until it is done" in refused.stderr
    assert files(shelf) == before
    assert "1 made" in run(shelf).stderr


def test_half_written_files_of_a_killed_run_go(shelf: Path) -> None:
    """What a run that was killed left under a name of its own is removed by the next."""
    left = shelf / f"{PART}dead.tmp"
    left.write_text("half a leaf", encoding="utf-8")
    assert run(shelf).exit_code == 0
    assert not left.exists()


@pytest.mark.parametrize("name", ["file", "file/leaflets"])
def test_a_file_is_no_folder(tmp_path: Path, name: str) -> None:
    """Where a file stands the command says so, and leaves it."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    refused = run(tmp_path / name)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Traceback" not in refused.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def test_ctrl_c_leaves_whole_files_and_a_list_that_is_right(tmp_path: Path) -> None:
    """Stopped half way, every file is whole and listed; the next run makes only the rest."""
    folder = tmp_path / "leaflets"
    words = [sys.executable, "-m", "handouts", "library", str(folder), "--date", EARLIER]
    process = processes.start([*words, "--format", "text"])
    for _ in range(600):
        if len(list(folder.glob("*.txt"))) > 2 or process.poll() is not None:
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert b"Traceback" not in errors
    if process.returncode != 0:  # it may have been quicker than the signal
        assert process.returncode == 130
        listed = json.loads((folder / FILE).read_text(encoding="utf-8"))["files"]
        there = {path.name for path in folder.glob("*.txt")}
        assert set(listed) <= there
        assert len(there - set(listed)) <= 1  # written, and stopped before it was noted
    inventory = Inventory(folder)
    assert all(inventory.holds(name, item.key) for name, item in inventory.items.items())


# ------------------------------------------------------------------ the page
def test_the_page_lists_every_leaflet_without_script_or_network(built: Path) -> None:
    """Each file is linked once, under its heading; the page asks for nothing from elsewhere."""
    page = (built / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'<a href="([^"#]+)"', page)
    assert all(f'id="{one}"' in page for one in re.findall(r'<a href="#([^"]+)"', page))
    assert sorted(links) == sorted(path.name for path in built.glob("*.txt"))
    assert len(re.findall(r"<h2 id=", page)) == 6
    assert ">Low back, new pain, takes a blood thinner: text (DRAFT)</a>" in page
    assert len(set(re.findall(r"<a [^>]*>([^<]*)</a>", page))) == COUNT + 6
    assert '<label for="words">' in page
    assert "DRAFT. No clinician has approved" in page
    assert "Codes are not verified." in page
    assert not re.search(r"https?://|<link|<img|src=", page)
    # A search needs the script, so its form shows only when the script runs.
    assert '<form class="search" role="search" hidden>' in page
    row = re.search(r'data-words="([^"]*stomach or gut ulcer[^"]*)"', page)
    assert row
    assert "gi-ulcer snomed 13200003, icd10 k25-k28" in row[1]
    assert 'data-words="low back: new pain (the first 12 weeks) lumbar-acute icd10 m62.830"' in page


def some_pdfs(folder: Path) -> list[ReadyLeaflet]:
    """Build a library of three leaflets, and its page."""
    wanted = ("neck-acute.pdf", "lumbar-acute-gi-ulcer.pdf", "lumbar-chronic-pregnancy.pdf")
    some = [one for one in ready("pdf") if one.files[0] in wanted]
    inventory = Inventory(folder)
    update_library(publisher(), some, inventory, require_signed=False)
    page = index_page(publisher().library, some, inventory, publisher().templates)
    (folder / "index.html").write_text(page, encoding="utf-8")
    return some


def test_each_pdf_has_a_picture_and_says_its_sides(tmp_path: Path) -> None:
    """The picture is that of page 1, the same on every run; a lost one is made again."""
    folder, other = tmp_path / "one", tmp_path / "other"
    some = some_pdfs(folder)
    some_pdfs(other)
    assert files(folder) == files(other)
    page = (folder / "index.html").read_text(encoding="utf-8")
    pictures = sorted(path.name for path in (folder / "pictures").iterdir())
    assert sorted(re.findall(r'<img src="pictures/([^"]+)"', page)) == pictures
    for one in some:
        with pypdf.PdfReader(folder / one.files[0]) as pdf:
            sides, words = len(pdf.pages), pdf.pages[0].extract_text()
        assert re.search(rf'{one.files[0]}">[^<]*: PDF, {sides} sides \(DRAFT\)</a>', page)
        picture = (folder / one.picture).read_text(encoding="utf-8")
        drawn = html.unescape(re.sub(r"<[^>]*>", "", picture))
        assert sorted("".join(drawn.split())) == sorted("".join(words.split()))
    (folder / some[0].picture).unlink()
    done = update_library(publisher(), some, Inventory(folder), require_signed=False)
    assert (done.made, done.kept) == (1, 2)
    assert (folder / some[0].picture).is_file()


def test_the_page_is_sound_in_a_browser(tmp_path: Path, browser: Chrome) -> None:
    """The pictures load, axe finds nothing, nothing scrolls sideways, and the search finds."""
    some_pdfs(tmp_path / "shelf")
    for width in (320, 1280):
        leave(browser)
        show(browser, tmp_path / "shelf" / "index.html", width)
        assert violations(browser) == []
        assert complaints(browser) == []
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    loaded = "return [...document.images].map((one) => one.complete && one.naturalWidth > 0)"
    assert browser.execute_script(loaded) == [True] * 3
    field = browser.find_element("id", "words")
    field.send_keys("ulcer")
    assert browser.find_element("id", "found").text == "1 leaflet found"
    as_usual(browser)


# ------------------------------------------------------------------ OpenEMR
def ready(*kinds: str) -> list[ReadyLeaflet]:
    """List the ready leaflets of the content that ships."""
    return list(
        list_ready(publisher().library, place="gb", look=LookOptions(), kinds=kinds, today=DAY)
    )


def test_openemr_finds_the_general_leaflet_of_a_code(tmp_path: Path) -> None:
    """The file has OpenEMR's name, in lower case, and the bytes of the leaflet it stands for."""
    named = [one for one in ready("pdf", "html") if len(one.files) > 1]
    assert [one.files for one in named] == [("lumbar-acute.pdf", "openemr/icd10_m62.830_en.pdf")]
    folder = tmp_path / "leaflets"
    update_library(publisher(), named, Inventory(folder), require_signed=False)
    first, second = (folder / name for name in named[0].files)
    assert first.read_bytes() == second.read_bytes()
    with pypdf.PdfReader(second) as pdf:
        assert pdf.metadata
        assert pdf.metadata.title == "Low back muscle spasm"


def test_a_code_of_two_regions_is_refused() -> None:
    """One code gives one leaflet: content that lists it twice is broken; a range names no file."""
    library = publisher().library
    coding = library.regions["lumbar"].codings[0]
    neck = library.regions["neck"]
    twice = dict(library.regions) | {"neck": replace(neck, codings=(coding,))}
    with pytest.raises(ContentError, match=r"M62.830` is listed at `neck` and at `lumbar"):
        openemr_names(replace(library, regions=twice), "en-GB")
    span = dict(library.regions) | {
        "neck": replace(neck, codings=(replace(coding, code="M62 / M63"),))
    }
    assert set(openemr_names(replace(library, regions=span), "en-GB")) == {"lumbar"}
