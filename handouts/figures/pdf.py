"""A drawing in, the operators of a PDF content stream out."""

from __future__ import annotations

from functools import lru_cache

from handouts.figures.drawing import Drawing
from handouts.figures.pen import GRID, GridPath, Matrix, Step


@lru_cache(maxsize=64)
def _colour(code: str, operator: str) -> str:
    """Return a colour operator: RG for lines, rg for fills."""
    channels = (int(code[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return (
        " ".join(
            f"{channel:.3f}".lstrip("0").rstrip("0").rstrip(".") or "0" for channel in channels
        )
        + " "
        + operator
    )


@lru_cache(maxsize=2048)
def _path(path: GridPath) -> str:
    return "\n".join(
        [f"{' '.join(map(str, numbers))} {letter}" if numbers else "h" for letter, numbers in path],
    )


def _thousandth(number: int) -> str:
    """Return a share without a needless zero."""
    return f"{number / 1000:g}".replace("0.", ".", 1)


def _matrix(matrix: Matrix) -> str:
    return f"{' '.join(map(_thousandth, matrix[:4]))} {matrix[4]} {matrix[5]} cm"


class _Stream:
    """Writes operators, and leaves out those that would change nothing."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.state: dict[str, str] = {}

    def set(self, key: str, operator: str) -> None:
        if self.state.get(key) != operator:
            self.state[key] = operator
            self.lines.append(operator)

    def add(self, step: Step) -> None:
        kept = dict(self.state)
        if step.clip is not None:
            self.lines += ("q", _path(step.clip), "W n")
        if step.fill:
            self.set("fill", _colour(step.fill, "rg"))
        if step.stroke:
            self.set("stroke", _colour(step.stroke, "RG"))
            self.set("width", f"{step.width} w")
            self.set("dash", f"[{step.dash[0]} {step.dash[1]}] 0 d" if step.dash else "[] 0 d")
            self.set("cap", "0 J" if step.dash else "1 J")
        paint = "B" if step.fill and step.stroke else "f" if step.fill else "S"
        if step.shape.matrix is None:
            self.lines += (_path(step.shape.path), paint)
        else:
            self.lines += ("q", _matrix(step.shape.matrix), _path(step.shape.path), paint, "Q")
        if step.clip is not None:
            self.lines.append("Q")
            self.state = kept


def drawing_operators(drawing: Drawing) -> bytes:
    """Return operators for a box in points with its origin at the lower left.

    They need no resources, hold no text and leave the graphics state as it was.
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
