"""One figure of content/figures.yaml in, frozen types out.

Lengths are body units: 1 is the height of the body, x runs right, y up, the floor is y = 0.
Angles are absolute directions in degrees: 0 right, 90 up, counter-clockwise. A limb's angle
points away from the hip or shoulder. A body seen from the side faces +x when it is upright.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from handouts.figures import reader
from handouts.figures.path import Point

LIMBS = ("arm_n", "arm_f", "leg_n", "leg_f")
"""Seen from the side n is near and f is far; from the front n is on the viewer's right."""

_PAIRED = ("sh", "hip", "elbow", "wrist", "knee", "ankle")
JOINTS = (
    "hip", "mid", "c7", "c1", "head", *(f"{joint}_{side}" for joint in _PAIRED for side in "nf"),
)  # fmt: skip
MARKS = (
    *("lumbar", "thoracic", "back", "belly", "chest", "buttock"),
    *("neck", "neck_n", "neck_f", "throat", "side_n", "side_f"),
)
PROPS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "floor": {"x0": -0.6, "x1": 0.6, "y": 0},
        "mat": {"x0": -0.58, "x1": 0.6, "y": 0},
        "panel": {"x0": -0.5, "x1": 0.5, "y0": -0.5, "y1": 0.5},
        "pillow": {"x": 0, "y": 0, "w": 0.17, "h": 0.05, "angle": 0},
        "towel": {"x": 0, "y": 0, "w": 0.1, "h": 0.03},
        "chair": {"x": 0, "w": 0.27, "h": 0.217, "back": 0.3, "direction": 1},
        "chair-front": {"x": 0, "w": 0.26, "h": 0.27, "back": 0.34},
        "desk": {"x": 0, "w": 0.5, "h": 0.353},
        "strap": {},
    },
)
"""Each kind of prop with its numbers and their defaults."""


class Limb(Struct, frozen=True, kw_only=True):
    """An arm or a leg: either two angles, or a place to reach."""

    angles: tuple[float, float] | None = None
    """Directions of upper arm and forearm, or of thigh and shin, in degrees."""
    to: Point | str | None = None
    """Where the wrist or ankle goes: a point, or the name of a joint."""
    offset: Point = (0, 0)
    """Added to the place to reach, in body units."""
    end: float | None = None
    """Direction of the hand, or of the foot from heel to toe, in degrees."""
    scale: tuple[float, float] = (1, 1)
    """Share of the two bones that is seen when they point at the viewer."""
    flip: bool = False
    """Bend the other way; only for arms seen from the front or above."""
    thumb: int = 1
    """1: left of the hand's direction, -1: right of it, 0: hidden."""
    grip: bool = False
    """A hand closed round something."""


class Pose(Struct, frozen=True, kw_only=True):
    """One position of the body."""

    view: str = "side"
    """side, front or back."""
    root: Point = (0, 0)
    """Middle of the hips."""
    spine: tuple[float, float, float, float, float] = (90, 90, 90, 90, 90)
    """Directions of pelvis, lower back, chest, neck and head, in degrees."""
    arm_n: Limb | None = None
    arm_f: Limb | None = None
    leg_n: Limb | None = None
    leg_f: Limb | None = None
    yaw: float = 0
    """Turn of a head seen from the front, in degrees to the viewer's right."""
    face: str = "view"
    """side or front where the head is turned against the trunk, else view."""
    twist: float = 0
    """Turn of the chest to the viewer in a side view, from 0 to 1."""
    shoulder: Point = (0, 0)
    """Near and far shoulder moved forward and up."""
    shrug: Point = (0, 0)
    """Lift of the n and f shoulders seen from the front or the back."""
    shoulder_width: float = 1
    shoulder_shift: float = 0
    hip_width: float = 1
    front: tuple[str, ...] = ()
    """Limbs drawn in front of all else, in this order."""
    behind: tuple[str, ...] = ()
    """Limbs drawn behind all else."""
    highlight: tuple[str, ...] = ()
    """Muscle marks, see MARKS."""

    def limb(self, name: str) -> Limb | None:
        """Return one of the four limbs by its name in LIMBS."""
        limbs = (self.arm_n, self.arm_f, self.leg_n, self.leg_f)
        return limbs[LIMBS.index(name)]


class Prop(Struct, frozen=True, kw_only=True):
    """A thing beside the body."""

    kind: str
    """A key of PROPS."""
    numbers: Mapping[str, float]
    """Its lengths in body units and angles in degrees, complete."""
    points: tuple[Point, ...] = ()
    """The run of a strap."""


class Arrow(Struct, frozen=True, kw_only=True):
    """The way something moves: a line, or an arc."""

    line: tuple[Point, Point] | None = None
    bow: float = 0
    """Height of the curve to the left of the line, as a share of its length."""
    centre: Point | str = (0, 0)
    """Middle of the arc: a point, or the name of a joint."""
    radius: float = 0
    start: float = 0
    end: float = 0
    """Angles of the arc in degrees."""
    both: bool = False
    """A head at each end."""


class Figure(Struct, frozen=True, kw_only=True):
    """One exercise drawing."""

    id: str
    alt: str
    """What moves, from where and which way, for somebody who cannot see it."""
    caption: str | None
    frame: tuple[float, float, float, float]
    """Left, bottom, right and top of what is shown."""
    pose: Pose
    ghost: Pose | None
    """The position before the movement."""
    props: tuple[Prop, ...]
    """Things behind the body."""
    over: tuple[Prop, ...]
    """Things in front of the body."""
    arrows: tuple[Arrow, ...]


def _limb(value: object, path: str) -> Limb | None:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        count = 3 if len(value) == 3 else 2
        upper, lower, *end = reader.numbers(value, path, count)
        return Limb(angles=(upper, lower), end=end[0] if end else None)
    keys = ("angles", "to", "offset", "end", "scale", "flip", "thumb", "grip")
    raw = reader.known(reader.mapping(value, path), path, keys)
    if ("angles" in raw) == ("to" in raw):
        reader.fault(path, "expected either angles or to")
    end_angle = raw.get("end")
    thumb = reader.number(raw.get("thumb", 1), f"{path}.thumb")
    if thumb not in {-1, 0, 1}:
        reader.fault(f"{path}.thumb", f"expected -1, 0 or 1, got {thumb:g}")
    return Limb(
        angles=reader.pair(raw["angles"], f"{path}.angles") if "angles" in raw else None,
        to=_place(raw["to"], f"{path}.to") if "to" in raw else None,
        offset=reader.pair(raw.get("offset", (0, 0)), f"{path}.offset"),
        end=None if end_angle is None else reader.number(end_angle, f"{path}.end"),
        scale=reader.pair(raw.get("scale", (1, 1)), f"{path}.scale"),
        flip=reader.flag(raw.get("flip", False), f"{path}.flip"),
        thumb=int(thumb),
        grip=reader.flag(raw.get("grip", False), f"{path}.grip"),
    )


def _place(value: object, path: str) -> Point | str:
    if isinstance(value, str):
        return reader.word(value, path, JOINTS)
    return reader.pair(value, path)


def _spine(value: object, path: str) -> tuple[float, float, float, float, float]:
    if not isinstance(value, list | tuple):
        value = (value,) * 5
    pelvis, lumbar, chest, neck, head = reader.numbers(value, path, 5)
    return pelvis, lumbar, chest, neck, head


def _pose(raw: reader.Raw, path: str) -> Pose:
    reader.known(raw, path, Pose.__struct_fields__)

    def number(key: str, default: float) -> float:
        return reader.number(raw.get(key, default), f"{path}.{key}")

    def pair(key: str) -> Point:
        return reader.pair(raw.get(key, (0, 0)), f"{path}.{key}")

    def words(key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        return reader.words(raw.get(key, ()), f"{path}.{key}", allowed)

    return Pose(
        view=reader.word(raw.get("view", "side"), f"{path}.view", ("side", "front", "back")),
        root=pair("root"),
        spine=_spine(raw.get("spine", 90), f"{path}.spine"),
        arm_n=_limb(raw.get("arm_n"), f"{path}.arm_n"),
        arm_f=_limb(raw.get("arm_f"), f"{path}.arm_f"),
        leg_n=_limb(raw.get("leg_n"), f"{path}.leg_n"),
        leg_f=_limb(raw.get("leg_f"), f"{path}.leg_f"),
        yaw=number("yaw", 0),
        face=reader.word(raw.get("face", "view"), f"{path}.face", ("view", "side", "front")),
        twist=number("twist", 0),
        shoulder=pair("shoulder"),
        shrug=pair("shrug"),
        shoulder_width=number("shoulder_width", 1),
        shoulder_shift=number("shoulder_shift", 0),
        hip_width=number("hip_width", 1),
        front=words("front", LIMBS),
        behind=words("behind", LIMBS),
        highlight=words("highlight", MARKS),
    )


def _prop(value: object, path: str) -> Prop:
    raw = reader.mapping(value, path)
    kind = reader.word(raw.get("type"), f"{path}.type", PROPS)
    reader.known(raw, path, ("type", "points") if kind == "strap" else ("type", *PROPS[kind]))
    points = enumerate(reader.sequence(raw.get("points", ()), f"{path}.points"))
    return Prop(
        kind=kind,
        numbers=MappingProxyType(
            {
                key: reader.number(raw.get(key, default), f"{path}.{key}")
                for key, default in PROPS[kind].items()
            },
        ),
        points=tuple(reader.pair(point, f"{path}.points[{index}]") for index, point in points),
    )


def _arrow(value: object, path: str) -> Arrow:
    raw = reader.known(reader.mapping(value, path), path, ("line", "bow", "arc", "both"))
    both = reader.flag(raw.get("both", False), f"{path}.both")
    if ("line" in raw) == ("arc" in raw):
        reader.fault(path, "expected either line or arc")
    if "line" in raw:
        line = reader.items(raw["line"], f"{path}.line", 2, "points")
        start, end = (reader.pair(point, f"{path}.line[{i}]") for i, point in enumerate(line))
        bow = reader.number(raw.get("bow", 0), f"{path}.bow")
        return Arrow(line=(start, end), bow=bow, both=both)
    items = reader.items(raw["arc"], f"{path}.arc", 4, "items: centre, radius and two angles")
    radius, first, last = reader.numbers(items[1:], f"{path}.arc", 3)
    centre = _place(items[0], f"{path}.arc[0]")
    return Arrow(centre=centre, radius=radius, start=first, end=last, both=both)


def parse_figure(id: str, raw: Mapping[str, object]) -> Figure:  # noqa: A002
    """Return a figure from its entry in the content file.

    Raises ValueError("path: fault") for a missing or unknown key or a value of the wrong type.
    """
    keys = ("alt", "caption", "frame", "pose", "ghost", "props", "over", "arrows")
    reader.known(raw, "", keys)
    for key in ("alt", "frame", "pose"):
        if key not in raw:
            reader.fault(key, "missing")
    left, bottom, right, top = reader.numbers(raw["frame"], "frame", 4)
    if left >= right or bottom >= top:
        reader.fault("frame", "expected left, bottom, right, top")
    pose = reader.mapping(raw["pose"], "pose")
    ghost = raw.get("ghost")
    start = None
    if ghost is not None:
        changed = reader.mapping(ghost, "ghost")
        start = _pose({**pose, "highlight": (), **changed}, "ghost")

    def props(key: str) -> tuple[Prop, ...]:
        items = enumerate(reader.sequence(raw.get(key, ()), key))
        return tuple(_prop(item, f"{key}[{index}]") for index, item in items)

    arrows = enumerate(reader.sequence(raw.get("arrows", ()), "arrows"))
    caption = raw.get("caption")
    return Figure(
        id=id,
        alt=reader.sentence(raw["alt"], "alt"),
        caption=None if caption is None else reader.sentence(caption, "caption"),
        frame=(left, bottom, right, top),
        pose=_pose(pose, "pose"),
        ghost=start,
        props=props("props"),
        over=props("over"),
        arrows=tuple(_arrow(arrow, f"arrows[{index}]") for index, arrow in arrows),
    )
