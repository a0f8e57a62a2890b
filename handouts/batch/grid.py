"""Define a sheet as a person sees it: rows of texts, and what is merged, hidden or struck out.

Where it cannot be known what a cell says, a mark is written before its text (`marked`, `doubt`).
The mark goes into the rejects too, so that the row is refused there as well until somebody has
written what is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from handouts.batch.headers import column_letters
from handouts.errors import Fault
from handouts.render.layout.style import contrast
from handouts.render.pdf.graphics import Colour

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


MERGED, STRUCK, UNSOLVED, UNCLEAR = "#MERGED!", "#STRUCK!", "#FORMULA!", "#UNCLEAR!"
UNSEEN, STALE = "#UNSEEN!", "#TODAY!"
SMALLEST = 4
"""The size in points below which nobody can read a word."""
THINNEST_ROW, THINNEST_COLUMN = 3, 0.5
"""A row below this height in points, or a column below this width in letters, counts as hidden."""
_ALIKE = 1.3
"""Colours whose contrast is below this look the same: white and the lightest grey."""
_ERRORS = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|ERROR!|NV\b|BEZUG!|WERT!|ZAHL!)",
    re.IGNORECASE,
)
"""As Excel, LibreOffice and Google write an error, anywhere in a text."""
_WHOLE = re.compile(
    r"Loading(?:\.\.\.|…)|#\S{2,20}[!?]|#[^\W\d_]+_\w+|#[^\W\d_]{1,2}/[^\W\d_]{1,2}|#(?:YOK|HIÁNYZIK)|Err:\d{3}",
    re.IGNORECASE,
)
"""An error of another language or version: it is all that stands in the cell."""


_OVERLAY = re.compile("[\u0335-\u0338]")
"""Lines through a letter, which plain text is struck out with."""
_SUSPECT = re.compile(r"#|Err:|Loading")
"""What every error has in it: few cells are looked through further."""
_MOST_NAMED = 5
"""Cells that one line names."""
_PLACE = re.compile(r" ([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)\b")


def doubt(text: str, column: str) -> Fault | None:
    """Return what is wrong with a cell that no reader can believe; None for any other."""
    if _OVERLAY.search(text):
        message, hint = _MEANINGS[STRUCK]
        return Fault(message=message.format("it"), hint=hint, about=column)
    if not _SUSPECT.search(text):
        return None
    for mark, (message, hint) in _MEANINGS.items():
        if text.startswith(mark):
            where = _PLACE.match(text.removeprefix(mark))
            cell = where[1] if where else "it"
            about = "" if mark == UNSOLVED else column  # as formulas have always been refused
            on_page = _STALE_ON_PAGE if mark == STALE else ""
            return Fault(
                message=message.format(cell), hint=hint.format(cell), about=about, on_page=on_page
            )
    if _ERRORS.search(text) or _WHOLE.fullmatch(text.strip()):
        hint = "correct the formula in the spreadsheet, or write what is meant"
        return Fault(message="the cell holds an error of a spreadsheet", hint=hint, about=column)
    return None


_OF_TODAY = re.compile(r"\b(?:TODAY|NOW)\s*\(", re.IGNORECASE)


def is_of_today(formula: str) -> bool:
    """Tell whether a formula gives another day tomorrow."""
    return bool(_OF_TODAY.search(formula))


def marked(mark: str, place: str, text: str = "") -> str:
    """Write a mark before what a cell holds; `place` is the cell or range as a sheet names it."""
    return f"{mark} {place} {text}".rstrip()


_STALE_ON_PAGE = "write the day itself, or leave it empty for today"
_MEANINGS = {
    MERGED: (
        "the cells {} are merged, so nobody can tell whose words they hold",
        "take the merging away, and write the words into each row that they are true of",
    ),
    STRUCK: (
        "{} is struck out, or a part of it is",
        "take out what is not true, and the line through it",
    ),
    UNSOLVED: (
        "a formula has no stored result: open the file in a spreadsheet program and save it again",
        "see {}",
    ),
    STALE: (
        "{} is a formula of today, as it was when the file was saved",
        "write the day itself, or leave it empty and give --date",
    ),
    UNSEEN: (
        "{} cannot be seen: its colour, its size or its format hides it",
        "if it is true, let it be seen; if not, take it out",
    ),
    UNCLEAR: (
        "{} cannot be read for certain",
        "write it as plain text, or save the list as .xlsx or CSV UTF-8",
    ),
}


class Area(Struct, frozen=True, order=True):
    """Cells that are merged: rows (1 = first) and places of columns (0 = first), both ends in."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """Name the cells as a sheet does: D2:D3."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


class SheetRow(Struct, frozen=True):
    """A row of a sheet that holds words."""

    number: int
    cells: list[str]
    hidden: bool = False
    struck: bool = False
    """All that it holds is struck out."""


class SheetLook(Struct, frozen=True):
    """What only the look of a sheet tells."""

    merged: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    """Places of hidden columns; 0 = the first."""
    unread: tuple[str, ...] = ()
    """What else the sheet holds that is not read, such as comments, in words."""


class Sheet(Struct, frozen=True):
    """A sheet of a file."""

    name: str
    hidden: bool


class HiddenByRuleError(ValueError):
    """A rule strikes words out or hides them; which ones, only a spreadsheet program can tell."""


class Book(Protocol):
    """A file of sheets."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """List the sheets in their order."""

    def look(self, sheet: str) -> SheetLook:
        """Tell how a sheet looks."""

    def lines(self, sheet: str) -> Iterator[SheetRow]:
        """Read the rows of a sheet that hold words, in order."""


class Cell(Struct, frozen=True):
    """What a cell says, and how much of that is struck out."""

    text: str
    struck: bool = False
    """All of it."""
    partly: bool = False
    plain: bool = True
    """Whether no part says of itself how it looks: the look of the cell is that of its words."""
    unseen: bool = False
    """Nobody can see it, or a part of it."""
    inks: tuple[str, ...] = ("",)
    """The colours of its parts as RRGGBB; empty for the colour of the cell."""
    small: bool = False
    """A part of it is too small to be read."""


def line_of(number: int, cells: Sequence[Cell | None], *, hidden: bool) -> SheetRow | None:
    """Make a line, with marks on what is struck out in a row that stands; None without words."""
    said = [one for one in cells if one and one.text]
    if not said:
        return None
    if all(one.struck for one in said):
        texts = [one.text if one else "" for one in cells]
        return SheetRow(number, texts, hidden=hidden, struck=True)
    texts = [_told(one, f"{column_letters(place)}{number}") for place, one in enumerate(cells)]
    return SheetRow(number, texts, hidden=hidden)


def _told(cell: Cell | None, where: str) -> str:
    """Give what a cell says, with a mark where its look makes that doubtful."""
    if cell is None or not cell.text:
        return ""
    if cell.struck or cell.partly:
        return marked(STRUCK, where, cell.text)
    return marked(UNSEEN, where, cell.text) if cell.unseen else cell.text


def name_in(text: str) -> str:
    """Return the name of a column without the mark of what cannot be seen: the run says it."""
    if not text.startswith(UNSEEN):
        return text
    return _PLACE.sub("", text.removeprefix(UNSEEN), count=1).strip()


def is_alike(ink: str, ground: str) -> bool:
    """Tell whether words in one colour cannot be seen on another; both as RRGGBB."""
    return contrast(Colour.from_hex(f"#{ink}"), Colour.from_hex(f"#{ground}")) < _ALIKE


DRAWINGS = "pictures, shapes or text boxes are not read"
"""Said of a sheet that has any."""
PAGE_HEADS = "the words above or below each printed page are not read"
"""Said of a sheet whose page header or footer holds words."""


def comments_named(places: Sequence[str]) -> str:
    """Say which cells have comments, the first of them if they are many."""
    more = len(places) - _MOST_NAMED
    named = ", ".join(places[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return (
        f"the comment on {named} is not read"
        if len(places) == 1
        else (f"the comments on {named} are not read")
    )


def unmerged(
    lines: Iterable[SheetRow], areas: Iterable[Area], named: Collection[int]
) -> Iterator[SheetRow]:
    """Mark every cell of a line whose words stand in a merged area with others.

    `named` are the places of columns with a name: what is merged over one such column and others
    without a name is left as it is. Of an area over several rows each row is marked, since nobody
    can tell which of them its words belong to.
    """
    waiting = sorted(areas, reverse=True)
    here: list[Area] = []
    for line in lines:
        while waiting and waiting[-1].top <= line.number:
            here.append(waiting.pop())
        if here:
            here = [area for area in here if area.bottom >= line.number]
            yield _marked(line, here, named)
        else:
            yield line


def _marked(line: SheetRow, areas: Iterable[Area], named: Collection[int]) -> SheetRow:
    cells = list(line.cells)
    for area in areas:
        places = [at for at in range(area.left, area.right + 1) if at in named]
        if not places or (area.top == area.bottom and places == [area.left]):
            continue
        cells += [""] * (places[-1] + 1 - len(cells))
        for at in places:
            if not cells[at].startswith(MERGED):
                cells[at] = marked(MERGED, area.name, cells[at])
    return SheetRow(line.number, cells, line.hidden, line.struck)
