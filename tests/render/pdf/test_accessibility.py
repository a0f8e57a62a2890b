"""Finished leaflets can be read by those who cannot see them: veraPDF, and what it does not see."""

from datetime import date
from pathlib import Path

import pytest

from handouts.content.look import LookOptions
from handouts.pipeline import Publisher, make_leaflet, open_publisher
from handouts.selection.options import RequestOptions
from handouts.selection.request import parse_request
from tests.conftest import Validate
from tests.support.faults import all_faults

DAY = date(2026, 11, 22)
MANY_FLAGS = ("gi-ulcer", "kidney-disease", "asthma", "osteoporosis", "diabetes", "pacemaker")
CASES = {
    f"{region}-{status}-{paper}-{len(flags)}": (region, status, paper, flags)
    for region in ("neck", "thoracic", "lumbar")
    for status in ("acute", "chronic")
    for paper, flags in (("a4", ()), ("letter", ("pregnancy",)), ("a4", MANY_FLAGS))
}


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    """Open the publisher once."""
    return open_publisher()


def leaflet(publisher: Publisher, case: str) -> bytes:
    """Make the leaflet of a case."""
    region, status, paper, flags = CASES[case]
    look = LookOptions(paper=paper)
    options = RequestOptions(region=region, status=status, look=look, flags=flags)
    request = parse_request(publisher.library, options, today=DAY)
    return make_leaflet(publisher, request).content


@pytest.mark.slow
@pytest.mark.sample(6)
@pytest.mark.parametrize("case", CASES)
def test_nothing_stands_in_the_way_of_a_reader(publisher: Publisher, case: str) -> None:
    """Marks, structure, text, fonts, footers and bookmarks are free of faults."""
    assert all_faults(leaflet(publisher, case)) == ()


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_every_leaflet(
    publisher: Publisher, verapdf: Validate, tmp_path: Path
) -> None:
    """The reference validator finds no broken rule of PDF/UA-1."""
    paths = [tmp_path / f"{case}.pdf" for case in CASES]
    for path in paths:
        path.write_bytes(leaflet(publisher, path.stem))
    verapdf(paths)
