"""Define the shapes of a thing that an author draws, as a footstool or a ball: `OwnShape`.

Such a thing stands under `props:` in `figures.yaml`, as a list of shapes around its anchor, the
point (0, 0), in the units of figures. A figure names it as the `type` of a prop, with its place.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

_FARTHEST = 3.0
"""How far from its anchor a thing may reach, in heights of the body."""
_MOST_POINTS = 60
_THINNEST, _THICKEST = 0.3, 3.0
_LEAST_CORNERS = 3

PropPoint: TypeAlias = tuple[float, float]
"""x to the right, y up, from the anchor."""
PropFill: TypeAlias = Literal["paper", "soft", "hard", "none"]
_Points: TypeAlias = Annotated[tuple[PropPoint, ...], Meta(min_length=2, max_length=_MOST_POINTS)]
KINDS = ("box", "circle", "polygon", "curve", "line")
"""The keys of a shape of which it has one."""


class OwnShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shape of a thing that an author draws; the first is painted first."""

    box: tuple[float, float, float, float] | None = None
    """A rectangle: left, bottom, right and top."""
    circle: tuple[float, float, float] | None = None
    """A circle: x and y of its middle, and its radius."""
    polygon: _Points | None = None
    """A closed shape with straight sides, by its corners."""
    curve: _Points | None = None
    """A closed round shape, by points on its edge."""
    line: _Points | None = None
    """An open line, by its points; it is not filled."""
    fill: PropFill | None = None
    """How it is filled: hard (usual), soft, paper (white) or none."""
    width: float = 0.8
    """How thick its line is, as a share of that of the outline of a body."""
    round: float = 0.0
    """The radius of the corners of a box."""

    def __post_init__(self) -> None:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"expected one of {', '.join(KINDS)}")
        if not _THINNEST <= self.width <= _THICKEST:
            raise ValueError(f"expected a width from {_THINNEST:g} to {_THICKEST:g}")
        if not all(abs(one) <= _FARTHEST for one in self._numbers()):  # not true of nan
            raise ValueError(f"expected numbers from {-_FARTHEST:g} to {_FARTHEST:g}")
        if self.box and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise ValueError("expected box as left, bottom, right, top")
        if self.round and (self.box is None or self.round < 0):
            raise ValueError("expected round only for a box, and not below 0")
        if self.circle and self.circle[2] <= 0:
            raise ValueError("expected circle as x, y and a radius above 0")
        for points in (self.polygon, self.curve):
            if points and len(points) < _LEAST_CORNERS:
                raise ValueError(f"expected at least {_LEAST_CORNERS} points")
        if self.line and self.fill not in {None, "none"}:
            raise ValueError("expected no fill for a line")

    def _numbers(self) -> list[float]:
        points = (*(self.polygon or ()), *(self.curve or ()), *(self.line or ()))
        flat = [number for point in points for number in point]
        return [*flat, *(self.box or ()), *(self.circle or ()), self.round]
