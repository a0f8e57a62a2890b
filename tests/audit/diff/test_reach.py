"""The sets of flag sets that choose a block are those for which the selection chooses it."""

import random

import pytest
from msgspec.structs import replace

from handouts.audit.diff.decision_diagram import ALL, NONE, FlagSets
from handouts.audit.diff.impact import prints_the_same
from handouts.audit.diff.reach import Reach
from handouts.safety.atoms import Context
from handouts.safety.proof import count_requests
from handouts.safety.reduction import Slicer
from handouts.selection.select import select_blocks
from tests.support.leaflets import ask, publisher

CONTEXTS = Slicer(publisher().library).contexts


@pytest.mark.sample(9)
@pytest.mark.parametrize(
    "context", CONTEXTS, ids=lambda one: f"{one.region}-{one.status}-{one.edition}"
)
def test_a_block_reaches_those_requests_that_choose_it(context: Context) -> None:
    """For no flag, each flag alone and many flag sets: chosen, level, spoken and allowed agree."""
    library = publisher().library
    reach = Reach(library, context, FlagSets(tuple(library.flags)))
    chosen_by = {block.id: reach.chosen(block) for block in library.blocks}
    chance = random.Random(str(context))  # noqa: S311 - a seed of its own for each context
    flag_sets = [(), *((flag,) for flag in library.flags)]
    flag_sets += [
        tuple(chance.sample(list(library.flags), chance.randint(2, 6))) for _ in range(20)
    ]
    empty = ask(context.region, context.status, screened=context.screened, edition=context.edition)
    for flags in flag_sets:
        clash = any(set(library.flags[flag].excludes) & set(flags) for flag in flags)
        assert reach.sets.has(reach.allowed, flags) is not clash
        ordered = tuple(flag for flag in library.flags if flag in flags)
        selection = select_blocks(library, replace(empty, flags=ordered))
        chosen = {choice.block.id for choice in selection.chosen}
        holds = {one: reach.sets.has(one, flags) for one in {*chosen_by.values()}}
        found = {name for name, one in chosen_by.items() if holds[one]}
        assert found == chosen, flags
        for name, verdict in selection.advice.items():
            assert reach.sets.has(reach.level(name, verdict.level), flags), (name, flags)
            assert reach.sets.has(reach.spoken(name), flags) == (name in selection.spoken)


def test_only_the_same_words_stand_for_the_same_leaflets() -> None:
    """What has another topic, other words or no digest of its words is compared item by item."""
    library = publisher().library
    forms = {name: form for name, form in library.topic.sections.items() if form != "steps"}
    other = replace(library, topic=replace(library.topic, sections=forms))
    assert other != library
    assert prints_the_same(library, library)
    assert not prints_the_same(library, other)
    assert not prints_the_same(library, replace(library, words="0" * 64))
    assert not prints_the_same(*[replace(library, words="")] * 2)


def test_all_requests_are_counted() -> None:
    """Every context's allowed flag sets together are the requests that the proof speaks of."""
    library = publisher().library
    sets = FlagSets(tuple(library.flags))
    counted = sum(sets.count(Reach(library, one, sets).allowed) for one in CONTEXTS)
    assert counted == count_requests(library)


def test_sets_of_flag_sets_are_what_brute_force_says() -> None:
    """Union, meet, difference, exactly one, count and cases agree with listing every flag set."""
    flags = tuple("abcdef")
    sets = FlagSets(flags)
    every = [tuple(f for n, f in enumerate(flags) if bits >> n & 1) for bits in range(64)]
    some, others = sets.given("abd"), sets.given("cd")
    one = sets.union(sets.difference(some, others), sets.intersection(others, sets.only_one()))
    truth = {
        f
        for f in every
        if (set(f) & set("abd") and not set(f) & set("cd")) or (set(f) & set("cd") and len(f) == 1)
    }
    assert {f for f in every if sets.has(one, f)} == truth
    assert sets.count(one) == len(truth)
    assert sets.count(sets.symmetric_difference(one, some)) == sum(
        (f in truth) != bool(set(f) & set("abd")) for f in every
    )
    found, number = sets.cover(one, ALL, 99)
    assert len(found) == number
    assert truth == {
        f
        for f in every
        if any(set(c.given) <= set(f) and not set(c.absent) & set(f) for c in found)
    }
    assert sets.cover(NONE, ALL, 9) == ((), 0)
    assert sets.exactly("ad") == sets.intersection(
        sets.given("a"), sets.given("d"), sets.complement(sets.given("bcef"))
    )
