"""Shape the props beside a body, and the arrows, in body units: `shape_prop`, `shape_arrow`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.render.drawings.geometry import (
    Shape,
    VectorPath,
    arc,
    between,
    heading,
    move,
    polygon,
    polyline,
    spline,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.content.figure import Arc, Arrow, Point
    from handouts.content.prop import DrawnShape, Prop
    from handouts.render.drawings.skeleton import Joints


PAPER, SOFT, HARD = "paper", "soft", "hard"


class PropShape(Struct, frozen=True, kw_only=True):
    """One of the shapes that make up a prop."""

    shape: Shape
    fill: str | None = HARD
    """PAPER, SOFT or HARD; None for a line that is not filled."""
    width: float = 0.8
    """Line width, as a share of that of the body's outline."""


def shape_prop(prop: Prop) -> list[PropShape]:
    """Return the shapes of a prop, in painting order.

    What can be turned keeps its paths, and is put in its place as a whole.
    """
    along, up = prop.middle[0] * prop.size * prop.direction, prop.middle[1] * prop.size
    middle = (prop.x + along, prop.y + up)
    turns = "angle" in prop.keys
    shapes = []
    for one in prop.shapes:
        path = _path(one, prop, (0.0, 0.0) if turns else middle)
        shape = Shape(path=path, origin=middle, angle=prop.angle) if turns else Shape(path=path)
        usual = None if one.line else HARD
        fill = usual if one.fill is None else None if one.fill == "none" else one.fill
        shapes.append(PropShape(shape=shape, fill=fill, width=one.width))
    return shapes


def _path(one: DrawnShape, prop: Prop, origin: Point) -> VectorPath:
    """Return the path of a shape, with the point (0, 0) of the thing at `origin`."""

    def placed(points: Sequence[Point]) -> list[Point]:
        return [(origin[0] + prop.direction * x * prop.size, origin[1] + y * prop.size)
                for x, y in points]  # fmt: skip

    half = (one.thick or 0) / 2 * prop.size
    if one.box:
        left, bottom, right, top = one.box
        (x0, y0), (x1, y1) = placed(((left, bottom), (right, top)))
        return _box(min(x0, x1), y0, max(x0, x1), y1, one.round * prop.size)
    if one.circle:
        x, y, radius = one.circle
        return _circle(placed(((x, y),))[0], radius * prop.size)
    if one.bar:
        start, end = placed(one.bar)
        return _bar(start, end, half)
    if one.band:
        return _band(placed(one.band), half)
    if one.line:
        return polyline(placed(one.line))
    return spline(placed(one.curve)) if one.curve else polygon(placed(one.polygon or ()))


def _bar(start: Point, end: Point, half: float) -> VectorPath:
    """Return a leg, upright or nearly so: its ends are cut horizontally."""
    return polygon(
        [
            (start[0] - half, start[1]),
            (end[0] - half, end[1]),
            (end[0] + half, end[1]),
            (start[0] + half, start[1]),
        ]
    )


def _band(points: Sequence[Point], half: float) -> VectorPath:
    """Return a closed band along points, so that both its edges are outlined."""
    left: list[Point] = []
    right: list[Point] = []
    for index, point in enumerate(points):
        before, after = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        along = (after[0] - before[0], after[1] - before[1])
        length = (along[0] ** 2 + along[1] ** 2) ** 0.5 or 1
        aside = (-along[1] / length * half, along[0] / length * half)
        left.append((point[0] + aside[0], point[1] + aside[1]))
        right.append((point[0] - aside[0], point[1] - aside[1]))
    return polygon(right + left[::-1])


def _box(x0: float, y0: float, x1: float, y1: float, radius: float) -> VectorPath:
    """Return a rectangle with rounded corners, from (x0, y0) at the lower left to (x1, y1)."""
    r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    return (
        ("m", (x0 + r, y0)),
        ("l", (x1 - r, y0)),
        *arc((x1 - r, y0 + r), r, 270, 90),
        ("l", (x1, y1 - r)),
        *arc((x1 - r, y1 - r), r, 0, 90),
        ("l", (x0 + r, y1)),
        *arc((x0 + r, y1 - r), r, 90, 90),
        ("l", (x0, y0 + r)),
        *arc((x0 + r, y0 + r), r, 180, 90),
        ("z", ()),
    )


def _circle(middle: Point, radius: float) -> VectorPath:
    """Return a circle as four curves."""
    quarters = [one for start in (0, 90, 180, 270) for one in arc(middle, radius, start, 90)]
    return (("m", (middle[0] + radius, middle[1])), *quarters, ("z", ()))


NECK = 0.8
"""How far the shaft ends before the tip, as a share of the head, so that the tip stays sharp."""


class ArrowShape(Struct, frozen=True, kw_only=True):
    """The paths of an arrow: the shaft to be stroked, the heads to be filled."""

    shaft: VectorPath
    heads: tuple[VectorPath, ...]


def _head(tip: Point, angle: float, length: float, half: float) -> VectorPath:
    base = move(tip, angle, -length)
    return polygon([tip, move(base, angle + 90, half), move(base, angle - 90, half)])


def _arc(curve: Arc, joints: Joints, length: float, half: float, *, both: bool) -> ArrowShape:
    centre = joints.at[curve.centre] if isinstance(curve.centre, str) else curve.centre
    sign = 1 if curve.end > curve.start else -1
    trim = math.degrees(length * NECK / curve.radius) * sign
    first, last = curve.start, curve.end - trim
    # A head is straight: aim it along the chord of the part of the arc that it covers.
    heads = [
        _head(move(centre, curve.end, curve.radius), curve.end + 90 * sign - trim / 2, length, half)
    ]
    if both:
        first += trim
        tip = move(centre, curve.start, curve.radius)
        heads.append(_head(tip, curve.start - 90 * sign + trim / 2, length, half))
    shaft = (
        ("m", move(centre, first, curve.radius)),
        *arc(centre, curve.radius, first, last - first),
    )
    return ArrowShape(shaft=shaft, heads=tuple(heads))


def _line(arrow: Arrow, length: float, half: float) -> ArrowShape:
    start, end = arrow.line or ((0, 0), (0, 0))
    middle = between(start, end, 0.5)
    span = math.dist(start, end)
    bow = move(middle, heading(start, end) + 90, 2 * arrow.bow * span)
    trim = min(0.9, length * NECK / span)
    heads = [_head(end, heading(between(bow, end, 1 - trim), end), length, half)]
    if arrow.both:
        heads.append(_head(start, heading(between(bow, start, 1 - trim), start), length, half))
        tail = bow
        start, bow = _split(end, tail, start, 1 - trim)
        trim /= 1 - trim
    end, bow = _split(start, bow, end, 1 - trim)
    if not arrow.bow:
        return ArrowShape(shaft=(("m", start), ("l", end)), heads=tuple(heads))
    pulls = (*between(start, bow, 2 / 3), *between(end, bow, 2 / 3))
    return ArrowShape(shaft=(("m", start), ("c", (*pulls, *end))), heads=tuple(heads))


def _split(start: Point, pull: Point, end: Point, share: float) -> tuple[Point, Point]:
    """Return the end and the control point of the first `share` of a quadratic Bézier curve."""
    a, b = between(start, pull, share), between(pull, end, share)
    return between(a, b, share), a


def lengthened(arrow: Arrow, least: float) -> Arrow:
    """Return a straight arrow that starts further back where it is shorter than `least`."""
    if arrow.line is None:
        return arrow
    (x0, y0), (x1, y1) = arrow.line
    long = math.hypot(x1 - x0, y1 - y0)
    if long >= least:
        return arrow
    more = least / long
    start = (x1 - (x1 - x0) * more, y1 - (y1 - y0) * more)
    return replace(arrow, line=(start, (x1, y1)))


def shape_arrow(arrow: Arrow, joints: Joints, length: float, half: float) -> ArrowShape:
    """Return the paths of an arrow; `length` and `half`, the half width, are those of its heads."""
    if arrow.arc is not None:
        return _arc(arrow.arc, joints, length, half, both=arrow.both)
    return _line(arrow, length, half)
