"""Compute short digests of the content and of the program for recipe codes: `provenance_of`.

20 bits stand for content, sign-off and profile; 10 bits for the program with these. The
program's digest covers its source, templates and fonts, and the versions of the libraries that
shape a PDF.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.profile import PRINTED
from handouts.content.program_mark import digest_of_program, program_files
from handouts.system.object_cache import cached

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handouts.content.library import Library
    from handouts.content.profile import Profile


LIBRARIES = ("deflate", "fonttools", "jinja2", "markupsafe", "pillow", "reportlab", "uharfbuzz")
"""What a leaflet's bytes depend on besides the program. `digested_libraries` reads this line."""
CONTENT_BITS = 20
PROGRAM_BITS = 10


class Provenance(Struct, frozen=True, kw_only=True):
    """Digests of what leaflets are made with: the words with their approvals, and the program."""

    words: str
    """A digest of content and sign-off."""
    program: str
    """A digest of the program, its templates and its fonts."""
    earlier: str = ""
    """What earlier programs took for `words`: without rules of safety and baseline, or empty."""

    @property
    def words_mark(self) -> int:
        """The first 20 bits of a digest of the words: two share them once in a million."""
        return _bits(self.words, CONTENT_BITS)

    def as_known_by(self, words_mark: int) -> Provenance | None:
        """The provenance as the program knew it that put this mark into a code; None: another."""
        if self.words_mark == words_mark:
            return self
        before = Provenance(words=self.earlier, program=self.program)
        return before if self.earlier and before.words_mark == words_mark else None

    @property
    def program_mark(self) -> int:
        """The first 10 bits of a digest of program and words together."""
        return _bits(f"{self.program} {self.words}", PROGRAM_BITS)


def provenance_of(library: Library, *parts: str, changes: tuple[str, ...] = ()) -> Provenance:
    """Return the provenance of some content, by the digests of what else counts, made here.

    `changes`: of what the content was held against. Earlier programs knew no baseline.
    """
    return Provenance(
        words=words_digest(library.version, *parts, *changes),
        program=program_digest(),
        earlier=words_digest(library.words, *parts),
    )


def words_digest(*parts: str) -> str:
    """Return the SHA-256, in hex, of the digests of content, sign-off and profile, in order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def profile_digest(profile: Profile) -> str:
    """Return the SHA-256, in hex, of what a page shows of the service; "" where it shows nothing.

    Empty fields are left out, so that a field added to profiles later keeps codes valid.
    """
    shown = {name: value for name in PRINTED if (value := getattr(profile, name))}
    if profile.logo:
        shown["logo"] = profile.logo.digest, profile.logo.alt
    return hashlib.sha256(repr(sorted(shown.items())).encode()).hexdigest() if shown else ""


def program_digest() -> str:
    """Return a digest of the files of this program and the versions of LIBRARIES."""
    return cached("program", "", _digest_program)  # its key covers the stamps of all these files


def _bits(text: str, count: int) -> int:
    """Return the first bits of the SHA-256 of a text, as a number."""
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - count)


def installed(libraries: Iterable[str]) -> dict[str, str]:
    """Return the installed version of each library, without those that are not installed."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - seldom needed

    found = {}
    for name in libraries:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _digest_program() -> str:
    return digest_of_program(program_files(), installed(LIBRARIES))
