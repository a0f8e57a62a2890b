"""Goes in: places and sizes in points. Comes out: shapes as PDF operators, y up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handouts.style import Colour

KAPPA = 0.5523
"""A quarter circle as a Bézier curve."""


def rectangle(x: float, y: float, width: float, height: float) -> str:
    """Path of a rectangle whose top left corner is (x, y)."""
    return f"{x:.2f} {y - height:.2f} {width:.2f} {height:.2f} re"


def disc(x: float, y: float, radius: float) -> str:
    """Path of a circle round (x, y)."""
    r, k = radius, KAPPA * radius
    return (
        f"{x + r:.2f} {y:.2f} m "
        f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c h"
    )


def rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """Path of a rectangle with round corners whose top left corner is (x, y)."""
    r, k = radius, radius * (1 - KAPPA)
    right, foot = x + width, y - height
    return (
        f"{x + r:.2f} {y:.2f} m {right - r:.2f} {y:.2f} l "
        f"{right - k:.2f} {y:.2f} {right:.2f} {y - k:.2f} {right:.2f} {y - r:.2f} c "
        f"{right:.2f} {foot + r:.2f} l "
        f"{right:.2f} {foot + k:.2f} {right - k:.2f} {foot:.2f} {right - r:.2f} {foot:.2f} c "
        f"{x + r:.2f} {foot:.2f} l "
        f"{x + k:.2f} {foot:.2f} {x:.2f} {foot + k:.2f} {x:.2f} {foot + r:.2f} c "
        f"{x:.2f} {y - r:.2f} l "
        f"{x:.2f} {y - k:.2f} {x + k:.2f} {y:.2f} {x + r:.2f} {y:.2f} c h"
    )


def line(x: float, y: float, width: float, thickness: float, colour: Colour) -> str:
    """Operators of a horizontal rule."""
    return f"{colour.operands()} RG {thickness:g} w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S"
