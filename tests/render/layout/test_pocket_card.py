"""The card to cut out can be read and heard, and nothing is on its back that would be cut too."""

from itertools import pairwise, product

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import CARD
from handouts.errors import TypesettingError
from handouts.render.html import render_html
from handouts.render.layout.flowables import Indent, Marked
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.pocket_card import FACE, MOST_FACES, WIDTH, PocketCard
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources, paginate
from handouts.selection.request import Request
from tests.support.leaflets import (
    BRANCHES,
    ask,
    leaflet,
    pdf,
    publisher,
    structure,
    title_of,
    with_look,
)
from tests.support.readback import read_contents, structure_text

RESOURCES = Resources(typeface(), publisher().library.figures, resource("templates"))
MANY = ("pregnancy", "blood-thinners", "immunosuppressed", "cancer-history", "aneurysm")
CARDS = [
    ask("neck", "acute", *MANY, card=True),
    ask("lumbar", "chronic", card=True, edition="standard"),
    ask("thoracic", "acute", "gi-ulcer", card=True, mono=True, paper="letter", place="us"),
    ask("lumbar", "acute", card=True, edition="sheet", exercises=("walking",)),
]
each_card = pytest.mark.parametrize("request_", CARDS, ids=title_of)


@each_card
def test_its_type_can_be_read(request_: Request) -> None:
    """No word on the card is set in less than 7.5 pt, nor outside its 85 mm."""
    contents = read_contents(pdf(request_).content)
    runs = [run for page in contents for run in page.all_runs if run.page == page.number]
    (cut,) = (run for run in runs if run.text == "Cut out")
    own = [run for run in runs if run.page == cut.page]
    words = [run for run in own if run.size < 12 and 60 < run.y <= cut.y]
    assert len(words) > 20
    assert min(run.size for run in words) >= 7.5
    assert max(run.x for run in words) - min(run.x for run in words) < 170 * MM


@pytest.mark.parametrize("duplex", [False, True])
@each_card
def test_nothing_is_on_its_back(request_: Request, duplex: bool) -> None:  # noqa: FBT001 - a case
    """It is on the front of a sheet whose back is empty, and costs one sheet at most."""
    pages = paginate(leaflet(with_look(request_, duplex=duplex)), RESOURCES).pages
    names = [{placed.item.name for placed in page.placed} for page in pages]
    (at,) = (n for n, on_page in enumerate(names) if CARD in on_page)
    assert at % 2 == 0
    assert not any(names[at + 1 :])
    without = paginate(leaflet(with_look(request_, card=False)), RESOURCES).pages
    before = sum(any(on_page - {CARD}) for on_page in names)
    assert before <= len([page for page in without if page.placed])


def card_of(request: Request) -> PocketCard:
    """Lay a leaflet out, and return its card."""
    pages = paginate(leaflet(request), RESOURCES).pages
    set_there = (placed.item.flowable for page in pages for placed in page.placed)
    inside = (one.inner for one in set_there if isinstance(one, Indent))
    (card,) = (one for one in inside if isinstance(one, PocketCard))
    return card


@each_card
def test_all_its_words_have_one_size(request_: Request) -> None:
    """Who has not approved it, and its code, are as large as the signs."""
    card = card_of(request_)
    words = [one for face in card.faces for one, _ in face]
    insides = [one.inner if isinstance(one, Indent) else one for one in words]
    texts = [one.text if isinstance(one, Marked) else one for one in insides]
    sizes = [text.style.size for text in texts if isinstance(text, TextBlock)]
    assert len(sizes) == len(words)
    assert len({*sizes}) == 1


@pytest.mark.parametrize("flags", [(), ("gi-ulcer",)])
@pytest.mark.parametrize("branch", BRANCHES)
def test_its_faces_are_as_full_as_each_other(branch: tuple[str, str], flags: tuple[str]) -> None:
    """No neighbours would be more alike if what ends or opens one of them stood on the other.

    What is left white on a face is shared out between its signs.
    """
    card = card_of(ask(*branch, *flags, card=True))
    faces = [[one.wrap(WIDTH - 6 * MM) for one, _ in face] for face in card.faces]
    for before, after in pairwise(faces):
        apart = abs(sum(before) - sum(after)) - GAPS
        assert abs(sum(before[:-1]) - sum(after) - before[-1]) >= apart
        assert abs(sum(before) + after[0] - sum(after[1:])) >= apart
    for high, face in zip(faces, card.faces, strict=True):
        gaps = {round(gap, 2) for _, gap in face}
        assert len(gaps) == 1
        assert gaps == {WIDEST_GAP} or sum(high) + sum(gap for _, gap in face) > FACE - 22


GAPS, WIDEST_GAP = 3.2, 6.0
"""What the gaps of a sign that changes places add to both faces, in points; and the widest."""
NO_ROOM = {("neck", "pregnancy", "antiplatelet", "myasthenia-gravis")}
"""A promise that is not kept: the signs fill the faces, and a sign is not divided between two."""


@pytest.mark.parametrize("facts", NO_ROOM)
def test_a_card_without_room_is_refused_and_loses_no_sign(facts: tuple[str, ...]) -> None:
    """Whoever asks for such a card is told to leave it out; no sign is dropped to make room."""
    region, *flags = facts
    with pytest.raises(TypesettingError, match="no room for all the signs"):
        paginate(leaflet(ask(region, "acute", *flags, card=True)), RESOURCES)


@pytest.mark.parametrize("region", ["neck", "thoracic", "lumbar"])
def test_each_region_has_room_for_the_signs_of_many_facts(region: str) -> None:
    """Facts that add signs leave the card four faces, all lines of which are inside it."""
    for flags in (MANY, ("pregnancy", "antiplatelet", "myasthenia-gravis")):
        if (region, *flags) in NO_ROOM:
            continue
        card = card_of(ask(region, "acute", *flags, card=True))
        assert len(card.faces) <= MOST_FACES
        for face in card.faces:
            assert sum(gap + one.wrap(WIDTH - 6 * MM) for one, gap in face) < FACE - 17


def test_a_last_page_with_room_takes_it() -> None:
    """Where the last page is the front of a sheet and has room, the card costs no paper."""
    flags = (("aneurysm",), ("no-floor",), (), ("osteoporosis",), ("diabetes",))
    for region, some, paper in product(("neck", "thoracic", "lumbar"), flags, ("a4", "letter")):
        request = ask(region, "chronic", *some, edition="full", paper=paper)
        carded = paginate(leaflet(with_look(request, card=True)), RESOURCES)
        last = [placed.item.name for placed in carded.pages[-1].placed]
        if set(last) >= {CARD, "about"}:
            pages = paginate(leaflet(request), RESOURCES).pages
            assert len(carded.pages) == len(pages)
            assert last.index(CARD) < last.index("about")
            return
    pytest.fail("no last page took the card")


def test_a_leaflet_signs_off_last_beside_a_card() -> None:
    """Heat and cold, which may be on the second sheet, stand above who gave the leaflet."""
    request = ask("thoracic", "chronic", "warfarin", edition="standard", card=True)
    drawn = Resources(typeface(), publisher().library.figures, resource("templates"))
    order = [name for name in paginate(leaflet(request), drawn).order if name != CARD]
    assert "heat-cold" in order
    assert order[-1] == "about"
    assert max(n for n, name in enumerate(order) if name == "heat-cold") < order.index("about")


def test_half_a_sheet_is_refused_where_it_is_too_small() -> None:
    """The signs are not set smaller than 7.5 pt, nor left out: it says on which paper they fit."""
    with pytest.raises(TypesettingError, match="no room for all the signs") as refused:
        pdf(ask("neck", "acute", card=True, paper="a5"))
    assert "a4 or letter" in refused.value.faults[0].hint


@each_card
def test_it_is_read_aloud_in_order(request_: Request) -> None:
    """A screen reader hears what the card is, how to cut it, its heading once, then every line."""
    text = structure_text(structure(request_))
    own = text[text.index("Your card") :]
    number = "911" if request_.place == "us" else "999"
    order = ["Cut out the card", "Cut out", f"Call {number} now if:", "You matter", "Do not wait"]
    places = [own.index(one) for one in order]
    assert places == sorted(places)
    assert own.count(f"Call {number} now if:") == 1


def test_it_is_on_the_screen_too() -> None:
    """The page for a browser has the card in a frame of dashes, below the leaflet."""
    page = render_html(leaflet(CARDS[0]), publisher().library.figures)
    assert '<div class="cut-out">' in page[page.index('id="about"') :]
    screen, _, printed = page.partition("@media print")
    assert "dashed" in screen
    assert "div.cut-out" in printed
