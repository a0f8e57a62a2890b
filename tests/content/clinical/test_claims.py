"""What became of every claim of the source article, and its five gravest faults."""

import csv
import re
from functools import cache

import pytest

from handouts.content.load import resource
from handouts.content.vocabulary import Level
from handouts.selection.request import Request
from tests.support.leaflets import (
    BRANCHES,
    ask,
    leaflet,
    publisher,
    section_texts,
    selection,
    sentences,
)

LIBRARY = publisher().library
BLOCKS = {block.id: block for block in LIBRARY.blocks}
ULCERS = ("gi-ulcer", "gi-bleed-history")
EVERY_BRANCH = pytest.mark.parametrize(
    ("region", "status"), BRANCHES, ids=[" ".join(branch) for branch in BRANCHES]
)


@cache
def claims() -> tuple[dict[str, str], ...]:
    """Read the audit of the source article, one row for each claim."""
    text = (resource("content") / "claims.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def requests(region: str, status: str) -> tuple[Request, ...]:
    """Ask for a branch without a flag and with each, asked and not asked."""
    return tuple(
        ask(region, status, *flags, screened=screened)
        for flags in [(), *((flag,) for flag in LIBRARY.flags)]
        for screened in (True, False)
    )


@cache
def texts(region: str, status: str) -> frozenset[str]:
    """List every text that a leaflet of a branch can hold, the text for its drawings too."""
    drawings = (figure.alt for figure in LIBRARY.figures.values())
    return frozenset(drawings).union(
        *(section_texts(leaflet(request)) for request in requests(region, status))
    )


# ------------------------------------------------------------------ the audit
def test_every_claim_is_judged() -> None:
    """The rows are the 159 claims in order, each with a verdict and a place in the leaflets."""
    assert [claim["id"] for claim in claims()] == [f"A{number:03}" for number in range(1, 160)]
    for claim in claims():
        assert claim["claim"].strip()
        assert claim["verdict"] in {"keep", "corrected", "left-out"}, claim["id"]
        assert claim["status"] in {"all", *LIBRARY.statuses}, claim["id"]
        assert set(claim["region"].split(";")) <= {"all", *LIBRARY.regions}, claim["id"]


def test_every_claim_has_blocks_or_a_reason() -> None:
    """A claim is carried by blocks, or a reason says why it is not."""
    assert not [claim["id"] for claim in claims() if not claim["blocks"] and not claim["reason"]]


def test_a_claim_that_was_left_out_names_no_block() -> None:
    """What was left out has a reason, and nothing carries it."""
    left_out = [claim for claim in claims() if claim["verdict"] == "left-out"]
    assert not [claim["id"] for claim in left_out if claim["blocks"] or not claim["reason"]]


@pytest.mark.slow
def test_every_block_that_carries_a_claim_prints_in_some_leaflet() -> None:
    """Each named block exists, and some leaflet of its claim's region and status holds it."""
    named = {
        (name, claim["id"]) for claim in claims() for name in claim["blocks"].split(";") if name
    }
    assert not sorted(pair for pair in named if pair[0] not in BLOCKS)
    printed = {
        choice.block.id
        for branch in BRANCHES
        for request in requests(*branch)
        for choice in selection(request).chosen
    }
    with_a_set = {name for name, _ in named if name not in printed}
    assert not [name for name in with_a_set if not _prints_by_hand(name)]


def _prints_by_hand(name: str) -> bool:
    """Tell whether an exercise prints in some branch when a clinician chooses it."""
    return any(
        name in {choice.block.id for choice in selection(request).chosen}
        for branch in BRANCHES
        if branch in getattr(BLOCKS[name].body, "sets", {})
        for request in [ask(*branch, exercises=(name,))]
    )


# ------------------------------------------------------------------ how the five faults are found
NSAID = re.compile(
    r"ibuprof|naprox|diclof|k[ei]topr|k[ei]t[oa]n[ao]l|k[ei]torol|indomet|melox|celecox|etoricox"
    r"|aspirin|nsaid|anti-?inflammator|nurofen|voltar|cox-2",
    re.IGNORECASE,
)
RELAXES = re.compile(r"relax|loosen|unclench|spasmolytic|antispasm", re.IGNORECASE)


def calls_a_painkiller_a_relaxant(text: str) -> bool:
    """Find one sentence that joins an anti-inflammatory painkiller to the relaxing of muscle."""
    return any(NSAID.search(one) and RELAXES.search(one) for one in sentences(text))


SAFEST = re.compile(
    r"\bsafest\b|\bsafer\b|\bsafe (?:form|way|kind|choice|for (?:every|all|any|the stomach))"
    r"|(?:completely|quite|always|perfectly|very) safe|protects? (?:your|the) (?:stomach|gut)"
    r"|(?:kind|kinder|gentle|gentler|easy|easier) (?:on|to|for) (?:your|the) (?:stomach|gut)"
    r"|(?:bypass|spares?|avoids?)\w* (?:your|the) stomach"
    r"|(?:no|without|free of) (?:risk|side effect)",
    re.IGNORECASE,
)
REAR_FORM = re.compile(r"suppositor|in (?:your|the) (?:bottom|rectum|back passage)", re.IGNORECASE)
FORBIDS = re.compile(r"\b(?:do not|never)\b", re.IGNORECASE)


def calls_a_form_safe(text: str) -> bool:
    """Find praise of the safety of a medicine's form, or the rear one where nothing forbids it."""
    return any(
        SAFEST.search(one) or (REAR_FORM.search(one) and not FORBIDS.search(one))
        for one in sentences(text)
    )


CHEST = re.compile(r"\b(?:chest|heart|angina|cardiac)\b", re.IGNORECASE)
HARMLESS = (
    r"\b(?:nerves?|muscles?|muscular|spasms?|ribs?|strain|stress|neuralgia|harmless|nothing)\b"
)
MOSTLY = (
    r"\b(?:often|usually|mostly|mainly|just|only|merely|simply|probably|likely|commonly|generally"
    r"|typically|normally|rarely|seldom|always|tends?|more often|rather than|in most|nine times"
    r"|most (?:of|cases|chest))\b"
)
PLAYS_DOWN = re.compile(
    rf"{MOSTLY}[^.!?]{{0,60}}{HARMLESS}|{HARMLESS}[^.!?]{{0,60}}{MOSTLY}"
    r"|(?:\b(?:not|unlikely|rarely|seldom|nothing)|n[’']t)\b[^.!?]{0,25}\b(?:heart|cardiac)\b"
    r"|\bheart\b[^.!?]{0,30}\b(?:unlikely|rarely|seldom|fine|healthy)\b",
    re.IGNORECASE,
)
TELLS_NOT_TO = re.compile(
    r"^(?:Do not tell yourself|You cannot tell|Never put it)\b[^.!?]*[.!?]", re.MULTILINE
)


def plays_down_chest_pain(text: str) -> bool:
    """Find a text on the chest or heart that calls the pain likely harmless, in either order."""
    told = TELLS_NOT_TO.sub("", "\n".join(sentences(text)))
    return bool(CHEST.search(text) and PLAYS_DOWN.search(told))


WITH_CAUTION = re.compile(
    r"\bwith (?:\w+ )?(?:caution|care)\b|\bcautio|\bsparingly\b"
    r"|\b(?:use|take) (?:\w+ ){0,3}careful",
    re.IGNORECASE,
)
NEVER_NAMED = re.compile(
    r"dr?otaverin|\bno[\s-]?s[hc]*pa\b|papaverin|m[ea]tami[zs]ol|dipyron|analgin|novalgin|baralg"
    r"|spa[sz]m?[ao]lg|spa[sz]gan|trigan|dic[yi]clo(?:m|ver)|hyosc|buscopan|mebever|pitofen|fenpiver"
    r"|b[ea]nda[sz]ol|d[iy]ba[sz]ol|[qk]u?inin|chinin|tolp[ei]r[iy][sz]|m[iy]doc?k?alm|t[hi]+ocol[ck]"
    r"|muscoril|но-?шп|дротаверин|спазмалг|баралг|триган|дибазол|бендазол|хинин|толперизон|мидокалм"
    r"|метамизол|кетонал|кетанол",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "text",
    [
        "Ketoprofen, Ketanol and diclofenac are muscle relaxants.",
        "Ibuprofen relaxes the muscle.",
        "Muscle relaxants such as Ketonal help.",
        "An NSAID loosens the spasm.",
    ],
)
def test_a_painkiller_called_a_relaxant_is_found(text: str) -> None:
    """The first fault is found in any wording of these."""
    assert calls_a_painkiller_a_relaxant(text)


@pytest.mark.parametrize(
    "text",
    [
        "Suppositories are the safest form.",
        "It is safer to use a gel.",
        "You can also use it in your bottom.",
        "A suppository protects the stomach.",
        "Ibuprofen gel is gentle on your stomach.",
        "This tablet is safe for everyone.",
        "A patch is without risk.",
    ],
)
def test_a_form_called_safe_is_found(text: str) -> None:
    """The second fault is found in any wording of these."""
    assert calls_a_form_safe(text)


@pytest.mark.parametrize(
    "text",
    [
        "Severe chest pain is often a pinched nerve rather than heart disease.",
        "Chest pain is mainly a pinched nerve.",
        "Your chest hurts. It is not your heart.",
        "If your chest hurts it is only a rib.",
        "A muscle is usually the cause of chest pain.",
        "Chest pain here is rarely the heart.",
        "Pain in the chest? It is probably just stress.",
        "Most chest pain comes from a muscle.",
        "It isn’t your heart.",
    ],
)
def test_chest_pain_played_down_is_found(text: str) -> None:
    """The third fault is found in any wording of these, in either order."""
    assert plays_down_chest_pain(text)


@pytest.mark.parametrize(
    "text", ["With an ulcer, use it with caution.", "Take it with great care.", "Be cautious."]
)
def test_with_caution_is_found(text: str) -> None:
    """The fourth fault is found in any wording of these."""
    assert WITH_CAUTION.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "drotaverine",
        "Drotaverin",
        "No-shpa",
        "noshpa",
        "no-spa",
        "metamizole",
        "Metamizol",
        "Analgin",
        "Baralgin",
        "Spazmalgon",
        "Spasmalgon",
        "Trigan-D",
        "dicycloverine",
        "dicyclomine",
        "Buscopan",
        "Dibazol",
        "Bendazol",
        "bendasol",
        "quinine",
        "kinin",
        "Chinin",
        "tolperisone",
        "tolperizone",
        "Mydocalm",
        "Midokalm",
        "thiocolchicoside",
        "Но-шпа",
        "Мидокалм",
    ],
)
def test_a_medicine_that_is_never_named_is_found(text: str) -> None:
    """The fifth fault is found in any spelling of these."""
    assert NEVER_NAMED.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "Do not take ibuprofen. Let your shoulders relax.",
        "Do not take them as tablets, and do not use them in your bottom.",
        "You cannot tell rib or muscle pain from a heart attack by yourself.",
        "Do not wait. It can be a heart attack even if it feels like a muscle.",
        "No spasm lasts. Keep the spine and the skin warm.",
    ],
)
def test_sound_sentences_pass(text: str) -> None:
    """What the leaflets rightly say is none of the five faults."""
    assert not calls_a_painkiller_a_relaxant(text)
    assert not calls_a_form_safe(text)
    assert not plays_down_chest_pain(text)
    assert not WITH_CAUTION.search(text)
    assert not NEVER_NAMED.search(text)


# ------------------------------------------------------------------ the five faults
@pytest.mark.sample(6)
@EVERY_BRANCH
def test_no_painkiller_is_called_a_relaxant(region: str, status: str) -> None:
    """Fault 1: no sentence of any leaflet joins an NSAID to the relaxing of muscle."""
    assert not list(filter(calls_a_painkiller_a_relaxant, texts(region, status)))


@pytest.mark.sample(6)
@EVERY_BRANCH
def test_no_form_of_a_medicine_is_called_safe(region: str, status: str) -> None:
    """Fault 2: no leaflet calls a form safest; the rear one stands only under "do not"."""
    assert not list(filter(calls_a_form_safe, texts(region, status)))


@pytest.mark.sample(6)
@EVERY_BRANCH
def test_chest_pain_is_never_played_down(region: str, status: str) -> None:
    """Fault 3: no leaflet says that chest pain is likely a nerve, a muscle or a rib."""
    assert not list(filter(plays_down_chest_pain, texts(region, status)))


@pytest.mark.sample(6)
@EVERY_BRANCH
def test_nothing_is_to_be_taken_with_caution(region: str, status: str) -> None:
    """Fault 4: no leaflet says "with caution" of anything."""
    assert not list(filter(WITH_CAUTION.search, texts(region, status)))


@pytest.mark.sample(6)
@EVERY_BRANCH
@pytest.mark.parametrize("flag", ULCERS)
@pytest.mark.parametrize("screened", [True, False], ids=["asked", "not asked"])
def test_with_an_ulcer_the_leaflet_forbids(
    region: str, status: str, flag: str, *, screened: bool
) -> None:
    """Fault 4: with an ulcer nothing suggests an NSAID, and the leaflet forbids both routes."""
    request = ask(region, status, flag, screened=screened)
    assert selection(request).advice["nsaid-systemic"].level is Level.AVOID
    assert not [
        choice.block.id
        for choice in selection(request).chosen
        if "nsaid-systemic" in choice.block.suggests
    ]
    just_for_you = "\n".join(section_texts(leaflet(request), "just-for-you"))
    assert "Do not take ibuprofen" in just_for_you
    assert "as tablets, liquid or put in your bottom" in just_for_you


@pytest.mark.sample(6)
@EVERY_BRANCH
def test_no_gut_or_vessel_medicine_is_named(region: str, status: str) -> None:
    """Fault 5: no leaflet names a gut or vessel medicine, quinine or tolperisone, however spelt."""
    assert not list(filter(NEVER_NAMED.search, texts(region, status)))


def test_no_block_names_or_suggests_what_is_never_for_spasm() -> None:
    """Fault 5: the blocks that never print do not name one either, and none has it to suggest."""
    assert not [block.id for block in LIBRARY.blocks if NEVER_NAMED.search(repr(block.body))]
    assert not [
        block.id for block in LIBRARY.blocks if not set(block.suggests) <= set(LIBRARY.classes)
    ]
