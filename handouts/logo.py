"""Goes in: a service's logo. Comes out: PDF operators of its shapes, or what HTML shows it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.shapes import MM

if TYPE_CHECKING:
    from handouts.pixels import Pixels

KINDS = (".svg", ".png")
"""How the name of its file ends."""
HIGHEST = 14 * MM
WIDEST = 45 * MM
MOST_BYTES = 1_000_000
"""Of its file."""
FLATTEST = 6.0
"""How many times wider than high, or higher than wide, it may be."""
_SVG_LETTERS = {"m": "M", "l": "L", "c": "C", "h": "Z"}
_ON_WHITE = 0.299, 0.587, 0.114
"""How bright red, green and blue look: what a printer without colours makes of them."""

Ink = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""


class Shape(Struct, frozen=True, kw_only=True):
    """One path in the logo's own units, y down, as PDF operators; None is not painted."""

    path: str
    fill: Ink | None
    stroke: Ink | None
    width: float = 1.0
    even_odd: bool = False
    cap: int = 0
    join: int = 0
    miter: float = 4.0


class Logo(Struct, frozen=True, kw_only=True):
    """The logo of a service with the text that stands for it: shapes, or else pixels."""

    file: str
    alt: str
    digest: str
    """Of the bytes of the file."""
    width: float
    height: float
    shapes: tuple[Shape, ...] = ()
    pixels: Pixels | None = None

    def size(self, width: float, height: float) -> tuple[float, float]:
        """Give the largest size that fits a box, in points, and is no larger than a logo may be."""
        scale = min(min(width, WIDEST) / self.width, min(height, HIGHEST) / self.height)
        return self.width * scale, self.height * scale

    def operators(self, height: float, *, mono: bool) -> str:
        """Draw its shapes with its lower left corner at the origin, y up; `height` in points."""
        scale = height / self.height
        parts = [
            f"{scale:.5f} 0 0 {-scale:.5f} 0 {height:.3f} cm",
            f"0 0 {self.width:g} {self.height:g} re W n",
        ]
        for shape in self.shapes:
            parts += _painted(shape, mono=mono)
        return " ".join(parts)

    def html(self, *, mono: bool, title: str) -> str:
        """Write it as an image in the page itself; without a title screen readers pass it by."""
        from html import escape  # noqa: PLC0415 - only HTML needs it

        wide, high = (one / MM for one in self.size(WIDEST, HIGHEST))
        if self.pixels:
            return (
                f'<img alt="{escape(title)}" style="width: {wide:.2f}mm" '
                f'src="{self.pixels.address(mono=mono)}">'
            )
        said = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
        paths = "".join(_svg_path(shape, mono=mono) for shape in self.shapes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {said} width="{wide:.2f}mm" '
            f'height="{high:.2f}mm" viewBox="0 0 {self.width:g} {self.height:g}">{paths}</svg>'
        )


def _painted(shape: Shape, *, mono: bool) -> list[str]:
    """Give the operators of one shape."""
    parts = []
    if shape.fill:
        parts.append(f"{_operands(shape.fill, mono=mono)} {'g' if mono else 'rg'}")
    if shape.stroke:
        parts.append(
            f"{_operands(shape.stroke, mono=mono)} {'G' if mono else 'RG'} {shape.width:.4f} w "
            f"{shape.cap} J {shape.join} j {shape.miter:g} M"
        )
    paint = {(True, False): "f", (False, True): "S", (True, True): "B"}[
        bool(shape.fill), bool(shape.stroke)
    ]
    return [*parts, shape.path, f"{paint}*" if shape.even_odd and shape.fill else paint]


def _operands(ink: Ink, *, mono: bool) -> str:
    return f"{_grey(ink):.3f}" if mono else " ".join(f"{one:.3f}" for one in ink)


def _grey(ink: Ink) -> float:
    return sum(share * one for share, one in zip(_ON_WHITE, ink, strict=True))


def _hex(ink: Ink | None, *, mono: bool) -> str:
    if ink is None:
        return "none"
    shown = (_grey(ink),) * 3 if mono else ink
    return "#" + "".join(f"{round(one * 255):02X}" for one in shown)


def _svg_path(shape: Shape, *, mono: bool) -> str:
    written: list[str] = []
    numbers: list[str] = []
    for word in shape.path.split():
        if word in _SVG_LETTERS:
            written.append(_SVG_LETTERS[word] + " ".join(numbers))
            numbers = []
        else:
            numbers.append(word)
    stroke = (
        f' stroke="{_hex(shape.stroke, mono=mono)}" stroke-width="{shape.width:g}" '
        f'stroke-linecap="{("butt", "round", "square")[shape.cap]}" '
        f'stroke-linejoin="{("miter", "round", "bevel")[shape.join]}" '
        f'stroke-miterlimit="{shape.miter:g}"'
        if shape.stroke
        else ""
    )
    rule = ' fill-rule="evenodd"' if shape.even_odd else ""
    return f'<path fill="{_hex(shape.fill, mono=mono)}"{rule}{stroke} d="{"".join(written)}"/>'
