"""Goes in: a row and its leaflet. Comes out: a slip that lies before it in the pile, to sort by.

Whatever differs from slip to slip stands in slots, so a slip is typeset once for all rows. It shows
the row id and numbers; no name, because slips end in the waste paper.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import Fault, TypesettingError
from handouts.fastpath.name_slot import set_name
from handouts.render.layout.staff_page import BODY, HEADING, VALUE, StaffPages
from handouts.render.layout.style import BLACK
from handouts.render.pdf.canvas import Glyphs
from handouts.render.pdf.graphics import MM
from handouts.render.pdf.structure import Tag
from handouts.render.pdf.typeface import letters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handouts.content.library import Library
    from handouts.fastpath.name_slot import Letters, Slot, TypesetPdf
    from handouts.render.pdf.fonts import Faces
    from handouts.worklist import Done

_WEIGHT = 800
"""Of all that stands in a slot."""
_SIZES = ((110, 1), (64, 1), (36, 1), (26, 1), (20, 4))
"""Size of the row id in points, and its lines: the largest that fits. The last takes any row id."""
_ID_HEIGHT = 40 * MM
_GAP = 6 * MM
_RISE = 0.7
"""The height of capital letters, in em."""
_ID_LETTERS = string.ascii_letters + string.digits + "-._"


class _Form(Struct, frozen=True):
    """A slip with nothing filled in."""

    pdf: TypesetPdf
    lines: int
    """Of the row id; the first slots are theirs."""
    slots: tuple[Slot, ...]


class Slips:
    """The slips of one list."""

    def __init__(
        self,
        words: Mapping[str, str],
        library: Library,
        faces: Faces,
        total: int,
        *,
        one_sided: bool,
    ) -> None:
        """`total` is the number of rows on the list."""
        self._words, self._places, self._faces = words, library.places, faces
        self._total, self._one_sided = total, one_sided
        self._forms: dict[tuple[str, str, int], _Form] = {}
        self._alphabet = "".join(dict.fromkeys(_ID_LETTERS + self._place("", ""))).replace(" ", "")
        self._letters: Letters = letters_of(faces[_WEIGHT], self._alphabet, self._alphabet)

    def slip(self, done: Done, number: int) -> tuple[str, TypesetPdf, bytes]:
        """Give a slip's name in the outline, its form, and what stands in the slots of that."""
        row, request = done.row, done.request
        paper = request.look.sheet
        language = self._places[request.place].language
        form, lines = self._fitting(row.stem, paper, language)
        sheets = row.copies * done.sheets(one_sided=self._one_sided)
        texts = [*lines, self._place(number, self._total), str(row.copies), str(sheets)]
        content = b" ".join(
            slot.before + f"[{self._set(text)[0]}] TJ".encode() + slot.after
            for slot, text in zip(form.slots, texts, strict=True)
        )
        return self._words["slip-bookmark"].format(row=row.stem), form.pdf, content

    # -------------------------------------------------------------- inside
    def _fitting(self, row: str, paper: str, language: str) -> tuple[_Form, list[str]]:
        """Give the form with the largest letters that hold a row id, and its lines."""
        wide = self._set(row)[1]
        for size in range(len(_SIZES)):
            form = self._form(paper, language, size)
            if wide <= form.slots[0].room:
                return form, [row] + [""] * (form.lines - 1)
        lines = self._split(row, form.slots[0].room)
        return form, lines + [""] * (form.lines - len(lines))

    def _form(self, paper: str, language: str, size: int) -> _Form:
        key = (paper, language, size)
        if key not in self._forms:
            self._forms[key] = self._typeset(paper, language, *_SIZES[size])
        return self._forms[key]

    def _typeset(self, paper: str, language: str, size: float, lines: int) -> _Form:
        words = self._words
        pages = StaffPages(paper, language, self._faces, words["slip"])
        face = self._faces[_WEIGHT]
        pages.canvas.reserve(face, self._alphabet)
        pages.start_page(words["slip"], (Tag("P"),))
        heading = Tag("H1")
        pages.flow(words["row"], HEADING, (heading,))
        pages.y -= _GAP / 2
        slots = []
        for line in range(lines):
            y = pages.y - size * (_RISE + 1.2 * line)
            first = Glyphs(pages.left, y, face, size, BLACK, ())
            slots.append(pages.canvas.slot((heading,), first, pages.width))
        pages.y -= _ID_HEIGHT
        pages.rule()
        pages.y -= _GAP
        root = Tag("L")
        for label in ("number", "copies", "sheets-below"):
            path, y = pages.label(words[label], root)
            first = Glyphs(pages.left + pages.values, y, face, VALUE.size, BLACK, ())
            slots.append(pages.canvas.slot(path, first, pages.width - pages.values))
        pages.y -= _GAP
        pages.flow(words["slip-help"], BODY, (Tag("P"),))
        pages.end_page()
        return _Form(pages.finish(), lines, tuple(slots))

    def _place(self, number: object, total: object) -> str:
        return self._words["place"].format(n=number, total=total)

    def _split(self, row: str, room: int) -> list[str]:
        """Break a row id into lines that have room."""
        lines = [""]
        for letter in row:
            if self._set(lines[-1] + letter)[1] > room:
                lines.append("")
            lines[-1] += letter
        return lines

    def _set(self, text: str) -> tuple[str, int]:
        found = set_name(text, self._letters)
        if found is None:
            raise TypesettingError(Fault(message="a slip has a letter that it was not made for"))
        return found
