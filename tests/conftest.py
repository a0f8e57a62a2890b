"""Fixtures that all tests share."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

from tests.goldens import Base, update, whole_text
from tests.validator import ToolMissingError, VeraPdf

TESTS = Path(__file__).parent
IN_CI = os.environ.get("CI") == "true"

Validate = Callable[[Sequence[Path]], None]


class Golden(Protocol):
    """Compares a text with the golden text of a name; `like` names what it is kept as like."""

    def __call__(self, name: str, text: str, like: Base | None = None) -> None:
        """Fail unless the texts are the same."""


settings.register_profile("handouts", deadline=None, derandomize=IN_CI)
settings.load_profile("handouts")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden, which rewrites the golden texts."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")


@pytest.fixture(autouse=True)
def _no_warning_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that leaves a warning in the log."""
    yield
    unexpected = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not unexpected, f"logged: {[record.getMessage() for record in unexpected]}"


@pytest.fixture(scope="session")
def _validator() -> Iterator[VeraPdf]:
    """Start veraPDF when it is first needed; it then answers until the end of the tests."""
    with VeraPdf() as validator:
        yield validator


@pytest.fixture
def verapdf(_validator: VeraPdf) -> Validate:
    """Give a function that validates finished leaflets against PDF/UA-1."""

    def validate(paths: Sequence[Path]) -> None:
        try:
            broken = [one for one in map(_validator.answer, paths) if not one.startswith("PASS ")]
        except ToolMissingError as error:
            if IN_CI:
                pytest.fail(str(error), pytrace=False)
            pytest.skip(str(error))
        if broken:
            pytest.fail("\n".join(broken), pytrace=False)

    return validate


@pytest.fixture(scope="session")
def _read_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a cache that holds content, rules and templates as read, and no leaflet."""
    folder = tmp_path_factory.mktemp("read")
    subprocess.run(
        [sys.executable, "-m", "handouts", "make", "--region", "neck", "-o", "-"],
        env={**os.environ, "HANDOUTS_CACHE": str(folder), "PYTHONPATH": str(TESTS.parent)},
        check=True,
        capture_output=True,
    )
    for entry in folder.iterdir():
        if entry.name.startswith(("body-", "errand-", "letters-")):
            entry.unlink()
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _read_content: Path) -> Path:
    """Give each test a cache of its own, in which the content that ships was read before."""
    folder = shutil.copytree(_read_content, tmp_path / "cache")
    monkeypatch.setenv("HANDOUTS_CACHE", str(folder))
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Give a function that compares a text with a golden one; --update-golden rewrites this."""

    def compare(name: str, text: str, like: Base | None = None) -> None:
        if request.config.getoption("--update-golden"):
            update(name, text, like)
        try:
            expected = whole_text(name)
        except FileNotFoundError as error:
            pytest.fail(f"{error.filename} is missing: run pytest --update-golden, and read it")
        assert text == expected

    return compare
