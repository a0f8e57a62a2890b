"""The leaflet as an immutable tree: what the composer yields and every output is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight; `href` makes it a link."""

    text: str
    strong: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 1 to 4."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; `kind` is its role.

    `kind`: body, stage, message, closing, label, small; start (of an exercise), head (of a list).
    """

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a list; `mark` names an icon where the list has one for each item."""

    runs: tuple[Run, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """A list; `kind` says what its items are.

    `kind`: bullets, points, ticks, emergency, today, advice, steps, dosage, stop, caution.
    """

    kind: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing from the figures of the library, with the text that stands for it."""

    figure: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to fill in: a head row, and rows whose first cell is their head."""

    kind: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A line to fill in by hand, or already filled."""

    label: str
    value: str
    width: str
    """wide, narrow or full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The lines at the foot of the last page."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A box or another piece with a layout of its own.

    `kind`: check-first, emergency, warnings, just-for-you, today, book, medicine-warning, crisis,
    try, ask, avoid, note, group, groups, card.
    """

    kind: str
    parts: tuple[Part, ...]
    number: str = ""
    """The number on a card."""


Part = Heading | Paragraph | ItemList | Picture | Table | Form | Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the leaflet under one heading; `fresh_page` starts it on a new page."""

    id: str
    parts: tuple[Part, ...]
    fresh_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaflet:
    """The finished leaflet, ready to be set, shown as HTML, or read as text."""

    title: str
    subject: str
    language: str
    paper: str
    draft: str
    draft_line: str
    """What every footer says while the content is not approved: a tag, and a sentence."""
    page_of: str
    """The pattern of the page number, with {page} and {pages}."""
    sections: tuple[Section, ...]
    xhtml: str
    """The document the tree was parsed from: the body of the HTML version."""


def walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield every part in reading order, panels before what they hold."""
    for part in parts:
        yield part
        if isinstance(part, Panel):
            yield from walk(part.parts)


def plain(runs: tuple[Run, ...]) -> str:
    """Join runs to plain text."""
    return "".join(run.text for run in runs)
