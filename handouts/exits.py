"""Goes in: a command to run. Comes out: an exit code, and on stderr what went wrong."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from handouts.errors import Fault, HandoutsError
from handouts.fastpath.signals import stopping_cleanly
from handouts.system.terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable

USAGE, BUG, STOPPED = 2, 70, 130
_DEBUG = "HANDOUTS_DEBUG"
_MOST_FAULTS = 500


class ExitingGroup(click.Group):
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
        gc.freeze()  # Python would look through all that was made before it lets the process end
        sys.exit(code)


def _end(run: Callable[[], object]) -> int:
    """Run, and turn every way in which that can end into an exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # an old terminal must not stop a table
    try:
        with stopping_cleanly():
            code = run()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a person gets a sentence, not a traceback
        return report(error)
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
        note(f"error: {fault}")
    if more := len(faults[_MOST_FAULTS:]):
        note(f"error: and {more} more; mend these first")


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
