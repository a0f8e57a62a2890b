"""Solve the joints of a pose, and check that a body could take it: `solve`, `check_figure`.

Limbs are given by the angles of their bones, or by where the wrist or ankle goes (two-bone inverse
kinematics). Lengths are in body units, angles in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from handouts.content.figure import LIMBS, Figure, Limb, Point, Pose
from handouts.render.drawings.geometry import heading, move, wrap

PELVIS, LUMBAR, CHEST, NECK = 0.070, 0.100, 0.135, 0.062
TRUNK = PELVIS + LUMBAR + CHEST
HEAD = 0.140
"""A little larger than in life, so that a face is legible on a body 20 mm tall."""
THIGH, SHIN = 0.235, 0.235
UPPER_ARM, FOREARM, HAND = 0.165, 0.145, 0.085
SHOULDER = 0.255
"""Distance from the hip to the shoulder joint, along the spine."""
STEP = 0.005
"""Distance between stations of the spine; distances along it used elsewhere are multiples."""
KNOTS = (PELVIS / 2, PELVIS + LUMBAR / 2, PELVIS + LUMBAR + CHEST * 0.62)
"""Distances along the spine where it has the direction of pelvis, lower back and chest."""
KNEE_LIMIT = (-6, 158)
"""Least and greatest flexion, in degrees; negative is hyperextension."""
ELBOW_LIMIT = (-8, 158)
REACH_LIMIT = 0.004
"""How far an end may be from the place it should reach."""
FLOOR_LIMIT = 0.005
UPRIGHT = 45
"""Degrees by which the pelvis of somebody who stands or sits leans at most."""
"""The least height of a joint above the floor."""


class Station(Struct, frozen=True, kw_only=True):
    """A point on the spine."""

    point: Point
    direction: float
    """Towards the head, in degrees; the front of a body seen from the side is 90 degrees less."""
    distance: float
    """From the hip, along the spine."""


class Joints(Struct, frozen=True, kw_only=True):
    """A solved pose."""

    spine: tuple[Station, ...]
    at: dict[str, Point]
    """The point of each joint, by its name."""
    ends: dict[str, float]
    """Directions of hands and feet by limb, in degrees."""
    angles: dict[str, tuple[float, float]]
    """Directions of the two bones by limb, in degrees."""
    misses: dict[str, float]
    """By limb, how far its end is from the point it should reach; only limbs with such a point."""
    neck: float
    """Direction of the neck, in degrees."""
    head: float
    """Direction of the head, in degrees."""

    def station(self, distance: float) -> Station:
        """Return the station nearest to a distance from the hip, no farther than the top."""
        return self.spine[max(0, min(len(self.spine) - 1, round(distance / STEP)))]


def _direction(spine: Sequence[float], distance: float) -> float:
    if distance <= KNOTS[0]:
        return spine[0]
    for index in (0, 1):
        if distance <= KNOTS[index + 1]:
            share = (distance - KNOTS[index]) / (KNOTS[index + 1] - KNOTS[index])
            # The mean of linear and smoothstep: an even bend, with little of a corner at the knots.
            share = share * share * (3 - 2 * share) / 2 + share / 2
            return spine[index] + (spine[index + 1] - spine[index]) * share
    return spine[2]


def _stations(pose: Pose) -> tuple[Station, ...]:
    point = pose.root
    stations = [Station(point=point, direction=pose.spine[0], distance=0.0)]
    for index in range(round(TRUNK / STEP)):
        direction = _direction(pose.spine, STEP * (index + 0.5))
        point = move(point, direction, STEP)
        stations.append(Station(point=point, direction=direction, distance=STEP * (index + 1)))
    return tuple(stations)


def bend(root: Point, target: Point, lengths: tuple[float, float], sign: int) -> Point:
    """Return the directions in degrees of two bones from `root` that reach a target.

    Sign 1 bends like an elbow, -1 like a knee. A target out of reach is approached as
    closely as the bones allow. By the law of cosines.
    """
    first, second = lengths
    gap = math.hypot(target[0] - root[0], target[1] - root[1])
    gap = max(abs(first - second) + 1e-4, min(gap, first + second - 1e-4))
    base = heading(root, target)
    a = math.degrees(math.acos((first**2 + gap**2 - second**2) / (2 * first * gap)))
    b = math.degrees(math.acos((second**2 + gap**2 - first**2) / (2 * second * gap)))
    return base - sign * a, base + sign * b


def _roots(pose: Pose, at: dict[str, Point], shoulder: Station) -> None:
    """Add the shoulder and hip joints to `at`; the limbs start there."""
    for side, sign in (("n", 1), ("f", -1)):
        if pose.view == "side":
            forward, up = pose.shoulder
            # In a chest turned to the viewer the far shoulder moves forward and the near one back.
            forward -= 0.004 + sign * pose.twist * 0.088
            at[f"hip_{side}"] = at["hip"]
        else:
            forward = sign * 0.092 * pose.shoulder_width + pose.shoulder_shift
            up = pose.shrug[0 if side == "n" else 1]
            across = pose.spine[0] - 90
            at[f"hip_{side}"] = move(at["hip"], across, sign * 0.044 * pose.hip_width)
        point = move(shoulder.point, shoulder.direction - 90, forward)
        at[f"sh_{side}"] = move(point, shoulder.direction, up)


def _reach(
    limb: Limb, root: Point, lengths: tuple[float, float], at: dict[str, Point], sign: int
) -> tuple[Point, Point | None]:
    """Return the directions of a limb's bones, and the point it should reach; None if by angles."""
    if limb.angles is not None:
        return limb.angles, None
    target = at[limb.to] if isinstance(limb.to, str) else limb.to or root
    target = (target[0] + limb.offset[0], target[1] + limb.offset[1])
    return bend(root, target, lengths, -sign if limb.flip else sign), target


def solve(pose: Pose) -> Joints:
    """Return the joints of a pose; legs are solved first, so that a hand can reach for a knee."""
    spine = _stations(pose)
    neck, head = pose.spine[3:]
    at = {"hip": spine[0].point, "c7": spine[-1].point, "mid": spine[round(0.15 / STEP)].point}
    at["c1"] = move(at["c7"], neck, NECK)
    at["head"] = move(at["c1"], head, 0.045)
    _roots(pose, at, spine[round(SHOULDER / STEP)])
    ends: dict[str, float] = {}
    angles: dict[str, tuple[float, float]] = {}
    misses: dict[str, float] = {}
    for name in ("leg_n", "leg_f", "arm_n", "arm_f"):
        limb = pose.limb(name)
        if limb is None:
            continue
        kind, side = name.split("_")
        arm = kind == "arm"
        bones = (UPPER_ARM, FOREARM) if arm else (THIGH, SHIN)
        lengths = (bones[0] * limb.scale[0], bones[1] * limb.scale[1])
        root = at[f"{'sh' if arm else 'hip'}_{side}"]
        (upper, lower), target = _reach(limb, root, lengths, at, 1 if arm else -1)
        middle = move(root, upper, lengths[0])
        end = move(middle, lower, lengths[1])
        at[f"{'elbow' if arm else 'knee'}_{side}"] = middle
        at[f"{'wrist' if arm else 'ankle'}_{side}"] = end
        angles[name] = (upper, lower)
        ends[name] = limb.end if limb.end is not None else lower + (0 if arm else 90)
        if target is not None:
            misses[name] = math.hypot(end[0] - target[0], end[1] - target[1])
    return Joints(
        spine=spine,
        at=at,
        ends=ends,
        angles=angles,
        misses=misses,
        neck=neck,
        head=head,
    )


def _limb_faults(joints: Joints) -> list[str]:
    faults: list[str] = []
    for name in LIMBS:
        if name not in joints.angles:
            continue
        upper, lower = joints.angles[name]
        arm = name.startswith("arm")
        turn = wrap(lower - upper) if arm else wrap(upper - lower)
        low, high = ELBOW_LIMIT if arm else KNEE_LIMIT
        if not low <= turn <= high:
            faults.append(f"{name}: {'elbow' if arm else 'knee'} bends {turn:.0f} degrees")
    return faults


def _is_upright(pose: Pose) -> bool:
    return abs(wrap(pose.spine[0] - 90)) <= UPRIGHT


def check_figure(figure: Figure) -> tuple[str, ...]:
    """Return what a body could not do in a figure, one message each; empty if all is possible.

    Checked are ends out of reach, joints below the floor, and those beside or above what is shown;
    seen from the side also the flexion of elbows and knees. The floor of somebody who is upright is
    at 0, whether it is drawn or not; who lies, seen from above, has none. The frame may cut a body
    off below.
    """
    faults: list[str] = []
    on_floor = any(prop.floor for prop in figure.props)
    for key, pose in (("pose", figure.pose), ("ghost", figure.ghost)):
        if pose is None:
            continue
        joints = solve(pose)
        found = [
            f"{name}: stays {miss:.3f} away from its place"
            for name, miss in joints.misses.items()
            if miss > REACH_LIMIT
        ]
        if pose.view == "side":
            # From the front a joint that bends towards the viewer has no flexion angle to check.
            found += _limb_faults(joints)
        if on_floor if pose.view == "side" else _is_upright(pose):
            found += [
                f"{name}: below the floor"
                for name, point in joints.at.items()
                if point[1] < FLOOR_LIMIT
            ]
        left, _, right, top = figure.frame
        found += [
            f"{name}: out of the frame"
            for name, (x, y) in joints.at.items()
            if not (left <= x <= right and y <= top)
        ]
        faults += [f"{key}.{fault}" for fault in found]
    return tuple(faults)
