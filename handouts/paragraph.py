"""Goes in: runs of text and a width. Comes out: lines, measured and ready to show. The one paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handouts.leaflet import Run, plain
from handouts.tagging import Glyphs, Tag

if TYPE_CHECKING:
    from handouts.shaping import Face, Word
    from handouts.style import TextStyle
    from handouts.tagging import Path, TaggedCanvas

Faces = dict[int, "Face"]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A shaped piece of a word: one address, one face."""

    address: int
    """The first run of the same element: runs that differ in weight only belong together."""
    face: Face
    word: Word


_Chunk = list[_Piece]
"""What must stay on one line: the pieces of one word."""


class Text:
    """A paragraph: set left-aligned, never hyphenated, never split over pages."""

    def __init__(
        self,
        faces: Faces,
        runs: tuple[Run, ...],
        style: TextStyle,
        path: Path,
        run_paths: tuple[Path, ...] = (),
    ) -> None:
        self.style = style
        self.path = path
        self.runs = runs
        self._run_paths = run_paths
        """An own address for each run, where one line holds several elements."""
        self._faces = faces
        self._links: dict[str, Tag] = {}
        # What follows belongs to the same element, so the space between them is shown.
        self._joins = bool(runs) and runs[-1].text.endswith(" ")
        self._lines: list[list[_Chunk]] = []
        self.width = 0.0
        """The width of the widest line, once wrapped."""

    def wrap(self, width: float) -> float:
        """Break the text into lines of at most `width` points; give the height in points."""
        size, used = self.style.size, 0.0
        lines: list[list[_Chunk]] = []
        line: list[_Chunk] = []
        for chunk in self._chunks():
            wide = sum(piece.word.width for piece in chunk) * size
            space = line[-1][-1].face.space * size if line else 0.0
            if line and used + space + wide > width + 0.01:
                lines.append(line)
                line, used, space = [], 0.0, 0.0
            used += space + wide
            self.width = max(self.width, used)
            line.append(chunk)
        if line:
            lines.append(line)
        self._lines = lines
        return len(lines) * self.style.leading

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Show the lines; (x, y) is the top left corner, y up from the foot of the page."""
        baseline = y - self.first_baseline
        groups: dict[int, list[Glyphs]] = {}
        for number, line in enumerate(self._lines):
            last = number == len(self._lines) - 1
            for address, glyphs in self._place(line, x, baseline, last=last):
                groups.setdefault(address, []).append(glyphs)
            baseline -= self.style.leading
        for address, lines in groups.items():
            run = self.runs[address]
            if run.href:
                self._draw_link(canvas, run.href, lines)
            else:
                canvas.text(self._run_paths[address] if self._run_paths else self.path, lines)

    def glyphs_on_line(self, x: float, y: float) -> list[Glyphs]:
        """Set everything on one line from the baseline (x, y), for text outside the flow."""
        return [glyphs for _, glyphs in self._place(self._chunks(), x, y, last=True)]

    @property
    def first_baseline(self) -> float:
        """The distance from the top to the first baseline: half the leading's surplus lies above."""
        face, style = self._faces[self.style.weight], self.style
        return (style.leading - (face.ascent + face.descent) * style.size) / 2 + face.ascent * style.size

    @property
    def middle(self) -> float:
        """The distance from the top to the middle of the small letters of the first line."""
        x_height = 0.496
        return self.first_baseline - x_height / 2 * self.style.size

    @property
    def plain(self) -> str:
        """The words without marks."""
        return plain(self.runs)

    # -------------------------------------------------------------- inside
    def _chunks(self) -> list[_Chunk]:
        """Split the runs at spaces into chunks; a word may change weight inside."""
        chunks: list[_Chunk] = [[]]
        for address, run in zip(self._addresses(), self.runs, strict=True):
            face = self._faces[self.style.strong if run.strong else self.style.weight]
            for number, part in enumerate(run.text.split(" ")):
                if number and chunks[-1]:
                    chunks.append([])
                for index, bit in enumerate(part.split("\u00a0")):
                    if index:
                        chunks[-1].append(_Piece(address, face, face.shape("\u00a0")))
                    if bit:
                        chunks[-1].append(_Piece(address, face, face.shape(bit)))
        return [chunk for chunk in chunks if chunk]

    def _addresses(self) -> list[int]:
        """Number the runs by element: with own paths each run, else one for text and one a link."""
        keys = self._run_paths or [run.href for run in self.runs]
        first: dict[object, int] = {}
        return [first.setdefault(key, number) for number, key in enumerate(keys)]

    def _place(
        self, line: list[_Chunk], x: float, y: float, *, last: bool
    ) -> list[tuple[int, Glyphs]]:
        """Place one line; pieces of one face and address show together, spaces go with what is before.

        The space at a line end is shown too, so that the words do not run together when read back.
        """
        placed: list[tuple[int, Glyphs]] = []
        words: list[Word] = []
        start, cursor = x, x
        size, colour = self.style.size, self.style.colour
        pieces = [piece for chunk in line for piece in chunk]
        ends = [sum(len(chunk) for chunk in line[: n + 1]) - 1 for n in range(len(line))]
        if last and not self._joins:
            ends.pop()
        for index, piece in enumerate(pieces):
            words.append(piece.word)
            cursor += piece.word.width * size
            following = pieces[index + 1] if index + 1 < len(pieces) else None
            if index in ends:
                gap = piece.face.shape(" ")
                words.append(gap)
                cursor += gap.width * size
            same = (
                following is not None
                and following.face is piece.face
                and following.address == piece.address
            )
            if not same:
                glyphs = Glyphs(start, y, piece.face, size, colour, tuple(words))
                placed.append((piece.address, glyphs))
                words, start = [], cursor
        return placed

    def _draw_link(self, canvas: TaggedCanvas, href: str, lines: list[Glyphs]) -> None:
        tag = self._links.setdefault(href, Tag("Link"))
        path = (*self.path, tag)
        canvas.text(path, lines)
        says = "".join(run.text for run in self.runs if run.href == href)
        for line in lines:
            wide = sum(word.width for word in line.words) * line.size
            box = (line.x, line.y - 0.2 * line.size, line.x + wide, line.y + line.size)
            canvas.link(path, box, href, says)
