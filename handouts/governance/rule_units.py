"""Write each rule of safety as a unit that can be signed: `rule_meanings`, `safeguards_of`.

A rule is signed like words: when one is removed, loosened or changed in any way, no leaflet that it
guards is approved. Layout and comments of its file do not count.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import Always
from handouts.content.folder import INVARIANTS, RULES, read_bytes
from handouts.content.parse_records import known_words, parse_rule
from handouts.content.vocabulary import OF_REGIONS, REGIONS_NEVER_SAY, REGIONS_PRINT
from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError
from handouts.governance.approval import EVERYWHERE, RULE
from handouts.governance.units import SignedUnit, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handouts.content.blocks import Rule
    from handouts.content.library import Library
    from handouts.content.parse_records import KnownWords
    from handouts.content.yaml_reader import Entry
    from handouts.governance.units import UnitLine


NAMES = f"{RULE}names"
"""The unit of the names that texts may not hide."""
_ABOUT = frozenset({"id", "says", "source", "kind", "replaces", "when", "and"})
"""Keys of a rule that state nothing."""
_OF_ALL = frozenset({"layout", "tests", "names-are-declared"})
"""Statements that hold for every leaflet, whatever stands in `when`."""


class Safeguard(Struct, frozen=True):
    """One rule as a unit, and for whom each of its statements holds."""

    meaning: SignedUnit
    when: tuple[Rule, ...]


def rule_meanings(library: Library, folder: Path) -> dict[str, SignedUnit]:
    """Return every rule its meaning, by its unit; none where content is older than rules.

    Raises ContentError for a file that is not YAML, or a rule without a number.
    """
    return {unit: one.meaning for unit, one in safeguards_of(library, folder).items()}


def safeguards_of(library: Library, folder: Path) -> dict[str, Safeguard]:
    """Return every rule with those whom it guards; raises ContentError as above."""
    reader = YamlReader()
    found: dict[str, Safeguard] = {}
    for file in RULES:
        raw = read_bytes(folder, file)
        entry = None if raw is None else reader.read(f"{folder.name}/{file}", raw)
        if entry is None:
            continue
        if file == INVARIANTS:
            field = entry.get("invariants")
            found |= (
                {one.meaning.unit: one for one in _rules(field, reader, library)} if field else {}
            )
        else:
            keys = entry.keys()
            lines = tuple(line for key in keys for line in _names(entry, key))
            found[NAMES] = Safeguard(SignedUnit(NAMES, lines), (Always(),))
    if reader.faults:
        raise ContentError(*reader.faults)
    return found


def _rules(field: Entry, reader: YamlReader, library: Library) -> Iterator[Safeguard]:
    known = known_words(library)
    for one in field.items():
        given = one.need("id")
        number = given.whole() if given else 0
        noted = len(reader.faults)
        when = tuple(_conditions(one, known))
        # What is wrong with the words of `when` is said where the rules are bound to content.
        del reader.faults[noted:]
        lines = [("where", _where(library, when))]
        keys = one.keys()
        lines += [(key, _text(one, key)) for key in keys if key != "id"]
        lines += _of_regions(library, one.plain())
        yield Safeguard(SignedUnit(f"{RULE}{number}", tuple(lines)), when)


def _of_regions(library: Library, rule: object) -> Iterator[UnitLine]:
    """The lines of what regions say of themselves for a rule: who signs it signs that too."""
    asked = [*dict.fromkeys(_asked(rule))]
    for region in library.regions.values():
        for name in asked:
            given = region.never_says if name == REGIONS_NEVER_SAY else region.blocks.get(name, ())
            if given:
                yield f"of {region.id}", f"{name}: {', '.join(given)}"


def _asked(value: object) -> Iterator[str]:
    """Yield the names by which a rule asks regions for something."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == REGIONS_NEVER_SAY:
                yield key
            if key in (OF_REGIONS, REGIONS_PRINT):
                yield from map(str, one if isinstance(one, list) else [one])
            else:
                yield from _asked(one)
    elif isinstance(value, list):
        for one in value:
            yield from _asked(one)


def _conditions(one: Entry, known: KnownWords) -> Iterator[Rule]:
    """Return the condition of each statement."""
    more = one.get("and")
    for part in (one, *(more.items() if more else ())):
        keys = set(part.keys()) - _ABOUT
        if keys & _OF_ALL:
            yield Always()
        if keys - _OF_ALL:
            yield parse_rule(part.get("when"), known)


def _where(library: Library, when: tuple[Rule, ...]) -> str:
    """Name the regions and statuses in which one of these conditions can hold."""
    found = dict.fromkeys(place for rule in when for place in places_of(library, rule))
    every = len(library.regions) * len(library.statuses)
    return EVERYWHERE if len(found) == every else "; ".join(found) or "nowhere"


def _names(entry: Entry, key: str) -> Iterator[UnitLine]:
    """The lines of one key of the names: one for each class, or for each that mentions it."""
    part = entry.get(key)
    if part is None:
        return
    if part.is_mapping():
        names = part.keys()
        yield from ((f"{key} {name}", _text(part, name)) for name in names)
    else:
        yield from ((key, _plain(one)) for one in part.items())


def _text(entry: Entry, key: str) -> str:
    one = entry.get(key)
    return "" if one is None else _plain(one)


def _plain(entry: Entry) -> str:
    """Write a value on one line; text is as it stands, all else as JSON."""
    value = entry.plain()
    if isinstance(value, str) and "\n" not in value:
        return value
    return json.dumps(value, ensure_ascii=False)
