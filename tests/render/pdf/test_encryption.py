"""Leaflets that are sent: nobody reads them without the password, everybody can with it."""

import os
from pathlib import Path

import pikepdf
import pypdf
import pytest
from click.testing import CliRunner, Result

from handouts.cli.app import main
from handouts.render.pdf.encryption import Password
from handouts.system.locks import ExclusiveFile
from tests.conftest import Validate
from tests.support.readback import outline, read_structure, read_structures, structure_text
from tests.support.terminal import run_on_terminal

PASSWORD = "drei rote Vögel"  # noqa: S105 - of this test
PATIENT = ("--name", "Zebedee Quillfeather", "--note", "Bring Ottoline")
MAKE = ("make", "--region", "neck", "--flag", "gi-ulcer", "--date", "2026-11-22", *PATIENT)
LIST = "id,region,name\n1,neck,Zebedee Quillfeather\n2,lumbar,\n3,neck,\n"
READ_ALOUD = 1 << 9
"""Bit 10 of the permissions."""


@pytest.fixture(autouse=True)
def _here(warm_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with the password in a file, and a cache to look into."""
    monkeypatch.chdir(warm_cache.parent)
    Path("word").write_text(f"{PASSWORD}\n", encoding="utf-8")
    Path("list.csv").write_text(LIST, encoding="utf-8")


def run(*words: str, typed: str = "") -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, words, input=typed)


def batch(*words: str) -> Result:
    """Encrypt a worklist."""
    day = ("--date", "2026-11-22", "--workers", "1")
    return run("batch", "list.csv", *day, "--encrypt", "--password-file", "word", *words)


def opened(path: str, password: str) -> bool:
    """Tell whether a password opens a file."""
    return pypdf.PdfReader(path).decrypt(password) is not pypdf.PasswordType.NOT_DECRYPTED


@pytest.mark.verapdf
def test_only_the_password_opens_the_same_leaflet(verapdf: Validate, tmp_path: Path) -> None:
    """AES-256 of PDF 2.0; pages, tags and bookmarks are those of the plain leaflet."""
    assert run(*MAKE, "-o", "plain.pdf").exit_code == 0
    result = run(*MAKE, "--encrypt", "--password-file", "word", "-o", "shut.pdf")
    assert result.exit_code == 0, result.output
    assert "Nobody can recover this password" in result.stderr
    assert opened("shut.pdf", PASSWORD)
    assert not any(opened("shut.pdf", word) for word in ("", "drei rote vögel"))
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open("shut.pdf")
    with pikepdf.open("shut.pdf", password=PASSWORD) as pdf:
        assert (pdf.encryption.R, pdf.encryption.V, pdf.encryption.bits) == (6, 5, 256)
        methods = {pdf.encryption.stream_method, pdf.encryption.string_method}
        assert {method.name for method in methods} == {"aesv3"}
        permits = pdf.encryption.P
        assert permits & READ_ALOUD
        assert pdf.allow.accessibility
        assert pdf.allow.extract
        assert pdf.allow.print_highres
        assert not pdf.allow.modify_other
        assert pdf.check_pdf_syntax() == []
        pdf.save("open.pdf", encryption=False)
    plain, again = Path("plain.pdf").read_bytes(), Path("open.pdf").read_bytes()
    assert structure_text(read_structure(again)) == structure_text(read_structure(plain))
    assert outline(again) == outline(plain)
    verapdf([tmp_path / "open.pdf"])


@pytest.mark.slow
def test_nothing_is_on_the_disk_but_encrypted(tmp_path: Path) -> None:
    """No name, title or password stands in any file, and no body is kept; only the owner reads."""
    before = os.umask(0)
    try:
        words = ("--encrypt", "--password-file", "-")
        assert run(*MAKE, *words, "-o", "shut.pdf", typed=PASSWORD).exit_code == 0
        assert batch("-o", "out", "--merge", "all.pdf").exit_code == 0
    finally:
        os.umask(before)
    made = {"shut.pdf", "all.pdf", "1.pdf", "2.pdf", "3.pdf"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files if path.suffix == ".pdf"} == made
    for path in files:
        if path.suffix == ".pdf":
            assert path.stat().st_mode & 0o777 == 0o600
            assert opened(str(path), PASSWORD)
            assert b"spasm" not in path.read_bytes()
        if path.name not in ("list.csv", "word"):
            held = path.read_bytes()
            for word in ("Zebedee", "Ottoline", PASSWORD):
                assert word.encode() not in held
                assert word.encode("utf-16-be").hex().upper().encode() not in held
    assert not list(tmp_path.glob("cache/**/body*"))


@pytest.mark.slow
def test_one_file_grows_in_memory() -> None:
    """While it is not whole there is an empty file only."""
    part = ExclusiveFile("all.pdf", Password(PASSWORD).close)
    plain = pypdf.PdfWriter()
    plain.add_blank_page(9, 9)
    plain.write("plain.pdf")
    part.write(Path("plain.pdf").read_bytes())
    (growing,) = Path().glob(".handout-*.part")
    assert growing.stat().st_size == 0
    part.finish()
    part.discard()
    assert opened("all.pdf", PASSWORD)
    assert not opened("all.pdf", "")


@pytest.mark.slow
def test_one_file_of_all_is_encrypted_whole() -> None:
    """Leaflets, slips and tally read as they do in the plain file."""
    assert batch("--merge", "shut.pdf", "--slips").exit_code == 0
    words = ("--merge", "plain.pdf", "--slips", "--date", "2026-11-22")
    assert run("batch", "list.csv", *words).exit_code == 0
    with pikepdf.open("shut.pdf", password=PASSWORD) as pdf:
        shut = [structure_text(one) for one in read_structures(pdf)]
    assert shut == [structure_text(one) for one in read_structures(Path("plain.pdf"))]


@pytest.mark.slow
def test_a_second_run_repeats_nothing_and_ends_what_is_missing() -> None:
    """A leaflet that is there is opened and known again; another password changes nothing."""
    assert batch("-o", "out").exit_code == 0
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    Path("out/2.pdf").unlink()
    assert batch("-o", "out").exit_code == 0
    after = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    same = {name for name in before if before[name] == after[name]}
    assert same == {"1.pdf", "3.pdf"}
    Path("word").write_text("another password", encoding="utf-8")
    result = batch("-o", "out")
    assert result.exit_code == 1
    assert result.stderr.count("is a different leaflet, or has another password") == 3
    assert after.items() <= {path.name: path.read_bytes() for path in Path("out").iterdir()}.items()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (b"", "the password is empty"),
        (b"\n", "the password is empty"),
        (b"seven77", "the password has only 7 characters\n  hint: use at least 8 characters"),
        (b"two words\nor three", "the password has more than one line"),
        (b"two words \n", "the password starts or ends with a space"),
        (b"x" * 128, "the password is longer than 127 bytes"),
        ("\u05d0bcdefgh\u05d0".encode(), "the password has right-to-left letters"),
        (b"\xff" * 9, "the password in `word` is not UTF-8 text"),
    ],
)
def test_a_password_that_is_none_is_refused(word: bytes, message: str) -> None:
    """Before anything is made, and without showing a letter of it."""
    Path("word").write_bytes(word)
    result = run(*MAKE, "--encrypt", "--password-file", "word", "-o", "shut.pdf")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not Path("shut.pdf").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((*MAKE, "--encrypt"), "the password cannot be asked for: there is no terminal"),
        ((*MAKE, "--encrypt", "--password-file", "no"), "cannot read the password in `no`"),
        ((*MAKE, "--password-file", "word"), "--password-file can only go with --encrypt"),
        ((*MAKE, "--encrypt", "--format", "html"), "--encrypt is for PDF files that are sent"),
        ((*MAKE, "--encrypt", "--print"), "--encrypt is for PDF files that are sent"),
        (("batch", "list.csv", "--merge", "a.pdf", "--encrypt", "--print"), "--print cannot go"),
    ],
)  # fmt: skip
def test_what_cannot_be_locked_is_refused(words: tuple[str, ...], message: str) -> None:
    """Each with what to do instead; nothing is made."""
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert {path.name for path in Path().iterdir()} <= {"word", "list.csv", "cache"}


def test_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    """On a terminal nothing of it appears."""
    answers = {"Password: ": PASSWORD, "Repeat for confirmation: ": PASSWORD}
    shown = run_on_terminal(tmp_path, *MAKE, "--encrypt", "-o", "shut.pdf", answers=answers)
    assert "drei" not in shown
    assert opened("shut.pdf", PASSWORD)
