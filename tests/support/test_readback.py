"""The read-back helpers: what they read from a good file, and that they report each fault."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.conftest import Validate
from tests.support.faults import all_faults, reading_order_faults
from tests.support.readback import (
    Figure,
    OutlineEntry,
    figures,
    fonts,
    headings,
    links,
    outline,
    page_artifacts,
    read_structure,
    structure_text,
)
from tests.support.tiny_pdf import NEXT_PAGE, Element, element, figure, link, saved, tiny_pdf

TITLE = element("H1", "Neck pain")
BULLETS = Name("/Disc")

STORY = (
    TITLE,
    element("P", "Keep ", Element("Span", ("moving",), lang="en-US"), " gently."),
    element(
        "L",
        element("LI", element("Lbl", "•"), element("LBody", "Walk, ", NEXT_PAGE, "or swim.")),
        ListNumbering=BULLETS,
    ),
    element("H2", "More"),
    element(
        "Table",
        element("TR", element("TH", "Day", Scope=Name("/Column"))),
        element("TR", element("TD", "One")),
    ),
    figure("A person turns the head."),
    element("P", "See ", link("the \xabneck\xbb pages", "https://example.org/neck"), " soon."),
)

STORY_TEXT = """\
Document
  [page 1]
  H1 "Neck pain"
  P
    "Keep "
    Span Lang=en-US "moving"
    " gently."
  L ListNumbering=Disc
    LI
      Lbl "•"
      LBody
        "Walk, "
        [page 2]
        "or swim."
  H2 "More"
  Table
    TR
      TH Scope=Column "Day"
    TR
      TD "One"
  Figure Alt="A person turns the head."
  P
    "See "
    Link
      "the «neck» pages"
      -> https://example.org/neck
    " soon."
"""


def test_the_structure_reads_as_text() -> None:
    """Roles, attributes, words and page changes come out as one line each."""
    assert structure_text(read_structure(saved(tiny_pdf(*STORY)))) == STORY_TEXT


def test_invisible_characters_are_shown() -> None:
    """A no-break space cannot hide in a golden text."""
    text = structure_text(read_structure(tiny_pdf(element("H1", 'a\xa0"b"'))))
    assert '"a\\u00a0\\"b\\""' in text


def test_a_good_file_has_no_fault() -> None:
    """Nothing is reported where nothing is wrong."""
    assert all_faults(saved(tiny_pdf(*STORY))) == ()


@pytest.mark.verapdf
def test_verapdf_accepts_the_good_file(tmp_path: Path, verapdf: Validate) -> None:
    """The reference validator agrees with the checks."""
    path = tmp_path / "good.pdf"
    tiny_pdf(*STORY).save(path)
    verapdf([path])


@pytest.mark.verapdf
def test_verapdf_refuses_what_it_should(tmp_path: Path, verapdf: Validate) -> None:
    """A file that does not say it is tagged and one that is no PDF are named, the good one not."""
    good, mute, none = (tmp_path / f"{name}.pdf" for name in ("good", "mute", "none"))
    tiny_pdf(*STORY).save(good)
    broken = tiny_pdf(*STORY)
    del broken.Root.MarkInfo
    broken.save(mute)
    none.write_bytes(b"none")
    with pytest.raises(pytest.fail.Exception) as found:
        verapdf([mute, good, none])
    assert f"FAIL {mute} checks=" in str(found.value)
    assert f"FAIL {none}\n   cannot be validated: " in str(found.value)
    assert "good.pdf" not in str(found.value)


def test_facts_are_read_back() -> None:
    """Fonts, links, figures, headings, bookmarks and artifacts come out as plain values."""
    pdf = tiny_pdf(*STORY)
    node = read_structure(pdf)
    (area,) = links(pdf)
    assert [(font.name, font.embedded) for font in fonts(pdf)] == [
        ("HandoutsHyperlegible-Regular", True)
    ]
    assert (area.page, area.target) == (2, "https://example.org/neck")
    assert figures(node) == (
        Figure(page=2, alt="A person turns the head.", box=(50.0, 50.0, 60.0, 60.0)),
    )
    assert headings(node) == ((1, "Neck pain"), (2, "More"))
    assert outline(pdf) == (OutlineEntry(level=1, title="Neck pain", page=1),)
    assert [[part.text for part in page] for page in page_artifacts(pdf)] == [["Footer"]] * 2
    assert node.pages == (1, 2)


def test_runs_say_where_their_baseline_is() -> None:
    """The text matrix and the page matrix are followed."""
    pdf = tiny_pdf(TITLE)
    repaint(pdf, b"BT", b"q 2 0 0 2 10 0 cm BT", b"ET", b"ET Q")
    (run,) = read_structure(pdf).runs
    assert (run.x, run.y, run.size) == (110.0, 560.0, 24.0)


def test_reversed_words_and_actual_text_read_in_logical_order() -> None:
    """Right-to-left words and replaced text come out as they are read."""
    pdf = tiny_pdf(TITLE)
    marked = b"/ReversedChars BMC <6362> Tj EMC /Span <</ActualText (four)>> BDC <34> Tj EMC"
    repaint(pdf, b"<4e65636b207061696e> Tj", marked)
    assert read_structure(pdf).text == "bcfour"


def test_text_in_a_form_counts_for_the_content_that_paints_it() -> None:
    """Words drawn through a form are found."""
    pdf = tiny_pdf(TITLE)
    page = pdf.pages[0].obj
    form = pdf.make_stream(b"BT /F0 12 Tf <61> Tj ET", Type=Name.XObject, Subtype=Name.Form)
    page.Resources.XObject = Dictionary(X=form)
    repaint(pdf, b"ET\nEMC\n/Artifact", b"ET /X Do\nEMC\n/Artifact")
    assert read_structure(pdf).text == "Neck paina"


def test_the_reading_order_is_compared_word_by_word() -> None:
    """Texts in another order, or with words missing, are named where they differ."""
    node = read_structure(tiny_pdf(TITLE, element("P", "One."), element("P", "Two.")))
    assert reading_order_faults(node, ["Neck pain", "One.", "Two."]) == ()
    assert reading_order_faults(node, ["Neck pain", "Two.", "One."]) == (
        "reads 'Neck pain One. Two.', not 'Neck pain Two. One.'",
    )
    assert reading_order_faults(node, ["Neck pain", "One."]) != ()


FAULTY_STORIES = {
    "there is no heading": (element("P", "Words."),),
    "there are 2 headings of level 1": (TITLE, element("H1", "Again")),
    "'Words.' stands before the title": (element("P", "Words."), TITLE),
    "level 3 follows one of level 1": (TITLE, element("H3", "Deep")),
    "the heading 'Deep' stands inside P": (TITLE, element("P", element("H2", "Deep"))),
    "a heading H2 is empty": (TITLE, element("H2", " ")),
    "has labels and no ListNumbering": (
        TITLE,
        element("L", element("LI", element("Lbl", "1."), element("LBody", "One."))),
    ),
    "has no BBox": (TITLE, figure("A person walks.", has_box=False)),
    "says nothing to those who cannot see it": (TITLE, figure("Image.")),
    "the figure '' says nothing": (TITLE, figure("")),
    "the figure 'walk.png' says nothing": (TITLE, figure("walk.png")),
    "has no header cell": (TITLE, element("Table", element("TR", element("TD", "One")))),
    "has no Scope": (TITLE, element("Table", element("TR", element("TH", "One")))),
    "'here' does not say where": (TITLE, element("P", link("here", "https://example.org"))),
    "cannot be clicked": (TITLE, element("P", element("Link", "The pages"))),
    "'Move' runs into 'gently.'": (TITLE, element("P", "Move", "gently.")),
    "has no glyph for 'µ'": (TITLE, element("P", "5 µg")),
    "does not say which letters": (TITLE, element("P", "€")),
}


@pytest.mark.parametrize("fault", FAULTY_STORIES)
def test_a_faulty_story_is_reported(fault: str) -> None:
    """Each fault of structure or text is named, and alone."""
    (found,) = all_faults(tiny_pdf(*FAULTY_STORIES[fault]))
    assert fault in found


def test_a_soft_hyphen_is_reported() -> None:
    """A drawn soft hyphen is a fault, whether or not the font has a glyph for it."""
    found = all_faults(tiny_pdf(TITLE, element("P", "mus\xadcle")))
    assert any("breaks a word with a soft hyphen" in fault for fault in found)


def repaint(pdf: pikepdf.Pdf, *changes: bytes) -> None:
    """Change the first page's operators: old, new, old, new."""
    page = pdf.pages[0]
    stream = page.Contents.read_bytes()
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in stream
        stream = stream.replace(old, new, 1)
    page.Contents = pdf.make_stream(stream)


def first(pdf: pikepdf.Pdf, role: str) -> pikepdf.Object:
    """Find the first structure element of a role."""
    found = pdf.Root.StructTreeRoot.K[0]
    queue = [found]
    while str(found.S) != role:
        queue += [kid for kid in found.K if "/S" in kid]
        found = queue.pop(0)
    return found


def name_helvetica(pdf: pikepdf.Pdf) -> None:
    """Name a font that is neither embedded nor used."""
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].obj.Resources.Font.F9 = pdf.make_indirect(helvetica)


def forget_metadata(pdf: pikepdf.Pdf) -> None:
    """Take the PDF/UA mark away."""
    with pdf.open_metadata() as metadata:
        del metadata["pdfuaid:part"]


def untitle(pdf: pikepdf.Pdf) -> None:
    """Take the title away."""
    with pdf.open_metadata() as metadata:
        del metadata["dc:title"]


def claim_twice(pdf: pikepdf.Pdf) -> None:
    """Let two elements claim the same content."""
    first(pdf, "/P").K.append(first(pdf, "/H1").K[0])


def unlist(pdf: pikepdf.Pdf) -> None:
    """Empty the parent tree's entry of the first page."""
    pdf.Root.StructTreeRoot.ParentTree.Nums[1] = Array()


def add_bookmark(pdf: pikepdf.Pdf) -> None:
    """Add a bookmark that no heading has."""
    with pdf.open_outline() as marks:
        marks.root.append(pikepdf.OutlineItem("Extra", 0))


def lose_area(pdf: pikepdf.Pdf) -> None:
    """Take the link area out of the structure."""
    link_element = first(pdf, "/Link")
    link_element.K = Array([link_element.K[0]])


def rename_bookmark(pdf: pikepdf.Pdf) -> None:
    """Let a bookmark lead nowhere."""
    del pdf.Root.Outlines.First["/Dest"]


FAULTY_FILES: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "S paints outside": lambda pdf: repaint(pdf, b"/P", b"0 0 m 9 9 l S\n/P"),
    "text paints outside": lambda pdf: repaint(pdf, b"/P", b"BT /F0 9 Tf (x) Tj ET\n/P"),
    "INLINE IMAGE paints": lambda pdf: repaint(
        pdf, b"/P", b"BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI\n/P"
    ),
    "P stands inside other": lambda pdf: repaint(
        pdf, b"/P", b"/Artifact BMC\n/P", b"EMC", b"EMC EMC"
    ),
    "is never closed": lambda pdf: repaint(pdf, b"/P", b"/Span BMC\n/P"),
    "EMC closes nothing": lambda pdf: repaint(pdf, b"/P", b"EMC\n/P"),
    "crosses the edge": lambda pdf: repaint(
        pdf, b"BDC\nBT", b"BDC\nBT /Span BMC", b"ET", b"ET EMC"
    ),
    "id 0 is used twice": lambda pdf: repaint(pdf, b"/P", b"/P <</MCID 0>> BDC EMC\n/P"),
    "id 9 is missing in the structure": lambda pdf: repaint(
        pdf, b"/P", b"/P <</MCID 9>> BDC EMC\n/P"
    ),
    "id 0 belongs to 2 elements": claim_twice,
    "parent tree does not match": unlist,
    "Tab does not follow": lambda pdf: pdf.pages[0].obj.__delitem__("/Tabs"),
    "stands outside the structure": lambda pdf: repaint(
        pdf, b"/P", b"/Artifact BMC BT /F0 9 Tf (lost) Tj ET EMC\n/P"
    ),
    "no footer marked as one": lambda pdf: repaint(pdf, b"/Footer", b"/Header"),
    "Helvetica is not embedded": name_helvetica,
    "bookmarks and headings differ: Extra": add_bookmark,
    "the bookmark 'Neck pain' leads nowhere": rename_bookmark,
    "a link area is missing in the structure": lose_area,
    "the link 'The pages' has no Contents": lambda pdf: (
        pdf.pages[0].obj.Annots[0].__setitem__("/Contents", String(""))
    ),
    "does not name its language": lambda pdf: pdf.Root.__setitem__("/Lang", String("english!")),
    "does not say that it is tagged": lambda pdf: pdf.Root.__delitem__("/MarkInfo"),
    "does not show the title": lambda pdf: pdf.Root.__delitem__("/ViewerPreferences"),
    "does not declare PDF/UA-1": forget_metadata,
    "the metadata has no title": untitle,
}


@pytest.mark.parametrize("fault", FAULTY_FILES)
def test_a_faulty_file_is_reported(fault: str) -> None:
    """Each fault of marking, linking or declaring is named."""
    pdf = tiny_pdf(TITLE, element("P", "See ", link("The pages", "https://example.org")))
    FAULTY_FILES[fault](pdf)
    assert any(fault in found for found in all_faults(pdf))


def test_a_missing_id_is_reported_from_both_sides() -> None:
    """Content that the structure claims and no page paints is named."""
    pdf = tiny_pdf(TITLE)
    first(pdf, "/H1").K[0].MCID = 7
    found = " ".join(all_faults(pdf))
    assert "id 7 is missing in the page" in found
    assert "id 0 is missing in the structure" in found
