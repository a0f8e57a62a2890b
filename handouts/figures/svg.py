"""A drawing in, an inline SVG image out."""

from __future__ import annotations

from html import escape
from zlib import crc32

from handouts.figures.drawing import Drawing
from handouts.figures.pen import GRID, GridPath, Step


def _path(path: GridPath) -> str:
    return "".join(f"{letter.upper()}{' '.join(map(str, numbers))}" for letter, numbers in path)


def _element(step: Step, scope: str) -> str:
    attributes = [f'd="{_path(step.shape.path)}"', f'fill="{step.fill or "none"}"']
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
    outline = _path(step.clip)
    # The name comes from the shape: several drawings on one page must not share a wrong clip.
    name = f"mark-{scope}{crc32(outline.encode()):08x}"
    clip = f'<clipPath id="{name}"><path d="{outline}"/></clipPath>'
    return f'{clip}<path clip-path="url(#{name})" {" ".join(attributes)}/>'


def drawing_svg(drawing: Drawing, title: str, scope: str = "") -> str:
    """Return an svg element with a title for screen readers; size in points as CSS pt.

    `scope` starts the ids inside; pages with several drawings give each its own.
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
