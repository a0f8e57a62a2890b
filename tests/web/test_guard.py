"""Only the page itself is answered, whatever is sent is bounded, and answers are hardened."""

import http.client
import socket
from contextlib import suppress

import pytest

from tests.support.page_server import PageServer

LEAFLET = '{"region": "lumbar", "status": "acute"}'
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (("GET", "/", {"Host": "leaflets.example"}), 421, "host"),
        (("GET", "/", {"Host": "127.0.0.1:1"}), 421, "host"),
        (("POST", "/leaflet", FORM | {"Origin": "http://evil.example"}), 403, "origin"),
        (("POST", "/leaflet", FORM | {"Origin": "null"}), 403, "origin"),
        (("POST", "/leaflet", FORM | {"Sec-Fetch-Site": "cross-site"}), 403, "origin"),
        (
            ("POST", "/leaflet", FORM | {"Origin": "null", "Sec-Fetch-Site": "cross-site"}),
            403,
            "origin",
        ),
        (("GET", "/frame", {"Sec-Fetch-Site": "same-site"}), 403, "origin"),
        (("POST", "/api/preview", JSON), 403, "token"),
        (("POST", "/api/preview", JSON | {"x-handouts-token": "guess"}), 403, "token"),
        (("PUT", "/", {}), 405, "method"),
        (("GET", "/files/../server.py", {}), 404, "not-found"),
        (("GET", "/files/%2e%2e%2fpage.html", {}), 404, "not-found"),
        (("GET", "/leaflet", {}), 405, "method"),
        (("POST", "/leaflet", {"content-type": "text/plain"}), 415, "media-type"),
    ],
)
def test_what_is_not_ours_is_refused(
    server: PageServer, asked: tuple[str, str, dict[str, str]], status: int, code: str
) -> None:
    """Another host, another page, no secret or another method: refused with a stable code."""
    method, path, headers = asked
    answer = server.ask(method, path, LEAFLET if method == "POST" else None, headers)
    assert (answer.status, answer.record["code"]) == (status, code)


def test_a_form_of_ours_is_answered(server: PageServer) -> None:
    """A browser hides the origin of a form under our policy, but says that the site is the same."""
    headers = FORM | {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert server.ask("POST", "/leaflet", "region=neck&status=acute", headers).status == 200


@pytest.mark.parametrize("path", ["/", "/frame", "/files/page.js", "/nowhere", "/api/preview"])
def test_every_answer_is_hardened(server: PageServer, path: str) -> None:
    """Pages, files and refusals alike forbid foreign scripts, frames, guesses and storing."""
    headers = server.ask("GET", path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert f"frame-ancestors {chr(39)}{'self' if path == '/frame' else 'none'}" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
    assert "server" not in headers


def test_a_body_has_an_end(server: PageServer) -> None:
    """More than a request can need is refused, announced or not."""
    answer = server.post("/api/leaflet", {"region": "neck", "note": "x" * 100_000})
    assert (answer.status, answer.record["code"]) == (413, "too-large")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = JSON | {"x-handouts-token": server.token, "transfer-encoding": "chunked"}
    chunks = (b"1000\r\n" + b" " * 4096 + b"\r\n" for _ in range(40))
    connection.request("POST", "/api/leaflet", b"".join(chunks) + b"0\r\n\r\n", headers)
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nHost: evil.example\r\n\r\n",
        (
            b"POST /leaflet HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/preview HTTP/1.1\r\n\r\n"
        ),
        (
            b"POST /leaflet HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 5\r\n"
            b"Content-Length: 6\r\n\r\nabcdef"
        ),
        b"POST /leaflet HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET  / HTTP/9.9\r\n\r\n",
    ],
)
def test_shapes_that_smuggle_are_refused(server: PageServer, raw: bytes) -> None:
    """A request that two readers may read differently gets 4xx and the end of the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(raw.replace(b"%d", str(server.port).encode()))
        said = b""
        with suppress(ConnectionResetError):  # it does not read what it refuses to the end
            while chunk := connection.recv(65536):
                said += chunk
    assert said.startswith(b"HTTP/1.1 4")
    assert said.count(b"HTTP/1.1") <= 1
    assert server.ask("GET", "/").status == 200


def test_a_slow_client_stops_nobody(server: PageServer) -> None:
    """While hundreds of clients dawdle, the page answers."""
    slow = []
    for _ in range(300):
        one = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        head = f"POST /leaflet HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 99\r\n"
        one.sendall(head.encode())
        slow.append(one)
    try:
        assert server.ask("GET", "/").status == 200
    finally:
        for one in slow:
            one.close()
