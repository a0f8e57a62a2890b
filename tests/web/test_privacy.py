"""Nothing about a patient is kept, logged or sent anywhere."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import IN_CI
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
    calls = "trace=openat,creat,rename,renameat,renameat2,connect,write,writev,sendto"
    wrapped = ("strace", "-f", "-q", "-s", "400", "-e", calls, "-o", str(trace))
    with serving("--record", wrapped=wrapped) as server:
        ask_everything(server)
        ask_about_records(server)
    words = (*NAME.split(), "Marzipan", BORN, NUMBER, PASSWORD, TOKEN)
    text = trace.read_text(encoding="utf-8", errors="replace")
    connected = [line for line in text.splitlines() if " connect(" in line and "AF_INET" in line]
    assert connected == []
    said = [line for line in text.splitlines() if " write(1," in line or " write(2," in line]
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
