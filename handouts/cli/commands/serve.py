"""Define `handout serve`: the clinic's page in a browser on this machine: `serve`."""

from __future__ import annotations

import os

import click

from handouts.cli.options import CONTENT
from handouts.errors import Fault, OutputError
from handouts.system.terminal import note

TOKEN = "HANDOUTS_TOKEN"  # noqa: S105 - the name of the variable


@click.command
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="The port."
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@click.option("--author", is_flag=True, help="Also show the words, to review and approve them.")
@CONTENT
def serve(*, port: int, opens: bool, author: bool, content: str | None) -> None:
    """Show a page in the browser on which leaflets are made.

    Only this machine can open it, by the address that is printed: what follows the # is a secret
    of this run, or that of HANDOUTS_TOKEN. Nothing about a patient is kept. Stop it with Ctrl-C.

    \b
    Examples:
      handout serve --open
      handout serve --port 9000 --content our-words --author
    """  # noqa: D301 - \b is Click's mark for lines to keep
    try:
        from handouts.web import server
    except ModuleNotFoundError as error:
        message = f"the page needs `{error.name}`, which is not installed"
        hint = "install the page as well: pip install 'handouts[web]'"
        raise OutputError(Fault(message=message, hint=hint)) from None
    from handouts.pipeline import open_publisher

    if not author:
        open_publisher(content)  # what is wrong with the words is said here, before a page opens

    def opened(address: str) -> None:
        click.echo(address)
        note("Stop with Ctrl-C.")
        if opens:
            click.launch(address)

    _refuse_taken(port)
    token = os.environ.get(TOKEN, "")
    server.serve(server.Settings(port=port, content=content, author=author, token=token), opened)


def _refuse_taken(port: int) -> None:
    """Raise OutputError where another program listens on the port."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = (error.strerror or "it cannot be used").lower()
            hint = "stop the other program, or choose another --port"
            message = f"cannot listen on port {port}: {reason}"
            raise OutputError(Fault(message=message, hint=hint)) from None
