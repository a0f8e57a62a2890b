"""Read a composed leaflet as texts that can be compared with the content: `LeafletText`.

Texts are folded: without differences of case and white space. Which box or card a text stands in
is kept.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.vocabulary import EXERCISES, FULL, JUST_FOR_YOU, MEDICINES
from handouts.leaflet.markup import CAPITAL_MARK, MARK, fill, two_names
from handouts.leaflet.stops import said_by
from handouts.leaflet.tree import (
    Form,
    Heading,
    ItemList,
    Panel,
    Paragraph,
    Picture,
    Table,
    is_panel,
    plain,
    walk,
    worded_by_content,
)
from handouts.safety.claims import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handouts.content.blocks import Wording
    from handouts.content.library import Library
    from handouts.leaflet.tree import Leaflet, Part, Section
    from handouts.selection.select import Selection


class SectionTexts(Struct, frozen=True, kw_only=True):
    """The texts of one section: as printed, folded (one a line), and folded by kind of box."""

    printed: tuple[str, ...]
    folded: str
    boxes: Mapping[str, str]


class TextFolder:
    """Folds texts of leaflets of one place; keeps the results, as leaflets share most sections."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        self._names = two_names(words)
        self._said: dict[Wording, str] = {}
        # By id, with the section itself, so that its id is not used again for another.
        self._sections: dict[int, tuple[Section, SectionTexts]] = {}

    def say(self, wording: Wording) -> str:
        """Return a sentence of the content, filled and folded as in a leaflet."""
        if wording not in self._said:
            name = self._names.name
            text = fill(wording, self.words).replace("**", "")
            self._said[wording] = self.fold(text.replace(MARK, name).replace(CAPITAL_MARK, name))
        return self._said[wording]

    def fold(self, text: str) -> str:
        """Fold white space and case, and drop the second name of a word."""
        return " ".join(text.replace(f" ({self._names.other})", "").split()).casefold()

    def read(self, section: Section) -> SectionTexts:
        """Return the texts of a section."""
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


class LeafletText:
    """A leaflet with its texts folded, for comparison with the content."""

    def __init__(
        self,
        library: Library,
        selection: Selection,
        leaflet: Leaflet,
        folder: TextFolder | None = None,
    ) -> None:
        self.facts = Facts(library, selection)
        self.leaflet = leaflet
        request = selection.request
        self.words = library.words_in(request.place, request.region)
        self.folder = folder or TextFolder(self.words)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the request."""
        return self.facts.flags

    @cached_property
    def read(self) -> tuple[SectionTexts, ...]:
        """The texts of every section."""
        return tuple(map(self.folder.read, self.leaflet.sections))

    @cached_property
    def text(self) -> str:
        """All texts of the leaflet, folded, one a line."""
        return "\n".join(one.folded for one in self.read)

    def section(self, name: str) -> Section | None:
        """Return a section by its id; None when the leaflet lacks it."""
        return next((one for one in self.leaflet.sections if one.id == name), None)

    def section_text(self, name: str) -> str:
        """Return the texts of a section, folded; "" when the leaflet lacks it."""
        section = self.section(name)
        return self.folder.read(section).folded if section else ""

    @property
    def is_short(self) -> bool:
        """Whether it is of a short edition."""
        return self.facts.selection.request.look.edition != FULL

    @cached_property
    def personal(self) -> str:
        """What is said just for this reader; in the short editions also what the medicines say."""
        names = (JUST_FOR_YOU, MEDICINES) if self.is_short else (JUST_FOR_YOU,)
        return "\n".join(map(self.section_text, names))

    @cached_property
    def boxes(self) -> Mapping[str, str]:
        """The texts of the boxes of each kind, folded."""
        found: dict[str, str] = {}
        for one in self.read:
            for kind, text in one.boxes.items():
                found[kind] = f"{found[kind]}\n{text}" if kind in found else text
        return found

    @cached_property
    def cards(self) -> Mapping[str, Panel]:
        """The cards of the exercises, by their folded name."""
        found = {}
        section = self.section(EXERCISES)
        for part in walk(section.parts if section else ()):
            if is_panel(part, "card"):
                head = next((one for one in part.parts if isinstance(one, Heading)), None)
                found[self.fold(plain(head.runs)) if head else ""] = part
        return found

    def say(self, wording: Wording) -> str:
        """Return a sentence of the content, filled and folded as in this leaflet."""
        return self.folder.say(wording)

    def fold(self, text: str) -> str:
        """Fold a text of this leaflet."""
        return self.folder.fold(text)


def texts(parts: tuple[Part, ...]) -> Iterator[str]:
    """Yield the texts of parts in reading order, without those in WORDED_OUTSIDE."""
    for part in worded_by_content(parts):
        match part:
            case Heading(runs=runs) | Paragraph(runs=runs):
                yield plain(runs)
            case ItemList():
                yield from said_by(part)
            case Picture(alt=alt, caption=caption):
                yield from (alt, caption)
            case Table(head=head, rows=rows):
                yield from head
                yield from (cell for row in rows for cell in row)
            case Form(fields=fields):
                yield from (one.label for one in fields)
            case Panel():
                pass
