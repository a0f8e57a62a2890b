"""Read a service's logo or own picture from an SVG file: `parse_svg`.

Strict on purpose: plain shapes in plain colours. Nothing is run or fetched. What draws nothing, as
most of what design programs add, is passed over; what would look different is an error.
"""

from __future__ import annotations

import math
import re
from hashlib import sha256
from typing import TYPE_CHECKING
from xml.parsers import expat

from fontTools.misc.transform import Identity
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path

from handouts.content.profile import FLATTEST, Logo, LogoShape
from handouts.content.svg_words import (
    LOOK,
    OWN,
    colour,
    is_faint,
    is_silent,
    length,
    only_words,
    outline_of,
    parse_rules,
    parse_style,
    share,
    strength,
    transform_of,
)
from handouts.errors import ContentError, Fault, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fontTools.misc.transform import Transform

    from handouts.content.profile import Ink


_MOST_BYTES = 200_000
_MOST_STEPS = 20_000
_DEEPEST = 20
_MOST = 1e6
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_BOXES = ("svg", "g", "defs")
_UNDRAWN = frozenset(
    {
        "clipPath",
        "linearGradient",
        "radialGradient",
        "pattern",
        "mask",
        "filter",
        "marker",
        "symbol",
    }
)
"""Draws nothing where it stands; what refers to it is looked at there."""
_NEVER = frozenset({"script", "image", "foreignObject"})
"""Refused wherever it stands."""
_LETTERED = ("text", "tspan")
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
    "svg": ("viewBox", "width", "height", "x", "y", "preserveAspectRatio"),
    "use": ("x", "y", "width", "height", "href"),
}
_CAPS = ("butt", "round", "square")
_JOINS = ("miter", "round", "bevel")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_CALL = re.compile(r"\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")
_LETTERS = {"moveTo": "m", "lineTo": "l", "curveTo": "c", "closePath": "h"}


_CSS_UNIT = re.compile(r"([0-9.])(?:px|deg)(?![A-Za-z])")
_URL = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)")
_CLIPPING = ("rect", "path", "polygon")
_SAME = 1.01
"""By how much two proportions may differ."""
_SLACK = 0.002
"""Of the larger side: what a tool rounds away."""
_MOST_FAULTS = 20
ViewBox = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Clips = tuple[ViewBox, ...]


def bounds(points: list[tuple[float, float]], margin: float = 0) -> ViewBox:
    """Return the box around points; curves lie inside that of their control points."""
    across, down = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    return min(across) - margin, min(down) - margin, max(across) + margin, max(down) + margin


def parse_svg(name: str, alt: str, raw: bytes) -> Logo:
    """Read a logo; raises ContentError that names the line."""
    return _Reader(name, alt).logo(raw)


class _Element:
    """One element of the file, and where it stands."""

    __slots__ = ("attributes", "inner", "kind", "line", "text")

    def __init__(self, kind: str, attributes: dict[str, str], line: int) -> None:
        self.kind, self.attributes, self.line = kind, attributes, line
        self.inner: list[_Element] = []
        self.text = ""


class _Reader:
    """Reads one SVG file: first its tree, then what it draws."""

    def __init__(self, name: str, alt: str) -> None:
        self.name, self.alt = name, alt
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.open: list[_Element] = []
        self.root: _Element | None = None
        self.by_id: dict[str, _Element] = {}
        self.rules: list[tuple[str, dict[str, str]]] = []
        self.passed_over = 0
        self.line = 1
        self.faults: list[Fault] = []
        self.shapes: list[LogoShape] = []
        self.view = (0.0, 0.0, 1.0, 1.0)
        self.visible = False
        self.steps = self.drawn = 0

    def logo(self, raw: bytes) -> Logo:
        """Read the whole file; raises ContentError with every fault."""
        if len(raw) > _MOST_BYTES:
            raise self.refused(f"larger than {_MOST_BYTES} bytes", "save a simpler drawing")
        self.parse(raw)
        if self.root is not None and not self.faults:
            self.rules.sort(key=lambda rule: strength(rule[0]))
            self.draw(self.root, LOOK, Identity, (), 0)
        if self.faults:
            raise ContentError(*dict.fromkeys(self.faults[:_MOST_FAULTS]))
        self.line = 1
        if not self.shapes:
            raise self.refused("the picture is empty", "save it again as plain SVG")
        if not self.visible:
            message = "it prints nothing: all of it is white or outside the picture"
            raise self.refused(message, "a white logo cannot be seen on paper: use the dark one")
        return Logo(
            file=self.name,
            alt=self.alt,
            digest=sha256(raw).hexdigest(),
            width=self.view[2],
            height=self.view[3],
            shapes=tuple(self.shapes),
        )

    def refused(self, message: str, hint: str) -> ContentError:
        """Make the error for the line that is read."""
        return ContentError(Fault(message=message, hint=hint, origin=Origin(self.name, self.line)))

    # -------------------------------------------------------------- the tree
    def parse(self, raw: bytes) -> None:
        """Read the tree of elements."""
        parser = self.parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.letters
        parser.StartDoctypeDeclHandler = self.doctype
        for handler, what in (
            ("EntityDeclHandler", "an entity"),
            ("SkippedEntityHandler", "an entity"),
            ("ProcessingInstructionHandler", "a processing instruction"),
        ):
            setattr(parser, handler, self.refuses(what))
        try:
            parser.Parse(raw, True)  # noqa: FBT003 - expat takes it by place only
        except expat.ExpatError as error:
            self.line = error.lineno
            message = f"not SVG: {expat.ErrorString(error.code)}"
            raise self.refused(message, "save it again as plain SVG") from error
        except (LookupError, ValueError) as error:
            message = "not SVG: its encoding is not known"
            raise self.refused(message, "save it again, as UTF-8") from error

    def refuses(self, what: str) -> Callable[..., None]:
        """Return a handler that refuses whatever it is called for."""

        def handler(*_about: object) -> None:
            self.line = self.parser.CurrentLineNumber
            raise self.refused(f"{what} cannot be in a logo", "save it again as plain SVG")

        return handler

    def doctype(self, *about: object) -> None:
        """Pass over the name of a type of documents, which is not read; refuse declarations."""
        if about[-1]:
            self.refuses("a DOCTYPE")()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Read the start of an element, or pass over what draws nothing."""
        space, _, kind = tag.rpartition(" ")
        self.line = self.parser.CurrentLineNumber
        foreign = self.open and space not in ("", _SVG)
        if self.passed_over or foreign or (self.open and kind == "metadata" and space):
            self.passed_over += 1
            return
        if message := self.misplaced(space, kind):
            hint = "plain shapes in plain colours only: turn letters and effects into paths"
            self.faults.append(self.refused(message, hint).faults[0])
            self.passed_over += 1
            return
        element = _Element(kind, attributes, self.line)
        if self.open:
            self.open[-1].inner.append(element)
        else:
            self.root = element
        self.open.append(element)
        if "id" in attributes:
            self.by_id.setdefault(attributes["id"], element)

    def misplaced(self, space: str, kind: str) -> str:
        """Say what is wrong with an element where it stands; nothing when it may be there."""
        outer = self.open[-1].kind if self.open else ""
        drawn = kind in {*_BOXES, *_WORDS, *_GEOMETRY, *_LETTERED, *_UNDRAWN, "style"}
        hidden = any(one.kind in _UNDRAWN for one in self.open) and kind not in _NEVER
        wrong = space != _SVG or not (drawn or hidden) or (kind == "svg") == bool(outer)
        if wrong or len(self.open) >= _DEEPEST:
            return f"<{kind}> cannot be in a logo here"
        inside = outer in {"", *_BOXES, *_UNDRAWN, "text"} or hidden or kind in _WORDS
        return "" if inside else f"<{kind}> cannot be in <{outer}>"

    def end(self, _tag: str) -> None:
        """Read the end of an element."""
        if self.passed_over:
            self.passed_over -= 1
            return
        element = self.open.pop()
        if element.kind == "style":
            rules = parse_rules(element.text)
            if rules is None:
                self.line = element.line
                hint = "plain styles only, as .a{fill:#005EB8}: export with presentation attributes"
                fault = self.refused("<style> cannot be in a logo with these rules", hint)
                self.faults += fault.faults
            self.rules += rules or []

    def letters(self, text: str) -> None:
        """Refuse letters, but for those of a title or description, and of styles."""
        if self.passed_over or not self.open or not text.strip():
            return
        element = self.open[-1]
        if element.kind == "style":
            element.text += text
            return
        if element.kind in _WORDS or any(one.kind in _UNDRAWN for one in self.open):
            return
        self.line = self.parser.CurrentLineNumber
        message = "a logo cannot contain text"
        if element.kind in _LETTERED:
            message = f"<{element.kind}> cannot be in a logo: it is text"
        self.faults += self.refused(message, "turn letters into paths").faults

    # -------------------------------------------------------------- what is drawn
    def draw(
        self, element: _Element, outer: Mapping[str, str], move: Transform, clips: Clips, depth: int
    ) -> None:
        """Draw an element and what is in it; faults are gathered."""
        if element.kind in {*_UNDRAWN, *_WORDS, *_LETTERED, "defs", "style"}:
            return
        try:
            self.line = element.line
            self.drawn += 1
            if self.drawn > _MOST_STEPS or depth > 2 * _DEEPEST:
                raise self.refused("too many elements", "save a simpler drawing")
            self.draw_one(element, outer, move, clips, depth)
        except ContentError as error:
            self.faults += error.faults

    def draw_one(
        self, element: _Element, outer: Mapping[str, str], move: Transform, clips: Clips, depth: int
    ) -> None:
        """Draw an element; raises ContentError."""
        look, alone, own = self.look(element, outer)
        if share(alone.get("opacity", "1")) == 0 or alone.get("display") == "none":
            return
        if share(alone.get("opacity", "1")) != 1:
            raise self.refused("`opacity` must be 1 in a logo", "use a plain colour")
        if element.kind == "svg":
            self.view = self.box(own)
            move = Identity.translate(-self.view[0], -self.view[1])
        move = move.transform(self.transform(alone.get("transform", "")))
        clips = (*clips, *self.clip(alone.get("clip-path", "none"), move))
        if element.kind == "use":
            target = self.target(own.get("href", ""))
            x, y = (self.length(own.get(key, "0")) for key in ("x", "y"))
            self.draw(target, look, move.translate(x, y), clips, depth + 1)
        elif element.kind in _BOXES:
            for one in element.inner:
                self.draw(one, look, move, clips, depth + 1)
        else:
            self.shape(self.outline(element.kind, own), look, move, clips)

    def target(self, href: str) -> _Element:
        """Find what <use> draws again."""
        found = self.by_id.get(href.removeprefix("#")) if href.startswith("#") else None
        if found is None or not (found.kind in _GEOMETRY or found.kind == "g"):
            hint = "it may repeat a shape or group of the same file; better copy that"
            raise self.refused("<use> cannot be in a logo here", hint)
        return found

    def clip(self, text: str, move: Transform) -> Clips:
        """The rectangle that a clip leaves, in the units of the page; raises ContentError."""
        if text == "none":
            return ()
        found = _URL.fullmatch(text)
        path = self.by_id.get(found[1]) if found else None
        inner = [one for one in path.inner if one.kind not in _WORDS] if path else []
        hint = "cut the drawing itself, and export it without clipping"
        if path is None or path.kind != "clipPath" or len(inner) != 1:
            raise self.refused(f"`clip-path` {text[:40]} cannot be in a logo", hint)
        shape = inner[0]
        if shape.kind == "use":
            shape = self.target(self.look(shape, LOOK)[2].get("href", ""))
        for one in (path, shape):
            move = move.transform(self.transform(one.attributes.get("transform", "")))
        own = {key: value for key, value in shape.attributes.items()
               if key in _GEOMETRY.get(shape.kind, ())}  # fmt: skip
        corners = self.points(self.path(self.outline(shape.kind, own), move))
        box = bounds(corners)
        units = path.attributes.get("clipPathUnits", "userSpaceOnUse")
        edges = {(x, y) for x in box[::2] for y in box[1::2]}
        if units != "userSpaceOnUse" or set(corners) != edges or shape.kind not in _CLIPPING:
            raise self.refused("a clip that is no rectangle cannot be in a logo", hint)
        return (box,)

    def points(self, path: str) -> list[tuple[float, float]]:
        """List the points of a path in operators."""
        numbers = [float(word) for word in path.split() if word not in _LETTERS.values()]
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    # -------------------------------------------------------------- attributes
    def look(
        self, element: _Element, outer: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Return what is handed down, what is said of this element alone, and its geometry.

        Raises ContentError for whatever would change how it looks and is not known.
        """
        given = dict(element.attributes)
        classes = given.get("class", "").split()
        names = {element.kind, f"#{given.get('id', '')}", *(f".{one}" for one in classes)}
        style = given.pop("style", "")
        for selector, declared in self.rules:
            if selector in names:
                given |= declared
        given |= parse_style(style)
        look, alone, own = dict(outer), {}, {}
        for whole, value in given.items():
            space, _, key = whole.rpartition(" ")
            if space and not (space == _XLINK and key == "href"):
                continue  # of another program
            if key in _GEOMETRY.get(element.kind, ()):
                own[key] = value
            elif value == "inherit" and key in LOOK:
                continue
            elif key in LOOK:
                look[key] = value.strip()
            elif key in OWN:
                alone[key] = value.strip()
            elif not is_silent(key):
                self.refuse_unless_plain(key, value.strip())
        return look, alone, own

    def refuse_unless_plain(self, key: str, value: str) -> None:
        """Raise ContentError unless a property has the word that changes nothing."""
        words = only_words(key)
        if words is None:
            raise self.refused(f"`{key[:40]}` cannot be in a logo", "save it as plain SVG")
        if value not in words:
            message = f"`{key}` must be {words[0]} in a logo"
            raise self.refused(message, "turn effects into plain shapes, and lines into paths")

    def numbers(self, text: str, count: int | None = None) -> list[float]:
        """Read numbers; all of the text must be numbers, of a size that a page can hold."""
        words = re.findall(_NUMBER, text)
        rest = re.sub(_NUMBER, " ", text).replace(",", " ").strip()
        found = [float(word) for word in words]
        wrong = rest or (count is not None and len(found) != count)
        if wrong or any(not abs(one) <= _MOST for one in found):
            raise self.refused(f"`{text[:40]}` is not valid here", "write plain numbers")
        return found

    def length(self, text: str) -> float:
        """Read a length; raises ContentError for one that is a share of something else."""
        found = length(text)
        if found is None or not abs(found) <= _MOST:
            raise self.refused(f"`{text[:40]}` is not valid here", "write plain numbers")
        return found

    def box(self, own: Mapping[str, str]) -> tuple[float, float, float, float]:
        """Read the viewBox, or the size of a drawing that has none."""
        sides = [length(own.get(key, "")) for key in ("width", "height")]
        if "viewBox" in own:
            left, top, width, height = self.numbers(own["viewBox"], 4)
        elif sides[0] and sides[1]:
            left, top, width, height = 0.0, 0.0, sides[0], sides[1]
        else:
            hint = 'add one, as viewBox="0 0 120 40", with the width and height of the drawing'
            raise self.refused("`viewBox` is missing", hint)
        if not (width > 0 and height > 0 and 1 / FLATTEST <= width / height <= FLATTEST):
            hint = f"at most {FLATTEST:g} times as wide as high, or as high as wide"
            raise self.refused("the proportions of `viewBox` do not suit a logo", hint)
        fit = own.get("preserveAspectRatio", "")
        if ("none" in fit or "slice" in fit) and sides[0] and sides[1]:
            stretch = sides[0] / sides[1] * height / width
            if not 1 / _SAME <= stretch <= _SAME:
                hint = "give width and height the proportions of viewBox"
                raise self.refused("`preserveAspectRatio` would stretch or cut the logo", hint)
        return left, top, width, height

    def transform(self, text: str) -> Transform:
        """Read a list of transforms."""
        text = "" if text == "none" else text
        whole, at = Identity, 0
        while text[at:].strip():
            call = _CALL.match(text, at)
            if call is None:
                raise self.refused(f"`{text[:40]}` is not a transform", "save it as plain SVG")
            move = transform_of(call[1], self.numbers(_CSS_UNIT.sub(r"\1", call[2])))
            if move is None:
                message = f"`{call[1]}` has the wrong number of values"
                raise self.refused(message, "save it as plain SVG")
            whole, at = whole.transform(move), call.end()
        return whole

    def ink(self, look: Mapping[str, str], key: str) -> Ink | None:
        """Read a plain colour, or none."""
        text = look[key]
        if text.lower() in ("currentcolor", "context-fill", "context-stroke"):
            text = look["color"]
        seen = share(look[f"{key}-opacity"])
        if seen not in (0, 1):
            raise self.refused(f"`{key}-opacity` must be 1 in a logo", "use a plain colour")
        try:
            return colour(text) if seen else None
        except ValueError as error:
            hint = "write it as #1D4F63; gradients and patterns cannot be printed"
            raise self.refused(f"`{text[:40]}` is not a plain colour", hint) from error

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
        given = {key: self.length(value) for key, value in own.items() if value != "auto"}
        return outline_of(kind, given)

    def shape(self, outline: str, look: Mapping[str, str], move: Transform, clips: Clips) -> None:
        """Add one shape, with its transforms worked in."""
        if look["visibility"] != "visible":
            return
        fill, stroke = self.ink(look, "fill"), self.ink(look, "stroke")
        path = self.path(outline, move)
        stretch = math.sqrt(abs(move[0] * move[3] - move[1] * move[2]))
        width = round(self.length(look["stroke-width"]) * stretch, 4) if stroke else 1.0
        stroke = stroke if width > 0 else None
        if not path or not (fill or stroke):
            return
        box = bounds(self.points(path), width / 2 if stroke else 0)
        self.check_clips(box, clips)
        cap, join = look["stroke-linecap"], look["stroke-linejoin"]
        if cap not in _CAPS or join not in _JOINS:
            raise self.refused(f"`{cap}` or `{join}` is not a line cap or join", "use round")
        inside = box[0] < self.view[2] and box[1] < self.view[3] and box[2] > 0 < box[3]
        area = stroke or (box[2] > box[0] and box[3] > box[1])
        self.visible |= bool(inside and area and not (is_faint(fill) and is_faint(stroke)))
        self.shapes.append(
            LogoShape(
                path=path,
                fill=fill,
                stroke=stroke,
                width=width,
                even_odd=look["fill-rule"] == "evenodd",
                cap=_CAPS.index(cap),
                join=_JOINS.index(join),
                miter=max(1.0, self.numbers(look["stroke-miterlimit"], 1)[0]),
            )
        )

    def check_clips(self, box: ViewBox, clips: Clips) -> None:
        """Raise ContentError where a clip would cut what the page itself does not."""
        slack = _SLACK * max(self.view[2:])
        seen = (
            max(box[0], 0),
            max(box[1], 0),
            min(box[2], self.view[2]),
            min(box[3], self.view[3]),
        )
        for clip in clips:
            low = all(one >= edge - slack for one, edge in zip(seen[:2], clip[:2], strict=True))
            high = all(one <= edge + slack for one, edge in zip(seen[2:], clip[2:], strict=True))
            if not (low and high):
                hint = "cut the drawing itself, and export it without clipping"
                raise self.refused("`clip-path` cuts a shape of the logo", hint)

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
