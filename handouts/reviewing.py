"""Goes in: a unit of content and its sign-off. Comes out: what a reviewer needs to see of it."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import click

from handouts.audit.diff.changes import compare_words
from handouts.governance.record_files import REMOVED
from handouts.governance.units import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handouts.governance.edit import Book
    from handouts.governance.units import Line

_HIDDEN = frozenset({"kind", "section", "sources", "reviewed"})
"""Lines that the head of the page and the list of sources already say."""
_MOST_COLUMNS = 100
_KEY = 14


def show_unit(book: Book, unit: str, place: str) -> str:
    """Show what a unit says and when, on whose authority, and what changed since its sign-off."""
    width = min(shutil.get_terminal_size().columns, _MOST_COLUMNS)
    now = book.now.get(unit) or Meaning(unit, REMOVED)
    said = dict(now.lines)
    kind = ", ".join(said[key] for key in ("kind", "section") if key in said)
    head = f"── {place}: {unit} " + (f"({kind}) " if kind else "")
    parts = ["", click.style(head.ljust(width, "─"), bold=True)]
    parts += [_shown(key, value, width) for key, value in now.lines if key not in _HIDDEN]
    parts += _sources(book, unit, width)
    if "reviewed" in said:
        parts.append(_shown("checked", f"against its sources on {said['reviewed']}", width))
    parts += _changes(book, now)
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


def _sources(book: Book, unit: str, width: int) -> Iterator[str]:
    block = next((one for one in book.library.blocks if one.id == unit), None)
    for key in block.sources if block else ():
        source = book.library.sources[key]
        yield _shown("source", f"{key}: {source.title}", width)
        yield from (" " * _KEY + address for address in source.addresses)


def _changes(book: Book, now: Meaning) -> Iterator[str]:
    """Say who signed last, and show word by word what is different since."""
    record = book.records.get(now.unit)
    if record is None:
        yield click.style("Nobody has signed this yet.", italic=True)
        return
    who = "; ".join(f"{one.by}, {one.role}, on {one.on}" for one in record.approvals)
    if record.meaning.lines == now.lines:
        yield click.style(f"Signed as it stands by {who}.", italic=True)
        return
    yield click.style(f"Changed since it was signed by {who}:", bold=True)
    for key, before, after in _pairs(record.meaning.lines, now.lines):
        yield f"  {key}: {_coloured(before, after)}"


def _pairs(before: tuple[Line, ...], after: tuple[Line, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield (key, before, after) for each key whose lines differ."""
    for key in dict.fromkeys(key for key, _ in (*after, *before)):
        old = " / ".join(value for name, value in before if name == key)
        new = " / ".join(value for name, value in after if name == key)
        if old != new:
            yield key, old, new


def _coloured(before: str, after: str) -> str:
    """Mark what went and what came, for the eye and for a screen without colours."""
    shown = []
    for piece in compare_words(before, after):
        text = piece.text.rstrip()
        if piece.mark == "-":
            shown.append(click.style(f"[-{text}-]", fg="red"))
        elif piece.mark == "+":
            shown.append(click.style(f"{{+{text}+}}", fg="green"))
        else:
            shown.append(text)
    return " ".join(shown)
