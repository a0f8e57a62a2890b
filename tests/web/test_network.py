"""For other machines the page demands TLS and a password, or a proxy that is named."""

import base64
import http.client
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handouts.errors import RequestError
from handouts.web.passwords import password_line, read_passwords
from tests.support.page_server import free_port
from tests.support.processes import DEADLINE, start

pytestmark = pytest.mark.slow

NAME, PASSWORD = "nurse", "correct horse battery"
SERVE = (sys.executable, "-m", "handouts", "serve")


def basic(name: str, password: str) -> str:
    """Return the header of a name and a password."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate, its key, and a file of passwords."""
    folder = tmp_path_factory.mktemp("door")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    (folder / "people.txt").write_text(password_line(NAME, PASSWORD) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def network(door: Path) -> Iterator[int]:
    """A server for a network; gives its port."""
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--origin", f"https://localhost:{port}"]
    options += ["--certificate", "cert.pem", "--key", "key.pem", "--password-file", "people.txt"]
    process = start([*SERVE, *options], cwd=door)
    assert process.stdout is not None
    assert process.stdout.readline().decode().strip() == f"https://localhost:{port}/"
    yield port
    process.terminate()
    process.communicate(timeout=DEADLINE)


def ask(port: int, door: Path, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Ask over TLS, and check the certificate."""
    trusted = ssl.create_default_context(cafile=str(door / "cert.pem"))
    connection = http.client.HTTPSConnection("localhost", port, context=trusted, timeout=DEADLINE)
    body = b'{"region": "neck", "status": "acute"}' if path.startswith("/api/") else None
    more = {"content-type": "application/json"}
    try:
        connection.request("POST" if body else "GET", path, body, headers | more)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_password_is_asked_for(network: int, door: Path) -> None:
    """Nobody without a password sees the page; with it leaflets are made, by our own page only."""
    assert ask(network, door, "/", {})[0] == 401
    assert ask(network, door, "/", {"authorization": basic(NAME, "wrong password")})[0] == 401
    assert ask(network, door, "/", {"authorization": basic("nobody", PASSWORD)})[0] == 401
    right = {"authorization": basic(NAME, PASSWORD)}
    assert ask(network, door, "/", right)[0] == 200
    assert ask(network, door, "/api/leaflet", right)[0] == 403
    status, body = ask(network, door, "/api/leaflet", right | {"x-handouts-token": "page"})
    assert (status, body[:5]) == (200, b"%PDF-")
    foreign = right | {"x-handouts-token": "page", "origin": "https://evil.example"}
    assert ask(network, door, "/api/leaflet", foreign)[0] == 403


@pytest.mark.parametrize(
    "options",
    [
        ["--host", "192.0.2.1"],
        ["--host", "192.0.2.1", "--origin", "https://our.example"],
        ["--host", "192.0.2.1", "--origin", "https://our.example", "--certificate", "cert.pem"],
        ["--origin", "http://our.example", "--behind-proxy"],
        ["--origin", "our.example", "--behind-proxy"],
        ["--behind-proxy"],
    ],
)
def test_half_of_what_a_network_needs_is_refused(options: list[str]) -> None:
    """Other machines are let in by whole measures only; nothing is opened otherwise."""
    done = subprocess.run([*SERVE, *options], capture_output=True, check=False, timeout=DEADLINE)
    assert done.returncode == 2
    assert b"error: " in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "", "nurse", "nurse:secret", "nurse:scrypt$2$8$1$AAAA$AAAA",
        "nurse:scrypt$1073741824$8$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 44, "a:b\na:b",
    ],
)  # fmt: skip
def test_a_file_of_passwords_is_read_whole_or_not(tmp_path: Path, text: str) -> None:
    """A line that holds no strong hash, or a file with nobody, opens no page."""
    path = tmp_path / "people.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError):
        read_passwords(str(path))


def test_a_short_password_is_refused() -> None:
    """A password that can be guessed gets no line."""
    with pytest.raises(RequestError):
        password_line("nurse", "short")
