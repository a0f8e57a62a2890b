"""Define `handout watch`: a worklist dropped into a folder becomes leaflets: `watch`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handouts.batch.repeated import REPEAT_AFTER
from handouts.cli.careful import CarefulCommand
from handouts.cli.deliver import folder_of
from handouts.cli.list_options import takes_list_form
from handouts.cli.options import QUIET, takes_shared_request
from handouts.system.terminal import note

if TYPE_CHECKING:
    from handouts.content.list_form import ListForm
    from handouts.selection.options import RequestOptions


_STOPPED = 143
"""How a run ends that was asked to stop, as a service of the system is."""


@click.command(cls=CarefulCommand)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the leaflets of each list into a folder of its own in here.  [default: output, or "
    "the service's folder]",
)
@click.option("--one-file", is_flag=True, help="One PDF for each list, and not one for each row.")
@click.option(
    "--print",
    "printer",
    is_flag=False,
    flag_value="",
    metavar="[PRINTER]",
    help="Print each list, as one file, on this printer or the default one.",
)
@click.option("--slips", is_flag=True, help="With one file: a slip sheet before each row.")
@click.option("--one-sided", is_flag=True, help="With one file: for printing on one side.")
@click.option(
    "--every",
    type=click.FloatRange(0.05, 3600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
@click.option(
    "--settle",
    type=click.FloatRange(0.1, 3600),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file has to stand still before it is taken: it may not be copied whole yet.",
)
@click.option(
    "--repeat-after",
    type=click.FloatRange(0, 10_000),
    default=REPEAT_AFTER,
    show_default=True,
    metavar="HOURS",
    help="Do not make the same list again within so many hours; 0: always make it.",
)
@click.option("--once", is_flag=True, help="End when no list is left.")
@click.option(
    "--require-signed", is_flag=True, help="Refuse to print words that nobody has approved."
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Number of processes.")
@QUIET
@takes_list_form
@takes_shared_request
def watch(
    options: RequestOptions,
    *,
    folder: Path,
    output: Path | None,
    one_file: bool,
    printer: str | None,
    every: float,
    settle: float,
    once: bool,
    repeat_after: float,
    workers: int | None,
    quiet: bool,
    form: ListForm,
    **others: object,
) -> None:
    """Make the leaflets of every worklist that is put into FOLDER, until stopped.

    A list is taken when it has stood still for a while. It is moved to FOLDER/done; a list that
    cannot be read or printed is moved to FOLDER/to-look-at, with the reason in report.txt beside
    its leaflets. One that was being printed when the computer stopped is never printed again by
    itself: a person looks at it. Nor is a list with the same bytes as one of the last hours: it is
    moved to FOLDER/to-look-at, unless its name begins with `again`. Files that a program is
    still writing (.part, .tmp, a name that starts with . or ~) and files that are no lists stay
    where they are.

    The lines that it prints name no patient and no file.

    \b
    Examples:
      handout watch inbox
      handout watch inbox -o leaflets --print front-desk --slips --screened
      handout watch inbox -o leaflets --once
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.batch.run import BatchJob
    from handouts.batch.watch import WatchJob
    from handouts.batch.watch import watch as serve

    if not (one_file or printer is not None) and (others["slips"] or others["one_sided"]):
        raise click.UsageError("--slips and --one-sided need --one-file or --print")
    if options.look.booklet and (one_file or printer is not None):
        raise click.UsageError("--booklet cannot go into one file: each is folded separately")
    batch = BatchJob(
        worklist="", form=form, options=options, folder=None, merge=None, printer=printer,
        dry_run=False, quiet=False, workers=workers or os.cpu_count() or 1, keep=True, lock=None,
        **others,  # type: ignore[arg-type] # Click gives what the options say
    )  # fmt: skip
    output = output.expanduser() if output else _usual(options.content)
    job = WatchJob(
        folder=folder.expanduser(), output=output, batch=batch, every=every, settle=settle,
        one_file=one_file or printer is not None, once=once, quiet=quiet, repeat_after=repeat_after,
    )  # fmt: skip
    try:
        serve(job, note)
    except SystemExit as stop:
        if stop.code != _STOPPED:
            raise
        if quiet:
            return
        note("stopped; a list that is in work is made again at the next start")


def _usual(content: str | None) -> Path:
    """Return the folder of leaflets that the service names; it stays so until the program ends."""
    from handouts.content.load import load_library
    from handouts.governance.load import load_profile

    return Path(folder_of(load_profile(load_library(content), content)))
