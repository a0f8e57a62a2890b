"""A few pages look as they did when a person last looked at them: small, grey, with a tolerance."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from PIL import Image, ImageChops

from handouts.content.profile import NOBODY
from handouts.content.provenance import Provenance
from handouts.leaflet.tree import Leaflet
from handouts.pipeline import Publisher, compose, typeset
from handouts.selection.request import Request
from handouts.selection.select import Selection
from tests.conftest import IN_CI
from tests.support.leaflets import ask, publisher, selection, with_look
from tests.support.marks import without_marks
from tests.support.photocopy import scans
from tests.support.services import BY_HAND, SHAPED, WHOLE

IMAGES = Path(__file__).parents[1] / "images"
DOTS_PER_INCH = 40
MOST_BYTES = 20 * 1024
CLEARLY = 64
"""How much darker or lighter a pixel must be, of 255, to count as another."""
TOLERANCE = 0.005
"""The share of pixels that may be another: renderers draw edges differently."""
PAGES: dict[str, tuple[Request, int]] = {
    "neck-acute-1": (ask("neck", "acute", "gi-ulcer"), 1),
    "thoracic-chronic-1": (ask("thoracic", "chronic"), 1),
    "standard-1": (ask("lumbar", "acute", edition="standard"), 1),
    "standard-2": (ask("lumbar", "acute", edition="standard"), 2),
    "standard-4": (ask("lumbar", "acute", edition="standard"), 4),
    "lumbar-chronic-2": (ask("lumbar", "chronic"), 2),
    "lumbar-acute-help": (ask("lumbar", "acute", "under-18"), 2),
    "letter-2": (ask("lumbar", "acute", "gi-ulcer", paper="letter"), 2),
    "size-16-1": (ask("lumbar", "acute", "gi-ulcer", size="16"), 1),
    "large-print-1": (ask("lumbar", "acute", "gi-ulcer", size="18"), 1),
    "mono-2": (ask("lumbar", "acute", "gi-ulcer", mono=True), 2),
    "a5-1": (ask("lumbar", "acute", "gi-ulcer", paper="a5"), 1),
    "half-letter-1": (ask("lumbar", "acute", "gi-ulcer", paper="half-letter"), 1),
    "booklet-2": (ask("lumbar", "acute", "gi-ulcer", booklet=True), 2),
    "diary-6": (ask("lumbar", "acute", "gi-ulcer", diary=True), 6),
    "duplex-4": (ask("lumbar", "acute", "under-18", duplex=True), 4),
    "service-1": (BY_HAND, 1),
    "service-2": (BY_HAND, 2),
    "service-code": (BY_HAND, 4),
    "service-shapes-1": (ask("lumbar", "acute"), 1),
    "service-large-2": (with_look(BY_HAND, size=18), 2),
    "service-booklet-1": (with_look(BY_HAND, booklet=True, paper="half-letter"), 1),
    "service-mono-1": (with_look(BY_HAND, mono=True), 1),
}
"""The pages; those of a service have its logo, colour and code, and a note and doses by hand."""


def composed(name: str, by: Publisher, chosen: Selection) -> Leaflet:
    """Compose the leaflet that a page is of, without what changes with any change of content."""
    profile = SHAPED if "shapes" in name else WHOLE if name.startswith("service") else NOBODY
    made = compose(structs.replace(by, profile=profile), chosen)
    return without_marks(by.library, made)


def picture(content: bytes, page: int) -> Image.Image:
    """Draw one page of a leaflet, small and grey."""
    if shutil.which("pdftoppm") is None and not IN_CI:
        pytest.skip("no pdftoppm (Debian: poppler-utils)")
    (drawn,) = scans(content, "-f", str(page), "-l", str(page), dots=DOTS_PER_INCH)
    return drawn


def difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Show in black what is clearly another in two pictures of one size."""
    return ImageChops.difference(one, other).point(lambda grey: 0 if grey > CLEARLY else 255)


def share(marks: Image.Image) -> float:
    """Give the share of black in a picture of differences."""
    return marks.histogram()[0] / (marks.width * marks.height)


@pytest.mark.sample(5)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """The page differs from its picture by no more than another renderer's edges."""
    leaflet = composed(name, publisher(), selection(PAGES[name][0]))
    content = typeset(publisher(), leaflet).content
    actual, path = picture(content, PAGES[name][1]), IMAGES / f"{name}.png"
    if pytestconfig.getoption("--update-golden"):
        IMAGES.mkdir(exist_ok=True)
        actual.quantize(8).save(path, optimize=True)
    assert path.exists(), f"{path.name} is missing: run pytest --update-golden, and look at it"
    with Image.open(path) as kept:
        expected = kept.convert("L")
    actual.save(tmp_path / "actual.png")
    assert actual.size == expected.size, f"see {tmp_path}/actual.png"
    marks = difference(actual, expected)
    marks.save(tmp_path / "difference.png")
    assert share(marks) <= TOLERANCE, (
        f"{share(marks):.1%} of {name} looks different: see {tmp_path}/actual.png "
        f"and {tmp_path}/difference.png, beside {path}"
    )


@pytest.mark.parametrize("name", PAGES)
def test_another_version_makes_no_other_picture(name: str) -> None:
    """Where all words stay, another version, code and day of review leave the leaflet as it was."""
    chosen = selection(PAGES[name][0])
    later = structs.replace(
        chosen,
        chosen=tuple(
            structs.replace(
                one, block=structs.replace(one.block, reviewed=one.block.reviewed + timedelta(400))
            )
            for one in chosen.chosen
        ),
    )
    other = structs.replace(
        publisher(),
        library=structs.replace(publisher().library, version="89abcdef" * 8),
        provenance=Provenance(words="89abcdef" * 8, program="89abcdef" * 8),
    )
    assert composed(name, other, later) == composed(name, publisher(), chosen)


def test_pictures_stay_small() -> None:
    """A picture is a reminder, not an archive: at most 20 KiB, and none without its page."""
    kept = sorted(IMAGES.glob("*.png"))
    assert [path.stem for path in kept] == sorted(PAGES)
    assert [path.name for path in kept if path.stat().st_size > MOST_BYTES] == []


@pytest.mark.parametrize(("right", "down"), [(0, 2), (2, 0)])
def test_a_page_that_moved_is_noticed(right: int, down: int) -> None:
    """What moves by two pixels, less than a line, is far outside the tolerance."""
    with Image.open(IMAGES / "neck-acute-1.png") as kept:
        expected = kept.convert("L")
    moved = ImageChops.offset(expected, right, down)
    assert share(difference(moved, expected)) > 4 * TOLERANCE
