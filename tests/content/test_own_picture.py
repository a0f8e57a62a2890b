"""A service's own picture stands in place of a pose: safe, with its words, and signed."""

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from handouts.cli.app import main
from handouts.content.load import load_library, resource
from handouts.content.parse_figure import parse_figure
from handouts.content.stray import find_stray
from handouts.errors import ContentError
from handouts.fastpath.fingerprint import read_state
from handouts.governance.units import signed_units
from handouts.pipeline import Publisher, open_publisher, prepare, render, typeset
from handouts.render.html import render_html
from handouts.selection.options import RequestOptions
from handouts.selection.request import Request, parse_request
from tests.support.services import OPEN, RIVER, png, river

ALT = "Lying on the back on the floor, the lower legs on a box. Nothing moves."
WALKING = "Walking, standing tall, with the arms swinging."
EXERCISE, DRAWN, PHOTO = "legs-on-chair", "rest.svg", "walk.png"


def entry(picture: str, **more: object) -> dict[str, object]:
    """Return the entry of a figure that is a picture."""
    return {"alt": ALT, "picture": picture, **more}


def with_picture(folder: Path, figure: str, picture: str, alt: str) -> None:
    """Put a picture in place of the pose of a figure that ships."""
    path = folder / "figures.yaml"
    before, _, rest = path.read_text("utf-8").partition(f"\n  {figure}:\n")
    after = rest.partition("\n  ")[2]
    while after.startswith("  "):
        after = after.partition("\n  ")[2]
    written = f'{before}\n  {figure}:\n    alt: "{alt}"\n    picture: {picture}\n'
    path.write_text(f"{written}  {after}" if after else written, "utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make content with one picture of shapes and one of pixels."""
    made = Path(shutil.copytree(resource("content"), tmp_path_factory.mktemp("own") / "mine"))
    (made / "pictures").mkdir()
    (made / "pictures" / DRAWN).write_text(RIVER, "utf-8")
    (made / "pictures" / PHOTO).write_bytes(png(river().resize((960, 384))))
    with_picture(made, EXERCISE, DRAWN, ALT)
    with_picture(made, "walking", PHOTO, WALKING)
    return made


@pytest.fixture(scope="module")
def publisher(folder: Path) -> Publisher:
    """Open the content."""
    return open_publisher(folder)


@pytest.fixture(scope="module")
def asked(publisher: Publisher) -> Request:
    """Ask for a leaflet with both exercises."""
    chosen = (EXERCISE, "pelvic-tilt", "walking")
    options = RequestOptions(region="lumbar", screened=True, exercises=chosen)
    return parse_request(publisher.library, options, today=date(2026, 11, 29))


def test_it_is_a_figure_with_its_words(publisher: Publisher, asked: Request) -> None:
    """The PDF has the picture of pixels and both texts as Figures; HTML has them too."""
    leaflet = prepare(publisher, asked)
    with pikepdf.open(BytesIO(typeset(publisher, leaflet).content)) as pdf:
        told = [str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary)
                and one.get("/S") == "/Figure" and "/Alt" in one]  # fmt: skip
        images = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)
                  and one.get("/Subtype") == "/Image"]  # fmt: skip
    assert [told.count(one) for one in (ALT, WALKING)] == [1, 1]
    assert len(images) == 1
    assert "/SMask" not in images[0]
    html = render_html(leaflet, publisher.library.figures)
    assert f'role="img" aria-label="{ALT}"' in html
    assert f'<img alt="{WALKING}"' in html


@pytest.mark.verapdf
@pytest.mark.slow
def test_a_validator_accepts_it(
    publisher: Publisher, asked: Request, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The leaflet is PDF/UA-1 and PDF/A-2a."""
    content, _ = render(publisher, asked, prepare(publisher, asked), "pdf")
    path = tmp_path / "own.pdf"
    path.write_bytes(content)
    for judge in ("verapdf", "archive"):
        request.getfixturevalue(judge)([path])


def test_a_changed_picture_is_another_version_and_needs_another_signature(
    folder: Path, tmp_path: Path
) -> None:
    """One other byte in the file changes version, code, fast path and what is signed."""
    other = Path(shutil.copytree(folder, tmp_path / "mine"))
    path = other / "pictures" / DRAWN
    path.write_text(RIVER.replace("#5B2A86", "#5B2A87", 1), "utf-8")
    before, after = load_library(folder), load_library(other)
    assert before.version != after.version
    old, new = signed_units(before), signed_units(after)
    assert [one for one in old if old[one].digest != new[one].digest] == [EXERCISE]
    assert read_state(folder)[1] != read_state(other)[1]


def test_the_command_shows_it(folder: Path, tmp_path: Path) -> None:
    """`handout figure` writes the picture as it prints, in black and white too."""
    words = ["figure", EXERCISE, "--content", str(folder), "--mono", "-o", str(tmp_path / "x.svg")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    text = (tmp_path / "x.svg").read_text("utf-8")
    assert f'aria-label="{ALT}"' in text
    assert "5B2A86" not in text
    words[-1] = str(tmp_path / "x.png")
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2
    assert "end the name in .svg" in refused.output


def test_what_nothing_reads_is_named(folder: Path, tmp_path: Path) -> None:
    """A file of another kind in the folder of pictures is not passed over in silence."""
    other = Path(shutil.copytree(folder, tmp_path / "mine"))
    assert find_stray(other) == []
    (other / "pictures" / "rest.bmp").write_bytes(b"BM")
    [(fault, certain)] = find_stray(other)
    assert "pictures/rest.bmp" in str(fault)
    assert not certain


def test_a_picture_with_a_fault_is_told_once_and_is_not_unknown(
    folder: Path, tmp_path: Path
) -> None:
    """The fault of a picture is not followed by "unknown figure" at the exercise that has it."""
    other = Path(shutil.copytree(folder, tmp_path / "mine"))
    words = f"{OPEN}<text>up</text><rect width='9' height='9'/></svg>"
    (other / "pictures" / DRAWN).write_text(words, "utf-8")
    with pytest.raises(ContentError) as found:
        load_library(other)
    [fault] = found.value.faults
    assert "rest.svg:1: <text> cannot be in a picture" in fault.message
    assert "take the letters out" in fault.hint


REFUSED = [
    ({"picture": "a.svg"}, b"", "alt: missing"),
    (entry("a.svg", pose={}), RIVER.encode(), "either a picture or a pose"),
    (entry("a.svg", frame=[0, 0, 1, 1]), RIVER.encode(), "either a picture or a pose"),
    (entry("../a.svg"), RIVER.encode(), "name an SVG"),
    (entry("b.svg"), RIVER.encode(), "no file `b.svg` in pictures/"),
]


@pytest.mark.parametrize(("raw", "file", "message"), REFUSED)
def test_an_entry_that_is_not_whole_is_refused(
    raw: dict[str, object], file: bytes, message: str
) -> None:
    """A picture needs its words and its file, and takes nothing of a pose."""
    with pytest.raises(ValueError, match=message):
        parse_figure("x", raw, {"a.svg": file})


UNSAFE = [
    f"{OPEN}<script>alert(1)</script><rect width='9' height='9'/></svg>",
    f"{OPEN}<image href='https://example.org/a.png' width='9' height='9'/></svg>",
    f"{OPEN}<text x='1' y='20'>Take ibuprofen</text><rect width='9' height='9'/></svg>",
    f"{OPEN}<foreignObject width='9' height='9'/><rect width='9' height='9'/></svg>",
    '<!DOCTYPE svg [<!ENTITY a "b">]>' + f"{OPEN}<rect width='9' height='9'/></svg>",
    "not a picture",
]


@pytest.mark.parametrize("text", UNSAFE)
def test_what_is_no_plain_drawing_is_refused(text: str) -> None:
    """No script, nothing from elsewhere, no letters that nobody would read for safety."""
    with pytest.raises(ContentError) as found:
        parse_figure("x", entry("a.svg"), {"a.svg": text.encode()})
    assert "logo" not in str(found.value)


def test_too_few_pixels_are_refused() -> None:
    """A picture that would look torn at its size is refused, with the size that is needed."""
    with pytest.raises(ContentError, match="too few to print well"):
        parse_figure("x", entry("a.png"), {"a.png": png(river().resize((160, 64)))})
