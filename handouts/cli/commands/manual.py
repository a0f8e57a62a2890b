"""Define `handout manual`: every command with its options, as a man page or Markdown: `manual`."""

from __future__ import annotations

import click


@click.command
@click.option("--markdown", is_flag=True, help="Print Markdown, not a page for `man`.")
def manual(*, markdown: bool) -> None:
    """Print the manual: every command with its options and examples.

    It is made from the program itself, so it is always of this version.

    \b
    Examples:
      handout manual | man -l -
      handout manual > ~/.local/share/man/man1/handout.1
      handout manual --markdown > commands.md
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.cli.reference import as_man_page, as_markdown

    root = click.get_current_context().find_root().command
    click.echo(as_markdown(root) if markdown else as_man_page(root))
