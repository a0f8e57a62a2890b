"""Goes in: the words of a command line. Comes out: a leaflet or a table, and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from handouts import __version__
from handouts.errors import ContentError
from handouts.exits import ExitingGroup, note
from handouts.selectors import CONTENT, TAKES_WORDS, request_of, takes_words

if TYPE_CHECKING:
    from handouts.selectors import Words

SUFFIXES = {"pdf": "pdf", "html": "html", "text": "txt"}
REMINDER = "This content is not approved by a clinician. Do not give it to patients."


@click.group(
    cls=ExitingGroup,
    name="handout",
    no_args_is_help=False,  # a command is missing: that is an error, with a hint
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="handout", message="%(prog)s %(version)s")
def main() -> None:
    """Make patient leaflets about muscle spasm of the back and neck, as tagged PDF.

    \b
    Examples:
      handout list flags
      handout explain --region neck --flag gi-ulcer
      handout make --region neck --flag gi-ulcer --flag asthma --screened

    \b
    Exit codes:
      0    done
      2    a word, a date or an output path that cannot be used
      3    content, template or font missing or broken
      4    a request that cannot be served, such as flags that contradict each other
      70   a bug in this program
      130  stopped with Ctrl-C

    HANDOUTS_CONTENT names a folder of content to use instead of the one that ships.
    HANDOUTS_CACHE names the folder where read content and compiled templates are kept; empty keeps
    nothing.
    HANDOUTS_DEBUG=1 shows the traceback of a bug; it may hold words that you typed.
    """  # noqa: D301 - \b is Click's mark for lines to keep


@main.command(context_settings=TAKES_WORDS)
@takes_words
@click.option(
    "--format",
    "kind",
    type=click.Choice(tuple(SUFFIXES)),
    default="pdf",
    show_default=True,
    help="What to write.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE|-",
    help="Write this file, in place of an older one; - writes to standard output. "
    "[default: output/REGION-STATUS-DATE-NN.pdf, which never overwrites]",
)
def make(words: Words, *, kind: str, output: str | None) -> None:
    """Make one leaflet.

    The last line of standard output is the path that was written; notes go to standard error.

    \b
    Examples:
      handout make --region neck
      handout make --region lumbar --status chronic --flag diabetes --screened
      handout make --region neck --name "Ana Silva" --date 2026-11-22 -o leaflet.pdf
      handout make --region thoracic --place us --format html -o leaflet.html
      handout make --region neck -o - | lp
    """  # noqa: D301 - \b is Click's mark for lines to keep
    gc.disable()  # one leaflet, and the process ends: looking for garbage only costs time
    from handouts import pipeline
    from handouts.delivery import deliver, render

    workshop = pipeline.open_workshop(words.content)
    request = request_of(workshop.library, words)
    leaflet = pipeline.prepare(workshop, request)
    content, notes = render(workshop, request, leaflet, kind)
    path = deliver(content, request, SUFFIXES[kind], output)
    for line in [*notes, *([REMINDER] if leaflet.draft else [])]:
        note(line)
    if path is not None:
        click.echo(os.fsencode(path))  # as the disk spells it, whatever the terminal's encoding


@main.command("list")
@click.argument(
    "what",
    type=click.Choice(("regions", "statuses", "flags", "exercises", "blocks", "places", "sources")),
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@CONTENT
def list_(*, what: str, as_json: bool, content: str | None) -> None:
    """List flags, exercises, and so on.

    `list flags` gives the questions to ask.

    \b
    Examples:
      handout list flags
      handout list exercises --json
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.explanation import list_records, list_table
    from handouts.library import load_library

    library = load_library(content)
    if as_json:
        _echo_json(list_records(library, what))
    else:
        click.echo(list_table(library, what, _screen_width()))


@main.command(context_settings=TAKES_WORDS)
@takes_words
@click.option("--chosen", is_flag=True, help="Only the blocks that print.")
@click.option("--left-out", is_flag=True, help="Only the blocks that do not.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(words: Words, *, chosen: bool, left_out: bool, as_json: bool) -> None:
    """Say what a leaflet would hold, and why.

    Takes the selectors of `handout make`, and makes nothing. First comes the advice on every
    medicine and treatment with what decided it, then every block, section by section.

    \b
    Examples:
      handout explain --region neck --flag gi-ulcer
      handout explain --region lumbar --flag pregnancy --screened --left-out
      handout explain --region neck --json
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from handouts.explanation import explain_record, explain_text
    from handouts.library import load_library
    from handouts.selection import select_blocks

    library = load_library(words.content)
    selection = select_blocks(library, request_of(library, words))
    both = chosen == left_out
    show_in, show_out = chosen or both, left_out or both
    if as_json:
        _echo_json(explain_record(library, selection, chosen=show_in, left_out=show_out))
    else:
        width = _screen_width()
        click.echo(explain_text(library, selection, width, chosen=show_in, left_out=show_out))


@main.command()
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


@main.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print a script for your shell.

    It completes commands, options, regions, flags, places and exercises.

    \b
    Examples:
      handout completion bash > ~/.local/share/bash-completion/completions/handout
      handout completion zsh > ~/.zfunc/_handout
      handout completion fish > ~/.config/fish/completions/handout.fish
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(script(main, {}, "handout", "_HANDOUT_COMPLETE").source())


def _echo_json(record: object) -> None:
    """Print JSON in ASCII, so that every terminal and locale gets the same bytes."""
    import json

    click.echo(json.dumps(record, indent=2))


def _screen_width() -> int | None:
    """Wrap for a person's terminal; a pipe gets one line for each row."""
    import shutil

    person = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if person else None
