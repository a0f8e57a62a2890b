"""Define `handout info`: what the program would work with here: `info`."""

from __future__ import annotations

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.system.terminal import echo_json, screen_width


@click.command(cls=CarefulCommand)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@CONTENT
def info(*, as_json: bool, content: str | None) -> int:
    """Say what leaflets are made with here, and where it was found.

    The version and mark of the program, and libraries whose version is not the tested one; the
    content and its version; every place where service.yaml was looked for, in that order, and which
    was used; the cache; the printers; how many blocks and rules are signed. Content or a profile
    that is broken is said too, and ends with exit code 3.

    \b
    Examples:
      handout info
      handout info --json
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.cli.installation import installation_of
    from handouts.cli.installation import record as record_of
    from handouts.cli.installation import text as text_of
    from handouts.errors import ContentError

    found = installation_of(content)
    if as_json:
        echo_json(record_of(found))
    else:
        click.echo(text_of(found, screen_width()))
    return ContentError.exit_code if found.faults else 0
