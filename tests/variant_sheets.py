"""Draws a leaflet in every format, a sheet of small pages each: python tests/variant_sheets.py OUT.

OUT is a folder. Words after it go to each leaflet, such as --region lumbar --flag gi-ulcer; --gray
draws as a mono printer would.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

VARIANTS = {
    "usual": (),
    "letter": ("--paper", "letter"),
    "size-16": ("--size", "16"),
    "large-print": ("--large-print",),
    "large-print-letter": ("--large-print", "--paper", "letter"),
    "mono": ("--mono",),
    "a5": ("--paper", "a5"),
    "half-letter": ("--paper", "half-letter"),
    "booklet": ("--booklet",),
    "duplex": ("--duplex",),
    "diary": ("--diary",),
    "large-print-diary": ("--large-print", "--diary"),
}
COLUMNS, GAP = 6, 8
DOTS_PER_INCH = 50


def pages_of(pdf: Path, *options: str) -> list[Image.Image]:
    """Draw every page of a leaflet."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), *options]
        subprocess.run([*command, str(pdf), f"{folder}/page"], check=True)
        return [Image.open(path).convert("RGB") for path in sorted(Path(folder).iterdir())]


def sheet_of(pages: list[Image.Image]) -> Image.Image:
    """Put pages side by side, in rows."""
    wide, high = pages[0].width + GAP, pages[0].height + GAP
    rows = -(-len(pages) // COLUMNS)
    sheet = Image.new("RGB", (min(len(pages), COLUMNS) * wide, rows * high), "grey")
    for number, page in enumerate(pages):
        sheet.paste(page, (number % COLUMNS * wide, number // COLUMNS * high))
    return sheet


def main() -> None:
    """Read the command line, and make a picture for each format."""
    out, *words = sys.argv[1:]
    grey = ["-gray"] if "--gray" in words else []
    words = [word for word in words if word != "--gray"] or ["--region", "neck"]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, options in VARIANTS.items():
        pdf = folder / f"{name}.pdf"
        command = [sys.executable, "-m", "handouts", "make", *words, *options, "-o", str(pdf)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        sheet_of(pages_of(pdf, *grey)).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
