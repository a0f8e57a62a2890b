"""Set pages for staff, in black only so that nobody takes them for a leaflet: `StaffPages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.leaflet.tree import Run
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.style import BLACK, TextStyle, styles_for
from handouts.render.pdf.canvas import Description, TaggedCanvas
from handouts.render.pdf.graphics import MM, PAPER, line, rectangle
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from handouts.fastpath.name_slot import TypesetPdf
    from handouts.render.pdf.fonts import Faces
    from handouts.render.pdf.structure import TagPath


BAND = TextStyle(800, 16, 20, PAPER)
TITLE = TextStyle(800, 26, 31, BLACK)
HEADING = TextStyle(700, 16, 22, BLACK)
BODY = TextStyle(400, 12, 15, BLACK)
LABEL = TextStyle(400, 16, 24, BLACK)
VALUE = TextStyle(700, 16, 24, BLACK)
_BAND_HEIGHT, _BAND_PAD = 11 * MM, 4 * MM
_TOP = 14 * MM
_AFTER_BAND = 8 * MM
_VALUES = 78 * MM
"""From the left margin to the values of a list, in points."""
_RULE = 0.6
_FOOTER = 6 * MM


class StaffPages:
    """Pages in black, filled from the top; lengths in points, y up from the foot of the page."""

    def __init__(self, paper: str, language: str, faces: Faces, title: str) -> None:
        page = styles_for(paper)[0].page
        self.left, self.width = page.margin, page.content_width
        self.foot = page.height - page.bottom
        self.faces = faces
        self._height = page.height
        self.canvas = TaggedCanvas(
            size=(page.width, page.height),
            about=Description(title=title, subject=title, language=language),
            faces=faces.values(),
        )
        self.y = 0.0
        """The y up to which the page is filled: the next content starts here."""

    def start_page(self, band: str, path: TagPath) -> None:
        """Draw the band that names the page; an empty path makes it an artifact, not read aloud."""
        self.y = self._height - _TOP
        shape = rectangle(self.left, self.y, self.width, _BAND_HEIGHT)
        self.canvas.artifact(f"{BLACK.operands()} rg {shape} f")
        text = self.set(band, BAND, path, self.width - 2 * _BAND_PAD)
        text.draw(self.canvas, self.left + _BAND_PAD, self.y - (_BAND_HEIGHT - text.height) / 2)
        self.y -= _BAND_HEIGHT + _AFTER_BAND

    def set(self, words: str, style: TextStyle, path: TagPath, width: float) -> TextBlock:
        """Return words set to a width in points; raises TypesettingError for a missing glyph."""
        text = TextBlock(self.faces, (Run(words),), style, path)
        text.wrap(width)
        return text

    def flow(self, words: str, style: TextStyle, path: TagPath) -> None:
        """Draw words across the whole width and move `y` below them."""
        text = self.set(words, style, path, self.width)
        text.draw(self.canvas, self.left, self.y)
        self.y -= text.height

    def fact(self, label: str, value: str, root: Tag) -> None:
        """Draw a label of the list `root`, with its value beside it."""
        path, baseline = self.label(label, root)
        text = self.set(value, VALUE, path, self.width - self.values)
        text.draw(self.canvas, self.left + self.values, baseline + text.first_baseline)

    def label(self, words: str, root: Tag) -> tuple[TagPath, float]:
        """Draw a label of the list `root`; return the tag path for its value, and its baseline."""
        item = Tag("LI")
        text = self.set(words, LABEL, (root, item, Tag("Lbl")), self.values)
        text.draw(self.canvas, self.left, self.y)
        baseline = self.y - text.first_baseline
        self.y -= text.height
        return (root, item, Tag("LBody")), baseline

    def rule(self) -> None:
        """Draw a rule across the page at `y`, as an artifact."""
        self.canvas.artifact(line(self.left, self.y, self.width, _RULE, BLACK))

    @property
    def values(self) -> float:
        """From the left margin to the values of a list, in points."""
        return min(_VALUES, self.width / 2)

    def end_page(self, page_of: str = "") -> None:
        """End the page; `page_of` is its number as printed at the foot, empty for a single page."""
        if page_of:
            text = self.set(page_of, BODY, (), self.width)
            lines = text.glyphs_on_line(self.left, self.foot - _FOOTER)
            self.canvas.pagination("Footer", lines, "")
        self.canvas.end_page()

    def finish(self) -> TypesetPdf:
        """Return the finished file; staff pages are never marked as a draft."""
        return self.canvas.finish(draft=False)
