"""Define `handout check`: all faults of the content, the safety proof and the grades: `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli.options import CONTENT
from handouts.errors import ContentError

if TYPE_CHECKING:
    from handouts.pipeline import Publisher
    from handouts.safety.proofread import Findings
    from handouts.safety.readability import PlainWords


@click.command
@CONTENT
@click.option(
    "--deep",
    is_flag=True,
    help="Also read the leaflets of every combination of two or three flags.",
)
def check(content: str | None, *, deep: bool) -> None:
    """Report every fault of the content, and prove the rules of safety.

    Reads all content and templates; a fault has its file, its line and a hint. Then proves every
    rule of invariants.yaml for every region, status and set of flags; a rule that fails comes with
    the command that shows it; a rule that is gone from the file is a fault. Then composes the
    leaflets of every region, status and flag, holds each against the same rules, and grades how
    hard it reads. Whatever is wrong ends with exit code 3. Approvals that end within the time of
    `announce-expiry` in service.yaml are named last.

    With --deep the leaflets of every two and three flags are read as well, on all cores; that takes
    some minutes, and shows how many are left.

    \b
    Examples:
      handout check
      handout check --content ~/our-content
      handout check --deep
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from time import perf_counter

    from handouts import pipeline
    from handouts.content.load import content_folder
    from handouts.governance.expiry import expiry_notes
    from handouts.safety.invariants import Invariants
    from handouts.safety.proof import prove, report_text
    from handouts.safety.proofread import grades_text, requests_of, word_faults, wrong_text
    from handouts.safety.readability import load_plain_words

    publisher = pipeline.open_publisher(content)
    library = publisher.library
    plain_words = load_plain_words(content_folder(content))
    for request in requests_of(library, 0):  # a broken template or label stops all
        pipeline.compose(publisher, pipeline.select(publisher, request))
    click.echo(
        f"content is sound: {len(library.blocks)} blocks, {len(library.flags)} flags, "
        f"{len(library.places)} places, {len(library.sources)} sources; "
        f"version {library.version[:8]}"
    )
    start = perf_counter()
    report = prove(library, Invariants(library, publisher.rules))
    click.echo(f"{report_text(report)} It took {perf_counter() - start:.1f} s.")

    start = perf_counter()
    faults = word_faults(library, content_folder(content), plain_words)
    found = _read(publisher, plain_words, deep=deep)
    for text in (*map(str, faults), wrong_text(found)):
        if text:
            click.echo(text)
    click.echo(
        f"{found.leaflets} leaflets read: {len(found.wrong)} faults. "
        f"It took {perf_counter() - start:.1f} s."
    )
    click.echo(grades_text(library, found))
    for line in expiry_notes(publisher.signoff, publisher.profile):
        click.echo(f"note: {line}")
    if report.failures or faults or found.wrong:
        click.get_current_context().exit(ContentError.exit_code)


def _read(publisher: Publisher, plain_words: PlainWords, *, deep: bool) -> Findings:
    """Read the leaflets; a deep check tells a person at the terminal how far it is."""
    import sys

    from handouts.safety.proofread import DEEP, ONE, Proofreader, proofread, requests_of
    from handouts.system.processes import cores

    requests = list(requests_of(publisher.library, DEEP if deep else ONE))
    reader = Proofreader(publisher.library, publisher.rules, plain_words)
    if not deep:
        return proofread(reader, requests)
    person = sys.stderr is not None and sys.stderr.isatty()
    with click.progressbar(
        length=len(requests),
        label="leaflets",
        file=sys.stderr,
        show_pos=True,
        hidden=not person,
        width=20,
    ) as bar:
        return proofread(reader, requests, cores(), bar.update)
