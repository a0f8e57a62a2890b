"""Goes in: the XHTML of many leaflets. Comes out: their sections; each is parsed only once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from handouts.errors import CompositionError
from handouts.xhtml import parse_sections

if TYPE_CHECKING:
    from handouts.leaflet import Section

_OPEN, _CLOSE, _END = "<article>", "</article>", "</section>"


class KnownSections:
    """Parses as `parse_sections` does, and knows a section again that stood in another leaflet.

    It holds the words of patients' leaflets for as long as it lives: it is for leaflets without a
    patient, which are made to be checked.
    """

    def __init__(self) -> None:
        self._known: dict[str, Section] = {}

    def parse(self, xhtml: str, template: str) -> tuple[Section, ...]:
        """Parse a leaflet section by section.

        Sections do not nest: if each piece is one whole section, together they are the document.
        Anything else is parsed in one go, for its own line numbers in what is wrong.
        """
        body = xhtml.strip()
        *pieces, rest = body.removeprefix(_OPEN).removesuffix(_CLOSE).split(_END)
        if body.startswith(_OPEN) and body.endswith(_CLOSE) and not rest.strip():
            with suppress(CompositionError):
                return tuple(self._section(piece, template) for piece in pieces)
        return parse_sections(xhtml, template)

    def _section(self, piece: str, template: str) -> Section:
        if piece not in self._known:
            whole = f"{_OPEN}{piece}{_END}{_CLOSE}"
            (self._known[piece],) = parse_sections(whole, template)
        return self._known[piece]
