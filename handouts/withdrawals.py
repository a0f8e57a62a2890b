"""Goes in: `withdrawn.yaml` beside the content. Comes out: words that may not print, and why.

A withdrawn unit stays withdrawn until its words are replaced, which takes a sign-off of the new
words on that day or later, or until somebody lifts the withdrawal and says why.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, SelectionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


WITHDRAWN = "withdrawn.yaml"


class Withdrawal(Struct, frozen=True, kw_only=True):
    """One unit as it was withdrawn: its digest then, why, by whom and when."""

    unit: str
    digest: str
    why: str
    by: str
    on: date
    lifted: date | None = None
    lifted_why: str = ""


def refuse_withdrawn(withdrawn: Mapping[str, Withdrawal], needed: Iterable[str]) -> None:
    """Raise SelectionError for each unit of a leaflet that is withdrawn."""
    faults = [
        Fault(
            message=f"`{unit}` was withdrawn on {withdrawn[unit].on}: {withdrawn[unit].why}",
            hint="change its words and sign them, or `handout withdraw --lift` with a reason",
        )
        for unit in dict.fromkeys(needed)
        if unit in withdrawn
    ]
    if faults:
        raise SelectionError(*faults)
