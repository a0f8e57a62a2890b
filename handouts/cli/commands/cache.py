"""Define `handout cache`: what is kept between runs, and how to be rid of it: `cache`."""

from __future__ import annotations

import click

from handouts.cli.careful import CarefulGroup


@click.group(cls=CarefulGroup)
def cache() -> None:
    """See or clear what is kept between runs.

    Read content, compiled templates, leaflets without name and note, and what `handout last` tells.
    The facts that you typed of a patient can be read from it, by you alone.
    """


@cache.command
def clear() -> None:
    """Remove all that is kept; the next leaflet takes a second or two longer.

    \b
    Example:
      handout cache clear
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.system.kept import clear_kept

    done = clear_kept()
    if not done.folder:
        click.echo("no cache is kept here")
    else:
        number = "1 entry" if done.entries == 1 else f"{done.entries} entries"
        click.echo(f"{number} removed, {done.size / 1e6:.1f} MB, from {done.folder}")
    if done.last:
        click.echo("what `handout last` tells is removed too")


@cache.command
def show() -> None:
    """Say where it is, and how much there is.

    \b
    Example:
      handout cache show
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.system.kept import kept

    found = kept()
    if not found.folder:
        click.echo("no cache is kept here")
        return
    number = "1 entry" if found.entries == 1 else f"{found.entries} entries"
    click.echo(f"{number}, {found.size / 1e6:.1f} MB, in {found.folder}")
