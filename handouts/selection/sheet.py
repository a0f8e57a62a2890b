"""Refuse one sheet where it would leave out what keeps a reader safe: `refuse_sheet`.

Whether its words fit on two sides is known only when they are typeset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.content.vocabulary import HALF_OF, SHEET, STANDARD, USUAL_SIZE
from handouts.errors import Fault, SelectionError
from handouts.selection.rules import stopping_flags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.content.library import Library
    from handouts.selection.request import Request


MOST_FLAGS = 2
"""With more flags there is no room for what each of them says."""
_OWN_SHEET = "which has all the warning signs on a sheet of their own"
PRINT_INSTEAD = f"print --edition {STANDARD}, {_OWN_SHEET}"
CHOOSE_INSTEAD = f"choose the edition {STANDARD}, {_OWN_SHEET}"


def refuse_sheet(library: Library, request: Request) -> None:
    """Raise SelectionError with every reason why a leaflet cannot be one sheet."""
    faults = [
        Fault(
            message=f"one sheet is not enough: {why}",
            hint=PRINT_INSTEAD,
            about="edition",
            on_page=CHOOSE_INSTEAD,
        )
        for why in why_no_sheet(library, request)
    ]
    if faults:
        raise SelectionError(*faults)


def why_no_sheet(library: Library, request: Request) -> Iterator[str]:
    """Yield each reason why a leaflet that was asked for as one sheet cannot be one."""
    look = request.look
    if look.edition != SHEET:
        return
    if not request.screened:
        yield "nobody asked about every flag, and the list to tick takes a page"
    if stops := stopping_flags(library) & {*request.flags}:
        yield f"the sheet for `{min(stops)}` lists all the warning signs"
    elif len(request.flags) > MOST_FLAGS:
        yield f"{len(request.flags)} flags have more to say than one sheet holds"
    if look.booklet or look.paper in HALF_OF:
        yield "its two sides are A4 or letter, not half of that"
    if look.size != USUAL_SIZE:
        yield f"type of {look.size} pt takes more paper"
