"""The leaflets with the most to say, and with the least left to advise, keep every promise."""

from itertools import product

import pytest

from handouts.content.blocks import (
    AllOf,
    AnyOf,
    EmergencyLineBody,
    HasFlag,
    RedFlagBody,
    Rule,
)
from handouts.content.vocabulary import Urgency
from handouts.leaflet.tree import ItemList, Paragraph, walk
from handouts.safety.guard import broken_rules
from handouts.selection.request import Request
from tests.support.leaflets import (
    BRANCHES,
    ask,
    joined,
    leaflet,
    panel_texts,
    panels,
    pdf,
    publisher,
    said,
    section_texts,
    selection,
    sentences,
    structure,
    title_of,
)
from tests.support.readback import page_artifacts

LIBRARY = publisher().library


def as_many_as_may_be(*first: str) -> tuple[str, ...]:
    """Return these flags and every other adult's that contradicts none of those before it."""
    kept: list[str] = []
    for flag in (*first, *LIBRARY.flags):
        clash = {flag, *LIBRARY.flags[flag].excludes}
        clash |= {one.id for one in LIBRARY.flags.values() if flag in one.excludes}
        if flag != "under-18" and not clash & {*kept}:
            kept.append(flag)
    return tuple(flag for flag in LIBRARY.flags if flag in kept)


ALL = as_many_as_may_be()
OLD = as_many_as_may_be("age-65-plus")
YOUNG = ("pregnancy", "osteoporosis", "under-18")
NOTHING_LEFT = ("skin-fragile", "nsaid-allergy", "recent-surgery-or-injury")
"""Heat, cold, massage, painkillers by mouth and on the skin: all to be avoided."""
HARD = tuple(
    ask(region, status, *flags, screened=screened)
    for (region, status), flags, screened in product(
        BRANCHES, (ALL, OLD, YOUNG, NOTHING_LEFT), (True, False)
    )
)
ADULT = tuple(request for request in HARD if "under-18" not in request.flags)
MOST_SIDES = 12


def each(*requests: Request) -> pytest.MarkDecorator:
    """Run a test over requests."""
    return pytest.mark.parametrize("request_", requests, ids=map(title_of, requests))


@pytest.mark.sample(3)
@each(*HARD)
def test_the_hardest_leaflets_break_no_rule(request_: Request) -> None:
    """No rule of safety is broken by the flags that say most, or leave least to advise."""
    chosen, made = selection(request_), leaflet(request_)
    assert not broken_rules(LIBRARY, chosen, made, publisher().rules)


@each(*ADULT)
def test_the_hardest_leaflets_say_what_to_do(request_: Request) -> None:
    """There is a first thing to do, whom to ask, what not to take, and what holds for everyone."""
    made = leaflet(request_)
    assert section_texts(made, "what-to-do-now")[1:]
    (avoid,) = panels(made, "avoid")
    assert len(panel_texts(avoid)) > 2
    for words in ("Do not stop", "Do not drive", "Read the leaflet"):
        assert words in joined(made, "medicines")


@each(*(one for one in ADULT if one.flags not in {ALL, OLD}))
def test_what_nobody_may_use_is_said_once(request_: Request) -> None:
    """What a flag forbids stands in "Just for you", and no section explains how to use it."""
    made = leaflet(request_)
    assert {
        str(selection(request_).advice[name].level) for name in ("heat", "cold", "massage")
    } == {"avoid"}
    assert "minutes" not in joined(made, "heat-cold", "massage")
    assert "Do not use heat" in joined(made, "just-for-you")
    assert "You can try" not in joined(made, "medicines") or "buprofen" not in "".join(
        text for panel in panels(made, "try") for text in panel_texts(panel)
    )


@pytest.mark.slow
@pytest.mark.sample(9)
@each(*HARD)
def test_nothing_stands_in_the_footer(request_: Request) -> None:
    """The code of many flags takes a row more; the last line of each page stays clear of it."""
    made = pdf(request_).content
    tops = {
        run.page: max(run.y + run.size for run in one.runs)
        for artifacts in page_artifacts(made)
        for one in artifacts
        if one.subtype == "Footer"
        for run in one.runs
    }
    runs = structure(request_).runs
    lowest = {page: min(run.y for run in runs if run.page == page) for page in tops}
    assert len(tops) == pdf(request_).pages
    assert [page for page, y in lowest.items() if y <= tops[page]] == []


@pytest.mark.sample(12)
@each(*HARD)
def test_the_hardest_leaflets_fit(request_: Request) -> None:
    """However much there is to say, it takes at most twelve sides."""
    assert pdf(request_).pages <= MOST_SIDES


def test_what_two_flags_bring_is_said_once() -> None:
    """Both kidney and heart illness bring a drink limit; it is said once."""
    made = leaflet(ask("lumbar", "acute", "kidney-disease", "heart-disease"))
    assert (
        sentences(joined(made, "just-for-you")).count("Keep to any drink limit you were given.")
        == 1
    )


@pytest.mark.parametrize(("region", "status"), BRANCHES)
@pytest.mark.parametrize("flags", [(), ("under-18",), ("pregnancy",), ("breastfeeding",)])
def test_one_box_has_one_number(region: str, status: str, flags: tuple[str, ...]) -> None:
    """Under "Call 999 now" nothing sends the reader to the number for less urgent help."""
    urgent = LIBRARY.places["gb"].words["urgent_line"]
    (box,) = panels(leaflet(ask(region, status, *flags)), "warnings")
    assert not [text for text in panel_texts(box) if urgent in text.split()]


def bringing(rule: Rule) -> frozenset[str]:
    """Return the flags by which a rule holds, without those that it must not have."""
    match rule:
        case HasFlag(flags):
            return frozenset(flags)
        case AllOf(rules) | AnyOf(rules):
            return frozenset().union(*map(bringing, rules))
        case _:
            return frozenset()


def test_every_emergency_that_a_flag_brings_is_in_the_box() -> None:
    """A sign that a flag adds, or makes an emergency, has a line on page 1 for that flag."""
    brought = {
        (block.id, flag)
        for block in LIBRARY.blocks
        if isinstance(body := block.body, RedFlagBody)
        for flag in (
            *(bringing(block.when) if body.urgency is Urgency.EMERGENCY else ()),
            *(flag for flag, urgency in body.raised_by if urgency is Urgency.EMERGENCY),
        )
    }
    covered = {
        (row, flag)
        for block in LIBRARY.blocks
        if isinstance(body := block.body, EmergencyLineBody)
        for row in body.covers
        for flag in bringing(block.when)
    }
    assert brought
    assert brought <= covered


@pytest.mark.parametrize(("region", "status"), BRANCHES)
def test_the_lines_that_a_flag_brings_come_first(region: str, status: str) -> None:
    """With every flag at once, the lines that flags bring open the box on page 1.

    Those that name another number to call first stand below the list.
    """
    request = ask(region, status, *ALL)
    section = next(one for one in leaflet(request).sections if one.id == "emergency")
    (lines,) = (part for part in walk(section.parts) if isinstance(part, ItemList))
    brought = {
        choice.block.id: body
        for choice in selection(request).chosen
        if isinstance(body := choice.block.body, EmergencyLineBody) and body.from_flag
    }
    apart = [name for name, body in brought.items() if body.apart]
    first = "\n".join(
        "".join(run.text for run in item.runs) for item in lines.items[: len(brought) - len(apart)]
    ).replace("\u00a0", " ")
    below = "\n".join(
        "".join(run.text for run in part.runs)
        for part in walk(section.parts)
        if isinstance(part, Paragraph)
    ).replace("\u00a0", " ")
    assert [name.replace("-neck", "") for name in apart] == [
        "line-pregnancy-no-fever",  # with a fever some of these flags call another number
        "line-after-birth",
    ]
    for body in brought.values():
        assert said(body.wording) in (below if body.apart else first)
