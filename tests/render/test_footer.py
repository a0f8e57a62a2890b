"""The one line at the foot of a page says that nobody approved the words, beside the code."""

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import HALF_OF, PAPERS, SIZES, USUAL_SIZE
from handouts.pipeline import prepare
from handouts.render.footer import _footer_words
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources, paginate
from tests.support.leaflets import ask, publisher

DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))
MANY = "gi-ulcer", "blood-thinners", "diabetes", "heart-disease", "age-65-plus", "kidney-disease"

LOOKS = [
    (paper, size)
    for paper in PAPERS
    for size in SIZES
    if size == USUAL_SIZE or paper not in HALF_OF  # half sheets have one size of type
]


@pytest.mark.parametrize("flags", [(), MANY], ids=["no fact", "six facts"])
@pytest.mark.parametrize(("paper", "size"), LOOKS)
def test_no_code_takes_the_room_of_not_approved(
    paper: str, size: int, flags: tuple[str, ...]
) -> None:
    """With six facts the foot said "Do not give to patients" only, and not why."""
    request = ask("lumbar", "chronic", *flags, edition="standard", paper=paper, size=str(size))
    leaflet = prepare(publisher(), request)
    layout = paginate(leaflet, DRAWN)
    words = _footer_words(layout.builder, leaflet, len(layout.pages), last=False)
    assert words.sentence.startswith("Not approved")
    assert words.sentence.endswith("Do not give to patients.")
    if size == USUAL_SIZE and paper not in HALF_OF:
        assert leaflet.code in words.code
