"""Goes in: how a leaflet is to look and read, as typed. Comes out: its options, and the size."""

from __future__ import annotations

import click

from handouts.errors import Fault
from handouts.vocabulary import LARGE_PRINT, SIZES, SUFFIXES, USUAL_SIZE


def _sizes(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete a size of type."""
    return [str(size) for size in SIZES if str(size).startswith(incomplete)]


LANGUAGES = ("en",)
FORMAT = click.option(
    "--format",
    "kind",
    type=click.Choice(tuple(SUFFIXES)),
    default="pdf",
    show_default=True,
    help="What to write.",
)
NO_CACHE = click.option(
    "--no-cache",
    is_flag=True,
    help="Typeset every leaflet anew, and keep none to be quicker the next time.",
)
LOOKS = (
    click.option(
        "--size",
        metavar="12|16|18",
        shell_complete=_sizes,
        help="Size of the type, in points.  [default: 12]",
    ),
    click.option("--large-print", is_flag=True, help="The same as --size 18."),
    click.option(
        "--mono", is_flag=True, help="For a printer without colours: black, white, light greys."
    ),
    click.option(
        "--booklet",
        is_flag=True,
        help="A5 pages on A4, or half letter on letter, in order for folding. Print it on both "
        "sides, turned on the short edge.",
    ),
    click.option("--duplex", is_flag=True, help="An even number of sides; the last may be blank."),
    click.option(
        "--diary",
        is_flag=True,
        help="The diary for two weeks, even where it costs a page; else it fills a gap.",
    ),
)


def size_of(typed: str | None, faults: list[Fault], *, large_print: bool) -> str:
    """Give the size that was asked for; adds a fault when two were."""
    if large_print and typed not in (None, str(LARGE_PRINT)):
        message = f"--large-print is {LARGE_PRINT} pt, and --size says {typed}"
        faults.append(Fault(message=message, hint="leave out one of the two", about="size"))
    return str(LARGE_PRINT) if large_print else typed or str(USUAL_SIZE)


def language_faults(typed: str) -> list[Fault]:
    """Fault a language that no content is written in."""
    if typed in LANGUAGES:
        return []
    hint = f"only {', '.join(LANGUAGES)} so far"
    return [Fault(message=f"unknown language `{typed}`", hint=hint, about="language")]
