"""Write a leaflet where it was asked for, and ask for a password: `deliver`, `read_lock`.

A password comes by no option and no variable, which stand in the history and the process list.
"""

from __future__ import annotations

import os
import re
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from msgspec import Struct
from msgspec.structs import replace

from handouts.content.look import LOOK_FIELDS
from handouts.content.profile import NOBODY
from handouts.errors import Fault, OutputError, RequestError, shorten
from handouts.fastpath.atomic import write_all
from handouts.fastpath.rerun import OUTPUT
from handouts.render.pdf.weak_password import MOST_BYTES, refuse_weak
from handouts.system.files import write_file, write_numbered
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.content.profile import Profile
    from handouts.render.pdf.encryption import Password
    from handouts.selection.request import Request


_WARNING = "Nobody can recover this password: without it the PDF cannot be opened."
_ENCRYPT = click.option(
    "--encrypt",
    is_flag=True,
    help="Encrypt each PDF with a password, which you are asked for; for leaflets that are sent.",
)
_FILE = click.option(
    "--password-file",
    type=click.Path(),
    metavar="FILE|-",
    help="With --encrypt: read the password from a file, or from standard input.",
)


def takes_password(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options that lock its PDFs."""
    return _ENCRYPT(_FILE(command))


def read_lock(*, encrypt: bool, file: str | None) -> Password | None:
    """Ask for a password twice, or read it; None without `encrypt`. Raises RequestError."""
    if not encrypt:
        if file is not None:
            raise click.UsageError("--password-file can only go with --encrypt")
        return None
    password = _asked() if file is None else _read(file)
    refuse_weak(password)
    from handouts.render.pdf.encryption import Password  # noqa: PLC0415 - few leaflets are sent

    note(_WARNING)
    return Password(password)


def _asked() -> str:
    if not (sys.stdin and sys.stdin.isatty()):
        hint = "name a file that holds it: --password-file FILE, or - for standard input"
        raise RequestError(
            Fault(message="the password cannot be asked for: there is no terminal", hint=hint)
        )
    words: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return words


def _read(file: str) -> str:
    """Read the one line of a file."""
    try:
        with click.open_file(file, "rb") as opened:
            raw = opened.read(4 * MOST_BYTES)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        message = f"cannot read the password in `{file}`: {reason}"
        raise RequestError(Fault(message=message, hint="name a file, or - to type it")) from None
    try:
        text: str = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = f"the password in `{file}` is not UTF-8 text"
        raise RequestError(Fault(message=message, hint="save the file as UTF-8")) from None
    return text.removesuffix("\n").removesuffix("\r")


def refuse_folding(request: Request, kind: str) -> None:
    """Raise RequestError for what only a PDF can be, such as a booklet."""
    look = request.look
    asked = [f"--{one.name}" for one in LOOK_FIELDS if one.needs_pages and getattr(look, one.name)]
    if kind != "pdf" and asked:
        raise RequestError(
            Fault(
                message=f"{' and '.join(asked)} cannot go with --format {kind}, which has no pages",
                hint="leave one of the two out",
            )
        )


ENDINGS = {".pdf": "pdf", ".html": "html", ".htm": "html", ".txt": "text", ".text": "text"}
"""How the name of a file ends, and the format that it says."""
_ENDING = re.compile(r"\.[a-z][a-z0-9]{1,4}", re.ASCII)
"""What looks like a format; `.22` in a date does not."""
_REFERENCE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
_OUTPUT = click.option(
    "-o",
    "--output",
    type=click.Path(),
    callback=lambda _context, _parameter, value: expand(value),
    metavar="FILE|FOLDER/|-",
    help="Write this file, whose ending says the format, or a new one in this folder; - writes to "
    "standard output. [default: output/REGION-STATUS-DATE-NN.pdf]",
)
_FORCE = click.option("--force", is_flag=True, help="With -o FILE: replace it, whatever it holds.")


class Destination(Struct, frozen=True):
    """Where a file goes."""

    output: str | None
    """A file, a folder or `-`, as typed; None: the usual folder."""
    force: bool = False
    """Another file that is there is replaced."""
    reference: str = ""
    """What the name of a file of ours begins with."""
    profile: Profile = NOBODY
    """Of the service that says where leaflets go, how they are named and who shares them."""

    def of(self, profile: Profile) -> Destination:
        """Return it for a service."""
        return replace(self, profile=profile)


def takes_output(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options that say where its file goes, gathered as `destination`."""

    @wraps(command)
    def gathered(
        *words: object, output: str | None, force: bool, reference: str = "", **others: object
    ) -> None:
        if force:
            _check_force(output)
        command(*words, destination=Destination(output, force, reference), **others)

    return _OUTPUT(_FORCE(gathered))


def _check_force(output: str | None) -> None:
    """Refuse --force where no file is named that it could replace."""
    of_record = click.get_current_context().params.get("document_reference")
    if not of_record and (output in {None, "", "-"} or is_folder(output or "")):
        message = "--force replaces a file that -o names, and no new leaflet replaces another"
        raise click.UsageError(f"{message}: name a file with -o, or leave --force out")


def expand(output: str | None) -> str | None:
    """Return a path with `~` in place of the home folder spelt out; raises RequestError.

    A shell leaves the `~` of `--output=~/a.pdf` as it is.
    """
    if output and output.startswith("="):
        message = f"`-o{shorten(output)}` has an equals sign"
        raise RequestError(Fault(message=message, hint=f"write: -o {shorten(output[1:])}"))
    return os.path.expanduser(output) if output and output.startswith("~") else output  # noqa: PTH111 - a name as typed


def format_of(place: Destination, kind: str) -> str:
    """Return the format that the ending of a file says, or the one that was asked for.

    Raises RequestError where somebody asked for another one than the ending says, or the ending is
    that of no leaflet.
    """
    output = place.output
    source = click.get_current_context().get_parameter_source("kind")
    given = source is not ParameterSource.DEFAULT
    if output in {None, "", "-"} or is_folder(output or ""):
        return kind
    ending = os.path.splitext(output or "")[1].lower()  # noqa: PTH122 - a name as typed
    said = ENDINGS.get(ending, "" if _ENDING.fullmatch(ending) else kind)
    if said == kind or (said and not given):
        return said
    shown = f"`{shorten(os.path.basename(output or ''))}`"  # noqa: PTH119 - the same
    if said:
        message = f"{shown} ends as {said} does, and --format says {kind}"
        raise RequestError(Fault(message=message, hint="leave out --format, or end it otherwise"))
    hint = f"end it in {', '.join(ENDINGS)}"
    raise RequestError(Fault(message=f"no leaflet is a file like {shown}", hint=hint))


def is_folder(output: str) -> bool:
    """Tell whether a new file in a folder is asked for."""
    return output.endswith(os.sep) or os.path.isdir(output)  # noqa: PTH112 - a name as typed


def check_reference(place: Destination, name: str) -> None:
    """Refuse a reference that cannot begin the name of a file, or tells who the patient is.

    Raises RequestError.
    """
    reference, output = place.reference, place.output
    if not reference:
        return
    if not _REFERENCE.fullmatch(reference):
        hint = "use up to 32 letters, digits, dots, - and _, at least one digit among them"
        raise RequestError(
            Fault(message=f"`{shorten(reference)}` cannot begin the name of a file", hint=hint)
        )
    folded = reference.casefold()
    if any(len(one) >= _LONG and one in folded for one in name.casefold().split()):
        hint = "use a number that tells nobody who it is"
        raise RequestError(Fault(message="the reference holds a word of the name", hint=hint))
    if output is not None and not is_folder(output):
        hint = "leave one out, or name a folder with -o"
        raise RequestError(Fault(message="--reference and -o both name the file", hint=hint))


_LONG = 3
"""Letters of a word of a name."""


def folder_of(profile: Profile) -> str:
    """Return the folder of leaflets for which no other place was named."""
    return os.path.expanduser(profile.output) or OUTPUT  # noqa: PTH111 - a name as typed


def folder_of_list(profile: Profile, worklist: str, day: str) -> str:
    """Return the folder of the leaflets of a list for which no other place was named.

    One of its own: rows without an id are named by their number, which each list has. The same list
    on the same day goes on where it was.
    """
    name = Path(worklist).stem.rstrip(" .")  # Windows ends no folder with these
    return os.path.join(folder_of(profile), f"{day}-{name}")  # noqa: PTH118 - a name as typed


def stem_of(request: Request, profile: Profile) -> str:
    """Return what a leaflet is named by; nothing of the patient is in it.

    The leaflets of a list are named by their rows instead, whatever the service says: a row that
    was mended may change region, and both leaflets would lie there.
    """
    if not profile.file_name:
        return request.file_stem
    return profile.file_name.format(
        region=request.region,
        status=request.status,
        date=request.date,
        edition=request.look.edition,
    )


def deliver(
    content: bytes, request: Request, suffix: str, place: Destination, kind: str = ""
) -> Path | None:
    """Write where the caller asked, and give the path; no name of ours tells of the patient."""
    profile = place.profile
    output = place.output
    if output == "-":
        if sys.stdout is None:
            raise OutputError(
                Fault(message="standard output is closed", hint="name a file with -o")
            )
        write_all(sys.stdout.buffer.write, content)
        sys.stdout.flush()
        return None
    if output is not None and not is_folder(output):
        return write_file(output, content, over=place.force, shared=profile.shared)
    stem = "-".join(filter(None, (place.reference, f"{kind}{stem_of(request, profile)}")))
    folder = Path(output or folder_of(profile))
    return write_numbered(folder, stem, suffix, content, shared=profile.shared)
