"""The options of the command line on how a leaflet looks, and in which format it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from handouts.content.look import LANGUAGE, LOOK_FIELDS
from handouts.content.vocabulary import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.content.look import LookField

Command = TypeVar("Command", bound="Callable[..., object] | click.Command")


def _option(field: LookField) -> Callable[[Command], Command]:
    """Make the option of a field of the look: a switch, or one that takes a word."""
    if not field.words:
        return click.option(f"--{field.name}", is_flag=True, help=field.help)

    def complete(
        _context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[str]:
        return [word for word in field.words if word.startswith(incomplete)]

    metavar = "|".join(field.words)
    return click.option(
        f"--{field.name}", metavar=metavar, shell_complete=complete, help=field.help
    )


FORMAT = click.option(
    "--format",
    "kind",
    type=click.Choice(tuple(SUFFIXES)),
    default="pdf",
    show_default=True,
    help="What to write.",
)
NO_CACHE = click.option(
    "--no-cache",
    is_flag=True,
    help="Typeset every leaflet anew, and keep none to be quicker the next time.",
)
_LARGE_PRINT = click.option("--large-print", is_flag=True, help="The same as --size 18.")
LOOKS = tuple(
    option
    for field in LOOK_FIELDS
    if field is not LANGUAGE
    for option in (_option(field), *((_LARGE_PRINT,) if field.name == "size" else ()))
)
"""All but the language, which has a default of its own."""
