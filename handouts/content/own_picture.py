"""Read a service's own picture, which stands in place of a pose: `read_picture`.

It lies in `pictures/` of the content. It is read as a logo is: an SVG of plain shapes, or the bare
pixels of a PNG or JPEG; nothing is run or fetched, and no letters can hide in an SVG.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.errors import ContentError

if TYPE_CHECKING:
    from handouts.content.profile import Logo


PICTURES = "pictures"
"""The folder of own pictures in a content folder."""
FILE_NAME = r"[a-z0-9][a-z0-9._-]*\.(?:svg|png|jpe?g)"
_LETTERS = ("turn letters into paths", "take the letters out: no rule of safety can read a picture")
_BOX = (62.0, 44.0)
"""The most that a picture measures on a page, in millimetres."""


def read_picture(name: str, alt: str, raw: bytes) -> Logo:
    """Read a picture; raises ContentError that says where it cannot be printed, and why."""
    try:
        if name.endswith(".svg"):
            from handouts.content.svg_file import parse_svg  # noqa: PLC0415 - few have one

            return parse_svg(name, alt, raw)
        from handouts.content.pixel_file import parse_pixels  # noqa: PLC0415 - the same

        return parse_pixels(name, alt, raw, _BOX)
    except ContentError as error:
        faults = [
            replace(
                one,
                message=one.message.replace("a logo", "a picture"),
                hint=one.hint.replace("a white logo", "white").replace(*_LETTERS),
            )
            for one in error.faults
        ]
        raise ContentError(*faults) from error


def is_file_name(name: str) -> bool:
    """Tell whether a picture may have this name: small letters, no folder."""
    return re.fullmatch(FILE_NAME, name) is not None
