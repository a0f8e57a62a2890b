"""Decode a PDF font's character codes: the text they stand for, and whether a glyph draws them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from fontTools.ttLib import TTFont

GlyphOf = Callable[[int], int]
"""Gives the glyph number that draws a code; 0 is the .notdef box."""

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
HEX = r"<([0-9A-Fa-f]+)>\s*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One character code as a reader gets it."""

    text: str
    """What ToUnicode says; the replacement character where it says nothing."""
    drawn: bool
    """False when the font draws its .notdef box."""


class PdfFont:
    """A font resource, ready to decode the strings that it shows."""

    def __init__(self, font: pikepdf.Object) -> None:
        self.name = str(font.get("/BaseFont", pikepdf.Name("/unnamed")))[1:]
        self._composite = font.get("/Subtype") == "/Type0"
        self._texts = _to_unicode(font.get("/ToUnicode"))
        descendant = font.DescendantFonts[0] if self._composite else font
        self.embedded = _font_program(descendant) is not None
        self._glyph_of = _cid_glyphs(descendant) if self._composite else _simple_glyphs(descendant)
        self._known: dict[int, Shown] = {}

    def decode(self, codes: bytes) -> list[Shown]:
        """Give the text of a shown string, code by code."""
        known, numbers = self._known, codes if not self._composite else _pairs(codes)
        for code in {*numbers} - known.keys():
            known[code] = self._shown(code)
        return [known[code] for code in numbers]

    def _shown(self, code: int) -> Shown:
        if self._texts is None:
            text = UNKNOWN if self._composite else _windows_text(code)
        else:
            text = self._texts.get(code, UNKNOWN)
        return Shown(text=text, drawn=self._glyph_of(code) != 0)


def _pairs(codes: bytes) -> list[int]:
    """Read codes of two bytes each; what is left of one stands for itself."""
    return [int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)]


def fonts_in(resources: pikepdf.Object | None) -> Iterator[pikepdf.Object]:
    """Walk the fonts of a resource dictionary and of the forms in it."""
    if resources is None:
        return
    yield from resources.get("/Font", pikepdf.Dictionary()).values()
    for form in resources.get("/XObject", pikepdf.Dictionary()).values():
        yield from fonts_in(form.get("/Resources"))


def _windows_text(code: int) -> str:
    return bytes([code]).decode("cp1252", "replace")


def _to_unicode(cmap: pikepdf.Object | None) -> dict[int, str] | None:
    """Read a ToUnicode map; None when the font has none."""
    if cmap is None:
        return None
    source = cmap.read_bytes().decode("latin-1")
    texts: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        texts.update((int(code, 16), _utf16(text)) for code, text in re.findall(HEX + HEX, block))
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        texts.update(_ranges(block))
    return texts


def _ranges(block: str) -> dict[int, str]:
    texts: dict[int, str] = {}
    for first, _last, array in re.findall(HEX + HEX + r"\[(.*?)\]", block, re.DOTALL):
        items = re.findall(HEX, array)
        texts.update((int(first, 16) + step, _utf16(text)) for step, text in enumerate(items))
    for first, last, start in re.findall(HEX + HEX + HEX, re.sub(r"\[.*?\]", "", block)):
        text = _utf16(start)
        codes = range(int(first, 16), int(last, 16) + 1)
        texts.update(
            (code, text[:-1] + chr(ord(text[-1]) + step)) for step, code in enumerate(codes)
        )
    return texts


def _stepped(text: str, step: int) -> str:
    return text[:-1] + chr(ord(text[-1]) + step)


def _utf16(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")


def _font_program(font: pikepdf.Object) -> bytes | None:
    descriptor = font.get("/FontDescriptor")
    for key in ("/FontFile", "/FontFile2", "/FontFile3"):
        if descriptor is not None and key in descriptor:
            return bytes(descriptor[key].read_bytes())
    return None


def _simple_glyphs(font: pikepdf.Object) -> GlyphOf:
    """Look up one-byte codes in the embedded TrueType file; other fonts count as complete."""
    program = _font_program(font)
    if program is None or font.get("/Subtype") != "/TrueType":
        return _always_drawn
    file = TTFont(BytesIO(program), lazy=True)
    glyphs: dict[int, int] = {}
    for table in file["cmap"].tables:
        numbers = {key: file.getGlyphID(name) for key, name in table.cmap.items()}
        is_unicode = (table.platformID, table.platEncID) == (3, 1)
        for code in range(256):
            keys = (ord(_windows_text(code)),) if is_unicode else (code, 0xF000 + code)
            found = [numbers[key] for key in keys if numbers.get(key)]
            glyphs.update({code: found[0]} if found else {})
    return lambda code: glyphs.get(code, 0)


def _cid_glyphs(font: pikepdf.Object) -> GlyphOf:
    """Look up CIDs in the glyph map of a TrueType descendant; other fonts count as complete."""
    if font.get("/Subtype") != "/CIDFontType2":
        return _always_drawn
    mapping = font.get("/CIDToGIDMap")
    if not isinstance(mapping, pikepdf.Stream):
        return lambda cid: cid
    numbers = mapping.read_bytes()
    return lambda cid: int.from_bytes(numbers[2 * cid : 2 * cid + 2], "big")


def _always_drawn(_code: int) -> int:
    return 1
