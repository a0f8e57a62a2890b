"""Tests of the exercise drawings."""

from __future__ import annotations

import ast
import math
import re
import statistics
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import yaml
from msgspec.structs import replace

from handouts.content.figure import Figure, Pose
from handouts.content.parse_figure import parse_figure
from handouts.render.drawings.figure import (
    LEAST_ARROW,
    draw_figure,
    drawing_operators,
    drawing_svg,
    fit,
)
from handouts.render.drawings.geometry import move, wrap
from handouts.render.drawings.marks import shape_limb_marks
from handouts.render.drawings.pen import THEMES
from handouts.render.drawings.props import lengthened
from handouts.render.drawings.skeleton import HAND, HEAD, check_figure, solve
from handouts.render.pdf.graphics import MM
from tests.support.contact_sheet import BOX, CONTENT, draw_sheet, load_figures, things

if TYPE_CHECKING:
    from collections.abc import Iterator

THINGS = things()
FIGURES = {figure.id: figure for figure in load_figures()}
EVERY = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
SMALL = sorted(name for name in FIGURES if name.endswith("-small"))
RESTS = {"legs-on-chair", "side-lying-rest", "desk-posture"}
NO_START = {"belly-breathing", "neck-press"}
"""Nothing leaves its place in these, or it comes back with every breath and step."""
DRAWING_OPERATORS = set("q Q cm re W n m l c h f S B rg RG w d j J".split())  # noqa: SIM905
PLAIN: dict[str, object] = {"alt": "A person.", "frame": [-1, 0, 1, 1], "pose": {"root": [0, 0.5]}}
LIMB: dict[str, object] = {"to": "knee_n", "angles": [0, 0]}


def operators(figure: Figure, theme: str = "colour") -> bytes:
    """Return the operators of a figure at its printed size."""
    return drawing_operators(draw_figure(figure, THEMES[theme], fit(figure, *BOX)))


def positions(figure: Figure) -> Iterator[Pose]:
    """Yield the start and the end of a figure."""
    yield figure.pose
    if figure.ghost is not None:
        yield figure.ghost


def movement(figure: Figure) -> float:
    """Return the largest change of any angle between start and end, in degrees."""
    assert figure.ghost is not None
    start, end = figure.ghost, figure.pose
    turns = [end.yaw - start.yaw]
    turns += [wrap(b - a) for a, b in zip(start.spine, end.spine, strict=True)]
    before, after = solve(start).angles, solve(end).angles
    turns += [wrap(after[limb][0] - before[limb][0]) for limb in before if limb in after]
    return max(map(abs, turns))


@EVERY
def test_a_body_can_do_what_is_drawn(figure: Figure) -> None:
    """Knees and elbows bend the right way, hands reach their place, nothing is in the floor."""
    assert check_figure(figure) == ()


@EVERY
def test_alternative_text_tells_the_movement(figure: Figure) -> None:
    """Each figure has whole sentences that say more than its id, but not that it is an image."""
    assert len(figure.alt.split()) >= 12
    assert figure.alt.endswith(".")
    assert not re.search(r"picture|drawing|image of|figure", figure.alt, re.IGNORECASE)
    if figure.id.endswith("-small"):
        assert re.search(r"only|a little", figure.alt)


@EVERY
def test_a_figure_that_moves_shows_its_start(figure: Figure) -> None:
    """Arrows say where to, the start position says from where; a rest has neither."""
    assert bool(figure.arrows) == (figure.id not in RESTS)
    assert (figure.ghost is not None) == (figure.id not in RESTS | NO_START)


@EVERY
def test_an_arrow_is_seen_at_arms_length(figure: Figure) -> None:
    """In a drawing 60 mm wide every arrow is at least 7 mm long, bent ones too."""
    unit = fit(figure, 60 * MM, 44 * MM)
    for arrow in figure.arrows:
        if arrow.arc is not None:
            long = arrow.arc.radius * abs(math.radians(arrow.arc.end - arrow.arc.start))
        else:
            line = lengthened(arrow, LEAST_ARROW / unit).line
            assert line is not None
            long = math.dist(*line)
        assert long * unit >= 7 * MM


@EVERY
@pytest.mark.parametrize("theme", THEMES)
def test_operators_only_draw(figure: Figure, theme: str) -> None:
    """No text, no resources, nothing but numbers and drawing operators, and q and Q are paired."""
    depth = 0
    for token in re.sub(rb"[\[\]]", b" ", operators(figure, theme)).decode("ascii").split():
        if re.fullmatch(r"-?(\d+|\d*\.\d+)", token):
            continue
        assert token in DRAWING_OPERATORS
        depth += (token == "q") - (token == "Q")  # noqa: S105
        assert depth >= 0
    assert depth == 0


@EVERY
@pytest.mark.parametrize("theme", THEMES)
def test_a_figure_is_small(figure: Figure, theme: str) -> None:
    """A figure takes at most 4 kB in the leaflet."""
    assert len(zlib.compress(operators(figure, theme), 6)) <= 4000


def test_figures_are_small_on_the_whole() -> None:
    """Half of the figures take less than 3 kB."""
    sizes = [len(zlib.compress(operators(figure), 6)) for figure in FIGURES.values()]
    assert statistics.median(sizes) < 3000


@EVERY
def test_a_figure_keeps_to_its_box(figure: Figure) -> None:
    """The caller's box is filled in one direction and not left in the other."""
    drawing = draw_figure(figure, THEMES["colour"], fit(figure, *BOX))
    assert drawing.width <= BOX[0] + 1e-6
    assert drawing.height <= BOX[1] + 1e-6
    assert math.isclose(drawing.width, BOX[0]) or math.isclose(drawing.height, BOX[1])


@pytest.mark.slow
def test_the_same_figure_gives_the_same_bytes() -> None:
    """Neither a second call nor a fresh interpreter with other hashes changes a byte."""
    code = (
        "import sys, zlib; from tests.render.drawings.test_figures import FIGURES, operators;"
        "print(zlib.crc32(b''.join(operators(figure) for figure in FIGURES.values())))"
    )
    once = zlib.crc32(b"".join(operators(figure) for figure in FIGURES.values()))
    again = zlib.crc32(b"".join(operators(figure) for figure in FIGURES.values()))
    root = CONTENT.parent.parent
    fresh = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=root,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(root)},
    )
    assert once == again == int(fresh.stdout)


@pytest.mark.parametrize("name", SMALL)
def test_in_new_pain_the_movement_is_smaller(name: str) -> None:
    """The small version of a movement goes at most two thirds as far as the full one."""
    full = FIGURES[name.removesuffix("-small")]
    assert movement(FIGURES[name]) <= movement(full) * 2 / 3


@EVERY
def test_no_hand_is_on_the_head(figure: Figure) -> None:
    """From wrist to finger tip every hand stays clear of the head, but for neck-press."""
    if figure.id == "neck-press":
        return
    for pose in positions(figure):
        joints = solve(pose)
        middle = move(joints.at["c1"], joints.head, HEAD * 0.26)
        for limb in ("arm_n", "arm_f"):
            if limb in joints.ends:
                wrist = joints.at[f"wrist_{limb[-1]}"]
                for share in (0, 0.5, 1):
                    point = move(wrist, joints.ends[limb], HAND * share)
                    assert math.dist(point, middle) > HEAD * 0.6


def test_the_head_does_not_move_against_the_hand() -> None:
    """In neck-press the palm is on the forehead and the figure has one position only."""
    figure = FIGURES["neck-press"]
    joints = solve(figure.pose)
    palm = move(joints.at["wrist_n"], joints.ends["arm_n"], HAND / 2)
    assert figure.ghost is None
    assert math.dist(palm, move(joints.at["c1"], joints.head, HEAD * 0.4)) < HEAD * 0.8


@pytest.mark.parametrize("name", ["cat", "cat-small", "cow", "cow-small"])
def test_the_head_is_in_line_with_the_back(name: str) -> None:
    """On hands and knees the head neither hangs nor is thrown up."""
    for pose in positions(FIGURES[name]):
        _, _, chest, neck, head = pose.spine
        assert abs(neck - chest) <= 15
        assert abs(head - neck) <= 15
        assert -15 <= head <= 15


def test_no_hand_pulls_the_knee_in_new_pain() -> None:
    """In the small version of knee-to-chest both hands stay far from the leg that moves."""
    joints = solve(FIGURES["knee-to-chest-small"].pose)
    assert joints.at["wrist_n"][1] < 0.1
    assert math.dist(joints.at["wrist_n"], joints.at["knee_n"]) > 0.2


@pytest.mark.parametrize("theme", THEMES)
def test_the_start_survives_a_photocopy(theme: str) -> None:
    """The line of the start position has a contrast of 3:1 on white."""
    code = THEMES[theme].ghost.line
    channels = [int(code[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 3


def test_mono_has_no_colour() -> None:
    """Every colour of the mono theme is a grey."""
    codes = set(re.findall(r"#(\w{6})", repr(THEMES["mono"])))
    assert codes
    assert all(code[:2] == code[2:4] == code[4:] for code in codes)


@EVERY
def test_svg_is_an_image_with_a_name(figure: Figure) -> None:
    """The SVG parses, names itself to a screen reader and paints each step once."""
    drawing = draw_figure(figure, THEMES["colour"], fit(figure, *BOX))
    root = ET.fromstring(drawing_svg(drawing, f'{figure.alt} <&">'))  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == f'{figure.alt} <&">'
    assert re.fullmatch(r"0 0 \d+ \d+", root.get("viewBox") or "")
    painted = [path for path in root.iter(f"{space}path") if path.get("fill")]
    assert len(painted) == len(drawing.steps)


def test_a_strap_lies_over_the_body() -> None:
    """What a figure names under `over` is painted after the body and before the arrows."""
    plain = FIGURES["knee-to-chest"]
    strap = {"type": "strap", "points": [[0, 0.1], [0.1, 0.2]]}
    raw = yaml.load(CONTENT.read_bytes(), Loader=yaml.CSafeLoader)["figures"]["knee-to-chest"]
    tied = parse_figure("tied", {**raw, "over": [strap]}, things=THINGS)
    without = draw_figure(replace(plain, arrows=()), THEMES["colour"], 100)
    steps = draw_figure(tied, THEMES["colour"], 100).steps
    assert steps[: len(without.steps)] == without.steps
    assert steps[len(without.steps)].fill == THEMES["colour"].hard


@pytest.mark.parametrize("part", ["heel_n", "foot_n", "toes_n"])
@pytest.mark.parametrize(("view", "toe"), [("side", 0), ("front", -90), ("back", -90)])
def test_a_mark_on_a_foot_lies_on_the_shoe(part: str, view: str, toe: float) -> None:
    """It is within the shoe, whichever side is seen: none floats above the foot or beside it."""
    raw = {"view": view, "root": [0, 0.5], "leg_n": [-90, -90, toe], "highlight": [part]}
    pose = parse_figure("one", {**PLAIN, "pose": raw}).pose
    joints = solve(pose)
    (path,) = shape_limb_marks(joints, pose, "leg_n")
    x, y = joints.at["ankle_n"]
    reach = {"side": (-0.046, -0.038, 0.122, 0.016)}.get(view, (-0.028, -0.054, 0.028, 0.024))
    ends = [numbers[-2:] for _, numbers in path if numbers]
    assert all(reach[0] <= a - x <= reach[2] and reach[1] <= b - y <= reach[3] for a, b in ends)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frame": None}, "frame: expected a list, got None"),
        ({"frame": [0, 0, 1]}, "frame: expected a list of length 4, got 3"),
        ({"frame": [1, 0, 0, 1]}, "frame: expected left, bottom, right, top"),
        ({"alt": " "}, "alt: expected text of length >= 1"),
        ({"pose": {"spin": 90}}, "pose.spin: unknown key; expected one of arm_f, arm_n, behind"),
        ({"pose": {"yaw": True}}, "pose.yaw: expected a number, got True"),
        ({"pose": {"spine": [1, 2]}}, "pose.spine: expected a list of length 5, got 2"),
        ({"pose": {"view": "top"}}, "pose.view: expected one of back, front, side, got 'top'"),
        ({"pose": {"arm_n": LIMB}}, "pose.arm_n: expected either angles or to"),
        ({"pose": {"arm_n": {"to": "toe"}}}, "pose.arm_n.to: expected one of ankle_f"),
        (
            {"pose": {"arm_n": {"to": "hip", "thumb": 2}}},
            "pose.arm_n.thumb: expected one of -1, 0, 1",
        ),
        ({"pose": {"arm_n": {"to": "hip", "grip": 1}}}, "pose.arm_n.grip: expected true or false"),
        ({"ghost": 3}, "ghost: expected keys and values, got 3"),
        ({"props": [{"type": "sofa"}]}, "props[0].type: expected one of chair"),
        ({"props": [{"type": "mat", "z": 1}]}, "props[0].z: unknown key"),
        ({"props": [{"type": "mat", "x0": "a"}]}, "props[0].x0: expected a number, got 'a'"),
        (
            {"props": [{"type": "mat", "angle": 3}]},
            "props[0].angle: unknown key; expected one",
        ),
        (
            {"props": [{"type": "chair", "w": -1}]},
            "props[0]: it cannot be drawn with these",
        ),
        ({"over": [{"type": "strap"}]}, "over[0].points: expected a list of points, got None"),
        ({"over": {"type": "strap"}}, "over: expected a list, got {"),
        ({"props": ["mat"]}, "props[0]: expected keys and values, got 'mat'"),
        ({"arrows": [{}]}, "arrows[0]: expected either line or arc"),
        ({"arrows": [{"arc": [[0, 0], 1]}]}, "arrows[0].arc: expected a list of at least length 4"),
        ({"arrows": [{"line": [[0, 0]]}]}, "arrows[0].line: expected a list of length 2, got 1"),
        ({"arrows": [{"arc": ["toe", 1, 0, 9]}]}, "arrows[0].arc[0]: expected one of ankle_f"),
        ({"arrows": [{"bow": 1, "line": [[0, "x"], [0, 0]]}]}, "arrows[0].line[0][1]: expected a"),
        ({"ghost": {"leg_f": [1, 2, 3, 4]}}, "ghost.leg_f.angles: expected a list of length 2"),
        ({"pose": {"front": ["toe"]}}, "pose.front[0]: expected one of arm_f, arm_n, leg_f"),
        ({"pose": {"face - at `$.x`": 1}}, "pose.face - at `$.x`: unknown key; expected one of"),
        ({"over": [{"x": 1}]}, "over[0].type: missing; expected one of chair, chair-front"),
        ({"id": "x"}, "id: unknown key; expected one of alt, arrows"),
        ({"caption": 5}, "caption: expected text, got 5"),
        ({"colour": "red"}, "colour: unknown key; expected one of alt, arrows"),
        ({"pose": {1: 2}}, "pose: expected text as key"),
    ],
)
def test_a_fault_names_its_place(changes: dict[str, object], message: str) -> None:
    """A figure that cannot be read says where and what, in the author's words."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        parse_figure("broken", {**PLAIN, **changes}, things=THINGS)


@pytest.mark.parametrize("key", ["alt", "frame", "pose"])
def test_nothing_needed_is_left_out(key: str) -> None:
    """A figure without alternative text, frame or pose is a fault."""
    raw = {name: value for name, value in PLAIN.items() if name != key}
    with pytest.raises(ValueError, match=f"^{key}: missing$"):
        parse_figure("broken", raw)


@pytest.mark.parametrize(
    ("pose", "fault"),
    [
        ({"root": [0, 0.5], "leg_n": [-90, -40]}, "pose.leg_n: knee bends -50 degrees"),
        ({"root": [0, 0.5], "arm_n": [-90, -140]}, "pose.arm_n: elbow bends -50 degrees"),
        ({"root": [0, 0.5], "arm_n": {"to": [0, 0]}}, "pose.arm_n: stays 0.445 away"),
        ({"root": [0, 0.4], "leg_n": [-90, -90]}, "pose.ankle_n: below the floor"),
    ],
)
def test_what_no_body_can_do_is_found(pose: dict[str, object], fault: str) -> None:
    """Wrong bends, hands that hover and feet in the floor are found."""
    raw = {**PLAIN, "pose": pose, "props": [{"type": "floor"}]}
    found = check_figure(parse_figure("broken", raw, things=THINGS))
    assert any(one.startswith(fault) for one in found), found


@pytest.mark.parametrize(
    ("pose", "fault"),
    [
        ({"view": "front", "root": [0, 0.4], "leg_n": [-90, -90]}, "pose.ankle_n: below the floor"),
        ({"root": [0, 0.5], "arm_n": [0, 0]}, "pose.wrist_n: out of the frame"),
        ({"root": [0.3, 0.5], "leg_n": [-90, -90]}, "pose.hip_n: out of the frame"),
    ],
)
def test_what_is_not_seen_whole_is_told(pose: dict[str, object], fault: str) -> None:
    """Feet in the floor that nobody drew, and what is beside or above what is shown."""
    found = check_figure(parse_figure("broken", {**PLAIN, "frame": FRAME, "pose": pose}))
    assert fault in found
    cut_off = {**PLAIN, "frame": [-0.2, 0.4, 0.2, 1.05], "pose": {"root": [0, 0.5]}}
    assert check_figure(parse_figure("cut", cut_off)) == ()


FRAME = [-0.2, -0.02, 0.2, 1.05]


def test_the_package_emits_its_own_operators() -> None:
    """The package imports the standard library, itself, and what records are made with."""
    for path in (CONTENT.parent.parent / "handouts" / "figures").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                known = name.split(".")[0] in {*sys.stdlib_module_names, "msgspec"}
                assert known or name.startswith("handouts.render.drawings"), path


def test_the_contact_sheet_shows_every_figure(tmp_path: Path) -> None:
    """The script for looking at all figures writes a PDF."""
    out = tmp_path / "sheet.pdf"
    draw_sheet(str(out), "mono", [])
    assert out.read_bytes().startswith(b"%PDF")
