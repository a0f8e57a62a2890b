"""A leaflet with all that a leaflet can have, in every format: logo, code, note, doses by hand."""

from pathlib import Path

import pytest

from handouts.selection.request import Request
from tests.conftest import Golden, Validate
from tests.support.faults import all_faults
from tests.support.goldens import Base
from tests.support.leaflets import folded, golden_text, structure, with_look
from tests.support.readback import read_structure
from tests.support.services import ALT, BY_HAND, NOTED, SHAPED, WHOLE, served_pdf

VARIANTS: dict[str, Request] = {
    "usual": BY_HAND,
    "letter": with_look(BY_HAND, paper="letter"),
    "size 16": with_look(BY_HAND, size=16),
    "large print": with_look(BY_HAND, size=18),
    "mono": with_look(BY_HAND, mono=True),
    "a5": with_look(BY_HAND, paper="a5"),
    "half letter": with_look(BY_HAND, paper="half-letter"),
    "duplex": with_look(BY_HAND, duplex=True, paper="letter"),
    "diary": with_look(BY_HAND, diary=True),
    "large mono diary": with_look(BY_HAND, size=18, mono=True, diary=True, duplex=True),
    "booklet": with_look(BY_HAND, paper="a5", booklet=True),
    "half-letter booklet": with_look(BY_HAND, paper="half-letter", booklet=True, mono=True),
}
PAGES = {name: request for name, request in VARIANTS.items() if not request.look.booklet}


@pytest.mark.sample(5)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_stands_in_the_way_of_a_reader(name: str) -> None:
    """Marks, structure, text, fonts, footers and bookmarks are free of faults."""
    assert all_faults(served_pdf(VARIANTS[name], WHOLE)) == ()


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_every_variant(verapdf: Validate, tmp_path: Path) -> None:
    """The reference validator finds no broken rule of PDF/UA-1; nor with a logo of shapes."""
    contents = {name: served_pdf(request, WHOLE) for name, request in VARIANTS.items()}
    contents["shapes"] = served_pdf(VARIANTS["half letter"], SHAPED)
    paths = [tmp_path / f"{name.replace(' ', '-')}.pdf" for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    verapdf(paths)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["size 16", "large print", "mono", "a5", "half letter", "booklet"])
def test_what_clinic_and_clinician_add_is_in_every_format(name: str) -> None:
    """The logo's text, the name, the note, the doses and the address are read in each of them."""
    root = read_structure(served_pdf(VARIANTS[name], WHOLE))
    assert root.find("Figure")[0].alt == ALT
    said = folded(root.text)
    # A word wider than its column, as the address is on half a sheet, goes over two lines.
    assert "https://riverside.example/backs/neck/chronic" in "".join(said.split())
    for expected in (
        WHOLE.name, "Ana Maria da Silva", "Walk to the shop and back on Monday.",
        "5 times", WHOLE.phone,
    ):  # fmt: skip
        assert expected in said


def test_the_structure_is_as_reviewed(golden: Golden) -> None:
    """Roles, words, drawings' texts and page breaks are those that a person has read."""
    base = Base(name="by-hand", write=lambda: golden_text(structure(NOTED)))
    root = read_structure(served_pdf(VARIANTS["large mono diary"], WHOLE))
    golden("service-large-mono-diary", golden_text(root), like=base)
