"""Set the card to cut out, in two columns of faces that fold to one: `set_pocket_card`.

Folded it has the size of a bank card. It is folded down the middle, words outside, and then to and
fro: the column on the left is its front, and reads on downwards, that on the right its back. What
stands below a heading has faces of its own, so that the heading on a face is true of all of it. The
first faces of both columns say above it which leaflet this is. All lengths are in points.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.content.vocabulary import CARD_FOLDED
from handouts.errors import Fault, TypesettingError
from handouts.leaflet.tree import Heading, ItemList, Paragraph, Run
from handouts.render.layout.flowables import FORBIDDEN, Bookmarked, FlowItem, Indent, Mark
from handouts.render.layout.style import DANGER, INK
from handouts.render.pdf.graphics import MM, PAPER, rectangle
from handouts.render.pdf.structure import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handouts.leaflet.tree import Panel, Part
    from handouts.render.layout.builder import Builder
    from handouts.render.layout.flowables import Flowable, SpacedFlowable
    from handouts.render.layout.paragraph import TextBlock
    from handouts.render.layout.style import TextStyle
    from handouts.render.pdf.canvas import TaggedCanvas
    from handouts.render.pdf.structure import TagPath


WIDTH, FACE = (length * MM for length in CARD_FOLDED)
COLUMNS = 2
"""The front and the back of the folded card."""
MOST_ROWS = 4
"""Eight layers of paper are as thick as a bank card; more do not fold flat."""
SIZES = (12.5, 12.0, 11.5, 11.0, 10.75, 10.5, 10.25, 10.0, 9.75, 9.5, 9.25, 9.0, 8.5, 8.0)
"""The sizes of type to try, the most legible first; nobody reads less than the last."""
_LEADING = 1.18
"""The height of a line, as a part of the size of its type."""
_GAP = 2.0
"""The white between two signs, of which each has its mark."""
MOST_GAP = 9.0
"""What a gap may grow to on a face with white left."""
PAD = 3.5 * MM
INSIDE = WIDTH - 2 * PAD
"""The measure of the words of a face."""
BAND = 18.0
"""The height of the band at the top of a face, which goes from line to line."""
_HEAD, _COUNT = 11.5, 10.5
"""The sizes of the heading on a band, and of the number of its face and what it is."""
_LEVEL = 2
"""The level of the heading in the outline of the PDF, below that of the section."""
_BELOW_BAND, _FOOT = 4.0, 4.0
_BELOW_NAME = 4.0
_BEFORE = 8.0
_HANG = 9.0
_MARK = Mark("square", -_HANG, 4.5, DANGER)
_ABOVE = 14.0
"""The height of the words that stand on the edge to cut along."""
_AROUND = 60.0
"""The height that the heading of the section and the sentence below it take, at most."""
_STROKE = 1.1
"""The weight of the dashes to cut along."""
_FOLD, _DOT = 3.0, 1.5
"""The height above a band for the dots to fold along, and the width of one of them."""
ROOM = FACE - _FOLD - BAND - _BELOW_BAND - _FOOT
"""The height of the words of a face."""


class CardChapter(Struct):
    """A heading of the card, and what stands below it on its faces."""

    head: TextBlock
    words: list[SpacedFlowable] = []


class CardFace(Struct, frozen=True):
    """What stands on a face: the heading on its band, and the words below it with their gaps."""

    head: TextBlock
    words: Sequence[SpacedFlowable]
    room: float
    """The height there is for the words."""


class PocketCard(Struct):
    """The faces of the card below the words "Cut out", with the lines to cut and to fold along."""

    builder: Builder
    cut: TextBlock
    names: Sequence[TextBlock]
    """What says which leaflet this is, on the first face of each column."""
    faces: Sequence[CardFace]
    """Those of the left column first."""

    @property
    def rows(self) -> int:
        """The number of faces one below the other."""
        return -(-len(self.faces) // COLUMNS)

    def wrap(self, _width: float) -> float:
        """Return the height; the card does not adapt to the width."""
        self.cut.wrap(WIDTH)
        for face in self.faces:
            face.head.wrap(INSIDE)
        return _ABOVE + FACE * self.rows

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the edges and bands, then the words face by face."""
        top = y - _ABOVE
        canvas.artifact(self._lines(x, top))
        self.cut.draw(canvas, x + 16, y)
        for column, name in enumerate(self.names):
            name.draw(canvas, x + WIDTH * column + PAD, top - _FOLD)
        for number, face in enumerate(self.faces):
            left, edge = self._corner(number, x, top)
            band = edge - self._above_band(number % self.rows)
            self._draw_band(canvas, number, left + PAD, band)
            below = band - BAND - _BELOW_BAND
            for flowable, gap in face.words:
                below -= gap
                flowable.draw(canvas, left + PAD, below)
                below -= flowable.wrap(INSIDE)

    def _above_band(self, row: int) -> float:
        """Return the height from the fold above a row to its band."""
        return _FOLD + (0 if row else _high(self.names))

    def _corner(self, number: int, x: float, top: float) -> tuple[float, float]:
        """Return the top left corner of a face."""
        column, row = divmod(number, self.rows)
        return x + WIDTH * column, top - FACE * row

    def _draw_band(self, canvas: TaggedCanvas, number: int, x: float, top: float) -> None:
        """Draw the heading of a face, which is read aloud once, and which face it is."""
        head = self.faces[number].head
        place = top - (BAND - head.height) / 2
        if number == 0 or self.faces[number - 1].head is not head:
            Bookmarked(head, _LEVEL, head.plain).draw(canvas, x, place)
        else:
            again = self._artifact(head.plain, head.style)
            canvas.pagination("Header", again.glyphs(x, place), "")
        text = self.builder.overleaf.format(heading="", n=number + 1, total=len(self.faces))
        count = self._artifact(text.strip(), replace(head.style, weight=700, size=_COUNT))
        canvas.pagination("Header", count.glyphs(x + INSIDE - count.width, place), "")

    def _artifact(self, text: str, style: TextStyle) -> TextBlock:
        """Return words that are not read aloud."""
        words = self.builder.text((Run(text),), style, ())
        words.wrap(INSIDE)
        return words

    def _lines(self, x: float, top: float) -> str:
        """Return the bands, the dashes to cut along, the dots to fold along, and scissors.

        What folds the rows is on white above their bands; across the bands the dots are white.
        """
        style, wide, high = self.builder.style, WIDTH * COLUMNS, FACE * self.rows
        ink, danger = style.ink(INK).operands(), style.ink(DANGER).operands()
        edges = [top - FACE * row for row in range(self.rows)]
        tops = [edge - self._above_band(row) for row, edge in enumerate(edges)]
        bands = [rectangle(x, one, wide, BAND) for one in tops]
        middle = x + WIDTH
        folds = [_line(x, edge, x + wide, edge) for edge in edges[1:]]
        folds += [_line(middle, edge - 2, middle, edge - FACE) for edge in edges]
        on_bands = [_line(middle, one - 2, middle, one - BAND) for one in tops]
        around = rectangle(x - _STROKE / 2, top + _STROKE / 2, wide + _STROKE, high + _STROKE)
        parts = [
            f"q {ink} RG {_DOT} w 1 J [0.1 3.5] 0 d {' '.join(folds)} S",
            f"{danger} rg {' '.join(bands)} f",
            f"0 J {_STROKE} w [5 3] 0 d {around} S",
            f"{_DOT} w 1 J [0.1 3.5] 0 d",
            f"{PAPER.operands()} RG {' '.join(on_bands)} S",
            f"{ink} RG {_STROKE} w [] 0 d {_scissors(x, top + 5)} S Q",
        ]
        return " ".join(parts)


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f"{x:.2f} {y:.2f} m {to_x:.2f} {to_y:.2f} l"


def _scissors(x: float, y: float) -> str:
    """Return the path of a pair of scissors that points to the right: two rings, two blades."""
    blades = f"{x + 4:.2f} {y - 1.6:.2f} m {x + 13:.2f} {y + 3:.2f} l "
    blades += f"{x + 4:.2f} {y + 1.6:.2f} m {x + 13:.2f} {y - 3:.2f} l"
    return f"{_ring(x + 2.4, y + 2.6)} {_ring(x + 2.4, y - 2.6)} {blades}"


def _ring(x: float, y: float, radius: float = 1.9) -> str:
    r, k = radius, radius * 0.5523
    return (
        f"{x + r:.2f} {y:.2f} m "
        f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c h"
    )


def set_pocket_card(builder: Builder, panel: Panel, path: TagPath) -> Iterator[FlowItem]:
    """Set the card in the largest type in which all its words fit, in the middle of the page.

    Raises TypesettingError where they do not fit in the smallest, or on a page so small.
    """
    page = builder.style.page
    rows = min(MOST_ROWS, int((page.bottom - page.top - _AROUND - _ABOVE) / FACE))
    white = page.content_width - COLUMNS * WIDTH
    cards: dict[int, PocketCard] = {}

    def has_room(setting: int) -> bool:
        cards[setting] = _card(builder, panel, path, SIZES[setting], rows)
        return bool(cards[setting].faces)

    found = bisect_left(range(len(SIZES)), x=True, key=has_room) if white >= 0 else len(SIZES)
    if found == len(SIZES):
        message = f"the card has no room for all the signs in type of {SIZES[-1]:g} pt"
        larger = "print it on a4 or letter paper"
        hint, on_page = ("leave out --card", "leave out the card") if white >= 0 else (larger, "")
        raise TypesettingError(Fault(message=message, hint=hint, about="card", on_page=on_page))
    whole = Indent(cards[found], white / 2, COLUMNS * WIDTH)
    yield FlowItem(flowable=whole, gap=_BEFORE, break_penalty=FORBIDDEN)


def _card(builder: Builder, panel: Panel, path: TagPath, size: float, most_rows: int) -> PocketCard:
    """Return the card in type of a size, on the fewest rows; without faces if they have no room."""
    body = replace(builder.style.body, size=size, leading=size * _LEADING)
    cut = None
    names: list[TextBlock] = []
    chapters: list[CardChapter] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            style = replace(body, weight=800, size=_HEAD, leading=_HEAD * 1.15, colour=PAPER)
            head = builder.text(part.runs, style, (*path, Tag(f"H{part.level}")))
            chapters.append(CardChapter(head))
        elif isinstance(part, Paragraph) and not chapters:
            bold = replace(body, weight=700, size=_COUNT, leading=_COUNT * 1.15)
            small = builder.paragraph(part, bold, path)
            cut, names = (small, names) if part.kind == "head" else (cut, [*names, small])
        elif chapters:
            chapters[-1].words.extend((one, _GAP) for one in _set(builder, part, body, path))
    if cut is None or not chapters:
        message = "a card to cut out has a word that says so, and a heading"
        raise TypesettingError(Fault(message=message, hint="see templates/parts.xml"))
    high = _high(names)
    counts = range(1, most_rows + 1)
    rooms = (COLUMNS * [ROOM - high, *(count - 1) * [ROOM]] for count in counts)
    faces = next(filter(None, (_even(chapters, some) for some in rooms)), [])
    return PocketCard(builder, cut, names, faces)


def _high(names: Sequence[TextBlock]) -> float:
    """Return the height of the strip that says which leaflet this is; none without names."""
    return max((name.wrap(INSIDE) for name in names), default=-_BELOW_NAME) + _BELOW_NAME


def _set(builder: Builder, part: Part, style: TextStyle, path: TagPath) -> Iterator[Flowable]:
    """Set one part of the card: the items of a list with their marks, or a paragraph."""
    if isinstance(part, ItemList):
        mark = replace(_MARK, colour=builder.style.ink(DANGER))
        for item in builder.items(part, path, style):
            item.mark = mark
            yield Indent(item, _HANG, WIDTH)
    elif isinstance(part, Paragraph):
        yield builder.paragraph(part, style, path)


def _even(chapters: Sequence[CardChapter], rooms: Sequence[float]) -> list[CardFace]:
    """Divide chapters between faces of some rooms, in order, with as much white as can be on each.

    No face has words of two chapters. Return no faces where the words have no room on them.
    """
    words = [one for chapter in chapters for one in chapter.words]
    heads = [chapter.head for chapter in chapters for _ in chapter.words]
    heights = [gap + flowable.wrap(INSIDE) for flowable, gap in words]
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, ())}]
    for room in rooms:
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for first, (cost, ends) in best[-1].items():
            used = 0.0
            for last in range(first + 1, len(words) + 1):
                used += heights[last - 1]
                if used > room or heads[last - 1] is not heads[first]:
                    break
                way = cost + (room - used) ** 2, (*ends, last)
                found[last] = min(found.get(last, way), way)
        best.append(found)
    if len(words) not in best[-1]:
        return []
    ends = best[-1][len(words)][1]
    spans = zip(pairwise((0, *ends)), rooms, strict=True)
    return [
        CardFace(heads[first], _spread(words[first:last], room), room)
        for (first, last), room in spans
    ]


def _spread(words: Sequence[SpacedFlowable], room: float) -> list[SpacedFlowable]:
    """Return the words of a face, all of which start alike, with its white between them."""
    white = room - sum(gap + flowable.wrap(INSIDE) for flowable, gap in words)
    more = white / max(1, len(words) - 1)
    return [(one, min(gap + more, MOST_GAP) if n else gap) for n, (one, gap) in enumerate(words)]
