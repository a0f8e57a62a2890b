"""Laws of the selection, tried on many requests: what holds for every patient."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handouts.content.blocks import ClassLineBody, ClauseBody, ExerciseBody, RedFlagBody
from handouts.content.vocabulary import Level
from handouts.selection.request import Request
from handouts.selection.select import Selection, select_blocks
from tests.support.leaflets import (
    REGIONS,
    STATUSES,
    ask,
    joined,
    leaflet,
    panel_texts,
    panels,
    publisher,
    said,
    selection,
)

LIBRARY = publisher().library
FLAGS = tuple(LIBRARY.flags)
SILENT = {name for name, record in LIBRARY.classes.items() if record.name is None}
MEDICINES = {
    name: said(record.name).casefold()
    for name, record in LIBRARY.classes.items()
    if record.kind == "medicine" and record.name is not None
}
NEVER_OK_UNASKED = set(LIBRARY.matrix.not_asked)
LAW = settings(derandomize=True, max_examples=60, deadline=None)


def sensible(flags: tuple[str, ...]) -> bool:
    """Keep flags that one patient can have."""
    return not any(set(LIBRARY.flags[flag].excludes) & set(flags) for flag in flags)


flag_sets = st.lists(st.sampled_from(FLAGS), unique=True, max_size=5).map(tuple).filter(sensible)
regions, statuses = st.sampled_from(REGIONS), st.sampled_from(STATUSES)
requests = st.builds(
    lambda region, status, flags, screened: ask(region, status, *flags, screened=screened),
    regions,
    statuses,
    flag_sets,
    st.booleans(),
)


@st.composite
def flag_added(draw: st.DrawFn) -> tuple[Request, Request]:
    """Draw a request, and the same with one flag more."""
    region, status, screened = draw(regions), draw(statuses), draw(st.booleans())
    flags = draw(flag_sets.filter(lambda found: len(found) < 5))
    more = draw(st.sampled_from(FLAGS).filter(lambda flag: sensible((*flags, flag))))
    fewer = ask(region, status, *flags, screened=screened)
    return fewer, ask(region, status, *flags, more, screened=screened)


# ------------------------------------------------------------------ what a selection says
def exercises(found: Selection) -> dict[str, ExerciseBody]:
    """Name the exercises that print."""
    bodies = {choice.block.id: choice.block.body for choice in found.chosen}
    return {name: body for name, body in bodies.items() if isinstance(body, ExerciseBody)}


def suggested(found: Selection) -> set[str]:
    """Name the classes that any chosen block suggests."""
    return {name for choice in found.chosen for name in choice.block.suggests}


def signs(request: Request, *kinds: str) -> set[str]:
    """List the bullets of some boxes as they print."""
    return {text for box in panels(leaflet(request), *kinds) for text in panel_texts(box)}


def emergencies(request: Request) -> set[str]:
    """List the bullets of every row that is chosen and prints as an emergency."""
    printed = signs(request, "maternity", "warnings", "medicine-warning")
    rows = [
        c.block.body for c in selection(request).chosen if isinstance(c.block.body, RedFlagBody)
    ]
    return {said(sign) for row in rows for sign in row.signs} & printed


# ------------------------------------------------------------------ laws
@LAW
@given(requests)
def test_each_block_is_chosen_or_left_out_with_a_reason(request: Request) -> None:
    """Every block of the library stands in exactly one of the two lists, never without a reason."""
    found = selection(request)
    choices = [*found.chosen, *found.left_out]
    assert Counter(choice.block.id for choice in choices) == Counter(
        block.id for block in LIBRARY.blocks
    )
    assert all(choice.reason.strip() for choice in choices)


@LAW
@given(requests)
def test_no_exercise_prints_against_a_flag(request: Request) -> None:
    """Printed exercises are released, in no active flag's way, and of a class that is ok."""
    found = selection(request)
    for name, body in exercises(found).items():
        assert body.released, name
        assert not set(body.avoid) & set(request.flags), name
        assert (
            body.column in LIBRARY.topic.free_columns or found.advice[body.column].level is Level.OK
        ), name
        flags = [LIBRARY.matrix.flags[flag] for flag in request.flags]
        assert all(levels[column] is Level.OK for levels in flags for column in columns(body)), name
        assert request.screened or not {"ex-strength", "ex-bend-twist"} & set(columns(body)), name


def columns(body: ExerciseBody) -> list[str]:
    """Name the classes of the advice on which an exercise leans."""
    return [
        one for one in (body.column, body.also) if one and one not in LIBRARY.topic.free_columns
    ]


@LAW
@given(requests)
def test_at_most_three_exercises_print_and_with_few_flags_three(request: Request) -> None:
    """Up to three flags leave three exercises; a person under 18 gets none."""
    printed = len(exercises(selection(request)))
    if "under-18" in request.flags:
        assert printed == 0
    elif len(request.flags) <= 3:
        assert printed == 3
    else:
        assert printed <= 3


@LAW
@given(flag_added())
def test_a_flag_more_never_suggests_more(pair: tuple[Request, Request]) -> None:
    """Adding a flag adds no suggested class, and makes no class laxer."""
    fewer, more = (selection(request) for request in pair)
    assert suggested(more) - suggested(fewer) == set()
    assert all(more.advice[name].level >= fewer.advice[name].level for name in fewer.advice)


HEADS = {
    "See or call a doctor, or 111, today if:",
    # Where no fever is for today any more, nor new pain or numbness, nobody has to be told of them.
    "Stiff neck with a fever, sweats, a rash or a bad headache: call 999.",
    (
        "Weak immune system, methotrexate, injecting drugs, cancer, aneurysm, blood thinner,"
        " pregnant or just gave birth? Read the lists above first."
    ),
}
"""What stands above the signs for today and is none of them."""


def rows_of(request: Request) -> dict[str, RedFlagBody]:
    """Name the rows of warning signs that print."""
    bodies = {choice.block.id: choice.block.body for choice in selection(request).chosen}
    return {name: body for name, body in bodies.items() if isinstance(body, RedFlagBody)}


@pytest.mark.slow
@LAW
@given(flag_added())
def test_a_flag_more_never_hides_a_warning_sign(pair: tuple[Request, Request]) -> None:
    """Adding a flag keeps every sign, and every sign as urgent as it was.

    A row may give way to one that names it, which then prints with all its signs, as urgent.
    """
    fewer, more = pair
    before, after = rows_of(fewer), rows_of(more)
    heirs = {old: body for body in after.values() for old in body.instead_of}
    gone = {name: body for name, body in before.items() if name not in after}
    assert set(gone) <= set(heirs)
    given_way = {said(sign) for body in gone.values() for sign in body.signs}
    assert emergencies(fewer) - emergencies(more) <= given_way
    now = signs(more, "maternity", "warnings", "medicine-warning")
    anywhere = now | signs(more, "today")
    for name, body in gone.items():
        urgent = {said(sign) for sign in body.signs} <= emergencies(fewer)
        assert {said(sign) for sign in heirs[name].signs} <= (now if urgent else anywhere)
    assert signs(fewer, "today") - anywhere <= HEADS | given_way


@pytest.mark.slow
@LAW
@given(regions, flag_sets, st.booleans())
def test_long_lasting_pain_keeps_every_emergency(
    region: str,
    flags: tuple[str, ...],
    screened: bool,  # noqa: FBT001 - drawn
) -> None:
    """What is an emergency in new pain is one in long-lasting pain."""
    acute, chronic = (ask(region, status, *flags, screened=screened) for status in STATUSES)
    assert emergencies(acute) - emergencies(chronic) == set()


@pytest.mark.slow
@LAW
@given(requests, st.randoms(use_true_random=False))
def test_the_order_of_flags_does_not_matter(request: Request, random: Random) -> None:
    """The same flags in another order make the same request, and so the same leaflet."""
    flags = list(request.flags)
    random.shuffle(flags)
    shuffled = ask(request.region, request.status, *flags, screened=request.screened)
    assert shuffled == request
    assert leaflet(shuffled) == leaflet(request)


@pytest.mark.parametrize("region", REGIONS)
def test_the_order_of_the_library_does_not_matter(region: str) -> None:
    """Which blocks are chosen does not depend on where they are written."""
    request = ask(region, "acute", "blood-thinners")
    backwards = select_blocks(replace(LIBRARY, blocks=LIBRARY.blocks[::-1]), request)
    assert {choice.block.id for choice in backwards.chosen} == {
        choice.block.id for choice in selection(request).chosen
    }


@LAW
@given(requests.filter(lambda request: not request.screened))
def test_nothing_is_ok_that_nobody_asked_about(request: Request) -> None:
    """Without asking, no medicine, heat, cold, massage, strength, bend or twist is ok."""
    found = selection(request)
    lax = {name for name in NEVER_OK_UNASKED if found.advice[name].level is Level.OK}
    assert lax == set()
    assert "nsaid-systemic" in NEVER_OK_UNASKED
    assert {"heat", "cold", "massage", "ex-strength", "ex-bend-twist"} <= NEVER_OK_UNASKED


@LAW
@given(requests)
def test_no_block_suggests_what_is_to_be_avoided(request: Request) -> None:
    """No chosen block suggests a class whose final level is avoid."""
    found = selection(request)
    assert {name for name in suggested(found) if found.advice[name].level is Level.AVOID} == set()


@LAW
@given(requests)
def test_a_clause_speaks_only_at_the_final_level(request: Request) -> None:
    """What a flag says about its classes prints only when it is the last word on all of them."""
    found = selection(request)
    for choice in found.chosen:
        body = choice.block.body
        if isinstance(body, ClauseBody):
            kinds = LIBRARY.kinds.get(body.flag, ())
            assert {body.flag, *kinds} & set(request.flags), choice.block.id
            assert {found.advice[name].level for name in body.classes} == {body.level}


@LAW
@given(requests)
def test_each_class_speaks_once_and_at_one_level(request: Request) -> None:
    """A class has a clause or its plain line, never both, never two levels."""
    found = selection(request)
    bodies = [choice.block.body for choice in found.chosen]
    lines = Counter(body.advice_class for body in bodies if isinstance(body, ClassLineBody))
    clauses = {name for body in bodies if isinstance(body, ClauseBody) for name in body.classes}
    assert set(lines.values()) <= {1}
    assert set(lines) & clauses == set()
    assert found.spoken - set(lines) - clauses - SILENT == set()
    for body in bodies:
        if isinstance(body, ClassLineBody):
            assert found.advice[body.advice_class].level is body.level


@pytest.mark.slow
@LAW
@given(requests)
def test_the_line_of_a_class_stands_once_in_the_leaflet(request: Request) -> None:
    """No reader meets a line on a medicine or treatment twice; what to ask about is named once."""
    made, found = leaflet(request), selection(request)
    held = joined(made).replace(" (acetaminophen)", "").casefold().splitlines()
    rows = joined(made, "medicines").replace(" (acetaminophen)", "").casefold().splitlines()
    for choice in found.chosen:
        body = choice.block.body
        if isinstance(body, ClassLineBody):
            line, times = said(body.wording).casefold(), 1
            if body.level is Level.ASK and body.advice_class in MEDICINES:
                named = f" {MEDICINES[body.advice_class]}."
                assert sum(named in f" {row}" for row in rows) == 1, choice.block.id
                times = int(body.advice_class in found.spoken)
            assert sum(line in one for one in held) == times, choice.block.id
