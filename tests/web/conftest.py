"""One server, and one browser, for all tests of the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.conftest import IN_CI
from tests.support.browser import chromium, is_installed
from tests.support.page_server import PageServer, serving


@pytest.fixture(scope="session")
def server() -> Iterator[PageServer]:
    """A server of the content that ships."""
    with serving() as found:
        yield found


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where the browser saves files."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory, downloads: Path) -> Iterator[Chrome]:
    """A real browser; without one these tests are skipped, but never on the build machine."""
    if not is_installed():
        if IN_CI:
            pytest.fail("chromium and chromedriver are needed")
        pytest.skip("chromium and chromedriver are not installed")
    with chromium(tmp_path_factory.mktemp("browser"), downloads) as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a browser of one test."""
    return tmp_path / "profile"
