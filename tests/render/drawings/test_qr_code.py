"""The square code to a service's page, read by a scanner from the page as it is printed."""

import re
import shutil
from math import dist

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from handouts.render.html import render_html
from handouts.selection.request import Request
from tests.conftest import IN_CI
from tests.support.leaflets import ask, publisher, title_of
from tests.support.photocopy import DOTS_PER_INCH, photocopy, scans
from tests.support.readback import read_structure
from tests.support.services import WHOLE, served, served_pdf

NAME, NOTE = "Zebedee Quixote", "Bring Dulcinea on Friday."
CASES = [
    ask("neck", "acute", "pregnancy", "diabetes", name=NAME, note=NOTE),
    ask("lumbar", "chronic", "gi-ulcer", name=NAME, note=NOTE, mono=True, paper="letter"),
    ask("thoracic", "acute", name=NAME, note=NOTE, size="18"),
    ask("lumbar", "acute", "under-18", name=NAME, note=NOTE, paper="a5"),
    ask("neck", "chronic", name=NAME, note=NOTE, booklet=True),
]
each_case = pytest.mark.parametrize("request_", CASES, ids=title_of)
LEAST = 20
"""Millimetres."""


@pytest.fixture(autouse=True)
def _can_draw() -> None:
    """Pages are drawn by the program that Debian calls poppler-utils."""
    if shutil.which("pdftoppm") is None and not IN_CI:
        pytest.skip("no pdftoppm (Debian: poppler-utils)")


def address_of(request: Request) -> str:
    """Give the address that the profile makes of a request."""
    return f"https://riverside.example/backs/{request.region}/{request.status}"


def pictures(request: Request) -> list[Image.Image]:
    """Draw every page of the leaflet of a service."""
    return scans(served_pdf(request, WHOLE))


@pytest.mark.slow
@each_case
def test_a_scanner_reads_the_printed_address_and_nothing_else(request_: Request) -> None:
    """One code in the leaflet, at least 20 mm wide, says the address beside it, to the letter.

    So nothing of a patient is in it: neither name nor note, no flag, no code of the leaflet.
    """
    found = [(page, code) for page in pictures(request_) for code in zxingcpp.read_barcodes(page)]
    ((page, code),) = found
    assert code.text == address_of(request_)
    root = read_structure(served_pdf(request_, WHOLE))
    assert code.text in "".join(node.text for node in root.find("P") + root.find("Link"))
    corners = [(point.x, point.y) for point in (
        code.position.top_left, code.position.top_right, code.position.bottom_left)]  # fmt: skip
    for other in corners[1:]:
        assert dist(corners[0], other) / DOTS_PER_INCH * 25.4 >= LEAST - 25.4 / DOTS_PER_INCH
    left, top = corners[0]
    around = page.crop((int(left) - 60, int(top) - 60, int(left) + 200, int(top) + 200))
    (copied,) = zxingcpp.read_barcodes(photocopy(around))
    assert copied.text == code.text


def test_a_scanner_reads_the_code_of_the_html_page() -> None:
    """The squares of the drawing in HTML say the same address."""
    page = render_html(served(CASES[0], WHOLE), publisher().library.figures)
    (drawing,) = re.findall(r'viewBox="0 0 (\d+) \1" shape-rendering.*? d="([^"]*)"/></svg>', page)
    side, path = int(drawing[0]), drawing[1]
    picture = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(picture)
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        pen.line((int(column), int(row), int(column) + int(length) - 1, int(row)), fill=0)
    (code,) = zxingcpp.read_barcodes(picture.resize((side * 6, side * 6), Image.Resampling.NEAREST))
    assert code.text == address_of(CASES[0])
