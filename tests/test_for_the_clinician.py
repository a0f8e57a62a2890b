"""The page for a clinician quotes the sentences that print, and no others."""

import re
from pathlib import Path

import pytest

from handouts.content.blocks import Wording
from tests.support.leaflets import publisher, said

PAGE = Path(__file__).parent.parent / "docs" / "for-the-clinician.md"
BLOCKS = {block.id: block for block in publisher().library.blocks}
LABELS = publisher().library.labels
QUOTED = re.compile(r"“([^”]*)”")


def rows() -> list[list[str]]:
    """Read the rows of all tables of the page, without their heads."""
    lines = (line for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| \d", line))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_rows_are_numbered_and_each_leaves_room_for_an_answer() -> None:
    """A reviewer writes a choice; at least the nine matters of the readers are there."""
    assert [int(row[0]) for row in rows()] == [*range(1, 1 + len(rows()))]
    assert len(rows()) >= 9
    assert all(len(row) == 6 and row[3] and "/" in row[4] for row in rows())
    assert {row[5] for row in rows()} == {""}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1].strip("`"))
def test_a_sentence_is_quoted_as_it_prints(row: list[str]) -> None:
    """Each quoted sentence stands in its block or label, with the words of the United Kingdom."""
    name = row[1].strip("`")
    words = BLOCKS[name].wordings if name in BLOCKS else [LABELS[name].replace("**", "")]
    texts = [said(one) if isinstance(one, Wording) else one for one in words]
    quotes = QUOTED.findall(row[2])
    assert quotes
    for quote in quotes:
        assert any(quote in text for text in texts), quote
