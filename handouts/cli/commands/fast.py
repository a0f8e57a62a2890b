"""Check quickly what was edited, once or at each save: `check_fast`, `check_at_each_save`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli.told import tell
from handouts.errors import ContentError, HandoutsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from handouts.authoring.fast_check import FastReport
    from handouts.pipeline import Publisher


_PAUSE = 0.5
"""Seconds between two looks at the files."""
_MOST_NAMED = 8


def check_fast(content: str | None, *, prove: bool) -> None:
    """Check once, and prove the rules if asked; exit code 3 where something is wrong."""
    from time import perf_counter

    from handouts import pipeline
    from handouts.authoring.fast_check import fast_check
    from handouts.content.load import content_folder

    start = perf_counter()
    publisher = pipeline.open_publisher(content)
    report = fast_check(publisher, content_folder(content))
    _tell(report)
    holds = not prove or _proves(publisher)
    left = _NOT_READ if prove else _NOT_PROVED
    click.echo(f"It took {perf_counter() - start:.1f} s. {left}")
    if not (report.is_good and holds):
        click.get_current_context().exit(ContentError.exit_code)


def _proves(publisher: Publisher) -> bool:
    """Prove every rule of safety for all leaflets; say whether all hold."""
    from handouts.safety.invariants import Invariants
    from handouts.safety.proof import prove, report_text

    report = prove(publisher.library, Invariants(publisher.library, publisher.rules))
    tell(report_text(report))
    return not report.failures


_NOT_PROVED = (
    "Nothing is proved for all leaflets: rules that compare two facts, and sets of facts that no "
    "edited unit names, are held by `handout check --prove`, and all else by the whole check: "
    "handout check"
)
_NOT_READ = (
    "The other leaflets were not read and graded, and nothing was looked for that is left over: "
    "that does the whole check: handout check"
)


def check_at_each_save(content: str | None, wait: Callable[[float], object] | None = None) -> None:
    """Check now and after each edit, until Ctrl-C; `wait` sleeps between two looks."""
    from time import sleep

    from handouts.authoring.fast_check import edited, stamps
    from handouts.content.load import content_folder

    wait = wait or sleep
    folder = content_folder(content)
    seen = stamps(folder)
    _tell_safely(content)
    click.echo(f"Watching {folder}; Ctrl-C ends it.")
    while True:
        wait(_PAUSE)
        now = stamps(folder)
        if names := edited(seen, now):
            wait(_PAUSE / 5)  # an editor may still be writing
            seen = stamps(folder)
            click.echo(f"\n{', '.join(one.rpartition('/')[2] for one in names[:_MOST_NAMED])}")
            _tell_safely(content)


def _tell_safely(content: str | None) -> None:
    """Check; content that cannot be read is told of and no end."""
    try:
        _tell(_check(content))
    except HandoutsError as error:
        for fault in error.faults:
            click.echo(f"error: {fault}")


def _check(content: str | None) -> FastReport:
    from handouts import pipeline
    from handouts.authoring.fast_check import fast_check
    from handouts.content.load import content_folder

    return fast_check(pipeline.open_publisher(content), content_folder(content))


def _tell(report: FastReport) -> None:
    from handouts.safety.proofread import preview_command

    for fault in report.faults:
        tell(str(fault))
    for one in report.wrong:
        tell(f"{one.fault}\n  see: {preview_command(one.request)}")
    many, named = len(report.touched), ", ".join(report.touched[:_MOST_NAMED])
    more = ", …" if many > _MOST_NAMED else ""
    units = "nothing" if not many else f"{many} {'unit' if many == 1 else 'units'} ({named}{more})"
    click.echo(
        f"{units} changed {report.since}; {'their' if many else 'all'} words "
        f"and {report.leaflets} leaflets read: "
        f"{len(report.faults) + len(report.wrong)} faults."
    )
    if many and not report.leaflets:
        click.echo("note: none of the leaflets that were tried prints any of these units")
