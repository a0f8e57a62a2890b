"""Define `handout content`: a copy of your own, and what newer content changes in it: `content`."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from handouts.cli.careful import CarefulGroup
from handouts.cli.options import CONTENT
from handouts.cli.written_place import written_place

if TYPE_CHECKING:
    from pathlib import Path

    from handouts.authoring.made_from import KnownContent
    from handouts.authoring.merge import MergePlan


DIFFERS = 1
"""The exit code where something is to be taken or decided."""
_BASE = click.option(
    "--base",
    metavar="CONTENT",
    help="What your content was made from, where its made-from.zip is missing: a folder, the wheel "
    "of that version, or a git revision of your content.",
)
_NEW = click.option(
    "--new",
    metavar="CONTENT",
    help="Newer content: a folder, a wheel, or a git revision.  [default: the content that ships]",
)


@click.group(cls=CarefulGroup)
def content() -> None:
    """Make content of your own, and bring it up to date with the content that ships."""


@content.command
@click.argument("folder", metavar="FOLDER", callback=written_place)
def copy(folder: str) -> None:
    """Copy the content that ships into a FOLDER of your own, to change it there.

    The copy remembers what it was made from (made-from.zip, which nobody edits), so that `content
    diff` can tell your changes from those of a newer version.

    \b
    Example:
      handout content copy ~/our-content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from pathlib import Path

    from handouts.authoring.made_from import copy_content
    from handouts.content.load import resource

    made = copy_content(resource("content"), Path(folder))
    click.echo(f"{folder}: a copy of the content of {made.name}")
    click.echo(f"Then: handout check --content {folder}, or set HANDOUTS_CONTENT to the folder")


@content.command
@CONTENT
@_BASE
@_NEW
@click.option("--brief", is_flag=True, help="Only what you decide or take, and how many others.")
def diff(content: str | None, base: str | None, new: str | None, *, brief: bool) -> None:
    """Compare your content with the content that ships, entry by entry.

    Both are held against what your content was made from. So it says what only you changed, what
    only the new content changed, and what both changed: each block, flag, rule, exercise, drawing
    and level, word by word, [-taken away-] and {+added+}. Writes nothing.

    \b
    Exit codes:
      0  the new content has nothing that yours has not
      1  there is something to take or to decide
      3  a file cannot be read

    \b
    Examples:
      handout content diff --content ~/our-content
      handout content diff --brief --content ~/our-content
      handout content diff --content ~/our-content --base handouts-0.2.0-py3-none-any.whl
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.authoring.three_way import Who
    from handouts.cli.content_report import tell_changes
    from handouts.system.terminal import screen_width

    folder = _own(content)
    plan = _plan(folder, base, new)
    for line in tell_changes(plan, folder.name, screen_width() or 100, brief=brief):
        click.echo(line)
    if plan.base is None:
        click.echo(f"\n{_NO_BASE}")
    waits = any(one.who in (Who.NEW, Who.BOTH) for one in plan.changes) or plan.whole
    if waits and plan.base is not None:
        named = [(f"--{key}", one) for key, one in (("base", base), ("new", new)) if one]
        words = ["--content", str(folder), *(one for pair in named for one in pair)]
        words += ["-o", f"{folder}-new"]
        click.echo(f"\nThen: handout content merge {shlex.join(words)}")
    click.get_current_context().exit(DIFFERS if waits else 0)


@content.command
@CONTENT
@_BASE
@_NEW
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    callback=written_place,
    help="Write the merged content here, as new.",
)
@click.option(
    "--in-place",
    is_flag=True,
    help="Change your folder itself; an archive of it as it was is put beside it first.",
)
def merge(
    content: str | None, base: str | None, new: str | None, output: str | None, *, in_place: bool
) -> None:
    """Bring your content up to date: keep what you changed, take what is new.

    Your order, comments and blank lines stay. Where you and the new content changed the same entry,
    both stand in the file between marks (<<<<<<<, =======, >>>>>>>), with what both came from.
    Keep one, or write a third, and take the marks out; until then no leaflet is made. In advice.csv
    a ? is a level that nobody has decided yet. Records of review and sign-off stay as they are: new
    words are unsigned until somebody signs them.

    \b
    Exit codes:
      0  merged, with nothing left to decide
      1  merged; something is left to decide, and is listed
      2  the folder cannot be written
      3  a file cannot be read

    \b
    Examples:
      handout content merge --content ~/our-content -o ~/our-content-new
      handout content merge --content ~/our-content --in-place
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from pathlib import Path

    from handouts.authoring.merge import to_sign, unit_state, write_in_place, write_merge
    from handouts.authoring.three_way import Who
    from handouts.cli.content_report import tell_signing
    from handouts.errors import Fault, RequestError

    folder = _own(content)
    if bool(output) == in_place:
        hint = "-o FOLDER writes a new folder; --in-place changes yours"
        raise RequestError(Fault(message="say where to write the merged content", hint=hint))
    plan = _plan(folder, base, new)
    if plan.base is None:
        hint = _NO_BASE.partition(": ")[2]
        raise RequestError(Fault(message=f"it is not known what {folder} was made from", hint=hint))
    before = unit_state(folder)
    into = Path(output) if output else folder
    if output:
        write_merge(plan, folder, into)
        click.echo(f"{into}: {_summed(plan)}")
    else:
        backup = write_in_place(plan, folder)
        click.echo(f"{into}: {_summed(plan)}; as it was: {backup}")
    signing = to_sign(before, into)
    for one in plan.conflicts:
        click.echo(f"  to decide: {one.name}  ({into.name}/{one.file})")
    for one in plan.with_conflicts:
        side = "yours" if one.who is Who.OWN else "new"
        told = f"{one.what}, {side}: {' '.join(one.path[1:])}"
        click.echo(f"    with it the row {told}  ({into.name}/{one.file})")
    for line in tell_signing(signing, str(into)):
        click.echo(line)
    click.echo(f"Then: handout check --content {into}")
    click.get_current_context().exit(DIFFERS if plan.conflicts or signing.faults else 0)


_NO_BASE = (
    "Who changed what is told where the content has a base: name it with --base (the wheel of the "
    "version that it was copied from, a folder, or the git revision of the copy), once; a merge "
    "keeps it from then on."
)


def _own(content: str | None) -> Path:
    """Return the service's folder; raises RequestError where only the shipped one is known."""
    import os

    from handouts.content.load import content_folder
    from handouts.errors import Fault, RequestError

    if not content and not os.environ.get("HANDOUTS_CONTENT"):
        hint = "name your folder with --content, or make one: handout content copy FOLDER"
        raise RequestError(Fault(message="no content of your own is named", hint=hint))
    return content_folder(content)


def _plan(folder: Path, base: str | None, new: str | None) -> MergePlan:
    """Read the three versions and compare them."""
    from handouts.authoring.made_from import (
        base_of,
        content_named,
        read_content,
        shipped_content,
    )
    from handouts.authoring.merge import plan_merge
    from handouts.content.load import resource

    own = read_content(folder, folder.name)
    with ExitStack() as open_now:

        def named(word: str) -> KnownContent:
            return open_now.enter_context(content_named(word, folder))

        known = named(base) if base else base_of(folder)
        newer = named(new) if new else shipped_content(resource("content"))
        return plan_merge(known, own, newer)


def _summed(plan: MergePlan) -> str:
    from handouts.authoring.three_way import Who

    number = {who: sum(one.who is who for one in plan.changes) for who in Who}
    return (
        f"{number[Who.NEW]} changes taken from {plan.new.name}, {number[Who.OWN]} of yours kept, "
        f"{number[Who.BOTH]} to decide"
    )
