"""Goes in: the options that commands share. Comes out: the words typed, and their `Request`."""

from __future__ import annotations

import os
from datetime import date
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from handouts.errors import Fault, RequestError
from handouts.looks import LOOKS, language_faults, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from click.shell_completion import CompletionItem

    from handouts.model import Library, Request
    from handouts.profile import Profile

_MOST_BYTES = 10_000
"""Of a note's file: far more than a note may have, so that a wrong file is not read whole."""


class Words(Struct, frozen=True, kw_only=True):
    """The selectors as typed, the same for every command that takes a request."""

    preset: str | None
    region: str | None
    status: str | None
    flags: tuple[str, ...]
    screened: bool
    place: str | None
    paper: str | None
    size: str | None
    large_print: bool
    mono: bool
    booklet: bool
    duplex: bool
    diary: bool
    day: str | None
    name: str
    note: str
    note_file: str | None
    exercises: tuple[str, ...]
    doses: tuple[str, ...]
    language: str
    content: str | None


def _complete(what: str) -> Callable[..., list[CompletionItem]]:
    """Complete an option from the library, read only when a shell asks."""

    def complete(
        context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from handouts.suggestions import suggest  # noqa: PLC0415 - help must not load the library

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


CONTENT = click.option(
    "--content",
    metavar="DIR",
    callback=_not_empty,
    is_eager=True,  # completion of the other options reads it
    help="Use this folder of content.  [default: HANDOUTS_CONTENT, or what ships]",
)
_SELECTORS = (
    click.option(
        "--preset",
        metavar="NAME",
        shell_complete=_complete("presets"),
        help="Your usual choices, from `handout preset list`; other options change or add to them.",
    ),
    click.option(
        "--region",
        metavar="REGION",
        shell_complete=_complete("regions"),
        help="Where it hurts; `handout list regions` names them.",
    ),
    click.option(
        "--status",
        metavar="STATUS",
        shell_complete=_complete("statuses"),
        help="acute or chronic.  [default: acute]",
    ),
    click.option(
        "--flag",
        "flags",
        multiple=True,
        metavar="ID",
        shell_complete=_complete("flags"),
        help="A fact about this patient, from `handout list flags`. Repeat it for more.",
    ),
    click.option(
        "--screened",
        is_flag=True,
        help="You asked about every flag; those not given are a no.",
    ),
    click.option(
        "--place",
        metavar="ID",
        shell_complete=_complete("places"),
        help="Whom to call, and the names of things.  [default: the service's, or the first]",
    ),
    click.option(
        "--paper",
        metavar="a4|letter|a5|half-letter",
        shell_complete=_complete("papers"),
        help="Size of a page.  [default: the service's, or as usual there]",
    ),
    *LOOKS,
    click.option(
        "--date",
        "day",
        metavar="YYYY-MM-DD",
        help="The date on the leaflet.  [default: today, and the line to date it stays blank]",
    ),
    click.option(
        "--name",
        default="",
        metavar="TEXT",
        callback=_typed,
        help="The patient's name. It goes on the page and nowhere else.",
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
        "--exercise",
        "exercises",
        multiple=True,
        metavar="ID",
        shell_complete=_complete("exercises"),
        help="Print this exercise in place of the usual ones. Repeat it for more, at most 8.",
    ),
    click.option(
        "--dose",
        "doses",
        multiple=True,
        metavar="ID=5x3",
        help="Print another dosage: 5 times, 3 times a day. 5x3x10s also says to hold 10 seconds.",
    ),
    click.option(
        "--language", default="en", show_default=True, metavar="en", help="Only en so far."
    ),
    CONTENT,
)
ROW_WORDS: Mapping[str, object] = MappingProxyType(
    {
        "region": None,
        "status": None,
        "flags": (),
        "name": "",
        "note": "",
        "note_file": None,
        "exercises": (),
        "doses": (),
    }
)
"""What belongs to one patient, and so to one row; each with what stands for it being absent."""
TAKES_WORDS = {"allow_extra_args": True}


def takes_words(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the selectors, gathered as `Words`."""

    @wraps(command)
    def gathered(**options: object) -> None:
        if click.get_current_context().args:
            # Click would print the words, and they may be the rest of a name without quotes.
            raise click.UsageError('too many words; put a name in quotes: --name "…"')
        words = {name: options.pop(name) for name in Words.__struct_fields__}
        command(Words(**words), **options)  # type: ignore[arg-type] # Click gives what the options say

    wrapped: Callable[..., None] = gathered
    for option in reversed(_SELECTORS):
        wrapped = option(wrapped)
    return wrapped


def takes_shared_words(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the selectors that all rows of a worklist may share, gathered as `Words`."""

    @takes_words
    @wraps(command)
    def shared(words: Words, **options: object) -> None:
        command(words, **options)

    @wraps(command)
    def without_rows(**options: object) -> None:
        shared(**ROW_WORDS, **options)

    wrapped: Callable[..., None] = without_rows
    given = shared.__click_params__  # type: ignore[attr-defined] # where Click gathers options
    wrapped.__click_params__ = [  # type: ignore[attr-defined] # the same
        one for one in given if one.name not in ROW_WORDS
    ]
    return wrapped


def request_of(library: Library, profile: Profile, words: Words) -> Request:
    """Check the words against the library; raises RequestError with all that are wrong."""
    from handouts.presets import with_preset  # noqa: PLC0415 - help must not load it
    from handouts.request import parse_request  # noqa: PLC0415 - the same

    words = with_preset(words, profile)
    if words.region is None:
        message, hint = "missing option '--region'", "name where it hurts, or a --preset"
        raise RequestError(Fault(message=message, hint=hint))
    faults = language_faults(words.language)
    try:
        request = parse_request(
            library,
            region=words.region,
            status=words.status or "acute",
            flags=words.flags,
            screened=words.screened,
            place=words.place or profile.place or next(iter(library.places)),
            paper=words.paper or profile.paper or None,
            day=words.day,
            today=date.today(),  # noqa: DTZ011 - the date on the clinician's own calendar
            exercises=words.exercises,
            doses=words.doses,
            name=words.name,
            note=_note(words),
            size=size_of(words.size, faults, large_print=words.large_print),
            mono=words.mono,
            booklet=words.booklet,
            duplex=words.duplex,
            diary=words.diary,
        )
    except RequestError as error:
        raise RequestError(*error.faults, *faults) from error
    if faults:
        raise RequestError(*faults)
    return request


def _note(words: Words) -> str:
    """Give the note as typed, or as it stands in its file; raises RequestError."""
    if words.note_file is None:
        return words.note
    if words.note:
        message = "--note and --note-file cannot go together"
        raise RequestError(Fault(message=message, hint="keep one of them"))
    try:
        with click.open_file(words.note_file, "rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            message = f"`{words.note_file}` is too long for a note"
            raise RequestError(Fault(message=message, hint="at most 600 characters"))
        return str(raw.decode("utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        message = f"cannot read the note in `{words.note_file}`: {reason}"
        raise RequestError(
            Fault(message=message, hint="name a text file, or - to type it")
        ) from None
    except UnicodeDecodeError:
        message = f"the note in `{words.note_file}` is not UTF-8 text"
        raise RequestError(Fault(message=message, hint="save the file as UTF-8")) from None
