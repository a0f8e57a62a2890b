"""What stands on which sheet of the standard edition, and how close."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from handouts.content.load import resource
from handouts.leaflet.tree import Panel, Paragraph, Run, Section, is_panel, plain, walk
from handouts.pipeline import prepare
from handouts.render import typeset
from handouts.render.layout.columns import Columns
from handouts.render.layout.exercise_card import Card
from handouts.render.layout.flow import set_leaflet, set_section
from handouts.render.layout.flowables import EmergencyBand, Indent
from handouts.render.layout.paragraph import PagePointer, TextBlock
from handouts.render.layout.style import styles_for
from handouts.render.orders import with_crisis_below
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.typeface import typeface
from handouts.render.set_once import SetOnce
from handouts.render.setting import Setting
from handouts.render.typeset import Resources, _point_to_signs
from tests.support.layouts import paginate
from tests.support.leaflets import BRANCHES, ask, leaflet, pdf, publisher, structure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handouts.render.layout.page_breaks import PageLayout
    from handouts.render.layout.style import Page

WIDEST_FRAME = 3.0
"""The line of the box of every emergency, in points."""
DRAWN = Resources(typeface(), publisher().library.figures, resource("templates"))
COMMON = [(region, status, flags) for region, status in BRANCHES for flags in ((), ("gi-ulcer",))]
SOME_FLAGS = [
    ("neck", "acute", ("warfarin", "age-65-plus")),
    ("lumbar", "chronic", ("gi-ulcer", "kidney-disease", "diabetes")),
    ("thoracic", "acute", ("heart-disease", "age-65-plus")),
    ("lumbar", "acute", ("pregnant",)),
]
LONG_MEDICINES = [
    ("neck", "acute", ("drives-or-machinery",)),
    ("thoracic", "acute", ()),
    ("thoracic", "chronic", ("drives-or-machinery",)),
    ("lumbar", "chronic", ("diabetes",)),
]
MUCH_ON_PAGE_1 = [
    ("neck", "acute", ("epilepsy",)),
    ("neck", "acute", ("osteoporosis",)),
    ("neck", "acute", ("inflammatory-arthritis",)),
    ("lumbar", "chronic", ("osteoporosis",)),
    ("thoracic", "acute", ("breastfeeding",)),
    ("thoracic", "acute", ("long-term-steroids",)),
    ("lumbar", "chronic", ("cancer-now",)),
    ("neck", "chronic", ("pregnancy",)),
    ("thoracic", "acute", ("frail",)),
    ("thoracic", "chronic", ("other-blood-thinner",)),
]
SIX_FACTS = (
    "gi-ulcer", "kidney-disease", "heart-disease", "age-65-plus", "diabetes", "osteoporosis",
)  # fmt: skip
SIX_EXERCISES = ("cat-cow", "knee-rolls", "pelvic-tilt", "bridge", "knee-to-chest", "walking")
SIX_OF_THE_NECK = (
    "neck-turn", "neck-side-bend", "neck-look-down", "chin-tuck", "lying-head-turn",
    "shoulder-shrug",
)  # fmt: skip
TABLE_LAST = [
    ("thoracic", "acute", ("cancer-now", "age-65-plus")),
    ("thoracic", "chronic", ("antiplatelet", "cancer-past")),
]
"""Page 1 has room for what holds for all medicines, and page 2 for their table."""
GRAVE = [
    ("neck", "chronic", ("pregnancy",)),
    ("neck", "acute", ("pregnancy", "statin")),
    ("neck", "acute", ("age-65-plus", "warfarin", "cancer-now")),
    ("neck", "acute", ("gave-birth-recently", "aneurysm")),
    ("thoracic", "chronic", ("cancer-now",)),
    ("lumbar", "chronic", ("nerve-illness", "other-blood-thinner")),
    *TABLE_LAST,
]
A_SHEET_MORE = [("lumbar", "chronic", SIX_FACTS)]
"""What these readers must know needs a third sheet."""
NEARLY_TOO_LONG = [
    ("neck", "acute", ("pregnant", "aneurysm")),
    ("neck", "acute", ("antiplatelet", "age-65-plus", "nerve-illness")),
    ("lumbar", "acute", ("blood-thinners", "age-65-plus", "cancer-now")),
    ("thoracic", "chronic", ("age-65-plus", "diabetes", "nerve-illness")),
    ("thoracic", "chronic", ("bp-or-water-tablets", "age-65-plus", "osteoporosis")),
    ("thoracic", "chronic", ("age-65-plus", "drives-or-machinery", "aneurysm")),
    ("lumbar", "acute", ("blood-thinners", "age-65-plus", "recent-surgery-or-injury")),
]
"""Sheet 1 lacked 3 to 37 points; the last two have smaller figures too."""
EXERCISES_ON_TWO_PAGES = [
    ("lumbar", "chronic", ("age-65-plus", "nerve-illness", "warfarin")),
]
"""Page 1 has room for an exercise, and page 2 for the others and the medicines."""
OTHERS = ("alcohol-or-dependence", "bleeding-disorder", "trying-for-a-baby")
each_common = pytest.mark.parametrize(("region", "status", "flags"), COMMON)
each_some = pytest.mark.parametrize(("region", "status", "flags"), SOME_FLAGS)


@cache
def names(region: str, status: str, flags: tuple[str, ...]) -> list[list[str]]:
    """Lay out a standard leaflet; list the parts of each page."""
    request = ask(region, status, *flags, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    return [[one.item.name for one in page.placed] for page in pages]


@each_common
def test_what_to_do_now_stands_on_page_one_above_the_medicines(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """With no flag or a common one a reader sees what to do before what to take."""
    first = names(region, status, flags)[0]
    assert "what-to-do-now" in first
    assert first.index("what-to-do-now") < first.index("medicines")


@each_some
def test_several_flags_go_on_two_sheets(region: str, status: str, flags: tuple[str, ...]) -> None:
    """The parts are arranged by their heights, so that no page is left a third empty."""
    pages = names(region, status, flags)
    assert len(pages) == 4
    assert "help" not in pages[1]
    assert pages[2][0] == "help"


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_every_region_says_how_to_use_heat_and_cold(region: str, status: str) -> None:
    """The neck too: nothing forbids both there, and a reader without them would guess."""
    assert any("heat-cold" in page for page in names(region, status, ()))


@pytest.mark.parametrize(("region", "status", "flags"), LONG_MEDICINES)
def test_medicines_stay_whole_where_another_order_has_room(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """A reader sees what to take, and what not to drive after, on one page of four."""
    pages = names(region, status, flags)
    assert len(pages) == 4
    assert sum("medicines" in page for page in pages) == 1


@pytest.mark.parametrize(
    ("region", "status", "exercises"),
    [("lumbar", "chronic", SIX_EXERCISES), ("neck", "acute", SIX_OF_THE_NECK)],
)
def test_six_exercises_stand_three_to_a_page(
    region: str, status: str, exercises: tuple[str, ...]
) -> None:
    """Their drawings are as large as on any page, and no page of the leaflet is half white."""
    request = ask(region, status, "gi-ulcer", edition="standard", exercises=exercises)
    layout = paginate(prepare(publisher(), request), DRAWN)
    on = [sum(one.item.name.startswith("card ") for one in page.placed) for page in layout.pages]
    assert on == [0, 0, 3, 3, 0, 0]
    assert layout.builder.style.figure_width == styles_for("a4")[0].figure_width
    assert max(_share_of_white(page, layout.builder.style.page) for page in layout.pages) < 0.3


def _share_of_white(layout: PageLayout, page: Page) -> float:
    """Return the white above the foot of a page, as a share of it."""
    ends = [one.top + one.item.height for one in layout.placed if not one.item.at_foot]
    ends += [top + height for _, top, height in layout.frames]
    feet = [one.top for one in layout.placed if one.item.at_foot]
    high = page.bottom - page.top
    return (min([*feet, high]) - max(ends)) / high


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not-asked"])
@pytest.mark.parametrize("flags", [(), SIX_FACTS], ids=["none", "six"])
def test_the_week_to_tick_stands_with_its_exercises(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """It stands directly below when to stop them, and never on another page."""
    request = ask(region, status, *flags, screened=screened, edition="standard")
    for page in paginate(prepare(publisher(), request), DRAWN).pages:
        on = [one.item.name for one in page.placed]
        assert "week" not in on or on[on.index("week") - 1] == "stop-rule"


@pytest.mark.parametrize(("region", "status"), BRANCHES[:2] + BRANCHES[-2:])
def test_beside_many_facts_all_the_signs_have_a_sheet_of_their_own(
    region: str, status: str
) -> None:
    """They can be kept by themselves, and the page before them has more than lines to fill in."""
    pages = [{*page} for page in names(region, status, SIX_FACTS)]
    first = next(n for n, page in enumerate(pages) if "help" in page)
    assert first % 2 == 0
    assert pages[first - 1] > {"given"} or "given" not in pages[first - 1]


@pytest.mark.parametrize(("region", "status"), BRANCHES[2:])
def test_words_keep_clear_of_the_frames_beside_many_facts(region: str, status: str) -> None:
    """Both sheets have the same page, so no word of a box is printed on its frame or outside."""
    request = ask(region, status, *SIX_FACTS, screened=False, edition="standard")
    layout = paginate(prepare(publisher(), request), DRAWN)
    paper, pages = layout.builder.style.page, pypdfium2.PdfDocument(pdf(request).content)
    for page, one in zip(pages, layout.pages, strict=True):
        if not any(placed.item.name == "help" for placed in one.placed):
            continue
        text = page.get_textpage()
        letters = [
            text.get_charbox(at)
            for at in range(text.count_chars())
            if not text.get_text_range(at, 1).isspace()
        ]
        ends = [right for _, low, right, _ in letters if low > paper.height - paper.bottom]
        assert max(ends) <= paper.width - paper.margin - WIDEST_FRAME


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not-asked"])
def test_exercises_stand_on_one_page_beside_many_facts(
    region: str, status: str, *, screened: bool
) -> None:
    """Where page 1 is full of what is just for the reader, no exercise is squeezed below it."""
    request = ask(region, status, *SIX_FACTS, screened=screened, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    cards = [sum(one.item.name.startswith("card ") for one in page.placed) for page in pages]
    assert [one for one in cards if one] == [3]


def test_the_lines_for_a_name_stand_at_the_foot_of_sheet_1() -> None:
    """They end the sheet; what is white there is above them."""
    request = ask("lumbar", "chronic", *SIX_FACTS, edition="standard")
    layout = paginate(prepare(publisher(), request), DRAWN)
    signs = next(n for n, one in enumerate(layout.pages) if one.placed[0].item.name == "help")
    last, page = layout.pages[signs - 1].placed[-1], layout.builder.style.page
    assert last.item.at_foot
    assert last.top + last.item.height == pytest.approx(page.bottom - page.top)


@pytest.mark.parametrize(("region", "status", "flags"), MUCH_ON_PAGE_1)
def test_what_to_do_now_is_on_page_one_whole_where_that_is_full(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """It runs on beside its heading before it goes overleaf, and the table of medicines is whole.

    What is said below the table may be overleaf.
    """
    request = ask(region, status, *flags, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    items = [[one.item for one in page.placed] for page in pages]
    assert len(pages) == 4
    assert [n for n, page in enumerate(items) if any(one.first_thing for one in page)] == [0]
    assert sum(any(one.in_table for one in page) for page in items) == 1


@pytest.mark.parametrize(("region", "status", "flags"), TABLE_LAST)
def test_what_holds_for_all_medicines_is_read_before_their_table_goes_overleaf(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """The whole table is on page 2 below its heading, so that nobody needs a third sheet."""
    request = ask(region, status, *flags, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    first, second = ([one.item for one in page.placed] for page in pages[:2])
    assert any(one.is_heading for one in first if one.name == "always")
    assert not any(one.name == "medicines" for one in first)
    heading, *rows = (one for one in second if one.name == "medicines")
    assert heading.is_heading
    assert len(rows) > 1
    assert all(one.in_table for one in rows)
    assert pages[1].head is None
    assert any(one.first_thing for one in first)


def test_the_table_of_medicines_may_open_page_2_below_its_heading() -> None:
    """A third sheet is dearer: page 1 ends with what stands beside the heading, the table is whole.

    The heading that is repeated above the table counts the page with the heading itself.
    """
    request = ask("thoracic", "acute", "pregnant", "cancer-now", edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    assert len(pages) == 4
    assert pages[0].placed[-1].item.is_heading
    assert pages[0].placed[-1].item.name == "medicines"
    assert pages[1].head is not None
    assert pages[1].part == (2, 2)
    assert [n for n, page in enumerate(pages) if any(one.item.in_table for one in page.placed)] == [
        1
    ]


@pytest.mark.parametrize(("region", "status", "flags"), EXERCISES_ON_TWO_PAGES)
def test_exercises_stand_on_both_sides_of_a_sheet_before_there_is_a_third(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """What to do now stays on page 1, the table whole, and the stop rule with the last exercise."""
    request = ask(region, status, *flags, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    first, second = ([one.item for one in page.placed] for page in pages[:2])
    assert len(pages) == 4
    assert any(one.first_thing for one in first)
    assert [one.name for one in first[-2:]] == ["exercises", "card 1"]
    assert [one.name for one in second[:3]] == ["card 2", "card 3", "stop-rule"]
    assert pages[1].head is not None
    assert any(one.in_table for one in second)


def test_the_leaflet_speaks_of_itself_on_sheet_1_where_the_signs_fill_theirs() -> None:
    """Sheet 1 has room for it, and the reader keeps six sides; it is signed below that."""
    request = ask(
        "thoracic", "chronic", "gave-birth-recently", "aneurysm", edition="standard", screened=False
    )
    layout = paginate(prepare(publisher(), request), DRAWN)
    pages = [[one.item.name for one in page.placed] for page in layout.pages]
    assert len(pages) == 6
    assert pages[3][-1] == "about"
    assert layout.pages[3].placed[-1].item.at_foot
    assert {name for page in pages[4:] for name in page} == {"help"}


def test_the_crisis_line_may_close_the_box_of_every_emergency() -> None:
    """Where only that saves a sheet it stands below the signs; all is said, and once."""
    one = leaflet(ask("thoracic", "chronic", "aneurysm", edition="standard", screened=False))
    builder = paginate(one, DRAWN).builder
    usual = [plain(part) for part in words_of(one.sections)]
    ((sections, _),) = with_crisis_below([one.sections])
    assert [plain(part) for part in words_of(sections)] != usual
    assert sorted(plain(part) for part in words_of(sections)) == sorted(usual)
    section = next(part for part in sections if part.id == "help")
    box = next(part for part in section.parts if is_panel(part, "warnings"))
    assert is_panel(box.parts[-2], "crisis")
    assert isinstance(box.parts[-1], Paragraph)
    items = set_section(builder, section)
    columns = next(
        n
        for n, item in enumerate(items)
        if isinstance(item.flowable, Indent) and isinstance(item.flowable.inner, Columns)
    )
    assert isinstance(items[columns - 1].flowable, EmergencyBand)
    assert items[columns + 1].frame is items[columns].frame


def words_of(sections: Sequence[Section]) -> list[tuple[Run, ...]]:
    """Collect the runs of all sections in reading order."""
    return [part.runs for one in sections for part in walk(one.parts) if hasattr(part, "runs")]


@pytest.mark.parametrize(("region", "status", "flags"), GRAVE)
def test_grave_flags_take_two_sheets_with_the_least_margins(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """Narrow margins come before a third sheet, and are as wide as those of half sheets."""
    request = ask(region, status, *flags, edition="standard")
    layout = paginate(prepare(publisher(), request), DRAWN)
    assert len(layout.pages) == 4
    page, half = layout.builder.style.page, styles_for("a5")[0].page
    assert page.margin >= half.margin
    assert page.height - page.footer >= half.height - half.footer


@pytest.mark.parametrize(("region", "status", "flags"), NEARLY_TOO_LONG)
def test_gaps_inside_cards_and_rows_close_before_there_is_a_third_sheet(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """Of two facts beside an age some took two sides more, for want of a line or two."""
    request = ask(region, status, *flags, edition="standard")
    layout = paginate(prepare(publisher(), request), DRAWN)
    style = layout.builder.style
    assert len(layout.pages) == 4
    assert style.figure_width >= 46 * MM
    assert min(style.body.size, style.sign.size) >= 12
    assert (style.figure_width < 50 * MM) == ((region, status, flags) in NEARLY_TOO_LONG[-2:])


@pytest.mark.parametrize(("region", "status", "flags"), A_SHEET_MORE)
def test_what_has_no_room_on_two_sheets_takes_one_more(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """It is not more than one, and what to do now stays on page 1."""
    request = ask(region, status, *flags, edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    assert len(pages) in {5, 6}
    assert any(one.item.first_thing for one in pages[0].placed)


def test_what_to_do_now_opens_page_2_where_page_1_has_no_room() -> None:
    """A promise that is not kept: with warfarin the signs and the medicines fill page 1."""
    request = ask("thoracic", "chronic", "warfarin", edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    items = [[one.item for one in page.placed] for page in pages]
    assert len(pages) == 4
    assert [n for n, page in enumerate(items) if any(one.first_thing for one in page)] == [1]
    assert [n for n, page in enumerate(items) if any(one.in_table for one in page)] == [0]


@pytest.mark.parametrize(
    ("region", "exercises"),
    [("neck", ("chin-tuck",)), ("thoracic", ("walking",)), ("lumbar", ("pelvic-tilt",))],
)
def test_where_nobody_asked_the_list_needs_a_sheet_of_its_own(
    region: str, exercises: tuple[str, ...]
) -> None:
    """A promise that is not kept: even few exercises leave no room for it on two sheets.

    Page 1 names what makes a sign an emergency, and all signs fill a sheet. One page has the whole
    list to tick, and what is overleaf belongs to it, so that this sheet goes to a pharmacist.
    """
    request = ask(region, "acute", edition="standard", screened=False, exercises=exercises)
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    items = [[one.item for one in page.placed] for page in pages]
    assert len(pages) == 6
    assert [n for n, page in enumerate(items) if any(x.name == "medicines" for x in page)] == [2, 3]
    assert {one.name for one in items[2]} == {"medicines"}
    assert not any(one.in_table for one in items[2])
    assert any(one.in_table for one in items[3])
    assert any(one.first_thing for one in items[0])


@pytest.mark.parametrize(
    ("region", "status", "flags"),
    [("neck", "acute", ()), ("lumbar", "chronic", ()), ("thoracic", "chronic", ("gi-ulcer",))],
)
def test_sheet_1_says_where_the_signs_for_today_are(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """A line at its end names the page on which their box starts, as a short list has no room."""
    request = ask(region, status, *flags, edition="standard")
    pages = typeset.paginate(prepare(publisher(), request), DRAWN).pages  # it is changed
    _point_to_signs(pages)
    place = next(n for n, page in enumerate(pages) if any(frame.bar for frame, _, _ in page.frames))
    line = next(one.item for one in pages[1].placed if one.item.name == "today-page")
    said = line.flowable.inner.inner.text  # type: ignore[attr-defined]
    assert said.plain == f"Signs that need a doctor today: page {place + 1}."
    assert not any("today" in page for page in names(region, status, flags))


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not-asked"])
def test_a_leaflet_has_the_short_list_for_today_or_a_line_on_where_it_is(
    region: str, status: str, *, screened: bool
) -> None:
    """Nothing is said twice on one sheet, also where one exercise leaves room for the list."""
    some: Any = {"edition": "standard", "screened": screened, "exercises": ("walking",)}
    pages = paginate(prepare(publisher(), ask(region, status, **some)), DRAWN).pages
    found = {one.item.name for page in pages for one in page.placed}
    assert not {"today", "today-page"} <= found


class _Noted:
    """Takes the place of a canvas, and notes the words and the sizes of type."""

    def __init__(self) -> None:
        self.seen: set[float] = set()
        self.words: Counter[str] = Counter()

    def text(self, _path: object, lines: Sequence[Any]) -> None:
        self.seen.update(line.size for line in lines)
        self.words.update(word.glyphs for line in lines for word in line.words)

    def __getattr__(self, _name: str) -> Callable[..., str]:
        return lambda *_args: ""


@pytest.mark.parametrize("region", ["neck", "thoracic", "lumbar"])
@pytest.mark.parametrize("flags", [("kidney-disease",), ("warfarin",)])
def test_a_leaflet_has_five_sizes_of_type(region: str, flags: tuple[str, ...]) -> None:
    """Sheet 2 may have wider gaps than sheet 1, but its text has the same size."""
    canvas: Any = _Noted()
    request = ask(region, "acute", *flags, edition="standard")
    for page in paginate(prepare(publisher(), request), DRAWN).pages:
        for one in page.placed:
            one.item.flowable.draw(canvas, 0, 0)
    assert 2 < len(canvas.seen) <= 5


@pytest.mark.parametrize(
    ("sentence", "last"),
    [
        ("It is slowly getting harder to swallow food.", ["food."]),
        ("It is slowly getting harder to swallow a pea.", ["pea."]),
        ("It is slowly getting harder to eat or to do it.", ["do", "it."]),
        ("Your jaw hurts when you chew and then call 999.", ["call", "999."]),
        ("Your face drops, you cannot lift both arms, or your speech is slurred.", ["slurred."]),
        ("Your face drops, you cannot lift both arms, or your speech is bad.", ["bad."]),
    ],
)
def test_a_last_line_takes_no_long_word(sentence: str, last: list[str]) -> None:
    """It may be one word, but not next to nothing, and not a number without what to do with it."""
    block = TextBlock(typeface(), (Run(sentence),), styles_for("a4")[-1].body, ())
    block.wrap(1000)
    block.wrap(block.width - 1)
    shown = block.glyphs(0, 100)[-1].words
    assert "".join(word.glyphs for word in shown).split() == last


@pytest.mark.sample(4)
@pytest.mark.parametrize("screened", [True, False])
@pytest.mark.parametrize("flags", [(), ("warfarin",), ("under-18",)])
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_pages_set_each_for_itself_lose_no_word(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Whatever style each page of a sheet has, together they say what one style says, once."""
    whole = prepare(publisher(), ask(region, status, *flags, edition="standard", screened=screened))
    layout = typeset.paginate(whole, DRAWN)  # its cards are changed
    named = {item.name for item in layout.items} | {"given"}
    shown = [item for item in layout.items if item.name != "today-page"]
    flow = [item for item in set_leaflet(layout.builder, whole) if item.name in named]
    for item in shown:
        if isinstance(item.flowable, Card):
            item.flowable.week = None  # the days of the strip, where it has no room
    noted: list[Counter[str]] = []
    for items in (shown, flow):
        canvas: Any = _Noted()
        for item in items:
            item.flowable.wrap(layout.builder.width)
            item.flowable.draw(canvas, 0, 0)
        noted.append(canvas.words)
    spaces = [key for key in noted[0] + noted[1] if not key.strip(":? ")]
    for words in noted:
        for key in spaces:
            del words[key]
        # A heading has a colon only where its words run on; a mark is apart where bold ends.
        for key in [key for key in words if key[-1] in ":?"]:
            words[key[:-1]] += words.pop(key)
    assert noted[0] == noted[1]
    assert noted[0].total() > 1000


@pytest.mark.parametrize(("region", "flag"), [("thoracic", "gi-ulcer"), ("lumbar", "warfarin")])
def test_page_1_is_not_white_above_a_part_that_does_not_fit_it(region: str, flag: str) -> None:
    """Its lines are wider apart where the next part stands on page 2."""
    request = ask(region, "chronic", flag, edition="standard", screened=False)
    layout = paginate(prepare(publisher(), request), DRAWN)
    page = layout.builder.style.page
    ends = max(one.top + one.item.height for one in layout.pages[0].placed)
    assert page.bottom - page.top - ends < 60
    assert layout.pages[1].placed[0].item.name in {"heat-cold", "exercises"}


@pytest.mark.parametrize(("region", "status", "flags"), [*COMMON, *SOME_FLAGS])
def test_the_box_of_all_signs_fills_its_page(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """Its lines are wider apart where the page below it would be white."""
    request = ask(region, status, *flags, edition="standard")
    layout = paginate(prepare(publisher(), request), DRAWN)
    page = layout.builder.style.page
    ends = max(top + height for _, top, height in layout.pages[2].frames)
    assert page.bottom - page.top - ends < 80
    assert "today" not in names(region, status, flags)[2]


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_under_18_each_page_has_one_thing_to_know(region: str, status: str) -> None:
    """A full first page, then the emergencies, then what is for today with whose leaflet it is."""
    request = ask(region, status, "under-18", edition="standard")
    layout = paginate(prepare(publisher(), request), DRAWN)
    first, *signs, last = [[one.item for one in page.placed] for page in layout.pages]
    edges = [{item.frame.edge for item in page if item.frame} for page in signs]
    assert {item.name for item in first} == {"top", "emergency", "stop", "today-page"}
    # In the neck, new pain, the emergencies fill their page, and the unit's box is on the next.
    is_full = (region, status) == ("neck", "acute")
    assert edges == ([{3}] if region != "neck" or is_full else [{3}, {3}])
    assert is_full == (3 in {item.frame.edge for item in last if item.frame})
    assert {item.name for item in last} == {"help", "about"}
    page = layout.builder.style.page
    assert white(layout.pages[0], page) < 60
    assert white(layout.pages[-1], page) < 60


def white(page: PageLayout, of: Page) -> float:
    """Return the white above the lines to sign, or below all, in points."""
    ends = [one.top + one.item.height for one in page.placed if not one.item.at_foot]
    ends += [top + height for _, top, height in page.frames]
    feet = [one.top for one in page.placed if one.item.at_foot]
    return min([*feet, of.bottom - of.top]) - max(ends)


def test_a_section_in_two_styles_is_one_element() -> None:
    """A screen reader meets one section of all the signs, the wider page of it included."""
    found = structure(ask("lumbar", "acute", "under-18", edition="standard")).find("Sect")
    assert [one.pages for one in found] == [(1,), (1,), (1,), (1,), (2, 3), (3,)]


@pytest.mark.parametrize("region", ["lumbar", "thoracic", "neck"])
def test_the_sheet_with_the_list_to_tick_is_full(region: str) -> None:
    """Both of its sides have lines as wide apart as they have room for, and count as two.

    The list has two columns, so that a point seldom takes a second line.
    """
    request = ask(region, "acute", edition="standard", screened=False)
    layout = paginate(prepare(publisher(), request), DRAWN)
    page = layout.builder.style.page
    for one in layout.pages[2:4]:
        ends = max(x.top + x.item.height for x in one.placed)
        assert page.bottom - page.top - ends < 60
    lists = [
        one.item.flowable.inner.layout
        for one in layout.pages[2].placed
        if isinstance(one.item.flowable, Indent) and isinstance(one.item.flowable.inner, Columns)
    ]
    assert [one.count for one in lists if one] == [2]
    assert layout.pages[3].head is not None
    assert layout.pages[3].part == (2, 2)


@pytest.mark.parametrize(
    ("region", "status", "flags", "screened"),
    [
        ("neck", "chronic", (), True),
        ("thoracic", "chronic", (), False),
        ("lumbar", "chronic", ("gi-ulcer",), True),
    ],
)
def test_what_is_below_the_signs_fills_the_last_page(
    region: str, status: str, flags: tuple[str, ...], *, screened: bool
) -> None:
    """Its lines are wider apart where the white would be above the lines to sign."""
    request = ask(region, status, *flags, edition="standard", screened=screened)
    layout = paginate(prepare(publisher(), request), DRAWN)
    assert white(layout.pages[-1], layout.builder.style.page) < 60


@pytest.mark.parametrize("flag", ["skin-fragile", "poor-circulation", "inflammatory-arthritis"])
def test_lines_are_wider_apart_where_a_page_would_be_white(flag: str) -> None:
    """Where nobody asked, a page of the list or of the medicines ended a sixth above its foot."""
    request = ask("thoracic", "chronic", flag, edition="standard", screened=False)
    layout = paginate(prepare(publisher(), request), DRAWN)
    assert max(white(page, layout.builder.style.page) for page in layout.pages) < 46


@each_some
def test_the_exercises_stand_on_one_page(region: str, status: str, flags: tuple[str, ...]) -> None:
    """Nobody turns a page between an exercise and when to stop it."""
    pages = names(region, status, flags)
    on = [page for page in pages if any(one.startswith("card ") for one in page)]
    assert len(on) == 1
    assert {"exercises", "stop-rule"} <= set(on[0])


@pytest.mark.parametrize("region", ["neck", "thoracic", "lumbar"])
@pytest.mark.parametrize(
    "flag",
    ["warfarin", "kidney-disease", "liver-disease", "pregnant", "epilepsy", "frail", *OTHERS],
)
def test_how_much_to_take_is_asked_once(region: str, flag: str) -> None:
    """Where a flag says whom to ask how much paracetamol, its own line does not say so again."""
    sections = leaflet(ask(region, "chronic", flag, edition="standard")).sections
    rows = [part for one in sections for part in walk(one.parts) if isinstance(part, Panel)]
    said = " ".join(
        plain(item.runs)
        for row in rows
        if row.kind in {"try", "ask"}
        for part in row.parts
        for item in getattr(part, "items", ())
    )
    assert said.count("how much") == 1
    assert said.lower().count("never take more") == 1


def test_a_sentence_beside_a_heading_starts_right_of_it() -> None:
    """The first line of what stands beside a heading keeps clear of it."""
    request = ask("lumbar", "acute", edition="standard")
    pages = paginate(prepare(publisher(), request), DRAWN).pages
    headed = next(one for page in pages for one in page.placed if one.item.name == "medicines")
    beside = headed.item.flowable.inner.inner  # type: ignore[attr-defined]
    assert beside.text.indent + beside.left >= beside.head.width + 2 * 2.8


@pytest.mark.parametrize("region", ["neck", "thoracic", "lumbar"])
def test_the_name_above_all_the_signs_is_on_one_line(region: str) -> None:
    """The code is not cut off from the word "Code" by the end of a line."""
    request = ask(region, "acute", edition="standard")
    page = paginate(prepare(publisher(), request), DRAWN).pages[2]
    beside = page.placed[0].item.flowable.inner.inner  # type: ignore[attr-defined]
    assert "Code" in beside.text.plain
    assert len(beside.text.glyphs(0, 0)) == 1
    assert beside.drop >= beside.head.leading / 2


def test_on_paper_the_pages_of_all_signs_are_named() -> None:
    """Their numbers take the place of "at the end", which is for a screen."""
    request = ask("lumbar", "acute", edition="standard")
    pages = typeset.paginate(prepare(publisher(), request), DRAWN).pages  # it is changed
    railed = [one.item.flowable for one in pages[0].placed if isinstance(one.item.flowable, Indent)]
    pointer = next(one.inner for one in railed if isinstance(one.inner, PagePointer))
    assert [page[0] for page in names("lumbar", "acute", ())][2] == "help"
    pointer.point([3, 4])
    assert pointer.text
    assert pointer.text.plain.endswith("All warning signs: pages 3 and 4.")


def test_a_leaflet_of_very_many_facts_is_made() -> None:
    """A style in which a part is taller than a page is passed over, not an end of the work."""
    facts = (
        "nsaid-allergy", "liver-disease", "under-18", "diabetes", "glaucoma-or-urine-retention",
        "pacemaker", "skin-fragile", "long-term-steroids", "immunosuppressed", "myasthenia-gravis",
        "overactive-thyroid-or-rhythm", "daily-strong-medicine", "gave-birth-recently", "no-floor",
        "nerve-illness", "bleeding-disorder", "stomach-operation", "aneurysm", "dizziness",
        "pregnant", "cancer-past", "raynauds",
    )  # fmt: skip
    request = ask("lumbar", "acute", *facts, edition="standard")
    assert len(paginate(leaflet(request), DRAWN).pages) <= 8  # four sheets


def test_a_section_is_not_taken_for_one_that_was_dropped() -> None:
    """Orders make sections anew and drop them; each has its own words, whatever its address."""
    request = ask("lumbar", "acute", edition="standard")
    builder = paginate(prepare(publisher(), request), DRAWN).builder
    setting = Setting(builder, SetOnce(leaflet(request)))
    for number in range(20):
        runs = (Run(f"words {number}"),)
        (item,) = setting.items_of(Section(id="given", parts=(Paragraph(kind="body", runs=runs),)))
        assert isinstance(item.flowable, Indent)
        assert isinstance(item.flowable.inner, TextBlock)
        assert item.flowable.inner.plain == f"words {number}"


@pytest.mark.parametrize(
    ("region", "look"),
    [("lumbar", {}), ("thoracic", {}), ("lumbar", {"size": "18"}), ("neck", {"paper": "letter"})],
)
def test_no_point_to_tick_is_read_below_the_heading_of_another_group(
    region: str, look: dict[str, Any]
) -> None:
    """Points in columns of their own below others, on one page, are read on from these."""
    request = ask(region, "acute", edition="standard", screened=False, **look)
    ticked = [
        [
            one
            for one in page.placed
            if one.item.name == "medicines"
            and isinstance(one.item.flowable, Indent)
            and isinstance(one.item.flowable.inner, Columns)
        ]
        for page in paginate(prepare(publisher(), request), DRAWN).pages
    ]
    assert sum(map(len, ticked)) >= 1
    assert all(len(on_page) <= 1 for on_page in ticked)


@pytest.mark.parametrize(
    ("region", "status", "edition"),
    [
        ("lumbar", "acute", "standard"),
        ("lumbar", "chronic", "standard"),
        ("lumbar", "acute", "full"),
    ],
)
def test_no_sign_is_read_below_the_heading_of_another_group(
    region: str, status: str, edition: str
) -> None:
    """A last group in columns of its own, below those of a box, opens the next page."""
    request = ask(region, status, "pregnancy", edition=edition, screened=False)
    for page in paginate(prepare(publisher(), request), DRAWN).pages:
        frames = [
            id(one.item.frame)
            for one in page.placed
            if one.item.frame
            and isinstance(one.item.flowable, Indent)
            and isinstance(one.item.flowable.inner, Columns)
        ]
        assert len(frames) == len(set(frames))


def test_many_facts_about_a_child_are_laid_out_without_exercises() -> None:
    """No exercise is for a child, and nothing is left out or stands elsewhere for want of them."""
    many = ("antiplatelet", "long-term-steroids", "gave-birth-recently", "daily-strong-medicine")
    others = ("under-18", "loose-joints", "drives-or-machinery")
    child = leaflet(ask("lumbar", "chronic", *many, *others, edition="full", screened=False))
    assert "exercises" not in [one.id for one in child.sections]
    placed = [one.item.name for page in paginate(child, DRAWN).pages for one in page.placed]
    assert list(dict.fromkeys(placed)) == [one.id for one in child.sections]
