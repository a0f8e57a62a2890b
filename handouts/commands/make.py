"""Goes in: a request as typed. Comes out: one leaflet, written where it was asked for."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import click

from handouts.exits import note
from handouts.selectors import TAKES_WORDS, request_of, takes_words

if TYPE_CHECKING:
    from handouts.selectors import Words

SUFFIXES = {"pdf": "pdf", "html": "html", "text": "txt"}
REMINDER = "This content is not approved by a clinician. Do not give it to patients."


@click.command(context_settings=TAKES_WORDS)
@takes_words
@click.option(
    "--format",
    "kind",
    type=click.Choice(tuple(SUFFIXES)),
    default="pdf",
    show_default=True,
    help="What to write.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE|-",
    help="Write this file, in place of an older one; - writes to standard output. "
    "[default: output/REGION-STATUS-DATE-NN.pdf, which never overwrites]",
)
@click.option(
    "--require-signed", is_flag=True, help="Refuse to print words that nobody has approved."
)
def make(words: Words, *, kind: str, output: str | None, require_signed: bool) -> None:
    """Make one leaflet.

    The last line of standard output is the path that was written; notes go to standard error.

    \b
    Examples:
      handout make --region neck
      handout make --region lumbar --status chronic --flag diabetes --screened
      handout make --region neck --name "Ana Silva" --date 2026-11-22 -o leaflet.pdf
      handout make --region thoracic --place us --format html -o leaflet.html
      handout make --region neck -o - | lp
    """  # noqa: D301 - \b is Click's mark for lines to keep
    gc.disable()  # one leaflet, and the process ends: looking for garbage only costs time
    from handouts import pipeline
    from handouts.bodies import general
    from handouts.delivery import deliver, refuse_folding, render

    workshop = pipeline.open_workshop(words.content)
    request = request_of(workshop.library, workshop.profile, words)
    refuse_folding(request, kind)
    asked = general(request) if kind == "pdf" else request
    leaflet = pipeline.prepare(workshop, asked, require_signed=require_signed)
    content, notes = render(workshop, request, leaflet, kind)
    path = deliver(content, request, SUFFIXES[kind], output)
    for line in [*notes, *([REMINDER] if leaflet.draft else [])]:
        note(line)
    if path is not None:
        click.echo(os.fsencode(path))  # as the disk spells it, whatever the terminal's encoding
