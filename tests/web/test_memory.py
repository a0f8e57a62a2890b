"""The page holds no more for having answered for longer."""

import asyncio
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from handouts.web.server import Settings
from tests.support.page_in_process import PageInProcess
from tests.support.page_server import PageServer

HEAP = 1 << 26
"""The addresses that the C library of GNU sets apart for a heap of a thread, and its alignment."""
AREA = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) 0+ 00:00 0 *$")
Cached = type(cache(len))
EACH = 3
"""Leaflets of as many patients, each with other facts."""
PATHS = ("/api/preview", "/api/notes", "/api/record", "/api/why")


def heaps(process: int) -> int:
    """Count the heaps of threads: at an even address, a piece in use and then one kept free."""
    lines = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    areas = [(int(one[1], 16), int(one[2], 16)) for line in lines if (one := AREA.match(line))]
    return sum(
        used[0] % HEAP == 0 and free == (used[1], used[0] + HEAP) for used, free in pairwise(areas)
    )


def unbounded() -> dict[str, int]:
    """Return how much each cache without a most holds, of a function or of a method."""
    modules = [one for name, one in sys.modules.items() if name.startswith("handouts")]
    owners = [*modules, *(one for module in modules for one in vars(module).values())]
    found: dict[str, int] = {}
    for one in (kept for owner in owners for kept in getattr(owner, "__dict__", {}).values()):
        if isinstance(one, Cached):
            _, _, most, size = one.cache_info()
            if most is None:
                found[f"{one.__module__}.{one.__qualname__}"] = size
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems share heaps")
def test_threads_share_their_memory(server: PageServer) -> None:
    """However many threads answered at the same time, one heap serves all but the first of them."""
    leaflet = {"region": "lumbar", "status": "acute"}
    with ThreadPoolExecutor(12) as clients:
        answers = list(clients.map(lambda _: server.post("/api/notes", leaflet), range(24)))
    assert {one.status for one in answers} == {200}
    assert heaps(server.process) <= 1


def test_nothing_of_a_request_is_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers for other patients fill no cache without a most, and none reads the content anew."""
    monkeypatch.setattr("handouts.audit.explain.load_library", None)

    async def answered() -> list[dict[str, int]]:
        page, seen = PageInProcess(Settings()), []
        for number in range(2 * EACH):
            flags = ["gi-ulcer", "pregnancy", "asthma"][: number % EACH]
            leaflet = {"region": "neck", "flags": flags, "name": f"Ann {number}"}
            asked = leaflet | {"note": f"Room {number}."}
            for path in PATHS:
                why = {"leaflet": asked, "sentence": f"Room {number}."}
                body = json.dumps(why if path == "/api/why" else asked).encode()
                assert (await page.post(path, body)).status == 200
            if number % EACH == EACH - 1:
                seen.append(unbounded())
        await page.close()
        return seen

    first, second = asyncio.run(answered())
    assert first
    assert second == first
