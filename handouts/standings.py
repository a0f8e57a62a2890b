"""Goes in: a sign-off record and a day. Comes out: how every unit stands, as table or records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from handouts.content.vocabulary import Standing
from handouts.system.terminal import table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from handouts.governance.edit import Book

Record = dict[str, object]


def standing_records(book: Book, units: Iterable[str], day: date) -> list[Record]:
    """Record how each unit stands on a day, and who approved it."""
    return [
        {
            "block": unit,
            "standing": standing_of(book, unit, day),
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
    counts: Counter[str] = Counter()
    for unit in units:
        standing = standing_of(book, unit, day)
        counts[standing] += 1
        who = "; ".join(
            f"{one.by}, {one.role}, {one.on} to {one.until}"
            for one in book.signature(unit).approvals
        )
        rows.append([unit, standing, who])
    names = dict.fromkeys([*map(str, Standing), *counts])
    summary = ", ".join(f"{counts[name]} {name}" for name in names)
    return f"{table(('block', 'standing', 'approved by'), rows, width)}\n\n{summary}"


def standing_of(book: Book, unit: str, day: date) -> str:
    """Say how a unit stands on a day: signed only while enough approvals cover that day."""
    return book.signature(unit).reason(day, book.people) or str(Standing.SIGNED)
