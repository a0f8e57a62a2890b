"""Codes as people have them: with the word before them, in quotes, or in the PDF of the leaflet."""

import json
import re
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from tests.support.chrome_text import page_words


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDOUTS_SERVICE", "")


def run(*words: str, **more: str) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, list(words), **more)  # type: ignore[arg-type] # words only


@pytest.fixture
def code() -> str:
    """Make a leaflet, `a.pdf`; give its code."""
    result = run("make", "--region", "neck", "-o", "a.pdf")
    assert result.exit_code == 0, result.stderr
    text = next(one for one in page_words(Path("a.pdf").read_bytes()) if "Code " in one)
    return text.partition("Code ")[2].split()[0].rstrip(".")


@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "Code {}",
        "code: {}",
        " CODE  {} ",
        "“Code {}”",
        "'{}'",
        "Code. {}",
        "Code {}.",
        "({}),",
    ],
)
def test_a_code_is_read_with_the_word_before_it(code: str, written: str) -> None:
    """As it stands at the foot of the page, in a sentence, and as people quote it."""
    for command in ("decode", "current", "remake"):
        result = run(command, written.format(code))
        assert result.exit_code == 0, result.stderr


def test_a_list_of_codes_may_have_that_word_too(code: str) -> None:
    """Whoever copies the foot of each page."""
    Path("list.txt").write_text(f"Code {code}.\n{code} Ana\n\nCode\n")
    result = run("current", "--file", "list.txt")
    assert result.stdout.count(f"{code}  current") == 2


@pytest.mark.slow
def test_the_code_is_read_from_the_pdf(code: str) -> None:
    """Of one leaflet; of a file of many, each."""
    assert f"{code}  current" in run("current", "a.pdf").stdout
    assert run("decode", "a.pdf").stdout == run("decode", code).stdout
    run("make", "--region", "lumbar", "-o", "b.PDF")
    both = pypdf.PdfWriter()
    for name in ("a.pdf", "b.PDF"):
        both.append(name)
    both.write("both.pdf")
    assert run("current", "both.pdf").stdout.count("current") == 2
    result = run("decode", "both.pdf")
    assert (result.exit_code, "holds 2 leaflets" in result.stderr) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["none", "folder", "text", "empty", "cut", "other", "password"])
def test_a_pdf_without_a_code_is_an_error(code: str, kind: str) -> None:
    """In words, and never with the bug of a reader."""
    path = Path("x.pdf")
    if kind == "folder":
        path.mkdir()
    elif kind == "other":
        writer = pypdf.PdfWriter()
        writer.add_blank_page(100, 100)
        writer.write(path)
    elif kind == "password":
        writer = pypdf.PdfWriter(clone_from="a.pdf")
        writer.encrypt("secret", algorithm="AES-256")
        writer.write(path)
    elif kind != "none":
        raw = Path("a.pdf").read_bytes()
        path.write_bytes({"text": b"words", "empty": b"", "cut": raw[:900]}[kind])
    for command in ("decode", "current", "remake"):
        result = run(command, "x.pdf")
        assert result.exit_code == 2, result.output
        assert "x.pdf" in result.stderr
    assert code


def test_a_program_without_a_number_says_what_to_type() -> None:
    """A code from before the releases says what that means, and which command finds the rest."""
    result = run("decode", "N2DK-RT8H-7TYF1")
    assert re.search(r"program +unknown\n", result.stdout)
    assert "older than 0.2.0" in result.stdout
    for command in ("remake", "current"):
        assert f"  handout {command} N2DK-RT8H-7TYF1 --from-git REPO\n" in result.stdout
    as_json = run("decode", "N2DK-RT8H-7TYF1", "--json")
    assert json.loads(as_json.stdout)["program"] == "unknown"
