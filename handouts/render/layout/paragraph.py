"""Break a paragraph into lines and draw it: `TextBlock`.

Left-aligned and greedy: each line takes as many words as fit, but where next to nothing is left
for the last line, or only a number, it takes words from the one before. The lines of a heading
are even. Never hyphenated, never split across pages; a word that is wider than its column is cut
between two letters. Shaped words and line breaks are kept, because every style that is tried asks
again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.fastpath.name_slot import HARD_SPACE
from handouts.leaflet.tree import Run, plain
from handouts.render.layout.chunks import Chunk, GlyphRun, chunk_of, parts_of
from handouts.render.pdf.bidi import visual_order
from handouts.render.pdf.canvas import Glyphs
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Literal

    from handouts.render.layout.mixed_text import MixedText, Stretch
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.fonts import Face, Faces, Word
    from handouts.render.pdf.structure import TagPath

    PointsTo = Literal["signs", "calls", "today"]
    """All pages of the signs, those of what to call for at once, or the first for today."""


_ROUNDING = 0.01
"""How far a line may exceed its width, in points: the error of adding floats."""
_LEAST_LAST, _SHORT_WORD = 0.12, 1.5
"""A last line takes words from the line before if it is narrower than this share of the measure.

In a long line only if it is also narrower than a word of three letters, in em: a longer one may
stand alone, as a line that ends before its room does looks like a mistake.
"""
_LEAST_KEPT = 0.75
"""The share of the measure that the line before then keeps at least."""
_MOST_LAYOUTS = 24
"""The layouts cached for one paragraph."""
_X_HEIGHT = 0.496
"""The x-height of the typeface, in em."""
_UNUSUAL = re.compile("[^\u0000-\u00ff\u2010-\u2026€]")
"""Characters that the usual typeface may lack."""
_NUMBER_GROUPS = re.compile(r"[0-9] [0-9]")
_GAPS = re.compile(f"([ {HARD_SPACE}])")
"""The spaces at which no line ends: of words that stay together, and of a number to call."""
_SENTENCE_ENDS = (".", "?", "!", ":")
_HEADINGS = frozenset({"H1", "H2", "H3", "H4", "H5", "H6"})
_BETWEEN = re.compile(r"(?<![0-9]) | (?![0-9])")
"""A space but that between two groups of digits, as of a number to call."""

ElementKey = tuple[int, int]
"""The element of a glyph run, and its stretch."""


class _Item(Struct, frozen=True):
    """A word or space of a line that is being placed."""

    run: GlyphRun
    """That it is, or comes after."""
    word: Word
    level: int

    def key(self) -> tuple[str, int, int]:
        """Return what items that are shown together have in common."""
        return self.run.face.name, self.run.element, self.run.stretch


def _groups(items: Sequence[_Item]) -> Iterator[tuple[GlyphRun, Sequence[Word]]]:
    """Yield neighbours of one face, element and stretch, as their first run and their words."""
    for _, group in groupby(items, key=_Item.key):
        some = [*group]
        yield some[0].run, [item.word for item in some]


def _groups_of_line(line: Sequence[Chunk], *, ends_open: bool) -> list[tuple[GlyphRun, list[Word]]]:
    """Return what `_groups` yields of a line in the order of reading, as nearly all text is."""
    groups: list[tuple[GlyphRun, list[Word]]] = []
    words: list[Word] = []
    face, element, stretch = "", -1, -1
    for chunk in line:
        for run in chunk.glyph_runs:
            if run.face.name != face or run.element != element or run.stretch != stretch:
                face, element, stretch = run.face.name, run.element, run.stretch
                words = []
                groups.append((run, words))
            words.append(run.word)
        if chunk.space and (ends_open or chunk is not line[-1]):
            words.append(chunk.glyph_runs[-1].face.gap)
    return groups


class _Layout(Struct, frozen=True):
    """A paragraph broken into lines."""

    lines: Sequence[Sequence[Chunk]]
    width: float
    """Of the widest line, in points."""


_NOT_YET = _Layout((), 0.0)
"""Of a paragraph that is not wrapped."""


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
        self.even = bool(path) and path[-1].role in _HEADINGS
        """Whether its lines are even: those of a heading are."""
        self._path = path
        self._run_paths = run_paths
        self._face = faces[style.weight]
        self._words = _shape(runs, self._elements(), self._face, faces[style.strong])
        self._layout = _NOT_YET
        self.indent = 0.0
        """How far right of the others the first line starts, in points."""
        self.beside = 0
        """How many runs of letters are on the same line of the page, in other texts."""

    def wrap(self, width: float) -> float:
        """Break the text into lines of at most `width` points; return the height in points."""
        self._layout = self._words.layout(self.style.size, width, self.indent, even=self.even)
        return self.height

    @property
    def height(self) -> float:
        """The height in points, as last wrapped."""
        return len(self._layout.lines) * self.leading

    @property
    def leading(self) -> float:
        """From one baseline to the next in points: more where letters are taller than usual."""
        return self.style.leading * self._words.leading

    @property
    def width(self) -> float:
        """The width of the widest line in points, as last wrapped."""
        return self._layout.width

    @property
    def first_baseline(self) -> float:
        """From the top to the first baseline, in points; half the extra leading is above it."""
        face, style = self._face, self.style
        surplus = self.leading - (face.ascent + face.descent) * style.size
        return surplus / 2 + face.ascent * style.size

    @property
    def last_baseline(self) -> float:
        """From the top to the last baseline, in points, as last wrapped."""
        return self.first_baseline + (len(self._layout.lines) - 1) * self.leading

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
        groups: dict[ElementKey, list[Glyphs]] = {
            (run.element, run.stretch): []
            for line in self._layout.lines
            for chunk in line
            for run in chunk.glyph_runs
        }  # in the order of reading
        for number, line in enumerate(self._layout.lines, 1):
            last = number == len(self._layout.lines)
            left = x if number > 1 else x + self.indent
            for key, glyphs in self._place(line, left, baseline, last=last):
                groups[key].append(glyphs)
            baseline -= self.leading
        links: dict[str, Tag] = {}
        for (element, stretch), lines in groups.items():
            href = self.runs[element].href
            if href:
                tag = links.setdefault(href, Tag("Link"))
                self._draw_link(canvas, (*self._path, tag), href, lines)
            else:
                path = self._run_paths[element] if self._run_paths else self._path
                canvas.text(self._within(path, stretch), lines)

    def glyphs(self, x: float, y: float) -> list[Glyphs]:
        """Return the lines as last wrapped, their top left corner at (x, y); draw nothing."""
        baseline = y - self.first_baseline
        lines = self._layout.lines
        return [
            glyphs
            for number, line in enumerate(lines)
            for _, glyphs in self._place(
                line, x, baseline - number * self.leading, last=line is lines[-1]
            )
        ]

    def glyphs_on_line(self, x: float, y: float) -> list[Glyphs]:
        """Return the whole text as one line from (x, y), where y is the baseline; draw nothing."""
        return [glyphs for _, glyphs in self._place(self._words.chunks, x, y, last=True)]

    # -------------------------------------------------------------- inside
    def _elements(self) -> tuple[int, ...]:
        """Return the element of each run: its own with run paths; else the text, and each link."""
        if len(self.runs) == 1:
            return (0,)
        keys = self._run_paths or [run.href for run in self.runs]
        if not any(keys):
            return (0,) * len(keys)
        first: dict[object, int] = {}
        return tuple(first.setdefault(key, number) for number, key in enumerate(keys))

    def _within(self, path: TagPath, stretch: int) -> TagPath:
        """Return the path of a stretch: an element of its own where it is in another script."""
        found = self._words.stretches[stretch] if self._words.stretches else None
        if found is None or not path:
            return path
        actual = found.text if found.from_right else ""
        return (*path, Tag("Span", actual=actual, unknown_language=True))

    def _place(
        self, line: Sequence[Chunk], x: float, y: float, *, last: bool
    ) -> list[tuple[ElementKey, Glyphs]]:
        """Place one line; return each stretch in one face and element, with its element.

        A space belongs to the word before it. The space at the end of a line is shown too, so that
        words do not run together in extracted text; at the end of the text only if the text itself
        ends in one.
        """
        size, colour = self.style.size, self.style.colour
        ends_open = not last or self.runs[-1].text.endswith(" ")
        groups: Iterable[tuple[GlyphRun, Sequence[Word]]]
        if not self._words.base and not self._words.has_levels:
            groups = _groups_of_line(line, ends_open=ends_open)
        else:
            items = self._items(line, ends_open=ends_open)
            if self._words.base and self._layout.lines:
                x += self._layout.width - sum(item.word.width for item in items) * size
            groups = self._ordered(items) if self._words.has_levels else _groups(items)
        placed: list[tuple[ElementKey, Glyphs]] = []
        for run, words in groups:
            placed.append(
                ((run.element, run.stretch), Glyphs(x, y, run.face, size, colour, tuple(words)))
            )
            x += sum([word.width for word in words]) * size
        return placed

    def _items(self, line: Sequence[Chunk], *, ends_open: bool) -> list[_Item]:
        """Return the words and spaces of a line with their levels."""
        items: list[_Item] = []
        for chunk in line:
            items += [_Item(run, run.word, run.level) for run in chunk.glyph_runs]
            if chunk.space and (ends_open or chunk is not line[-1]):
                level = self._words.base if chunk is line[-1] else chunk.level
                run = chunk.glyph_runs[-1]
                items.append(_Item(run, run.face.gap, level))
        return items

    def _ordered(self, items: Sequence[_Item]) -> Iterator[tuple[GlyphRun, Sequence[Word]]]:
        """Yield the groups of a line with text from right to left, from left to right."""
        from handouts.render.layout.reading_order import (  # noqa: PLC0415 - such text alone
            in_order,
            is_turned,
        )

        turn = {id(item): number for number, item in enumerate(items)}
        shown = visual_order(items, lambda item: item.level)
        texts = [
            item.run.text if item.word is item.run.word and item.run.text else item.word.glyphs
            for item in items
        ]
        if is_turned(texts, self.beside):
            yield from _groups(shown)
            return
        for _, group in groupby(shown, key=_Item.key):
            some = [*group]
            run = some[0].run
            stretch = self._words.stretches[run.stretch]
            if stretch and stretch.from_right:
                three = [(item.run, item.word, turn[id(item)]) for item in some]
                yield run, [in_order(three, run.face)]
            else:
                yield run, [item.word for item in some]

    def _draw_link(
        self, canvas: TaggedCanvas, path: TagPath, href: str, lines: Sequence[Glyphs]
    ) -> None:
        canvas.text(path, lines)
        description = "".join(run.text for run in self.runs if run.href == href)
        for line in lines:
            wide = sum(word.width for word in line.words) * line.size
            box = (line.x, line.y - 0.2 * line.size, line.x + wide, line.y + line.size)
            canvas.link(path, box, href, description)


class PagePointer(Struct):
    """A sentence that is followed by the numbers of the pages that it points to.

    They take the place of what a last colon leads to: "All signs: at the end." is for a screen.
    Where its lines have room it then names the page of the box for the reader, if that is another.
    """

    sentence: tuple[Run, ...]
    faces: Faces
    style: TextStyle
    paths: tuple[TagPath, ...]
    """The path of each run."""
    patterns: Mapping[int, str]
    """What follows for one page, for two, and for more (3), with {n} or {low} and {high}; by 0 what
    names the page of the box for the reader."""
    text: TextBlock | None = None
    width: float = 0.0
    widest: int = 86
    """A page number as wide as any, to measure with."""
    to: PointsTo = "signs"
    """Which pages it points to."""

    def wrap(self, width: float) -> float:
        """Lay out with the longest that may follow."""
        self.width = width
        return self.point([self.widest, self.widest])

    def point(self, pages: Sequence[int], for_you: int = 0) -> float:
        """Take the numbers of the pages, in order; return the height.

        `for_you` is the page of the box for the reader; 0 does not name it.
        """
        text = self.patterns[min(len(pages), 3)] if pages else ""
        added = text.format(n=pages[0], low=pages[0], high=pages[-1]) if pages else ""
        *before, last = self.sentence
        head, colon, _ = last.text.rpartition(": ")
        said = f"{head}{colon}{added[:1].lower()}{added[1:]}" if colon and added else ""
        run = Run(said or f"{last.text.strip()} {added}".strip(), last.strong)
        height = self._set(*before, run)
        if also := self.patterns.get(0, "") if for_you else "":
            longer = replace(run, text=f"{run.text} {also.format(n=for_you)}")
            if self._set(*before, longer) > height:
                self._set(*before, run)
        return height

    def _set(self, *runs: Run) -> float:
        self.text = TextBlock(self.faces, runs, self.style, (), self.paths)
        return self.text.wrap(self.width)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the sentence as last pointed."""
        if self.text is not None:
            self.text.draw(canvas, x, y)


class _Words:
    """The shaped words of a paragraph, and its layouts so far by size and width.

    Columns ask for several widths, and the styles that are tried often for the same one.
    """

    __slots__ = ("_layouts", "base", "chunks", "has_levels", "leading", "stretches")

    def __init__(self, chunks: tuple[Chunk, ...], mixed: MixedText | None = None) -> None:
        self.chunks = chunks
        self.stretches: tuple[Stretch | None, ...] = mixed.stretches if mixed else ()
        self.base = int(mixed.from_right) if mixed else 0
        """The embedding level of the paragraph."""
        self.has_levels = any(one and one.from_right for one in self.stretches)
        self.leading = mixed.leading if mixed else 1.0
        self._layouts: dict[tuple[float, ...], _Layout] = {}

    def layout(
        self, size: float, width: float, indent: float = 0.0, *, even: bool = False
    ) -> _Layout:
        """Return the lines, each with as many words as fit `width` points at this size.

        The first line has less room by the indent. `even` lines are as many, and nearly as long as
        each other.
        """
        key = size, width, indent, even
        layout = self._layouts.get(key)
        if layout is None:
            if len(self._layouts) == _MOST_LAYOUTS:
                self._layouts.clear()
            layout = self._break(self._fitting(size, width), size, width, indent)
            if even and len(layout.lines) > 1 and not indent:
                layout = self._evened(layout, size, width)
            self._layouts[key] = layout
        return layout

    def _break(
        self, chunks: Iterable[Chunk], size: float, width: float, indent: float = 0.0
    ) -> _Layout:
        used, widest = indent, 0.0
        lines: list[list[Chunk]] = []
        line: list[Chunk] = []
        for chunk in chunks:
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
        if len(lines) > 1 and _is_short(lines[-1], width / size):
            _lengthen_last(lines, width / size)
            widest = max(_filled(one) for one in lines) * size
        return _Layout(lines, widest)

    def _evened(self, layout: _Layout, size: float, width: float) -> _Layout:
        """Return a heading in as many lines, a sentence on each or else all of one length."""
        chunks = [chunk for line in layout.lines for chunk in line]
        said = [self._break(some, size, width) for some in _sentences(chunks)]
        lines = [line for one in said for line in one.lines]
        if len(said) > 1 and len(lines) == len(layout.lines):
            return _Layout(lines, max(one.width for one in said))
        while layout.width > max(chunk.width for chunk in chunks) * size:
            narrower = self._break(chunks, size, layout.width - 2 * _ROUNDING)
            if len(narrower.lines) > len(layout.lines):
                break
            layout = narrower
        return layout

    def _fitting(self, size: float, width: float) -> Iterable[Chunk]:
        """Return the words, those that are wider than a line in parts that are not."""
        if all(chunk.width * size <= width + _ROUNDING for chunk in self.chunks):
            return self.chunks
        most = (width + _ROUNDING) / size
        return (
            part
            for chunk in self.chunks
            for part in ([chunk] if chunk.width <= most else parts_of(chunk, width / size))
        )


def _filled(line: Sequence[Chunk]) -> float:
    """Return the width of a line, in em."""
    return sum(chunk.width + chunk.space for chunk in line) - line[-1].space


def _sentences(chunks: Sequence[Chunk]) -> list[list[Chunk]]:
    """Return the words of each sentence of a heading."""
    said: list[list[Chunk]] = [[]]
    for chunk in chunks:
        said[-1].append(chunk)
        if chunk.glyph_runs[-1].word.glyphs.endswith(_SENTENCE_ENDS):
            said.append([])
    return [one for one in said if one]


def _is_short(last: Sequence[Chunk], width: float) -> bool:
    """Tell whether a last line is too short, of a measure in em: next to nothing, or a number.

    What to do with a number, as to call it, should stand beside it.
    """
    if _filled(last) < min(_LEAST_LAST * width, _SHORT_WORD):
        return True
    return len(last) == 1 and last[0].glyph_runs[0].word.glyphs[:1].isdigit()


def _lengthen_last(lines: Sequence[list[Chunk]], width: float) -> None:
    """Move words from the last line but one to the last, until that is long enough.

    `width` is the measure in em. The number of lines stays, and the line before stays long.
    """
    before, last = lines[-2:]
    while len(before) > 1 and _is_short(last, width):
        if not before[-2].space or _filled(before[:-1]) < _LEAST_KEPT * width:
            return
        last.insert(0, before.pop())


def _parts(text: str) -> list[str]:
    """Split a text where a line may end: at spaces, but not within a number to call."""
    return _BETWEEN.split(text) if _NUMBER_GROUPS.search(text) else text.split(" ")


@lru_cache(maxsize=2048)
def _shape(runs: tuple[Run, ...], elements: tuple[int, ...], face: Face, strong: Face) -> _Words:
    """Split runs at spaces into chunks and shape them; a word may change weight inside.

    Cached, because a leaflet is laid out several times, and leaflets share most of their text.
    """
    owns = [strong if run.strong else face for run in runs]
    if any(
        _UNUSUAL.search(run.text) and not own.covers(run.text)
        for own, run in zip(owns, runs, strict=True)
        if not run.text.isascii()
    ):
        from handouts.render.layout.mixed_text import shape_mixed  # noqa: PLC0415 - typed text alone

        mixed = shape_mixed(runs, elements, face, strong)
        return _Words(mixed.chunks, mixed)
    chunks: list[list[GlyphRun]] = [[]]
    for element, own, run in zip(elements, owns, runs, strict=True):
        gaps = {" ": own.gap, HARD_SPACE: own.hard_gap}
        for number, part in enumerate(_parts(run.text)):
            if number and chunks[-1]:
                chunks.append([])
            for text in _GAPS.split(part):
                if text:
                    word = gaps.get(text) or own.shape(text)
                    chunks[-1].append(GlyphRun(element, own, word))
    return _Words(tuple(chunk_of(chunk, chunk[-1].face.space) for chunk in chunks if chunk))
