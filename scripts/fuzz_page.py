"""Send requests made from its description to a page: python scripts/fuzz_page.py COUNT [SECONDS].

It stops at the first answer that is no answer: a bug, an unknown code, no JSON. At the end it says
how many of each status there were, and how the memory of the server grew. Without SECONDS it goes
on until COUNT are sent.
"""

import http.client
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import json  # noqa: E402 - the path comes first

from tests.support.described_requests import DescribedRequest, described_requests  # noqa: E402
from tests.support.page_server import PageServer, serving  # noqa: E402

USUAL = 100_000
WARM = 1000
"""After so many requests memory is looked at first."""
FINE = frozenset({200, 400, 404, 409, 413, 415, 422, 503})


def main() -> None:
    """Send them, one after the other."""
    count = int(sys.argv[1]) if sys.argv[1:] else USUAL
    seconds = float(sys.argv[2]) if sys.argv[2:] else float("inf")
    seed = time.time_ns() % 10**9
    print(f"seed {seed}")
    seen: Counter[int] = Counter()
    with serving() as server:
        described = server.ask("GET", "/api/openapi.json").record
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        warm, begun = 0.0, time.monotonic()
        for number, request in enumerate(described_requests(described, seed)):
            if number == count or time.monotonic() - begun > seconds:
                break
            if number == WARM:
                warm = memory(server)
            seen[sent(connection, server, request)] += 1
        taken = time.monotonic() - begun
        print(f"{seen.total()} requests in {taken:.0f} s: {dict(sorted(seen.items()))}")
        print(f"memory: {warm:.0f} MiB after {WARM}, {memory(server):.0f} MiB at the end")


def sent(
    connection: http.client.HTTPConnection, server: PageServer, request: DescribedRequest
) -> int:
    """Send one request, and return the status of its answer; raises SystemExit for none."""
    headers = {"content-type": "application/json", "x-handouts-token": server.token}
    connection.request("POST", request.path, request.body, headers)
    answer = connection.getresponse()
    body = answer.read()
    code = "" if answer.status == http.HTTPStatus.OK else json.loads(body)["code"]
    if answer.status not in FINE or code == "bug":
        raise SystemExit(f"{request.path} {request.body!r}: {answer.status} {body!r}")
    return answer.status


def memory(server: PageServer) -> float:
    """Return the memory that the server has now, in MiB."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"serve" in words and str(server.port).encode() in words:
                return int((folder / "status").read_text().split("VmRSS:")[1].split()[0]) / 1024
        except (OSError, IndexError):
            continue
    return 0.0


if __name__ == "__main__":
    main()
