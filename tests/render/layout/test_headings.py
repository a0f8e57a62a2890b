"""The lines of a heading are even; those of other text are full."""

import pytest

from handouts.leaflet.tree import Run
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.style import styles_for
from handouts.render.pdf.structure import Tag
from handouts.render.pdf.typeface import typeface

STYLE = styles_for("a4")[0].box_heading


def lines(said: str, role: str, share: float) -> list[str]:
    """Set a text in a measure that is a share of its width; return its lines."""
    block = TextBlock(typeface(), (Run(said),), STYLE, (Tag(role),))
    block.wrap(10_000)
    block.wrap(block.width * share)
    found: dict[float, str] = {}
    for one in block.glyphs(0, 100):
        words = "".join(word.glyphs for word in one.words)
        found[one.y] = found.get(one.y, "") + words
    return [one.strip() for one in found.values()]


@pytest.mark.parametrize(
    ("said", "share", "two"),
    [
        (
            "For these, call your maternity unit now. If you cannot reach it, call 999.",
            0.9,
            ["For these, call your maternity unit now.", "If you cannot reach it, call 999."],
        ),
        (
            "When to get help: all the warning signs",
            0.85,
            ["When to get help:", "all the warning signs"],
        ),
        (
            "What to check before you take ibuprofen",
            0.9,
            ["What to check before", "you take ibuprofen"],
        ),
    ],
)
def test_a_heading_that_needs_two_lines_has_two_even_ones(
    said: str, share: float, two: list[str]
) -> None:
    """One sentence on each, or lines of one length: a word alone below looks like a mistake."""
    assert lines(said, "H3", share) == two
    full = lines(said, "P", share)
    assert len(full) == 2
    assert len(full[0]) > len(two[0])
