"""Define the group `handout`, its exit codes and shell completion: `main`.

Every way in which a run can end becomes one exit code and one sentence on stderr. A bug shows
its place but not its own message, which may hold a name.
"""

from __future__ import annotations

import errno
import gc
import os
import re
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import click

from handouts.cli import run_log
from handouts.cli.examples import GroupWithExamples
from handouts.errors import Fault, HandoutsError, RequestError, shorten
from handouts.fastpath.signals import stopping_cleanly
from handouts.system.terminal import note, note_unshown, show_what_fits

if TYPE_CHECKING:
    from collections.abc import Callable


USAGE, BUG, STOPPED = 2, 70, 130
_DEBUG = "HANDOUTS_DEBUG"
_MOST_FAULTS = 500
_LONG_WORD = re.compile(r"\S{321,}")
_SHOWN, _SHOWN_END = 200, 20
"""What is shown of a longer word: its beginning, and the end with the mark that closes it."""
_SCARCE = frozenset({errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""What the system says that has no more of something."""
_NAMES = frozenset({errno.ENAMETOOLONG, errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.EIO})
"""What the system says of a name that is no file or folder, or of a disk that cannot be read."""
_UNREAD = frozenset({errno.EIO, errno.EACCES, errno.EPERM})
"""Those of them that say nothing against the name."""


class ExitingGroup(GroupWithExamples):
    """The command `handout`, under that name however it is started; it ends with our exit codes."""

    def main(self, *args: object, **extra: object) -> object:  # type: ignore[override] # passed on
        """Run, report what went wrong on stderr, and exit."""
        extra |= {
            "prog_name": "handout",
            "complete_var": "_HANDOUT_COMPLETE",
            "standalone_mode": False,
        }
        run: Callable[..., object] = super().main
        code = _end(lambda: run(*args, **extra))
        run_log.close(code)
        gc.freeze()  # Python would look through all that was made before it lets the process end
        sys.exit(code)


def _end(run: Callable[[], object]) -> int:
    """Run, and turn every way in which that can end into an exit code."""
    show_what_fits()  # an old terminal must not stop a table
    try:
        with stopping_cleanly():
            code = run()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a person gets a sentence, not a traceback
        return report(error)
    finally:
        note_unshown()
    return code if isinstance(code, int) else 0


def report(error: Exception | KeyboardInterrupt) -> int:
    """Say on stderr what ended a run, and give its exit code."""
    if isinstance(error, HandoutsError):
        _report(*error.faults)
        return error.exit_code
    if isinstance(error, click.ClickException):
        return _report_usage(error)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        note("stopped")
        return STOPPED
    return _report_other(error)


def _report(*faults: Fault) -> None:
    for fault in faults[:_MOST_FAULTS]:
        note(f"error: {_LONG_WORD.sub(_cut, str(fault))}")
    if more := len(faults[_MOST_FAULTS:]):
        note(f"error: and {more} more; fix these first")


def _cut(found: re.Match[str]) -> str:
    """Cut a word that nobody would read to its end, such as a whole file given by mistake."""
    word = found.group()
    return f"{word[:_SHOWN]}…{word[-_SHOWN_END:]}"


def _report_usage(error: click.ClickException) -> int:
    """Say what Click found, in the shape of our errors."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "handout"
    hint = f"`{command} --help` shows the options, with examples"
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        from handouts.cli.nearest import near_option  # noqa: PLC0415 - only a wrong word needs it

        message, hint = error.message, near_option(error.option_name, context) or hint
    if isinstance(error, click.BadParameter):
        from handouts.cli.nearest import near_choice, number_wanted  # noqa: PLC0415 - the same

        message, hint = number_wanted(error) or message, near_choice(error) or hint
    message = " ".join(message.split()).rstrip(".")
    _report(Fault(message=message[:1].lower() + message[1:], hint=hint))
    return USAGE


def _report_other(error: Exception) -> int:
    """Report what the system refuses, or a bug, whose own words may hold a name and stay out."""
    if isinstance(error, OSError) and error.errno in _SCARCE:
        reason = (error.strerror or "it has no more").lower()
        hint = "close other programs, or use fewer --workers"
        _report(Fault(message=f"the system gives no more processes or files: {reason}", hint=hint))
        return USAGE
    if isinstance(error, OSError) and isinstance(error.filename, str | bytes):
        if denied := isinstance(error, PermissionError):
            hint = "ask whoever owns it, or name another folder"
        else:
            hint = "look at the name: is it the one that you meant?"
        if denied or error.errno in _NAMES:
            reason = (error.strerror or "it cannot be read").lower()
            shown = shorten(os.fsdecode(error.filename))
            _report(
                Fault(
                    message=f"cannot {'read' if denied else 'use'} `{shown}`: {reason}", hint=hint
                )
            )
            return HandoutsError.exit_code if error.errno in _UNREAD else USAGE
    if isinstance(error, OSError) and error.filename is None and error.errno is not None:
        _drop_stdout()
        reason = (error.strerror or "it cannot be written").lower()
        _report(Fault(message=f"cannot write to standard output: {reason}"))
        return USAGE
    import traceback  # noqa: PLC0415 - only a bug pays for this import

    if os.environ.get(_DEBUG) == "1":
        note("".join(traceback.format_exception(error)).rstrip())
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119 - pathlib is not loaded for --help
    note(f"error: this is a bug, please report it: {where} ({_DEBUG}=1 shows more)")
    return BUG


def _drop_stdout() -> None:
    """Point a broken standard output at nothing, or Python complains again when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


COMMANDS = {
    "make": ("make", "make"),
    "ask": ("ask", "ask"),
    "last": ("last", "last"),
    "batch": ("batch", "batch"),
    "watch": ("watch", "watch"),
    "list": ("explain", "list_"),
    "find": ("find", "find"),
    "explain": ("explain", "explain"),
    "record": ("record", "record"),
    "check": ("check", "check"),
    "content": ("content", "content"),
    "new": ("new", "new"),
    "figure": ("figure", "figure"),
    "schema": ("schema", "schema"),
    "diff": ("diff", "diff"),
    "library": ("library", "library"),
    "serve": ("serve", "serve"),
    "sign": ("sign", "sign"),
    "review": ("sign", "review"),
    "withdraw": ("sign", "withdraw"),
    "current": ("codes", "current"),
    "decode": ("codes", "decode"),
    "remake": ("codes", "remake"),
    "preset": ("preset", "preset"),
    "info": ("info", "info"),
    "cache": ("cache", "cache"),
    "manual": ("manual", "manual"),
    "completion": ("completion", "completion"),
}
"""Each command, in the order of the help: its module in `commands`, and its name there."""


def _say_version(context: click.Context) -> None:
    """Name the version, and whether it is a release."""
    from handouts.content.program_mark import standing_of, version_here  # noqa: PLC0415

    version = version_here()
    standing = standing_of(version)
    click.echo(f"handout {version} ({standing})" if standing else f"handout {version}")
    context.exit()


class Commands(ExitingGroup):
    """The commands, each imported only when it is asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Name them in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import a command; None for an unknown word."""
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name]
        command: click.Command = getattr(import_module(f"handouts.cli.commands.{module}"), function)
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; raises RequestError for an unknown word."""
        word = args[0]
        if word not in COMMANDS and not word.startswith("-"):
            from handouts.cli.nearest import near_command  # noqa: PLC0415 - only a wrong word needs it

            hint = near_command(word, COMMANDS)
            raise RequestError(Fault(message=f"unknown command `{word}`", hint=hint))
        return super().resolve_command(context, args)


@click.group(
    cls=Commands,
    name="handout",
    no_args_is_help=False,  # a command is missing: that is an error, with a hint
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=lambda context, _option, path: run_log.open_for(path, sys.argv[1:], context),
    help="Add a line on this run to FILE: when, which command and options, how it ended. "
    "No value of an option, no name and no other word that you typed is in it.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _option, asked: _say_version(context) if asked else None,
    help="Show the version and exit.",
)
def main() -> None:
    """Make tailored leaflets for patients, as tagged PDF.

    \b
    Examples:
      handout ask
      handout make {typed-region} {typed-flag} --age 71 --duration "6 months"
      handout last --again
      handout find {typed-flag}
      handout explain --region {region} --flag {flag}
      handout make -r {region} -f {flag} -f {other-flag} --screened
      handout batch tomorrow.csv -o tomorrow

    Regions and facts in the examples of all commands are those of the content that is used;
    `handout list regions`, `list flags` and `list exercises` name all.

    \b
    Exit codes:
      0    done
      1    `diff`, `current` or `content diff` found a change
      1    some rows of a worklist got no leaflet
      2    a word, a date or an output path that cannot be used
      3    content, template or font missing or broken
      4    a request that cannot be served, such as flags that contradict each other, words that are
           withdrawn, or with --require-signed words that nobody approved
      70   a bug in this program
      130  stopped with Ctrl-C

    HANDOUTS_CONTENT names a folder of content to use instead of the one that ships.
    HANDOUTS_SERVICE names the profile of the service that prints; if it is empty, there is
    none. Where it is
    not set, `handout info` says where service.yaml was looked for.
    HANDOUTS_CACHE names the folder where read content, compiled templates and leaflets without
    names are kept; if it is empty, nothing is kept, nor what `handout last` tells.
    HANDOUTS_DEBUG=1 shows the traceback of a bug; it may contain text that you typed.
    """  # noqa: D301 - \b is Click's mark for lines to keep
