"""Write rectangles, circles and rules as PDF operators: `rectangle`, `disc`, `line`.

Lengths are in points, y up. Also defines `Colour`, and `MM`: a millimetre in points.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

MM = 72 / 25.4
"""A millimetre in points."""


class Colour(Struct, frozen=True):
    """A DeviceRGB colour, each component from 0 to 1."""

    red: float
    green: float
    blue: float

    @classmethod
    def from_hex(cls, code: str) -> Colour:
        """Return the colour of `#rrggbb`; raises ValueError for digits that are not hexadecimal."""
        red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return cls(red, green, blue)

    @lru_cache(maxsize=16)  # noqa: B019 - a handful of colours, all of them module constants
    def operands(self) -> str:
        """Return the operands of `rg` and `RG`."""
        parts = self.red, self.green, self.blue
        return " ".join(f"{part:.3f}".rstrip("0").rstrip(".") for part in parts)


PAPER = Colour(1, 1, 1)
"""White."""

KAPPA = 0.5523
"""Control points of a quarter circle as a Bézier curve, as a share of its radius."""


def rectangle(x: float, y: float, width: float, height: float) -> str:
    """Return the path of a rectangle whose top left corner is (x, y)."""
    return f"{x:.2f} {y - height:.2f} {width:.2f} {height:.2f} re"


def disc(x: float, y: float, radius: float) -> str:
    """Return the path of a circle round (x, y), which becomes the origin of later operators."""
    r, k = radius, KAPPA * radius
    return (
        f"1 0 0 1 {x:.2f} {y:.2f} cm {r:.2f} 0 m "
        f"{r:.2f} {k:.2f} {k:.2f} {r:.2f} 0 {r:.2f} c "
        f"{-k:.2f} {r:.2f} {-r:.2f} {k:.2f} {-r:.2f} 0 c "
        f"{-r:.2f} {-k:.2f} {-k:.2f} {-r:.2f} 0 {-r:.2f} c "
        f"{k:.2f} {-r:.2f} {r:.2f} {-k:.2f} {r:.2f} 0 c h"
    )


def rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """Return the path of a rectangle with rounded corners.

    Its top left corner, (x, y), becomes the origin of later operators.
    """
    r, k = radius, radius * (1 - KAPPA)
    foot = -height
    return (
        f"1 0 0 1 {x:.2f} {y:.2f} cm {r:.2f} 0 m {width - r:.2f} 0 l "
        f"{width - k:.2f} 0 {width:.2f} {-k:.2f} {width:.2f} {-r:.2f} c "
        f"{width:.2f} {foot + r:.2f} l "
        f"{width:.2f} {foot + k:.2f} {width - k:.2f} {foot:.2f} {width - r:.2f} {foot:.2f} c "
        f"{r:.2f} {foot:.2f} l "
        f"{k:.2f} {foot:.2f} 0 {foot + k:.2f} 0 {foot + r:.2f} c "
        f"0 {-r:.2f} l 0 {-k:.2f} {k:.2f} 0 {r:.2f} 0 c h"
    )


def line(x: float, y: float, width: float, thickness: float, colour: Colour) -> str:
    """Return the operators that stroke a horizontal rule from (x, y), centred on y."""
    return f"{colour.operands()} RG {thickness:g} w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S"


ImageKeys = dict[str, "str | int | ImageKeys"]
"""The entries of an image dictionary, without slashes; strings are PDF names."""
