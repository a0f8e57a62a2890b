"""Shape the props beside a body, and the arrows, in body units: `shape_prop`, `shape_arrow`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handouts.content import figure as pose
from handouts.content.figure import Arc, Arrow, Point
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
from handouts.render.drawings.skeleton import Joints

PAPER, SOFT, HARD = "paper", "soft", "hard"


class PropShape(Struct, frozen=True, kw_only=True):
    """One of the shapes that make up a prop."""

    shape: Shape
    fill: str | None = HARD
    """PAPER, SOFT or HARD; None for a line that is not filled."""
    width: float = 0.8
    """Line width, as a share of that of the body's outline."""


def _prop_shape(path: VectorPath, fill: str | None = HARD, width: float = 0.8) -> PropShape:
    return PropShape(shape=Shape(path=path), fill=fill, width=width)


CUSHION = (
    (-0.5, -0.35),
    (-0.46, 0.35),
    (-0.2, 0.5),
    (0.2, 0.5),
    (0.46, 0.35),
    (0.5, -0.35),
    (0.3, -0.5),
    (-0.3, -0.5),
)
LEG = 0.011
"""Half the thickness of the leg of a chair or desk."""


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


def _bar(start: Point, end: Point) -> VectorPath:
    """Return the leg of a chair or desk, upright or nearly so: its ends are cut horizontally."""
    return polygon(
        [
            (start[0] - LEG, start[1]),
            (end[0] - LEG, end[1]),
            (end[0] + LEG, end[1]),
            (start[0] + LEG, start[1]),
        ]
    )


def _floor(floor: pose.FloorProp) -> list[PropShape]:
    line = polyline([(floor.x0, floor.y), (floor.x1, floor.y)])
    return [_prop_shape(line, fill=None, width=1.1)]


def _mat(mat: pose.MatProp) -> list[PropShape]:
    return [_prop_shape(_box(mat.x0, mat.y - 0.022, mat.x1, mat.y, 0.010))]


def _panel(panel: pose.PanelProp) -> list[PropShape]:
    return [_prop_shape(_box(panel.x0, panel.y0, panel.x1, panel.y1, 0.02), fill=SOFT)]


def _pillow(pillow: pose.PillowProp) -> list[PropShape]:
    shape = spline([(x * pillow.w, y * pillow.h) for x, y in CUSHION])
    middle = (pillow.x, pillow.y + pillow.h / 2)
    return [PropShape(shape=Shape(path=shape, origin=middle, angle=pillow.angle), fill=PAPER)]


def _towel(towel: pose.TowelProp) -> list[PropShape]:
    """Return a folded towel: two layers, the fold on the left."""
    x0, x1 = towel.x - towel.w / 2, towel.x + towel.w / 2
    y, half = towel.y, towel.h / 2
    fold = polyline([(x0 + half * 0.6, y + half), (x1, y + half)])
    return [
        _prop_shape(_box(x0, y, x1, y + towel.h, half * 0.7), fill=PAPER),
        _prop_shape(fold, fill=None, width=0.7),
    ]


def _chair(chair: pose.ChairProp) -> list[PropShape]:
    x, seat, half, curve = chair.x, chair.h, chair.w / 2, chair.direction
    legs = [
        _bar((x + curve * foot, seat - 0.02), (x + curve * foot * 1.06, 0))
        for foot in (0.02 - half, half - 0.02)
    ]
    shapes = [_prop_shape(leg) for leg in legs]
    if chair.back:
        top = seat + chair.back
        corners = (
            (-half - 0.005, seat - 0.02),
            (0.02 - half, seat - 0.02),
            (-half - 0.012, top),
            (-half - 0.037, top),
        )
        shapes.append(_prop_shape(polygon([(x + curve * across, y) for across, y in corners])))
    back, front = sorted((x - curve * (half + 0.01), x + curve * half))
    shapes.append(_prop_shape(_box(back, seat - 0.030, front, seat, 0.008)))
    return shapes


def _chair_front(chair: pose.FrontChairProp) -> list[PropShape]:
    x, seat, half = chair.x, chair.h, chair.w / 2
    shapes = [
        _prop_shape(_bar((x + foot, seat), (x + foot * 1.05, 0)))
        for foot in (0.015 - half, half - 0.015)
    ]
    if chair.back:
        back = _box(x - half + 0.01, seat + 0.05, x + half - 0.01, seat + chair.back, 0.02)
        shapes.append(_prop_shape(back, fill=SOFT))
    shapes.append(_prop_shape(_box(x - half, seat - 0.03, x + half, seat, 0.008)))
    return shapes


def _desk(desk: pose.DeskProp) -> list[PropShape]:
    x, top, width = desk.x, desk.h, desk.w
    screen = x + width * 0.62
    return [
        _prop_shape(_bar((x + width - 0.03, top - 0.022), (x + width - 0.03, 0))),
        _prop_shape(_box(x, top - 0.022, x + width, top, 0.005)),
        _prop_shape(_box(screen - 0.006, top, screen + 0.006, top + 0.12, 0.002)),
        _prop_shape(_box(screen - 0.05, top, screen + 0.05, top + 0.012, 0.005)),
        _prop_shape(_box(screen - 0.016, top + 0.09, screen + 0.006, top + 0.34, 0.006)),
        _prop_shape(_box(x + 0.05, top, x + 0.17, top + 0.012, 0.003), fill=SOFT),
    ]


def _strap(strap: pose.StrapProp) -> list[PropShape]:
    """Return a strap as a closed band along its points, so that both its edges are outlined."""
    points = strap.points
    left: list[Point] = []
    right: list[Point] = []
    for index, point in enumerate(points):
        before, after = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        along = (after[0] - before[0], after[1] - before[1])
        length = (along[0] ** 2 + along[1] ** 2) ** 0.5 or 1
        aside = (-along[1] / length * 0.009, along[0] / length * 0.009)
        left.append((point[0] + aside[0], point[1] + aside[1]))
        right.append((point[0] - aside[0], point[1] - aside[1]))
    return [_prop_shape(polygon(right + left[::-1]))] if points else []


def _own(prop: pose.OwnProp) -> list[PropShape]:
    """Return the shapes of a thing that an author drew, in its size and at its place."""
    shapes = []
    for one in prop.shapes:
        if one.line:
            filled, path = None, polyline(_sized(one.line, prop))
        elif one.box:
            left, bottom, right, top = one.box
            (x0, y0), (x1, y1) = _sized(((left, bottom), (right, top)), prop)
            filled, path = HARD, _box(min(x0, x1), y0, max(x0, x1), y1, one.round * prop.size)
        elif one.circle:
            x, y, radius = one.circle
            (middle,), wide = _sized(((x, y),), prop), radius * prop.size
            filled, path = HARD, _circle(middle, wide)
        elif one.curve:
            filled, path = HARD, spline(_sized(one.curve, prop))
        else:
            filled, path = HARD, polygon(_sized(one.polygon or (), prop))
        fill = filled if one.fill is None else None if one.fill == "none" else one.fill
        shape = Shape(path=path, origin=(prop.x, prop.y), angle=prop.angle)
        shapes.append(PropShape(shape=shape, fill=fill, width=one.width))
    return shapes


def _circle(middle: Point, radius: float) -> VectorPath:
    """Return a circle as four curves."""
    quarters = [one for start in (0, 90, 180, 270) for one in arc(middle, radius, start, 90)]
    return (("m", (middle[0] + radius, middle[1])), *quarters, ("z", ()))


def _sized(points: Sequence[Point], prop: pose.OwnProp) -> list[Point]:
    return [(x * prop.size * prop.direction, y * prop.size) for x, y in points]


SHAPES: Mapping[type[pose.Prop], Callable[[Any], list[PropShape]]] = MappingProxyType(
    {
        pose.FloorProp: _floor,
        pose.MatProp: _mat,
        pose.PanelProp: _panel,
        pose.PillowProp: _pillow,
        pose.TowelProp: _towel,
        pose.ChairProp: _chair,
        pose.FrontChairProp: _chair_front,
        pose.DeskProp: _desk,
        pose.StrapProp: _strap,
        pose.OwnProp: _own,
    }
)


def shape_prop(prop: pose.Prop) -> list[PropShape]:
    """Return the shapes of a prop, in painting order."""
    return SHAPES[type(prop)](prop)


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
