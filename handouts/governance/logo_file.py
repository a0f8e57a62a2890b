"""Read a service's logo from an SVG or PNG file: `parse_logo`, `parse_pixels`.

Strict on purpose: plain shapes in plain colours, or pixels. Nothing is run or fetched, metadata
of a PNG is dropped, and what would print badly is an error.
"""

from __future__ import annotations

import math
import re
import zlib
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING
from xml.parsers import expat

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path
from PIL import Image, UnidentifiedImageError

from handouts.content.profile import FLATTEST, MOST_LOGO_BYTES, Logo, LogoShape, Pixels
from handouts.errors import ContentError, Fault, Origin
from handouts.render.drawings.logo import BITS, HIGHEST, SIGNATURE, WIDEST
from handouts.render.pdf.graphics import MM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handouts.content.profile import Ink


def transform_of(kind: str, given: list[float]) -> Transform | None:
    """Give a transform by its name; None when it takes other numbers."""
    found: Transform | None = None
    match kind, given:
        case "matrix", [_, _, _, _, _, _]:
            found = Transform(*given)
        case "translate", [_] | [_, _]:
            found = Identity.translate(*given)
        case "scale", [_] | [_, _]:
            found = Identity.scale(*given)
        case "rotate", [angle]:
            found = Identity.rotate(math.radians(angle))
        case "rotate", [angle, x, y]:
            turned = Identity.translate(x, y).rotate(math.radians(angle))
            found = turned.translate(-x, -y)
        case "skewX", [angle]:
            found = Identity.skew(math.radians(angle), 0)
        case "skewY", [angle]:
            found = Identity.skew(0, math.radians(angle))
    return found


def outline_of(kind: str, given: Mapping[str, float]) -> str:
    """Write a line, rectangle, circle or ellipse as the `d` of a path; empty: nothing to draw."""
    if kind == "line":
        x1, y1, x2, y2 = (given.get(key, 0.0) for key in ("x1", "y1", "x2", "y2"))
        return f"M{x1} {y1}L{x2} {y2}"
    if kind == "rect":
        return _rectangle(given)
    x, y = given.get("cx", 0.0), given.get("cy", 0.0)
    rx, ry = (given.get(key, given.get("r", 0.0)) for key in ("rx", "ry"))
    arc = f"A{rx} {ry} 0 0 1"
    return f"M{x - rx} {y}{arc} {x + rx} {y}{arc} {x - rx} {y}Z" if rx > 0 < ry else ""


def _rectangle(given: Mapping[str, float]) -> str:
    """Write a rectangle, its corners round if it says so."""
    x, y, width, height = (given.get(key, 0.0) for key in ("x", "y", "width", "height"))
    rx = min(given.get("rx", given.get("ry", 0.0)), width / 2)
    ry = min(given.get("ry", given.get("rx", 0.0)), height / 2)
    if not (width > 0 and height > 0):
        return ""
    if not (rx > 0 and ry > 0):
        return f"M{x} {y}H{x + width}V{y + height}H{x}Z"
    right, foot = x + width, y + height
    return (
        f"M{x + rx} {y}H{right - rx}A{rx} {ry} 0 0 1 {right} {y + ry}V{foot - ry}"
        f"A{rx} {ry} 0 0 1 {right - rx} {foot}H{x + rx}A{rx} {ry} 0 0 1 {x} {foot - ry}"
        f"V{y + ry}A{rx} {ry} 0 0 1 {x + rx} {y}Z"
    )


_MOST_BYTES = 200_000
_MOST_STEPS = 20_000
_DEEPEST = 20
_MOST = 1e6
_SVG = "http://www.w3.org/2000/svg"
_BOXES = ("svg", "g", "defs")
_WORDS = ("title", "desc")
"""What says something about the drawing; the profile says it for us."""
_GEOMETRY: Mapping[str, tuple[str, ...]] = {
    "path": ("d",),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "line": ("x1", "y1", "x2", "y2"),
    "polyline": ("points",),
    "polygon": ("points",),
    "svg": ("viewBox", "width", "height", "x", "y", "version", "baseProfile"),
}
_LOOK = {
    "fill": "#000000", "stroke": "none", "stroke-width": "1", "fill-rule": "nonzero",
    "stroke-linecap": "butt", "stroke-linejoin": "miter", "stroke-miterlimit": "4",
    "opacity": "1", "fill-opacity": "1", "stroke-opacity": "1", "display": "inline",
    "visibility": "visible",
}  # fmt: skip
"""What an element hands down to those inside it, and what holds where nothing is said."""
_ONLY = {"opacity": "1", "fill-opacity": "1", "stroke-opacity": "1", "display": "inline",
         "visibility": "visible"}  # fmt: skip
_CAPS = ("butt", "round", "square")
_JOINS = ("miter", "round", "bevel")
_NAMES = {"black": "#000000", "white": "#FFFFFF", "red": "#FF0000", "green": "#008000",
          "blue": "#0000FF", "navy": "#000080", "teal": "#008080", "grey": "#808080",
          "gray": "#808080", "orange": "#FFA500", "purple": "#800080"}  # fmt: skip
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_CALL = re.compile(r"\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")
_HEX = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_LETTERS = {"moveTo": "m", "lineTo": "l", "curveTo": "c", "closePath": "h"}


def parse_logo(name: str, alt: str, raw: bytes) -> Logo:
    """Read a logo; raises ContentError that names the line."""
    return _Reader(name, alt).logo(raw)


class _Reader:
    """Reads one SVG file; `self.inside` holds the look and transform of each open element."""

    def __init__(self, name: str, alt: str) -> None:
        self.name, self.alt = name, alt
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.inside: list[tuple[str, dict[str, str], Transform]] = []
        self.shapes: list[LogoShape] = []
        self.view: tuple[float, float, float, float] | None = None
        self.steps = 0

    def logo(self, raw: bytes) -> Logo:
        """Read the whole file."""
        if len(raw) > _MOST_BYTES:
            raise self.refused(f"larger than {_MOST_BYTES} bytes", "save a simpler drawing", 1)
        parser = self.parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = lambda _tag: self.inside.pop()
        parser.CharacterDataHandler = self.text
        for handler, what in (
            ("StartDoctypeDeclHandler", "a DOCTYPE"),
            ("EntityDeclHandler", "an entity"),
            ("ProcessingInstructionHandler", "a processing instruction"),
        ):
            setattr(parser, handler, self.refuses(what))
        try:
            parser.Parse(raw, True)  # noqa: FBT003 - expat takes it by place only
        except expat.ExpatError as error:
            message = f"not SVG: {expat.ErrorString(error.code)}"
            raise self.refused(message, "save it again as plain SVG", error.lineno) from error
        except (LookupError, ValueError) as error:
            message = "not SVG: its encoding is not known"
            raise self.refused(message, "save it again, as UTF-8", 1) from error
        if self.view is None or not self.shapes:
            raise self.refused("the picture is empty", "save it again as plain SVG", 1)
        return Logo(
            file=self.name,
            alt=self.alt,
            digest=sha256(raw).hexdigest(),
            width=self.view[2],
            height=self.view[3],
            shapes=tuple(self.shapes),
        )

    def refused(self, message: str, hint: str, line: int = 0) -> ContentError:
        """Make the error for where the parser is."""
        origin = Origin(self.name, line or self.parser.CurrentLineNumber)
        return ContentError(Fault(message=message, hint=hint, origin=origin))

    def refuses(self, what: str) -> Callable[..., None]:
        """Give a handler that refuses whatever it is called for."""

        def handler(*_about: object) -> None:
            raise self.refused(f"{what} cannot be in a logo", "save it again as plain SVG")

        return handler

    def text(self, text: str) -> None:
        """Refuse letters, but for those of a title or description."""
        if text.strip() and self.inside and self.inside[-1][0] not in _WORDS:
            raise self.refused("a logo cannot contain text", "turn letters into paths")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Read one element."""
        space, _, kind = tag.rpartition(" ")
        known = space == _SVG and kind in {*_BOXES, *_WORDS, *_GEOMETRY}
        outer = self.inside[-1] if self.inside else None
        if not known or (kind == "svg") == (outer is not None) or len(self.inside) >= _DEEPEST:
            hint = "plain shapes in plain colours only: turn letters and effects into paths"
            raise self.refused(f"<{kind}> cannot be in a logo here", hint)
        if outer and outer[0] not in ("svg", "g"):
            raise self.refused(f"<{kind}> cannot be in <{outer[0]}>", "draw it outside")
        look, own = self.look(kind, attributes, outer[1] if outer else _LOOK)
        if kind == "svg":
            self.view = self.box(own)
            move = Identity.translate(-self.view[0], -self.view[1])
        else:
            move = outer[2] if outer else Identity
        move = move.transform(self.transform(attributes.get("transform", "")))
        self.inside.append((kind, look, move))
        if kind in _GEOMETRY and kind != "svg":
            self.shape(self.outline(kind, own), look, move)

    # -------------------------------------------------------------- attributes
    def look(
        self, kind: str, attributes: Mapping[str, str], outer: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Give what the element looks like, and its own geometry; refuse everything else."""
        given = dict(attributes)
        for rule in given.pop("style", "").split(";"):
            key, _, value = rule.partition(":")
            if rule.strip():
                given[key.strip()] = value.strip()
        look, own = dict(outer), {}
        for key, value in given.items():
            if key in _LOOK:
                look[key] = value.strip()
            elif key in _GEOMETRY.get(kind, ()):
                own[key] = value
            elif key not in ("id", "transform", "{space}") and "namespace" not in key:
                shown = key.rpartition(" ")[2]
                raise self.refused(f"`{shown}` cannot be in a logo", "save it as plain SVG")
        for key, value in _ONLY.items():
            if look[key] != value:
                raise self.refused(f"`{key}` must be {value} in a logo", "use a plain colour")
        return look, own

    def numbers(self, text: str, count: int | None = None) -> list[float]:
        """Read numbers; all of the text must be numbers, of a size that a page can hold."""
        words = re.findall(_NUMBER, text)
        rest = re.sub(_NUMBER, " ", text).replace(",", " ").strip()
        found = [float(word) for word in words]
        wrong = rest or (count is not None and len(found) != count)
        if wrong or any(not abs(one) <= _MOST for one in found):
            raise self.refused(f"`{text[:40]}` is not valid here", "write plain numbers")
        return found

    def box(self, own: Mapping[str, str]) -> tuple[float, float, float, float]:
        """Read the viewBox."""
        if "viewBox" not in own:
            raise self.refused("`viewBox` is missing", 'add one, as viewBox="0 0 120 40"')
        left, top, width, height = self.numbers(own["viewBox"], 4)
        if not (width > 0 and height > 0 and 1 / FLATTEST <= width / height <= FLATTEST):
            hint = f"at most {FLATTEST:g} times as wide as high, or as high as wide"
            raise self.refused("the proportions of `viewBox` do not suit a logo", hint)
        return left, top, width, height

    def transform(self, text: str) -> Transform:
        """Read a list of transforms."""
        whole, at = Identity, 0
        while text[at:].strip():
            call = _CALL.match(text, at)
            if call is None:
                raise self.refused(f"`{text[:40]}` is not a transform", "save it as plain SVG")
            move = transform_of(call[1], self.numbers(call[2]))
            if move is None:
                message = f"`{call[1]}` has the wrong number of values"
                raise self.refused(message, "save it as plain SVG")
            whole, at = whole.transform(move), call.end()
        return whole

    def ink(self, text: str) -> Ink | None:
        """Read a plain colour, or none."""
        if text == "none":
            return None
        found = _HEX.fullmatch(_NAMES.get(text.lower(), text))
        if found is None:
            hint = "write it as #1D4F63; gradients and patterns cannot be printed"
            raise self.refused(f"`{text[:40]}` is not a plain colour", hint)
        code = found[1] if len(found[1]) == len("rrggbb") else "".join(c * 2 for c in found[1])
        red, green, blue = (int(code[n : n + 2], 16) / 255 for n in (0, 2, 4))
        return red, green, blue

    # -------------------------------------------------------------- shapes
    def outline(self, kind: str, own: Mapping[str, str]) -> str:
        """Write any shape as the `d` of a path."""
        if kind == "path":
            return own.get("d", "")
        if kind in ("polyline", "polygon"):
            points = self.numbers(own.get("points", ""))
            if len(points) % 2 or not points:
                raise self.refused("`points` is not pairs of numbers", "save it as plain SVG")
            return f"M{' '.join(map(repr, points))}{'Z' if kind == 'polygon' else ''}"
        given = {key: self.numbers(value, 1)[0] for key, value in own.items()}
        return outline_of(kind, given)

    def shape(self, outline: str, look: Mapping[str, str], move: Transform) -> None:
        """Add one shape, with its transforms worked in."""
        fill, stroke = self.ink(look["fill"]), self.ink(look["stroke"])
        path = self.path(outline, move)
        if not path or not (fill or stroke):
            return
        stretch = math.sqrt(abs(move[0] * move[3] - move[1] * move[2]))
        cap, join = look["stroke-linecap"], look["stroke-linejoin"]
        if cap not in _CAPS or join not in _JOINS:
            raise self.refused(f"`{cap}` or `{join}` is not a line cap or join", "use round")
        self.shapes.append(
            LogoShape(
                path=path,
                fill=fill,
                stroke=stroke,
                width=round(self.numbers(look["stroke-width"], 1)[0] * stretch, 4),
                even_odd=look["fill-rule"] == "evenodd",
                cap=_CAPS.index(cap),
                join=_JOINS.index(join),
                miter=max(1.0, self.numbers(look["stroke-miterlimit"], 1)[0]),
            )
        )

    def path(self, outline: str, move: Transform) -> str:
        """Write an outline as PDF operators, every curve a cubic one."""
        pen = DecomposingRecordingPen({})
        try:
            parse_path(outline, TransformPen(pen, move))
        except Exception as error:  # the reader of paths raises whatever a wrong one leads it to
            raise self.refused("a path cannot be read", "save it again as plain SVG") from error
        words: list[str] = []
        at = (0.0, 0.0)
        for name, points in pen.value:
            self.steps += 1
            if name == "qCurveTo":
                (x1, y1), (x2, y2) = points
                controls = [
                    (at[0] + (x1 - at[0]) * 2 / 3, at[1] + (y1 - at[1]) * 2 / 3),
                    (x2 + (x1 - x2) * 2 / 3, y2 + (y1 - y2) * 2 / 3),
                ]
                points, name = [*controls, (x2, y2)], "curveTo"  # noqa: PLW2901 - the same curve
            if name in _LETTERS:
                words += [self.number(one) for point in points for one in point]
                words.append(_LETTERS[name])
                at = points[-1] if points else at
        if self.steps > _MOST_STEPS:
            raise self.refused("too many points", "save a simpler drawing")
        return " ".join(words)

    def number(self, one: float) -> str:
        """Write a coordinate; PDF knows no exponents."""
        if not abs(one) <= _MOST:
            raise self.refused("a point lies too far out", "save it again as plain SVG")
        return f"{one:.4f}".rstrip("0").rstrip(".")


_HEAD = 13
"""Bytes of the chunk that says what the file holds."""
_READ = (b"PLTE", b"tRNS", b"IDAT", b"IEND")
_MOST_PIXELS = 3000
"""On a side."""
_FINEST, _COARSEST = 300, 150
"""Dots per inch: what more there is no page shows, and with fewer a logo looks torn."""


def parse_pixels(name: str, alt: str, raw: bytes) -> Logo:
    """Read a logo; raises ContentError that names the file."""
    try:
        wide, high = _size(raw)
        pixels = _pixels(_bare(raw), wide, high)
    except _RefusedError as error:
        message, hint = error.args
        raise ContentError(Fault(message=f"{name}: {message}", hint=hint)) from error
    digest = sha256(raw).hexdigest()
    return Logo(file=name, alt=alt, digest=digest, width=wide, height=high, pixels=pixels)


class _RefusedError(Exception):
    """A message and a hint."""


def _size(raw: bytes) -> tuple[int, int]:
    """Read how large the picture is, before anything is unpacked."""
    if len(raw) > MOST_LOGO_BYTES:
        raise _RefusedError(f"larger than {MOST_LOGO_BYTES} bytes", "save it with fewer pixels")
    if not raw.startswith(SIGNATURE):
        raise _RefusedError("not a PNG, whatever its name says", "save it as PNG, or as plain SVG")
    head = raw[16 : 16 + _HEAD]
    if raw[8:16] != _HEAD.to_bytes(4) + b"IHDR" or len(head) < _HEAD:
        raise _RefusedError("the file is damaged", "save it as PNG again")
    wide, high, bits = int.from_bytes(head[:4]), int.from_bytes(head[4:8]), head[8]
    if not (0 < wide <= _MOST_PIXELS and 0 < high <= _MOST_PIXELS):
        hint = f"at most {_MOST_PIXELS} on a side"
        raise _RefusedError(f"{wide} × {high} pixels are not a size for a logo", hint)
    if not 1 / FLATTEST <= wide / high <= FLATTEST:
        hint = f"at most {FLATTEST:g} times as wide as high, or as high as wide"
        raise _RefusedError(f"{wide} × {high} pixels are not the proportions of a logo", hint)
    if bits > BITS:
        raise _RefusedError(f"{bits} bits for each colour", "save it with 8 bits for each")
    least = _dots(wide, high, _COARSEST)
    if wide < least[0]:
        hint = f"at least {least[0]} × {least[1]}, or better an SVG"
        raise _RefusedError(f"{wide} × {high} pixels are too few to print well", hint)
    return wide, high


def _dots(wide: int, high: int, per_inch: int) -> tuple[int, int]:
    """Give the pixels that a logo of this shape has at its largest, at so many dots per inch."""
    scale = min(WIDEST / wide, HIGHEST / high) / (25.4 * MM) * per_inch
    return round(wide * scale), round(high * scale)


def _bare(raw: bytes) -> bytes:
    """Leave nothing of the file but its pixels."""
    head, *rest = _chunks(raw)
    wanted = [whole for kind, whole in rest if kind in _READ]
    if any(kind[:1].isupper() and kind not in _READ for kind, _ in rest):
        raise _RefusedError("this kind of PNG is read by few programs", "save it as PNG again")
    return SIGNATURE + head[1] + b"".join(wanted)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the bytes of each chunk, up to the last."""
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(raw[at : at + 4])
        whole, kind = raw[at:end], raw[at + 4 : at + 8]
        if len(kind) < 4 or end > len(raw):  # noqa: PLR2004 - letters of a kind
            raise _RefusedError("the file is cut short", "save it as PNG again, or copy it again")
        if zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:]):
            raise _RefusedError("the file is damaged", "save it as PNG again, or copy it again")
        yield kind, whole
        at = end


def _pixels(bare: bytes, wide: int, high: int) -> Pixels:
    """Lay the picture on the white of the page, no finer than a page shows."""
    try:
        with Image.open(BytesIO(bare), formats=("PNG",)) as opened:
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, zlib.error) as error:
        raise _RefusedError("the file is damaged", "save it as PNG again") from error
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture)
    shown = page.convert("RGB")
    finest = _dots(wide, high, _FINEST)
    if finest[0] < wide:
        shown = shown.resize(finest, Image.Resampling.LANCZOS)
    grey = shown.convert("L")
    if grey.getextrema()[0] == 255:  # noqa: PLR2004 - white
        raise _RefusedError("the picture is empty", "a white logo cannot be seen on paper")
    red, green, blue = (band.tobytes() for band in shown.split())
    return Pixels(
        wide=shown.width,
        high=shown.height,
        grey=_rows(grey.tobytes(), shown.width),
        colour=b"" if red == green == blue else _rows(shown.tobytes(), 3 * shown.width),
    )


def _rows(raw: bytes, wide: int) -> bytes:
    """Deflate rows; logos are flat colours, which no filter makes smaller."""
    return zlib.compress(
        b"".join(b"\0" + raw[at : at + wide] for at in range(0, len(raw), wide)), 9
    )
