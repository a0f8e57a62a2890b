"""Goes in: `withdrawn.yaml` beside the content. Comes out: words that may not print, and why.

A withdrawn unit stays withdrawn until its words are replaced, which takes a sign-off of the new
words on that day or later, or until somebody lifts the withdrawal and says why.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, SelectionError
from handouts.vocabulary import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handouts.meaning import Meaning
    from handouts.signoff import Signoff


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


def in_force(
    found: Iterable[Withdrawal], now: Mapping[str, Meaning], signoff: Signoff
) -> dict[str, Withdrawal]:
    """Keep the withdrawals that nobody lifted, of words that nobody replaced and signed since."""
    return {
        one.unit: one
        for one in found
        if one.lifted is None and not _replaced(one, now.get(one.unit), signoff)
    }


def _replaced(one: Withdrawal, now: Meaning | None, signoff: Signoff) -> bool:
    if now is not None and now.digest == one.digest:
        return False
    signature = signoff.signatures.get(one.unit)
    if signature is None or signature.standing is not Standing.SIGNED:
        return False
    return any(approval.on >= one.on for approval in signature.approvals)
