"""Goes in: the words of a command line. Comes out: what the command makes, and an exit code."""

from __future__ import annotations

from importlib import import_module

import click

from handouts import __version__
from handouts.errors import Fault, RequestError, did_you_mean
from handouts.exits import ExitingGroup

COMMANDS = {
    "make": "make",
    "batch": "batch",
    "list": "list_",
    "explain": "explain",
    "check": "check",
    "diff": "diff",
    "library": "library",
    "sign": "sign",
    "review": "review",
    "withdraw": "withdraw",
    "current": "current",
    "decode": "decode",
    "remake": "remake",
    "preset": "preset",
    "completion": "completion",
}
"""Each command, in the order of the help, and its name in the module of the same name."""


class Commands(ExitingGroup):
    """The commands, each imported only when it is asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Name them in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import a command; None for an unknown word."""
        if name not in COMMANDS:
            return None
        module = import_module(f"handouts.commands.{name}")
        command: click.Command = getattr(module, COMMANDS[name])
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; raises RequestError for an unknown word."""
        word = args[0]
        if word not in COMMANDS and not word.startswith("-"):
            hint = did_you_mean(word, COMMANDS)
            raise RequestError(Fault(message=f"unknown command `{word}`", hint=hint))
        return super().resolve_command(context, args)


@click.group(
    cls=Commands,
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
      handout batch tomorrow.csv -o tomorrow

    \b
    Exit codes:
      0    done
      1    `diff` or `current` found a change
      1    some rows of a worklist got no leaflet
      2    a word, a date or an output path that cannot be used
      3    content, template or font missing or broken
      4    a request that cannot be served, such as flags that contradict each other, words that are
           withdrawn, or with --require-signed words that nobody approved
      70   a bug in this program
      130  stopped with Ctrl-C

    HANDOUTS_CONTENT names a folder of content to use instead of the one that ships.
    HANDOUTS_SERVICE names the profile of the service that prints; empty, it means none.
    HANDOUTS_CACHE names the folder where read content, compiled templates and leaflets without
    names are kept; empty keeps nothing.
    HANDOUTS_DEBUG=1 shows the traceback of a bug; it may hold words that you typed.
    """  # noqa: D301 - \b is Click's mark for lines to keep
