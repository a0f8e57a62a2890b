"""Define the enumerations and constants that code refers to: `Level`, `Kind`, `Urgency`."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """The advice level of a class; the strictest of all that apply is final."""

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
    """The kind of a block; `leaflet.view` places each."""

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
    """The approval status of a unit's words."""

    SIGNED = "signed"
    CHANGED = "changed"
    EXPIRED = "expired"
    REMOVED = "removed"
    """Signed, and since then taken out of the content."""
    UNSIGNED = "unsigned"


SUFFIXES = {"pdf": "pdf", "html": "html", "text": "txt"}
"""The suffix of files in each format."""
"""Each format of a leaflet, and how the names of its files end."""
ENTRY_KINDS = {
    "region": "regions", "status": "statuses", "place": "places", "paper": "papers",
    "flag": "flags", "exercise": "exercises",
}  # fmt: skip
"""What messages call an entry that a request may name, and its kind."""
PAPERS = ("a4", "letter", "a5", "half-letter")
HALF_OF = {"a5": "a4", "half-letter": "letter"}
"""The page of a booklet, and the sheet that two pages share."""
SIZES = (12, 16, 18)
"""The sizes of body type, in points."""
USUAL_SIZE, LARGE_PRINT = SIZES[0], SIZES[-1]
FULL, STANDARD, SHEET = EDITIONS = ("full", "standard", "sheet")
"""How much is printed: everything, what fits four sides, or what fits one sheet.

Codes write an edition by its place here, and say nothing of the first: never reorder them.
"""
SHORT_EDITIONS = (STANDARD, SHEET)
"""Where a short form may stand for its long one."""
USUAL_EDITION = STANDARD
LANGUAGES = ("en",)
"""The languages of the content."""

OWN_FROM = 900
"""The first number of a service's own entries and rules, which ours never reach."""
OWN_SECTIONS = (
    TITLE, STAGE, MESSAGE, CHECK_FIRST, EMERGENCY, EMERGENCY_CLOSING, EMERGENCY_POINTER,
    JUST_FOR_YOU, STOP, EXERCISES, MEDICINES, SELF_CHECK, TODAY, HELP, DIARY, ABOUT,
) = (
    "title", "stage", "message", "check-first", "emergency", "emergency-closing",
    "emergency-pointer", "just-for-you", "stop", "exercises", "medicines", "self-check", "today",
    "help", "diary", "about",
)  # fmt: skip
"""Sections with a form of their own: the program knows what belongs into each, in every topic.

They are named here alone. TODAY is the short list of what needs a doctor today, or an appointment,
DIARY that of two weeks, printed on request or where there is room; HELP has all warning signs.
"""
CARD = "pocket-card"
"""The section of the card to cut out, printed on request."""
CARD_FOLDED = (85, 54)
"""The width and height of the folded card, in millimetres: those of a bank card."""
REGIONS_PRINT, REGIONS_NEVER_SAY, OF_REGIONS = "regions-print", "regions-never-say", "of-regions"
"""Keys of rules of safety that read what each region says of itself; so a new one is held too."""
CHANGES = ("position", "movement")
"""What the variant of an exercise may change for readers with a flag."""
ROLES = ("relief", "movement", "build-up")
"""What an exercise is for, in the order of the page; a leaflet prints one of each."""
INTENSITIES = ("rest", "gentle", "moderate", "strong")
MOVES = (
    "flexion", "extension", "rotation", "twist", "loaded", "sit-up", "head-pull", "hang",
)  # fmt: skip
