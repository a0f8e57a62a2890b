"""Goes in: a recipe code. Comes out: its leaflet again, to the byte, but for the name and note."""

from __future__ import annotations

import os
from pathlib import Path

import click
from msgspec import structs

from handouts.content.vocabulary import SUFFIXES
from handouts.looks import FORMAT
from handouts.selectors import CONTENT
from handouts.system.terminal import REMINDER, note


@click.command()
@click.argument("code", metavar="CODE")
@click.option(
    "--from-git",
    "repository",
    type=click.Path(path_type=Path),
    metavar="REPO",
    help="Look for the words, and for the program, in the history of this repository.  "
    "[default: where the content is]",
)
@FORMAT
@click.option(
    "--for-the-record",
    is_flag=True,
    help="Also a leaflet with words that are withdrawn: to file, not to hand out.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE|-",
    help="Write this file; - writes to standard output.  [default: as `handout make`]",
)
@CONTENT
def remake(
    *,
    code: str,
    repository: Path | None,
    kind: str,
    for_the_record: bool,
    output: str | None,
    content: str | None,
) -> None:
    """Make a leaflet again from the code at its foot.

    The same bytes as on the day, except the name and the note: a code holds neither, so both are
    left blank. With other words or another program at hand, it says what differs and which is
    needed, and makes nothing.

    \b
    Examples:
      handout remake N2DK-RT8H-7TYF1
      handout remake N2DK-RT8H-7TYF1 --from-git ~/our-content -o again.pdf
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts import pipeline
    from handouts.audit.recall import withdrawals_of, withdrawn_in, words_of
    from handouts.audit.remake import publisher_for, repository_of
    from handouts.content.load import content_folder
    from handouts.delivery import deliver
    from handouts.governance.approval import refuse_withdrawn
    from handouts.pipeline import render

    repository = repository or repository_of(content_folder(content))
    with publisher_for(code, content, repository) as (publisher, recipe):
        said = words_of(publisher).said_by(recipe.request)
        withdrawn = withdrawn_in(said, withdrawals_of(content), recipe.request.date)
        if not for_the_record:
            refuse_withdrawn(withdrawn, withdrawn)
        leaflet = pipeline.prepare(structs.replace(publisher, withdrawn={}), recipe.request)
        made, notes = render(publisher, recipe.request, leaflet, kind)
    path = deliver(made, recipe.request, SUFFIXES[kind], output)
    reminder = [REMINDER] if leaflet.draft else []
    for line in [
        *notes,
        *reminder,
        "The name and the note are not in the code: both are left blank.",
    ]:
        note(line)
    for one in withdrawn.values():
        note(f"Do not give this to patients: `{one.unit}` was withdrawn on {one.on}: {one.why}")
    if path is not None:
        click.echo(os.fsencode(path))
