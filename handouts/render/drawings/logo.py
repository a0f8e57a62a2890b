"""Draw a service's logo for PDF and for HTML: `logo_operators`, `pixel_image`, `logo_html`.

At most 45 × 14 mm. In black and white, colours become grey by their luma (ITU-R BT.601).
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import TYPE_CHECKING

from handouts.content.profile import LOGO_BOX, PIXEL_BITS, PNG_SIGNATURE
from handouts.render.pdf.graphics import MM, ImageKeys

if TYPE_CHECKING:
    from handouts.content.profile import Ink, Logo, LogoShape, Pixels


WIDEST, HIGHEST = (one * MM for one in LOGO_BOX)
"""The most a logo may measure, in points."""
_SVG_COMMANDS = {"m": "M", "l": "L", "c": "C", "h": "Z"}
_LUMA = 0.299, 0.587, 0.114
"""The shares of red, green and blue in grey: luma as in ITU-R BT.601."""
_PNG_GREY, _PNG_COLOUR = 0, 2
_PNG_PREDICTOR = 15
"""The PDF predictor for PNG data, each row of which names its own filter."""


def logo_size(logo: Logo, width: float, height: float) -> tuple[float, float]:
    """Return the largest size of a logo in a box, in points, at most WIDEST by HIGHEST."""
    scale = min(min(width, WIDEST) / logo.width, min(height, HIGHEST) / logo.height)
    return logo.width * scale, logo.height * scale


def logo_operators(logo: Logo, height: float, *, mono: bool) -> str:
    """Return the operators of a logo of shapes, `height` points tall, lower left at the origin.

    They change the transformation matrix and the clipping path.
    """
    scale = height / logo.height
    parts = [
        f"{scale:.5f} 0 0 {-scale:.5f} 0 {height:.3f} cm",
        f"0 0 {logo.width:g} {logo.height:g} re W n",
    ]
    for shape in logo.shapes:
        parts += _painted(shape, mono=mono)
    return " ".join(parts)


def logo_html(
    logo: Logo, *, mono: bool, title: str, most: tuple[float, float] = (WIDEST, HIGHEST)
) -> str:
    """Return a logo as inline SVG or as an `img` with a data URL, in a box in points.

    An empty title hides it from screen readers.
    """
    from html import escape  # noqa: PLC0415 - only HTML needs it

    scale = min(most[0] / logo.width, most[1] / logo.height) / MM
    width, height = logo.width * scale, logo.height * scale
    if logo.pixels:
        return (
            f'<img alt="{escape(title)}" style="width: {width:.2f}mm" '
            f'src="{_data_url(logo.pixels, mono=mono)}">'
        )
    label = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    paths = "".join(_svg_path(shape, mono=mono) for shape in logo.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {label} width="{width:.2f}mm" '
        f'height="{height:.2f}mm" viewBox="0 0 {logo.width:g} {logo.height:g}">{paths}</svg>'
    )


def pixel_image(pixels: Pixels, *, mono: bool) -> tuple[ImageKeys, bytes]:
    """Return the dictionary and the content of an image XObject (ISO 32000-1, 8.9.5)."""
    grey = mono or not pixels.colour
    return {
        "Type": "XObject",
        "Subtype": "Image",
        "Width": pixels.wide,
        "Height": pixels.high,
        "ColorSpace": "DeviceGray" if grey else "DeviceRGB",
        "BitsPerComponent": PIXEL_BITS,
        "Filter": "FlateDecode",
        "DecodeParms": {
            "Predictor": _PNG_PREDICTOR,
            "Colors": 1 if grey else 3,
            "BitsPerComponent": PIXEL_BITS,
            "Columns": pixels.wide,
        },
    }, pixels.grey if grey else pixels.colour


def pixel_png(pixels: Pixels, *, mono: bool) -> bytes:
    """Return a PNG of the pixels, without any metadata."""
    grey = mono or not pixels.colour
    kind = _PNG_GREY if grey else _PNG_COLOUR
    head = pixels.wide.to_bytes(4) + pixels.high.to_bytes(4) + bytes((PIXEL_BITS, kind, 0, 0, 0))
    rows = pixels.grey if grey else pixels.colour
    return PNG_SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _data_url(pixels: Pixels, *, mono: bool) -> str:
    """Return the image as a data URL."""
    return f"data:image/png;base64,{b64encode(pixel_png(pixels, mono=mono)).decode()}"


def _painted(shape: LogoShape, *, mono: bool) -> list[str]:
    """Return the operators of one shape."""
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
    return sum(share * one for share, one in zip(_LUMA, ink, strict=True))


def _hex(ink: Ink | None, *, mono: bool) -> str:
    if ink is None:
        return "none"
    shown = (_grey(ink),) * 3 if mono else ink
    return "#" + "".join(f"{round(one * 255):02X}" for one in shown)


def _svg_path(shape: LogoShape, *, mono: bool) -> str:
    written: list[str] = []
    numbers: list[str] = []
    for word in shape.path.split():
        if word in _SVG_COMMANDS:
            written.append(_SVG_COMMANDS[word] + " ".join(numbers))
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


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return len(content).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)
