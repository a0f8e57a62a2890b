"""Names and notes in every script that Faker has names in, set, shaped and read back."""

import random
import re
import subprocess
import unicodedata
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pytest
from bidi import get_display
from faker import Faker
from faker.config import AVAILABLE_LOCALES

from handouts.content.load import resource
from handouts.content.typed_text import cleaned, text_faults
from handouts.render.pdf.bidi import levels, visual_order
from handouts.render.pdf.fonts import load_faces
from handouts.render.pdf.other_scripts import shape_run, split_by_face, unset_place
from tests.conftest import Validate
from tests.support.leaflets import ask, pdf
from tests.support.readback import Node, read_structure

USUAL = load_faces()[400]
FROM_RIGHT = "محمد علي", "محمد علي الحسن", "שרה כהן־לוי", "عائشہ صدیقی", "علی‌رضا"
NAMES = (
    *FROM_RIGHT,
    "अनुष्का शर्मा", "শ্রেয়সী", "கார்த்திகேயன்", "శ్రీనివాస్", "ප්‍රියන්ත", "สมชาย ใจดี", "សុខ ដារ៉ា",
    "အောင်ဆန်း", "გიორგი", "Անահիտ", "አበበ", "王小明", "佐藤 陽子", "김민준", "Мар’яна", "Μαρία",
    "Nguyễn Thị Ánh", "Adébáyọ̀", "Əliyev", "Kaʻiulani", "Kwɛku",
)  # fmt: skip
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Fold a text as readers give it: marks of direction and the place of spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", _MARKS.sub("", text)).split())


def in_poppler(path: Path) -> str:
    """Read all text of a file with poppler."""
    return plain(
        subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    )


def in_pdfium(path: Path) -> str:
    """Read all text of a file with PDFium, as Chrome does."""
    with pypdfium2.PdfDocument(path) as found:
        return plain("\n".join(page.get_textpage().get_text_range() for page in found))


def names_of(locale: str) -> list[str]:
    """Make some names of a locale, the same on every run."""
    maker = Faker(locale)
    maker.seed_instance(locale)
    return [maker.name() for _ in range(12)]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:fr_QC locale is deprecated")
def test_every_locale_prints_its_names() -> None:
    """Of each of Faker's locales 12 names are cleaned, not refused, and every letter is set."""
    lacking = {
        locale: name
        for locale in AVAILABLE_LOCALES
        for name in map(cleaned, names_of(locale))
        if text_faults("name", name) or unset_place(name, USUAL) is not None
    }
    assert lacking == {}
    assert len(AVAILABLE_LOCALES) >= 111


@pytest.mark.filterwarnings("ignore:fr_QC locale is deprecated")
@pytest.mark.parametrize("locale", sorted({one for one in AVAILABLE_LOCALES if "_" in one}))
@pytest.mark.sample(9)
def test_no_glyph_of_a_name_is_missing(locale: str) -> None:
    """The shaped words have a real glyph for all, and spell the name."""
    for name in map(cleaned, names_of(locale)):
        for word in name.split():
            for part in split_by_face(word, USUAL):
                shaped = shape_run(part.face, part.text, from_right=False)
                spells, known = part.face.font.spells, part.face.font.face.charToGlyph
                assert all(known[ord(one)] for one in shaped.glyphs)
                said = "".join(spells.get(ord(one), one) for one in shaped.glyphs)
                assert shaped.actual == part.text or said.strip("\u200b") == part.text


@pytest.mark.sample(4)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_reads_back(name: str, tmp_path: Path) -> None:
    """In poppler, in PDFium, and in the tags, where it is of no language that is known."""
    path = tmp_path / "leaflet.pdf"
    path.write_bytes(pdf(ask("neck", name=name)).content)
    assert plain(name) in in_poppler(path)
    assert plain(name) in in_pdfium(path)
    spans = [node for node in read_structure(path).walk() if node.role == "Span"]
    if name in FROM_RIGHT:
        assert [_actual(node) for node in spans] == [name]
    assert all(node.lang == "und" for node in spans)


def _actual(node: Node) -> str:
    return node.actual or ""


def test_a_mixed_name_keeps_its_order(tmp_path: Path) -> None:
    """The Latin part is English text; the Arabic part is read in its own order."""
    path = tmp_path / "leaflet.pdf"
    path.write_bytes(pdf(ask("neck", name="Dr. Aïcha بن علي")).content)
    assert plain("Dr. Aïcha بن علي") in in_poppler(path)
    assert plain("Dr. Aïcha بن علي") in in_pdfium(path)
    (span,) = [node for node in read_structure(path).walk() if node.role == "Span"]
    assert _actual(span) == "بن علي"


@pytest.mark.verapdf
@pytest.mark.slow
def test_leaflets_in_other_scripts_are_accessible(verapdf: Validate, tmp_path: Path) -> None:
    """PDF/UA-1 holds for a name and a note in each script."""
    paths = []
    for number, name in enumerate(NAMES):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf(ask("neck", name=name, note=f"{name} 020 7946 0018\n{name}")).content)
        paths.append(path)
    verapdf(paths)


# ------------------------------------------------------------------ the order of right to left
def test_the_order_is_that_of_the_standard() -> None:
    """On random lines, in either direction, the order is that of an independent library."""
    chance = random.Random(9)  # noqa: S311 - any lines will do
    letters = "abז אבג ابت 12 3٤٥ .,()[]+-%/:\"'«»ًّ\u05b7“”€#"
    for _ in range(1500):
        line = "".join(chance.choices(letters, k=chance.randint(1, 14)))
        for base, side in ((0, "L"), (1, "R")):
            deep = levels(line, base, grouped=False)
            for at in range(len(line.rstrip()), len(line)):
                deep[at] = base
            order = visual_order([*zip(line, deep, strict=True)], lambda one: one[1])
            assert "".join(one for one, _ in order) == get_display(line, base_dir=side), line


@pytest.mark.parametrize(
    "number", ["020 7946 0018", "+44 20 7946 0018", "(01) 234-5678", "5-10", "29/11/2026"]
)
def test_a_number_in_groups_keeps_its_order(number: str) -> None:
    """A phone number in an Arabic sentence reads as it was typed, group by group."""
    line = f"اتصل {number} إذا"
    order = visual_order([*zip(line, levels(line, 1), strict=True)], lambda one: one[1])
    assert number in "".join(one for one, _ in order)


# ------------------------------------------------------------------ the files
def test_the_fonts_are_those_of_the_digests() -> None:
    """Every file in the folder is listed, with the bytes that it was made with."""
    fonts = resource("fonts")
    listed = dict(line.split()[::-1] for line in (fonts / "names.sha256").read_text().splitlines())
    found = {
        f"names/{path.name}": sha256(path.read_bytes()).hexdigest()
        for path in (fonts / "names").glob("*.ttf")
    }
    assert listed == found
