"""Send a PDF to a printer through CUPS (`lp`): `print_pdf`.

The PDF goes in by standard input under a fixed title, so that the job list shows nothing of the
patient. Pages are never scaled. A printer that is stopped or offline is told at once, and nothing
is sent to it: a leaflet would come out some day, with nobody there.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, OutputError, shorten
from handouts.system.differences import no_printing
from handouts.system.terminal import note

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path


TITLE = "Leaflet"
"""The title of every job: lists of jobs are public, so it names no patient."""
_MEDIA = {"a4": "A4", "letter": "Letter", "a5": "A5", "half-letter": "Statement"}
_SECONDS = 12
"""For a job to be taken, besides the time for its bytes; it is printed later."""
_BYTES_A_SECOND = 1 << 20
"""At least; a file of hundreds of leaflets takes its time."""
_QUIET = 3
"""Seconds until a person is told that the printer is waited for; also for a word on its state."""
_JOB = re.compile(r"request id is (\S+)")
_ALERTS = re.compile(r"^\s*Alerts: (.+)$", re.MULTILINE)
_AWAY = ("offline", "shutdown", "paused", "connecting-to-device", "moving-to-paused")
"""Alerts of a printer that takes no sheet now."""


class PrintJob(Struct, frozen=True, kw_only=True):
    """How to print: the printer, the number of copies, and the paper."""

    printer: str
    """Empty: the default printer."""
    copies: int
    one_sided: bool
    sheet: str
    """The paper in the printer, as in PAPERS; for a booklet, what two pages share."""
    booklet: bool
    tray: str = ""
    """As CUPS names it; empty: the printer's own choice."""

    @property
    def media(self) -> str:
        """The name of the sheet in CUPS."""
        return _MEDIA[self.sheet]

    @property
    def sides(self) -> str:
        """The value of the option `sides` of CUPS; a booklet is printed on both sides."""
        if self.booklet:
            return "two-sided-short-edge"
        return "one-sided" if self.one_sided else "two-sided-long-edge"


def print_pdf(content: bytes | mmap, kept: str | Path, job: PrintJob) -> str:
    """Hand a PDF to CUPS; say on stderr which printer took it, under which job, and return that.

    It goes in by standard input, so that no name of a file reaches the job. Raises OutputError,
    which says where the PDF is kept.
    """
    keeps = f"the PDF is kept: {kept}"
    if by_hand := no_printing():
        message = "nothing was printed: this program cannot print on Windows"
        raise OutputError(Fault(message=message, hint=f"{by_hand}; {keeps}"))
    printer = job.printer or _usual()
    if (reason := _away(printer)) and printer:
        hint = f"`lpstat -p {printer}` says more, `lpstat -e` lists the printers; {keeps}"
        raise OutputError(Fault(message=f"nothing was printed: {reason}", hint=hint))
    words = ["lp", *(["-d", job.printer] if job.printer else [])]
    words += ["-n", str(job.copies), "-t", TITLE]
    words += ["-o", f"media={job.media}", "-o", f"sides={job.sides}"]
    words += ["-o", f"InputSlot={job.tray}"] if job.tray else []
    # By default some drivers shrink pages to their margins, and type below its promised size.
    words += ["-o", "print-scaling=none"]
    seconds = _SECONDS + len(content) // _BYTES_A_SECOND
    try:
        status, said, complaint = _run(words, content, seconds)
    except FileNotFoundError:
        hint = f"install CUPS (Debian: cups-client); {keeps}"
        raise OutputError(Fault(message="the command `lp` was not found", hint=hint)) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be run").lower()
        raise OutputError(Fault(message=f"nothing was printed: {reason}", hint=keeps)) from None
    except subprocess.TimeoutExpired:
        message = f"the printer did not accept the job in {seconds} seconds"
        hint = f"it may be switched off or out of reach: look whether the job is there; {keeps}"
        raise OutputError(Fault(message=message, hint=hint)) from None
    if status != 0:
        raise OutputError(_refused(complaint, keeps))
    found = _JOB.search(said)
    where = printer or (found[1].rpartition("-")[0] if found else "") or "the usual printer"
    sent = f"sent to {where} (job {found[1]})" if found else f"sent to {where}"
    note(sent)
    return sent


def _refused(complaint: str, keeps: str) -> Fault:
    """Say why CUPS took no job, and where to look."""
    lines = complaint.strip().splitlines()
    last = lines[-1].removeprefix("lp: ").removeprefix("Error - ") if lines else "lp failed"
    look, on_page = "`lpstat -e` lists the printers", ""
    if "default destination" in last:
        look = f"name one: --print NAME, or `printer` in service.yaml; {look}"
        on_page = f"name a printer, here or as `printer` in service.yaml; {keeps}"
    elif "scheduler" in last.lower() or "server" in last.lower():
        look = "`lpstat -r` says whether CUPS is running, `lpstat -e` lists the printers"
    message = f"nothing was printed: {last.rstrip('.')}"
    return Fault(message=message, hint=f"{look}; {keeps}", on_page=on_page)


def _usual() -> str:
    """Name the printer that is used when none is named; empty where CUPS names none."""
    _, _, name = _lpstat("-d").partition(": ")
    return name.strip().partition("/")[0]


def _away(printer: str) -> str:
    """Say why a printer takes no sheet now; empty when it does, or nobody can tell."""
    if not printer or printer.startswith("-"):
        return ""
    told = _lpstat("-l", "-p", printer)
    first, _, rest = told.partition("\n")
    found = _ALERTS.search(told)
    alerts = found[1].split() if found else []
    shown = f"the printer `{shorten(printer)}`"
    if " disabled since" in first:
        why = rest.partition("\n")[0].strip()
        known = why and why.lower() != "reason unknown" and ":" not in why
        return f"{shown} is stopped ({shorten(why)})" if known else f"{shown} is stopped"
    if any(alert.startswith(_AWAY) for alert in alerts) or "offline" in rest.lower():
        return f"{shown} is offline"
    return ""


def _lpstat(*words: str) -> str:
    """Ask CUPS for the state of things; empty when it does not say."""
    try:
        status, said, _ = _run(["lpstat", *words], b"", _QUIET, quiet=True)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said if status == 0 else ""


def _run(
    words: list[str], content: bytes | mmap, seconds: int, *, quiet: bool = False
) -> tuple[int, str, str]:
    """Run a command of CUPS; give its status and what it says.

    Raises OSError, and TimeoutExpired when it takes longer; then it is stopped, with whatever it
    has started.
    """
    with subprocess.Popen(  # noqa: S603 - the words are ours, the printer's name is one of them
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "LC_ALL": "C"},
    ) as process:
        try:
            try:
                said, told = process.communicate(
                    content,  # type: ignore[arg-type] # a file that is mapped, too
                    timeout=min(_QUIET, seconds),
                )
            except subprocess.TimeoutExpired:
                if quiet:
                    raise
                note("waiting for the printer…")
                said, told = process.communicate(timeout=seconds - _QUIET)
        except BaseException:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, said.decode(errors="replace"), told.decode(errors="replace")


_SECONDS_TO_ANSWER = 5


class Printers(Struct, frozen=True, kw_only=True):
    """The printers of this computer."""

    names: tuple[str, ...] = ()
    usual: str = ""
    """The one that is used when none is named; empty where there is none."""
    problem: str = ""
    """Why they cannot be named."""


def list_printers() -> Printers:
    """Ask CUPS, for a few seconds at most."""
    if by_hand := no_printing():
        return Printers(problem=f"this program cannot print on Windows: {by_hand}")
    try:
        names = _ask("lpstat", "-e").split()
        usual = _ask("lpstat", "-d").rpartition(": ")[2].strip()
    except FileNotFoundError:
        return Printers(problem="not known: there is no command `lpstat` (Debian: cups-client)")
    except (OSError, subprocess.TimeoutExpired):
        return Printers(problem="not known: CUPS does not answer")
    return Printers(names=tuple(names), usual=usual if usual in names else "")


def _ask(*words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        words, capture_output=True, timeout=_SECONDS_TO_ANSWER, check=False
    )
    return done.stdout.decode(errors="replace")
