"""One drawing can be looked at, and every word of the language of poses has its picture."""

import io
import re
import runpy
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from click.testing import CliRunner
from PIL import Image

from handouts.authoring.schemas import schemas_of
from handouts.cli.app import main
from handouts.content.figure import Limb, MarkedPart, Pose, ViewName
from handouts.content.load import load_library, resource
from handouts.content.parse_figure import parse_figure
from handouts.content.parse_props import parse_prop
from handouts.governance.units import signed_units
from handouts.render.drawings.figure import draw_figure, drawing_svg
from handouts.render.drawings.pen import COLOUR
from handouts.render.drawings.skeleton import check_figure
from tests.authoring.ankle import ankle_content

ROOT = Path(__file__).parent.parent.parent
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "pose_pictures.py"))
PICTURES: dict[str, Any] = SCRIPT["PICTURES"]
PAGE = ROOT / "docs" / "poses.md"
PARTS = get_args(MarkedPart)


def run(*words: str, code: int = 0) -> str:
    """Run `handout figure` and return what it says."""
    done = CliRunner().invoke(main, ["figure", *words])
    assert done.exit_code == code, done.output
    return done.output


# ------------------------------------------------------------------ the page
def test_every_word_has_a_picture_on_the_page() -> None:
    """Each field of a body and of a limb, each view, thing and part has its picture."""
    words = {*Pose.__struct_fields__, *Limb.__struct_fields__} - {"view", "highlight"}
    words |= {*SCRIPT["SHIPPED"]}
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


def test_the_bodies_to_copy_are_bodies() -> None:
    """Whoever copies one from the page starts from what a body can do, whole in its frame."""
    bases = [one for one in PICTURES if one.startswith("base-")]
    assert len(bases) == 4
    for name in bases:
        assert check_figure(parse_figure(name, PICTURES[name], things=SCRIPT["THINGS"])) == ()


@pytest.mark.parametrize("view", ["side", "front", "back"])
@pytest.mark.parametrize("part", PARTS)
def test_any_part_can_be_marked(part: str, view: str) -> None:
    """A mark adds its colour to the drawing, from each side, and nothing else changes."""
    base = {"side": SCRIPT["REACH"], "front": SCRIPT["FRONT"], "back": SCRIPT["BACK"]}[view]
    plain = draw_figure(parse_figure("one", SCRIPT["pose"](base)), COLOUR, 100)
    marked = draw_figure(parse_figure("one", SCRIPT["pose"](base, highlight=[part])), COLOUR, 100)
    more = [one for one in marked.steps if one not in plain.steps]
    assert [one.fill for one in more].count(COLOUR.mark) in {1, 2}
    assert [one for one in marked.steps if one in plain.steps] == list(plain.steps)


# ------------------------------------------------------------------ things of an author
def test_the_thing_that_the_page_shows_is_the_one_in_its_picture() -> None:
    """An author who copies the entry of the page gets what stands beside it."""
    parts = PAGE.read_text("utf-8").split("```yaml\nprops:\n")[1:]
    shown = [yaml.safe_load(one.split("```")[0]) for one in parts]
    assert shown == [{"foot-stool": SCRIPT["STOOL"]}, {"bench": SCRIPT["BENCH"]}]


def test_a_thing_of_an_author_is_placed_turned_and_mirrored() -> None:
    """Each key of its place changes the drawing."""
    legs = [{"curve": [[0, 0], [1, 0], [0, 0.5]]}]
    own = {"foot-stool": parse_prop("foot-stool", legs)}
    places = (("x", 0), ("x", 0.3), ("y", 0.1), ("size", 1.5), ("angle", 20), ("direction", -1))
    raws = [SCRIPT["prop"](type="foot-stool", **{key: value}) for key, value in places]
    drawings = [draw_figure(parse_figure("one", raw, things=own), COLOUR, 100) for raw in raws]
    assert len({drawing_svg(one, "one") for one in drawings}) == len(raws)
    assert len({len(one.steps) for one in drawings}) == 1


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ({"box": [0, 0, 1, 1], "line": [[0, 0], [1, 1]]}, r"\[0\]: expected one of box, circle"),
        ({"box": [1, 0, 0, 1]}, r"\[0\]: expected box as left, bottom, right, top"),
        ({"circle": [0, 0, "a"]}, r"\[0\]\.circle\[2\]: expected a number, got 'a'"),
        ({"circle": [0, 0, 0]}, r"\[0\]: expected circle as x, y and a radius above 0"),
        ({"polygon": [[0, 0], [1, 1]]}, r"\[0\]: expected at least 3 points"),
        ({"line": [[0, 0], [9, 0]]}, r"\[0\]: expected numbers from -3 to 3"),
        ({"line": [[0, 0], [float("nan"), 0]]}, r"\[0\]: expected numbers from -3 to 3"),
        ({"line": [[0, 0], [1, 0]], "fill": "soft"}, r"\[0\]: expected no fill for a line"),
        ({"circle": [0, 0, 1], "round": 0.1}, r"\[0\]: expected round only for a box"),
        ({"circle": [0, 0, 1], "width": 9}, r"\[0\]: expected a width from 0.3 to 3"),
        ({"circle": [0, 0, 1], "fill": "pink"}, r"\[0\]\.fill: expected one of hard, none"),
        ({"circle": [0, 0, 1], "widht": 1}, r"\[0\]\.widht: unknown key; expected one of band"),
    ],
)
def test_a_wrong_shape_says_what_to_write(shape: object, message: str) -> None:
    """Each names the shape, what is wrong and what may stand there."""
    with pytest.raises(ValueError, match=message):
        parse_prop("ball", [shape])


@pytest.mark.parametrize(
    ("sum_", "message"),
    [
        ("0.5v", r"shapes\[0\]\.box\[2\]: expected one of the measures w, got 'v'"),
        ("w *", r"shapes\[0\]\.box\[2\]: `w \*` is no sum: write numbers and measures"),
        ("w w", r"shapes\[0\]\.box\[2\]: `w w` is no sum"),
        ("", r"shapes\[0\]\.box\[2\]: expected a number or a sum of measures, got nothing"),
        ("-w", r"shapes\[0\]: expected box as left, bottom, right, top"),
    ],
)
def test_a_wrong_sum_of_measures_says_what_to_write(sum_: str, message: str) -> None:
    """Each names the number of the shape that it would be."""
    with pytest.raises(ValueError, match=message):
        parse_prop("ball", {"measures": {"w": 1}, "shapes": [{"box": [0, 0, sum_, 1]}]})


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"shape": []}, "shape: unknown key; expected one of about, floor"),
        ({"measures": {"x": 1}}, "measures.x: name it in small letters and digits, no place"),
        ({"measures": {"w": "a"}}, "measures.w: expected a number, got 'a'"),
        ({"measures": {"points": [1]}}, r"measures.points: expected \[\]"),
        ({"measures": 3}, "measures: expected keys and values, got 3"),
        ({"place": ["z"]}, "place: expected a list of x, y, size, angle, direction"),
        ({"middle": [1]}, "middle: expected x and y"),
        ({"middle": ["w", 0]}, "middle: expected numbers or sums of measures"),
        ({"shapes": [{"line": [[0, 0], [1, 1]], "only-with": "w"}]}, "only-with: expected one of"),
        ({"shapes": [3]}, r"shapes\[0\]: expected keys and values, got 3"),
        ({"shapes": [{"bar": [[0, 0], [0, 1]]}]}, "expected thick, above 0, for a bar or a band"),
        ({"shapes": [{"circle": [0, 0, 1], "thick": 1}]}, "expected thick, above 0, for a bar"),
    ],
)
def test_a_wrong_definition_says_what_to_write(definition: dict[str, object], message: str) -> None:
    """Each names the key, what is wrong and what may stand there."""
    with pytest.raises(ValueError, match=message):
        parse_prop("ball", {"shapes": SCRIPT["STOOL"], **definition})


def test_a_measure_changes_every_number_that_is_a_sum_of_it() -> None:
    """A drawing changes a measure and all follows; a shape that needs a measure goes without it."""
    thing = parse_prop(
        "post",
        {
            "measures": {"h": 0.5, "top": 0.1},
            "place": ["x"],
            "middle": [0, "h - 0.5"],
            "shapes": [
                {"bar": [["0.1h", "1.5 h+0.1"], ["-h", 0]], "thick": 0.02},
                {"circle": [0, "h + top", "top"], "only-with": "top"},
            ],
        },
    )  # fmt: skip
    assert parse_prop("bench", SCRIPT["BENCH"]).measures["back"] == 0  # drawn only with more
    raw = SCRIPT["prop"](type="post", h=0.6, top=0)
    (drawn,) = parse_figure("one", raw, things={"post": thing}).props
    (bar,) = drawn.shapes
    top, foot = bar.bar or ((0, 0), (0, 0))
    assert (*top, *foot) == pytest.approx((0.06, 1.0, -0.6, 0))
    assert drawn.middle == pytest.approx((0, 0.1))


def test_what_is_signed_of_a_thing_that_ships_is_its_shapes_once_they_change(
    tmp_path: Path,
) -> None:
    """Its measures stand for its shapes while these are as ever; then they end what was signed."""
    folder = Path(shutil.copytree(resource("content"), tmp_path / "content"))
    before = signed_units(load_library(folder))
    path = folder / "figures.yaml"
    text = path.read_text("utf-8")
    floor = "{line: [[x0, 0], [x1, 0]]"
    assert floor in text
    path.write_text(text.replace(floor, "{line: [[x0, 0], [x1, 0.01]]"), "utf-8")
    library = load_library(folder)
    after = signed_units(library)
    shown = {one.id for one in library.figures.values() if "floor" in {p.name for p in one.props}}
    changed = {key for key, unit in before.items() if unit.digest != after[key].digest}
    assert changed == {
        one.id for one in library.blocks if shown.intersection(getattr(one.body, "drawn", ()))
    }


@pytest.mark.parametrize("name", ["Ball", "a_b", ""])
def test_a_thing_has_a_name_that_a_drawing_can_write(name: str) -> None:
    """It has small letters, digits and hyphens."""
    with pytest.raises(ValueError, match="name"):
        parse_prop(name, SCRIPT["STOOL"])


@pytest.mark.parametrize(
    ("prop", "message"),
    [
        (
            {"type": "foot-stol"},
            r"props\[0\]\.type: expected one of .*foot-stool.*, got 'foot-stol'",
        ),
        ({"type": "own", "name": "x"}, r"props\[0\]\.type: expected one of "),
        (
            {"type": "foot-stool", "shapes": []},
            r"props\[0\]\.shapes: unknown key; expected one of a",
        ),
        ({"type": "foot-stool", "size": 0}, r"props\[0\]: expected a size above 0, up to 10"),
        ({"type": "foot-stool", "direction": 2}, r"props\[0\]\.direction: expected one of -1, 1"),
        ({"type": "foot-stool", "x": "a"}, r"props\[0\]\.x: expected a number, got 'a'"),
    ],
)
def test_a_wrong_place_of_a_thing_says_what_to_write(prop: object, message: str) -> None:
    """Each names the prop, what is wrong and what may stand there."""
    with pytest.raises(ValueError, match=message):
        parse_figure("one", {**SCRIPT["prop"](), "props": [prop]}, things=SCRIPT["THINGS"])


def test_content_without_things_is_told_where_they_are() -> None:
    """A copy of the content from before things were content learns how to get them."""
    with pytest.raises(ValueError, match=r"nothing stands under `props:`.*content merge` brings"):
        parse_figure("one", SCRIPT["prop"](type="chair"))


def test_a_thing_of_an_author_is_part_of_the_content(tmp_path: Path) -> None:
    """It is drawn, counts in version and sign-off, is in the schema, and a fault has its line."""
    folder = ankle_content(tmp_path / "ankle")
    path = folder / "figures.yaml"
    where = ("foot-up", "--content", str(folder), "-o")
    run(*where, str(tmp_path / "a.svg"))
    text = path.read_text("utf-8").replace("{type: floor, x0: -0.54, x1: 0.54}", "{type: edge}", 1)
    above, figures = text.split("\nfigures:\n")
    text = f"figures:\n{figures}{above[above.index('props:') :]}\n"
    entry = "  edge:\n    - {line: [[-0.54, 0], [0.54, 0]], width: 1.1}\n"
    path.write_text(text + entry, "utf-8")
    one = load_library(folder)
    run(*where, str(tmp_path / "b.svg"))
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    offered = schemas_of(folder)["figures"]["$defs"]["Figure"]["properties"]["props"]["items"]
    assert {"$ref": "#/$defs/thing edge"} in offered["anyOf"]
    path.write_text(text + entry.replace("[0.54, 0]", "[0.55, 0]"), "utf-8")
    other = load_library(folder)
    assert one.version != other.version
    after = signed_units(other)
    changed = [key for key, unit in signed_units(one).items() if unit.digest != after[key].digest]
    assert changed == [
        one.id for one in other.blocks if "foot-up" in getattr(one.body, "drawn", ())
    ]
    path.write_text(text + entry.replace("line", "lien"), "utf-8")
    said = run(*where, str(tmp_path / "c.svg"), code=3)
    line = text.count("\n") + 2
    assert f"ankle/figures.yaml:{line}: props.edge: [0].lien: unknown key" in said


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


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    """As with a leaflet: the same drawing again is fine, another file needs --force."""
    out = tmp_path / "one.svg"
    run("neck-turn", "-o", str(out))
    run("neck-turn", "-o", str(out))
    assert "add --force" in run("neck-turn", "--mono", "-o", str(out), code=2)
    run("neck-turn", "--mono", "--force", "-o", str(out))
