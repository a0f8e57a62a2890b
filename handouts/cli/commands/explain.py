"""Define `handout explain` and `handout list`: `explain`, `list_`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from handouts.cli.careful import CarefulCommand, refuse_beside
from handouts.cli.deliver import deliver, format_of, takes_output
from handouts.cli.options import CONTENT, QUIET, takes_request
from handouts.cli.record_input import takes_record
from handouts.errors import Fault, RequestError, shorten
from handouts.system.terminal import echo_json, note, screen_width

if TYPE_CHECKING:
    from handouts.audit.explain import Account
    from handouts.cli.deliver import Destination
    from handouts.cli.record_input import RecordChoice
    from handouts.content.library import Library
    from handouts.content.profile import Profile
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import Request


@click.command(cls=CarefulCommand)
@takes_request
@click.option("--chosen", is_flag=True, help="Only blocks that are printed.")
@click.option("--left-out", is_flag=True, help="Only blocks that are not printed.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(("table", "json", "pdf")),
    default="table",
    show_default=True,
    help="pdf is one page for the clinician's record, not for the patient.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@takes_output
@takes_record
@QUIET
def explain(
    options: RequestOptions,
    *,
    kind: str,
    destination: Destination,
    chosen: bool,
    left_out: bool,
    as_json: bool,
    record: RecordChoice,
    quiet: bool,
) -> None:
    """Say what a leaflet would hold, and why.

    Takes the selectors of `handout make`, but makes no leaflet. First comes the advice on every
    medicine and treatment with what decided it, then every block, section by section, with its
    sign-off and sources; last a line to copy into the notes. It never contains a name.

    \b
    Examples:
      handout explain --region {region} --flag {flag}
      handout explain --region {other-region} --flag {other-flag} --screened --left-out
      handout explain --region {region} --json
      handout explain --region {region} --flag {flag} --screened --format pdf -o record.pdf
      handout explain --region {region} --fhir patient.json --accept-proposals {flag}
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.explain import account_of

    _one_format(kind, as_json=as_json)
    source = click.get_current_context().get_parameter_source("kind")
    output = destination.output or ""
    if output.lower().endswith(".pdf") and source is ParameterSource.DEFAULT:
        kind = "pdf"
    if destination.output is not None and kind != "pdf":
        raise click.UsageError("-o is for --format pdf; other formats go to standard output")
    record.check(options)
    from handouts.selection.request import request_of
    from handouts.selection.said_back import questions

    heard: list[str] = []

    def asked(library: Library, profile: Profile) -> Request:
        return request_of(
            library, profile, record.settled(library, profile, options)[0], heard.append
        )

    account = account_of(options.content, asked)
    for line in (*(() if quiet else heard), *questions(account.library, account.selection.request)):
        note(line)
    if kind == "pdf":
        format_of(destination, kind)
        _write_sheet(account, destination)
        return
    from handouts.audit.explain import explain_record, explain_text

    both = chosen == left_out
    show_in, show_out = chosen or both, left_out or both
    if as_json or kind == "json":
        echo_json(explain_record(account, chosen=show_in, left_out=show_out))
    else:
        click.echo(explain_text(account, screen_width(), chosen=show_in, left_out=show_out))


def _write_sheet(account: Account, destination: Destination) -> None:
    """Write the clinician's sheet where it was asked for."""
    from handouts.audit.record_sheet import sheet_of, typeset_sheet
    from handouts.render.pdf.typeface import typeface

    pdf = typeset_sheet(sheet_of(account), typeface())
    path = deliver(pdf.content, account.selection.request, "pdf", destination, "record-")
    note("not for the patient")
    if path is not None:
        click.echo(path)


@click.command("list", cls=CarefulCommand)
@click.argument(
    "what",
    type=click.Choice(("regions", "statuses", "flags", "exercises", "blocks", "places", "sources")),
)
@click.argument("words", nargs=-1, metavar="[WORD…]")
@click.option(
    "--format",
    "kind",
    type=click.Choice(("table", "json", "fhir")),
    default="table",
    show_default=True,
    help="fhir is a Questionnaire of FHIR R4 with the question of each flag.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@CONTENT
def list_(
    *, what: str, words: tuple[str, ...], kind: str, as_json: bool, content: str | None
) -> None:
    """List flags, exercises, and so on.

    `list flags` gives the questions to ask, by body system; with words, only flags that have to do
    with them. With --json also the codes of each flag (SNOMED CT, ICD-10, ATC), and whether anybody
    has verified them in an official browser.

    \b
    Examples:
      handout list flags
      handout list flags {other-typed-flag}
      handout list exercises --json
      handout list flags --format fhir
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.explain import list_records, list_table
    from handouts.content.load import load_library

    library = load_library(content)
    _one_format(kind, as_json=as_json)
    if kind == "fhir":
        if what != "flags" or words:
            raise click.UsageError("--format fhir is for `handout list flags` and nothing else")
        from handouts.record.questionnaire import questionnaire_of

        echo_json(questionnaire_of(library))
        return
    as_json = as_json or kind == "json"
    if words and what != "flags":
        raise click.UsageError(f"words are looked up in flags only: handout find {' '.join(words)}")
    if as_json and not words:
        echo_json(list_records(library, what))
    elif what == "flags":
        _list_flags(library, words, as_json=as_json)
    else:
        click.echo(list_table(library, what, screen_width()))


def _one_format(kind: str, *, as_json: bool) -> None:
    """Refuse --json beside another --format."""
    if as_json and kind != "json":
        refuse_beside("--json", "kind")


def _list_flags(library: Library, words: tuple[str, ...], *, as_json: bool) -> None:
    from handouts.audit.explain import list_records
    from handouts.selection.finder import finder_of
    from handouts.selection.search import flag_table, said_of, search
    from handouts.selection.understanding import look_alikes

    found = {hit.entry.id for hit in search(library, words, "flags")} if words else library.flags
    said = said_of(library, " ".join(words)) if words else ""
    if not found and not said:
        message = f"no flag has to do with `{shorten(' '.join(words))}`"
        near = look_alikes(finder_of(library), " ".join(words), "flags")
        raise RequestError(Fault(message=message, hint=near or "`handout list flags` shows all"))
    if as_json:
        echo_json([one for one in list_records(library, "flags") if one["id"] in found])
        return
    flags = (flag for flag in library.flags.values() if flag.id in found)
    click.echo("\n\n".join(filter(None, (said, flag_table(library, flags, screen_width())))))
