"""Joints in, the parts of a body painted from back to front."""

from __future__ import annotations

from handouts.content.figure import Pose
from handouts.figures.body import (
    Trunk,
    shape_arm,
    shape_front_trunk,
    shape_hip_patch,
    shape_leg,
    shape_shoulder_patch,
    shape_side_trunk,
    shape_slope_patch,
)
from handouts.figures.head import EYE_SIZE, shape_head, shape_neck
from handouts.figures.joints import Joints, solve
from handouts.figures.mark import shape_neck_marks, shape_trunk_marks
from handouts.figures.path import Path, Shape
from handouts.figures.pen import Pen
from handouts.figures.theme import Palette, Theme

LINE = 0.85
"""Width in points of the outline of the body."""
THIN = 0.6
"""Width in points of lines inside it."""
SIDE_ORDER = ("arm_f", "leg_f", "head", "trunk", "leg_n", "arm_n")
TURNED_ORDER = ("leg_f", "head", "trunk", "leg_n", "arm_f", "arm_n")
"""Both arms of a chest turned to the viewer are near."""


def paint_body(pen: Pen, joints: Joints, pose: Pose, theme: Theme) -> None:
    """Add a body in the colours of a theme, with its muscle marks."""
    if pose.view == "side":
        _paint_side(pen, joints, pose, theme)
    else:
        _paint_front(pen, joints, pose, theme)


def paint_ghost(pen: Pen, pose: Pose) -> None:
    """Add a body in the colours of the pen alone, without marks."""
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
    """Add a head on its neck; again: over a collar and marks, without the neck."""
    head = shape_head(pose)

    def put(path: Path) -> Shape:
        return Shape(path=path, origin=joints.at["c1"], angle=joints.head)

    if again:
        pen.fill(put(head.skull), palette.skin)
    else:
        ears = [(put(ear), palette.skin) for ear in head.ears]
        neck = shape_neck(joints, pose)
        pen.group((*ears, (neck, palette.skin), (put(head.skull), palette.skin)), LINE)
    pen.paint(put(head.jaw), stroke=palette.line, width=THIN)
    if head.hair_line:
        pen.paint(put(head.hair), fill=palette.hair, stroke=palette.line, width=LINE)
    else:
        pen.fill(put(head.hair), palette.hair)
    pen.paint(put(head.ear), fill=palette.skin, stroke=palette.line, width=THIN)
    pen.fill(put(head.nose), palette.skin)
    for eye in head.eyes:
        pen.paint(put(eye), stroke=palette.line, width=EYE_SIZE * pen.scale / pen.weight)
    for line in head.lines:
        pen.paint(put(line), stroke=palette.line, width=LINE if head.nose else THIN)


def _paint_trunk(pen: Pen, trunk: Trunk, palette: Palette) -> None:
    """Fill a trunk whose outline is already there."""
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
            for mark in shape_neck_marks(joints, pose):
                pen.mark(mark, theme.mark, THIN)
        elif name == "trunk":
            _paint_side_trunk(pen, joints, pose, theme)
        elif name not in joints.angles:
            continue
        elif name.startswith("leg"):
            _paint_leg(pen, joints, name[-1], near if name == "leg_n" else theme.far, wide=False)
            if name == "leg_n":
                pen.fill(shape_hip_patch(joints, line), near.trousers)
        elif turned:
            _paint_arm(pen, joints, pose, name[-1], near)
            patch = shape_slope_patch(joints, name[-1], -1 if name == "arm_n" else 1)
            pen.fill(patch, near.shirt)
        else:
            _paint_arm(pen, joints, pose, name[-1], near if name == "arm_n" else theme.far)
            if name == "arm_n":
                pen.fill(shape_shoulder_patch(joints, "n", line), near.shirt)


def _paint_side_trunk(pen: Pen, joints: Joints, pose: Pose, theme: Theme) -> None:
    trunk = shape_side_trunk(joints, pose)
    pen.outline((trunk.outline, *trunk.shoulders), LINE)
    _paint_trunk(pen, trunk, pen.palette)
    for mark in shape_trunk_marks(joints, pose):
        pen.mark(mark, theme.mark, THIN)
    if trunk.collar:
        _paint_collar(pen, trunk, pen.palette)
        _paint_head(pen, joints, pose, pen.palette, again=True)


def _paint_front(pen: Pen, joints: Joints, pose: Pose, theme: Theme) -> None:
    near = pen.palette
    trunk = shape_front_trunk(joints, pose)
    for name in pose.behind:
        _paint_limb(pen, joints, pose, name, near)
    _paint_head(pen, joints, pose, near)
    pen.outline((trunk.outline, *trunk.shoulders), LINE)
    for name in ("leg_f", "leg_n"):
        # Between the outline and the fill of the trunk: no line across the hips.
        if name not in pose.front and name not in pose.behind:
            _paint_limb(pen, joints, pose, name, near)
    _paint_trunk(pen, trunk, near)
    if trunk.collar:
        _paint_collar(pen, trunk, near)
    for mark in (*shape_trunk_marks(joints, pose), *shape_neck_marks(joints, pose)):
        pen.mark(mark, theme.mark, THIN)
    _paint_head(pen, joints, pose, near, again=True)
    for name in (*(n for n in pose.front if n.startswith("leg")), "arm_f", "arm_n"):
        if name not in pose.behind:
            _paint_limb(pen, joints, pose, name, near)


def _paint_limb(pen: Pen, joints: Joints, pose: Pose, name: str, palette: Palette) -> None:
    """Add a limb of a body seen from the front, if the pose has it."""
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
