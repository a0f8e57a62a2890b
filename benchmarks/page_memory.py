"""Watch the memory of the page over many requests: python benchmarks/page_memory.py [COUNT].

It sends COUNT requests (100,000 without it) to a server of its own over sockets: known PDFs with
other names, previews with other notes, words, pages and refusals,
a tenth of them each over a connection of their own. Ten times it prints the memory of the server
and of the process that makes PDFs, and at the end how much each 10,000 requests of the second half
added. What grows without end shows as a slope; what is kept up to a bound does not.
"""

import http.client
import json
import random
import sys
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.page_in_process import memory  # noqa: E402 - the path comes first
from tests.support.page_server import PageServer, serving  # noqa: E402

USUAL = 100_000
LOOKS = 10
IDLE = 10.0
"""Seconds; somewhat later the server closes a connection on which nothing is asked."""
OWN_CONNECTION = 10
"""One of so many requests has a connection of its own."""
FLAGS = ("gi-ulcer", "asthma", "warfarin", "diabetes", "age-65-plus", "pregnant", "statin")
REFUSED = http.HTTPStatus.BAD_REQUEST
Sent = tuple[str, str, bytes]


def some_request(chance: random.Random) -> Sent:
    """Return a method, a path and a body."""
    leaflet = {"region": chance.choice(["lumbar", "neck"]), "status": "acute"}
    leaflet["name"] = f"Ann {chance.randrange(10**9)}"
    what = chance.choices(("known", "preview", "words", "page", "wrong"), (80, 4, 6, 5, 5))[0]
    if what == "known":
        return "POST", "/api/leaflet", json.dumps(leaflet).encode()
    if what == "preview":
        facts = {"flags": [chance.choice(FLAGS)], "note": f"Room {chance.randrange(10**9)}."}
        return "POST", "/api/preview", json.dumps(leaflet | facts).encode()
    if what == "words":
        text = f"warfarin, ulcer years ago, {chance.randrange(10**6)}"
        return "POST", "/api/words", json.dumps({"text": text}).encode()
    if what == "page":
        return "GET", chance.choice(["/", "/leaflet.css", "/files/page.js", "/frame"]), b""
    return "POST", "/api/preview", b'{"reigon": "' + str(chance.random()).encode() + b'"}'


def sent_all(server: PageServer, count: int) -> list[tuple[float, float]]:
    """Send so many requests; return the memory of both processes, from time to time."""
    chance = random.Random(count)  # noqa: S311 - nothing is kept secret by it
    headers = {"content-type": "application/json", "x-handouts-token": server.token}
    kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    seen: list[tuple[float, float]] = []
    last = monotonic()
    for number in range(count + 1):
        if number % max(count // LOOKS, 1) == 0:
            seen.append((memory(str(server.process)), memory_of_worker(server)))
            print(f"{number}: {seen[-1][0]:.1f} and {seen[-1][1]:.1f} MiB", flush=True)
        method, path, body = some_request(chance)
        own = number % OWN_CONNECTION == 0
        one = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120) if own else kept
        if monotonic() - last > IDLE:  # this machine stood still, and the server ended it
            kept.close()
        last = monotonic()
        one.request(method, path, body, headers)
        answer = one.getresponse()
        answer.read()
        if answer.status not in {http.HTTPStatus.OK, REFUSED}:
            raise SystemExit(f"{path} answered {answer.status}")
        if own:
            one.close()
    kept.close()
    return seen


def memory_of_worker(server: PageServer) -> float:
    """Return the memory of the largest process that the server started; 0 without one."""
    children = Path(f"/proc/{server.process}/task/{server.process}/children").read_text()
    return max((memory(one) for one in children.split()), default=0.0)


def main() -> None:
    """Send them, and say how memory grew."""
    count = int(sys.argv[1]) if sys.argv[1:] else USUAL
    with serving() as server:
        seen = sent_all(server, count)
    half = len(seen) // 2
    tens = (count - count * half / LOOKS) / 10_000
    for place, what in enumerate(("the server", "the process that makes PDFs")):
        grown = seen[-1][place] - seen[half][place]
        print(f"{what}: {grown / tens:+.2f} MiB for each 10,000 requests of the second half")
        print(f"{what}: at most {max(one[place] for one in seen):.0f} MiB")


if __name__ == "__main__":
    main()
