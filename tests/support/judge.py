"""Judge finished leaflets as a careful reader would, by the tables alone: `contradictions`.

It reads a leaflet as text and knows only the advice matrix and the flags, which it reads and
combines by itself. So it shares no mistake with selection, templates or the rules of safety.
`python -m tests.support.judge 1000` judges so many leaflets.
"""

import csv
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from handouts.errors import HandoutsError
from handouts.pipeline import prepare
from handouts.render.text import render_text
from handouts.selection.request import Request
from tests.support.leaflets import BRANCHES, ask, publisher, title_of

TABLE = Path(__file__).parents[2] / "content" / "advice.csv"
ORDER = ("", "ok", "ask", "avoid")
WORDS = {
    "paracetamol": r"paracetamol|acetaminophen",
    "nsaid-systemic": r"(?<!gel with )ibuprofen|naproxen",
    "nsaid-topical": r"\bgels?\b",
    "relaxant": r"muscle relaxant",
    "benzodiazepine": r"diazepam",
    "opioid-weak": r"codeine",
    "heat": r"\bheat\b|hot water bottle|warm pack",
    "cold": r"\bcold packs?\b|\buse cold\b|frozen peas",
    "massage": r"\bmassage\b(?! guns)|\brub softly\b",
    "tens": r"\btens\b",
    "neck-thrust": r"\bcrack",
    "supplement": r"supplements?|magnesium",
    "herbal": r"herbal",
}
"""How a reader recognises a class; written here a second time on purpose."""
NO = re.compile(
    r"\b(do not|never|not|no one|no|let no one|does not|cannot|without|skip|set off|allergic)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"\bask\b|\bif (a|you are|they|your)\b.*\b(yes|told)\b|\bsays yes\b", re.IGNORECASE
)
OFFERS = re.compile(
    r"may (help|take|ease)|you can (take|use)|\btry\b|\buse (a(?! wheelchair)|the one)\b|"
    r"often helps|\btake the lowest\b|\brub softly\b|^wrap a cold|check your skin often$",
    re.IGNORECASE,
)  # fmt: skip
FRONT, BACK = (re.compile(rf"\b(lie|lying)( flat)? on (your|the) {side}\b", re.IGNORECASE)
               for side in ("front", "back"))  # fmt: skip
SEDATIVE = re.compile(
    r"(do not|never) (take|use) (a |an |any )?(muscle relax|diazepam|codeine)", re.IGNORECASE
)
CALMS = re.compile(r"most people feel better|not dangerous|is normal", re.IGNORECASE)
TODAY = frozenset(
    {"cancer-history", "osteoporosis", "long-term-steroids", "immunosuppressed", "age-65-plus",
     "low-weight"}
)  # fmt: skip
CUPS = re.compile(r"\b\d+ (to \d+ )?(cups|litres|glasses)", re.IGNORECASE)
GENERAL = re.compile(r"already|harm you|sleepy|stop suddenly|about painkillers", re.IGNORECASE)
"""A line on whoever takes a medicine already, or on harm, offers nothing."""
FORBIDS = re.compile(r"(do not|never) (take|use|have)\b", re.IGNORECASE)
IN_PART = re.compile(r"together|as well|broken|on it|more than|two|numb|front", re.IGNORECASE)
"""A limit on how to use something forbids only a part."""
NO_CUPS = frozenset({"kidney-disease", "heart-disease", "liver-disease", "bp-or-water-tablets"})
WITH_MIDWIFE = frozenset({"pregnancy", "breastfeeding", "gave-birth-recently"})
NOT_AMERICAN = re.compile(r"gel with ibuprofen|\bpoo\b|\btummy\b|\b999\b|\b111\b")
OF_THE_BACK_TOO = re.compile(
    r"\bback\b|shoulder|chin|keep your neck|neck loose|neck at ease|stiff neck with a fever",
    re.IGNORECASE,
)
DAILY = {
    "blood-thinners": "blood thinner", "antiplatelet": "aspirin or clopidogrel",
    "lithium-or-methotrexate": "(strong|similar) medicine", "ssri-snri": "that medicine",
    "epilepsy": "epilepsy tablets", "long-term-steroids": "steroids",
}  # fmt: skip
"""Who takes a medicine every day, and how it is named."""
BARE = re.compile(r"^(they|them|it|its|others|the two)\b", re.IGNORECASE)
NO_PRONOUN = re.compile(r"it (can (catch|hurt)|gets harder to)\b", re.IGNORECASE)
"""Where “it” stands for nothing, as in “it gets harder to breathe”."""


@cache
def table() -> dict[str, dict[str, str]]:
    """Read the matrix; an empty cell says nothing."""
    rows = list(csv.reader(TABLE.read_text("utf-8").splitlines()))
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=False)) for row in rows[1:] if row}


def level_of(request: Request, name: str) -> str:
    """Combine what the rows say of a class: the strictest wins.

    A kind of a broader flag that has no row of its own has the row of the broader one.
    """
    flags = publisher().library.flags
    rows = ["(baseline)", f"({request.status})"]
    rows += [one if one in table() else flags[one].kind_of for one in request.flags]
    rows += [] if request.screened else ["(not asked)"]
    said = [table()[row].get(name, "") for row in rows if row in table()]
    return max(said, key=ORDER.index)


def items_of(text: str) -> list[str]:
    """List the items of a leaflet in text: bullets, steps, headings, paragraphs."""
    items: list[str] = []
    for line in text.splitlines():
        if line.startswith("  ") and items and items[-1]:
            items[-1] += " " + line.strip()
        elif re.match(r"(- |\d+\. |#|\[)", line) or not line or (items and not items[-1]):
            items.append(re.sub(r"^(- (\[ \] )?|\d+\. |#+ )", "", line).strip())
        elif items:
            items[-1] += " " + line.strip()
        else:
            items.append(line)
    return [item for item in items if item]


def sentences_of(item: str) -> list[str]:
    """List the sentences of an item."""
    return [one.strip() for one in re.split(r"(?<=[.!?])\s+", item) if one.strip()]


def contradictions(request: Request, text: str) -> Iterator[str]:
    """Yield what a reader would stumble over, each with its sentence."""
    items = items_of(text)
    start = next((n for n, one in enumerate(items) if one.startswith("When to get help")), None)
    items = items[: start or len(items)]
    advice = [one for item in items for one in sentences_of(item)]
    flags = _facts_of(request)
    if "under-18" in flags:
        yield from (f"advice to a child: {one}" for one in advice if OFFERS.search(one))
        return
    for item in items:
        yield from _of_classes(request, sentences_of(item))
        if BARE.match(item) and not NO_PRONOUN.match(item):
            yield f"no noun: {item}"
    yield from _of_flags(request, advice)
    yield from (f"a bare do not take: {one}" for one in advice if SEDATIVE.search(one))
    if "pregnancy" in flags:
        yield from _of_positions(advice)


def _facts_of(request: Request) -> set[str]:
    """Name the flags of a request, and of each that is a kind of a broader one, that one too."""
    broad = (publisher().library.flags[flag].kind_of for flag in request.flags)
    return {*request.flags, *filter(None, broad)}


def _of_positions(advice: list[str]) -> Iterator[str]:
    """Yield each order to lie as another sentence forbids to lie."""
    for side, pattern in (("front", FRONT), ("back", BACK)):
        does = [one for one in advice if pattern.search(one) and not NO.search(one)]
        says = [one for one in advice if NO.search(one) and f"on your {side}" in one]
        if does and says:
            yield f"lie and do not lie: {does[0]} / {says[0]}"


def _of_classes(request: Request, advice: list[str]) -> Iterator[str]:
    for name, words in WORDS.items():
        level, named = level_of(request, name), re.compile(words, re.IGNORECASE)
        for one in advice:
            if not named.search(one) or "cold and flu" in one.lower():
                continue
            no, asks, offers = (bool(p.search(one)) for p in (NO, ASKS, OFFERS))
            told_to_ask = any(map(ASKS.search, advice))
            if level == "avoid" and not no and (asks or offers) and not GENERAL.search(one):
                yield f"{name} is to be avoided: {one}"
            elif level == "ask" and offers and not no and not told_to_ask:
                yield f"{name} is to be asked about: {one}"
            elif level == "ok" and FORBIDS.match(one) and not IN_PART.search(one):
                yield f"{name} is fine: {one}"


def _of_flags(request: Request, advice: list[str]) -> Iterator[str]:
    flags, text = _facts_of(request), " ".join(advice).lower()
    yield from _of_medicines(flags, advice, text)
    if flags & TODAY and request.status == "acute" and "most people feel better" in text:
        yield "calmed first, where a doctor has to hear of it today"
    if "recent-surgery-or-injury" in flags:
        yield from (f"calmed after an operation: {one}" for one in advice if CALMS.search(one))
        yield from (f"walk further: {one}" for one in advice if "little further" in one)
    if (flags & NO_CUPS or not request.screened) and (found := CUPS.search(text)):
        yield f"an amount to drink: {found.group()}"
    trying = "trying-for-a-baby" in flags and "pregnant" not in flags
    not_yet = {"pregnancy"} if trying else set[str]()
    if "midwife" in text and not flags & WITH_MIDWIFE - not_yet:
        yield "a midwife, for somebody who neither is pregnant nor has a baby"
    if "epilepsy" in flags and "swim" in text and "never swim alone" not in text:
        yield "swim, with epilepsy"
    if request.place == "us" and (found := NOT_AMERICAN.search(text)):
        yield f"a word of another place: {found.group()}"
    if request.region != "neck":
        necks = (one for one in advice if re.search(r"\bneck\b", one, re.IGNORECASE))
        yield from (
            f"a sentence of the neck: {one}" for one in necks if not OF_THE_BACK_TOO.search(one)
        )


def _of_medicines(flags: set[str], advice: list[str], text: str) -> Iterator[str]:
    """Yield what is wrong with what is said to those who take a medicine every day."""
    keep = [one for one in advice if re.match(r"keep taking", one, re.IGNORECASE)]
    if keep and flags & {"pregnancy", "recent-surgery-or-injury"}:
        yield f"keep taking: {keep[0]}"
    if "nsaid-allergy" in flags and any("aspirin" in one for one in keep):
        yield f"keep taking what one is allergic to: {keep[0]}"
    for flag, word in DAILY.items():
        said = re.search(rf"(keep taking|do not stop|never stop)[^.]*{word}", text)
        if flag in flags and not said:
            yield f"nothing says to keep on with {word}"


def requests(count: int, seed: int) -> Iterator[Request]:
    """Draw requests by chance, the same for a seed: contexts, places, up to eight flags."""
    chance, library = random.Random(seed), publisher().library  # noqa: S311 - no secret
    done = 0
    while done < count:
        region, status = chance.choice(BRANCHES)
        flags = chance.sample(sorted(library.flags), chance.choice((0, 1, 1, 2, 2, 3, 4, 5, 8)))
        place = chance.choice(sorted(library.places))
        screened = chance.random() < 0.7
        try:
            yield ask(region, status, *flags, screened=screened, place=place)
        except HandoutsError:
            continue
        done += 1


def judge(request: Request) -> list[str]:
    """Make a leaflet with all checks, read it as text, and list what is wrong."""
    return list(contradictions(request, render_text(prepare(publisher(), request))))


def main() -> None:
    """Judge as many leaflets as asked, and print what was found, by sentence."""
    count, found = int(sys.argv[1]), Counter[str]()
    first: dict[str, Request] = {}
    wrong = 0
    for request in requests(count, int(sys.argv[2]) if len(sys.argv) > 2 else 11):
        said = judge(request)
        wrong += bool(said)
        for one in said:
            found[one] += 1
            first.setdefault(one, request)
    for one, times in found.most_common():
        print(f"{times:4}  {one}\n      {title_of(first[one])}")  # noqa: T201 - its output
    print(f"{wrong} of {count} leaflets at fault")  # noqa: T201 - its output


if __name__ == "__main__":
    main()
