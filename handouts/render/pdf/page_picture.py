"""Draw page 1 of a finished PDF as an SVG picture, for a list of leaflets: `picture_of`.

The words are text in a typeface of the screen, each run as wide as on paper: at the size of a
thumbnail that is the page, and it needs no font and no program that draws PDF files.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct, field

from handouts.render.pdf.object_streams import unpack, unpacked_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_TOKEN = re.compile(
    rb"\((?:[^()\\]|\\.)*\)|<<.*?>>|<[0-9A-Fa-f]*>|[\[\]]|/[^\s/\[\]<>()]+|[^\s/\[\]<>()]+",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MAPPED = re.compile(rb"<([0-9A-F]+)> <[0-9A-F]+> \[((?:<[0-9A-F]+>)+)\]", re.IGNORECASE)
_WEIGHTS = {b"Regular": 400, b"Bold": 700, b"ExtraBold": 800}

_Matrix = tuple[float, float, float, float, float, float]
_Pair = tuple[float, float]


class _Font(Struct, frozen=True):
    """A font of the page: what its codes stand for, how wide they are, and its weight."""

    text: Mapping[int, str]
    widths: tuple[float, ...]
    weight: int


class _State(Struct):
    """What `q` keeps and `Q` gives back."""

    matrix: _Matrix
    fill: str = "#000"
    stroke: str = "#000"
    width: float = 1.0
    font: str = ""
    size: float = 0.0

    def copy(self) -> _State:
        return _State(*(getattr(self, name) for name in self.__struct_fields__))


def picture_of(pdf: bytes) -> str:
    """Return the first page as an SVG document, without images and words in other scripts."""
    streams, objects = unpack(pdf)
    first = _number(rb"/Kids \[ (\d+) 0 R", _holding(objects, b"/Type /Pages"))
    page = objects[first]
    size = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", page)
    contents = re.search(rb"/Contents \[?(\d+) 0 R", page)
    named = re.search(rb"/Font (\d+) 0 R", page)
    if not (size and contents and named):
        message = "this is a bug, please report it: a page without a size, words or fonts"
        raise ValueError(message)
    width, height = float(size[1]), float(size[2])
    painter = _Painter(height, _fonts(objects[int(named[1])], objects, streams))
    painter.paint(unpacked_stream(streams[int(contents[1])]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        'font-family="Atkinson Hyperlegible, Verdana, sans-serif" stroke-linecap="round" '
        f'stroke-linejoin="round"><path fill="#FFF" d="M0 0H{width:.0f}V{height:.0f}H0Z"/>'
        f"{''.join(painter.parts)}</svg>\n"
    )


def _holding(objects: Mapping[int, bytes], key: bytes) -> bytes:
    return next(body for body in objects.values() if re.search(key + rb"\b", body))


def _number(pattern: bytes, body: bytes) -> int:
    found = re.search(pattern, body)
    return int(found[1]) if found else -1


def _fonts(
    named: bytes, objects: Mapping[int, bytes], streams: Mapping[int, bytes]
) -> dict[str, _Font]:
    return {
        name.decode(): _font(objects[int(number)], streams)
        for name, number in re.findall(rb"(/\S+) (\d+) 0 R", named)
        if b"/Subtype /TrueType" in objects[int(number)]
    }


def _font(body: bytes, streams: Mapping[int, bytes]) -> _Font:
    listed = re.search(rb"/Widths \[([^\]]*)\]", body)
    mapping = unpacked_stream(streams[_number(rb"/ToUnicode (\d+) 0 R", body)])
    text: dict[int, str] = {}
    for start, codes in _MAPPED.findall(mapping):
        for code, said in enumerate(re.findall(rb"<([0-9A-Fa-f]+)>", codes), int(start, 16)):
            text[code] = bytes.fromhex(said.decode()).decode("utf-16-be")
    kind = re.search(rb"/BaseFont /\S+-(\w+)", body)
    return _Font(
        text,
        tuple(map(float, listed[1].split())) if listed else (),
        _WEIGHTS.get(kind[1] if kind else b"", 400),
    )


class _Painter(Struct):
    """Runs the operators of a page, and writes what they paint as SVG elements."""

    height: float
    fonts: Mapping[str, _Font]
    parts: list[str] = field(default_factory=list)
    state: _State = field(default_factory=lambda: _State((1, 0, 0, 1, 0, 0)))
    kept: list[_State] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    line: _Pair = (0.0, 0.0)
    """Where the line of text starts."""
    along: float = 0.0
    """How far the text of the line has come."""

    def paint(self, code: bytes) -> None:
        """Run the operators of a content stream."""
        given: list[bytes] = []
        operators = self._operators()
        array = False
        for token in _TOKEN.findall(code):
            if token in b"[]":
                array = token == b"["
            elif array or token[:1] in b"(/<" or token[:1] in b"+-.0123456789":
                given.append(token)
            else:
                if action := operators.get(token):
                    action(given)
                given = []

    def _operators(self) -> dict[bytes, Callable[[list[bytes]], None]]:
        return {
            b"q": self._keep, b"Q": self._restore, b"cm": self._move_axes, b"rg": self._fill_with,
            b"RG": self._stroke_with, b"w": self._line_width, b"m": self._segment("M"),
            b"l": self._segment("L"), b"c": self._segment("C"), b"h": self._close,
            b"re": self._rectangle, b"f": self._fill, b"S": self._stroke, b"n": self._drop,
            b"BT": self._begin_text, b"Tf": self._choose_font, b"Td": self._move_line,
            b"TJ": self._show,
        }  # fmt: skip

    def _keep(self, _: list[bytes]) -> None:
        self.kept.append(self.state.copy())

    def _restore(self, _: list[bytes]) -> None:
        self.state = self.kept.pop()

    def _move_axes(self, given: list[bytes]) -> None:
        a, b, c, d, e, f = map(float, given)
        m = self.state.matrix
        self.state.matrix = (
            a * m[0] + b * m[2], a * m[1] + b * m[3], c * m[0] + d * m[2], c * m[1] + d * m[3],
            e * m[0] + f * m[2] + m[4], e * m[1] + f * m[3] + m[5],
        )  # fmt: skip

    def _fill_with(self, given: list[bytes]) -> None:
        self.state.fill = _colour(given)

    def _stroke_with(self, given: list[bytes]) -> None:
        self.state.stroke = _colour(given)

    def _line_width(self, given: list[bytes]) -> None:
        self.state.width = float(given[0])

    # -------------------------------------------------------------- paths
    def _at(self, x: float, y: float) -> str:
        m = self.state.matrix
        across, up = x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]
        return f"{_short(across)} {_short(self.height - up)}"

    def _segment(self, letter: str) -> Callable[[list[bytes]], None]:
        def add(given: list[bytes]) -> None:
            numbers = list(map(float, given))
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            self.path.append(letter + " ".join(self._at(x, y) for x, y in pairs))

        return add

    def _rectangle(self, given: list[bytes]) -> None:
        x, y, w, h = map(float, given)
        corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        self.path.append("M" + "L".join(self._at(*one) for one in corners) + "Z")

    def _close(self, _: list[bytes]) -> None:
        self.path.append("Z")

    def _drop(self, _: list[bytes]) -> None:
        self.path.clear()

    def _fill(self, _: list[bytes]) -> None:
        self.parts.append(f'<path fill="{self.state.fill}" d="{"".join(self.path)}"/>')
        self.path.clear()

    def _stroke(self, _: list[bytes]) -> None:
        m = self.state.matrix
        width = self.state.width * abs(m[0] * m[3] - m[1] * m[2]) ** 0.5
        self.parts.append(
            f'<path fill="none" stroke="{self.state.stroke}" stroke-width="{_short(width)}" '
            f'd="{"".join(self.path)}"/>'
        )
        self.path.clear()

    # -------------------------------------------------------------- text
    def _begin_text(self, _: list[bytes]) -> None:
        self.line, self.along = (0.0, 0.0), 0.0

    def _choose_font(self, given: list[bytes]) -> None:
        self.state.font, self.state.size = given[0].decode(), float(given[1])

    def _move_line(self, given: list[bytes]) -> None:
        right, up = map(float, given)
        self.line, self.along = (self.line[0] + right, self.line[1] + up), 0.0

    def _show(self, given: list[bytes]) -> None:
        font = self.fonts.get(self.state.font)
        if font is None:
            return
        text, wide, lead = "", 0.0, 0.0
        for one in given:
            if one[:1] != b"(":
                wide -= float(one)
                continue
            for code in _codes(one):
                letter = font.text.get(code, "")
                if not (text or letter.strip()):
                    lead += font.widths[code]
                    continue
                text += letter
                wide += font.widths[code]
        scale = self.state.size / 1000
        words = text.rstrip()
        trail = (len(text) - len(words)) * _space_width(font)
        if words:
            x, y = self.line[0] + self.along + lead * scale, self.line[1]
            across, down = self._at(x, y).split()
            weight = f' font-weight="{font.weight}"' if font.weight != _WEIGHTS[b"Regular"] else ""
            self.parts.append(
                f'<text x="{across}" y="{down}" font-size="{self.state.size:g}"{weight} '
                f'fill="{self.state.fill}" textLength="{_short((wide - trail) * scale)}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'
            )
        self.along += (lead + wide) * scale


def _space_width(font: _Font) -> float:
    return next((font.widths[code] for code, text in font.text.items() if text == " "), 0.0)


def _codes(shown: bytes) -> bytes:
    """Return the bytes that a literal string stands for."""

    def meant(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8)]) if said.isdigit() else _LETTERS.get(said, said)

    return _ESCAPED.sub(meant, shown[1:-1])


def _colour(given: list[bytes]) -> str:
    return "#" + "".join(f"{round(float(one) * 255):02X}" for one in given)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
