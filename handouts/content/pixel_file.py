"""Read a service's logo or own picture from a PNG or JPEG file: `parse_pixels`.

Nothing of the file is kept but its pixels, and what would print badly is an error.
"""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

from handouts.content.profile import (
    FLATTEST,
    LOGO_BOX,
    MOST_LOGO_BYTES,
    PIXEL_BITS,
    PNG_SIGNATURE,
    Logo,
    Pixels,
)
from handouts.errors import ContentError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator


_Box = tuple[float, float]
"""Width and height in millimetres."""
_JPEG = b"\xff\xd8\xff"
_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
"""How a camera says that the picture has to be turned by a quarter."""
_FAINT = 242
"""A grey lighter than this cannot be seen on paper."""
_HEAD = 13
"""Bytes of the chunk that says what the file holds."""
_READ = (b"PLTE", b"tRNS", b"IDAT", b"IEND")
_MOST_PIXELS = 3000
"""On a side."""
_FINEST, _COARSEST = 300, 150
"""Dots per inch: what more there is no page shows, and with fewer a logo looks torn."""


def parse_pixels(name: str, alt: str, raw: bytes, box: _Box = LOGO_BOX) -> Logo:
    """Read a picture that measures at most a box in millimetres, which decides how fine it is.

    Raises ContentError that names the file.
    """
    try:
        picture = _read(raw, box, photograph=not name.lower().endswith(".png"))
        wide, high = picture.size
        pixels = _pixels(picture, wide, high, box)
    except _RefusedError as error:
        message, hint = error.args
        raise ContentError(Fault(message=f"{name}: {message}", hint=hint)) from error
    digest = sha256(raw).hexdigest()
    return Logo(file=name, alt=alt, digest=digest, width=wide, height=high, pixels=pixels)


class _RefusedError(Exception):
    """A message and a hint."""


def _read(raw: bytes, box: _Box, *, photograph: bool) -> Image.Image:
    if len(raw) > MOST_LOGO_BYTES:
        raise _RefusedError(f"larger than {MOST_LOGO_BYTES} bytes", "save it with fewer pixels")
    if photograph:
        return _photograph(raw, box)
    _size(raw, box)
    return _opened(_bare(raw))


def _size(raw: bytes, box: _Box) -> tuple[int, int]:
    """Read how large the picture is, before anything is unpacked."""
    if not raw.startswith(PNG_SIGNATURE):
        raise _RefusedError("not a PNG, whatever its name says", "save it as PNG, or as plain SVG")
    head = raw[16 : 16 + _HEAD]
    if raw[8:16] != _HEAD.to_bytes(4) + b"IHDR" or len(head) < _HEAD:
        raise _RefusedError("the file is damaged", "save it as PNG again")
    wide, high, bits = int.from_bytes(head[:4]), int.from_bytes(head[4:8]), head[8]
    _check_size(wide, high)
    if bits > PIXEL_BITS:
        raise _RefusedError(f"{bits} bits for each colour", "save it with 8 bits for each")
    _check_dots(wide, high, box)
    return wide, high


def _check_size(wide: int, high: int) -> None:
    if not (0 < wide <= _MOST_PIXELS and 0 < high <= _MOST_PIXELS):
        hint = f"at most {_MOST_PIXELS} on a side"
        raise _RefusedError(f"{wide} × {high} pixels are not a size for a logo", hint)
    if not 1 / FLATTEST <= wide / high <= FLATTEST:
        hint = f"at most {FLATTEST:g} times as wide as high, or as high as wide"
        raise _RefusedError(f"{wide} × {high} pixels are not the proportions of a logo", hint)


def _check_dots(wide: int, high: int, box: _Box) -> None:
    least = _dots(wide, high, _COARSEST, box)
    if wide < least[0]:
        hint = f"at least {least[0]} × {least[1]}, or better an SVG"
        raise _RefusedError(f"{wide} × {high} pixels are too few to print well", hint)


def _photograph(raw: bytes, box: _Box) -> Image.Image:
    """Read a JPEG, the right way up, and nothing of it but its pixels."""
    if not raw.startswith(_JPEG):
        raise _RefusedError("not a JPEG, whatever its name says", "save it as JPEG or PNG")
    try:
        with Image.open(BytesIO(raw), formats=("JPEG",)) as opened:
            if opened.mode not in ("RGB", "L"):
                hint = "save it as JPEG in RGB, or as PNG"
                raise _RefusedError(f"a JPEG in {opened.mode} has colours for a press", hint)
            turned = opened.getexif().get(_ORIENTATION) in _ON_ITS_SIDE
            wide, high = opened.size[::-1] if turned else opened.size
            _check_size(wide, high)
            _check_dots(wide, high, box)
            return ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise _RefusedError("the file is damaged", "save it as JPEG again") from error


def _opened(bare: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(bare), formats=("PNG",)) as opened:
            return opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, zlib.error) as error:
        raise _RefusedError("the file is damaged", "save it as PNG again") from error


def _dots(wide: int, high: int, per_inch: int, box: _Box) -> tuple[int, int]:
    """Return the pixels of a picture of this shape at its largest, at so many dots per inch."""
    scale = min(box[0] / wide, box[1] / high) / 25.4 * per_inch
    return round(wide * scale), round(high * scale)


def _bare(raw: bytes) -> bytes:
    """Leave nothing of the file but its pixels."""
    head, *rest = _chunks(raw)
    wanted = [whole for kind, whole in rest if kind in _READ]
    if any(kind[:1].isupper() and kind not in _READ for kind, _ in rest):
        raise _RefusedError("this kind of PNG is read by few programs", "save it as PNG again")
    return PNG_SIGNATURE + head[1] + b"".join(wanted)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the bytes of each chunk, up to the last."""
    at, kind = len(PNG_SIGNATURE), b""
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(raw[at : at + 4])
        whole, kind = raw[at:end], raw[at + 4 : at + 8]
        if len(kind) < 4 or end > len(raw):  # noqa: PLR2004 - letters of a kind
            raise _RefusedError("the file is cut short", "save it as PNG again, or copy it again")
        if zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:]):
            raise _RefusedError("the file is damaged", "save it as PNG again, or copy it again")
        yield kind, whole
        at = end


def _pixels(picture: Image.Image, wide: int, high: int, box: _Box) -> Pixels:
    """Lay the picture on the white of the page, no finer than a page shows."""
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture)
    shown = page.convert("RGB")
    finest = _dots(wide, high, _FINEST, box)
    if finest[0] < wide:
        shown = shown.resize(finest, Image.Resampling.LANCZOS)
    grey = shown.convert("L")
    if min(grey.tobytes()) > _FAINT:
        raise _RefusedError("the picture is empty", "a white logo cannot be seen on paper")
    red, green, blue = (band.tobytes() for band in shown.split())
    return Pixels(
        wide=shown.width,
        high=shown.height,
        grey=_rows(grey.tobytes(), shown.width),
        colour=b"" if red == green == blue else _rows(shown.tobytes(), 3 * shown.width),
    )


def _rows(raw: bytes, wide: int) -> bytes:
    """Deflate rows; logos are flat colours, which no filter makes smaller."""
    return zlib.compress(
        b"".join(b"\0" + raw[at : at + wide] for at in range(0, len(raw), wide)), 9
    )
