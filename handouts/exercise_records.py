"""Goes in: an entry of `exercises.yaml`. Comes out: a block, with what differs by status."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from handouts.block import Dosage, ExerciseBody
from handouts.conditions import All, Any, HasStatus, InRegion
from handouts.records import parse_id, parse_wording
from handouts.vocabulary import FREE_COLUMNS, INTENSITIES, MOVES, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.block import Block, Wording
    from handouts.block_records import BlockParser
    from handouts.conditions import Rule
    from handouts.reader import Entry
    from handouts.records import Known

T = TypeVar("T")

SPANS = (
    "hold_seconds", "hold_breaths", "minutes", "repetitions", "per_day", "every_hours",
    "most_per_day",
)  # fmt: skip
"""The numbers of a dosage."""


def parse_exercise(parser: BlockParser, entry: Entry, number: int) -> Block:
    """Read one exercise; its rule is the regions and statuses of its sets."""
    known, ident = parser.known, parse_id(entry)
    given = entry.need("number")
    if given and given.whole() != number:
        given.fault(
            f"expected {number}, got {given.shown()}", hint="numbers follow the order, for ever"
        )
    sets = _sets(entry, known)
    body = ExerciseBody(
        number=number,
        name=_text(entry, "name"),
        intensity=_word(entry, "intensity", INTENSITIES),
        moves=_words(entry, "moves", MOVES),
        extra_moves=_texts(entry, "extra_moves"),
        position=_text(entry, "position"),
        column=_word(entry, "column", (*FREE_COLUMNS, *known.classes)),
        also=_word(entry, "also", known.classes, required=False),
        sets=sets,
        start=parser.wording(entry, "start"),
        steps=_by_status(
            entry, "steps", known, lambda e: tuple(parse_wording(one, known) for one in e.items())
        ),
        dosage=_by_status(entry, "dosage", known, _dosage),
        stop=tuple(parse_wording(one, known) for one in _items(entry, "stop")),
        avoid=_words(entry, "avoid", known.flags),
        cautions=_cautions(entry, known),
        figures=_by_status(entry, "figures", known, lambda e: e.texts()),
        released=released.truth() if (released := entry.get("released")) else True,
        why=_text(entry, "why", required=False),
    )
    if not body.released and not body.why:
        entry.fault("held back without a reason", hint="add `why:`")
    block = parser.block(entry, ident, Kind.EXERCISE, "exercises", _rule(sets), body)
    entry.finish()
    return block


def _rule(sets: Mapping[tuple[str, str], int]) -> Rule:
    return Any(tuple(All((InRegion((r,)), HasStatus((s,)))) for r, s in sets))


def _sets(entry: Entry, known: Known) -> Mapping[tuple[str, str], int]:
    sets: dict[tuple[str, str], int] = {}
    field = entry.need("sets")
    for region in field.keys() if field else ():
        one = field.get(region) if field else None
        if region not in known.regions and field:
            field.fault(f"unknown region `{region}`")
        for status in one.keys() if one else ():
            if status not in known.statuses and one:
                one.fault(f"unknown status `{status}`")
            if one and (priority := one.get(status)):
                sets[region, status] = priority.whole()
    return MappingProxyType(sets)


def _by_status(entry: Entry, key: str, known: Known, read: Callable[[Entry], T]) -> Mapping[str, T]:
    """Read one value for all statuses, or one under each status."""
    field = entry.need(key)
    if field is None:
        return MappingProxyType({})
    if field.is_mapping() and set(field.keys()) <= set(known.statuses):
        values = {s: read(one) for s in known.statuses if (one := field.get(s))}
    else:
        value = read(field)
        values = dict.fromkeys(known.statuses, value)
    return MappingProxyType(values)


def _dosage(entry: Entry) -> Dosage:
    spans = {}
    for key in SPANS:
        field = entry.get(key)
        spans[key] = field.span() if field else None
    unit, side, way = entry.get("unit"), entry.get("each_side"), entry.get("each_way")
    each = "side" if side and side.truth() else "way" if way and way.truth() else ""
    entry.finish()
    return Dosage(unit=unit.text() if unit else "times", each=each, **spans)


def _cautions(entry: Entry, known: Known) -> Mapping[str, Wording]:
    field = entry.get("cautions")
    cautions = {}
    for flag in field.keys() if field else ():
        if flag not in known.flags and field:
            field.fault(f"unknown flag `{flag}`")
        if field and (one := field.get(flag)):
            cautions[flag] = parse_wording(one, known)
    return MappingProxyType(cautions)


def _items(entry: Entry, key: str) -> list[Entry]:
    field = entry.need(key)
    return list(field.items()) if field else []


def _text(entry: Entry, key: str, *, required: bool = True) -> str:
    field = entry.need(key) if required else entry.get(key)
    return field.text() if field else ""


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    field = entry.get(key)
    return field.texts() if field else ()


def _word(entry: Entry, key: str, options: tuple[str, ...], *, required: bool = True) -> str:
    field = entry.need(key) if required else entry.get(key)
    return field.word(options, key) if field else ""


def _words(entry: Entry, key: str, options: tuple[str, ...]) -> tuple[str, ...]:
    field = entry.get(key)
    return field.words(options, key) if field else ()
