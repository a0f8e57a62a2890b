"""A list without scripts: sent by a form, looked at, and printed."""

import html
import io
import re
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pypdf import PdfReader
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from handouts.web.multipart import read_parts
from handouts.web.problems import Problem
from tests.support.browser import chromium
from tests.support.page_server import Answer, PageServer
from tests.web.test_lists import LIST

PATIENCE = 60
KIND = "multipart/form-data; boundary=xYz"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def part(name: str, content: bytes, file: str = "") -> bytes:
    """Return one field as a browser sends it."""
    said = f'; filename="{file}"\r\nContent-Type: text/csv' if file else ""
    head = f'--xYz\r\nContent-Disposition: form-data; name="{name}"{said}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def sent(server: PageServer, *parts: bytes) -> Answer:
    """Send a form with a file, as a browser without scripts does."""
    return server.ask("POST", "/lists", b"".join(parts) + b"--xYz--\r\n", {"content-type": KIND})


def done(server: PageServer, page: Answer, what: str, **more: str) -> Answer:
    """Press a button of the page."""
    found = re.search(r'name="list" value="([^"]+)"', page.body.decode())
    assert found
    fields = {"list": found[1], "do": what, **more}
    answer = server.ask("POST", "/lists/do", urlencode(fields), FORM)
    while b"are being made" in answer.body[:400]:
        answer = server.ask("POST", "/lists/do", urlencode(fields | {"do": "wait"}), FORM)
    return answer


def test_a_list_is_read_and_printed_by_forms(server: PageServer) -> None:
    """Rows come back with what was understood; then one file, a ZIP, and the rows that got none."""
    page = sent(server, part("file", LIST.encode(), "list.csv"), part("ignored", b""))
    text = page.body.decode()
    assert page.status == 200
    assert "2 rows get a leaflet, 2 do not" in text
    assert "elbow" in text
    whole = done(server, page, "one")
    assert whole.headers["content-type"] == "application/pdf"
    titles = [
        one.title for one in PdfReader(io.BytesIO(whole.body)).outline if hasattr(one, "title")
    ]
    assert titles[:2] == ["A1", "A2"]
    packed = zipfile.ZipFile(io.BytesIO(done(server, page, "zip").body))
    assert {"A1.pdf", "A2.pdf", "rejects.csv", "tally.pdf"} == set(packed.namelist())
    rejects = done(server, page, "rejects")
    assert rejects.headers["content-disposition"] == 'attachment; filename="rejects.csv"'
    assert b"Di Dean" in rejects.body
    assert b"forgotten" in done(server, page, "close").body
    assert done(server, page, "one").status == 404


def pressed(server: PageServer, page: Answer, **fields: str) -> str:
    """Press another button of the page, and return the page that comes."""
    found = re.search(r'name="list" value="([^"]+)"', page.body.decode())
    assert found
    answer = server.ask("POST", "/lists/do", urlencode({"list": found[1], **fields}), FORM)
    assert answer.status == 200
    return html.unescape(answer.body.decode())


def test_a_cell_is_mended_by_forms(server: PageServer) -> None:
    """A row without a leaflet is opened, its cells are fields, and it gets one once it is right."""
    text = LIST.replace("elbow", '"elbow\nleft"')
    page = sent(server, part("file", text.encode(), "list.csv"))
    row = pressed(server, page, row="2")
    assert "No leaflet:" in row
    cells = dict(re.findall(r'name="(cell-\d)" type="text" value="([^"]*)"', row))
    cells |= dict(re.findall(r'name="(cell-\d)" rows="3" aria-invalid=true[^>]*>\n([^<]*)<', row))
    assert [cells[f"cell-{at}"] for at in range(6)] == [
        "A3", "elbow\nleft", "acute", "", "no", "Cy Cole",
    ]  # fmt: skip
    sent_back = {name: text.replace("\n", "\r\n") for name, text in cells.items()}
    same = pressed(server, page, do="mended", at="2", **sent_back)
    assert "2 rows get a leaflet, 2 do not" in same
    mended = pressed(server, page, do="mended", at="2", **sent_back | {"cell-1": "neck"})
    assert "3 rows get a leaflet, 1 does not" in mended
    left = pressed(server, page, row="3")
    assert "antidepressant" in left
    assert "3 rows get a leaflet" in pressed(server, page, do="rows", first="0")
    done(server, page, "close")


def test_a_long_list_is_turned_over_by_forms(server: PageServer) -> None:
    """Rows come two hundred at a time, and one that gets no leaflet is found from afar."""
    rows = ["region,status,flags", *["neck,acute,"] * 450, "elbow,acute,"]
    page = sent(server, part("file", "\n".join(rows).encode(), "list.csv"))
    assert "rows 1 to 200 of 451" in page.body.decode()
    found = re.findall(r'name="first" value="(\d+)">([A-Z][a-z]+)', page.body.decode())
    assert found == [("200", "Later"), ("450", "Next")]
    last = pressed(server, page, first="450")
    assert "rows 451 to 451 of 451" in last
    assert "No leaflet:" in last
    done(server, page, "close")


def test_how_to_read_a_list_can_be_said(server: PageServer) -> None:
    """What a person says of columns counts; a list that cannot be used says why."""
    text = LIST.replace("region", "body part").replace("flags", "staff notes").encode()
    refused = sent(server, part("file", text, "list.csv"))
    assert refused.status == 422
    assert b"staff notes" in refused.body
    fields = [part("columns", b"region = body part"), part("ignored", b"staff notes\r\n")]
    page = sent(server, part("file", text, "list.csv"), *fields)
    assert page.status == 200
    assert done(server, page, "close").status == 200
    assert sent(server, part("file", b"", "")).status == 422
    assert sent(server, part("file", text, "list.csv"), part("x", b"1")).status == 400


@pytest.mark.parametrize("content", [b"", b"a\r\n--xY", bytes(range(256)) * 3, b"\r\n\r\n--\r\n"])
def test_a_file_arrives_to_the_byte(content: bytes) -> None:
    """Whatever bytes a file has, and whatever its name, they are those that were sent."""
    body = part("file", content, "Lös%22ung.csv") + part("note", "é".encode()) + b"--xYz--\r\n"
    file, note = read_parts(body, KIND)
    assert (file.name, file.file, file.content) == ("file", 'Lös"ung.csv', content)
    assert (note.name, note.text) == ("note", "é")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--xYz--",
        b"nothing",
        b"--xYz\r\n\r\nno head\r\n--xYz--\r\n",
        part("file", b"cut off", "a.csv"),
        b"before\r\n" + part("a", b"") + b"--xYz--\r\n",
        part("a", b"") * 30 + b"--xYz--\r\n",
        part("a", b"") + b"--xYz--and more",
        b'--xYzA\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n--xYz--\r\n',
    ],
)
def test_a_broken_form_is_refused(body: bytes) -> None:
    """A form that is cut off, or has a shape that browsers do not send, is not guessed at."""
    with pytest.raises(Problem, match="cannot be read"):
        read_parts(body, KIND)


@pytest.mark.slow
def test_without_scripts_a_list_is_printed(folder: Path, server: PageServer) -> None:
    """A browser that runs no script sends a list, shows its rows, and saves one file to print."""
    path = folder.parent / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    downloads = folder.parent / "saved"
    with chromium(folder, downloads, scripts=False) as browser:
        browser.set_window_size(1400, 950)
        browser.get(server.address)
        browser.find_element(By.LINK_TEXT, "A list").click()
        browser.find_element(By.ID, "file").send_keys(str(path))
        browser.find_element(By.CSS_SELECTOR, "#sent button.main").click()
        WebDriverWait(browser, PATIENCE).until(lambda one: one.title == "The list")
        state = browser.find_element(By.ID, "state").text
        assert state == "2 rows get a leaflet, 2 do not."
        rows = browser.find_elements(By.CSS_SELECTOR, "#rows tbody tr")
        assert len(rows) == 4
        browser.find_element(By.CSS_SELECTOR, "button[value=one]").click()
        WebDriverWait(browser, PATIENCE).until(lambda _: (downloads / "leaflets.pdf").is_file())
        browser.find_element(By.CSS_SELECTOR, "button[value=close]").click()
        WebDriverWait(browser, PATIENCE).until(lambda one: one.title != "The list")
        assert "forgotten" in browser.find_element(By.TAG_NAME, "main").text
