"""Page 1 breathes evenly, and each fact and topic on it can be found at the start of a line."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from handouts.content.load import resource
from handouts.content.vocabulary import EMERGENCY
from handouts.leaflet.tree import ItemList, Panel, Paragraph, plain
from handouts.pipeline import prepare
from handouts.render.layout.flowables import THIN, Marked
from handouts.render.layout.paragraph import PagePointer, TextBlock
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, publisher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.leaflet.tree import Leaflet
    from handouts.render.layout.flowables import FlowItem
    from handouts.selection.request import Request

SIX = ("gi-ulcer", "kidney-disease", "heart-disease", "age-65-plus", "diabetes", "osteoporosis")
DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))
KINDS = ("message", "body")
FOR_YOU = "just-for-you"
NOT_ASKED: Any = {"edition": "standard", "screened": False}


def items(request: Request, name: str) -> list[FlowItem]:
    """Return the flow items of a section on page 1."""
    page = paginate(prepare(publisher(), request), DRAWN).pages[0]
    return [one.item for one in page.placed if one.item.name == name]


def texts(flowable: Any) -> Iterator[TextBlock]:  # noqa: ANN401 - any flowable
    """Yield the texts of a flowable."""
    if isinstance(flowable, TextBlock):
        yield flowable
    elif isinstance(flowable, PagePointer):
        pointed = replace(flowable)
        pointed.point([4, 5])
        yield from texts(pointed.text)
    for name in ("inner", "head", "text"):
        if not isinstance(flowable, TextBlock | PagePointer) and hasattr(flowable, name):
            yield from texts(getattr(flowable, name))
    for inner in getattr(flowable, "inners", ()):
        yield from texts(inner)


def starts(found: list[FlowItem]) -> list[str]:
    """Return what each text of flow items says."""
    return [text.plain.strip() for item in found for text in texts(item.flowable)]


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize(("flags", "screened"), [((), False), (SIX, True), (("gi-ulcer",), True)])
def test_the_box_of_page_1_has_as_much_white_above_its_signs_as_below_its_words(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Close styles have less of it, but not less on one side."""
    box = items(ask(region, status, *flags, screened=screened, edition="standard"), "emergency")
    frame = box[0].frame
    assert frame is not None
    assert box[1].gap == pytest.approx(frame.foot - frame.edge)


def test_the_pages_of_all_the_signs_leave_no_empty_line_below_them() -> None:
    """The box is as high as its words: numbers of one digit are measured where pages are few."""
    box = items(ask("neck", "acute", *SIX, edition="standard"), "emergency")
    last = box[-1]
    assert sum(text.height for text in texts(last.flowable)) == pytest.approx(last.height)


@pytest.mark.parametrize(("region", "status"), [one for one in BRANCHES if one[0] != "thoracic"])
def test_each_question_below_the_signs_starts_a_line_where_nobody_asked(
    region: str, status: str
) -> None:
    """Where all the signs are stands last and alone."""
    said = starts(items(ask(region, status, **NOT_ASKED), "emergency"))
    wanted = ["Any of these after", "Too much painkiller?", "Do not wait."]
    wanted += ["You know you are pregnant, or just gave birth?"]
    wanted += ["Could you be pregnant?"] if region != "neck" else []
    for one in wanted:
        assert [text for text in said if text.startswith(one)], one
    assert said[-1] == "All warning signs: pages 4 and 5."


def test_a_sign_that_a_fact_makes_usual_stands_on_the_line_of_its_question() -> None:
    """Who answers no reads no further, and the order for a yes ends in that for all others."""
    said = starts(items(ask("lumbar", "chronic", *SIX, edition="standard"), "emergency"))
    assert (
        "Is this usual for you? Shortness of breath. Call 999 when it is worse than usual. "
        "Any other sign here: call now." in said
    )


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_each_fact_just_for_the_reader_starts_a_line_where_nobody_asked(
    region: str, status: str
) -> None:
    """So it is in all regions, though page 1 must then be closer.

    New pain in the upper back has a box more above, and no room for it.
    """
    leaflet = prepare(publisher(), ask(region, status, **NOT_ASKED))
    said = starts(items(ask(region, status, **NOT_ASKED), "just-for-you"))
    told, listed = _told(leaflet)
    if (region, status) == ("thoracic", "acute"):
        assert len(said) == 1
        assert said[0].startswith(f"Before you start: {told[0]}")
    else:
        assert said == [f"Before you start: {told[0]}", *listed]


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_each_of_many_facts_starts_a_line_wherever_they_stand(region: str, status: str) -> None:
    """A reader with six facts finds each by its name, also where page 1 has hardly any room."""
    for screened in (True, False):
        request = ask(region, status, *SIX, edition="standard", screened=screened)
        leaflet = prepare(publisher(), request)
        pages = paginate(leaflet, DRAWN).pages
        said = starts([x.item for page in pages for x in page.placed if x.item.name == FOR_YOU])
        names = [one for one in _told(leaflet)[1] if re.match("[^.?]+:", one)]
        # Where nobody asked, a fact of which nothing else is said has a name before it too.
        assert len(names) == len(SIX) - screened
        assert [one for one in names if one not in said] == []


def test_each_of_many_facts_has_a_bullet_and_all_words_have_one_edge() -> None:
    """Names that hung left of their orders made a ragged edge."""
    box = items(ask("lumbar", "acute", *SIX, edition="standard"), FOR_YOU)
    found = [one for item in box for one in marked(item.flowable)]
    named = [one for one in found if re.match("[^.?]+:", one.text.plain)]
    assert len(named) == len(SIX) - 1
    assert {(one.mark.shape, one.text.indent) for one in named} == {("disc", 0)}


def marked(flowable: Any) -> Iterator[Marked]:  # noqa: ANN401 - any flowable
    """Yield the items with a mark in a flowable."""
    if isinstance(flowable, Marked):
        yield flowable
    for inner in (getattr(flowable, "inner", None), *getattr(flowable, "inners", ())):
        if inner:
            yield from marked(inner)


def _told(leaflet: Leaflet) -> tuple[list[str], list[str]]:
    """Return what is just for the reader: its sentences, and the points of its lists."""
    section = next(one for one in leaflet.sections if one.id == FOR_YOU)
    panel = section.parts[0]
    assert isinstance(panel, Panel)
    lists = [part for part in panel.parts if isinstance(part, ItemList) and part.kind == "bullets"]
    return (
        [plain(part.runs) for part in panel.parts if isinstance(part, Paragraph)],
        [plain(item.runs) for one in lists for item in one.items],
    )


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_what_page_1_has_to_spare_is_between_its_signs_first(
    region: str, status: str, paper: str
) -> None:
    """The box of emergencies was tight above an empty foot of the page.

    Its gaps are as wide as they should be, or the page has nothing left.
    """
    layout = paginate(prepare(publisher(), ask(region, status, **NOT_ASKED, paper=paper)), DRAWN)
    page, style = layout.pages[0], layout.builder.style
    placed = [one for one in page.placed if one.item.name == EMERGENCY]
    gaps = [below.top - above.top - above.item.height for above, below in pairwise(placed)]
    ends = [*(one.top + one.item.height for one in page.placed)]
    ends += [top + height for _, top, height in page.frames]
    left = style.page.bottom - style.page.top - max(ends)
    assert left < 1
    # On letter this page is full in its closest style: there is nothing to share.
    is_full = (region, status, paper) == ("thoracic", "acute", "letter")
    assert min(gaps[1:]) > (0.1 if is_full else 0.4)


def test_what_is_just_for_the_reader_has_an_edge_where_there_is_no_tint() -> None:
    """It survives a photocopy: the bar alone does not say where the box ends."""
    for mono, edge in ((True, THIN), (False, 0.0)):
        box = items(ask("neck", "acute", **NOT_ASKED, mono=mono), "just-for-you")
        assert box[0].frame is not None
        assert box[0].frame.edge == edge


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_message_under_18_is_one_message(region: str, status: str) -> None:
    """What else comes with it stands below in plain type, a line for each matter."""
    leaflet = prepare(publisher(), ask(region, status, "under-18", **NOT_ASKED))
    told = [part for part in leaflet.sections[0].parts if isinstance(part, Paragraph)]
    said = {kind: [plain(one.runs) for one in told if one.kind == kind] for kind in KINDS}
    assert said["message"] == [
        "Under 18: see a doctor or nurse first. This sheet only says when to get help."
    ]
    assert said["body"] == [
        "Aspirin is not for you. Never give aspirin to anyone under 16.",
        "Are you a parent? Read “you” as your child.",
    ]


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize(("flags", "screened"), [((), False), (SIX, True), (SIX, False)])
def test_the_short_list_for_today_is_on_no_sheet_but_the_first(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Below that the whole list is on the next sheet, and it would be said twice."""
    request = ask(region, status, *flags, screened=screened, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    assert not any(one.item.name == "today" for page in pages[2:] for one in page.placed)
