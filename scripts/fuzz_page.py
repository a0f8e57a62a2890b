"""Send requests made from its description to the page: python scripts/fuzz_page.py COUNT [SECONDS].

Most go to the application in this process, its guard included; each fiftieth goes over a socket to
a server of its own. It stops at the first answer that is no answer: a bug, an unknown code, no
JSON. At the end it says how many of each status there were, and how the memory of both grew.
Without SECONDS it goes on until COUNT are sent.
"""

import asyncio
import http.client
import json
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from handouts.web.server import Settings  # noqa: E402 - the path comes first
from tests.support.described_requests import DescribedRequest, described_requests  # noqa: E402
from tests.support.page_in_process import PageInProcess, memory  # noqa: E402
from tests.support.page_server import Answer, PageServer, serving  # noqa: E402

USUAL = 100_000
LOOKS = 10
"""How often memory is looked at."""
EACH = 50
"""One of so many goes over a socket."""
FINE = frozenset({200, 400, 404, 409, 413, 415, 422, 503})


def main() -> None:
    """Send them, one after the other."""
    count = int(sys.argv[1]) if sys.argv[1:] else USUAL
    seconds = float(sys.argv[2]) if sys.argv[2:] else float("inf")
    seed = time.time_ns() % 10**9
    print(f"seed {seed}", flush=True)
    with serving() as server:
        asyncio.run(sent_all(server, count, seconds, seed))


async def sent_all(server: PageServer, count: int, seconds: float, seed: int) -> None:
    """Send so many, for no longer than so many seconds."""
    page = PageInProcess(Settings())
    seen: Counter[int] = Counter()
    described = (await page.ask("GET", "/api/openapi.json")).record
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    theirs = process_of(server)
    begun = time.monotonic()
    for number, request in enumerate(described_requests(described, seed)):
        if number == count or time.monotonic() - begun > seconds:
            break
        if number % max(count // LOOKS, 1) == 0:
            ours = f"{memory('self'):.0f} and {memory(theirs):.0f} MiB"
            print(f"{number}: {ours} here and behind a socket", flush=True)
        if number % EACH:
            answer = await page.post(request.path, request.body)
        else:
            answer = over_socket(connection, server, request)
        checked(request, answer)
        seen[int(answer.status)] += 1
    taken = time.monotonic() - begun
    await page.close()
    print(f"{seen.total()} requests in {taken:.0f} s: {dict(sorted(seen.items()))}")
    print(f"memory: {memory('self'):.0f} and {memory(theirs):.0f} MiB at the end")


def over_socket(
    connection: http.client.HTTPConnection, server: PageServer, request: DescribedRequest
) -> Answer:
    """Send one request as the page does."""
    headers = {"content-type": "application/json", "x-handouts-token": server.token}
    connection.request("POST", request.path, request.body, headers)
    answer = connection.getresponse()
    return Answer(answer.status, dict(answer.getheaders()), answer.read())


def checked(request: DescribedRequest, answer: Answer) -> None:
    """Raise SystemExit for an answer that is none."""
    code = "" if answer.status == http.HTTPStatus.OK else json.loads(answer.body)["code"]
    if answer.status not in FINE or code == "bug":
        said = f"{request.path} {request.body!r}: {answer.status} {answer.body!r}"
        raise SystemExit(said)


def process_of(server: PageServer) -> str:
    """Return the number of the server's process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"serve" in words and str(server.port).encode() in words:
            return folder.name
    raise SystemExit("the server is not there")


if __name__ == "__main__":
    main()
