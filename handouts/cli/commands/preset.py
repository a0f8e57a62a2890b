"""Define `handout preset`: list, save and remove presets of the service: `preset`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulGroup
from handouts.cli.list_options import takes_list_form
from handouts.cli.options import CONTENT, takes_request
from handouts.errors import Fault, RequestError
from handouts.system.terminal import note

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.content.list_form import ListForm
    from handouts.selection.options import RequestOptions


@click.group(cls=CarefulGroup)
def preset() -> None:
    """Keep your usual choices under one word, in service.yaml.

    \b
    Examples:
      handout preset list
      handout preset save large-print --region {region} --size 16
      handout make --preset large-print --screened
      handout preset remove large-print
    """  # noqa: D301 - \b is Click's mark for lines to keep


@preset.command("list")
@CONTENT
def list_presets(content: str | None) -> None:
    """List every preset with the options that it stands for."""
    from handouts.content.load import load_library
    from handouts.governance.load import load_profile
    from handouts.selection.presets import as_options

    for name, one in load_profile(load_library(content), content).presets:
        click.echo(f"{name}: {as_options(one)}")


@preset.command
@click.argument("called", metavar="NAME")
@takes_list_form
@takes_request
@click.option("--replace", is_flag=True, help="Replace a preset of this name.")
@click.option(
    "--to",
    type=click.Path(),
    metavar="FILE",
    help="The service.yaml to save it in.  [default: the one in use, else your own]",
)
def save(
    options: RequestOptions, form: ListForm, *, called: str, replace: bool, to: str | None
) -> None:
    """Save the options given as the preset NAME; the rest of service.yaml stays as it is.

    It goes into the service.yaml that is used here, which `handout info` names; where none is, into
    one in your own folder of settings, which counts wherever you are. Options on how a list is read
    count in `handout batch --preset NAME`.
    """
    from handouts.content.load import load_library
    from handouts.governance.load import load_profile
    from handouts.governance.presets import edit_presets, preset_file, presets_in
    from handouts.governance.profile import preset_name_fault
    from handouts.selection.presets import preset_of
    from handouts.selection.typed_facts import with_words
    from handouts.selection.understanding import understood

    named = preset_name_fault(called)
    if faults := [*([named] if named else []), *options.look.faults()]:
        raise RequestError(*faults)
    library = load_library(options.content)
    today = date.today()  # noqa: DTZ011 - a preset has no date, and words need one
    options = understood(library, with_words(library, options, note, today), note)
    load_profile(library, options.content)  # one that is broken, or misnamed, is mended first
    file = preset_file(options.content, to)
    if called in presets_in(library, file) and not replace:
        message, hint = f"a preset `{called}` already exists in `{file}`", "--replace replaces it"
        raise RequestError(Fault(message=message, hint=hint))
    saved = edit_presets(library, file, called, preset_of(options, form))
    _say_reach(saved, options.content)
    click.echo(saved)


def _say_reach(saved: Path, content: str | None) -> None:
    """Say where a preset counts, unless that is everywhere."""
    from handouts.fastpath.fingerprint import PROFILE, VARIABLE
    from handouts.governance.load import find_profile

    used = find_profile(content)
    if used is None or not used.exists() or not used.samefile(saved):
        note(f"that file is not used here; {VARIABLE}={saved} has it used")
    elif str(used) == PROFILE:
        note("this service.yaml is used in this folder only")


@preset.command
@click.argument("called", metavar="NAME")
@CONTENT
def remove(called: str, content: str | None) -> None:
    """Remove the preset NAME; the rest of service.yaml stays as it is."""
    from handouts.content.load import load_library
    from handouts.governance.load import load_profile
    from handouts.governance.presets import edit_presets, preset_file
    from handouts.selection.presets import preset_named

    library = load_library(content)
    preset_named(called, load_profile(library, content))
    click.echo(edit_presets(library, preset_file(content), called, None))
