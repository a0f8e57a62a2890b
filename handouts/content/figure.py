"""Define an exercise drawing as poses, props and arrows: `Figure`.

Lengths are in body units (1 is the height of the body), x to the right, y up, the floor at 0.
Angles are absolute directions in degrees: 0 right, 90 up, counter-clockwise.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Struct

from handouts.content.profile import Logo
from handouts.content.prop import Prop

LimbName: TypeAlias = Literal["arm_n", "arm_f", "leg_n", "leg_f"]
"""Seen from the side n is near and f is far; from the front n is on the viewer's right."""
JointName: TypeAlias = Literal[
    "hip", "mid", "c7", "c1", "head", "sh_n", "sh_f", "hip_n", "hip_f", "elbow_n", "elbow_f",
    "wrist_n", "wrist_f", "knee_n", "knee_f", "ankle_n", "ankle_f",
]  # fmt: skip
MarkedPart: TypeAlias = Literal[
    "lumbar", "thoracic", "back", "belly", "chest", "buttock", "head", "jaw", "neck", "neck_n",
    "neck_f", "throat", "side_n", "side_f", "shoulder_n", "shoulder_f", "upper_arm_n",
    "upper_arm_f",
    "elbow_n", "elbow_f", "forearm_n", "forearm_f", "wrist_n", "wrist_f", "hand_n", "hand_f",
    "hip_n", "hip_f", "thigh_n", "thigh_f", "knee_n", "knee_f", "lower_leg_n", "lower_leg_f",
    "ankle_n", "ankle_f", "heel_n", "heel_f", "foot_n", "foot_f", "toes_n", "toes_f",
]  # fmt: skip
"""A part of the body that a drawing may mark."""
ViewName: TypeAlias = Literal["side", "front", "back"]
FaceName: TypeAlias = Literal["view", "side", "front"]
_Text: TypeAlias = Annotated[str, Meta(min_length=1)]

LIMBS: tuple[LimbName, ...] = get_args(LimbName)


class Limb(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An arm or a leg: either two angles, or a place to reach."""

    angles: tuple[float, float] | None = None
    """Directions of upper arm and forearm, or of thigh and shin, in degrees."""
    to: Point | JointName | None = None
    """Where the wrist or ankle goes: a point, or the name of a joint."""
    offset: Point = (0, 0)
    """Added to the place to reach, in body units."""
    end: float | None = None
    """Direction of the hand, or of the foot from heel to toe, in degrees."""
    scale: tuple[float, float] = (1, 1)
    """Share of the two bones that is seen when they point at the viewer."""
    flip: bool = False
    """Bend the other way; only for arms seen from the front or above."""
    thumb: Literal[-1, 0, 1] = 1
    """1: left of the hand's direction, -1: right of it, 0: hidden."""
    grip: bool = False
    """A hand closed round something."""

    def __post_init__(self) -> None:
        if (self.angles is None) == (self.to is None):
            raise ValueError("expected either angles or to")


class Pose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One position of the body."""

    view: ViewName = "side"
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
    face: FaceName = "view"
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
    front: tuple[LimbName, ...] = ()
    """Limbs drawn in front of all else, in this order."""
    behind: tuple[LimbName, ...] = ()
    """Limbs drawn behind all else."""
    highlight: tuple[MarkedPart, ...] = ()
    """The parts of the body that are marked."""

    def limb(self, name: str) -> Limb | None:
        """Return one of the four limbs by its name in LIMBS."""
        limbs = (self.arm_n, self.arm_f, self.leg_n, self.leg_f)
        return limbs[LIMBS.index(name)]


class Arc(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A part of a circle, from one angle to another in degrees."""

    centre: Point | JointName
    radius: float
    start: float
    end: float


class Arrow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The path of a movement: a line or an arc."""

    line: tuple[Point, Point] | None = None
    bow: float = 0.0
    """Height of the curve to the left of the line, as a share of its length."""
    arc: Arc | None = None
    both: bool = False
    """A head at each end."""

    def __post_init__(self) -> None:
        if (self.line is None) == (self.arc is None):
            raise ValueError("expected either line or arc")


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exercise drawing."""

    id: str
    alt: _Text
    """What moves, from where and which way, for somebody who cannot see it."""
    caption: _Text | None = None
    frame: tuple[float, float, float, float]
    """Left, bottom, right and top of what is shown."""
    pose: Pose
    ghost: Pose | None = None
    """The position before the movement."""
    props: tuple[Prop, ...] = ()
    """Drawn behind the body."""
    over: tuple[Prop, ...] = ()
    """Drawn in front of the body."""
    arrows: tuple[Arrow, ...] = ()
    picture: Logo | None = None
    """A service's own picture, read as a logo is; the frame is then its size, the pose nothing."""


Point: TypeAlias = tuple[float, float]
"""x to the right, y up."""
