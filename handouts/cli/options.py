"""Define the Click options that commands share: `takes_request`, `CONTENT`."""

from __future__ import annotations

import os
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import click
from msgspec import convert

from handouts.content.look import LANGUAGE, LOOK_FIELDS, LOOK_NAMES
from handouts.content.vocabulary import SUFFIXES
from handouts.errors import RequestError
from handouts.selection.options import RequestOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from click.shell_completion import CompletionItem

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
    help="Output format.",
)
NO_CACHE = click.option(
    "--no-cache",
    is_flag=True,
    help="Typeset every leaflet again, and cache nothing.",
)
QUIET = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    help="For scripts: say only what is a draft, in doubt, left out or refused.",
)
"""Means the same in every command that takes it; no error is ever kept back."""
_LARGE_PRINT = click.option("--large-print", is_flag=True, help="The same as --size 18.")
LOOKS = tuple(
    option
    for field in LOOK_FIELDS
    if field is not LANGUAGE
    for option in (_option(field), *((_LARGE_PRINT,) if field.name == "size" else ()))
)
"""All but the language, which has a default of its own."""


def _complete(what: str) -> Callable[..., list[CompletionItem]]:
    """Complete an option from the library, read only when a shell asks."""

    def complete(
        context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from handouts.cli.tables import suggest  # noqa: PLC0415 - help must not load the library

        return suggest(what, incomplete, context.params.get("content"))

    return complete


def _typed(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Read a name as UTF-8 where the locale could not, and Python kept its bytes as surrogates."""
    try:
        return os.fsencode(value).decode()
    except UnicodeError:
        return value


def _not_empty(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    """Refuse an empty folder name: an unset variable must not mean the content that ships."""
    if value == "":
        raise click.BadParameter("name a folder")
    return value


def _a_language(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Refuse an empty language: an unset variable must not mean the usual one."""
    if not value:
        raise RequestError(LANGUAGE.fault(value))
    return value


CONTENT = click.option(
    "--content",
    metavar="DIR",
    callback=_not_empty,
    is_eager=True,  # completion of the other options reads it
    help="Use this folder of content.  [default: HANDOUTS_CONTENT, or the content that ships]",
)
_SELECTORS = (
    click.option(
        "--preset",
        metavar="NAME",
        shell_complete=_complete("presets"),
        help="Your usual choices, from `handout preset list`; other options change or add to them.",
    ),
    click.option(
        "-r",
        "--region",
        metavar="REGION",
        shell_complete=_complete("regions"),
        help="Where it hurts; `handout list regions` names them.",
    ),
    click.option(
        "-s",
        "--status",
        metavar="STATUS",
        shell_complete=_complete("statuses"),
        help="How long it has lasted; `handout list statuses` names the words.",
    ),
    click.option(
        "--duration",
        metavar="TEXT",
        help='How long it has hurt, such as "6 months" or "since March": it says the status.',
    ),
    click.option(
        "--age",
        metavar="YEARS",
        help="The patient's age: it says whether they are under 18, or 65 or over.",
    ),
    click.option(
        "--dob",
        metavar="DATE|-",
        help="The date of birth, in place of the age; - asks for it. It is kept nowhere.",
    ),
    click.option(
        "-f",
        "--flag",
        "flags",
        multiple=True,
        metavar="ID",
        shell_complete=_complete("flags"),
        help="A fact about this patient, from `handout list flags`. Can be repeated.",
    ),
    click.option(
        "--flags",
        "flag_lists",
        multiple=True,
        metavar="A,B",
        help="Several facts at once, with commas between them.",
    ),
    click.option(
        "--screened",
        is_flag=True,
        help="You asked about every flag; those not given mean no.",
    ),
    click.option(
        "--place",
        metavar="ID",
        shell_complete=_complete("places"),
        help="The place: whom to call, and what things are called.  "
        "[default: the service's, or the first]",
    ),
    *LOOKS,
    click.option(
        "--date",
        "day",
        metavar="YYYY-MM-DD",
        help="The date on the leaflet.  [default: today; the line for the date is left blank]",
    ),
    click.option(
        "-n",
        "--name",
        default="",
        metavar="TEXT|-",
        callback=_typed,
        help="The patient's name. It goes on the page and nowhere else; - asks for it, so that "
        "it stands in no list of processes and no history of a shell.",
    ),
    click.option(
        "--name-file",
        metavar="FILE|-",
        help="Read the name from a file, or from standard input.",
    ),
    click.option(
        "--note",
        default="",
        metavar="TEXT",
        callback=_typed,
        help="A note from you, up to 600 characters. It goes on the page and nowhere else.",
    ),
    click.option(
        "--note-file",
        metavar="FILE|-",
        help="Read the note from a file, or from standard input.",
    ),
    click.option(
        "--note-approved",
        is_flag=True,
        help="You mean what the note says, although this leaflet advises otherwise.",
    ),
    click.option(
        "--exercise",
        "exercises",
        multiple=True,
        metavar="ID",
        shell_complete=_complete("exercises"),
        help="Print this exercise in place of the usual ones. Can be repeated, at most 8 times.",
    ),
    click.option(
        "--dose",
        "doses",
        multiple=True,
        metavar="ID=5x3",
        help="Print another dosage: 5 times, 3 times a day. 5x3x10s also says to hold 10 seconds.",
    ),
    click.option(
        "--language",
        default="en",
        show_default=True,
        metavar="en",
        callback=_a_language,
        help=LANGUAGE.help,
    ),
    CONTENT,
)
ROW_WORDS: Mapping[str, object] = MappingProxyType(
    {
        "region": None,
        "status": None,
        "flags": (),
        "flag_lists": (),
        "words": (),
        "duration": None,
        "age": None,
        "dob": None,
        "name": "",
        "name_file": None,
        "note": "",
        "note_file": None,
        "note_approved": False,
        "exercises": (),
        "doses": (),
    }
)
"""What belongs to one patient, and so to one row; each with what stands for it being absent."""
_WORDS = click.argument("words", nargs=-1, metavar="[WORD…]", shell_complete=_complete("words"))


def options_of(typed: Mapping[str, object]) -> RequestOptions:
    """Gather what Click has read."""
    look = {name: value for name in LOOK_NAMES if (value := typed[name])}
    names = set(RequestOptions.__struct_fields__) & typed.keys()
    return convert({"look": look, **{name: typed[name] for name in names}}, RequestOptions)


def takes_request(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the selectors, gathered as `RequestOptions`."""

    @wraps(command)
    def gathered(**typed: object) -> None:
        from handouts.cli.typed_input import typed_personal  # noqa: PLC0415 - not for --help

        typed |= typed_personal(typed)
        options = options_of(typed)
        for name in {"name_file", *LOOK_NAMES, *RequestOptions.__struct_fields__} & typed.keys():
            del typed[name]
        command(options, **typed)

    wrapped: Callable[..., None] = gathered
    for option in reversed((_WORDS, *_SELECTORS)):
        wrapped = option(wrapped)
    return wrapped


def takes_shared_request(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the selectors that all rows of a worklist may share, gathered alike."""

    @takes_request
    @wraps(command)
    def shared(options: RequestOptions, **others: object) -> None:
        command(options, **others)

    @wraps(command)
    def without_rows(**typed: object) -> None:
        shared(**ROW_WORDS, **typed)

    wrapped: Callable[..., None] = without_rows
    given = shared.__click_params__  # type: ignore[attr-defined] # where Click gathers options
    wrapped.__click_params__ = [  # type: ignore[attr-defined] # the same
        one for one in given if one.name not in ROW_WORDS
    ]
    return wrapped
