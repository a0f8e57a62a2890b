"""How a leaflet looks has the same fields typed, saved and decided."""

import shlex

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert
from msgspec.structs import asdict

from handouts.cli.commands.make import make
from handouts.cli.options import takes_request
from handouts.content.look import LOOK_FIELDS, LOOK_NAMES, Look, LookField, LookOptions
from handouts.content.profile import Preset
from handouts.selection.options import RequestOptions
from handouts.selection.presets import as_options, preset_of

each_field = pytest.mark.parametrize("field", LOOK_FIELDS, ids=LOOK_NAMES)
LOOKS = st.fixed_dictionaries(
    {
        field.name: st.sampled_from(("", *field.words)) if field.words else st.booleans()
        for field in LOOK_FIELDS
    }
).map(lambda said: convert(said, LookOptions))


def typed(*words: str) -> RequestOptions:
    """Read words as the options of a command."""
    found: list[RequestOptions] = []
    command = click.command()(takes_request(found.append))
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 0, done.output
    return found[0]


# ------------------------------------------------------------------ the fields
def test_all_records_have_the_fields_of_the_table() -> None:
    """What is typed is decided, and the table knows all of it."""
    assert Look.__struct_fields__ == LookOptions.__struct_fields__ == LOOK_NAMES


@each_field
def test_each_field_is_an_option(field: LookField) -> None:
    """A switch takes no word, and anything else takes one."""
    (option,) = [one for one in make.params if one.name == field.name]
    assert isinstance(option, click.Option)
    assert option.opts == [f"--{field.name}"]
    assert option.is_flag == (not field.words)


@each_field
def test_every_word_of_a_field_can_be_decided(field: LookField) -> None:
    """What may be typed ends in a look; the first word is usual, but for a paper."""
    values: tuple[object, ...] = field.words or (False, True)
    for value in values:
        options = convert({"paper": "a4", field.name: value}, LookOptions)
        assert options.faults() == []
        assert str(getattr(options.decide(), field.name)) == str(value)
    usual = getattr(LookOptions(paper="a4").decide(), field.name)
    assert str(usual) == str(values[0])


@each_field
def test_an_unknown_word_is_a_fault(field: LookField) -> None:
    """It is named, with what it was given for."""
    if field.words:
        (fault,) = convert({field.name: "no-such"}, LookOptions).faults()
        assert (fault.message, fault.about) == (f"unknown {field.name} `no-such`", field.name)


# ------------------------------------------------------------------ one over the other
@given(LOOKS, LOOKS)
def test_what_is_typed_goes_before_what_is_usual(own: LookOptions, usual: LookOptions) -> None:
    """A word goes before another, and a switch that is on stays on."""
    found = asdict(own.over(usual))
    for name, value in found.items():
        assert value == (getattr(own, name) or getattr(usual, name))


@given(LOOKS)
def test_a_saved_look_is_the_look_that_its_options_say(look: LookOptions) -> None:
    """A preset, written as options and typed again, is the same preset."""
    asked = RequestOptions(region="neck", look=look)
    saved = preset_of(asked)
    assert preset_of(typed(*shlex.split(as_options(saved)))) == saved
    assert saved == Preset(region="neck", look=look.saved())
    lost = {name for name in look.chosen() if name not in saved.chosen()}
    assert lost <= {field.name for field in LOOK_FIELDS if not field.in_presets}


def test_large_print_is_the_largest_size() -> None:
    """It is another word for that size, and cannot go with a smaller one."""
    large = typed("--large-print")
    assert large.own_look.size == "18"
    assert large.size_faults() == []
    assert typed("--large-print", "--size", "18").size_faults() == []
    assert len(typed("--large-print", "--size", "16").size_faults()) == 1
