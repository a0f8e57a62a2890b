"""An arrow of a figure in, its shaft and heads out; body units."""

from __future__ import annotations

import math

from msgspec import Struct

from handouts.content.figure import Arc, Arrow, Point
from handouts.figures.joints import Joints
from handouts.figures.path import Path, arc, between, heading, move, polygon

NECK = 0.8
"""Share of a head's length at which the shaft stops, so that the tip stays sharp."""


class ArrowShape(Struct, frozen=True, kw_only=True):
    """An arrow ready to be painted."""

    shaft: Path
    heads: tuple[Path, ...]


def _head(tip: Point, angle: float, length: float, half: float) -> Path:
    base = move(tip, angle, -length)
    return polygon([tip, move(base, angle + 90, half), move(base, angle - 90, half)])


def _arc(way: Arc, joints: Joints, length: float, half: float, *, both: bool) -> ArrowShape:
    centre = joints.at[way.centre] if isinstance(way.centre, str) else way.centre
    sign = 1 if way.end > way.start else -1
    trim = math.degrees(length * NECK / way.radius) * sign
    first, last = way.start, way.end - trim
    # The chord of a head is straight: aim it along the last part of the arc.
    heads = [_head(move(centre, way.end, way.radius), way.end + 90 * sign - trim / 2, length, half)]
    if both:
        first += trim
        tip = move(centre, way.start, way.radius)
        heads.append(_head(tip, way.start - 90 * sign + trim / 2, length, half))
    shaft = (
        ("m", move(centre, first, way.radius)),
        *arc(centre, way.radius, first, last - first),
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
    """Return the end and the control point of the first part of a quadratic curve."""
    a, b = between(start, pull, share), between(pull, end, share)
    return between(a, b, share), a


def shape_arrow(arrow: Arrow, joints: Joints, length: float, half: float) -> ArrowShape:
    """Return an arrow whose heads have a length and a half width in body units."""
    if arrow.arc is not None:
        return _arc(arrow.arc, joints, length, half, both=arrow.both)
    return _line(arrow, length, half)
