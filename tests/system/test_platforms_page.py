"""What docs/platforms.md and docs/troubleshooting.md say of other systems is true of the code."""

import re
from pathlib import Path

import pytest

from handouts.errors import HandoutsError
from handouts.fastpath import atomic, user_folders
from handouts.fastpath.fingerprint import _SYSTEM
from handouts.system.differences import name_problem, no_printing
from handouts.system.files import output_error

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "platforms.md").read_text("utf-8")


def row(name: str) -> list[str]:
    """Return the folders of one row of the table: on Linux, macOS and Windows."""
    (line,) = (one for one in PAGE.splitlines() if one.startswith(f"| {name}"))
    return [" ".join(re.findall(r"`([^`]+)`", cell)) for cell in line.split("|")[2:5]]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("settings", "config"), ("cache", "cache"), ("what `handout last` tells", "state")],
)
def test_the_folders_of_the_table_are_those_that_are_used(
    name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks for a file where the page says finds it there."""
    monkeypatch.setenv("HOME", "~")
    monkeypatch.setenv("LOCALAPPDATA", "%LOCALAPPDATA%")
    monkeypatch.setattr("os.path.expanduser", lambda _: "~/")
    _, mac, windows = row(name)
    assert user_folders.own_folder(kind, user_folders.MACOS) == mac
    assert user_folders.own_folder(kind, user_folders.WINDOWS).replace("/", "\\") == windows


def test_the_folders_of_all_users_are_those_that_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same for the settings of a whole computer."""
    monkeypatch.setenv("PROGRAMDATA", "%PROGRAMDATA%")
    linux, mac, windows = row("of all users")
    assert linux.split()[-1].startswith(_SYSTEM)
    assert user_folders.shared_settings(user_folders.MACOS) == mac
    assert user_folders.shared_settings(user_folders.WINDOWS).replace("/", "\\") == windows


def test_numbers_and_messages_of_the_page_are_those_of_the_code() -> None:
    """How long it waits for a file, how long a path may be, and what it says."""
    assert round(sum(atomic._PAUSES), 1) == 1.6  # noqa: SLF001
    assert "for a second and a half" in PAGE
    path = "C:\\" + "x" * 260
    assert "at most 259 letters" in PAGE
    assert name_problem(path, user_folders.WINDOWS).endswith("Windows allows 259")
    held = PermissionError(13, "Permission denied")
    held.winerror = 32  # type: ignore[attr-defined,unused-ignore] # on Windows alone
    said: HandoutsError = output_error(held, "x.pdf")
    for page in (PAGE, (DOCS / "troubleshooting.md").read_text("utf-8")):
        assert "`x.pdf` is open in another program" in page
    assert str(said.faults[0]).startswith("`x.pdf` is open in another program")
    by_hand = no_printing(user_folders.WINDOWS)
    assert all(one in by_hand for one in ("both sides", "flip on long edge", "actual size"))
    assert "(both sides, flip on long edge, actual size)" in PAGE
