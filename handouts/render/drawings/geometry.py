"""Build paths of lines and cubic Bézier curves from points and angles: `Shape`, `spline`, `bone`.

Lengths are in body units, angles in degrees, counter-clockwise from +x. Smooth curves are
Catmull-Rom splines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from handouts.content.figure import Point

Segment: TypeAlias = tuple[str, tuple[float, ...]]
"""An operator and its coordinates: 'm' and 'l' with two, 'c' with six, 'z' with none; as in SVG."""

VectorPath: TypeAlias = tuple[Segment, ...]
"""One or more outlines, to be filled by the non-zero winding rule."""

LimbProfile: TypeAlias = tuple[float, float, float, float]
"""Half widths of a limb at its Bézier control points, from its root to its tip."""


def unit(angle: float) -> Point:
    """Return the unit vector of an angle in degrees (0 right, 90 up)."""
    radians = math.radians(angle)
    return math.cos(radians), math.sin(radians)


def move(point: Point, angle: float, length: float) -> Point:
    """Return the point that is `length` away from another, at an angle in degrees."""
    radians = math.radians(angle)
    return point[0] + math.cos(radians) * length, point[1] + math.sin(radians) * length


def heading(start: Point, end: Point) -> float:
    """Return the angle in degrees of the line from start to end."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def wrap(angle: float) -> float:
    """Return the same angle in degrees, from -180 to below 180."""
    return (angle + 180) % 360 - 180


def between(start: Point, end: Point, share: float) -> Point:
    """Return the point at a share (0 to 1) of the way from start to end."""
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def polyline(points: Sequence[Point]) -> VectorPath:
    """Return an open path of straight lines through points."""
    return (("m", points[0]), *(("l", point) for point in points[1:]))


def polygon(points: Sequence[Point]) -> VectorPath:
    """Return a closed path of straight lines through points."""
    return (*polyline(points), ("z", ()))


def spline(points: Sequence[Point], *, closed: bool = True) -> VectorPath:
    """Return a smooth curve through points: a uniform Catmull-Rom spline as Bézier curves."""
    count = len(points)
    last = count - 1
    segments: list[Segment] = [("m", points[0])]
    for index in range(count if closed else last):
        here, there = points[index], points[(index + 1) % count]
        before = points[index - 1] if closed else points[max(0, index - 1)]
        after = points[(index + 2) % count] if closed else points[min(last, index + 2)]
        segments.append(
            (
                "c",
                (
                    here[0] + (there[0] - before[0]) / 6,
                    here[1] + (there[1] - before[1]) / 6,
                    there[0] - (after[0] - here[0]) / 6,
                    there[1] - (after[1] - here[1]) / 6,
                    *there,
                ),
            ),
        )
    if closed:
        segments.append(("z", ()))
    return tuple(segments)


def arc(centre: Point, radius: float, start: float, sweep: float) -> list[Segment]:
    """Return the curves of an arc, without a move to its start; start and sweep are in degrees.

    A single curve for half a turn is off by less than 2 % of the radius, a tenth of a point here.
    """
    count = max(1, math.ceil(abs(sweep) / 181))
    step = math.radians(sweep / count)
    pull = 4 / 3 * math.tan(step / 4) * radius
    angle = math.radians(start)
    segments: list[Segment] = []
    for _ in range(count):
        cos0, sin0 = math.cos(angle), math.sin(angle)
        angle += step
        cos1, sin1 = math.cos(angle), math.sin(angle)
        x, y = centre[0] + radius * cos1, centre[1] + radius * sin1
        segments.append(
            (
                "c",
                (
                    centre[0] + radius * cos0 - pull * sin0,
                    centre[1] + radius * sin0 + pull * cos0,
                    x + pull * sin1,
                    y - pull * cos1,
                    x,
                    y,
                ),
            ),
        )
    return segments


def disc(centre: Point, radius: float) -> VectorPath:
    """Return a full circle, as a closed path."""
    start = (centre[0] + radius, centre[1])
    return (("m", start), *arc(centre, radius, 0, 360), ("z", ()))


def opened(path: VectorPath, first: int, last: int) -> VectorPath:
    """Return the curves of a closed path from one of its points to another, as an open path.

    Points are counted from 0; `last` may go on past the end of the path.
    """
    count = len(path) - 2
    start = path[first][1][-2:]
    run = (path[1 + index % count] for index in range(first, last))
    return (("m", start), *run)


class Shape(Struct, frozen=True, kw_only=True):
    """A path and its place: one path can serve for both hands, and for the start position."""

    path: VectorPath
    origin: Point = (0.0, 0.0)
    angle: float = 0.0
    """In degrees; the path is drawn along +x, and turned about its own (0, 0)."""
    mirror: bool = False
    """Whether the path is mirrored in its own x axis before it is turned."""


@lru_cache(maxsize=256)
def capsule(length: float, profile: LimbProfile, *, flat: bool = False) -> VectorPath:
    """Return a limb segment along +x, its root round, its tip round or flat."""
    r0, r1, r2, r3 = profile
    third = length / 3
    tip: list[Segment] = [("l", (length, r3))] if flat else arc((length, 0), r3, -90, 180)
    return (
        ("m", (0.0, -r0)),
        ("c", (third, -r1, 2 * third, -r2, length, -r3)),
        *tip,
        ("c", (2 * third, r2, third, r1, 0.0, r0)),
        *arc((0, 0), r0, 90, 180),
        ("z", ()),
    )


def cut(profile: LimbProfile, share: float) -> LimbProfile:
    """Return the profile of the first part of a limb, up to a share (0 to 1) of its length.

    By de Casteljau's algorithm.
    """
    r0, r1, r2, r3 = profile
    p, q, s = r0 + (r1 - r0) * share, r1 + (r2 - r1) * share, r2 + (r3 - r2) * share
    u, v = p + (q - p) * share, q + (s - q) * share
    return r0, p, u, u + (v - u) * share


def bone(start: Point, end: Point, profile: LimbProfile, *, flat: bool = False) -> Shape:
    """Return a limb segment from one joint to another."""
    # Rounded, so that bones of equal length share one cached path, whatever their direction.
    length = round(math.dist(start, end), 4)
    return Shape(
        path=capsule(length, profile, flat=flat),
        origin=start,
        angle=heading(start, end),
    )


def ribbon(centres: Iterable[tuple[Point, float, float]]) -> VectorPath:
    """Return a smooth closed band along stations: (point, direction in degrees, half width)."""
    left: list[Point] = []
    right: list[Point] = []
    for point, direction, width in centres:
        left.append(move(point, direction + 90, width))
        right.append(move(point, direction - 90, width))
    return spline(right + left[::-1])
