"""The first page is there before the rest of the program is, and is never an old one."""

import asyncio
import secrets
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.app import main
from handouts.fastpath.fingerprint import take_fingerprint
from handouts.web.prepared import PreparedPage
from handouts.web.server import Settings
from tests.support.page_in_process import PageInProcess


def test_a_prepared_page_is_the_page_itself() -> None:
    """The first start keeps it; a later one answers the same with it, and then the rest."""

    async def asked() -> list[bytes]:
        page = PageInProcess(Settings())
        answers = [await page.ask("GET", path) for path in ("/", "/leaflet.css", "/")]
        await page.close()
        assert [one.status for one in answers] == [200, 200, 200]
        assert answers[0].headers == answers[2].headers
        return [one.body for one in answers]

    first, _, again = asyncio.run(asked())
    assert again == first == PreparedPage(None).recall()
    assert asyncio.run(asked())[0] == first


def test_a_page_of_other_words_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an edit, or with another part of the page, there is no prepared page."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    content = tmp_path / "content"
    shutil.copytree(Path(__file__).parents[2] / "content", content)
    before = take_fingerprint(content)
    PreparedPage(str(content)).keep("<p>page</p>", before)
    assert PreparedPage(str(content)).recall() == b"<p>page</p>"
    assert PreparedPage(str(content), "record").recall() is None
    with (content / "flags.yaml").open("a", encoding="utf-8") as flags:
        flags.write("# a line\n")
    assert PreparedPage(str(content)).recall() is None
    PreparedPage(str(content)).keep("<p>old</p>", before)  # it was read before the edit
    assert PreparedPage(str(content)).recall() is None


@pytest.mark.parametrize(
    ("secret", "found"),
    [
        ("choose-a-long-one", "has 17 letters, and can be guessed: it needs 32"),
        ("a" * 40, "repeats a few letters"),
        ("a&b" * 20, "has a letter that an address does not"),
        ("päßwort " * 6, "has a letter that an address does not"),
    ],
)
def test_a_secret_that_can_be_guessed_is_refused(
    monkeypatch: pytest.MonkeyPatch, secret: str, found: str
) -> None:
    """The page does not start, and says how to make a good one, without showing the one it has."""
    monkeypatch.setenv("HANDOUTS_TOKEN", secret)
    result = CliRunner().invoke(main, ["serve", "--show", "openemr", "--record"])
    assert result.exit_code == 2
    assert f"error: HANDOUTS_TOKEN {found}" in result.stderr
    assert "secrets.token_urlsafe(32)" in result.stderr
    assert secret not in result.output


def test_a_long_secret_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the hint makes is good enough."""
    monkeypatch.setenv("HANDOUTS_TOKEN", secrets.token_urlsafe(32))
    assert CliRunner().invoke(main, ["serve", "--show", "openemr", "--record"]).exit_code == 0
