"""Define the vocabularies that the program itself must know: `Level`, `Kind`, `Urgency`."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How an advice class may be spoken of; the worst of all that apply wins."""

    OK = 0
    ASK = 1
    AVOID = 2

    def __str__(self) -> str:
        return self.name.lower()


class Urgency(StrEnum):
    """How fast a red flag needs help, most urgent first."""

    EMERGENCY = "emergency"
    SAME_DAY = "same-day"
    ROUTINE = "routine"


class Kind(StrEnum):
    """What a block is; the composer must know each."""

    TEXT = "text"
    LEAD = "lead"
    CLAUSE = "clause"
    ALWAYS = "always"
    CLASS_LINE = "class-line"
    SELF_CHECK = "self-check"
    EXERCISE = "exercise"
    RED_FLAG = "red-flag"
    EMERGENCY_LINE = "emergency-line"


class Standing(StrEnum):
    """How the words of a unit stand to those that somebody approved."""

    SIGNED = "signed"
    CHANGED = "changed"
    EXPIRED = "expired"
    REMOVED = "removed"
    """Signed, and since then taken out of the content."""
    UNSIGNED = "unsigned"


SUFFIXES = {"pdf": "pdf", "html": "html", "text": "txt"}
"""Each format of a leaflet, and how the names of its files end."""
PAPERS = ("a4", "letter", "a5", "half-letter")
HALF_OF = {"a5": "a4", "half-letter": "letter"}
"""The pages of a booklet, and the sheet that two of them share."""
SIZES = (12, 16, 18)
"""Sizes of body type in points."""
USUAL_SIZE, LARGE_PRINT = SIZES[0], SIZES[-1]
LANGUAGES = ("en",)
"""Those that content is written in."""

DIARY = "diary"
"""The section to fill in for two weeks, which fills a gap or is asked for."""
FREE_COLUMNS = ("rest", "walking")
"""Columns of exercises that no class of the matrix forbids; only their own `avoid` list does."""
INTENSITIES = ("rest", "gentle", "moderate", "strong")
MOVES = (
    "flexion", "extension", "rotation", "twist", "loaded", "sit-up", "head-pull", "hang",
)  # fmt: skip
