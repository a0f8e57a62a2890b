"""Define the leaflet as an immutable tree, the input of every renderer: `Leaflet`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from handouts.content.look import Look
    from handouts.content.profile import Logo


class Run(Struct, frozen=True):
    """A stretch of text in one weight; `href` makes it a link."""

    text: str
    strong: bool = False
    href: str = ""


class Heading(Struct, frozen=True, kw_only=True):
    """A heading of level 1 to 4."""

    level: int
    runs: tuple[Run, ...]


class Paragraph(Struct, frozen=True, kw_only=True):
    """A paragraph; `kind` is its role.

    `kind`: body, stage, message, closing, label, small; start (of an exercise), head (of a list),
    service (who hands the leaflet out).
    """

    kind: str
    runs: tuple[Run, ...]


class Item(Struct, frozen=True, kw_only=True):
    """One item of a list; `mark` names an icon where the list has one for each item."""

    runs: tuple[Run, ...]
    mark: str = ""


class ItemList(Struct, frozen=True, kw_only=True):
    """A list; `kind` says what its items are.

    `kind`: bullets, points, ticks, emergency, today, advice, steps, dosage, stop, caution.
    """

    kind: str
    items: tuple[Item, ...]


class Picture(Struct, frozen=True, kw_only=True):
    """A drawing from the figures of the library, or a code, with the text that stands for it."""

    figure: str
    alt: str
    caption: str = ""


class Table(Struct, frozen=True, kw_only=True):
    """A table to fill in: a head row, and rows whose first cell is their head."""

    kind: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Field(Struct, frozen=True, kw_only=True):
    """A line to fill in by hand, or already filled."""

    label: str
    value: str
    width: str
    """wide, narrow or full."""


class Form(Struct, frozen=True, kw_only=True):
    """The lines at the foot of the last page."""

    fields: tuple[Field, ...]


class Panel(Struct, frozen=True, kw_only=True):
    """A box or another piece with a layout of its own.

    `kind`: check-first, emergency, warnings, just-for-you, today, book, medicine-warning, crisis,
    try, ask, avoid, note, group, groups, card, service, clinician.
    """

    kind: str
    parts: tuple[Part, ...]
    number: str = ""
    """The number on a card."""


Part = Heading | Paragraph | ItemList | Picture | Table | Form | Panel


class Section(Struct, frozen=True, kw_only=True):
    """A part of the leaflet under one heading; `fresh_page` starts it on a new page."""

    id: str
    parts: tuple[Part, ...]
    fresh_page: bool = False


class Leaflet(Struct, frozen=True, kw_only=True):
    """The finished leaflet, ready to be set, shown as HTML, or read as text."""

    title: str
    subject: str
    language: str
    look: Look
    accent: str
    """The colour of the service that hands it out, as #RRGGBB; empty: the design's own."""
    draft: str
    draft_line: str
    """What every footer says while the content is not approved: a tag, and a sentence."""
    code: str
    """The recipe code; it rebuilds the leaflet, without the name."""
    code_line: str
    """What every footer says of the code."""
    page_of: str
    """The pattern of the page number, with {page} and {pages}."""
    sections: tuple[Section, ...]
    xhtml: str
    """The document the tree was parsed from: the body of the HTML version."""
    logo: Logo | None = None
    """Stands beside the name of the service."""

    @property
    def logo_alt(self) -> str:
        """What the logo says; nothing where the name beside it says the same."""
        names = {
            plain(part.runs)
            for section in self.sections[:1]
            for part in section.parts
            if isinstance(part, Paragraph) and part.kind == "service"
        }
        return self.logo.alt if self.logo and self.logo.alt not in names else ""


class Imprint(Struct, frozen=True, kw_only=True):
    """What a leaflet says of itself: who approved its words from when until when, and its code."""

    roles: tuple[str, ...] = ()
    on: date | None = None
    until: date | None = None
    """None where the words are not approved."""
    code: str = ""

    @property
    def approved(self) -> bool:
        """Say whether the leaflet may print without DRAFT."""
        return self.on is not None and self.until is not None


UNSIGNED_IMPRINT = Imprint()
"""Of a leaflet whose words nobody approved, and that nobody need find again."""
ADDRESS = "https://"
"""A picture whose figure starts so is the square code of that address."""
WORDED_OUTSIDE = frozenset({"service", "clinician"})
"""The kinds of paragraph and panel whose words are not content's."""


def walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield every part in reading order, panels before what they hold."""
    for part in parts:
        yield part
        if isinstance(part, Panel):
            yield from walk(part.parts)


def worded_by_content(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield as `walk` does, past what others word: that meets and breaks no rule of content."""
    for part in parts:
        if not (isinstance(part, Panel | Paragraph) and part.kind in WORDED_OUTSIDE):
            yield part
            if isinstance(part, Panel):
                yield from worded_by_content(part.parts)


def plain(runs: tuple[Run, ...]) -> str:
    """Join runs to plain text."""
    return "".join(run.text for run in runs)
