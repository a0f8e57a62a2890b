"""Goes in: texts, one after the other. Comes out: whether each may have come before.

A filter as Bloom described it: a mebibyte whatever the number of texts, never wrong when it says
that a text is new, and seldom wrong when it says that one is not.
"""

from __future__ import annotations

from hashlib import blake2b

_BITS = 23
_PLACES = 5
"""Bits that a text sets: with a hundred thousand texts, one in ten million is taken for another."""


class Seen:
    """The texts so far."""

    def __init__(self) -> None:
        self.count = 0
        self._bits = bytearray(1 << (_BITS - 3))

    def meets(self, text: str) -> bool:
        """Take a text in; True if it may have been there."""
        self.count += 1
        bits, known = self._bits, True
        number = int.from_bytes(blake2b(text.encode(), digest_size=15).digest())
        for _ in range(_PLACES):
            at, bit = number >> 3 & (1 << (_BITS - 3)) - 1, 1 << (number & 7)
            if not bits[at] & bit:
                bits[at] |= bit
                known = False
            number >>= _BITS
        return known
