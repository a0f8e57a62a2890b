"""Send calls of record systems: python scripts/fuzz_record_calls.py COUNT [SECONDS].

So many of CDS Hooks and so many of Infobutton, damaged, to the application in this process, its
guard included. It stops at the first answer that is no answer: a bug, an unknown code, more than
one card, or more than two seconds of the processor. At the end it says how many of each status
there were, the dearest call, and how the memory grew. Without SECONDS it goes on to the last.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote, quote_plus

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from handouts.web.hooks import PREFETCH  # noqa: E402 - the path comes first
from handouts.web.server import RecordDoors, Settings  # noqa: E402
from tests.hostile.test_fuzz_records import NAMES, SECONDS, VALUES, bundle, damaged  # noqa: E402
from tests.support.page_in_process import PageInProcess, memory  # noqa: E402
from tests.support.page_server import Answer  # noqa: E402

USUAL = 100_000
WARM = 5_000
"""After so many of each memory is looked at first."""
HOOK = "/cds-services/muscle-spasm-leaflet"
JSON = {"content-type": "application/json"}
FINE = {HOOK: {200, 400, 409, 412, 413, 415, 422}, "/infobutton": {200, 400, 415}}


def main() -> None:
    """Send them, one after the other."""
    count = int(sys.argv[1]) if sys.argv[1:] else USUAL
    seconds = float(sys.argv[2]) if sys.argv[2:] else float("inf")
    seed = time.time_ns() % 10**9
    print(f"seed {seed}", flush=True)
    asyncio.run(sent_all(count, seconds, random.Random(seed)))  # noqa: S311 - no secret


async def sent_all(count: int, seconds: float, chance: random.Random) -> None:
    """Send so many of each, for no longer than so many seconds."""
    page = PageInProcess(Settings(record=RecordDoors()))
    seen: dict[str, Counter[int]] = {path: Counter() for path in FINE}
    dearest = warm = 0.0
    begun = time.monotonic()
    for number in range(count):
        if time.monotonic() - begun > seconds:
            break
        warm = memory() if number == min(WARM, count - 1) else warm
        for path in FINE:
            before = time.process_time()
            answer = await (hook if path == HOOK else enquiry)(page, chance)
            spent = time.process_time() - before
            dearest = max(dearest, spent)
            checked(path, answer, spent)
            seen[path][int(answer.status)] += 1
    for path, statuses in seen.items():
        print(f"{path}: {statuses.total()}: {dict(sorted(statuses.items()))}")
    print(f"{time.monotonic() - begun:.0f} s; the dearest took {dearest * 1000:.0f} ms")
    print(f"memory: {warm:.0f} MiB after {WARM}, {memory():.0f} MiB at the end")
    await page.close()


async def hook(page: PageInProcess, chance: random.Random) -> Answer:
    """Send a call with real resources, damaged, or with bytes that are no JSON."""
    names = [*PREFETCH, "other"]
    parts = [(chance.choice(names), part(chance)) for _ in range(chance.randint(0, 3))]
    call = {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "p1"}}
    head = json.dumps(damaged(call, chance)).encode()[:-1]
    sent = b",".join(json.dumps(name).encode() + b":" + raw for name, raw in dict(parts).items())
    return await page.ask("POST", HOOK, head + b',"prefetch":{' + sent + b"}}", JSON)


def part(chance: random.Random) -> bytes:
    """Return what may come back for a part of the record."""
    other = (b"null", b'{"resourceType":"OperationOutcome","issue":[{"severity":"error"}]}')
    return chance.choice(other) if chance.random() < 0.1 else bundle(chance)


async def enquiry(page: PageInProcess, chance: random.Random) -> Answer:
    """Send an enquiry by link or as a form, with parameters that are doubled, cut or odd."""
    write = chance.choice((quote, quote_plus))
    pairs = [(chance.choice(NAMES), chance.choice(VALUES)) for _ in range(chance.randint(0, 8))]
    if chance.random() < 0.5:
        pairs = [("mainSearchCriteria.v.c", "M54.2"), *pairs]
    query = "&".join(f"{name}={write(value, errors='replace')}" for name, value in pairs)
    if chance.random() < 0.05:
        at = chance.randrange(len(query) + 1)
        query = query[:at] + chance.choice(("%", "%ff", "&&", "=", ";", "%00")) + query[at + 1 :]
    if chance.random() < 0.5:
        return await page.ask("GET", f"/infobutton?{query}")
    form = {"content-type": "application/x-www-form-urlencoded"}
    return await page.ask("POST", "/infobutton", query.encode(), form)


def checked(path: str, answer: Answer, spent: float) -> None:
    """Raise SystemExit for an answer that is none."""
    fault = answer.status not in FINE[path] or b'"bug"' in answer.body or spent > SECONDS
    if not fault and path == HOOK and answer.status == 200:
        fault = len(json.loads(answer.body)["cards"]) > 1
    if fault:
        raise SystemExit(f"{path}: {answer.status} after {spent:.2f} s: {answer.body[:2000]!r}")


if __name__ == "__main__":
    main()
