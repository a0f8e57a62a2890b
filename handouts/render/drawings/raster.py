"""Paint a drawing as a PNG picture, to look at: `drawing_png`.

Leaflets have drawings as paths; this is for a screen, a message or a slide.
"""

from __future__ import annotations

import io
import itertools
import math
from typing import TYPE_CHECKING, TypeAlias

from PIL import Image, ImageChops, ImageDraw

from handouts.render.drawings.pen import GRID

if TYPE_CHECKING:
    from handouts.render.drawings.figure import Drawing
    from handouts.render.drawings.pen import GridPath, GridTransform, Step


Spot: TypeAlias = tuple[float, float]
_FINER = 3
"""Steps per pixel in each direction: the picture is painted larger, and made smaller at last."""
_CURVE_STEPS = 12


def drawing_png(drawing: Drawing, pixels: int) -> bytes:
    """Return a PNG of a drawing on white, so many pixels wide."""
    unit = pixels * _FINER / (drawing.width * GRID)
    size = pixels * _FINER, max(1, round(drawing.height * GRID * unit))
    picture = Image.new("RGB", size, "#FFFFFF")
    for step in drawing.steps:
        _paint(picture, step, unit)
    small = picture.resize((pixels, max(1, round(size[1] / _FINER))), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.save(written, "PNG")
    return written.getvalue()


def _paint(picture: Image.Image, step: Step, unit: float) -> None:
    mask = Image.new("L", picture.size)
    lines = _lines(step.shape.path, step.shape.matrix, unit, picture.height)
    if step.fill:
        brush = ImageDraw.Draw(mask)
        for line in lines:
            if len(line) > 1:
                brush.polygon(line, fill=255)
        picture.paste(step.fill, mask=_clipped(mask, step, unit))
    if step.stroke:
        mask = Image.new("L", picture.size)
        brush = ImageDraw.Draw(mask)
        width = max(1, round(step.width * unit))
        for line in lines:
            for part in _dashes(line, step.dash, unit) if step.dash else [line]:
                _stroke(brush, part, width, round_ends=not step.dash)
        picture.paste(step.stroke, mask=_clipped(mask, step, unit))


def _clipped(mask: Image.Image, step: Step, unit: float) -> Image.Image:
    if step.clip is None:
        return mask
    inside = Image.new("L", mask.size)
    for line in _lines(step.clip, None, unit, mask.height):
        ImageDraw.Draw(inside).polygon(line, fill=255)
    return ImageChops.multiply(mask, inside)


def _stroke(brush: ImageDraw.ImageDraw, line: list[Spot], width: int, *, round_ends: bool) -> None:
    brush.line(line, fill=255, width=width, joint="curve")
    half = width / 2
    for x, y in (line[0], line[-1]) if line and round_ends else ():
        brush.ellipse((x - half, y - half, x + half, y + half), fill=255)


def _lines(
    path: GridPath, matrix: GridTransform | None, unit: float, height: int
) -> list[list[Spot]]:
    """Return the outlines of a path as points of the picture, curves as short straight lines."""
    a, b, c, d, dx, dy = matrix or (1000, 0, 0, 1000, 0, 0)

    def place(x: float, y: float) -> Spot:
        across, up = (a * x + c * y) / 1000 + dx, (b * x + d * y) / 1000 + dy
        return across * unit, height - up * unit

    lines: list[list[Spot]] = []
    here = 0.0, 0.0
    for command, numbers in path:
        if command == "m":
            here = float(numbers[0]), float(numbers[1])
            lines.append([place(*here)])
        elif command == "l":
            here = float(numbers[0]), float(numbers[1])
            lines[-1].append(place(*here))
        elif command == "c":
            lines[-1] += [place(*one) for one in _curve(here, numbers)]
            here = float(numbers[4]), float(numbers[5])
        elif lines:
            lines[-1].append(lines[-1][0])
    return lines


def _curve(start: Spot, numbers: tuple[int, ...]) -> list[Spot]:
    x1, y1, x2, y2, x3, y3 = numbers
    found = []
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        u = 1 - t
        shares = u**3, 3 * u * u * t, 3 * u * t * t, t**3
        xs, ys = (start[0], x1, x2, x3), (start[1], y1, y2, y3)
        found.append(
            (
                sum(share * x for share, x in zip(shares, xs, strict=True)),
                sum(share * y for share, y in zip(shares, ys, strict=True)),
            )
        )
    return found


def _dashes(line: list[Spot], dash: tuple[int, int], unit: float) -> list[list[Spot]]:
    """Cut a line into dashes."""
    lengths = [one * unit for one in dash]
    parts: list[list[Spot]] = [[line[0]]] if line else []
    left, drawn = lengths[0], True
    for start, end in itertools.pairwise(line):
        done, whole = 0.0, math.dist(start, end)
        while whole - done > left:
            done += left
            spot = (
                start[0] + (end[0] - start[0]) * done / whole,
                start[1] + (end[1] - start[1]) * done / whole,
            )
            if drawn:
                parts[-1].append(spot)
            else:
                parts.append([spot])
            drawn = not drawn
            left = lengths[0 if drawn else 1]
        left -= whole - done
        if drawn:
            parts[-1].append(end)
    return [one for one in parts if len(one) > 1]
