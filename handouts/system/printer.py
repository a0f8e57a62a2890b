"""Send a PDF to a printer through CUPS (`lp`): `print_pdf`.

The PDF goes in by standard input under a fixed title, so that the job list shows nothing of the
patient. Pages are never scaled.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, OutputError

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path


TITLE = "Leaflet"
"""The title of every job: lists of jobs are public, so it names no patient."""
_MEDIA = {"a4": "A4", "letter": "Letter", "a5": "A5", "half-letter": "Statement"}
_SECONDS = 60
_BYTES_A_SECOND = 1 << 20
"""The slowest transfer that is waited for, besides _SECONDS."""


class PrintJob(Struct, frozen=True, kw_only=True):
    """How to print: the printer, the number of copies, and the paper."""

    printer: str
    """Empty: the default printer."""
    copies: int
    one_sided: bool
    sheet: str
    """The paper in the printer, as in PAPERS; for a booklet, what two pages share."""
    booklet: bool

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


def print_pdf(content: bytes | mmap, kept: str | Path, job: PrintJob) -> None:
    """Send a PDF to CUPS on standard input, so that no file name is in the job.

    Raises OutputError; its hint names `kept`, the path of the PDF.
    """
    words = [
        "lp",
        *(["-d", job.printer] if job.printer else []),
        "-n",
        str(job.copies),
        "-t",
        TITLE,
    ]
    words += ["-o", f"media={job.media}", "-o", f"sides={job.sides}"]
    # By default some drivers shrink pages to their margins, and type below its promised size.
    words += ["-o", "print-scaling=none"]
    keeps = f"the PDF is kept: {kept}"
    seconds = _SECONDS + len(content) // _BYTES_A_SECOND
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours, the printer's name is one of them
            words, input=content, capture_output=True, timeout=seconds, check=False
        )
    except FileNotFoundError:
        hint = f"install CUPS (Debian: cups-client); {keeps}"
        raise OutputError(Fault(message="the command `lp` was not found", hint=hint)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"the printer did not accept the job: {type(error).__name__}"
        raise OutputError(Fault(message=message, hint=keeps)) from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        last = said[-1].removeprefix("lp: ").removeprefix("Error - ") if said else "lp failed"
        reason = last.rstrip(".")
        hint = f"`lpstat -e` lists the printers; {keeps}"
        raise OutputError(Fault(message=f"nothing was printed: {reason}", hint=hint))


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
