"""A worklist on the page: read, mended, printed and forgotten."""

import asyncio
import io
import json
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from pypdf import PdfReader
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from handouts.content.list_form import ListForm
from handouts.web.list_process import _done
from handouts.web.lists import OpenLists
from handouts.web.problems import Problem, WorkerBug
from tests.support.browser import violations
from tests.support.page_server import Answer, PageServer

PATIENCE = 120
LIST = """row id,region,status,flags,screened,name
A1,neck,acute,warfarin,yes,Ann Able
A2,low back,6 months,,no,Bob Berry
A3,elbow,acute,,no,Cy Cole
A4,lumbar,acute,antidepressant,no,Di Dean
"""


def opened(
    server: PageServer, text: str, name: str = "list.csv", form: object | None = None
) -> Answer:
    """Send a list as the page does."""
    headers = {"x-handouts-token": server.token, "x-file-name": quote(name)}
    headers |= {"x-list-form": quote(json.dumps(form or {}))}
    return server.ask("POST", "/api/lists/open", text.encode(), headers)


def made(server: PageServer, ident: str, **wish: bool) -> Answer:
    """Have the leaflets of a list made, and wait for the file."""
    assert server.post("/api/lists/make", {"list": ident, **wish}).status == 200
    for _ in range(PATIENCE * 10):
        if server.post("/api/lists/state", {"list": ident}).record["finished"]:
            return server.post("/api/lists/result", {"list": ident})
        time.sleep(0.1)
    pytest.fail("it did not finish")


def rows(server: PageServer, ident: str) -> list[dict[str, Any]]:
    """Return the first rows of a list."""
    found: list[dict[str, Any]] = server.post("/api/lists/rows", {"list": ident}).record["rows"]
    return found


def test_a_bug_in_one_command_loses_no_list() -> None:
    """Whatever a command meets is told, without what was typed, and the next one is done."""
    desk: Any = SimpleNamespace(rows={"Ann Able": 1}.__getitem__, summary=lambda: "there")
    met = _done(desk, None, "rows", {})  # type: ignore[arg-type] # it needs no pipe
    assert isinstance(met, WorkerBug)
    assert met.where.startswith("TypeError at list_process.py:")
    assert _done(desk, None, "summary", {}) == "there"  # type: ignore[arg-type] # the same


def test_a_list_is_understood_mended_and_printed(server: PageServer) -> None:
    """Each row says its leaflet or why it has none; a mended cell counts; one file has them all."""
    ident = opened(server, LIST).record["list"]
    found = rows(server, ident)
    assert [bool(one["problem"]) for one in found] == [False, False, True, True]
    assert "warfarin" in found[0]["understood"]
    assert "elbow" in found[2]["problem"]
    assert "antidepressant" in found[3]["problem"]
    mended = server.post(
        "/api/lists/mend", {"list": ident, "place": 2, "column": "region", "text": "neck"}
    )
    assert mended.record["understood"].startswith("Neck")
    for place, column in ((4, "region"), (-1, "region"), (10**30, "region"), (2, "shoe")):
        nowhere = {"list": ident, "place": place, "column": column, "text": "neck"}
        assert server.post("/api/lists/mend", nowhere).status in {400, 409}
    assert rows(server, ident)[3]["cells"]["region"] == "lumbar"
    check = server.post("/api/lists/check", {"list": ident}).record
    assert check["refused"] == [3]
    whole = made(server, ident)
    assert whole.headers["content-type"] == "application/pdf"
    outline = PdfReader(io.BytesIO(whole.body)).outline
    titles = [str(one.title) for one in outline if not isinstance(one, list)]
    assert titles[:3] == ["A1", "A2", "A3"]
    packed = zipfile.ZipFile(io.BytesIO(made(server, ident, packed=True).body))
    assert sorted(packed.namelist()) == ["A1.pdf", "A2.pdf", "A3.pdf", "rejects.csv", "tally.pdf"]
    assert b"Di Dean" in packed.read("rejects.csv")
    alone = {"region": "neck", "status": "acute", "flags": ["warfarin"], "screened": True}
    leaflet = server.post("/api/leaflet", alone | {"name": "Ann Able"})
    assert packed.read("A1.pdf") == leaflet.body
    assert server.post("/api/lists/close", {"list": ident}).status == 200
    assert server.post("/api/lists/rows", {"list": ident}).status == 404


@pytest.mark.parametrize(
    ("text", "name", "status", "said"),
    [
        (LIST.replace("flags", "flgas"), "list.csv", 422, "flgas"),
        ("", "list.csv", 422, "this file cannot be used as a list: it is empty"),
        ("%PDF-1.7", "list.csv", 422, "this file cannot be used as a list: it is a PDF"),
        (LIST, "list.pdf", 415, "no list"),
        ("PK\x03\x04", "list.xlsx", 422, "not a complete"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(
    server: PageServer, text: str, name: str, status: int, said: str
) -> None:
    """A file that is no list, or has a column that nobody knows, is refused in a nurse's words."""
    answer = opened(server, text, name)
    assert answer.status == status
    assert said in answer.body.decode()
    assert "worklist" not in answer.body.decode()


def test_a_column_can_be_left_out(server: PageServer) -> None:
    """What a person says of how to read a list counts, as on the command line."""
    text = LIST.replace("flags", "staff notes")
    assert opened(server, text).status == 422
    answer = opened(server, text, form={"ignored": ["staff notes"]})
    assert any("staff notes" in note for note in answer.record["summary"]["notes"])
    server.post("/api/lists/close", {"list": answer.record["list"]})


@pytest.mark.slow
def test_a_hundred_thousand_rows_freeze_nothing(server: PageServer) -> None:
    """While a huge list is read, the page answers; then any of its rows is at hand."""
    text = "region,status,flags,name\n" + "neck,acute,asthma,Ann Able\n" * 100_000
    answer = opened(server, text)
    ident = answer.record["list"]
    assert answer.record["summary"]["total"] == 100_000
    for _ in range(5):
        assert server.post("/api/words", {"text": "warfarin"}).status == 200
    wish = {"list": ident, "first": 99_990, "count": 100}
    last = server.post("/api/lists/rows", wish).record["rows"]
    assert len(last) == 10
    refused = server.post("/api/lists/make", {"list": ident})
    for _ in range(PATIENCE):
        if refused.status != 200:
            break
        refused = server.post("/api/lists/state", {"list": ident})
        time.sleep(0.1)
    assert refused.record["code"] == "refused"
    assert server.post("/api/lists/close", {"list": ident}).status == 200


@pytest.mark.slow
def test_stopping_forgets_the_list(server: PageServer) -> None:
    """A list that is closed while its leaflets are made ends at once, and the next is taken."""
    text = "region,status,flags,note\n"
    text += "".join(f"neck,acute,asthma,note {number}\n" for number in range(500))
    for _ in range(6):
        ident = opened(server, text).record["list"]
        assert server.post("/api/lists/make", {"list": ident}).status == 200
        assert server.post("/api/lists/close", {"list": ident}).status == 200


@pytest.mark.slow
def test_a_nurse_prints_a_list(
    browser: Chrome, server: PageServer, tmp_path: Path, downloads: Path
) -> None:
    """In the browser: a file is chosen, a cell mended in its place, and one file saved."""
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    browser.get("about:blank")
    browser.set_window_size(1400, 950)
    browser.get(server.address.replace("/#", "/lists#"))
    browser.find_element(By.ID, "file").send_keys(str(path))
    wait = WebDriverWait(browser, PATIENCE)
    wait.until(lambda one: "2 do not" in one.find_element(By.ID, "state").text)
    assert violations(browser) == []
    cell = browser.find_element(By.CSS_SELECTOR, "[data-place='2'] [aria-label='region, row 4']")
    cell.send_keys(Keys.CONTROL, "a")
    cell.send_keys("upper back", Keys.TAB)
    wait.until(lambda one: "3 rows get a leaflet" in one.find_element(By.ID, "state").text)
    browser.set_window_size(320, 640)  # a wide one at 400 %
    assert violations(browser) == []
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= browser.execute_script("return innerWidth")
    browser.set_window_size(1400, 950)
    browser.find_element(By.ID, "one-file").click()
    wait.until(lambda _: (downloads / "leaflets.pdf").is_file())
    browser.find_element(By.ID, "close").click()


@pytest.mark.slow
def test_a_list_whose_process_was_killed_says_so() -> None:
    """It is no bug of the page: whoever has it open is told to open the file again."""

    async def asked() -> list[Problem]:
        lists = OpenLists(None)
        text = b"region,status,flags\nneck,acute,\n"
        found = []
        ident = (await lists.open(text, "a.csv", ListForm())).list
        lists._open[ident]._process.kill()  # noqa: SLF001 - as a system does that has no memory left
        for _ in range(2):
            with pytest.raises(Problem) as refused:
                await lists.ask(ident, "rows", first=0, count=1)
            found.append(refused.value)
        lists.close_all()
        return found

    assert {(one.code, one.status) for one in asyncio.run(asked())} == {("list", 503)}
