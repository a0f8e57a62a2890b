"""A word that is wider than its column is cut between letters, and loses none."""

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


def test_a_missing_character_is_the_one_that_was_typed() -> None:
    """Also in a script that is written from right to left."""
    with pytest.raises(TypesettingError, match=r"U\+06[0-9A-F]{2}"):
        load_faces()[400].shape("مستشفى")
