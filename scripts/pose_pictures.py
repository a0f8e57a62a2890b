"""Draw the pictures of docs/poses.md: one for each word of the language of poses.

    PYTHONPATH=. python scripts/pose_pictures.py

Each picture is a small SVG in docs/images/poses; the page shows the entry beside it.
"""

import re
import sys
from pathlib import Path

import yaml

from handouts.content.figure import Figure
from handouts.content.load import resource
from handouts.content.parse_figure import parse_figure
from handouts.content.parse_props import parse_prop, parse_props
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.render.drawings.figure import draw_figure, drawing_svg, fit
from handouts.render.drawings.pen import COLOUR

FOLDER = Path(__file__).parent.parent / "docs" / "images" / "poses"
SIDE = 110.0
"""The longer side of a picture, in points."""

Raw = dict[str, object]
FRAME = [-0.45, -0.03, 0.45, 1.03]
LEGS: Raw = {"leg_n": [-90, -90, 0], "leg_f": [-90, -90, 0]}
WIDE: Raw = {"leg_n": [-86, -90, -90], "leg_f": [-94, -90, -90]}
ARMS: Raw = {"arm_n": [-90, -86], "arm_f": [-92, -88]}
SPREAD: Raw = {"arm_n": [-75, -85], "arm_f": [-105, -95]}
STAND: Raw = {"view": "side", "root": [0, 0.5], "spine": 90, **LEGS, **ARMS}
FRONT: Raw = {"view": "front", "root": [0, 0.5], "spine": 90, **WIDE, **SPREAD}
BACK: Raw = {**FRONT, "view": "back"}
UP = [[0.3, 0.6], [0.3, 0.9]]
ROUND = ["sh_n", 0.36, -60, 30]
BENT: Raw = {**STAND, "spine": [70, 55, 45, 40, 40]}
SEEN_FROM_FRONT = ("neck_n", "neck_f", "side_n", "side_f")


def pose(base: Raw, **more: object) -> Raw:
    """Return a figure with one body."""
    return {"alt": "A body.", "frame": FRAME, "pose": {**base, **more}}


def prop(**more: object) -> Raw:
    """Return a figure with one thing beside a body."""
    return {**pose(STAND), "frame": [-0.7, -0.06, 0.7, 1.03], "props": [more]}


STOOL: list[Raw] = [
    {"polygon": [[-0.1, 0], [-0.08, 0.13], [-0.06, 0.13], [-0.08, 0]]},
    {"polygon": [[0.1, 0], [0.08, 0.13], [0.06, 0.13], [0.08, 0]]},
    {"box": [-0.12, 0.13, 0.12, 0.16], "round": 0.01, "fill": "soft"},
]
"""What the page shows as a thing that an author draws."""
BENCH: Raw = {
    "about": "A bench from the side.",
    "measures": {"w": 0.5, "h": 0.2, "back": 0},
    "place": ["x", "direction"],
    "shapes": [
        {"bar": [["0.04 - 0.5w", "h"], ["0.03 - 0.5w", 0]], "thick": 0.02},
        {"bar": [["0.5w - 0.04", "h"], ["0.5w - 0.03", 0]], "thick": 0.02},
        {"box": ["-0.5w", "h - 0.03", "0.5w", "h"]},
        {"box": ["-0.5w", "h", "0.03 - 0.5w", "h + back"], "only-with": "back"},
    ],
}
"""What the page shows as a thing with measures."""
SHIPPED = parse_props(read_file(YamlReader(), resource("content"), "figures.yaml"))
THINGS = {
    **SHIPPED,
    "foot-stool": parse_prop("foot-stool", STOOL),
    "bench": parse_prop("bench", BENCH),
}
PICTURES: dict[str, Raw] = {
    # ------------------------------------------------------------ the body
    "view-side": pose(STAND),
    "view-front": pose(FRONT),
    "view-back": pose(BACK),
    "root": pose(STAND, root=[-0.1, 0.39], leg_n=[-40, -100, 0], leg_f=[-42, -102, 0]),
    "spine": pose(STAND, spine=[80, 65, 45, 30, 20]),
    "yaw": pose(FRONT, yaw=45),
    "face": pose(STAND, face="front"),
    "twist": pose(STAND, twist=0.8),
    "shoulder": pose(STAND, shoulder=[0.03, 0.03]),
    "shrug": pose(FRONT, shrug=[0.03, 0]),
    "shoulder_width": pose(FRONT, shoulder_width=0.8),
    "shoulder_shift": pose(FRONT, shoulder_shift=0.03),
    "hip_width": pose(FRONT, hip_width=1.25),
    "front": pose(FRONT, arm_n={"to": [0.02, 0.66], "end": 180}, front=["arm_n"]),
    "behind": pose(FRONT, arm_n={"to": [0.02, 0.62], "end": 180}, behind=["arm_n"]),
    # ------------------------------------------------------------ arms and legs
    "arm_n": pose(STAND, arm_n=[0, 30]),
    "arm_f": pose(STAND, arm_f=[0, 30]),
    "leg_n": pose(STAND, leg_n=[-40, -120, -20]),
    "leg_f": pose(STAND, leg_f=[-40, -120, -20]),
    "angles": pose(STAND, arm_n={"angles": [-45, 45]}),
    "to": pose(BENT, arm_n={"to": "knee_n"}),
    "offset": pose(BENT, arm_n={"to": "knee_n", "offset": [0.06, 0.06]}),
    "end": pose(STAND, arm_n={"angles": [0, 0], "end": 80}),
    "scale": pose(FRONT, arm_n={"angles": [-60, -60], "scale": [0.5, 0.5]}),
    "flip": pose(FRONT, arm_n={"to": [0.26, 0.62], "flip": True}),
    "thumb": pose(STAND, arm_n={"angles": [0, 0], "thumb": -1}),
    "grip": pose(STAND, arm_n={"angles": [0, 0], "grip": True}),
    # ------------------------------------------------------------ what moves
    "ghost": {**pose(STAND, arm_n=[20, 20]), "ghost": {"arm_n": [-60, -60]}},
    "line": {**pose(STAND, arm_n=[0, 0]), "arrows": [{"line": UP}]},
    "bow": {**pose(STAND, arm_n=[0, 0]), "arrows": [{"line": UP, "bow": 0.3}]},
    "arc": {**pose(STAND, arm_n=[0, 0]), "arrows": [{"arc": ROUND}]},
    "both": {**pose(STAND, arm_n=[0, 0]), "arrows": [{"arc": ROUND, "both": True}]},
    "over": {
        **pose(STAND), "frame": [-0.7, -0.06, 0.7, 1.03], "over": [{"type": "desk", "x": 0.0}],
    },
    # ------------------------------------------------------------ things
    "floor": prop(type="floor"),
    "mat": prop(type="mat"),
    "panel": prop(type="panel", x0=-0.3, x1=0.3, y0=0.1, y1=0.9),
    "pillow": prop(type="pillow", x=0.4, y=0.0),
    "towel": prop(type="towel", x=0.4, y=0.0),
    "chair": prop(type="chair", x=-0.4),
    "chair-front": prop(type="chair-front", x=0.4),
    "desk": prop(type="desk", x=0.15),
    "strap": prop(type="strap", points=[[0.2, 0.2], [0.4, 0.4], [0.4, 0.8]]),
    "measures": prop(type="bench", x=-0.35, h=0.24, back=0.3),
    "own": {
        **prop(type="foot-stool", x=0.25),
        "pose": {**STAND, "leg_n": {"to": [0.22, 0.2], "end": 0}},
    },
}  # fmt: skip
PARTS_FROM_SIDE = (
    "lumbar", "thoracic", "back", "belly", "chest", "buttock", "neck", "throat", "head", "jaw",
)  # fmt: skip
PARTS_OF_LIMBS = (
    "shoulder", "upper_arm", "elbow", "forearm", "wrist", "hand",
    "hip", "thigh", "knee", "lower_leg", "ankle", "heel", "foot", "toes",
)  # fmt: skip
# The arm would hide the marks on the trunk and the hip.
REACH: Raw = {**STAND, "arm_n": [0, 0], "arm_f": [0, 0]}
PICTURES |= {f"highlight-{one}": pose(REACH, highlight=[one]) for one in PARTS_FROM_SIDE}
PICTURES |= {f"highlight-{one}": pose(BACK, highlight=[one]) for one in SEEN_FROM_FRONT}
PICTURES |= {f"highlight-{one}_n": pose(REACH, highlight=[f"{one}_n"]) for one in PARTS_OF_LIMBS}
PICTURES |= {f"highlight-{one}_f": pose(FRONT, highlight=[f"{one}_f"]) for one in PARTS_OF_LIMBS}


# ------------------------------------------------------------ bodies to copy, as the page has them
PAGE = Path(__file__).parent.parent / "docs" / "poses.md"
_TO_COPY = re.compile(r"^  (base-[a-z-]+):\n(?:    .*\n)+", re.MULTILINE)
PICTURES |= {
    name: {"alt": "A body.", **figure}
    for found in _TO_COPY.finditer(PAGE.read_text("utf-8"))
    for name, figure in yaml.safe_load(found[0]).items()
}


def picture(name: str) -> str:
    """Return the SVG of one word."""
    figure: Figure = parse_figure(name, PICTURES[name], things=THINGS)
    return drawing_svg(draw_figure(figure, COLOUR, fit(figure, SIDE, SIDE)), name) + "\n"


def main() -> int:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        (FOLDER / f"{name}.svg").write_text(picture(name), "utf-8")
    print(f"{len(PICTURES)} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
