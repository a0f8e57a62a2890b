"""Goes in: the presets of `service.yaml`. Comes out: each, checked against the vocabulary."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from msgspec import convert

from handouts.content.look import LOOK_FIELDS, LookOptions
from handouts.content.profile import Preset
from handouts.content.vocabulary import LARGE_PRINT
from handouts.errors import HandoutsError
from handouts.selection.options import RequestOptions
from handouts.selection.request import exercise_ids, parse_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.library import Library
    from handouts.content.yaml_reader import Entry

PRESET_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OF_ONE_PATIENT = ("screened", "name", "date", "note")


def parse_presets(entry: Entry, library: Library) -> Mapping[str, Preset]:
    """Read every preset; a word that is not in the vocabulary is a fault with its line."""
    presets: dict[str, Preset] = {}
    names = entry.keys()
    for name in names:
        one = entry.get(name)
        if one is None:
            entry.fault(f"the preset `{name}` is empty", hint="give it a region, or leave it out")
            continue
        if not PRESET_ID.fullmatch(name):
            one.fault(f"`{name}` is not a name", hint="small letters, digits and hyphens")
        presets[name] = _preset(one, library)
    return presets


def _preset(entry: Entry, library: Library) -> Preset:
    for key in _OF_ONE_PATIENT:
        if entry.get(key) is not None:
            hint = f"give --{key} for each patient: it is not the same for all"
            entry.fault(f"a preset cannot hold `{key}`", hint=hint)
    for key in ("large-print", "large_print"):
        if (large := entry.get(key)) is not None:
            large.fault(f"a preset has no `{key}`", hint=f"write `size: {LARGE_PRINT}`")
    flags, exercises = entry.get("flags"), entry.get("exercises")
    doses = entry.get("doses")
    preset = Preset(
        region=_word(entry, "region", library.regions),
        status=_word(entry, "status", library.statuses),
        flags=flags.words(library.flags, "flag") if flags else (),
        place=_word(entry, "place", library.places),
        look=_look(entry),
        exercises=exercises.words(exercise_ids(library), "exercise") if exercises else (),
        doses=doses.texts() if doses else (),
    )
    entry.finish()
    _check_sense(entry, preset, library)
    return preset


def _look(entry: Entry) -> LookOptions:
    choices = {
        field.name: _word(entry, field.name, field.words)
        if field.words
        else _truth(entry, field.name)
        for field in LOOK_FIELDS
        if field.in_presets
    }
    return convert(choices, LookOptions)


def _word(entry: Entry, key: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    field = entry.get(key)
    return field.word(known, key) if field else ""


def _truth(entry: Entry, key: str) -> bool:
    field = entry.get(key)
    return field.truth() if field else False


def _check_sense(entry: Entry, preset: Preset, library: Library) -> None:
    """Fault what only shows when the choices are taken together, such as two flags at odds."""
    options = RequestOptions(
        region=preset.region or next(iter(library.regions)),
        flags=preset.flags,
        look=preset.look,
        exercises=preset.exercises,
        doses=preset.doses,
    )
    try:
        parse_request(library, options, today=date.min)
    except HandoutsError as error:
        for fault in error.faults:
            entry.fault(fault.message, hint=fault.hint)
