#!/usr/bin/env python3
"""Make the typefaces for names and notes in other scripts: subsets of Noto and of Vazirmatn.

Usage: name_fonts.py PACKAGES_FOLDER FONTS_FOLDER

PACKAGES_FOLDER holds the unpacked npm packages named in fonts/names/README.md, each in a folder of
its own name. The same input gives the same bytes: the modification time is a constant.
"""

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import product
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

MODIFIED = 3_878_755_200
"""Seconds from 1904-01-01 to 2026-11-29: a constant, so that the files can be rebuilt exactly."""
FAMILY = "Handouts Names"
_COMMON = (
    (0x20, 0x7E), (0xA0, 0xA0), (0xB7, 0xB7), (0x964, 0x965), (0x200B, 0x200D),
    (0x2010, 0x2027), (0x25CC, 0x25CC),
)  # fmt: skip
"""Spaces, figures and punctuation, which every script uses, and the circle under a lone mark."""
_LATIN = ((0x20, 0x58F), (0x1AB0, 0x1AFF), (0x1C80, 0x1C8F), (0x1DC0, 0x1FFF), (0x2000, 0x22FF),
          (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xAB30, 0xAB6F))  # fmt: skip
Ranges = Iterable[tuple[int, int]]
SCRIPTS: dict[str, tuple[str, Ranges]] = {
    "Latin": ("noto-sans", _LATIN),
    "Hebrew": ("noto-sans-hebrew", [(0x590, 0x5FF)]),
    "Arabic": ("vazirmatn", [(0x600, 0x8FF), (0xFEF5, 0xFEFC)]),
    "MoreArabic": ("noto-sans-arabic", [(0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF)]),
    "Syriac": ("noto-sans-syriac", [(0x60C, 0x660), (0x700, 0x74F), (0x860, 0x86F)]),
    "Thaana": ("noto-sans-thaana", [(0x60C, 0x61F), (0x780, 0x7BF)]),
    "Devanagari": ("noto-sans-devanagari", [(0x900, 0x97F), (0x1CD0, 0x1CFF), (0xA8E0, 0xA8FF)]),
    "Bengali": ("noto-sans-bengali", [(0x980, 0x9FF)]),
    "Gurmukhi": ("noto-sans-gurmukhi", [(0xA00, 0xA7F)]),
    "Gujarati": ("noto-sans-gujarati", [(0xA80, 0xAFF)]),
    "Oriya": ("noto-sans-oriya", [(0xB00, 0xB7F)]),
    "Tamil": ("noto-sans-tamil", [(0xB80, 0xBFF)]),
    "Telugu": ("noto-sans-telugu", [(0xC00, 0xC7F)]),
    "Kannada": ("noto-sans-kannada", [(0xC80, 0xCFF)]),
    "Malayalam": ("noto-sans-malayalam", [(0xD00, 0xD7F)]),
    "Sinhala": ("noto-sans-sinhala", [(0xD80, 0xDFF)]),
    "Thai": ("noto-sans-thai", [(0xE00, 0xE7F)]),
    "Lao": ("noto-sans-lao", [(0xE80, 0xEFF)]),
    "Myanmar": ("noto-sans-myanmar", [(0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)]),
    "Georgian": ("noto-sans-georgian", [(0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)]),
    "Ethiopic": ("noto-sans-ethiopic", [(0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)]),
    "Khmer": ("noto-sans-khmer", [(0x1780, 0x17FF), (0x19E0, 0x19FF)]),
    "Tifinagh": ("noto-sans-tifinagh", [(0x2D30, 0x2D7F)]),
    "Armenian": ("noto-sans-armenian", [(0x530, 0x58F)]),
    "Han": ("noto-sans-sc", [(0x2E80, 0x2FDF), (0x3000, 0x312F), (0x31A0, 0x31BF),
                             (0x31F0, 0x31FF), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20)]),
    "Hangul": ("noto-sans-kr", [(0x3000, 0x303F), (0x3131, 0x318E)]),
}  # fmt: skip
"""Each file: the package that it is made of, and the characters it takes beside the common ones."""


def encoded(codec: str, first: Iterable[int], second: Iterable[int]) -> Iterator[int]:
    """Yield the characters of a double-byte character set, by its two bytes."""
    for pair in product(first, second):
        try:
            text = bytes(pair).decode(codec)
        except UnicodeDecodeError:
            continue
        yield from map(ord, text)


def han() -> frozenset[int]:
    """Return the signs of GB 2312, of Big5 level 1, of JIS X 0208 and of KS X 1001."""
    high = range(0xA1, 0xFF)
    found = {
        *encoded("gb2312", range(0xB0, 0xF8), high),
        *encoded("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *high]),
        *encoded("euc_jp", range(0xB0, 0xF5), high),
        *encoded("euc_kr", range(0xCA, 0xFE), high),
    }
    return frozenset(one for one in found if 0x3400 <= one < 0xA000)


def syllables() -> frozenset[int]:
    """Return the Korean syllables of KS X 1001."""
    return frozenset(encoded("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)))


def wanted(script: str) -> frozenset[int]:
    """Return the characters that the file of a script takes, as far as its source has them."""
    ranges = [*_COMMON, *SCRIPTS[script][1]]
    found = frozenset(one for first, last in ranges for one in range(first, last + 1))
    more = {"Han": han, "Hangul": syllables}.get(script)
    return found | more() if more else found


def subset_of(source: Path, characters: frozenset[int], script: str) -> TTFont:
    """Return a font with some characters of another, and all that shapes them; it is renamed."""
    options = subset.Options()
    options.layout_features = ["*"]
    options.hinting = options.glyph_names = options.legacy_kern = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += ["STAT", "meta", "gasp", "vhea", "vmtx", "VORG", "BASE", "DSIG"]
    font = subset.load_font(source, options)
    maker = subset.Subsetter(options)
    maker.populate(unicodes=characters)
    maker.subset(font)
    for number, text in (
        (1, f"{FAMILY} {script}"),
        (2, "Regular"),
        (3, f"{FAMILY} {script} 1"),
        (4, f"{FAMILY} {script}"),
        (6, f"HandoutsNames-{script}"),
    ):
        font["name"].setName(text, number, 3, 1, 0x409)
    font["head"].modified = font["head"].created = MODIFIED
    return font


def main(packages: Path, fonts: Path) -> None:
    """Write a file for each script, and `names.sha256` with the digest of each."""
    digests = []
    for script, (package, _) in SCRIPTS.items():
        (source,) = (packages / package).glob("**/400Regular/*.ttf")
        target = fonts / "names" / f"HandoutsNames-{script}.ttf"
        subset_of(source, wanted(script), script).save(target)
        digests.append(f"{sha256(target.read_bytes()).hexdigest()}  names/{target.name}\n")
    (fonts / "names.sha256").write_text("".join(sorted(digests, key=lambda one: one[64:])))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
