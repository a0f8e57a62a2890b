"""Goes in: a clinician's sheet. Comes out: a tagged PDF, in as few pages as it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.formats import styles_for
from handouts.leaflet import Run
from handouts.metadata import Description
from handouts.paragraph import Text
from handouts.shapes import line, rectangle
from handouts.sheet import TITLE, WARNING
from handouts.structure import Tag
from handouts.style import ACCENT, DANGER, INK, MM, PAPER, TINT, TextStyle
from handouts.tagging import TaggedCanvas
from handouts.vocabulary import HALF_OF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.paragraph import Faces
    from handouts.sheet import Row, Sheet, Table
    from handouts.slots import TypesetPdf
    from handouts.structure import Path

MARGIN, TOP, FOOT = 14 * MM, 14 * MM, 15 * MM
TITLE_TEXT = TextStyle(800, 15, 19)
BANNER = TextStyle(800, 11, 14, PAPER)
HEADING = TextStyle(700, 10.5, 14, ACCENT)
BODY = TextStyle(400, 8, 10.2)
STRONG = TextStyle(700, 8, 10.2)
HEAD = TextStyle(700, 8, 10.2, ACCENT)
FOOTER = TextStyle(600, 8, 10)
_PAD, _GUTTER = 1.3, 2.2 * MM
_BANNER_HEIGHT = 8 * MM
_GAP = 3.2 * MM
_LABEL = 38 * MM
_COLUMN_HEAD = (("Table", (("Scope", "/Column"),)),)
_ROW_HEAD = (("Table", (("Scope", "/Row"),)),)


class _Cells(Struct, frozen=True):
    """A row that is set: its cells, and its height in points."""

    cells: tuple[Text, ...]
    height: float


def typeset_sheet(sheet: Sheet, faces: Faces) -> TypesetPdf:
    """Set a sheet; raises TypesettingError for a missing glyph."""
    return _Press(sheet, faces).print()


class _Press:
    """Sets one sheet from top to foot; a row never splits over pages."""

    def __init__(self, sheet: Sheet, faces: Faces) -> None:
        self.sheet, self.faces = sheet, faces
        page = styles_for(HALF_OF.get(sheet.paper, sheet.paper))[0].page
        self.width, self.height = page.width, page.height
        self.inner = page.width - 2 * MARGIN
        self.canvas = TaggedCanvas(
            size=(page.width, page.height),
            about=Description(
                title=TITLE, subject=f"{WARNING}: {TITLE.lower()}", language=sheet.language
            ),
            faces=faces.values(),
        )
        self.page, self.y = 1, self.height - TOP

    def print(self) -> TypesetPdf:
        """Print the banner, the facts, the line for the notes, then the tables."""
        self._title()
        self._facts()
        for table in self.sheet.tables:
            if table.rows:
                self._table(table)
        self._end_page()
        return self.canvas.finish(draft=False)

    # -------------------------------------------------------------- head
    def _title(self) -> None:
        top = self.y
        shape = rectangle(MARGIN, top, self.inner, _BANNER_HEIGHT)
        self.canvas.artifact(f"{DANGER.operands()} rg {shape} f")
        self._text(WARNING.upper(), BANNER, (Tag("P"),), MARGIN + 2.5 * MM, top - 1.5 * MM)
        self.y = top - _BANNER_HEIGHT - 3 * MM
        self.canvas.bookmark(TITLE, self.y, 0)
        self._flow(TITLE, TITLE_TEXT, (Tag("H1"),))
        self.y -= 1 * MM

    def _facts(self) -> None:
        """List the request, label and value; below it stands the line to copy."""
        root = Tag("L")
        for label, value in self.sheet.facts:
            item = Tag("LI")
            self._text(f"{label}: ", STRONG, (root, item, Tag("Lbl")), MARGIN, self.y)
            text = self._set(value, BODY, (root, item, Tag("LBody")), self.inner - _LABEL)
            text.draw(self.canvas, MARGIN + _LABEL, self.y)
            self.y -= text.height
        self._heading("A line for the notes")
        self._flow(self.sheet.note, BODY, (Tag("P"),))

    def _heading(self, words: str) -> None:
        self.y -= _GAP
        self.canvas.bookmark(words, self.y, 1)
        self._flow(words, HEADING, (Tag("H2"),))

    # -------------------------------------------------------------- tables
    def _table(self, table: Table) -> None:
        """Set a table; where it turns the page its head is drawn again, for the eye alone."""
        root = Tag("Table")
        widths = [self.inner * share - _GUTTER for share in table.shares]
        head_row = Tag("TR")
        paths = [(root, head_row, Tag("TH", attributes=_COLUMN_HEAD)) for _ in table.head]
        head = self._cells(table.head, [HEAD] * len(table.head), paths, widths)
        again = self._cells(table.head, [HEAD] * len(table.head), [()] * len(table.head), widths)
        rows = [self._row(row, root, widths) for row in table.rows]
        says = self._set(table.says, BODY, (Tag("P"),), self.inner) if table.says else None
        needed = HEADING.leading + (says.height if says else 0) + head.height + rows[0].height
        if self.y - needed - _GAP < FOOT:
            self._turn()
        self._heading(table.heading)
        if says:
            says.draw(self.canvas, MARGIN, self.y)
            self.y -= says.height + 1
        self._draw_head(head, table.shares)
        for row in rows:
            if self.y - row.height < FOOT:
                self._turn()
                self._draw_head(again, table.shares)
            self._draw_row(row, table.shares)

    def _row(self, row: Row, root: Tag, widths: Sequence[float]) -> _Cells:
        tag = Tag("TR")
        first: Path = (root, tag, Tag("TH", attributes=_ROW_HEAD))
        paths = [first, *((root, tag, Tag("TD")) for _ in row.cells[1:])]
        style = STRONG if row.strong else BODY
        return self._cells(row.cells, [style] * len(row.cells), paths, widths)

    def _cells(
        self,
        words: Sequence[str],
        styles: Sequence[TextStyle],
        paths: Sequence[Path],
        widths: Sequence[float],
    ) -> _Cells:
        cells = tuple(
            self._set(text or "–", style, path, width)
            for text, style, path, width in zip(words, styles, paths, widths, strict=True)
        )
        return _Cells(cells, max(cell.height for cell in cells) + 2 * _PAD)

    def _draw_head(self, head: _Cells, shares: Sequence[float]) -> None:
        shape = rectangle(MARGIN, self.y, self.inner, head.height)
        self.canvas.artifact(f"{TINT.operands()} rg {shape} f")
        self._draw_row(head, shares)

    def _draw_row(self, row: _Cells, shares: Sequence[float]) -> None:
        left = MARGIN
        for cell, share in zip(row.cells, shares, strict=True):
            cell.draw(self.canvas, left + 1, self.y - _PAD)
            left += self.inner * share
        self.y -= row.height
        self.canvas.artifact(line(MARGIN, self.y, self.inner, 0.4, ACCENT))

    # -------------------------------------------------------------- pages
    def _turn(self) -> None:
        """End this page; the next one says again whom it is not for."""
        self._end_page()
        self.page += 1
        self.y = self.height - TOP
        banner = self._set(WARNING.upper(), TextStyle(800, 8, 10, DANGER), (), self.inner)
        self.canvas.pagination("Header", banner.glyphs_on_line(MARGIN, self.y - 8), "")
        self.y -= 6 * MM

    def _end_page(self) -> None:
        baseline = FOOT - 6 * MM
        left = self._set(f"{WARNING}. Code {self.sheet.code}", FOOTER, (), self.inner)
        right = self._set(f"Page {self.page}", FOOTER, (), self.inner)
        lines = [
            *left.glyphs_on_line(MARGIN, baseline),
            *right.glyphs_on_line(self.width - MARGIN - right.width, baseline),
        ]
        rule = line(MARGIN, baseline + 11, self.inner, 0.6, INK)
        self.canvas.pagination("Footer", lines, rule)
        self.canvas.end_page()

    # -------------------------------------------------------------- text
    def _set(self, words: str, style: TextStyle, path: Path, width: float) -> Text:
        text = Text(self.faces, (Run(words),), style, path)
        text.wrap(width)
        return text

    def _text(self, words: str, style: TextStyle, path: Path, x: float, y: float) -> None:
        self._set(words, style, path, self.inner).draw(self.canvas, x, y)

    def _flow(self, words: str, style: TextStyle, path: Path) -> None:
        text = self._set(words, style, path, self.inner)
        text.draw(self.canvas, MARGIN, self.y)
        self.y -= text.height
