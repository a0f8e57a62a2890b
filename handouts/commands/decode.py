"""Goes in: a recipe code. Comes out: what it says, in words and as options of `handout make`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.content.look import LOOK_FIELDS
from handouts.selectors import CONTENT
from handouts.system.terminal import echo_json, screen_width

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command()
@click.argument("code", metavar="CODE")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@CONTENT
def decode(*, code: str, as_json: bool, content: str | None) -> None:
    """Say what the code at the foot of a leaflet means.

    A code tells of a patient's health to anybody with this program: it is scrambled, not
    encrypted. It never holds the name or the note.

    \b
    Example:
      handout decode N2DK-RT8H-7TYF1
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.explain import request_record
    from handouts.pipeline import open_publisher
    from handouts.selection.code import read_recipe
    from handouts.system.terminal import table

    publisher = open_publisher(content)
    recipe = read_recipe(publisher.library, code)
    words = recipe.same_words(publisher.edition)
    made = {
        "words": "those at hand" if words else "others than those at hand",
        "program": "this one"
        if words and recipe.same_program(publisher.edition)
        else ("another version" if words else "unknown"),
    }
    asked = recipe.request
    look = {field.name: getattr(asked.look, field.name) for field in LOOK_FIELDS if field.varies}
    record = {**request_record(asked), **look, "date_given": asked.date_given, **made}
    if as_json:
        echo_json(record)
        return
    rows = [[name.replace("_", " "), _shown(value)] for name, value in record.items()]
    rows += [["", publisher.library.flags[flag].label] for flag in recipe.request.flags
             if flag in publisher.library.flags]  # fmt: skip
    click.echo(table(("field", "value"), rows, screen_width()))
    click.echo(f"\nhandout make {_options(record)}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _options(record: Mapping[str, object]) -> str:
    """Word a request as it could be typed."""
    words = [f"--{name} {record[name]}" for name in ("region", "status", "place", "paper", "date")]
    for option, name in (("flag", "flags"), ("exercise", "exercises"), ("dose", "doses")):
        values = record[name]
        words += [f"--{option} {value}" for value in values] if isinstance(values, list) else []
    fields = [field for field in LOOK_FIELDS if field.varies and field.name != "paper"]
    words += [f"--{field.name} {record[field.name]}" for field in fields if field.words]
    switches = ("screened", *(field.name for field in fields if not field.words))
    return " ".join([*words, *(f"--{name}" for name in switches if record[name])])
