"""Goes in: a picture in pixels. Comes out: the same as an image of a PDF, or for a page of HTML.

Both know rows as a PNG has them, so the same bytes serve both.
"""

from __future__ import annotations

import zlib
from base64 import b64encode

from msgspec import Struct

BITS = 8
"""Of each colour of a pixel."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""What every PNG starts with."""
_PNG_GREY, _PNG_COLOUR = 0, 2
_ANY_PNG_FILTER = 15
"""Says to a reader of PDF that each row names its own filter."""

ImageKeys = dict[str, "str | int | ImageKeys"]
"""The entries of an image's dictionary; words are names."""


class Pixels(Struct, frozen=True, kw_only=True):
    """A picture without holes; rows from the top, deflated, each after the filter it has: none."""

    wide: int
    high: int
    grey: bytes
    """One byte for each pixel."""
    colour: bytes = b""
    """Three bytes for each pixel; empty where the picture has no colours."""

    def image(self, *, mono: bool) -> tuple[ImageKeys, bytes]:
        """Give the dictionary and the content of an image XObject (ISO 32000-1, 8.9.5)."""
        grey = mono or not self.colour
        return {
            "Type": "XObject",
            "Subtype": "Image",
            "Width": self.wide,
            "Height": self.high,
            "ColorSpace": "DeviceGray" if grey else "DeviceRGB",
            "BitsPerComponent": BITS,
            "Filter": "FlateDecode",
            "DecodeParms": {
                "Predictor": _ANY_PNG_FILTER,
                "Colors": 1 if grey else 3,
                "BitsPerComponent": BITS,
                "Columns": self.wide,
            },
        }, self.grey if grey else self.colour

    def png(self, *, mono: bool) -> bytes:
        """Write it as a PNG that says nothing but its pixels."""
        grey = mono or not self.colour
        kind = _PNG_GREY if grey else _PNG_COLOUR
        head = self.wide.to_bytes(4) + self.high.to_bytes(4) + bytes((BITS, kind, 0, 0, 0))
        rows = self.grey if grey else self.colour
        return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")

    def address(self, *, mono: bool) -> str:
        """Give the picture as an address that holds it."""
        return f"data:image/png;base64,{b64encode(self.png(mono=mono)).decode()}"


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return len(content).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)
