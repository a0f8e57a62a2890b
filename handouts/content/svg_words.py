"""Read the words of an SVG: styles, lengths, colours, transforms and outlines, without its tree."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from fontTools.misc.transform import Identity, Transform
from PIL import ImageColor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.profile import Ink


LOOK = {
    "fill": "#000000", "stroke": "none", "stroke-width": "1", "fill-rule": "nonzero",
    "stroke-linecap": "butt", "stroke-linejoin": "miter", "stroke-miterlimit": "4",
    "fill-opacity": "1", "stroke-opacity": "1", "visibility": "visible", "color": "#000000",
}  # fmt: skip
"""What an element hands down to those inside it, and what holds where nothing is said."""
OWN = ("opacity", "display", "clip-path", "transform")
"""What is said of one element and handed down to none."""
_SILENT = frozenset({
    "id", "class", "role", "tabindex", "focusable", "lang", "cursor", "pointer-events",
    "overflow", "clip-rule", "isolation", "enable-background", "version", "baseProfile",
    "contentScriptType", "contentStyleType", "zoomAndPan", "shape-rendering", "color-rendering",
    "image-rendering", "text-rendering", "color-interpolation", "color-interpolation-filters",
    "color-profile", "solid-color", "solid-opacity", "stop-color", "stop-opacity", "flood-color",
    "flood-opacity", "lighting-color", "letter-spacing", "word-spacing", "line-height",
    "writing-mode", "direction", "unicode-bidi", "white-space", "baseline-shift",
    "dominant-baseline", "alignment-baseline", "glyph-orientation-vertical",
    "glyph-orientation-horizontal", "kerning", "stroke-dashoffset", "pathLength", "shape-padding",
    "shape-margin", "inline-size", "block-progression", "type", "media",
})  # fmt: skip
"""Says nothing of how a plain shape looks; the programs that people draw with write all of them."""
_SILENT_STARTS = ("aria-", "data-", "font", "text-", "-inkscape-", "-adobe-", "xmlns")
_ONLY = {
    "stroke-dasharray": ("none", "0"),
    "filter": ("none",),
    "mask": ("none",),
    "marker": ("none",),
    "marker-start": ("none",),
    "marker-mid": ("none",),
    "marker-end": ("none",),
    "vector-effect": ("none",),
    "mix-blend-mode": ("normal",),
    "paint-order": ("normal", "fill stroke markers", "fill markers stroke", "fill stroke"),
    "clip": ("auto",),
    "transform-origin": ("0 0", "0px 0px", "0", "0px"),
    "transform-box": ("view-box",),
    "mask-type": ("luminance", "alpha"),
}
"""What draws as plain shapes do with these words, and not with others."""
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(px|pt|pc|in|cm|mm)?\s*")
_HEX = re.compile(r"#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_RGB = re.compile(r"rgba?\(([^()]*)\)", re.IGNORECASE)
_ICC = re.compile(r"\s+icc-color\([^()]*\)$")
_RULE = re.compile(r"\s*([^{}@]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTOR = re.compile(r"[.#]?[A-Za-z_][\w-]*")
_FAINT = 0.95
"""From this lightness on, ink cannot be seen on paper."""


def is_silent(key: str) -> bool:
    """Say whether an attribute or property changes nothing about a plain shape."""
    return key in _SILENT or key.startswith(_SILENT_STARTS)


def only_words(key: str) -> tuple[str, ...] | None:
    """Return the words with which a property changes nothing; None for one that is not known."""
    return _ONLY.get(key)


def parse_style(text: str) -> dict[str, str]:
    """Read declarations as `fill:#fff;stroke:none`; a comment is passed over."""
    found = {}
    for one in _COMMENT.sub("", text).split(";"):
        key, _, value = one.partition(":")
        if one.strip():
            found[key.strip()] = value.strip()
    return found


def parse_rules(text: str) -> list[tuple[str, dict[str, str]]] | None:
    """Read a style sheet of plain selectors (`.a`, `#a`, `path`); None when it holds others."""
    text = _COMMENT.sub("", text)
    rules = []
    for names, body in _RULE.findall(text):
        for name in names.split(","):
            if not _SELECTOR.fullmatch(name.strip()):
                return None
            rules.append((name.strip(), parse_style(body)))
    return None if _RULE.sub("", text).strip() else rules


def strength(selector: str) -> int:
    """Order selectors as a style sheet does: an element, a class, an id."""
    return (".#".find(selector[0])) + 1


def length(text: str) -> float | None:
    """Read a length in the units of the drawing; None for a share of something else."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _UNITS[found[2] or ""] if found else None


def share(text: str) -> float | None:
    """Read an opacity, from 0 to 1; None when it is none."""
    number = text.strip().removesuffix("%")
    try:
        value = float(number) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        return None
    return min(1.0, max(0.0, value)) if math.isfinite(value) else None


def colour(text: str) -> Ink | None:
    """Read a plain colour, None for no paint; raises ValueError for what is neither."""
    text = _ICC.sub("", text.strip())
    if text.lower() in ("none", "transparent"):
        return None
    if text.isalpha():
        text = "#" + "".join(f"{band:02x}" for band in ImageColor.getrgb(text)[:3])
    if found := _HEX.fullmatch(text):
        digits = found[1] if len(found[1]) > len("rgba") else "".join(c * 2 for c in found[1])
        *ink, alpha = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)), digits[6:]
        return _opaque(tuple(ink[0]), int(alpha, 16) / 255 if alpha else 1.0)
    found = _RGB.fullmatch(text)
    parts = re.split(r"[\s,/]+", found[1].strip()) if found else []
    if len(parts) not in (3, 4):
        raise ValueError(text)
    alpha_share = share(parts[3]) if parts[3:] else 1.0
    if alpha_share is None:
        raise ValueError(text)
    return _opaque(tuple(_band(part) for part in parts[:3]), alpha_share)


def _band(text: str) -> float:
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 255)
    if not math.isfinite(value):
        raise ValueError(text)
    return min(1.0, max(0.0, value))


def _opaque(ink: tuple[float, ...], alpha: float) -> Ink | None:
    if 0 < alpha < 1:
        raise ValueError(alpha)
    red, green, blue = ink
    return (red, green, blue) if alpha else None


def is_faint(ink: Ink | None) -> bool:
    """Say whether ink cannot be seen on white paper."""
    if ink is None:
        return True
    red, green, blue = ink
    return 0.299 * red + 0.587 * green + 0.114 * blue > _FAINT


def transform_of(kind: str, given: list[float]) -> Transform | None:
    """Return a transform by its name; None when it takes other numbers."""
    found: Transform | None = None
    match kind, given:
        case "matrix", [_, _, _, _, _, _]:
            found = Transform(*given)
        case "translate", [_] | [_, _]:
            found = Identity.translate(*given)
        case "scale", [_] | [_, _]:
            found = Identity.scale(*given)
        case "rotate", [angle]:
            found = Identity.rotate(math.radians(angle))
        case "rotate", [angle, x, y]:
            turned = Identity.translate(x, y).rotate(math.radians(angle))
            found = turned.translate(-x, -y)
        case "skewX", [angle]:
            found = Identity.skew(math.radians(angle), 0)
        case "skewY", [angle]:
            found = Identity.skew(0, math.radians(angle))
    return found


def outline_of(kind: str, given: Mapping[str, float]) -> str:
    """Write a line, rectangle, circle or ellipse as the `d` of a path; empty: nothing to draw."""
    if kind == "line":
        x1, y1, x2, y2 = (given.get(key, 0.0) for key in ("x1", "y1", "x2", "y2"))
        return f"M{x1} {y1}L{x2} {y2}"
    if kind == "rect":
        return _rectangle(given)
    x, y = given.get("cx", 0.0), given.get("cy", 0.0)
    rx, ry = (given.get(key, given.get("r", 0.0)) for key in ("rx", "ry"))
    arc = f"A{rx} {ry} 0 0 1"
    return f"M{x - rx} {y}{arc} {x + rx} {y}{arc} {x - rx} {y}Z" if rx > 0 < ry else ""


def _rectangle(given: Mapping[str, float]) -> str:
    """Write a rectangle, its corners round if it says so."""
    x, y, width, height = (given.get(key, 0.0) for key in ("x", "y", "width", "height"))
    rx = min(given.get("rx", given.get("ry", 0.0)), width / 2)
    ry = min(given.get("ry", given.get("rx", 0.0)), height / 2)
    if not (width > 0 and height > 0):
        return ""
    if not (rx > 0 and ry > 0):
        return f"M{x} {y}H{x + width}V{y + height}H{x}Z"
    right, foot = x + width, y + height
    return (
        f"M{x + rx} {y}H{right - rx}A{rx} {ry} 0 0 1 {right} {y + ry}V{foot - ry}"
        f"A{rx} {ry} 0 0 1 {right - rx} {foot}H{x + rx}A{rx} {ry} 0 0 1 {x} {foot - ry}"
        f"V{y + ry}A{rx} {ry} 0 0 1 {x + rx} {y}Z"
    )
