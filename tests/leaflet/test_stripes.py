"""A reader is told once what the stripes on a drawing are, so that nobody has to guess."""

import pytest

from handouts.leaflet.tree import Picture, walk
from tests.support.leaflets import BRANCHES, ask, leaflet, publisher


@pytest.mark.parametrize("edition", ["full", "standard"])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_first_striped_muscle_is_explained(region: str, status: str, edition: str) -> None:
    """The caption stands below the first drawing with stripes, and below no other."""
    made = leaflet(ask(region, status, edition=edition))
    pictures = [
        one for section in made.sections for one in walk(section.parts) if isinstance(one, Picture)
    ]
    figures = publisher().library.figures
    striped = [one for one in pictures if figures[one.figure].pose.highlight]
    told = [one for one in pictures if "Striped" in one.caption]
    assert told == striped[:1]


def test_a_caption_of_its_own_stays() -> None:
    """What a drawing says already comes first, as a sentence of its own."""
    made = leaflet(ask("lumbar", "acute", exercises=("pelvic-tilt",)))
    (picture,) = (
        one for section in made.sections for one in walk(section.parts) if isinstance(one, Picture)
    )
    assert picture.caption.startswith("First a gap, then flat. Striped: ")
