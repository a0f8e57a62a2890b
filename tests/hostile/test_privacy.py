"""A patient's name and note stand on the page, and in no other place that a command leaves behind.

Each command runs as it would for a person: with folders of its own for what is temporary and what
is kept, no network, and a fake printer. Then everything is looked through, packed or not. Two
places hold names by design: the page, and the rejects, which are rows of the worklist to be mended.
The cache holds leaflets without a name or note, for any patient who needs the same.
"""

import io
import os
import re
import stat
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree

import pikepdf
import pytest

from tests.support.chrome_text import page_words

pytestmark = pytest.mark.slow

NAME, NOTE = "Zebedee Quillfeather", "Telephone Mistress Ottoline"
LONG = f"{NAME} Featherstonehaugh-Featherstonehaugh of Featherstonehaugh"
"""Too long for its line: it is set with the whole leaflet."""
SECRETS = [word.casefold() for word in f"{NAME} {NOTE} Featherstonehaugh".split()]
FLAGS = ("gi-ulcer", "immunosuppressed")
CODE = re.compile(
    r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4})+(?:-[0-9A-HJKMNP-TV-Z]{2,5})?\b"
)
ROWS = f"""row id,region,status,flags,name,note
1,neck,acute,gi-ulcer,{NAME},{NOTE}
2,nek,acute,gi-ulcer,{NAME},{NOTE}
3,neck,acute,immunosuppressed,{NAME}\u05d0,{NOTE}
4,neck,acute,gi-ulcer,,{NOTE}\u05d0
5,neck,acute,,{NAME},
6,neck,acute,,{LONG},
7,neck,acute,under-18 age-65-plus,{NAME},{NOTE}
8,neck,acute,,{NAME},{NOTE * 60}
quillfeather-9,neck,acute,,{NAME},{NOTE}
10,neck,acute,,"{NAME}"x,{NOTE}
11,neck,acute,,{NAME},{NOTE},{NOTE}
"""
WATCHED = """
import os, sys
def watch(event, about):
    if event.startswith(("socket.", "urllib.", "ftplib.", "http.")):
        os.write(2, f"the network was used: {event}\\n".encode())
        os._exit(99)
    if event == "open" and isinstance(about[2], int) and about[2] & (os.O_WRONLY | os.O_RDWR):
        with_place = os.path.abspath(os.fsdecode(about[0])) if not isinstance(about[0], int) else ""
        os.write(LOG, with_place.encode(errors="replace") + b"\\n")
LOG = os.open(os.environ["WRITTEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
sys.addaudithook(watch)
os.umask(0)
from handouts.__main__ import main
main()
"""
"""Refuses the network, notes each file that is opened for writing, and lets everybody read."""
LP = """#!/bin/sh
printf '%s\\n' "$@" >"$HOME/printed.words"
cat >"$HOME/printed.pdf"
"""
PATIENT = ("--name", NAME, "--note", NOTE)
NECK = ("--region", "neck", "--flag", FLAGS[0], "--flag", FLAGS[1])
AGES = ("--flag", "under-18", "--flag", "age-65-plus")
HIDDEN = f"{NAME} {NOTE}\u202e"
"""A mark that turns the text around it is refused; one that only shows nothing is dropped."""
MAKE = ("make", *NECK, "-o", "leaflet.pdf", "--name")
BATCH = ("batch", "list.csv", "--workers", "2")
RUNS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "make": (0, ("make", *NECK, *PATIENT)),
    "make with a name": (0, ("make", *NECK, "--name", NAME, "-o", "leaflet.pdf")),
    "make with a long name": (0, ("make", *NECK, "--name", LONG, "-o", "leaflet.pdf")),
    "make html": (0, ("make", *NECK, *PATIENT, "--format", "html", "-o", "leaflet.html")),
    "make and print": (0, ("make", *NECK, *PATIENT, "-o", "leaflet.pdf", "--print", "front-desk")),
    "make a booklet": (0, ("make", *NECK, *PATIENT, "--booklet", "-o", "leaflet.pdf")),
    "make with a letter to set from right to left": (0, (*MAKE, f"{NAME}\u05d0")),
    "make with a letter that no typeface has": (4, (*MAKE, f"{NAME}\u16a0")),
    "make with letters that show nothing": (0, (*MAKE, f"{NAME}\u200b")),
    "make with hidden letters": (2, ("make", *NECK, "--name", HIDDEN, "--note", HIDDEN)),
    "make with too much": (2, ("make", *NECK, "--name", NAME * 9, "--note", NOTE * 60)),
    "make where it cannot be": (2, ("make", *NECK, *PATIENT, "-o", "list.csv/leaflet.pdf")),
    "make without quotes": (2, ("make", *NECK, "--name", *NAME.split())),
    "make what cannot be": (4, ("make", *NECK, *PATIENT, *AGES)),
    "make an unknown word": (2, ("make", *NECK, *PATIENT, "--flag", "gi-ulcr", "--no-such")),
    "batch": (1, (*BATCH, "-o", "out")),
    "batch into one file": (1, (*BATCH, "--merge", "all.pdf", "--slips", "--print", "front-desk")),
    "batch into both": (1, (*BATCH, "-o", "out", "--merge", "all.pdf", "--duplex")),
    "batch that is only checked": (1, (*BATCH, "--dry-run")),
    "batch into a taken place": (2, (*BATCH, "-o", "list.csv")),
    "explain": (0, ("explain", *NECK, *PATIENT)),
    "explain for programs": (0, ("explain", *NECK, *PATIENT, "--json")),
    "explain as a sheet": (0, ("explain", *NECK, *PATIENT, "--format", "pdf", "-o", "sheet.pdf")),
    "preset": (2, ("preset", "save", "usual", *NECK, *PATIENT)),
}  # fmt: skip

FROM_NOTHING = ("make", "batch")
"""Those that also keep the content as they read it."""


@pytest.fixture
def here(tmp_path: Path, read_content: Path) -> Path:
    """Make a home with a printer, a worklist, and folders for what is temporary or kept.

    What is kept knows the content already: that takes most of the time of a command.
    """
    for folder in ("home", "temporary", "work"):
        (tmp_path / folder).mkdir(0o700)
    copytree(read_content, tmp_path / "cache")
    lp = tmp_path / "home/lp"
    lp.write_text(LP)
    lp.chmod(0o700)
    (tmp_path / "work/list.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def run(here: Path, *words: str, debug: str = "", script: str = WATCHED) -> tuple[int, str]:
    """Run a command in those folders; give its exit code and all that it said."""
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=here / "work",
        env={
            **{name: value for name, value in os.environ.items() if "HANDOUTS" not in name},
            "HOME": str(here / "home"),
            "PATH": f"{here}/home:{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TMPDIR": str(here / "temporary"),
            "HANDOUTS_CACHE": str(here / "cache"),
            "HANDOUTS_DEBUG": debug,
            "WRITTEN": str(here / "written"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


# ------------------------------------------------------------------ looking through everything
def told(text: str) -> list[str]:
    """List the seeded words that a text gives away."""
    return [word for word in SECRETS if word in text.casefold()]


def unpacked(raw: bytes) -> Iterator[bytes]:
    """Give the bytes of a file, and of all that is packed inside it."""
    yield raw
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", raw):
        try:
            inside = zlib.decompressobj().decompress(raw[found.start() :])
        except zlib.error:
            continue
        yield from unpacked(inside) if inside != raw else ()


def texts(raw: bytes) -> Iterator[str]:
    """Give the bytes of a file in every way in which a PDF or a cache could write words."""
    for inside in unpacked(raw):
        yield inside.decode("latin-1")
        yield inside.decode("utf-16-be", "replace")
        yield inside[1:].decode("utf-16-be", "replace")
        yield "".join(
            bytes.fromhex(word.decode()).decode("latin-1") for word in HEX.findall(inside)
        )


@cache
def told_inside(raw: bytes) -> list[str]:
    """List the seeded words inside a file; the content as read is the same in every cache."""
    return [word for text in texts(raw) for word in told(text)]


HEX = re.compile(rb"<((?:[0-9A-Fa-f]{2})+)>")


@cache
def pages(raw: bytes) -> str:
    """Give the words on the pages of every PDF that stands in a file."""
    return "".join(
        shown
        for inside in unpacked(raw)
        for found in re.finditer(rb"%PDF-1", inside)
        for shown in page_words(inside[found.start() :])
    )


def around(raw: bytes) -> Iterator[str]:
    """Give all of a PDF but what its pages show: metadata, bookmarks, structure, everything."""
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        shown = {one.objgen for page in pdf.pages for one in contents(page)}
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                yield repr(dict(one.stream_dict.items()))
                if one.objgen not in shown:
                    yield from texts(one.read_bytes())
            else:
                yield str(one.unparse().decode("latin-1"))
                yield from strings(one)
        yield from map(str, (pdf.docinfo, pdf.trailer))


def contents(page: pikepdf.Page) -> list[pikepdf.Object]:
    """List the streams that draw a page, those of the forms in it too."""
    drawn = page.obj.get("/Contents", pikepdf.Array())
    forms = page.resources.get("/XObject", pikepdf.Dictionary())
    return [*(drawn if isinstance(drawn, pikepdf.Array) else [drawn]), *forms.values()]


def strings(one: pikepdf.Object) -> Iterator[str]:
    """Give every string inside an object that stands for itself."""
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Array):
        inside = one.values() if isinstance(one, pikepdf.Dictionary) else one
        for value in inside:
            if not getattr(value, "is_indirect", True):
                yield from strings(value)


def files(folder: Path) -> list[Path]:
    """List every file below a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


@cache
def code_of(shown: str) -> Sequence[str]:
    """Find the codes that pages show."""
    return CODE.findall(shown)


def check(here: Path, said: str, *, asked_flags: bool) -> None:
    """Look through everything that a command left behind."""
    assert told(said) == []
    assert list((here / "temporary").iterdir()) == []
    assert {path.name for path in files(here / "home")} <= {"lp", "printed.words", "printed.pdf"}
    for place in (here / "written").read_text().splitlines():
        assert place.startswith((str(here), "/dev/", "/proc/self")) or not place, place
    for path in files(here):
        name, raw = str(path.relative_to(here)), path.read_bytes()
        assert told(name) == []
        assert not any(flag in name for flag in FLAGS)
        if path.suffix == ".pdf":
            codes = code_of(pages(raw))
            assert codes or path.name == "sheet.pdf"
            for text in around(raw):
                assert told(text) == [], path
                assert not any(word in text for word in (*codes, *FLAGS)), path
        elif "cache" in name:
            assert told(pages(raw)) == [], path
            assert told_inside(raw) == [], path
        elif path.suffix not in (".html", ".txt", ".csv"):
            assert told(raw.decode("latin-1")) == [], path
            assert not any(flag.encode() in raw for flag in FLAGS)
            assert not code_of(raw.decode("latin-1")) or path.name == "manifest.jsonl"
    if not asked_flags:
        assert not any(flag in said for flag in FLAGS), said
        assert not code_of(said), said


def check_modes(folder: Path) -> None:
    """See that a folder and all in it is for its owner alone."""
    for path in (folder, *folder.rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


# ------------------------------------------------------------------ each command
@pytest.mark.sample(11)
@pytest.mark.parametrize("name", RUNS)
def test_names_and_notes_are_on_the_page_and_nowhere_else(here: Path, name: str) -> None:
    """A command and the same again leave nothing of a patient but on the page; no socket opens."""
    wanted, words = RUNS[name]
    if name in FROM_NOTHING:
        rmtree(here / "cache")
    for _ in range(2 if words[0] == "make" and not wanted else 1):
        code, said = run(here, *words, debug="1")
        assert code == wanted, said
    check(here, said, asked_flags=words[0] == "explain" or wanted in {2, 4})
    check_modes(here / "cache")
    for folder in ("output", "out"):
        if (here / "work" / folder).exists():
            check_modes(here / "work" / folder)
    for path in (here / "work").glob("*.*"):
        if path.name != "list.csv":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.slow
def test_the_pages_hold_what_is_looked_for(here: Path) -> None:
    """The search would find a name: it stands on the pages that were looked through around it."""
    run(here, *RUNS["batch into both"][1])
    run(here, *RUNS["make and print"][1])
    for path in ("out/1.pdf", "out/6.pdf", "all.pdf", "leaflet.pdf", "../home/printed.pdf"):
        shown = pages((here / "work" / path).read_bytes())
        assert told(shown)
        assert code_of(shown)
    assert told((here / "work/out/list.rejects.csv").read_text())
    assert told(next(texts(zlib.compress(b"..Zebedee")), "")) == []
    assert any(told(text) for text in texts(b"." + zlib.compress(b"..Zebedee")))


@pytest.mark.slow
def test_slips_and_the_tally_tell_of_nobody(here: Path) -> None:
    """Of the sheets between leaflets, none has a name, a note, a flag or a code."""
    run(here, *RUNS["batch into one file"][1])
    sheets = page_words((here / "work/all.pdf").read_bytes())
    own = [text for text in sheets if not CODE.search(text)]
    assert len(own) >= 4
    assert told(" ".join(own)) == []
    assert not any(flag in text for flag in FLAGS for text in own)
    assert told(" ".join(sheets)) != []


@pytest.mark.slow
def test_what_is_made_from_a_code_or_for_nobody_tells_of_nobody(here: Path) -> None:
    """`remake`, `decode`, `current` and `preview` use no network and leave nothing elsewhere."""
    run(here, *RUNS["make with a name"][1])
    (code,) = {*code_of(pages((here / "work/leaflet.pdf").read_bytes()))}
    for words in (
        ("remake", code, "-o", "again.pdf"),
        ("decode", code),
        ("current", code),
        ("make", *NECK, "--preview"),
        ("list", "flags"),
    ):
        done, said = run(here, *words, debug="1")
        assert done == 0, said
        check(here, said, asked_flags=True)
    assert code not in (here / "written").read_text()


FEW_READY = """
from handouts.batch.ready import ReadySet
listed = ReadySet.list
ReadySet.list = lambda *words: tuple(listed(*words))[::20]
main()
"""
"""A twentieth of the set: each leaflet is written in the same way."""


@pytest.mark.slow
def test_a_library_is_made_without_the_network(here: Path) -> None:
    """The set of ready leaflets is written into its folder and nowhere else."""
    content = Path(__file__).parents[2] / "content"
    script = WATCHED.replace("main()\n", FEW_READY)
    words = ("library", "ready", "--format", "text", "--content", str(content))
    code, said = run(here, *words, script=script)
    assert code == 0, said
    assert set((here / "written").read_text().split()) <= {
        place
        for place in (here / "written").read_text().split()
        if place.startswith((str(here), "/dev/null"))
    }
    assert list((here / "temporary").iterdir()) == []


BROKEN = """
import handouts.MODULE
def broken(*words, **more):
    raise ValueError(f"{words} {more}")
assert callable(handouts.MODULE.NAME)
handouts.MODULE.NAME = broken
main()
"""


@pytest.mark.sample(6)
@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        ("reuse", "fill_name", RUNS["make with a name"][1]),
        ("reuse", "typeset", RUNS["make with a long name"][1]),
        ("pipeline", "compose", RUNS["make html"][1]),
        ("batch.make", "body_request", RUNS["batch"][1]),
        ("batch.make", "typeset", RUNS["batch"][1]),
        ("batch.output", "replace_file", RUNS["batch"][1]),
    ],
)
def test_a_bug_does_not_tell_what_it_was_about(
    here: Path, module: str, name: str, words: tuple[str, ...]
) -> None:
    """What is said of a bug names a place in the program, in a worker too."""
    broken = BROKEN.replace("MODULE", module).replace("NAME", name)
    code, said = run(here, *words, script=WATCHED.replace("main()\n", broken))
    assert code == 70
    assert told(said) == []
    assert "this is a bug, please report it: ValueError at" in said
    check(here, said, asked_flags=True)
    assert not [path for path in files(here / "work") if ".handout-" in path.name]
