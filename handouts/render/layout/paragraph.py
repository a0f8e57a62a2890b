"""Break a paragraph into lines and draw it: `TextBlock`.

Left-aligned and greedy: each line takes as many words as fit. Never hyphenated, never split
across pages. Shaped words and line breaks are kept, because every style that is tried asks
again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.fastpath.name_slot import HARD_SPACE
from handouts.leaflet.tree import plain
from handouts.render.pdf.canvas import Glyphs
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handouts.leaflet.tree import Run
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.fonts import Face, Faces, Word
    from handouts.render.pdf.structure import TagPath


_ROUNDING = 0.01
"""How much longer than its width a line may be, in points, before it counts as too long."""
_MOST_WAYS = 24
"""In which the lines of one paragraph are kept."""
_X_HEIGHT = 0.496
"""Of the small letters, in em."""


class _Piece(Struct, frozen=True):
    """A shaped piece of a word: one address, one face."""

    address: int
    """The first run of the same element: runs that differ in weight only belong together."""
    face: Face
    word: Word


class _Chunk(Struct, frozen=True):
    """What must stay on one line: the pieces of one word."""

    pieces: tuple[_Piece, ...]
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
    """A paragraph: set left-aligned, never hyphenated, never split over pages.

    `run_paths` gives each run an own address, where one line holds several elements.
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
        self._words = _shape(runs, self._addresses(), self._face, faces[style.strong])
        self._layout = _Layout((), 0.0)

    def wrap(self, width: float) -> float:
        """Break the text into lines of at most `width` points; give the height in points."""
        self._layout = self._words.broken(self.style.size, width)
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
        """The distance from the top to the first baseline: half the leading's surplus is above."""
        face, style = self._face, self.style
        surplus = style.leading - (face.ascent + face.descent) * style.size
        return surplus / 2 + face.ascent * style.size

    @property
    def middle(self) -> float:
        """The distance from the top to the middle of the small letters of the first line."""
        return self.first_baseline - _X_HEIGHT / 2 * self.style.size

    @property
    def plain(self) -> str:
        """The words without marks."""
        return plain(self.runs)

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Show the lines; (x, y) is the top left corner, y up from the foot of the page."""
        baseline = y - self.first_baseline
        groups: dict[int, list[Glyphs]] = {}
        for number, line in enumerate(self._layout.lines, 1):
            last = number == len(self._layout.lines)
            for address, glyphs in self._place(line, x, baseline, last=last):
                groups.setdefault(address, []).append(glyphs)
            baseline -= self.style.leading
        links: dict[str, Tag] = {}
        for address, lines in groups.items():
            href = self.runs[address].href
            if href:
                tag = links.setdefault(href, Tag("Link"))
                self._draw_link(canvas, (*self._path, tag), href, lines)
            else:
                canvas.text(self._run_paths[address] if self._run_paths else self._path, lines)

    def glyphs_on_line(self, x: float, y: float) -> list[Glyphs]:
        """Set everything on one line from the baseline (x, y), for text outside the flow."""
        return [glyphs for _, glyphs in self._place(self._words.chunks, x, y, last=True)]

    # -------------------------------------------------------------- inside
    def _addresses(self) -> tuple[int, ...]:
        """Number the runs by element: with own paths each run, else one for text and one a link."""
        keys = self._run_paths or [run.href for run in self.runs]
        first: dict[object, int] = {}
        return tuple(first.setdefault(key, number) for number, key in enumerate(keys))

    def _place(
        self, line: Sequence[_Chunk], x: float, y: float, *, last: bool
    ) -> list[tuple[int, Glyphs]]:
        """Place one line; pieces of one face and address show together, spaces with what is before.

        The space at a line end is shown too, so that words do not run together when read back; at
        the end of the text only where what follows belongs to the same element.
        """
        size, colour = self.style.size, self.style.colour
        ends_open = not last or self.runs[-1].text.endswith(" ")
        placed: list[tuple[int, Glyphs]] = []
        words: list[Word] = []
        start = cursor = x
        pieces = [
            (piece, piece is chunk.pieces[-1] and (ends_open or chunk is not line[-1]))
            for chunk in line
            for piece in chunk.pieces
        ]
        following = [(piece.face, piece.address) for piece, _ in pieces[1:]]
        for (piece, spaced), after in zip(pieces, [*following, None], strict=True):
            words.append(piece.word)
            cursor += piece.word.width * size
            if spaced:
                gap = piece.face.gap
                words.append(gap)
                cursor += gap.width * size
            if after != (piece.face, piece.address):
                glyphs = Glyphs(start, y, piece.face, size, colour, tuple(words))
                placed.append((piece.address, glyphs))
                words, start = [], cursor
        return placed

    def _draw_link(
        self, canvas: TaggedCanvas, path: TagPath, href: str, lines: Sequence[Glyphs]
    ) -> None:
        canvas.text(path, lines)
        says = "".join(run.text for run in self.runs if run.href == href)
        for line in lines:
            wide = sum(word.width for word in line.words) * line.size
            box = (line.x, line.y - 0.2 * line.size, line.x + wide, line.y + line.size)
            canvas.link(path, box, href, says)


class _Words:
    """The words of a paragraph, shaped, and the ways in which they were broken into lines.

    Columns ask for several widths, and all styles of a leaflet for the same.
    """

    __slots__ = ("_broken", "chunks")

    def __init__(self, chunks: tuple[_Chunk, ...]) -> None:
        self.chunks = chunks
        self._broken: dict[tuple[float, float], _Layout] = {}

    def broken(self, size: float, width: float) -> _Layout:
        """Fill each line of at most `width` points with as many words of a size as it takes."""
        layout = self._broken.get((size, width))
        if layout is None:
            if len(self._broken) == _MOST_WAYS:
                self._broken.clear()
            layout = self._broken[size, width] = self._break(size, width)
        return layout

    def _break(self, size: float, width: float) -> _Layout:
        used, widest = 0.0, 0.0
        lines: list[list[_Chunk]] = []
        line: list[_Chunk] = []
        for chunk in self.chunks:
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


@lru_cache(maxsize=2048)
def _shape(runs: tuple[Run, ...], addresses: tuple[int, ...], face: Face, strong: Face) -> _Words:
    """Split runs at spaces into chunks and shape them; a word may change weight inside.

    Kept, because a leaflet is laid out several times, and leaflets say much the same.
    """
    chunks: list[list[_Piece]] = [[]]
    for address, run in zip(addresses, runs, strict=True):
        own = strong if run.strong else face
        for number, part in enumerate(run.text.split(" ")):
            if number and chunks[-1]:
                chunks.append([])
            for index, bit in enumerate(part.split(HARD_SPACE)):
                if index:
                    chunks[-1].append(_Piece(address, own, own.hard_gap))
                if bit:
                    chunks[-1].append(_Piece(address, own, own.shape(bit)))
    return _Words(
        tuple(
            _Chunk(tuple(pieces), sum(piece.word.width for piece in pieces), pieces[-1].face.space)
            for pieces in chunks
            if pieces
        )
    )
