"""Load the typeface and shape words with HarfBuzz: `load_faces`, `Face`.

Words of measured letters need no shaping. No ligatures, so that every glyph spells one
character; ToUnicode maps give back what was typed.
"""

from __future__ import annotations

import struct
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFError, TTFont

from handouts.errors import Fault, TypesettingError
from handouts.fastpath.fingerprint import resource
from handouts.fastpath.name_slot import HARD_SPACE, known_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handouts.fastpath.name_slot import GlyphMetrics

    Faces = Mapping[int, "Face"]
    """Each weight of the typeface."""


FONT_FILES = {
    400: "HandoutsHyperlegible-400Regular.ttf",
    600: "HandoutsHyperlegible-600SemiBold.ttf",
    700: "HandoutsHyperlegible-700Bold.ttf",
    800: "HandoutsHyperlegible-800ExtraBold.ttf",
}

_FEATURES = {"kern": True, "liga": False, "clig": False}
"""No ligatures: weak readers read letters, and every glyph then spells one character."""
_UNSEEN = 9
"""Kerning in 1/1000 em below a printer's dot: at 12 points and 600 dots an inch, a dot is 10."""
_UNUSED = frozenset({"name", "OS/2"})
"""Tables for installing a font; ReportLab would copy them into every leaflet, a face each."""
_UNREADABLE = (OSError, TTFError, struct.error, LookupError, ValueError)
_FILL = "\u200b"
_PRIVATE = 0xF0000


class Word(Struct, frozen=True):
    """A shaped word: characters that name its glyphs, and kerning after each, in 1/1000 em."""

    glyphs: str
    kerns: tuple[int, ...]
    width: float
    """In em, so that one shaping serves every size."""


def _table(read: Callable[[str], bytes], tag: str) -> bytes:
    """Read a table of a font file; those that no reader of a PDF looks at are not there."""
    if tag in _UNUSED:
        raise KeyError(tag)
    return read(tag)


class ShapedFont(TTFont):  # type: ignore[misc]  # ReportLab has no types
    """A TrueType font whose glyphs are used by number, and whose ToUnicode spells what was typed.

    Each (glyph, text it stands for) that is not the plain glyph of one character gets a private
    character, handed out in the order of first use in the file, never in the process.
    """

    def __init__(self, name: str, path: str) -> None:
        # Checksums: a font file cut short loads, and would print blanks.
        super().__init__(name, path, validate=1, asciiReadable=0)
        self.face.get_table = partial(_table, self.face.get_table)
        self.private: dict[tuple[int, str], int] = {}
        self.spells: dict[int, str] = {}

    def character(self, glyph: int, text: str, advance: int) -> str:
        """Name a glyph by a character that this font's encoding knows."""
        face = self.face
        if len(text) == 1 and face.charToGlyph.get(ord(text)) == glyph:
            return text
        code = self.private.get((glyph, text))
        if code is None:
            # The number depends on glyph and text only, so that order of use cannot change a byte.
            code = _PRIVATE + (glyph * 7 + sum(map(ord, text))) % 0xFF00
            while code in self.spells:
                code += 1
            self.private[glyph, text] = code
            face.charToGlyph[code] = glyph
            face.charWidths[code] = advance
            self.spells[code] = text
        return chr(code)

    def addObjects(self, doc: Any) -> None:  # noqa: N802, ANN401 - overrides ReportLab
        """Write the font, then spell its ToUnicode maps out."""
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            parts = SUBSETN(number), b"+", self.face.name, self.face.subfontNameX
            base = b"".join(parts).decode("pdfdoc")
            doc.idToObject["toUnicodeCMap:" + base].content = self._to_unicode(base, subset)

    def _to_unicode(self, name: str, subset: list[int]) -> str:
        texts = [
            f"<{self.spells.get(char, chr(char)).encode('utf-16-be').hex().upper()}>"
            for char in subset
        ]
        codes = range(1, len(texts))
        chunks = [codes[at : at + 100] for at in range(0, len(codes), 100)]
        body = "".join(
            f"1 beginbfrange\n<{one[0]:02X}> <{one[-1]:02X}> [{''.join(texts[n] for n in one)}]\n"
            "endbfrange\n"
            for one in chunks
        )
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            f"/CMapName /{name} def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{body}endcmap\n"
            "CMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


class Face:
    """One weight of the typeface: shapes words, knows its metrics (in em) and what it lacks."""

    def __init__(self, weight: int, path: Path, letters: GlyphMetrics | None = None) -> None:
        self.name = f"Handouts{weight}"
        self._path = path
        try:
            self.font = ShapedFont(self.name, str(path))
        except _UNREADABLE as error:
            raise self._broken() from error
        pdfmetrics.registerFont(self.font)
        self.ascent: float = self.font.face.ascent / 1000
        self.descent: float = -self.font.face.descent / 1000
        self.metrics = letters
        """What most words are set with; None: all are shaped."""
        self.gap, self.hard_gap = self._gaps()
        self.space = self.gap.width
        # One cache for each face; a decorator would keep every face alive in a shared one.
        self.shape = lru_cache(maxsize=4096)(self.shape)  # type: ignore[method-assign]

    def glyph_of(self, character: str) -> int:
        """Give the number of a character's glyph; 0 when the font has none."""
        return int(self._shaper.get_nominal_glyph(ord(character)) or 0)

    def _gaps(self) -> tuple[Word, Word]:
        """Give the space, and the one that keeps words together, which has a glyph of its own."""
        if self.metrics is None:
            return self.shape_anew(" "), self.shape_anew(HARD_SPACE)
        width, hard_width = (self.metrics.widths[one] for one in (" ", HARD_SPACE))
        hard = self.font.character(self.metrics.hard_glyph, HARD_SPACE, hard_width)
        return Word(" ", (0,), width / 1000), Word(hard, (0,), hard_width / 1000)

    def shape(self, text: str) -> Word:
        """Give one word as HarfBuzz shapes it, by its letters where all of them are measured.

        Raises TypesettingError naming a character the font lacks.
        """
        measured = self.metrics.measure(text) if self.metrics else None
        if measured is None:
            return self.shape_anew(text)
        kerns, width = measured
        return Word(text, kerns, width / 1000)

    @cached_property
    def _shaper(self) -> Any:  # noqa: ANN401 - as in uharfbuzz
        import uharfbuzz  # noqa: PLC0415 - most leaflets have plain words only

        try:
            return uharfbuzz.Font(uharfbuzz.Face(self._path.read_bytes()))
        except _UNREADABLE as error:
            raise self._broken() from error

    def shape_anew(self, text: str) -> Word:
        """Shape one word; raises TypesettingError naming a character the font lacks."""
        import uharfbuzz  # noqa: PLC0415 - the same

        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self._shaper, buffer, _FEATURES)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        ends = [*(info.cluster for info in infos[1:]), len(text)]
        glyphs, kerns, total = [], [], 0
        per_em = 1000 / self._shaper.face.upem
        for info, position, end in zip(infos, positions, ends, strict=True):
            spelled = text[info.cluster : end] or _FILL
            if info.codepoint == 0:
                raise self._missing(spelled)
            advance = round(self._shaper.get_glyph_h_advance(info.codepoint) * per_em)
            glyphs.append(self.font.character(info.codepoint, spelled, advance))
            kern = round(position.x_advance * per_em) - advance
            kerns.append(kern if abs(kern) > _UNSEEN else 0)
            total += advance + kerns[-1]
        return Word("".join(glyphs), tuple(kerns), total / 1000)

    def width(self, text: str, size: float) -> float:
        """Measure a line of text, in points."""
        words = text.split(" ")
        em = sum(self.shape(word).width for word in words if word) + self.space * (len(words) - 1)
        return em * size

    def _broken(self) -> TypesettingError:
        message = f"cannot read the font `{self._path.name}`"
        return TypesettingError(Fault(message=message, hint="restore the fonts folder"))

    def _missing(self, spelled: str) -> TypesettingError:
        codes = " ".join(f"U+{ord(char):04X}" for char in spelled)
        return TypesettingError(
            Fault(
                message=f"the typeface has no character `{spelled}` ({codes})",
                hint="write it in Latin letters",
            )
        )


@cache
def load_faces() -> dict[int, Face]:
    """Load the weights of the typeface once; raises TypesettingError for a missing file."""
    folder, letters = Path(resource("fonts")), known_metrics()
    return {
        weight: Face(weight, folder / name, letters.get(weight))
        for weight, name in FONT_FILES.items()
    }
