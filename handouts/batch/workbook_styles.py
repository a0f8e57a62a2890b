"""Tell from the styles of an XLSX file what a sheet shows of its cells: `WorkbookStyles`.

A number is read as its format shows it. Words that nobody can see, in the colour of what is behind
them or too small, are none that a person has read.
"""

from __future__ import annotations

import colorsys
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError, fromstring

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

from handouts.batch.grid import SMALLEST, is_alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


_WHITE, _BLACK = "FFFFFF", "000000"
_THEME = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)))
_SWAPPED = {0: 1, 1: 0, 2: 3, 3: 2}
"""Cells count the first four colours of a theme in another order than the theme lists them."""
_FOREGROUND, _BACKGROUND = 64, 65
"""Colours of the window, by their index."""
_USUAL_THEME = (_BLACK, _WHITE, "1F497D", "EEECE1", "4F81BD", "C0504D", "9BBB59", "8064A2",
                "4BACC6", "F79646")  # fmt: skip
_ZEROS = re.compile(r'(?:0|[ ()/.-]|\\.|"[^"]*"|_.)+')
_PARTS = re.compile(r'0|\\(.)|"([^"]*)"|_.|(.)')
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SECTION = re.compile(r'(?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*')
_HOLDER = re.compile(r"[0#?@dmyhs]|general", re.IGNORECASE)
"""What stands for the value of a cell."""
_CONDITION = re.compile(r"\[[<>=]")
_WHITE_FORMAT = re.compile(r"\[white\]", re.IGNORECASE)
_ALL_SECTIONS = 4
_MOST_FORMATS = 256


class Colours:
    """Knows the colours of a workbook by what its parts call them."""

    def __init__(self, theme: bytes | None, indexed: Sequence[str]) -> None:
        """`theme` is that part of the file; a damaged one counts as the usual."""
        self._theme = _theme_of(theme) if theme else _USUAL_THEME
        self._indexed = indexed

    def of(self, said: Mapping[str, str] | None) -> str:
        """Return a colour as RRGGBB by its attributes; empty where it is left to the program."""
        if not said or said.get("auto") in ("1", "true"):
            return ""
        try:
            return _tinted(self._plain(said), float(said.get("tint", 0)))
        except (ValueError, IndexError):
            return ""

    def _plain(self, said: Mapping[str, str]) -> str:
        if "rgb" in said:
            return said["rgb"][-6:].upper()
        if "theme" in said:
            at = int(said["theme"])
            return self._theme[_SWAPPED.get(at, at)]
        at = int(said.get("indexed", _FOREGROUND))
        if at in (_FOREGROUND, _BACKGROUND):
            return "" if at == _FOREGROUND else _WHITE
        return self._indexed[at][-6:].upper()


def _theme_of(raw: bytes) -> tuple[str, ...]:
    try:
        parts = {str(one.tag).rpartition("}")[2]: one for one in fromstring(raw).iter()}  # noqa: S314 - bounded, as is the part
    except ParseError:
        return _USUAL_THEME
    found = []
    for name, usual in zip(_THEME, _USUAL_THEME, strict=True):
        said = next(iter(parts[name]), None) if name in parts else None
        code = "" if said is None else said.get("lastClr") or said.get("val") or ""
        found.append(code.upper() if re.fullmatch(r"[0-9A-Fa-f]{6}", code) else usual)
    return tuple(found)


def _tinted(colour: str, tint: float) -> str:
    """Make a colour darker (a tint below 0) or lighter, as themes do."""
    if not tint or not colour:
        return colour
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    hue, light, strong = colorsys.rgb_to_hls(*parts)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    mixed = colorsys.hls_to_rgb(hue, min(max(light, 0), 1), strong)
    return "".join(f"{round(part * 255):02X}" for part in mixed)


_DRAWN_SIXTEENTHS = {"darkGray": 12, "mediumGray": 8, "lightGray": 4, "gray125": 2, "gray0625": 1}
"""How many of sixteen dots a pattern of dots draws; patterns of lines draw 8 (dark) or 4."""

_UNSAID = "00000000"
"""How openpyxl reads a colour of a fill that the file leaves out."""


def _mixed(colours: Sequence[str]) -> str:
    """Return the mean of colours, as somebody sees them who stands back."""
    sums = (sum(int(one[at : at + 2], 16) for one in colours) for at in (0, 2, 4))
    return "".join(f"{round(total / len(colours)):02X}" for total in sums)


class WorkbookStyles:
    """Knows how the cells of a workbook look, by the number of their style."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - openpyxl gives no other way to its styles
        self.colours = Colours(book.loaded_theme, book._colors)  # noqa: SLF001
        styles, fonts, fills = book._cell_styles, book._fonts, book._fills  # noqa: SLF001
        self._struck = {at for at, one in enumerate(styles) if fonts[one.fontId].strike}
        self._formats = [_format(one.numFmtId, book._number_formats) for one in styles]  # noqa: SLF001
        self._zeros = [_zeros(form) for form in self._formats]
        self._grounds = [self._ground(fills[one.fillId]) for one in styles]
        inks = [self._colour(fonts[one.fontId].color) for one in styles]
        sizes = [fonts[one.fontId].sz or SMALLEST for one in styles]
        self._unseen = [
            size < SMALLEST or is_alike(ink or _BLACK, ground)
            for ink, ground, size in zip(inks, self._grounds, sizes, strict=True)
        ]
        self.hiding = frozenset(self._rules(book._differential_styles.styles))  # noqa: SLF001
        """The numbers of what rules (conditional formatting) may use to strike out or hide."""

    def is_struck(self, style: int) -> bool:
        """Tell whether the style of a cell strikes its words out."""
        return style in self._struck

    def is_unseen(self, style: int, inks: Sequence[str] = ("",), *, small: bool = False) -> bool:
        """Tell whether a cell holds words that nobody can see.

        `inks` are the colours of its parts, empty where a part leaves it to the cell; `small` says
        that a part is too small.
        """
        if small or not self._known(style):
            return small
        ground = self._grounds[style]
        return any(is_alike(ink, ground) if ink else self._unseen[style] for ink in inks)

    def zeros(self, style: int) -> str:
        """Return the format of a cell if it is one of zeros alone; else nothing."""
        return self._zeros[style] if self._known(style) else ""

    def shows(self, style: int, value: object) -> bool | None:
        """Tell whether the format of a cell shows what it holds; None: it may show another thing.

        Dates are read whole, whatever part of them the format shows.
        """
        form = self._formats[style] if self._known(style) else ""
        if form and not form.strip("; "):
            return False
        if _WHITE_FORMAT.search(form) and is_alike(_WHITE, self._grounds[style]):
            return False
        if form in ("", "General") or not isinstance(value, str | int | float):
            return True
        words = isinstance(value, str)
        shown_by: Sequence[_Section] = _sections(form)
        if words or not _CONDITION.search(form):
            shown_by = [_section_for(value, shown_by)]
        if any(one.is_empty for one in shown_by):
            return False
        return None if any(one.may_say_else(words=words) for one in shown_by) else True

    # -------------------------------------------------------------- inside
    def _known(self, style: int) -> bool:
        return 0 <= style < len(self._formats)

    def _colour(self, colour: Any) -> str:  # noqa: ANN401 - as openpyxl has it
        return "" if colour is None else self.colours.of(dict(colour))

    def _ground(self, fill: Any) -> str:  # noqa: ANN401
        """Return the colour behind the words of a cell: of a pattern or a gradient, its mean."""
        if stops := getattr(fill, "stop", ()):
            return _mixed([self._colour(one.color) or _WHITE for one in stops])
        pattern = getattr(fill, "patternType", None)
        if pattern in (None, "none"):
            return _WHITE
        if pattern == "solid":
            return self._colour(fill.fgColor) or _WHITE
        drawn = _DRAWN_SIXTEENTHS.get(pattern, 8 if pattern.startswith("dark") else 4)
        left_out = fill.bgColor.rgb == _UNSAID
        ink = self._colour(fill.fgColor) or _BLACK
        paper = "" if left_out else self._colour(fill.bgColor)
        return _mixed([ink] * drawn + [paper or _WHITE] * (16 - drawn))

    def _rules(self, styles: Sequence[Any]) -> Iterator[str]:
        for at, one in enumerate(styles):
            font, fill, form = one.font, one.fill, one.numFmt
            ink = self._colour(font.color) if font else ""
            ground = self._colour(fill.bgColor) if fill and fill.bgColor else ""
            blank = form is not None and not form.formatCode.strip("; ")
            alike = bool(ink) and is_alike(ink, ground or _WHITE)
            if blank or alike or (font and font.strike):
                yield str(at)


@cache
def _builtin(number: int) -> str:
    return str(BUILTIN_FORMATS.get(number, ""))


def _format(number: int, own: Sequence[str]) -> str:
    """Return the format of a number; empty where there is none."""
    at = number - BUILTIN_FORMATS_MAX_SIZE
    return own[at] if 0 <= at < len(own) else _builtin(number)


class _Section:
    """A part of a format."""

    def __init__(self, text: str) -> None:
        said = [one[1:] for one in _QUOTED.findall(text) if one[0] in '"\\']
        rest = _QUOTED.sub("", text)
        self.is_empty = not re.sub(r"\[[^\]]*\]", "", text).strip()
        self.of_words = "@" in rest
        self._letters = any(char.isalnum() for one in said for char in one)
        self._holds = bool(_HOLDER.search(rest))
        self._percent = "%" in rest

    def may_say_else(self, *, words: bool) -> bool:
        """Tell whether a sheet may show other words here than the cell holds."""
        return (self._letters and (words or not self._holds)) or (self._percent and not words)


@lru_cache(_MOST_FORMATS)
def _sections(form: str) -> tuple[_Section, ...]:
    """Split a format: for numbers above zero, below, zero, and for words."""
    found, at = [], 0
    while True:
        match = _SECTION.match(form, at)
        end = match.end() if match else len(form)
        found.append(_Section(form[at:end]))
        if end >= len(form):
            return tuple(found)
        at = end + 1


_AS_TYPED = _Section("@")


def _section_for(value: str | float, sections: Sequence[_Section]) -> _Section:
    """Return the part of a format that a value is shown by."""
    if isinstance(value, str):
        if len(sections) == _ALL_SECTIONS:
            return sections[-1]
        return next((one for one in sections if one.of_words), _AS_TYPED)
    if value < 0 and len(sections) > 1:
        return sections[1]
    zero = 2
    return sections[zero] if value == 0 and len(sections) > zero else sections[0]


def _zeros(form: str) -> str:
    """Return the format of positive numbers, if it is one of zeros alone; else nothing."""
    first = form.partition(";")[0]
    return first if "0" in first and _ZEROS.fullmatch(first) and ".0" not in first else ""


def shown(number: int, form: str) -> str:
    """Write a whole number as a format of zeros shows it: 123 is 0000123, or 000-0123."""
    if number < 0 or form in ("", "0"):
        return str(number)
    parts = [
        "0" if one[0] == "0" else one[1] or one[2] or one[3] or "" for one in _PARTS.finditer(form)
    ]
    zeros = [at for at, one in enumerate(_PARTS.finditer(form)) if one[0] == "0"]
    digits = str(number).zfill(len(zeros))
    extra = len(digits) - len(zeros)
    for nth, at in enumerate(zeros):
        parts[at] = digits[: extra + 1] if nth == 0 else digits[extra + nth]
    return "".join(parts)
