"""Every file is fit for archives too (PDF/A-2a), and its colours are those that were meant."""

import io
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from PIL import Image, ImageCms

from handouts.cli.app import main
from handouts.render.layout.style import ACCENT, DANGER, INK, TINT
from handouts.render.pdf.archive import CLAIM, srgb_profile
from handouts.render.pdf.encryption import Password
from tests.conftest import Validate
from tests.support.leaflets import ask, pdf
from tests.support.services import BY_HAND, SHAPED, WHOLE, served_pdf

LIST = "region,status,flags,name\nneck,acute,gi-ulcer,Ann\nlumbar,chronic,,Bob\nnek,acute,,Cy\n"


def metadata(content: bytes, password: str = "") -> bytes:
    """Read the XMP packet of a file."""
    with pikepdf.open(io.BytesIO(content), password=password) as file:
        return file.Root.Metadata.read_bytes()


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_finds_every_kind_of_file_fit_for_archives(
    archive: Validate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference validator finds no broken rule of PDF/A-2a in any kind of file."""
    monkeypatch.chdir(tmp_path)
    booklet = replace(BY_HAND, look=replace(BY_HAND.look, paper="a5", booklet=True))
    files = {
        "with-all": served_pdf(BY_HAND, WHOLE),
        "shapes": served_pdf(BY_HAND, SHAPED),
        "booklet": served_pdf(booklet, WHOLE),
        "mono-18": pdf(ask("lumbar", "acute", size="18", mono=True)).content,
    }
    for name, content in files.items():
        Path(f"{name}.pdf").write_bytes(content)
    Path("list.csv").write_text(LIST, encoding="utf-8")
    for words in (
        ("batch", "list.csv", "--screened", "--merge", "all.pdf", "--slips"),
        ("explain", "--region", "neck", "--format", "pdf", "-o", "record.pdf"),
        ("make", "--region", "neck", "--name", "Zoë \u0645\u062d\u0645\u062f", "-o", "scripts.pdf"),
    ):
        assert CliRunner().invoke(main, words).exit_code in (0, 1)
    archive([Path(f"{one}.pdf") for one in (*files, "all", "record", "scripts")])


def test_the_profile_is_that_of_the_screen() -> None:
    """Each colour of the design is the same colour in the profile of the file as in sRGB."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    change = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    for colour in (INK, ACCENT, DANGER, TINT):
        sample = tuple(round(255 * part) for part in (colour.red, colour.green, colour.blue))
        seen = ImageCms.applyTransform(Image.new("RGB", (1, 1), sample), change)
        assert seen is not None
        assert seen.getpixel((0, 0)) == sample


def test_a_file_with_a_password_does_not_say_that_it_is_for_archives() -> None:
    """PDF/A allows no password; the plain file makes the claim, the encrypted one does not."""
    content = pdf(ask("lumbar", "acute", "gi-ulcer")).content
    assert CLAIM.encode() in metadata(content)
    closed = metadata(Password("correct horse").close(content), "correct horse")
    assert CLAIM.encode() not in closed
    assert b"<pdfuaid:part>1<" in closed
