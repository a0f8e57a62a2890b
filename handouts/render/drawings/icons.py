"""Load the icons and draw them as PDF operators or SVG, in any size and colour: `load_icons`.

Icons are defined in a box of 24 × 24 units, y down.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import CompositionError, Fault
from handouts.render.pdf.graphics import PAPER
from handouts.system.object_cache import cached

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.render.pdf.graphics import Colour


_BOX = 24
"""The side of the box in which icons are defined."""
_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}


class _Stroke(Struct, frozen=True):
    """One painting step: a path as PDF operators, filled or stroked, in ink or in paper."""

    path: str
    width: float
    """The line width in units of the box; 0 fills the path."""
    paper: bool
    """Whether it is painted in the paper colour instead of the ink."""


class Icons:
    """The icons, looked up by name."""

    def __init__(self, steps: dict[str, tuple[_Stroke, ...]]) -> None:
        self._steps = steps

    def __contains__(self, name: str) -> bool:
        """Tell whether there is an icon of a name."""
        return name in self._steps

    def operators(
        self,
        name: str,
        corner: tuple[float, float],
        size: float,
        ink: Colour,
        paper: Colour = PAPER,
    ) -> str:
        """Return the operators of an icon with its top left corner at `corner`, y up, in points.

        Restores the graphics state. Raises KeyError for an unknown name.
        """
        scale = size / _BOX
        parts = [f"q {scale:.4f} 0 0 {-scale:.4f} {corner[0]:.2f} {corner[1]:.2f} cm 1 J 1 j"]
        for step in self._steps[name]:
            colour = (paper if step.paper else ink).operands()
            if step.width:
                parts.append(f"{colour} RG {step.width:g} w {step.path} S")
            else:
                parts.append(f"{colour} rg {step.path} f")
        return " ".join([*parts, "Q"])

    def svg(self, name: str) -> str:
        """Return an icon as an inline SVG image that screen readers leave out.

        It has the colour of the text beside it; the class `behind` marks what shows the ground.
        Raises KeyError for an unknown name.
        """
        paths = "".join(map(_svg_path, self._steps[name]))
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" class="icon" aria-hidden="true" '
            f'focusable="false" viewBox="0 0 {_BOX} {_BOX}">{paths}</svg>'
        )


_SVG_OPERATORS = {pdf: svg for svg, pdf in _OPERATORS.items()}


def _svg_path(step: _Stroke) -> str:
    """Return one step as an SVG path; in PDF the numbers stand before their operator."""
    parts: list[str] = []
    numbers: list[str] = []
    for word in step.path.split():
        if word in _SVG_OPERATORS:
            parts.append(_SVG_OPERATORS[word] + " ".join(numbers))
            numbers = []
        else:
            numbers.append(word)
    kinds = ["behind"] if step.paper else []
    kinds += ["line"] if step.width else []
    classes = f' class="{" ".join(kinds)}"' if kinds else ""
    width = f' stroke-width="{step.width:g}"' if step.width else ""
    return f'<path{classes}{width} d="{"".join(parts)}"/>'


@lru_cache(maxsize=4)
def load_icons(file: Path) -> Icons:
    """Read the icons; raises CompositionError if the file is missing or malformed."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise _broken(file) from error
    return Icons(cached("icons", sha256(raw).hexdigest(), lambda: _parse(file, raw)))


def _parse(file: Path, raw: bytes) -> dict[str, tuple[_Stroke, ...]]:
    import yaml  # noqa: PLC0415 - not needed when the icons come from the cache

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        icons = yaml.load(raw, Loader=loader)["icons"]  # noqa: S506 - a safe loader
        return {name: tuple(_step(one) for one in steps) for name, steps in icons.items()}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise _broken(file) from error


def _broken(file: Path) -> CompositionError:
    message = f"cannot read the icons in `{file.name}`"
    return CompositionError(Fault(message=message, hint="restore the templates folder"))


def _step(raw: dict[str, object]) -> _Stroke:
    words = str(raw["path"]).split()
    numbers: list[str] = []
    parts: list[str] = []
    command = ""
    for word in [*words, ""]:
        if word in _OPERATORS or not word:
            if command:
                parts.extend([*numbers, _OPERATORS[command]])
            command, numbers = word, []
        else:
            numbers.append(f"{float(word):g}")
    return _Stroke(" ".join(parts), float(str(raw.get("width", 0))), bool(raw.get("paper")))
