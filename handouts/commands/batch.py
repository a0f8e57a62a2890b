"""Goes in: a worklist. Comes out: a leaflet for each patient, and the rows to be mended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from handouts.exits import note
from handouts.looks import NO_CACHE
from handouts.selectors import takes_shared_words

if TYPE_CHECKING:
    from handouts.selectors import Words

SOME_FAILED = 1


@click.command
@click.argument("worklist", type=click.Path(), required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="DIR",
    help="Write a file for each patient into this folder, named by row id or row number.",
)
@click.option(
    "--merge",
    type=click.Path(),
    metavar="FILE",
    help="Write all leaflets into this one PDF, in order, each on a fresh sheet.",
)
@click.option("--dry-run", is_flag=True, help="Check every row, and write nothing.")
@click.option(
    "--template",
    type=click.Path(),
    metavar="FILE",
    help="Write a worklist to start from: .csv, .xlsx or .jsonl.",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="COLUMN",
    help="Leave out a column that is not for leaflets. Repeat it for more.",
)
@click.option(
    "--require-signed", is_flag=True, help="Refuse to print words that nobody has approved."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes at work.  [default: one for each processor]",
)
@NO_CACHE
@takes_shared_words
def batch(
    words: Words,
    *,
    worklist: str | None,
    output: str | None,
    merge: str | None,
    dry_run: bool,
    template: str | None,
    ignored: tuple[str, ...],
    require_signed: bool,
    workers: int | None,
    no_cache: bool,
) -> None:
    """Make a leaflet for each row of a worklist.

    A worklist is a CSV, XLSX or JSON Lines file with the columns region, status and flags, and
    perhaps row id, screened, name, date, place, paper, language, exercises and copies. A column
    that is not there is as the options say. A row that cannot be used stops no other: it is named
    here, and written to a file beside the leaflets, ready to be mended and run again.

    A run that was stopped goes on where it was: start it again. No leaflet is ever replaced.

    \b
    Examples:
      handout batch --template tomorrow.csv
      handout batch tomorrow.csv --dry-run
      handout batch tomorrow.csv --merge tomorrow.pdf
      handout batch tomorrow.xlsx -o tomorrow --screened --date 2026-11-23
    """  # noqa: D301 - \b is Click's mark for lines to keep
    if template is not None:
        from handouts.starter import write_starter

        click.echo(os.fsencode(write_starter(template)))
        return
    if worklist is None:
        raise click.UsageError("name a worklist, or write one with --template")
    if output is None and merge is None and not dry_run:
        raise click.UsageError("say where the leaflets go: -o DIR or --merge FILE")
    from handouts.job import Job, run_job

    job = Job(
        worklist=worklist,
        ignored=ignored,
        words=words,
        folder=None if dry_run else output,
        merge=None if dry_run else merge,
        workers=workers or os.cpu_count() or 1,
        require_signed=require_signed,
        keep=not no_cache,
    )
    report = run_job(job)
    click.echo(report.summary)
    for line in report.notes:
        note(line)
    if report.refused:
        click.get_current_context().exit(SOME_FAILED)
