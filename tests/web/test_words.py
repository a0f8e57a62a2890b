"""The owner of the words sees them as they are on the disk, and reviewers say yes or no."""

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from handouts.content.load import content_folder
from handouts.web.author_desk import AuthorDesk
from tests.support.browser import printed, violations
from tests.support.page_server import PageServer, serving

PATIENCE = 60
UNIT = "pelvic-tilt"
PROFILE = f"""presets:
  frail:
    region: lumbar
    status: chronic
    size: 16
    flags: [frail]
    exercises: [{UNIT}]
"""
BY = {"by": "Dr A. Jones", "role": "consultant physiotherapist"}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Content of a service's own."""
    folder = tmp_path_factory.mktemp("own") / "content"
    shutil.copytree(content_folder(), folder)
    (folder / "service.yaml").write_text(PROFILE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def author(own: Path) -> Iterator[PageServer]:
    """A server for the owner of that content."""
    with serving("--author", "--content", str(own)) as found:
        yield found


def standing(own: Path, unit: str) -> str:
    """Return what the command says of a unit."""
    command = [sys.executable, "-m", "handouts", "sign", "--status", unit, "--content", str(own)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_without_author_the_words_are_not_there(server: PageServer) -> None:
    """A page that was started to make leaflets neither shows the words nor takes approvals."""
    assert server.ask("GET", "/words").status == 404
    assert server.post("/api/author/units", {}).status == 404


@pytest.mark.slow
def test_an_answer_is_that_of_the_command(author: PageServer, own: Path) -> None:
    """A yes, a no with its reason, and a yes after it are kept as `handout review` keeps them."""
    seen = author.post("/api/author/unit", {"unit": UNIT}).record
    said = {"unit": UNIT, "digest": seen["digest"], **BY}
    assert author.post("/api/author/answer", said).record["standing"] == "signed"
    assert "Dr A. Jones, consultant physiotherapist" in standing(own, UNIT)
    no = author.post("/api/author/answer", said | {"why_not": "the picture is wrong"})
    assert no.status == 200
    assert "no from Dr A. Jones" in standing(own, UNIT)
    assert author.post("/api/author/answer", said).record["code"] == "refused"
    again = author.post("/api/author/answer", said | {"after_my_no": True})
    assert again.record["standing"] == "signed"


@pytest.mark.slow
def test_a_sheet_says_of_each_unit_what_the_page_says(author: PageServer) -> None:
    """A sheet to review on paper holds the units that were named, in full, and no others."""
    sheet = author.post("/api/author/sheet", {"units": [UNIT, "flag:gi-ulcer"]}).record
    assert sorted(one["review"]["unit"] for one in sheet["units"]) == ["flag:gi-ulcer", UNIT]
    for one in sheet["units"]:
        name = one["review"]["unit"]
        assert one["review"] == author.post("/api/author/unit", {"unit": name}).record
    assert author.post("/api/author/sheet", {"units": ["no-such"]}).status == 422


@pytest.mark.slow
def test_nobody_answers_for_words_that_they_did_not_see(author: PageServer) -> None:
    """Words that changed since they were shown are not signed, and neither are nobody's."""
    said = {"unit": "about-general", "digest": "0" * 64, **BY}
    assert author.post("/api/author/answer", said).record["code"] == "refused"
    seen = author.post("/api/author/unit", {"unit": "about-general"}).record["digest"]
    nobody = author.post("/api/author/answer", said | {"digest": seen, "by": ""})
    assert nobody.status == 422
    assert author.post("/api/author/unit", {"unit": "no-such"}).status == 422


def test_a_rule_that_the_usual_leaflets_break_is_told(own: Path) -> None:
    """A sentence that a rule asks for is missed once the words that were saved are shown."""
    desk = AuthorDesk(str(own))
    path = own / "blocks" / "what-to-do-now.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Do not stay in bed", "Do not lie in bed"), encoding="utf-8")
    first, then = desk.state(), desk.state()
    path.write_text(text, encoding="utf-8")
    assert (first.faults, first.broken, first.looked) == ((), (), False)
    assert any("do not stay in bed" in one.message for one in then.broken)
    desk.state()
    assert (desk.state().broken, desk.state().looked) == ((), True)


@pytest.mark.slow
def test_an_edit_shows_on_the_page(browser: Chrome, author: PageServer, own: Path) -> None:
    """A sentence that is saved shows beside its old words; a fault says file and line.

    A sheet to review on paper has the words, their mark, and room for an answer.
    """
    seen = author.post("/api/author/unit", {"unit": UNIT}).record
    said = {"unit": UNIT, "digest": seen["digest"], "after_my_no": True, **BY}
    assert author.post("/api/author/answer", said).status == 200
    browser.get("about:blank")
    browser.set_window_size(1400, 950)
    browser.get(author.address.replace("/#", "/words#"))
    wait = WebDriverWait(browser, PATIENCE)
    wait.until(lambda one: "sound" in one.find_element(By.ID, "state").text)
    browser.find_element(By.ID, "filter").send_keys(UNIT)
    wait.until(lambda one: len(one.find_elements(By.CSS_SELECTOR, "#units li")) < 9)
    browser.find_element(By.CSS_SELECTOR, "#units button").click()
    wait.until(lambda one: one.find_element(By.ID, "name").text == UNIT)
    assert browser.switch_to.active_element.text == UNIT  # the list was made anew
    browser.execute_script(
        "for (const one of document.querySelectorAll('details')) one.open = true"
    )
    assert violations(browser) == []
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", network | {"offline": True})
    wait.until(lambda one: "does not answer" in one.find_element(By.ID, "faults").text)
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", network | {"offline": False})
    wait.until(lambda one: one.find_element(By.ID, "faults").text == "")
    browser.execute_script("window.print = () => {}")
    browser.find_element(By.ID, "print").click()
    wait.until(lambda one: "The sheet has" in one.find_element(By.ID, "printing").text)
    with pypdf.PdfReader(io.BytesIO(printed(browser))) as paper:
        sheet = " ".join(page.extract_text() for page in paper.pages)
    assert sheet.startswith("Review sheet")
    assert all(said in sheet for said in (UNIT, seen["digest"][:8], "No, because", "Signature"))
    assert "Approve, and go on" not in sheet
    path = own / "exercises.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Pelvic tilt", "The pelvic tilt", 1), encoding="utf-8")
    wait.until(lambda one: one.find_elements(By.CSS_SELECTOR, "#changes ins"))
    path.write_text(text.replace('name: "Pelvic', 'nmae: "Pelvic'), encoding="utf-8")
    wait.until(lambda one: "exercises.yaml:" in one.find_element(By.ID, "faults").text)
    path.write_text(text, encoding="utf-8")
    wait.until(lambda one: "sound" in one.find_element(By.ID, "state").text)
    browser.find_element(By.ID, "by").send_keys(BY["by"], Keys.TAB, BY["role"])
    browser.find_element(By.ID, "no").click()
    wait.until(lambda one: "why not" in one.find_element(By.ID, "faults").text)


@pytest.mark.slow
def test_a_usual_choice_of_the_service_is_seen_in_the_form(
    author: PageServer, browser: Chrome
) -> None:
    """A preset answers the form, and is left where an answer says otherwise."""
    browser.get("about:blank")
    browser.set_window_size(1400, 950)
    browser.get(author.address)
    wait = WebDriverWait(browser, PATIENCE)
    wait.until(lambda one: one.find_element(By.ID, "count").text)
    browser.find_element(By.CSS_SELECTOR, "[name=preset][value=frail]").click()
    wait.until(lambda one: "Low back" in one.find_element(By.ID, "state").text)
    chosen = "return [...document.querySelectorAll('#request :checked')].map((one) => one.value)"
    assert {"frail", "lumbar", "chronic", UNIT, "16", "yes"} <= set(browser.execute_script(chosen))
    no = browser.find_element(By.CSS_SELECTOR, "[name=answer-frail][value=no]")
    browser.execute_script("arguments[0].click()", no)  # wherever it stands
    wait.until(lambda one: "no longer chosen" in one.find_element(By.ID, "preset-says").text)
    assert "frail" not in browser.execute_script(chosen)
    assert "lumbar" in browser.execute_script(chosen)
    assert violations(browser) == []
