"""Nothing about a patient is kept, logged or sent anywhere."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import IN_CI
from tests.support.page_server import PageServer, serving

NAME, NOTE = "Zebedee Quillfeather", "Ring the bell at Marzipan House."
LEAFLET = {"region": "neck", "status": "acute", "flags": ["asthma"], "name": NAME, "note": NOTE}


def ask_everything(server: PageServer) -> None:
    """Use all that the server does with a name and a note, right and wrong."""
    wrong = LEAFLET | {"region": NAME}
    for path in ("preview", "leaflet", "notes", "record"):
        assert server.post(f"/api/{path}", LEAFLET).status == 200
        assert server.post(f"/api/{path}", wrong).status == 422
    for kind in ("html", "text"):
        assert server.post("/api/leaflet", LEAFLET | {"format": kind}).status == 200
    server.post("/api/words", {"text": NAME})
    server.post("/api/why", {"leaflet": LEAFLET, "sentence": NAME})


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
    with serving(wrapped=wrapped) as server:
        ask_everything(server)
    words = (*NAME.split(), "Marzipan")
    text = trace.read_text(encoding="utf-8", errors="replace")
    connected = [line for line in text.splitlines() if " connect(" in line and "AF_INET" in line]
    assert connected == []
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
