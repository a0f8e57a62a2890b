"""Leaflets in every format: large print, mono, half sheets, booklets, whole sheets of paper."""

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from handouts.content.vocabulary import STANDARD
from handouts.errors import RequestError
from handouts.leaflet.tree import Paragraph, is_panel, plain, walk
from handouts.render.pdf.booklet import sides
from handouts.selection.request import Request
from tests.conftest import IN_CI, Golden, Validate
from tests.support.faults import all_faults
from tests.support.goldens import Base
from tests.support.leaflets import (
    BRANCHES,
    ask,
    folded,
    golden_text,
    leaflet,
    pdf,
    structure,
    title_of,
)
from tests.support.pdf_content import Run, read_form
from tests.support.photocopy import DOTS_PER_INCH, photocopy, scan
from tests.support.readback import HEADINGS, Node, Text, opened, page_artifacts
from tests.support.survival import survival

pytestmark = pytest.mark.slow

LARGE = [
    ask("neck", "acute", screened=False, size="18"),
    ask("neck", "chronic", "blood-thinners", size="18", paper="letter"),
    ask("thoracic", "acute", "gi-ulcer", size="18"),
    ask("thoracic", "acute", "gi-ulcer", size="18", mono=True, duplex=True),
    ask("thoracic", "chronic", "kidney-disease", "diabetes", "breastfeeding", size="16"),
    ask("lumbar", "acute", "under-18", size="18"),
    ask("lumbar", "chronic", "age-65-plus", "drives-or-machinery", "diabetes", size="18"),
    ask("lumbar", "chronic", "gi-ulcer", size="16", paper="letter", diary=True),
]
HALF = [
    ask("neck", "acute", screened=False, paper="a5", diary=True),
    ask("thoracic", "acute", "gi-ulcer", paper="half-letter"),
    ask("lumbar", "chronic", "age-65-plus", "diabetes", paper="a5"),
]
USUAL = [
    ask("lumbar", "acute", "gi-ulcer", mono=True, diary=True),
    ask("neck", "acute", "gi-ulcer", mono=True, card=True),
    ask("thoracic", "acute", "gi-ulcer", duplex=True, paper="letter"),
]
BOOKLETS = [
    ask("neck", "acute", screened=False, booklet=True),
    ask("lumbar", "chronic", "gi-ulcer", booklet=True, mono=True, paper="letter"),
]
NOT_ASKED = [
    ask(region, status, screened=False, edition=STANDARD, size="18") for region, status in BRANCHES
]
"""In these the emergency box has the most signs."""
OVERFULL = ask("neck", "chronic", "blood-thinners", "pregnancy", "immunosuppressed", size="18")
CASES = [*LARGE, *HALF, *USUAL]
INK = 100
"""What is darker than this, of 255, counts as ink."""

each_case = pytest.mark.parametrize("request_", CASES, ids=title_of)
each_large = pytest.mark.parametrize("request_", LARGE, ids=title_of)
each_booklet = pytest.mark.parametrize("request_", BOOKLETS, ids=title_of)


def words(node: Node) -> list[str]:
    """Read the words of a leaflet in order, piece by piece."""
    own = [part.text for part in node.content if isinstance(part, Text)]
    return " ".join([*own, *(" ".join(words(child)) for child in node.children)]).split()


def unnumbered(node: Node) -> list[str]:
    """Read the words of a leaflet but for its code, and the pages that it names, which differ."""
    said = re.sub(
        r"(?i)(“(just for you|before you start)”: )?(page \d+|pages \d+ (and|to) \d+)\.",
        "",
        " ".join(words(node)),
    )
    return re.sub(r"Code [0-9A-Z-]+\.", "", said).split()


def untabled(node: Node) -> list[str]:
    """Read the same without tables to fill in: a week to tick stands where it costs no paper."""
    said = " ".join(unnumbered(node))
    for table in node.find("Table"):
        said = said.replace(" ".join(words(table)), "", 1)
    return said.split()


# ------------------------------------------------------------------ every format
@pytest.mark.sample(5)
@pytest.mark.parametrize("request_", [*CASES, OVERFULL], ids=title_of)
def test_nothing_stands_in_the_way_of_a_reader(request_: Request) -> None:
    """Marks, structure, text, fonts, footers and bookmarks are free of faults."""
    assert all_faults(pdf(request_).content) == ()


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_every_format(verapdf: Validate, tmp_path: Path) -> None:
    """The reference validator finds no broken rule of PDF/UA-1, in booklets neither."""
    paths = []
    for request in [*CASES, *BOOKLETS]:
        paths.append(tmp_path / f"{title_of(request).replace(' ', '_')}.pdf")
        paths[-1].write_bytes(pdf(request).content)
    verapdf(paths)


def emergency_box(request: Request) -> Node:
    """Find the first box of a leaflet."""
    return next(one for one in structure(request).find("Sect") if "999 now if" in folded(one.text))


@pytest.mark.sample(5)
@each_case
def test_the_emergency_box_is_whole_on_page_1(request_: Request) -> None:
    """However large the type or small the page, the first box starts and ends on page 1."""
    assert emergency_box(request_).pages == (1,)


@pytest.mark.parametrize("request_", NOT_ASKED, ids=title_of)
def test_where_nobody_asked_the_signs_of_large_print_are_on_page_1(request_: Request) -> None:
    """All are, but for two in the upper back, where "Check first" stands above them."""
    signs = [sign.pages for sign in emergency_box(request_).find("LI")]
    late = [pages for pages in signs if pages != (1,)]
    assert len(late) <= (2 if request_.region == "thoracic" else 0)


def test_a_box_that_no_page_can_hold_starts_on_page_1() -> None:
    """With the lines of three flags in large print most signs are on page 1, some overleaf."""
    box = emergency_box(OVERFULL)
    signs = [sign.pages for sign in box.find("LI")]
    assert box.pages[:2] == (1, 2)
    assert len([pages for pages in signs if pages == (1,)]) > 2 * len(
        [pages for pages in signs if pages == (2,)]
    )


@pytest.mark.sample(5)
@each_case
def test_no_heading_ends_a_page(request_: Request) -> None:
    """What a heading names begins on the same page."""
    last: dict[int, str] = {}
    for node in structure(request_).walk():
        if node.runs and not node.children:
            last[node.runs[-1].page] = node.standard_role
    assert not set(last.values()) & HEADINGS


# ------------------------------------------------------------------ large print
@each_large
def test_large_print_has_the_words_of_the_usual_leaflet(request_: Request) -> None:
    """The same words in the same order, read back from both files.

    So has a diary, but that a large one of the usual size names its rows again for each week. The
    crisis line stands below the signs in one column, and above them otherwise.
    """
    branch = request_.region, request_.status
    heard = unnumbered(structure(request_))
    usual = ask(
        *branch,
        *request_.flags,
        paper=request_.look.paper,
        screened=request_.screened,
        diary=request_.look.diary,
    )
    read = unnumbered(structure(usual))
    if "Your two weeks" in " ".join(read):
        heard, read = with_diary_sorted(heard), with_diary_sorted(read)
    assert without_crisis_line(heard, request_) == without_crisis_line(read, request_)


def without_crisis_line(words: list[str], request: Request) -> list[str]:
    """Return words without those of the crisis line in the box of every emergency, once there."""
    parts = [part for one in leaflet(request).sections for part in walk(one.parts)]
    box = next(part for part in parts if is_panel(part, "crisis"))
    runs = [plain(one.runs) for one in box.parts if isinstance(one, Paragraph)]
    before, said, after = " ".join(words).rpartition(" ".join(" ".join(runs).split()))
    assert said
    return [*before.split(), *after.split()]


def with_diary_sorted(words: list[str]) -> list[str]:
    """Return words with those of the diary and what is below it in order, each once."""
    before, _, after = " ".join(words).partition("Your two weeks")
    return [*before.split(), *sorted({*after.split()})]


@each_large
def test_large_print_is_large(request_: Request) -> None:
    """No letter is smaller than the size asked for, and lines stand at least 1.33 apart.

    In the box of page 1 it may be 1.2, where it would not all be on page 1 otherwise.
    """
    texts = [node for node in structure(request_).walk() if node.runs and not node.children]
    footers = [one for page in page_artifacts(pdf(request_).content) for one in page]
    shown = [*(node.runs for node in texts), *(one.runs for one in footers)]
    assert min(run.size for runs in shown for run in runs) >= request_.look.size
    body = [node for node in texts if node.runs[0].size == request_.look.size]
    in_box = {id(node) for node in emergency_box(request_).walk()}
    for node in body:
        least = 1.2 if id(node) in in_box else 1.33
        assert min(line_gaps(node.runs), default=99) >= least * request_.look.size - 0.01


def line_gaps(runs: tuple[Run, ...]) -> Iterator[float]:
    """Measure from baseline to baseline inside one paragraph."""
    for before, after in pairwise(runs):
        if before.page == after.page and before.y - after.y > 1:
            yield before.y - after.y


@pytest.mark.parametrize("request_", [one for one in CASES if one.look.diary], ids=title_of)
def test_a_diary_that_was_asked_for_is_there(request_: Request) -> None:
    """It has two weeks, in a table whose heads say what they speak for; in large print a list."""
    tables = [t for t in structure(request_).find("Table") if words(t)[0] == "Day"]
    if request_.look.size == 12:
        rows = [row for table in tables for row in table.find("TR")[:1]]
        assert {cell.attributes["Scope"] for row in rows for cell in row.find("TH")} == {"Column"}
        first = [row.find("TH")[0] for table in tables for row in table.find("TR")[1:]]
        assert {cell.attributes["Scope"] for cell in first} == {"Row"}
    else:
        assert not tables
        rows = [one for one in structure(request_).find("LI") if words(one)[:1] == ["Day"]]
    days = [word for row in rows for word in words(row) if word != "Day"]
    assert days == [str(day) for day in range(1, 15)]


# ------------------------------------------------------------------ mono
def colours(operands: list[pikepdf.Object]) -> tuple[float, ...]:
    """Read the operands of a colour."""
    return tuple(float(part) for part in operands)


@pytest.mark.parametrize("request_", [one for one in CASES if one.look.mono], ids=title_of)
def test_mono_is_black_and_white_with_figures_in_grey(request_: Request) -> None:
    """Text and boxes are pure black on white; no figure has a colour either."""
    figures: set[tuple[float, ...]] = set()
    others: set[tuple[float, ...]] = set()
    with opened(pdf(request_).content) as found:
        for page in found.pages:
            inside = False
            for step in pikepdf.parse_content_stream(page):
                if str(step.operator) == "BDC":
                    inside = str(step.operands[0]) == "/Figure"
                elif str(step.operator) in ("rg", "RG"):
                    (figures if inside else others).add(colours(list(step.operands)))
    assert others == {(0, 0, 0), (1, 1, 1)}
    assert {len(set(colour)) for colour in figures} == {1}
    assert len(figures) > 2


@pytest.mark.slow
@pytest.mark.parametrize("page", [1, 3])
def test_a_third_photocopy_can_be_read(page: int) -> None:
    """Of all ink at least 98 in 100 survive three bad copies, in each figure 95; no dirt comes."""
    if shutil.which("pdftoppm") is None and not IN_CI:
        pytest.skip("no pdftoppm (Debian: poppler-utils)")
    request = ask("lumbar", "acute", "gi-ulcer", mono=True)
    print_ = scan(pdf(request).content, page)
    copy = photocopy(print_)
    assert survival(print_, copy, INK) > 0.98
    assert survival(copy, print_.point(lambda grey: 0 if grey < 250 else 255), INK) > 0.99
    for box in figure_boxes(request, page, print_.height):
        assert survival(print_.crop(box), copy.crop(box), INK) > 0.95


def figure_boxes(request: Request, page: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Find the figures of a page, in pixels from its top left corner."""
    scale = DOTS_PER_INCH / 72
    for figure in structure(request).find("Figure"):
        if figure.box and figure.pages == (page,):
            left, foot, right, top = (round(edge * scale) for edge in figure.box)
            yield left, height - top, right, height - foot


# ------------------------------------------------------------------ paper
def test_a_booklet_is_in_order_for_folding() -> None:
    """Folded sheets read 1, 2, 3 …: turning on the short edge puts page 2 behind page 1."""
    assert list(sides(8)) == [(8, 1), (2, 7), (6, 3), (4, 5)]
    for left, right in sides(16):
        assert left + right == 17


@each_booklet
def test_a_booklet_holds_the_pages_at_their_own_size(request_: Request) -> None:
    """Each side of a sheet shows two pages next to each other, not scaled, in order."""
    count = pdf(request_).pages
    assert count % 4 == 0
    with opened(pdf(request_).content) as found:
        shown = []
        for side in found.pages:
            width = float(side.mediabox[2])
            places = [
                step.operands
                for step in pikepdf.parse_content_stream(side)
                if str(step.operator) == "cm"
            ]
            (moved,) = (colours(list(place)) for place in places)
            assert moved == pytest.approx((1, 0, 0, 1, width / 2, 0), abs=0.001)
            forms = [side.obj.Resources.XObject[name] for name in ("/Left", "/Right")]
            shown.append(tuple(page_number(form) for form in forms))
    assert shown == list(sides(count))


@each_booklet
def test_a_booklet_shows_where_to_fold(request_: Request) -> None:
    """Each side has two lines of 3 mm in its middle, clear of the edge that printers leave."""
    with opened(pdf(request_).content) as found:
        for side in found.pages:
            width, height = (float(one) for one in side.mediabox[2:])
            steps = pikepdf.parse_content_stream(side)
            ends = [
                tuple(map(float, one.operands)) for one in steps if str(one.operator) in ("m", "l")
            ]
            assert [x for x, _ in ends] == pytest.approx([width / 2] * 4, abs=0.01)
            low, end, start, high = (y / 72 * 25.4 for _, y in ends)
            assert (end - low, high - start) == pytest.approx((3, 3), abs=0.02)
            assert 4.2 < low < height / 72 * 25.4 - high + 0.1 < 6


def page_number(form: pikepdf.Object) -> int:
    """Read the number of a page from its footer."""
    (footer,) = [one for one in read_form(form, 1).artifacts if one.subtype == "Footer"]
    found = re.search(r"(\d+) of \d+$", footer.text.strip())
    assert found
    return int(found[1])


@each_booklet
def test_a_booklet_reads_as_its_pages(request_: Request) -> None:
    """Its structure gives the words in order, though its sides show other pages first."""
    heard = words(structure(request_))
    read = untabled(structure(request_))
    single = ask(
        request_.region,
        request_.status,
        *request_.flags,
        screened=request_.screened,
        paper=request_.look.paper,
        mono=request_.look.mono,
        diary="Pain 0 to 10" in " ".join(heard),
    )
    assert read == untabled(structure(single))


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_duplex_fills_the_last_sheet(paper: str) -> None:
    """An odd leaflet gets one side more, with the diary or with nothing but its footer."""
    for region, status in BRANCHES[::2]:
        usual, duplex = (ask(region, status, paper=paper, duplex=both) for both in (False, True))
        assert pdf(duplex).pages == -(-pdf(usual).pages // 2) * 2


# ------------------------------------------------------------------ what has no room
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"size": "14"}, "unknown size `14`"),
        ({"size": "18", "booklet": True}, "18 pt type does not fit a booklet"),
        ({"size": "16", "paper": "a5"}, "16 pt type does not fit a page of a5"),
    ],
)
def test_what_has_no_room_is_refused(more: dict[str, object], message: str) -> None:
    """A size that does not exist, or that a half sheet cannot contain, is named with a way out."""
    with pytest.raises(RequestError) as error:
        ask("neck", "acute", **more)  # type: ignore[arg-type]
    assert message in str(error.value)
    assert "hint:" in str(error.value)


# ------------------------------------------------------------------ golden texts
@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("large-print", ask("neck", "acute", "gi-ulcer", size="18", day="2026-11-22", diary=True)),
        ("a5", ask("neck", "acute", "gi-ulcer", paper="a5", day="2026-11-22", diary=True)),
        ("half-letter", ask("neck", "acute", "gi-ulcer", paper="half-letter")),
        ("booklet", ask("neck", "acute", "gi-ulcer", booklet=True)),
        ("letter-duplex", ask("neck", "acute", "gi-ulcer", paper="letter", duplex=True)),
        ("mono-size-16", ask("neck", "acute", "gi-ulcer", mono=True, size="16")),
    ],
)
def test_the_structure_is_as_reviewed(golden: Golden, name: str, request_: Request) -> None:
    """Roles, words, drawings' texts and page breaks are those that a person has read."""
    usual = ask("neck", "acute", "gi-ulcer", day="2026-11-22")
    base = Base(name="neck-acute-gi-ulcer", write=lambda: golden_text(structure(usual)))
    golden(name, golden_text(structure(request_)), like=base)
