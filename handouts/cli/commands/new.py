"""Define `handout new`: add a flag, an exercise, a region, a place or a source: `new`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.errors import Fault


_KINDS = ("flag", "exercise", "region", "place", "source")


@click.command(cls=CarefulCommand)
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("name")
@CONTENT
@click.option("--region", metavar="REGION", default="", help="The region of an exercise.")
@click.option(
    "--column",
    metavar="CLASS",
    default="",
    help="The column of advice.csv that permits an exercise.  [default: the first of a movement]",
)
@click.option(
    "--before",
    metavar="EXERCISE",
    multiple=True,
    help="The exercise before which a new one prints; again for another list of its region.  "
    "[default: it is the last]",
)
@click.option(
    "--like",
    metavar="REGION",
    default="",
    help="Give a new region what this one shares with others and names no part of the body.",
)
def new(kind: str, name: str, content: str | None, before: tuple[str, ...], **of: str) -> None:
    """Add a flag, an exercise, a region, a place or a source to your content.

    Writes an entry into every file that needs one, with a number that is not used, and lists
    what you have to write, by file and line, in the order of the work. Nothing else in the files
    changes. Until all is written `handout check` names what is left, and no leaflet is made.

    \b
    Examples:
      handout new flag gout --content ~/our-content
      handout new exercise wall-slide --region {region} --content ~/our-content
      handout new exercise arm-circle --region {region} --before wall-slide
      handout new region shoulder --like {other-region} --content ~/our-content
      handout new place au --content ~/our-content
      handout new source OUR-GUIDE-2026 --content ~/our-content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    import os

    from handouts.authoring.new_entry import ForExercise, plan_entry, share_with, write_entry
    from handouts.content.load import content_folder
    from handouts.errors import Fault, RequestError

    if not content and not os.environ.get("HANDOUTS_CONTENT"):
        hint = "handout content copy my-content makes one; then name it: --content my-content"
        raise RequestError(Fault(message="a new entry goes into a folder of your own", hint=hint))
    _refuse_options(kind, {**of, "before": before})
    folder = content_folder(content)
    everywhere = _printed_everywhere(content) if kind == "region" else []
    entry = plan_entry(folder, kind, name, ForExercise(of["region"], of["column"], before))
    if of["like"]:
        entry = share_with(folder, entry, name, of["like"])
    write_entry(folder, entry)
    click.echo(f"{kind} `{name}`: an entry in {', '.join(entry.files)}. Still to write:")
    for one in entry.open:
        click.echo(f"  {one}")
    if entry.shared:
        click.echo(f"{entry.shared} entries of `{of['like']}` hold for `{name}` too: read each.")
    if entry.left:
        click.echo(f"Left as they are; add `{name}` to their `region` where they are right there:")
    for one in entry.left:
        click.echo(f"  {one}")
    _say_everywhere(everywhere, name)
    click.echo(f"Then: {_NEXT[kind]}handout check --content {folder}")


def _refuse_options(kind: str, given: Mapping[str, object]) -> None:
    """Refuse an option of another kind of entry, and an exercise without a region."""
    from handouts.errors import Fault, RequestError

    for option, has_it in (("region", "exercise"), ("before", "exercise"), ("like", "region")):
        if given[option] and kind != has_it:
            message = f"--{option}: only a new {has_it} has it"
            raise RequestError(Fault(message=message, hint="leave it out"))
    if kind == "exercise" and not given["region"]:
        hint = "add --region with one of `handout list regions`"
        raise RequestError(Fault(message="--region: an exercise needs a region", hint=hint))


def _printed_everywhere(content: str | None) -> list[Fault] | None:
    """Find what prints in every region and speaks of a part; None where the content has faults."""
    from handouts.content.load import load_library
    from handouts.errors import ContentError
    from handouts.safety.other_regions import words_for_all

    try:
        return words_for_all(load_library(content))
    except ContentError:
        return None


def _say_everywhere(found: list[Fault] | None, name: str) -> None:
    """Name what prints in leaflets of a new region too, and may not be right there."""
    if found is None:
        click.echo("What prints in every region was not looked at: the content has faults.")
    if not found:
        return
    click.echo(f"Printed in every region, so for `{name}` too, with a part of the body in it:")
    for one in found:
        click.echo(f"  {one}")
    click.echo(
        f"Name one in `allows` of `{name}` (vocabulary.yaml) where it is right; else give it a "
        f"`region` with the others, and write one for `{name}` beside it."
    )


_NEXT = {
    "flag": "words that people type for it (synonyms.yaml); ",
    "exercise": "its drawing (figures.yaml), seen with `handout figure NAME`; its place in `sets`, "
    "for in the last one it prints in no leaflet unless somebody chooses it; ",
    "region": "its exercises (`sets` in exercises.yaml); other blocks that name their regions; "
    "handout check --fast, until it finds nothing; handout check --prove, which says what its "
    "leaflets lack beside each fact; ",
    "place": "",
    "source": "",
}
"""What no mark stands for."""
