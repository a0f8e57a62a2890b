"""Time the clinic's page beside the same work without it, and beside Typst: one run, as ratios.

Usage: python benchmarks/page.py [ROUNDS]

For 1, 10 and 50 clients it gives the answers a second and the middle and the 99th-slowest of a
hundred answers, for a preview, a PDF that was made before, and a new PDF; then the largest memory
of the server, and how long it takes to its first page beside a bare Python.
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from itertools import count, repeat
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402

from handouts.web.asked import Asked  # noqa: E402 - the path comes first
from handouts.web.previews import make_preview  # noqa: E402
from handouts.web.publishing import Desk  # noqa: E402
from tests.support.page_server import PageServer, free_port, serving  # noqa: E402

LEAFLET = {"region": "lumbar", "status": "acute", "flags": ["gi-ulcer"]}
CLIENTS = (1, 10, 50)
FIRST_NAMES = ("Ann", "Bartholomew", "Cem", "Dorothea", "Eve", "Femi", "Guadalupe", "Hu", "Ines")
LAST_NAMES = ("Able", "Birch-Hollow", "Chandrasekhar", "Dee", "Eriksen", "O'Neill", "Fox")
Timed = tuple[float, float, float]
"""Answers a second, then the middle and the 99th-slowest of a hundred answers in seconds."""


def timed(server: PageServer, path: str, bodies: Iterator[str], clients: int, each: int) -> Timed:
    """Let clients ask one after the other, all at once."""
    taken: list[float] = []
    headers = {"content-type": "application/json", "x-handouts-token": server.token}

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for _ in range(each):
            body = next(bodies)
            begun = time.perf_counter()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - begun)
            if answer.status != HTTPStatus.OK:
                raise SystemExit(f"{path} answered {answer.status}")
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    begun = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    whole = time.perf_counter() - begun
    taken.sort()
    return len(taken) / whole, statistics.median(taken), taken[int(len(taken) * 0.99) - 1]


def middle(work: Callable[[], object], times: int) -> float:
    """Return the middle time of some work, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def same() -> Iterator[str]:
    """Yield one leaflet, again and again."""
    while True:
        yield json.dumps(LEAFLET | {"name": "Ann Able"})


def different() -> Iterator[str]:
    """Yield leaflets that differ, as those of several people do who work at the same time."""
    for number in count():
        yield json.dumps(LEAFLET | {"note": f"Room {number}."})


def new() -> Iterator[str]:
    """Yield leaflets that nobody made before: each has another note."""
    for number in count():
        yield json.dumps(LEAFLET | {"note": f"Room {number} of {time.time_ns()}."})


def memory(port: int) -> float:
    """Return the largest memory of the server so far, in MiB."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"serve" in words and str(port).encode() in words:
                status = (folder / "status").read_text()
                return int(status.split("VmHWM:")[1].split()[0]) / 1024
    return 0.0


def processor_time(process: int) -> float:
    """Return the seconds of processor time of a process so far, all its threads together."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((one / "schedstat").read_text().split()[0]) for one in threads) / 1e9


def known_overhead(
    server: PageServer, desk: Desk, names: Iterator[str], each: int
) -> tuple[float, float]:
    """Return what known PDFs take over HTTP ÷ in process, in turn: processor time and time.

    In process it begins with what is asked and ends with the bytes, as over HTTP.
    """
    ratios = []
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        for _ in range(12):
            asked = [LEAFLET | {"name": next(names)} for _ in range(each)]
            sent = [raw_request(server, json.dumps(one).encode()) for one in asked]
            options = [msgspec.convert(one, Asked).options(None) for one in asked]
            begun, since = processor_time(server.process), time.perf_counter()
            for one in sent:
                connection.sendall(one)
                read_answer(connection)
            ours = processor_time(server.process) - begun, time.perf_counter() - since
            begun, since = time.process_time(), time.perf_counter()
            for wish in options:
                desk.known_pdf(desk.request(wish)[0])
            theirs = time.process_time() - begun, time.perf_counter() - since
            ratios.append((ours[0] / theirs[0], ours[1] / theirs[1]))
    return statistics.median(one for one, _ in ratios), statistics.median(one for _, one in ratios)


def raw_request(server: PageServer, body: bytes) -> bytes:
    """Return a request for a PDF as it goes over the wire."""
    head = (
        f"POST /api/leaflet HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"content-type: application/json\r\nx-handouts-token: {server.token}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def other_names() -> Iterator[str]:
    """Yield names that differ, as those of the patients of a clinic do, of different lengths."""
    for number in count():
        first, last = FIRST_NAMES[number % len(FIRST_NAMES)], number // len(FIRST_NAMES)
        yield f"{first} {LAST_NAMES[last % len(LAST_NAMES)]} {number % 1000}"


def read_answer(connection: socket.socket) -> None:
    """Read one whole answer, as cheaply as can be: the client is not what is timed."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += connection.recv(1 << 18)
    head, _, body = said.partition(b"\r\n\r\n")
    left = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) - len(body)
    while left > 0:
        left -= len(connection.recv(1 << 18))


def first_page() -> float:
    """Return the seconds from the start to the first page."""
    port = free_port()
    command = [sys.executable, "-m", "handouts", "serve", "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        if process.stdout:
            process.stdout.readline()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.communicate()


def typst() -> float | None:
    """Return the seconds in which Typst makes the leaflet; None where it is not installed."""
    program = ROOT / "benchmarks" / "typst_once.py"
    command = [sys.executable, str(program)]
    if subprocess.run(command, capture_output=True, check=False, cwd=ROOT).returncode:
        return None
    return middle(lambda: subprocess.run(command, capture_output=True, check=True, cwd=ROOT), 5)


def main() -> None:
    """Print the table."""
    each = int(sys.argv[1]) if sys.argv[1:] else 40
    desk = Desk(None)
    asked = msgspec.json.decode(next(same()), type=Asked)
    options = asked.options(None)
    with serving() as server:
        timed(server, "/api/leaflet", new(), 1, 2)
        timed(server, "/api/leaflet", same(), 1, 3)
        time.sleep(1)  # until the process that makes PDFs is warm
        within = {
            "preview, the same": middle(
                lambda: make_preview(desk.shared, desk.content, asked), each
            ),
            "known PDF": middle(lambda: desk.known_pdf(desk.request(options)[0]), each * 5),
        }
        alone: dict[str, float] = {}
        print("| what | clients | answers/s | p50 ÷ in process | p99 ÷ p50 alone |")
        print("|---|---|---|---|---|")
        for what, path, bodies in (
            ("preview, the same", "/api/preview", same()),
            ("preview, others", "/api/preview", different()),
            ("known PDF", "/api/leaflet", same()),
            ("new PDF", "/api/leaflet", new()),
        ):
            lock = threading.Lock()
            for clients in CLIENTS:
                rate, p50, p99 = timed(
                    server, path, _locked(bodies, lock), clients, max(2, each // clients)
                )
                alone.setdefault(what, p50)
                inside = f"{p50 / within[what]:.2f}" if what in within else "–"
                print(f"| {what} | {clients} | {rate:.0f} | {inside} | {p99 / alone[what]:.1f} |")
        print()
        for what, names in (("another name each", other_names()), ("the same", repeat("Ann Able"))):
            used, taken = known_overhead(server, desk, names, 150)
            print(f"known PDF, {what}: processor time ÷ in process {used:.2f}, time {taken:.2f}")
        print(f"largest memory of the server: {memory(server.port):.0f} MiB")
        if (peer := typst()) is not None:
            print(f"new PDF alone ÷ Typst: {alone['new PDF'] / peer:.2f}")
    desk.close()
    bare = middle(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 5)
    starts = statistics.median(first_page() for _ in range(3))
    print(f"start to first page ÷ bare Python: {starts / bare:.1f}")
    print(f"load: {os.getloadavg()[0]:.1f}")


def _locked(bodies: Iterator[str], lock: threading.Lock) -> Iterator[str]:
    """Let several threads take from one generator."""
    return _Locked(bodies, lock)


class _Locked(Iterator[str]):
    def __init__(self, bodies: Iterator[str], lock: threading.Lock) -> None:
        self._bodies, self._lock = bodies, lock

    def __next__(self) -> str:
        with self._lock:
            return next(self._bodies)


if __name__ == "__main__":
    main()
