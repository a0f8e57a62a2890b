"""Goes in: `record.yaml` of a content folder. Comes out: the words of the clinician's record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.staff_words import load_words

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
    return load_words(folder, FILE, _BRACES)
