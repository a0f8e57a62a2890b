"""What the pages of the short editions hold: exercises are never torn, all signs are there."""

import re
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from handouts.content.load import resource
from handouts.leaflet.tree import ItemList, Panel, plain, walk
from handouts.pipeline import prepare
from handouts.render.layout.columns import Columns
from handouts.render.layout.flowables import Iconed, Indent
from handouts.render.layout.stop_box import STOP_RULE, HeadedLists
from handouts.render.paginated import PaginatedLeaflet
from handouts.render.pdf.typeface import typeface
from handouts.render.text import render_text
from handouts.render.typeset import Resources
from handouts.selection.code import read_recipe
from handouts.selection.request import Request
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, pdf, publisher
from tests.support.readback import read_contents

LEAST_BELOW_BOX = 8.0


def drawn() -> Resources:
    """Give the faces and figures that leaflets are set with."""
    return Resources(typeface(), publisher().library.figures, resource("templates"))


def pages_of(request: Request) -> list[list[str]]:
    """Lay out a leaflet, and return the names of the items on each page."""
    pages = paginate(prepare(publisher(), request), drawn()).pages
    return [[one.item.name for one in page.placed] for page in pages]


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_standard_edition_is_a_sheet_to_act_on_and_one_of_signs(
    region: str, status: str
) -> None:
    """Four sides: the box and the medicines first, exercises on one side, signs from page 3 on.

    It is signed in one place, at the foot of the last side, where that has room for both lines.
    """
    layout = paginate(prepare(publisher(), ask(region, status, edition="standard")), drawn())
    pages = [[one.item.name for one in page.placed] for page in layout.pages]
    assert len(pages) == 4
    assert {"top", "emergency", "medicines"} <= set(pages[0])
    cards = [number for number, page in enumerate(pages) if any("card" in one for one in page)]
    assert cards == [1]
    signed = [sum(one.item.at_foot for one in page.placed) for page in layout.pages]
    # In the upper back, lasting, the last side has room for one of them.
    assert signed == ([0, 1, 0, 1] if (region, status) == ("thoracic", "chronic") else [0, 0, 0, 2])
    assert [("help" in page) for page in pages] == [False, False, True, True]


@pytest.mark.parametrize("flags", [(), ("gi-ulcer", "blood-thinners", "age-65-plus")])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_sheet_to_act_on_is_short(region: str, status: str, flags: tuple[str, ...]) -> None:
    """At most 1,250 words stand before the sheet of signs, its feet and drawings included."""
    reader = PdfReader(BytesIO(pdf(ask(region, status, *flags, edition="standard")).content))
    assert len(reader.pages) == 4
    words = [len(page.extract_text().split()) for page in reader.pages]
    assert 800 < sum(words[:2]) <= 1250


def test_a_sheet_with_room_has_a_line_for_each_topic_below_the_emergencies() -> None:
    """The maternity unit, an overdose and the crisis line can be found, and run on elsewhere."""
    request = ask("lumbar", "acute", edition="sheet", exercises=("walking",))
    runs = [run for page in read_contents(pdf(request).content) for run in page.all_runs]
    left = min(run.x for run in runs if run.page == 1 and run.text.startswith("Any of these"))
    for topic in ("Too much", "Gave birth", "You matter", "Do not wait", "All the warning"):
        assert any(run.page == 1 and run.text.startswith(topic) and run.x == left for run in runs)


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_appointments_are_not_in_the_box_for_today(region: str, status: str) -> None:
    """On one sheet when to book an appointment stands below its frame, with a sign of its own."""
    request = ask(region, status, edition="sheet", exercises=("walking",))
    leaflet = prepare(publisher(), request)
    (today,) = (one for one in leaflet.sections if one.id == "today")
    kinds = [part.kind for part in today.parts if isinstance(part, Panel)]
    assert kinds == ["today", "book"]
    placed = [one for page in paginate(leaflet, drawn()).pages for one in page.placed]
    last = [one.item for one in placed if one.item.name == "today"][-1]
    assert last.frame is None


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_words_of_both_sides_of_a_sheet_start_at_one_edge(region: str, status: str) -> None:
    """A side may have more white than the other, but no other column of icons."""
    request = ask(region, status, edition="sheet", exercises=("walking",))
    layout = paginate(prepare(publisher(), request), drawn())
    rails = {
        one.item.flowable.inner.left
        for page in layout.pages
        for one in page.placed
        if isinstance(one.item.flowable, Iconed) and isinstance(one.item.flowable.inner, Indent)
    }
    assert len(rails) == 1


def test_the_list_to_tick_is_on_a_page_that_can_be_handed_over() -> None:
    """Where nobody asked, the list starts page 3, and the signs have a sheet of their own."""
    pages = pages_of(ask("lumbar", "acute", edition="standard", screened=False))
    assert len(pages) == 6
    assert pages[2][0] == "medicines"
    assert [("help" in page) for page in pages] == [False] * 4 + [True] * 2


def test_a_sheet_says_every_sign_and_by_which_code_all_are_asked_for() -> None:
    """With one exercise the low back goes on one sheet; its code makes the complete leaflet."""
    request = ask("lumbar", "acute", "gi-ulcer", edition="sheet", exercises=("walking",))
    leaflet = prepare(publisher(), request)
    assert len(pages_of(request)) == 2
    text = " ".join(render_text(leaflet).split())
    for words in ("face drops", "testicle", "could be pregnant", "hurt yourself", "black or bloody",
                  "even if you feel well", "losing weight", "in your bottom"):  # fmt: skip
        assert words in text
    said = r"complete leaflet\*{0,2}\. Ask your clinic for it by its code: ([0-9A-Z-]+)"
    found = re.search(said, text)
    assert found
    whole = read_recipe(publisher().library, found[1]).request
    assert whole.look.edition == "full"
    assert whole.flags == request.flags
    assert whole.exercises == request.exercises


def test_the_line_for_a_crisis_begins_a_paragraph() -> None:
    """On a sheet who might hurt themselves does not look for it among the signs of medicines."""
    request = ask("lumbar", "acute", "gi-ulcer", edition="sheet", exercises=("walking",))
    paragraphs = render_text(prepare(publisher(), request)).split("\n\n")
    starts = [one for one in paragraphs if "hurt yourself" in one]
    assert len(starts) == 1
    assert starts[0].startswith("You matter.")


@pytest.mark.parametrize(
    ("region", "status", "exercise"),
    [
        ("neck", "acute", "shoulder-shrug"),
        ("neck", "chronic", "neck-turn"),
        ("thoracic", "acute", "walking"),
        ("thoracic", "chronic", "seated-round-back"),
        ("lumbar", "chronic", "cat-cow"),
    ],
)
def test_with_one_exercise_every_region_goes_on_one_sheet(
    region: str, status: str, exercise: str
) -> None:
    """Without a flag no region needs a second sheet, if a clinician chooses one exercise."""
    request = ask(region, status, edition="sheet", exercises=(exercise,))
    assert len(pages_of(request)) == 2


def sheet_of(region: str, status: str, exercise: str, *flags: str) -> PaginatedLeaflet:
    """Lay out one sheet."""
    request = ask(region, status, *flags, edition="sheet", exercises=(exercise,))
    layout = paginate(prepare(publisher(), request), drawn())
    assert len(layout.pages) == 2
    return layout


@pytest.mark.parametrize(
    ("region", "status", "exercise", "in_columns"),
    [
        ("lumbar", "acute", "knee-rolls", True),
        ("lumbar", "acute", "walking", True),
        ("lumbar", "chronic", "open-book", False),
        ("thoracic", "acute", "walking", False),
    ],
)
def test_the_signs_for_today_are_one_below_the_other_on_a_sheet_with_room(
    region: str, status: str, exercise: str, *, in_columns: bool
) -> None:
    """They are in two columns, as on sheet 2, and run on only where a second sheet would start."""
    layout = sheet_of(region, status, exercise, "gi-ulcer")
    signs = [
        one.item.flowable.inner
        for one in layout.pages[1].placed
        if one.item.name == "today" and isinstance(one.item.flowable, Indent)
    ]
    assert any(isinstance(one, Columns) for one in signs) == in_columns
    assert layout.builder.style.runs_on != in_columns


@pytest.mark.parametrize(
    ("region", "status", "exercise", "flags"),
    [
        ("lumbar", "acute", "knee-rolls", ("gi-ulcer",)),
        ("lumbar", "acute", "knee-rolls", ("diabetes",)),
        ("lumbar", "chronic", "knee-rolls", ()),
    ],
)
def test_a_sheet_with_room_lists_the_reasons_to_stop(
    region: str, status: str, exercise: str, flags: tuple[str, ...]
) -> None:
    """Icons stand nearer to the words before a reason or a sign for today runs on."""
    layout = sheet_of(region, status, exercise, *flags)
    assert layout.builder.style.lists_stops
    assert not layout.builder.style.runs_on
    placed = [one for page in layout.pages for one in page.placed]
    (stop,) = (one.item.flowable for one in placed if one.item.name == STOP_RULE)
    assert isinstance(stop, HeadedLists)


def test_the_boxes_of_a_full_sheet_do_not_touch() -> None:
    """The box for today keeps clear of the box that says when to stop."""
    for layout in (
        sheet_of("neck", "acute", "neck-turn"),
        sheet_of("lumbar", "acute", "knee-rolls", "gi-ulcer"),
    ):
        frames = sorted(layout.pages[1].frames, key=lambda one: one[1])
        gaps = [after[1] - before[1] - before[2] for before, after in pairwise(frames)]
        assert gaps
        assert min(gaps) >= 1.5


def test_the_lines_for_a_name_are_never_lost() -> None:
    """Where the first sheet has no room they stand at the foot of the second, above who gave it."""
    leaflet = prepare(publisher(), ask("neck", "acute", "pregnancy", edition="standard"))
    drawn = Resources(typeface(), publisher().library.figures, resource("templates"))
    pages = paginate(leaflet, drawn).pages
    assert len(pages) == 4
    assert "given" not in {one.item.name for one in pages[1].placed}
    assert sum(one.item.at_foot for one in pages[-1].placed) == 2


def test_what_is_no_medicine_is_in_no_row_of_the_medicines() -> None:
    """Massage and heat to ask about stand in "Just for you", and are said there alone."""
    leaflet = prepare(publisher(), ask("lumbar", "acute", "pregnancy", edition="standard"))
    rows = [
        plain(item.runs).casefold()
        for section in leaflet.sections
        for panel in walk(section.parts)
        if isinstance(panel, Panel) and panel.kind in {"try", "ask", "avoid"}
        for part in walk(panel.parts)
        if isinstance(part, ItemList)
        for item in part.items
    ]
    assert rows
    assert not [one for one in rows if "massage" in one or "heat" in one]
    assert "before any massage" in render_text(leaflet).casefold()


def test_the_heading_of_the_signs_stands_above_its_box() -> None:
    """In large print no page ends in the heading of the signs."""
    request = ask("lumbar", "acute", "gi-ulcer", edition="standard", size="18")
    pages = pages_of(request)
    first = next(page for page in pages if "help" in page)
    assert first.count("help") > 2


@pytest.mark.parametrize("edition", ["full", "standard"])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_when_to_book_stands_clear_of_the_box_for_today(
    region: str, status: str, edition: str
) -> None:
    """It stood one to three points below the box, as if the box went on with it."""
    request = ask(region, status, "gi-ulcer", edition=edition)
    layout = paginate(prepare(publisher(), request), drawn())
    gaps = []
    for page in layout.pages:
        for frame, top, height in page.frames:
            below = [one.top for one in page.placed if one.top >= top + height]
            gaps += [min(below) - top - height] if frame.bar and below else []
    assert len(gaps) == 1
    assert gaps[0] >= LEAST_BELOW_BOX
