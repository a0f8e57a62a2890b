"""Drive a real Chromium, and check what it shows with axe-core."""

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

AXE = Path(__file__).parent.parent / "data" / "axe" / "axe.min.js"
_PHONE = 600
LEAVES = """
const leaving = new Event("beforeunload", {cancelable: true});
window.dispatchEvent(leaving);
return leaving.defaultPrevented;
"""
"""Says whether the browser would ask before it leaves the page."""
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def is_installed() -> bool:
    """Say whether there is a Chromium with its driver."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


@contextmanager
def chromium(folder: Path, downloads: Path, *, scripts: bool = True) -> Iterator[webdriver.Chrome]:
    """Open a browser with an empty profile in a folder; without `scripts` it runs none."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for one in (*_OPTIONS, f"--user-data-dir={folder}"):
        options.add_argument(one)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    settings: dict[str, object] = {"download.default_directory": str(downloads)}
    if not scripts:
        settings["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", settings)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def violations(driver: webdriver.Chrome) -> list[str]:
    """Return what axe-core finds wrong with the page as it stands, its frames included."""
    driver.execute_script(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']})"
        ".then(done, (error) => done({error: String(error)}));"
    )
    if "error" in found:
        return [found["error"]]
    return [
        f"{one['id']}: {one['help']}: {json.dumps([node['target'] for node in one['nodes']][:3])}"
        for one in found["violations"]
    ]


def complaints(driver: webdriver.Chrome) -> list[str]:
    """Return what the browser itself complained of, such as a blocked script."""
    entries: list[dict[str, Any]] = driver.get_log("browser")  # type: ignore[no-untyped-call] # selenium's
    return [str(one["message"]) for one in entries]


def leave(driver: webdriver.Chrome) -> None:
    """Leave the page of the test before: what is complained of that, and of leaving, is dropped."""
    driver.get("about:blank")
    complaints(driver)


def show(driver: webdriver.Chrome, file: Path, width: int, *, dark: bool = False) -> None:
    """Open a file in a window of a width, like a phone below 600 CSS pixels."""
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < _PHONE}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    driver.get(file.resolve().as_uri())


def as_usual(driver: webdriver.Chrome) -> None:
    """Give the window its own size and colours back."""
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def printed(driver: webdriver.Chrome) -> bytes:
    """Print the page as a PDF on A4, as a browser does that leaves out backgrounds."""
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
    return base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])
