"""Write a leaflet where it was asked for, and ask for a password: `deliver`, `read_lock`.

A password comes by no option and no variable, which stand in the history and the process list.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handouts.content.look import LOOK_FIELDS
from handouts.errors import Fault, OutputError, RequestError
from handouts.fastpath.atomic import write_all
from handouts.fastpath.rerun import OUTPUT
from handouts.system.files import write_file, write_numbered
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.render.pdf.encryption import Password
    from handouts.selection.request import Request


SHORTEST = 8
_MOST_BYTES = 127
"""A PDF looks at no more."""
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
    if message := _weakness(password):
        hint = f"use at least {SHORTEST} characters; three or four words are good"
        raise RequestError(Fault(message=f"the password {message}", hint=hint))
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
            raw = opened.read(4 * _MOST_BYTES)
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


def _weakness(password: str) -> str:
    """Say what is wrong with a password, without a letter of it; empty when nothing is."""
    import unicodedata  # noqa: PLC0415 - few leaflets are sent

    from_right = any(unicodedata.bidirectional(one) in ("R", "AL") for one in password)
    faults = {
        "is empty": not password,
        f"has only {len(password)} characters": len(password) < SHORTEST,
        f"is longer than {_MOST_BYTES} bytes, the most that a PDF uses": (
            len(password.encode(errors="replace")) > _MOST_BYTES
        ),
        "starts or ends with a space, which is easy to miss": password != password.strip(),
        "has right-to-left letters, which PDF programs handle differently": from_right,
        "has more than one line, or a character that cannot be typed": not password.isprintable(),
    }
    return next((message for message, found in faults.items() if found), "")


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


def deliver(
    content: bytes, request: Request, suffix: str, output: str | None, kind: str = ""
) -> Path | None:
    """Write where the caller asked, and give the path; no name of ours tells of the patient."""
    if output == "-":
        if sys.stdout is None:
            raise OutputError(
                Fault(message="standard output is closed", hint="name a file with -o")
            )
        write_all(sys.stdout.buffer.write, content)
        sys.stdout.flush()
        return None
    if output is not None:
        return write_file(output, content)
    return write_numbered(Path(OUTPUT), f"{kind}{stem_of(request)}", suffix, content)


def stem_of(request: Request) -> str:
    """Name a leaflet's file, but for its number."""
    return f"{request.region}-{request.status}-{request.date.isoformat()}"
