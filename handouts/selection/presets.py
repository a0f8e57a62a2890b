"""Fill in what a preset says, and write options as a preset: `with_preset`, `preset_of`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.profile import Preset
from handouts.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from handouts.content.profile import Profile
    from handouts.selection.options import RequestOptions


_OPTIONS = {"flags": "flag", "exercises": "exercise", "doses": "dose"}


_OF_ONE_PATIENT = {"screened": "--screened", "day": "--date", "name": "--name", "note": "--note",
                   "note_file": "--note-file", "preset": "--preset"}  # fmt: skip


def with_preset(options: RequestOptions, profile: Profile) -> RequestOptions:
    """Return the options with those of their preset filled in; raises RequestError if unknown.

    An option overrides the preset; flags, doses and switches are added to it. A flag of the preset
    cannot be removed, so that no warning is lost.
    """
    if options.preset is None:
        return options
    presets = dict(profile.presets)
    preset = presets.get(options.preset)
    if preset is None:
        hint = did_you_mean(options.preset, presets) or "service.yaml has no presets"
        message = f"unknown preset `{options.preset}`"
        raise RequestError(Fault(message=message, hint=hint, about="preset"))
    exercises = options.exercises or preset.exercises
    doses = [one for one in preset.doses if not exercises or one.partition("=")[0] in exercises]
    return replace(
        options,
        region=options.region or preset.region or None,
        status=options.status or preset.status or None,
        flags=(*preset.flags, *options.flags),
        place=options.place or preset.place or None,
        look=options.own_look.over(preset.look),
        exercises=exercises,
        doses=(*doses, *options.doses),
    )


def preset_of(options: RequestOptions) -> Preset:
    """Return the options as a preset; raises RequestError for any that belong to one patient."""
    faults = [
        Fault(message=f"a preset cannot contain {option}", hint="give it for each patient")
        for key, option in _OF_ONE_PATIENT.items()
        if getattr(options, key)
    ]
    faults += options.size_faults()
    if faults:
        raise RequestError(*faults)
    preset = Preset(
        region=options.region or "",
        status=options.status or "",
        flags=options.flags,
        place=options.place or "",
        look=options.own_look.saved(),
        exercises=options.exercises,
        doses=options.doses,
    )
    if not preset.chosen():
        raise RequestError(Fault(message="nothing to save", hint="give a --region or a --flag"))
    return preset


def as_options(preset: Preset) -> str:
    """Return a preset as options of the command line, quoted for a shell."""
    words: list[str] = []
    for key, value in preset.chosen().items():
        if isinstance(value, bool):
            words += [f"--{key}"]
            continue
        for one in (value,) if isinstance(value, str) else value:
            words += [f"--{_OPTIONS.get(key, key)}", one]
    return shlex.join(words)
