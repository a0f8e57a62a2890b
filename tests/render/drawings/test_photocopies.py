"""What a copier of a surgery leaves of a drawing: the body, the start position, props, arrows."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from handouts.render.drawings.pen import THEMES
from tests.support.contact_sheet import CELL, COLUMNS, MARGIN, ROWS, draw_sheet, load_figures
from tests.support.photocopy import DOTS_PER_INCH, photocopy, scan
from tests.support.survival import survival

FIGURES = [figure.id for figure in load_figures()]
PAGES = range(1, -(-len(FIGURES) // (COLUMNS * ROWS)) + 1)
SHEETS = [(theme, page) for theme in THEMES for page in PAGES]


def cell(place: int, height: int) -> tuple[int, int, int, int]:
    """Give the pixels of one figure of a sheet."""
    dots = DOTS_PER_INCH / 72
    left = MARGIN + place % COLUMNS * CELL[0]
    top = MARGIN + place // COLUMNS * CELL[1]
    box = (left * dots, top * dots, (left + CELL[0]) * dots, (top + CELL[1]) * dots)
    across, down, right, foot = map(round, box)
    return across, down, right, min(foot, height)


@pytest.mark.slow
@pytest.mark.sample(2)
@pytest.mark.parametrize(("theme", "page"), SHEETS)
def test_every_drawing_survives_a_third_photocopy(theme: str, page: int, tmp_path: Path) -> None:
    """Of the ink of each figure, its chair and its start position too, 93 in 100 are left."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("no pdftoppm (Debian: poppler-utils)")
    path = tmp_path / "figures.pdf"
    draw_sheet(str(path), theme, [])
    print_ = scan(path.read_bytes(), page)
    copy = photocopy(print_)
    shown = FIGURES[(page - 1) * COLUMNS * ROWS :][: COLUMNS * ROWS]
    left = {
        name: survival(one(print_, place), one(copy, place)) for place, name in enumerate(shown)
    }
    assert {name: share for name, share in left.items() if share < 0.93} == {}


def one(sheet: Image.Image, place: int) -> Image.Image:
    """Cut one figure out of a sheet."""
    return sheet.crop(cell(place, sheet.height))
