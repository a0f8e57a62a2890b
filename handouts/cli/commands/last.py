"""Define `handout last`: which leaflet was made last, and the same once more: `last`."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.commands.codes import ASK_ANEW
from handouts.cli.commands.make import make
from handouts.cli.options import QUIET, options_of
from handouts.errors import Fault, RequestError
from handouts.fastpath.last import recall_last

if TYPE_CHECKING:
    from handouts.selection.options import RequestOptions


_SCREENED = "--screened"
_LEAST = 3
"""Whether it had a note, the version of the content, and an option."""


@click.command(cls=CarefulCommand)
@click.option(
    "--again", is_flag=True, help="Make it once more, dated today, of the words of today."
)
@click.option("-n", "--name", default="", metavar="TEXT|-", help="With --again: the name on it.")
@click.option("-o", "--output", metavar="FILE|FOLDER/|-", help="With --again: where it goes.")
@click.option("--print", "printer", is_flag=False, flag_value="", metavar="[PRINTER]",
              help="With --again: also print it.")  # fmt: skip
@QUIET
def last(*, again: bool, name: str, output: str | None, printer: str | None, quiet: bool) -> None:
    """Say which leaflet was made last by `make` or `ask`, on this computer and by you.

    Its region, status and facts are kept in a file that only you can read, in place of those of the
    leaflet before. No name, no note and no date of birth is kept, and no path of a file. With
    HANDOUTS_CACHE set to nothing, or --no-cache, nothing is kept.

    \b
    Examples:
      handout last
      handout last --again --name - --print
    """  # noqa: D301 - \b is Click's mark for lines to keep
    if not again and (name or output or quiet or printer is not None):
        raise click.UsageError("--name, --output, --print and --quiet go with --again")
    found = recall_last()
    if found is None or len(found[1]) < _LEAST:
        hint = "nothing was made yet, or nothing is kept here: HANDOUTS_CACHE is empty"
        raise RequestError(Fault(message="no leaflet is known", hint=hint))
    when, (noted, version, *words) = found
    old = _SCREENED in words and _version_now(words) != version
    if not again:
        kept = [one for one in words if not (old and one == _SCREENED)]
        _tell(when, kept, noted=bool(noted))
        if old:
            click.echo(ASK_ANEW)
        return
    if old:
        message = "the words have changed since the patient was asked about every fact"
        hint = "facts may have been added: ask again, and type what `handout last` shows"
        raise RequestError(Fault(message=message, hint=hint))
    more = [word for option, given in (("--name", name), ("--output", output)) if given
            for word in (option, given)]  # fmt: skip
    more += ["--quiet"] if quiet else []
    more += [] if printer is None else [f"--print={printer}"] if printer else ["--print"]
    context = click.get_current_context()
    with make.make_context("make", [*words, *more], context.parent, obj=[]) as anew:
        make.invoke(anew)


def _options(words: list[str]) -> RequestOptions:
    with make.make_context("make", [*words], click.get_current_context().parent, obj=[]) as read:
        return options_of(read.params)


def _version_now(words: list[str]) -> str:
    """Return the version that the content of a leaflet has now."""
    from handouts.content.load import load_library

    return load_library(_options(words).content).version


def _tell(when: int, words: list[str], *, noted: bool) -> None:
    from handouts.content.load import load_library
    from handouts.governance.load import load_profile
    from handouts.selection.request import request_of
    from handouts.selection.said_back import said_back

    options = _options(words)
    library = load_library(options.content)
    request = request_of(library, load_profile(library, options.content), options)
    moment = datetime.fromtimestamp(when).astimezone().strftime("%Y-%m-%d %H:%M")
    click.echo(f"made {moment}")
    for line in said_back(library, request):
        click.echo(line)
    if noted:
        click.echo("with a note of yours, which is not kept")
    click.echo(f"handout make {shlex.join(words)}")
