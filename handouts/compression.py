"""Goes in: bytes of a PDF's stream. Comes out: the same, deflated small.

libdeflate packs closer than zlib in less time; every reader unpacks both alike.
"""

from __future__ import annotations

from deflate import zlib_compress

_QUICK, _CLOSE = 9, 10
"""Levels of libdeflate. The closer one takes five times as long."""


def deflate(content: bytes) -> bytes:
    """Deflate drawings and text."""
    return bytes(zlib_compress(content, _QUICK))


def deflate_closely(content: bytes) -> bytes:
    """Deflate many small objects that are much alike: that is worth a longer search."""
    return bytes(zlib_compress(content, _CLOSE))
