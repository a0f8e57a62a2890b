"""What a template renders is read strictly: what is missing is named by its place."""

import pytest

from handouts.errors import CompositionError
from handouts.leaflet.xhtml import parse_sections

EMPTY = '<article><section id="massage"><h2>M</h2><ul class="points"></ul></section></article>'


def test_an_empty_list_names_itself_and_its_section() -> None:
    """Content that lacks a sentence there is told which one, and not a line of a template."""
    with pytest.raises(CompositionError) as refused:
        parse_sections(EMPTY, "leaflet.xml")
    assert "the list “points” of the section `massage` is empty" in str(refused.value)
    assert "leaflet.xml" not in str(refused.value)
