"""A word that is wider than its column is cut between letters, and loses none."""

import unicodedata

import pytest

from handouts.errors import TypesettingError
from handouts.leaflet.tree import Run
from handouts.render.layout.paragraph import _shape
from handouts.render.pdf.fonts import load_faces

WORDS = [
    "W" * 80,
    "i" * 400,
    "Wolfeschlegelsteinhausenbergerdorff" * 4,
    "Ana " + "W" * 60 + " Silva",
    "https://example.org/" + "a-very-long-path/" * 12,
    "Œ" * 70,
    "hard\u00a0space" * 20,
]


@pytest.mark.parametrize("width", [40.0, 120.0, 300.0])
@pytest.mark.parametrize("text", WORDS)
def test_no_line_is_wider_than_its_column(text: str, width: float) -> None:
    """Whatever is typed as a name or a note."""
    faces = load_faces()
    words = _shape((Run(text),), (0,), faces[400], faces[700])
    layout = words.layout(12, width)
    assert layout.width <= width + 0.01
    glyphs = "".join(
        run.word.glyphs for line in layout.lines for chunk in line for run in chunk.glyph_runs
    )
    whole = "".join(run.word.glyphs for chunk in words.chunks for run in chunk.glyph_runs)
    assert glyphs == whole
    assert sum(chunk.width for line in layout.lines for chunk in line) == pytest.approx(
        sum(chunk.width for chunk in words.chunks), abs=0.01
    )


def test_a_number_to_call_stays_on_one_line() -> None:
    """In any column: a number that is read in two pieces is called wrongly."""
    faces = load_faces()
    for said in ("116 123", "13 11 14", "1800 022 222", "+44 20 7946 0018"):
        words = _shape((Run(f"Call {said} or 5 to 10 people now."),), (0,), faces[400], faces[700])
        groups = ["".join(run.word.glyphs for run in chunk.glyph_runs) for chunk in words.chunks]
        (number,) = _shape((Run(said),), (0,), faces[400], faces[700]).chunks
        assert "".join(run.word.glyphs for run in number.glyph_runs) in groups
        assert len(groups) == len(("Call", said, "or", "5", "to", "10", "people", "now."))


def test_a_missing_character_is_the_one_that_was_typed() -> None:
    """Also in a script that is written from right to left."""
    with pytest.raises(TypesettingError, match=r"U\+06[0-9A-F]{2}"):
        load_faces()[400].shape("مستشفى")


SCRIPTS = [
    "محمدعليالحسن" * 6,
    "שָׂרָה" * 12,
    "क्षत्रियश्रीमान" * 6,
    "เดินวันละห้านาที" * 6,
    "សុខច័ន្ទដារ៉ា" * 6,
    "每天步行五分钟，随餐服药。（尤其是夜间）" * 5,
    "Мар’яна" * 12,
    "Dr. Aïcha بن" + "علي" * 30,
    "ọ̀" * 70,
]


@pytest.mark.parametrize("width", [60.0, 200.0])
@pytest.mark.parametrize("text", SCRIPTS)
def test_no_line_is_wider_in_another_script(text: str, width: float) -> None:
    """A word without a place to break is cut between letters, never between one and its marks."""
    faces = load_faces()
    words = _shape((Run(text),), (0,), faces[400], faces[700])
    layout = words.layout(12, width)
    assert layout.width <= width + 0.01
    lines = [
        [run.text or run.word.glyphs for one in line for run in one.glyph_runs]
        for line in layout.lines
    ]
    assert "".join(part for line in lines for part in line) == text.replace(" ", "")
    firsts = [line[0][0] for line in lines]
    assert not [one for one in firsts if unicodedata.category(one) in ("Mn", "Mc")]
    assert not set(firsts) & set("，。）、")
    assert not {line[-1][-1] for line in lines[:-1]} & set("（เแโใไ")
