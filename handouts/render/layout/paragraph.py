"""Break a paragraph into lines and draw it: `TextBlock`.

Left-aligned and greedy: each line takes as many words as fit. Never hyphenated, never split
across pages; a word that is wider than its column is cut between two letters. Shaped words and
line breaks are kept, because every style that is tried asks again.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.fastpath.name_slot import HARD_SPACE
from handouts.leaflet.tree import plain
from handouts.render.pdf.canvas import Glyphs
from handouts.render.pdf.fonts import Word
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handouts.leaflet.tree import Run
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.fonts import Face, Faces
    from handouts.render.pdf.structure import TagPath


_ROUNDING = 0.01
"""How far a line may exceed its width, in points: the error of adding floats."""
_MOST_LAYOUTS = 24
"""The layouts cached for one paragraph."""
_X_HEIGHT = 0.496
"""The x-height of the typeface, in em."""


class _GlyphRun(Struct, frozen=True):
    """A shaped word or part of one: in one face, within one structure element."""

    element: int
    """The element, named by the index of its first run: a bold run is in the same element."""
    face: Face
    word: Word


class _Chunk(Struct, frozen=True):
    """What must stay on one line: the glyph runs of one word, hard spaces included."""

    glyph_runs: tuple[_GlyphRun, ...]
    width: float
    """In em."""
    space: float
    """The width of a space after it, in em."""


class _Layout(Struct, frozen=True):
    """A paragraph broken into lines."""

    lines: Sequence[Sequence[_Chunk]]
    width: float
    """Of the widest line, in points."""


class TextBlock:
    """A paragraph: set left-aligned, never hyphenated, never split across pages.

    `run_paths` gives each run a tag path of its own, where one line holds several elements.
    """

    def __init__(
        self,
        faces: Faces,
        runs: tuple[Run, ...],
        style: TextStyle,
        path: TagPath,
        run_paths: tuple[TagPath, ...] = (),
    ) -> None:
        self.runs = runs
        self.style = style
        self._path = path
        self._run_paths = run_paths
        self._face = faces[style.weight]
        self._words = _shape(runs, self._elements(), self._face, faces[style.strong])
        self._layout = _Layout((), 0.0)

    def wrap(self, width: float) -> float:
        """Break the text into lines of at most `width` points; return the height in points."""
        self._layout = self._words.layout(self.style.size, width)
        return self.height

    @property
    def height(self) -> float:
        """The height in points, as last wrapped."""
        return len(self._layout.lines) * self.style.leading

    @property
    def width(self) -> float:
        """The width of the widest line in points, as last wrapped."""
        return self._layout.width

    @property
    def first_baseline(self) -> float:
        """From the top to the first baseline, in points; half the extra leading is above it."""
        face, style = self._face, self.style
        surplus = style.leading - (face.ascent + face.descent) * style.size
        return surplus / 2 + face.ascent * style.size

    @property
    def middle(self) -> float:
        """From the top to half the x-height of the first line, in points."""
        return self.first_baseline - _X_HEIGHT / 2 * self.style.size

    @property
    def plain(self) -> str:
        """The text without bold type and links."""
        return plain(self.runs)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Show the lines, their top left corner at (x, y), y up from the foot of the page."""
        baseline = y - self.first_baseline
        groups: dict[int, list[Glyphs]] = {}
        for number, line in enumerate(self._layout.lines, 1):
            last = number == len(self._layout.lines)
            for element, glyphs in self._place(line, x, baseline, last=last):
                groups.setdefault(element, []).append(glyphs)
            baseline -= self.style.leading
        links: dict[str, Tag] = {}
        for element, lines in groups.items():
            href = self.runs[element].href
            if href:
                tag = links.setdefault(href, Tag("Link"))
                self._draw_link(canvas, (*self._path, tag), href, lines)
            else:
                canvas.text(self._run_paths[element] if self._run_paths else self._path, lines)

    def glyphs_on_line(self, x: float, y: float) -> list[Glyphs]:
        """Return the whole text as one line from (x, y), where y is the baseline; draw nothing."""
        return [glyphs for _, glyphs in self._place(self._words.chunks, x, y, last=True)]

    # -------------------------------------------------------------- inside
    def _elements(self) -> tuple[int, ...]:
        """Return the element of each run: its own with run paths; else the text, and each link."""
        keys = self._run_paths or [run.href for run in self.runs]
        first: dict[object, int] = {}
        return tuple(first.setdefault(key, number) for number, key in enumerate(keys))

    def _place(
        self, line: Sequence[_Chunk], x: float, y: float, *, last: bool
    ) -> list[tuple[int, Glyphs]]:
        """Place one line; return (element, glyphs) for each stretch in one face and element.

        A space belongs to the word before it. The space at the end of a line is shown too, so that
        words do not run together in extracted text; at the end of the text only if the text itself
        ends in one.
        """
        size, colour = self.style.size, self.style.colour
        ends_open = not last or self.runs[-1].text.endswith(" ")
        placed: list[tuple[int, Glyphs]] = []
        words: list[Word] = []
        start = cursor = x
        glyph_runs = [
            (glyph_run, glyph_run is chunk.glyph_runs[-1] and (ends_open or chunk is not line[-1]))
            for chunk in line
            for glyph_run in chunk.glyph_runs
        ]
        following = [(glyph_run.face, glyph_run.element) for glyph_run, _ in glyph_runs[1:]]
        for (glyph_run, spaced), after in zip(glyph_runs, [*following, None], strict=True):
            words.append(glyph_run.word)
            cursor += glyph_run.word.width * size
            if spaced:
                gap = glyph_run.face.gap
                words.append(gap)
                cursor += gap.width * size
            if after != (glyph_run.face, glyph_run.element):
                glyphs = Glyphs(start, y, glyph_run.face, size, colour, tuple(words))
                placed.append((glyph_run.element, glyphs))
                words, start = [], cursor
        return placed

    def _draw_link(
        self, canvas: TaggedCanvas, path: TagPath, href: str, lines: Sequence[Glyphs]
    ) -> None:
        canvas.text(path, lines)
        description = "".join(run.text for run in self.runs if run.href == href)
        for line in lines:
            wide = sum(word.width for word in line.words) * line.size
            box = (line.x, line.y - 0.2 * line.size, line.x + wide, line.y + line.size)
            canvas.link(path, box, href, description)


class _Words:
    """The shaped words of a paragraph, and its layouts so far by size and width.

    Columns ask for several widths, and the styles that are tried often for the same one.
    """

    __slots__ = ("_layouts", "chunks")

    def __init__(self, chunks: tuple[_Chunk, ...]) -> None:
        self.chunks = chunks
        self._layouts: dict[tuple[float, float], _Layout] = {}

    def layout(self, size: float, width: float) -> _Layout:
        """Return the lines, each with as many words as fit `width` points at this size."""
        layout = self._layouts.get((size, width))
        if layout is None:
            if len(self._layouts) == _MOST_LAYOUTS:
                self._layouts.clear()
            layout = self._layouts[size, width] = self._break(size, width)
        return layout

    def _break(self, size: float, width: float) -> _Layout:
        used, widest = 0.0, 0.0
        lines: list[list[_Chunk]] = []
        line: list[_Chunk] = []
        for chunk in self._fitting(size, width):
            wide = chunk.width * size
            space = line[-1].space * size if line else 0.0
            if line and used + space + wide > width + _ROUNDING:
                lines.append(line)
                line, used, space = [], 0.0, 0.0
            used += space + wide
            widest = max(widest, used)
            line.append(chunk)
        if line:
            lines.append(line)
        return _Layout(lines, widest)

    def _fitting(self, size: float, width: float) -> Iterable[_Chunk]:
        """Return the words, those that are wider than a line in parts that are not."""
        if all(chunk.width * size <= width + _ROUNDING for chunk in self.chunks):
            return self.chunks
        return (
            part
            for chunk in self.chunks
            for part in (
                [chunk] if chunk.width * size <= width + _ROUNDING else _parts(chunk, width / size)
            )
        )


def _parts(chunk: _Chunk, most: float) -> Iterator[_Chunk]:
    """Cut a word between glyphs into chunks of at most `most` em, without a space after them.

    An address is cut after a slash where one fits on the line (UAX 14, class SY).
    """
    kept: list[_GlyphRun] = []
    for run in chunk.glyph_runs:
        for one in _glyphs(run):
            if kept and _width(kept) + one.word.width > most:
                slashes = [place for place, kept_one in enumerate(kept, 1) if _is_slash(kept_one)]
                cut = slashes[-1] if slashes else len(kept)
                yield _Chunk(tuple(_joined(kept[:cut])), _width(kept[:cut]), 0.0)
                kept = kept[cut:]
            kept.append(one)
    if kept:
        yield _Chunk(tuple(_joined(kept)), _width(kept), chunk.space)


def _width(runs: Sequence[_GlyphRun]) -> float:
    """Return the width of glyph runs side by side, in em."""
    return sum(run.word.width for run in runs)


def _is_slash(run: _GlyphRun) -> bool:
    return run.word.glyphs == run.face.shape("/").glyphs


def _glyphs(run: _GlyphRun) -> Iterator[_GlyphRun]:
    """Return each glyph of a run as a run of its own."""
    for glyph, kern in zip(run.word.glyphs, run.word.kerns, strict=True):
        width = (run.face.advance(glyph) + kern) / 1000
        yield _GlyphRun(run.element, run.face, Word(glyph, (kern,), width))


def _joined(runs: list[_GlyphRun]) -> Iterator[_GlyphRun]:
    """Join neighbours of one face and element again."""
    for (element, face), group in groupby(runs, key=lambda one: (one.element, one.face)):
        words = [one.word for one in group]
        yield _GlyphRun(
            element,
            face,
            Word(
                "".join(word.glyphs for word in words),
                tuple(kern for word in words for kern in word.kerns),
                sum(word.width for word in words),
            ),
        )


@lru_cache(maxsize=2048)
def _shape(runs: tuple[Run, ...], elements: tuple[int, ...], face: Face, strong: Face) -> _Words:
    """Split runs at spaces into chunks and shape them; a word may change weight inside.

    Cached, because a leaflet is laid out several times, and leaflets share most of their text.
    """
    chunks: list[list[_GlyphRun]] = [[]]
    for element, run in zip(elements, runs, strict=True):
        own = strong if run.strong else face
        for number, part in enumerate(run.text.split(" ")):
            if number and chunks[-1]:
                chunks.append([])
            for index, text in enumerate(part.split(HARD_SPACE)):
                if index:
                    chunks[-1].append(_GlyphRun(element, own, own.hard_gap))
                if text:
                    chunks[-1].append(_GlyphRun(element, own, own.shape(text)))
    return _Words(
        tuple(
            _Chunk(tuple(chunk), sum(run.word.width for run in chunk), chunk[-1].face.space)
            for chunk in chunks
            if chunk
        )
    )
