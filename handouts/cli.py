"""Goes in: the words of a command line. Comes out: a leaflet or a table, and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from handouts import __version__
from handouts.errors import Fault, HandoutsError, OutputError, RequestError, SelectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from handouts.leaflet import Leaflet
    from handouts.model import Library, Request
    from handouts.pipeline import Workshop

LANGUAGES = ("en",)
SUFFIXES = {"pdf": "pdf", "html": "html", "text": "txt"}
OUTPUT = "output"
"""The folder, below the current one, for leaflets that nobody named a file for."""
USAGE, BUG, STOPPED = 2, 70, 130
REMINDER = "This content is not approved by a clinician. Do not give it to patients."
_DEBUG = "HANDOUTS_DEBUG"
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


# ------------------------------------------------------------------ how a run ends
class _Handout(click.Group):
    """The command `handout`, under that name however it is started; it ends with our exit codes."""

    def main(self, *args: object, **extra: object) -> object:  # type: ignore[override] # passed on
        """Run, report what went wrong on stderr, and exit."""
        extra |= {
            "prog_name": "handout",
            "complete_var": "_HANDOUT_COMPLETE",
            "standalone_mode": False,
        }
        run: Callable[..., object] = super().main
        sys.exit(_end(lambda: run(*args, **extra)))


def _end(run: Callable[[], object]) -> int:
    """Run, and turn every way in which that can end into an exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # an old terminal must not stop a table
    try:
        with _stopping_cleanly():
            code = run()
    except HandoutsError as error:
        _report(*error.faults)
        return error.exit_code
    except click.ClickException as error:
        return _report_usage(error)
    except (click.Abort, KeyboardInterrupt):
        _note("stopped")
        return STOPPED
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence, not a traceback
        return _report_other(error)
    return code if isinstance(code, int) else 0


def _report(*faults: Fault) -> None:
    for fault in faults:
        _note(f"error: {fault}")


def _report_usage(error: click.ClickException) -> int:
    """Say what Click found, in the shape of our errors."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "handout"
    hint = f"`{command} --help` shows what it takes, with examples"
    message = error.format_message()
    if isinstance(error, click.NoSuchOption) and error.possibilities:
        message, hint = error.message, f"did you mean `{min(error.possibilities)}`?"
    message = message.rstrip(".")
    _report(Fault(message=message[:1].lower() + message[1:], hint=hint))
    return USAGE


def _report_other(error: Exception) -> int:
    """Report a full standard output, or a bug, whose own words may hold a name and stay out."""
    if isinstance(error, OSError) and error.filename is None and error.errno is not None:
        _drop_stdout()
        reason = (error.strerror or "it cannot be written").lower()
        _report(Fault(message=f"cannot write to standard output: {reason}"))
        return USAGE
    import traceback

    if os.environ.get(_DEBUG) == "1":
        _note("".join(traceback.format_exception(error)).rstrip())
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119
    _note(f"error: this is a bug, please report it: {where} ({_DEBUG}=1 shows more)")
    return BUG


def _drop_stdout() -> None:
    """Point a broken standard output at nothing, or Python complains again when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _stopping_cleanly() -> Iterator[None]:
    """Let Ctrl-C, `kill` and a closed terminal unwind the program, so that it tidies up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A signal that the caller had ignored (nohup, a job in the background) stays ignored.
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    before = {one: old for one, old in before.items() if old not in (signal.SIG_IGN, None)}

    def stop(number: int, _frame: FrameType | None) -> None:
        for one in before:  # a second Ctrl-C must not cut the tidying short
            signal.signal(one, signal.SIG_IGN)
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)

    for one in before:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one, old in before.items():
            signal.signal(one, old)


def _note(text: str) -> None:
    """Write to stderr, where nothing can stop the run."""
    with suppress(OSError):
        click.echo(text, err=True)


# ------------------------------------------------------------------ what a command line may say
@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The selectors as typed, the same for every command that takes a request."""

    region: str
    status: str
    flags: tuple[str, ...]
    screened: bool
    place: str | None
    paper: str | None
    day: str | None
    name: str
    exercises: tuple[str, ...]
    language: str
    content: str | None


def _complete(pick: Callable[[Library], dict[str, str]]) -> Callable[..., list[CompletionItem]]:
    """Complete an option from the library, read only when a shell asks."""

    def complete(
        context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from handouts.library import load_library

        try:
            known = pick(load_library(context.params.get("content")))
        except HandoutsError:
            return []
        return [
            CompletionItem(word, help=label)
            for word, label in known.items()
            if word.startswith(incomplete)
        ]

    return complete


def _released_exercises(library: Library) -> dict[str, str]:
    from handouts.explanation import list_records

    records = list_records(library, "exercises")
    return {str(one["id"]): str(one["name"]) for one in records if not one["held_back"]}


def _papers(_library: Library) -> dict[str, str]:
    from handouts.request import PAPERS

    return dict.fromkeys(PAPERS, "")


def _typed(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Read a name as UTF-8 where the locale could not, and Python kept its bytes as surrogates."""
    try:
        return os.fsencode(value).decode()
    except UnicodeError:
        return value


def _not_empty(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    """Refuse an empty folder name: an unset variable must not mean the content that ships."""
    if value == "":
        raise click.BadParameter("name a folder")
    return value


_CONTENT = click.option(
    "--content",
    metavar="DIR",
    callback=_not_empty,
    is_eager=True,  # completion of the other options reads it
    help="Use this folder of content.  [default: HANDOUTS_CONTENT, or what ships]",
)
_SELECTORS = (
    click.option(
        "--region",
        required=True,
        metavar="REGION",
        shell_complete=_complete(lambda library: {t.id: t.label for t in library.regions.values()}),
        help="Where it hurts; `handout list regions` names them.",
    ),
    click.option(
        "--status",
        default="acute",
        show_default=True,
        metavar="STATUS",
        shell_complete=_complete(
            lambda library: {t.id: t.label for t in library.statuses.values()}
        ),
        help="acute or chronic.",
    ),
    click.option(
        "--flag",
        "flags",
        multiple=True,
        metavar="ID",
        shell_complete=_complete(lambda library: {f.id: f.label for f in library.flags.values()}),
        help="A fact about this patient, from `handout list flags`. Repeat it for more.",
    ),
    click.option(
        "--screened",
        is_flag=True,
        help="You asked about every flag; those not given are a no.",
    ),
    click.option(
        "--place",
        metavar="ID",
        shell_complete=_complete(lambda library: {p.id: p.label for p in library.places.values()}),
        help="Whom to call, and the names of things.  [default: the first in `list places`]",
    ),
    click.option(
        "--paper",
        metavar="a4|letter",
        shell_complete=_complete(_papers),
        help="Paper size.  [default: as usual at the place]",
    ),
    click.option(
        "--date",
        "day",
        metavar="YYYY-MM-DD",
        help="The date on the leaflet.  [default: today, and the line to date it stays blank]",
    ),
    click.option(
        "--name",
        default="",
        metavar="TEXT",
        callback=_typed,
        help="The patient's name. It goes on the page and nowhere else.",
    ),
    click.option(
        "--exercise",
        "exercises",
        multiple=True,
        metavar="ID",
        shell_complete=_complete(_released_exercises),
        help="Print this exercise in place of the usual ones. Repeat it for more, at most 8.",
    ),
    click.option(
        "--language", default="en", show_default=True, metavar="en", help="Only en so far."
    ),
    _CONTENT,
)
_TAKES_WORDS = {"allow_extra_args": True}


def _selectors(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the selectors, gathered as `_Words`."""

    @wraps(command)
    def gathered(**options: object) -> None:
        if click.get_current_context().args:
            # Click would print the words, and they may be the rest of a name without quotes.
            raise click.UsageError('too many words; put a name in quotes: --name "…"')
        words = {one.name: options.pop(one.name) for one in fields(_Words)}
        command(_Words(**words), **options)  # type: ignore[arg-type] # Click gives what the options say

    wrapped: Callable[..., None] = gathered
    for option in reversed(_SELECTORS):
        wrapped = option(wrapped)
    return wrapped


def _request(library: Library, words: _Words) -> Request:
    """Check the words against the library; raises RequestError with all that are wrong."""
    from datetime import date

    from handouts.request import parse_request

    faults = []
    if words.language not in LANGUAGES:
        hint = f"only {', '.join(LANGUAGES)} so far"
        faults.append(Fault(message=f"unknown language `{words.language}`", hint=hint))
    try:
        request = parse_request(
            library,
            region=words.region,
            status=words.status,
            flags=words.flags,
            screened=words.screened,
            place=words.place if words.place is not None else next(iter(library.places)),
            paper=words.paper,
            day=words.day,
            today=date.today(),  # noqa: DTZ011 - the date on the clinician's own calendar
            exercises=words.exercises,
            name=words.name,
        )
    except RequestError as error:
        raise RequestError(*error.faults, *faults) from error
    if faults:
        raise RequestError(*faults)
    return request


# ------------------------------------------------------------------ commands
@click.group(
    cls=_Handout,
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
    HANDOUTS_DEBUG=1 shows the traceback of a bug; it may hold words that you typed.
    """  # noqa: D301 - \b is Click's mark for lines to keep


@main.command(context_settings=_TAKES_WORDS)
@_selectors
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
def make(words: _Words, kind: str, output: str | None) -> None:
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
    from handouts import pipeline

    workshop = pipeline.open_workshop(words.content)
    request = _request(workshop.library, words)
    leaflet = pipeline.compose(workshop, pipeline.select(workshop, request))
    content, notes = _render(workshop, request, leaflet, kind)
    path = _deliver(content, request, kind, output)
    for note in [*notes, *([REMINDER] if leaflet.draft else [])]:
        _note(note)
    if path is not None:
        click.echo(os.fsencode(path))  # as the disk spells it, whatever the terminal's encoding


def _render(
    workshop: Workshop, request: Request, leaflet: Leaflet, kind: str
) -> tuple[bytes, list[str]]:
    """Make the bytes, and what to say about them."""
    if kind == "html":
        from handouts.html import render_html

        return render_html(leaflet, workshop.library.figures).encode(), []
    if kind == "text":
        from handouts.plaintext import render_text

        return render_text(leaflet).encode(), []
    from handouts.pipeline import typeset

    _check_name(request.name)
    pdf = typeset(workshop, leaflet)
    return pdf.content, ["1 side" if pdf.pages == 1 else f"{pdf.pages} sides"]


def _check_name(name: str) -> None:
    """Refuse a name that cannot be set before typesetting does, whose message shows a character."""
    from handouts.errors import TypesettingError
    from handouts.library import resource
    from handouts.shaping import load_faces

    faces = load_faces(resource("fonts"))
    try:
        for word in name.split():
            for face in faces.values():
                face.shape(word)
    except TypesettingError:
        hint = "write it in Latin letters, or leave it out and write it by hand"
        raise SelectionError(
            Fault(message="the name has a character that the typeface lacks", hint=hint)
        ) from None


def _deliver(content: bytes, request: Request, kind: str, output: str | None) -> Path | None:
    """Write where the caller asked, and give the path; no name of ours tells of the patient."""
    from pathlib import Path

    from handouts.output import write_all, write_file, write_numbered

    if output == "-":
        if sys.stdout is None:
            raise OutputError(
                Fault(message="standard output is closed", hint="name a file with -o")
            )
        write_all(sys.stdout.buffer.write, content)
        sys.stdout.flush()
        return None
    if output is not None:
        return write_file(output, content)
    stem = f"{request.region}-{request.status}-{request.date.isoformat()}"
    return write_numbered(Path(OUTPUT), stem, SUFFIXES[kind], content)


@main.command("list")
@click.argument(
    "what",
    type=click.Choice(("regions", "statuses", "flags", "exercises", "blocks", "places", "sources")),
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_CONTENT
def list_(what: str, as_json: bool, content: str | None) -> None:
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


@main.command(context_settings=_TAKES_WORDS)
@_selectors
@click.option("--chosen", is_flag=True, help="Only the blocks that print.")
@click.option("--left-out", is_flag=True, help="Only the blocks that do not.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(words: _Words, chosen: bool, left_out: bool, as_json: bool) -> None:
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
    selection = select_blocks(library, _request(library, words))
    both = chosen == left_out
    show_in, show_out = chosen or both, left_out or both
    if as_json:
        _echo_json(explain_record(library, selection, chosen=show_in, left_out=show_out))
    else:
        width = _screen_width()
        click.echo(explain_text(library, selection, width, chosen=show_in, left_out=show_out))


@main.command()
@_CONTENT
def check(content: str | None) -> None:
    """Report every fault of the content.

    Reads all content and templates; a fault has its file, its line and a hint.

    \b
    Examples:
      handout check
      handout check --content ~/our-content
    """  # noqa: D301 - \b is Click's mark for lines to keep
    from datetime import date

    from handouts import pipeline
    from handouts.request import parse_request

    workshop = pipeline.open_workshop(content)
    library = workshop.library
    place, today = next(iter(library.places)), date.today()  # noqa: DTZ011 - any day will do
    for region in library.regions:
        for status in library.statuses:
            request = parse_request(library, region=region, status=status, place=place, today=today)
            pipeline.compose(workshop, pipeline.select(workshop, request))
    click.echo(
        f"content is sound: {len(library.blocks)} blocks, {len(library.flags)} flags, "
        f"{len(library.places)} places, {len(library.sources)} sources; "
        f"version {library.version[:8]}"
    )


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
