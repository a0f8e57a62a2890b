"""Define `handout check`: all faults of the content, the safety proof and the grades: `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.cli.told import tell
from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handouts.pipeline import Publisher
    from handouts.safety.proofread import Findings
    from handouts.safety.readability import PlainWords


@click.command(cls=CarefulCommand)
@CONTENT
@click.option(
    "--deep",
    is_flag=True,
    help="Also read the leaflets of every combination of two or three flags.",
)
@click.option(
    "--accept",
    multiple=True,
    metavar="ID",
    help="Accept what changed in this unit since review; again for more, or several with commas. "
    "`wording` stands for all that is only worded otherwise.",
)
@click.option(
    "--fast", is_flag=True, help="Only what was edited since the last check without a fault."
)
@click.option(
    "--prove", is_flag=True, help="Check fast, and prove the rules of safety for all leaflets."
)
@click.option("--watch", is_flag=True, help="Check fast, and again at each save, until Ctrl-C.")
@click.option("--strict", is_flag=True, help="Count what is only to be looked at as a fault.")
@click.option("--by", metavar="NAME", help="Who accepts the changes.")
def check(
    content: str | None,
    *,
    deep: bool,
    fast: bool,
    prove: bool,
    watch: bool,
    strict: bool,
    accept: tuple[str, ...],
    by: str | None,
) -> None:
    """Report every fault of the content, and prove the rules of safety.

    Reads all content and templates; a fault has its file, its line and a hint. Then proves every
    rule of invariants.yaml for every region, status and set of flags; a rule that fails comes with
    the command that shows it; a rule that is gone from the file is a fault. Then composes the
    leaflets of every region, status and flag, holds each against the same rules, and grades how
    hard it reads. Whatever is wrong ends with exit code 3. Approvals that end within the time of
    `announce-expiry` in service.yaml are named last.

    Lists what changed since the content was reviewed (content/baseline.yaml), most dangerous first.
    Leaflets with such words say so, until a person accepts the change by name with --accept and
    --by, or signs it; then only that is done.

    With --deep the leaflets of every two and three flags are read as well, on all cores; that takes
    some minutes, and shows how many are left.

    With --fast only words and some leaflets are checked: those that the edited units print in, in
    about two seconds. With --watch that is done at each save. With --prove the rules of safety are
    proved too, for all leaflets, in a quarter of a minute: a new region needs it early. Run the
    whole check before you give the content to anybody.

    \b
    Examples:
      handout check
      handout check --fast
      handout check --prove --content ~/our-content
      handout check --watch --content ~/our-content
      handout check --content ~/our-content
      handout check --deep
      handout check --accept {block} --by "Ana Silva"
    """  # noqa: D301 - \b is Click's mark for lines to keep
    if accept or by is not None:
        _accept(content, accept, by)
        return
    if fast or prove or watch:
        _check_soon(content, prove=prove, watch=watch, whole=deep or strict)
        return
    _check_whole(content, deep=deep, strict=strict)


def _check_soon(content: str | None, *, prove: bool, watch: bool, whole: bool) -> None:
    """Check what was edited: once, with a proof, or at each save."""
    if whole:
        raise click.UsageError("--fast, --prove and --watch go with neither --deep nor --strict")
    if prove and watch:
        raise click.UsageError("--prove takes longer than a save: give it without --watch")
    from handouts.cli.commands.fast import check_at_each_save, check_fast

    if watch:
        check_at_each_save(content)
    else:
        check_fast(content, prove=prove)


def _check_whole(content: str | None, *, deep: bool, strict: bool) -> None:
    """Read everything, prove the rules, read the leaflets; exit code 3 for what is wrong."""
    from handouts import pipeline
    from handouts.authoring.fast_check import remember_good
    from handouts.content.load import content_folder
    from handouts.governance.expiry import expiry_notes

    publisher, folder = pipeline.open_publisher(content), content_folder(content)
    if _tell_holes(publisher):
        _tell_leftovers(publisher, folder, strict=strict)
        click.get_current_context().exit(ContentError.exit_code)
    broken = _tell_rules(publisher)
    wrong = _tell_leaflets(publisher, folder, deep=deep)
    untidy = _tell_leftovers(publisher, folder, strict=strict)
    _tell_pairs(publisher)
    dangerous = _tell_changes(publisher)
    faulty = broken or wrong or untidy
    if publisher.changes and not faulty:
        _tell_waiting(publisher, content, dangerous=dangerous)
    for line in expiry_notes(publisher.signoff, publisher.profile):
        click.echo(f"note: {line}")
    if not faulty:
        remember_good(publisher.library, folder)
    if faulty or dangerous:
        click.get_current_context().exit(ContentError.exit_code)


def _tell_holes(publisher: Publisher) -> bool:
    """Compose the plainest leaflets; say whether one cannot be, as with an empty section."""
    from handouts import pipeline
    from handouts.errors import CompositionError
    from handouts.safety.proofread import requests_of

    holes: dict[str, None] = {}
    for request in requests_of(publisher.library, 0):
        try:
            pipeline.compose(publisher, pipeline.select(publisher, request))
        except CompositionError as error:
            holes.update((str(fault), None) for fault in error.faults)
    for hole in holes:
        click.echo(hole)
    return bool(holes)


def _tell_rules(publisher: Publisher) -> bool:
    """Prove the rules of safety; say whether one does not hold."""
    from time import perf_counter

    from handouts.safety.invariants import Invariants
    from handouts.safety.proof import prove, report_text

    library = publisher.library
    click.echo(
        f"content is sound: {len(library.blocks)} blocks, {len(library.flags)} flags, "
        f"{len(library.places)} places, {len(library.sources)} sources; "
        f"version {library.version[:8]}"
    )
    start = perf_counter()
    report = prove(library, Invariants(library, publisher.rules))
    tell(f"{report_text(report)} It took {perf_counter() - start:.1f} s.")
    return bool(report.failures)


def _tell_leaflets(publisher: Publisher, folder: Path, *, deep: bool) -> bool:
    """Read the leaflets and grade them; say whether a word or a leaflet is wrong."""
    from time import perf_counter

    from handouts.safety.proofread import grades_text, word_faults, wrong_text
    from handouts.safety.readability import load_plain_words

    start = perf_counter()
    plain_words = load_plain_words(folder)
    faults = word_faults(publisher.library, folder, plain_words)
    found = _read(publisher, plain_words, deep=deep)
    for text in (*map(str, faults), wrong_text(found)):
        if text:
            tell(text)
    click.echo(
        f"{found.leaflets} leaflets read: {len(found.wrong)} faults. "
        f"It took {perf_counter() - start:.1f} s."
    )
    click.echo(grades_text(publisher.library, found))
    return bool(faults or found.wrong)


def _accept(content: str | None, names: tuple[str, ...], by: str | None) -> None:
    """Take changes into the baseline, under the name of who answers for that."""
    from datetime import date

    from handouts.content.load import content_folder, load_library
    from handouts.governance.baseline import accept

    chosen = [one.strip() for name in names for one in name.split(",") if one.strip()]
    who = " ".join((by or "").split())
    if not chosen or not who or not who.isprintable():
        raise click.UsageError('--accept ID and --by "NAME" go together')
    library, folder = load_library(content), content_folder(content)
    today = date.today().isoformat()  # noqa: DTZ011 - the day where the person is
    done = accept(library, folder, chosen, by=who, on=today)
    for change in done.changes:
        click.echo(f"accepted by {who}: {change.unit} ({change.worst.text})")
    if done.as_before:
        click.echo(f"as reviewed already, nothing to accept: {', '.join(done.as_before)}")


def _tell_leftovers(publisher: Publisher, folder: Path, *, strict: bool) -> bool:
    """List what nothing uses, reads or guards; say whether any of it is a fault."""
    from datetime import date

    from handouts.audit.leftovers import find_leftovers
    from handouts.safety.certain import certain_faults
    from handouts.safety.coverage import least_contents, unguarded
    from handouts.safety.least import read_rules
    from handouts.safety.other_regions import words_of_others
    from handouts.safety.urgency import urgency_faults

    today = date.today()  # noqa: DTZ011 - the day where the person is
    library = publisher.library
    found = find_leftovers(library, folder, today, publisher.profile.review_months)
    rules = read_rules(folder)
    bare = unguarded(library, rules)
    errors = [*found.errors, *least_contents(library, rules)]
    errors += certain_faults(library, rules)
    errors += [*urgency_faults(library, folder), *words_of_others(library)]
    errors += [one for one in bare if "the region" in one.message]
    notes = [*(one for one in bare if one not in errors), *found.notes, *_old_schemas(folder)]
    for one in errors:
        tell(str(one))
    for one in notes:
        click.echo(f"{'' if strict else 'note: '}{one}")
    click.echo(f"Read, guarded and used: {len(errors)} faults, {len(notes)} notes.")
    return bool(errors or (strict and notes))


def _old_schemas(folder: Path) -> Iterator[Fault]:
    """Yield a note for each schema by which an editor would judge other content than this."""
    from handouts.authoring.schemas import out_of_date
    from handouts.content.stray import SCHEMAS

    for name in out_of_date(folder):
        yield Fault(
            message="an editor would be told of other words than those of this content",
            origin=Origin(f"{folder.name}/{SCHEMAS}/{name}", 1),
            hint="write the schemas again: handout schema",
        )


def _tell_pairs(publisher: Publisher) -> None:
    """List the flags whose clauses speak of one class in different words."""
    from handouts.safety.same_class import said_differently, same_class_text

    if found := said_differently(publisher.library):
        click.echo(same_class_text(found))


def _tell_changes(publisher: Publisher) -> bool:
    """List what changed since review; say whether any of it is of high risk."""
    from handouts.governance.baseline import changes_text

    changes = publisher.changes.values()
    if not changes:
        click.echo("Nothing changed since the content was reviewed.")
        return False
    high = sum(one.worst.is_high for one in changes)
    click.echo(changes_text(changes))
    click.echo(
        f"{len(changes)} {'unit' if len(changes) == 1 else 'units'} changed since review, "
        f"{high} of them of high risk (!). Leaflets with these say so "
        "until somebody accepts each: "
        'handout check --accept ID --by "NAME"'
    )
    return high > 0


def _tell_waiting(publisher: Publisher, content: str | None, *, dangerous: bool) -> None:
    """Say that nothing is wrong but that people have to read, with the line to copy then."""
    import shlex

    units = list(publisher.changes)
    many = f"{len(units)} units wait" if len(units) > 1 else "1 unit waits"
    why = ", and the exit code is 3 as words of high risk are among them" if dangerous else ""
    click.echo(f"No faults. {many} for approval: {', '.join(units)}")
    words = ["handout", "check", *(["--content", content] if content else [])]
    words += ["--accept", ",".join(units), "--by"]
    click.echo(f"Until then their leaflets say so{why}. When somebody has read them all:")
    click.echo(f'  {shlex.join(words)} "NAME"')


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
