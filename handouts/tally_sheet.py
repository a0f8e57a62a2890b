"""Goes in: what became of a list of rows. Comes out: the tally sheet at the end of the pile.

It counts what is in the pile, and says which rows are not, and why. The words that were typed are
not repeated: a misplaced one may be a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.render.layout.staff_page import BODY, TITLE, StaffPages
from handouts.render.layout.style import BLACK, TextStyle
from handouts.render.pdf.graphics import MM, line
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.render.layout.paragraph import Text
    from handouts.render.pdf.fonts import Faces
    from handouts.render.pdf.structure import Path
    from handouts.tally import Count, Lack

_HEAD = TextStyle(700, 12, 15, BLACK)
_SHARES = (0.16, 0.3, 0.54)
"""The width of each column, as a part of the whole."""
_COLUMN_HEAD = (("Table", (("Scope", "/Column"),)),)
_ROW_HEAD = (("Table", (("Scope", "/Row"),)),)
_GAP, _GUTTER, _PAD = 4 * MM, 4 * MM, 2.5
_RULE = 0.4
_MOST = 400
"""Rows in the table: a longer list is looked through on a screen."""


def typeset_tally(
    count: Count, words: Mapping[str, str], faces: Faces, paper: str, language: str
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
    def __init__(self, count: Count, words: Mapping[str, str], pages: StaffPages, own: int) -> None:
        self.count, self.words, self.pages = count, words, pages
        self.columns = [pages.width * share for share in _SHARES]
        self.number, self.own = 1, own

    def print(self) -> TypesetPdf:
        """Print the counts, then a table of rows."""
        pages, words, lacking = self.pages, self.words, self.count.lacking
        pages.start_page(words["tally"], (Tag("P"),))
        pages.canvas.bookmark(words["heading"], pages.y, 0)
        pages.flow(words["heading"], TITLE, (Tag("H1"),))
        pages.y -= _GAP
        root = Tag("L")
        for key, number in self._counts():
            pages.fact(words[key], str(number), root)
        pages.y -= _GAP
        how = "one-sided" if self.count.one_sided else "two-sided"
        pages.flow(words[how], BODY, (Tag("P"),))
        if lacking:
            pages.flow(words["mend"], BODY, (Tag("P"),))
            pages.y -= _GAP
            self._table(lacking[:_MOST])
        if more := len(lacking[_MOST:]):
            pages.y -= _GAP
            pages.flow(words["more"].format(n=more), BODY, (Tag("P"),))
        self._end_page()
        return pages.finish()

    def _counts(self) -> Iterator[tuple[str, int]]:
        count = self.count
        yield "rows", count.rows
        yield "made", count.made
        yield "refused", len(count.lacking)
        yield "leaflets", count.leaflets
        yield "sides", count.sides
        yield "sheets", count.sheets
        if count.slips:
            yield "slips", count.slips
        yield "own", count.sheets_of(self.own)
        yield "all", count.sheets_in_all(self.own)

    # -------------------------------------------------------------- the table
    def _table(self, lacking: Sequence[Lack]) -> None:
        """Draw the rows; where the page ends the head is drawn again, for the eye alone."""
        root, row = Tag("Table"), Tag("TR")
        head = [self.words[key] for key in ("row-in-file", "row-id", "why")]
        paths: list[Path] = [(root, row, Tag("TH", attributes=_COLUMN_HEAD)) for _ in head]
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
        self, words: Sequence[str], styles: Sequence[TextStyle], paths: Sequence[Path]
    ) -> list[Text]:
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

    def _draw(self, cells: Sequence[Text]) -> None:
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


def _height(cells: Sequence[Text]) -> float:
    return max(cell.height for cell in cells) + 2 * _PAD
