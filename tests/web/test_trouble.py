"""A thousand slow clients, a server that is killed, and a disk that is full."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.page_server import PageServer, free_port, serving
from tests.support.processes import start

pytestmark = pytest.mark.slow

SLOW = 1000
TOKEN = "one-secret-for-both-runs-of-this-test"  # noqa: S105 - of these tests
LEAFLET = {"region": "lumbar", "status": "acute"}


@contextmanager
def dawdling(server: PageServer, sent: bytes, count: int) -> Iterator[list[socket.socket]]:
    """Let so many clients send the beginning of a request, and no more."""
    slow: list[socket.socket] = []
    try:
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", server.port), timeout=60)
            slow.append(one)
            one.sendall(sent)
        yield slow
    finally:
        for one in slow:
            one.close()


def runs(group: int) -> bool:
    """Say whether a process of a group still runs."""
    with suppress(ProcessLookupError):
        os.killpg(group, 0)
        return True
    return False


def ended(one: socket.socket) -> bool:
    """Say whether the server ended a connection."""
    with suppress(ConnectionError):
        while one.recv(4096):
            pass
    return True


@pytest.mark.slow
def test_a_thousand_slow_clients_keep_nobody_out() -> None:
    """While a thousand send half a request, leaflets are made; then they are cut off."""
    with serving() as server:
        host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
        head = b"GET / HTTP/1.1\r\n" + host
        kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
        body = b"POST /leaflet HTTP/1.1\r\n" + host + kind + b"Content-Length: 99\r\n\r\nregion="
        with (
            dawdling(server, head, SLOW // 2) as heads,
            dawdling(server, body, SLOW // 2) as bodies,
        ):
            assert server.ask("GET", "/").status == 200
            assert server.post("/api/preview", LEAFLET).status == 200
            assert server.post("/api/leaflet", LEAFLET).status == 200
            assert all(map(ended, heads))
            answers = [one.recv(4096) for one in bodies]
        assert all(b" 408 " in one.partition(b"\r\n")[0] for one in answers)
        assert server.post("/api/preview", LEAFLET).status == 200


@pytest.mark.slow
def test_a_killed_server_leaves_nothing_and_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After SIGKILL an open list is gone with its process, and the same port serves again."""
    monkeypatch.setenv("HANDOUTS_TOKEN", TOKEN)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    port = free_port()
    server = PageServer(port, TOKEN)
    headers = {"x-handouts-token": TOKEN, "x-file-name": "a.csv"}
    text = b"region,status,flags,name\nneck,acute,,Zebedee Quillfeather\n"
    for _ in range(2):
        process = start((sys.executable, "-m", "handouts", "serve", "--port", str(port)))
        assert process.stdout is not None
        assert process.stdout.readline().decode().startswith(server.address)
        assert server.ask("POST", "/api/lists/open", text, headers).status == 200
        assert server.post("/api/leaflet", LEAFLET).status == 200
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        until = time.monotonic() + 30
        while list(tmp_path.rglob("worklist*")) and time.monotonic() < until:
            time.sleep(0.1)
        assert list(tmp_path.rglob("worklist*")) == []
        while runs(process.pid) and time.monotonic() < until:
            time.sleep(0.1)
        assert not runs(process.pid)


def test_a_full_disk_stops_no_leaflet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing more can be written, leaflets are made all the same."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path))
    fill = f"mount -t tmpfs -o size=4k tmpfs {tmp_path} && head -c 4096 /dev/zero > {tmp_path}/all"
    full = ("unshare", "--map-root-user", "--mount", "sh", "-c", f'{fill}; exec "$@"', "full")
    if subprocess.run((*full, "true"), capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    with serving(wrapped=full) as server:
        assert server.post("/api/preview", LEAFLET).status == 200
        answer = server.post("/api/leaflet", LEAFLET)
        assert answer.status == 200
        assert server.post("/api/leaflet", LEAFLET).body == answer.body
    with serving() as server:
        assert server.post("/api/leaflet", LEAFLET).body == answer.body
