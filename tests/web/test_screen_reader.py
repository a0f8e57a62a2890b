"""What a screen reader is given: names, roles, an order to read in, and news that are short."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.support.browser import LEAVES
from tests.support.page_server import PageServer

pytestmark = pytest.mark.slow
PATIENCE = 60
CONTROLS = {
    "button", "checkbox", "combobox", "link", "radio", "spinbutton", "textbox", "Date",
    "DisclosureTriangle", "Iframe",
}  # fmt: skip
OPENED = "for (const one of document.querySelectorAll('details')) one.open = true"
NEWS = """
window.news = [];
const kinds = "[role=status], [role=alert], [aria-live]";
new MutationObserver((changes) => {
  for (const one of changes) {
    const place = (one.target.closest ? one.target : one.target.parentElement)?.closest(kinds);
    const words = [...one.addedNodes].map((node) => node.textContent).join(" ").trim();
    if (place && words) window.news.push([place.id, words]);
  }
}).observe(document.body, {childList: true, subtree: true, characterData: true});
"""
"""Notes what is put into the places whose changes are read out."""
LOST_ONCE = """
const real = fetch;
let left = 1;
window.fetch = (path, ...more) =>
  path === "/api/lists/state" && left-- > 0 ? Promise.reject(new TypeError()) : real(path, ...more);
"""
"""Lets the server be away once while leaflets are made."""
STOPS = "main :is(p, li)[tabindex='0']"
LIST = "region,status,flags,name\nlumbar,acute,gi-ulcer,Ann Able\nnek,acute,,Bob Bell\n"


def said(node: dict[str, Any], key: str) -> str:
    """Return the name or the role of a node."""
    return str(node.get(key, {}).get("value", "")).strip()


def tree(browser: Chrome) -> Iterator[dict[str, Any]]:
    """Yield what the browser tells a screen reader, in the order in which it is read."""
    found = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    by_id = {one["nodeId"]: one for one in found}

    def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if not node.get("ignored"):
            yield node
        for child in node.get("childIds", ()):
            if child in by_id:
                yield from walk(by_id[child])

    yield from walk(found[0])


def controls(browser: Chrome) -> list[tuple[str, str]]:
    """Return the role and the name of everything that can be used."""
    return [
        (said(one, "role"), said(one, "name")) for one in tree(browser)
        if said(one, "role") in CONTROLS
    ]  # fmt: skip


def news(browser: Chrome) -> list[tuple[str, str]]:
    """Return what was read out since the last time, and where it stands."""
    heard = browser.execute_script("const all = window.news; window.news = []; return all")
    return [(place, words) for place, words in heard]


def keys(browser: Chrome, *pressed: str) -> None:
    """Press keys where the focus is."""
    ActionChains(browser).send_keys(*pressed).perform()


def click(browser: Chrome, chosen: str) -> None:
    """Click on something, wherever it stands."""
    element = browser.find_element(By.CSS_SELECTOR, chosen)
    browser.execute_script("arguments[0].click()", element)


def until(browser: Chrome, ident: str, words: str) -> None:
    """Wait until some words stand in a place."""
    WebDriverWait(browser, PATIENCE).until(
        lambda one: words in (one.find_element(By.ID, ident).get_attribute("textContent") or "")
    )


def focused(browser: Chrome) -> str:
    """Return the name of what has the focus."""
    return browser.switch_to.active_element.accessible_name


def test_a_leaflet_can_be_made_by_ear(browser: Chrome, server: PageServer) -> None:
    """Each control has a role and a name of its own; an answer says only what changed, shortly."""
    browser.get("about:blank")
    browser.set_window_size(1400, 950)
    browser.get(server.address)
    until(browser, "count", "questions")
    roles = [(said(one, "role"), said(one, "name")) for one in tree(browser)]
    assert not any("invalid" in str(one["properties"]) and prop["value"].get("value") == "true"
                   for one in tree(browser) if said(one, "role") == "radio"
                   for prop in one["properties"] if prop["name"] == "invalid")  # fmt: skip
    order = ["Make a leaflet", "Where does it hurt?", "How long?", "Questions", "The leaflet"]
    places = [next(i for i, (_, name) in enumerate(roles) if i and name == one) for one in order]
    assert places == sorted(places)
    browser.execute_script(NEWS)
    click(browser, "[name=region][value=lumbar]")
    click(browser, "[name=status][value=acute]")
    assert browser.find_elements(By.CSS_SELECTOR, ".card.on")
    until(browser, "state-sides", "side")
    assert [place for place, _ in news(browser)].count("state") <= 4
    click(browser, "[name=answer-gi-ulcer][value=yes]")
    until(browser, "state-changes", "changed")
    until(browser, "state-sides", "side")
    heard = news(browser)
    assert [place for place, _ in heard] == ["state", "state"]
    assert heard[0][1].startswith("The last answer changed ")
    assert heard[1][1].endswith(" sides.")
    browser.find_element(By.ID, "words").send_keys("71, antidepressant, wafarin", Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(
        lambda one: len(one.find_elements(By.CSS_SELECTOR, "#heard li")) == 3
    )
    assert focused(browser).startswith("Age, illnesses, medicines")
    browser.execute_script(OPENED)
    for exercise in ("pelvic-tilt", "belly-breathing"):
        click(browser, f"[name=exercises][value={exercise}]")
    news(browser)
    later = browser.find_element(By.CSS_SELECTOR, "#chosen li:first-child [aria-label^=Later]")
    later.send_keys(Keys.SPACE)
    assert ("moved", "Pelvic tilt is number 2 of 2.") in news(browser)
    assert focused(browser) == "Earlier: Pelvic tilt"
    found = controls(browser)
    assert {role for role, _ in found} >= CONTROLS - {"link"}
    assert [one for one in found if not one[1]] == []
    buttons = Counter(name for role, name in found if role == "button")
    assert [name for name, count in buttons.items() if count > 1] == []


def show_a_leaflet(browser: Chrome, server: PageServer) -> None:
    """Open the page anew, and ask for new neck pain."""
    browser.get("about:blank")
    browser.get(server.address)
    until(browser, "count", "questions")
    click(browser, "[name=region][value=neck]")
    click(browser, "[name=status][value=acute]")
    until(browser, "state-leaflet", "Neck")


def test_the_lines_of_a_leaflet_are_one_stop(browser: Chrome, server: PageServer) -> None:
    """Tab goes past the leaflet in one step; the arrow keys go through it, and Enter says why."""
    show_a_leaflet(browser, server)
    browser.switch_to.frame("text")
    stops = browser.find_elements(By.CSS_SELECTOR, STOPS)
    assert len(stops) == 1
    stops[0].send_keys(Keys.ARROW_DOWN)
    second = browser.switch_to.active_element
    assert second != stops[0]
    assert browser.find_elements(By.CSS_SELECTOR, STOPS) == [second]
    keys(browser, Keys.ENTER)
    browser.switch_to.default_content()
    WebDriverWait(browser, PATIENCE).until(
        lambda one: one.find_elements(By.CSS_SELECTOR, "#reasons dt")
    )
    assert browser.find_element(By.ID, "reasons").get_attribute("aria-live") == "polite"


def test_a_note_that_is_too_long_is_not_cut_off(browser: Chrome, server: PageServer) -> None:
    """All of a pasted note is kept, and refused with its length, as its end may be what matters."""
    show_a_leaflet(browser, server)
    note = browser.find_element(By.ID, "note")
    browser.execute_script("arguments[0].closest('details').open = true", note)
    browser.execute_script("arguments[0].focus()", note)
    browser.execute_cdp_cmd("Input.insertText", {"text": "Rest well, and come back. " * 30})
    until(browser, "note-says", "179 too many")
    keys(browser, Keys.TAB)
    until(browser, "faults", "The note has 779 characters")
    assert browser.find_element(By.ID, "state").text == "No leaflet"


def test_an_old_leaflet_does_not_look_like_the_new_one(browser: Chrome, server: PageServer) -> None:
    """While an answer takes long, what is shown is dimmed and said to be changing."""
    show_a_leaflet(browser, server)
    slow = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", slow)
    click(browser, "[name=answer-gi-ulcer][value=yes]")
    until(browser, "state-leaflet", "is being changed")
    assert browser.find_elements(By.CSS_SELECTOR, "#text.old")
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", slow | {"latency": 0})
    until(browser, "state-leaflet", "Neck")
    assert not browser.find_elements(By.CSS_SELECTOR, "#text.old")


def test_a_list_is_mended_by_ear(browser: Chrome, server: PageServer, tmp_path: Path) -> None:
    """The wrong cell is found, said to be wrong and why; mended, its row says what it gets."""
    path = tmp_path / "morning.csv"
    path.write_text(LIST, encoding="utf-8")
    browser.get("about:blank")
    browser.get(server.address.replace("/#", "/lists#"))
    browser.find_element(By.ID, "file").send_keys(str(path))
    until(browser, "state", "1 row gets a leaflet, 1 does not")
    assert [one for one in controls(browser) if not one[1]] == []
    click(browser, "#next-fault")
    WebDriverWait(browser, PATIENCE).until(lambda one: focused(one) == "region, row 3")
    cell = browser.switch_to.active_element
    assert cell.get_attribute("aria-invalid") == "true"
    why = browser.find_element(By.ID, cell.get_attribute("aria-describedby") or "")
    assert "did you mean" in why.text
    cell.send_keys(Keys.CONTROL, "a")
    cell.send_keys("neck", Keys.TAB)
    until(browser, "mended", "Row 3: Neck.")
    assert focused(browser) == "status, row 3"
    assert browser.find_elements(By.CSS_SELECTOR, "td [aria-invalid]") == []
    assert browser.execute_script(LEAVES)  # what was mended is not lost without a question
    click(browser, "#close")
    until(browser, "state", "The list is closed")
    assert not browser.execute_script(LEAVES)
    assert focused(browser).startswith("Drop a spreadsheet here")
    path.write_text(LIST.replace("nek", "neck"), encoding="utf-8")
    picker = browser.find_element(By.ID, "file")
    browser.execute_script("arguments[0].dispatchEvent(new MouseEvent('click'))", picker)
    picker.send_keys(str(path))  # the same file, saved anew
    until(browser, "state", "2 rows get a leaflet")
    browser.execute_script(LOST_ONCE)
    click(browser, "#zip")
    until(browser, "faults", "does not answer")
    until(browser, "state", "leaflets.zip is saved")
    assert browser.find_element(By.ID, "faults").text == ""
    assert focused(browser) == "A file for each row (ZIP)"
