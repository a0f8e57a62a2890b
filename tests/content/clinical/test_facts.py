"""The content that ships: warning signs, numbers given for ever, exercises, places, sources."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml

from handouts.content.blocks import Block, ExerciseBody, RedFlagBody
from handouts.content.load import load_library, resource
from handouts.content.vocabulary import Kind, Level, Urgency
from handouts.errors import ContentError
from handouts.leaflet.markup import fill
from handouts.selection.request import Request
from tests.support.leaflets import (
    BRANCHES,
    REGIONS,
    STATUSES,
    ask,
    folded,
    joined,
    leaflet,
    panel_texts,
    panels,
    publisher,
    said,
    says,
    selection,
)

RULES = Path(__file__).parents[2] / "rules"
SIGNS: Mapping[str, Mapping[str, object]] = yaml.load(
    (RULES / "red-flags.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
REGISTRY: Mapping[str, list[str]] = yaml.load(
    (RULES / "registry.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
LIBRARY = publisher().library
BLOCKS = {block.id: block for block in LIBRARY.blocks}
FIRST_REVIEW, LAST_REVIEW = date(2025, 1, 1), date(2026, 11, 29)
BOXES = {
    Urgency.EMERGENCY: ("maternity", "warnings"),
    Urgency.SAME_DAY: ("today",),
    Urgency.ROUTINE: ("book",),
}


def exercises() -> dict[str, ExerciseBody]:
    """Name every exercise, the ones held back too."""
    return {
        block.id: block.body for block in LIBRARY.blocks if isinstance(block.body, ExerciseBody)
    }


def red_flag(name: str) -> RedFlagBody:
    """Give the body of a warning sign."""
    body = BLOCKS[name].body
    assert isinstance(body, RedFlagBody)
    return body


def listed(facts: Mapping[str, object], key: str, default: tuple[str, ...]) -> list[str]:
    """Read a list of the table; without it, the row is for all."""
    value = facts.get(key, default)
    assert isinstance(value, list | tuple)
    return [str(one) for one in value]


# ------------------------------------------------------------------ warning signs
def test_the_warning_signs_are_those_of_the_table() -> None:
    """No sign is missing from the content, and none is there that the table does not know."""
    assert [block.id for block in LIBRARY.blocks if block.kind is Kind.RED_FLAG] == list(SIGNS)


@pytest.mark.parametrize("name", SIGNS)
def test_a_warning_sign_has_its_urgency_and_all_its_bullets(name: str) -> None:
    """The content gives each sign the table's urgency, number of bullets and what raises it."""
    body, facts = red_flag(name), SIGNS[name]
    assert body.urgency == facts["urgency"]
    assert len(body.signs) == facts["signs"]
    assert body.prints_in == facts.get("section", "help")
    raised = {"same_day_with": Urgency.SAME_DAY, "emergency_with": Urgency.EMERGENCY}
    told = [(flag, urgency) for key, urgency in raised.items() for flag in listed(facts, key, ())]
    less = {flag.removeprefix("not ") for flag, _ in told if flag.startswith("not ")}
    assert body.raised_by == tuple(
        (each, urgency)
        for flag, urgency in told
        if not flag.startswith("not ")
        for each in (flag, *LIBRARY.kinds.get(flag, ()))
        if each not in less
    )


@pytest.mark.parametrize("name", SIGNS)
def test_a_warning_sign_prints_wherever_the_table_says(name: str) -> None:
    """With its region, status and flag the sign is in; elsewhere it is out."""
    facts = SIGNS[name]
    only = listed(facts, "only", ())
    asked = bool(facts.get("asked", True))
    for region, status in BRANCHES:
        named = region in listed(facts, "regions", REGIONS)
        named &= status in listed(facts, "statuses", STATUSES)
        for flags in [[flag] for flag in only] or [[]]:
            request = ask(region, status, *flags, screened=asked)
            assert (name in {c.block.id for c in selection(request).chosen}) == named, request
        if only or not asked:
            assert name not in {c.block.id for c in selection(ask(region, status)).chosen}


FLAG_SETS = ((), ("immunosuppressed",), ("pregnancy",), ("blood-thinners",), ("under-18",))


@pytest.mark.parametrize("flags", FLAG_SETS, ids="-".join)
@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_every_bullet_of_a_chosen_sign_stands_in_its_box(
    region: str, status: str, flags: tuple[str, ...]
) -> None:
    """Emergencies stand under the call line, same-day and routine signs in their own boxes."""
    request = ask(region, status, *flags)
    for choice in selection(request).chosen:
        if isinstance(choice.block.body, RedFlagBody):
            text = box_of(request, choice.block.body)
            missing = [sign for sign in choice.block.body.signs if not says(text, sign)]
            assert missing == [], choice.block.id


def box_of(request: Request, body: RedFlagBody) -> str:
    """Read the box in which a sign belongs, at the urgency that the request's flags give it."""
    raised = [level for flag, level in body.raised_by if flag in request.flags]
    kinds = BOXES[min([body.urgency, *raised], key=list(Urgency).index)]
    if body.prints_in == "medicines" and "under-18" not in request.flags:
        kinds = ("medicine-warning",)
    return "\n".join("\n".join(panel_texts(one)) for one in panels(leaflet(request), *kinds))


# ------------------------------------------------------------------ numbers given for ever
def test_flags_keep_their_numbers() -> None:
    """Flags are numbered 1 to 68 in the order of the registry."""
    assert [(flag.number, flag.id) for flag in LIBRARY.flags.values()] == [
        *enumerate(REGISTRY["flags"], 1)
    ]
    assert len(LIBRARY.flags) == 68


def test_exercises_keep_their_numbers() -> None:
    """Exercises are numbered 1 to 32 in the order of the registry."""
    assert [(body.number, name) for name, body in exercises().items()] == [
        *enumerate(REGISTRY["exercises"], 1)
    ]
    assert len(exercises()) == 32


# ------------------------------------------------------------------ exercises
@pytest.mark.parametrize("name", REGISTRY["exercises"])
def test_an_exercise_is_at_least_as_strict_as_the_advice(name: str) -> None:
    """Every flag that limits a class of the exercise is in its `avoid` list."""
    body = exercises()[name]
    columns = [one for one in (body.column, body.also) if one in LIBRARY.matrix.classes]
    limited = {
        flag
        for flag, levels in LIBRARY.matrix.flags.items()
        if any(levels[column] is not Level.OK for column in columns)
    }
    assert limited - set(body.avoid) == set()
    assert "under-18" in body.avoid


@pytest.mark.parametrize("name", REGISTRY["exercises"])
def test_an_exercise_is_drawn_and_told(name: str) -> None:
    """Each status in which it prints has a drawing with words for it, steps and a dosage."""
    body = exercises()[name]
    for status in {status for _, status in body.sets}:
        assert body.figures[status]
        for figure in body.figures[status]:
            assert len(LIBRARY.figures[figure].alt.split()) >= 5
        assert body.steps[status]
        assert status in body.dosage
    assert body.stop


@pytest.mark.parametrize("name", REGISTRY["exercises"])
def test_new_pain_gets_no_strong_exercise(name: str) -> None:
    """In new pain an exercise is rest or gentle, and never loaded, twisted, hung or pulled."""
    body = exercises()[name]
    if any(status == "acute" for _, status in body.sets):
        assert body.intensity in ("rest", "gentle")
        assert body.column in ("rest", "walking", "ex-gentle")
        assert {"loaded", "twist", "sit-up", "head-pull", "hang"} & set(body.moves) == set()
    assert {"head-pull", "hang"} & set(body.moves) == set()


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_each_set_ranks_its_exercises_once(region: str, status: str) -> None:
    """Priorities count from 1 without gap or tie; rest, breathing and walking are in every set."""
    ranks = {name: body.sets.get((region, status)) for name, body in exercises().items()}
    assert sorted(rank.number for rank in ranks.values() if rank) == [
        *range(1, 1 + sum(rank is not None for rank in ranks.values()))
    ]
    assert None not in (ranks["side-lying-rest"], ranks["belly-breathing"], ranks["walking"])


# ------------------------------------------------------------------ blocks
@pytest.mark.parametrize("kind", list(Kind))
def test_every_block_says_where_it_comes_from_and_when_it_was_reviewed(kind: Kind) -> None:
    """Sources exist in the list of sources, and the review date is a day of the project."""
    blocks: list[Block] = [block for block in LIBRARY.blocks if block.kind is kind]
    assert blocks
    for block in blocks:
        assert block.sources, block.id
        assert set(block.sources) <= set(LIBRARY.sources), block.id
        assert FIRST_REVIEW < block.reviewed <= LAST_REVIEW, block.id
        assert (resource("content").parent / block.origin.file).is_file(), block.id


def test_no_block_suggests_what_is_never_suggested() -> None:
    """Supplements and herbal pills are in no block's `suggests`."""
    suggested = {name for block in LIBRARY.blocks for name in block.suggests}
    never = {"supplement", "herbal", "neck-thrust", "tens", "cox2", "relaxant"}
    assert never <= set(LIBRARY.classes)
    assert suggested & never == set()


# ------------------------------------------------------------------ places
def test_every_place_has_a_number_to_call() -> None:
    """Each place has an emergency number and every word that all places share."""
    words = [set(place.words) for place in LIBRARY.places.values()]
    shared = set.intersection(*words)
    assert all("emergency_number" in one for one in words)
    assert set.union(*words) - shared == {
        "urgent_line", "crisis_line", "crisis_name", "painkiller_gel",
    }  # fmt: skip


def test_with_an_urgent_line_the_same_day_box_names_it() -> None:
    """A place with an urgent line offers a doctor or that line."""
    text = joined(leaflet(ask("neck", place="gb")), "help")
    assert "See or call a doctor, or 111, today if:" in text


@pytest.mark.parametrize("place", ["ie", "us", "eu"])
def test_without_an_urgent_line_no_sentence_has_a_hole(place: str) -> None:
    """A place without one says `a doctor` once, never `a doctor, or a doctor`."""
    for flags in ((), ("under-18",)):
        text = joined(leaflet(ask("neck", "acute", *flags, place=place)))
        assert "See or call a doctor today if:" in text
        assert "or a doctor, today" not in text
        assert "{" not in text
        assert "111" not in text


def test_without_a_crisis_line_the_emergency_number_stands_alone() -> None:
    """A place without a crisis line names only the emergency number."""
    text = joined(leaflet(ask("neck", place="eu")), "help")
    assert "If you feel you might hurt yourself or end your life, call 112." in text


@pytest.mark.parametrize(
    ("place", "line", "number"),
    [("gb", "116 123 (Samaritans)", "999"), ("us", "988 (Suicide and Crisis Lifeline)", "911")],
)
def test_a_crisis_line_stands_before_the_emergency_number(
    place: str, line: str, number: str
) -> None:
    """A crisis line that is known comes first, then the number for who is not safe."""
    text = joined(leaflet(ask("neck", place=place)), "help")
    said = f"end your life, call {line}. Not safe? Call {number}."
    assert said in text.replace("\u00a0", " ")


def test_a_gel_is_named_only_where_it_is_sold() -> None:
    """No gel with ibuprofen is approved in the United States; the pharmacist is asked there."""
    for region, _ in BRANCHES:
        assert "A gel with ibuprofen may help" in joined(leaflet(ask(region, place="gb")))
        text = joined(leaflet(ask(region, place="us")))
        assert "gel with ibuprofen" not in text
        assert "Ask a pharmacist which gel, cream or patch suits back or neck pain" in text


def test_a_service_can_add_its_crisis_line(tmp_path: Path) -> None:
    """With a crisis line in places.yaml, the sentence names it first."""
    text = content_with(
        tmp_path, "places.yaml", '  # crisis_line: "..."', '  crisis_line: "116 124"'
    )
    library = load_library(text)
    (sign,) = [
        b.body.signs[0]
        for b in library.blocks
        if b.id == "rf-crisis"
        if isinstance(b.body, RedFlagBody)
    ]
    assert library.places["ie"].words["crisis_line"] == "116 124"
    # Who answers there it has not said, so the number stands alone.
    assert fill(sign, library.places["ie"].words) == (
        "If you feel you might **hurt yourself** or end your life, call 116 124. "
        "Not safe? Call 112."
    )


def content_with(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the content with one change."""
    import shutil  # noqa: PLC0415

    copy = Path(shutil.copytree(resource("content"), folder / "content"))
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize("number", ['""', "call us", '"9"', '"+44 20 7946 0958 123"'])
def test_an_emergency_number_must_be_one(tmp_path: Path, number: str) -> None:
    """Words, nothing, one digit or too many digits are refused as a number to call."""
    copy = content_with(
        tmp_path, "places.yaml", 'emergency_number: "999"', f"emergency_number: {number}"
    )
    with pytest.raises(ContentError, match=r"places\.yaml:\d+: places\[0\]\.emergency_number: "):
        load_library(copy)


def test_each_place_uses_its_own_words() -> None:
    """A leaflet for the United States has no British word of the list, and the other way round."""
    for place, other in (("gb", "us"), ("us", "gb")):
        own, foreign = (LIBRARY.places[one].words for one in (place, other))
        for region, status in BRANCHES:
            text = f" {folded(joined(leaflet(ask(region, status, 'pregnancy', place=place))))} "
            for key in (
                "poo",
                "tummy",
                "colour",
                "packet",
                "physio",
                "waters_break",
                "spine_operation",
            ):
                word = foreign[key]
                assert own[key] == word or f" {word} " not in text, (place, key)


def test_the_medicine_has_one_name_and_its_other_name_once() -> None:
    """The place's name leads; the name that other countries use follows its first use only."""
    for place in LIBRARY.places:
        words = LIBRARY.places[place].words
        text = joined(leaflet(ask("neck", place=place)))
        assert text.casefold().count(words["paracetamol_other"].casefold()) == 1
        assert (
            f"{words['paracetamol']} ({words['paracetamol_other']})".casefold() in text.casefold()
        )


def test_said_fills_words() -> None:
    """The helper that these tests lean on fills braces and takes the other wording."""
    body = red_flag("rf-overdose")
    assert body.lead_in is not None
    assert said(body.lead_in, "gb") == "Call 111 or 999 now."
    assert said(body.lead_in, "us") == "Call 911 now."


def test_weak_blood_vessels_are_nowhere_milder_than_a_vessel_or_joint_illness() -> None:
    """An aneurysm is coded among the one, vessel EDS among the other: each class and card."""
    for region, status in BRANCHES:
        own = selection(ask(region, status, "aneurysm")).advice
        for broader in ("heart-disease", "inflammatory-arthritis"):
            wide = selection(ask(region, status, broader)).advice
            assert not {name for name in wide if own[name].level < wide[name].level}
    for name, card in exercises().items():
        for broader in ("heart-disease", "inflammatory-arthritis"):
            if broader in card.avoid:
                assert "aneurysm" in card.avoid, name
            elif broader in card.cautions:
                assert "aneurysm" in {*card.avoid, *card.cautions}, name
