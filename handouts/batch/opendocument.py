"""Read an ODS file as sheets with their values and their look: `OpenDocument`.

A library reads the values. It says nothing of what is merged, hidden or struck out, and drops
errors; so the document is read a second time for these, and a cell of which the two readings
differ is marked.
"""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import iterparse

from msgspec import Struct
from python_calamine import CalamineWorkbook

from handouts.batch.document_styles import DocumentStyles, WordLook
from handouts.batch.file_kinds import MOST_COLUMNS, MOST_ROWS, check_rows, unreadable_error
from handouts.batch.grid import (
    DRAWINGS,
    PAGE_HEADS,
    STALE,
    UNCLEAR,
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element


_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = (f"{{{_NAMES}{one}:1.0}}" for one in ("table", "office", "text"))
_PARAGRAPH = f"{_TEXT}p"
_REMARK, _DRAWN = f"{_OFFICE}annotation", f"{{{_NAMES}drawing:1.0}}"
_RULE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}condition"
_ERROR = "error"
_MOST_CELLS = 1 << 22
"""In the area that the words of all sheets span: the library holds each of them."""
_DIGITS = re.compile(r"[\d -]*\d")
_HIDDEN = frozenset({"collapse", "filter"})
_ROW, _CELL, _COVERED, _COLUMN, _SHEET = (
    f"{_TABLE}{one}"
    for one in ("table-row", "table-cell", "covered-table-cell", "table-column", "table")
)


class _Seen(Struct, frozen=True):
    """What the document itself says of a cell."""

    text: str
    kind: str
    struck: bool
    partly: bool
    formula: str
    unseen: bool
    odd: bool
    """It holds words that are no paragraph, such as a list, which no library reads as a cell."""


class OpenDocument:
    """An ODS file; formulas count as what they last gave."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._styles = DocumentStyles(path)
        self._looks: dict[str, SheetLook] = {}
        self._drawn, self._ruled = set[str](), set[str]()
        self._survey()
        book = CalamineWorkbook.from_path(path)
        self._values = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
        hidden = {
            one.name: not str(one.visible).endswith("Visible") for one in book.sheets_metadata
        }
        self.sheets = [Sheet(name, hidden[name]) for name in book.sheet_names]
        if set(self._looks) != set(hidden):
            raise ValueError("two readings of the sheets differ")

    def look(self, sheet: str) -> SheetLook:
        """Tell what is merged and hidden; raises HiddenByRuleError where a rule hides words."""
        if sheet in self._ruled:
            raise HiddenByRuleError
        return self._looks[sheet]

    def lines(self, sheet: str) -> Iterator[SheetRow]:
        """Read the rows of a sheet that hold words."""
        found = self._values[sheet]
        first = found.start
        values = found.iter_rows()
        at, left = 1, first[1] if first else 0  # all rows, each from the first column with words
        row: Sequence[Any] = ()
        for name, number, times, element, columns in self._rows():
            if name != sheet:
                continue
            seen = list(self._cells(element, columns))
            if not any(one and (one.text or one.formula or one.odd) for one in seen):
                continue
            thin = self._styles.is_thin("table-row", element.get(f"{_TABLE}style-name", ""))
            hidden = thin or element.get(f"{_TABLE}visibility") in _HIDDEN
            for n in range(number, number + times):
                check_rows(self._path, n)
                while at <= n:
                    row, at = next(values, ()), at + 1
                cells = [
                    _cell(one, row[place - left] if 0 <= place - left < len(row) else "", n, place)
                    for place, one in enumerate(seen)
                ]
                if line := line_of(n, cells, hidden=hidden):
                    yield line

    # -------------------------------------------------------------- the document itself
    def _survey(self) -> None:
        """Look at every sheet, and see that the library will not need much memory for them."""
        areas: dict[str, list[Area]] = {}
        remarks: dict[str, list[str]] = {}
        hidden: dict[str, frozenset[int]] = {}
        spans: dict[str, tuple[int, int]] = {}
        for name, number, times, element, columns in self._rows():
            hidden.setdefault(name, frozenset(n for n, one in enumerate(columns) if one[1]))
            merged = areas.setdefault(name, [])
            place = 0
            for child in element:
                repeat = _number(child, f"{_TABLE}number-columns-repeated")
                down = _number(child, f"{_TABLE}number-rows-spanned")
                right = _number(child, f"{_TABLE}number-columns-spanned")
                if down > 1 or right > 1:
                    merged.append(Area(number, place, number + down - 1, place + right - 1))
                if child.find(_REMARK) is not None:
                    where = f"{column_letters(min(place, MOST_COLUMNS))}{number}"
                    remarks.setdefault(name, []).append(where)
                if any(one.tag.startswith(_DRAWN) for one in child):
                    self._drawn.add(name)
                if self._styles.is_ruled(child.get(f"{_TABLE}style-name", "")):
                    self._ruled.add(name)
                place += repeat
                if len(child):
                    low, wide = spans.get(name, (0, 0))
                    spans[name] = max(low, number + times - 1), max(wide, place)
        if sum(low * wide for low, wide in spans.values()) > _MOST_CELLS:
            hint = "save only the worklist, as a new file"
            raise unreadable_error(self._path, "its cells lie too far apart", hint)
        for name in self._names:
            unread = [comments_named(remarks[name])] if name in remarks else []
            unread += [DRAWINGS] if name in self._drawn else []
            unread += [PAGE_HEADS] if self._styles.has_page_heads else []
            self._looks[name] = SheetLook(
                tuple(areas.get(name, ())), hidden.get(name, frozenset()), tuple(unread)
            )

    def _rows(self) -> Iterator[tuple[str, int, int, Element, list[tuple[str, bool]]]]:
        """Walk through the rows: sheet, number, how often it stands, the row, and the columns."""
        self._names: list[str] = []
        with zipfile.ZipFile(self._path) as packed, packed.open("content.xml") as content:
            name, number, depth = "", 1, 0
            columns: list[tuple[str, bool]] = []
            for event, element in iterparse(content, ("start", "end")):  # noqa: S314 - bounded
                if event == "start":
                    if element.tag == _SHEET:
                        depth += 1
                        if depth > 1:
                            raise ValueError("a sheet within a sheet")
                        name, number, columns = element.get(f"{_TABLE}name", ""), 1, []
                        self._names.append(name)
                elif element.tag == _SHEET:
                    depth -= 1
                    element.clear()
                elif element.tag == _COLUMN and depth:
                    style = element.get(f"{_TABLE}default-cell-style-name", "")
                    thin = self._styles.is_thin(
                        "table-column", element.get(f"{_TABLE}style-name", "")
                    )
                    out = thin or element.get(f"{_TABLE}visibility") in _HIDDEN
                    repeat = _number(element, f"{_TABLE}number-columns-repeated")
                    columns += [(style, out)] * min(repeat, MOST_COLUMNS - len(columns))
                elif element.tag == _ROW and depth:
                    times = _number(element, f"{_TABLE}number-rows-repeated")
                    if any(len(child) or child.get(f"{_TABLE}formula") for child in element):
                        yield name, number, min(times, MOST_ROWS + 1), element, columns
                    number += times
                    element.clear()
                elif depth:
                    self._note(name, element)

    def _note(self, sheet: str, element: Element) -> None:
        """Keep in mind drawings, and rules that hide words."""
        if element.tag == f"{_TABLE}shapes" and len(element):
            self._drawn.add(sheet)
        elif element.tag == _RULE:
            said = (value for key, value in element.items() if key.endswith("}apply-style-name"))
            if self._styles.hides(next(said, "")):
                self._ruled.add(sheet)

    def _cells(self, row: Element, columns: Sequence[tuple[str, bool]]) -> Iterator[_Seen | None]:
        """Read the cells of a row, each as often as it stands; those too far count as one."""
        usual = row.get(f"{_TABLE}default-cell-style-name", "")
        place = 0
        for element in row:
            if element.tag not in (_CELL, _COVERED):
                continue
            for _ in range(_number(element, f"{_TABLE}number-columns-repeated")):
                if place > MOST_COLUMNS:
                    return
                column = columns[place][0] if place < len(columns) else ""
                style = element.get(f"{_TABLE}style-name") or usual or column
                yield self._seen(element, style) if len(element) or element.attrib else None
                place += 1

    def _seen(self, element: Element, style: str) -> _Seen:
        kind = element.get(f"{_OFFICE}value-type", "")
        look = self._styles.of("table-cell", style)
        if any(value == _ERROR for key, value in element.items() if key.endswith("}value-type")):
            kind = _ERROR
        pieces = list(self._pieces(element, look))
        looks = [one for text, one in pieces if text.strip()]
        lines = [one.struck for one in looks]
        return _Seen(
            text="".join(text for text, _ in pieces).strip(),
            kind=kind,
            struck=bool(lines) and all(lines),
            partly=any(lines),
            formula=element.get(f"{_TABLE}formula", ""),
            unseen=any(one.is_unseen for one in looks),
            odd=any(
                one.tag.startswith(_TEXT)
                and one.tag != _PARAGRAPH
                and "".join(one.itertext()).strip()
                for one in element
            ),
        )

    def _pieces(self, cell: Element, look: WordLook) -> Iterator[tuple[str, WordLook]]:
        """Read the paragraphs of a cell, without comments: each piece, and how it looks."""
        paragraphs = [one for one in cell if one.tag == _PARAGRAPH]
        for nth, one in enumerate(paragraphs):
            if nth:
                yield "\n", look
            yield from self._run(one, look)

    def _run(self, element: Element, look: WordLook) -> Iterator[tuple[str, WordLook]]:
        yield element.text or "", look
        for child in element:
            kind = child.tag.removeprefix(_TEXT)
            if kind == "s":
                yield " " * min(_number(child, f"{_TEXT}c"), MOST_COLUMNS), look
            elif kind in ("tab", "line-break"):
                yield "\t" if kind == "tab" else "\n", look
            elif child.tag.startswith(_TEXT) and kind not in ("note", "ruby-text"):
                own = self._styles.of("text", child.get(f"{_TEXT}style-name", ""), look)
                yield from self._run(child, own)
            yield child.tail or "", look


def _is_odd(part: Element) -> bool:
    """Tell whether a part of a cell holds words, and is no paragraph."""
    words = part.tag.startswith(_TEXT) and part.tag != _PARAGRAPH
    return words and bool("".join(part.itertext()).strip())


def _cell(seen: _Seen | None, value: Any, row: int, place: int) -> Cell | None:  # noqa: ANN401 - whatever a cell may hold
    """Make one cell of the two readings."""
    where = f"{column_letters(place)}{row}"
    if seen is None:
        return Cell(marked(UNCLEAR, where)) if value not in ("", None) else None
    text = seen.text
    if seen.odd:
        return Cell(marked(UNCLEAR, where, text))
    if seen.kind == _ERROR or text.startswith(("#", "Err:")):
        return Cell(text or "#N/A")
    if seen.formula and not seen.kind and not text:
        return Cell(marked(UNSOLVED, where))
    if isinstance(value, date) and is_of_today(seen.formula):
        return Cell(marked(STALE, where))
    read = _read(seen, value)
    if read is None:
        read = marked(UNCLEAR, where, text or str(value).strip())
    return Cell(read, seen.struck, seen.partly, unseen=seen.unseen)


def _read(seen: _Seen, value: Any) -> str | None:  # noqa: ANN401
    """Write a value as a person would have typed it; None where the two readings differ."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float() | int() if seen.kind == "float" and float(value).is_integer():
            return seen.text if _same_number(seen.text, value) else str(int(value))
        case datetime():
            midnight = value.time() == time.min
            return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case str():
            return seen.text if value.strip() == seen.text else None
        case _:
            return str(value) if isinstance(value, time | timedelta | float | int) else None


def _same_number(text: str, value: float) -> bool:
    """Tell whether digits are a whole number with the zeros, blanks or hyphens of its format."""
    digits = re.sub(r"[ -]", "", text)
    return bool(_DIGITS.fullmatch(text)) and int(digits) == value


def _number(element: Element, key: str) -> int:
    """Return how often or how far something goes; at least 1."""
    return max(1, int(element.get(key, "1")))
