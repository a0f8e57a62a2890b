#!/usr/bin/env python3
"""Add letters to Handouts Hyperlegible: every Latin letter that is one of its own with its marks.

Usage: more_letters.py FONTS_FOLDER NOTO_FOLDER

FONTS_FOLDER has the files that open_zero.py writes; NOTO_FOLDER is the unpacked npm package of Noto
Sans named in fonts/README.md, which lends the hook, the horn and the capital schwa. The letters of
Vietnamese, Yoruba, Māori, Azeri, Hawaiian and others are made of the letters, marks and anchors
that the font has. The same input gives the same bytes.
"""

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

STYLES = ("400Regular", "600SemiBold", "700Bold", "800ExtraBold")
MARK = "; letters 1"
"""What the version string ends in."""
LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
DOT, LINE, HOOK, HORN = "\u0323", "\u0331", "\u0309", "\u031b"
BELOW = {DOT: "uni0307", LINE: "uni0304"}
"""Marks below a letter, each drawn as one above it."""
GAP = 75
"""Between a letter and a mark above or below it, as the marks of the font have it."""
TAIL = 0.3
"""How far the dot goes to the right under a letter with a tail, as a part of its width."""
CAPITAL_HOOK = 0.8
"""The hook of capitals, as a part of that of small letters: their other marks are flatter too."""
Point = tuple[int, int]


class Letters:
    """A font that gets more letters."""

    def __init__(self, font: TTFont, noto: TTFont) -> None:
        self.font, self.noto = font, noto
        self.names: dict[int, str] = font.getBestCmap()
        self.lent: dict[int, str] = noto.getBestCmap()
        self.scale = font["OS/2"].sxHeight / noto["OS/2"].sxHeight
        lookups = font["GPOS"].table.LookupList.Lookup
        self.pairs = [table for one in lookups if one.LookupType == 2 for table in one.SubTable]
        self.on_letters = [t for one in lookups if one.LookupType == 4 for t in one.SubTable]
        self.on_marks = [t for one in lookups if one.LookupType == 6 for t in one.SubTable]

    def add_all(self) -> None:
        """Add each letter that can be made, the schwa, and the turned comma of Hawaiian."""
        for code in LATIN:
            parts = unicodedata.normalize("NFD", chr(code))
            if code not in self.names and len(parts) > 1 and ord(parts[0]) in self.names:
                self.compose(code, parts[0], parts[1:])
        self.turn("e", 0x259)
        self.lend(0x18F)
        self.copy("quoteleft", 0x2BB)

    # ---------------------------------------------------------------- one letter
    def compose(self, code: int, letter: str, marks: str) -> None:
        """Add a letter with marks, if the font has all that it takes."""
        dotless = letter in "ij" and not set(marks) <= {DOT, LINE, "\u0328"}
        base = self.names[
            {"i": 0x131, "j": 0x237}[letter] if dotless and letter == "i" else ord(letter)
        ]
        parts: list[tuple[str | int, Transform]] = [(base, Transform())]
        wider = 0.0
        anchor = self.anchor(base, top=True)
        for mark in marks:
            if mark in BELOW:
                part = self.below(base, letter, mark)
            elif mark == HORN:
                part, wider = self.horn(base, letter)
            elif anchor is None:
                return
            elif mark == HOOK:
                part, anchor = self.hook(letter, anchor), None
            else:
                part, anchor = self.above(letter, mark, anchor)
            if part is None:
                return
            parts.append(part)
        name = f"uni{code:04X}"
        self.put(name, code, parts, self.font["hmtx"][base][0] + round(wider))
        self.follow(name, base, stacks=set(marks) <= {DOT, LINE, HORN})

    def above(self, letter: str, mark: str, anchor: Point) -> tuple[Any, Point | None]:
        """Return a mark above a letter, and where one on top of it goes; None if there is none."""
        name = self.names.get(ord(mark), "")
        name = f"{name}.case" if letter.isupper() and f"{name}.case" in self.font["glyf"] else name
        for table in self.on_letters:
            if name in table.MarkCoverage.glyphs:
                own = table.MarkArray.MarkRecord[table.MarkCoverage.glyphs.index(name)].MarkAnchor
                dx, dy = anchor[0] - own.XCoordinate, anchor[1] - own.YCoordinate
                return (name, Transform(dx=dx, dy=dy)), self.next_anchor(name, dx, dy)
        return None, None

    def next_anchor(self, mark: str, dx: int, dy: int) -> Point | None:
        """Return where a mark goes on top of another that is moved by dx and dy."""
        for table in self.on_marks:
            if mark in table.Mark2Coverage.glyphs:
                record = table.Mark2Array.Mark2Record[table.Mark2Coverage.glyphs.index(mark)]
                for found in filter(None, record.Mark2Anchor):
                    return found.XCoordinate + dx, found.YCoordinate + dy
        return None

    def below(self, base: str, letter: str, mark: str) -> Any:  # noqa: ANN401 - a glyph and where
        """Return a dot or a line under a letter, drawn as the one above."""
        found = self.anchor(base, top=False)
        if found is None:
            return None
        left, _, right, top = self.box(BELOW[mark])
        middle = found[0]
        if letter in "gjpqy":
            middle += round(TAIL * self.font["hmtx"][base][0])
        return BELOW[mark], Transform(dx=middle - round((left + right) / 2), dy=-GAP - top)

    def hook(self, letter: str, anchor: Point) -> Any:  # noqa: ANN401 - a glyph and where
        """Return the hook above, lent, at the height of the other marks."""
        scale = self.scale * (CAPITAL_HOOK if letter.isupper() else 1)
        left, bottom, right, _ = self.lent_box(ord(HOOK))
        where = Transform(scale, 0, 0, scale, anchor[0] - scale * (left + right) / 2,
                          anchor[1] + GAP - scale * bottom)  # fmt: skip
        return ord(HOOK), where

    def horn(self, base: str, letter: str) -> Any:  # noqa: ANN401 - a glyph and where
        """Return the horn, lent, where it is on the letter that lends it; and its extra width."""
        model = {"o": 0x1A1, "O": 0x1A0, "u": 0x1B0, "U": 0x1AF}[letter]
        plain, horned = self.lent_box(ord(letter)), self.lent_box(model)
        own, horn = self.box(base), self.lent_box(ord(HORN))
        scale = self.scale
        dx = own[2] + scale * (horned[2] - plain[2] - horn[2])
        dy = own[3] + scale * (horned[3] - plain[3] - horn[3])
        widths = self.noto["hmtx"]
        wider = widths[self.lent[model]][0] - widths[self.lent[ord(letter)]][0]
        return (ord(HORN), Transform(scale, 0, 0, scale, dx, dy)), max(wider, 0) * scale

    def turn(self, letter: str, code: int) -> None:
        """Add a letter that is another, turned by half a circle."""
        left, bottom, right, top = self.box(letter)
        where = Transform(-1, 0, 0, -1, left + right, bottom + top)
        self.put(f"uni{code:04X}", code, [(letter, where)], self.font["hmtx"][letter][0])

    def lend(self, code: int) -> None:
        """Add a capital as Noto has it, in our height."""
        scale = self.font["OS/2"].sCapHeight / self.noto["OS/2"].sCapHeight
        width = round(scale * self.noto["hmtx"][self.lent[code]][0])
        self.put(f"uni{code:04X}", code, [(code, Transform(scale, 0, 0, scale, 0, 0))], width)

    def copy(self, glyph: str, code: int) -> None:
        """Add a character that looks like another."""
        self.put(f"uni{code:04X}", code, [(glyph, Transform())], self.font["hmtx"][glyph][0])

    # ---------------------------------------------------------------- the font's tables
    def put(
        self, name: str, code: int, parts: list[tuple[str | int, Transform]], width: int
    ) -> None:
        """Add a glyph of parts: glyphs of the font by name, those of Noto by their code."""
        pen = TTGlyphPen(self.font.getGlyphSet())
        moved = all(isinstance(part, str) and where[:4] == (1, 0, 0, 1) for part, where in parts)
        for part, where in parts:
            if moved:
                pen.addComponent(str(part), where)
                continue
            glyphs = (self.font if isinstance(part, str) else self.noto).getGlyphSet()
            whole = DecomposingRecordingPen(glyphs)
            glyphs[part if isinstance(part, str) else self.lent[part]].draw(whole)
            whole.replay(TransformPen(pen, where))
        font = self.font
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        glyph = pen.glyph(round=round)
        font["glyf"][name] = glyph
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
        font["GDEF"].table.GlyphClassDef.classDefs[name] = 1
        for table in font["cmap"].tables:
            table.cmap[code] = name

    def follow(self, name: str, base: str, *, stacks: bool) -> None:
        """Kern a new letter as its base, and let marks go on it where nothing is above it yet."""
        for table in self.pairs:
            if table.Format == 2:
                if base in table.Coverage.glyphs:
                    table.Coverage.glyphs.append(name)
                for classes in (table.ClassDef1.classDefs, table.ClassDef2.classDefs):
                    if base in classes:
                        classes[name] = classes[base]
        for table in self.on_letters if stacks else ():
            if base in table.BaseCoverage.glyphs:
                record = table.BaseArray.BaseRecord[table.BaseCoverage.glyphs.index(base)]
                table.BaseCoverage.glyphs.append(name)
                table.BaseArray.BaseRecord.append(record)

    def anchor(self, base: str, *, top: bool) -> Point | None:
        """Return where marks go above or below a letter; None where the font does not say."""
        for table in self.on_letters:
            is_top = "acutecomb" in table.MarkCoverage.glyphs
            is_bottom = "uni0326" in table.MarkCoverage.glyphs
            if (is_top if top else is_bottom) and base in table.BaseCoverage.glyphs:
                at = table.BaseCoverage.glyphs.index(base)
                for found in filter(None, table.BaseArray.BaseRecord[at].BaseAnchor):
                    return found.XCoordinate, found.YCoordinate
        if top:
            return None
        left, _, right, _ = self.box(base)
        return round((left + right) / 2), 0

    def box(self, glyph: str) -> Any:  # noqa: ANN401 - four numbers
        """Return the left, bottom, right and top of a glyph of the font."""
        return _box(self.font, glyph)

    def lent_box(self, code: int) -> Any:  # noqa: ANN401 - four numbers
        """Return the left, bottom, right and top of a glyph of Noto."""
        return _box(self.noto, self.lent[code])


def _box(font: TTFont, glyph: str) -> Any:  # noqa: ANN401 - four numbers
    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    return pen.bounds


def files(fonts: Path, noto: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file of the typeface with the file of Noto Sans in the same weight."""
    for style in STYLES:
        yield fonts / f"HandoutsHyperlegible-{style}.ttf", noto / style / f"NotoSans_{style}.ttf"


def main(fonts: Path, noto: Path) -> None:
    """Add the letters to each weight of the typeface; refuse a file that has them."""
    for path, lender in files(fonts, noto):
        font = TTFont(path, recalcTimestamp=False)
        version = str(font["name"].getDebugName(5))
        if MARK in version:
            sys.exit(f"{path.name} has these letters: make it anew with open_zero.py")
        Letters(font, TTFont(lender)).add_all()
        font["name"].setName(version + MARK, 5, 3, 1, 0x409)
        font.save(path)
        print(f"{path.name}: {len(font.getBestCmap())} characters")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
