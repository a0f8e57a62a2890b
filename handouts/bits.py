"""Goes in: small numbers. Comes out: as few bits as they take, which say where they end."""

from __future__ import annotations


def number(value: int, usual: int) -> str:
    """Write a number from 0; those below 2 ** `usual` take `usual` + 1 bits, larger ones more."""
    shifted = value + (1 << usual)
    width = shifted.bit_length()
    return "0" * (width - usual - 1) + f"{shifted:b}"


def fixed(value: int, width: int) -> str:
    """Write a number in exactly so many bits."""
    return f"{value:0{width}b}"


class Reader:
    """Bits that are read from the front; after the last there are zeros without end."""

    def __init__(self, bits: str) -> None:
        self._bits = bits
        self._at = 0

    def fixed(self, width: int) -> int:
        """Read a number of so many bits."""
        found = self._bits[self._at : self._at + width].ljust(width, "0")
        self._at += width
        return int(found, 2)

    def number(self, usual: int) -> int:
        """Read a number that says where it ends; -1 when the bits ran out before it did."""
        more = 0
        while not self.fixed(1):
            more += 1
            if self._at > len(self._bits):
                return -1
        width = usual + more
        return (1 << width) + self.fixed(width) - (1 << usual)

    def truth(self) -> bool:
        """Read one bit."""
        return bool(self.fixed(1))
