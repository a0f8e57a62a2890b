"""Define `handout serve`: the clinic's page in a browser on this machine: `serve`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.errors import Fault, OutputError, RequestError, shorten
from handouts.system.terminal import note

if TYPE_CHECKING:
    from handouts.web.server import RecordDoors, Settings

HERE = "127.0.0.1"
TOKEN = "HANDOUTS_TOKEN"  # noqa: S105 - the name of the variable


@click.command(cls=CarefulCommand)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="The port."
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@click.option("--author", is_flag=True, help="Also show the words, to review and approve them.")
@click.option(
    "--library",
    default="",
    metavar="DIR",
    help="Also show the ready leaflets of this folder, which `handout library` makes.",
)
@click.option(
    "--host",
    default=HERE,
    show_default=True,
    metavar="ADDRESS",
    help="Listen on this address, for a clinic's network; see below.",
)
@click.option(
    "--origin", default="", metavar="URL", help="The address that people open in that network."
)
@click.option("--certificate", default="", metavar="FILE", help="The TLS certificate, as PEM.")
@click.option("--key", default="", metavar="FILE", help="The key of the certificate, as PEM.")
@click.option("--password-file", default="", metavar="FILE", help="Who may open the page.")
@click.option("--behind-proxy", is_flag=True, help="A proxy here has TLS and asks for passwords.")
@click.option("--record", is_flag=True, help="Also read patients' records; see docs/record.md.")
@click.option(
    "--cds-clients",
    default="",
    metavar="FILE",
    help="With --record: only record systems of this file call CDS Hooks, with a signed token.",
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="With --record: a page of a record system in the browser that may call CDS Hooks.",
)
@click.option(
    "--show",
    type=click.Choice(("openemr", "systmone", "epic")),
    help="Print the line to paste in this record system, and do no more.",
)
@click.option(
    "--new-password", default="", metavar="FILE", help="Add a person to this file, and do no more."
)
@CONTENT
def serve(*, opens: bool, new_password: str, show: str | None, **typed: Any) -> None:  # noqa: ANN401 - as Click gives them
    """Show a page in the browser on which leaflets are made.

    Only this machine can open it, by the address that is printed: what follows the # is a secret
    of this run, or that of HANDOUTS_TOKEN, of 32 letters or more. Nothing about a patient is kept.
    Stop it with Ctrl-C.

    For other machines --host needs --origin with either --certificate, --key and --password-file,
    or --behind-proxy.

    \b
    Examples:
      handout serve --open
      handout serve --port 9000 --content our-words --author
      handout serve --record --show openemr
      handout serve --library leaflets
      handout serve --new-password people.txt
      handout serve --host 10.0.0.5 --origin https://leaflets.example:8765 \\
        --certificate cert.pem --key key.pem --password-file people.txt
    """  # noqa: D301 - \b is Click's mark for lines to keep
    try:
        from handouts.web import server
    except ModuleNotFoundError as error:
        raise _lacking(error) from None
    if new_password:
        _add_person(new_password)
        return
    settings = _settings(**typed)
    if show:
        from handouts.web.paste import lines_for

        click.echo("\n".join(lines_for(show, settings)))
        return

    def opened(address: str) -> None:
        click.echo(address)
        note("Stop with Ctrl-C.")
        if opens:
            click.launch(address)

    network = settings.network
    _refuse_taken(network.host if network else HERE, settings.port)
    server.serve(settings, opened)


def _lacking(error: ModuleNotFoundError) -> OutputError:
    message = f"the page needs `{error.name}`, which is not installed"
    from handouts.content.program_mark import version_here

    wheel = f"handouts-{version_here()}-py3-none-any.whl[web]"
    hint = f'install the page as well, from the wheel file that you have: pip install "{wheel}"'
    return OutputError(Fault(message=message, hint=hint))


def _settings(
    *,
    port: int,
    author: bool,
    library: str,
    host: str,
    origin: str,
    certificate: str,
    key: str,
    password_file: str,
    behind_proxy: bool,
    record: bool,
    cds_clients: str,
    origins: tuple[str, ...],
    content: str | None,
) -> Settings:
    """Check how the page is to be reached; raises a usage error for half of what that needs."""
    from handouts.web.server import LOCAL, Network, Settings

    network = None
    own_door = (certificate, key, password_file)
    if host not in LOCAL or behind_proxy or any(own_door) or origin:
        parts = urlsplit(origin)
        if not (parts.scheme in {"http", "https"} and parts.netloc and parts.path in {"", "/"}):
            raise click.UsageError("for other machines say --origin, such as https://our.example")
        if behind_proxy == any(own_door) or (not behind_proxy and not all(own_door)):
            raise click.UsageError(
                "for other machines give --certificate, --key and --password-file, "
                "or --behind-proxy alone"
            )
        if parts.scheme != "https":
            raise click.UsageError("--origin must begin with https: health facts go over the wire")
        from handouts.web.passwords import read_passwords

        network = Network(
            host=host, origin=f"{parts.scheme}://{parts.netloc}", certificate=certificate, key=key,
            passwords=read_passwords(password_file) if password_file else None,
        )  # fmt: skip
        who = "whoever the proxy lets through" if behind_proxy else f"whoever is in {password_file}"
        note(f"{who} can make leaflets here from other machines, by {network.origin}")
    _look_at(library)
    doors = _doors(cds_clients, origins, record=record)
    return Settings(
        port=port, content=content, author=author, library=library, token=_token(), network=network,
        record=doors,
    )  # fmt: skip


def _look_at(library: str) -> None:
    """Say where there are no ready leaflets yet; raises RequestError where there never can be."""
    if not library or os.path.isdir(library):  # noqa: PTH112 - a name as typed
        return
    if os.path.lexists(library):
        hint = "name the folder that `handout library` makes"
        raise RequestError(Fault(message=f"`{shorten(library)}` is no folder", hint=hint))
    note(f"there are no ready leaflets in `{shorten(library)}` yet: `handout library` makes them")


_TOKEN = re.compile(r"[A-Za-z0-9._~-]*")
"""What may stand after the # of an address as it is."""
_LEAST, _LEAST_KINDS = 32, 8


def _token() -> str:
    """Return the secret of HANDOUTS_TOKEN; empty: one for this run. Raises RequestError.

    Whoever guesses it makes leaflets here; no word of it is shown.
    """
    token = os.environ.get(TOKEN, "")
    if not _TOKEN.fullmatch(token):
        what = "has a letter that an address does not: take a-z, A-Z, 0-9, - and _"
    elif token and len(token) < _LEAST:
        what = f"has {len(token)} letters, and can be guessed: it needs {_LEAST}"
    elif token and len(set(token)) < _LEAST_KINDS:
        what = "repeats a few letters, and can be guessed"
    else:
        return token
    hint = (
        'let a program make it: python3 -c "import secrets; print(secrets.token_urlsafe(32))", '
        f"or leave {TOKEN} out: each run then has a new one"
    )
    raise RequestError(Fault(message=f"{TOKEN} {what}", hint=hint))


def _doors(clients: str, origins: tuple[str, ...], *, record: bool) -> RecordDoors | None:
    """Check who may call from a record system; raises a usage error without --record."""
    if not record:
        if clients or origins:
            raise click.UsageError("--cds-clients and --allow-origin need --record")
        return None
    from handouts.web.callers import read_callers
    from handouts.web.server import RecordDoors

    for one in origins:
        parts = urlsplit(one)
        if parts.scheme not in {"http", "https"} or f"{parts.scheme}://{parts.netloc}" != one:
            raise click.UsageError(f"--allow-origin {one}: write it as https://ehr.example")
    try:
        return RecordDoors(origins=origins, callers=read_callers(clients) if clients else None)
    except ModuleNotFoundError as error:
        raise _lacking(error) from None


def _add_person(path: str) -> None:
    """Ask for a name and a password, and add their line to a file that only its owner reads."""
    from handouts.web.passwords import password_line

    name = click.prompt("Name", err=True)
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    line = password_line(name, password)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line + "\n")
    note(f"{name} is in {path}")


def _refuse_taken(host: str, port: int) -> None:
    """Raise OutputError where the port cannot be had."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":  # on Windows it would let two programs have one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = (error.strerror or "it cannot be used").lower()
            hint = "stop the other program, or choose another --port"
            message = f"cannot listen on port {port}: {reason}"
            raise OutputError(Fault(message=message, hint=hint)) from None
