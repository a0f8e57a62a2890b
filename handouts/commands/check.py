"""Goes in: a folder of content. Comes out: its faults, the proof of its safety, and its grades."""

from __future__ import annotations

import click

from handouts.errors import ContentError
from handouts.selectors import CONTENT


@click.command
@CONTENT
@click.option("--deep", is_flag=True, help="Read the leaflets of every two and three flags; hours.")
def check(content: str | None, *, deep: bool) -> None:
    """Report every fault of the content, and prove the rules of safety.

    Reads all content and templates; a fault has its file, its line and a hint. Then proves every
    rule of invariants.yaml for every region, status and set of flags; a rule that fails comes with
    the command that shows it, and exit code 3. Last comes how hard the leaflets read.

    \b
    Examples:
      handout check
      handout check --content ~/our-content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from time import perf_counter

    from handouts import pipeline
    from handouts.grades import baseline_requests, grades_text
    from handouts.invariants import Invariants
    from handouts.safety import prove, report_text

    workshop = pipeline.open_workshop(content)
    library = workshop.library
    leaflets = [
        (request, pipeline.compose(workshop, pipeline.select(workshop, request)))
        for request in baseline_requests(library)
    ]
    click.echo(
        f"content is sound: {len(library.blocks)} blocks, {len(library.flags)} flags, "
        f"{len(library.places)} places, {len(library.sources)} sources; "
        f"version {library.version[:8]}"
    )
    start = perf_counter()
    report = prove(library, deep=deep, invariants=Invariants(library, workshop.rules))
    click.echo(f"{report_text(report)} It took {perf_counter() - start:.1f} s.")
    click.echo(grades_text(library, leaflets))
    if report.failures:
        click.get_current_context().exit(ContentError.exit_code)
