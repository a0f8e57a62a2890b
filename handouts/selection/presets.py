"""Fill in what a preset says, and write options as a preset: `with_preset`, `preset_of`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.content.list_form import USUAL_FORM
from handouts.content.profile import Preset
from handouts.errors import Fault, RequestError, did_you_mean, shorten

if TYPE_CHECKING:
    from handouts.content.list_form import ListForm
    from handouts.content.profile import Profile
    from handouts.selection.options import RequestOptions


_OPTIONS = {"flags": "flag", "exercises": "exercise", "doses": "dose", "columns": "column"}
_OF_ONE_LIST = {"any_date": "--any-date", "name_ids": "--name-ids"}


_OF_ONE_PATIENT = {"screened": "--screened", "day": "--date", "name": "--name", "note": "--note",
                   "note_file": "--note-file", "preset": "--preset", "age": "--age", "dob": "--dob",
                   "duration": "--duration", "note_approved": "--note-approved"}  # fmt: skip


def with_preset(options: RequestOptions, profile: Profile) -> RequestOptions:
    """Return the options with those of their preset filled in; raises RequestError if unknown.

    An option overrides the preset; flags, doses and switches are added to it. A flag of the preset
    cannot be removed, so that no warning is lost.
    """
    if options.preset is None:
        return options
    preset = preset_named(options.preset, profile)
    exercises = options.exercises or preset.exercises
    doses = [one for one in preset.doses if not exercises or one.partition("=")[0] in exercises]
    return replace(
        options,
        region=options.region or preset.region or None,
        status=options.status or (None if options.duration else preset.status or None),
        flags=(*preset.flags, *options.flags),
        place=options.place or preset.place or None,
        look=options.own_look.over(preset.look),
        exercises=exercises,
        doses=(*doses, *options.doses),
    )


def preset_named(name: str, profile: Profile) -> Preset:
    """Find a preset of the service; raises RequestError if there is none of that name."""
    presets = dict(profile.presets)
    if name in presets:
        return presets[name]
    hint = did_you_mean(name, presets) or (
        "no presets are in the service.yaml that is used here: `handout info` says which, if any"
    )
    raise RequestError(
        Fault(message=f"unknown preset `{shorten(name)}`", hint=hint, about="preset")
    )


def preset_of(options: RequestOptions, form: ListForm = USUAL_FORM) -> Preset:
    """Return the options as a preset; raises RequestError for any that belong to one patient.

    `form` says how a list is read; what belongs to one list is refused as well.
    """
    faults = [
        Fault(message=f"a preset cannot contain {option}", hint="give it for each patient")
        for key, option in _OF_ONE_PATIENT.items()
        if getattr(options, key)
    ]
    faults += [
        Fault(message=f"a preset cannot contain {option}", hint="give it for each list")
        for key, option in _OF_ONE_LIST.items()
        if getattr(form, key)
    ]
    faults += [*options.size_faults(), *form.faults()]
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
        form=form,
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
