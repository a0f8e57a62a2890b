"""Verify the signed tokens of record systems that call CDS Hooks: `Callers`.

Only keys of a file of this machine count: none is fetched, and none comes from a token.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from handouts.errors import Fault, RequestError
from handouts.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping


_ALGORITHMS = {"EC": "ES384", "RSA": "RS384"}
"""What CDS Hooks names, for each kind of key; never `none`, and no shared secret."""
_LEEWAY = 30
_LONGEST = 600
"""Seconds that a token may be good for."""
_MOST_SEEN = 50_000
_SHORTEST_RSA = 2048
_MOST_LETTERS = 8_000


class CallerRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A record system that may call, as the file has it."""

    iss: str
    keys: tuple[dict[str, Any], ...]
    jku: str = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    clients: tuple[CallerRecord, ...]


class Callers:
    """The record systems that may call, each with its public keys; no token counts twice."""

    def __init__(self, known: Mapping[str, tuple[str, dict[tuple[str, str], Any]]]) -> None:
        """`known`: for each issuer its `jku`, and its keys by `kid` and algorithm."""
        self._known = known
        self._seen: dict[str, float] = {}

    def admit(self, header: str, audience: str) -> None:
        """Raise Problem unless an Authorization header holds a good token for an address."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip() or len(token) > _MOST_LETTERS:
            raise _stranger("no token was sent")
        import jwt  # noqa: PLC0415 - only these calls need it

        try:
            self._check(token.strip(), audience)
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise _stranger(f"the token does not count ({type(error).__name__})") from None

    def _check(self, token: str, audience: str) -> None:
        import jwt  # noqa: PLC0415 - only these calls need it

        head = jwt.get_unverified_header(token)
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        jku, keys = self._known.get(issuer if isinstance(issuer, str) else "", ("", {}))
        key = keys.get((str(head.get("kid", "")), str(head.get("alg", ""))))
        if key is None:
            raise jwt.InvalidIssuerError("nobody of that name, key and algorithm is known")
        if jku and head.get("jku", jku) != jku:
            raise jwt.InvalidKeyError("its keys are elsewhere")
        said = jwt.decode(
            token, key=key, algorithms=[head["alg"]], audience=audience, issuer=issuer,
            leeway=_LEEWAY, options={"require": ["exp", "iat", "jti", "aud", "iss"]},
        )  # fmt: skip
        if said["exp"] - said["iat"] > _LONGEST:
            raise jwt.ImmatureSignatureError("it is good for too long")
        self._once(f"{issuer} {said['jti']}", float(said["exp"]))

    def _once(self, name: str, until: float) -> None:
        import jwt  # noqa: PLC0415 - only these calls need it

        now = time.time()
        if len(self._seen) >= _MOST_SEEN:
            self._seen = {key: end for key, end in self._seen.items() if end + _LEEWAY > now}
        if name in self._seen or len(self._seen) >= _MOST_SEEN:
            raise jwt.InvalidTokenError("it was used before")
        self._seen[name] = until


def read_callers(path: str) -> Callers:
    """Read the file of those who may call; raises RequestError for what is no such file."""
    try:
        found = msgspec.json.decode(Path(path).read_bytes(), type=_File)
    except OSError as error:
        raise _unusable(path, (error.strerror or "it cannot be read").lower()) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _unusable(path, str(error)) from None
    known = {one.iss: (one.jku, dict(_key(path, key) for key in one.keys)) for one in found.clients}
    if not known or len(known) != len(found.clients) or not all(keys for _, keys in known.values()):
        raise _unusable(path, "each client needs an `iss` of its own, and at least one key")
    return Callers(known)


def _key(path: str, record: dict[str, Any]) -> tuple[tuple[str, str], Any]:
    """Read one public key; raises RequestError."""
    import jwt  # noqa: PLC0415 - only these calls need it

    kid, kind = str(record.get("kid", "")), record.get("kty")
    algorithm = _ALGORITHMS.get(str(kind), "")
    fits = algorithm and (kind == "RSA" or record.get("crv") == "P-384")
    if not kid or not fits or "d" in record:
        raise _unusable(path, "a key is public, has a `kid`, and is RSA or EC P-384")
    try:
        key = jwt.PyJWK(record, algorithm=algorithm).key
    except jwt.PyJWTError as error:
        raise _unusable(path, f"key `{kid}`: {type(error).__name__}") from None
    if kind == "RSA" and key.key_size < _SHORTEST_RSA:
        raise _unusable(path, f"key `{kid}` has fewer than {_SHORTEST_RSA} bits")
    return (kid, algorithm), key


def _unusable(path: str, reason: str) -> RequestError:
    hint = 'write it as {"clients": [{"iss": "https://ehr.example", "keys": [JWK, …]}]}'
    return RequestError(Fault(message=f"cannot use `{path}`: {reason}", hint=hint))


def _stranger(reason: str) -> Problem:
    return Problem("password", 401, reason, "send a JWT that is signed by ES384 or RS384")
