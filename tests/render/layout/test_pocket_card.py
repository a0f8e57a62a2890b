"""The card to cut out can be read and heard, and nothing is on its back that would be cut too."""

import re
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
    BAND,
    COLUMNS,
    INSIDE,
    MOST_GAP,
    MOST_ROWS,
    PAD,
    ROOM,
    SIZES,
    WIDTH,
    CardFace,
    PocketCard,
)
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.typeface import typeface
from handouts.render.typeset import Resources
from handouts.selection.request import Request
from tests.support.layouts import paginate
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
    """Who has not approved it is as large as the signs."""
    card = card_of(request_)
    words = [one for face in card.faces for one, _ in face.words]
    insides = [one.inner if isinstance(one, Indent) else one for one in words]
    texts = [one.text if isinstance(one, Marked) else one for one in insides]
    sizes = [text.style.size for text in texts if isinstance(text, TextBlock)]
    assert len(sizes) == len(words)
    assert len({*sizes}) == 1


@pytest.mark.parametrize("flags", [(), ("gi-ulcer",)])
@pytest.mark.parametrize("branch", BRANCHES)
def test_its_faces_are_as_full_as_each_other(branch: tuple[str, str], flags: tuple[str]) -> None:
    """No neighbours would be more alike if what ends or opens one of them stood on the other.

    What is left white on a face is shared out between its signs. Nothing changes its heading.
    """
    card = card_of(ask(*branch, *flags, card=True))
    for one, other in pairwise(card.faces):
        if one.head is other.head:
            before, after = heights(one), heights(other)
            apart = abs(white(one, before) - white(other, after)) - GAPS
            sooner, later = white(one, before[:-1]), white(other, [before[-1], *after])
            assert abs(sooner - later) >= apart or later < 0
            sooner, later = white(one, [*before, after[0]]), white(other, after[1:])
            assert abs(sooner - later) >= apart or sooner < 0
    for face in card.faces:
        gaps = {round(gap, 2) for _, gap in face.words[1:]}
        assert len(gaps) < 2
        high = sum(heights(face)) + sum(gap for _, gap in face.words)
        assert gaps <= {MOST_GAP} or high > face.room - 1


def heights(face: CardFace) -> list[float]:
    """Return how high each of the words of a face is."""
    return [one.wrap(INSIDE) for one, _ in face.words]


def white(face: CardFace, high: list[float]) -> float:
    """Return what words of some heights would leave white on a face."""
    return face.room - sum(high)


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
            assert face.words
            high = sum(gap + one.wrap(INSIDE) for one, gap in face.words)
            assert high <= face.room + 0.01 <= ROOM + 0.01


@each_card
def test_each_face_says_which_it_is(request_: Request) -> None:
    """The first says so too, and all have a heading: so nobody stops reading after one."""
    card = card_of(request_)
    count = len(card.faces)
    runs = [run for page in read_contents(pdf(request_).content) for run in page.all_runs]
    (cut,) = (run for run in runs if run.text == "Cut out")
    own = [run for run in runs if run.page == cut.page and run.y < cut.y]
    said = [run.text for run in own if run.text.endswith(f"of {count})")]
    assert said == [f"({number} of {count})" for number in range(1, count + 1)]
    assert sum(run.text in heads_of(request_) for run in own) == count


def heads_of(request: Request) -> tuple[str, str]:
    """Return the two headings that faces may have."""
    return f"Call {'911' if request.place == 'us' else '999'} now if:", "Also get help now:"


@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize("flags", [(), MANY])
def test_each_heading_is_true_of_its_face(branch: tuple[str, str], flags: tuple[str, ...]) -> None:
    """A face that says to call the emergency number has only signs to call it for.

    The maternity unit, the crisis line and what to do after a medicine stand on faces of their own,
    and say themselves whom to call.
    """
    card = card_of(ask(*branch, *flags, card=True))
    first, second = (one for one in dict.fromkeys(face.head.plain for face in card.faces))
    assert (first, second) == ("Call 999 now if:", "Also get help now:")
    for face in card.faces:
        listed = [isinstance(one, Indent) for one, _ in face.words]
        assert all(listed) if face.head.plain == first else not any(listed)


@each_card
def test_it_says_first_which_leaflet_it_is_of(request_: Request) -> None:
    """Above the bands of its first faces it has the title and the code, which are read first."""
    title, code = card_of(request_).names
    assert title.plain.endswith("muscle spasm")
    assert code.plain.startswith("Code ")
    said = structure_text(structure(request_))
    own = said[said.index("Cut out") :]
    places = [own.index(one) for one in (title.plain, code.plain, heads_of(request_)[0])]
    assert places == sorted(places)
    (cut,) = (
        r
        for page in read_contents(pdf(request_).content)
        for r in page.all_runs
        if r.text == "Cut out"
    )
    runs = [
        r
        for page in read_contents(pdf(request_).content)
        for r in page.all_runs
        if r.page == cut.page
    ]
    high = {r.text: r.y for r in runs if r.y < cut.y}
    assert (
        high[title.plain]
        == high[code.plain]
        > max(high[head] for head in heads_of(request_) if head in high)
    )


def test_the_dots_to_fold_along_are_on_white() -> None:
    """No dots of a fold across the card touch a red band, on which they would not be seen."""
    card = card_of(CARDS[1])
    drawn = card._lines(0, 0)  # noqa: SLF001 - what is drawn has no other name
    dots = [float(y) for _, y, _, to in re.findall(LINE, drawn) if y == to]
    bands = [float(y) for y in re.findall(r"[\d.-]+ ([\d.-]+) [\d.-]+ [\d.-]+ re", drawn)]
    assert len(dots) == card.rows - 1
    for at in dots:
        assert all(not low - 2 < at < low + BAND + 2 for low in bands)


LINE = r"([\d.-]+) ([\d.-]+) m ([\d.-]+) ([\d.-]+) l"


def test_it_folds_to_one_face() -> None:
    """The left column is the front and reads on downwards, the right one the back."""
    card = card_of(CARDS[1])
    runs = [run for page in read_contents(pdf(CARDS[1]).content) for run in page.all_runs]
    (cut,) = (run for run in runs if run.text == "Cut out")
    own = {run.text: run for run in runs if run.page == cut.page and run.y < cut.y}
    counts = [own[f"({n} of {len(card.faces)})"] for n in range(1, len(card.faces) + 1)]
    places = [(run.x > 105 * MM, -run.y) for run in counts]
    assert places == sorted(places)
    assert [right for right, _ in places].count(True) * COLUMNS == len(places)
    assert len({round(y) for _, y in places}) == card.rows


@each_card
def test_it_stands_in_the_middle_of_its_page(request_: Request) -> None:
    """The white on its left is that on its right."""
    wide = 215.9 * MM if request_.look.paper == "letter" else 210 * MM
    runs = [run for one in read_contents(pdf(request_).content) for run in one.all_runs]
    (cut,) = (run for run in runs if run.text == "Cut out")
    heads = [run.x for run in runs if run.page == cut.page and run.text in heads_of(request_)]
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
    """A screen reader hears what the card is, how to cut it, each heading once, and every line."""
    text = structure_text(structure(request_))
    own = text[text.index("Your card") :]
    number = "911" if request_.place == "us" else "999"
    order = [
        "Cut along the dashes",
        "Cut out",
        f"Call {number} now if:",
        "Also get help now:",
        "You matter",
        "Do not wait",
    ]
    places = [own.index(one) for one in order]
    assert places == sorted(places)
    assert own.count(f"Call {number} now if:") == 1
    assert own.count("Also get help now:") == 1


def test_it_is_on_the_screen_too() -> None:
    """The page for a browser has the card in a frame of dashes, below the leaflet."""
    page = render_html(leaflet(CARDS[0]), publisher().library.figures)
    assert '<div class="cut-out">' in page[page.index('id="about"') :]
    screen, _, printed = page.partition("@media print")
    assert "dashed" in screen
    assert "div.cut-out" in printed
