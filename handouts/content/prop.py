"""Define the things beside a body, as a chair or a ball, and how a figure places them: `Prop`.

A thing is drawn once, under `props:` in `figures.yaml`: a list of shapes around its anchor, the
point (0, 0), in the units of figures. It may have measures, such as the width of its seat; then
the numbers of its shapes may be sums of them, as `0.5w - 0.02`. A figure names it as the `type` of
a prop, with its place and its measures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

_FARTHEST = 3.0
"""How far from its anchor a thing may reach, in heights of the body."""
_MOST_POINTS = 60
_THINNEST, _THICKEST = 0.3, 3.0
_LEAST_CORNERS = 3
_LARGEST = 10.0

PropPoint: TypeAlias = tuple[float, float]
"""x to the right, y up, from the anchor."""
PropFill: TypeAlias = Literal["paper", "soft", "hard", "none"]
_Points: TypeAlias = Annotated[tuple[PropPoint, ...], Meta(min_length=2, max_length=_MOST_POINTS)]
KINDS = ("box", "circle", "polygon", "curve", "line", "bar", "band")
"""The keys of a shape of which it has one."""
_THICK = ("bar", "band")
PLACE = ("x", "y", "size", "angle", "direction")
"""What a figure may say of the place of a thing."""
POINTS = "points"
"""The measure that is no number: a list of points."""
ONLY_WITH = "only-with"
"""The key of a shape that names a measure: where that is 0, the shape is not drawn."""


class DrawnShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shape of a thing, in numbers; the first is painted first."""

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
    bar: tuple[PropPoint, PropPoint] | None = None
    """A leg, upright or nearly so, by its two ends, which are cut level; `thick` is how thick."""
    band: _Points | None = None
    """A strip along points, as a strap; `thick` is how thick."""
    thick: float | None = None
    """How thick a bar or a band is."""

    def __post_init__(self) -> None:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"expected one of {', '.join(KINDS)}")
        self._check_numbers()
        if self.line and self.fill not in {None, "none"}:
            raise ValueError("expected no fill for a line")
        if (self.thick is not None) != (given[0] in _THICK) or not (self.thick or 1) > 0:
            raise ValueError("expected thick, above 0, for a bar or a band, and for nothing else")

    def _check_numbers(self) -> None:
        if not _THINNEST <= self.width <= _THICKEST:
            raise ValueError(f"expected a width from {_THINNEST:g} to {_THICKEST:g}")
        if not all(abs(one) <= _FARTHEST for one in self._numbers()):  # not true of nan
            raise ValueError(f"expected numbers from {-_FARTHEST:g} to {_FARTHEST:g}")
        if self.box and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise ValueError("expected box as left, bottom, right, top")
        if self.round and (self.box is None or self.round < 0):
            raise ValueError("expected round only for a box, and from 0")
        if self.circle and self.circle[2] <= 0:
            raise ValueError("expected circle as x, y and a radius above 0")
        for points in (self.polygon, self.curve):
            if points and len(points) < _LEAST_CORNERS:
                raise ValueError(f"expected at least {_LEAST_CORNERS} points")

    def _numbers(self) -> list[float]:
        lists = (self.polygon, self.curve, self.line, self.bar, self.band)
        flat = [number for points in lists for point in points or () for number in point]
        return [*flat, *(self.box or ()), *(self.circle or ()), self.round, self.thick or 0]


class PropDefinition(Struct, frozen=True, kw_only=True):
    """A thing as it is drawn once, for every figure that names it."""

    shapes: tuple[Mapping[str, object], ...]
    """As they are written: their numbers may be sums of measures."""
    about: str = ""
    """What it is, for who writes a figure."""
    measures: Mapping[str, float] = MappingProxyType({})
    """What a figure may change of it, with what is usual."""
    takes_points: bool = False
    """Whether a figure gives points, along which it lies."""
    place: tuple[str, ...] = PLACE
    """What a figure may say of its place."""
    middle: tuple[object, object] = (0.0, 0.0)
    """Where the point (0, 0) of its shapes is, from its anchor; it is turned about that point."""
    floor: bool = False
    """Whether bodies stand or lie on it, so that nothing of them is below 0."""
    digest: str
    """Of all that decides how it is drawn."""

    def keys(self) -> tuple[str, ...]:
        """Name what a figure may say of it, beside its type."""
        return (*self.place, *self.measures, *((POINTS,) if self.takes_points else ()))


PropDefinitions: TypeAlias = Mapping[str, PropDefinition]
"""The things that figures may name, by name."""


class PropPlace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a thing is in a figure, and how large."""

    x: float = 0.0
    """Where its anchor is: to the right."""
    y: float = 0.0
    """Where its anchor is: up from the floor."""
    size: float = 1.0
    """How large it is: 2 is twice as large as drawn."""
    angle: float = 0.0
    """How far it is turned about its middle, in degrees, to the left."""
    direction: Literal[1, -1] = 1
    """1 as it is drawn, -1 mirrored."""

    def __post_init__(self) -> None:
        if not 0 < self.size <= _LARGEST:
            raise ValueError(f"expected a size above 0, up to {_LARGEST:g}")
        if not all(map(math.isfinite, (self.x, self.y, self.angle))):
            raise ValueError("expected numbers that have an end")


class Prop(PropPlace, frozen=True, kw_only=True):
    """A thing in a figure: by its name, its place and its measures."""

    name: str
    shapes: tuple[DrawnShape, ...]
    """With the measures of this figure, so that they are part of each drawing that is signed."""
    measures: tuple[tuple[str, float], ...]
    """All of them, those that this figure does not change too."""
    points: tuple[PropPoint, ...]
    """Along which it lies, if it does."""
    middle: PropPoint
    """As in its definition, in numbers."""
    keys: tuple[str, ...]
    """What a figure may say of its place."""
    floor: bool
    definition: str
    """The digest of its definition."""


# ------------------------------------------------------------------ sums of measures
_TERM = re.compile(r"\s*([+-]?)\s*(?:(\d+(?:\.\d+)?)\s*([a-z][a-z0-9]*)?|([a-z][a-z0-9]*))\s*")
_WORDS = frozenset({"fill", ONLY_WITH})
"""The keys of a shape that hold words, and no numbers."""


def in_numbers(
    shape: Mapping[str, object], measures: Mapping[str, float], points: object = None
) -> dict[str, object] | None:
    """Return a shape with the sums in it worked out; None where it is not drawn.

    `points` are those of the figure. Raises ValueError("path: fault").
    """
    depends = shape.get(ONLY_WITH)
    if depends is not None:
        if not isinstance(depends, str) or depends not in measures:
            raise ValueError(f"{ONLY_WITH}: {_no_measure(depends, measures)}")
        if not measures[depends]:
            return None
    return {
        key: points if one == POINTS and points is not None and key not in _WORDS
        else one if key in _WORDS
        else _worked_out(key, one, measures)
        for key, one in shape.items()
        if key != ONLY_WITH
    }  # fmt: skip


def _worked_out(path: str, value: object, measures: Mapping[str, float]) -> object:
    if isinstance(value, list | tuple):
        return [_worked_out(f"{path}[{at}]", one, measures) for at, one in enumerate(value)]
    if isinstance(value, str) and measures:
        try:
            return sum_of(value, measures)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    return value


def sum_of(text: str, measures: Mapping[str, float]) -> float:
    """Return what a sum of measures comes to, as `0.5w - 0.02`; raises ValueError."""
    total, at = 0.0, 0
    if not text.strip():
        raise ValueError("expected a number or a sum of measures, got nothing")
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None or (at > 0 and not term[1]):
            hint = "write numbers and measures with + or - between them, as `0.5w - 0.02`"
            raise ValueError(f"`{text}` is no sum: {hint}")
        sign, number, of, alone = term.groups()
        name = of or alone
        if name and name not in measures:
            raise ValueError(_no_measure(name, measures))
        value = float(number or 1) * (measures[name] if name else 1)
        total += -value if sign == "-" else value
        at = term.end()
    return total


def _no_measure(name: object, measures: Mapping[str, float]) -> str:
    return f"expected one of the measures {', '.join(sorted(measures)) or '(none)'}, got {name!r}"
