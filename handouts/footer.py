"""Goes in: what a footer says. Comes out: the footer at the foot of a page, an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.leaflet.markup import sentences
from handouts.leaflet.tree import Run
from handouts.shapes import MM, rectangle
from handouts.style import INK

if TYPE_CHECKING:
    from handouts.leaflet.tree import Leaflet
    from handouts.setter import Setter
    from handouts.style import TextStyle
    from handouts.tagging import Glyphs, TaggedCanvas

_DROP = 3.7
"""From the foot of the footer down to its last baseline, in points."""
_LEADING = 1.134
_TAG_RISE, _TAG_HEIGHT = 0.85, 1.117
"""The top of the DRAFT tag over its baseline, and its height; these three in em."""
_TAG_PAD = 1.8 * MM
_GAP = 2 * MM
_MANY = 88
"""A page number as wide as any."""


def footer_height(setter: Setter, leaflet: Leaflet) -> float:
    """Measure the footer from the foot of the page's usable area to its last baseline."""
    return (len(_rows(setter, leaflet)) - 1) * _leading(setter) + setter.style.footer.size - _DROP


def draw_footer(canvas: TaggedCanvas, setter: Setter, leaflet: Leaflet, page_of: str) -> None:
    """Draw the code on the left and the page number on the right, DRAFT and its meaning above."""
    style, page = setter.style, setter.style.page
    baseline = page.height - page.footer - _DROP
    rows = _rows(setter, leaflet)
    top = baseline + (len(rows) - 1) * _leading(setter)
    lines: list[Glyphs] = []
    tag = ""
    if leaflet.draft:
        lines = _line(setter, leaflet.draft, style.draft, page.margin + _TAG_PAD, top)
        size = style.draft.size
        corner = page.margin, top + size * _TAG_RISE
        shape = rectangle(*corner, _tag_width(setter, leaflet), size * _TAG_HEIGHT)
        tag = f"{style.ink(INK).operands()} rg {shape} f"
    for number, (left, text) in enumerate(rows):
        y = top - number * _leading(setter)
        lines += _line(setter, text, style.footer, page.margin + left, y)
    right = page.width - page.margin - _width(setter, page_of, style.footer_page)
    lines += _line(setter, page_of, style.footer_page, right, baseline)
    canvas.pagination("Footer", lines, tag)


def _rows(setter: Setter, leaflet: Leaflet) -> list[tuple[float, str]]:
    """List what stands on the left, from top to foot: where each row starts, and what it says.

    A row each for what DRAFT means, for its second sentence where one row cannot hold both, and for
    the code; the page number stands on the last, or below it where it has no room there.
    """
    style, full = setter.style, setter.width
    rows: list[tuple[float, str]] = []
    if leaflet.draft:
        left = _tag_width(setter, leaflet) + _GAP
        said = [leaflet.draft_line]
        if left + _width(setter, leaflet.draft_line, style.footer) > full:
            said = [f"{one} " for one in sentences(leaflet.draft_line)]
        rows = [(left, one) for one in said]
    rows.append((0.0, leaflet.code_line))
    page_of = leaflet.page_of.format(page=_MANY, pages=_MANY)
    beside = _width(setter, leaflet.code_line, style.footer) + 2 * _GAP
    if beside + _width(setter, page_of, style.footer_page) > full:
        rows.append((0.0, ""))
    return rows


def _tag_width(setter: Setter, leaflet: Leaflet) -> float:
    return _width(setter, leaflet.draft, setter.style.draft) + 2 * _TAG_PAD


def _leading(setter: Setter) -> float:
    return setter.style.footer.size * _LEADING


def _line(setter: Setter, text: str, style: TextStyle, x: float, y: float) -> list[Glyphs]:
    """Set one line of text outside the flow, from its baseline."""
    return setter.text((Run(text),), style, ()).glyphs_on_line(x, y) if text else []


def _width(setter: Setter, text: str, style: TextStyle) -> float:
    return setter.faces[style.weight].width(text, style.size)
