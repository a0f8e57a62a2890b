"""The code of a leaflet is found in its PDF: any paper, size of type and edition."""

from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from handouts.audit.leaflet_code import codes_of
from handouts.content.vocabulary import FULL, HALF_OF, PAPERS, SIZES, STANDARD, USUAL_SIZE
from handouts.pipeline import typeset
from handouts.selection.request import Request
from tests.support.leaflets import ask, leaflet, publisher, title_of

LABELS = publisher().library.labels
LABEL = LABELS["code"]
FLAGS = ("gi-ulcer", "age-65-plus")
FULL_ONES = [
    ask("lumbar", "acute", *FLAGS, edition=FULL, paper=paper, size=str(size))
    for paper, size in product(PAPERS, SIZES)
    if size == USUAL_SIZE or paper not in HALF_OF
]
OTHERS = [
    ask("neck", "chronic", *FLAGS, edition=STANDARD, paper="a4", size="18"),
    ask("neck", "acute", edition=STANDARD, paper="half-letter", booklet=True),
    ask("lumbar", "acute", edition=FULL, paper="a5", booklet=True),
    ask("lumbar", "acute", "under-18", edition=STANDARD, paper="a4", size="16"),
]


@pytest.mark.slow
@pytest.mark.sample(4)
@pytest.mark.parametrize("request_", [*OTHERS, *FULL_ONES], ids=title_of)
def test_the_code_is_in_every_leaflet(request_: Request, tmp_path: Path) -> None:
    """One code is found, its own, even below the longest words on what was not reviewed."""
    made = leaflet(request_)
    longest = replace(made, draft=LABELS["changed"], draft_line=LABELS["changed-risk-line"])
    for one in (made, longest):
        path = tmp_path / "leaflet.pdf"
        path.write_bytes(typeset(publisher(), one).content)
        assert codes_of(str(path), LABEL) == [made.code]
