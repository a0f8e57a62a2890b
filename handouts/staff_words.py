"""Goes in: a content folder. Comes out: words for staff, which stand on no leaflet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.errors import ContentError, Fault, Origin
from handouts.labels import parse_labels
from handouts.library import resource
from handouts.reader import Reader
from handouts.system.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PILE = "pile.yaml"
_PILE_BRACES = {
    "slip-bookmark": ("row",),
    "place": ("n", "total"),
    "page": ("page", "pages"),
}


def load_pile_words(folder: Path) -> Mapping[str, str]:
    """Read the words of slip sheets and the tally; raises ContentError with every fault."""
    return load_words(folder, _PILE, _PILE_BRACES)


def load_words(folder: Path, file: str, braces: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """Read a file of words; raises ContentError with every fault.

    A folder without the file gets the words that ship. `braces` says what may be filled in.
    """
    path = folder / file
    if not path.exists():
        path = resource("content") / file
    name = f"{path.parent.name}/{file}"
    try:
        raw = read_limited(path)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        origin = Origin(name, 1)
        raise ContentError(Fault(message=reason, origin=origin, hint="restore the file")) from error
    reader = Reader()
    entry = reader.read(name, raw)
    words = parse_labels(entry, Origin(name, 1), braces) if entry else {}
    if reader.faults:
        raise ContentError(*reader.faults)
    return words
