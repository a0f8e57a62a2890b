"""Cut the two weights that a leaflet on a screen is set in to the characters of western Europe.

Usage: screen_fonts.py FONTS_FOLDER

It needs `brotli` besides fontTools, which only makes these files: the program embeds them as they
are. The same input and versions give the same bytes.
"""

import sys
from pathlib import Path

from fontTools import subset

STYLES = {"400Regular": 400, "700Bold": 700}
SIGNS = "–—‘’“”•…"
CHARACTERS = (*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, SIGNS))


def cut(source: Path, target: Path) -> None:
    """Write the characters of one font file, packed for the web."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "ccmp", "locl", "mark"]
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CHARACTERS)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def main() -> None:
    """Cut each weight."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    fonts = Path(sys.argv[1])
    for style, weight in STYLES.items():
        target = fonts / f"HandoutsHyperlegible-screen-{weight}.woff2"
        cut(fonts / f"HandoutsHyperlegible-{style}.ttf", target)
        print(target)


if __name__ == "__main__":
    main()
