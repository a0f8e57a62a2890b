"""A leaflet in a real browser: on a phone, on a desk, in the dark, and printed from there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from selenium.webdriver import Chrome

from handouts.leaflet.tree import ItemList, Leaflet, Picture, Table, plain, walk
from handouts.render.html import render_html
from tests.support import leaflets
from tests.support.browser import as_usual, complaints, leave, printed, show, violations

pytestmark = pytest.mark.slow
SIX = (
    "gi-ulcer",
    "blood-thinners",
    "kidney-disease",
    "pregnancy",
    "high-blood-pressure",
    "diabetes",
)
NOTE = "Ring 020 7946 0018, not 999.\nاتصل 020 7946 0018 إذا"
CASES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "lumbar": (("lumbar", "acute"), {"screened": False, "edition": "full"}),
    "standard": (("lumbar", "acute", "pregnancy"), {"edition": "standard", "card": True}),
    "ulcer": (("lumbar", "acute", "gi-ulcer", "age-65-plus"), {"edition": "standard"}),
    "under-18": (("lumbar", "acute", "under-18"), {}),
    "six-flags": (("neck", "chronic", *SIX), {"edition": "full"}),
    "mono": (("thoracic", "acute"), {"mono": True}),
    "large-print": (("neck", "acute", "pregnancy"), {"size": "18", "edition": "full"}),
    "arabic": (("lumbar", "acute"), {"name": "محمد علي", "note": NOTE, "place": "us"}),
}
cases = pytest.mark.parametrize("case", CASES)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the page of each case to a file."""
    folder = tmp_path_factory.mktemp("leaflets")
    files = {case: folder / f"{case}.html" for case in CASES}
    for case, file in files.items():
        file.write_text(render_html(made(case), leaflets.publisher().library.figures), "utf-8")
    return files


@pytest.fixture(autouse=True)
def _usual_window(browser: Chrome) -> Iterator[None]:
    yield
    as_usual(browser)


def made(case: str) -> Leaflet:
    """Compose the leaflet of a case."""
    asked, more = CASES[case]
    return leaflets.leaflet(leaflets.ask(*asked, **more))


@cases
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wrong_at_any_width(
    case: str, width: int, browser: Chrome, pages: dict[str, Path]
) -> None:
    """Chromium complains of nothing, axe finds nothing, and only tables scroll sideways."""
    leave(browser)
    show(browser, pages[case], width)
    assert violations(browser) == []
    assert complaints(browser) == []
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) <= 0


@cases
def test_the_emergency_number_is_a_button(
    case: str, browser: Chrome, pages: dict[str, Path]
) -> None:
    """It stands in a filled band, dials the number, and is as high as a thumb is wide."""
    show(browser, pages[case], 390)
    found = browser.execute_script("""
        return [...document.querySelectorAll("h2 .call, h3 .call")].map((call) => ({
          href: call.getAttribute("href"), height: call.getBoundingClientRect().height,
          text: call.textContent, section: call.closest("section").id,
          band: getComputedStyle(call.parentElement).backgroundColor}))""")
    number = made(case).phones[0]
    assert found[0]["section"] == "emergency"
    assert found[0]["band"] == ("rgb(0, 0, 0)" if case == "mono" else "rgb(163, 18, 26)")
    for one in found:
        assert one["href"] == f"tel:{number}"
        assert one["height"] >= 48
        assert re.fullmatch(rf"[Cc]all\s{number}", one["text"])
    linked = browser.execute_script(
        "return [...document.querySelectorAll('.clinician a')].map((a) => a.href)"
    )
    assert linked == []  # what a clinician writes is never taken for a number to call


@cases
def test_all_signs_are_one_touch_away(case: str, browser: Chrome, pages: dict[str, Path]) -> None:
    """The link stays on top of a phone's screen, and jumps to the heading, which it leaves free."""
    show(browser, pages[case], 390)
    browser.execute_script("window.scrollTo(0, 3000)")
    link = "document.querySelector('.jump a')"
    assert abs(browser.execute_script(f"return {link}.getBoundingClientRect().top")) <= 1
    assert browser.execute_script(f"return {link}.getBoundingClientRect().height") >= 48
    browser.execute_script(f"{link}.click()")
    head, below = browser.execute_script(
        "return [document.querySelector('#help h2').getBoundingClientRect().top,"
        f" {link}.getBoundingClientRect().bottom]"
    )
    assert below <= head < 400


@cases
def test_drawings_fill_a_phone(case: str, browser: Chrome, pages: dict[str, Path]) -> None:
    """Each drawing is as wide as its column, and has the words of the leaflet's own picture."""
    show(browser, pages[case], 390)
    found = browser.execute_script("""
        const wide = (one) => one.getBoundingClientRect().width;
        return [...document.querySelectorAll(".card figure svg")].map((svg) => [
          svg.getAttribute("aria-label"), wide(svg) / wide(svg.closest(".card"))])""")
    parts = [part for section in made(case).sections for part in walk(section.parts)]
    assert [alt for alt, _ in found] == [part.alt for part in parts if isinstance(part, Picture)]
    assert bool(found) == (case != "under-18")
    assert all(share >= 0.9 for _, share in found)


NAMES = """
    return [...document.querySelectorAll("input")].map((box) => ({
      name: box.getAttribute("aria-label") || box.labels[0].textContent.trim(),
      wide: box.getBoundingClientRect().width, high: box.getBoundingClientRect().height,
      target: box.labels[0].getBoundingClientRect().height, ticked: box.checked}))"""


@pytest.mark.parametrize("case", ["lumbar", "standard", "large-print"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_each_box_to_tick_has_a_name_and_is_large(
    case: str, width: int, browser: Chrome, pages: dict[str, Path]
) -> None:
    """A box of a list is named by its words, one of the week by exercise and day, in order."""
    show(browser, pages[case], width)
    parts = [part for section in made(case).sections for part in walk(section.parts)]
    wanted: list[str] = []
    for part in parts:
        if isinstance(part, ItemList) and part.kind == "ticks":
            wanted += [plain(item.runs) for item in part.items]
        elif isinstance(part, Table) and part.kind == "week":
            wanted += [f"{row[0]}, {day}" for row in part.rows for day in part.head[1:]]
    boxes = browser.execute_script(NAMES)
    assert [one["name"] for one in boxes] == wanted
    assert any(name.endswith(", Mon") for name in wanted)
    assert len({*wanted}) == len(wanted)
    assert all(min(one["wide"], one["high"]) >= 24 for one in boxes)
    assert all(one["target"] >= 44 for one in boxes)
    frame = "const one = document.querySelector('table.week').parentElement;"
    assert browser.execute_script(f"{frame} return one.scrollWidth <= one.clientWidth")


def test_a_touch_on_the_words_ticks_and_is_forgotten(
    browser: Chrome, pages: dict[str, Path]
) -> None:
    """A label ticks its box without a script, axe finds nothing then, and nothing is stored."""
    leave(browser)
    show(browser, pages["lumbar"], 390)
    words = "document.querySelector('.ticks label span')"
    browser.execute_script(f"{words}.click()")
    browser.execute_script("document.querySelector('td label').click()")
    assert [one["ticked"] for one in browser.execute_script(NAMES)].count(True) == 2
    assert violations(browser) == []
    assert browser.execute_script("return document.cookie") == ""
    show(browser, pages["lumbar"], 390)
    assert not any(one["ticked"] for one in browser.execute_script(NAMES))


def test_what_is_ticked_prints_and_a_week_prints_empty_cells(
    browser: Chrome, pages: dict[str, Path]
) -> None:
    """A list prints its boxes as the sheet does; a cell of the week is a box by itself."""
    show(browser, pages["lumbar"], 1280)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    edges = browser.execute_script("""
        document.querySelector("td input").checked = true;
        const edge = (one) => getComputedStyle(one).borderTopColor;
        return [edge(document.querySelector(".ticks input")),
          edge(document.querySelector("td input")),
          getComputedStyle(document.querySelector("td input"), "::before").borderRightColor,
          getComputedStyle(document.querySelector(".contents")).display]""")
    assert edges == ["rgb(20, 33, 43)", "rgba(0, 0, 0, 0)", "rgb(20, 33, 43)", "none"]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@cases
def test_each_section_is_one_touch_away(case: str, browser: Chrome, pages: dict[str, Path]) -> None:
    """Below what is urgent, a link as high as a thumb leads to each section that has a heading."""
    show(browser, pages[case], 390)
    found = browser.execute_script("""
        return [...document.querySelectorAll(".contents a")].map((link) => ({
          text: link.textContent, high: link.getBoundingClientRect().height,
          head: document.querySelector(`${link.getAttribute("href")} h2`).textContent.trim()}))""")
    heads = browser.execute_script("""
        return [...document.querySelectorAll("section:not(#emergency) h2")]
          .map((one) => one.textContent.trim())""")
    assert [one["text"] for one in found] == heads
    assert [one["head"] for one in found] == heads
    assert all(one["high"] >= 44 for one in found)
    above = "return document.querySelector('.contents').previousElementSibling.id"
    assert browser.execute_script(above) == "emergency"


def test_tables_and_short_lists_have_all_of_the_width(
    browser: Chrome, pages: dict[str, Path]
) -> None:
    """A phone shows the whole week to tick; in print a list of one group is as wide as its box."""
    show(browser, pages["standard"], 360)
    assert browser.execute_script("""
        const frame = document.querySelector("table.week").parentElement;
        return frame.scrollWidth <= frame.clientWidth""")
    show(browser, pages["standard"], 1280)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.execute_script("""
        const wide = (one) => one.getBoundingClientRect().width;
        const groups = [...document.querySelectorAll(".group:only-child")];
        return groups.length && groups.every((one) => wide(one) > 0.9 * wide(one.parentElement))""")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("case", ["standard", "ulcer"])
def test_on_a_screen_the_signs_for_today_are_there_once(
    case: str, browser: Chrome, pages: dict[str, Path]
) -> None:
    """The short list is for the sheet to act on; on a screen the whole list is one touch away."""
    show(browser, pages[case], 390)
    assert browser.execute_script("""
        return [...document.querySelectorAll("div.today")].map((one) => one.offsetHeight > 0)
        """) == [False, True]
    link = browser.execute_script("return document.querySelector('.pointer a').hash")
    assert link == "#help"


def test_one_sheet_shows_its_only_list_for_today_on_a_screen(
    browser: Chrome, tmp_path: Path
) -> None:
    """It has no list of all the signs that the short one would repeat."""
    asked = leaflets.ask("lumbar", "acute", "gi-ulcer", edition="sheet", exercises=("knee-rolls",))
    sheet = leaflets.leaflet(asked)
    file = tmp_path / "sheet.html"
    file.write_text(render_html(sheet, leaflets.publisher().library.figures), "utf-8")
    show(browser, file, 390)
    assert browser.execute_script("return document.querySelector('#today').offsetHeight > 0")


@pytest.mark.parametrize("case", ["arabic", "mono"])
def test_facts_stand_before_the_steps_on_one_line(
    case: str, browser: Chrome, pages: dict[str, Path]
) -> None:
    """How long and how often: on a wide screen in one line below the name, each with an icon."""
    show(browser, pages[case], 1280)
    cards = browser.execute_script("""
        return [...document.querySelectorAll(".card")].map((card) => ({
          tops: [...new Set([...card.querySelectorAll(".dosage li")].map((li) => li.offsetTop))],
          icons: card.querySelectorAll(".dosage li > svg.icon").length,
          facts: card.querySelectorAll(".dosage li").length,
          above: card.querySelector(".dosage").getBoundingClientRect().bottom
            <= card.querySelector(".steps").getBoundingClientRect().top}))""")
    assert cards
    for card in cards:
        assert len(card["tops"]) == 1
        assert card["icons"] == card["facts"] > 1
        assert card["above"]


def test_it_stays_dark_on_white_in_the_dark(browser: Chrome, pages: dict[str, Path]) -> None:
    """A phone that is set to dark shows the leaflet as it was reviewed."""
    show(browser, pages["lumbar"], 390, dark=True)
    assert browser.execute_script("return matchMedia('(prefers-color-scheme: dark)').matches")
    colours = browser.execute_script(
        "const style = getComputedStyle(document.body); return [style.color, style.backgroundColor,"
        " getComputedStyle(document.documentElement).colorScheme]"
    )
    assert colours == ["rgb(20, 33, 43)", "rgb(255, 255, 255)", "light only"]
    assert violations(browser) == []


@pytest.mark.parametrize("case", ["lumbar", "ulcer", "six-flags", "large-print"])
def test_it_prints_with_its_heads(case: str, browser: Chrome, pages: dict[str, Path]) -> None:
    """DRAFT is on every sheet, no head is left behind, and a long box repeats its own overleaf."""
    show(browser, pages[case], 1280)
    heads = browser.execute_script(
        "return [...document.querySelectorAll('h1, h2, h3, h4')].map((one) => one.textContent)"
    )
    rows = browser.execute_script(
        "return [...document.querySelectorAll('th')].map((one) => one.textContent.trim())"
    )
    every = browser.execute_script("return document.querySelector('.warnings h3').textContent")
    last = browser.execute_script("return document.querySelector('.warnings').innerText")
    document = pypdfium2.PdfDocument(printed(browser))
    sheets = [_plain(page.get_textpage().get_text_range()) for page in document]
    assert len(sheets) > 4
    leaflet = made(case)
    for sheet in sheets:
        assert leaflet.draft in sheet
        words, _, _ = sheet.rpartition(leaflet.draft)
        # The last row of the week to tick is named as the last exercise.
        left = [
            one for one in map(_plain, heads) if not ("Tick when done" in sheet and one in rows)
        ]
        assert not words.strip().endswith(tuple(left))
    assert "When to get help" not in sheets[0].split(_plain(heads[1]))[0]  # the jump is not printed
    signs = [line for line in map(_plain, last.splitlines()) if line.startswith("You ")]
    holds = [sheet for sheet in sheets if sum(sign in sheet for sign in signs) > 3]
    assert len(holds) > (0 if case in {"lumbar", "ulcer"} else 1)
    assert all(_plain(every) in sheet for sheet in holds[1:])
    if leaflet.look.edition == "standard":  # the first sheet of its box has the heading of them all
        assert "When to get help" in next(sheet for sheet in holds if _plain(every) in sheet)


def _plain(text: str) -> str:
    return " ".join(text.split())
