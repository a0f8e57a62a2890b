"""Read what a region must have at least, and the most that an exercise may ask for.

Both are rules of safety (`least-contents`, `dosage-limits`), so they are signed as rules are, and
none of them can be taken away unseen.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import INTENSITIES, Urgency
from handouts.content.yaml_reader import YamlReader, read_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from handouts.content.parse_records import KnownWords
    from handouts.content.yaml_reader import Entry


FILE = "invariants.yaml"
LEAST, LIMITS = "least-contents", "dosage-limits"
"""The keys of the two in a rule."""
BOX = "the emergency box"
NUMBERS = ("hold_seconds", "hold_breaths", "minutes", "repetitions", "per_day", "most_per_day")


class SignKind(Struct, frozen=True):
    """A kind of sign that every region has somewhere, and words of which one shows it."""

    where: str
    """The box on page 1, or the list of signs with this urgency."""
    about: str
    words: str
    """In English, with | between them."""


class LeastContents(Struct, frozen=True, kw_only=True):
    """What the leaflets of every region have for everyone."""

    box: int
    """Lines in the box on page 1."""
    exercises: int
    lines: Mapping[str, int]
    """Lines of the box by the group of the signs that they stand for."""
    signs: Mapping[tuple[str, str], int]
    """Rows of signs, by urgency and group."""
    kinds: tuple[SignKind, ...]
    suggests: tuple[str, ...] = ()
    """Classes that some sentence offers."""

    @property
    def box_kinds(self) -> tuple[str, ...]:
        """Name what the box on page 1 of every region speaks of."""
        return tuple(one.about for one in self.kinds if one.where == BOX)


class DosageLimits(Struct, frozen=True, kw_only=True):
    """The most of each number of a dosage."""

    no_hold: tuple[str, ...]
    """Statuses in which nothing is held."""
    least_hours: int
    """Never more often than every so many hours."""
    most: Mapping[tuple[str, str], Mapping[str, int]]
    """By column and intensity; a number that is not named is not wanted."""
    breathing: frozenset[str]
    """Columns of exercises that may be counted in breaths."""
    in_steps: Mapping[str, re.Pattern[str]]
    """How a step says a number of the dosage; a word that is no number means one."""
    holds: re.Pattern[str]
    """How a step says to stay there."""


NO_LEAST = LeastContents(box=0, exercises=0, lines={}, signs={}, kinds=())
NO_LIMITS = DosageLimits(
    no_hold=(), least_hours=0, most={}, breathing=frozenset(), in_steps={}, holds=re.compile("(?!)")
)


# ------------------------------------------------------------------ reading
def read_rules(folder: Path) -> Entry:
    """Return the rules of safety of a folder as they are written.

    Raises ContentError for a file that is missing or is not YAML.
    """
    return read_file(YamlReader(), folder, FILE)


def least_of(rules: Entry) -> LeastContents:
    """Return what every region has; nothing where no rule says so, which is a fault elsewhere."""
    found = [*_statements(rules, LEAST)]
    return parse_least(found[0]) if found else NO_LEAST


def limits_of(rules: Entry) -> DosageLimits:
    """Return the most that exercises may ask for; nothing where no rule says so, as above."""
    found = [*_statements(rules, LIMITS)]
    return parse_limits(found[0]) if found else NO_LIMITS


def _statements(rules: Entry, key: str) -> Iterator[Entry]:
    """Yield the statements of one kind; what is wrong with them is said where rules are read."""
    listed = rules.get("invariants")
    for rule in listed.items() if listed else ():
        if not rule.is_mapping():
            continue
        more = rule.get("and")
        for part in (rule, *(more.items() if more else ())):
            if part.is_mapping() and (one := part.get(key)):
                yield one


def parse_least(entry: Entry, known: KnownWords | None = None) -> LeastContents:
    """Parse the statement; with `known` every group must be one of the content."""
    groups = known.groups if known else None
    box, exercises, signs = entry.need("box"), entry.need("exercises"), entry.need("signs")
    rows: dict[tuple[str, str], int] = {}
    for urgency in signs.keys() if signs else ():
        field = signs.get(urgency) if signs else None
        if field and urgency not in tuple(Urgency):
            field.fault(f"unknown urgency `{urgency}`")
        counts = _counts(field, groups) if field else {}
        rows |= {(urgency, group): count for group, count in counts.items()}
    lines, offers = entry.need("lines"), entry.get("suggests")
    if offers and known:
        offers.words(known.classes, "class")
    found = LeastContents(
        box=box.whole() if box else 0,
        exercises=exercises.whole() if exercises else 0,
        lines=MappingProxyType(_counts(lines, groups) if lines else {}),
        signs=MappingProxyType(rows),
        kinds=tuple(_kinds(entry)),
        suggests=_texts(offers),
    )
    entry.finish()
    return found


def _counts(entry: Entry, groups: Collection[str] | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in entry.keys():  # noqa: SIM118 - no dictionary
        if one := entry.get(name):
            if groups is not None and name not in groups:
                one.fault(f"unknown group `{name}`")
            found[name] = one.whole()
    return found


def _kinds(entry: Entry) -> Iterator[SignKind]:
    speak = entry.need("speak-of")
    for where in speak.keys() if speak else ():
        field = speak.get(where) if speak else None
        if field and where not in ("box", *Urgency):
            field.fault(f"unknown place `{where}`", hint="write box, or an urgency")
        for about in field.keys() if field else ():
            if field and (words := field.get(about)):
                yield SignKind(BOX if where == "box" else where, about, words.text())


def parse_limits(entry: Entry, known: KnownWords | None = None) -> DosageLimits:
    """Parse the statement; with `known` every status and column must be one of the content."""
    hold, hours, most = entry.need("no-hold"), entry.need("least-hours"), entry.need("most")
    breathing, said, holds = entry.get("breathing"), entry.need("in-steps"), entry.need("holds")
    columns = (*known.free_columns, *known.classes) if known else None
    limits: dict[tuple[str, str], Mapping[str, int]] = {}
    for column in most.keys() if most else ():
        field = most.get(column) if most else None
        if field and columns is not None and column not in columns:
            field.fault(f"unknown column `{column}`")
        for intensity in field.keys() if field else ():
            if field and (row := field.get(intensity)):
                if intensity not in INTENSITIES:
                    row.fault(f"unknown intensity `{intensity}`")
                limits[column, intensity] = MappingProxyType(
                    {name: one.whole() for name in NUMBERS if (one := row.get(name))}
                )
                row.finish()
    found = DosageLimits(
        no_hold=hold.words(known.statuses, "status") if hold and known else _texts(hold),
        least_hours=hours.whole() if hours else 0,
        most=MappingProxyType(limits),
        breathing=frozenset(_texts(breathing)),
        in_steps=MappingProxyType(
            {name: _pattern(one) for name in NUMBERS if said and (one := said.get(name))}
        ),
        holds=_pattern(holds),
    )
    if said:
        said.finish()
    entry.finish()
    return found


def _pattern(entry: Entry | None) -> re.Pattern[str]:
    """Read a pattern; one that matches nothing where it is not there, or is none."""
    try:
        return re.compile(entry.text() if entry else "(?!)", re.IGNORECASE)
    except re.error as error:
        if entry:
            entry.fault(f"not a pattern: {error}")
        return re.compile("(?!)")


def _texts(entry: Entry | None) -> tuple[str, ...]:
    return entry.texts() if entry else ()
