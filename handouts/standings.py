"""Goes in: a sign-off record and a day. Comes out: how every unit stands, as table or records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from handouts.explanation import table
from handouts.vocabulary import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from handouts.signing import Book

Record = dict[str, object]


def standing_records(book: Book, units: Iterable[str], day: date) -> list[Record]:
    """Record how each unit stands on a day, and who approved it."""
    return [
        {
            "block": unit,
            "standing": str(standing_of(book, unit, day)),
            "approvals": [
                {
                    "by": one.by,
                    "role": one.role,
                    "registration": one.registration,
                    "on": one.on.isoformat(),
                    "until": one.until.isoformat(),
                }
                for one in book.signature(unit).approvals
            ],
        }
        for unit in units
    ]


def standing_table(book: Book, units: Iterable[str], day: date, width: int | None) -> str:
    """List how each unit stands on a day, and who approved it; the counts come last."""
    rows = []
    counts: Counter[Standing] = Counter()
    for unit in units:
        standing = standing_of(book, unit, day)
        counts[standing] += 1
        who = "; ".join(
            f"{one.by}, {one.role}, {one.on} to {one.until}"
            for one in book.signature(unit).approvals
        )
        rows.append([unit, str(standing), who])
    summary = ", ".join(f"{counts[one]} {one}" for one in Standing)
    return f"{table(('block', 'standing', 'approved by'), rows, width)}\n\n{summary}"


def standing_of(book: Book, unit: str, day: date) -> Standing:
    """Say how a unit stands on a day: signed only while an approval covers that day."""
    signature = book.signature(unit)
    if signature.standing is Standing.SIGNED and not signature.covering(day):
        late = any(one.until < day for one in signature.approvals)
        return Standing.EXPIRED if late else Standing.UNSIGNED
    return signature.standing
