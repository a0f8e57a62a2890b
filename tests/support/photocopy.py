"""Simulate a bad third photocopy: python -m tests.support.photocopy IN.pdf PAGE OUT.png."""

import re
import subprocess
import sys
from pathlib import Path
from random import Random

from PIL import Image, ImageFilter

DOTS_PER_INCH = 150
GENERATIONS = 3
BLUR = 0.9
"""Of the glass and the paper, in pixels."""
NOISE = 0.22
"""The share of dirt in what the copier sees."""
BLACK = 140
"""What is darker than this, of 255, prints."""
_HEAD = re.compile(rb"P5\s+(\d+)\s+(\d+)\s+255\s")
"""How a bare picture in greys begins."""


def scan(content: bytes, page: int) -> Image.Image:
    """Draw one page of a PDF in greys, as a mono printer would."""
    (image,) = scans(content, "-f", str(page), "-l", str(page))
    return image


def scans(content: bytes, *options: str, dots: int = DOTS_PER_INCH) -> list[Image.Image]:
    """Draw the pages of a PDF in greys; `options` of pdftoppm may choose some."""
    command = ["pdftoppm", "-gray", "-r", str(dots), *options, "-"]
    drawn = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    images, at = [], 0
    while at < len(drawn):  # one bare picture after the other: packing them as PNG takes longer
        head = _HEAD.match(drawn, at)
        assert head, drawn[at : at + 20]
        size = (int(head[1]), int(head[2]))
        at = head.end() + size[0] * size[1]
        images.append(Image.frombytes("L", size, drawn[head.end() : at]))
    return images


def photocopy(page: Image.Image, generations: int = GENERATIONS) -> Image.Image:
    """Copy a page again and again: blurred, noisy, then black or white. The same every time."""
    dirt = Random(7)  # noqa: S311 - specks, not secrets
    for _ in range(generations):
        noise = Image.frombytes("L", page.size, dirt.randbytes(page.width * page.height))
        seen = Image.blend(page.filter(ImageFilter.GaussianBlur(BLUR)), noise, NOISE)
        page = seen.point(lambda grey: 0 if grey < BLACK else 255)
    return page


def main() -> None:
    """Read the command line."""
    source, page, out = sys.argv[1:]
    photocopy(scan(Path(source).read_bytes(), int(page))).save(out)


if __name__ == "__main__":
    main()
