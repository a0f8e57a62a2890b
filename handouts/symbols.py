"""Goes in: bits. Comes out: a code to print and to say, which knows when it is mistyped; back.

The symbols are Crockford's base 32: no I, L, O or U. The bits are scrambled, which hides them from
the eye and is no encryption: this program, or anybody with its source, reads them.
"""

from __future__ import annotations

import hashlib
from functools import cache

from handouts.errors import Fault, RequestError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SAME = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u2011": None})
"""Letters that a hand or an eye takes for digits, and what stands between groups."""
_BITS = 5
_GROUP = 4
_CHECKS = 2
_ROUNDS = 6
"""An even number, so that the halves end where they began."""
_FIELD = 0b100101
"""x^5 + x^2 + 1: multiplication in the field of 32 elements."""
LONGEST = 200
"""Symbols; far more than any request needs."""


def write_code(bits: str) -> str:
    """Write bits as a code in groups; zeros at the end cost nothing."""
    kept = bits.rstrip("0") or "0"
    kept = kept.ljust(-(-len(kept) // _BITS) * _BITS, "0")
    hidden = _scramble(kept)
    payload = [int(hidden[at : at + _BITS], 2) for at in range(0, len(hidden), _BITS)]
    return _grouped("".join(ALPHABET[one] for one in (*payload, *check_symbols(payload))))


def read_code(code: str) -> str:
    """Read a code back to bits; raises RequestError for a mistyped one."""
    symbols = code.upper().translate(_SAME)
    for symbol in symbols:
        if symbol not in ALPHABET:
            raise _mistyped(f"`{symbol}` is in no code")
    if not _CHECKS < len(symbols) <= LONGEST:
        raise _mistyped("this is not a whole code")
    values = [ALPHABET.index(symbol) for symbol in symbols]
    payload, checks = values[:-_CHECKS], values[-_CHECKS:]
    if check_symbols(payload) != checks:
        raise _mistyped("this code is mistyped")
    bits = _restore("".join(f"{one:0{_BITS}b}" for one in payload))
    if write_code(bits).replace("-", "") != symbols:
        raise _mistyped("this code is mistyped")
    return bits


def _mistyped(message: str) -> RequestError:
    hint = "look at the foot of the leaflet again; O reads as 0, I and L as 1"
    return RequestError(Fault(message=message, hint=hint))


def _grouped(symbols: str) -> str:
    """Part symbols into groups of four; a last one alone joins the group before it."""
    parts = [symbols[at : at + _GROUP] for at in range(0, len(symbols), _GROUP)]
    if len(parts[-1]) == 1:
        last = parts.pop()
        parts[-1] += last
    return "-".join(parts)


# ------------------------------------------------------------------ check symbols
def check_symbols(payload: list[int]) -> list[int]:
    """Give two symbols that make the code a multiple of (x - 2)(x - 4) over the field of 32.

    One wrong symbol adds e·x^i and two swapped ones add (a - b)·x^i·(x - 1): neither has 2 for a
    root, so both are always found. The 1 in front counts leading zeros.
    """
    high, low = 0, 1
    for symbol in (*payload, 0, 0):
        # x^2 = (2 + 4)x + 2·4
        high, low = low ^ _times(high, 2 ^ 4), symbol ^ _times(high, _times(2, 4))
    return [high, low]


@cache
def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one >> _BITS:
            one ^= _FIELD
        other >>= 1
    return product


# ------------------------------------------------------------------ scrambling
def _scramble(bits: str) -> str:
    """Mix every bit into all others, in rounds that can be undone (a Feistel network, no key)."""
    left, right = bits[: len(bits) // 2], bits[len(bits) // 2 :]
    for turn in range(_ROUNDS):
        left, right = right, _mixed(left, right, turn)
    return left + right


def _restore(bits: str) -> str:
    left, right = bits[: len(bits) // 2], bits[len(bits) // 2 :]
    for turn in reversed(range(_ROUNDS)):
        left, right = _mixed(right, left, turn), left
    return left + right


def _mixed(bits: str, other: str, turn: int) -> str:
    """Change one half by what the other half says."""
    if not bits:
        return bits
    digest = hashlib.shake_128(f"{turn} {other}".encode()).digest(-(-len(bits) // 8))
    mask = int.from_bytes(digest, "big") & ((1 << len(bits)) - 1)
    return f"{int(bits, 2) ^ mask:0{len(bits)}b}"
