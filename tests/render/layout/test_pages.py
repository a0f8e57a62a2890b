"""The pages of a finished leaflet: what page 1 promises, where pages break, how they end."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest

from handouts.errors import TypesettingError
from handouts.render.drawings.icons import Icons
from handouts.render.layout.builder import Builder
from handouts.render.layout.flowables import FORBIDDEN, FlowItem, Frame
from handouts.render.layout.overleaf import section_overleaf
from handouts.render.layout.page_breaks import break_pages, bulk_of, least_pages
from handouts.render.layout.style import styles_for
from handouts.render.pdf.canvas import TaggedCanvas
from handouts.render.pdf.typeface import typeface
from handouts.selection.request import Request
from tests.render.test_typeset import CASES
from tests.support.leaflets import BRANCHES, ask, leaflet, pdf, structure, title_of
from tests.support.readback import HEADINGS, Node, Text

MOST_SIDES = 8
FEWEST_LINES = 10
HELP = "When to get help: all the warning signs"

TWELVE = (
    *("gi-ulcer", "blood-thinners", "kidney-disease", "heart-disease", "asthma", "liver-disease"),
    *("age-65-plus", "diabetes", "osteoporosis", "ssri-snri", "skin-fragile", "immunosuppressed"),
)

each_case = pytest.mark.parametrize("request_", CASES, ids=title_of)


# ------------------------------------------------------------------ what stands where
def lines(node: Node, heading: str = "") -> Iterator[tuple[int, str, str, float]]:
    """Give every string in reading order: page, its heading's role if any, words, baseline."""
    role = node.standard_role if node.standard_role in HEADINGS else heading
    for part in node.content:
        if isinstance(part, Text):
            yield from ((run.page, role, run.text, run.y) for run in part.runs if run.text.strip())
        elif isinstance(part, Node):
            yield from lines(part, role)


def pages_of(request: Request, heading: str) -> tuple[int, ...]:
    """Name the pages on which the section of a heading stands."""
    for section in structure(request).find("Sect"):
        first = section.find(*HEADINGS)
        if first and " ".join(first[0].text.split()) == heading:
            return section.pages
    return ()


# ------------------------------------------------------------------ the first page
def test_page_1_says_where_the_box_for_the_reader_is_if_it_is_overleaf() -> None:
    """The message of page 1 sends the reader there, and it stood on page 2 without a word."""
    for flags, said in (((*TWELVE[:4], "age-65-plus", "diabetes"), True), ((), False)):
        request = ask("neck", "acute", *flags, edition="standard", screened=False)
        words = " ".join(one for page, _, one, _ in lines(structure(request)) if page == 1)
        assert ("“Before you start”: page 2." in words) is said


@pytest.mark.sample(7)
@each_case
def test_page_1_has_what_a_person_must_see_first(request_: Request) -> None:
    """Title, emergency box, the box for the reader and the first thing to do stand on page 1."""
    assert pages_of(request_, "Call 999 now if:") == (1,)
    names = [section.id for section in leaflet(request_).sections]
    if "stop" in names:
        assert pages_of(request_, "Where to ask") == (1,)
        return
    assert pages_of(request_, "What to do now") == (1,)
    if "just-for-you" in names:
        heading = "Just for you" if request_.screened else "Before you start"
        assert pages_of(request_, heading) == (1,)


@pytest.mark.sample(7)
@each_case
def test_the_full_list_of_signs_has_pages_of_its_own(request_: Request) -> None:
    """The warning signs start a fresh page and take at most three sides, the last shared."""
    pages = pages_of(request_, HELP)
    first_on_page = next(
        text for page, _, text, _ in lines(structure(request_)) if page == pages[0]
    )
    assert HELP.startswith(" ".join(first_on_page.split()))
    assert len(pages) <= 3


# ------------------------------------------------------------------ where pages end
@pytest.mark.sample(7)
@each_case
def test_a_leaflet_has_at_most_eight_sides(request_: Request) -> None:
    """Eight sides are four sheets, with a list to tick too; under 18 six sides do."""
    limit = 6 if "under-18" in request_.flags else MOST_SIDES
    assert pdf(request_).pages <= limit


@pytest.mark.sample(7)
@each_case
def test_no_heading_ends_a_page(request_: Request) -> None:
    """What a heading names stands on the same page, or at least begins there."""
    last = {page: (role, text) for page, role, text, _ in lines(structure(request_))}
    assert [text for role, text in last.values() if role] == []


@pytest.mark.sample(7)
@each_case
def test_the_last_page_is_worth_its_paper(request_: Request) -> None:
    """The last page has at least ten lines."""
    end = pdf(request_).pages
    baselines = {round(y) for page, _, _, y in lines(structure(request_)) if page == end}
    assert len(baselines) >= FEWEST_LINES


@pytest.mark.sample(6)
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_many_flags_are_no_error(region: str, status: str) -> None:
    """With twelve flags the leaflet still has its emergency box on page 1 and prints."""
    request = ask(region, status, *TWELVE)
    assert pages_of(request, "Call 999 now if:") == (1,)
    assert pdf(request).pages <= 8


# ------------------------------------------------------------------ how pages are divided
@dataclass(frozen=True)
class Bar:
    """A piece of a fixed height, in points."""

    tall: float

    def wrap(self, _width: float) -> float:
        """Take any width."""
        return self.tall

    def draw(self, _canvas: TaggedCanvas, _x: float, _y: float) -> None:
        """Leave no ink."""


def divided(*slabs: FlowItem, width: float = 50, height: float = 100) -> list[list[str]]:
    """Divide slabs into pages of a size; name what stands on each."""
    return [[one.item.name for one in page.placed] for page in break_pages(slabs, width, height)]


def least(*slabs: FlowItem, height: float = 100) -> int:
    """Say how many pages slabs take at least, before it is looked where a page may end."""
    for slab in slabs:
        slab.wrap(50)
    return least_pages([bulk_of(slabs[:2]), bulk_of(slabs[2:])], height)


def bar(
    name: str, tall: float = 30, *, break_penalty: float = 0, fresh_page: bool = False
) -> FlowItem:
    """Make a slab."""
    return FlowItem(
        flowable=Bar(tall), name=name, break_penalty=break_penalty, fresh_page=fresh_page
    )


@pytest.mark.parametrize("seed", range(200))
def test_no_division_is_ruled_out_that_has_room(seed: int) -> None:
    """What slabs take at least is never more than they take, whatever their gaps and boxes."""
    chance = Random(seed)  # noqa: S311 - any numbers will do
    box = Frame(top=chance.choice((0, 5)), foot=6, edge=1)
    slabs = [bar(name, chance.uniform(5, 60)) for name in "abcdefghij"]
    for slab in slabs:
        slab.gap = chance.choice((0, 3, chance.uniform(0, 40)))
    for slab in slabs[3 : 3 + chance.randrange(5)]:
        slab.frame, slab.opens_frame = box, slab is slabs[3]
    assert least(*slabs) <= len(divided(*slabs))


@pytest.mark.parametrize(("gap", "pad", "pages"), [(0, 0, 1), (6, 0, 2), (0, 2, 2)])
def test_gaps_and_boxes_take_room_too(gap: float, pad: float, pages: int) -> None:
    """Three slabs that just fit a page need another with gaps between them, or in a box."""
    slabs = [bar(name, 33) for name in "abc"]
    box = Frame(top=pad, foot=pad, edge=1)
    for slab in slabs:
        slab.gap, slab.frame, slab.opens_frame = gap, box, slab is slabs[0]
    assert least(*slabs) == len(divided(*slabs)) == pages


def test_pages_are_filled_in_order() -> None:
    """Pieces stand in reading order on as few pages as hold them."""
    assert [name for page in divided(*map(bar, "abcdefg")) for name in page] == [*"abcdefg"]
    assert len(divided(*map(bar, "abcdefg"))) == 3


def test_a_heading_goes_with_what_it_names() -> None:
    """No page breaks where a break is forbidden, even when the page above stays emptier."""
    assert divided(bar("a"), bar("b"), bar("heading"), bar("text", break_penalty=FORBIDDEN)) == [
        ["a", "b"],
        ["heading", "text"],
    ]


def headed(tall: float) -> list[FlowItem]:
    """Make a heading with a line below it, and a tall piece that would repeat it overleaf."""
    heading = bar("heading", 5)
    heading.is_heading = True
    line = bar("line", 5, break_penalty=FORBIDDEN)
    card = bar("card", tall)
    builder = Builder(styles_for("a5")[0], typeface(), Icons({}), {})
    card.overleaf = section_overleaf(builder, "Heading")
    return [heading, line, card]


def test_a_heading_with_a_line_does_not_stand_above_white() -> None:
    """It goes overleaf with what it names, unless nearly nothing is white below it.

    The heading that is repeated overleaf has room above the card on a page so wide.
    """
    assert divided(bar("a", 50), *headed(41), width=100) == [["a"], ["heading", "line", "card"]]
    assert divided(bar("a", 85), *headed(20), width=100) == [["a", "heading", "line"], ["card"]]


def test_a_box_fills_its_page_before_it_goes_on() -> None:
    """A cheaper break elsewhere is no reason to leave white inside a box of warning signs."""
    frame = Frame(top=0, foot=0, edge=1)

    def boxed(name: str, tall: float, break_penalty: float = 150) -> FlowItem:
        item = bar(name, tall, break_penalty=break_penalty)
        item.frame, item.opens_frame = frame, name == "a"
        return item

    box = [boxed(*one) for one in zip("abcdef", (40, 20, 20, 20, 40, 40), strict=True)]
    assert divided(*box, bar("g", 20, break_penalty=600)) == [[*"abcd"], [*"efg"]]
    assert divided(*box, bar("g", 80, break_penalty=600)) == [[*"abcd"], [*"ef"], ["g"]]


def test_what_belongs_on_page_1_is_late_only_once() -> None:
    """Below page 1 it takes the room that there is, and does not wait for the next page."""
    now, text = bar("now", 30), bar("text", 60, break_penalty=100)
    now.late_penalty = 900
    assert divided(bar("a", 50), now, text) == [["a", "now"], ["text"]]
    now.late_penalty = 0
    assert divided(bar("a", 50), now, text) == [["a"], ["now", "text"]]
    now.late_penalty = 900
    assert divided(bar("a", 90), bar("b", 50), now, text) == [["a"], ["b"], ["now", "text"]]


def test_a_fresh_page_is_fresh() -> None:
    """A piece that starts a page does so, however much room is left above it."""
    assert divided(bar("a", 5), bar("signs", fresh_page=True)) == [["a"], ["signs"]]


def test_what_flows_starts_a_page_only_where_that_costs_none() -> None:
    """Signs that fill two pages anyway get a fresh one; signs that fit below do not."""

    def signs(tall: float) -> list[FlowItem]:
        return [
            FlowItem(flowable=Bar(tall), name="b", fresh_page=True, fresh_page_if_free=True),
            bar("c", 60),
        ]

    assert divided(bar("a"), *signs(60)) == [["a", "b"], ["c"]]
    assert divided(bar("a"), *signs(30)) == [["a"], ["b", "c"]]


def test_what_fits_no_page_is_named() -> None:
    """A piece taller than a page stops the leaflet, with its name and both heights."""
    with pytest.raises(TypesettingError) as error:
        divided(bar("a"), bar("the box", 140))
    assert str(error.value) == (
        "`the box` is 140 pt tall and does not fit a page of 100 pt\n"
        "  hint: shorten the text, or ask for fewer exercises"
    )
