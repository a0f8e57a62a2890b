"""Find which release made a leaflet, by the marks in its code: `release_of`.

`data/releases.csv` has a line for each release, written by `scripts/release`: its version, its day,
and the digests of its program and of the words that shipped with it. The digests of a program do
not cover that file, so that it can be written after all others.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.program_mark import RELEASES
from handouts.content.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence


FIRST = "0.2.0"
"""The version from which on every release has a line."""
HEAD = ("version", "released", "program", "words")


class Release(Struct, frozen=True):
    """A version that was given out."""

    version: str
    released: str
    program: str
    """The digest of the program, with the versions of libraries in its constraints.txt."""
    words: str
    """The digest of the content that shipped with it, without a profile."""


def read_releases(path: Path = RELEASES) -> tuple[Release, ...]:
    """Return the releases, oldest first; none where the file is missing."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    rows = csv.DictReader(text.splitlines())
    return tuple(Release(**{name: row[name] for name in HEAD}) for row in rows)


def release_of(
    words_mark: int,
    program_mark: int,
    here: Provenance,
    releases: Sequence[Release] | None = None,
) -> Release | None:
    """Return the newest release whose program made a leaflet with these marks; None: not known.

    Its words have to be those at hand, or those that shipped with that release.
    """
    known = here.as_known_by(words_mark)
    for one in reversed(read_releases() if releases is None else releases):
        for words in (known.words if known else "", one.words):
            made = Provenance(words=words, program=one.program)
            if words and (made.words_mark, made.program_mark) == (words_mark, program_mark):
                return one
    return None
