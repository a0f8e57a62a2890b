"""All the signs stand below their heading and the name of the leaflet, whatever the region."""

import pytest

from tests.support.leaflets import BRANCHES, ask, pdf


@pytest.mark.sample(3)
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_signs_of_the_standard_edition_fit_a_letter_page(region: str, status: str) -> None:
    """A column of signs leaves room for all that stands above it, in the most spacious style."""
    for flags in ((), ("gi-ulcer", "age-65-plus")):
        made = pdf(ask(region, status, *flags, edition="standard", paper="letter"))
        assert made.pages <= 8
