"""Goes in: a kind of word. Comes out: all the words of that kind that the content knows."""

from __future__ import annotations

import click

from handouts.selectors import CONTENT
from handouts.system.terminal import echo_json, screen_width


@click.command("list")
@click.argument(
    "what",
    type=click.Choice(("regions", "statuses", "flags", "exercises", "blocks", "places", "sources")),
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@CONTENT
def list_(*, what: str, as_json: bool, content: str | None) -> None:
    """List flags, exercises, and so on.

    `list flags` gives the questions to ask; with --json also the codes of each flag (SNOMED CT,
    ICD-10, ATC), and whether anybody has verified them in an official browser.

    \b
    Examples:
      handout list flags
      handout list exercises --json
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.explain import list_records, list_table
    from handouts.content.load import load_library

    library = load_library(content)
    if as_json:
        echo_json(list_records(library, what))
    else:
        click.echo(list_table(library, what, screen_width()))
