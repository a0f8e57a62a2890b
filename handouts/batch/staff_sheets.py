"""Set slips between the leaflets of a batch, and the tally sheet: `Slips`, `typeset_tally`.

A slip shows the row id and numbers but no name; it is typeset once, and slots are filled for
each row. The tally sheet does not repeat what was typed: a misplaced word may be a name.
"""

from __future__ import annotations

import csv
import filecmp
import os
import re
import string
from contextlib import suppress
from itertools import count, takewhile
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.batch.worklist import PROBLEM, ROW_ID, Done, Refused, problem_text
from handouts.errors import Fault, TypesettingError, shorten
from handouts.fastpath.name_slot import set_name
from handouts.render.layout.staff_page import BODY, HEADING, TITLE, VALUE, StaffPages
from handouts.render.layout.style import BLACK, TextStyle
from handouts.render.pdf.canvas import Glyphs
from handouts.render.pdf.graphics import MM, line
from handouts.render.pdf.structure import Tag
from handouts.render.pdf.typeface import measure_glyphs
from handouts.system.files import replacing
from handouts.system.terminal import Progress, note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handouts.batch.worklist import Outcome, Row, Worklist
    from handouts.content.library import Library
    from handouts.fastpath.name_slot import GlyphMetrics, Slot, TypesetPdf
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.pdf.fonts import Faces
    from handouts.render.pdf.structure import TagPath
    from handouts.selection.request import Request


_TYPED = re.compile(r"`[^`]*`")
_ALL_TYPED = re.compile(r"`.*`", re.DOTALL)
_HIDDEN = "\0"
"""What stands for typed words until a sentence without them is whole."""
_WITHOUT = (
    (re.compile(rf"unknown [\w ]+ {_HIDDEN}"), "this word is not known here"),
    (re.compile(rf"{_HIDDEN} cannot go with {_HIDDEN}"), "two of the words cannot go together"),
    (re.compile(rf"{_HIDDEN} and {_HIDDEN}"), "two of the words"),
    (re.compile(rf"^{_HIDDEN}"), "what is written"),
    (re.compile(rf",?\s?{_HIDDEN}"), ""),
)
"""Sentences about what was typed, and how they go on without it: none is cut short."""
_UNPRINTABLE = "the words of its leaflet cannot be printed"


class RefusedRow(Struct, frozen=True):
    """A row that got no leaflet, or none with its name."""

    number: int
    """As the file counts."""
    row: str
    """Its row id; empty where it has none, or one that may not be shown."""
    why: str
    """Empty when it is the words of its leaflet that cannot be printed."""


class PrintCounts(Struct, frozen=True, kw_only=True):
    """What is in a pile."""

    rows: int
    made: int
    leaflets: int
    """With copies."""
    sides: int
    sheets: int
    slips: int
    one_sided: bool
    sealed: bool
    """The leaflets are encrypted, so the rejects hold nothing to mend."""
    refused: Sequence[RefusedRow]
    unnamed: Sequence[RefusedRow] = ()
    """The rows whose leaflet has a blank name line, although they have a name."""

    def sheets_of(self, pages: int) -> int:
        """Count the sheets that pages of the tally itself take."""
        return pages if self.one_sided else -(-pages // 2)

    def sheets_in_all(self, pages: int) -> int:
        """Count the sheets of the pile, with a tally of so many pages."""
        return self.sheets + self.slips + self.sheets_of(pages)


class Tally:
    """What became of each row, said as it happens."""

    def __init__(
        self, worklist: Worklist, *, one_sided: bool, sealed: bool = False, quiet: bool = False
    ) -> None:
        """`sealed` says that the leaflets are encrypted, `quiet` that no progress is shown."""
        self._worklist, self._one_sided, self._sealed = worklist, one_sided, sealed
        self._progress = Progress(worklist.total, quiet=quiet)
        self.done = self.sides = 0
        self._leaflets = self._sides = self._sheets = 0
        self.sheets: dict[str, Request] = {}
        """The papers that go into the printer, each with a request for it; the first is on top."""
        self.draft = False
        self.refused: list[Refused] = []
        self.unnamed: list[RefusedRow] = []

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Count outcomes, and name each row that got no leaflet, or none with its name."""
        for outcome in outcomes:
            if isinstance(outcome, Done):
                self._add(outcome)
                row = outcome.row
                if outcome.doubts:
                    self._progress.clear()
                    for line in outcome.doubts:
                        note(f"{_called(row)}: {line}")
                if outcome.unnamed:
                    self._progress.clear()
                    said = problem_text(outcome.unnamed)
                    note(f"{_called(row)}: {said}; its name line is blank")
                    self.unnamed.append(_row_without(row, outcome.unnamed))
            else:
                self.refused.append(outcome)
                self._progress.clear()
                for line in _lines(outcome):
                    note(line)
            self._progress.step()

    def count(self, *, slips: bool) -> PrintCounts:
        """Count what is in the pile, copies too."""
        return PrintCounts(
            rows=self.done + len(self.refused),
            made=self.done,
            leaflets=self._leaflets,
            sides=self._sides,
            sheets=self._sheets,
            slips=self.done if slips else 0,
            one_sided=self._one_sided,
            sealed=self._sealed,
            refused=[_lack(one) for one in self.refused],
            unnamed=self.unnamed,
        )

    def write_rejects(self, folder: str, worklist: str, *, shared: bool) -> str | None:
        """Write the refused rows as a worklist; give its path, or None where no row was refused.

        A file of rejects that is there and is not the same may be mended: it stays, and the new one
        gets a number. Of a sealed run only numbers, row ids and reasons are written: the rest would
        tell of patients in plain text.
        """
        if not self.refused:
            return None
        for number in count(1):
            path = _rejects_of(worklist, folder, self._suffix, number)
            with suppress(_OtherRejects), replacing(path, shared=shared) as part:
                if self._sealed:
                    _write_lacks(part, map(_lack, self.refused))
                else:
                    self._worklist.rejects(part, ((one.row, one.faults) for one in self.refused))
                if os.path.lexists(path) and not _alike(path, part):
                    raise _OtherRejects
                return path
        return None

    def old_rejects(self, folder: str, worklist: str, written: str | None) -> list[str]:
        """Name files of rejects of this list that an earlier run has left: they may be mended."""
        found = []
        for suffix in dict.fromkeys((".csv", self._worklist.rejects_suffix)):
            paths = (_rejects_of(worklist, folder, suffix, number) for number in count(1))
            found += [one for one in takewhile(os.path.lexists, paths) if one != written]
        return found

    @property
    def _suffix(self) -> str:
        return ".csv" if self._sealed else self._worklist.rejects_suffix

    def _add(self, done: Done) -> None:
        copies, request = done.row.copies, done.request
        self.done += 1
        self.sides += done.sides
        self._leaflets += copies
        self._sides += copies * done.sides
        self._sheets += copies * done.sheets(one_sided=self._one_sided)
        self.draft |= done.pdf.draft
        self.sheets.setdefault(request.look.sheet, request)


class _OtherRejects(Exception):  # noqa: N818 - it ends the writing of one file, and is no error
    """A file of rejects is there already, and is not what would be written."""


def _alike(path: str, part: str) -> bool:
    """Tell whether a file is there that has the same bytes."""
    return os.path.isfile(path) and filecmp.cmp(path, part, shallow=False)  # noqa: PTH113 - as typed


def _rejects_of(worklist: str, folder: str, suffix: str, number: int = 1) -> str:
    """Name the file of the rejects of a list; from the second on with its number."""
    stem = os.path.splitext(os.path.basename(worklist))[0]  # noqa: PTH119, PTH122 - as typed
    more = f"-{number}" if number > 1 else ""
    return os.path.join(folder, f"{stem}.rejects{more}{suffix}")  # noqa: PTH118


def _lines(refused: Refused) -> Iterator[str]:
    """Say what is wrong with a row, a line for each fault; the row's own words are not repeated."""
    called = _called(refused.row, refused.faults)
    for fault in refused.faults:
        yield f"{called}: {problem_text([fault])}"


def _called(row: Row, faults: Sequence[Fault] = ()) -> str:
    """Call a row by its number, and by its row id, which a sorted list keeps."""
    shown = _shown_id(row, faults)
    return f"row {row.record.number} (id {shorten(shown)})" if shown else f"row {row.record.number}"


def _shown_id(row: Row, faults: Sequence[Fault]) -> str:
    """Return the row id; empty where there is none, or one that may tell who it is."""
    return row.stem if row.has_id and not any(one.about == ROW_ID for one in faults) else ""


def _lack(refused: Refused) -> RefusedRow:
    """Say on paper why a row has no leaflet: what was typed is left out, a name may be in it."""
    return _row_without(refused.row, refused.faults)


def _row_without(row: Row, faults: Sequence[Fault]) -> RefusedRow:
    whys = dict.fromkeys(_why(row, one) for one in faults)
    return RefusedRow(row.record.number, _shown_id(row, faults), "; ".join(filter(None, whys)))


def _write_lacks(path: str, lacks: Iterable[RefusedRow]) -> None:
    with open(path, "w", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - a name of ours
        writer = csv.writer(file)
        writer.writerow(("row in the worklist", ROW_ID, PROBLEM))
        for one in lacks:
            writer.writerow((one.number, one.row, one.why or _UNPRINTABLE))


def _why(row: Row, fault: Fault) -> str:
    """The message without what was typed; empty for one that is about the leaflet's words."""
    if not fault.about and fault not in row.faults:
        return ""
    marked = "`" in str(row.record.original)  # then what a mark ends is not known
    message = (_ALL_TYPED if marked else _TYPED).sub(_HIDDEN, fault.message)
    for pattern, instead in _WITHOUT:
        message = pattern.sub(instead, message)
    return f"{fault.about}: {message}" if fault.about else message


_HEAD = TextStyle(700, 12, 15, BLACK)
_SHARES = (0.16, 0.3, 0.54)
"""The width of each column, as a part of the whole."""
_COLUMN_HEAD = (("Table", (("Scope", "/Column"),)),)
_ROW_HEAD = (("Table", (("Scope", "/Row"),)),)
_TALLY_GAP, _GUTTER, _PAD = 4 * MM, 4 * MM, 2.5
_RULE = 0.4
_LEAST_TABLE = 40 * MM
"""What a table takes at least: its introduction, its head and a row."""
_MOST = 400
"""Rows in the table: a longer list is looked through on a screen."""


def typeset_tally(
    count: PrintCounts, words: Mapping[str, str], faces: Faces, paper: str, language: str
) -> TypesetPdf:
    """Set the tally sheet, on as many pages as the rows without a leaflet need.

    It counts itself too; so it is set again once it is known how long it is.
    """
    pdf = _Tally(count, words, StaffPages(paper, language, faces, words["tally"]), 1).print()
    if pdf.pages == 1:
        return pdf
    pages = StaffPages(paper, language, faces, words["tally"])
    return _Tally(count, words, pages, pdf.pages).print()


class _Tally:
    def __init__(
        self, count: PrintCounts, words: Mapping[str, str], pages: StaffPages, own: int
    ) -> None:
        self.count, self.words, self.pages = count, words, pages
        self.columns = [pages.width * share for share in _SHARES]
        self.number, self.own = 1, own

    def print(self) -> TypesetPdf:
        """Print the counts, then a table of rows."""
        pages, words, refused = self.pages, self.words, self.count.refused
        pages.start_page(words["tally"], (Tag("P"),))
        pages.canvas.bookmark(words["heading"], pages.y, 0)
        pages.flow(words["heading"], TITLE, (Tag("H1"),))
        pages.y -= _TALLY_GAP
        root = Tag("L")
        for key, number in self._counts():
            pages.fact(words[key], str(number), root)
        pages.y -= _TALLY_GAP
        how = "one-sided" if self.count.one_sided else "two-sided"
        pages.flow(words[how], BODY, (Tag("P"),))
        if refused:
            pages.flow(words["mend-encrypted" if self.count.sealed else "mend"], BODY, (Tag("P"),))
            pages.y -= _TALLY_GAP
            self._table(refused[:_MOST], "why")
        if more := len(refused[_MOST:]):
            pages.y -= _TALLY_GAP
            pages.flow(words["more"].format(n=more), BODY, (Tag("P"),))
        if unnamed := self.count.unnamed:
            pages.y -= _TALLY_GAP
            if pages.y - _LEAST_TABLE < pages.foot:
                self._turn()
            pages.flow(words["write-name"], BODY, (Tag("P"),))
            pages.y -= _TALLY_GAP
            self._table(unnamed[:_MOST], "why-unnamed")
            if more := len(unnamed[_MOST:]):
                pages.y -= _TALLY_GAP
                pages.flow(words["more-unnamed"].format(n=more), BODY, (Tag("P"),))
        self._end_page()
        return pages.finish()

    def _counts(self) -> Iterator[tuple[str, int]]:
        count = self.count
        yield "rows", count.rows
        yield "made", count.made
        yield "refused", len(count.refused)
        if count.unnamed:
            yield "unnamed", len(count.unnamed)
        yield "leaflets", count.leaflets
        yield "sides", count.sides
        yield "sheets", count.sheets
        if count.slips:
            yield "slips", count.slips
        yield "own", count.sheets_of(self.own)
        yield "all", count.sheets_in_all(self.own)

    # -------------------------------------------------------------- the table
    def _table(self, lacking: Sequence[RefusedRow], why: str) -> None:
        """Draw the rows, with `why` over the last column.

        Where the page ends the head is drawn again, for the eye alone.
        """
        root, row = Tag("Table"), Tag("TR")
        head = [self.words[key] for key in ("row-in-file", "row-id", why)]
        paths: list[TagPath] = [(root, row, Tag("TH", attributes=_COLUMN_HEAD)) for _ in head]
        self._draw(self._cells(head, [_HEAD] * len(head), paths))
        for one in lacking:
            row = Tag("TR")
            paths = [(root, row, Tag("TH", attributes=_ROW_HEAD)), (root, row, Tag("TD")),
                     (root, row, Tag("TD"))]  # fmt: skip
            words = [str(one.number), one.row or "–", one.why or self.words["not-printable"]]
            cells = self._cells(words, [_HEAD, BODY, BODY], paths)
            if self.pages.y - _height(cells) < self.pages.foot:
                self._turn()
                self._draw(self._cells(head, [_HEAD] * len(head), [()] * len(head)))
            self._draw(cells)

    def _cells(
        self, words: Sequence[str], styles: Sequence[TextStyle], paths: Sequence[TagPath]
    ) -> list[TextBlock]:
        return [
            self.pages.set(self._broken(text, style, wide - _GUTTER), style, path, wide - _GUTTER)
            for text, style, path, wide in zip(words, styles, paths, self.columns, strict=True)
        ]

    def _broken(self, text: str, style: TextStyle, width: float) -> str:
        """Break a row id that is longer than its column."""
        face, words = self.pages.faces[style.weight], []
        for word in text.split():
            rest = word
            while face.width(rest, style.size) > width:
                fits = next(n for n in range(len(rest), 0, -1)
                            if n == 1 or face.width(rest[:n], style.size) <= width)  # fmt: skip
                words.append(rest[:fits])
                rest = rest[fits:]
            words.append(rest)
        return " ".join(words)

    def _draw(self, cells: Sequence[TextBlock]) -> None:
        pages, left = self.pages, self.pages.left
        for cell, wide in zip(cells, self.columns, strict=True):
            cell.draw(pages.canvas, left, pages.y - _PAD)
            left += wide
        pages.y -= _height(cells)
        pages.canvas.artifact(line(pages.left, pages.y, pages.width, _RULE, BLACK))

    # -------------------------------------------------------------- pages
    def _turn(self) -> None:
        self._end_page()
        self.number += 1
        self.pages.start_page(self.words["tally"], ())

    def _end_page(self) -> None:
        words = self.words["page"].format(page=self.number, pages=self.own)
        self.pages.end_page(words)


def _height(cells: Sequence[TextBlock]) -> float:
    return max(cell.height for cell in cells) + 2 * _PAD


_WEIGHT = 800
"""Of all that stands in a slot."""
_SIZES = ((110, 1), (64, 1), (36, 1), (26, 1), (20, 4))
"""Size of the row id in points, and its lines: the largest that fits. The last takes any row id."""
_ID_HEIGHT = 40 * MM
_SLIP_GAP = 6 * MM
_RISE = 0.7
"""The height of capital letters, in em."""
_ID_LETTERS = string.ascii_letters + string.digits + "-._"


class _Form(Struct, frozen=True):
    """A slip with nothing filled in."""

    pdf: TypesetPdf
    lines: int
    """Of the row id; the first slots are theirs."""
    slots: tuple[Slot, ...]


class Slips:
    """The slips of one list."""

    def __init__(
        self,
        words: Mapping[str, str],
        library: Library,
        faces: Faces,
        total: int,
        *,
        one_sided: bool,
    ) -> None:
        """`total` is the number of rows on the list."""
        self._words, self._places, self._faces = words, library.places, faces
        self._total, self._one_sided = total, one_sided
        self._forms: dict[tuple[str, str, int], _Form] = {}
        self._alphabet = "".join(dict.fromkeys(_ID_LETTERS + self._place("", ""))).replace(" ", "")
        self._letters: GlyphMetrics = measure_glyphs(faces[_WEIGHT], self._alphabet, self._alphabet)

    def slip(self, done: Done, number: int) -> tuple[str, TypesetPdf, bytes]:
        """Return a slip's name in the outline, its form, and what stands in the slots of that."""
        row, request = done.row, done.request
        paper = request.look.sheet
        language = self._places[request.place].language
        form, lines = self._fitting(row.stem, paper, language)
        sheets = row.copies * done.sheets(one_sided=self._one_sided)
        texts = [*lines, self._place(number, self._total), str(row.copies), str(sheets)]
        content = b" ".join(
            slot.before + f"[{self._set(text)[0]}] TJ".encode() + slot.after
            for slot, text in zip(form.slots, texts, strict=True)
        )
        return self._words["slip-bookmark"].format(row=row.stem), form.pdf, content

    # -------------------------------------------------------------- inside
    def _fitting(self, row: str, paper: str, language: str) -> tuple[_Form, list[str]]:
        """Return the form with the largest letters that hold a row id, and its lines."""
        wide = self._set(row)[1]
        for size in range(len(_SIZES)):
            form = self._form(paper, language, size)
            if wide <= form.slots[0].room:
                return form, [row] + [""] * (form.lines - 1)
        lines = self._split(row, form.slots[0].room)
        return form, lines + [""] * (form.lines - len(lines))

    def _form(self, paper: str, language: str, size: int) -> _Form:
        key = (paper, language, size)
        if key not in self._forms:
            self._forms[key] = self._typeset(paper, language, *_SIZES[size])
        return self._forms[key]

    def _typeset(self, paper: str, language: str, size: float, lines: int) -> _Form:
        words = self._words
        pages = StaffPages(paper, language, self._faces, words["slip"])
        face = self._faces[_WEIGHT]
        pages.canvas.reserve(face, self._alphabet)
        pages.start_page(words["slip"], (Tag("P"),))
        heading = Tag("H1")
        pages.flow(words["row"], HEADING, (heading,))
        pages.y -= _SLIP_GAP / 2
        slots = []
        for number in range(lines):
            y = pages.y - size * (_RISE + 1.2 * number)
            first = Glyphs(pages.left, y, face, size, BLACK, ())
            slots.append(pages.canvas.slot((heading,), first, pages.width))
        pages.y -= _ID_HEIGHT
        pages.rule()
        pages.y -= _SLIP_GAP
        root = Tag("L")
        for label in ("number", "copies", "sheets-below"):
            path, y = pages.label(words[label], root)
            first = Glyphs(pages.left + pages.values, y, face, VALUE.size, BLACK, ())
            slots.append(pages.canvas.slot(path, first, pages.width - pages.values))
        pages.y -= _SLIP_GAP
        pages.flow(words["slip-help"], BODY, (Tag("P"),))
        pages.end_page()
        return _Form(pages.finish(), lines, tuple(slots))

    def _place(self, number: object, total: object) -> str:
        return self._words["place"].format(n=number, total=total)

    def _split(self, row: str, room: int) -> list[str]:
        """Break a row id into lines that have room."""
        lines = [""]
        for letter in row:
            if self._set(lines[-1] + letter)[1] > room:
                lines.append("")
            lines[-1] += letter
        return lines

    def _set(self, text: str) -> tuple[str, int]:
        found = set_name(text, self._letters)
        if found is None:
            raise TypesettingError(Fault(message="a slip has a letter that it was not made for"))
        return found
