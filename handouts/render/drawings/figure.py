"""Draw a figure as painted paths, and write these as PDF operators or SVG: `draw_figure`.

Paths are painted from back to front. The PDF operators need no resources, hold no text and
restore the graphics state.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

from msgspec import Struct

from handouts.content.figure import Arrow, Figure, Pose
from handouts.content.prop import Prop
from handouts.render.drawings.body import (
    Trunk,
    shape_arm,
    shape_front_trunk,
    shape_hip_patch,
    shape_leg,
    shape_shoulder_patch,
    shape_side_trunk,
    shape_slope_patch,
)
from handouts.render.drawings.geometry import Shape, VectorPath
from handouts.render.drawings.head import EYE_SIZE, shape_head, shape_neck
from handouts.render.drawings.marks import (
    shape_head_marks,
    shape_limb_marks,
    shape_neck_marks,
    shape_trunk_marks,
)
from handouts.render.drawings.pen import GRID, GridPath, GridTransform, Palette, Pen, Step, Theme
from handouts.render.drawings.props import lengthened, shape_arrow, shape_prop
from handouts.render.drawings.skeleton import Joints, solve

if TYPE_CHECKING:
    from collections.abc import Iterable


LINE = 0.85
"""Width of the outline of the body, in points."""
THIN = 0.6
"""Width of lines inside it, in points."""
LEAST_EDGE = 1.1
"""Least width of the outline of a prop, in points: thinner lines die in a third photocopy."""
LEAST_GHOST = 1.0
"""Least width of the outline of the start position, in points."""
SIDE_ORDER = ("arm_f", "leg_f", "head", "trunk", "leg_n", "arm_n")
TURNED_ORDER = ("leg_f", "head", "trunk", "leg_n", "arm_f", "arm_n")
"""Painting order where the chest is turned to the viewer: both arms are on the near side."""


def paint_body(pen: Pen, joints: Joints, pose: Pose, theme: Theme) -> None:
    """Add a body and its muscle marks; near parts are in the palette of the pen."""
    if pose.view == "side":
        _paint_side(pen, joints, pose, theme)
    else:
        _paint_front(pen, joints, pose, theme)


def paint_ghost(pen: Pen, pose: Pose) -> None:
    """Add a start position: all of it in the palette of the pen."""
    paint_body(pen, solve(pose), pose, _plain(pen.palette))


def _plain(palette: Palette) -> Theme:
    colour = palette.skin
    return Theme(
        near=palette,
        far=palette,
        ghost=palette,
        arrow=colour,
        mark=colour,
        soft=colour,
        hard=colour,
        edge=palette.line,
    )


def _paint_leg(pen: Pen, joints: Joints, side: str, palette: Palette, *, wide: bool) -> None:
    leg = shape_leg(joints, side, wide=wide)
    pen.group(
        (
            (leg.ankle, palette.skin),
            (leg.shoe, palette.shoe),
            *((part, palette.trousers) for part in leg.trousers),
        ),
        LINE,
    )
    pen.paint(leg.hem, stroke=palette.line, width=THIN)


def _paint_arm(pen: Pen, joints: Joints, pose: Pose, side: str, palette: Palette) -> None:
    limb = pose.arm_n if side == "n" else pose.arm_f
    if limb is None:
        return
    arm = shape_arm(joints, side, limb)
    pen.group(
        (*((part, palette.skin) for part in arm.skin), (arm.sleeve, palette.shirt)),
        LINE,
    )
    pen.paint(arm.thumb, stroke=palette.line, width=THIN)
    pen.paint(arm.hem, stroke=palette.line, width=THIN)


def _paint_head(
    pen: Pen, joints: Joints, pose: Pose, palette: Palette, *, again: bool = False
) -> None:
    """Add a head and its neck; `again` repeats the head alone, over a collar and marks."""
    head = shape_head(pose)

    def place(path: VectorPath) -> Shape:
        return Shape(path=path, origin=joints.at["c1"], angle=joints.head)

    if again:
        pen.fill(place(head.skull), palette.skin)
    else:
        ears = [(place(ear), palette.skin) for ear in head.ears]
        neck = shape_neck(joints, pose)
        pen.group((*ears, (neck, palette.skin), (place(head.skull), palette.skin)), LINE)
    pen.paint(place(head.jaw), stroke=palette.line, width=THIN)
    if head.hair_line:
        pen.paint(place(head.hair), fill=palette.hair, stroke=palette.line, width=LINE)
    else:
        pen.fill(place(head.hair), palette.hair)
    pen.paint(place(head.ear), fill=palette.skin, stroke=palette.line, width=THIN)
    pen.fill(place(head.nose), palette.skin)
    for eye in head.eyes:
        pen.paint(place(eye), stroke=palette.line, width=EYE_SIZE * pen.scale / pen.weight)
    for line in head.lines:
        pen.paint(place(line), stroke=palette.line, width=LINE if head.nose else THIN)


def _paint_trunk(pen: Pen, trunk: Trunk, palette: Palette) -> None:
    """Fill a trunk whose outline has been added already."""
    for part in (trunk.outline, *trunk.shoulders):
        pen.fill(part, palette.shirt)
    pen.fill(trunk.trousers, palette.trousers)
    pen.paint(trunk.waist, stroke=palette.line, width=THIN)


def _paint_collar(pen: Pen, trunk: Trunk, palette: Palette) -> None:
    pen.fill(Shape(path=(*trunk.collar, ("z", ()))), palette.skin)
    pen.paint(Shape(path=trunk.collar), stroke=palette.line, width=THIN)


def _side_order(pose: Pose) -> list[str]:
    names = TURNED_ORDER if pose.twist > 0.5 else SIDE_ORDER
    order = [name for name in names if name not in pose.front and name not in pose.behind]
    return [*pose.behind, *order, *pose.front]


def _paint_side(pen: Pen, joints: Joints, pose: Pose, theme: Theme) -> None:
    near = pen.palette
    line = LINE * pen.weight / pen.scale
    turned = pose.twist > 0.5
    for name in _side_order(pose):
        if name == "head":
            _paint_head(pen, joints, pose, near)
            _mark(pen, theme, shape_neck_marks(joints, pose))
            # Where the chest is turned, the head is painted once more, over its collar.
            _mark(pen, theme, () if turned else shape_head_marks(joints, pose))
        elif name == "trunk":
            _paint_side_trunk(pen, joints, pose, theme)
        elif name not in joints.angles:
            continue
        elif name.startswith("leg"):
            _paint_leg(pen, joints, name[-1], near if name == "leg_n" else theme.far, wide=False)
            if name == "leg_n":
                pen.fill(shape_hip_patch(joints, line), near.trousers)
            _mark_limb(pen, joints, pose, name, theme)
        elif turned:
            _paint_arm(pen, joints, pose, name[-1], near)
            patch = shape_slope_patch(joints, name[-1], -1 if name == "arm_n" else 1)
            pen.fill(patch, near.shirt)
            _mark_limb(pen, joints, pose, name, theme)
        else:
            _paint_arm(pen, joints, pose, name[-1], near if name == "arm_n" else theme.far)
            if name == "arm_n":
                pen.fill(shape_shoulder_patch(joints, "n", line), near.shirt)
            _mark_limb(pen, joints, pose, name, theme)


def _mark(pen: Pen, theme: Theme, marks: Iterable[VectorPath]) -> None:
    for mark in marks:
        pen.mark(mark, theme.mark, THIN)


def _mark_limb(pen: Pen, joints: Joints, pose: Pose, name: str, theme: Theme) -> None:
    """Add the marks on a limb, if the pose has it and highlights a part of it."""
    if name in joints.angles:
        _mark(pen, theme, shape_limb_marks(joints, pose, name))


def _paint_side_trunk(pen: Pen, joints: Joints, pose: Pose, theme: Theme) -> None:
    trunk = shape_side_trunk(joints, pose)
    pen.outline((trunk.outline, *trunk.shoulders), LINE)
    _paint_trunk(pen, trunk, pen.palette)
    _mark(pen, theme, shape_trunk_marks(joints, pose))
    if trunk.collar:
        _paint_collar(pen, trunk, pen.palette)
        _paint_head(pen, joints, pose, pen.palette, again=True)
        _mark(pen, theme, shape_head_marks(joints, pose))


def _paint_front(pen: Pen, joints: Joints, pose: Pose, theme: Theme) -> None:
    near = pen.palette
    trunk = shape_front_trunk(joints, pose)
    for name in pose.behind:
        _paint_limb(pen, joints, pose, name, near)
        _mark_limb(pen, joints, pose, name, theme)
    _paint_head(pen, joints, pose, near)
    pen.outline((trunk.outline, *trunk.shoulders), LINE)
    for name in ("leg_f", "leg_n"):
        # Between the outline and the fill of the trunk, so that no line crosses the hips.
        if name not in pose.front and name not in pose.behind:
            _paint_limb(pen, joints, pose, name, near)
    _paint_trunk(pen, trunk, near)
    if trunk.collar:
        _paint_collar(pen, trunk, near)
    _mark(pen, theme, shape_trunk_marks(joints, pose))
    _mark(pen, theme, shape_neck_marks(joints, pose))
    _paint_head(pen, joints, pose, near, again=True)
    _mark(pen, theme, shape_head_marks(joints, pose))
    in_front = [name for name in pose.front if name.startswith("leg")]
    for name in ("leg_f", "leg_n"):
        if name not in in_front and name not in pose.behind:
            _mark_limb(pen, joints, pose, name, theme)
    for name in (*in_front, "arm_f", "arm_n"):
        if name not in pose.behind:
            _paint_limb(pen, joints, pose, name, near)
            _mark_limb(pen, joints, pose, name, theme)


def _paint_limb(pen: Pen, joints: Joints, pose: Pose, name: str, palette: Palette) -> None:
    """Add a limb of a body seen from the front or the back, if the pose has it."""
    if name not in joints.angles:
        return
    kind, side = name.split("_")
    if kind == "leg":
        _paint_leg(pen, joints, side, palette, wide=True)
        return
    _paint_arm(pen, joints, pose, side, palette)
    if name in pose.behind:
        return
    pen.fill(shape_slope_patch(joints, side, 1 if side == "n" else -1), palette.shirt)


Size: TypeAlias = tuple[float, float]

SHAFT = 1.8
"""Width of the shaft of an arrow, in points."""
HEAD_LENGTH, HEAD_HALF = 8.5, 4.25
"""Length and half width of the head of an arrow, in points: 3 mm, to be seen at arm's length."""
LEAST_ARROW = 20.0
"""Least length of a straight arrow, in points: 7 mm."""
HALO = 1.0
"""Width of the white edge round an arrow, in points, so that it is legible on the body."""


class Drawing(Struct, frozen=True, kw_only=True):
    """A figure at its printed size, lower left corner at the origin."""

    width: float
    """In points."""
    height: float
    """In points."""
    steps: tuple[Step, ...]
    """In painting order; to be clipped to the box."""


def fit(figure: Figure, max_width: float, max_height: float) -> float:
    """Return the largest scale, in points per body unit, at which a figure fits a box in points."""
    left, bottom, right, top = figure.frame
    return min(max_width / (right - left), max_height / (top - bottom))


def draw_figure(figure: Figure, theme: Theme, scale: float) -> Drawing:
    """Return the drawing of a figure at a scale in points per body unit.

    From back to front: props, start position, body, props over it, arrows.
    """
    left, bottom, right, top = figure.frame

    def pen(*, ghost: bool = False) -> Pen:
        return Pen(
            scale=scale,
            left=left,
            bottom=bottom,
            palette=theme.ghost if ghost else theme.near,
            bold=max(theme.bold, LEAST_GHOST / LINE) if ghost else theme.bold,
            dashed=ghost,
        )

    joints = solve(figure.pose)
    body = pen()
    paint_body(body, joints, figure.pose, theme)
    before = pen()
    _paint_props(before, figure.props, theme)
    if figure.ghost is not None:
        ghost = pen(ghost=True)
        ghost.hidden = body.painted()
        paint_ghost(ghost, figure.ghost)
        before.steps += ghost.steps
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
        for part in shape_prop(prop):
            fill = colours[part.fill] if part.fill else None
            width = max(part.width * LINE, LEAST_EDGE / pen.weight)
            pen.paint(part.shape, fill=fill, stroke=theme.edge, width=width)


def _paint_arrow(pen: Pen, arrow: Arrow, joints: Joints, theme: Theme) -> None:
    unit = pen.weight / pen.bold / pen.scale
    shape = shape_arrow(
        lengthened(arrow, LEAST_ARROW * unit), joints, HEAD_LENGTH * unit, HEAD_HALF * unit
    )
    pen.paint(Shape(path=shape.shaft), stroke=theme.paper, width=SHAFT + 2 * HALO)
    for head in shape.heads:
        pen.paint(Shape(path=head), stroke=theme.paper, width=2 * HALO)
    pen.paint(Shape(path=shape.shaft), stroke=theme.arrow, width=SHAFT)
    for head in shape.heads:
        pen.paint(Shape(path=head), fill=theme.arrow)


@lru_cache(maxsize=64)
def _colour(code: str, operator: str) -> str:
    """Return #RRGGBB as a PDF colour operator: `RG` for lines, `rg` for fills."""
    channels = (int(code[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return (
        " ".join(
            f"{channel:.3f}".lstrip("0").rstrip("0").rstrip(".") or "0" for channel in channels
        )
        + " "
        + operator
    )


@lru_cache(maxsize=2048)
def _pdf_path(path: GridPath) -> str:
    return "\n".join(
        [
            f"{' '.join(map(str, numbers))} {command}" if numbers else "h"
            for command, numbers in path
        ],
    )


def _thousandth(number: int) -> str:
    """Return thousandths as a decimal number, without a zero before the point."""
    return f"{number / 1000:g}".replace("0.", ".", 1)


def _matrix(matrix: GridTransform) -> str:
    return f"{' '.join(map(_thousandth, matrix[:4]))} {matrix[4]} {matrix[5]} cm"


class _Stream:
    """Collects PDF operators, leaving out those that would not change the graphics state."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.state: dict[str, str] = {}

    def set(self, key: str, operator: str) -> None:
        if self.state.get(key) != operator:
            self.state[key] = operator
            self.lines.append(operator)

    def add(self, step: Step) -> None:
        saved = dict(self.state)
        if step.clip is not None:
            self.lines += ("q", _pdf_path(step.clip), "W n")
        if step.fill:
            self.set("fill", _colour(step.fill, "rg"))
        if step.stroke:
            self.set("stroke", _colour(step.stroke, "RG"))
            self.set("width", f"{step.width} w")
            self.set("dash", f"[{step.dash[0]} {step.dash[1]}] 0 d" if step.dash else "[] 0 d")
            self.set("cap", "0 J" if step.dash else "1 J")
        paint = "B" if step.fill and step.stroke else "f" if step.fill else "S"
        if step.shape.matrix is None:
            self.lines += (_pdf_path(step.shape.path), paint)
        else:
            self.lines += ("q", _matrix(step.shape.matrix), _pdf_path(step.shape.path), paint, "Q")
        if step.clip is not None:
            self.lines.append("Q")
            self.state = saved


def drawing_operators(drawing: Drawing) -> bytes:
    """Return the PDF operators of a drawing, its lower left corner at the origin, in points.

    They need no resources, show no text and restore the graphics state.
    """
    stream = _Stream()
    width, height = round(drawing.width * GRID), round(drawing.height * GRID)
    unit = f"{1 / GRID:g}".lstrip("0")
    stream.lines = ["q", f"{unit} 0 0 {unit} 0 0 cm", f"0 0 {width} {height} re W n", "1 j"]
    stream.state = {"dash": "[] 0 d"}
    for step in drawing.steps:
        stream.add(step)
    stream.lines.append("Q\n")
    return "\n".join(stream.lines).encode("ascii")


def _svg_path(path: GridPath) -> str:
    return "".join(f"{command.upper()}{' '.join(map(str, numbers))}" for command, numbers in path)


def _element(step: Step, scope: str) -> str:
    attributes = [f'd="{_svg_path(step.shape.path)}"', f'fill="{step.fill or "none"}"']
    if step.stroke:
        attributes.append(f'stroke="{step.stroke}" stroke-width="{step.width}"')
    if step.dash:
        attributes.append(
            f'stroke-dasharray="{step.dash[0]} {step.dash[1]}" stroke-linecap="butt"',
        )
    if step.shape.matrix is not None:
        a, b, c, d, x, y = step.shape.matrix
        turn = " ".join(f"{share / 1000:g}" for share in (a, b, c, d))
        attributes.append(f'transform="matrix({turn} {x} {y})"')
    if step.clip is None:
        return f"<path {' '.join(attributes)}/>"
    outline = _svg_path(step.clip)
    # Named by its shape, because an id in another drawing on the page could clip this one.
    name = f"mark-{scope}{crc32(outline.encode()):08x}"
    clip = f'<clipPath id="{name}"><path d="{outline}"/></clipPath>'
    return f'{clip}<path clip-path="url(#{name})" {" ".join(attributes)}/>'


def drawing_svg(drawing: Drawing, title: str, scope: str = "") -> str:
    """Return an `svg` element, `title` being its name for screen readers; its size is in CSS pt.

    `scope` is the prefix of the ids inside; a page with several drawings gives each its own.
    """
    width, height = round(drawing.width * GRID), round(drawing.height * GRID)
    body = "".join(_element(step, f"{scope}{number}-") for number, step in enumerate(drawing.steps))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'width="{drawing.width:.2f}pt" height="{drawing.height:.2f}pt" '
        f'viewBox="0 0 {width} {height}">'
        f'<g transform="matrix(1 0 0 -1 0 {height})" stroke-linejoin="round" '
        f'stroke-linecap="round">{body}</g></svg>'
    )
