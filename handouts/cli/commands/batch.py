"""Define `handout batch`: a leaflet for each row of a worklist: `batch`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from handouts.cli.careful import CarefulCommand, refuse_beside
from handouts.cli.deliver import folder_of_list, read_lock, takes_password
from handouts.cli.list_options import takes_list_form
from handouts.cli.options import NO_CACHE, QUIET, takes_shared_request
from handouts.system.terminal import note

if TYPE_CHECKING:
    from handouts.batch.run import BatchJob
    from handouts.content.list_form import ListForm
    from handouts.selection.options import RequestOptions


SOME_FAILED = 1


@click.command(cls=CarefulCommand)
@click.argument("worklist", type=click.Path(), required=False)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(),
    metavar="DIR",
    help="Write a file for each patient into this folder, named by row id or row number.  "
    "[default, without --merge: output/DATE-LIST, or in the service's folder]",
)
@click.option(
    "--merge",
    type=click.Path(),
    metavar="FILE",
    help="Write all leaflets into this one PDF, in order, each on a fresh sheet.",
)
@click.option(
    "--slips",
    is_flag=True,
    help="With --merge: a slip sheet with the row id before the leaflets of each row.",
)
@click.option(
    "--one-sided",
    is_flag=True,
    help="With --merge: for printing on one side of each sheet.  [default: both]",
)
@click.option(
    "--print",
    "printer",
    is_flag=False,
    flag_value="",
    metavar="[PRINTER]",
    help="With --merge: also print that file, on this printer or the default one.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Make every leaflet and report what would be printed, but write nothing.",
)
@click.option(
    "--template",
    type=click.Path(),
    metavar="FILE",
    help="Write a worklist to start from: .csv, .xlsx or .jsonl.",
)
@click.option(
    "--require-signed", is_flag=True, help="Refuse to print words that nobody has approved."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Number of processes.  [default: one for each processor]",
)
@QUIET
@takes_list_form
@NO_CACHE
@takes_password
@takes_shared_request
def batch(
    options: RequestOptions,
    *,
    worklist: str | None,
    template: str | None,
    workers: int | None,
    no_cache: bool,
    encrypt: bool,
    password_file: str | None,
    form: ListForm,
    **others: object,
) -> None:
    """Make a leaflet for each row of a worklist.

    A worklist is a CSV, XLSX, ODS or JSON Lines file with the columns region, status and flags, and
    perhaps row id, screened, name, note, date, place, paper, language, preset, exercises, doses and
    copies. A column that is not there is as the options say. A row that cannot be used stops no
    other: it is named here, and written to a file beside the leaflets, to be mended and run again.

    A run that was stopped goes on where it was: start it again. No leaflet in DIR is ever replaced;
    the file of --merge is made anew, with a tally sheet at its end, in place of an older one.

    \b
    Examples:
      handout batch --template tomorrow.csv
      handout batch tomorrow.csv --dry-run
      handout batch tomorrow.csv --merge tomorrow.pdf --slips --print front-desk
      handout batch tomorrow.xlsx -o tomorrow --screened --date 2026-11-23
      handout batch export.csv -o out --column region="Body Part" --ignore "NHS Number"
    """  # noqa: D301 - \b is Click's mark for lines to keep
    if template is not None:
        alone = worklist is None and not (others["folder"] or others["merge"])
        _write_starter(options.content, template, alone=alone)
        return
    if worklist is None:
        raise click.UsageError("name a worklist, or write one with --template")
    from handouts.batch.run import BatchJob, print_merged, run_job

    job = BatchJob(
        worklist=worklist,
        form=form,
        options=options,
        workers=workers or os.cpu_count() or 1,
        keep=not no_cache,
        lock=None,
        **others,  # type: ignore[arg-type] # Click gives what the options say
    )
    _refuse(job, encrypt=encrypt)
    job = replace(job, lock=read_lock(encrypt=encrypt, file=password_file), folder=_folder(job))
    report = run_job(job)
    click.echo(report.summary)
    for line in report.notes:
        note(line)
    print_merged(job, report)
    if report.refused:
        click.get_current_context().exit(SOME_FAILED)


def _write_starter(content: str | None, template: str, *, alone: bool) -> None:
    """Write a list to start from; nothing else may be asked for."""
    from handouts.batch.example_list import write_starter
    from handouts.content.load import load_library

    if not alone:
        message = "--template writes a list to start from, and makes no leaflets"
        raise click.UsageError(f"{message}: leave out the worklist, -o and --merge")
    known = {one.name or "" for one in click.get_current_context().command.params}
    refuse_beside("--template", *(known - {"template", "content"}))
    click.echo(os.fsencode(write_starter(load_library(content).topic, template)))


def _folder(job: BatchJob) -> str | None:
    """Return the folder that is named, or the usual one where nothing else is to be written."""
    if job.folder is not None or job.merge is not None or job.dry_run:
        return job.folder
    from datetime import date

    from handouts.content.load import load_library
    from handouts.governance.load import load_profile
    from handouts.selection.request import parse_day

    day = parse_day(job.options.day, date.today())  # noqa: DTZ011 - the clinician's own calendar
    content = job.options.content
    profile = load_profile(load_library(content), content)
    return folder_of_list(profile, job.worklist, day.isoformat())


def _refuse(job: BatchJob, *, encrypt: bool) -> None:
    """Refuse options that cannot be meant together."""
    if job.merge == "-":
        raise click.UsageError("--merge writes a file; name one, such as leaflets.pdf")
    if job.merge is not None and job.options.look.booklet:
        message = "--booklet cannot go with --merge: each booklet is folded separately; use -o DIR"
        raise click.UsageError(message)
    if encrypt and job.printer is not None:
        raise click.UsageError("--print cannot go with --encrypt: run them separately")
    needy = {"--slips": job.slips, "--one-sided": job.one_sided, "--print": job.printer is not None}
    if job.merge is None and (asked := [option for option, given in needy.items() if given]):
        message = f"{' and '.join(asked)} can only be used with --merge FILE"
        raise click.UsageError(message)
