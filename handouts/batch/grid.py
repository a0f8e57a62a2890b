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

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


MERGED, STRUCK, UNSOLVED, UNCLEAR = "#MERGED!", "#STRUCK!", "#FORMULA!", "#UNCLEAR!"
_ERRORS = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|ERROR!|NV\b|BEZUG!|WERT!|ZAHL!)",
    re.IGNORECASE,
)
"""As Excel, LibreOffice and Google write an error, anywhere in a text."""
_WHOLE = re.compile(
    r"#\S{2,20}[!?]|#[^\W\d_]+_\w+|#[^\W\d_]{1,2}/[^\W\d_]{1,2}|#(?:YOK|HIÁNYZIK)|Err:\d{3}",
    re.IGNORECASE,
)
"""An error of another language or version: it is all that stands in the cell."""


_PLACE = re.compile(r" ([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)\b")


def doubt(text: str, column: str) -> Fault | None:
    """Return what is wrong with a cell that no reader can believe; None for any other."""
    if "#" not in text and "Err:" not in text:
        return None
    for mark, (message, hint) in _MEANINGS.items():
        if text.startswith(mark):
            where = _PLACE.match(text.removeprefix(mark))
            cell = where[1] if where else "it"
            about = "" if mark == UNSOLVED else column  # as formulas have always been refused
            return Fault(message=message.format(cell), hint=hint.format(cell), about=about)
    if _ERRORS.search(text) or _WHOLE.fullmatch(text.strip()):
        hint = "correct the formula in the spreadsheet, or write what is meant"
        return Fault(message="the cell holds an error of a spreadsheet", hint=hint, about=column)
    return None


def marked(mark: str, place: str, text: str = "") -> str:
    """Write a mark before what a cell holds; `place` is the cell or range as a sheet names it."""
    return f"{mark} {place} {text}".rstrip()


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


class Sheet(Struct, frozen=True):
    """A sheet of a file."""

    name: str
    hidden: bool


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


def line_of(number: int, cells: Sequence[Cell | None], *, hidden: bool) -> SheetRow | None:
    """Make a line, with marks on what is struck out in a row that stands; None without words."""
    said = [one for one in cells if one and one.text]
    if not said:
        return None
    if all(one.struck for one in said):
        texts = [one.text if one else "" for one in cells]
        return SheetRow(number, texts, hidden=hidden, struck=True)
    texts = [
        ""
        if one is None
        else marked(STRUCK, f"{column_letters(place)}{number}", one.text)
        if (one.struck or one.partly) and one.text
        else one.text
        for place, one in enumerate(cells)
    ]
    return SheetRow(number, texts, hidden=hidden)


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
