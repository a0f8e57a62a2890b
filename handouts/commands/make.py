"""Goes in: a request as typed. Comes out: one leaflet, written where it was asked for."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import click

from handouts.exits import REMINDER, note
from handouts.looks import FORMAT
from handouts.selectors import TAKES_WORDS, request_of, takes_words
from handouts.vocabulary import SUFFIXES

if TYPE_CHECKING:
    from handouts.leaflet import Leaflet
    from handouts.selectors import Words

MOST_WIDE = 88
"""Columns of a preview: longer lines are hard to read."""


@click.command(context_settings=TAKES_WORDS)
@takes_words
@FORMAT
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE|-",
    help="Write this file, in place of an older one; - writes to standard output. "
    "[default: output/REGION-STATUS-DATE-NN.pdf, which never overwrites]",
)
@click.option(
    "--preview",
    is_flag=True,
    help="Show the leaflet here instead; with -o or --print, ask before going on.",
)
@click.option(
    "--print",
    "printer",
    is_flag=False,
    flag_value="",
    metavar="[PRINTER]",
    help="Also print the PDF, on this printer or the usual one.",
)
@click.option(
    "--copies", type=click.IntRange(1, 99), default=1, show_default=True, help="How many to print."
)
@click.option("--one-sided", is_flag=True, help="Print on one side of each sheet.  [default: both]")
@click.option(
    "--require-signed", is_flag=True, help="Refuse to print words that nobody has approved."
)
def make(
    words: Words,
    *,
    kind: str,
    output: str | None,
    preview: bool,
    printer: str | None,
    copies: int,
    one_sided: bool,
    require_signed: bool,
) -> None:
    """Make one leaflet.

    The last line of standard output is the path that was written; notes go to standard error.

    \b
    Examples:
      handout make --region neck
      handout make --region lumbar --status chronic --flag diabetes --screened
      handout make --region neck --name "Ana Silva" --date 2026-11-22 -o leaflet.pdf
      handout make --region thoracic --place us --format html -o leaflet.html
      handout make --region neck --preview --print
    """  # noqa: D301 - \b is Click's mark for lines to keep
    if printer is not None and (kind != "pdf" or output == "-"):
        raise click.UsageError(
            "--print prints a PDF that is also kept: leave out --format and -o -"
        )
    gc.disable()  # one leaflet, and the process ends: looking for garbage only costs time
    from handouts import pipeline
    from handouts.bodies import general
    from handouts.delivery import deliver, refuse_folding, render

    workshop = pipeline.open_workshop(words.content)
    request = request_of(workshop.library, workshop.profile, words)
    refuse_folding(request, kind)
    asked = general(request) if kind == "pdf" else request
    leaflet = pipeline.prepare(workshop, asked, require_signed=require_signed)
    if preview and not _go_on(leaflet, asks=printer is not None or output is not None):
        return
    content, notes = render(workshop, request, leaflet, kind)
    path = deliver(content, request, SUFFIXES[kind], output)
    for line in [*notes, *([REMINDER] if leaflet.draft else [])]:
        note(line)
    if path is not None:
        click.echo(os.fsencode(path))  # as the disk spells it, whatever the terminal's encoding
    if printer is not None and path is not None:
        from handouts.printing import Job, print_pdf

        job = Job(printer=printer, copies=copies, one_sided=one_sided, request=request)
        print_pdf(content, path, job)


def _go_on(leaflet: Leaflet, *, asks: bool) -> bool:
    """Show a leaflet; if more was asked for, ask whether to do it."""
    import sys

    from handouts.preview import preview as shown
    from handouts.screen import screen_width

    text = shown(leaflet, min(screen_width() or MOST_WIDE, MOST_WIDE), sys.stdout.encoding)
    (click.echo_via_pager if sys.stdout.isatty() else click.echo)(text)
    if not asks:
        return False
    if click.confirm("Is this right? Go on?", err=True):
        return True
    note("nothing was written")
    return False
