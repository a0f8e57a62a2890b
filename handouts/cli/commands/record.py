"""Define `handout record`: what the record of a patient proposes: `record`."""

from __future__ import annotations

import click

from handouts.cli.careful import CarefulCommand
from handouts.cli.options import CONTENT
from handouts.system.terminal import echo_json


@click.command(cls=CarefulCommand)
@click.argument("file", metavar="FILE|-")
@click.option(
    "--format",
    "kind",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Output format.",
)
@click.option(
    "--date", "day", metavar="YYYY-MM-DD", help="Read the record as on this day.  [default: today]"
)
@CONTENT
def record(*, file: str, kind: str, day: str | None, content: str | None) -> None:
    """Say what a patient's record proposes for a leaflet.

    FILE is a Bundle or a resource of FHIR R4, as JSON. Each flag, region and status that the record
    proposes or asks about comes with the entry and the rule because of which it does; then what was
    not understood, by name. Nothing is decided, and nothing is kept: give what the patient confirms
    to `handout make --fhir FILE --accept-proposals`.

    \b
    Examples:
      handout record patient.json
      handout record - --format json < patient.json
      handout make {region} --fhir patient.json --accept-proposals {flag}
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.cli.record_input import read_from
    from handouts.content.load import load_library
    from handouts.record.report import report_record, report_text

    library = load_library(content)
    reading = read_from(library, content, file, day)
    if kind == "json":
        echo_json(report_record(reading))
    else:
        click.echo(report_text(library, reading))
