"""Define the commands that take the code of a leaflet: `current`, `decode`, `remake`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from handouts.cli.careful import CarefulCommand
from handouts.cli.deliver import deliver, format_of, takes_output
from handouts.cli.filing import takes_filing
from handouts.cli.options import CONTENT, FORMAT
from handouts.content.look import LOOK_FIELDS
from handouts.content.vocabulary import SUFFIXES
from handouts.system.terminal import REMINDER, echo_json, note, screen_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.cli.deliver import Destination
    from handouts.cli.filing import Filing
    from handouts.content.provenance import Provenance
    from handouts.governance.approval import Withdrawal
    from handouts.selection.code import Recipe


_MOST_BYTES = 20_000_000
"""Of a file of codes: some hundred thousand lines."""


@click.command(cls=CarefulCommand)
@click.argument("code", metavar="CODE|FILE.pdf")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@CONTENT
def decode(*, code: str, as_json: bool, content: str | None) -> None:
    """Say what the code at the foot of a leaflet means, typed or read from its PDF.

    A code tells anybody with this program about a patient's health: it is scrambled, not
    encrypted. It never holds the name or the note.

    \b
    Example:
      handout decode N2DK-RT8H-7TYF1
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.explain import request_record
    from handouts.audit.leaflet_code import one_code_of
    from handouts.pipeline import open_publisher
    from handouts.selection.code import read_recipe
    from handouts.system.terminal import table

    publisher = open_publisher(content)
    code = one_code_of(code, publisher.library.labels["code"])
    recipe = read_recipe(publisher.library, code)
    words = recipe.same_words(publisher.provenance)
    made = {
        "words": "those at hand" if words else "others than those at hand",
        "program": _program_of(recipe, publisher.provenance),
    }
    asked = recipe.request
    look = {field.name: getattr(asked.look, field.name) for field in LOOK_FIELDS if field.varies}
    record = {**request_record(asked), **look, "date_given": asked.date_given, **made}
    if as_json:
        echo_json(record)
        return
    rows = [[name.replace("_", " "), _shown(value)] for name, value in record.items()]
    rows += [["", publisher.library.flags[flag].label] for flag in recipe.request.flags
             if flag in publisher.library.flags]  # fmt: skip
    click.echo(table(("field", "value"), rows, screen_width()))
    old = asked.screened and not words
    click.echo(f"\nhandout make {_options(record | {'screened': False} if old else record)}")
    if old:
        click.echo(f"\n{ASK_ANEW}")
    if why := _NOT_NAMED.get(made["program"]):
        from handouts.content.releases import FIRST

        click.echo(f"\n{why.format(first=FIRST, code=code)}")


ASK_ANEW = (
    "The patient was asked about every fact of that day; facts may have been added since.\n"
    "Add --screened when you have asked about those of today (`handout list flags`)."
)
"""What is said of a leaflet of other words, where `--screened` was true of it."""
_OTHER, _UNKNOWN = "another version", "unknown"
_NOT_NAMED = {
    _OTHER: (
        "No release made this leaflet: its program is older than {first}, or lies between two "
        "releases.\nWhich one it was is said by this, where REPO is a git repository of the "
        "program:\n"
        "  handout remake {code} --from-git REPO"
    ),
    _UNKNOWN: (
        "Neither its words nor its program are known here: the words are a service's own or of "
        "another day,\nor the program is older than {first} or lies between two releases.\n"
        "To find both, where REPO is a git repository with the words of that day:\n"
        "  handout remake {code} --from-git REPO\n"
        "Whether what it says is still right:\n"
        "  handout current {code} --from-git REPO"
    ),
}
"""What to do about a program that has no number, by what its row says."""


def _program_of(recipe: Recipe, here: Provenance) -> str:
    """Say which program made a leaflet, as far as its marks tell."""
    from handouts.content.releases import release_of

    same = recipe.same_words(here)
    if same and recipe.same_program(here):
        return "this one"
    if release := release_of(recipe.words_mark, recipe.program_mark, here):
        return f"version {release.version}"
    return _OTHER if same else _UNKNOWN


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _options(record: Mapping[str, object]) -> str:
    """Word a request as it could be typed."""
    named = ("region", "status", "place", "paper", "date")
    words = [f"--{name} {record[name]}" for name in named]
    for option, name in (("flag", "flags"), ("exercise", "exercises"), ("dose", "doses")):
        values = record[name]
        words += [f"--{option} {value}" for value in values] if isinstance(values, list) else []
    fields = [field for field in LOOK_FIELDS if field.varies and field.name != "paper"]
    words += [f"--{field.name} {record[field.name]}" for field in fields if field.words]
    switches = ("screened", *(field.name for field in fields if not field.words))
    return " ".join([*words, *(f"--{name}" for name in switches if record[name])])


@click.command(cls=CarefulCommand)
@click.argument("codes", nargs=-1, metavar="CODE|FILE.pdf...|-")
@click.option(
    "--file",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read codes from here, the first word of each line.",
)
@click.option(
    "--from-git",
    "repository",
    type=click.Path(path_type=Path),
    metavar="REPO",
    help="Look for earlier words in this repository.  [default: where the content is]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@CONTENT
def current(
    *,
    codes: tuple[str, ...],
    source: Path | None,
    repository: Path | None,
    as_json: bool,
    content: str | None,
) -> int:
    """Say whether leaflets that were given out are still current.

    Each is current, changed (with the words that changed), withdrawn (with the reason), of an
    unknown version, or unreadable. Exits with 1 when any is not current.

    \b
    Examples:
      handout current N2DK-RT8H-7TYF1
      handout current leaflet.pdf
      handout current --file given-in-november.txt --from-git ~/our-content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.audit.leaflet_code import codes_of
    from handouts.audit.recall import LeafletStatus, Recall
    from handouts.audit.remake import repository_of
    from handouts.content.load import content_folder, load_library

    label = load_library(content_folder(content)).labels["code"]
    asked = [code for one in codes if one != "-" for code in codes_of(one, label)]
    if source is not None:
        asked += _first_words(_list_of_codes(source))
    if "-" in codes:
        asked += _first_words(sys.stdin.read())
    if not asked:
        raise click.UsageError("name a code, a --file of codes, or - for standard input")
    recall = Recall(content, repository or repository_of(content_folder(content)))
    answers = [recall.answer(code) for code in asked]
    if as_json:
        echo_json(
            [{"code": a.code, "state": str(a.state), "reasons": list(a.reasons)} for a in answers]
        )
    else:
        for answer in answers:
            click.echo(f"{answer.code}  {answer.state}")
            for reason in answer.reasons:
                click.echo(f"  {reason}")
    return int(any(answer.state is not LeafletStatus.CURRENT for answer in answers))


def _list_of_codes(source: Path) -> str:
    """Read a file of codes; raises RequestError, also for what has no end, such as a device."""
    from handouts.errors import Fault, RequestError, shorten

    with source.open("rb") as file:  # a pipe will do as well
        raw = file.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES or b"\0" in raw:
        message = f"`{shorten(str(source))}` is no list of codes"
        hint = "write one code to a line, in a text file"
        raise RequestError(Fault(message=message, hint=hint))
    return raw.decode("utf-8-sig", errors="replace")


def _first_words(text: str) -> list[str]:
    """Take the first word of each line; what a terminal would obey and not show is replaced."""
    from handouts.selection.code import bare_code

    words = [bare_code(line).split()[0] for line in text.splitlines() if bare_code(line)]
    return ["".join(one if one.isprintable() else "?" for one in word) for word in words]


@click.command(cls=CarefulCommand)
@click.argument("code", metavar="CODE|FILE.pdf")
@click.option(
    "--from-git",
    "repositories",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="REPO",
    help="Look for the words, and for the program, in the history of this repository; may be given "
    "again, as where your content and the program each have one.  "
    "[default: where the content is]",
)
@FORMAT
@click.option(
    "--for-the-record",
    is_flag=True,
    help="Allow withdrawn words: for the file, not for the patient.",
)
@takes_output
@takes_filing
@CONTENT
def remake(
    *,
    code: str,
    repositories: tuple[Path, ...],
    kind: str,
    for_the_record: bool,
    destination: Destination,
    filing: Filing,
    content: str | None,
) -> None:
    """Make a leaflet again from the code at its foot.

    The same bytes as on the day, except the name and the note: a code holds neither, so both are
    left blank. With other words or another program, it says what differs and which version is
    needed, and makes nothing.

    \b
    Examples:
      handout remake N2DK-RT8H-7TYF1
      handout remake N2DK-RT8H-7TYF1 --from-git ~/our-content -o again.pdf
      handout remake N2DK-RT8H-7TYF1 --document-reference new.json --replaces old.json
    """  # noqa: D301 - \b is Click's mark for lines to keep
    kind = format_of(destination, kind)
    filing.check(kind, encrypt=False)
    if for_the_record and filing.given:
        raise click.UsageError("--communication says that it is given: not --for-the-record")
    from handouts import pipeline
    from handouts.audit.leaflet_code import one_code_of
    from handouts.audit.recall import snapshot_of, withdrawals_of, withdrawn_in
    from handouts.audit.remake import publisher_for, repository_of
    from handouts.content.load import content_folder, load_library
    from handouts.governance.approval import refuse_withdrawn
    from handouts.governance.load import load_profile
    from handouts.pipeline import render

    usual = repository_of(content_folder(content)) if not repositories else None
    repositories = (usual,) if usual else repositories
    today = load_library(content_folder(content))
    destination = destination.of(load_profile(today, content))  # not where leaflets went that day
    label = today.labels["code"]
    with publisher_for(one_code_of(code, label), content, repositories) as (publisher, recipe):
        said = snapshot_of(publisher).units_of(recipe.request)
        withdrawn = withdrawn_in(said, withdrawals_of(content), recipe.request.date)
        if not for_the_record:
            refuse_withdrawn(withdrawn, withdrawn)
        leaflet = pipeline.prepare(structs.replace(publisher, withdrawn={}), recipe.request)
        made, notes = render(publisher, recipe.request, leaflet, kind)
        whose = publisher.profile.name, ""
    filing.write_leaflet(leaflet, recipe.request, made, whose, force=destination.force)
    path = deliver(made, recipe.request, SUFFIXES[kind], destination)
    for line in [
        *notes,
        *([REMINDER] if leaflet.draft else []),
        "The name and the note are not in the code: both are left blank.",
        *filing.lacks(),
        *map(_not_to_give, withdrawn.values()),
    ]:
        note(line)
    if path is not None:
        click.echo(os.fsencode(path))


def _not_to_give(one: Withdrawal) -> str:
    return f"Do not give this to patients: `{one.unit}` was withdrawn on {one.on}: {one.why}"
