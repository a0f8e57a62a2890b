"""A short form stands where its long form does, says no more, and never prints beside it."""

from pathlib import Path
from shutil import copytree

import pytest

from handouts.content.load import resource
from handouts.content.parse_library import read_library
from handouts.errors import ContentError
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask, publisher

BLOCK = """
  - id: extra-short
    short-of: [{long}]
    text: "**Do less.**"
{more}    sources: [PRACTICE]
    reviewed: 2026-11-29
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the content."""
    return Path(copytree(resource("content"), tmp_path / "content"))


def add(folder: Path, file: str, long: str, more: str = "") -> None:
    """Add a short form to a file of blocks."""
    path = folder / "blocks" / file
    path.write_text(path.read_text("utf-8").rstrip() + BLOCK.format(long=long, more=more), "utf-8")


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("file", "long", "more", "message"),
    [
        ("everyday.yaml", "nowhere", "", "unknown block of text `nowhere`"),
        ("everyday.yaml", "massage-machines", "", "stands in another section or row"),
        ("medicines.yaml", "medicine-sleepy-short", "", "is itself short"),
        ("everyday.yaml", "everyday-lift", "    suggests: [heat]\n", "suggests heat, and its long"),
        ("medicines.yaml", "medicine-nsaid", "    row: ask\n", "in the row of its long form"),
        ("everyday.yaml", "everyday-lift", "    edition: full\n", "unknown edition `full`"),
    ],
)
def test_a_wrong_short_form_is_named_with_its_line(
    folder: Path, file: str, long: str, more: str, message: str
) -> None:
    """The loader refuses what would stand elsewhere, say more, or print beside its long form."""
    add(folder, file, long, more)
    with pytest.raises(ContentError) as refused:
        read_library(folder)
    assert [fault for fault in refused.value.faults if message in fault.message]
    assert all(fault.origin and fault.origin.line for fault in refused.value.faults)


@pytest.mark.slow
def test_a_short_form_stands_in_for_its_long_form_in_the_short_editions() -> None:
    """The full edition has the long form alone, the others the short one, with the reason."""
    chosen = {}
    for edition in ("full", "standard"):
        found = select_blocks(publisher().library, ask("lumbar", "acute", edition=edition))
        chosen[edition] = {one.block.id for one in found.chosen}
        out = {one.block.id: one.reason for one in found.left_out}
    longs = {"medicine-driving", "medicine-alcohol"}
    assert longs <= chosen["full"]
    assert "medicine-sleepy-short" not in chosen["full"]
    assert "medicine-sleepy-short" in chosen["standard"]
    assert not longs & chosen["standard"]
    assert out["medicine-driving"] == "medicine-sleepy-short says it in fewer words"


def test_the_line_of_a_sign_stands_in_for_its_row_on_a_sheet_alone() -> None:
    """A sheet says each sign in a line; the standard edition has the row too."""
    for edition, kinds in (
        ("standard", {"red-flag", "emergency-line"}),
        ("sheet", {"emergency-line"}),
    ):
        found = select_blocks(publisher().library, ask("lumbar", "acute", edition=edition))
        ids = {"rf-weight", "today-weight"}
        assert {str(one.block.kind) for one in found.chosen if one.block.id in ids} == kinds
