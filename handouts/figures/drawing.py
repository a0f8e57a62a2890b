"""A figure and a theme in, a drawing of painted paths out."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from handouts.content.figure import Arrow, Figure, Prop
from handouts.figures.arrow import shape_arrow
from handouts.figures.joints import Joints, solve
from handouts.figures.layer import LINE, paint_body, paint_ghost
from handouts.figures.path import Shape
from handouts.figures.pen import Pen, Step
from handouts.figures.prop import shape_prop
from handouts.figures.theme import Theme

Size: TypeAlias = tuple[float, float]

SHAFT = 1.8
"""Width of an arrow's shaft in points."""
HEAD_LENGTH, HEAD_HALF = 5.6, 2.8
"""Length and half width of an arrow's head in points."""
HALO = 1.0
"""Width in points of the white round an arrow, so that it reads on top of the body."""


class Drawing(Struct, frozen=True, kw_only=True):
    """A figure at its printed size."""

    width: float
    """In points."""
    height: float
    """In points."""
    steps: tuple[Step, ...]
    """In painting order; whatever lies outside the box is to be cut off."""


def fit(figure: Figure, max_width: float, max_height: float) -> float:
    """Return the scale, in points per body unit, at which a figure fills a box in points."""
    left, bottom, right, top = figure.frame
    return min(max_width / (right - left), max_height / (top - bottom))


def draw_figure(figure: Figure, theme: Theme, scale: float) -> Drawing:
    """Return the drawing of a figure at a scale in points per body unit."""
    left, bottom, right, top = figure.frame

    def pen(*, ghost: bool = False) -> Pen:
        return Pen(
            scale=scale,
            left=left,
            bottom=bottom,
            palette=theme.ghost if ghost else theme.near,
            bold=theme.bold,
            dashed=ghost,
        )

    joints = solve(figure.pose)
    body = pen()
    paint_body(body, joints, figure.pose, theme)
    before = pen()
    _paint_props(before, figure.props, theme)
    if figure.ghost is not None:
        shade = pen(ghost=True)
        shade.hidden = body.painted()
        paint_ghost(shade, figure.ghost)
        before.steps += shade.steps
    after = pen()
    _paint_props(after, figure.over, theme)
    for arrow in figure.arrows:
        _paint_arrow(after, arrow, joints, theme)
    return Drawing(
        width=(right - left) * scale,
        height=(top - bottom) * scale,
        steps=(*before.steps, *body.steps, *after.steps),
    )


def _paint_props(pen: Pen, props: tuple[Prop, ...], theme: Theme) -> None:
    colours = {"paper": theme.paper, "soft": theme.soft, "hard": theme.hard}
    for prop in props:
        for piece in shape_prop(prop):
            fill = colours[piece.fill] if piece.fill else None
            pen.paint(piece.shape, fill=fill, stroke=theme.edge, width=piece.width * LINE)


def _paint_arrow(pen: Pen, arrow: Arrow, joints: Joints, theme: Theme) -> None:
    unit = pen.weight / pen.scale
    shape = shape_arrow(
        arrow,
        joints,
        HEAD_LENGTH * unit,
        HEAD_HALF * unit,
    )
    pen.paint(Shape(path=shape.shaft), stroke=theme.paper, width=SHAFT + 2 * HALO)
    for head in shape.heads:
        pen.paint(Shape(path=head), stroke=theme.paper, width=2 * HALO)
    pen.paint(Shape(path=shape.shaft), stroke=theme.arrow, width=SHAFT)
    for head in shape.heads:
        pen.paint(Shape(path=head), fill=theme.arrow)
