"""The first page is there before the rest of the program is, and is never an old one."""

import asyncio
import shutil
from pathlib import Path

import pytest

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
