"""Keep who may open the page from another machine: `Passwords`, `password_line`.

A file of passwords has a line for each person: a name, a colon, and the scrypt hash (RFC 7914) of
the password with its parameters. The file holds no password, and the page keeps none.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping


SHORTEST = 12
_COST, _BLOCK, _LANES = 1 << 15, 8, 1
_MEMORY = 64 << 20
_KIND = "scrypt"
_MOST_KNOWN = 64


class _Hash(Struct, frozen=True):
    """The hash of a password, and how it is made."""

    cost: int
    block: int
    lanes: int
    salt: bytes
    digest: bytes

    def fits(self, password: bytes) -> bool:
        """Say whether it is that of a password; takes a tenth of a second on purpose."""
        found = _scrypt(password, self)
        return secrets.compare_digest(found, self.digest)


class Passwords:
    """Admits who sends a name and a password as browsers do (RFC 7617)."""

    def __init__(self, hashes: Mapping[str, _Hash]) -> None:
        self._hashes = hashes
        self._secret = secrets.token_bytes(32)
        self._known: dict[bytes, None] = {}

    def admits(self, header: bytes) -> bool:
        """Say whether the header `Authorization` has the name and password of somebody."""
        mark = hashlib.blake2b(header, key=self._secret).digest()
        if mark in self._known:
            return True
        kind, _, rest = header.partition(b" ")
        if kind.lower() != b"basic":
            return False
        try:
            name, colon, password = base64.b64decode(rest, validate=True).partition(b":")
            found = self._hashes.get(name.decode())
        except ValueError:
            return False
        if not colon or found is None or not found.fits(password):
            return False
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[mark] = None
        return True


def password_line(name: str, password: str) -> str:
    """Return the line of a person for the file; raises RequestError for a weak password."""
    if not name or ":" in name or not name.isprintable():
        raise RequestError(Fault(message="this is no name", hint="a word without a colon"))
    if len(password) < SHORTEST:
        message = f"the password has {len(password)} characters"
        hint = f"use at least {SHORTEST}; three or four words are good"
        raise RequestError(Fault(message=message, hint=hint))
    made = _Hash(_COST, _BLOCK, _LANES, secrets.token_bytes(16), b"")
    parts = (
        _KIND,
        _COST,
        _BLOCK,
        _LANES,
        _text(made.salt),
        _text(_scrypt(password.encode(), made)),
    )
    return f"{name}:{'$'.join(map(str, parts))}"


def read_passwords(path: str) -> Passwords:
    """Read a file of passwords; raises RequestError with file and line for what is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not text").lower()
        raise _unusable(path, reason) from None
    found: dict[str, _Hash] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if name in found:
            raise _unusable(f"{path}:{number}", f"`{name}` stands twice")
        found[name] = _parsed(f"{path}:{number}", hashed)
    if not found:
        raise _unusable(path, "nobody is in it")
    return Passwords(found)


def _parsed(where: str, hashed: str) -> _Hash:
    try:
        kind, cost, block, lanes, salt, digest = hashed.split("$")
        made = _Hash(
            int(cost), int(block), int(lanes), base64.b64decode(salt), base64.b64decode(digest)
        )
    except ValueError:
        raise _unusable(where, "this is no hash of a password") from None
    weak = made.cost < 1 << 14 or len(made.salt) < 8 or len(made.digest) < 32  # noqa: PLR2004 - RFC 7914
    if kind != _KIND or weak or 128 * made.cost * made.block > _MEMORY:
        raise _unusable(where, "this hash is weak, or of another kind")
    return made


def _unusable(where: str, reason: str) -> RequestError:
    hint = "write a line with `handout serve --new-password FILE`"
    return RequestError(Fault(message=f"cannot use `{where}`: {reason}", hint=hint))


def _scrypt(password: bytes, made: _Hash) -> bytes:
    return hashlib.scrypt(
        password, salt=made.salt, n=made.cost, r=made.block, p=made.lanes, maxmem=_MEMORY, dklen=32
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
