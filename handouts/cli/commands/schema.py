"""Define `handout schema`: descriptions of the content files for an editor: `schema`."""

from __future__ import annotations

from pathlib import Path

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.cli.written_place import written_place


@click.command(cls=CarefulCommand)
@CONTENT
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    callback=written_place,
    help="Where to write them.  [default: schemas/ beside them]",
)
def schema(content: str | None, output: str | None) -> None:
    """Write a JSON Schema of every content file, so that an editor completes and checks them.

    An editor that knows YAML schemas, such as VS Code with its YAML extension, then offers the
    keys and words that may stand, says what each means, and marks what is wrong. It finds the
    schemas by the first line of each content file. The lists of words are those of your content:
    write the schemas again when a flag, a source or the like is added.

    \b
    Examples:
      handout schema --content ~/our-content
      handout schema -o /tmp/schemas
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.authoring.schemas import write_schemas
    from handouts.content.load import content_folder
    from handouts.content.stray import SCHEMAS
    from handouts.errors import Fault, OutputError

    folder = content_folder(content)
    into = Path(output) if output else folder / SCHEMAS
    try:
        written = write_schemas(folder, into)
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        fault = Fault(message=f"cannot write `{into}`: {reason}", hint="name another folder")
        raise OutputError(fault) from error
    click.echo(f"{len(written)} schemas written to {into}")
