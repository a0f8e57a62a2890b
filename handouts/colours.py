"""Goes in: a service's colour. Comes out: its contrast, the nearest that passes, and its tint."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING

from handouts.shapes import PAPER, Colour
from handouts.style import ACCENT, DANGER, TINT

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_CONTRAST = 7.0
"""Of the accent on white and on its tint (WCAG 2.2, 1.4.6)."""
_STEPS = 255
_STRONGEST_TINT = 0.09
"""How much of the accent is in its tint, where the contrast allows it."""
_RED_HUES = 18 / 360
"""How near to the red of the warning boxes a hue may not come, as a share of the circle."""
_GREYISH = 0.2
"""Below this saturation a colour has no hue that a reader would call red."""


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def passes(accent: Colour) -> bool:
    """Say whether text in this colour is easy to read on white."""
    return contrast(accent, PAPER) >= LEAST_CONTRAST


def nearest_passing(accent: Colour) -> Colour:
    """Darken a colour, hue and saturation kept, just as far as it must be."""
    hue, lightness, saturation = colorsys.rgb_to_hls(accent.red, accent.green, accent.blue)
    for step in range(_STEPS + 1):
        darker = Colour.from_hex(
            hex_of(Colour(*colorsys.hls_to_rgb(hue, lightness * (1 - step / _STEPS), saturation)))
        )
        if passes(darker):
            return darker
    raise AssertionError  # black passes


def looks_like_danger(accent: Colour) -> bool:
    """Say whether a colour could be taken for the red of the warning boxes."""
    hue, _, saturation = colorsys.rgb_to_hls(accent.red, accent.green, accent.blue)
    red, _, _ = colorsys.rgb_to_hls(DANGER.red, DANGER.green, DANGER.blue)
    away = abs(hue - red)
    return saturation > _GREYISH and min(away, 1 - away) < _RED_HUES


def tint_of(accent: Colour) -> Colour:
    """Mix a ground for boxes, as strong as the contrast of the accent on it allows."""
    for step in range(_STEPS):
        tint = _mixed(accent, _STRONGEST_TINT * (1 - step / _STEPS))
        if contrast(accent, tint) >= LEAST_CONTRAST:
            return tint
    return PAPER


def inks_of(accent: Colour) -> Mapping[Colour, Colour]:
    """Say what prints in place of the design's own accent and tint."""
    return {ACCENT: accent, TINT: tint_of(accent)}


def hex_of(colour: Colour) -> str:
    """Write a colour as #RRGGBB."""
    parts = (colour.red, colour.green, colour.blue)
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)


def _mixed(accent: Colour, share: float) -> Colour:
    parts = (accent.red, accent.green, accent.blue)
    red, green, blue = (1 - share * (1 - part) for part in parts)
    return Colour.from_hex(hex_of(Colour(red, green, blue)))


def _luminance(colour: Colour) -> float:
    """Measure how bright a colour looks, 0 to 1 (WCAG 2.2, relative luminance)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
        for part in (colour.red, colour.green, colour.blue)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
