"""Define the Click options on printing: `takes_printing`, `PrintOptions`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

import click
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handouts.content.profile import Profile
    from handouts.selection.request import Request
    from handouts.system.printer import PrintJob


class PrintOptions(Struct, frozen=True):
    """How to print, as typed."""

    printer: str | None
    """None: nothing is printed; empty: on the usual printer."""
    copies: int
    one_sided: bool

    def check(self, request: Request) -> None:
        """Refuse what cannot be folded."""
        if self.one_sided and request.look.booklet:
            raise click.UsageError("a booklet is printed on both sides: leave out --one-sided")

    def print(self, content: bytes, path: Path, request: Request, profile: Profile) -> None:
        """Print a leaflet, if that was asked for."""
        if self.printer is not None:
            from handouts.system.printer import print_pdf  # noqa: PLC0415 - few print

            print_pdf(content, path, self.job(request, profile))

    def job(self, request: Request, profile: Profile) -> PrintJob:
        """Return the job of a leaflet; what is not said is as the service has it."""
        from handouts.system.printer import PrintJob  # noqa: PLC0415 - few print

        return PrintJob(
            printer=self.printer or profile.printer,
            tray=profile.tray,
            copies=self.copies,
            one_sided=self.one_sided,
            sheet=request.look.sheet,
            booklet=request.look.booklet,
        )


_PRINTING = (
    click.option(
        "--print",
        "printer",
        is_flag=False,
        flag_value="",
        metavar="[PRINTER]",
        help="Also print the PDF, on this printer or the default one.",
    ),
    click.option(
        "--copies",
        type=click.IntRange(1, 99),
        default=1,
        show_default=True,
        help="Number of copies.",
    ),
    click.option(
        "--one-sided", is_flag=True, help="Print on one side of each sheet.  [default: both]"
    ),
)


def takes_printing(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options on printing, gathered as `printing`."""

    @wraps(command)
    def gathered(
        *words: object, printer: str | None, copies: int, one_sided: bool, **others: object
    ) -> None:
        command(*words, printing=PrintOptions(printer, copies, one_sided), **others)

    wrapped: Callable[..., None] = gathered
    for option in reversed(_PRINTING):
        wrapped = option(wrapped)
    return wrapped
