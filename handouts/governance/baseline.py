"""Hold the content against the words that were last reviewed: `compare_with_baseline`.

`baseline.yaml` keeps every unit as it was reviewed, words and rules of safety. A unit that differs
is listed by risk, and every leaflet that it reaches says that it changed, until somebody accepts
the change by name or signs the unit.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.blocks import ExerciseBody
from handouts.content.folder import read_bytes
from handouts.content.load import resource
from handouts.content.yaml_reader import YamlReader
from handouts.errors import ContentError, Fault, Origin, RequestError, did_you_mean
from handouts.governance.approval import BASELINE, EVERYWHERE, Difference, UnitChange
from handouts.governance.differences import differences_of
from handouts.governance.rule_units import rule_meanings
from handouts.governance.units import SignedUnit, lines_of, rule_lines, signed_units
from handouts.safety.load import medicine_words
from handouts.system.files import ELSEWHERE, read_limited, write_atomically

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from handouts.content.blocks import Block
    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry
    from handouts.governance.units import UnitLine


_HEAD = """\
# The content as it was last reviewed, unit by unit. Written by `handout check --accept`: keep it in
# git, beside the content, and do not edit it by hand. Leaflets with words that differ from these
# say so, until somebody accepts the change by name.
units:
"""
_END = "end: true\n"
"""The last line; a record that was cut off lacks it."""
_WHO = re.compile(rb'^  (?:by|on): "[^"\\\n]*"\n', re.MULTILINE)
"""The lines that say who accepted a unit; a text of a unit is indented further."""
_RESTORE = "restore it from git; nothing was changed"


class ReviewedUnit(Struct, frozen=True, kw_only=True):
    """One unit as it was reviewed, and who accepted these words; `by` and `on` may be empty."""

    meaning: SignedUnit
    by: str = ""
    on: str = ""


def reviewed_content(library: Library, folder: Path) -> dict[str, SignedUnit]:
    """Return all that the baseline keeps of a folder: its words, and its rules of safety.

    Raises ContentError for rules that are not YAML.
    """
    return reviewed_units(library) | rule_meanings(library, folder)


def reviewed_units(library: Library) -> dict[str, SignedUnit]:
    """Return the words as the baseline keeps them: what is signed, and the data rules stand on.

    The record of approvals leaves out how an exercise is done, and what a text offers, because the
    words say that; a mistake in these data lets the wrong people have it.
    """
    units = signed_units(library)
    for block in library.blocks:
        unit = units[block.id]
        if lines := tuple(_more_of(block)):
            units[block.id] = SignedUnit(unit.unit, (*unit.lines, *lines))
    return units


def _more_of(block: Block) -> Iterator[UnitLine]:
    offers = {"suggests": block.suggests, "warns": block.warns}
    yield from ((key, ", ".join(names)) for key, names in offers.items() if names)
    if isinstance(block.body, ExerciseBody):
        yield from _exercise_data(block.body)


def _exercise_data(body: ExerciseBody) -> Iterator[UnitLine]:
    yield "position", str(body.position)
    yield "intensity", str(body.intensity)
    yield "moves", ", ".join(map(str, body.moves)) or "none"
    yield "extra_moves", ", ".join(map(str, body.extra_moves)) or "none"


# ------------------------------------------------------------------ the file
def read_baseline(name: str, raw: bytes) -> dict[str, ReviewedUnit]:
    """Read a baseline; raises ContentError with every fault, each with its line."""
    reader = YamlReader()
    entry = reader.read(name, raw)
    if entry is None:
        raise ContentError(*reader.faults)
    field, end = entry.need("units"), entry.get("end")
    found: dict[str, ReviewedUnit] = {}
    for one in field.items() if field else ():
        record = _reviewed(one)
        if record.meaning.unit in found:
            one.fault(f"`{record.meaning.unit}` stands twice", hint="keep one of them")
        found[record.meaning.unit] = record
    entry.finish()
    if end is None and not reader.faults:
        lines = raw.count(b"\n") + 1
        reader.fault("the record is incomplete", Origin(name, lines), hint=_RESTORE)
    if reader.faults:
        raise ContentError(*reader.faults)
    return found


def _reviewed(entry: Entry) -> ReviewedUnit:
    unit, text, by, on = entry.need("unit"), entry.get("says"), entry.get("by"), entry.get("on")
    entry.finish()
    return ReviewedUnit(
        meaning=SignedUnit(unit.text() if unit else "", lines_of(text.text()) if text else ()),
        by=by.text() if by else "",
        on=on.text() if on else "",
    )


def write_baseline(records: Iterable[ReviewedUnit]) -> bytes:
    """Write a baseline, in the order of the units."""
    entries = (_entry(one) for one in sorted(records, key=lambda one: one.meaning.unit))
    return (_HEAD + "".join(entries) + _END).encode()


def _entry(one: ReviewedUnit) -> str:
    who = {"by": one.by, "on": one.on}
    signed = "".join(
        f"  {key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in who.items() if value
    )
    lines = "".join(f"    {line}\n" for line in one.meaning.text.split("\n"))
    says = f"  says: |-\n{lines}" if one.meaning.lines else ""
    return f"- unit: {json.dumps(one.meaning.unit)}\n{signed}{says}"


# ------------------------------------------------------------------ held against the content
def compare_with_baseline(library: Library, folder: Path, raw: bytes) -> dict[str, UnitChange]:
    """Compare content with the bytes of a baseline; raises ContentError for one that is broken."""
    now = reviewed_content(library, folder)
    if _is_as_written(raw, now):
        return {}
    then = read_baseline(f"{folder.name}/{BASELINE}", raw)
    meanings = {unit: one.meaning for unit, one in then.items()}
    return compare_units(meanings, now, medicine_words(folder))


def _is_as_written(raw: bytes, now: Mapping[str, SignedUnit]) -> bool:
    """Say whether a baseline of this content has these very bytes; then it need not be parsed.

    A new leaflet would take a fiftieth longer without this.
    """
    nobody = (ReviewedUnit(meaning=one) for one in now.values())
    return _WHO.sub(b"", raw) == write_baseline(nobody)


def compare_units(
    then: Mapping[str, SignedUnit], now: Mapping[str, SignedUnit], medicines: frozenset[str]
) -> dict[str, UnitChange]:
    """List every unit that differs, came or went, the most dangerous first."""
    found = []
    for unit in dict.fromkeys((*then, *now)):
        before, after = then.get(unit), now.get(unit)
        if before is None or after is None or before.lines != after.lines:
            found.append(_change(unit, before, after, medicines))
    _name_what_moved(found)
    found.sort(key=lambda one: (one.worst, one.unit))
    return {one.unit: one for one in found}


def _change(
    unit: str, before: SignedUnit | None, after: SignedUnit | None, medicines: frozenset[str]
) -> UnitChange:
    old, new = before.lines if before else (), after.lines if after else ()
    wheres = [dict(lines).get("where", EVERYWHERE) for lines in (old, new) if lines]
    return UnitChange(
        unit=unit,
        differences=tuple(differences_of(unit, old, new, medicines)),
        where=EVERYWHERE if EVERYWHERE in wheres else "; ".join(dict.fromkeys(wheres)),
        rule_changed=rule_lines(old) != rule_lines(new),
        question_changed=dict(old).get("question") != dict(new).get("question"),
    )


def _name_what_moved(found: list[UnitChange]) -> None:
    """Say of a text that went from one unit and came to another where it is now."""
    came = {one.new: change.unit for change in found for one in change.differences if not one.old}
    for at, change in enumerate(found):
        told = tuple(
            Difference(key=one.key, old=one.old, new=one.new, risk=one.risk, moved=came[one.old])
            if one.old in came and not one.new and came[one.old] != change.unit
            else one
            for one in change.differences
        )
        found[at] = UnitChange(
            unit=change.unit,
            differences=told,
            where=change.where,
            rule_changed=change.rule_changed,
            question_changed=change.question_changed,
        )


# ------------------------------------------------------------------ accepting
def accept(library: Library, folder: Path, names: Iterable[str], *, by: str, on: str) -> Accepted:
    """Take the changes of some units into the baseline; raises RequestError for an unknown name.

    A name may be `wording`, which stands for every unit without a change of high risk. One that is
    as it was reviewed is only named, unless all are. Everybody else's changes stay as they are.
    Raises OutputError when somebody else wrote meanwhile.
    """
    path = folder / BASELINE
    written = read_bytes(folder, BASELINE)
    raw = read_limited(resource("content") / BASELINE) if written is None else written
    records = read_baseline(f"{folder.name}/{BASELINE}", raw)
    changes = compare_with_baseline(library, folder, raw)
    now = reviewed_content(library, folder)
    chosen, as_before = _chosen(changes, names, {*now, *records})
    for unit in chosen:
        if unit in now:
            records[unit] = ReviewedUnit(meaning=now[unit], by=by, on=on)
        else:
            records.pop(unit, None)
    content = write_baseline(records.values())
    write_atomically(path, content, expect=written, hint=ELSEWHERE)
    return Accepted(tuple(changes[unit] for unit in chosen), tuple(as_before))


class Accepted(Struct, frozen=True):
    """What was taken into the baseline, and the units that were as reviewed already."""

    changes: tuple[UnitChange, ...]
    as_before: tuple[str, ...]


def _chosen(
    changes: Mapping[str, UnitChange], names: Iterable[str], units: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return the units to accept, and those that are as they were reviewed."""
    chosen: dict[str, None] = {}
    same: dict[str, None] = {}
    faults = []
    for name in names:
        if name == EASY:
            chosen.update((unit, None) for unit, one in changes.items() if not one.worst.is_high)
        elif name in changes:
            chosen[name] = None
        elif name in units:
            same[name] = None
        else:
            faults.append(_not_changed(name, "there is no unit", changes))
    if same and not chosen:
        faults += [_not_changed(name, "as reviewed already", changes) for name in same]
    if faults:
        raise RequestError(*faults)
    return list(chosen), list(same)


def _not_changed(name: str, why: str, changes: Mapping[str, UnitChange]) -> Fault:
    hint = did_you_mean(name, changes) or "`handout check` lists what has changed"
    return Fault(message=f"--accept: `{name}` has not changed: {why}", hint=hint)


EASY = "wording"
"""Stands for every unit that is only worded otherwise."""


# ------------------------------------------------------------------ for the terminal
def changes_text(changes: Iterable[UnitChange]) -> str:
    """List every change, most dangerous first, old beside new, with the name to accept it by."""
    lines = sorted(
        ((one.risk, change.unit, one) for change in changes for one in change.differences),
        key=lambda line: line[:2],
    )
    return "\n".join(_told(unit, one) for _, unit, one in lines)


def _told(unit: str, one: Difference) -> str:
    moved = f"\n    now in {one.moved}" if one.moved else ""
    mark = "!" if one.risk.is_high else " "
    return (
        f"{mark} {one.risk.text}: {unit}, {one.key}\n"
        f"    reviewed: {one.old or '(nothing)'}\n    now:      {one.new or '(nothing)'}{moved}"
    )
