"""Ready leaflets on the page: searched by words, and never one that would be another today."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from handouts.batch.ready import Inventory, ReadySet, update_library
from handouts.pipeline import open_publisher
from tests.support.browser import violations
from tests.support.page_server import PageServer, serving

pytestmark = pytest.mark.slow

PATIENCE = 60
MADE = [(), ("warfarin",), ("gi-ulcer",), ("asthma",)]
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def leaflets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few ready leaflets, as `handout library` makes them."""
    folder = tmp_path_factory.mktemp("library") / "leaflets"
    publisher = open_publisher()
    made = ReadySet(place="gb", kinds=("pdf",))
    some = [
        one
        for one in made.list(publisher.library, date(2026, 11, 29))
        if one.request.flags in MADE and one.request.status == "acute"
    ]
    folder.mkdir()
    inventory = Inventory(folder)
    inventory.made = made
    update_library(publisher, some, inventory, require_signed=False)
    return folder


@pytest.fixture(scope="module")
def shelf(leaflets: Path) -> Iterator[PageServer]:
    """A server that shows them."""
    with serving("--library", str(leaflets)) as found:
        yield found


def test_words_find_ready_leaflets(shelf: PageServer, leaflets: Path) -> None:
    """A region and a fact find their leaflet, with its picture and the file as it was made."""
    found = shelf.post("/api/library/search", {"text": "low back, Coumadin"}).record
    assert (found["found"], found["old"]) == (1, 0)
    one = found["leaflets"][0]
    assert (one["region"], one["flag"]) == ("lumbar", "warfarin")
    file = one["files"][0]
    assert file["label"].startswith("Low back, new pain, takes warfarin")
    assert file["label"].endswith("sides (DRAFT)")
    answer = shelf.ask("GET", file["address"])
    assert answer.body == (leaflets / "lumbar-acute-warfarin.pdf").read_bytes()
    assert answer.headers["content-type"] == "application/pdf"
    picture = shelf.ask("GET", one["picture"])
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"Low back" in picture.body


@pytest.mark.parametrize(
    ("text", "found", "note"),
    [
        ("", 12, ""),
        ("neck", 4, ""),
        ("neck, xyzzy", 4, "not searched for: xyzzy"),
        ("xyzzy", 0, "not searched for: xyzzy"),
        ("neck, warfarin, ulcer", 2, "you named 2"),
        ("long-lasting", 0, ""),
    ],
)
def test_a_search_says_what_it_left_out(
    shelf: PageServer, text: str, found: int, note: str
) -> None:
    """Words that are unknown, and more facts than a ready leaflet knows, are said."""
    answer = shelf.post("/api/library/search", {"text": text}).record
    assert answer["found"] == found
    assert note in " ".join(answer["notes"])
    assert bool(answer["notes"]) == bool(note)


def test_a_code_finds_its_region(shelf: PageServer) -> None:
    """A code as a record system writes it finds the leaflets that it is listed for."""
    library = open_publisher().library
    region, code = next(
        (name, term.codings[0].code) for name, term in library.regions.items() if term.codings
    )
    found = shelf.post("/api/library/search", {"text": code}).record["leaflets"]
    assert region in {one["region"] for one in found}


def test_a_leaflet_that_would_be_another_today_is_not_given(leaflets: Path) -> None:
    """What was made from other words is counted, not shown; what was edited is not handed out."""
    name = "neck-acute-asthma.pdf"
    content = (leaflets / name).read_bytes()
    inventory = Inventory(leaflets)
    item = inventory.items[name]
    with serving("--library", str(leaflets)) as server:
        wanted = {"text": "neck, asthma"}
        assert server.post("/api/library/search", wanted).record["found"] == 1
        (leaflets / name).write_bytes(content + b"\n")
        assert server.ask("GET", f"/library/files/{name}").status == 404
        (leaflets / name).write_bytes(content)
        assert server.ask("GET", f"/library/files/{name}").status == 200
        inventory.items[name] = replace(item, key="of other words")
        inventory.save()
        found = server.post("/api/library/search", wanted).record
        assert (found["found"], found["old"]) == (0, 1)
        assert server.ask("GET", f"/library/files/{name}").status == 404
        inventory.items[name] = item
        inventory.save()


@pytest.mark.parametrize(
    "path", ["../leaflets/index.html", "%2e%2e/x.pdf", ".handout-library.json", "index.html", "x"]
)
def test_only_leaflets_are_handed_out(shelf: PageServer, path: str) -> None:
    """No other file of the folder, and none outside it, can be had."""
    assert shelf.ask("GET", f"/library/files/{path}").status == 404


def test_without_a_folder_there_is_no_library(server: PageServer, tmp_path: Path) -> None:
    """The page is there only where a folder was named, and says so where that holds no leaflets."""
    assert server.ask("GET", "/library").status == 404
    with serving("--library", str(tmp_path)) as empty:
        answer = empty.ask("GET", "/library")
        assert answer.status == 503
        assert "handout library" in answer.body.decode()
        assert list(tmp_path.iterdir()) == []


def test_the_description_has_the_library(shelf: PageServer) -> None:
    """A program that reads the description finds the search, with the record that it answers."""
    described = shelf.ask("GET", "/api/openapi.json").record
    operation = described["paths"]["/api/library/search"]["post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    known = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
    found = shelf.post("/api/library/search", {"text": "neck"}).record
    assert set(found) == set(known)


@pytest.mark.slow
def test_a_nurse_searches_the_library(browser: Chrome, shelf: PageServer) -> None:
    """In the browser words find leaflets, stand in no address, and axe finds no fault."""
    browser.get("about:blank")
    browser.set_window_size(1400, 950)
    browser.get(shelf.address.replace("/#", "/library#"))
    assert violations(browser) == []
    browser.find_element(By.ID, "words").send_keys("neck, ulcer, warfarin", Keys.ENTER)
    loading = [StaleElementReferenceException]  # the page that comes replaces the one found
    WebDriverWait(browser, PATIENCE, ignored_exceptions=loading).until(
        lambda one: "2 leaflets found" in one.find_element(By.ID, "state").text
    )
    assert violations(browser) == []
    assert browser.current_url == shelf.address.replace("/#", "/library#")
    links = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".ready a")]
    assert all(one.startswith("Neck, new pain, ") for one in links)
    browser.find_element(By.LINK_TEXT, "One leaflet").click()
    WebDriverWait(browser, PATIENCE, ignored_exceptions=loading).until(
        lambda one: "Choose where" in one.find_element(By.ID, "state").text
    )
    assert browser.current_url == shelf.address
