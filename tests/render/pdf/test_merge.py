"""What is bound into one file is compressed once for every number, and reads as it was."""

import io
import re
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.batch.output import Volumes
from handouts.batch.row_ids import BloomFilter
from handouts.fastpath.name_slot import TypesetPdf, blank_slot
from handouts.render.pdf.merge import BodyTemplate, PatchedDeflate, PdfMerger
from handouts.reuse import body_request
from handouts.system.locks import ExclusiveFile
from tests.support.leaflets import ask, pdf

NAME = "Ana"
"""Its place stays blank in a body."""
KINDS = {
    "usual": ask("neck", "acute", name=NAME),
    "large print, all facts": ask(
        "lumbar", "chronic", "gi-ulcer", "asthma", "diabetes", "kidney-disease", name=NAME,
        size="18",
    ),
    "booklet": ask("neck", "acute", name=NAME, booklet=True, paper="a5"),
}  # fmt: skip


def body_of(kind: str) -> TypesetPdf:
    """Typeset the body of a kind, for any name."""
    return pdf(body_request(KINDS[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_is_compressed_once_for_all_its_leaflets(kind: str) -> None:
    """No digit of a number is in the compressed part, so a stencil never compresses anew."""
    sheaf = BodyTemplate(body_of(kind), 8, 3, 2, 5, duplex=True)
    stencil = sheaf._stream  # noqa: SLF001 - what it is about
    assert stencil.is_patchable
    for number in (1, 998, 999, 1000, 8387):
        found = re.search(
            rb"stream\n(.*)\nendstream", sheaf.stream(number * sheaf.block), re.DOTALL
        )
        assert found is not None
        assert zlib.decompress(found[1]) == stencil.plain(b"%04d" % number)


@given(
    st.lists(st.sampled_from([b"\0", b"7", b"13 ", b" R ", b"<<\n", b"\xe4"]), max_size=300),
    st.integers(0, 9998),
)
def test_a_stencil_prints_what_it_spells(parts: list[bytes], number: int) -> None:
    """For any text and any number: also where digits cannot be told from the compressed part."""
    stencil = PatchedDeflate(b"\0 " + b"".join(parts), 4)
    digits = b"%04d" % number
    assert zlib.decompress(stencil.compressed(digits)) == stencil.plain(digits)


def test_a_text_that_has_marks_of_its_own_is_compressed_anew() -> None:
    """Bytes that stand for digits while a text is prepared are never taken for digits."""
    stencil = PatchedDeflate(b"\0 \xf0\xf1\xf2\xf3 \0", 4)
    assert not stencil.is_patchable
    assert zlib.decompress(stencil.compressed(b"0012")) == b"0012 \xf0\xf1\xf2\xf3 0012"


def test_leaflets_of_every_size_keep_their_structure(tmp_path: Path) -> None:
    """A usual leaflet and one with more pages in turn: each reads as it does alone."""
    part = ExclusiveFile(str(tmp_path / "all.pdf"))
    binder = PdfMerger(part)
    order = [body_of("usual"), body_of("large print, all facts")] * 6
    for number, body in enumerate(order):
        binder.add(str(number), body, _slot(body))
    binder.finish()
    part.finish()
    with pikepdf.open(tmp_path / "all.pdf") as merged:
        assert merged.check_pdf_syntax() == []
        kids = list(merged.Root.StructTreeRoot.K)
        assert len(kids) == len(order)
        for kid, body in zip(kids[-2:], order[-2:], strict=True):
            with pikepdf.open(io.BytesIO(body.content)) as alone:
                assert _roles(kid) == _roles(alone.Root.StructTreeRoot.K)


def _slot(body: TypesetPdf) -> bytes | None:
    return blank_slot(body.slot.before, body.slot.after) if body.slot else None


def _roles(element: pikepdf.Object) -> list[str]:
    """List the roles of an element and all below it."""
    below = element.get("/K")
    kids = list(below) if isinstance(below, pikepdf.Array) else [below]
    inner = [one for one in kids if isinstance(one, pikepdf.Dictionary) and "/S" in one]
    return [str(element.S), *(role for one in inner for role in _roles(one))]


def test_a_pile_beyond_what_readers_take_goes_on_in_more_volumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is torn apart, each volume is whole, and numbers stay below Acrobat's limit."""
    monkeypatch.setattr("handouts.render.pdf.merge._FULL", 4)
    volumes = Volumes(str(tmp_path / "all.pdf"), duplex=True)
    whole = body_of("usual")
    for row in range(4):
        volumes.begin_row()
        for copy in range(3):
            volumes.add(f"{row} ({copy})", whole, _slot(whole))
    assert not list(tmp_path.glob("*.pdf"))
    volumes.finish()
    titles = []
    for path in volumes.paths:
        with pikepdf.open(path) as volume:
            assert volume.check_pdf_syntax() == []
            titles.append([item.title for item in volume.open_outline().root])
    assert [Path(path).name for path in volumes.paths] == ["all.pdf", "all-2.pdf"]
    assert titles == [
        [f"{row} ({copy})" for row in two for copy in range(3)] for two in ("01", "23")
    ]
    assert volumes.stray() is None
    (tmp_path / "all-3.pdf").touch()
    assert volumes.stray() == str(tmp_path / "all-3.pdf")


@given(st.lists(st.text(max_size=3), max_size=60))
def test_a_text_that_came_before_is_always_met_again(texts: list[str]) -> None:
    """The filter for row ids may suspect a new text, but never misses one that stands twice."""
    seen = BloomFilter()
    met = [seen.add(text) for text in texts]
    assert all(met[n] for n, text in enumerate(texts) if text in texts[:n])
