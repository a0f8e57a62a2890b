"""Load the typeface and shape words with HarfBuzz: `load_faces`, `Face`.

Words whose characters are all measured need no shaping. There are no ligatures: every glyph
stands for one character. ToUnicode maps give back the text as typed.
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
    """The faces of the typeface by weight, 400 to 800."""


FONT_FILES = {
    400: "HandoutsHyperlegible-400Regular.ttf",
    600: "HandoutsHyperlegible-600SemiBold.ttf",
    700: "HandoutsHyperlegible-700Bold.ttf",
    800: "HandoutsHyperlegible-800ExtraBold.ttf",
}

_FEATURES = {"kern": True, "liga": False, "clig": False}
"""No ligatures, which are harder for weak readers, and would stand for several characters."""
_NEGLIGIBLE = 9
"""Kerning too small to print, in 1/1000 em: at 12 pt and 600 dpi a dot is 10."""
_UNUSED = frozenset({"name", "OS/2"})
"""Font tables that PDF readers ignore; ReportLab would embed them with each face."""
_UNREADABLE = (OSError, TTFError, struct.error, LookupError, ValueError)
_ZERO_WIDTH = "\u200b"
"""The text of a glyph that stands for none of its own: a zero width space."""
_PRIVATE_USE = 0xF0000
"""The start of Supplementary Private Use Area-A."""


class Word(Struct, frozen=True):
    """A shaped word: a character for each glyph, and the kerning after it, in 1/1000 em."""

    glyphs: str
    """From left to right, also those of a word that is read from right to left."""
    kerns: tuple[int, ...]
    width: float
    """In em, so that a word is shaped once for all sizes."""
    lead: int = 0
    """How far the first glyph is to the right of where the word starts, in 1/1000 em."""
    rises: tuple[int, ...] = ()
    """How far each glyph is above the baseline, in 1/1000 em; empty where all are on it."""
    actual: str = ""
    """What the word says, where its glyphs do not spell it."""


def _table(read: Callable[[str], bytes], tag: str) -> bytes:
    """Return a table of a font file; raises KeyError for those in _UNUSED, as if missing."""
    if tag in _UNUSED:
        raise KeyError(tag)
    return read(tag)


class ShapedFont(TTFont):  # type: ignore[misc]  # ReportLab has no types
    """A TrueType font that shows any glyph, and whose ToUnicode map gives the text as typed.

    ReportLab encodes characters, not glyphs: a glyph that is not the default one of its character
    is given a private-use character, computed from the glyph and its text.
    """

    def __init__(self, name: str, path: str) -> None:
        # Validates the checksums: without, a truncated file loads and prints blanks.
        super().__init__(name, path, validate=1, asciiReadable=0)
        self.face.get_table = partial(_table, self.face.get_table)
        self.private: dict[tuple[int, str], int] = {}
        self.spells: dict[int, str] = {}

    def character(self, glyph: int, text: str, advance: int) -> str:
        """Return the character that stands for a glyph whose text is `text`.

        `advance` is the advance width of the glyph in 1/1000 em.
        """
        face = self.face
        if len(text) == 1 and face.charToGlyph.get(ord(text)) == glyph:
            return text
        code = self.private.get((glyph, text))
        if code is None:
            # Computed from glyph and text, so that the order of use does not change the file.
            code = _PRIVATE_USE + (glyph * 7 + sum(map(ord, text))) % 0xFF00
            while code in self.spells:
                code += 1
            self.private[glyph, text] = code
            face.charToGlyph[code] = glyph
            face.charWidths[code] = advance
            self.spells[code] = text
        return chr(code)

    def addObjects(self, doc: Any) -> None:  # noqa: N802, ANN401 - overrides ReportLab
        """Write the font with ToUnicode maps that give the text as typed.

        ReportLab calls this once for each document.
        """
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
        runs = [codes[at : at + 100] for at in range(0, len(codes), 100)]
        body = "".join(
            f"1 beginbfrange\n<{run[0]:02X}> <{run[-1]:02X}> [{''.join(texts[n] for n in run)}]\n"
            "endbfrange\n"
            for run in runs
        )
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            f"/CMapName /{name} def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{body}endcmap\n"
            "CMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


class Face:
    """One weight of the typeface: shapes words; its ascent and descent are in em."""

    def __init__(self, weight: int | str, path: Path, metrics: GlyphMetrics | None = None) -> None:
        """`weight` is the name of the script in place of a weight, for a face of another script."""
        self.name = f"Handouts{weight}"
        self.is_usual = isinstance(weight, int)
        self._path = path
        try:
            self.font = ShapedFont(self.name, str(path))
        except _UNREADABLE as error:
            raise self._broken() from error
        pdfmetrics.registerFont(self.font)
        self.ascent: float = self.font.face.ascent / 1000
        self.descent: float = -self.font.face.descent / 1000
        self.metrics = metrics
        """The measured characters; None means that HarfBuzz shapes every word."""
        self._advances: dict[int, int] = {}
        self.gap, self.hard_gap = self._gaps()
        self.space = self.gap.width
        # A cache per face: a decorated method would keep every face alive in a shared cache.
        self.shape = lru_cache(maxsize=4096)(self.shape)  # type: ignore[method-assign]

    def glyph_of(self, character: str) -> int:
        """Return the glyph index of a character; 0 (.notdef) if the font has none."""
        return int(self.shaper.get_nominal_glyph(ord(character)) or 0)

    def covers(self, text: str) -> bool:
        """Tell whether this face sets a text, one glyph beside the other."""
        known = self.font.face.charToGlyph
        return all(ord(one) in known and not "\u0300" <= one <= "\u036f" for one in text)

    def _gaps(self) -> tuple[Word, Word]:
        """Return the space and the no-break space, which has a glyph of its own."""
        if self.metrics is None:
            return self.shape_anew(" "), self.shape_anew(HARD_SPACE)
        width, hard_width = (self.metrics.widths[space] for space in (" ", HARD_SPACE))
        hard = self.font.character(self.metrics.hard_glyph, HARD_SPACE, hard_width)
        return Word(" ", (0,), width / 1000), Word(hard, (0,), hard_width / 1000)

    def shape(self, text: str) -> Word:
        """Return a word as HarfBuzz shapes it, from the metrics if all its characters are measured.

        Cached. Raises TypesettingError, which names the character, for one that the font lacks.
        """
        measured = self.metrics.measure(text) if self.metrics else None
        if measured is None:
            return self.shape_anew(text)
        kerns, width = measured
        return Word(text, kerns, width / 1000)

    @cached_property
    def shaper(self) -> Any:  # noqa: ANN401 - uharfbuzz has no types
        """The font of HarfBuzz; raises TypesettingError for a broken file."""
        import uharfbuzz  # noqa: PLC0415 - most leaflets have plain words only

        try:
            return uharfbuzz.Font(uharfbuzz.Face(self._path.read_bytes()))
        except _UNREADABLE as error:
            raise self._broken() from error

    def shape_anew(self, text: str) -> Word:
        """Return a word shaped by HarfBuzz; raises TypesettingError for a missing character."""
        infos, positions = self._shaped(text)
        ends = [*(info.cluster for info in infos[1:]), len(text)]
        glyphs, kerns, total = [], [], 0
        for info, position, end in zip(infos, positions, ends, strict=True):
            spelled = text[info.cluster : end] or _ZERO_WIDTH
            if info.codepoint == 0:
                # Right to left, the text of a glyph ends before it begins.
                raise self._missing(text[info.cluster : end] or text[info.cluster])
            advance = self._advance_of(info.codepoint)
            glyphs.append(self.font.character(info.codepoint, spelled, advance))
            kerns.append(self._kern(position.x_advance, advance))
            total += advance + kerns[-1]
        return Word("".join(glyphs), tuple(kerns), total / 1000)

    def kerns_of(self, text: str) -> tuple[int, ...]:
        """Return the kerning after each glyph of a text whose characters the font all has."""
        infos, positions = self._shaped(text)
        return tuple(
            self._kern(position.x_advance, self._advance_of(info.codepoint))
            for info, position in zip(infos, positions, strict=True)
        )

    def _shaped(self, text: str) -> tuple[Any, Any]:
        """Return what HarfBuzz says of each glyph of a text, and of its place."""
        import uharfbuzz  # noqa: PLC0415 - most leaflets have plain words only

        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self.shaper, buffer, _FEATURES)
        return buffer.glyph_infos, buffer.glyph_positions

    def _advance_of(self, glyph: int) -> int:
        """Return the width of a glyph in 1/1000 em, without kerning; asked for once."""
        if glyph not in self._advances:
            self._advances[glyph] = round(self.shaper.get_glyph_h_advance(glyph) * self._per_em)
        return self._advances[glyph]

    def _kern(self, moved: int, advance: int) -> int:
        """Return how much further than its width a glyph moves what follows, in 1/1000 em."""
        kerning = round(moved * self._per_em) - advance
        return kerning if abs(kerning) > _NEGLIGIBLE else 0

    @cached_property
    def _per_em(self) -> float:
        """Thousandths of an em in a unit of the font."""
        return 1000 / float(self.shaper.face.upem)

    def width(self, text: str, size: float) -> float:
        """Return the width of a line of text in points, at a size in points."""
        words = text.split(" ")
        em = sum(self.shape(word).width for word in words if word) + self.space * (len(words) - 1)
        return em * size

    def advance(self, glyph: str) -> float:
        """Return the width of one glyph of a shaped word, in 1/1000 em, without kerning."""
        width: float = self.font.face.charWidths[ord(glyph)]
        return width

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
    """Return the faces by weight, loaded once.

    Raises TypesettingError for a missing or broken file.
    """
    folder, metrics = Path(resource("fonts")), known_metrics()
    return {
        weight: Face(weight, folder / name, metrics.get(weight))
        for weight, name in FONT_FILES.items()
    }
