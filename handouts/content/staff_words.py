"""Load the words of pages for staff: `load_pile_words`, `load_record_words`.

They are printed on no leaflet. A content folder without these files gets the words that ship.
"""

from __future__ import annotations

from collections import ChainMap
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
    "unnamed": (),
    "write-name": (),
    "why-unnamed": (),
    "more-unnamed": ("n",),
    "mend-encrypted": (),
}


def load_pile_words(folder: Path) -> Mapping[str, str]:
    """Return the words of slip sheets and the tally; raises ContentError with every fault."""
    return load_words(folder, _PILE, _PILE_BRACES)


def load_words(folder: Path, file: str, braces: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """Return the words of a file by key; raises ContentError with every fault.

    A folder without the file gets the words that ship, and so does a file that is older than some
    of them. `braces` says what may be filled in.
    """
    shipped = resource("content") / file
    path = folder / file
    if not path.exists():
        path = shipped
    words = _read(path, braces)
    absent = braces.keys() - words.keys() if path != shipped else ()
    if not absent:
        return words
    usual = _read(shipped, braces)
    # The folder's own words come last: they say which one is missing.
    return ChainMap({key: usual[key] for key in absent}, words)  # type: ignore[arg-type] # read only


def _read(path: Path, braces: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    name = f"{path.parent.name}/{path.name}"
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
    "ends-soon": ("n",),
    "absent": ("lists",),
    "note-approved": (),
}  # fmt: skip


def load_record_words(folder: Path) -> Mapping[str, str]:
    """Return the words of the clinician's record; raises ContentError with every fault.

    A folder without the file gets the words that ship.
    """
    return load_words(folder, FILE, _BRACES)
