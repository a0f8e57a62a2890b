"""Collect paths to paint, with whole-number coordinates on a fine grid: `Pen`, `Theme`.

20 grid steps are one point; whole numbers keep the file small.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct, field

from handouts.render.drawings.geometry import Shape, VectorPath, unit


class Palette(Struct, frozen=True, kw_only=True):
    """The colours of one layer of the body, each as #RRGGBB."""

    skin: str
    shirt: str
    trousers: str
    shoe: str
    hair: str
    line: str


class Theme(Struct, frozen=True, kw_only=True):
    """The colours of a whole drawing, each as #RRGGBB."""

    near: Palette
    far: Palette
    """Darker, for the limbs on the far side of the body."""
    ghost: Palette
    """The start position; its line is as dark as the body's, so that it survives copying."""
    arrow: str
    mark: str
    """The background of a muscle mark; its hatching is in the line colour."""
    soft: str
    """Large props: a mat from above, a wall."""
    hard: str
    """Small props: furniture, a mat from the side."""
    edge: str
    """The outline of props."""
    paper: str = "#FFFFFF"
    bold: float = 1.0
    """What line widths are multiplied by; above 1 lines survive repeated photocopying."""


COLOUR = Theme(
    near=Palette(
        skin="#F6DFCD",
        shirt="#A9D3DE",
        trousers="#6E8CA8",
        shoe="#FFFFFF",
        hair="#4B4038",
        line="#22303C",
    ),
    far=Palette(
        skin="#D9B9A0",
        shirt="#6FA3B3",
        trousers="#48617A",
        shoe="#C9D0D6",
        hair="#4B4038",
        line="#22303C",
    ),
    ghost=Palette(
        skin="#EEF2F4",
        shirt="#E3E9ED",
        trousers="#E3E9ED",
        shoe="#EEF2F4",
        hair="#CDD6DC",
        line="#14212B",
    ),
    arrow="#12303F",
    mark="#F0932B",
    soft="#E9ECEE",
    hard="#D3D9DD",
    edge="#14212B",
)
MONO = Theme(
    near=Palette(
        skin="#FFFFFF",
        shirt="#EDEDED",
        trousers="#BDBDBD",
        shoe="#FFFFFF",
        hair="#4A4A4A",
        line="#1A1A1A",
    ),
    far=Palette(
        skin="#CFCFCF",
        shirt="#B5B5B5",
        trousers="#858585",
        shoe="#CFCFCF",
        hair="#4A4A4A",
        line="#1A1A1A",
    ),
    ghost=Palette(
        skin="#F4F4F4",
        shirt="#EBEBEB",
        trousers="#EBEBEB",
        shoe="#F4F4F4",
        hair="#D2D2D2",
        line="#1A1A1A",
    ),
    arrow="#000000",
    mark="#A8A8A8",
    soft="#F2F2F2",
    hard="#E0E0E0",
    edge="#1A1A1A",
    bold=1.35,
)
THEMES: Mapping[str, Theme] = MappingProxyType({"colour": COLOUR, "mono": MONO})


GRID = 20
"""Grid steps per point: fine enough to look smooth, coarse enough for short numbers."""

GridSegment: TypeAlias = tuple[str, tuple[int, ...]]
GridPath: TypeAlias = tuple[GridSegment, ...]

DASH = (3.5, 2.0)
"""Dash and gap of the outline of the start position, in points."""
HATCH = (0.55, 2.0)
"""Line and gap of a muscle mark, in points."""


GridTransform: TypeAlias = tuple[int, int, int, int, int, int]
"""A PDF transformation matrix: the first four numbers in thousandths, the offset in grid steps."""


class PlacedPath(Struct, frozen=True, kw_only=True):
    """A path on the grid, and the matrix that places it; None means it is already in place."""

    path: GridPath
    matrix: GridTransform | None = None


class Step(Struct, frozen=True, kw_only=True):
    """One path to paint: filled by the non-zero winding rule, then stroked with round joins."""

    shape: PlacedPath
    fill: str | None = None
    stroke: str | None = None
    width: int = 0
    """Width of the stroke, in grid steps."""
    dash: tuple[int, int] | None = None
    """Dash and gap in grid steps; a dashed line has butt caps, any other round ones."""
    clip: GridPath | None = None
    """A clipping path; None paints everything."""


def _snap(path: VectorPath, scale: float, x0: float, y0: float) -> GridPath:
    snapped: list[GridSegment] = []
    for operator, numbers in path:
        if len(numbers) == 6:
            a, b, c, d, e, f = numbers
            snapped.append(
                (
                    operator,
                    (
                        round(a * scale - x0),
                        round(b * scale - y0),
                        round(c * scale - x0),
                        round(d * scale - y0),
                        round(e * scale - x0),
                        round(f * scale - y0),
                    ),
                ),
            )
        elif numbers:
            a, b = numbers
            snapped.append((operator, (round(a * scale - x0), round(b * scale - y0))))
        else:
            snapped.append((operator, ()))
    return tuple(snapped)


@lru_cache(maxsize=1024)
def _snap_part(path: VectorPath, scale: float) -> GridPath:
    """Return a path on the grid, not placed; cached, because figures share these few paths."""
    return _snap(path, scale, 0, 0)


class Pen(Struct, kw_only=True):
    """Collects painting steps, in painting order; the only mutable class of this package."""

    scale: float
    """Points per body unit."""
    left: float
    """The left edge of the figure's frame, in body units; the grid starts here."""
    bottom: float
    """The bottom edge of the frame, likewise."""
    palette: Palette
    bold: float = 1.0
    """What line widths are multiplied by; see Theme."""
    dashed: bool = False
    """Whether outlines of the body are dashed."""
    hidden: frozenset[PlacedPath] = frozenset()
    """Shapes to leave out, because the body covers them exactly."""
    steps: list[Step] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """What line widths are multiplied by: `bold` at usual sizes, so that lines look alike.

        Less in small figures, as where two share a column; more in large print.
        """
        return self.bold * max(0.7, min(1.0, self.scale / 110), self.scale / 190)

    def wide(self, points: float) -> int:
        """Return a line width in points as grid steps, at least 1."""
        return max(1, round(points * self.weight * GRID))

    def snap(self, shape: Shape) -> PlacedPath:
        """Return a shape on the grid; if turned or moved it keeps its path and gets a matrix."""
        scale = self.scale * GRID
        x0, y0 = self.left * scale, self.bottom * scale
        x, y = shape.origin
        if shape.angle == 0 and x == 0 and y == 0:
            return PlacedPath(path=_snap(shape.path, scale, x0, y0))
        cos, sin = unit(shape.angle)
        a, b = round(cos * 1000), round(sin * 1000)
        c, d = (b, -a) if shape.mirror else (-b, a)
        place = (round(x * scale - x0), round(y * scale - y0))
        return PlacedPath(path=_snap_part(shape.path, scale), matrix=(a, b, c, d, *place))

    def _dash(self) -> tuple[int, int] | None:
        return (self.wide(DASH[0]), self.wide(DASH[1])) if self.dashed else None

    def paint(
        self, shape: Shape, *, fill: str | None = None, stroke: str | None = None, width: float = 0
    ) -> None:
        """Add a shape, filled, stroked or both; `width` is in points, and the line never dashed."""
        if shape.path:
            self.steps.append(
                Step(
                    shape=self.snap(shape),
                    fill=fill,
                    stroke=stroke,
                    width=self.wide(width) if stroke else 0,
                ),
            )

    def outline(self, shapes: Iterable[Shape], width: float) -> None:
        """Add the outlines of shapes; `width`, in points, is what remains once they are filled.

        Stroking every shape before filling any gives one outline round their union: each fill
        covers the inner half of its stroke. Repeated paths compress to almost nothing.
        """
        for shape in shapes:
            placed = self.snap(shape)
            if shape.path and placed not in self.hidden:
                self.steps.append(
                    Step(
                        shape=placed,
                        stroke=self.palette.line,
                        width=2 * self.wide(width),
                        dash=self._dash(),
                    ),
                )

    def group(self, parts: Sequence[tuple[Shape, str]], width: float) -> None:
        """Add shapes with their fill colours, and one outline round their union."""
        self.outline([shape for shape, _ in parts], width)
        for shape, fill in parts:
            self.fill(shape, fill)

    def fill(self, shape: Shape, colour: str) -> None:
        """Add a shape without a stroke."""
        if shape.path:
            placed = self.snap(shape)
            if placed not in self.hidden:
                self.steps.append(Step(shape=placed, fill=colour))

    def mark(self, path: VectorPath, colour: str, width: float) -> None:
        """Add a muscle mark: background, hatching and an outline of a width in points.

        The hatching is a single stroke, as wide as the mark and clipped to it: its dashes are the
        hatching lines.
        """
        placed = self.snap(Shape(path=path))
        line = self.palette.line
        xs = [x for _, numbers in placed.path for x in numbers[::2]]
        ys = [y for _, numbers in placed.path for y in numbers[1::2]]
        x, y = (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2
        half = round(math.hypot(max(xs) - min(xs), max(ys) - min(ys)) / 2) + GRID
        reach = round(half * math.sqrt(0.5))
        across: GridPath = (("m", (x - reach, y + reach)), ("l", (x + reach, y - reach)))
        self.steps += (
            Step(shape=placed, fill=colour),
            Step(
                shape=PlacedPath(path=across),
                stroke=line,
                width=2 * half,
                clip=placed.path,
                dash=(self.wide(HATCH[0]), self.wide(HATCH[1])),
            ),
            Step(shape=placed, stroke=line, width=self.wide(width)),
        )

    def painted(self) -> frozenset[PlacedPath]:
        """Return every shape painted so far."""
        return frozenset(step.shape for step in self.steps)
