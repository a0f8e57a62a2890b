"""Goes in: a composed leaflet. Comes out: its texts, folded to compare with content."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from handouts.claims import Facts
from handouts.leaflet import Form, Heading, ItemList, Panel, Paragraph, Picture, Table, plain, walk
from handouts.markup import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.leaflet import Leaflet, Part, Section
    from handouts.model import Library, Selection, Wording


class Page:
    """A leaflet as the checks read it; texts are folded, to compare with what was written."""

    def __init__(self, library: Library, selection: Selection, leaflet: Leaflet) -> None:
        self.facts = Facts(library, selection)
        self.leaflet = leaflet
        self.words: Mapping[str, str] = library.places[selection.request.place].words

    @property
    def flags(self) -> tuple[str, ...]:
        """Give the flags of the request."""
        return self.facts.flags

    @cached_property
    def text(self) -> str:
        """Give every text of the leaflet, folded."""
        return "\n".join(self.fold(text) for s in self.leaflet.sections for text in texts(s.parts))

    def section(self, name: str) -> Section | None:
        """Give a section by its id."""
        return next((one for one in self.leaflet.sections if one.id == name), None)

    def section_text(self, name: str) -> str:
        """Give the texts of one section, folded."""
        section = self.section(name)
        return "\n".join(self.fold(text) for text in texts(section.parts)) if section else ""

    @cached_property
    def boxes(self) -> Mapping[str, str]:
        """Give the texts of each kind of box, folded."""
        found: dict[str, str] = {}
        for section in self.leaflet.sections:
            for part in walk(section.parts):
                if isinstance(part, Panel):
                    inside = "\n".join(self.fold(text) for text in texts(part.parts))
                    found[part.kind] = f"{found.get(part.kind, '')}\n{inside}"
        return found

    def say(self, wording: Wording) -> str:
        """Word a sentence as this leaflet must."""
        plain_name = self.words["paracetamol"]
        text = fill(wording, self.words).replace("**", "")
        return self.fold(text.replace("\ue000", plain_name).replace("\ue001", plain_name))

    def fold(self, text: str) -> str:
        """Fold white space and capitals, and take out the second name of the common painkiller."""
        return " ".join(
            text.replace(f" ({self.words['paracetamol_other']})", "").split()
        ).casefold()


def texts(parts: tuple[Part, ...]) -> Iterator[str]:
    """Yield the texts of parts, in reading order."""
    for part in walk(parts):
        match part:
            case Heading(runs=runs) | Paragraph(runs=runs):
                yield plain(runs)
            case ItemList(items=items):
                yield from (plain(item.runs) for item in items)
            case Picture(alt=alt, caption=caption):
                yield from (alt, caption)
            case Table(head=head, rows=rows):
                yield from head
                yield from (cell for row in rows for cell in row)
            case Form(fields=fields):
                yield from (one.label for one in fields)
            case Panel():
                pass
