"""Shape the marks on the parts of a body that a pose highlights: `shape_trunk_marks`.

Lengths are in body units. What can be marked is in `content.figure.MarkedPart`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from handouts.content.figure import Point, Pose
from handouts.render.drawings.body import reach_side
from handouts.render.drawings.geometry import (
    VectorPath,
    between,
    heading,
    move,
    ribbon,
    unit,
    wrap,
)
from handouts.render.drawings.skeleton import HEAD, Joints

TRUNK_MARKS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "lumbar": (0.050, 0.155),
        "thoracic": (0.160, 0.285),
        "back": (0.060, 0.285),
        "buttock": (0.0, 0.045),
        "belly": (0.070, 0.165),
        "chest": (0.180, 0.265),
        "side_n": (0.050, 0.180),
        "side_f": (0.050, 0.180),
    },
)
"""Where along the spine a mark on the trunk starts and ends."""
HALF = 0.017
"""Half the width of a mark on the trunk, at its middle."""
SAMPLES = 5
"""Stations along a mark."""


def _taper(share: float) -> float:
    """Return the relative width of a mark along its length: 1 halfway, 0.4 at both ends."""
    return 1 - 0.6 * (2 * share - 1) ** 2


def _along_edge(joints: Joints, name: str, twist: float) -> VectorPath:
    """Return a mark just inside the front or the back edge of a trunk seen from the side."""
    low, high = TRUNK_MARKS[name]
    front = name in {"belly", "chest"}
    stations = []
    for index in range(SAMPLES):
        share = index / (SAMPLES - 1)
        station = joints.station(low + (high - low) * share)
        reach = reach_side(station.distance, twist)[0 if front else 1]
        width = HALF * _taper(share)
        # The outer edge of the mark stays on the outline; only the inner edge tapers.
        side = -90 if front else 90
        point = move(station.point, station.direction + side, reach - width - 0.003)
        stations.append((point, station.direction, width))
    return ribbon(stations)


def _along_spine(joints: Joints, name: str, aside: float, half: float = HALF) -> VectorPath:
    """Return a mark along the spine of a trunk seen from the front or the back.

    `aside` is how far it is to the right of the spine.
    """
    low, high = TRUNK_MARKS[name]
    stations = []
    for index in range(SAMPLES):
        share = index / (SAMPLES - 1)
        station = joints.station(low + (high - low) * share)
        point = move(station.point, station.direction - 90, aside)
        stations.append((point, station.direction, half * _taper(share)))
    return ribbon(stations)


def _band(points: list[tuple[Point, float]]) -> VectorPath:
    """Return a band through points with half widths; it is turned at each as its neighbours lie."""
    stations = []
    for index, (point, width) in enumerate(points):
        before = points[max(0, index - 1)][0]
        after = points[min(len(points) - 1, index + 1)][0]
        stations.append((point, heading(before, after), width))
    return ribbon(stations)


def _neck_from_side(joints: Joints, pose: Pose) -> dict[str, VectorPath]:
    """Return the marks of a neck seen from the side: its sides, nape and throat."""
    c7, c1 = joints.at["c7"], joints.at["c1"]
    chest = pose.spine[2]
    nape = joints.neck + 90
    middle = _band([(move(c7, chest, -0.030), 0.006), (between(c7, c1, 0.4), 0.0115), (c1, 0.008)])
    base = move(move(c7, chest + 90, 0.026), chest, -0.030)
    # The mean direction of neck and head, so that the nape follows both where they bend.
    skull = joints.neck + wrap(joints.head - joints.neck) / 2
    return {
        "neck_n": middle,
        "neck_f": middle,
        "neck": _band(
            [
                (base, 0.006),
                (move(c7, nape, 0.021), 0.011),
                (move(between(c7, c1, 0.6), nape, 0.017), 0.0115),
                (move(move(c1, nape, 0.012), skull, 0.012), 0.008),
            ],
        ),
        "throat": _band(
            [
                (move(move(c7, joints.neck - 90, 0.020), joints.neck, 0.006), 0.007),
                (move(between(c7, c1, 0.5), joints.neck - 90, 0.019), 0.0095),
                (move(c1, joints.neck - 90, 0.016), 0.008),
            ],
        ),
    }


def _neck_from_front(joints: Joints, pose: Pose, sign: int) -> VectorPath:
    """Return the mark from a shoulder up the side of the neck; sign 1 is right of the spine."""
    c7, c1 = joints.at["c7"], joints.at["c1"]
    chest, neck = pose.spine[2], joints.neck

    def aside(point: Point, direction: float, out: float, up: float) -> Point:
        return move(move(point, direction - 90, sign * out), direction, up)

    return _band(
        [
            (aside(c7, chest, 0.064, -0.026), 0.005),
            (aside(c7, neck, 0.036, -0.008), 0.0125),
            (aside(c7, neck, 0.021, 0.028), 0.0115),
            (aside(c1, neck, 0.019, 0.004), 0.008),
        ],
    )


def shape_neck_marks(joints: Joints, pose: Pose) -> list[VectorPath]:
    """Return the marks on the neck that the pose highlights."""
    marks: list[VectorPath] = []
    aside = pose.view == "side"
    for name in pose.highlight:
        if name in TRUNK_MARKS or name in HEAD_MARKS or name.rpartition("_")[0] in LIMB_MARKS:
            continue
        if aside:
            marks.append(_neck_from_side(joints, pose)[name])
        else:
            signs = {"neck_n": (1,), "neck_f": (-1,)}.get(name, (1, -1))
            marks += [_neck_from_front(joints, pose, sign) for sign in signs]
    return marks


_Marks: TypeAlias = tuple[tuple[tuple[float, float, float], ...], ...]
HEAD_MARKS: Mapping[str, Mapping[str, _Marks]] = MappingProxyType(
    {
        "head": {
            "side": (((0.27, 0.80, 0.05), (0.0, 0.88, 0.08), (-0.27, 0.74, 0.05)),),
            "front": (((0.25, 0.82, 0.05), (0.0, 0.88, 0.08), (-0.25, 0.82, 0.05)),),
        },
        "jaw": {
            "side": (((0.0, 0.36, 0.05), (0.08, 0.17, 0.08), (0.26, 0.09, 0.05)),),
            "front": (
                ((0.31, 0.36, 0.05), (0.27, 0.17, 0.07), (0.11, 0.06, 0.04)),
                ((-0.31, 0.36, 0.05), (-0.27, 0.17, 0.07), (-0.11, 0.06, 0.04)),
            ),
        },
    }
)
"""Points of each mark on a head: forward or to the right, up, the half width; shares of a head."""


def shape_head_marks(joints: Joints, pose: Pose) -> list[VectorPath]:
    """Return the marks on the head that the pose highlights."""
    seen = pose.view if pose.face == "view" else pose.face
    side = seen == "side"
    c1, along = joints.at["c1"], joints.head
    marks: list[VectorPath] = []
    for name in pose.highlight:
        for points in HEAD_MARKS.get(name, {}).get("side" if side else "front", ()):
            turned = 0.0 if side else 0.1 * unit(pose.yaw)[1]
            placed = [
                (move(move(c1, along, (up - 0.24) * HEAD),
                      along - 90, (aside + turned + (0.06 if side else 0)) * HEAD), half * HEAD)
                for aside, up, half in points
            ]  # fmt: skip
            marks.append(_band(placed))
    return marks


LIMB_MARKS: Mapping[str, tuple[str, tuple[tuple[int, float, float], ...]]] = MappingProxyType(
    {
        "shoulder": ("arm", ((0, -0.06, 0.016), (0, 0.1, 0.021), (0, 0.3, 0.014))),
        "upper_arm": ("arm", ((0, 0.2, 0.008), (0, 0.5, 0.016), (0, 0.85, 0.008))),
        "elbow": ("arm", ((0, 0.8, 0.008), (0, 1.0, 0.016), (1, 0.2, 0.008))),
        "forearm": ("arm", ((1, 0.15, 0.007), (1, 0.5, 0.014), (1, 0.85, 0.007))),
        "wrist": ("arm", ((1, 0.8, 0.008), (1, 1.0, 0.013), (2, 0.25, 0.008))),
        "hand": ("arm", ((2, 0.05, 0.008), (2, 0.5, 0.013), (2, 0.9, 0.007))),
        "hip": ("leg", ((0, -0.08, 0.02), (0, 0.06, 0.028), (0, 0.22, 0.016))),
        "thigh": ("leg", ((0, 0.2, 0.012), (0, 0.55, 0.024), (0, 0.88, 0.012))),
        "knee": ("leg", ((0, 0.85, 0.012), (0, 1.0, 0.023), (1, 0.16, 0.012))),
        "lower_leg": ("leg", ((1, 0.15, 0.01), (1, 0.4, 0.02), (1, 0.75, 0.01))),
        "ankle": ("leg", ((1, 0.86, 0.01), (1, 0.97, 0.016), (2, 0.1, 0.01))),
        "heel": ("leg", ((2, -0.26, 0.007), (2, -0.12, 0.011), (2, 0.12, 0.007))),
        "toes": ("leg", ((2, 0.72, 0.007), (2, 0.92, 0.011), (2, 1.12, 0.007))),
        "foot": ("leg", ((2, -0.1, 0.008), (2, 0.5, 0.012), (2, 1.05, 0.007))),
    }
)
"""The limb of each mark, and points of it: a bone, the share of its length, the half width."""
_BONES = MappingProxyType(
    {"arm": (("sh", "elbow", "wrist"), 0.085), "leg": (("hip", "knee", "ankle"), 0.095)}
)
"""The joints of a limb, and the length of its hand or foot."""


_OF_THE_FOOT = frozenset({"heel", "foot", "toes"})
_SOLE = 0.022
"""How far below the ankle a foot seen from the side is marked."""
_FORESHORTENED = 0.046
"""The length of a foot that points at the viewer, or away."""


def shape_limb_marks(joints: Joints, pose: Pose, limb: str) -> list[VectorPath]:
    """Return the marks on one limb, such as `leg_n`, that the pose highlights."""
    kind, _, side = limb.partition("_")
    names, length = _BONES[kind]
    at = [joints.at[f"{name}_{side}"] for name in names]
    side_view = pose.view == "side"
    if kind == "leg" and not side_view:
        length = _FORESHORTENED
    at.append(move(at[-1], joints.ends[limb], length))
    marks: list[VectorPath] = []
    for name in pose.highlight:
        part, _, own = name.rpartition("_")
        if own != side or part not in LIMB_MARKS or LIMB_MARKS[part][0] != kind:
            continue
        low = _SOLE if side_view and part in _OF_THE_FOOT else 0.0
        points = [
            (move(between(at[bone_of], at[bone_of + 1], share), joints.ends[limb] - 90, low), half)
            for bone_of, share, half in LIMB_MARKS[part][1]
        ]
        marks.append(_band(points))
    return marks


def shape_trunk_marks(joints: Joints, pose: Pose) -> list[VectorPath]:
    """Return the marks on the trunk that the pose highlights."""
    marks: list[VectorPath] = []
    for name in pose.highlight:
        if name not in TRUNK_MARKS:
            continue
        if name.startswith("side_"):
            marks.append(_along_spine(joints, name, 0.052 if name == "side_n" else -0.052, 0.015))
        elif pose.view == "side" and (pose.twist < 0.5 or name in {"lumbar", "buttock"}):
            marks.append(_along_edge(joints, name, pose.twist))
        else:
            marks += [_along_spine(joints, name, aside) for aside in (0.026, -0.026)]
    return marks
