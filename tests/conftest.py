"""Fixtures that all tests share."""

import logging
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

from tests.goldens import Base, update, whole_text

TESTS = Path(__file__).parent
IN_CI = os.environ.get("CI") == "true"
TOOL_MISSING = 3

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


@pytest.fixture
def verapdf() -> Validate:
    """Give a function that validates finished leaflets against PDF/UA-1, all in one run."""

    def validate(paths: Sequence[Path]) -> None:
        command: list[str | Path] = [TESTS / "verapdf" / "run", "ua1", *paths]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == TOOL_MISSING and not IN_CI:
            pytest.skip(done.stderr.strip())
        if done.returncode != 0:
            pytest.fail((done.stdout + done.stderr).strip(), pytrace=False)

    return validate


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
