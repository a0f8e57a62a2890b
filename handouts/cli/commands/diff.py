"""Define `handout diff`: which leaflets a change of content changes: `diff`."""

from __future__ import annotations

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.cli.written_place import written_place
from handouts.system.terminal import screen_width

CHANGED = 1
"""The exit code where a leaflet or a rule of safety changed, so that a build can stop."""


@click.command(cls=CarefulCommand)
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@click.option(
    "--format",
    "kind",
    type=click.Choice(("text", "html")),
    default="text",
    show_default=True,
    help="How to write the report.",
)
@click.option(
    "--pages/--no-pages",
    default=True,
    help="Compare the number of sides of leaflets with no flag or one flag.  [default: yes]",
)
@click.option(
    "-o", "--output", metavar="FILE", callback=written_place, help="Write the report here."
)
@CONTENT
def diff(
    old: str, new: str | None, kind: str, output: str | None, content: str | None, *, pages: bool
) -> None:
    """Say which leaflets a change of content changes.

    OLD and NEW are folders, or git revisions of the content; without NEW it is the content folder
    as it is now. Says what changed, word by word; exactly which requests see a different leaflet,
    of all there are; and which leaflets gain or lose sides. Rules of safety that were changed,
    added or taken away come first, old beside new, with the requests that they guarded. Templates
    beside the content are compared too.

    \b
    Exit codes:
      0  no leaflet and no rule of safety changed
      1  leaflets or rules changed
      2  no such folder or revision
      3  the content of a side is broken

    \b
    Examples:
      handout diff
      handout diff main
      handout diff v1.2 v1.3 --format html -o changes.html
      handout diff ~/content-last-year ~/content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.diff.report import report_html, report_on, report_text
    from handouts.audit.diff.versions import open_version
    from handouts.content.load import content_folder, resource
    from handouts.errors import Fault, RequestError
    from handouts.leaflet.compose import load_templates
    from handouts.system.files import write_file

    if "" in (old, new):
        hint = "leave it out, or name a folder or a revision, such as HEAD"
        raise RequestError(Fault(message="the name of a version is empty", hint=hint))
    folder = content_folder(content)
    with (
        open_version("OLD", old, folder, older=True) as before,
        open_version("NEW", new, folder) as after,
    ):
        report = report_on(before, after, pages=pages)
    if kind == "html":
        text = report_html(report, load_templates(resource("templates")))
    else:
        text = report_text(report, None if output else screen_width()) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        click.echo(write_file(output, text.encode()))
    click.get_current_context().exit(CHANGED if report.changed or report.rules else 0)
