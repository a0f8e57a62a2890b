"""Define the leaflet as an immutable tree, the input of every renderer: `Leaflet`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from typing import TypeGuard

    from handouts.content.look import Look
    from handouts.content.profile import Logo


class Run(Struct, frozen=True):
    """Text of one weight; a non-empty `href` makes it a link."""

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
    service (who hands the leaflet out), pointer (where all the warning signs are).
    """

    kind: str
    runs: tuple[Run, ...]


class Item(Struct, frozen=True, kw_only=True):
    """One item of a list; `mark` names its icon, "" for none.

    `icon`: the treatment that it uses, "" for none or several; it may have no icon.
    """

    runs: tuple[Run, ...]
    mark: str = ""
    icon: str = ""


class ItemList(Struct, frozen=True, kw_only=True):
    """A list; `kind` is its role.

    `kind`: bullets, points, ticks, emergency, today, advice, steps, dosage, stop, caution,
    uses (of a treatment).
    """

    kind: str
    items: tuple[Item, ...]
    order: str = ""
    """What to do for each of its items, as their head says; "" where no item has the same."""


class Picture(Struct, frozen=True, kw_only=True):
    """A drawing or a QR code (see ADDRESS) with its alternative text.

    `figure`: the id of a figure of the library, or an address.
    """

    figure: str
    alt: str
    caption: str = ""


class Table(Struct, frozen=True, kw_only=True):
    """A table to fill in: a header row, and rows whose first cell is their header."""

    kind: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Field(Struct, frozen=True, kw_only=True):
    """A line to fill in by hand; `value` is "" or what it is already filled with."""

    label: str
    value: str
    width: str
    """wide, narrow or full."""


class Form(Struct, frozen=True, kw_only=True):
    """The lines at the foot of the last page."""

    fields: tuple[Field, ...]


class Panel(Struct, frozen=True, kw_only=True):
    """A box, or another group of parts with a layout of its own.

    `kind`: check-first, emergency, warnings, just-for-you, today, book, medicine-warning, crisis,
    try, ask, avoid, always, note, group, groups, card, stop,
    maternity, service, clinician, cut-out.
    """

    kind: str
    parts: tuple[Part, ...]
    number: str = ""
    """The number on an exercise card; "" on other panels."""


Part = Heading | Paragraph | ItemList | Picture | Table | Form | Panel


class Section(Struct, frozen=True, kw_only=True):
    """A section of the leaflet; `fresh_page` starts it on a new page."""

    id: str
    parts: tuple[Part, ...]
    fresh_page: bool = False
    first_thing: bool = False
    """It holds what to do first, which belongs on page 1."""
    may_move: bool = False
    """It may go to the second sheet."""
    parted: bool = False
    """A page may end inside it where it should not: no other order has room."""


class Leaflet(Struct, frozen=True, kw_only=True):
    """A composed leaflet, from which PDF, HTML and plain text are rendered."""

    title: str
    subject: str
    language: str
    look: Look
    accent: str
    """The colour of the service, as #RRGGBB; "": that of the design."""
    draft: str
    draft_line: str
    """The tag and the sentence in every footer while the content is not approved; else ""."""
    draft_short: str = ""
    """What stands for that sentence where a line is short; "" for its last words."""
    code: str
    """The recipe code, which rebuilds the leaflet without name and note; "" for none."""
    code_line: str
    """The line with the code in every footer; "" for none."""
    page_of: str
    """The pattern of the page number, with {page} and {pages}."""
    overleaf: str = "{heading} ({n} of {total})"
    """The pattern of a heading that is repeated where a box or a section goes on overleaf."""
    more: str = ""
    """What the foot of such a box says, with {n}, the page that it goes on to; "" for nothing."""
    pages: Mapping[int, str] = MappingProxyType({1: "", 2: "", 3: ""})
    """What follows a sentence that points to one page, to two, or to more (3); by 0 what names the
    page of the box for the reader, "" for nothing."""
    today_page: str = ""
    """What says on which page the signs are that need a doctor today, with {n}; "" for nothing."""
    on_this_page: str = ""
    """What stands above the links to the sections on a screen; "" for no links."""
    phones: tuple[str, ...] = ()
    """The telephone numbers in its words, that of an emergency first; "" cannot be dialled."""
    sections: tuple[Section, ...]
    xhtml: str
    """The XHTML that the tree was parsed from."""
    logo: Logo | None = None
    """The logo of the service, printed beside its name."""
    facts: int = 0
    """How many facts about the reader it speaks of."""

    @property
    def logo_alt(self) -> str:
        """The alternative text of the logo; "" where it repeats the name printed beside it."""
        names = {
            plain(part.runs)
            for section in self.sections[:1]
            for part in section.parts
            if isinstance(part, Paragraph) and part.kind == "service"
        }
        return self.logo.alt if self.logo and self.logo.alt not in names else ""


class Imprint(Struct, frozen=True, kw_only=True):
    """The approval that a leaflet prints (by which roles, from when until when), and its code."""

    roles: tuple[str, ...] = ()
    on: date | None = None
    until: date | None = None
    """Like `on`, None where the words are not approved."""
    code: str = ""
    full_code: str = ""
    """The code of the full edition of the same leaflet."""
    changed: str = ""
    """Empty, or the label of what to say: its words changed since they were reviewed."""

    @property
    def approved(self) -> bool:
        """Whether the leaflet is printed without DRAFT."""
        return self.on is not None and self.until is not None


UNSIGNED_IMPRINT = Imprint()
"""The imprint of a leaflet without approval and without a code."""
ADDRESS = "https://"
"""A picture whose figure starts so is the QR code of that address."""
WORDED_OUTSIDE = frozenset({"service", "clinician"})
"""The kinds of paragraph and panel whose words come from the service or the clinician."""


def is_panel(part: Part, *kinds: str) -> TypeGuard[Panel]:
    """Tell whether a part is a panel of one of some kinds."""
    return isinstance(part, Panel) and part.kind in kinds


def walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield every part in reading order, a panel before its own parts."""
    for part in parts:
        yield part
        if isinstance(part, Panel):
            yield from walk(part.parts)


def worded_by_content(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield as `walk` does, without parts in WORDED_OUTSIDE: rules of content exclude them."""
    for part in parts:
        if not (isinstance(part, Panel | Paragraph) and part.kind in WORDED_OUTSIDE):
            yield part
            if isinstance(part, Panel):
                yield from worded_by_content(part.parts)


def sparing(runs: tuple[Run, ...], most: int) -> tuple[Run, ...]:
    """Return runs of which only the first few that are bold stay bold."""
    kept: list[Run] = []
    for run in runs:
        strong = run.strong and most > 0
        most -= run.strong
        if kept and kept[-1].strong == strong and kept[-1].href == run.href:
            kept[-1] = Run(kept[-1].text + run.text, strong, run.href)
        else:
            kept.append(Run(run.text, strong, run.href))
    return tuple(kept)


def plain(runs: tuple[Run, ...]) -> str:
    """Return the text of runs."""
    return "".join(run.text for run in runs)
