"""Goes in: a composed leaflet. Comes out: its texts, folded to compare with content."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.claims import Facts
from handouts.leaflet.markup import fill
from handouts.leaflet.tree import (
    Form,
    Heading,
    ItemList,
    Panel,
    Paragraph,
    Picture,
    Table,
    plain,
    walk,
    worded_by_content,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.blocks import Wording
    from handouts.content.library import Library
    from handouts.leaflet.tree import Leaflet, Part, Section
    from handouts.selection.select import Selection


class SectionTexts(Struct, frozen=True, kw_only=True):
    """The texts of one section: as they stand, folded, and folded by the kind of their box."""

    printed: tuple[str, ...]
    folded: str
    boxes: Mapping[str, str]


class Eye:
    """Reads leaflets of one place; knows again what it has read, as most leaflets share most."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        self._said: dict[Wording, str] = {}
        # With each section itself, so that no other can take its place in memory.
        self._sections: dict[int, tuple[Section, SectionTexts]] = {}

    def say(self, wording: Wording) -> str:
        """Word a sentence as a leaflet must."""
        if wording not in self._said:
            name = self.words["paracetamol"]
            text = fill(wording, self.words).replace("**", "")
            self._said[wording] = self.fold(text.replace("\ue000", name).replace("\ue001", name))
        return self._said[wording]

    def fold(self, text: str) -> str:
        """Fold white space and capitals, and take out the second name of the common painkiller."""
        return " ".join(
            text.replace(f" ({self.words['paracetamol_other']})", "").split()
        ).casefold()

    def read(self, section: Section) -> SectionTexts:
        """Give the texts of a section."""
        known = self._sections.get(id(section))
        if known is None:
            known = self._sections[id(section)] = section, self._read(section)
        return known[1]

    def _read(self, section: Section) -> SectionTexts:
        printed = tuple(texts(section.parts))
        boxes: dict[str, list[str]] = {}
        for part in walk(section.parts):
            if isinstance(part, Panel):
                boxes.setdefault(part.kind, []).extend(map(self.fold, texts(part.parts)))
        return SectionTexts(
            printed=printed,
            folded="\n".join(map(self.fold, printed)),
            boxes={kind: "\n".join(found) for kind, found in boxes.items()},
        )


class Page:
    """A leaflet as the checks read it; texts are folded, to compare with what was written."""

    def __init__(
        self, library: Library, selection: Selection, leaflet: Leaflet, eye: Eye | None = None
    ) -> None:
        self.facts = Facts(library, selection)
        self.leaflet = leaflet
        self.words: Mapping[str, str] = library.places[selection.request.place].words
        self.eye = eye or Eye(self.words)

    @property
    def flags(self) -> tuple[str, ...]:
        """Give the flags of the request."""
        return self.facts.flags

    @cached_property
    def read(self) -> tuple[SectionTexts, ...]:
        """Give the texts of every section."""
        return tuple(map(self.eye.read, self.leaflet.sections))

    @cached_property
    def text(self) -> str:
        """Give every text of the leaflet, folded."""
        return "\n".join(one.folded for one in self.read)

    def section(self, name: str) -> Section | None:
        """Give a section by its id."""
        return next((one for one in self.leaflet.sections if one.id == name), None)

    def section_text(self, name: str) -> str:
        """Give the texts of one section, folded."""
        section = self.section(name)
        return self.eye.read(section).folded if section else ""

    @cached_property
    def boxes(self) -> Mapping[str, str]:
        """Give the texts of each kind of box, folded."""
        found: dict[str, str] = {}
        for one in self.read:
            for kind, text in one.boxes.items():
                found[kind] = f"{found[kind]}\n{text}" if kind in found else text
        return found

    def say(self, wording: Wording) -> str:
        """Word a sentence as this leaflet must."""
        return self.eye.say(wording)

    def fold(self, text: str) -> str:
        """Fold a text of this leaflet."""
        return self.eye.fold(text)


def texts(parts: tuple[Part, ...]) -> Iterator[str]:
    """Yield the texts of parts that content words, in reading order."""
    for part in worded_by_content(parts):
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
