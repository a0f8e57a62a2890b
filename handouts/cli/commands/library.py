"""Define `handout library`: the set of ready leaflets in a folder: `library`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT, QUIET
from handouts.cli.written_place import written_place
from handouts.content.vocabulary import FULL, SHEET, STANDARD, USUAL_EDITION
from handouts.system.terminal import note

if TYPE_CHECKING:
    from handouts.batch.ready import LibraryUpdate
    from handouts.content.look import LookOptions
    from handouts.content.profile import Profile
    from handouts.pipeline import Publisher


SOME_FAILED = 1


@click.command(cls=CarefulCommand)
@click.argument("folder", metavar="DIR", callback=written_place)
@click.option(
    "--format",
    "kinds",
    type=click.Choice(("pdf", "html", "text")),
    multiple=True,
    help="Output format. Can be repeated.  [default: pdf]",
)
@click.option(
    "--place", metavar="ID", help="The place: whom to call.  [default: the first in `list places`]"
)
@click.option(
    "--paper", metavar="a4|letter", help="Paper size.  [default: the usual one at the place]"
)
@click.option(
    "--edition",
    type=click.Choice((STANDARD, FULL)),
    help="How much to print; a sheet needs an answer about every flag.  [default: the service's, "
    f"or {USUAL_EDITION}]",
)
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    help="The date on the leaflets that are made now.  [default: today]",
)
@click.option(
    "--require-signed", is_flag=True, help="Refuse to make leaflets that nobody has approved."
)
@QUIET
@CONTENT
def library(  # noqa: PLR0917 - one parameter for each option
    folder: str,
    kinds: tuple[str, ...],
    place: str | None,
    paper: str | None,
    edition: str | None,
    day: str | None,
    content: str | None,
    *,
    require_signed: bool,
    quiet: bool,
) -> None:
    """Make the set of ready leaflets in DIR.

    One for every region and status, without any flag and for each flag alone, with index.html to
    search them. Run it again after a change: only what changed, was edited or is lost is made
    again. None holds anything of a patient. Nobody was asked when these are made, so each says what
    to check before taking a medicine.

    Files in DIR/openemr have the names by which OpenEMR's patient education finds them.

    \b
    Examples:
      handout library leaflets
      handout library leaflets --format pdf --format html --place us
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from datetime import date
    from pathlib import Path

    from handouts import pipeline
    from handouts.batch.ready import INDEX_FILE, Inventory, ReadySet, index_page, update_library
    from handouts.selection.request import parse_day
    from handouts.system.files import write_shared
    from handouts.system.folders import make_open
    from handouts.system.locks import only_run_in

    publisher = pipeline.open_publisher(content)
    known = publisher.library
    look = _look(publisher.profile, paper, edition)
    made = ReadySet(
        place=place or publisher.profile.place or next(iter(known.places)),
        paper=look.paper,
        edition=look.edition,
        kinds=tuple(dict.fromkeys(kinds)) or ("pdf",),
    )
    ready = made.list(known, parse_day(day, date.today()))  # noqa: DTZ011 - the clinician's own calendar
    with only_run_in(folder, make_open):
        inventory = Inventory(Path(folder))
        if inventory.damaged:
            note("the list of what is in this folder is damaged: every leaflet is made again")
        inventory.made = made
        done = update_library(publisher, ready, inventory, require_signed=require_signed)
        page = index_page(known, ready, inventory, publisher.templates).encode()
        index = Path(folder) / INDEX_FILE
        if not index.is_file() or index.read_bytes() != page:
            write_shared(index, page)
    drafts = (item.draft for item in inventory.items.values())
    _report(done, publisher, quiet=quiet, draft=any(drafts))
    click.echo(index.absolute())
    click.get_current_context().exit(SOME_FAILED if done.failed else 0)


def _look(profile: Profile, paper: str | None, edition: str | None) -> LookOptions:
    """Return the look of all leaflets; no sheet, even where that is the service's usual choice."""
    from handouts.content.look import LookOptions

    usual = "" if profile.edition == SHEET else profile.edition
    return LookOptions(paper=paper or profile.paper, edition=edition or usual)


def _report(done: LibraryUpdate, publisher: Publisher, *, quiet: bool, draft: bool) -> None:
    """Say what was done, and which approvals end soon, on standard error."""
    from handouts.governance.expiry import expiry_notes

    for name, faults in done.failed:
        for fault in faults:
            note(f"error: {name}: {fault}")
    for name in done.left:
        note(f"{name} is no longer in this set, but was edited: it is kept")
    failed = f", {len(done.failed)} failed" if done.failed else ""
    if failed or not quiet:
        note(f"{done.made} made, {done.kept} unchanged, {done.removed} removed{failed}")
    for line in expiry_notes(publisher.signoff, publisher.profile):
        note(line)
    if draft:
        note("These words are not approved by a clinician. Do not give them to patients.")
