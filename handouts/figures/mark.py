"""Joints in, the muscle marks on trunk and neck out; body units."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handouts.content.figure import Point, Pose
from handouts.figures.body import reach_side
from handouts.figures.joints import Joints
from handouts.figures.path import Path, between, heading, move, ribbon, wrap

REGIONS: Mapping[str, tuple[float, float]] = MappingProxyType(
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
"""From where to where along the spine a mark on the trunk goes."""
HALF = 0.017
"""Half the width of a mark on the trunk at its middle."""
SAMPLES = 5


def _taper(share: float) -> float:
    """Return the width of a mark at a share of its length: thin at both ends."""
    return 1 - 0.6 * (2 * share - 1) ** 2


def _along_edge(joints: Joints, name: str, twist: float) -> Path:
    """Return a mark just inside the front or the back of a trunk seen from the side."""
    low, high = REGIONS[name]
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


def _along_spine(joints: Joints, name: str, aside: float, half: float = HALF) -> Path:
    """Return a mark beside the spine of a trunk seen from the front or the back."""
    low, high = REGIONS[name]
    stations = []
    for index in range(SAMPLES):
        share = index / (SAMPLES - 1)
        station = joints.station(low + (high - low) * share)
        point = move(station.point, station.direction - 90, aside)
        stations.append((point, station.direction, half * _taper(share)))
    return ribbon(stations)


def _limb_of(points: list[tuple[Point, float]]) -> Path:
    """Return a ribbon through points with half widths, turned by the way between them."""
    stations = []
    for index, (point, width) in enumerate(points):
        before = points[max(0, index - 1)][0]
        after = points[min(len(points) - 1, index + 1)][0]
        stations.append((point, heading(before, after), width))
    return ribbon(stations)


def _neck_aside(joints: Joints, pose: Pose) -> dict[str, Path]:
    """Return the marks of a neck seen from the side: nape and throat."""
    c7, c1 = joints.at["c7"], joints.at["c1"]
    chest = pose.spine[2]
    nape = joints.neck + 90
    base = move(move(c7, chest + 90, 0.026), chest, -0.030)
    # Half way between neck and head: the nape follows both where they bend.
    skull = joints.neck + wrap(joints.head - joints.neck) / 2
    return {
        "neck": _limb_of(
            [
                (base, 0.006),
                (move(c7, nape, 0.021), 0.011),
                (move(between(c7, c1, 0.6), nape, 0.017), 0.0115),
                (move(move(c1, nape, 0.012), skull, 0.012), 0.008),
            ],
        ),
        "throat": _limb_of(
            [
                (move(move(c7, joints.neck - 90, 0.020), joints.neck, 0.006), 0.007),
                (move(between(c7, c1, 0.5), joints.neck - 90, 0.019), 0.0095),
                (move(c1, joints.neck - 90, 0.016), 0.008),
            ],
        ),
    }


def _neck_ahead(joints: Joints, pose: Pose, sign: int) -> Path:
    """Return the mark from the shoulder up one side of the neck; sign 1 is right of the spine."""
    c7, c1 = joints.at["c7"], joints.at["c1"]
    chest, neck = pose.spine[2], joints.neck

    def aside(point: Point, direction: float, out: float, up: float) -> Point:
        return move(move(point, direction - 90, sign * out), direction, up)

    return _limb_of(
        [
            (aside(c7, chest, 0.064, -0.026), 0.005),
            (aside(c7, neck, 0.036, -0.008), 0.0125),
            (aside(c7, neck, 0.021, 0.028), 0.0115),
            (aside(c1, neck, 0.019, 0.004), 0.008),
        ],
    )


def shape_neck_marks(joints: Joints, pose: Pose) -> list[Path]:
    """Return the marks on the neck that a pose asks for."""
    marks: list[Path] = []
    aside = pose.view == "side"
    for name in pose.highlight:
        if name in REGIONS:
            continue
        if aside:
            marks.append(_neck_aside(joints, pose)[name])
        else:
            signs = {"neck_n": (1,), "neck_f": (-1,)}.get(name, (1, -1))
            marks += [_neck_ahead(joints, pose, sign) for sign in signs]
    return marks


def shape_trunk_marks(joints: Joints, pose: Pose) -> list[Path]:
    """Return the marks on the trunk that a pose asks for."""
    marks: list[Path] = []
    for name in pose.highlight:
        if name not in REGIONS:
            continue
        if name.startswith("side_"):
            marks.append(_along_spine(joints, name, 0.052 if name == "side_n" else -0.052, 0.015))
        elif pose.view == "side" and (pose.twist < 0.5 or name in {"lumbar", "buttock"}):
            marks.append(_along_edge(joints, name, pose.twist))
        else:
            marks += [_along_spine(joints, name, aside) for aside in (0.026, -0.026)]
    return marks
