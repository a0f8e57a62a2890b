"""A name in its slot shows the same page, with the same structure, as when all is typeset."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handouts.content.load import resource
from handouts.fastpath.name_slot import (
    ALPHABET,
    HARD_SPACE,
    NAME_PLACEHOLDER,
    NAME_WEIGHT,
    TEXT,
    GlyphMetrics,
    fill_name,
    set_name,
)
from handouts.pipeline import make_leaflet
from handouts.render.layout.style import BODY_WEIGHT
from handouts.render.pdf.fonts import FONT_FILES, Face, Word
from handouts.render.pdf.typeface import measure_glyphs, typeface
from handouts.selection.request import Request
from tests.conftest import Validate
from tests.support.leaflets import ask, pdf, publisher
from tests.support.readback import read_contents, read_structure, structure_text

FACE = typeface()[BODY_WEIGHT]
NAMED = [
    ask("neck", "acute", name="Zoë O'Brien-Łuczak"),
    ask("lumbar", "chronic", "gi-ulcer", "asthma", paper="letter", name="AVA TAYLOR"),
]
NAMES = st.text(st.sampled_from(ALPHABET + " "), min_size=1, max_size=40)


@cache
def letters() -> GlyphMetrics:
    """Measure the letters that a slot may show."""
    return measure_glyphs(FACE, ALPHABET)


@cache
def measured() -> dict[int, GlyphMetrics]:
    """Measure the usual letters of every face."""
    return {weight: measure_glyphs(face, TEXT) for weight, face in typeface().items()}


@pytest.mark.parametrize("request_", NAMED, ids=lambda one: one.region)
def test_a_slot_shows_what_typesetting_shows(request_: Request) -> None:
    """Structure, words and the place of every glyph are those of a leaflet set as a whole."""
    whole = make_leaflet(publisher(), request_).content
    body = pdf(replace(request_, name=NAME_PLACEHOLDER))
    filled = fill_name(body, request_.name, letters())
    assert filled is not None
    assert structure_text(read_structure(filled)) == structure_text(read_structure(whole))
    shown = [
        {(run.text, round(run.x, 1), round(run.y, 1)) for run in page.all_runs}
        for content in (filled, whole)
        for page in read_contents(content)
    ]
    half = len(shown) // 2
    assert shown[:half] == shown[half:]


@given(NAMES)
def test_letters_are_set_as_harfbuzz_sets_them(name: str) -> None:
    """Width and kerning of any name are those of the shaper."""
    words = name.split()
    gaps = FACE.space * max(0, len(words) - 1)
    found = set_name(" ".join(words), letters())
    assert found is not None
    assert found[1] == round(1000 * (sum(FACE.shape_anew(word).width for word in words) + gaps))


@given(st.text(st.sampled_from(TEXT), min_size=1, max_size=20))
def test_plain_words_are_set_as_harfbuzz_shapes_them(word: str) -> None:
    """Set by measured letters, a word has HarfBuzz's glyphs, kerning and width in any weight."""
    for weight, face in typeface().items():
        found = measured()[weight].measure(word)
        assert found is not None
        kerns, width = found
        assert Word(word, kerns, width / 1000) == face.shape_anew(word)


def test_spaces_are_set_as_harfbuzz_shapes_them() -> None:
    """A space and one that keeps words together are of one width, and read back as they are."""
    for weight, name in FONT_FILES.items():
        face = Face(weight, resource("fonts") / name, measured()[weight])
        assert face.gap == face.shape_anew(" ")
        assert face.hard_gap == face.shape_anew(HARD_SPACE)


@pytest.mark.slow
def test_usual_leaflets_need_no_shaper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once letters are measured, a new leaflet does not import HarfBuzz; its bytes are the same."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    script = (
        "import sys\nfrom handouts.__main__ import main\n"
        "sys.argv = ['handout', 'make', *sys.argv[1:]]\ntry:\n    main()\nfinally:\n"
        "    print('uharfbuzz' in sys.modules, file=sys.stderr)\n"
    )
    words = ("--region", "thoracic", "--status", "chronic", "--flag", "pregnancy")
    shaped = []
    for number, more in enumerate((("--no-cache",), (), ("--no-cache",))):
        command = [sys.executable, "-c", script, *words, *more, "-o", str(tmp_path / f"{number}")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        shaped.append(done.stderr.splitlines()[-1])
    assert shaped == ["True", "True", "False"]
    assert len({(tmp_path / f"{number}").read_bytes() for number in range(3)}) == 1


def test_names_have_the_weight_of_text() -> None:
    """The letters of names are measured in the weight that they are set in."""
    assert NAME_WEIGHT == BODY_WEIGHT


@given(NAMES)
def test_a_few_letters_are_measured_as_all_are(name: str) -> None:
    """`make` measures only the letters it needs, and gets the same bytes as a batch."""
    assert set_name(name, measure_glyphs(FACE, name)) == set_name(name, letters())


@pytest.mark.parametrize(
    "name", ["x" * 60, "Ж", "Ō", "\u202eabc", "a\u0301", "😀", NAME_PLACEHOLDER]
)
def test_what_does_not_fit_is_left_to_typesetting(name: str) -> None:
    """Too long, or with another letter: no slot takes it."""
    assert fill_name(pdf(replace(NAMED[0], name=NAME_PLACEHOLDER)), name, letters()) is None


@pytest.mark.verapdf
def test_verapdf_accepts_a_leaflet_with_a_slot(verapdf: Validate, tmp_path: Path) -> None:
    """With the name in it, and still empty."""
    body = pdf(replace(NAMED[0], name=NAME_PLACEHOLDER))
    (tmp_path / "empty.pdf").write_bytes(body.content)
    (tmp_path / "full.pdf").write_bytes(fill_name(body, NAMED[0].name, letters()) or b"")
    verapdf(sorted(tmp_path.iterdir()))
