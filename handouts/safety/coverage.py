"""Say what no rule guards, and what a region must have at least: `unguarded`, `least_contents`.

Rules name regions, flags, classes and exercises one by one, so a new one would pass them all. What
every region must have is written here once, for all regions there will ever be.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import (
    AllOf,
    AnyOf,
    EmergencyLineBody,
    ExerciseBody,
    HasFlag,
    HasStatus,
    InRegion,
    RedFlagBody,
)
from handouts.content.vocabulary import Kind, Urgency
from handouts.content.yaml_reader import YamlReader, read_file
from handouts.errors import Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from handouts.content.blocks import Block, Rule
    from handouts.content.library import Library


LEAST_LINES: Mapping[str, int] = {"nerves": 2, "chest-and-legs": 1, "injury": 1, "whole-body": 1}
"""Lines of the box on page 1 for everyone, by the group of the signs that they stand for."""
LEAST_OF_BOX = 7
LEAST_SIGNS: Mapping[tuple[Urgency, str], int] = {
    (Urgency.EMERGENCY, "nerves"): 4,
    (Urgency.EMERGENCY, "injury"): 1,
    (Urgency.EMERGENCY, "whole-body"): 1,
    (Urgency.EMERGENCY, "chest-and-legs"): 1,
    (Urgency.EMERGENCY, "tummy"): 1,
    (Urgency.EMERGENCY, "mind"): 1,
    (Urgency.SAME_DAY, "whole-body"): 6,
    (Urgency.SAME_DAY, "nerves"): 2,
    (Urgency.SAME_DAY, "injury"): 1,
    (Urgency.ROUTINE, "time"): 1,
    (Urgency.ROUTINE, "mind"): 1,
}
"""Rows of warning signs for everyone, by how fast they need help and by group."""
LEAST_EXERCISES = 3
_BOX = "the emergency box"


class SignKind(Struct, frozen=True):
    """A kind of sign that every region has somewhere, and words of which one shows it."""

    where: str | Urgency
    """The box on page 1, or the list of signs with this urgency."""
    about: str
    words: str
    """In English, with | between them."""


KINDS = (
    SignKind(_BOX, "an arm or leg that is suddenly weak or numb", "weak|numb|clumsy"),
    SignKind(_BOX, "bladder or bowel", "{pee}|{poo}"),
    SignKind(_BOX, "chest pain or breathing", "chest|breath"),
    SignKind(_BOX, "sudden, very bad pain", "very bad"),
    SignKind(_BOX, "an injury", "fall|crash|accident|blow|knock|injury"),
    SignKind(_BOX, "being very ill", "very ill|confused|hard to wake"),
    SignKind(Urgency.EMERGENCY, "an arm or leg that is suddenly weak", "suddenly gone weak"),
    SignKind(Urgency.EMERGENCY, "numbness that spreads", "numbness|numb"),
    SignKind(Urgency.EMERGENCY, "bladder or bowel", "{pee}|{poo}|wet yourself"),
    SignKind(Urgency.EMERGENCY, "chest pain", "chest"),
    SignKind(Urgency.EMERGENCY, "breathing", "breath|breathe"),
    SignKind(Urgency.EMERGENCY, "sudden, very bad pain", "very bad pain"),
    SignKind(Urgency.EMERGENCY, "an injury", "fall|crash|accident|injury"),
    SignKind(Urgency.EMERGENCY, "being very ill", "very ill|confused|hard to wake"),
    SignKind(Urgency.EMERGENCY, "a grave infection", "shake with cold|blotchy|fever"),
    SignKind(Urgency.EMERGENCY, "thoughts of self-harm", "hurt yourself|end your life"),
    SignKind(Urgency.SAME_DAY, "infection", "fever|shivers|sweats|temperature"),
    SignKind(Urgency.SAME_DAY, "cancer", "cancer"),
    SignKind(Urgency.SAME_DAY, "losing weight", "losing weight"),
    SignKind(Urgency.SAME_DAY, "pain at night", "at night"),
    SignKind(Urgency.SAME_DAY, "numbness or tingling", "numbness|tingling"),
    SignKind(Urgency.SAME_DAY, "a broken bone", "thin bones"),
    SignKind(Urgency.SAME_DAY, "a lump, or another shape", "lump|swelling|shape"),
    SignKind(Urgency.ROUTINE, "pain that does not get better", "not better|gets worse|changes"),
    SignKind(Urgency.ROUTINE, "low mood", "low|cope"),
)
"""What the signs of every region speak of, whatever they are called; once for all regions."""


def box_kinds() -> tuple[str, ...]:
    """Return what the box on page 1 of every region speaks of."""
    return tuple(one.about for one in KINDS if one.where == _BOX)


_RULES = "invariants.yaml"
_HINT = (
    "every region needs it, for people without any flag: write lines into emergency_lines.yaml "
    "(each `covers` rows of red_flags.yaml), rows into red_flags.yaml, or give some their `region`"
)
_WORDS_ONLY = frozenset({"says", "source"})


# ------------------------------------------------------------------ what no rule speaks of
def unguarded(library: Library, folder: Path) -> list[Fault]:
    """List each region, flag, class and exercise that no rule of safety names.

    Raises ContentError where the rules are not there or are not YAML.
    """
    named = frozenset(_names(read_file(YamlReader(), folder, _RULES).plain()))
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
            hint=f"say in {_RULES} what must hold for it",
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
def least_contents(library: Library) -> list[Fault]:
    """Fault each region that lacks what every region must have, in any status."""
    found: dict[tuple[str, str], list[str]] = {}
    for region in library.regions:
        for status in library.statuses:
            for what in _lacking(library, region, status):
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


def _lacking(library: Library, region: str, status: str) -> Iterator[str]:
    here = [one for one in library.blocks if _prints(one.when, region, status)]
    groups = {one.id: one.body.group for one in here if isinstance(one.body, RedFlagBody)}
    lines = [
        body for one in here if isinstance(body := one.body, EmergencyLineBody) and not body.short
    ]
    covered = Counter(
        group for line in lines for group in {groups[one] for one in line.covers if one in groups}
    )
    if len(lines) < LEAST_OF_BOX:
        yield f"lines in the emergency box: {len(lines)}, at least {LEAST_OF_BOX}"
    for group, least in LEAST_LINES.items():
        if covered[group] < least:
            yield f"lines on {group} in the emergency box: {covered[group]}, at least {least}"
    signs = Counter(
        (one.body.urgency, one.body.group) for one in here if isinstance(one.body, RedFlagBody)
    )
    for (urgency, group), least in LEAST_SIGNS.items():
        if signs[urgency, group] < least:
            count = signs[urgency, group]
            yield f"rows of signs on {group} with urgency {urgency}: {count}, at least {least}"
    if all(place.language.startswith("en") for place in library.places.values()):
        yield from _silent_on(here)
    if (count := _exercises(here)) < LEAST_EXERCISES:
        yield f"exercises: {count}, at least {LEAST_EXERCISES}"


def _silent_on(blocks: list[Block]) -> Iterator[str]:
    """Yield each kind of sign of which no line and no sign speaks where it must.

    A line of the short editions does not stand in the box of the full one, so it does not count.
    """
    said: dict[str, list[str]] = {_BOX: []}
    for block in blocks:
        if isinstance(block.body, EmergencyLineBody):
            said[_BOX] += [] if block.body.short else [block.body.wording.text]
        elif isinstance(block.body, RedFlagBody):
            said.setdefault(block.body.urgency, []).extend(one.text for one in block.body.signs)
    for kind in KINDS:
        text = "\n".join(said.get(kind.where, ())).replace("**", "").lower()
        if not re.search(rf"(?<!\w)(?:{kind.words})", text):
            where = kind.where if kind.where == _BOX else f"the signs with urgency {kind.where}"
            words = ", ".join(f"“{one}”" for one in kind.words.split("|"))
            yield f"nothing in {where} speaks of {kind.about} ({words})"


def _exercises(blocks: list[Block]) -> int:
    return sum(isinstance(one.body, ExerciseBody) and one.body.released for one in blocks)


def _prints(rule: Rule, region: str, status: str) -> bool:
    """Say whether a rule could hold for somebody of whom no flag is known."""
    match rule:
        case InRegion(regions):
            return region in regions
        case HasStatus(statuses):
            return status in statuses
        case HasFlag():
            return False
        case AllOf(rules):
            return all(_prints(one, region, status) for one in rules)
        case AnyOf(rules):
            return any(_prints(one, region, status) for one in rules)
        case _:
            return True
