"""Load the words of pages for staff: `load_pile_words`, `load_record_words`.

They stand on no leaflet. A content folder without these files gets the words that ship.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.load import resource
from handouts.content.parse_records import parse_labels
from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError, Fault, Origin
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
    reader = YamlReader()
    entry = reader.read(name, raw)
    words = parse_labels(entry, Origin(name, 1), braces) if entry else {}
    if reader.faults:
        raise ContentError(*reader.faults)
    return words


FILE = "record.yaml"
_BRACES = {
    "content": ("version",),
    "note": (
        "date",
        "title",
        "status",
        "facts",
        "asked",
        "exercises",
        "approval",
        "version",
        "code",
    ),
    "note-exercises": ("exercises",),
    "approved": ("date",),
    "absent": ("lists",),
}  # fmt: skip


def load_record_words(folder: Path) -> Mapping[str, str]:
    """Read the words; raises ContentError with every fault.

    A folder without the file gets the words that ship: they are for clinicians, and on no leaflet.
    """
    return load_words(folder, FILE, _BRACES)
