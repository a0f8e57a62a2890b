"""Goes in: a text with a number left open. Comes out: the text compressed, for any number, at once.

Deflate writes what stood before as a step back to it. Where the number stands for the first time
it is stored as it is; from there on the compressed text steps back, and so is the same for every
number of as many digits. What remains is a checksum, which changes with each digit in proportion.
"""

from __future__ import annotations

import re
import zlib

LEVEL = 9
_HEAD = b"\x78\xda"
_ADLER = 65521
_MOST_STORED = 65535
"""Bytes that a stored block can hold."""
_BEYOND = 8
"""Bytes to store after the number, so that the compressor has seen it."""
_MARKS = bytes(range(0xF0, 0x100))
"""What stands for the digits of the number while the text is compressed."""


class Stencil:
    """A text in which NUL is a number of `width` digits; it should be among its first bytes."""

    def __init__(self, text: bytes, width: int) -> None:
        self._text, self._marks = text, _MARKS[:width]
        marked = self.spelled(self._marks)
        lead = marked.find(self._marks) + width + _BEYOND
        cut = marked.find(self._marks, lead - width + 1, lead + width - 1)
        lead = lead if cut < 0 else cut + width  # so as not to end within a number
        self._first = marked[:lead]
        self._rest = _compressed(marked[lead:], self._first)
        self.proven = (
            not any(one in text for one in _MARKS)
            and lead <= _MOST_STORED
            and self._repeats(b"3141592653"[:width])
        )
        """No digit of the number is in the compressed part; else each text is compressed anew."""
        self._weigh(marked)

    def printed(self, number: bytes) -> bytes:
        """Give the text for a number in digits, compressed (RFC 1950)."""
        if not self.proven:
            return zlib.compress(self.spelled(number), LEVEL)
        first = self._first.replace(self._marks, number)
        size = len(first)
        a, b = self._sums
        for digit, (in_a, in_b) in zip(number, self._weights, strict=True):
            a += digit * in_a
            b += digit * in_b
        return b"%s\0%s%s%s%s%s%s" % (
            _HEAD,
            size.to_bytes(2, "little"),
            (size ^ _MOST_STORED).to_bytes(2, "little"),
            first,
            self._rest,
            (b % _ADLER).to_bytes(2),
            (a % _ADLER).to_bytes(2),
        )

    def spelled(self, number: bytes) -> bytes:
        """Give the text for a number in digits."""
        return self._text.replace(b"\0", number)

    def _repeats(self, number: bytes) -> bool:
        """Tell whether the compressed part takes all digits from the part before it."""
        whole, lead = self.spelled(number), len(self._first)
        reader = zlib.decompressobj(-zlib.MAX_WBITS, zdict=whole[:lead])
        return reader.decompress(self._rest) == whole[lead:]

    def _weigh(self, marked: bytes) -> None:
        """Work out the checksum without the digits, and what each digit adds to it."""
        size, width = len(marked), len(self._marks)
        sums = zlib.adler32(marked.replace(self._marks, bytes(width)))
        self._sums = sums & 0xFFFF, sums >> 16
        starts = [one.start() for one in re.finditer(re.escape(self._marks), marked)]
        rest = sum(starts)
        self._weights = [
            (len(starts) % _ADLER, (len(starts) * (size - digit) - rest) % _ADLER)
            for digit in range(width)
        ]


def _compressed(text: bytes, before: bytes) -> bytes:
    """Deflate a text that follows another, which is not compressed."""
    # zlib never steps back to the very first byte it was given.
    writer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=b"\n" + before)
    return writer.compress(text) + writer.flush()
