"""One server for all tests of the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.page_server import PageServer, serving


@pytest.fixture(scope="session")
def server() -> Iterator[PageServer]:
    """A server of the content that ships."""
    with serving() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a browser of one test."""
    return tmp_path / "profile"
