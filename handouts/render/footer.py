"""Draw the one line at the foot of a page: `draw_footer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.leaflet.markup import sentences
from handouts.leaflet.tree import Run
from handouts.render.layout.style import INK
from handouts.render.pdf.graphics import MM, rectangle

if TYPE_CHECKING:
    from handouts.leaflet.tree import Leaflet
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import Glyphs, TaggedCanvas


_LABEL_RISE, _LABEL_HEIGHT = 0.85, 1.117
"""The top of the DRAFT label above its baseline, and the height of the label, in em."""
_LABEL_PADDING = 1.8 * MM
_GAP = 2 * MM
_CODE_GAP = 3 * MM
_WIDEST_DIGIT = "8"
"""As wide as any other, to measure the numbers of all pages with."""


class _FooterWords(Struct, frozen=True):
    """What the one line of a footer says beside DRAFT and the page number."""

    sentence: str
    code: str


def draw_footer(
    canvas: TaggedCanvas, builder: Builder, leaflet: Leaflet, number: int, count: int
) -> None:
    """Draw one line: DRAFT and its meaning on the left, the code and the page number on the right.

    `number` of `count` pages is counted from 1. All pages but the last say the same.
    """
    style, page = builder.style, builder.style.page
    baseline = page.height - page.footer
    words = _footer_words(builder, leaflet, count, last=number == count)
    page_of = leaflet.page_of.format(page=number, pages=count)
    lines: list[Glyphs] = []
    box = ""
    if leaflet.draft:
        lines = _line(builder, leaflet.draft, style.draft, page.margin + _LABEL_PADDING, baseline)
        size = style.draft.size
        corner = page.margin, baseline + size * _LABEL_RISE
        shape = rectangle(*corner, _label_width(builder, leaflet), size * _LABEL_HEIGHT)
        box = f"{style.ink(INK).operands()} rg {shape} f"
        left = page.margin + _label_width(builder, leaflet) + _GAP
        lines += _line(builder, words.sentence, style.footer, left, baseline)
    right = page.width - page.margin - _width(builder, page_of, style.footer_page)
    code = right - _GAP - _width(builder, words.code, style.footer)
    lines += _line(builder, f"{words.code} " if words.code else "", style.footer, code, baseline)
    lines += _line(builder, page_of, style.footer_page, right, baseline)
    canvas.pagination("Footer", lines, box)


def _footer_words(builder: Builder, leaflet: Leaflet, count: int, *, last: bool) -> _FooterWords:
    """Return the most that fits one line, the code before all of what DRAFT means.

    Where the line is short, the shortest form of the meaning stands for all of it. Where the code
    does not fit beside that, it is on the last page only, where the text above says that nobody has
    approved the words.
    """
    full = builder.width
    meanings, least = _meanings(leaflet)
    codes = (leaflet.code_line, leaflet.code)
    options = [_FooterWords(one, code) for one in meanings for code in codes]
    if last and leaflet.code:
        options += [_FooterWords(one, code) for one in (least, "") for code in codes]
    options += [_FooterWords(one, "") for one in (*meanings, least)]
    widest = _WIDEST_DIGIT * len(str(count))
    page_of = leaflet.page_of.format(page=widest, pages=widest)
    used = _width(builder, page_of, builder.style.footer_page) + _GAP
    used += _label_width(builder, leaflet) if leaflet.draft else 0.0
    for words in options:
        beside = sum(
            gap + _width(builder, text, builder.style.footer)
            for gap, text in ((_GAP, words.sentence), (_CODE_GAP, words.code))
            if text
        )
        if used + beside <= full:
            return words
    return _FooterWords("", "")


def _meanings(leaflet: Leaflet) -> tuple[list[str], str]:
    """Return what DRAFT means, the longest first, and its last sentence: the least of it.

    The last sentence alone does not say that nobody approved the words, where another short form
    does. All are "" where a leaflet is approved.
    """
    said = sentences(leaflet.draft_line) if leaflet.draft else [""]
    some = [" ".join(said[first:]) for first in range(len(said))]
    short = [leaflet.draft_short] if leaflet.draft_short else some[-1:]
    return [*some[:-1], *short], some[-1]


def _label_width(builder: Builder, leaflet: Leaflet) -> float:
    return _width(builder, leaflet.draft, builder.style.draft) + 2 * _LABEL_PADDING


def _line(builder: Builder, text: str, style: TextStyle, x: float, y: float) -> list[Glyphs]:
    """Return one line of text that starts at (x, y), where y is the baseline."""
    return builder.text((Run(text),), style, ()).glyphs_on_line(x, y) if text else []


def _width(builder: Builder, text: str, style: TextStyle) -> float:
    return builder.faces[style.weight].width(text, style.size)
