"""Words and numbers that no leaflet may hold, and those that it may hold only in one place.

The numbers in brackets are those of content/invariants.yaml.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from handouts.content.blocks import (
    Block,
    ClassLineBody,
    ClauseBody,
    EmergencyLineBody,
    ExerciseBody,
    FlagBody,
    RedFlagBody,
    SelfCheckBody,
    TextBody,
    Wording,
)
from handouts.content.vocabulary import SHEET, STANDARD, Kind
from handouts.selection.request import Request
from tests.support.leaflets import (
    BRANCHES,
    ask,
    joined,
    leaflet,
    panel_texts,
    panels,
    publisher,
    said,
    section_texts,
    sentences,
    title_of,
)

LIBRARY = publisher().library
NUMBERS: dict[str, list[str]] = yaml.load(
    (Path(__file__).parents[2] / "rules" / "numbers.yaml").read_text(encoding="utf-8"),
    Loader=yaml.CSafeLoader,
)
NSAID = r"ibuprofen|naproxen|diclofenac|ketoprofen|aspirin|celecoxib"
CODE = r"[0-9A-Z]{4}(?:-[0-9A-Z]{2,5}){2,}"
NUMBER = re.compile(r"(?:\w+ )?\b\d+(?: to \d+)?(?: \w+)?")


# ------------------------------------------------------------------ every leaflet, every sentence
@cache
def requests() -> tuple[Request, ...]:
    """All regions and statuses with each flag, and a few of which nobody asked."""
    asked = [(), *((flag,) for flag in LIBRARY.flags)]
    not_asked = [(), ("gi-ulcer",), ("under-18",)]
    return tuple(
        ask(region, status, *flags, screened=screened)
        for region, status in BRANCHES
        for screened, sets in ((True, asked), (False, not_asked))
        for flags in sets
    )


def shorter() -> Iterator[Request]:
    """All regions and statuses in the editions with fewer words."""
    for region, status in BRANCHES:
        yield ask(region, status, edition=SHEET)
        for screened in (True, False):
            yield ask(region, status, edition=STANDARD, screened=screened)


@cache
def every_sentence() -> dict[str, str]:
    """Every sentence of every leaflet but the one with its code, with one leaflet that has it."""
    found: dict[str, str] = {}
    read: set[str] = set()
    for request in requests():
        for text in section_texts(leaflet(request)):
            if text in read:
                continue
            read.add(text)
            for sentence in sentences(re.sub(rf"\bCode {CODE}", "Code", text)):
                found.setdefault(sentence, title_of(request))
    return found


def holding(pattern: str, *, unless: str = r"(?!)") -> list[str]:
    """Find the sentences of any leaflet that hold a pattern, but for those that hold another."""
    words, excuse = re.compile(pattern, re.IGNORECASE), re.compile(unless, re.IGNORECASE)
    return [one for one in every_sentence() if words.search(one) and not excuse.search(one)]


def wordings() -> Iterator[tuple[str, Wording]]:
    """Give every sentence of the content as its author wrote it, with the id of its block."""
    for block in LIBRARY.blocks:
        match block.body:
            case TextBody() | FlagBody() | ClassLineBody() | SelfCheckBody() | EmergencyLineBody():
                found = [block.body.wording]
            case ClauseBody(wording=wording, why=why):
                found = [wording, *why]
            case RedFlagBody(signs=signs, lead_in=lead_in):
                found = [*signs, *([lead_in] if lead_in else [])]
            case ExerciseBody() as body:
                steps = [step for one in body.steps.values() for step in one]
                found = [body.start, *steps, *body.stop, *body.cautions.values()]
        yield from ((block.id, wording) for wording in found)


def written() -> Iterator[tuple[str, str]]:
    """Give every text that an author wrote, the one for places without a word too."""
    for name, wording in wordings():
        yield name, wording.text
        yield from ((name, text) for _, text in wording.without)


@cache
def written_in() -> dict[str, list[str]]:
    """List the texts of each block that has some."""
    found: dict[str, list[str]] = {}
    for name, text in written():
        found.setdefault(name, []).append(text)
    return found


def test_there_is_something_to_read() -> None:
    """The lists that these tests search are full."""
    assert len(every_sentence()) > 300
    assert len(list(written())) > 500


# ------------------------------------------------------------------ words that are never there
NEVER = {
    "[9] chest pain is never called harmless": (
        r"(often|usually|mostly).{0,60}(nerve|muscle|spasm).{0,60}(heart|chest)"
    ),
    "[9] nor only a nerve": r"(just|only) (a |your )?(nerve|muscle)\b(?!.*box)",
    "[10] no aspirin for the heart": r"\b(take|chew) (an? )?aspirin",
    "[18] nothing by the back way": r"suppositor",
    "[18] no form is safest": r"\bsafest\b|safe for everyone",
    "[38] no dose": r"\d\s?(mg|mcg|ml|g)\b|\d tablets?|tablets? (a|per|each) day",
    "[42] nothing is strictly prohibited": r"strictly prohibited|forbidden",
    "[50] nothing is a must": r"\b(heat|cold)\b[^.]*\bmust\b",
    "[54] no frightening theory": (
        r"bends? (the|your) spine|starv|kills? tissue|narrows? (the|your) arter|lasts? for years"
    ),
    "[55] no theory of another time": (
        r"osteochondrosis|birth trauma|toxin|bone back|boiled water|hypothermia|salt deposits"
    ),
    "[103] no way round a doctor": r"unless your doctor",
    "[104] no diagnosis, promise or seal": (
        r"diagnos|(?<!not )(?<!which neck exercises are )safe for you\b|approved by the|"
        r"clinically proven|personali[sz]ed|guarantee|\bcures?\b"
    ),
    "no colour stands for a meaning": r"\bthe (red|blue|green|amber|yellow) (box|list|page|sign)",
    "[82] no word that shames a reader": (
        r"you (are|were) (an? )?(addict|alcoholic|drunk)|drug (user|problem)|"
        r"your (HIV|mental illness)"
    ),
}


@pytest.mark.parametrize("law", NEVER)
def test_words_that_no_leaflet_holds(law: str) -> None:
    """No sentence of any leaflet holds them, whatever the flags; the line that warns of it may."""
    found = holding(NEVER[law], unless="do not tell yourself")
    assert found == []


@pytest.mark.parametrize("block", LIBRARY.blocks, ids=lambda block: block.id)
def test_no_block_that_suggests_names_a_medicine_to_leave_alone(block: Block) -> None:
    """[16] Names of medicines that are not for self-care stand in no block that suggests one."""
    names = re.compile(
        r"ketorol|ketopro|ketonal|ketanol|indomet|baclofen|mydocalm|flexeril|no-shpa|spazmalgon|"
        r"baralgin|trigan|dibazol|quinine|tolperisone|thiocolchicoside|metamizole|"
        r"diclofenac(?! gel)",
        re.IGNORECASE,
    )
    if block.suggests:
        texts = written_in()[block.id]
        assert not any(names.search(text) for text in texts)


# ------------------------------------------------------------------ words that need company
def test_the_bottom_is_named_only_to_say_no() -> None:
    """[18] `In your bottom` stands only in a sentence that forbids it."""
    found = [one for one in holding(r"in your bottom") if not one.startswith(("Do not", "Never"))]
    assert found == []


def test_no_painkiller_relaxes() -> None:
    """[17, 102] No sentence holds both a painkiller's name and `relax`."""
    assert holding(NSAID, unless=r"^(?!.*relax)") == []


def test_no_food_or_drink_is_a_medicine() -> None:
    """[56] Food and drink are never said to cure, treat or relax a muscle."""
    texts = [
        text
        for request in requests()
        for text in section_texts(leaflet(request), "everyday")
        if re.match(r"(Food|Drink)", text)
    ]
    assert texts
    assert not any(re.search(r"cure|treat|relax|heal", text, re.IGNORECASE) for text in texts)


def test_no_sentence_says_no_twice() -> None:
    """[103] A sentence has one `not`: never `not … unless`, `not … without` or `never … not`."""
    twice = r"\bnot\b[^,;]*\b(unless|without)\b|\bnever\b[^,;]*\bnot\b|\bnot\b[^,;]*\bno one\b"
    assert holding(twice) == []


def test_neck_cracking_is_never_offered() -> None:
    """[46] Wherever cracking or jerking a neck is named, it is not wanted, or has done harm."""
    excuse = r"do not|let no one|do not need|^neck cracking\.$|cracked or jerked your neck"
    assert holding(r"\bcrack(ed|ing)?\b|\bjerk", unless=excuse) == []


def test_a_hand_never_pulls_the_head() -> None:
    """[41, 95] No step and no drawing's text has a hand pull or push the head aside."""
    alts = [figure.alt for figure in LIBRARY.figures.values()]
    texts = [*alts, *(said(wording) for name, wording in wordings())]
    found = [
        one
        for text in texts
        for one in sentences(text)
        if re.search(
            r"\bhands?\b[^.]*\bpulls? (the|your) head|\bpull your head", one, re.IGNORECASE
        )
        and not re.match(r"Do not", one)
    ]
    assert found == []


# ------------------------------------------------------------------ words that belong to a place
PLACE_WORDS = (
    r"\b(911|999|112|111|988)\b|\bambulance|\bA&E\b|\bE\.?R\.?\b(?!-)|\bGPs?\b|\bcasualty\b|"
    r"\bparacetamol|\bacetaminophen|\btylenol|\bpoop?\b|\btummy\b|\bbelly\b|\bpee\b|\bcolou?r\b|"
    r"\bseizures?\b|\bfits\b|\bphysio|\bsurgery\b|\bpounds?\b|\bkg\b|\bNHS\b|\bmaternity unit"
)


def test_no_block_holds_a_word_of_one_place() -> None:
    """[96-98] Numbers, services and words that differ between countries are asked for in braces."""
    found = [
        (name, text)
        for name, text in written()
        if re.search(PLACE_WORDS, re.sub(r"\{[^{}]*\}", "", text), re.IGNORECASE)
        and not one_of_these_fits(text)
    ]
    assert found == []


def one_of_these_fits(text: str) -> bool:
    """Tell whether a hit is the verb `fits`, which every place has."""
    return not re.search(
        PLACE_WORDS.replace(r"\bfits\b|", ""), re.sub(r"\{[^{}]*\}", "", text), re.IGNORECASE
    ) and bool(re.search(r"(one of these|list|nothing in the list) fits you", text))


def test_no_number_to_call_differs_from_the_place() -> None:
    """[96] Each place's leaflets name its own numbers and no other's."""
    calls = re.compile(r"\b(911|999|112|111|988)\b")
    for place, record in LIBRARY.places.items():
        own = {
            record.words[key]
            for key in ("emergency_number", "urgent_line", "crisis_line")
            if key in record.words
        }
        for region, status in BRANCHES:
            text = joined(leaflet(ask(region, status, "pregnancy", place=place)))
            assert set(calls.findall(text)) == set(filter(calls.fullmatch, own)), place


def test_the_two_names_of_a_medicine_are_one_medicine() -> None:
    """[97] No text lists paracetamol and acetaminophen as if they were two."""
    assert holding(r"acetaminophen", unless=r"paracetamol \(acetaminophen\)") == []


# ------------------------------------------------------------------ numbers
def phrases(text: str) -> list[str]:
    """List the numbers of a text with the words around them, but neither calls nor codes."""
    return NUMBER.findall(re.sub(rf"\b(999|111|116\s123|{CODE})\b", "", text))


@cache
def numbers_that_print() -> dict[tuple[str, str], str]:
    """Every number of every leaflet by section and words, with a text that has it.

    The week to tick numbers its rows: a row is left out only if it is the number and the name of
    an exercise in their order. The section "about" and the diary have versions and dates.
    """
    found: dict[tuple[str, str], str] = {}
    for request in (*requests(), *shorter()):
        for section in leaflet(request).sections:
            cards = panels(leaflet(request), "card")
            rows = {f"{card.number} {panel_texts(card)[0]}" for card in cards}
            for text in section_texts(leaflet(request), section.id):
                if section.id in ("about", "diary") or (section.id == "exercises" and text in rows):
                    continue
                found.update({(section.id, phrase): text for phrase in phrases(text)})
    return found


def test_every_number_is_approved() -> None:
    """[111] Each number of a leaflet is in tests/rules/numbers.yaml with its words."""
    known = {(section, phrase) for section, phrases in NUMBERS.items() for phrase in phrases}
    found = numbers_that_print()
    assert {one: text for one, text in found.items() if one not in known} == {}
    assert known - set(found) == set(), "no leaflet has these any more: take them off the list"


def test_heat_and_cold_stay_short() -> None:
    """[111] No heat over 15 minutes, no cold over 10, and on the neck none over 5."""
    for request in requests():
        for text in section_texts(leaflet(request), "heat-cold"):
            limit = 15 if re.search(r"\bheat\b", text, re.IGNORECASE) else 10
            limit = 5 if limit == 10 and request.region == "neck" else limit
            minutes = [int(one) for one in re.findall(r"(\d+) minutes", text)]
            assert all(one <= limit for one in minutes), text


# ------------------------------------------------------------------ order of what a reader meets
def test_what_to_try_comes_before_what_not_to_take() -> None:
    """The medicines run from the check list to what to try, to ask, and to leave."""
    order = ["note", "try", "ask", "avoid", "medicine-warning"]
    for request in requests():
        kinds = [one.kind for one in panels(leaflet(request), *order)]
        assert all(order.index(a) < order.index(b) for a, b in pairwise(kinds)), title_of(request)


def test_the_strictest_word_for_the_reader_comes_first() -> None:
    """In Just for you, what not to do stands before what to ask about."""
    for request in requests():
        for one in panels(leaflet(request), "just-for-you"):
            marks = [
                item.mark for part in one.parts for item in getattr(part, "items", ()) if item.mark
            ]
            assert marks == sorted(marks, key=["avoid", "ask", "ok"].index)
            known = request.screened or "under-18" in request.flags
            assert panel_texts(one)[0] == ("Just for you" if known else "Before you start")


def test_every_kind_of_block_is_read_by_these_tests() -> None:
    """A kind of block that is new must be added to the search above."""
    read = {block.kind for block in LIBRARY.blocks for name, _ in wordings() if name == block.id}
    assert read == set(Kind)
