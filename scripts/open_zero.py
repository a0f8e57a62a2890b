#!/usr/bin/env python3
"""Turn Atkinson Hyperlegible Next into Handouts Hyperlegible: the same letters with an open zero.

Usage: open_zero.py PACKAGE_FOLDER FONTS_FOLDER

PACKAGE_FOLDER is the unpacked npm package named in fonts/README.md. The same input gives the same
bytes: the glyphs are exact, and the modification time is a constant.
"""

import sys
from pathlib import Path
from typing import Any

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.pens.reverseContourPen import ReverseContourPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

STYLES = ("400Regular", "600SemiBold", "700Bold", "800ExtraBold")
ZERO = "zero"
"""The tabular zero, `zero.tf`, is made of this glyph and follows it."""

MODIFIED = 3_850_848_000
"""Seconds from 1904-01-01 to 2026-01-10: a constant, so that the files can be rebuilt exactly."""

OLD, NEW = "Atkinson Hyperlegible Next", "Handouts Hyperlegible"
NAMED_AFTER_THE_FAMILY = (1, 3, 4, 6, 16, 25)
VERSION = 5

Box = tuple[float, float, float, float]


def contours(font: TTFont, glyph: str) -> list[RecordingPen]:
    """Split a glyph into its closed contours."""
    whole = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(whole)
    parts: list[RecordingPen] = []
    for operator, points in whole.value:
        if operator == "moveTo":
            parts.append(RecordingPen())
        parts[-1].value.append((operator, points))
    return parts


def bounds(contour: RecordingPen) -> Box:
    """Measure one contour."""
    pen = BoundsPen(None)
    contour.replay(pen)
    left, bottom, right, top = pen.bounds
    return left, bottom, right, top


def area(box: Box) -> float:
    """Give the area of a box."""
    return (box[2] - box[0]) * (box[3] - box[1])


def open_zero(font: TTFont) -> None:
    """Replace the slashed counters by one oval: the outer contour scaled into their common box."""
    parts = sorted(contours(font, ZERO), key=lambda part: area(bounds(part)), reverse=True)
    outer, inner = parts[0], [bounds(part) for part in parts[1:]]
    left, bottom, right, top = bounds(outer)
    x0, y0 = min(box[0] for box in inner), min(box[1] for box in inner)
    x1, y1 = max(box[2] for box in inner), max(box[3] for box in inner)
    x_scale, y_scale = (x1 - x0) / (right - left), (y1 - y0) / (top - bottom)
    placed = (x_scale, 0, 0, y_scale, x0 - left * x_scale, y0 - bottom * y_scale)
    drawing = TTGlyphPen(None)
    outer.replay(drawing)
    outer.replay(TransformPen(ReverseContourPen(drawing), placed))
    advance = font["hmtx"][ZERO]
    font["glyf"][ZERO] = drawing.glyph()
    font["hmtx"][ZERO] = advance


def rename(font: TTFont) -> None:
    """Give the font its own family name, and leave the copyright and licence records alone."""
    for record in font["name"].names:
        text = record.toUnicode()
        if record.nameID in NAMED_AFTER_THE_FAMILY:
            record.string = text.replace(OLD, NEW).replace(
                OLD.replace(" ", ""), NEW.replace(" ", "")
            )
        elif record.nameID == VERSION:
            record.string = f"{text}; open zero 1"


def _joined(name: str) -> str:
    return name.replace(" ", "")


def convert(source: Path, target: Path) -> None:
    """Write the open-zero version of one font file."""
    font: Any = TTFont(source, recalcTimestamp=False)
    open_zero(font)
    rename(font)
    font["head"].modified = MODIFIED
    font.save(target)


def main() -> None:
    """Convert the four weights that leaflets use."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    package, fonts = Path(sys.argv[1]), Path(sys.argv[2])
    for style in STYLES:
        target = fonts / f"HandoutsHyperlegible-{style}.ttf"
        convert(package / style / f"AtkinsonHyperlegibleNext_{style}.ttf", target)
        print(target)


if __name__ == "__main__":
    main()
