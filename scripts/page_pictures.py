"""Take the pictures of the clinic's page for docs/page.md: python scripts/page_pictures.py.

It needs Chromium and its driver; the pictures go to docs/pictures.
"""

import io
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from handouts.batch.ready import Inventory, ReadySet, update_library  # noqa: E402 - the path comes first
from handouts.pipeline import open_publisher  # noqa: E402 - the same
from tests.support.browser import chromium  # noqa: E402 - the same
from tests.support.page_server import serving  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 96
PATIENCE = 60
LIST = """row id,region,status,flags,screened,name
A1,neck,acute,warfarin,yes,Ann Able
A2,low back,6 months,,no,Bob Berry
A3,elbow,acute,,no,Cy Cole
"""


DRAWN = """const pictures = [...document.querySelectorAll("#figures img")];
return pictures.length && pictures.every((one) => one.complete && one.naturalWidth)"""
"""Whether every picture of a unit is there."""


def keep(browser: Chrome, name: str) -> None:
    """Save what the browser shows, in few colours."""
    picture = Image.open(io.BytesIO(browser.get_screenshot_as_png()))
    small = picture.convert("RGB").quantize(COLOURS)
    small.save(FOLDER / f"{name}.png", optimize=True)
    print(FOLDER / f"{name}.png")


def until(browser: Chrome, words: str) -> None:
    """Wait until the page says some words."""
    wait = WebDriverWait(browser, PATIENCE)
    wait.until(lambda one: words in one.find_element(By.ID, "state").text)


def shelve(folder: Path) -> str:
    """Make a few ready leaflets, and return their folder."""
    folder.mkdir()
    publisher = open_publisher()
    inventory = Inventory(folder)
    inventory.made = ReadySet(place="gb", kinds=("pdf",))
    ready = inventory.made.list(publisher.library, datetime.now(UTC).date())
    some = [one for one in ready if one.request.flags in {("warfarin",), ("gi-ulcer",)}]
    update_library(publisher, some, inventory, require_signed=False)
    return str(folder)


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("--author", "--library", shelve(Path(folder) / "leaflets")) as server,
        chromium(Path(folder) / "profile", Path(folder)) as browser,
    ):
        browser.set_window_size(1280, 900)
        browser.get(server.address)
        browser.find_element(By.CSS_SELECTOR, ".zone[data-region=lumbar]").click()
        browser.find_element(By.CSS_SELECTOR, "[name=status][value=acute]").click()
        words = browser.find_element(By.ID, "words")
        words.send_keys("71 years old, warfarin, antidepressant", Keys.ENTER)
        until(browser, "side")
        browser.execute_script("scrollTo(0, 0)")
        keep(browser, "page-leaflet")
        browser.find_element(By.ID, "as-pages").click()
        until(browser, "side")
        browser.implicitly_wait(2)
        browser.get(server.address.replace("/#", "/lists#"))
        path = Path(folder) / "monday.csv"
        path.write_text(LIST, encoding="utf-8")
        browser.find_element(By.ID, "file").send_keys(str(path))
        until(browser, "do not" if LIST.count("elbow") > 1 else "does not")
        keep(browser, "page-list")
        browser.get(server.address.replace("/#", "/library#"))
        browser.find_element(By.ID, "words").send_keys("low back, warfarin, ulcer", Keys.ENTER)
        until(browser, "found")
        keep(browser, "page-library")
        browser.get(server.address.replace("/#", "/words#"))
        until(browser, "sound")
        browser.find_element(By.ID, "filter").send_keys("pelvic")
        browser.find_element(By.CSS_SELECTOR, "#units button").click()
        WebDriverWait(browser, PATIENCE).until(lambda one: one.execute_script(DRAWN))
        keep(browser, "page-words")
        browser.set_window_size(400, 860)
        browser.get(server.address)
        keep(browser, "page-phone")


if __name__ == "__main__":
    main()
