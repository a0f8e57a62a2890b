"""Define the Click options that say how a worklist is to be read: `takes_list_form`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

import click

from handouts.content.list_form import MOST_HEAD, ListForm, pairs_of

if TYPE_CHECKING:
    from collections.abc import Callable


_OPTIONS = (
    click.option(
        "--ignore",
        "ignored",
        multiple=True,
        metavar="COLUMN",
        help="Ignore a column that is not for leaflets. Can be repeated.",
    ),
    click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="OURS=THEIRS",
        help='Fill our column from one of the list, as in region="Body Part", or from several, as '
        'in name="Forename Surname". Repeat it for more.',
    ),
    click.option(
        "--sheet",
        default="",
        metavar="NAME",
        help="Read this sheet.  [default: the visible one with a list]",
    ),
    click.option(
        "--head",
        type=click.IntRange(1, MOST_HEAD),
        metavar="N",
        help="The names of the columns are in row N.  [default: found]",
    ),
    click.option(
        "--encoding", default="", metavar="NAME", help="Of a CSV that is not UTF-8, such as cp1250."
    ),
    click.option(
        "--any-date",
        is_flag=True,
        help="Let a date of the list be more than a month ago, or more than a year ahead.",
    ),
    click.option(
        "--name-ids",
        is_flag=True,
        help="Let a row id, and so the name of a file, hold a word of the patient's name.",
    ),
)


def takes_list_form(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options on how to read a list, gathered as `form`."""

    @wraps(command)
    def gathered(columns: tuple[str, ...], **options: object) -> None:
        options["head"] = options["head"] or 0
        said = {name: options.pop(name) for name in ListForm.__struct_fields__ if name in options}
        form = ListForm(columns=pairs_of(columns), **said)  # type: ignore[arg-type] # Click gives what the options say
        command(form=form, **options)

    wrapped: Callable[..., None] = gathered
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
