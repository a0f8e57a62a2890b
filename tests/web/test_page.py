"""A person makes a leaflet on the page, in a real browser."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.support.browser import LEAVES, chromium, complaints, leave, printed, violations
from tests.support.page_server import PageServer

PATIENCE = 60
EXERCISES = ("pelvic-tilt", "belly-breathing")


def state(browser: Chrome) -> str:
    """Return what the page says of the leaflet."""
    return browser.find_element(By.ID, "state").text


def until_said(browser: Chrome, words: str) -> None:
    """Wait until the page says some words of the leaflet."""
    WebDriverWait(browser, PATIENCE).until(lambda one: words in state(one))


def heard_by(browser: Chrome) -> list[str]:
    """Return what the page says of the words that were typed."""
    found: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('#heard li')].map((one) => one.innerText)"
    )
    return found


def choose(browser: Chrome, name: str, value: str) -> None:
    """Choose a radio button by its name and value, wherever it stands."""
    radio = browser.find_element(By.CSS_SELECTOR, f"[name='{name}'][value='{value}']")
    browser.execute_script("arguments[0].click()", radio)


@pytest.fixture
def page(browser: Chrome, server: PageServer) -> Chrome:
    """The page, freshly opened."""
    leave(browser)
    browser.set_window_size(1400, 950)
    browser.get(server.address)
    WebDriverWait(browser, PATIENCE).until(lambda one: one.find_element(By.ID, "count").text)
    return browser


@pytest.mark.slow
def test_words_make_a_leaflet(page: Chrome, server: PageServer, downloads: Path) -> None:
    """Region, status and a few words give the leaflet, its pages, and the PDF of the command."""
    page.find_element(By.CSS_SELECTOR, ".zone[data-region=lumbar]").click()
    choose(page, "status", "acute")
    page.find_element(By.ID, "words").send_keys("warfarin, antidepressant, 40", Keys.ENTER)
    WebDriverWait(page, PATIENCE).until(lambda one: len(heard_by(one)) == 3)
    heard = heard_by(page)
    assert heard[0].startswith("warfarin: ")
    assert "?" in heard[1]
    page.find_element(By.ID, "words").send_keys("low platelets", Keys.ENTER)
    WebDriverWait(page, PATIENCE).until(lambda one: "platelets" in heard_by(one)[0])
    assert heard_by(page)[1:] == heard[1:]  # a question stands until it is answered
    until_said(page, "Typed and not answered: antidepressant, 40.")
    for no in page.find_elements(By.CSS_SELECTOR, "#heard [aria-label^=No]"):
        no.click()
    page.find_element(By.ID, "words").send_keys("low platelets", Keys.ENTER)
    WebDriverWait(page, PATIENCE).until(lambda one: len(heard_by(one)) == 1)
    choose(page, "answer-bleeding-disorder", "")
    page.find_element(By.ID, "as-pages").click()
    until_said(page, "side")
    assert "Typed and not answered" not in state(page)
    pages = page.find_element(By.ID, "pages")
    WebDriverWait(page, PATIENCE).until(
        lambda _: (pages.get_attribute("src") or "").startswith("blob:")
    )
    page.find_element(By.ID, "save").click()
    saved = downloads / f"lumbar-acute-{datetime.now().date().isoformat()}.pdf"  # noqa: DTZ005 - as a leaflet
    WebDriverWait(page, PATIENCE).until(lambda _: saved.is_file())
    wanted = {"region": "lumbar", "status": "acute", "flags": ["warfarin"]}
    assert saved.read_bytes() == server.post("/api/leaflet", wanted).body
    assert complaints(page) == []
    assert not page.execute_script(LEAVES)
    choose(page, "answer-asthma", "yes")
    assert page.execute_script(LEAVES)  # what was answered since is not lost without a question
    page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    until_said(page, "Choose where it hurts")
    assert not page.execute_script(LEAVES)


@pytest.mark.slow
def test_a_word_for_a_broad_flag_is_kept_and_shown(page: Chrome) -> None:
    """A word that cannot say which kind answers the broad question, which is hidden until then."""
    broad = page.find_element(By.CSS_SELECTOR, "[data-flag=blood-thinners]")
    assert broad.get_attribute("hidden")
    page.find_element(By.CSS_SELECTOR, ".zone[data-region=lumbar]").click()
    choose(page, "status", "acute")
    page.find_element(By.ID, "words").send_keys("anticoagulant", Keys.ENTER)
    WebDriverWait(page, PATIENCE).until(lambda _: broad.is_displayed())
    assert broad.find_element(By.CSS_SELECTOR, "[value=yes]").is_selected()
    assert complaints(page) == []


@pytest.mark.slow
def test_the_file_that_is_saved_can_be_locked(page: Chrome, downloads: Path) -> None:
    """Two passwords that differ save nothing; the same one twice locks the file, once."""
    choose(page, "region", "thoracic")
    choose(page, "status", "acute")
    until_said(page, "Upper back")
    page.execute_script("document.getElementById('lock').open = true")
    password, again = (page.find_element(By.ID, one) for one in ("password", "password-again"))
    password.send_keys("three good words")
    again.send_keys("three good wordz")
    page.find_element(By.ID, "save").click()
    assert "differ" in page.find_element(By.ID, "faults").text
    assert violations(page) == []
    again.send_keys(Keys.BACKSPACE, "s")
    page.find_element(By.ID, "save").click()
    until_said(page, "opens with the password only")
    saved = downloads / f"thoracic-acute-{datetime.now().date().isoformat()}.pdf"  # noqa: DTZ005 - as a leaflet
    WebDriverWait(page, PATIENCE).until(lambda _: saved.is_file())
    assert PdfReader(saved).is_encrypted
    assert (password.get_attribute("value"), again.get_attribute("value")) == ("", "")


@pytest.mark.slow
def test_exercises_have_an_order_and_a_dose(page: Chrome, server: PageServer) -> None:
    """In another order, with a dose, they give the leaflet of the command; a code is of nobody."""
    choose(page, "region", "lumbar")
    choose(page, "status", "acute")
    first, second = EXERCISES
    for one in EXERCISES:
        choose(page, "exercises", one)
    page.execute_script("document.getElementById('chosen').closest('details').open = true")
    later = page.find_element(By.CSS_SELECTOR, "#chosen li:first-child button[aria-label^=Later]")
    later.send_keys(Keys.SPACE)
    label = page.switch_to.active_element.get_attribute("aria-label") or ""
    assert label.startswith("Earlier: ")
    numbers = page.find_elements(By.CSS_SELECTOR, "#chosen li:first-child input")
    numbers[1].send_keys("2", Keys.TAB)
    until_said(page, "No leaflet")
    assert "how many times" in page.find_element(By.ID, "faults").text
    numbers[0].send_keys("4", Keys.TAB)
    until_said(page, "Low back")
    on_paper = PdfReader(io.BytesIO(printed(page))).pages
    assert "not the leaflet" in on_paper[0].extract_text()  # what the browser prints of the page
    assert len(on_paper) == 1
    assert page.switch_to.active_element == numbers[1]
    assert violations(page) == []
    page.switch_to.frame("text")
    shown = page.find_element(By.TAG_NAME, "main").text
    page.switch_to.default_content()
    wanted = {"region": "lumbar", "status": "acute", "exercises": [second, first]}
    wanted["doses"] = [f"{second}=4x2"]
    code = server.post("/api/preview", wanted).record["code"]
    assert code in shown
    page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    assert page.find_elements(By.CSS_SELECTOR, "#chosen li") == []
    choose(page, "region", "neck")
    choose(page, "status", "acute")
    name = page.find_element(By.ID, "name")
    page.execute_script("arguments[0].closest('details').open = true", name)
    name.send_keys("Ann Able", Keys.TAB)
    until_said(page, "Neck muscle spasm, for Ann Able.")
    field = page.find_element(By.ID, "code")
    page.execute_script("arguments[0].closest('details').open = true", field)
    field.send_keys(code, Keys.ENTER)
    until_said(page, "Low back")
    again = page.find_elements(By.CSS_SELECTOR, "#chosen li:first-child input")
    assert [one.get_attribute("value") for one in again[:2]] == ["4", "2"]
    assert name.get_attribute("value") == ""  # it may be that of the patient before
    assert "Taken out" in page.find_element(By.ID, "code-says").text


@pytest.mark.slow
def test_answering_everything_counts_as_asked(page: Chrome) -> None:
    """No to every group, and the leaflet is one of a patient who was asked about all."""
    choose(page, "region", "neck")
    choose(page, "status", "chronic")
    until_said(page, "Not asked about all")
    for button in page.find_elements(By.CSS_SELECTOR, "button.none"):
        page.execute_script("arguments[0].click()", button)
    until_said(page, "Asked about all")
    choose(page, "answer-gi-ulcer", "")
    until_said(page, "Not asked about all")


@pytest.mark.slow
def test_what_the_last_answer_changed_is_marked(page: Chrome) -> None:
    """A new fact marks the lines that came with it, and the sentence says why it is there."""
    choose(page, "region", "lumbar")
    choose(page, "status", "acute")
    until_said(page, "Low back")
    choose(page, "answer-gi-ulcer", "yes")
    until_said(page, "The last answer changed")
    page.switch_to.frame("text")
    fresh = page.find_elements(By.CSS_SELECTOR, ".new")
    assert any("ulcer" in one.text for one in fresh)
    fresh[0].send_keys(Keys.ENTER)
    page.switch_to.default_content()
    WebDriverWait(page, PATIENCE).until(
        lambda one: one.find_elements(By.CSS_SELECTOR, "#reasons dt")
    )
    assert "gi-ulcer" in page.find_element(By.ID, "reasons").text


@pytest.mark.slow
def test_facts_that_contradict_are_said(page: Chrome) -> None:
    """A refusal stands on the page in words, where a phone shows it, and no leaflet beside it."""
    choose(page, "region", "lumbar")
    choose(page, "status", "acute")
    choose(page, "answer-under-18", "yes")
    until_said(page, "Low back")
    choose(page, "answer-age-65-plus", "yes")
    until_said(page, "No leaflet")
    faults = page.find_element(By.ID, "faults")
    assert "cannot go with" in faults.text
    page.set_window_size(390, 844)
    page.execute_script("scrollTo(0, 0)")
    place = page.execute_script("return arguments[0].getBoundingClientRect().bottom", faults)
    assert place < page.execute_script("return innerHeight")
    page.switch_to.frame("text")
    assert page.find_element(By.TAG_NAME, "main").text == ""
    page.switch_to.default_content()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1400, 950), (390, 844), (320, 640)])
def test_axe_finds_nothing(page: Chrome, width: int, height: int) -> None:
    """No violation on any size of screen (320 is a wide one at 400 %), empty and filled."""
    page.set_window_size(width, height)
    assert violations(page) == []
    choose(page, "region", "lumbar")
    choose(page, "status", "acute")
    page.find_element(By.ID, "words").send_keys("gout, warfarin, xyzzy", Keys.ENTER)
    until_said(page, "Low back")
    page.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    assert violations(page) == []
    wide = page.execute_script("return document.documentElement.scrollWidth")
    assert wide <= page.execute_script("return innerWidth")


@pytest.mark.slow
def test_the_keyboard_is_enough(page: Chrome) -> None:
    """With Tab, arrows, space and Enter alone a leaflet is made."""
    page.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    for _ in range(12):
        if page.switch_to.active_element.get_attribute("name") == "region":
            break
        page.switch_to.active_element.send_keys(Keys.TAB)
    page.switch_to.active_element.send_keys(Keys.SPACE)
    page.switch_to.active_element.send_keys(Keys.TAB)
    assert page.switch_to.active_element.get_attribute("name") == "status"
    page.switch_to.active_element.send_keys(Keys.SPACE)
    until_said(page, "Neck")


DROPPED = """
const carried = new DataTransfer();
carried.items.add(new File([arguments[1]], arguments[0]));
const told = {dataTransfer: carried, cancelable: true, bubbles: true};
const drop = new DragEvent("drop", told);
document.body.dispatchEvent(drop);
return drop.defaultPrevented;
"""
"""Drops a file of a name and a text, and says whether the page took it from the browser."""


SLOW_FIRST = """
const real = fetch;
let opened = 0;
window.late = false;
window.fetch = async (path, ...more) => {
  const answer = await real(path, ...more);
  if (path === "/api/lists/close" && opened) setTimeout(() => { window.late = true; }, 100);
  const slow = path === "/api/lists/open" && opened++ === 0;
  if (slow) await new Promise((done) => setTimeout(done, 4000));
  return answer;
};
"""
"""Makes the answer for the first list that is opened come after that for the second."""


@pytest.mark.slow
def test_a_dropped_file_replaces_no_page(page: Chrome, server: PageServer) -> None:
    """Beside its place it is refused, on the leaflet too; of two lists the later one is open."""
    assert page.execute_script(DROPPED, "a.pdf", "%PDF-1.7")
    assert "cannot be dropped here" in page.find_element(By.ID, "faults").text
    page.switch_to.frame("text")
    assert page.execute_script(DROPPED, "a.pdf", "%PDF-1.7")
    page.switch_to.default_content()
    page.get(server.address.replace("/#", "/lists#"))
    WebDriverWait(page, PATIENCE).until(lambda one: one.find_elements(By.CSS_SELECTOR, ".scripts"))
    text = "region,status,flags\nneck,acute,\n"
    page.execute_script(SLOW_FIRST)
    assert page.execute_script(DROPPED, "yesterday.csv", text + "neck,acute,\n")
    assert page.execute_script(DROPPED, "morning.csv", text)
    until_said(page, "1 row gets a leaflet")
    WebDriverWait(page, PATIENCE).until(lambda one: one.execute_script("return late"))
    assert "1 row gets a leaflet" in state(page)
    assert page.find_element(By.ID, "faults").text == ""


@pytest.mark.slow
def test_a_page_of_an_earlier_run_says_so(page: Chrome, server: PageServer) -> None:
    """With the secret of another run the page says what happened, and what to do."""
    page.get("about:blank")
    page.get(f"{server.address[:-6]}before")
    WebDriverWait(page, PATIENCE).until(lambda one: one.find_element(By.ID, "count").text)
    choose(page, "region", "neck")
    choose(page, "status", "acute")
    until_said(page, "No leaflet")
    assert "was started anew" in page.find_element(By.ID, "faults").text


@pytest.mark.slow
def test_without_scripts_the_form_still_works(folder: Path, server: PageServer) -> None:
    """A browser that runs no script shows a form whose answer is the leaflet."""
    with chromium(folder, folder, scripts=False) as browser:
        browser.set_window_size(1400, 950)
        browser.get(server.address)
        assert not browser.find_element(By.ID, "print").is_displayed()
        browser.find_element(By.CSS_SELECTOR, "[name=region][value=lumbar]").click()
        browser.find_element(By.CSS_SELECTOR, "[name=status][value=acute]").click()
        first = browser.current_window_handle
        browser.find_element(By.CSS_SELECTOR, "button.main").click()
        WebDriverWait(browser, PATIENCE).until(lambda one: len(one.window_handles) > 1)
        other = next(one for one in browser.window_handles if one != first)
        browser.switch_to.window(other)
        WebDriverWait(browser, PATIENCE).until(lambda one: one.current_url.endswith("/leaflet"))
        assert browser.find_element(By.TAG_NAME, "body").text == ""  # a refusal has words
