"""Nothing about a patient is kept, logged or sent anywhere."""

import shutil
import time
from pathlib import Path

import pytest
from pypdf import PdfReader
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.conftest import IN_CI
from tests.support.browser import chromium, is_installed
from tests.support.page_server import PageServer, serving

NAME, NOTE = "Zebedee Quillfeather", "Ring the bell at Marzipan House."
THREE_WORDS = "three Marzipan words"
LEAFLET = {"region": "neck", "status": "acute", "flags": ["asthma"], "name": NAME, "note": NOTE}


def ask_everything(server: PageServer) -> None:
    """Use all that the server does with a name and a note, right and wrong."""
    wrong = LEAFLET | {"region": NAME}
    for path in ("preview", "leaflet", "notes", "record"):
        assert server.post(f"/api/{path}", LEAFLET).status == 200
        assert server.post(f"/api/{path}", wrong).status == 422
    for kind in ("html", "text"):
        assert server.post("/api/leaflet", LEAFLET | {"format": kind}).status == 200
    assert server.post("/api/leaflet", LEAFLET | {"password": THREE_WORDS}).status == 200
    assert server.post("/api/preview", LEAFLET | {"password": THREE_WORDS}).status == 422
    server.post("/api/words", {"text": NAME})
    server.post("/api/why", {"leaflet": LEAFLET, "sentence": NAME})


BORN, NUMBER, PASSWORD, TOKEN = "1951-03-02", "9434765919", "tamarind-gate", "bearer-quince"
RECORD = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}],
    "name": [{"text": NAME}],
    "birthDate": BORN,
}


def ask_about_records(server: PageServer) -> None:
    """Send a record, right and wrong, by every address that reads one."""
    for wish in ({"record": RECORD, "name": NAME}, {"record": RECORD, "name": "Ana"}, {"x": NAME}):
        assert server.post("/api/fhir/propose", wish).status in {200, 400, 409}
    assert server.post("/api/fhir/DocumentReference", {"leaflet": LEAFLET}).status == 200
    call = {
        "hook": "patient-view", "hookInstance": NUMBER, "prefetch": {"patient": RECORD},
        "context": {"patientId": "p1"}, "fhirAuthorization": {"access_token": TOKEN},
    }  # fmt: skip
    hook = "/cds-services/muscle-spasm-leaflet"
    assert server.post(hook, call).status == 200
    assert server.post(hook, call | {"context": {"patientId": NUMBER}}).status == 400
    assert server.post(f"{hook}/feedback", {"feedback": [], "who": NAME}).status == 200
    for more in ("", "&knowledgeResponseType=text/xml", "&knowledgeResponseType=x"):
        query = (
            f"mainSearchCriteria.v.dn=neck&holder.assignedEntity.certificateText={PASSWORD}"
            f"&patientPerson.birthTime={BORN}&subject={NUMBER}{more}"
        )
        answer = server.ask("GET", f"/infobutton?{query}")
        assert not any(one.encode() in answer.body for one in (PASSWORD, BORN, NUMBER))


@pytest.mark.slow
def test_no_file_holds_a_name_and_no_socket_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every system call is watched: no file has the name, and no other machine is called."""
    if not shutil.which("strace"):
        if IN_CI:
            pytest.fail("strace is needed")
        pytest.skip("strace is not installed")
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "HANDOUTS_CACHE"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    trace = tmp_path / "trace"
    calls = "trace=openat,creat,rename,renameat,renameat2,connect,write,writev,sendto,execve"
    wrapped = ("strace", "-f", "-q", "-s", "400", "-e", calls, "-o", str(trace))
    with serving("--record", wrapped=wrapped) as server:
        ask_everything(server)
        ask_about_records(server)
    words = (*NAME.split(), "Marzipan", BORN, NUMBER, PASSWORD, TOKEN)
    text = trace.read_text(encoding="utf-8", errors="replace")
    connected = [line for line in text.splitlines() if " connect(" in line and "AF_INET" in line]
    assert connected == []
    seen = (" write(1,", " write(2,", " execve(")  # what others see: output, and lists of processes
    said = [line for line in text.splitlines() if any(one in line for one in seen)]
    assert any(" execve(" in line for line in said)
    assert not any(word in line for line in said for word in words)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != trace]
    assert files, "the cache of bodies at least was written"
    for path in files:
        assert not any(word.encode() in path.read_bytes() for word in words), path
        assert not any(word in path.name for word in words), path


def test_refusals_do_not_repeat_what_is_no_word(server: PageServer) -> None:
    """A bug or an unreadable body is answered without what was typed."""
    for body in (f'{{"name": "{NAME}", "nme": 1}}', f'{{"name": ["{NAME}"]}}', f"{NAME}"):
        headers = {"content-type": "application/json", "x-handouts-token": server.token}
        answer = server.ask("POST", "/api/leaflet", body, headers)
        assert answer.status == 400
        assert NAME.encode() not in answer.body


KEPT = """return [history.state, document.title, document.cookie,
  location.pathname, location.search,
  JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}),
  ...[...document.querySelectorAll("input[type=text], input[type=password], textarea")].filter(
    (one) => !["off", "new-password"].includes(one.autocomplete || one.form?.autocomplete)
  ).map((one) => one.id)]"""
"""What a page leaves in a browser, and the fields that it may fill in for the next person."""
NOTHING = [None, "Make a leaflet", "", "/", "", "{}", "{}"]


def spelt(word: str) -> list[bytes]:
    """Return how a browser may write a word into a file."""
    return [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")]


@pytest.mark.slow
def test_a_browser_keeps_nothing_of_a_patient(server: PageServer, tmp_path: Path) -> None:
    """No storage, title, history, suggestion or file name has a name, nor any of its files."""
    if not is_installed():
        if IN_CI:
            pytest.fail("chromium and chromedriver are needed")
        pytest.skip("chromium and chromedriver are not installed")
    profile, saved, typed = tmp_path / "profile", tmp_path / "saved", tmp_path / "morning.csv"
    saved.mkdir()
    typed.write_text(f"region,status,flags,name\nneck,acute,,{NAME}\n", encoding="utf-8")
    with chromium(profile, saved) as browser:
        wait = WebDriverWait(browser, 60)
        browser.get(server.address)
        wait.until(lambda one: one.find_element(By.ID, "count").text)
        browser.execute_script(
            "for (const one of document.querySelectorAll('details')) one.open = 1"
        )
        for chosen in ("[name=region][value=neck]", "[name=status][value=acute]"):
            browser.find_element(By.CSS_SELECTOR, chosen).click()
        for field, words in (("name", NAME), ("note", NOTE), ("words", NAME)):
            browser.find_element(By.ID, field).send_keys(words, Keys.TAB)
        browser.find_element(By.ID, "as-pages").click()
        wait.until(lambda one: "side" in one.find_element(By.ID, "state").text)
        browser.find_element(By.ID, "save").click()
        wait.until(lambda _: list(saved.glob("*.pdf")))
        assert browser.execute_script(KEPT) == NOTHING
        browser.find_element(By.LINK_TEXT, "A list").click()
        wait.until(lambda one: one.find_elements(By.ID, "file"))
        browser.find_element(By.ID, "file").send_keys(str(typed))
        wait.until(lambda one: "1 row gets" in one.find_element(By.ID, "state").text)
        assert browser.execute_script(KEPT)[:7] == [
            None,
            "Print a list of leaflets",
            "",
            "/lists",
            *NOTHING[4:],
        ]
        browser.back()
        wait.until(lambda one: one.find_elements(By.ID, "name"))
        assert browser.find_element(By.ID, "name").get_attribute("value") == ""
        browser.forward()
        wait.until(lambda one: one.find_elements(By.ID, "rows"))
        assert NAME not in browser.page_source
        time.sleep(1)  # what a browser writes a little later
    (pdf,) = saved.glob("*.pdf")
    assert PdfReader(pdf).metadata.title == "Neck muscle spasm"  # type: ignore[union-attr] # ours has it
    assert pdf.name.startswith("neck-acute-")
    files = [path for path in profile.rglob("*") if path.is_file()]
    visited = f"127.0.0.1:{server.port}".encode()
    assert any(visited in path.read_bytes() for path in files)  # what it keeps is written by now
    spelling = [one for word in (*NAME.split(), "Marzipan") for one in spelt(word)]
    assert [str(path) for path in files if any(one in path.read_bytes() for one in spelling)] == []
