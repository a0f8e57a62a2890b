"""Fixtures that all tests share."""

import gc
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings

from handouts.system.differences import close_lock, open_for_lock, try_lock
from tests.support.goldens import Base, update, whole_text
from tests.support.read_once import parse_once
from tests.support.short_check import shorten_check
from tests.support.skips import refuse_skip
from tests.support.validator import ToolMissingError, VeraPdf

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

TESTS = Path(__file__).parent
# The profile and the settings of whoever runs the tests are none of theirs.
for _name in [name for name in os.environ if name.startswith("HANDOUTS_")]:
    del os.environ[_name]
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_CONFIG_DIRS"] = "/dev/null"
# What `handout last` keeps is kept nowhere, but where a test says so.
os.environ["XDG_STATE_HOME"] = "/dev/null"
IN_CI = os.environ.get("CI") == "true"

Validate = Callable[[Sequence[Path]], None]


class Golden(Protocol):
    """Compares a text with the golden text of a name; `like` names what it is kept as like."""

    def __call__(self, name: str, text: str, like: Base | None = None) -> None:
        """Fail unless the texts are the same."""


# A gate gives one answer for one commit: `scripts/fuzz` looks for new examples.
LOOKING = os.environ.get("HYPOTHESIS_PROFILE") == "long"
settings.register_profile("handouts", deadline=None, derandomize=not LOOKING)
settings.load_profile("handouts")
parse_once()
# What is made once is kept: to look through all of it for cycles takes a quarter of the time.
gc.set_threshold(100_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden, which rewrites the golden texts."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that this file reads."""
    config.addinivalue_line("markers", "sample(n): every n-th case is quick, the others are slow")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no cycles while tests are collected, nor later in what was: none of it goes."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Mark the samples before tests are chosen and shuffled; then put the longest first.

    A long test that begins last is waited for by one core alone; one core also starts veraPDF once.
    """
    _mark_samples(items)
    yield
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("long", "verapdf"))))


def _mark_samples(items: list[pytest.Item]) -> None:
    """Mark as slow all but some cases of a test that is marked `sample`: always the same cases."""
    for item in items:
        marker = item.get_closest_marker("sample")
        if marker is None or not isinstance(item, pytest.Function):
            continue
        cases = getattr(item, "callspec", None)  # None for a test that has a single case
        if cases and max(cases.indices.values()) % marker.args[0]:
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true, let no test be left out because something is not installed."""
    report = yield
    return refuse_skip(report) if IN_CI else report


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
    return _all_pass(_validator)


@pytest.fixture(scope="session")
def archive() -> Iterator[Validate]:
    """Give a function that validates finished files against PDF/A-2a."""
    with VeraPdf("2a") as validator:
        yield _all_pass(validator)


def _all_pass(validator: VeraPdf) -> Validate:
    """Return a function that fails, or skips where the validator is not there."""

    def validate(paths: Sequence[Path]) -> None:
        try:
            broken = [one for one in map(validator.answer, paths) if not one.startswith("PASS ")]
        except ToolMissingError as error:
            if IN_CI:
                pytest.fail(str(error), pytrace=False)
            pytest.skip(str(error))
        if broken:
            pytest.fail("\n".join(broken), pytrace=False)

    return validate


@pytest.fixture(scope="session")
def read_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a cache that holds content, rules, templates and typefaces as read, and no leaflet.

    The workers of a run share it, as none of them writes into it: the first that needs it makes it.
    """
    base = tmp_path_factory.getbasetemp()
    together = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = together / "read-content"
    lock = open_for_lock(str(together))
    try:
        assert try_lock(lock, wait=True)
        if not folder.exists():
            _read_into(part := together / "read-content.part")
            part.rename(folder)
    finally:
        close_lock(str(together), lock)
    return folder


def _read_into(folder: Path) -> None:
    usual = {name: value for name, value in os.environ.items() if "HANDOUTS" not in name}
    subprocess.run(
        [sys.executable, "-m", "handouts", "make", "--region", "neck", "-o", "-"],
        env={**usual, "HANDOUTS_CACHE": str(folder), "PYTHONPATH": str(TESTS.parent)},
        check=True,
        capture_output=True,
    )
    for entry in folder.iterdir():
        if entry.name.startswith(("body-", "line-")):
            entry.unlink()


@pytest.fixture
def warm_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_content: Path) -> Path:
    """Give each test a cache of its own, in which the content that ships was read before."""
    folder = shutil.copytree(read_content, tmp_path / "cache")
    monkeypatch.setenv("HANDOUTS_CACHE", str(folder))
    return folder


@pytest.fixture
def few_leaflets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `handout check` prove few rules and read few leaflets, for what else it says."""
    shorten_check(monkeypatch)


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


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where the browser saves files."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory, downloads: Path) -> "Iterator[Chrome]":
    """A real browser; without one these tests are skipped, but never on the build machine."""
    from tests.support.browser import chromium, is_installed  # noqa: PLC0415 - few tests need it

    if not is_installed():
        if IN_CI:
            pytest.fail("chromium and chromedriver are needed")
        pytest.skip("chromium and chromedriver are not installed")
    with chromium(tmp_path_factory.mktemp("browser"), downloads) as found:
        yield found
