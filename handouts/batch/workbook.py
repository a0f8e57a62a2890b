"""Read an XLSX file as sheets with their values and their look, and write one: `Workbook`.

Shared texts are read here, because the library loses what part of a text is struck out.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from functools import cache
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import iterparse

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, WorkSheetParser

from handouts.batch.file_kinds import MOST_COLUMNS, check_rows
from handouts.batch.grid import (
    UNCLEAR,
    UNSOLVED,
    Area,
    Cell,
    Sheet,
    SheetLook,
    SheetRow,
    line_of,
    marked,
)
from handouts.batch.headers import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TYPES, _PART = "[Content_Types].xml", "sharedStrings+xml"


def shared_texts(packed: ZipFile) -> list[Cell]:
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
                texts += _texts(file)
    return texts


def _texts(file: IO[bytes]) -> Iterator[Cell]:
    for _, element in iterparse(file):  # noqa: S314 - expat is bounded, as is the part
        if element.tag.endswith("}si"):
            yield cell_of(element)
            element.clear()


def cell_of(element: Element) -> Cell:
    """Read a text in its runs, without what tells only how it is spoken."""
    parts: list[str] = []
    lines: list[bool] = []
    told = False
    for child in element:
        kind = str(child.tag).rpartition("}")[2]
        if kind == "t":
            text, line = child.text or "", False
        elif kind == "r":
            text = "".join(one.text or "" for one in child if one.tag.endswith("}t"))
            looks = [one for one in child if one.tag.endswith("}rPr")]
            line = bool(looks) and _strikes(looks[0])
            told = True
        else:
            continue
        parts.append(text)
        lines += [line] if text.strip() else []
    text = unescaped("".join(parts)).strip()
    all_struck = bool(lines) and all(lines)
    return Cell(text, struck=all_struck, partly=any(lines), plain=not told)


def _strikes(looks: Element) -> bool:
    return any(
        one.tag.endswith(("}strike", "}dstrike")) and one.get("val", "1") not in ("0", "false")
        for one in looks
    )


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
_LOOKS = re.compile(rb"<(?:\w{1,50}:)?(?:mergeCell|cfRule)\b")
_WHEN = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=</dcterms:)")
_ZEROS = re.compile(r'(?:0|[ ()/.-]|\\.|"[^"]*"|_.)+')
_NOTHING = Cell("")
_TITLE = re.compile(r"[^\x00-\x1f\[\]*?:/\\']{1,31}")
"""A name that a sheet may have."""
_PARTS = re.compile(r'0|\\(.)|"([^"]*)"|_.|(.)')

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
        with zipfile.ZipFile(path) as packed:
            self._texts = shared_texts(packed)
        self._dates: dict[str, Any] = {
            "epoch": book.epoch,
            "date_formats": book._date_formats,  # noqa: SLF001
            "timedelta_formats": book._timedelta_formats,  # noqa: SLF001
        }
        styles, fonts = book._cell_styles, book._fonts  # noqa: SLF001
        self._struck = {at for at, one in enumerate(styles) if fonts[one.fontId].strike}
        forms = [_format(one.numFmtId, book._number_formats) for one in styles]  # noqa: SLF001
        self._unseen = {at for at, form in enumerate(forms) if form and not form.strip("; ")}
        self._formats = [_zeros(form) for form in forms]
        rules = book._differential_styles.styles  # noqa: SLF001
        self._striking = {at for at, one in enumerate(rules) if one.font and one.font.strike}

    def look(self, sheet: str) -> SheetLook:
        """Tell what is merged and hidden; raises ValueError where a rule strikes cells out."""
        with zipfile.ZipFile(self._path) as packed, packed.open(self._parts[sheet]) as part:
            parser = self._parser(part)
            next(parser.parse(), None)
            columns = list(parser.column_dimensions.values())
        hidden = frozenset(
            place
            for one in columns
            if _is_true(one.get("hidden")) or one.get("width") == "0"
            for place in range(int(one["min"]) - 1, min(int(one["max"]), MOST_COLUMNS + 1))
        )
        areas, rules = [], set[str]()
        if self._has_looks(sheet):
            for element in self._elements(sheet):
                kind = element.tag.rpartition("}")[2]
                if kind == "mergeCell":
                    areas.append(_area(element.get("ref", "")))
                elif kind == "cfRule":
                    rules.add(element.get("dxfId", ""))
        if rules & {str(one) for one in self._striking}:
            raise StruckByRuleError
        return SheetLook(tuple(areas), hidden)

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
                hidden = _is_true(attributes.get("hidden")) or attributes.get("ht") in ("0", "0.0")
                if cells and (line := line_of(number, cells, hidden=hidden)):
                    yield line

    # -------------------------------------------------------------- inside
    def _parser(self, part: IO[bytes]) -> _Parser:
        texts: Any = self._texts
        return _Parser(part, texts, data_only=True, **self._dates)

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
        struck = style in self._struck
        unsolved = one["data_type"] == "f"
        if value is None and not unsolved:
            return _NOTHING
        if unsolved or style in self._unseen:  # of the latter the sheet shows nothing
            where = f"{column_letters(one['column'] - 1)}{number}"
            return Cell(marked(UNSOLVED if unsolved else UNCLEAR, where))
        if isinstance(value, Cell):
            if not struck or not value.text:
                return value
            return Cell(value.text, struck=value.plain or value.struck, partly=True)
        form = self._formats[style] if style < len(self._formats) else ""
        if form and type(value) in (int, float) and value % 1 == 0:
            return Cell(shown(int(value), form), struck)
        return Cell(unescaped(_text(value)).strip(), struck)

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


class StruckByRuleError(ValueError):
    """A rule of the sheet strikes cells out; which ones, only a spreadsheet program can tell."""


class _Parser(WorkSheetParser):
    """openpyxl's parser, which also tells a formula without a result from an empty cell."""

    def parse_cell(self, element: Any) -> Any:  # noqa: ANN401 - as openpyxl has it
        inline = element.get("t") == "inlineStr"
        if inline:
            element.set("t", "str")  # openpyxl drops what is struck out in such a text
        cell = super().parse_cell(element)
        if inline:
            text = element.find(INLINE_STRING)
            cell["value"] = None if text is None else cell_of(text)
        elif cell["value"] is None and cell["data_type"] != "str":
            formula = element.find(FORMULA_TAG)
            if formula is not None:
                cell["data_type"] = "f"
        return cell


def _is_true(text: object) -> bool:
    return text in ("1", "true", "on")


@cache
def _builtin(number: int) -> str:
    return str(BUILTIN_FORMATS.get(number, ""))


def _format(number: int, own: Sequence[str]) -> str:
    """Return the format of a number; empty where there is none."""
    at = number - BUILTIN_FORMATS_MAX_SIZE
    return own[at] if 0 <= at < len(own) else _builtin(number)


def _zeros(form: str) -> str:
    """Return the format of positive numbers, if it is one of zeros alone; else nothing."""
    first = form.partition(";")[0]
    return first if "0" in first and _ZEROS.fullmatch(first) and ".0" not in first else ""


def shown(number: int, form: str) -> str:
    """Write a whole number as a format of zeros shows it: 123 is 0000123, or 000-0123."""
    if number < 0 or form in ("", "0"):
        return str(number)
    parts = [
        "0" if one[0] == "0" else one[1] or one[2] or one[3] or "" for one in _PARTS.finditer(form)
    ]
    zeros = [at for at, one in enumerate(_PARTS.finditer(form)) if one[0] == "0"]
    digits = str(number).zfill(len(zeros))
    extra = len(digits) - len(zeros)
    for nth, at in enumerate(zeros):
        parts[at] = digits[: extra + 1] if nth == 0 else digits[extra + nth]
    return "".join(parts)


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
