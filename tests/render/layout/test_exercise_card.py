"""How large the drawings of an exercise are on its card."""

import pytest

from handouts.content.load import resource
from handouts.render.layout.exercise_card import Card, TallCard
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources, paginate
from tests.support.leaflets import ask, leaflet, publisher

LARGER = 1.3
MOST_OF_GAPS = 24
"""Above and below the name and the dosage, in points."""


def card_of(size: str) -> Card | TallCard:
    """Return the card of cat and cow, which has two drawings, as it is laid out."""
    request = ask("lumbar", "chronic", exercises=("cat-cow",), edition="standard", size=size)
    figures = publisher().library.figures
    layout = paginate(leaflet(request), Resources(typeface(), figures, resource("templates")))
    placed = (one.item.flowable for page in layout.pages for one in page.placed)
    (card,) = (one for one in placed if isinstance(one, Card | TallCard))
    return card


@pytest.mark.parametrize("size", ["12", "16", "18"])
def test_two_drawings_are_one_below_the_other_where_they_are_larger_so(size: str) -> None:
    """Each of both is a third larger than side by side, and the first is the one on top."""
    figures = card_of(size).figures
    assert figures.is_stacked
    for drawing, usual in zip(figures.drawings, figures.side_by_side, strict=True):
        assert drawing.scale >= LARGER * usual
    assert [one.figure.id for one in figures.drawings] == ["cat", "cow"]


def test_two_drawings_make_no_card_taller() -> None:
    """In two columns they take the height of the words beside them, and no more."""
    card = card_of("12")
    style = card.style
    high = card.wrap(style.page.content_width)
    stacked = card.figures.wrap(style.figure_width)
    card.figures.arrange(style.figure_width, 0.0)
    assert card.figures.wrap(style.figure_width) < stacked
    name, facts, *_ = card.heights
    words = card.words.wrap(style.page.content_width - style.figure_width - style.gutter)
    assert stacked <= high <= name + facts + words + MOST_OF_GAPS
