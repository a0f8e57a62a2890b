"""The card to cut out can be read and heard, and nothing is on its back that would be cut too."""

from functools import cache
from itertools import pairwise

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import CARD
from handouts.errors import TypesettingError
from handouts.render.html import render_html
from handouts.render.layout.flowables import Indent, Marked
from handouts.render.layout.paragraph import TextBlock
from handouts.render.layout.pocket_card import (
    COLUMNS,
    INSIDE,
    MOST_GAP,
    MOST_ROWS,
    PAD,
    ROOM,
    SIZES,
    WIDTH,
    PocketCard,
)
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
    """Its words have 10.5 pt or more, which many facts make less, and are inside its 170 mm."""
    contents = read_contents(pdf(request_).content)
    runs = [run for page in contents for run in page.all_runs if run.page == page.number]
    (cut,) = (run for run in runs if run.text == "Cut out")
    own = [run for run in runs if run.page == cut.page]
    words = [run for run in own if 60 < run.y < cut.y]
    assert len(words) > 20
    few = set(request_.flags) != set(MANY)
    assert min(run.size for run in words) >= (10.5 if few else SIZES[-1])
    assert max(run.x for run in words) - min(run.x for run in words) < 170 * MM


@pytest.mark.parametrize("duplex", [False, True])
@each_card
def test_nothing_is_on_its_back(request_: Request, duplex: bool) -> None:  # noqa: FBT001 - a case
    """It is on the front of a sheet of its own whose back is empty."""
    pages = paginate(leaflet(with_look(request_, duplex=duplex)), RESOURCES).pages
    names = [{placed.item.name for placed in page.placed} for page in pages]
    (at,) = (n for n, on_page in enumerate(names) if CARD in on_page)
    assert at % 2 == 0
    assert not any(names[at + 1 :])
    assert names[at] == {CARD}


@cache
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
    faces = [[one.wrap(INSIDE) for one, _ in face] for face in card.faces]
    for before, after in pairwise(faces):
        apart = abs(sum(before) - sum(after)) - GAPS
        assert abs(sum(before[:-1]) - sum(after) - before[-1]) >= apart or sum(after) > ROOM
        moved = sum(before) + after[0]
        assert abs(moved - sum(after[1:])) >= apart or moved > ROOM
    for high, face in zip(faces, card.faces, strict=True):
        gaps = {round(gap, 2) for _, gap in face[1:]}
        assert len(gaps) < 2
        assert gaps <= {MOST_GAP} or sum(high) + sum(gap for _, gap in face) > ROOM - 1


GAPS = 4.0
"""What the gaps of a sign that changes places add to both faces, in points."""
MANY_SIGNS = (MANY, ("pregnancy", "antiplatelet", "myasthenia-gravis"))


@pytest.mark.parametrize("region", ["neck", "thoracic", "lumbar"])
def test_each_region_has_room_for_the_signs_of_many_facts(region: str) -> None:
    """On the lower paper too a card has four rows of faces at most, all lines inside them."""
    for flags in MANY_SIGNS:
        card = card_of(ask(region, "acute", *flags, card=True, paper="letter"))
        assert len(card.faces) % COLUMNS == 0
        assert card.rows <= MOST_ROWS
        for face in card.faces:
            assert face
            assert sum(gap + one.wrap(INSIDE) for one, gap in face) <= ROOM + 0.01


@each_card
def test_each_face_says_which_it_is(request_: Request) -> None:
    """The first says so too, and all have the heading: so nobody stops reading after one."""
    card = card_of(request_)
    count = len(card.faces)
    runs = [run for page in read_contents(pdf(request_).content) for run in page.all_runs]
    (cut,) = (run for run in runs if run.text == "Cut out")
    own = [run for run in runs if run.page == cut.page and run.y < cut.y]
    said = [run.text for run in own if run.text.endswith(f"of {count})")]
    assert said == [f"({number} of {count})" for number in range(1, count + 1)]
    number = "911" if request_.place == "us" else "999"
    assert sum(run.text == f"Call {number} now if:" for run in own) == count


def test_it_folds_to_one_face() -> None:
    """The left column is the front and reads on downwards, the right one the back."""
    card = card_of(CARDS[1])
    runs = [run for page in read_contents(pdf(CARDS[1]).content) for run in page.all_runs]
    (cut,) = (run for run in runs if run.text == "Cut out")
    places = [
        (run.x, -run.y)
        for run in runs
        if run.page == cut.page and run.y < cut.y and run.text == "Call 999 now if:"
    ]
    assert places == sorted(places)
    assert len({round(x) for x, _ in places}) == COLUMNS
    assert len({round(y) for _, y in places}) == card.rows


@each_card
def test_it_stands_in_the_middle_of_its_page(request_: Request) -> None:
    """The white on its left is that on its right."""
    wide = 215.9 * MM if request_.look.paper == "letter" else 210 * MM
    runs = [run for one in read_contents(pdf(request_).content) for run in one.all_runs]
    (cut,) = (run for run in runs if run.text == "Cut out")
    heads = [run.x for run in runs if run.page == cut.page and run.text.endswith("now if:")]
    left, middle = min(heads) - PAD, max(heads) - PAD
    assert middle == pytest.approx(wide / 2, abs=0.5)
    assert middle - left == pytest.approx(WIDTH, abs=0.5)


def test_a_leaflet_signs_off_last_beside_a_card() -> None:
    """Heat and cold, which may be on the second sheet, stand above who gave the leaflet."""
    request = ask("thoracic", "chronic", "warfarin", edition="standard", card=True)
    drawn = Resources(typeface(), publisher().library.figures, resource("templates"))
    order = [name for name in paginate(leaflet(request), drawn).order if name != CARD]
    assert "heat-cold" in order
    assert order[-1] == "about"
    assert max(n for n, name in enumerate(order) if name == "heat-cold") < order.index("about")


def test_half_a_sheet_is_refused_where_it_is_too_small() -> None:
    """Half a sheet has no room for two columns of faces: it says on which paper they fit."""
    with pytest.raises(TypesettingError, match="no room for all the signs") as refused:
        pdf(ask("neck", "acute", card=True, paper="a5"))
    assert "a4 or letter" in refused.value.faults[0].hint


@each_card
def test_it_is_read_aloud_in_order(request_: Request) -> None:
    """A screen reader hears what the card is, how to cut it, its heading once, then every line."""
    text = structure_text(structure(request_))
    own = text[text.index("Your card") :]
    number = "911" if request_.place == "us" else "999"
    order = [
        "Cut along the dashes",
        "Cut out",
        f"Call {number} now if:",
        "You matter",
        "Do not wait",
    ]
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
