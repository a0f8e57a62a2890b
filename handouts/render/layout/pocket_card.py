"""Set the card to cut out, in two columns of faces that fold to one: `set_pocket_card`.

Folded it has the size of a bank card. It is folded down the middle, words outside, and then to and
fro: the column on the left is its front, and reads on downwards, that on the right its back. All
lengths are in points.
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
"""The sizes of the heading on a band and of the number of its face."""
_LEVEL = 2
"""The level of the heading in the outline of the PDF, below that of the section."""
_BELOW_BAND, _FOOT = 4.0, 4.0
ROOM = FACE - BAND - _BELOW_BAND - _FOOT
"""The height of the words of a face."""
_BEFORE = 8.0
_HANG = 9.0
_MARK = Mark("square", -_HANG, 4.5, DANGER)
_ABOVE = 14.0
"""The height of the words that stand on the edge to cut along."""
_AROUND = 60.0
"""The height that the heading of the section and the sentence below it take, at most."""
_STROKE = 1.1
"""The weight of the dashes and dots."""


class PocketCard(Struct):
    """The faces of the card below the words "Cut out", with the lines to cut and to fold along."""

    builder: Builder
    cut: TextBlock
    head: TextBlock
    faces: Sequence[Sequence[SpacedFlowable]]
    """What stands on each face below its band, those of the left column first."""

    @property
    def rows(self) -> int:
        """The number of faces one below the other."""
        return -(-len(self.faces) // COLUMNS)

    def wrap(self, _width: float) -> float:
        """Return the height; the card does not adapt to the width."""
        self.cut.wrap(WIDTH)
        self.head.wrap(INSIDE)
        return _ABOVE + FACE * self.rows

    def draw(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the edges and bands, then the words face by face."""
        top = y - _ABOVE
        canvas.artifact(self._lines(x, top))
        self.cut.draw(canvas, x + 16, y)
        for number, face in enumerate(self.faces):
            left, edge = self._corner(number, x, top)
            self._draw_band(canvas, number, left + PAD, edge)
            below = edge - BAND - _BELOW_BAND
            for flowable, gap in face:
                below -= gap
                flowable.draw(canvas, left + PAD, below)
                below -= flowable.wrap(INSIDE)

    def _corner(self, number: int, x: float, top: float) -> tuple[float, float]:
        """Return the top left corner of a face."""
        column, row = divmod(number, self.rows)
        return x + WIDTH * column, top - FACE * row

    def _draw_band(self, canvas: TaggedCanvas, number: int, x: float, edge: float) -> None:
        """Draw the heading of a face, which is read aloud once, and which face it is."""
        place = edge - (BAND - self.head.height) / 2
        if number == 0:
            Bookmarked(self.head, _LEVEL, self.head.plain).draw(canvas, x, place)
        else:
            again = self._artifact(self.head.plain, self.head.style)
            canvas.pagination("Header", again.glyphs(x, place), "")
        text = self.builder.overleaf.format(heading="", n=number + 1, total=len(self.faces))
        count = self._artifact(text.strip(), replace(self.head.style, weight=700, size=_COUNT))
        canvas.pagination("Header", count.glyphs(x + INSIDE - count.width, place), "")

    def _artifact(self, text: str, style: TextStyle) -> TextBlock:
        """Return words that are not read aloud."""
        words = self.builder.text((Run(text),), style, ())
        words.wrap(INSIDE)
        return words

    def _lines(self, x: float, top: float) -> str:
        """Return the bands, the dashes to cut along, the dots to fold along, and scissors.

        Across the bands the dots are white. What folds the rows is just above their bands.
        """
        style, wide, high = self.builder.style, WIDTH * COLUMNS, FACE * self.rows
        ink, danger = style.ink(INK).operands(), style.ink(DANGER).operands()
        edges = [top - FACE * row for row in range(self.rows)]
        bands = [rectangle(x, edge, wide, BAND) for edge in edges]
        middle = x + WIDTH
        folds = [_line(x, edge + _STROKE, x + wide, edge + _STROKE) for edge in edges[1:]]
        folds += [_line(middle, edge - BAND - 2, middle, edge - FACE) for edge in edges]
        on_bands = [_line(middle, edge - 2, middle, edge - BAND) for edge in edges]
        around = rectangle(x - _STROKE / 2, top + _STROKE / 2, wide + _STROKE, high + _STROKE)
        parts = [
            f"q {danger} rg {' '.join(bands)} f",
            f"{ink} RG {_STROKE} w [5 3] 0 d {around} S",
            f"1 J [0.1 3.5] 0 d {' '.join(folds)} S",
            f"{PAPER.operands()} RG {' '.join(on_bands)} S",
            f"{ink} RG [] 0 d {_scissors(x, top + 5)} S Q",
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
    cut = head = None
    words: list[SpacedFlowable] = []
    for part in panel.parts:
        if isinstance(part, Heading):
            style = replace(body, weight=800, size=_HEAD, leading=_HEAD * 1.15, colour=PAPER)
            head = builder.text(part.runs, style, (*path, Tag("H3")))
        elif isinstance(part, Paragraph) and part.kind == "head":
            cut = builder.paragraph(
                part, replace(body, weight=700, size=_COUNT, leading=_COUNT * 1.15), path
            )
        else:
            words.extend((one, _GAP) for one in _set(builder, part, body, path))
    if cut is None or head is None:
        message = "a card to cut out has a word that says so, and a heading"
        raise TypesettingError(Fault(message=message, hint="see templates/parts.xml"))
    rows = range(1, most_rows + 1)
    faces = next(filter(None, (_even(words, count * COLUMNS) for count in rows)), [])
    faces = [_spread(one) for one in faces]
    return PocketCard(builder, cut, head, faces)


def _set(builder: Builder, part: Part, style: TextStyle, path: TagPath) -> Iterator[Flowable]:
    """Set one part of the card: the items of a list with their marks, or a paragraph."""
    if isinstance(part, ItemList):
        mark = replace(_MARK, colour=builder.style.ink(DANGER))
        for item in builder.items(part, path, style):
            item.mark = mark
            yield Indent(item, _HANG, WIDTH)
    elif isinstance(part, Paragraph):
        yield builder.paragraph(part, style, path)


def _even(words: Sequence[SpacedFlowable], count: int) -> list[Sequence[SpacedFlowable]]:
    """Divide words between so many faces, in order, with as much white on each as can be.

    Return no faces where the words have no room on them.
    """
    heights = [gap + flowable.wrap(INSIDE) for flowable, gap in words]
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, ())}]
    for _ in range(count):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for first, (cost, ends) in best[-1].items():
            used = 0.0
            for last in range(first, len(words) + 1):
                way = cost + (ROOM - used) ** 2, (*ends, last)
                if used > ROOM:
                    break
                found[last] = min(found.get(last, way), way)
                used += heights[last] if last < len(words) else 0.0
        best.append(found)
    if len(words) not in best[-1]:
        return []
    ends = best[-1][len(words)][1]
    return [words[first:last] for first, last in pairwise((0, *ends))]


def _spread(face: Sequence[SpacedFlowable]) -> list[SpacedFlowable]:
    """Return the words of a face, all of which start alike, with its white between them."""
    white = ROOM - sum(gap + flowable.wrap(INSIDE) for flowable, gap in face)
    more = white / max(1, len(face) - 1)
    return [(one, min(gap + more, MOST_GAP) if n else gap) for n, (one, gap) in enumerate(face)]
