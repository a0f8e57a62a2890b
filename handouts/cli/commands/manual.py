"""Define `handout manual`: every command with its options, in three forms: `manual`."""

from __future__ import annotations

import click

from handouts.cli.careful import CarefulCommand


@click.command(cls=CarefulCommand)
@click.option("--man", "form", flag_value="man", help="Print a page for `man`, as into a pipe.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--text", "form", flag_value="text", help="Print text, as on a terminal.")
def manual(form: str | None) -> None:
    """Print the manual: every command with its options and examples.

    It is made from the program itself, so it is always of this version. On a terminal it is text,
    page by page; into a pipe or a file it is a page for `man`.

    \b
    Examples:
      handout manual
      handout manual | man -l -
      handout manual > ~/.local/share/man/man1/handout.1
      handout manual --text | grep -A3 accept
      handout manual --markdown > commands.md
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.cli.reference import as_man_page, as_markdown, as_text
    from handouts.system.terminal import screen_width

    root, columns = click.get_current_context().find_root().command, screen_width()
    if form == "markdown":
        click.echo(as_markdown(root))
    elif form == "text" or (form is None and columns is not None):
        text = as_text(root, min(columns or _WIDTH, _WIDTH))
        click.echo(text) if columns is None else click.echo_via_pager(text)
    else:
        click.echo(as_man_page(root))


_WIDTH = 90
"""Columns of text at most: longer lines are hard to read."""
