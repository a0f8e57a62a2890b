"""Shape the head, face and neck of a pose, in body units: `shape_head`, `shape_neck`.

Points of a head are shares of its height, and yaw is in degrees to the viewer's right.
"""

from __future__ import annotations

import math
from functools import lru_cache

from msgspec import Struct

from handouts.content.figure import Point, Pose
from handouts.render.drawings.geometry import (
    LimbProfile,
    Shape,
    VectorPath,
    bone,
    disc,
    move,
    opened,
    spline,
    unit,
)
from handouts.render.drawings.skeleton import HEAD, NECK, Joints

THREE_QUARTER = 20.0
"""Yaw from which one ear and the side of the hair show, in degrees."""
PROFILE = 55.0
"""Yaw at which the nose and the hair are as in profile, in degrees."""
ROUND = 0.40
"""Radius of the cylinder that the features are on, as a share of the height of the head."""
FEATURE_EDGE = 72.0
"""Angle beyond which a feature is hidden by the side of the head, in degrees."""

# fmt: off
# Seen from the side: forward and up, as shares of the height of the head.
SKULL = (
    (0.30, 0.005), (0.40, 0.04), (0.43, 0.12), (0.415, 0.21), (0.43, 0.275), (0.545, 0.345),
    (0.50, 0.42), (0.435, 0.56), (0.44, 0.66), (0.40, 0.80), (0.27, 0.94), (0.02, 1.0),
    (-0.24, 0.93), (-0.41, 0.74), (-0.43, 0.55), (-0.36, 0.36), (-0.25, 0.22), (-0.12, 0.14),
    (0.03, 0.10), (0.16, 0.035),
)
HAIRLINE = (
    (-0.25, 0.22), (-0.13, 0.30), (-0.06, 0.44), (0.02, 0.50), (0.085, 0.50), (0.10, 0.62),
    (0.18, 0.72), (0.33, 0.76), (0.40, 0.80),
)
JAW = ((0.27, 0.012), (0.14, 0.055), (0.03, 0.115), (-0.02, 0.21))
EAR = ((-0.005, 0.53), (0.04, 0.47), (0.03, 0.38), (-0.02, 0.32), (-0.06, 0.39), (-0.06, 0.49))
MOUTH = ((0.41, 0.20), (0.35, 0.185), (0.30, 0.205))
EYE = (0.315, 0.525)
# The hair of a turned head at THREE_QUARTER and at PROFILE; right and up.
SWEPT = (
    (0.375, 0.69), (0.345, 0.90), (0.0, 1.065), (-0.31, 0.97), (-0.425, 0.74), (-0.42, 0.52),
    (-0.385, 0.36), (-0.34, 0.42), (-0.31, 0.52), (-0.25, 0.62), (-0.14, 0.70), (0.12, 0.76),
)
SIDEWAYS = (
    (0.36, 0.79), (0.30, 0.96), (0.0, 1.065), (-0.30, 0.98), (-0.43, 0.74), (-0.42, 0.48),
    (-0.33, 0.22), (-0.20, 0.26), (-0.13, 0.40), (-0.05, 0.52), (0.0, 0.66), (0.14, 0.74),
)
# fmt: on


SIDE_NECK: LimbProfile = (0.034, 0.030, 0.028, 0.027)
FRONT_NECK: LimbProfile = (0.040, 0.031, 0.030, 0.029)
EYE_SIZE = 0.052 * HEAD
"""Diameter of an eye, in body units."""


class Head(Struct, frozen=True, kw_only=True):
    """A head along +x from the top of the neck; fields are in painting order."""

    skull: VectorPath
    ears: tuple[VectorPath, ...] = ()
    """Ears that show from behind the skull."""
    jaw: VectorPath = ()
    hair: VectorPath
    hair_line: bool
    """Whether the hair needs an outline of its own."""
    ear: VectorPath = ()
    """An ear on the side of the head."""
    nose: VectorPath = ()
    """Skin that covers the outline of the face where the nose stands out."""
    eyes: tuple[VectorPath, ...] = ()
    """Dots: each a line from a point to itself, for round caps."""
    lines: tuple[VectorPath, ...] = ()
    """The mouth, and the line of the nose."""


def _from_side(points: tuple[Point, ...]) -> list[Point]:
    """Return points of a head seen from the side, in body units: x up, y backward."""
    return [((up - 0.24) * HEAD, -(forward + 0.06) * HEAD) for forward, up in points]


def _from_front(points: list[Point]) -> list[Point]:
    """Return points of a head seen from the front, in body units: x up, y left."""
    return [((up - 0.24) * HEAD, -right * HEAD) for right, up in points]


def _dot(point: Point) -> VectorPath:
    return ("m", point), ("l", point)


@lru_cache(maxsize=1)
def _profile() -> Head:
    """Return a head seen from the side."""
    skull = spline(_from_side(SKULL))
    hairline = spline(_from_side(HAIRLINE), closed=False)
    return Head(
        skull=skull,
        jaw=spline(_from_side(JAW), closed=False),
        hair=(*opened(skull, 9, 16), *hairline[1:], ("z", ())),
        hair_line=False,
        ear=spline(_from_side(EAR)),
        eyes=(_dot(_from_side((EYE,))[0]),),
        lines=(spline(_from_side(MOUTH), closed=False),),
    )


def _feature(x: float, up: float, yaw: float) -> Point:
    """Return the point of a feature at (x, up) once the head is turned by `yaw` degrees."""
    turned = math.asin(max(-1.0, min(1.0, x / ROUND))) + math.radians(yaw)
    return ROUND * math.sin(turned), up


def _oval(sine: float) -> VectorPath:
    wide = 0.365 + 0.035 * abs(sine)
    chin, cheek = 0.10 * sine, 0.04 * sine
    return spline(
        _from_front(
            [
                (chin, 0.0),
                (0.18 + chin, 0.05),
                (0.30 + cheek, 0.22),
                (wide, 0.48),
                (wide - 0.01, 0.68),
                (0.25, 0.91),
                (0.0, 1.0),
                (-0.25, 0.91),
                (0.01 - wide, 0.68),
                (-wide, 0.48),
                (cheek - 0.30, 0.22),
                (chin - 0.18, 0.05),
            ]
        )
    )


def _fringe(sine: float) -> VectorPath:
    shift = 0.30 * sine
    return spline(
        _from_front(
            [
                (-0.345 + shift * 0.2, 0.52),
                (-0.40, 0.56),
                (-0.425, 0.72),
                (-0.31, 0.97),
                (0.0, 1.065),
                (0.31, 0.97),
                (0.425, 0.72),
                (0.40, 0.56),
                (0.345 + shift * 0.2, 0.52),
                (0.325 + shift * 0.3, 0.64),
                (0.20 + shift, 0.735),
                (-0.02 + shift, 0.80),
                (-0.16 + shift, 0.715),
                (-0.29 + shift * 0.5, 0.66),
            ]
        )
    )


def _face(yaw: float) -> tuple[tuple[VectorPath, ...], VectorPath]:
    """Return the eyes and the mouth."""
    visible = [
        x for x in (-0.15, 0.15) if abs(math.degrees(math.asin(x / ROUND)) + yaw) < FEATURE_EDGE
    ]
    eyes = [_dot(point) for point in _from_front([_feature(x, 0.52, yaw) for x in visible])]
    mouth = [_feature(-0.10, 0.215, yaw), _feature(0, 0.185, yaw), _feature(0.10, 0.215, yaw)]
    return tuple(eyes), spline(_from_front(mouth), closed=False)


@lru_cache(maxsize=64)
def _straight(yaw: float) -> Head:
    """Return a head that faces the viewer, or is turned by less than THREE_QUARTER."""
    sine = unit(yaw)[1]
    eyes, mouth = _face(yaw)
    nose = [_feature(0.0, 0.47, yaw), _feature(0.035, 0.35, yaw), _feature(-0.02, 0.335, yaw)]
    chin = 0.10 * sine
    return Head(
        ears=tuple(
            disc(_from_front([(x - 0.03 * sine, 0.43)])[0], 0.075 * HEAD) for x in (-0.375, 0.375)
        ),
        skull=_oval(sine),
        jaw=spline(
            _from_front([(chin - 0.20, 0.06), (chin, 0.0), (chin + 0.20, 0.06)]), closed=False
        ),
        hair=_fringe(sine),
        hair_line=True,
        eyes=eyes,
        lines=(mouth, spline(_from_front(nose), closed=False)),
    )


@lru_cache(maxsize=64)
def _turned(yaw: float) -> Head:
    """Return a head turned by THREE_QUARTER or more, to either side."""
    sine = unit(yaw)[1]
    sign = 1 if yaw > 0 else -1
    share = min(1.0, max(0.0, (abs(yaw) - THREE_QUARTER) / (PROFILE - THREE_QUARTER)))
    eyes, mouth = _face(yaw)

    def both(points: list[Point]) -> list[Point]:
        return _from_front([(sign * x, up) for x, up in points])

    bridge = ROUND * abs(sine)
    stand = 0.085 + 0.06 * share
    nose = [
        (bridge - 0.02, 0.55),
        (bridge + stand, 0.36),
        (bridge + 0.02, 0.295),
        (bridge - 0.15, 0.4),
    ]
    ear = -0.345 + 0.225 * share
    loop = ((0.0, 0.1), (0.05, 0.05), (0.04, -0.05), (0.0, -0.1), (-0.05, -0.03), (-0.05, 0.06))
    hair = [
        (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
        for a, b in zip(SWEPT, SIDEWAYS, strict=True)
    ]
    chin = 0.10 * sine
    return Head(
        skull=_oval(sine),
        jaw=spline(
            _from_front([(chin - 0.20, 0.06), (chin, 0.0), (chin + 0.20, 0.06)]), closed=False
        ),
        hair=spline(both(hair)),
        hair_line=True,
        ear=spline(both([(ear - x, 0.43 + up) for x, up in loop])),
        nose=spline(both(nose)) if share > 0.3 else (),
        eyes=eyes,
        lines=(mouth, spline(both(nose[:3]), closed=False)),
    )


@lru_cache(maxsize=1)
def _behind() -> Head:
    """Return a head seen from the back."""
    skull = _oval(0)
    nape = spline(_from_front([(-0.30, 0.22), (0.0, 0.17), (0.30, 0.22)]), closed=False)
    return Head(
        ears=tuple(disc(_from_front([(x, 0.43)])[0], 0.075 * HEAD) for x in (-0.375, 0.375)),
        skull=skull,
        hair=(*opened(skull, 2, 10), *nape[1:], ("z", ())),
        hair_line=False,
    )


def shape_head(pose: Pose) -> Head:
    """Return the head of a pose; `face` takes precedence over the view of the trunk."""
    view = pose.view if pose.face == "view" else pose.face
    if view == "side":
        return _profile()
    if view == "back":
        return _behind()
    return _straight(pose.yaw) if abs(pose.yaw) < THREE_QUARTER else _turned(pose.yaw)


def shape_neck(joints: Joints, pose: Pose) -> Shape:
    """Return the neck of a pose, from the seventh cervical vertebra upwards."""
    aside = pose.view == "side" and pose.face != "front"
    end = move(joints.at["c7"], joints.neck, NECK)
    return bone(joints.at["c7"], end, SIDE_NECK if aside else FRONT_NECK)
