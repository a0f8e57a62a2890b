"""Say what no rule guards, and what a region must have at least: `unguarded`, `least_contents`.

Rules name regions, flags, classes and exercises one by one, so a new one would pass them all. What
every region must have is a rule (`least-contents`), once for all regions there will ever be.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from handouts.content.blocks import (
    AllOf,
    AnyOf,
    EmergencyLineBody,
    ExerciseBody,
    HasFlag,
    HasStatus,
    InRegion,
    IsScreened,
    RedFlagBody,
)
from handouts.content.vocabulary import REGIONS_PRINT, Kind
from handouts.errors import Fault, Origin
from handouts.safety.least import BOX, FILE, least_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.safety.least import LeastContents


RegionCase = tuple[str, str, bool]
"""A region, a status, and whether everybody was asked about every flag."""
_HINT = (
    "every region needs it, for people without any flag: write lines into emergency_lines.yaml "
    "(each `covers` rows of red_flags.yaml), rows into red_flags.yaml, sentences with "
    "`suggests`, or give some their `region`"
)
_WORDS_ONLY = frozenset({"says", "source"})


# ------------------------------------------------------------------ what no rule speaks of
def unguarded(library: Library, rules: Entry) -> list[Fault]:
    """List each region, flag, class and exercise that no rule of safety names."""
    named = frozenset(_names(rules.plain()))
    if REGIONS_PRINT in named:
        # A region that gives such a rule its blocks is held to it as if it were named there.
        named |= {one.id for one in library.regions.values() if one.blocks}
    kinds: Mapping[str, Mapping[str, Origin]] = {
        "region": {one.id: one.origin for one in library.regions.values()},
        "flag": {one.id: one.origin for one in library.flags.values()},
        "class": {one.id: one.origin for one in library.classes.values()},
        "exercise": {one.id: one.origin for one in library.blocks if one.kind is Kind.EXERCISE},
    }
    return [
        Fault(
            message=f"no rule of safety speaks of the {kind} `{name}`",
            origin=origin,
            hint=f"say in {FILE} what must hold for it",
        )
        for kind, known in kinds.items()
        for name, origin in known.items()
        if name not in named
    ]


def _names(value: object) -> Iterator[str]:
    """Walk all words of the rules but those that only explain them."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            if key not in _WORDS_ONLY:
                yield from _names(one)
    elif isinstance(value, list):
        for one in value:
            yield from _names(one)
    elif isinstance(value, str):
        yield value


# ------------------------------------------------------------------ what every region has
def least_contents(library: Library, rules: Entry) -> list[Fault]:
    """Fault each region that lacks what every region must have, in any status."""
    least = least_of(rules)
    found: dict[tuple[str, str], list[str]] = {}
    for region in library.regions:
        for status in library.statuses:
            for what in _lacking(library, least, region, status):
                found.setdefault((region, what), []).append(status)
    return [
        Fault(
            message=what,
            origin=library.regions[region].origin,
            path=f"{region}, {' and '.join(statuses)}",
            hint=_HINT,
        )
        for (region, what), statuses in found.items()
    ]


def _lacking(library: Library, least: LeastContents, region: str, status: str) -> Iterator[str]:
    """Yield what is lacking, whether everybody was asked about every flag or nobody was."""
    found = (_lacks(library, least, (region, status, asked)) for asked in (True, False))
    yield from dict.fromkeys(chain.from_iterable(found))


def _lacks(library: Library, least: LeastContents, case: RegionCase) -> Iterator[str]:
    here = [one for one in library.blocks if _prints(one.when, case)]
    groups = {one.id: one.body.group for one in here if isinstance(one.body, RedFlagBody)}
    lines = [
        body
        for one in here
        if isinstance(body := one.body, EmergencyLineBody) and not body.short and not body.apart
    ]
    covered = Counter(
        group for line in lines for group in {groups[one] for one in line.covers if one in groups}
    )
    if len(lines) < least.box:
        yield f"lines in the emergency box: {len(lines)}, at least {least.box}"
    for group, wanted in least.lines.items():
        if covered[group] < wanted:
            yield f"lines on {group} in the emergency box: {covered[group]}, at least {wanted}"
    signs = Counter(
        (str(one.body.urgency), one.body.group) for one in here if isinstance(one.body, RedFlagBody)
    )
    for (urgency, group), wanted in least.signs.items():
        if (count := signs[urgency, group]) < wanted:
            yield f"rows of signs on {group} with urgency {urgency}: {count}, at least {wanted}"
    if all(place.language.startswith("en") for place in library.places.values()):
        yield from _silent_on(here, least)
    offered = {name for one in here if one.kind is Kind.TEXT for name in one.suggests}
    for name in least.suggests:
        if name not in offered:
            yield f"no sentence offers {name} (`suggests: [{name}]`)"
    if (count := _exercises(here)) < least.exercises:
        yield f"exercises: {count}, at least {least.exercises}"


def _silent_on(blocks: list[Block], least: LeastContents) -> Iterator[str]:
    """Yield each kind of sign of which no line and no sign speaks where it must.

    A line of the short editions does not stand in the box of the full one, so it does not count.
    """
    said: dict[str, list[str]] = {BOX: []}
    for block in blocks:
        if isinstance(block.body, EmergencyLineBody):
            said[BOX] += [] if block.body.short else [block.body.wording.text]
        elif isinstance(block.body, RedFlagBody):
            said.setdefault(str(block.body.urgency), []).extend(
                one.text for one in block.body.signs
            )
    for kind in least.kinds:
        text = "\n".join(said.get(kind.where, ())).replace("**", "").lower()
        if not re.search(rf"(?<!\w)(?:{kind.words})", text):
            where = kind.where if kind.where == BOX else f"the signs with urgency {kind.where}"
            words = ", ".join(f"“{one}”" for one in kind.words.split("|"))
            yield f"nothing in {where} speaks of {kind.about} ({words})"


def _exercises(blocks: list[Block]) -> int:
    return sum(isinstance(one.body, ExerciseBody) and one.body.released for one in blocks)


def _prints(rule: Rule, case: RegionCase) -> bool:
    """Say whether a rule could hold for somebody of whom no flag is known."""
    region, status, asked = case
    match rule:
        case InRegion(regions):
            return region in regions
        case HasStatus(statuses):
            return status in statuses
        case IsScreened(screened=wanted):
            return wanted == asked
        case AllOf(rules):
            return all(_prints(one, case) for one in rules)
        case AnyOf(rules):
            return any(_prints(one, case) for one in rules)
        case _:
            return not isinstance(rule, HasFlag)
