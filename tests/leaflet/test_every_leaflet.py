"""What every leaflet must say and hold, whoever it is for: the safety rules, as text checks.

The numbers in brackets are those of content/invariants.yaml.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import combinations

import pytest

from handouts.content.blocks import FlagBody, RedFlagBody, SelfCheckBody, TextBody
from handouts.content.vocabulary import Kind, Level, Urgency
from handouts.leaflet.tree import Heading, ItemList, Panel, Paragraph, plain, walk
from handouts.safety.guard import refuse_unsafe
from handouts.selection.request import Request
from tests.support.leaflets import (
    BRANCHES,
    REGIONS,
    ask,
    folded,
    joined,
    leaflet,
    panel_texts,
    panels,
    part_texts,
    publisher,
    said,
    says,
    section_texts,
    selection,
    sentences,
    title_of,
)

SINGLE = (
    "gi-ulcer",
    "blood-thinners",
    "pregnancy",
    "osteoporosis",
    "age-65-plus",
    "under-18",
    "drives-or-machinery",
)
KNOWN = publisher().library.flags
FLAGS = tuple(KNOWN)
PAIRS = tuple(
    (one, other)
    for one, other in combinations(SINGLE, 2)
    if other not in KNOWN[one].excludes and one not in KNOWN[other].excludes
)


# ------------------------------------------------------------------ requests
@cache
def every_request() -> tuple[Request, ...]:
    """All regions and statuses: asked and not asked, no flag, one flag, two flags."""
    asked = [(), *((flag,) for flag in FLAGS), *PAIRS]
    not_asked = [(), *((flag,) for flag in SINGLE)]
    return tuple(
        ask(region, status, *flags, screened=screened)
        for region, status in BRANCHES
        for screened, sets in ((True, asked), (False, not_asked))
        for flags in sets
    )


def requests(
    *,
    region: str | None = None,
    status: str | None = None,
    flag: str | None = None,
    stop: bool | None = False,
) -> Iterable[Request]:
    """Pick requests; a sheet for a person under 18 only with `stop` true, or both with None."""
    for request in every_request():
        fits = region in (None, request.region) and status in (None, request.status)
        fits &= flag is None or flag in request.flags
        if fits and stop in (None, "under-18" in request.flags):
            yield request


def lacking(found: Iterable[Request], holds: Callable[[Request], bool]) -> list[str]:
    """Name the requests for which something does not hold, a few of them."""
    chosen = list(found)
    assert chosen
    return [title_of(request) for request in chosen if not holds(request)][:5]


# ------------------------------------------------------------------ words of one leaflet
def emergency_box(request: Request) -> str:
    """Read the full list of emergencies."""
    return "\n".join(
        text
        for box in panels(leaflet(request), "maternity", "warnings")
        for text in panel_texts(box)
    )


def box(request: Request, *kinds: str) -> str:
    """Read all boxes of some kinds."""
    return "\n".join(text for one in panels(leaflet(request), *kinds) for text in panel_texts(one))


def section(request: Request, *names: str) -> str:
    """Read some sections."""
    return joined(leaflet(request), *names)


def holds_all(text: str, *words: str) -> bool:
    """Tell whether a text holds all of these, capital or not."""
    return all(word.casefold() in text.casefold() for word in words)


def chosen_signs(request: Request) -> dict[str, RedFlagBody]:
    """Name the warning signs of a leaflet."""
    return {
        choice.block.id: choice.block.body
        for choice in selection(request).chosen
        if isinstance(choice.block.body, RedFlagBody)
    }


def blocks_that_suggest(request: Request, name: str) -> list[str]:
    """Read the text blocks that suggest a class."""
    return [
        said(choice.block.body.wording)
        for choice in selection(request).chosen
        if isinstance(choice.block.body, TextBody) and name in choice.block.suggests
    ]


def instructions(request: Request, name: str) -> list[str]:
    """Read the text blocks that tell how to use heat or cold; there is exactly one."""
    texts = [
        text for text in blocks_that_suggest(request, name) if not text.startswith("Heat or cold?")
    ]
    level = selection(request).advice[name].level
    assert len(texts) == (level is not Level.AVOID), title_of(request)
    return texts


def advised(request: Request, words: str) -> list[str]:
    """Find the sentences with some words that do not tell the reader not to."""
    found = [s for text in section_texts(leaflet(request)) for s in sentences(text)]
    found = [one for one in found if not one.startswith(("Do not", "Never"))]
    return [one for one in found if re.search(words, one, re.IGNORECASE) and "not your" not in one]


def bullets(request: Request, *sections: str) -> list[str]:
    """List the items of every list of some sections."""
    return [
        folded(plain(item.runs))
        for one in leaflet(request).sections
        if one.id in sections
        for part in walk(one.parts)
        if isinstance(part, ItemList)
        for item in part.items
    ]


# ------------------------------------------------------------------ help is always there
@pytest.mark.slow
def test_every_leaflet_says_when_to_get_help() -> None:
    """[1, 3] Emergency, same-day and routine signs stand in this order, under their call lines."""

    def holds(request: Request) -> bool:
        boxes = ("maternity", "warnings", "today", "book")
        kinds = [one.kind for one in panels(leaflet(request), *boxes)]
        signs = [one for one in kinds if one != "maternity"]
        in_order = signs == ["warnings", "today", "book"] and "maternity" not in kinds[2:]
        return in_order and holds_all(
            section(request, "help"),
            "Call 999 now: every sign",
            "today if:",
            "Book an appointment if:",
        )

    assert lacking(requests(stop=None), holds) == []


def test_page_1_names_the_number_to_call_first() -> None:
    """[3, 4] Only the title and the check-first line stand above the emergency box."""

    def holds(request: Request) -> bool:
        names = [one.id for one in leaflet(request).sections]
        before = names[: names.index("emergency")]
        return before in (["top"], ["top", "check-first"]) and holds_all(
            section(request, "emergency"), "Call 999 now if:", "Do not wait."
        )

    assert lacking(requests(stop=None), holds) == []


@pytest.mark.slow
def test_signs_that_every_leaflet_has() -> None:
    """[2, 69, 73] Fever, accident, weakness, cancer, weight, crisis, ectopic: each in its box."""

    def holds(request: Request) -> bool:
        return holds_all(
            emergency_box(request),
            "bad accident",
            "suddenly gone weak",
            "pain at the tip of your shoulder",
            "You gave birth in the last 6 weeks",
            "hurt yourself or end your life, call 116 123 (Samaritans). Not safe? Call 999.",
        ) and holds_all(box(request, "today", "warnings"), "fever", "cancer", "losing weight")

    assert lacking(requests(stop=None), holds) == []


@pytest.mark.parametrize(
    ("region", "words"),
    [
        (
            "lumbar",
            (
                "between your legs; wipe; cannot pee; wet yourself; poo yourself; both legs; "
                "numbness; "
                "sex; chest pain; short of breath; face drops; testicle; back or tummy"
            ),
        ),
        (
            "thoracic",
            (
                "heart attack; rip or a tear; cough up blood; Your legs feel weak; pee or poo; "
                "tightness or a heavy feeling; not like any pain before"
            ),
        ),
        (
            "neck",
            (
                "blurred or double; clumsy; neck is stiff; heart attack; arm, jaw, neck or back; "
                "Your legs feel weak; pee or poo; worst of your life; swallow your own spit"
            ),
        ),
    ],
)
def test_signs_of_a_region(region: str, words: str) -> None:
    """[5-8, 64, 65] Each region names its own dangers, in new and lasting pain, with any flag."""
    wanted = words.split("; ")
    assert (
        lacking(requests(region=region, stop=None), lambda r: holds_all(emergency_box(r), *wanted))
        == []
    )


def test_a_new_pain_between_the_shoulder_blades_is_checked_today() -> None:
    """[6] A new pain in the upper back is for today; with a known aneurysm it is for 999."""
    words = "between your shoulder blades is new or different"

    def holds(request: Request) -> bool:
        urgent = "aneurysm" in request.flags
        found = [words in emergency_box(request), words in box(request, "today")]
        return found == [urgent, not urgent]

    assert lacking(requests(region="thoracic", stop=None), holds) == []


def test_a_bad_sudden_pain_stands_alone() -> None:
    """[66] Sudden, very bad back or tummy pain needs no second sign."""
    words = "You have sudden, very bad pain in your back or tummy, not like any pain before."
    for region in ("thoracic", "lumbar"):
        found = requests(region=region, stop=None)
        assert lacking(found, lambda r: words in emergency_box(r).splitlines()) == []


def test_time_brings_an_appointment() -> None:
    """[63, 172] New pain that stays is booked; what changes is too, or is for today or now."""
    acute = requests(status="acute", stop=None)
    stays = "not better after 2 to 3 weeks"
    where = {True: "today", False: "book"}  # under 18 it is for today
    assert lacking(acute, lambda r: stays in box(r, where["under-18" in r.flags])) == []
    chronic, of_any = requests(status="chronic", stop=None), ("warnings", "today", "book")
    words = ("changes", "gets worse", "spreads down an arm or leg")
    assert lacking(chronic, lambda r: holds_all(box(r, *of_any), *words)) == []


def test_lasting_pain_is_still_an_emergency() -> None:
    """In lasting pain, page 1 and the full list say that years of pain change nothing."""
    words = "These signs are an emergency even if you have had pain for years."
    found = requests(status="chronic", stop=None)
    assert lacking(found, lambda r: section(r, "emergency", "help").count(words) == 2) == []


# ------------------------------------------------------------------ the words of warning signs
def test_warning_signs_come_from_the_table_alone() -> None:
    """[61] Every bullet of the lists is a sign of a chosen row or a line of the box."""

    def holds(request: Request) -> bool:
        signs = {folded(said(s)) for one in chosen_signs(request).values() for s in one.signs}
        printed = bullets(request, "help")
        return bool(printed) and all(text in signs for text in printed)

    assert lacking(requests(stop=None), holds) == []


@pytest.mark.slow
def test_no_note_to_the_programmer_is_printed() -> None:
    """[61] No backtick, no name of a flag, and no condition in brackets reaches the reader."""
    names = [flag for flag in FLAGS if "-" in flag and flag != "low-weight"]
    marks = ["`", "(with", "(only", "(when", "(if", "rf-", "**", "{", "}", *names]

    def holds(request: Request) -> bool:
        text = joined(leaflet(request))
        return not any(mark in text for mark in marks)

    assert lacking(requests(stop=None), holds) == []


def test_a_weak_immune_system_makes_fever_an_emergency() -> None:
    """[62] Fever and infection move up, and lead page 1; without the flag they are for today."""
    for region in REGIONS:
        request = ask(region, "acute", "immunosuppressed")
        assert holds_all(emergency_box(request), "fever", "fever or sweats with the pain")
        assert "fever, shivers or sweats" in section_texts(leaflet(request), "emergency")[1]
        assert "fever or sweats" not in box(request, "today")
        assert "fever or sweats" in box(ask(region, "acute"), "today")


def test_signs_print_at_least_as_urgent_as_the_table() -> None:
    """[62] No sign of an emergency row stands only under today or an appointment."""

    def holds(request: Request) -> bool:
        rows = chosen_signs(request).values()
        urgent = [row for row in rows if row.urgency is Urgency.EMERGENCY]
        text = "\n".join((emergency_box(request), box(request, "medicine-warning")))
        return all(says(text, sign) for row in urgent for sign in row.signs)

    assert lacking(requests(stop=None), holds) == []


def test_a_stiff_neck_alone_is_no_emergency() -> None:
    """[67] Every sign of a neck injury names an injury."""
    injury = re.compile(r"\b(fall|crash|dive|blow|injury|hit your head)\b")
    body = chosen_signs(ask("neck"))["rf-neck-injury"]
    assert all(injury.search(said(sign)) for sign in body.signs)


def test_a_tight_chest_is_never_only_for_today() -> None:
    """[68] A sign for today or later that names a tight chest says to call the number."""

    def holds(request: Request) -> bool:
        lines = box(request, "today", "book").splitlines()
        return all("999" in line for line in lines if "chest" in line and "tight" in line)

    assert lacking(requests(stop=None), holds) == []


def test_a_fever_stands_out() -> None:
    """[101] The word fever, or fever or sweats, is bold in its rows for people on steroids."""
    for flag in ("long-term-steroids", "lithium-or-methotrexate"):
        for choice in selection(ask("lumbar", "acute", flag)).chosen:
            body = choice.block.body
            if isinstance(body, RedFlagBody) and choice.block.id in ("rf-fever", "rf-infection"):
                strong = " ".join(
                    re.findall(r"\*\*(.+?)\*\*", " ".join(s.text for s in body.signs))
                )
                assert "fever" in strong


@pytest.mark.parametrize("flag", ["lithium-or-methotrexate", "cancer-history", "cancer-now"])
def test_a_neck_leaflet_is_made_where_a_fever_is_known_to_be_an_emergency(flag: str) -> None:
    """[236, 237] Who was not asked about the rest is told of a fever, and of the call with it."""
    request = ask("neck", "acute", flag, screened=False, edition="standard")
    chosen, made = selection(request), leaflet(request)
    refuse_unsafe(publisher().library, chosen, made, publisher().rules)
    assert "take methotrexate or inject drugs. And you have a fever" in joined(made)


def test_a_box_never_says_the_same_twice() -> None:
    """[100] No bullet stands twice in one box, and each is grouped under a label or a lead-in."""

    def holds(request: Request) -> bool:
        for kinds in ("maternity", "warnings", "today", "book", "emergency"):
            for one in panels(leaflet(request), kinds):
                items = [
                    folded(plain(i.runs))
                    for p in walk(one.parts)
                    if isinstance(p, ItemList)
                    for i in p.items
                ]
                if len(items) != len(set(items)):
                    return False
        return True

    assert lacking(requests(stop=None), holds) == []


def test_no_line_for_the_reader_says_the_same_twice() -> None:
    """[79] Clauses of two flags on one class merge into one line, each sentence once."""

    def holds(request: Request) -> bool:
        lines = [sentences(line) for line in bullets(request, "just-for-you")]
        return all(len(line) == len(set(line)) for line in lines)

    assert lacking(requests(), holds) == []


# ------------------------------------------------------------------ whole and closed
def test_nothing_is_empty() -> None:
    """[12, 99] No section, box, list, item, paragraph or heading of any leaflet is empty."""

    def holds(request: Request) -> bool:
        for one in leaflet(request).sections:
            parts = list(walk(one.parts))
            if not any(not isinstance(part, Heading) for part in one.parts):
                return False
            if any(isinstance(part, Panel) and not part.parts for part in parts):
                return False
            texts = [
                text
                for part in parts
                if isinstance(part, Heading | Paragraph | ItemList)
                for text in part_texts(part)
            ]
            if not all(texts):
                return False
        return True

    assert lacking(requests(stop=None), holds) == []


def test_every_leaflet_says_what_it_is() -> None:
    """[11, 104] General information that replaces nobody, whom to ask, version and dates."""
    words = (
        "general information",
        "does not replace advice from your doctor, nurse or pharmacist",
        "Version ",
        " of 22 November 2026",
        "Words last checked against their sources: ",
        "No clinician has approved these words yet",
        "Sources: ",
    )
    assert lacking(requests(stop=None), lambda r: holds_all(section(r, "about"), *words)) == []


def test_every_leaflet_is_a_draft() -> None:
    """[106] While no clinician has approved the words, each page says so."""
    for request in requests(stop=None):
        made = leaflet(request)
        assert made.draft == "DRAFT"
        assert made.draft_line == "Not approved by a clinician. Do not give to patients."


# ------------------------------------------------------------------ flags
def test_each_flag_leads_once() -> None:
    """[58] The lead of every active flag stands exactly once, that of no other flag anywhere."""

    def holds(request: Request) -> bool:
        text = folded(section(request, "top", "just-for-you", "stop"))
        leads = {
            body.flag: folded(said(body.wording))
            for block in publisher().library.blocks
            if block.kind is Kind.LEAD and isinstance(body := block.body, FlagBody)
        }
        return all(text.count(lead) == (flag in request.flags) for flag, lead in leads.items())

    assert lacking(requests(stop=None), holds) == []


def test_what_was_not_asked_is_said() -> None:
    """[76] Without screening, the reader is told that no one has asked, and what to do."""

    def holds(request: Request) -> bool:
        said_so = "No one has asked about all your illnesses and medicines yet." in section(
            request, "just-for-you"
        )
        return said_so != request.screened

    assert lacking(requests(), holds) == []


def test_an_ulcer_names_every_way_in() -> None:
    """[19, 79] With an ulcer, tablets and the bottom are named, nothing is `with caution`."""

    def holds(request: Request) -> bool:
        text = section(request, "just-for-you")
        nsaid = "ibuprofen" in box(request, "try").casefold().replace("a gel with ibuprofen", "")
        return (
            holds_all(text, "do not", "as tablets, liquid or put in your bottom")
            and "with caution" not in joined(leaflet(request))
            and not nsaid
        )

    assert lacking(requests(flag="gi-ulcer"), holds) == []


def test_a_blood_thinner_is_kept() -> None:
    """[20, 72] Keep taking it, no ibuprofen, no deep massage, and a knock is an emergency."""

    def holds(request: Request) -> bool:
        return (
            holds_all(section(request, "just-for-you"), kept(request), "deep massage")
            and holds_all(emergency_box(request), "hit your head", "a fall, bump or knock")
            and "hit your head" in bullets(request, "emergency")[0]
            and blocks_that_suggest(request, "nsaid-systemic") == []
            and not re.search(
                r"(?<!do not )stop (taking )?(your|the) (blood thinner|aspirin)",
                joined(leaflet(request)),
                re.IGNORECASE,
            )
        )

    def kept(request: Request) -> str:
        if "pregnancy" in request.flags:
            return "Do not stop your blood thinner by yourself. Speak to your doctor today"
        if "recent-surgery-or-injury" in request.flags:
            return "Do not stop your blood thinner by yourself. Ask your team today"
        return "Keep taking your blood thinner"

    assert lacking(requests(flag="blood-thinners"), holds) == []


def test_pregnancy_is_kept_safe() -> None:
    """[23, 73] No painkiller of the kind, gel included; the maternity unit and all its signs."""

    def holds(request: Request) -> bool:
        banned = ("nsaid-systemic", "nsaid-topical", "relaxant", "benzodiazepine", "opioid-weak")
        text = emergency_box(request)
        return (
            not any(blocks_that_suggest(request, name) for name in banned)
            and holds_all(text, "call your maternity unit now", "cannot reach it, call 999")
            and holds_all(text, "headache", "trouble seeing", "suddenly swell", "moves less")
            and not advised(request, r"lie on your (front|tummy|belly)")
            and not advised(request, "sit-up")
        )

    assert lacking(requests(flag="pregnancy"), holds) == []


def test_kidney_and_heart_disease_get_no_amount_to_drink() -> None:
    """[21, 108, 109] No cups, litres, potassium or salt substitute."""
    words = r"\b\d+[^.]{0,12}\b(cups?|litres?|glasses)\b|potassium|salt substitute"
    for flag in ("kidney-disease", "heart-disease", "liver-disease", "bp-or-water-tablets"):
        assert [title_of(r) for r in requests(flag=flag) if advised(r, words)] == []


def test_driving_is_bold_for_those_who_drive() -> None:
    """[34] With the flag, the driving line stands in bold in the box for the reader."""
    for region, status in BRANCHES:
        request = ask(region, status, "drives-or-machinery")
        (one,) = panels(leaflet(request), "just-for-you")
        strong = [
            run.text
            for p in walk(one.parts)
            if isinstance(p, Paragraph | Heading)
            for run in p.runs
            if run.strong
        ]
        assert holds_all(" ".join(strong), "drive")


# ------------------------------------------------------------------ a person under 18
def test_a_child_is_sent_to_a_person() -> None:
    """[28, 74] The first sentence says whom to see; no advice of any kind follows."""

    def holds(request: Request) -> bool:
        made = leaflet(request)
        top = section_texts(made, "top")
        names = {one.id for one in made.sections}
        advice = {"what-to-do-now", "exercises", "heat-cold", "massage", "medicines", "everyday"}
        return (
            "see a doctor or nurse first" in " ".join(top)
            and names & advice == set()
            and "stop" in names
            and holds_all(section(request, "emergency"), "very sleepy, floppy", "cannot walk")
            and holds_all(box(request, "today"), "fever", "You limp")
        )

    assert lacking(requests(stop=True), holds) == []


# ------------------------------------------------------------------ medicines
def test_a_question_is_worded_as_one() -> None:
    """[14] A block on a class that is `ask` says to ask, and names a person who can answer."""
    person = re.compile(r"pharmacist|doctor|midwife|nurse|team")
    asking = set()
    for request in requests():
        advice = selection(request).advice
        for choice in selection(request).chosen:
            body = choice.block.body
            if isinstance(body, TextBody) and any(
                advice[name].level is Level.ASK for name in choice.block.suggests
            ):
                text = said(body.wording)
                assert "ask" in text.casefold(), choice.block.id
                assert person.search(text), choice.block.id
                asking.add(choice.block.id)
    assert asking


def test_paracetamol_promises_little_for_the_low_back() -> None:
    """[36] Where paracetamol is offered for the low back, its block says it does little."""

    def holds(request: Request) -> bool:
        texts = blocks_that_suggest(request, "paracetamol")
        return len(texts) == 1 and "does not do much by itself" in texts[0]

    assert lacking(requests(region="lumbar"), holds) == []


def test_ibuprofen_never_comes_alone() -> None:
    """[39, 77] With ibuprofen: lowest, shortest, never two, when to stop, and the whole list."""
    points = [
        "ulcer",
        "bleed",
        "blood thinner",
        "aspirin",
        "kidney",
        "heart",
        "stroke",
        "liver",
        "pregnant",
        "breastfeeding",
        "allergy",
        "asthma",
        "colitis",
        "lithium or methotrexate",
        "blood pressure",
        "water tablets",
        "antidepressant",
        "steroid",
        "65 or over",
        "another painkiller like ibuprofen",
        "bleeding or clotting problem",
        "a stomach made smaller",
        "chickenpox",
        "lupus",
        "vomiting",
    ]
    offered = [r for r in requests() if blocks_that_suggest(r, "nsaid-systemic")]
    assert {request.status for request in offered} == {"acute"}
    for request in offered:
        (text,) = blocks_that_suggest(request, "nsaid-systemic")
        assert holds_all(text, "lowest amount", "shortest time", "Stop and call 999")
        assert re.search(r"never take (two|2)", text.casefold())
        note = box(request, "note")
        assert request.flags or holds_all(note, *points), title_of(request)
        assert all(text in note for text in check_list(request)), title_of(request)


def check_list(request: Request) -> list[str]:
    """List the points to check of the flags that are not set."""
    return [
        folded(said(choice.block.body.wording))
        for choice in selection(request).chosen
        if isinstance(choice.block.body, SelfCheckBody)
    ]


def test_medicines_bring_their_signs_of_harm() -> None:
    """[70, 71] Medicines bring bleeding, heart, breath, stroke, kidneys and overdose with them."""
    words = [
        "black or bloody",
        "vomit blood",
        "coffee grounds",
        "chest pain",
        "short of breath",
        "wheeze",
        "swell",
        "one side of your body goes weak",
        "slurred",
        "pee very little",
        "more of a painkiller",
    ]
    assert lacking(requests(), lambda r: holds_all(box(r, "medicine-warning"), *words)) == []
    assert lacking(requests(stop=True), lambda r: holds_all(emergency_box(r), *words)) == []


def test_sleepy_medicines_bring_driving_and_alcohol() -> None:
    """[34] Whoever reads of relaxants, diazepam or codeine reads of driving and alcohol."""
    sleepy = re.compile(r"muscle relaxant|diazepam|codeine")
    named = [one for one in requests(stop=None) if sleepy.search(joined(leaflet(one)))]

    def holds(request: Request) -> bool:
        return holds_all(joined(leaflet(request)), "Do not drive", "Do not drink alcohol")

    assert lacking(named, holds) == []


def test_no_tablets_does_not_mean_no_help() -> None:
    """[37] At least two of movement, heat, cold, paracetamol and gel are always left."""

    def holds(request: Request) -> bool:
        offers = ("ex-gentle", "heat", "cold", "paracetamol", "nsaid-topical")
        left = [name for name in offers if selection(request).advice[name].level < Level.AVOID]
        return len(left) >= 2 and section(request, "medicines") != ""

    assert lacking(requests(), holds) == []


def test_lasting_pain_has_no_gel_or_tablets_to_try() -> None:
    """[35, 107] In lasting pain, tablets and gels of the kind are for a pharmacist to judge."""

    def holds(request: Request) -> bool:
        return "ibuprofen" not in box(request, "try").casefold()

    assert lacking(requests(status="chronic"), holds) == []


# ------------------------------------------------------------------ movement, heat, cold, hands
def test_every_exercise_section_says_when_to_stop() -> None:
    """[43] Sharp pain, spreading pain, numbness, weakness and dizziness end an exercise."""
    words = ("spreads", "numb", "weak", "dizzy")
    heads = {True: "Stop and call 999 if", False: "Stop if"}
    told = lacking(
        requests(), lambda r: holds_all(section(r, "exercises"), heads[r.screened], *words)
    )
    assert told == []
    # With an aneurysm no pain waits to get sharp.
    pain = {True: "new or worse pain", False: "sharp"}

    def says_pain(request: Request) -> bool:
        return holds_all(section(request, "exercises"), pain["aneurysm" in request.flags])

    assert lacking(requests(), says_pain) == []


def test_new_low_back_pain_keeps_moving() -> None:
    """[42] New pain says to keep moving, and nothing sends anyone to bed for days."""
    words = re.compile(r"\bkeep (your neck )?moving\b", re.IGNORECASE)
    assert lacking(requests(status="acute"), lambda r: bool(words.search(joined(leaflet(r))))) == []
    never = re.compile(r"strictly prohibited|stay in bed for|bed rest", re.IGNORECASE)
    assert lacking(requests(), lambda r: not never.search(joined(leaflet(r)))) == []


def test_the_neck_is_rubbed_at_the_back_only() -> None:
    """[47] A text that offers to rub the neck says back and shoulders, never front or sides."""
    for request in requests(region="neck"):
        for text in blocks_that_suggest(request, "massage"):
            if "rub" in text.casefold():
                assert holds_all(text, "back of your neck", "Never the front or sides")


def test_heat_always_has_its_limits() -> None:
    """[49, 111] Wrapped, not boiling, 15 minutes at most, skin checked, awake, no plastic."""
    limits = (
        "boiling",
        "Wrap it",
        "10 to 15 minutes",
        "Check your skin",
        "Do not sleep on it",
        "no plastic",
    )
    for request in requests():
        for text in instructions(request, "heat"):
            assert holds_all(text, *limits), title_of(request)


def test_cold_always_has_its_limits() -> None:
    """[49, 111] Wrapped, check the skin, 10 minutes at most, on the neck 5."""
    for request in requests():
        minutes = "5 minutes at most" if request.region == "neck" else "10 minutes at most"
        for text in instructions(request, "cold"):
            assert holds_all(text, "wrap", "damp towel", "Check your skin", minutes), title_of(
                request
            )


def test_neither_heat_nor_cold_is_a_must() -> None:
    """[50] When both are ok, the one that feels better; no sentence says must."""
    both = [
        request
        for request in requests()
        if {selection(request).advice[name].level for name in ("heat", "cold")} == {Level.OK}
    ]
    words = "Use the one that feels better."
    assert lacking(both, lambda r: words in folded(section(r, "heat-cold"))) == []
    assert lacking(requests(), lambda r: " must " not in section(r, "heat-cold")) == []


def test_a_fresh_knock_gets_no_heat() -> None:
    """[51, 173] Wherever heat may be used, a knock means no heat for two days, or whom to call."""
    warm = [r for r in requests() if selection(r).advice["heat"].level < Level.AVOID]
    knock = re.compile(
        r"swollen or bruised, use no heat for (2|two) days"
        r"|(crash or blow(, or one nobody has checked)?|bump or knock|after a knock): "
        r"use no heat\. "
        r"(if your [a-z ]+ now hurts, (call 999|see a doctor today\. .*call 999)"
        r"|call 999 after a new bad fall or crash, .* hurts: see a doctor today)",
        re.IGNORECASE,
    )
    assert lacking(warm, lambda r: bool(knock.search(folded(section(r, "heat-cold"))))) == []


# ------------------------------------------------------------------ sentences
def test_every_sentence_is_short() -> None:
    """[57, 100] No sentence has more than twenty words; the list of sources is no sentence."""
    texts = {text for request in requests(stop=None) for text in section_texts(leaflet(request))}
    long = {
        sentence
        for text in texts
        if not text.startswith("Sources:")
        for sentence in sentences(text.replace(":", ","))
        if len(sentence.split()) > 20
    }
    assert long == set()
