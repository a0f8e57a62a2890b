"""Draw a leaflet in every format: python -m tests.support.variant_sheets OUT.

OUT is a folder. Words after it go to each leaflet, such as --region lumbar --flag gi-ulcer; --gray
draws as a mono printer would. Those of a service have all that a leaflet can have: a logo, a code
to scan, a name, a note, exercises and doses by hand.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.support.services import PROFILE, RIVER, png

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
BY_HAND = (
    "--name", "Ana Maria da Silva", "--exercise", "pelvic-tilt", "--exercise", "bridge",
    "--screened", "--dose", "pelvic-tilt=5x2",
    "--note", "Walk to the shop and back on Monday. Ask for Maria.",
)  # fmt: skip
"""For long-lasting low back pain."""
SERVED = {
    f"service-{name}": VARIANTS[name]
    for name in ("usual", "size-16", "large-print", "mono", "half-letter", "booklet")
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
    out, *words = sys.argv[1:] or ["-"]
    if out.startswith("-"):
        sys.exit("usage: python -m tests.support.variant_sheets FOLDER [--gray] [OPTION]...")
    grey = ["-gray"] if "--gray" in words else []
    words = [word for word in words if word != "--gray"] or ["--region", "neck"]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "service.yaml").write_text(PROFILE, encoding="utf-8")
    (folder / "logo.png").write_bytes(png())
    (folder / "logo.svg").write_text(RIVER, encoding="utf-8")
    for name, options in (VARIANTS | SERVED).items():
        own = [*words, *options]
        if name in SERVED:
            own = ["--region", "lumbar", "--status", "chronic", *BY_HAND, *options]
        pdf = folder / f"{name}.pdf"
        command = [sys.executable, "-m", "handouts", "make", *own, "-o", str(pdf)]
        profile = str(folder / "service.yaml") if name in SERVED else ""
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"HANDOUTS_SERVICE": profile},
        )
        sheet_of(pages_of(pdf, *grey)).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
