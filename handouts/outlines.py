"""Goes in: the numbers of an SVG shape or transform. Comes out: a path, or the transform itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fontTools.misc.transform import Identity, Transform

if TYPE_CHECKING:
    from collections.abc import Mapping


def transform_of(kind: str, given: list[float]) -> Transform | None:
    """Give a transform by its name; None when it takes other numbers."""
    found: Transform | None = None
    match kind, given:
        case "matrix", [_, _, _, _, _, _]:
            found = Transform(*given)
        case "translate", [_] | [_, _]:
            found = Identity.translate(*given)
        case "scale", [_] | [_, _]:
            found = Identity.scale(*given)
        case "rotate", [angle]:
            found = Identity.rotate(math.radians(angle))
        case "rotate", [angle, x, y]:
            turned = Identity.translate(x, y).rotate(math.radians(angle))
            found = turned.translate(-x, -y)
        case "skewX", [angle]:
            found = Identity.skew(math.radians(angle), 0)
        case "skewY", [angle]:
            found = Identity.skew(0, math.radians(angle))
    return found


def outline_of(kind: str, given: Mapping[str, float]) -> str:
    """Write a line, rectangle, circle or ellipse as the `d` of a path; empty: nothing to draw."""
    if kind == "line":
        x1, y1, x2, y2 = (given.get(key, 0.0) for key in ("x1", "y1", "x2", "y2"))
        return f"M{x1} {y1}L{x2} {y2}"
    if kind == "rect":
        return _rectangle(given)
    x, y = given.get("cx", 0.0), given.get("cy", 0.0)
    rx, ry = (given.get(key, given.get("r", 0.0)) for key in ("rx", "ry"))
    arc = f"A{rx} {ry} 0 0 1"
    return f"M{x - rx} {y}{arc} {x + rx} {y}{arc} {x - rx} {y}Z" if rx > 0 < ry else ""


def _rectangle(given: Mapping[str, float]) -> str:
    """Write a rectangle, its corners round if it says so."""
    x, y, width, height = (given.get(key, 0.0) for key in ("x", "y", "width", "height"))
    rx = min(given.get("rx", given.get("ry", 0.0)), width / 2)
    ry = min(given.get("ry", given.get("rx", 0.0)), height / 2)
    if not (width > 0 and height > 0):
        return ""
    if not (rx > 0 and ry > 0):
        return f"M{x} {y}H{x + width}V{y + height}H{x}Z"
    right, foot = x + width, y + height
    return (
        f"M{x + rx} {y}H{right - rx}A{rx} {ry} 0 0 1 {right} {y + ry}V{foot - ry}"
        f"A{rx} {ry} 0 0 1 {right - rx} {foot}H{x + rx}A{rx} {ry} 0 0 1 {x} {foot - ry}"
        f"V{y + ry}A{rx} {ry} 0 0 1 {x + rx} {y}Z"
    )
