"""Shape the trunk and the limbs of a body from its joints: `shape_side_trunk`, `shape_arm`.

Lengths are in body units. `shape_front_trunk` is for views from the front and the back.
"""

from __future__ import annotations

from itertools import pairwise

from msgspec import Struct

from handouts.content.figure import Limb, Point, Pose
from handouts.render.drawings.geometry import (
    LimbProfile,
    Shape,
    VectorPath,
    between,
    bone,
    cut,
    disc,
    heading,
    move,
    opened,
    polyline,
    spline,
)
from handouts.render.drawings.skeleton import Joints, Station

THIGH: LimbProfile = (0.050, 0.056, 0.039, 0.036)
SHIN: LimbProfile = (0.036, 0.045, 0.024, 0.023)
UPPER_ARM: LimbProfile = (0.033, 0.0335, 0.028, 0.025)
FOREARM: LimbProfile = (0.025, 0.0285, 0.0225, 0.0170)
SLEEVE: LimbProfile = (0.036, 0.037, 0.034, 0.031)
FRONT_THIGH: LimbProfile = (0.046, 0.048, 0.034, 0.036)
"""A thigh is narrower from the front than from the side."""
FRONT_SHOE: LimbProfile = (0.024, 0.027, 0.028, 0.022)
ANKLE: LimbProfile = (0.023, 0.023, 0.023, 0.023)
HEM = 0.86
"""The share of the shin that the trousers cover."""
CUFF = 0.56
"""The share of the upper arm that the sleeve covers."""

# fmt: off
# Distance along the spine, then depth of the trunk to its front and to its back.
SIDE = (
    (0.000, 0.056, 0.064), (0.065, 0.058, 0.059), (0.120, 0.058, 0.048), (0.180, 0.059, 0.048),
    (0.230, 0.060, 0.053), (0.270, 0.049, 0.048), (0.305, 0.030, 0.032),
)
# The same seen from the front: half widths.
WIDE = (
    (0.000, 0.082), (0.045, 0.083), (0.095, 0.074), (0.145, 0.073),
    (0.200, 0.083), (0.240, 0.085), (0.275, 0.055), (0.295, 0.040),
)
# Half widths of a chest turned to the viewer instead of those of SIDE, and their weight.
TURNED = (
    (0.0, 0.0), (0.0, 0.0), (0.074, 0.4), (0.079, 0.9), (0.085, 1.0), (0.062, 1.0), (0.034, 1.0),
)
SIDE_SEAT = ((0.038, -0.046), (-0.004, -0.060), (-0.046, -0.046))
WIDE_SEAT = ((0.078, -0.030), (0.045, -0.050), (0.0, -0.055), (-0.045, -0.050), (-0.078, -0.030))
# fmt: on

# fmt: off
# Hands: x from the wrist to the finger tips, y to the thumb.
FLAT_HAND = spline((
    (-0.006, -0.0165), (0.028, -0.0205), (0.062, -0.0185), (0.083, -0.0110), (0.084, 0.0030),
    (0.068, 0.0120), (0.044, 0.0165), (0.056, 0.0285), (0.050, 0.0360), (0.032, 0.0310),
    (0.012, 0.0205), (-0.006, 0.0165),
))
EDGE_HAND = spline((
    (-0.006, -0.0165), (0.030, -0.0200), (0.062, -0.0190), (0.084, -0.0130), (0.084, -0.0060),
    (0.060, 0.0060), (0.026, 0.0170), (-0.006, 0.0165),
))
CLOSED_HAND = spline((
    (-0.006, -0.0165), (0.020, -0.0215), (0.046, -0.0190), (0.054, -0.0020), (0.046, 0.0170),
    (0.022, 0.0215), (-0.006, 0.0165),
))
CLOSED_THUMB = spline(((0.014, 0.0200), (0.030, 0.0080), (0.046, 0.0060)), closed=False)
# fmt: on
# A shoe: x from heel to toe with the ankle at 0, y from the sole up the shin.
SHOE: VectorPath = (
    ("m", (-0.036, -0.0375)),
    ("l", (0.100, -0.0375)),
    ("c", (0.122, -0.0375, 0.122, -0.0180, 0.100, -0.0120)),
    ("c", (0.070, -0.0040, 0.045, 0.0040, 0.026, 0.0160)),
    ("l", (-0.025, 0.0160)),
    ("c", (-0.032, 0.0040, -0.046, -0.0200, -0.036, -0.0375)),
    ("z", ()),
)


class Leg(Struct, frozen=True, kw_only=True):
    """A leg in trousers."""

    trousers: tuple[Shape, ...]
    """Thigh and shin."""
    ankle: Shape
    shoe: Shape
    hem: Shape


class Arm(Struct, frozen=True, kw_only=True):
    """An arm in a short sleeve."""

    skin: tuple[Shape, ...]
    """Upper arm, forearm and hand."""
    thumb: Shape
    """The line of the thumb over closed fingers; empty for an open hand."""
    sleeve: Shape
    hem: Shape


class Trunk(Struct, frozen=True, kw_only=True):
    """A trunk in a shirt and trousers."""

    outline: Shape
    shoulders: tuple[Shape, ...]
    """From the neck to the arms; empty in a side view, unless the chest is turned."""
    trousers: Shape
    waist: Shape
    collar: VectorPath
    """An open path; empty from behind, and in a side view unless the chest is turned."""


def _hem(start: Point, end: Point, profile: LimbProfile) -> Shape:
    """Return the line across the flat tip of a limb segment."""
    angle, width = heading(start, end), profile[3]
    path = polyline(((0.0, width), (0.0, -width)))
    return Shape(path=path, origin=end, angle=angle)


def shape_leg(joints: Joints, side: str, *, wide: bool) -> Leg:
    """Return the leg of a side, n or f; `wide` for the view from the front or the back."""
    hip, knee, ankle = (joints.at[f"{joint}_{side}"] for joint in ("hip", "knee", "ankle"))
    hem, toe = between(knee, ankle, HEM), joints.ends[f"leg_{side}"]
    shin = cut(SHIN, HEM)
    if wide:
        shoe = bone(ankle, move(ankle, toe, 0.032), FRONT_SHOE)
    else:
        shoe = Shape(path=SHOE, origin=ankle, angle=toe)
    return Leg(
        trousers=(
            bone(hip, knee, FRONT_THIGH if wide else THIGH),
            bone(knee, hem, shin, flat=True),
        ),
        ankle=bone(between(knee, ankle, HEM - 0.1), ankle, ANKLE),
        shoe=shoe,
        hem=_hem(knee, hem, shin),
    )


def shape_arm(joints: Joints, side: str, limb: Limb) -> Arm:
    """Return the arm of a side, n or f, with its hand."""
    shoulder, elbow, wrist = (joints.at[f"{joint}_{side}"] for joint in ("sh", "elbow", "wrist"))
    cuff, angle, mirror = between(shoulder, elbow, CUFF), joints.ends[f"arm_{side}"], limb.thumb < 0
    hand = CLOSED_HAND if limb.grip else FLAT_HAND if limb.thumb else EDGE_HAND
    thumb: VectorPath = CLOSED_THUMB if limb.grip else ()
    return Arm(
        skin=(
            bone(shoulder, elbow, UPPER_ARM),
            bone(elbow, wrist, FOREARM),
            Shape(path=hand, origin=wrist, angle=angle, mirror=mirror),
        ),
        thumb=Shape(path=thumb, origin=wrist, angle=angle, mirror=mirror),
        sleeve=bone(shoulder, cuff, SLEEVE, flat=True),
        hem=_hem(shoulder, cuff, SLEEVE),
    )


def shape_hip_patch(joints: Joints, line: float) -> Shape:
    """Return a patch that hides the outline of the near thigh where it meets the trunk.

    Without it the leg would look like that of a puppet. `line` is the width of the outline in
    body units.
    """
    return Shape(path=disc((0, 0), THIGH[0] + 1.2 * line), origin=joints.at["hip"])


def shape_shoulder_patch(joints: Joints, side: str, line: float) -> Shape:
    """Return a patch that hides the outline of an arm at the shoulder in a side view.

    `line` is the width of the outline in body units.
    """
    return Shape(path=disc((0, 0), SLEEVE[0] + 1.3 * line), origin=joints.at[f"sh_{side}"])


def shape_slope_patch(joints: Joints, side: str, sign: int) -> Shape:
    """Return a patch that hides the outline of an arm at the shoulder in a front view.

    Sign 1 is to the right of the spine, -1 to the left.
    """
    shoulder = joints.at[f"sh_{side}"]
    neck = _across(joints.station(0.270), 0.034 * sign)
    return bone(shoulder, between(shoulder, neck, 0.25), (0.0352, 0.035, 0.034, 0.033))


def _across(station: Station, forward: float, along: float = 0) -> Point:
    point = move(station.point, station.direction - 90, forward)
    return move(point, station.direction, along) if along else point


def _trousers(
    outline: VectorPath, first: int, last: int, station: Station
) -> tuple[VectorPath, VectorPath]:
    """Return the lower part of a trunk, and its waistline at a station."""
    lower = opened(outline, first, last)
    left, right = lower[0][1], lower[-1][1][-2:]
    waist = spline(
        ((right[0], right[1]), _across(station, 0, -0.003), (left[0], left[1])), closed=False
    )
    return (*lower, *waist[1:], ("z", ())), waist


def reach_side(distance: float, twist: float) -> tuple[float, float]:
    """Return the depth of a trunk seen from the side, to its front and to its back.

    `distance` is along the spine from the hip; `twist` is that of the pose, 0 to 1.
    """
    for low, high in pairwise(SIDE):
        if distance <= high[0]:
            share = (distance - low[0]) / (high[0] - low[0])
            width, weight = between(TURNED[SIDE.index(low)], TURNED[SIDE.index(high)], share)
            front, back = between(low[1:], high[1:], share)
            weight *= twist
            return front + (width - front) * weight, back + (width - back) * weight
    return SIDE[-1][1], SIDE[-1][2]


def shape_side_trunk(joints: Joints, pose: Pose) -> Trunk:
    """Return a trunk seen from the side, its chest turned by the twist of the pose."""
    right: list[Point] = []
    left: list[Point] = []
    for distance, *_ in SIDE:
        station = joints.station(distance)
        front, back = reach_side(distance, pose.twist)
        right.append(_across(station, front))
        left.append(_across(station, -back))
    hip = joints.station(0)
    seat = [_across(hip, forward, along) for forward, along in reversed(SIDE_SEAT)]
    outline = spline([*right, *left[::-1], *seat])
    count = len(SIDE)
    trousers, waist = _trousers(outline, 2 * count - 2, 2 * count + 4, joints.station(0.065))
    turned = pose.twist > 0.5
    collar = _collar(joints) if turned else ()
    shoulders = (_slope(joints, "f", 1), _slope(joints, "n", -1)) if turned else ()
    return Trunk(
        outline=Shape(path=outline),
        shoulders=shoulders,
        trousers=Shape(path=trousers),
        waist=Shape(path=waist),
        collar=collar,
    )


def _slope(joints: Joints, side: str, sign: int) -> Shape:
    """Return the slope of a shoulder, from its joint to the neck; sign 1 is right of the spine."""
    neck = _across(joints.station(0.270), 0.034 * sign)
    shoulder = joints.at[f"sh_{side}"]
    return bone(shoulder, neck, (0.035, 0.033, 0.028, 0.024))


def _collar(joints: Joints, shift: float = 0) -> VectorPath:
    """Return the edge of the shirt round the front of the neck, moved to the right by `shift`."""
    top = joints.station(0.305)
    return spline(
        (
            move(move(top.point, joints.neck + 90, 0.041), joints.neck, 0.004),
            _across(top, -0.027 + shift, -0.017),
            _across(top, shift, -0.026),
            _across(top, 0.027 + shift, -0.017),
            move(move(top.point, joints.neck - 90, 0.041), joints.neck, 0.004),
        ),
        closed=False,
    )


def shape_front_trunk(joints: Joints, pose: Pose) -> Trunk:
    """Return a trunk seen from the front or the back."""
    right: list[Point] = []
    left: list[Point] = []
    for distance, width in WIDE:
        station = joints.station(distance)
        share = max(0.0, min(1.0, (distance - 0.08) / 0.15))
        half = width * (pose.hip_width + (pose.shoulder_width - pose.hip_width) * share)
        right.append(_across(station, pose.shoulder_shift * share + half))
        left.append(_across(station, pose.shoulder_shift * share - half))
    hip = joints.station(0)
    seat = [_across(hip, f * pose.hip_width, a) for f, a in reversed(WIDE_SEAT)]
    outline = spline([*right, *left[::-1], *seat])
    count = len(WIDE)
    trousers, waist = _trousers(outline, 2 * count - 2, 2 * count + 6, joints.station(0.045))
    collar = () if pose.view == "back" else _collar(joints, pose.shoulder_shift)
    return Trunk(
        outline=Shape(path=outline),
        shoulders=(_slope(joints, "f", -1), _slope(joints, "n", 1)),
        trousers=Shape(path=trousers),
        waist=Shape(path=waist),
        collar=collar,
    )
