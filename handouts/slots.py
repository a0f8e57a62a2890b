"""Goes in: a finished PDF with a slot, and a name. Comes out: the same PDF with the name in it.

All leaflets of one kind are the same but for the name. So they are typeset once, with a stretch of
blanks where the name is shown; filling it moves no other byte. Nothing is imported here: this is
all the work of a leaflet that was made before for somebody else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handouts.letters import Letters

MARK = "\ufffc"
"""Stands for the name in a leaflet whose name comes later; no typed name can be it."""
SIZE = 480
"""The bytes of a slot: room for a line full of letters."""


class Slot:
    """A place for one line of text in a finished file."""

    __slots__ = ("after", "at", "before", "room")

    def __init__(self, at: int, before: bytes, after: bytes, room: int) -> None:
        self.at = at
        """The offset of its bytes in the file."""
        self.before = before
        """The operators up to the operand of TJ."""
        self.after = after
        self.room = room
        """The widest text it holds, in 1/1000 em."""


class TypesetPdf:
    """A finished PDF and its number of pages; it may have a slot, which is empty."""

    __slots__ = ("content", "draft", "pages", "slot")

    def __init__(
        self, content: bytes, pages: int, *, draft: bool, slot: Slot | None = None
    ) -> None:
        self.content = content
        self.pages = pages
        self.draft = draft
        """No clinician has approved its content."""
        self.slot = slot


def blank(before: bytes, after: bytes) -> bytes:
    """Give the bytes of an empty slot: marked content without any."""
    return (before + b"[<>] TJ" + after).ljust(SIZE)


def fill(pdf: TypesetPdf, name: str, letters: Letters) -> bytes | None:
    """Put a name into the slot; None when it is too long, or has a letter that is not there."""
    line = set_line(pdf, name, letters)
    return None if line is None else put(pdf, line)


def set_line(pdf: TypesetPdf, name: str, letters: Letters) -> bytes | None:
    """Set a name for the slot of a PDF; None when it does not fit."""
    from handouts.letters import set_name  # noqa: PLC0415 - a leaflet without a name needs none

    slot, found = pdf.slot, set_name(" ".join(name.split()), letters)
    if slot is None or found is None:
        return None
    shown, width = found
    operators = slot.before + f"[{shown}] TJ".encode() + slot.after
    if width > slot.room or len(operators) > SIZE:
        return None
    return operators.ljust(SIZE)


def put(pdf: TypesetPdf, line: bytes | None) -> bytes:
    """Give the bytes of a PDF with a line in its slot."""
    if line is None or pdf.slot is None:
        return pdf.content
    start, content = pdf.slot.at, pdf.content
    return content[:start] + line + content[start + SIZE :]
