"""Read an XLSX file as sheets with their values and their look, and write one: `Workbook`.

Shared texts are read here, because the library loses what part of a text is struck out.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from posixpath import normpath
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import iterparse

import openpyxl
from msgspec.structs import replace
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, WorkSheetParser

from handouts.batch.file_kinds import MOST_COLUMNS, check_rows
from handouts.batch.grid import (
    DRAWINGS,
    PAGE_HEADS,
    SMALLEST,
    STALE,
    THINNEST_COLUMN,
    THINNEST_ROW,
    UNCLEAR,
    UNSEEN,
    UNSOLVED,
    Area,
    Cell,
    HiddenByRuleError,
    Sheet,
    SheetLook,
    SheetRow,
    comments_named,
    is_of_today,
    line_of,
    marked,
)
from handouts.batch.headers import column_letters
from handouts.batch.workbook_styles import Colours, WorkbookStyles, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TYPES, _PART = "[Content_Types].xml", "sharedStrings+xml"


def shared_texts(packed: ZipFile, colours: Colours) -> list[Cell]:
    """Read the texts that the cells of a workbook share; none where it has no such part."""
    names = packed.namelist()
    if _TYPES not in names:
        return []
    with packed.open(_TYPES) as types:
        parts = [
            one.get("PartName", "").lstrip("/")
            for _, one in iterparse(types)  # noqa: S314 - expat is bounded, as is the part
            if one.get("ContentType", "").endswith(_PART)
        ]
    texts: list[Cell] = []
    for part in parts:
        if part in names:
            with packed.open(part) as file:
                texts += _texts(file, colours)
    return texts


def _texts(file: IO[bytes], colours: Colours) -> Iterator[Cell]:
    for _, element in iterparse(file):  # noqa: S314 - expat is bounded, as is the part
        if element.tag.endswith("}si"):
            yield cell_of(element, colours)
            element.clear()


def cell_of(element: Element, colours: Colours) -> Cell:
    """Read a text in its runs, without what tells only how it is spoken."""
    parts: list[str] = []
    looks: list[_RunLook] = []
    told = False
    for child in element:
        kind = str(child.tag).rpartition("}")[2]
        if kind == "t":
            text, look = child.text or "", _USUAL_LOOK
        elif kind == "r":
            text = "".join(one.text or "" for one in child if one.tag.endswith("}t"))
            said = next((one for one in child if one.tag.endswith("}rPr")), None)
            look = _USUAL_LOOK if said is None else _look_of(said, colours)
            told = True
        else:
            continue
        parts.append(text)
        looks += [look] if text.strip() else []
    text = unescaped("".join(parts)).strip()
    if not told:
        return Cell(text)
    struck = [one.struck for one in looks]
    return Cell(
        text,
        struck=bool(struck) and all(struck),
        partly=any(struck),
        plain=False,
        inks=tuple(dict.fromkeys(one.ink for one in looks)),
        small=any(one.small for one in looks),
    )


class _RunLook(NamedTuple):
    """How a part of a text looks, where it says so itself."""

    struck: bool = False
    ink: str = ""
    small: bool = False


_USUAL_LOOK = _RunLook()


def _look_of(said: Element, colours: Colours) -> _RunLook:
    struck, ink, small = False, "", False
    for one in said:
        kind, value = str(one.tag).rpartition("}")[2], one.get("val", "1")
        if kind in ("strike", "dstrike"):
            struck |= value not in ("0", "false")
        elif kind == "color":
            ink = colours.of(dict(one.items()))
        elif kind == "sz":
            with suppress(ValueError):
                small = float(value) < SMALLEST
    return _RunLook(struck, ink, small)


def unescaped(text: str) -> str:
    """Undo the way in which XLSX writes what XML cannot hold, and make the ends of lines even."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def escaped(text: str) -> str:
    """Write a text so that XLSX can hold it, and `unescaped` gives it back."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


_ALWAYS = b"2000-01-01T00:00:00Z"
"""When every workbook of ours was made: the same rows give the same bytes."""
_CHUNK, _LONGEST = 1 << 20, 64
_LOOKS = re.compile(
    rb"<(?:\w{1,50}:)?(?:mergeCell|cfRule)\b"
    # A page header or footer, unless all in it are codes and signs, as most programs write it.
    rb"|<(?:\w{1,50}:)?(?:odd|even|first)(?:Header|Footer)\b(?![^<>]*/>|[^<>]*>"
    rb'(?:&amp;(?:(?:&quot;|")[^"&<]*(?:&quot;|")|K[0-9A-Fa-f+-]{6}|\d+|[A-Za-z])|[^&<A-Za-z\x80-\xff])*+</)'
)
_PAGE_HEAD = re.compile(r"(?:odd|even|first)(?:Header|Footer)")
_PAGE_FIELD = re.compile(r"&(?:\"[^\"]*\"|K[0-9A-Fa-f+-]{6}|\d+|[A-Za-z])")
"""A code in a page header or footer: where it stands, how it looks, or a number of pages."""
_WHEN = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=</dcterms:)")
_NOTHING = Cell("")
_TITLE = re.compile(r"[^\x00-\x1f\[\]*?:/\\']{1,31}")
"""A name that a sheet may have."""

warnings.filterwarnings("ignore", module="openpyxl")  # on looks that are none of ours


class Workbook:
    """An XLSX file; formulas count as what they last gave, numbers as their format shows them."""

    def __init__(self, path: str) -> None:
        self._path = path
        book: Any  # openpyxl gives no other way to the look of a sheet than what it calls its own
        with open(path, "rb") as file:  # noqa: PTH123 - a name as typed
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            found = book.worksheets
            self.sheets = [Sheet(one.title, one.sheet_state != "visible") for one in found]
            self._parts: dict[str, str] = {one.title: one._worksheet_path for one in found}  # noqa: SLF001
        self._styles = WorkbookStyles(book)
        with zipfile.ZipFile(path) as packed:
            self._texts = shared_texts(packed, self._styles.colours)
        self._dates: dict[str, Any] = {
            "epoch": book.epoch,
            "date_formats": book._date_formats,  # noqa: SLF001
            "timedelta_formats": book._timedelta_formats,  # noqa: SLF001
        }

    def look(self, sheet: str) -> SheetLook:
        """Tell what is merged and hidden; raises ValueError where a rule hides words."""
        with zipfile.ZipFile(self._path) as packed, packed.open(self._parts[sheet]) as part:
            parser = self._parser(part)
            next(parser.parse(), None)
            columns = list(parser.column_dimensions.values())
        hidden = frozenset(
            place
            for one in columns
            if _is_true(one.get("hidden")) or _is_below(one.get("width"), THINNEST_COLUMN)
            for place in range(int(one["min"]) - 1, min(int(one["max"]), MOST_COLUMNS + 1))
        )
        areas, rules, unread = [], set[str](), [*self._unread(sheet)]
        if self._has_looks(sheet):
            for element in self._elements(sheet):
                kind = element.tag.rpartition("}")[2]
                if kind == "mergeCell":
                    areas.append(_area(element.get("ref", "")))
                elif kind == "cfRule":
                    rules.add(element.get("dxfId", ""))
                elif _PAGE_HEAD.fullmatch(kind) and _has_words(element.text or ""):
                    unread.append(PAGE_HEADS)
        if rules & self._styles.hiding:
            raise HiddenByRuleError
        return SheetLook(tuple(areas), hidden, tuple(dict.fromkeys(unread)))

    def lines(self, sheet: str) -> Iterator[SheetRow]:
        """Read the rows of a sheet that hold words."""
        with zipfile.ZipFile(self._path) as packed, packed.open(self._parts[sheet]) as part:
            parser = self._parser(part)
            before = 0
            for number, found in parser.parse():
                check_rows(self._path, number)
                if number <= before:
                    raise ValueError("rows out of order")
                before = number
                attributes = parser.row_dimensions.pop(str(number), {})
                cells = self._cells(number, found)
                thin = _is_below(attributes.get("ht"), THINNEST_ROW)
                hidden = thin or _is_true(attributes.get("hidden"))
                if cells and (line := line_of(number, cells, hidden=hidden)):
                    yield line

    # -------------------------------------------------------------- inside
    def _parser(self, part: IO[bytes]) -> _Parser:
        texts: Any = self._texts
        parser = _Parser(part, texts, data_only=True, **self._dates)
        parser.colours = self._styles.colours
        return parser

    def _cells(self, number: int, found: Iterable[dict[str, Any]]) -> list[Cell | None]:
        """Put the cells of a row in their places; all that are too far count as one."""
        cells: list[Cell | None] = []
        for one in found:
            cell = self._cell(number, one)
            if not cell.text:
                continue
            place = min(one["column"] - 1, MOST_COLUMNS)
            if place < MOST_COLUMNS and place < len(cells) and cells[place]:
                raise ValueError("a cell stands twice")
            cells += [None] * (place + 1 - len(cells))
            cells[place] = cell
        return cells

    def _cell(self, number: int, one: dict[str, Any]) -> Cell:
        value, style = one["value"], one["style_id"]
        unsolved = one["data_type"] == "f"
        if value is None and not unsolved:
            return _NOTHING
        where = f"{column_letters(one['column'] - 1)}{number}"
        if unsolved or one["data_type"] == _STALE:
            return Cell(marked(UNSOLVED if unsolved else STALE, where))
        words = value.text if isinstance(value, Cell) else value
        shows = self._styles.shows(style, words)
        if not shows and words != "":
            return Cell(marked(UNCLEAR if shows is None else UNSEEN, where, str(words).strip()))
        if isinstance(value, Cell):
            return self._in_parts(value, style)
        struck, unseen = self._styles.is_struck(style), self._styles.is_unseen(style)
        form = self._styles.zeros(style)
        if form and type(value) in (int, float) and value % 1 == 0:
            return Cell(shown(int(value), form), struck, unseen=unseen)
        return Cell(unescaped(_text(value)).strip(), struck, unseen=unseen)

    def _in_parts(self, cell: Cell, style: int) -> Cell:
        """Return a shared or inline text with the look of the cell that holds it."""
        struck = self._styles.is_struck(style)
        unseen = self._styles.is_unseen(style, cell.inks, small=cell.small)
        if not cell.text or not (struck or unseen):
            return cell
        all_struck = cell.struck or (struck and cell.plain)
        return replace(cell, struck=all_struck, partly=struck or cell.partly, unseen=unseen)

    def _unread(self, sheet: str) -> Iterator[str]:
        """Name what belongs to a sheet and is none of its cells: comments and drawings."""
        folder, _, name = self._parts[sheet].rpartition("/")
        kinds: dict[str, list[str]] = {}
        with zipfile.ZipFile(self._path) as packed:
            links, names = f"{folder}/_rels/{name}.rels", packed.namelist()
            if links not in names:
                return
            with packed.open(links) as part:
                for _, one in iterparse(part):  # noqa: S314 - expat is bounded, as is the part
                    kind = one.get("Type", "").rpartition("/")[2]
                    target = one.get("Target", "")
                    path = normpath(target if target.startswith("/") else f"{folder}/{target}")
                    kinds.setdefault(kind, []).append(path.lstrip("/"))
            places: dict[str, None] = {}
            for path in (*kinds.get("comments", ()), *kinds.get("threadedComment", ())):
                if path in names:
                    with packed.open(path) as part:
                        places |= dict.fromkeys(_commented(part))
        if places:
            yield comments_named([*places])
        if "drawing" in kinds:
            yield DRAWINGS

    def _has_looks(self, sheet: str) -> bool:
        """Tell whether a sheet merges cells or has rules; those that do are read once more."""
        before = b""
        with zipfile.ZipFile(self._path) as packed, packed.open(self._parts[sheet]) as part:
            while chunk := part.read(_CHUNK):
                if _LOOKS.search(before + chunk):
                    return True
                before = chunk[-_LONGEST:]
        return False

    def _elements(self, sheet: str) -> Iterator[Element]:
        with zipfile.ZipFile(self._path) as packed, packed.open(self._parts[sheet]) as part:
            for _, element in iterparse(part):  # noqa: S314 - expat is bounded, as is the part
                yield element
                if element.tag.endswith("}row"):
                    element.clear()


def _area(reference: str) -> Area:
    left, top, right, bottom = range_boundaries(reference)
    if None in (left, top, right, bottom):
        raise ValueError("a merged area without an end")
    return Area(int(top or 1), int(left or 1) - 1, int(bottom or 1), int(right or 1) - 1)


_STALE = "today"
"""What we call the type of a cell that a formula fills with the day of its last saving."""


class _Parser(WorkSheetParser):
    """openpyxl's parser, which also tells a formula without a result from an empty cell."""

    colours: Colours

    def parse_cell(self, element: Any) -> Any:  # noqa: ANN401 - as openpyxl has it
        inline = element.get("t") == "inlineStr"
        if inline:
            element.set("t", "str")  # openpyxl drops what is struck out in such a text
        cell = super().parse_cell(element)
        if inline:
            text = element.find(INLINE_STRING)
            cell["value"] = None if text is None else cell_of(text, self.colours)
            return cell
        formula = element.find(FORMULA_TAG)
        if formula is None:
            return cell
        if cell["value"] is None and cell["data_type"] != "str":
            cell["data_type"] = "f"
        if isinstance(cell["value"], date) and is_of_today(formula.text or ""):
            cell["data_type"] = _STALE
        return cell


def _commented(part: IO[bytes]) -> Iterator[str]:
    """Name the cells that a part has comments on."""
    for _, one in iterparse(part):  # noqa: S314 - expat is bounded, as is the part
        if one.tag.endswith(("}comment", "}threadedComment")):
            yield one.get("ref", "")


def _has_words(page_head: str) -> bool:
    """Tell whether a page header or footer says more than numbers of pages and dates."""
    return any(char.isalpha() for char in _PAGE_FIELD.sub("", page_head))


def _is_below(text: str | None, least: float) -> bool:
    """Tell whether a size that is given is too small for anybody to see what has it."""
    try:
        return text is not None and float(text) < least
    except ValueError:
        return False


def _is_true(text: object) -> bool:
    return text in ("1", "true", "on")


def workbook(rows: Iterable[Sequence[str]], title: str = "worklist") -> bytes:
    """Write a workbook of one sheet; no cell is a formula, whatever it starts with.

    The same rows give the same bytes: it does not say when it was made.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title if _TITLE.fullmatch(title) else None)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=escaped(text)) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return _timeless(content)


def _timeless(book: io.BytesIO) -> bytes:
    """Take the times of writing out of a workbook."""
    content = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(content, "w") as new:
        for one in old.infolist():
            entry = zipfile.ZipInfo(one.filename)  # of 1980, the first year that it knows
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, _WHEN.sub(_ALWAYS, old.read(one)))
    return content.getvalue()


def _text(value: object) -> str:
    """Write a cell as a person would have typed it into a CSV file."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            midnight = value.time() == time.min
            return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()
