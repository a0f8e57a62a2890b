"""Goes in: `record.yaml` of a content folder. Comes out: the words of the clinician's record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.errors import ContentError, Fault, Origin
from handouts.labels import parse_labels
from handouts.library import resource
from handouts.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
    path = folder / FILE
    if not path.exists():
        path = resource("content") / FILE
    name = f"{path.parent.name}/{FILE}"
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        origin = Origin(name, 1)
        raise ContentError(Fault(message=reason, origin=origin, hint="restore the file")) from error
    reader = Reader()
    entry = reader.read(name, raw)
    words = parse_labels(entry, Origin(name, 1), _BRACES) if entry else {}
    if reader.faults:
        raise ContentError(*reader.faults)
    return words
