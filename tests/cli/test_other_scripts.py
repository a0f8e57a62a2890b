"""A name and a note in another script come out of every door of the program."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main

NAME, NOTE = "محمد علي", "أهلا 020 7946 0018"
MAKE = ("make", "--region", "neck", "--date", "2026-11-22")
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def _apart(warm_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, away from the caller's settings."""
    monkeypatch.chdir(warm_cache.parent)
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)


def run(*words: str) -> Result:
    """Run the command inside this process; it has to succeed."""
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result


def plain(text: str) -> str:
    """Fold a text as readers give it: marks of direction do not count."""
    return " ".join(unicodedata.normalize("NFKC", _MARKS.sub("", text)).split())


def printed(path: str) -> str:
    """Read all text of a PDF with poppler."""
    words = ["pdftotext", path, "-"]
    return plain(subprocess.run(words, capture_output=True, check=True).stdout.decode())


@pytest.mark.slow
@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "look", [(), ("--paper", "a5"), ("--large-print",), ("--booklet",), ("--mono",)], ids=str
)
def test_every_look_prints_them(look: tuple[str, ...]) -> None:
    """On every paper, in large print, as a booklet and in black."""
    run(*MAKE, "--name", NAME, "--note", NOTE, *look, "-o", "one.pdf")
    found = printed("one.pdf")
    assert NAME in found
    assert all(part in found for part in ("أهلا", "020 7946 0018"))


@pytest.mark.parametrize("kind", ["html", "text"])
def test_every_format_prints_them(kind: str) -> None:
    """Whole, in the order in which they were typed."""
    shown = run(*MAKE, "--name", NAME, "--note", NOTE, "--format", kind, "-o", "-").stdout
    said = plain(re.sub("<[^>]+>", "", shown))
    assert NAME in said
    assert NOTE in said
    assert NAME in plain(run(*MAKE, "--name", NAME, "--preview").stdout)


@pytest.mark.slow
def test_an_encrypted_leaflet_has_the_name() -> None:
    """And nobody reads it without the password."""
    word = "correct horse battery"
    Path("word").write_text(word)
    run(*MAKE, "--name", NAME, "--encrypt", "--password-file", "word", "-o", "shut.pdf")
    with pikepdf.open("shut.pdf", password=word) as pdf:
        pdf.save("open.pdf", encryption=False)
    assert NAME in printed("open.pdf")


@pytest.mark.slow
def test_a_pile_prints_every_name() -> None:
    """Usual names in their slots, others typeset, and the same bytes as alone."""
    names = ["Ana Silva", NAME, "王小明", "Nguyễn Thị Ánh", "अनुष्का शर्मा"]
    rows = [f"{number},neck,acute,,{name}" for number, name in enumerate(names, 1)]
    Path("list.csv").write_text("\n".join(["row id,region,status,flags,name", *rows]), "utf-8")
    day = ("--date", "2026-11-22", "--any-date")
    run("batch", "list.csv", *day, "-o", "out", "--merge", "all.pdf", "--slips")
    found = printed("all.pdf")
    assert all(plain(name) in found for name in names)
    for number, name in enumerate(names, 1):
        run(*MAKE, "--name", name, "-o", f"alone-{number}.pdf")
        assert Path(f"out/{number}.pdf").read_bytes() == Path(f"alone-{number}.pdf").read_bytes()


def test_a_usual_name_loads_no_other_face() -> None:
    """What sets other scripts is loaded only by a name that needs it."""
    code = (
        "import sys; from handouts.cli.app import main\n"
        f"try: main([*{MAKE!r}, '--name', 'Zoë Nguyễn', '-o', 'one.pdf'])\n"
        "except SystemExit: pass\n"
        "print('handouts.render.pdf.other_scripts' in sys.modules, 'fontTools' in sys.modules)"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "False False"
