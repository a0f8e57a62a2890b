"""Goes in: small numbers. Comes out: as few bits as they take, which say where they end."""

from __future__ import annotations

from handouts.errors import Fault, RequestError


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
        """Read a number that says where it ends; raises RequestError when the bits end first."""
        more = 0
        while not self.fixed(1):
            more += 1
            if self._at > len(self._bits):
                hint = "look at the foot of the leaflet again"
                raise RequestError(Fault(message="this is not a whole code", hint=hint))
        width = usual + more
        return (1 << width) + self.fixed(width) - (1 << usual)

    def truth(self) -> bool:
        """Read one bit."""
        return bool(self.fixed(1))
