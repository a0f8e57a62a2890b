"""Tell from the styles of an ODS file which words are struck out or unseen: `DocumentStyles`.

A style says only what it changes; the rest it takes from its parent, or a part from its cell.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import iterparse

from handouts.batch.grid import SMALLEST, THINNEST_ROW, is_alike

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_STYLE, _TABLE, _FO = (f"{{{_NAMES}{one}:1.0}}" for one in ("style", "table", "xsl-fo-compatible"))
_CELL, _ROW = "table-cell", f"{_TABLE}table-row"
_PAGE_HEADS = {
    f"{_STYLE}{place}{page}" for place in ("header", "footer") for page in ("", "-left", "-first")
}
_FIELDS = {
    f"{{{_NAMES}text:1.0}}{one}"
    for one in ("sheet-name", "page-number", "page-count", "title", "date", "time", "file-name")
}
_COLOUR = re.compile(r"#([0-9A-Fa-f]{6})")
_SIZE = re.compile(r"([0-9]*\.?[0-9]+)(pt|mm|cm|in|px)")
_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "px": 0.75}
_AUTOMATIC = ""
"""A colour that the program chooses so that it can be seen."""


class WordLook(NamedTuple):
    """How words look; None: as their parent, or the part around them, says."""

    struck: bool | None = None
    ink: str | None = None
    """RRGGBB, or empty for a colour that the program chooses."""
    ground: str | None = None
    size: float | None = None

    @property
    def is_unseen(self) -> bool:
        """Whether nobody can see words that look so."""
        if self.size is not None and self.size < SMALLEST:
            return True
        return bool(self.ink) and is_alike(self.ink or "", self.ground or "FFFFFF")

    def over(self, under: WordLook) -> WordLook:
        """Return this look, with what it does not say taken from another."""
        pairs = zip(self, under, strict=True)
        return WordLook(*(theirs if own is None else own for own, theirs in pairs))  # type: ignore[arg-type] # field by field


class DocumentStyles:
    """Knows the styles of a document by family and name."""

    def __init__(self, path: str) -> None:
        self._styles: dict[tuple[str, str], tuple[WordLook, str]] = {}
        self._rules: dict[str, set[str]] = {}
        self._thin = set[tuple[str, str]]()
        self.has_page_heads = False
        """Whether any page header or footer holds words of its own, not fields alone."""
        with zipfile.ZipFile(path) as packed:
            for name in ("styles.xml", "content.xml"):
                if name in packed.namelist():
                    with packed.open(name) as part:
                        self._read(part)

    def of(self, family: str, name: str, around: WordLook | None = None) -> WordLook:
        """Return how a style makes words look; `around` is what holds where it says nothing."""
        look = WordLook()
        for _ in range(len(self._styles)):
            if (family, name) not in self._styles:
                break
            own, parent = self._styles[family, name]
            look, name = look.over(own), parent
            if not parent:
                break
        if family == _CELL:
            usual = self._styles.get((_CELL, ""), (WordLook(), ""))[0]
            look = look.over(usual)
        return look.over(around) if around else look

    def hides(self, name: str) -> bool:
        """Tell whether a style that a rule applies strikes words out or hides them."""
        look = self.of(_CELL, name)
        return bool(look.struck) or look.is_unseen

    def is_ruled(self, name: str) -> bool:
        """Tell whether a style of a cell has rules of its own that hide words."""
        return any(map(self.hides, self._rules.get(name, ())))

    def is_thin(self, family: str, name: str) -> bool:
        """Tell whether a style makes a row or a column too thin for anybody to see."""
        return (family, name) in self._thin

    # -------------------------------------------------------------- inside
    def _read(self, part: Any) -> None:  # noqa: ANN401 - a file of bytes, as zipfile has it
        for _, element in iterparse(part):  # noqa: S314 - bounded, as is the part
            if element.tag in (f"{_STYLE}style", f"{_STYLE}default-style"):
                family, name = element.get(f"{_STYLE}family", ""), element.get(f"{_STYLE}name", "")
                parent = element.get(f"{_STYLE}parent-style-name", "")
                self._styles[family, name] = (_look_of(element), parent)
                if any(_is_thin(one) for one in element):
                    self._thin.add((family, name))
                rules = {
                    one.get(f"{_STYLE}apply-style-name", "")
                    for one in element
                    if one.tag == f"{_STYLE}map"
                }
                if rules and family == _CELL:
                    self._rules[name] = rules
            if element.tag in _PAGE_HEADS and element.get(f"{_STYLE}display") != "false":
                self.has_page_heads |= _has_own_words(element)
            if element.tag in (_ROW, f"{_STYLE}style"):
                element.clear()


def _has_own_words(element: Element) -> bool:
    """Tell whether an element holds words of its own, and not those of a field alone."""
    if element.tag in _FIELDS:
        return False
    if (element.text or "").strip():
        return True
    return any(_has_own_words(one) or (one.tail or "").strip() for one in element)


def _look_of(style: Element) -> WordLook:
    struck: bool | None = None
    ink: str | None = None
    ground: str | None = None
    size: float | None = None
    for one in style:
        for key in ("text-line-through-style", "text-line-through-type"):
            if (said := one.get(f"{_STYLE}{key}")) is not None:
                struck = said != "none"
        if (said := one.get(f"{_FO}color")) is not None:
            ink = _colour_of(said)
        if one.get(f"{_STYLE}use-window-font-color") == "true":
            ink = _AUTOMATIC
        if (said := one.get(f"{_FO}background-color")) is not None:
            ground = _colour_of(said) or "FFFFFF"
        if (points := _points(one.get(f"{_FO}font-size", ""))) is not None:
            size = points
    return WordLook(struck, ink, ground, size)


def _is_thin(said: Element) -> bool:
    sizes = (_points(said.get(f"{_STYLE}{key}", "")) for key in ("row-height", "column-width"))
    return any(one is not None and one < THINNEST_ROW for one in sizes)


def _points(length: str) -> float | None:
    found = _SIZE.fullmatch(length)
    return float(found[1]) * _POINTS[found[2]] if found else None


def _colour_of(said: str) -> str:
    found = _COLOUR.fullmatch(said)
    return found[1].upper() if found else ""
