"""Word units of content and their approval for the terminal: `show_unit`, `standing_table`."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import click

from handouts.audit.unit_review import last_signed, review_of
from handouts.content.vocabulary import Standing
from handouts.governance.record_files import REMOVED
from handouts.governance.units import SignedUnit
from handouts.system.terminal import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handouts.audit.diff.changes import DiffSpan
    from handouts.audit.unit_review import UnitReview
    from handouts.governance.approval import Signature
    from handouts.governance.edit import SignoffEditor
    from handouts.governance.record_files import SignedVersion
    from handouts.system.terminal import JsonRecord

_HIDDEN = frozenset({"kind", "section", "sources", "reviewed"})
"""Lines that the head of the page and the list of sources already say."""
_MOST_COLUMNS = 100
_KEY = 14


def show_unit(book: SignoffEditor, unit: str, place: str) -> str:
    """Show what a unit says and when, on whose authority, and what changed since its sign-off."""
    width = min(shutil.get_terminal_size().columns, _MOST_COLUMNS)
    now = book.now.get(unit) or SignedUnit(unit, REMOVED)
    said = dict(now.lines)
    kind = ", ".join(said[key] for key in ("kind", "section") if key in said)
    head = f"── {place}: {unit} " + (f"({kind}) " if kind else "")
    parts = ["", click.style(head.ljust(width, "─"), bold=True)]
    parts += [_shown(key, value, width) for key, value in now.lines if key not in _HIDDEN]
    review = review_of(book, unit)
    parts += _sources(review, width)
    if "reviewed" in said:
        parts.append(_shown("checked", f"against its sources on {said['reviewed']}", width))
    parts += _changes(review, last_signed(book, now))
    return "\n".join(parts)


def _shown(key: str, value: str, width: int) -> str:
    start = f"{key}: ".ljust(_KEY)
    return textwrap.fill(
        value,
        width,
        initial_indent=start,
        subsequent_indent=" " * _KEY,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sources(review: UnitReview, width: int) -> Iterator[str]:
    for source in review.sources:
        yield _shown("source", f"{source.key}: {source.title}", width)
        yield from (" " * _KEY + address for address in source.addresses)


def _changes(review: UnitReview, then: SignedVersion | None) -> Iterator[str]:
    """Say who signed last, and show word by word what is different since."""
    for no in review.refusals:
        yield click.style(f"No from {no.by}, {no.role}, on {no.on}: {no.why}", bold=True)
    if then is None:
        yield click.style("Nobody has signed this yet.", italic=True)
        return
    who = "; ".join(f"{one.by}, {one.role}, on {one.on}" for one in review.approvals)
    if review.as_signed:
        yield click.style(f"Signed as it stands by {who}.", italic=True)
        return
    yield click.style(f"Changed since it was signed by {who}:", bold=True)
    if then.lines is None:
        yield "  the record does not hold the words of then"
    for change in review.changes:
        yield f"  {change.key}: {_coloured(change.spans)}"


def _coloured(spans: Iterable[DiffSpan]) -> str:
    """Mark what went and what came, for the eye and for a screen without colours."""
    shown = []
    for piece in spans:
        text = piece.text.rstrip()
        if piece.mark == "-":
            shown.append(click.style(f"[-{text}-]", fg="red", bold=piece.strong))
        elif piece.mark == "+":
            shown.append(click.style(f"{{+{text}+}}", fg="green", bold=piece.strong))
        else:
            shown.append(text)
    return " ".join(shown)


def standing_records(book: SignoffEditor, units: Iterable[str], day: date) -> list[JsonRecord]:
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
            "not counted": [
                {"by": one.by, "role": one.role, "on": one.on.isoformat(), "why": why}
                for one, why in book.signature(unit).uncounted
            ],
            "refusals": [
                {"by": one.by, "role": one.role, "on": one.on.isoformat(), "why": one.why}
                for one in book.signature(unit).refusals
            ],
        }
        for unit in units
    ]


def standing_table(book: SignoffEditor, units: Iterable[str], day: date, width: int | None) -> str:
    """List how each unit stands on a day, and who approved it; the counts come last."""
    rows = []
    counts: Counter[str] = Counter()
    for unit in units:
        standing = standing_of(book, unit, day)
        counts[standing] += 1
        rows.append([unit, standing, "; ".join(_said(book.signature(unit)))])
    names = dict.fromkeys([*map(str, Standing), *counts])
    summary = ", ".join(f"{counts[name]} {name}" for name in names)
    return f"{table(('block', 'standing', 'approved by'), rows, width)}\n\n{summary}"


def _said(signature: Signature) -> Iterator[str]:
    """Say who approved a unit, whose approval does not count, and who said no."""
    for one in signature.approvals:
        yield f"{one.by}, {one.role}, {one.on} to {one.until}"
    for one, why in signature.uncounted:
        yield f"not counted, {one.by}, {one.role}, {one.on}: {why}"
    for no in signature.refusals:
        yield f"no from {no.by}, {no.role}, {no.on}: {no.why}"


def standing_of(book: SignoffEditor, unit: str, day: date) -> str:
    """Say how a unit stands on a day: signed only while enough approvals cover that day."""
    return book.signature(unit).reason(day, book.people) or str(Standing.SIGNED)
