"""One drawing can be looked at, and every word of the language of poses has its picture."""

import io
import re
import runpy
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from PIL import Image

from handouts.cli.app import main
from handouts.content.figure import PROPS, Limb, MuscleName, Pose, ViewName, parse_figure
from handouts.content.load import resource
from handouts.render.drawings.figure import draw_figure
from handouts.render.drawings.pen import COLOUR

ROOT = Path(__file__).parent.parent.parent
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "pose_pictures.py"))
PICTURES: dict[str, Any] = SCRIPT["PICTURES"]
PAGE = ROOT / "docs" / "poses.md"
PARTS = get_args(MuscleName)


def run(*words: str, code: int = 0) -> str:
    """Run `handout figure` and return what it says."""
    done = CliRunner().invoke(main, ["figure", *words])
    assert done.exit_code == code, done.output
    return done.output


# ------------------------------------------------------------------ the page
def test_every_word_has_a_picture_on_the_page() -> None:
    """Each field of a body and of a limb, each view, thing and part has its picture."""
    words = {*Pose.__struct_fields__, *Limb.__struct_fields__, *PROPS} - {"view", "highlight"}
    words |= {f"view-{one}" for one in get_args(ViewName)}
    words |= {f"highlight-{one}" for one in PARTS}
    assert words <= set(PICTURES)
    shown = set(re.findall(r"images/poses/([\w-]+)\.svg", PAGE.read_text("utf-8")))
    assert shown == set(PICTURES)


def test_the_pictures_are_those_of_the_script() -> None:
    """Every picture of the page is what the script draws now, and there is no other."""
    for name in PICTURES:
        assert (SCRIPT["FOLDER"] / f"{name}.svg").read_text("utf-8") == SCRIPT["picture"](name)
    assert {one.stem for one in SCRIPT["FOLDER"].iterdir()} == set(PICTURES)


@pytest.mark.parametrize("view", ["side", "front", "back"])
@pytest.mark.parametrize("part", [one for one in PARTS if one.rpartition("_")[0]])
def test_any_part_of_a_limb_can_be_marked(part: str, view: str) -> None:
    """A mark adds its colour to the drawing, from each side, and nothing else changes."""
    if part.startswith(("neck", "side")):
        return  # parts of the trunk, which are drawn from the front alone
    base = {"side": SCRIPT["REACH"], "front": SCRIPT["FRONT"], "back": SCRIPT["BACK"]}[view]
    plain = draw_figure(parse_figure("one", SCRIPT["pose"](base)), COLOUR, 100)
    marked = draw_figure(parse_figure("one", SCRIPT["pose"](base, highlight=[part])), COLOUR, 100)
    more = [one for one in marked.steps if one not in plain.steps]
    assert [one.fill for one in more].count(COLOUR.mark) == 1
    assert [one for one in marked.steps if one in plain.steps] == list(plain.steps)


# ------------------------------------------------------------------ the command
@pytest.mark.slow
def test_a_drawing_is_written_as_svg_or_png(tmp_path: Path) -> None:
    """Both formats show the drawing, and the SVG has its text for who cannot see it."""
    run("neck-turn", "-o", str(tmp_path / "one.svg"))
    svg = (tmp_path / "one.svg").read_text("utf-8")
    assert "The head turns slowly to one side" in svg
    run("neck-turn", "-o", str(tmp_path / "one.png"))
    with Image.open(io.BytesIO((tmp_path / "one.png").read_bytes())) as picture:
        assert picture.width == 800
        shirt = tuple(bytes.fromhex(COLOUR.near.shirt[1:]))
        colours = picture.convert("RGB").getcolors(10**6) or []
        # The drawing has two bodies beside each other; the shirt of one fills a good part.
        assert {colour: count for count, colour in colours}[shirt] > 800 * 500 // 20


@pytest.mark.slow
def test_other_files_and_open_words_do_not_hinder_a_look(tmp_path: Path) -> None:
    """A drawing that was just begun can be seen before the rest of the content is sound."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "mine"))
    words = ["new", "exercise", "wall-slide", "--region", "neck", "--content", str(folder)]
    assert CliRunner().invoke(main, words).exit_code == 0
    (folder / "blocks" / "stop.yaml").write_text("section: [", "utf-8")
    out = tmp_path / "one.svg"
    run("wall-slide", "--content", str(folder), "-o", str(out))
    assert out.read_text("utf-8").startswith("<svg")


def test_what_no_body_could_do_is_told(tmp_path: Path) -> None:
    """A knee that bends the wrong way is a note; an unknown word is a fault with its line."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "mine"))
    path = folder / "figures.yaml"
    start = path.read_text("utf-8").rstrip("\n")
    entry = "\n  odd:\n    alt: Odd.\n    frame: [-1, -1, 1, 1]\n    pose: {leg_n: [-90, -20]}\n"
    path.write_text(start + entry, "utf-8")
    assert "note: " in run("odd", "--content", str(folder), "-o", str(tmp_path / "odd.svg"))
    path.write_text(start + entry.replace("{leg_n", "{highlight: [nose], leg_n"), "utf-8")
    said = run("odd", "--content", str(folder), "-o", str(tmp_path / "odd.svg"), code=3)
    assert "mine/figures.yaml:" in said
    assert "shoulder_n" in said


def test_an_unknown_drawing_and_another_ending_are_refused(tmp_path: Path) -> None:
    """Both say what to write instead."""
    assert "did you mean `neck-turn`?" in run("neck-trun", code=2)
    assert ".svg or .png" in run("neck-turn", "-o", str(tmp_path / "one.pdf"), code=2)
